"""One recipient: hand the message to a carrier, in a thread of its own.

Routes are tried in their order until one does not refuse. Nothing is written here, except that a sender is
stopped: the worker records how the hand-over ended (`record`), of several recipients together.
"""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final, TypeAlias

from herald.carriers import Accepted, NotSent, OutboundMessage, Outcome, Rejected, Stopped, Unknown
from herald.model import problems
from herald.model.message import Attempt, Billing, Message, PersonReceipt
from herald.model.operation import Operation
from herald.model.routes import Route
from herald.model.suppressions import People
from herald.sending import groups
from herald.sending.app import App
from herald.sending.hours import Hours
from herald.sending.outcomes import AllTried, Ended, Left, Outcomes, Rerouted
from herald.sending.owned import Owned
from herald.sending.plans import Plan
from herald.sending.turns import waited
from herald.store import operations, receipts
from herald.store.chunks import Progress
from herald.store.table import Unavailable
from herald.telemetry import count, logger

# Give up on messages that a carrier turns away for longer than this, in seconds.
_PATIENCE_SECONDS: Final = 4 * 3_600
# Seconds before the next try of a message that was not sent because a write failed.
_UNWRITTEN_SECONDS: Final = 5
# Seconds before the next try of a message that was not sent because a sender's owner, or the people of a
# group, could not be read.
_UNREAD_SECONDS: Final = 5
# Seconds before the next try of a person for whom there was no time.
_AT_ONCE: Final = 1
_DUPLICATE: Final = Left(problems.DUPLICATE.code)

# A place, its plan, and its first route.
_Waiting: TypeAlias = tuple[int, Plan, Route | None]


