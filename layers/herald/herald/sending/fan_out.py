"""One chunk: make its messages, send them, and record what happened to each.

The order of the writes guarantees that no person is texted twice and
no recipient is lost (`store.chunks` explains each field of a chunk's progress):

    claim      generation + 1, lease        another worker stops at its next write
    rows       QUEUED (or FAILED)           nothing is sent before the rows are there
    intend     the next group               written before the first of the group is sent
    send       all of the group, at once    threads call the carrier
    record     each outcome on its row      meanwhile, by the worker: up to 25 in one call
    intend     the group after it ...       all outcomes of the group before are recorded

A worker that dies leaves its group intended. It is unknown which of its recipients were sent
to, so the next worker sends to none of them: the rows are marked as unknown, and
`settle` decides if no receipt comes. A worker that still runs after its lease is
stopped by its next write, because the generation has changed.

Before each group the operation is read again: nothing is sent from a paused one, and the
waiting messages of a canceled one are canceled. A chunk that is not due gets its rows
and waits for `dispatch.wake`. Messages that a sender's rate does not allow yet, or that a
carrier has turned away, go back on the queue with a delay.

The worker does what `turns` decides: the moves of places are there, without a table or a clock.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from herald.model.ids import index_of, message_id
from herald.model.message import Message, Unaddressable
from herald.model.operation import CHUNK_SIZE, Operation, OperationStatus
from herald.model.phase import Phase
from herald.model.routes import Route
from herald.model.status import Status
from herald.sending import control, groups, turns
from herald.sending.abandoned import abandon, give_up
from herald.sending.app import App
from herald.sending.dispatch import go_on_later, minute_in
from herald.sending.hand_over import HandOver
from herald.sending.hours import Hours
from herald.sending.meter import Meter
from herald.sending.owned import Owned
from herald.sending.pace import Pace
from herald.sending.people import Person, as_made, people_of
from herald.sending.plans import Plan, choice_of, personalizer_of, plan_of
from herald.sending.record import Recorder
from herald.sending.turns import Result
from herald.store import chunks, conversations, keys, messages, operations, suppressions
from herald.store.chunks import Progress
from herald.store.moves import make
from herald.tasks import MAX_DELAY, FanOut, Settle, enqueue, whole_seconds
from herald.telemetry import logger
from herald.timing import FINISH_SECONDS, GROUP_SIZE, HAND_OVER_SECONDS, LEASE_SECONDS, MOST_BEGINS

# Seconds that a chunk's progress is kept for longer than its operation.
_PROGRESS_OUTLIVES: Final = 30 * 86_400


def fan_out(app: App, task: FanOut, *, remaining_seconds: float, group_size: int = GROUP_SIZE) -> None:
    """Send the pending messages of a chunk; those that must wait go back on the queue.

    If a chunk was begun before without progress, a text may have killed the worker: then
    each recipient gets a smaller budget, and one that does not render with that fails. A chunk that was
    begun too often is given up: its task becomes a dead letter.
    """
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
            woken=task.woken,
            now=app.seconds,
            lease_seconds=LEASE_SECONDS,
            # After the operation and the recipients in any case: a chunk whose progress is
            # forgotten would be sent again. DynamoDB deletes in no order, and days late.
            expires_at=operation.expires_at + _PROGRESS_OUTLIVES,
        )
    except chunks.Superseded:
        return
    except chunks.Busy as busy:
        # Most likely a repeat of a task that is being worked on. Should that worker
        # die, this task takes the chunk over.
        enqueue(app.chunk_queue, [task], account=operation.account, delay=busy.seconds)
        return
    try:
        if progress.begun > MOST_BEGINS:
            give_up(app, operation, progress, task)
        elif progress.is_done and not task.again:
            chunks.advance(app.table, progress, released_by=task.ticket)
        else:
            _Worker(app, operation, progress, task, remaining_seconds, group_size).run()
    except chunks.Gone:
        abandon(app, operation, progress, task)
    except chunks.Fenced:
        # Both may work on one task that came twice, where their clocks differ by more than the lease.
        # Should the other worker die, this task takes the chunk over.
        enqueue(app.chunk_queue, [task], account=operation.account, delay=LEASE_SECONDS)
        logger.warning("fenced out", operation_id=task.operation_id, chunk=task.chunk)


class _Worker:
    """One claim on one chunk: plan, turn after turn, finish."""

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
        now = app.clock()
        # Nothing is handed over after the first, and no outcome is recorded after the second.
        self._deadline = now + timedelta(seconds=seconds - HAND_OVER_SECONDS)
        records_until = now + timedelta(seconds=seconds - FINISH_SECONDS)
        self._group_size = group_size
        self._first = progress.chunk * CHUNK_SIZE
        self._due = operation.due(progress.chunk)
        self._pace = Pace(app, operation, progress.slots)
        self._hours = Hours(operation.quiet, app.clock)
        self._owned = Owned(app, operation)
        # Places that wait for the end of quiet hours, and until when.
        self._put_off: dict[int, datetime] = {}
        self._plans: dict[int, Plan] = {}
        self._meter = Meter(app, operation, self._plans)
        self._hand_over = HandOver(
            app, operation, progress, self._owned, deadline=self._deadline, hours=self._hours
        )
        self._recorder = Recorder(
            app, operation, self._plans, self._meter, goes_on=lambda: app.clock() < records_until
        )

    def run(self) -> None:
        # The recipients, by place.
        self._placed, reserved = chunks.content(self._app.table, self._operation.id, self._progress.chunk)
        self._personalizer = personalizer_of(self._operation, careful=self._progress.begun > 1)
        self._meter.begin(self._progress, reserved)
        if self._progress.expanded:
            self._take_over()
        else:
            self._expand()
        if self._is_due() and self._goes_on():
            self._send_groups()
        if self._operation.status is OperationStatus.CANCELED:
            self._cancel()
        self._finish()

    # ------------------------------------------------------------------------------- plan

    def _expand(self) -> None:
        """Make the rows of the chunk. Rows of an earlier worker stay as they are."""
        again = self._progress.generation > 1
        people = people_of(self._app.table, self._operation, self._placed, first=self._first, again=again)
        self._plan(dict(enumerate(people)))
        there = messages.put(self._app.table, [plan.row for plan in self._plans.values()], self._app.parties)
        self._replan(there)
        waiting = frozenset(place for place, plan in self._plans.items() if plan.phase.is_to_be_sent)
        self._progress = replace(self._progress, pending=waiting)

    def _take_over(self) -> None:
        """Continue a chunk whose rows are made; mark messages that were left without an outcome."""
        progress = self._progress
        again = frozenset(place for place in self._task.again if place < len(self._placed))
        places = progress.left | progress.intended | again
        ids = [message_id(self._operation.id, self._first + place) for place in places]
        rows = messages.get_many(self._app.table, self._operation.account, ids)
        self._replan(rows)
        announced = filter(self._waits, progress.intended)
        left_open = [self._hand_over.left_open(place, self._plans[place]) for place in announced]
        opened = self._recorder.take_back(left_open)
        if progress.intended:
            # Also of rows that were marked before: the worker that marked them may have died since.
            self._settle_later()
        opened.update(filter(self._is_open, again - progress.intended))
        waiting = frozenset(filter(self._waits, progress.left))
        self._progress = turns.taken_over(
            progress, over=(progress.left - waiting) | progress.intended, opened=opened, now=self._app.seconds
        )

    def _replan(self, rows: Mapping[str, Message | Unaddressable]) -> None:
        """Plan for the existing rows, which name their recipients."""
        by_place = {index_of(row.id) - self._first: row for row in rows.values()}
        self._plan({place: as_made(self._placed[place].recipient, row) for place, row in by_place.items()})

    def _plan(self, people: Mapping[int, Person]) -> None:
        """Plan for people, by their places in the chunk."""
        firsts = (to for person in people.values() for to in person.addresses[:1])
        choice = choice_of(self._app, self._operation, self._personalizer, firsts)
        status = self._status_of_rows()
        for place, person in people.items():
            index, number = self._first + place, self._placed[place].place
            self._plans[place] = plan_of(
                self._operation, index, number, person, self._personalizer, choice, status, self._due
            )

    def _status_of_rows(self) -> Status:
        """The status of a new row without an error."""
        if self._operation.status is OperationStatus.CANCELED:
            return Status.CANCELED
        return Status.QUEUED if self._is_due() else Status.SCHEDULED

    # ------------------------------------------------------------------------------- turn

    def _send_groups(self) -> None:
        """Send group after group, as long as there is time, and no pause or cancellation."""
        if self._operation.status is OperationStatus.SCHEDULED:
            operations.start(self._app.table, self._operation.id, self._app.clock())
        hand_over = self._hand_over
        if self._operation.rates:
            # So that no slot of a sender is used for suppressed people.
            self._look_up(self._progress.pending)
        results: dict[int, Result] = {}
        while True:
            self._progress, places = turns.turn(self._progress, results)
            if Result.UNKNOWN in results.values():
                self._settle_later()
            if not self._may_begin() or not (heads := self._next_group(places)):
                break
            self._look_up(heads)
            hand_over.stopped |= self._operation.stopped
            if not self._goes_on():
                break
            group = self._renderable(filter(self._waits, heads))
            self._progress, group = self._meter.secure(self._progress, group, self._leave)
            announced = turns.announced(self._progress, group, over=heads.keys() - group)
            # This write also says of the group before that all of it is recorded.
            self._progress = chunks.advance(self._app.table, replace(announced, slots=self._pace.slots))
            outcomes = hand_over.begin({place: self._plans[place] for place in group}, heads)
            results = self._recorder.record(outcomes)
            self._app.carrier.flush()
        retry_after, now = self._recorder.retry_after, self._app.seconds
        self._progress = turns.held_back(
            self._progress, now, retry_after=retry_after, answered=hand_over.answered
        )

    def _renderable(self, places: Iterable[int]) -> frozenset[int]:
        """The places whose content renders, before they are announced; the others fail."""
        given = {place: self._plans[place].rendered.problem for place in places}
        for place, problem in given.items():
            if problem:
                self._leave(self._plans[place], problem.code)
        return frozenset(place for place, problem in given.items() if problem is None)

    def _leave(self, plan: Plan, code: int) -> None:
        """End a message without a hand-over; people of a group who were handed over may be unknown."""
        if self._recorder.leave(plan, code):
            self._settle_later()

    def _may_begin(self) -> bool:
        return self._goes_on() and self._app.clock() < self._deadline

    def _next_group(self, places: Iterable[int]) -> dict[int, Route | None]:
        """The next places that their senders' rates allow to send now, and the route of each."""
        heads = self._open_heads(places)
        wanted: Counter[str] = Counter()
        for place, route in heads.items():
            if route and self._pace.is_paced(route.sender.sender_id):
                wanted[route.sender.sender_id] += self._plans[place].parts(route)
        self._pace.reserve(wanted)
        group: dict[int, Route | None] = {}
        for place, route in heads.items():
            if len(group) == self._group_size:
                break
            if (
                not route
                or not self._pace.is_paced(route.sender.sender_id)
                or self._pace.take(route.sender.sender_id, self._plans[place].parts(route))
            ):
                group[place] = route
        return group

    def _open_heads(self, places: Iterable[int]) -> dict[int, Route | None]:
        """The next route of each place whose recipient's hours are open."""
        heads = {place: self._hand_over.next_route(self._plans[place]) for place in places}
        opens = {place: self._hours.opens_at(route.to) for place, route in heads.items() if route}
        self._put_off = {place: at for place, at in opens.items() if at}
        return {place: route for place, route in heads.items() if place not in self._put_off}

    def _look_up(self, group: Iterable[int]) -> None:
        """Read the operation and, in the same consistent read, the items of the people of a group:
        whether they are suppressed, and whether they have written, so that there may be a session.

        Also the account, which may be disabled; the owners of the senders' addresses; and the rows of
        recipients who were tried before: a receipt may have come, so that no further attempt is needed.
        """
        plans = [self._plans[place] for place in group]
        tried = {plan.row.id: plan for plan in plans if plan.message and plan.message.attempts}
        routes = [route for plan in plans for route in plan.routes]
        people = {route.to for route in routes}
        owners = self._owned.to_look_up(route.sender for route in routes)
        account = self._operation.account
        other = [*suppressions.keys_of(account, people), *messages.keys_of(account, tried), *owners]
        wanted = [keys.account(account), *other]
        operation, items = operations.get_with(self._app.table, self._operation.id, wanted)
        self._operation = control.as_allowed(self._app, operation or self._operation, items)
        self._owned.learn(owners, items)
        for identifier, row in messages.found(items).items():
            tried[identifier].row = row
        self._hand_over.suppressed |= suppressions.found(items)
        writers = conversations.writers(account, people, items)
        to_writers = (route for route in routes if route.to in writers)
        self._recorder.sessions.look_up(to_writers, self._app.clock())

    def _rows(self, places: Iterable[int]) -> list[Message]:
        return [row for place in places if (row := self._plans[place].message)]

    def _waits(self, place: int) -> bool:
        """Whether a place is still to be sent; for a group, its people decide."""
        plan = self._plans.get(place)
        return plan is not None and (plan.phase.is_to_be_sent or bool(plan.message and plan.message.group))

    def _is_open(self, place: int) -> bool:
        """Whether a place that a task names is to be sent again."""
        row = self._plans[place].message if place in self._plans else None
        if row is None:
            return False
        return groups.is_open(self._app, row) if row.group else row.phase is Phase.REOPENED

    # ----------------------------------------------------------------------------- finish

    def _cancel(self) -> None:
        """Cancel the waiting messages. A row that was just sent stays as it is."""
        rows, now = self._rows(self._progress.left), self._app.clock()
        make(self._app.table, [messages.closed(row, None, now=now) for row in rows if not row.group])
        if groups.cancel(self._app, [row for row in rows if row.group]):
            self._settle_later()
        self._progress = turns.canceled(self._progress)

    def _finish(self) -> None:
        """Record the remaining places, and release the chunk. A task for them goes on the queue.

        Not if the operation is paused or not due: the resume or the wake-up enqueues the chunk again.
        But the clock of the worker that woke the chunk may be ahead of ours. Then the wake-up is
        used up, and a task waits until the chunk is due by our clock too.
        If a worker dies between the two writes, the task that it worked on comes again.
        """
        goes_on = self._progress.left and self._goes_on() and (self._is_due() or self._progress.woken)
        delay = self._wait() if goes_on and not self._progress.intended else 0
        left = replace(
            self._progress,
            slots=self._pace.slots,
            resumes_at=int(minute_in(self._app, delay).timestamp()) if delay else 0,
            quiet=len(self._put_off),
        )
        progress = self._progress = self._meter.finish(left, released_by=self._task.ticket)
        if progress.intended or goes_on:
            task = FanOut(operation_id=self._operation.id, chunk=progress.chunk, ticket=progress.generation)
            go_on_later(self._app, self._operation, task, delay)
        logger.info(
            "chunk worked on",
            operation_id=self._operation.id,
            chunk=progress.chunk,
            left=len(progress.left),
        )

    def _wait(self) -> int:
        """Seconds until the first of the remaining messages may be sent."""
        if self._due and (wait := whole_seconds(self._due - self._app.clock())) > 0:
            return min(wait, MAX_DELAY)
        waits = []
        if self._progress.deferred:
            waits.append(self._progress.retry_at - self._app.seconds)
        if heads := self._open_heads(self._progress.pending):
            routes = heads.values()
            waits.append(self._pace.seconds_until(route and route.sender.sender_id for route in routes))
        if self._put_off:
            waits.append(whole_seconds(min(self._put_off.values()) - self._app.clock()))
        return max(min(waits, default=0), 0)

    def _settle_later(self) -> None:
        task = Settle(operation_id=self._operation.id, chunk=self._progress.chunk)
        app, account = self._app, self._operation.account
        enqueue(app.chunk_queue, [task], account=account, delay=app.unconfirmed_seconds)

    # ------------------------------------------------------------------------------ when

    def _is_due(self) -> bool:
        # What is completed was due, whatever this worker's clock says: no wake-up follows.
        is_completed = self._operation.status is OperationStatus.COMPLETED
        return is_completed or self._due is None or self._due <= self._app.clock()

    def _goes_on(self) -> bool:
        """Whether to send. A completed operation still sends messages that a failure receipt has
        reopened; its pause is ignored, because it can no longer be resumed."""
        if self._operation.is_over:
            return self._operation.status is OperationStatus.COMPLETED
        return not self._operation.paused
