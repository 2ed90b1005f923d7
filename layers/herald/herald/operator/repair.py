"""Repairs an operation after faults: its counts, and what is stuck.

For an operator of a stack, at any time and as often as needed. The counts are set from
the rows (`operator.recount`), and an operation without waiting messages completes.
Unfinished chunks go on the queue again: a task only names a chunk, and claims and
rows decide what there is to do, so an extra task does no harm.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from herald.model import problems
from herald.model.operation import (
    CHUNK_SIZE,
    Operation,
    OperationStatus,
    Tally,
    is_complete,
)
from herald.operator import backlog
from herald.operator.backlog import Left
from herald.operator.block_rows import BlockRow
from herald.operator.recount import Recounted, Wait, look, recount
from herald.sending.app import App
from herald.sending.dispatch import enqueue_chunks, reckon_later, wake_later
from herald.sending.tally import complete
from herald.store import operations
from herald.tasks import FanOut, Settle, Task, enqueue


@dataclass(kw_only=True)
class Stuck:
    """The waiting work, by how it is restarted. Chunks are named by their numbers."""

    chunks: list[int] = field(default_factory=list)
    # Places in chunks that are done, to be tried again because of a later receipt.
    again: defaultdict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    # With messages whose hand-over has an unknown outcome.
    unsettled: set[int] = field(default_factory=set)
    # Instants that are still to come, by their numbers.
    dues: list[int] = field(default_factory=list)
    # Chunks that cannot be sent any more: their recipients have expired, or were deleted.
    gone: list[int] = field(default_factory=list)
    # Messages that a repair cannot restart.
    stranded: list[str] = field(default_factory=list)

    @property
    def is_something(self) -> bool:
        """Whether work waits; a wake-up that is still to come counts, because it may be lost."""
        return bool(self.chunks or self.again or self.unsettled or self.dues or self.gone or self.stranded)


@dataclass(frozen=True, kw_only=True)
class Repair:
    """The findings of an operation, and the repairs unless it was a dry run.

    `moving` are blocks whose counts were not set: the stream counted their messages
    each time while they were read.
    """

    operation: Operation
    before: Tally
    rows: Tally
    after: Tally
    stuck: Stuck
    moving: frozenset[int]

    @property
    def is_right(self) -> bool:
        """Whether there was nothing to repair, as far as can be seen while messages may move."""
        has_ended = self.operation.is_over or not is_complete(self.operation, self.before)
        return +self.before == +self.rows and not self.stuck.is_something and has_ended

    @property
    def is_exact(self) -> bool:
        """Whether all counts are those of the rows."""
        return not self.moving


def repair(app: App, operation_id: str, *, dry_run: bool = False, wait: Wait | None = None) -> Repair | None:
    """Recount an operation and restart what is stuck; None if there is no such operation.

    With `dry_run`, only report. `wait` lets so many seconds pass, in place of sleeping.
    """
    found = operations.get_with_tally(app.table, operation_id)
    if found is None or found[0].has_expired(app.clock()):
        return None
    operation, before = found
    # Before the rows are read: then a finished chunk has no row that waits for it.
    left = backlog.of(app.table, operation)
    counted = look(app, operation) if dry_run else recount(app, operation, wait or time.sleep)
    operation, after = operations.get_with_tally(app.table, operation_id) or found
    if not dry_run and complete(app, operation, after):
        operation = operation.model_copy(update={"status": OperationStatus.COMPLETED})
    stuck = _stuck(app, operation, left, counted)
    if not dry_run:
        _set_going(app, operation, stuck)
    return Repair(
        operation=operation,
        before=before,
        rows=counted.counts,
        after=after,
        stuck=stuck,
        moving=counted.moving,
    )


def _stuck(app: App, operation: Operation, left: Mapping[int, Left], counted: Recounted) -> Stuck:
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
    for each in _waiting(counted):
        chunk, place = divmod(each.place, CHUNK_SIZE)
        # A person is tried once: one who waits in a chunk that is done waits for another try.
        is_tried = each.state.tries or each.person is not None
        if each.error == problems.UNCONFIRMED.code:
            stuck.unsettled.add(chunk)
        elif is_tried and (chunk not in left or operation.status is OperationStatus.COMPLETED):
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


def _waiting(counted: Recounted) -> Iterator[BlockRow]:
    """The rows that wait; for groups, the people who do."""
    for rows in counted.rows.values():
        yield from (row for row in rows if row.state.is_waiting and not row.is_group)


def _set_going(app: App, operation: Operation, stuck: Stuck) -> None:
    now = app.clock()
    due = {chunk for chunk in stuck.chunks if (at := operation.due(chunk)) is None or at <= now}
    # The wake-up of a chunk that is due may be lost: the repair does its work.
    enqueue_chunks(app, operation, sorted(due), woken=True)
    enqueue_chunks(app, operation, sorted(set(stuck.chunks) - due))
    tasks: list[Task] = [
        FanOut(operation_id=operation.id, chunk=chunk, again=tuple(sorted(places)))
        for chunk, places in sorted(stuck.again.items())
    ]
    tasks += [Settle(operation_id=operation.id, chunk=chunk) for chunk in sorted(stuck.unsettled)]
    enqueue(app.chunk_queue, tasks, account=operation.account)
    for number in stuck.dues:
        wake_later(app, operation, number)
    if operation.metered and operation.is_over:
        # The task for that may be lost too, or have come before this work is done.
        reckon_later(app, operation)
