"""WhatsApp's content beside text and media: templates that Meta has approved, and buttons.

Both are kept in the form of Meta's Cloud API, which carriers pass on:

    {"type": "template", "template": {"name", "language": {"code"}, "components": [...]}}
    {"type": "interactive", "interactive": {"type": "button" or "cta_url", "body", "header", "action"}}

An approved template is what may be sent to a person who has not written for 24 hours.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import ConfigDict, Discriminator, Field, model_validator
from pydantic_core import PydanticCustomError

from herald.model.texts import Url, limit
from herald.model.wire import WHOLE, Checked, Closed, NonEmpty, NotNull, kind

Json: TypeAlias = Mapping[str, Any]

_NAME: Final = re.compile(r"[a-z0-9_]{1,512}")
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(_[A-Za-z]{2,4})?")
_MOST_PARAMETERS: Final = 100
_LONGEST_BODY: Final = 1_024
_LONGEST_TITLE: Final = 20
_LONGEST_ID: Final = 256
_MOST_BUTTONS: Final = 3


def _name(value: str) -> str:
    if not _NAME.fullmatch(value):
        raise PydanticCustomError("whatsapp_name", "must be 1 to 512 of the characters a-z 0-9 _")
    return value


def _language(value: str) -> str:
    if not _LANGUAGE.fullmatch(value):
        raise PydanticCustomError("whatsapp_language", "must be a language of WhatsApp, such as en or en_US")
    return value


ParameterText = Annotated[NonEmpty, limit(1_024)]
ParameterName = Annotated[NonEmpty, Field(max_length=256)]


class TextParameter(Closed):
    type: Literal["text"]
    text: ParameterText
    # Of a template whose variables have names.
    parameter_name: Annotated[ParameterName | None, NotNull] = Field(default=None, alias="parameter_name")


class PayloadParameter(Closed):
    type: Literal["payload"]
    payload: ParameterText


class CouponParameter(Closed):
    type: Literal["coupon_code"]
    coupon_code: ParameterText = Field(alias="coupon_code")


class Link(Closed):
    link: Url


class Document(Closed):
    link: Url
    filename: Annotated[Annotated[NonEmpty, limit(240)] | None, NotNull] = None


class ImageParameter(Closed):
    type: Literal["image"]
    image: Link


class VideoParameter(Closed):
    type: Literal["video"]
    video: Link


class DocumentParameter(Closed):
    type: Literal["document"]
    document: Document


_PARAMETERS: Final = ("text", "payload", "coupon_code", "image", "video", "document")


def _kind_of_parameter(value: Any) -> str | None:
    named = value.get("type") if isinstance(value, dict) else getattr(value, "type", None)
    return f"<{named}>" if named in _PARAMETERS else None


Parameter = Annotated[
    Annotated[TextParameter, kind("text")]
    | Annotated[PayloadParameter, kind("payload")]
    | Annotated[CouponParameter, kind("coupon_code")]
    | Annotated[ImageParameter, kind("image")]
    | Annotated[VideoParameter, kind("video")]
    | Annotated[DocumentParameter, kind("document")],
    Discriminator(
        _kind_of_parameter,
        custom_error_type="parameter",
        custom_error_message="must have a type: text, payload, coupon_code, image, video or document",
    ),
]


class Component(Closed):
    """The variables of a header, of the body, or of one button, which `index` names (from 0)."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"properties": {"type": {"const": "button"}}},
            "then": {"required": ["sub_type", "index"]},
            "else": {"not": {"anyOf": [{"required": ["sub_type"]}, {"required": ["index"]}]}},
        }
    )

    type: Literal["header", "body", "button"]
    sub_type: Annotated[Literal["quick_reply", "url", "copy_code"] | None, NotNull] = Field(
        default=None, alias="sub_type"
    )
    index: Annotated[Annotated[int, Field(ge=0, le=9), WHOLE] | None, NotNull] = None
    parameters: Annotated[
        tuple[Parameter, ...], Field(min_length=1, max_length=_MOST_PARAMETERS, strict=False)
    ]

    @model_validator(mode="after")
    def _names_its_button(self) -> "Component":
        of_button = self.sub_type is not None and self.index is not None
        if of_button != (self.type == "button") or (self.sub_type is None) != (self.index is None):
            raise PydanticCustomError(
                "component", "must have sub_type and index if its type is button, and only then"
            )
        return self


class TemplateType(Closed):
    """A template of WhatsApp by its name, and what its variables are."""

    name: Annotated[NonEmpty, Checked(_name, {"pattern": f"^{_NAME.pattern}$"})]
    language: Annotated[NonEmpty, Checked(_language, {"pattern": f"^{_LANGUAGE.pattern}$"})]
    components: Annotated[tuple[Component, ...], Field(max_length=12, strict=False)] = ()

    def message(self) -> dict[str, Any]:
        components = [each.model_dump(exclude_none=True, mode="json") for each in self.components]
        template: dict[str, Any] = {"name": self.name, "language": {"code": self.language}}
        return {"type": "template", "template": template | ({"components": components} if components else {})}


# -------------------------------------------------------------------------- buttons


def buttons(text: str, actions: Sequence[Json], image: str | None = None) -> dict[str, Any] | None:
    """A text with buttons; None if WhatsApp has no message with such buttons.

    `actions` are suggestions of RCS. It has up to three replies, or one link; nothing that dials.
    """
    replies = [each["reply"] for each in actions if "reply" in each]
    links = [each["action"] for each in actions if "openUrlAction" in each.get("action", {})]
    shown: dict[str, Any] = {"body": {"text": text}}
    if image:
        shown["header"] = {"type": "image", "image": {"link": image}}
    if replies and len(replies) == len(actions) <= _MOST_BUTTONS:
        action: dict[str, Any] = {
            "buttons": [
                {"type": "reply", "reply": {"id": each["postbackData"], "title": each["text"]}}
                for each in replies
            ]
        }
        return {"type": "interactive", "interactive": {"type": "button", **shown, "action": action}}
    if len(links) == len(actions) == 1:
        [link] = links
        parameters = {"display_text": link["text"], "url": link["openUrlAction"]["url"]}
        action = {"name": "cta_url", "parameters": parameters}
        return {"type": "interactive", "interactive": {"type": "cta_url", **shown, "action": action}}
    return None


def spelled_out(text: str, actions: Sequence[Json]) -> str:
    """A text with its buttons as lines below it, for channels without buttons."""
    return "\n".join([text, *map(_line, actions)])


def fits(message: Json) -> bool:
    """Whether WhatsApp accepts a rendered message; a template's texts were checked before."""
    if message["type"] != "interactive":
        return True
    shown = message["interactive"]
    action = shown["action"]
    if shown["type"] == "cta_url":
        titles, ids = [action["parameters"]["display_text"]], []
    else:
        titles = [each["reply"]["title"] for each in action["buttons"]]
        ids = [each["reply"]["id"] for each in action["buttons"]]
    return (
        len(shown["body"]["text"]) <= _LONGEST_BODY
        and all(0 < len(title) <= _LONGEST_TITLE for title in titles)
        and all(0 < len(each) <= _LONGEST_ID for each in ids)
        # Two buttons that look or answer alike are refused.
        and len(set(titles)) == len(titles)
        and len(set(ids)) == len(ids)
    )


def _line(suggestion: Json) -> str:
    if "reply" in suggestion:
        return f"• {suggestion['reply']['text']}"
    action = suggestion["action"]
    target = action.get("openUrlAction", {}).get("url") or action["dialAction"]["phoneNumber"]
    return f"{action['text']}: {target}"
