"""Content templates: messages that are written once and sent often.

They are Herald's own, in the manner of Twilio's Content API: one template holds the
same message in several types, and a channel gets the richest that it can show.

| type                     | SMS         | WhatsApp      | RCS                                     |
|--------------------------|-------------|---------------|-----------------------------------------|
| `twilio/text`            | text        | text          | text                                    |
| `twilio/media`           | text, media | text, media   | text, media                             |
| `twilio/call-to-action`  |             | text, buttons | text with suggestions                   |
| `twilio/quick-reply`     |             | text, buttons | text with suggestions                   |
| `twilio/card`            |             | text, buttons | card; without media text and suggestions|
| `twilio/carousel`        |             |               | carousel                                |
| `whatsapp/template`      |             | the template  |                                         |

Variables are `{{1}}` by position or `{{name}}` by name. A number would be itself in
Liquid: `by_position` makes it a variable.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, Literal, Self

from pydantic import AfterValidator, ConfigDict, Discriminator, Field, model_validator
from pydantic_core import PydanticCustomError

from herald.model.content import MAX_CONTENT_BYTES, MAX_MEDIA, Text
from herald.model.rcs import (
    MAX_CARD_SUGGESTIONS,
    MAX_SUGGESTIONS,
    Body,
    Description,
    DialableNumber,
    Label,
    Postback,
    Title,
)
from herald.model.recipients import Variables
from herald.model.texts import Url, says_nothing
from herald.model.whatsapp import TemplateType, buttons, spelled_out
from herald.model.wire import Closed, NonEmpty, NotNull, Says, Wire, kind, some_of

_RAW_OR_POSITION: Final = re.compile(
    r"(?P<raw>\{%-?\s*raw\s*-?%\}.*?\{%-?\s*endraw\s*-?%\})"
    r"|(?P<open>\{\{-?\s*)(?P<number>\d+)(?=\s*(?:\||-?\}\}))",
    re.DOTALL,
)


def by_position(text: str) -> str:
    """The same text with `{{1}}` as the variable of that name."""
    return _RAW_OR_POSITION.sub(lambda found: found["raw"] or f'{found["open"]}["{found["number"]}"]', text)


# ----------------------------------------------------------------------- actions


class QuickReply(Closed):
    type: Literal["QUICK_REPLY"] = "QUICK_REPLY"
    title: Label
    id: Annotated[Postback | None, NotNull] = None

    def suggestion(self) -> dict[str, Any]:
        return {"reply": {"text": self.title, "postbackData": self.id or self.title}}


class UrlButton(Closed):
    type: Literal["URL"]
    title: Label
    url: Url
    id: Annotated[Postback | None, NotNull] = None

    def suggestion(self) -> dict[str, Any]:
        tap = {"text": self.title, "postbackData": self.id or self.title}
        return {"action": {**tap, "openUrlAction": {"url": self.url}}}


class PhoneButton(Closed):
    type: Literal["PHONE_NUMBER"]
    title: Label
    phone: DialableNumber
    id: Annotated[Postback | None, NotNull] = None

    def suggestion(self) -> dict[str, Any]:
        tap = {"text": self.title, "postbackData": self.id or self.title}
        return {"action": {**tap, "dialAction": {"phoneNumber": self.phone}}}


_BUTTONS: Final = ("QUICK_REPLY", "URL", "PHONE_NUMBER")


def _kind_of_button(value: Any) -> str | None:
    if isinstance(value, QuickReply | UrlButton | PhoneButton):
        return f"<{value.type}>"
    named = value.get("type", "QUICK_REPLY") if isinstance(value, dict) else None
    return f"<{named}>" if named in _BUTTONS else None


Button = Annotated[
    Annotated[QuickReply, kind("QUICK_REPLY")]
    | Annotated[UrlButton, kind("URL")]
    | Annotated[PhoneButton, kind("PHONE_NUMBER")],
    Discriminator(
        _kind_of_button,
        custom_error_type="button",
        custom_error_message="must have a type: QUICK_REPLY, URL or PHONE_NUMBER",
    ),
]


# ------------------------------------------------------------------------- types


# An empty list is taken too, and says nothing.
_SOME: Final = Says({"minItems": 1})


class TextType(Closed):
    body: Text


class MediaType(Closed):
    body: Annotated[Text | None, NotNull] = None
    media: Annotated[tuple[Url, ...], Field(min_length=1, max_length=MAX_MEDIA, strict=False)]


class QuickReplyType(Closed):
    body: Body
    actions: Annotated[tuple[QuickReply, ...], Field(min_length=1, max_length=MAX_SUGGESTIONS, strict=False)]


class CallToActionType(Closed):
    body: Body
    actions: Annotated[tuple[Button, ...], Field(min_length=1, max_length=MAX_SUGGESTIONS, strict=False)]


class CardType(Closed):
    model_config = ConfigDict(
        json_schema_extra={
            **some_of("body", "media", "actions"),
            "if": {"required": ["media"]},
            "then": {"properties": {"actions": {"maxItems": MAX_CARD_SUGGESTIONS}}},
        }
    )

    title: Title
    body: Annotated[Description | None, NotNull] = None
    media: Annotated[tuple[Url, ...], Field(max_length=1, strict=False), _SOME] = ()
    orientation: Literal["HORIZONTAL", "VERTICAL"] = "VERTICAL"
    actions: Annotated[tuple[Button, ...], Field(max_length=MAX_SUGGESTIONS, strict=False), _SOME] = ()

    @model_validator(mode="after")
    def _is_a_card(self) -> Self:
        if not (self.body or self.media or self.actions):
            raise PydanticCustomError("card", "must have body, media or actions beside its title")
        if self.media and len(self.actions) > MAX_CARD_SUGGESTIONS:
            raise PydanticCustomError(
                "card", "with media must have at most {most} actions", {"most": MAX_CARD_SUGGESTIONS}
            )
        return self


class CarouselCardType(Closed):
    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    title: Annotated[Title | None, NotNull] = None
    body: Annotated[Description | None, NotNull] = None
    media: Annotated[Url | None, NotNull] = None
    actions: Annotated[tuple[Button, ...], Field(max_length=MAX_CARD_SUGGESTIONS, strict=False)] = ()

    @model_validator(mode="after")
    def _shows_something(self) -> Self:
        if says_nothing(self):
            raise PydanticCustomError("card", "must have title, body, media or actions")
        return self


class CarouselType(Closed):
    # Nothing stands above a carousel in RCS, so this is not sent there.
    body: Annotated[Body | None, NotNull] = None
    cards: Annotated[tuple[CarouselCardType, ...], Field(min_length=2, max_length=10, strict=False)]


class Types(Closed):
    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    text: Annotated[TextType | None, NotNull] = Field(default=None, alias="twilio/text")
    media: Annotated[MediaType | None, NotNull] = Field(default=None, alias="twilio/media")
    quick_reply: Annotated[QuickReplyType | None, NotNull] = Field(default=None, alias="twilio/quick-reply")
    call_to_action: Annotated[CallToActionType | None, NotNull] = Field(
        default=None, alias="twilio/call-to-action"
    )
    card: Annotated[CardType | None, NotNull] = Field(default=None, alias="twilio/card")
    carousel: Annotated[CarouselType | None, NotNull] = Field(default=None, alias="twilio/carousel")
    whatsapp: Annotated[TemplateType | None, NotNull] = Field(default=None, alias="whatsapp/template")


def _some(types: Types) -> Types:
    if says_nothing(types):
        raise PydanticCustomError("types", "must have at least one type")
    if len(types.model_dump_json(exclude_unset=True).encode()) > MAX_CONTENT_BYTES:
        raise PydanticCustomError(
            "types", "must have at most {most} bytes in all", {"most": MAX_CONTENT_BYTES}
        )
    return types


# ---------------------------------------------------------------------- templates


class TemplateContents(Wire):
    """A template as a client defines it."""

    friendly_name: Annotated[NonEmpty, Field(max_length=256)]
    language: Annotated[Annotated[NonEmpty, Field(max_length=35)] | None, NotNull] = None
    # What a variable is that a recipient does not have.
    variables: Variables = Field(default_factory=dict)
    types: Annotated[Types, AfterValidator(_some)]


class ContentTemplate(TemplateContents):
    """A template of an account. It never changes."""

    id: str
    created_at: datetime

    def plain(self) -> dict[str, Any] | None:
        """The content that every channel can show, in the shape of TextWithMedia."""
        if media := self.types.media:
            return positional(
                {
                    **({"text": media.body} if media.body else {}),
                    "media": [{"url": url} for url in media.media],
                }
            )
        return positional({"text": self.types.text.body}) if self.types.text else None

    def whatsapp(self) -> dict[str, Any] | None:
        """The content for WhatsApp, in Meta's form; None if it is only text and media."""
        if self.types.whatsapp:
            return positional(self.types.whatsapp.message())
        return positional(buttons(*said) or {}) or None if (said := self._said()) else None

    def spelled_out(self) -> dict[str, Any] | None:
        """A text and its buttons as a text, in the shape of TextWithMedia."""
        said = self._said()
        return positional({"text": spelled_out(said[0], said[1])}) if said else None

    def _said(self) -> tuple[str, list[dict[str, Any]], str | None] | None:
        """The text of the richest type that WhatsApp has a shape for, its buttons and its image."""
        if card := self.types.card:
            image = card.media[0] if card.media else None
            return _titled(card), _suggestions(card.actions), image
        if chips := self.types.quick_reply or self.types.call_to_action:
            return chips.body, _suggestions(chips.actions), None
        return None

    def rcs(self) -> dict[str, Any] | None:
        """The content for RCS, in the shape of Rcs; None if it is only `plain`."""
        types = self.types
        if types.carousel:
            return positional(_carousel(types.carousel))
        if types.card:
            return positional(_card(types.card))
        if chips := types.quick_reply or types.call_to_action:
            return positional({"text": chips.body, "suggestions": _suggestions(chips.actions)})
        return None


