"""One chunk: make its messages, send them, and record what happened to each.

The order of the writes is what keeps the promise that nobody is texted twice and
nobody is lost (`store.chunks` says what each field of a chunk's progress means):

    claim      generation + 1, lease        another worker stops at its next write
    rows       QUEUED (or FAILED)           nothing is sent before the rows are there
    intend     the next group               written before the first of the group is sent
    send       all of the group, at once
    record     each outcome on its row
    intend     the group after it ...       the last one is done, whatever happens now

A worker that dies leaves its group intended. Of that group nobody can tell who
was sent, so the next worker sends none of it: the rows are marked as unknown, and
`settle` decides when no receipt comes. A worker that lives on after its lease is
stopped by its next write, because the generation is no longer its own.

Before each group the operation is read again: one that was paused is left as it
is, and of one that was canceled what waits is canceled. A chunk that is not due
gets its rows and waits for `dispatch.wake`. What its sender's rate does not allow
yet, or its carrier has turned away, goes back on the queue with a delay.
"""

from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from itertools import chain
from typing import Final

from herald.content import Personalizer
from herald.model import problems
from herald.model.ids import index_of, message_id
from herald.model.message import Message
from herald.model.operation import CHUNK_SIZE, Operation, OperationStatus
from herald.model.routes import Route
from herald.model.status import Status, is_settled
from herald.model.suppressions import People
from herald.sending import groups
from herald.sending.app import App
from herald.sending.hand_over import HandOver, Result
from herald.sending.pace import Pace
from herald.sending.people import people_of
from herald.sending.plans import plan_of
from herald.store import chunks, messages, operations, suppressions
from herald.store.chunks import Progress
from herald.tasks import MAX_DELAY, FanOut, Settle, enqueue, whole_seconds
from herald.telemetry import count, logger

# Longer than the function's timeout, so that a worker is dead before its lease ends.
LEASE_SECONDS: Final = 90
# How many are sent side by side, and so at most unknown after a crash.
GROUP_SIZE: Final = 25
# Seconds within which a chunk that is not due yet waits on the queue.
_SOON: Final = 60
# A group is not begun with less than this left to the worker.
_GROUP_SECONDS: Final = 20
# Nothing more of a group is handed over with less than this left.
_SEND_SECONDS: Final = 13
# Seconds that a chunk's progress is kept for longer than its operation.
_PROGRESS_OUTLIVES: Final = 30 * 86_400


def fan_out(app: App, task: FanOut, *, remaining_seconds: float, group_size: int = GROUP_SIZE) -> None:
    """Send what is pending of a chunk; what must wait goes back on the queue."""
    operation = operations.get(app.table, task.operation_id)
    if operation is None or operation.has_expired(app.clock()):
        logger.warning("no such operation", operation_id=task.operation_id)
        return
    try:
        progress = chunks.claim(
            app.table,
            task.operation_id,
            task.chunk,
            ticket=task.ticket,
            now=int(app.clock().timestamp()),
            lease_seconds=LEASE_SECONDS,
            # After the operation and the recipients in any case: a chunk whose progress is
            # forgotten would be sent anew. DynamoDB deletes in no order, and days late.
            expires_at=operation.expires_at + _PROGRESS_OUTLIVES,
        )
    except chunks.Superseded:
        return
    except chunks.Busy as busy:
        # Most likely a repeat of a task that is being worked on. Should that worker
        # die, this one takes over.
        enqueue(app.chunk_queue, [task], account=operation.account, delay=busy.seconds)
        return
    try:
        if progress.is_done and not task.again:
            chunks.advance(app.table, progress, released_by=task.ticket)
            return
        _Worker(app, operation, progress, task, remaining_seconds, group_size).run()
    except chunks.Gone:
        _abandon(app, operation, progress, task)
    except chunks.Fenced:
        logger.warning("fenced out", operation_id=task.operation_id, chunk=task.chunk)


