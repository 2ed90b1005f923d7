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
gets its rows and waits for `dispatch.wake`.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from enum import Enum, auto
from itertools import chain
from typing import Final

from herald.carriers import Accepted, NotSent, OutboundMessage, Outcome, Rejected, Stopped, Unknown
from herald.content import Personalizer
from herald.model import problems
from herald.model.message import Attempt, Message
from herald.model.operation import CHUNK_SIZE, Operation, OperationStatus
from herald.model.routes import Route
from herald.model.status import Status, is_settled
from herald.sending import groups
from herald.sending.app import App
from herald.sending.people import people_of
from herald.sending.plans import Plan, plan_of
from herald.sending.sessions import OpenSessions
from herald.sending.suppressions import suppressed
from herald.store import chunks, messages, operations
from herald.store.chunks import Progress
from herald.tasks import MAX_DELAY, FanOut, Settle, enqueue, whole_seconds
from herald.telemetry import logger

# Longer than the function's timeout, so that a worker is dead before its lease ends.
LEASE_SECONDS: Final = 90
# How many are sent side by side, and so at most unknown after a crash.
GROUP_SIZE: Final = 25
# Seconds within which a chunk that is not due yet waits on the queue.
_SOON: Final = 60
# A group is not begun with less than this left to the worker.
_GROUP_SECONDS: Final = 20
# Seconds that a chunk's progress is kept for longer than its operation.
_PROGRESS_OUTLIVES: Final = 30 * 86_400
# A message that could not be sent for this long is not wanted any more.
_PATIENCE: Final = timedelta(hours=4)


class _Result(Enum):
    RECORDED = auto()
    DEFERRED = auto()
    UNKNOWN = auto()


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
            now=int(app.clock().timestamp()),
            lease_seconds=LEASE_SECONDS,
            # After the operation and the recipients in any case: a chunk whose progress is
            # forgotten would be sent anew. DynamoDB deletes in no order, and days late.
            expires_at=operation.expires_at + _PROGRESS_OUTLIVES,
        )
    except chunks.Busy as busy:
        # Most likely a repeat of a task that is being worked on. Should that worker
        # die, this one takes over.
        enqueue(app.chunk_queue, [task], delay=busy.seconds)
        return
    if progress.is_done:
        return
    try:
        _Worker(app, operation, progress, remaining_seconds, group_size).run()
    except chunks.Fenced:
        logger.warning("fenced out", operation_id=task.operation_id, chunk=task.chunk)


