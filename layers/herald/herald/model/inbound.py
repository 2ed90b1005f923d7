"""Inbound messages to an account's senders."""

from datetime import UTC, datetime
from typing import Annotated, Any, Final

from pydantic import AfterValidator, AwareDatetime, Field

from herald.model import numbers
from herald.model.addresses import REACHES, MessageAddress, SenderChannel
from herald.model.keywords import Keyword
from herald.model.wire import NonEmpty, Wire

# Messages are found by this id, in an index.
MAX_CARRIER_ID: Final = 256


# Before the one, ids have no time; after the other, an instant is none in every zone.
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9998, 12, 31, tzinfo=UTC)


def _bounded(at: datetime) -> datetime:
    """A time that can be shown and stored, in UTC: a carrier may say the year 1."""
    if not _EARLIEST <= at <= _LATEST:
        return _EARLIEST if at < _EARLIEST else _LATEST
    return at.astimezone(UTC)


class Location(Wire):
    """A place that a person sent, in degrees."""

    latitude: float
    longitude: float
    label: Annotated[str | None, Field(exclude_if=lambda value: value is None)] = None


class Received(Wire):
    """The content of a received message. The limits of sent messages do not hold for it."""

    text: str | None = None
    media: tuple[str, ...] = ()
    # Media that a carrier has under an id of its own, and not under a URL.
    media_ids: tuple[str, ...] = ()
    # The data of the suggestion or button that was tapped; the text is its label.
    postback_data: str | None = None
    location: Location | None = None
    # For other kinds than text, media or a place: the carrier's name of the kind, and its data.
    kind: str | None = None
    details: dict[str, Any] | list[Any] | None = None
    # The keyword that it is, if it is one of the account's.
    keyword: Keyword | None = None
    # The keyword that may be meant, if it is none of them: a human should look.
    looks_like: Keyword | None = None


class Inbound(Wire):
    """A message that a carrier has received for one of our senders, as the carrier reports it.

    `account` is set if the carrier knows the account, and else follows from
    the sender. A carrier that delivers a message again uses the same `id`; `at` may differ.
    """

    carrier: NonEmpty
    id: Annotated[NonEmpty, Field(max_length=MAX_CARRIER_ID)]
    account: NonEmpty | None = None
    # The person's address, and the sender's with its channel.
    source: Annotated[NonEmpty, Field(alias="from")]
    to: NonEmpty
    channel: SenderChannel
    text: str | None = None
    media: tuple[NonEmpty, ...] = ()
    media_ids: tuple[NonEmpty, ...] = ()
    postback_data: str | None = None
    location: Location | None = None
    kind: NonEmpty | None = None
    details: dict[str, Any] | list[Any] | None = None
    # The carrier's own classification of the message; most carriers have none.
    keyword: Keyword | None = None
    at: Annotated[AwareDatetime, AfterValidator(_bounded)]

    @property
    def person(self) -> MessageAddress | None:
        """The writer; None if it has no number, such as a short code: no message could be sent there.

        Gateways leave the + out. WhatsApp has no short codes: there, all digits are of a number.
        """
        is_whatsapp = self.channel is SenderChannel.WHATSAPP
        number = numbers.spelled(self.source, is_international=is_whatsapp, near=self.to)
        if number is None:
            return None
        return MessageAddress(address=number, channel=REACHES[self.channel])

    @property
    def words(self) -> tuple[str, ...]:
        """The texts that may be a keyword: the written text, and the data of a tap."""
        return tuple(filter(None, (self.text, self.postback_data)))

    def received(self, keyword: Keyword | None, looks_like: Keyword | None = None) -> Received:
        return Received(
            text=self.text,
            media=self.media,
            media_ids=self.media_ids,
            postback_data=self.postback_data,
            location=self.location,
            kind=self.kind,
            details=self.details,
            keyword=keyword,
            looks_like=looks_like,
        )
