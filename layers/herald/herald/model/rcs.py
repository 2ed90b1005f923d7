"""The content of RCS: texts, files, cards, carousels, and suggestions to tap on.

The shapes are the contract's; the limits of lengths are those of the network, as
AWS has them (docs/api.md). All texts and URLs, and the times of a calendar's event,
may hold Liquid.
"""

import re
from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import ConfigDict, Discriminator, Field, TypeAdapter, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from herald.model.addresses import is_phone_number
from herald.model.dates import RFC3339
from herald.model.numbers import E164
from herald.model.problems import NOT_A_PHONE_NUMBER, validation_error
from herald.model.texts import Url, is_open, limit, says_nothing, unless_liquid
from herald.model.wire import Checked, Closed, NonEmpty, NotNull, Wire, apart, has_only, kind, some_of

MAX_SUGGESTIONS: Final = 11
MAX_CARD_SUGGESTIONS: Final = 4

_RFC3339: Final = re.compile(RFC3339)


def _dialable(value: str, info: ValidationInfo) -> str:
    if not is_open(value, info) and not is_phone_number(value):
        raise validation_error(NOT_A_PHONE_NUMBER)
    return value


def _at(value: str) -> datetime:
    """The instant that an RFC 3339 date-time names. Raises ValueError."""
    if not _RFC3339.fullmatch(value):
        raise ValueError("not RFC 3339")
    return datetime.fromisoformat(value.upper())


def _instant(value: str, info: ValidationInfo) -> str:
    if not is_open(value, info):
        try:
            _at(value)
        except ValueError:
            raise PydanticCustomError(
                "rfc3339", "must be an RFC 3339 date-time, such as 2026-01-02T03:04:05Z"
            ) from None
    return value


Body = Annotated[NonEmpty, limit(3_072)]
Title = Annotated[NonEmpty, limit(200)]
Description = Annotated[NonEmpty, limit(2_000)]
Label = Annotated[NonEmpty, limit(25)]
Postback = Annotated[NonEmpty, limit(2_048)]
DialableNumber = Annotated[NonEmpty, limit(2_048), Checked(_dialable, unless_liquid(pattern=f"^{E164}$"))]
InstantText = Annotated[
    NonEmpty, limit(2_048), Checked(_instant, unless_liquid(pattern=f"^{RFC3339}$", format="date-time"))
]


# ------------------------------------------------------------------- suggestions


class Reply(Wire):
    text: Label
    postback_data: Postback


class ReplySuggestion(Wire):
    reply: Reply


class Dial(Wire):
    phone_number: DialableNumber


class OpenUrl(Wire):
    """Opens in the browser or in a view of the messages app; only such a view has a size."""

    model_config = ConfigDict(
        json_schema_extra={
            "if": {"required": ["application"], "properties": {"application": {"const": "WEBVIEW"}}},
            "then": {"required": ["webviewViewMode"]},
            "else": {"not": {"required": ["webviewViewMode"]}},
        }
    )

    url: Url
    application: Annotated[Literal["BROWSER", "WEBVIEW"] | None, NotNull] = None
    webview_view_mode: Annotated[Literal["FULL", "HALF", "TALL"] | None, NotNull] = None

    @model_validator(mode="after")
    def _has_a_size_if_a_view(self) -> Self:
        if (self.application == "WEBVIEW") != (self.webview_view_mode is not None):
            raise PydanticCustomError(
                "webview", "must have webviewViewMode if application is WEBVIEW, and only then"
            )
        return self


class LatLong(Wire):
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]


class ViewLocation(Closed):
    model_config = ConfigDict(json_schema_extra=some_of("latLong", "query"))

    lat_long: Annotated[LatLong | None, NotNull] = None
    label: Annotated[Annotated[NonEmpty, limit(100)] | None, NotNull] = None
    query: Annotated[Annotated[NonEmpty, limit(2_048)] | None, NotNull] = None

    @model_validator(mode="after")
    def _is_somewhere(self) -> Self:
        if self.lat_long is None and self.query is None:
            raise PydanticCustomError("location", "must have latLong or query")
        return self


class CreateCalendarEvent(Wire):
    start_time: InstantText
    end_time: InstantText
    title: Annotated[NonEmpty, limit(100)]
    description: Annotated[NonEmpty, limit(500)]

    @model_validator(mode="after")
    def _ends_after_it_starts(self, info: ValidationInfo) -> Self:
        if is_open(self.start_time, info) or is_open(self.end_time, info):
            return self
        if _at(self.end_time) <= _at(self.start_time):
            raise PydanticCustomError("calendar", "endTime must be later than startTime")
        return self


class ShareLocation(Closed):
    pass


class _Action(Wire):
    text: Label
    postback_data: Postback


class DialAction(_Action):
    dial_action: Dial


class OpenUrlAction(_Action):
    open_url_action: OpenUrl


class ViewLocationAction(_Action):
    view_location_action: ViewLocation


class CreateCalendarEventAction(_Action):
    create_calendar_event_action: CreateCalendarEvent


class ShareLocationAction(_Action):
    share_location_action: ShareLocation