class HandOver:
    """The hand-overs of a worker for one chunk, from several threads."""

    def __init__(
        self,
        app: App,
        operation: Operation,
        progress: Progress,
        owned: Owned,
        *,
        deadline: datetime,
        hours: Hours,
    ) -> None:
        self._app = app
        self._operation = operation
        self._deferrals = progress.deferrals
        resumed_at = int(operation.resumed_at.timestamp()) if operation.resumed_at else 0
        # Whether a message that the carrier turns away now has waited too long.
        self._is_expired = waited(progress, app.seconds, resumed_at=resumed_at) > _PATIENCE_SECONDS
        self._deadline = deadline
        self._hours = hours
        self._owned = owned
        # Senders that can send nothing, and the code of the reason.
        self.stopped = dict(operation.stopped)
        # The suppressed people among those who were looked up.
        self.suppressed = People()
        # The people of the groups that are handed over, by the ids of their messages; None: not read.
        self._people: Mapping[str, Sequence[PersonReceipt]] | None = None
        # Whether the carrier has accepted or refused a message.
        self.answered = False

    def begin(self, plans: Mapping[int, Plan], heads: Mapping[int, Route | None]) -> Outcomes:
        """Hand the messages of recipients over, side by side; what is returned fills up meanwhile.

        `heads` are the first routes, by place, as they were when their senders' slots were used.
        """
        rows = [row for plan in plans.values() if (row := plan.message) and row.group]
        try:
            self._people = receipts.by_message(self._app.table, rows)
        except Unavailable:
            self._people = None
        outcomes = Outcomes(len(plans))
        waiting = deque((place, plan, heads[place]) for place, plan in plans.items())
        if not self._wake(waiting, outcomes):
            # In the worker's own thread: a later invocation must not find them in the pool.
            self._work(waiting, outcomes, is_first=False)
        return outcomes

    def _wake(self, waiting: deque[_Waiting], outcomes: Outcomes) -> bool:
        """Let another thread work; False if none can be started: those that run do all the work."""
        try:
            self._app.threads.submit(self._work, waiting, outcomes)
        except RuntimeError:
            return False
        return True

    def _work(self, waiting: deque[_Waiting], outcomes: Outcomes, *, is_first: bool = True) -> None:
        """In a thread: hand over one recipient's message after the other, until none waits.

        Each thread first wakes the next one. So a carrier that takes its time gets a thread for each message,
        and of one that answers at once few threads are woken: that costs more than such a hand-over.
        """
        while one := _next(waiting):
            place, plan, head = one
            ended = Ended(place, RuntimeError("the thread came to an end"))
            try:
                if is_first and waiting:
                    is_first = False
                    self._wake(waiting, outcomes)
                ended = self._send(place, plan, head, outcomes)
            except Exception as error:
                ended = Ended(place, error)
            finally:
                outcomes.put(ended)

    def _send(self, place: int, plan: Plan, head: Route | None, outcomes: Outcomes) -> Ended:
        """Try a recipient's remaining routes; of a group, those of its people."""
        row = plan.message
        if row is None:
            return Ended(place, Left(problems.UNADDRESSABLE.code))
        if row.group:
            return self._send_to_group(place, plan, row, outcomes)
        tries: list[Attempt] = []
        left: Left | None = None
        while routes := self._open_routes(plan, tries):
            route, more = routes[0], len(routes) > 1
            has_slot = not tries and head is not None and route.sender == head.sender
            if not self._may_try(route, has_slot=has_slot):
                return Ended(place, Rerouted(), tries)
            outcome = self._hand_over(plan, row, route, len(row.attempts) + len(tries) + 1, more=more)
            match outcome:
                case Accepted(carrier_id):
                    return Ended(place, outcome, [*tries, self._try(route, carrier_id=carrier_id)], more)
                case Unknown():
                    return self._unknown(place, route, tries, more=more)
                case NotSent(retry_after):
                    return self._deferred(place, tries, retry_after)
                case Stopped(code) if not self._stop(route.sender.sender_id, code):
                    return self._deferred(place, tries, _UNWRITTEN_SECONDS)
                case Stopped(code, said) | Rejected(code, said):
                    tries.append(self._try(route, error=code, said=said))
                    left = Left(code)
        return Ended(place, left or Left(self._why_not(plan)), tries)

    def left_open(self, place: int, plan: Plan) -> Ended:
        """How the hand-over of a dead worker ended, which had announced the recipient: it is unknown."""
        if plan.message and plan.message.group:
            return Ended(place, Unknown())
        routes = plan.open_routes(self.stopped)
        # `plan.routes` is never empty here; the attempt is recorded for the last route if none is open.
        return self._unknown(place, routes[0] if routes else plan.routes[-1], (), more=len(routes) > 1)

    def _unknown(self, place: int, route: Route, tries: Sequence[Attempt], *, more: bool) -> Ended:
        count("CarrierUnknown")
        unknown = self._try(route, error=problems.UNCONFIRMED.code)
        return Ended(place, Unknown(), [*tries, unknown], more)

    def _deferred(self, place: int, tries: Sequence[Attempt], retry_after: int) -> Ended:
        count("MessageDeferred")
        how = Left(problems.EXPIRED.code) if self._is_expired else NotSent(retry_after)
        return Ended(place, how, tries)

    def next_route(self, plan: Plan) -> Route | None:
        """The next route of a recipient's message, as far as is known."""
        return next(iter(self._open_routes(plan, ())), None)

    def _open_routes(self, plan: Plan, tries: Sequence[Attempt]) -> Sequence[Route]:
        routes = plan.open_routes(self.stopped, tries)
        if not self.suppressed:
            return routes
        return [route for route in routes if route.to not in self.suppressed]

    def _may_try(self, route: Route, *, has_slot: bool) -> bool:
        """Whether a route may be tried now: by our time and, unless it has its sender's slot, by the
        sender's rate and quiet hours. The time counts for the first route too: what came before may have
        taken long."""
        if self._app.clock() >= self._deadline:
            return False
        is_paced = self._operation.settings_of(route.sender.sender_id).parts_per_second is not None
        return has_slot or (not is_paced and self._hours.opens_at(route.to) is None)

    def _send_to_group(self, place: int, plan: Plan, row: Message, outcomes: Outcomes) -> Ended:
        """Hand the message to the people of a group without an outcome, one by one."""
        if self._people is None:
            # Nothing was handed over: an error would end the whole group as unconfirmed.
            return Ended(place, NotSent(_UNREAD_SECONDS))
        people = self._people[row.id]
        chosen = groups.each_once(people, plan.open_routes(self.stopped))
        waits = []
        for person in people:
            if not person.phase.is_to_be_sent:
                continue
            how = self._send_to(person, plan, row) if person.person in chosen else _DUPLICATE
            if isinstance(how, NotSent):
                waits.append(how.retry_after)
            else:
                outcomes.put(Ended(place, how, person=person))
        return Ended(place, NotSent(max(waits)) if waits else AllTried())

    def _send_to(self, person: PersonReceipt, plan: Plan, row: Message) -> Outcome | Left:
        if person.to in self.suppressed:
            return Left(problems.OPTED_OUT.code)
        route = next((route for route in plan.open_routes(self.stopped) if route.to == person.to), None)
        if route is None:
            return Left(self._why_not(plan, problems.UNADDRESSABLE.code))
        if self._app.clock() >= self._deadline:
            return NotSent(_AT_ONCE)
        outcome = self._hand_over(plan, row, route, 1, person.person)
        if isinstance(outcome, Stopped) and not self._stop(route.sender.sender_id, outcome.code):
            outcome = NotSent(_UNWRITTEN_SECONDS)
        if isinstance(outcome, NotSent) and self._is_expired:
            return Left(problems.EXPIRED.code)
        return outcome

    def _hand_over(
        self,
        plan: Plan,
        row: Message,
        route: Route,
        attempt: int,
        person: int | None = None,
        *,
        more: bool = False,
    ) -> Outcome:
        try:
            if not self._owned.has(route.sender):
                return Stopped(problems.SENDER_NOT_OWNED.code)
        except Unavailable:
            return NotSent(_UNREAD_SECONDS)
        shown = plan.rendered.on(route.sender.channel)
        settings = self._operation.settings_of(route.sender.sender_id)
        try:
            outcome = self._app.carrier.send(
                OutboundMessage(
                    account=row.account,
                    message_id=row.id,
                    attempt=attempt,
                    person=person,
                    sender=route.sender,
                    to=route.to,
                    text=shown.text,
                    media=shown.media,
                    rcs=shown.rcs,
                    whatsapp=shown.whatsapp,
                    delivery=self._operation.delivery,
                    deferrals=self._deferrals,
                    carrier=settings.carrier,
                    carrier_sender_id=settings.carrier_sender_id,
                    parts=plan.parts(route),
                    has_fallback=more,
                )
            )
        except Exception as error:
            # The error may have occurred after the message went out.
            logger.error("carrier raised", message_id=row.id, error=type(error).__name__)
            outcome = Unknown()
        if isinstance(outcome, Accepted | Rejected):
            self.answered = True
        if self._operation.is_dry_run and isinstance(outcome, Unknown):
            # Nothing was sent, so there is nothing to wait for.
            return Rejected(problems.UNCONFIRMED.code)
        return outcome

    def _why_not(self, plan: Plan, otherwise: int = problems.UNKNOWN_ERROR.code) -> int:
        """The code of a message for which no route was left to try."""
        if any(route.to in self.suppressed for route in plan.open_routes(self.stopped)):
            return problems.OPTED_OUT.code
        codes = (self.stopped.get(route.sender.sender_id) for route in plan.routes)
        return next(filter(None, codes), otherwise)

    def _stop(self, sender_id: str, code: int) -> bool:
        """Send nothing more from a sender, in this operation. Believed once it is written, and False
        before that: a later worker could not tell such a try from one that the recipient caused."""
        if sender_id in self.stopped:
            return True
        try:
            operations.stop_sender(self._app.table, self._operation.id, sender_id, code)
        except Unavailable:
            return False
        self.stopped[sender_id] = code
        count("SenderStopped")
        logger.error("sender stopped", operation_id=self._operation.id, sender_id=sender_id, error_code=code)
        return True

    def _try(
        self,
        route: Route,
        *,
        carrier_id: str | None = None,
        error: int | None = None,
        said: Billing | None = None,
    ) -> Attempt:
        now = self._app.clock()
        return Attempt(
            sender=route.sender, to=route.to, at=now, carrier_id=carrier_id, error=error, billing=said
        )


def _next(waiting: deque[_Waiting]) -> _Waiting | None:
    try:
        return waiting.popleft()
    except IndexError:
        return None
