"""Follow operations until no further change is expected.

Knows no terminal: `show` draws what this yields.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from herald_cli.client import MessageOperation, Stats

WAITING: tuple[Literal["scheduled", "queued", "sent"], ...] = ("scheduled", "queued", "sent")
"""Counts of messages that are not final."""

ENDED: tuple[Literal["delivered", "read", "undelivered", "failed", "canceled", "unaddressable"], ...] = (
    "delivered",
    "read",
    "undelivered",
    "failed",
    "canceled",
    "unaddressable",
)
"""Counts of messages that are final."""

SHORTEST_PAUSE = 0.5
LONGEST_PAUSE = 2.0


@dataclass(frozen=True)
class Snapshot:
    """The operations at one moment."""

    operations: tuple[MessageOperation, ...]
    seconds: float
    """Since the watching began."""
    quiet: tuple[str, ...] = ()
    """Operations that were given up on: handed over in full, but some receipts do not come."""

    @property
    def stats(self) -> Stats:
        """The counts of all operations together."""
        return total([operation["stats"] for operation in self.operations])

    @property
    def ended(self) -> int:
        """How many messages are final, or are to groups: those have no counts of a status."""
        return ended(self.stats) + sum(operation.get("groups", 0) for operation in self.operations)

    @property
    def handed_over(self) -> bool:
        """Whether every message was handed to its carrier, or never will be."""
        return all(_ended(operation) and not _to_send(operation["stats"]) for operation in self.operations)

    @property
    def settled(self) -> bool:
        """Whether every message is final."""
        return all(settled(operation) for operation in self.operations)


def total(several: Sequence[Stats]) -> Stats:
    """The sum of the counts."""
    return {
        "total": sum(stats["total"] for stats in several),
        "recipients": sum(stats["recipients"] for stats in several),
        "attempts": sum(stats["attempts"] for stats in several),
        "unaddressable": sum(stats["unaddressable"] for stats in several),
        "scheduled": sum(stats["scheduled"] for stats in several),
        "queued": sum(stats["queued"] for stats in several),
        "sent": sum(stats["sent"] for stats in several),
        "delivered": sum(stats["delivered"] for stats in several),
        "read": sum(stats["read"] for stats in several),
        "undelivered": sum(stats["undelivered"] for stats in several),
        "failed": sum(stats["failed"] for stats in several),
        "canceled": sum(stats["canceled"] for stats in several),
    }


def ended(stats: Stats) -> int:
    """How many messages are final."""
    return sum(stats[name] for name in ENDED)


def settled(operation: MessageOperation) -> bool:
    """Whether every message of the operation is final.

    Counts follow the messages a little later, so zeros are not enough: all messages must be accounted for. A
    message to a group is in no count of a status, and has several recipients.
    """
    stats = operation["stats"]
    waiting = sum(stats[name] for name in WAITING)
    known = ended(stats) + operation.get("groups", 0)
    return _ended(operation) and not waiting and known >= (stats["total"] or stats["recipients"])


def watch(
    read: Callable[[str], MessageOperation],
    operation_ids: Sequence[str],
    *,
    patience: float,
    clock: Callable[[], float],
    sleep: Callable[[float], None],
) -> Iterator[Snapshot]:
    """Yield a snapshot after every read of the operations, until each is settled or has gone quiet.

    An operation is quiet when it is over, and its counts have not changed for `patience` seconds.
    Messages stay SENT for ever if a carrier never reports. Reads are half a
    second apart while counts change, and further apart when they do not.
    """
    start = clock()
    operations: dict[str, MessageOperation] = {}
    moved: dict[str, float] = {}
    pause = SHORTEST_PAUSE
    while True:
        pause = min(pause * 1.5, LONGEST_PAUSE)
        for operation_id in operation_ids:
            before = operations.get(operation_id)
            if before and settled(before):
                continue
            operation = read(operation_id)
            if before is None or operation["stats"] != before["stats"]:
                moved[operation_id] = clock()
                pause = SHORTEST_PAUSE
            operations[operation_id] = operation
        now = clock()
        unsettled = [id_ for id_, operation in operations.items() if not settled(operation)]
        quiet = [id_ for id_ in unsettled if _ended(operations[id_]) and now - moved[id_] >= patience]
        over = len(quiet) == len(unsettled)
        yield Snapshot(tuple(operations.values()), now - start, tuple(quiet) if over else ())
        if over:
            return
        sleep(pause)


def _ended(operation: MessageOperation) -> bool:
    return operation["status"] in ("COMPLETED", "CANCELED")


def _to_send(stats: Stats) -> int:
    return stats["scheduled"] + stats["queued"]
