"""Set right what faults have left of an operation: its counts, and what is stuck.

For whoever runs a stack, at any time and as often as they like. The counts become what
the rows come to (`sending.recount`), which also completes an operation of which nothing
waits. What is not done goes on the queue again: a task only says where to look, and
claims and rows decide what there is to do, so a task too many does no harm.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from herald.model import problems
from herald.model.ids import index_of
from herald.model.operation import (
    CHUNK_SIZE,
    Operation,
    OperationStatus,
    Tally,
    is_complete,
    sum_of,
)
from herald.sending.app import App
from herald.sending.dispatch import enqueue_chunks, wake_later
from herald.sending.recount import Recounted, Rows, Wait, look, recount
from herald.store import backlog, operations, recounts, tallies
from herald.store.backlog import Left
from herald.store.recounts import Counted
from herald.tasks import FanOut, Settle, Task, enqueue


@dataclass(kw_only=True)
class Stuck:
    """What waits, by what it takes to go on. Chunks go by their numbers."""

    chunks: list[int] = field(default_factory=list)
    # Places in chunks that are done, of which a later receipt said that they have to be tried again.
    again: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    # With messages of which nobody knows whether they were handed over.
    unsettled: set[int] = field(default_factory=set)
    # Instants that are still to come, by their numbers.
    dues: list[int] = field(default_factory=list)
    # Chunks that cannot be sent any more: their recipients have expired, or were deleted.
    gone: list[int] = field(default_factory=list)
    # Messages that nothing here sets going.
    stranded: list[str] = field(default_factory=list)

    @property
    def is_something(self) -> bool:
        """Also where a wake-up is still to come: whether it is lost, nobody can see."""
        return bool(self.chunks or self.again or self.unsettled or self.dues or self.gone or self.stranded)


@dataclass(frozen=True, kw_only=True)
class Repair:
    """What was found of an operation and, unless it was only looked at, done.

    `moving` and `late` are shards whose counts are as they were: their messages did not
    stay as they are for long enough, or the stream is behind.
    """

    operation: Operation
    before: Tally
    rows: Tally
    after: Tally
    stuck: Stuck
    moving: frozenset[int]
    late: frozenset[int]

    @property
    def is_right(self) -> bool:
        """Whether there was nothing to repair, as far as can be seen while messages may move."""
        has_ended = self.operation.is_over or not is_complete(self.operation, self.before)
        return +self.before == +self.rows and not self.stuck.is_something and has_ended

    @property
    def is_exact(self) -> bool:
        """Whether all counts are those of the rows."""
        return not self.moving and not self.late


def repair(app: App, operation_id: str, *, dry_run: bool = False, wait: Wait | None = None) -> Repair | None:
    """Count an operation anew and set going what is stuck; None if there is no such operation.

    With `dry_run`, only say what there is. `wait` lets so many seconds pass, if not by sleeping.
    """
    found = operations.get_with_tally(app.table, operation_id)
    if found is None or found[0].has_expired(app.clock()):
        return None
    operation, before = found
    # Before the rows are read: what is done by then has no row that waits for its chunk.
    left = backlog.of(app.table, operation)
    counted = Recounted(look(app, operation)) if dry_run else recount(app, operation, wait or time.sleep)
    operation = operations.get(app.table, operation_id) or operation
    stuck = _stuck(app, operation, left, counted.rows)
    if not dry_run:
        _set_going(app, operation, stuck)
    return Repair(
        operation=operation,
        before=before,
        rows=sum_of(rows.counts for rows in counted.rows.values()),
        after=sum_of(state.counts for state in tallies.of(app.table, operation_id).values()),
        stuck=stuck,
        moving=counted.moving,
        late=counted.late,
    )


def _stuck(app: App, operation: Operation, left: Mapping[int, Left], shards: Mapping[int, Rows]) -> Stuck:
    stuck = Stuck()
    now = app.clock()
    later = {number for number, due in enumerate(operation.dues) if due.at > now}
    if operation.status is not OperationStatus.COMPLETED:
        for chunk, state in left.items():
            if not state.has_recipients:
                stuck.gone.append(chunk)
            elif _is_to_be_worked_on(operation, chunk, state, later):
                stuck.chunks.append(chunk)
        if not operation.is_over:
            stuck.dues = [number for number in sorted(later) if _of_due(operation, number, left)]
    for each in _waiting(app, operation, shards):
        chunk, place = divmod(index_of(each.message_id), CHUNK_SIZE)
        if each.error == problems.UNCONFIRMED.code:
            stuck.unsettled.add(chunk)
        elif each.row.tries and (chunk not in left or operation.status is OperationStatus.COMPLETED):
            stuck.again[chunk].add(place)
        elif chunk not in left or operation.status is OperationStatus.COMPLETED:
            stuck.stranded.append(each.message_id)
    stuck.stranded.sort()
    return stuck


def _is_to_be_worked_on(operation: Operation, chunk: int, state: Left, later: Iterable[int]) -> bool:
    """Whether there is something to do for a chunk now: rows to make, or messages to send or cancel."""
    if operation.status is OperationStatus.CANCELED or not state.is_expanded:
        return True
    is_due = not any(chunk in _chunks_of(operation, number) for number in later)
    return is_due and not operation.paused


def _chunks_of(operation: Operation, due: int) -> range:
    first = operation.dues[due].first
    return range(first, first + operation.dues[due].chunks)


def _of_due(operation: Operation, due: int, left: Mapping[int, Left]) -> bool:
    return any(chunk in left for chunk in _chunks_of(operation, due))


def _waiting(app: App, operation: Operation, shards: Mapping[int, Rows]) -> Iterator[Counted]:
    """The rows that wait and, of groups, the people who do."""
    for shard, rows in shards.items():
        yield from (each for each in rows.found if each.is_waiting and each.row.people == 1)
        if any(each.row.people > 1 for each in rows.found):
            for person in recounts.people(app.table, operation, shard):
                if person.is_waiting:
                    # A person is tried once; who waits in a chunk that is done waits for another try.
                    yield person._replace(row=person.row._replace(tries=1))


def _set_going(app: App, operation: Operation, stuck: Stuck) -> None:
    enqueue_chunks(app, operation, stuck.chunks)
    tasks: list[Task] = [
        FanOut(operation_id=operation.id, chunk=chunk, again=tuple(sorted(places)))
        for chunk, places in sorted(stuck.again.items())
    ]
    tasks += [Settle(operation_id=operation.id, chunk=chunk) for chunk in sorted(stuck.unsettled)]
    enqueue(app.chunk_queue, tasks, account=operation.account)
    for number in stuck.dues:
        wake_later(app, operation, number)
