"""Count the rows of an operation anew, also while its messages move.

Each block is counted by itself: its version is read, then its rows, and what they come to
is set if the version is still the same. Whatever the stream told of the rows before that
version is in the rows that were read after it, and what it tells later is merged as ever.
Where somebody has counted in between, nothing is set and the block is counted once more.
"""

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final, TypeAlias, TypeVar

from herald.model.ids import BLOCK_SIZE
from herald.model.operation import CHUNK_SIZE, Operation, Tally, sum_of
from herald.sending.app import App
from herald.store import block_rows, tallies
from herald.store.block_rows import BlockRow

Result = TypeVar("Result")

Wait: TypeAlias = Callable[[float], None]

# How often a block is counted before it is said to be moving.
TRIES: Final = 5
# Seconds before a block is counted again, doubled each time.
_PAUSE: Final = 0.2
_SIDE_BY_SIDE: Final = 8


@dataclass(frozen=True)
class Recounted:
    """The rows of each block by its number, and the blocks whose counts kept changing."""

    rows: dict[int, list[BlockRow]]
    moving: frozenset[int] = frozenset()

    @property
    def counts(self) -> Tally:
        """What the rows come to."""
        return sum_of(block_rows.block_of(rows).counts for rows in self.rows.values())


def look(app: App, operation: Operation) -> Recounted:
    """What the rows come to, while they may be moving; nothing is changed."""
    return Recounted(
        _side_by_side(lambda number: block_rows.read(app.table, operation, number), blocks_of(operation))
    )


def recount(app: App, operation: Operation, wait: Wait) -> Recounted:
    """Have every block of an operation say what its rows come to."""
    rows: dict[int, list[BlockRow]] = {}
    left: Iterable[int] = blocks_of(operation)
    for attempt in range(TRIES):
        if attempt:
            # Not in step with another recount of the same operation.
            wait(random.uniform(0, _PAUSE * 2**attempt))  # noqa: S311 (not for secrets)
        counted = _side_by_side(lambda number: _count(app, operation, number), left)
        rows |= {number: found for number, (found, _) in counted.items()}
        left = [number for number, (_, is_set) in counted.items() if not is_set]
        if not left:
            break
    return Recounted(rows, frozenset(left))


def blocks_of(operation: Operation) -> range:
    """The numbers of the blocks in which an operation can have rows."""
    return range(-(-operation.chunks * CHUNK_SIZE // BLOCK_SIZE))


def _count(app: App, operation: Operation, number: int) -> tuple[list[BlockRow], bool]:
    """Count one block; its rows, and whether the counts are theirs now."""
    old = tallies.read(app.table, operation.id, number)
    rows = block_rows.read(app.table, operation, number)
    new = block_rows.block_of(rows)
    return rows, tallies.replace(app.table, operation.id, number, old, new, operation.expires_at)


def _side_by_side(act: Callable[[int], Result], blocks: Iterable[int]) -> dict[int, Result]:
    numbers = list(blocks)
    if len(numbers) == 1:
        return {numbers[0]: act(numbers[0])}
    with ThreadPoolExecutor(max_workers=min(len(numbers), _SIDE_BY_SIDE) or 1) as pool:
        return dict(zip(numbers, pool.map(act, numbers), strict=True))
