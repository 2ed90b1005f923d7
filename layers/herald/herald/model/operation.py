"""An Operation: one accepted request, and the counts of its Messages."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any, Final

from pydantic import BaseModel, BeforeValidator, Field, PlainSerializer
from pydantic_core import from_json

from herald.model.addresses import Sender
from herald.model.content import Content, Tags
from herald.model.delivery import Delivery
from herald.model.ids import created_at
from herald.model.quiet import QuietHours
from herald.model.senders import SenderSettings
from herald.model.status import Status
from herald.model.templates import ContentTemplate
from herald.model.wire import Wire

CHUNK_SIZE: Final = 100


class OperationStatus(StrEnum):
    """PROCESSING -> COMPLETED once every message was handed over or never will be."""

    SCHEDULED = "SCHEDULED"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"


def _from_json(value: Any) -> Any:
    return from_json(value) if isinstance(value, str) else value


def _to_json(value: BaseModel | None) -> str | None:
    return value.model_dump_json(exclude_unset=True) if value else None


# Kept as one text: what a request left out stays left out, and DynamoDB would refuse floats.
_AsJson: Final = (BeforeValidator(_from_json), PlainSerializer(_to_json))


_IfSo: Final = Field(exclude_if=lambda value: not value)
_NOBODY: Final = "0"
_USUAL: Final = SenderSettings()


class Due(Wire):
    """Chunks of a scheduled operation that are due at the same instant.

    `quiet`: how many of their recipients are due only then because of quiet hours.
    """

    at: datetime
    first: int
    chunks: int
    quiet: Annotated[int, _IfSo] = 0


class Operation(Wire):
    """A request as the table keeps it: all but its recipients, which are in chunks.

    `dues` is empty unless the request was scheduled; then every chunk is in one of them,
    earliest first. `paused` is not a status: a resumed operation continues where it was.
    """

    id: str
    account: str
    status: OperationStatus
    total: int
    content: Annotated[Content, *_AsJson]
    # The template that `content` names, as it was when the request was accepted.
    template: Annotated[ContentTemplate | None, *_AsJson] = None
    senders: tuple[Sender, ...]
    # By sender id, of those that have any, as they were when the request was accepted.
    settings: dict[str, SenderSettings] = Field(default_factory=dict)
    # Senders that can send nothing any more, by id, and the code of the reason.
    stopped: dict[str, int] = Field(default_factory=dict)
    # Whether the order of their channels goes before that of a person's addresses.
    channel_first: bool = False
    tags: Tags = Field(default_factory=dict)
    delivery: Delivery | None = None
    dues: tuple[Due, ...] = ()
    # Whether `{{1}}` in the content is the variable 1: a recipient of the request has variables by number.
    by_number: Annotated[bool, _IfSo] = False
    # How many people are in the request before, and in hexadecimal a bit for the place of each recipient
    # that gets no message for that.
    duplicates: Annotated[int, _IfSo] = 0
    left_out: Annotated[str, Field(exclude_if=lambda value: value == _NOBODY)] = _NOBODY
    # The account's quiet hours when the request was accepted.
    quiet: Annotated[QuietHours | None, *_AsJson] = None
    # Whether what is sent counts against limits of the account, and whether money does; and the
    # countries that may be sent to, if not all.
    metered: Annotated[bool, _IfSo] = False
    priced: Annotated[bool, _IfSo] = False
    countries: Annotated[tuple[str, ...], _IfSo] = ()
    paused: bool = False
    resumed_at: datetime | None = None
    # Counts the clients' pauses, resumes and cancels of the operation.
    revision: int = 0
    updated_at: datetime
    expires_at: int

    @property
    def created_at(self) -> datetime:
        return created_at(self.id)

    @property
    def chunks(self) -> int:
        """How many chunks of up to CHUNK_SIZE recipients it has."""
        if self.dues:
            return sum(due.chunks for due in self.dues)
        return -(-self.total // CHUNK_SIZE)

    def places(self, chunk: int) -> range:
        """The numbers of a chunk's messages. The chunks of a scheduled operation may be shorter than this."""
        first = chunk * CHUNK_SIZE
        # Each other chunk of a scheduled operation has one recipient or more.
        most = self.total - (self.chunks - 1 if self.dues else first)
        return range(first, first + min(most, CHUNK_SIZE))

    def settings_of(self, sender_id: str) -> SenderSettings:
        return self.settings.get(sender_id, _USUAL)

    @property
    def rates(self) -> dict[str, int]:
        """The parts a second of the senders that are paced, by id."""
        return {each: some.parts_per_second for each, some in self.settings.items() if some.parts_per_second}

    def has_expired(self, now: datetime) -> bool:
        """Whether it counts as deleted; DynamoDB takes days to delete what has expired."""
        return self.expires_at <= now.timestamp()

    @property
    def is_over(self) -> bool:
        return self.status in (OperationStatus.COMPLETED, OperationStatus.CANCELED)

    @property
    def is_dry_run(self) -> bool:
        """Whether no message of it reaches any person."""
        return self.delivery is not None and self.delivery.dry_run

    def waiting_quietly(self, now: datetime) -> int:
        """How many messages wait for the end of quiet hours."""
        return 0 if self.is_over else sum(due.quiet for due in self.dues if due.at > now)

    def is_left_out(self, place: int) -> bool:
        """Whether the recipient at a place gets no message, because its person is already in the request."""
        return bool(int(self.left_out, 16) >> place & 1)

    def day_of(self, chunk: int) -> date:
        """The day, in UTC, on which a chunk's messages count: that on which it is due."""
        return (self.due(chunk) or self.created_at).astimezone(UTC).date()

    def due(self, chunk: int) -> datetime | None:
        """When a chunk is due; None if that is at once."""
        return next((due.at for due in self.dues if due.first <= chunk < due.first + due.chunks), None)


