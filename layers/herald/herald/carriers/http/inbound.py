"""Inbound messages to senders of the endpoint."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from herald.carriers.http.settings import NAME
from herald.carriers.http.tolerant import Instant, Number, Text, Word
from herald.model.addresses import SenderChannel
from herald.model.inbound import MAX_CARRIER_ID, Inbound, Location
from herald.model.keywords import Keyword
from herald.model.wire import NonEmpty, Short, Wire

_MOST_TEXT: Final = 20_000
_MOST_MEDIA: Final = 30
_LONGEST_URL: Final = 2_048


class _Place(Wire):
    latitude: Annotated[float, Number]
    longitude: Annotated[float, Number]
    label: Annotated[str | None, Text] = None


def _whole_place(value: Any) -> Any:
    """A place, if it has both coordinates; a message is valid without it."""
    is_whole = isinstance(value, dict) and {"latitude", "longitude"} <= value.keys()
    return value if is_whole else None


class ReportedMessage(Wire):
    """The body of a callback with an inbound message; as herald.model.inbound.Inbound.

    Unknown fields are ignored. Without `at`, the time of the message is that of the callback.
    """

    id: Annotated[Annotated[NonEmpty, Field(max_length=MAX_CARRIER_ID)], Text]
    source: Annotated[Short, Text, Field(alias="from")]
    to: Annotated[Short, Text]
    channel: Annotated[SenderChannel, Field(strict=False), Word]
    # A queue and a row can hold no more.
    text: Annotated[Annotated[str, Field(max_length=_MOST_TEXT)] | None, Text] = None
    media: (
        Annotated[
            tuple[Annotated[NonEmpty, Field(max_length=_LONGEST_URL)], ...],
            Field(strict=False, max_length=_MOST_MEDIA),
        ]
        | None
    ) = None
    postback_data: Annotated[Annotated[str, Field(max_length=_MOST_TEXT)] | None, Text] = None
    location: Annotated[_Place | None, BeforeValidator(_whole_place)] = None
    keyword: Annotated[Annotated[Keyword, Field(strict=False)] | None, Word] = None
    at: Instant | None = None

    @field_validator("source")
    @classmethod
    def _is_a_number(cls, source: str) -> str:
        # Without a number there is no person to answer, and no message can be made.
        if not any("0" <= each <= "9" for each in source):
            raise PydanticCustomError("from", "must be the number of the person")
        return source

    @property
    def inbound(self) -> Inbound:
        place = self.location
        return Inbound(
            carrier=NAME,
            id=self.id,
            source=self.source,
            to=self.to,
            channel=self.channel,
            text=self.text,
            media=self.media or (),
            postback_data=self.postback_data,
            location=Location(**dict(place)) if place else None,
            keyword=self.keyword,
            at=self.at or datetime.now(UTC),
        )
