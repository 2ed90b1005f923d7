"""Checks whether AWS would accept a request, by botocore's own models.

botocore checks types, required fields, and lower bounds. The service checks the rest,
and so does this module: upper bounds, patterns, enums, unions, unknown names, and the
values that the models have as plain texts.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from botocore.model import ListShape, MapShape, Shape, StructureShape

# Texts of RCS that only the documentation lists.
_WORDS: Final = {
    "CardOrientation": ("HORIZONTAL", "VERTICAL"),
    "ThumbnailImageAlignment": ("LEFT", "RIGHT"),
    "CardWidth": ("SMALL", "MEDIUM"),
    "Application": ("BROWSER", "WEBVIEW"),
    "WebviewViewMode": ("FULL", "HALF", "TALL"),
}
_HEIGHTS: Final = {
    "RcsCardMedia": ("SHORT", "MEDIUM", "TALL"),
    "RcsCarouselCardMedia": ("SHORT", "MEDIUM"),
}
_WHATSAPP_TYPES: Final = (
    "audio",
    "contacts",
    "document",
    "image",
    "interactive",
    "location",
    "sticker",
    "template",
    "text",
    "video",
)


def problems(shape: Shape, value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Each problem with a JSON value: the name of the field, and what is wrong."""
    match shape:
        case StructureShape():
            yield from _of_structure(shape, value, path)
        case ListShape():
            yield from _of_list(shape, value, path)
        case MapShape():
            yield from _of_map(shape, value, path)
        case _:
            yield from _of_scalar(shape, value, path)


def _of_structure(shape: StructureShape, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield path, "must be an object"
        return
    for name in shape.required_members:
        if name not in value:
            yield _at(path, name), "is required"
    if getattr(shape, "is_tagged_union", False) and len(value) != 1:
        yield path, "must have exactly one member"
    for name, member in value.items():
        if name not in shape.members:
            yield _at(path, name), "is unknown"
            continue
        yield from problems(shape.members[name], member, _at(path, name))
        words = _HEIGHTS.get(shape.name) if name == "Height" else _WORDS.get(name)
        if words and member not in words:
            yield _at(path, name), f"must be one of {', '.join(words)}"


def _of_list(shape: ListShape, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, list):
        yield path, "must be a list"
        return
    yield from _bounds(shape, len(value), path)
    for number, member in enumerate(value):
        yield from problems(shape.member, member, f"{path}[{number}]")


def _of_map(shape: MapShape, value: Any, path: str) -> Iterator[tuple[str, str]]:
    if not isinstance(value, dict):
        yield path, "must be an object"
        return
    yield from _bounds(shape, len(value), path)
    for name, member in value.items():
        yield from problems(shape.key, name, path)
        yield from problems(shape.value, member, _at(path, name))


def _of_scalar(shape: Shape, value: Any, path: str) -> Iterator[tuple[str, str]]:
    match shape.type_name:
        case "string":
            if not isinstance(value, str):
                yield path, "must be a text"
                return
            yield from _bounds(shape, len(value), path)
            yield from _of_text(shape, value, path)
        case "blob":
            try:
                yield from _bounds(shape, len(base64.b64decode(value, validate=True)), path)
            except (TypeError, ValueError, binascii.Error):
                yield path, "must be base64"
        case "boolean":
            if not isinstance(value, bool):
                yield path, "must be true or false"
        case "integer" | "long":
            if not isinstance(value, int) or isinstance(value, bool):
                yield path, "must be a whole number"
                return
            yield from _bounds(shape, value, path)
        case _:
            if not isinstance(value, int | float) or isinstance(value, bool):
                yield path, "must be a number"
                return
            yield from _bounds(shape, value, path)


def _of_text(shape: Shape, value: str, path: str) -> Iterator[tuple[str, str]]:
    pattern = shape.metadata.get("pattern")
    if pattern:
        # A pattern with anchors of its own is searched for; any other must match the whole.
        matches = re.search(pattern, value) if "(^" in pattern else re.fullmatch(pattern, value)
        if not matches:
            yield path, f"must match {pattern}"
    allowed = shape.metadata.get("enum")
    if allowed and value not in allowed:
        yield path, "is none of the values that there are"


def _bounds(shape: Shape, size: float, path: str) -> Iterator[tuple[str, str]]:
    if "min" in shape.metadata and size < shape.metadata["min"]:
        yield path, f"must be at least {shape.metadata['min']}"
    if "max" in shape.metadata and size > shape.metadata["max"]:
        yield path, f"must be at most {shape.metadata['max']}"


def _at(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


# ------------------------------------------------------------------------- WhatsApp


def whatsapp_message(encoded: str) -> dict[str, Any]:
    """The message in a request to WhatsApp. Raises ValueError."""
    message: dict[str, Any] = json.loads(base64.b64decode(encoded))
    return message


def whatsapp_problems(message: Any) -> Iterator[tuple[str, str]]:
    """The errors of a message of Meta's Cloud API, as far as its documentation says."""
    if not isinstance(message, dict):
        yield "message", "must be a JSON object"
        return
    if message.get("messaging_product") != "whatsapp":
        yield "messaging_product", "must be whatsapp"
    if not re.fullmatch(r"\+[1-9][0-9]{6,14}", str(message.get("to"))):
        yield "to", "must be a number with +"
    if len(str(message.get("biz_opaque_callback_data", ""))) > 512:
        yield "biz_opaque_callback_data", "must be at most 512"
    kind = message.get("type")
    if kind not in _WHATSAPP_TYPES or not isinstance(message.get(kind), dict):
        yield "type", "must be a type, with an object of its name"
        return
    yield from _of_kind(kind, message[kind])


def _of_kind(kind: str, shown: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    match kind:
        case "text":
            if not 1 <= len(str(shown.get("body", ""))) <= 4_096:
                yield "text.body", "must be 1 to 4096"
        case "template":
            if not shown.get("name") or not shown.get("language", {}).get("code"):
                yield "template", "must have name and language.code"
        case "interactive":
            yield from _of_buttons(shown)
        case "audio" | "document" | "image" | "sticker" | "video":
            if ("link" in shown) == ("id" in shown):
                yield kind, "must have either link or id"
            if kind in ("audio", "sticker") and "caption" in shown:
                yield f"{kind}.caption", "is unknown"


def _of_buttons(shown: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    if not 1 <= len(shown.get("body", {}).get("text", "")) <= 1_024:
        yield "interactive.body.text", "must be 1 to 1024"
    action = shown.get("action", {})
    if shown.get("type") == "button":
        buttons = action.get("buttons", [])
        titles = [each.get("reply", {}).get("title", "") for each in buttons]
        if not 1 <= len(buttons) <= 3 or len(set(titles)) < len(titles):
            yield "interactive.action.buttons", "must be 1 to 3, each with a title of its own"
    elif shown.get("type") == "cta_url":
        titles = [action.get("parameters", {}).get("display_text", "")]
        if action.get("name") != "cta_url" or not action.get("parameters", {}).get("url"):
            yield "interactive.action", "must have the name cta_url and a url"
    else:
        yield "interactive.type", "must be button or cta_url"
        return
    if not all(1 <= len(title) <= 20 for title in titles):
        yield "interactive.action", "must have titles of 1 to 20"
