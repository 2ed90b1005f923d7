"""An Operation: one accepted request, and the counts of its Messages."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Final

from pydantic import Field

from herald.model.addresses import Sender
from herald.model.content import Content, Tags
from herald.model.ids import created_at
from herald.model.status import Status
from herald.model.wire import Wire

CHUNK_SIZE: Final = 100


class OperationStatus(StrEnum):
    """PROCESSING -> COMPLETED once every message was handed over or never will be."""

    SCHEDULED = "SCHEDULED"
    PROCESSING = "PROCESSING"
    COMPLETED = "COMPLETED"
    CANCELED = "CANCELED"


class Operation(Wire):
    """What the table keeps of a request: all but its recipients, which are in chunks."""

    id: str
    account: str
    status: OperationStatus
    total: int
    content: Content
    senders: tuple[Sender, ...]
    tags: Tags = Field(default_factory=dict)
    updated_at: datetime
    expires_at: int

    @property
    def created_at(self) -> datetime:
        return created_at(self.id)

    @property
    def chunks(self) -> int:
        """How many chunks of up to CHUNK_SIZE recipients it has."""
        return -(-self.total // CHUNK_SIZE)


# What a tally counts besides the statuses of messages.
ATTEMPTS: Final = "ATTEMPTS"
RECIPIENTS: Final = "RECIPIENTS"
UNADDRESSABLE: Final = "UNADDRESSABLE"

Tally = Counter[str]
"""Counts by status, and of ATTEMPTS, RECIPIENTS and UNADDRESSABLE."""


class Stats(Wire):
    """The twelve counts of an Operation. total = the sum of the statuses + unaddressable."""

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


def sum_of(tallies: Iterable[Tally]) -> Tally:
    total: Tally = Counter()
    for tally in tallies:
        total.update(tally)
    return total


def counted(tally: Tally) -> int:
    """How many messages a tally knows of."""
    return sum(tally[status] for status in _COUNTED) + tally[UNADDRESSABLE]


def stats_of(operation: Operation, tally: Tally) -> Stats:
    """The counts at this moment.

    A recipient whose message has not been counted yet waits in our queue, so it is
    counted as queued: total is right from the first moment on, and so is the sum.
    """
    waiting = operation.total - counted(tally)
    return Stats(
        total=operation.total,
        recipients=tally[RECIPIENTS] + waiting,
        attempts=tally[ATTEMPTS],
        unaddressable=tally[UNADDRESSABLE],
        scheduled=tally[Status.SCHEDULED],
        queued=tally[Status.QUEUED] + waiting,
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
