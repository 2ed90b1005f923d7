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
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from herald.carriers import Accepted, NotSent, OutboundMessage, Outcome, Rejected, Unknown
from herald.content import Personalizer, Rendered
from herald.model import problems
from herald.model.addresses import MessageAddress, Sender
from herald.model.ids import message_id
from herald.model.message import Attempt, Message, Unaddressable
from herald.model.operation import CHUNK_SIZE, Operation
from herald.model.recipients import Recipient
from herald.model.status import Status
from herald.sending.app import App
from herald.store import chunks, messages, operations
from herald.store.chunks import Progress
from herald.tasks import MAX_DELAY, FanOut, Settle, enqueue
from herald.telemetry import logger

# Longer than the function's timeout, so that a worker is dead before its lease ends.
LEASE_SECONDS: Final = 90
# How many are sent side by side, and so at most unknown after a crash.
GROUP_SIZE: Final = 25
# A group is not begun with less than this left to the worker.
_GROUP_SECONDS: Final = 20
# A message that could not be sent for this long is not wanted any more.
_PATIENCE: Final = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class _Route:
    sender: Sender
    to: MessageAddress


@dataclass(slots=True)
class _Plan:
    """One recipient of the chunk: the row it gets, and the ways to reach it, best first."""

    row: Message | Unaddressable
    rendered: Rendered
    routes: list[_Route] = field(default_factory=list)

    @property
    def is_waiting(self) -> bool:
        return isinstance(self.row, Message) and self.row.status is Status.QUEUED


class _Result(Enum):
    RECORDED = auto()
    DEFERRED = auto()
    UNKNOWN = auto()