_ACTIONS: Final = {
    name: (name,)
    for name in (
        "dialAction",
        "openUrlAction",
        "viewLocationAction",
        "createCalendarEventAction",
        "shareLocationAction",
    )
}
Action = Annotated[
    Annotated[DialAction, kind("dialAction")]
    | Annotated[OpenUrlAction, kind("openUrlAction")]
    | Annotated[ViewLocationAction, kind("viewLocationAction")]
    | Annotated[CreateCalendarEventAction, kind("createCalendarEventAction")]
    | Annotated[ShareLocationAction, kind("shareLocationAction")],
    Discriminator(
        lambda value: has_only(value, _ACTIONS),
        custom_error_type="action",
        custom_error_message=(
            "must have exactly one of dialAction, openUrlAction, viewLocationAction, "
            "createCalendarEventAction and shareLocationAction"
        ),
    ),
    apart(_ACTIONS),
]


class ActionSuggestion(Wire):
    action: Action


_SUGGESTIONS: Final = {"reply": ("reply",), "action": ("action",)}
Suggestion = Annotated[
    Annotated[ReplySuggestion, kind("reply")] | Annotated[ActionSuggestion, kind("action")],
    Discriminator(
        lambda value: has_only(value, _SUGGESTIONS),
        custom_error_type="suggestion",
        custom_error_message="must have either reply or action",
    ),
    apart(_SUGGESTIONS),
]


# -------------------------------------------------------------------------- cards


class ContentInfo(Wire):
    file_url: Url
    thumbnail_url: Annotated[Url | None, NotNull] = None
    force_refresh: bool = False


class CardMedia(Wire):
    content_info: ContentInfo
    height: Annotated[Literal["TALL", "MEDIUM", "SHORT"] | None, NotNull] = None


class CardContent(Closed):
    model_config = ConfigDict(json_schema_extra={"minProperties": 1})

    title: Annotated[Title | None, NotNull] = None
    description: Annotated[Description | None, NotNull] = None
    media: Annotated[CardMedia | None, NotNull] = None
    suggestions: Annotated[tuple[Suggestion, ...], Field(max_length=MAX_CARD_SUGGESTIONS, strict=False)] = ()

    @model_validator(mode="after")
    def _shows_something(self) -> Self:
        if says_nothing(self):
            raise PydanticCustomError("card", "must have title, description, media or suggestions")
        return self


_SIDE_BY_SIDE: Final = {
    "required": ["media"],
    "properties": {"suggestions": {"minItems": 1}},
    **some_of("title", "description", "suggestions"),
}


class StandaloneCard(Wire):
    model_config = ConfigDict(
        json_schema_extra={
            "if": {
                "required": ["cardOrientation"],
                "properties": {"cardOrientation": {"const": "HORIZONTAL"}},
            },
            "then": {"properties": {"cardContent": _SIDE_BY_SIDE}},
        }
    )

    card_orientation: Literal["HORIZONTAL", "VERTICAL"] = "VERTICAL"
    thumbnail_image_alignment: Literal["LEFT", "RIGHT"] = "RIGHT"
    card_content: CardContent

    @model_validator(mode="after")
    def _has_what_stands_side_by_side(self) -> Self:
        card = self.card_content
        beside = card.title or card.description or card.suggestions
        if self.card_orientation == "HORIZONTAL" and not (card.media and beside):
            raise PydanticCustomError(
                "horizontal",
                "a HORIZONTAL card must have media, and title, description or suggestions beside it",
            )
        return self


class CarouselCard(Wire):
    card_width: Annotated[Literal["SMALL", "MEDIUM"] | None, NotNull] = None
    card_contents: Annotated[tuple[CardContent, ...], Field(min_length=2, max_length=10, strict=False)]


class Standalone(Wire):
    standalone_card: StandaloneCard


class Carousel(Wire):
    carousel_card: CarouselCard


_RICH_CARDS: Final = {"standaloneCard": ("standaloneCard",), "carouselCard": ("carouselCard",)}
RichCard = Annotated[
    Annotated[Standalone, kind("standaloneCard")] | Annotated[Carousel, kind("carouselCard")],
    Discriminator(
        lambda value: has_only(value, _RICH_CARDS),
        custom_error_type="rich_card",
        custom_error_message="must have either standaloneCard or carouselCard",
    ),
    apart(_RICH_CARDS),
]


# ------------------------------------------------------------------------ messages


Suggestions = Annotated[tuple[Suggestion, ...], Field(max_length=MAX_SUGGESTIONS, strict=False)]


class RcsText(Wire):
    text: Body
    suggestions: Suggestions = ()


class RcsFile(Wire):
    content_info: ContentInfo
    suggestions: Suggestions = ()


class RcsCard(Wire):
    rich_card: RichCard
    suggestions: Suggestions = ()


_RCS: Final = {"text": ("text",), "contentInfo": ("contentInfo",), "richCard": ("richCard",)}
Rcs = Annotated[
    Annotated[RcsText, kind("text")]
    | Annotated[RcsFile, kind("contentInfo")]
    | Annotated[RcsCard, kind("richCard")],
    Discriminator(
        lambda value: has_only(value, _RCS),
        custom_error_type="rcs",
        custom_error_message="must have exactly one of text, contentInfo and richCard",
    ),
    apart(_RCS),
]

RCS: Final[TypeAdapter[RcsText | RcsFile | RcsCard]] = TypeAdapter(Rcs)