# What a tally counts besides the statuses of messages.
ATTEMPTS: Final = "ATTEMPTS"
RECIPIENTS: Final = "RECIPIENTS"
UNADDRESSABLE: Final = "UNADDRESSABLE"

Tally = Counter[str]
"""Counts by status, and of ATTEMPTS, RECIPIENTS and UNADDRESSABLE."""


class Stats(Wire):
    """The twelve counts of an Operation.

    total = the sum of the statuses + unaddressable + the messages that are GROUP, which
    the contract gives no count of their own. A group that waits is in queued, and a group
    that failed for all its people is in failed, as any other message.
    """

    total: int
    recipients: int
    attempts: int
    unaddressable: int
    queued: int
    sent: int
    scheduled: int
    delivered: int
    read: int
    undelivered: int
    failed: int
    canceled: int


_COUNTED: Final = (
    Status.SCHEDULED,
    Status.QUEUED,
    Status.SENT,
    Status.DELIVERED,
    Status.READ,
    Status.UNDELIVERED,
    Status.FAILED,
    Status.CANCELED,
)

# All that a tally counts.
COUNTS: Final = (*_COUNTED, Status.GROUP, ATTEMPTS, RECIPIENTS, UNADDRESSABLE)


def sum_of(tallies: Iterable[Tally]) -> Tally:
    total: Tally = Counter()
    for tally in tallies:
        total.update(tally)
    return total


def counted(tally: Tally) -> int:
    """How many messages a tally has counted, those to groups included."""
    return sum(tally[status] for status in (*_COUNTED, Status.GROUP)) + tally[UNADDRESSABLE]


def stats_of(operation: Operation, tally: Tally) -> Stats:
    """The counts at this moment.

    A recipient whose message has not been counted yet waits, so it is counted as
    queued or scheduled: total is right from the first moment on, and so is the sum.
    """
    waiting = operation.total - counted(tally)
    scheduled = waiting if operation.status is OperationStatus.SCHEDULED else 0
    return Stats(
        total=operation.total,
        recipients=tally[RECIPIENTS] + waiting,
        attempts=tally[ATTEMPTS],
        unaddressable=tally[UNADDRESSABLE],
        scheduled=tally[Status.SCHEDULED] + scheduled,
        queued=tally[Status.QUEUED] + waiting - scheduled,
        sent=tally[Status.SENT],
        delivered=tally[Status.DELIVERED],
        read=tally[Status.READ],
        undelivered=tally[Status.UNDELIVERED],
        failed=tally[Status.FAILED],
        canceled=tally[Status.CANCELED],
    )


def is_complete(operation: Operation, tally: Tally) -> bool:
    """Whether nothing of an operation waits to be sent any more."""
    stats = stats_of(operation, tally)
    return stats.queued == 0 and stats.scheduled == 0
