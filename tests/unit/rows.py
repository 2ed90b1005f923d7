"""Rows of messages as they might be, without the sending that makes them."""

from datetime import UTC, datetime, timedelta

from ulid import ULID

from herald.model.addresses import AddressChannel, MessageAddress, Sender, SenderChannel
from herald.model.ids import created_at, message_id
from herald.model.message import Message
from herald.model.status import Status

NOON = datetime(2026, 1, 2, 12, 0, 0, 123_000, tzinfo=UTC)

_SENDER = Sender(sender_id="comms_sender_1", address="+15005550006", channel=SenderChannel.SMS)
_TO = MessageAddress(address="+12065550100", channel=AddressChannel.PHONE)


def an_operation_id(at: datetime, number: int) -> str:
    """The id of an operation of this millisecond; `number` tells those of the same one apart."""
    milliseconds = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    return "comms_operation_" + str(ULID((milliseconds << 80 | number).to_bytes(16))).lower()


def a_message(operation_id: str, index: int, status: Status, *, account: str) -> Message:
    return Message(
        id=message_id(operation_id, index),
        account=account,
        status=status,
        to=_TO,
        sender=_SENDER,
        updated_at=created_at(operation_id),
        expires_at=0,
    )


EARLY, MIDDLE, LATE = (
    an_operation_id(NOON + timedelta(milliseconds=ms), number) for number, ms in enumerate((0, 1, 60_000))
)


def thirty_messages(account: str) -> list[Message]:
    """Three operations with ten messages each, one in each status; newest first."""
    return [
        a_message(operation, place, status, account=account)
        for operation in (LATE, MIDDLE, EARLY)
        for place, status in reversed(list(enumerate(Status)))
    ]
