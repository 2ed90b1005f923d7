"""Count the rows of an operation anew, also while its messages move.

Each shard has a tally of its own, so each is counted by itself: between two records in
its partition, as `store.recounts` says. Where a row has changed meanwhile, nothing is
taken over and the shard is counted once more.
"""

import random
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from herald.model.operation import Operation, Tally, sum_of
from herald.sending.app import App
from herald.store import recounts, tallies
from herald.store.keys import SHARDS
from herald.store.recounts import Counted

type Wait = Callable[[float], None]

# How often a shard is counted before it is said to be moving.
TRIES: Final = 5
# Seconds between two looks at the tallies, and how long they may take to come to a recount.
_LOOK_EVERY: Final = 0.5
_PATIENCE: Final = 60.0


@dataclass(frozen=True)
class Rows:
    """What was read of one shard."""

    found: list[Counted]

    @property
    def counts(self) -> Tally:
        return sum_of(each.row.counts for each in self.found)


@dataclass(frozen=True)
class Recounted:
    """`moving`: shards whose rows kept changing. `late`: those whose tally has not come to it in time."""

    rows: dict[int, Rows]
    moving: frozenset[int] = frozenset()
    late: frozenset[int] = frozenset()


def look(app: App, operation: Operation) -> dict[int, Rows]:
    """What the rows come to, while they may be moving; nothing is changed."""
    return _side_by_side(lambda shard: Rows(recounts.rows(app.table, operation, shard)), range(SHARDS))


def recount(app: App, operation: Operation, wait: Wait) -> Recounted:
    """Have every tally of an operation say what its rows come to."""
    rows: dict[int, Rows] = {}
    left = frozenset(range(SHARDS))
    for attempt in range(TRIES):
        if attempt:
            # Not in step with another recount of the same operation.
            wait(random.uniform(0, 2**attempt))  # noqa: S311 (not for secrets)
        counted = _side_by_side(lambda shard: _count(app, operation, shard), left)
        rows |= {shard: found for shard, (found, _) in counted.items()}
        closed = {shard: generation for shard, (_, generation) in counted.items() if generation}
        seen = _wait_for(app, operation, closed, wait)
        late = frozenset(shard for shard in closed if seen[shard].closed < closed[shard])
        left -= {shard for shard in closed if seen[shard].recounted >= closed[shard]}
        if late or not left:
            return Recounted(rows, left - late, late)
    return Recounted(rows, left)


def _count(app: App, operation: Operation, shard: int) -> tuple[Rows, int]:
    """Count one shard; with it the recount's number, 0 where another has begun meanwhile."""
    generation = recounts.begin(app.table, operation, shard)
    rows = Rows(recounts.rows(app.table, operation, shard))
    try:
        recounts.end(app.table, operation, shard, generation, rows.counts)
    except recounts.Overtaken:
        return rows, 0
    return rows, generation


def _wait_for(app: App, operation: Operation, closed: dict[int, int], wait: Wait) -> dict[int, tallies.State]:
    """The tallies, as soon as all have seen the ends of the recounts, or when it has taken too long."""
    waited = 0.0
    while True:
        states = tallies.of(app.table, operation.id)
        if waited >= _PATIENCE or all(
            states[shard].closed >= generation for shard, generation in closed.items()
        ):
            return states
        wait(_LOOK_EVERY)
        waited += _LOOK_EVERY


def _side_by_side[Result](act: Callable[[int], Result], shards: Iterable[int]) -> dict[int, Result]:
    numbers = list(shards)
    with ThreadPoolExecutor(max_workers=len(numbers) or 1) as pool:
        return dict(zip(numbers, pool.map(act, numbers), strict=True))
