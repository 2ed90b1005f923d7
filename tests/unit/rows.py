"""Rows of messages as they might be, without the sending that makes them."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import groupby

from ulid import ULID

from herald.model.addresses import AddressChannel, MessageAddress, Sender, SenderChannel
from herald.model.block import state_of
from herald.model.change import Change
from herald.model.content import TextWithMedia
from herald.model.ids import created_at, index_of, message_id
from herald.model.message import Message
from herald.model.operation import CHUNK_SIZE, Operation, OperationStatus
from herald.model.status import RANK, Status
from herald.store import Table, messages, operations, tallies
from herald.store.table import ConditionFailed

NOON = datetime(2026, 1, 2, 12, 0, 0, 123_000, tzinfo=UTC)

_SENDER = Sender(
    sender_id="comms_sender_01h9krwprkeee8fzqspvwy6nq8", address="+15005550006", channel=SenderChannel.SMS
)
_TO = MessageAddress(address="+12065550100", channel=AddressChannel.PHONE)


def an_operation_id(at: datetime, number: int) -> str:
    """The id of an operation of this millisecond; `number` tells those of the same one apart.

    Its messages lie in one shard.
    """
    milliseconds = (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
    number = number << 3 & (1 << 80) - 1
    return "comms_operation_" + str(ULID((milliseconds << 80 | number).to_bytes(16))).lower()


def put_operations(table: Table, rows: Iterable[Message], *, total: int = 10_000) -> None:
    """The operations of some messages, as far as they are not there."""
    for account, operation_id in {(row.account, row.operation_id) for row in rows}:
        made_at = created_at(operation_id)
        operation = Operation(
            id=operation_id,
            account=account,
            # The one in which rows of every status may be.
            status=OperationStatus.CANCELED,
            total=total,
            content=TextWithMedia(text="Hello"),
            senders=(),
            updated_at=made_at,
            expires_at=2_000_000_000,
        )
        with suppress(ConditionFailed):
            table.put_new(*operations.new(operation))


def put_rows(table: Table, rows: Iterable[Message]) -> None:
    """Make rows as fan_out does: a chunk at a time, in its order."""

    def chunk(row: Message) -> tuple[str, int]:
        return row.operation_id, index_of(row.id) // CHUNK_SIZE

    for _, some in groupby(sorted(rows, key=lambda row: row.id), key=chunk):
        messages.put(table, some)


def count(table: Table, rows: Iterable[Message]) -> None:
    """Count messages as they are."""
    tallies.take_in(
        table,
        [
            Change(row.operation_id, index_of(row.id), None, state_of(row.status, RANK[row.status]), 0)
            for row in rows
            if row.status is not Status.INBOUND
        ],
    )


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