def _abandon(app: App, operation: Operation, progress: Progress, task: FanOut) -> None:
    """End a chunk whose recipients are not there any more: nobody knows what to send, or to whom.

    What has a row fails. To try again would not bring anybody back.
    """
    count("ChunkGone")
    logger.error("recipients are gone", operation_id=operation.id, chunk=progress.chunk)
    first = progress.chunk * CHUNK_SIZE
    ids = [message_id(operation.id, index) for index in range(first, first + CHUNK_SIZE)]
    for row in messages.get_many(app.table, operation.account, ids).values():
        if not (is_settled(row.status) or row.is_unknown):
            # Who was intended may have got it: a receipt still tells.
            may_be_sent = index_of(row.id) - first in progress.intended
            problem = problems.UNCONFIRMED if may_be_sent else problems.EXPIRED
            messages.fail(
                app.table, row.account, row.id, problem.code, now=app.clock(), unconfirmed=may_be_sent
            )
    nobody: frozenset[int] = frozenset()
    done = replace(progress, pending=nobody, deferred=nobody, intended=nobody)
    chunks.advance(app.table, done, released_by=task.ticket)


class _Worker:
    """One claim on one chunk."""

    def __init__(
        self,
        app: App,
        operation: Operation,
        progress: Progress,
        task: FanOut,
        seconds: float,
        group_size: int,
    ) -> None:
        self._app = app
        self._operation = operation
        self._progress = progress
        self._task = task
        self._deadline = app.clock() + timedelta(seconds=seconds - _GROUP_SECONDS)
        self._group_size = group_size
        self._due = operation.due(progress.chunk)
        self._pace = Pace(app, operation, progress.slots)
        self._hand_over: HandOver | None = None
        first = progress.chunk * CHUNK_SIZE
        placed = chunks.recipients(app.table, operation.id, progress.chunk)
        people = people_of(app.table, operation, placed, first=first, again=progress.generation > 1)
        personalizer = Personalizer(operation.content, operation.tags, operation.template)
        status = self._status_of_rows()
        self._plans = [
            plan_of(operation, first + number, each.place, person, personalizer, status, self._due)
            for number, (each, person) in enumerate(zip(placed, people, strict=True))
        ]

    def run(self) -> None:
        pending, deferred = self._take_over() if self._progress.expanded else (self._expand(), frozenset())
        pending |= self._opened_again() - deferred
        if self._progress.retry_at <= self._app.clock().timestamp():
            pending, deferred = pending | deferred, frozenset()
        self._keep(pending, deferred)
        if self._is_due() and self._goes_on():
            self._send_groups()
        if self._operation.status is OperationStatus.CANCELED:
            self._cancel(self._progress.left)
            self._keep(frozenset(), frozenset())
        self._finish()

    def _keep(self, pending: frozenset[int], deferred: frozenset[int]) -> None:
        """What is left from here on; the next write to the chunk's progress records it."""
        self._progress = replace(
            self._progress, pending=pending, deferred=deferred, intended=frozenset(), slots=self._pace.slots
        )

    def _status_of_rows(self) -> Status:
        """What a row is made as, if nothing is wrong with it."""
        if self._operation.status is OperationStatus.CANCELED:
            return Status.CANCELED
        return Status.QUEUED if self._is_due() else Status.SCHEDULED

    def _is_due(self) -> bool:
        return self._due is None or self._due <= self._app.clock()

    def _seconds_until_due(self) -> int:
        """How long a chunk has to wait; 0 once it is due."""
        wait = self._due - self._app.clock() if self._due else timedelta()
        return max(whole_seconds(wait), 0)

    def _goes_on(self) -> bool:
        """Whether to send. Of a completed operation, what a failure receipt has opened again:
        whether it was paused does not count then, for nobody can resume it any more."""
        if self._operation.is_over:
            return self._operation.status is OperationStatus.COMPLETED
        return not self._operation.paused

    def _send_groups(self) -> None:
        """Send group after group, as long as there is time and nobody says stop."""
        now = self._app.clock()
        if self._operation.status is OperationStatus.SCHEDULED:
            operations.start(self._app.table, self._operation.id, now)
        routes = chain.from_iterable(self._plans[place].routes for place in self._progress.pending)
        until = self._deadline + timedelta(seconds=_GROUP_SECONDS - _SEND_SECONDS)
        hand_over = self._hand_over = HandOver(self._app, self._operation, self._progress, routes, until)
        if self._operation.rates:
            # So that no sender's time is taken for whom it may not write to.
            hand_over.suppressed |= self._look_up(self._progress.pending)
        is_turned_away = False
        with ThreadPoolExecutor(max_workers=self._group_size) as pool:
            while (
                self._goes_on()
                and self._app.clock() < self._deadline
                and (heads := self._next_group(hand_over))
            ):
                hand_over.suppressed |= self._look_up(heads)
                hand_over.stopped |= self._operation.stopped
                if not self._goes_on():
                    break
                pending = self._progress.pending - frozenset(heads)
                self._keep(pending, self._progress.deferred)
                group = self._waiting(heads)
                # This write also says of the group before that all of it is recorded.
                self._progress = chunks.advance(
                    self._app.table, replace(self._progress, intended=frozenset(group))
                )
                outcomes = pool.map(lambda place: hand_over.send(self._plans[place], heads[place]), group)
                results = dict(zip(group, outcomes, strict=True))
                self._app.carrier.flush()
                by_result = {each: {p for p in group if results[p] is each} for each in Result}
                is_turned_away |= bool(by_result[Result.DEFERRED])
                self._keep(
                    pending | by_result[Result.REROUTED],
                    self._progress.deferred | by_result[Result.DEFERRED],
                )
                if by_result[Result.UNKNOWN]:
                    self._settle_later()
        if is_turned_away:
            self._hold_back(hand_over.retry_after)
        elif not self._progress.deferred:
            self._progress = replace(self._progress, deferred_since=None, deferrals=0)

    def _next_group(self, hand_over: HandOver) -> dict[int, Route | None]:
        """The next places whose senders' rates allow to send them now, and where each of them goes."""
        heads = {place: hand_over.next_route(self._plans[place]) for place in sorted(self._progress.pending)}
        wanted: Counter[str] = Counter()
        for place, route in heads.items():
            if route and self._pace.is_paced(route.sender.sender_id):
                wanted[route.sender.sender_id] += self._plans[place].parts(route)
        self._pace.reserve(wanted)
        group: dict[int, Route | None] = {}
        for place, route in heads.items():
            if len(group) == self._group_size:
                break
            if not route or self._pace.take(route.sender.sender_id, self._plans[place].parts(route)):
                group[place] = route
        return group

    def _look_up(self, group: Iterable[int]) -> People:
        """Read the operation as it is now and, in the same call, whom of a group it may not be sent to.

        And the rows of those who were tried before: a receipt may have come that makes
        another try one too many.
        """
        plans = [self._plans[place] for place in group]
        tried = {plan.row.id: plan for plan in plans if isinstance(plan.row, Message) and plan.row.attempts}
        people = {route.to for plan in plans for route in plan.routes}
        account = self._operation.account
        wanted = [*suppressions.keys_of(account, people), *messages.keys_of(account, tried)]
        operation, items = operations.get_with(self._app.table, self._operation.id, wanted)
        self._operation = operation or self._operation
        for identifier, row in messages.found(items).items():
            tried[identifier].row = row
        return suppressions.found(items)

    def _waiting(self, places: Iterable[int]) -> list[int]:
        """Those of some places whose rows still wait; of a group, its people tell."""
        plans = ((place, self._plans[place]) for place in places)
        return [
            place
            for place, plan in plans
            if plan.is_waiting or (isinstance(plan.row, Message) and plan.row.group)
        ]

    def _hold_back(self, retry_after: int) -> None:
        """Try what the carrier has turned away later: after twice as long each time."""
        now, deferrals = int(self._app.clock().timestamp()), self._progress.deferrals + 1
        self._progress = replace(
            self._progress,
            deferrals=deferrals,
            retry_at=now + min(max(retry_after, 1) << min(deferrals - 1, 10), MAX_DELAY),
            deferred_since=self._progress.deferred_since or now,
        )

    def _cancel(self, places: Iterable[int]) -> None:
        """Cancel what waits in some places; of what was just sent, a row says so and stays."""
        now = self._app.clock()
        for place in places:
            row = self._plans[place].row
            if not isinstance(row, Message):
                continue
            if row.group:
                if groups.cancel(self._app, row):
                    self._settle_later()
            elif row.is_open_again:
                messages.close_again(self._app.table, row, now=now)
            else:
                messages.cancel(self._app.table, row.account, row.id, now=now)

    def _finish(self) -> None:
        """Say what is left, and give the chunk up. A task for what is left goes on the queue.

        Not where the operation is paused or not due: what ends that enqueues the chunk anew.
        But one that is due within a minute waits on the queue: the one who wakes it may
        have a clock that is ahead of ours, and have done so already.
        Dying between the two leaves the task that we are working on, which then comes again.
        """
        progress = self._progress = chunks.advance(
            self._app.table, self._progress, released_by=self._task.ticket
        )
        if progress.left and self._goes_on() and self._seconds_until_due() <= _SOON:
            task = FanOut(operation_id=self._operation.id, chunk=progress.chunk, ticket=progress.generation)
            enqueue(self._app.chunk_queue, [task], account=self._operation.account, delay=self._wait())
        logger.info(
            "chunk worked on",
            operation_id=self._operation.id,
            chunk=progress.chunk,
            left=len(progress.left),
        )

    def _wait(self) -> int:
        """Seconds until the first of what is left may be sent."""
        if wait := self._seconds_until_due():
            return wait
        waits = []
        if self._progress.deferred:
            waits.append(self._progress.retry_at - int(self._app.clock().timestamp()))
        if self._progress.pending and self._hand_over:
            heads = [self._hand_over.next_route(self._plans[place]) for place in self._progress.pending]
            waits.append(self._pace.seconds_until(route and route.sender.sender_id for route in heads))
        return max(min(waits, default=0), 0)

    def _expand(self) -> frozenset[int]:
        """Make the rows of the chunk; the places that are to be sent."""
        messages.put(self._app.table, (plan.row for plan in self._plans))
        return frozenset(place for place, plan in enumerate(self._plans) if plan.is_waiting)

    def _take_over(self) -> tuple[frozenset[int], frozenset[int]]:
        """Mark what a worker before us left without an outcome; what is pending, and what deferred."""
        hand_over = HandOver(self._app, self._operation, self._progress, (), self._deadline)
        for place in self._refresh(self._progress.intended):
            plan = self._plans[place]
            row = plan.row
            if isinstance(row, Message) and (row.group or not (is_settled(row.status) or row.is_unknown)):
                hand_over.record_unknown(plan)
        if self._progress.intended:
            # Also of those that were marked before: the one who marked them may have died since.
            self._settle_later()
        waiting = frozenset(self._waiting(self._refresh(self._progress.left)))
        return self._progress.pending & waiting, self._progress.deferred & waiting

    def _opened_again(self) -> frozenset[int]:
        """Of the places that the task names, those whose rows wait to be sent once more."""
        found = set()
        for place in self._refresh(place for place in self._task.again if place < len(self._plans)):
            row = self._plans[place].row
            if isinstance(row, Message) and (
                groups.is_open(self._app, row) if row.group else row.is_open_again
            ):
                found.add(place)
        return frozenset(found)

    def _refresh(self, places: Iterable[int]) -> list[int]:
        """Read the rows of some places, as they are now."""
        known = sorted(places)
        ids = {self._plans[place].row.id: place for place in known}
        for identifier, row in messages.get_many(self._app.table, self._operation.account, list(ids)).items():
            self._plans[ids[identifier]].row = row
        return known

    def _settle_later(self) -> None:
        task = Settle(operation_id=self._operation.id, chunk=self._progress.chunk)
        enqueue(
            self._app.chunk_queue,
            [task],
            account=self._operation.account,
            delay=self._app.unconfirmed_seconds,
        )
