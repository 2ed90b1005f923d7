"""Recounts the rows of an operation, even while its messages change.

The versions of all blocks are read, then the rows, and each block is set to the states of its
rows if its version is still the same. Records of the stream up to that version are
contained in the rows, which were read after it, and later records are merged as always.
A block in which a writer has counted meanwhile is not set, and is counted again.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from herald.model.ids import BLOCK_SIZE
from herald.model.operation import CHUNK_SIZE, Operation, Tally, sum_of
from herald.operator import block_rows
from herald.operator.block_rows import BlockRow
from herald.sending.app import App
from herald.store import tallies

Wait: TypeAlias = Callable[[float], None]

# How often a block is counted before it is reported as still changing.
TRIES: Final = 5
# Seconds before a block is counted again, doubled each time.
_PAUSE: Final = 0.2


@dataclass(frozen=True)
class Recounted:
    """The rows of each block by its number, and the blocks whose counts kept changing."""

    rows: dict[int, list[BlockRow]]
    moving: frozenset[int] = frozenset()

    @property
    def counts(self) -> Tally:
        """The counts of the rows."""
        return sum_of(block_rows.block_of(rows).counts for rows in self.rows.values())


def look(app: App, operation: Operation) -> Recounted:
    """The counts of the rows, which may still change; nothing is written."""
    return Recounted(block_rows.read(app.table, operation, blocks_of(operation)))


def recount(app: App, operation: Operation, wait: Wait) -> Recounted:
    """Set every block of an operation to the states of its rows."""
    old = tallies.read(app.table, operation.id)
    rows = block_rows.read(app.table, operation, blocks_of(operation))
    moving = _set(app, operation, old, rows)
    for attempt in range(1, TRIES):
        if not moving:
            break
        # Not in step with another recount of the same operation.
        wait(random.uniform(0, _PAUSE * 2**attempt))  # noqa: S311 (not for secrets)
        # Each by itself: the less time between the reads and the write, the fewer writers come between.
        for number in sorted(moving):
            old = tallies.read(app.table, operation.id, number)
            again = block_rows.read(app.table, operation, range(number, number + 1))
            rows |= again
            if not _set(app, operation, old, again):
                moving.remove(number)
    return Recounted(rows, frozenset(moving))


def blocks_of(operation: Operation) -> range:
    """The numbers of the blocks in which an operation can have rows."""
    return range(-(-operation.chunks * CHUNK_SIZE // BLOCK_SIZE))


def _set(app: App, operation: Operation, old: tallies.Items, rows: dict[int, list[BlockRow]]) -> set[int]:
    """Set blocks to the states of their rows; return the numbers of those that have changed meanwhile."""
    new = {number: block_rows.block_of(some) for number, some in rows.items()}
    return tallies.replace(app.table, operation.id, old, new, operation.expires_at)