class _Worker:
    """One claim on one chunk."""

    def __init__(
        self, app: App, operation: Operation, progress: Progress, seconds: float, group_size: int
    ) -> None:
        self._app = app
        self._operation = operation
        self._progress = progress
        self._deadline = app.clock() + timedelta(seconds=seconds - _GROUP_SECONDS)
        self._retry_after = 0
        self._group_size = group_size
        self._due = operation.due(progress.chunk)
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
        pending = self._take_over() if self._progress.expanded else self._expand()
        deferred: set[int] = set()
        if self._is_due():
            pending, deferred = self._send_groups(pending)
        if self._operation.status is OperationStatus.CANCELED:
            self._cancel(pending | deferred)
            pending, deferred = frozenset(), set()
        self._finish(pending, deferred)

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
        return not (self._operation.paused or self._operation.is_over)

    def _send_groups(self, pending: frozenset[int]) -> tuple[frozenset[int], set[int]]:
        """Send group after group, as long as there is time and nobody says stop; what is left.

        That is what was not begun, and what the carrier turned away.
        """
        deferred: set[int] = set()
        now = self._app.clock()
        if self._operation.status is OperationStatus.SCHEDULED:
            operations.start(self._app.table, self._operation.id, now)
        routes = chain.from_iterable(self._plans[place].routes for place in pending)
        self._sessions = OpenSessions(self._app.table, self._operation.account, routes, now)
        with ThreadPoolExecutor(max_workers=self._group_size) as pool:
            while pending and self._goes_on() and self._app.clock() < self._deadline:
                group = sorted(pending)[: self._group_size]
                pending = pending - frozenset(group)
                people = {route.to for place in group for route in self._plans[place].routes}
                self._suppressed = suppressed(self._app.table, self._operation.account, people)
                # This write also says of the group before that all of it is recorded.
                self._progress = chunks.advance(
                    self._app.table, self._progress, pending=pending | deferred, intended=group
                )
                results = dict(zip(group, pool.map(self._send, group), strict=True))
                self._app.carrier.flush()
                deferred |= {place for place, result in results.items() if result is _Result.DEFERRED}
                if _Result.UNKNOWN in results.values():
                    self._settle_later()
                if pending:
                    self._operation = operations.get(self._app.table, self._operation.id) or self._operation
        return pending, deferred

    def _cancel(self, places: Iterable[int]) -> None:
        """Cancel what waits in some places; of what was just sent, a row says so and stays."""
        for place in places:
            row = self._plans[place].row
            if isinstance(row, Message) and row.group:
                if groups.cancel(self._app, row):
                    self._settle_later()
            else:
                messages.cancel(self._app.table, row.account, row.id, now=self._app.clock())

    def _finish(self, pending: frozenset[int], deferred: set[int]) -> None:
        """Say what is left, and give the chunk up. A task for what is left goes on the queue.

        Not where the operation is paused or not due: what ends that enqueues the chunk anew.
        But one that is due within a minute waits on the queue: the one who wakes it may
        have a clock that is ahead of ours, and have done so already.
        Dying between the two leaves the task that we are working on, which then comes again.
        """
        left = pending | deferred
        self._progress = chunks.advance(
            self._app.table,
            self._progress,
            pending=left,
            deferrals=self._progress.deferrals + bool(deferred),
            release=True,
        )
        wait = self._seconds_until_due()
        if left and self._goes_on() and wait <= _SOON:
            delay = wait if pending else _pause(self._retry_after, self._progress.deferrals)
            task = FanOut(operation_id=self._operation.id, chunk=self._progress.chunk)
            enqueue(self._app.chunk_queue, [task], delay=delay)
        logger.info(
            "chunk worked on",
            operation_id=self._operation.id,
            chunk=self._progress.chunk,
            left=len(left),
        )

    def _expand(self) -> frozenset[int]:
        """Make the rows of the chunk; the places that are to be sent."""
        messages.put(self._app.table, (plan.row for plan in self._plans))
        return frozenset(place for place, plan in enumerate(self._plans) if plan.is_waiting)

    def _take_over(self) -> frozenset[int]:
        """Mark what a worker before us left without an outcome; the places still to be sent."""
        for place in self._refresh(self._progress.intended):
            row = self._plans[place].row
            if isinstance(row, Message) and not is_settled(row.status) and not _is_unknown(row):
                self._record_unknown(place, [])
        if self._progress.intended:
            # Also of those that were marked before: the one who marked them may have died since.
            self._settle_later()
        self._refresh(self._progress.pending)
        return self._progress.pending

    def _refresh(self, places: Iterable[int]) -> list[int]:
        """Read the rows of some places, as they are now."""
        known = sorted(places)
        ids = {self._plans[place].row.id: place for place in known}
        for identifier, row in messages.get_many(self._app.table, self._operation.account, list(ids)).items():
            self._plans[ids[identifier]].row = row
        return known

    def _send(self, place: int) -> _Result:
        """Try the routes of one recipient until one does not refuse, and record the tries."""
        plan = self._plans[place]
        row = plan.row
        if not isinstance(row, Message):
            return _Result.RECORDED
        if row.group:
            return self._send_to_group(plan, row)
        tries: list[Attempt] = []
        left = _left(plan, row)
        allowed = [route for route in left if route.to not in self._suppressed]
        if left and not allowed:
            messages.fail(
                self._app.table, row.account, row.id, problems.OPTED_OUT.code, now=self._app.clock()
            )
            return _Result.RECORDED
        for route in allowed:
            outcome = self._hand_over(plan, row, route, len(row.attempts) + len(tries) + 1)
            match outcome:
                case Accepted(carrier_id):
                    tries.append(self._try(route, carrier_id=carrier_id))
                    return self._record(row, tries, Status.SENT, route)
                case Rejected(code) | Stopped(code):
                    tries.append(self._try(route, error=code))
                case NotSent(retry_after):
                    return self._defer(row, tries, retry_after)
                case Unknown():
                    return self._record_unknown(place, tries, route)
        return self._record(row, tries, Status.FAILED)

    def _send_to_group(self, plan: Plan, row: Message) -> _Result:
        """Hand the message to the people of a group, one by one."""
        sent = groups.send(
            self._app,
            row,
            plan.routes,
            lambda person, route: self._hand_over(plan, row, route, 1, person),
            until=self._deadline + timedelta(seconds=_GROUP_SECONDS / 2),
            is_expired=self._has_waited_too_long(),
            suppressed=self._suppressed,
        )
        if sent.retry_after is not None:
            self._retry_after = max(self._retry_after, sent.retry_after)
            return _Result.DEFERRED
        return _Result.UNKNOWN if sent.is_unknown else _Result.RECORDED

    def _hand_over(
        self, plan: Plan, row: Message, route: Route, attempt: int, person: int | None = None
    ) -> Outcome:
        shown = plan.rendered.on(route.sender.channel)
        try:
            return self._app.carrier.send(
                OutboundMessage(
                    account=row.account,
                    message_id=row.id,
                    attempt=attempt,
                    person=person,
                    sender=route.sender,
                    carrier=self._operation.carriers.get(route.sender.sender_id),
                    carrier_sender_id=self._operation.carrier_sender_ids.get(route.sender.sender_id),
                    to=route.to,
                    text=shown.text,
                    media=shown.media,
                    rcs=shown.rcs,
                    whatsapp=shown.whatsapp,
                    delivery=self._operation.delivery,
                    deferrals=self._progress.deferrals,
                )
            )
        except Exception as error:
            # Whatever went wrong, it may have gone wrong after the message went out.
            logger.error("carrier raised", message_id=row.id, error=type(error).__name__)
            return Unknown()

    def _record(
        self, row: Message, tries: list[Attempt], status: Status, route: Route | None = None
    ) -> _Result:
        """`route`: the one that the message went by."""
        now, session_id = self._app.clock(), self._sessions.id_of(route)
        messages.record_attempts(self._app.table, row, tries, status, now=now, session_id=session_id)
        self._sessions.extend(route, now)
        return _Result.RECORDED

    def _record_unknown(self, place: int, tries: list[Attempt], route: Route | None = None) -> _Result:
        plan = self._plans[place]
        if isinstance(plan.row, Message) and plan.row.group:
            groups.give_up(self._app, plan.row)
        elif isinstance(plan.row, Message):
            route = route or plan.routes[min(len(plan.row.attempts), len(plan.routes) - 1)]
            unknown = self._try(route, error=problems.UNCONFIRMED.code)
            messages.record_unknown(self._app.table, plan.row, [*tries, unknown], now=self._app.clock())
        return _Result.UNKNOWN

    def _defer(self, row: Message, tries: list[Attempt], retry_after: int) -> _Result:
        now = self._app.clock()
        if tries:
            messages.add_attempts(self._app.table, row, tries)
        if self._has_waited_too_long():
            messages.fail(self._app.table, row.account, row.id, problems.EXPIRED.code, now=now)
            return _Result.RECORDED
        self._retry_after = max(self._retry_after, retry_after)
        return _Result.DEFERRED

    def _has_waited_too_long(self) -> bool:
        began = (self._due, self._operation.created_at, self._operation.resumed_at)
        return self._app.clock() - max(filter(None, began)) > _PATIENCE

    def _try(self, route: Route, *, carrier_id: str | None = None, error: int | None = None) -> Attempt:
        return Attempt(
            sender=route.sender, to=route.to, at=self._app.clock(), carrier_id=carrier_id, error=error
        )

    def _settle_later(self) -> None:
        task = Settle(operation_id=self._operation.id, chunk=self._progress.chunk)
        enqueue(self._app.chunk_queue, [task], delay=self._app.unconfirmed_seconds)


def _left(plan: Plan, row: Message) -> list[Route]:
    """The ways that nobody has gone yet: who refused a message before is not asked again."""
    gone = {(each.sender.sender_id, each.to) for each in row.attempts}
    return [route for route in plan.routes if (route.sender.sender_id, route.to) not in gone]


def _is_unknown(row: Message) -> bool:
    return row.error == problems.UNCONFIRMED.code


def _pause(retry_after: int, deferrals: int) -> int:
    """Seconds until what was turned away is tried again: twice as long each time."""
    return min(max(retry_after, 1) << min(deferrals - 1, 10), MAX_DELAY)
