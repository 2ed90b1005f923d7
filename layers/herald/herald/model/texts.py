"""Texts that a client writes and that a recipient gets, with or without Liquid in them.

Such a text is validated twice by the same shape: as it is in a request, and again
for each recipient once it is rendered. With Liquid in it, only its syntax and its
size are known in the request; its limit holds for the rendered text.

The context of the validation says what to do:

    {"liquid_problem": check}   a request: check the syntax of Liquid, and look for misspelt placeholders
    RENDERED                    a rendered text: {{ in it is text like any other

Texts that no carrier accepts are refused here: a blank text, and control characters.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import ValidationInfo
from pydantic_core import PydanticCustomError

from herald.model.problems import Problem, validation_error
from herald.model.wire import Checked, NonEmpty

# What an operation keeps of a request has to fit into an item of 400 KB.
MAX_LIQUID: Final = 10_000
MAX_URL: Final = 2_048
RENDERED: Final = {"rendered": True}

_LIQUID: Final = re.compile(r"\{\{|\{%")
# All but tab, line feed and carriage return; and halves of characters.
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
# Spaces that str.strip() takes off, and others that show nothing either.
_BLANKS: Final = "".join(filter(str.isspace, map(chr, range(0x3001)))) + "\u180e\u200b\u2060\ufeff"
# Characters that show nothing: also joiners, marks of direction, variation selectors, and blanks of scripts.
_UNSEEN: Final = (
    r"\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    r"\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0"
)
_NOTHING: Final = re.compile(rf"[\s\x1c-\x1f\x85{_UNSEEN}]*")
# The same for JSON schemas, without the halves of characters, which are not UTF-8.
_NO_CONTROL: Final = r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u0084\u0086-\u009f\ufffe\uffff]*$"
_BLANK: Final = rf"^[\s\u001c-\u001f\u0085{_UNSEEN}]*$"
# The JSON schema's name for texts with Liquid that parses, or with none.
LIQUID: Final = "liquid"
_HOST: Final = r"(?:[^\s/?#@\\\[\]:]+|\[[0-9A-Fa-f:.]+\])"
_ON_THE_WEB: Final = rf"[Hh][Tt][Tt][Pp][Ss]?://{_HOST}(?::[0-9]{{1,5}})?(?:[/?#][^\s]*)?"
_WEB: Final = re.compile(_ON_THE_WEB)


def has_liquid(text: str) -> bool:
    """Whether a text holds Liquid, and so is known only once it is rendered."""
    return _LIQUID.search(text) is not None


def is_blank(text: str) -> bool:
    """Whether a text shows nothing, whatever characters it has."""
    return _NOTHING.fullmatch(text) is not None


def trimmed(text: str) -> str:
    """A text without the spaces at its ends, those included that show nothing.

    A text of characters that show nothing is empty.
    """
    shown = text.strip(_BLANKS)
    return shown if shown.isascii() or not is_blank(shown) else ""


def is_open(value: str, info: ValidationInfo) -> bool:
    """Whether the validated text is Liquid that is still to be rendered."""
    return has_liquid(value) and not (info.context or {}).get("rendered")


def _liquid(value: str, info: ValidationInfo) -> str:
    check = (info.context or {}).get("liquid_problem")
    if check and (found := check(value)):
        message = "is not valid Liquid: {found}" if has_liquid(value) else "{found}"
        raise PydanticCustomError("liquid", message, {"found": found})
    return value


# That Liquid parses, no pattern can say: the format does (docs/api.md).
CheckLiquid: Final = Checked(_liquid, {"format": LIQUID})


def unless_liquid(**limits: Any) -> Mapping[str, Any]:
    """A JSON schema of texts that have these limits, or hold Liquid: then what it renders to has them."""
    return {"if": {"not": {"pattern": r"\{\{|\{%"}}, "then": limits}


def limit(most: int, problem: Problem | None = None) -> Checked:
    """At most so many characters once rendered; else `problem`, or a plain 400."""

    def check(value: str, info: ValidationInfo) -> str:
        allowed = MAX_LIQUID if is_open(value, info) else most
        if len(value) > allowed:
            raise validation_error(problem) if problem else _too_long(allowed)
        _says_something(value, info)
        return _liquid(value, info)

    schema: dict[str, Any] = {
        "format": LIQUID,
        "pattern": _NO_CONTROL,
        "not": {"pattern": _BLANK},
        "maxLength": max(most, MAX_LIQUID),
    }
    if most < MAX_LIQUID:
        schema |= unless_liquid(maxLength=most)
    return Checked(check, schema)


def _too_long(most: int) -> PydanticCustomError:
    return PydanticCustomError("text_too_long", "must have at most {most} characters", {"most": most})


def _says_something(value: str, info: ValidationInfo) -> None:
    if found := _CONTROL.search(value):
        raise PydanticCustomError(
            "control_character",
            "must not hold control characters; remove {character}",
            {"character": f"U+{ord(found[0]):04X}"},
        )
    if not is_open(value, info) and not trimmed(value):
        raise PydanticCustomError("blank", "must not be blank: it holds spaces and nothing else")


def _is_url(value: str) -> bool:
    try:
        # Carriers read it with the same function: an address or a port that it refuses is no URL.
        return _WEB.fullmatch(value) is not None and urlsplit(value).port != 0
    except ValueError:
        return False


def _on_the_web(value: str, info: ValidationInfo) -> str:
    if not is_open(value, info) and not _is_url(value):
        raise PydanticCustomError(
            "url", "must be a URL that begins with https:// or http://, without spaces; encode them as %20"
        )
    return value


Url = Annotated[
    NonEmpty,
    limit(MAX_URL),
    Checked(_on_the_web, unless_liquid(maxLength=MAX_URL, pattern=rf"^{_ON_THE_WEB}$")),
]


def says_nothing(value: Any) -> bool:
    """Whether an object was given without any of its fields."""
    return not value.model_fields_set