def _carousel(carousel: CarouselType) -> dict[str, Any]:
    cards = [_card_content(card.title, card.body, card.media, card.actions) for card in carousel.cards]
    return {"richCard": {"carouselCard": {"cardWidth": "MEDIUM", "cardContents": cards}}}


def _card(card: CardType) -> dict[str, Any]:
    if not card.media:
        return {"text": _titled(card), "suggestions": _suggestions(card.actions)}
    content = _card_content(card.title, card.body, card.media[0], card.actions)
    return {"richCard": {"standaloneCard": {"cardOrientation": card.orientation, "cardContent": content}}}


def _titled(card: CardType) -> str:
    return f"{card.title}\n{card.body}" if card.body else card.title


def _card_content(
    title: str | None, body: str | None, media: str | None, actions: tuple[Any, ...]
) -> dict[str, Any]:
    content: dict[str, Any] = {}
    if title:
        content["title"] = title
    if body:
        content["description"] = body
    if media:
        content["media"] = {"contentInfo": {"fileUrl": media}, "height": "MEDIUM"}
    if actions:
        content["suggestions"] = _suggestions(actions)
    return content


def _suggestions(actions: tuple[Any, ...]) -> list[dict[str, Any]]:
    return [action.suggestion() for action in actions]


def positional(content: Mapping[str, Any]) -> dict[str, Any]:
    """A JSON object with every text in it by position."""
    return {name: _by_position(each) for name, each in content.items()}


def _by_position(value: Any) -> Any:
    match value:
        case str():
            return by_position(value)
        case list():
            return [_by_position(each) for each in value]
        case dict():
            return positional(value)
    return value
