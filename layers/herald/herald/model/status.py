"""The states of a message and the only way they go: forwards.

    SCHEDULED -> QUEUED -> SENT -> UNDELIVERED -> DELIVERED -> READ
                        \\-> FAILED, CANCELED      (ours, before the hand-over)

A receipt that would move a message backwards is ignored. Carriers correct
themselves: DELIVERED may follow UNDELIVERED, never the other way about.
"""

from enum import StrEnum
from typing import Final


class Status(StrEnum):
    SCHEDULED = "SCHEDULED"
    QUEUED = "QUEUED"
    SENT = "SENT"
    DELIVERED = "DELIVERED"
    READ = "READ"
    UNDELIVERED = "UNDELIVERED"
    FAILED = "FAILED"
    CANCELED = "CANCELED"
    GROUP = "GROUP"
    INBOUND = "INBOUND"


# UNCONFIRMED is the rank of a FAILED that we assumed because no report came of
# a hand-over: a receipt that comes after all still corrects it.
UNCONFIRMED: Final = 5

RANK: Final[dict[Status, int]] = {
    Status.SCHEDULED: 0,
    Status.QUEUED: 1,
    Status.SENT: 10,
    Status.UNDELIVERED: 20,
    Status.DELIVERED: 30,
    Status.READ: 40,
    Status.FAILED: 50,
    Status.CANCELED: 50,
    Status.GROUP: 50,
    Status.INBOUND: 50,
}

# Statuses that a message can get before it is handed over, and never after.
_OURS: Final = frozenset({Status.FAILED, Status.CANCELED})


def is_settled(status: Status) -> bool:
    """Whether our own work on a message is done: it was handed over, or never will be."""
    return status not in (Status.SCHEDULED, Status.QUEUED)


def ceiling(status: Status, rank: int) -> int:
    """The rank below which a message must be to become `status` at `rank`.

    A message that was handed over can no longer be failed by Herald, nor canceled.
    """
    return min(rank, RANK[Status.SENT]) if status in _OURS else rank
