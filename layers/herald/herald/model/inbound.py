"""What people write to an account's senders."""

from typing import Annotated, Final

from pydantic import AwareDatetime, Field

from herald.model.addresses import REACHES, MessageAddress, SenderChannel, is_phone_number
from herald.model.ids import inbound_message_id
from herald.model.wire import NonEmpty, Wire

# Messages are found by it, in an index.
MAX_CARRIER_ID: Final = 256


class Received(Wire):
    """What somebody has written. None of the limits of what we send hold for it."""

    text: str | None = None
    media: tuple[str, ...] = ()


class Inbound(Wire):
    """A message that a carrier has received for one of our senders, as the carrier tells.

    `account` is named where a carrier knows whose message it is, and else follows from
    the sender. A carrier that brings a message again has the same `id` and `at` for it.
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
    at: AwareDatetime

    @property
    def person(self) -> MessageAddress | None:
        """Who wrote; None where that is no number, such as a short code's: nobody could answer."""
        if not is_phone_number(self.source):
            return None
        return MessageAddress(address=self.source, channel=REACHES[self.channel])

    @property
    def received(self) -> Received:
        return Received(text=self.text, media=self.media)

    def message_id(self, account: str) -> str:
        return inbound_message_id(self.at, account, self.carrier, self.id)