def fan_out(app: App, task: FanOut, *, remaining_seconds: float, group_size: int = GROUP_SIZE) -> None:
    """Send what is pending of a chunk; what must wait goes back on the queue."""
    operation = operations.get(app.table, task.operation_id)
    if operation is None:
        logger.warning("no such operation", operation_id=task.operation_id)
        return
    try:
        progress = chunks.claim(
            app.table,
            task.operation_id,
            task.chunk,
            now=int(app.clock().timestamp()),
            lease_seconds=LEASE_SECONDS,
            expires_at=operation.expires_at,
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
        recipients = chunks.recipients(app.table, operation.id, progress.chunk)
        personalizer = Personalizer(operation.content, operation.tags)
        now = app.clock()
        self._plans = [
            _plan(operation, progress.chunk * CHUNK_SIZE + place, recipient, personalizer, now)
            for place, recipient in enumerate(recipients)
        ]

    def run(self) -> None:
        pending = self._expand() if not self._progress.expanded else self._take_over()
        deferred: set[int] = set()
        with ThreadPoolExecutor(max_workers=self._group_size) as pool:
            while pending and self._app.clock() < self._deadline:
                group = sorted(pending)[: self._group_size]
                pending = pending - frozenset(group)
                # This write also says of the group before that all of it is recorded.
                self._progress = chunks.advance(
                    self._app.table, self._progress, pending=pending | deferred, intended=group
                )
                results = dict(zip(group, pool.map(self._send, group), strict=True))
                self._app.carrier.flush()
                deferred |= {place for place, result in results.items() if result is _Result.DEFERRED}
                if _Result.UNKNOWN in results.values():
                    self._settle_later()
        self._finish(pending, deferred)

    def _finish(self, pending: frozenset[int], deferred: set[int]) -> None:
        """Say what is left, and give the chunk up. A task for what is left goes on the queue.

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
        if left:
            delay = 0 if pending else _pause(self._retry_after, self._progress.deferrals)
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
            if isinstance(row, Message) and row.status is Status.QUEUED and not _is_unknown(row):
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
        tries: list[Attempt] = []
        # What refused it before is not asked again.
        for route in plan.routes[len(row.attempts) :]:
            outcome = self._hand_over(plan, row, route, len(row.attempts) + len(tries) + 1)
            match outcome:
                case Accepted(carrier_id):
                    tries.append(self._try(route, carrier_id=carrier_id))
                    return self._record(row, tries, Status.SENT)
                case Rejected(code):
                    tries.append(self._try(route, error=code))
                case NotSent(retry_after):
                    return self._defer(row, tries, retry_after)
                case Unknown():
                    return self._record_unknown(place, tries, route)
        return self._record(row, tries, Status.FAILED)

    def _hand_over(self, plan: _Plan, row: Message, route: _Route, attempt: int) -> Outcome:
        try:
            return self._app.carrier.send(
                OutboundMessage(
                    account=row.account,
                    message_id=row.id,
                    attempt=attempt,
                    sender=route.sender,
                    to=route.to,
                    text=plan.rendered.text,
                    media=plan.rendered.media,
                    deferrals=self._progress.deferrals,
                )
            )
        except Exception as error:
            # Whatever went wrong, it may have gone wrong after the message went out.
            logger.error("carrier raised", message_id=row.id, error=type(error).__name__)
            return Unknown()

    def _record(self, row: Message, tries: list[Attempt], status: Status) -> _Result:
        messages.record_attempts(self._app.table, row, tries, status, now=self._app.clock())
        return _Result.RECORDED

    def _record_unknown(self, place: int, tries: list[Attempt], route: _Route | None = None) -> _Result:
        plan = self._plans[place]
        if isinstance(plan.row, Message):
            route = route or plan.routes[min(len(plan.row.attempts), len(plan.routes) - 1)]
            unknown = self._try(route, error=problems.UNCONFIRMED.code)
            messages.record_unknown(self._app.table, plan.row, [*tries, unknown], now=self._app.clock())
        return _Result.UNKNOWN

    def _defer(self, row: Message, tries: list[Attempt], retry_after: int) -> _Result:
        now = self._app.clock()
        if tries:
            messages.add_attempts(self._app.table, row, tries)
        if now - self._operation.created_at > _PATIENCE:
            messages.fail(self._app.table, row.account, row.id, problems.EXPIRED.code, now=now)
            return _Result.RECORDED
        self._retry_after = max(self._retry_after, retry_after)
        return _Result.DEFERRED

    def _try(self, route: _Route, *, carrier_id: str | None = None, error: int | None = None) -> Attempt:
        return Attempt(
            sender=route.sender, to=route.to, at=self._app.clock(), carrier_id=carrier_id, error=error
        )

    def _settle_later(self) -> None:
        task = Settle(operation_id=self._operation.id, chunk=self._progress.chunk)
        enqueue(self._app.chunk_queue, [task], delay=self._app.unconfirmed_seconds)


def _plan(
    operation: Operation, index: int, recipient: Recipient, personalizer: Personalizer, now: datetime
) -> _Plan:
    identifier = message_id(operation.id, index)
    rendered = personalizer.render(recipient.variables)
    routes = [
        _Route(sender, address)
        for address in recipient.addresses
        for sender in operation.senders
        if sender.reaches(address)
    ]
    if not routes:
        nobody = Unaddressable(
            id=identifier,
            account=operation.account,
            addresses=recipient.addresses,
            expires_at=operation.expires_at,
        )
        return _Plan(nobody, rendered)
    row = Message(
        id=identifier,
        account=operation.account,
        status=Status.FAILED if rendered.problem else Status.QUEUED,
        to=routes[0].to,
        sender=routes[0].sender,
        variables=recipient.variables,
        tags=dict(rendered.tags),
        error=rendered.problem.code if rendered.problem else None,
        updated_at=operation.created_at,
        expires_at=operation.expires_at,
    )
    return _Plan(row, rendered, routes)


def _is_unknown(row: Message) -> bool:
    return row.error == problems.UNCONFIRMED.code


def _pause(retry_after: int, deferrals: int) -> int:
    """Seconds until what was turned away is tried again: twice as long each time."""
    return min(max(retry_after, 1) << min(deferrals - 1, 10), MAX_DELAY)
