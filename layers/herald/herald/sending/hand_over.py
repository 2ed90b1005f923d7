"""One recipient: hand the message to a carrier, and record the outcome.

Routes are tried in their order until one does not refuse. Each attempt is recorded on the
row. A message whose outcome is unknown is not touched: `settle` decides about it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from herald.carriers import Accepted, NotSent, OutboundMessage, Outcome, Rejected, Stopped, Unknown
from herald.model import problems
from herald.model.message import Attempt, Billing, Message
from herald.model.operation import Operation
from herald.model.routes import Route
from herald.model.status import Status
from herald.model.suppressions import People
from herald.sending import groups
from herald.sending.app import App
from herald.sending.hours import Hours
from herald.sending.meter import Meter
from herald.sending.owned import Owned
from herald.sending.plans import Plan
from herald.sending.sessions import OpenSessions
from herald.sending.turns import Result, waited
from herald.store import messages, operations
from herald.store.chunks import Progress
from herald.store.moves import Writer
from herald.store.table import Unavailable
from herald.telemetry import count, logger

# Give up on messages that a carrier turns away for longer than this, in seconds.
_PATIENCE_SECONDS: Final = 4 * 3_600
# Seconds before the next try of a message that was not sent because a write failed.
_UNWRITTEN_SECONDS: Final = 5
# Seconds before the next try of a message that was not sent because a sender's owner could not be read.
_UNREAD_SECONDS: Final = 5


class HandOver:
    """The hand-overs of a worker for one chunk, from several threads. Outcomes go through `writer`."""

    def __init__(
        self,
        app: App,
        operation: Operation,
        progress: Progress,
        owned: Owned,
        meter: Meter,
        *,
        writer: Writer,
        deadline: datetime,
        hours: Hours,
    ) -> None:
        self._app = app
        self._operation = operation
        self._writer = writer
        self._parties = app.parties
        self._deferrals = progress.deferrals
        resumed_at = int(operation.resumed_at.timestamp()) if operation.resumed_at else 0
        # Whether a message that the carrier turns away now has waited too long.
        self._is_expired = waited(progress, app.seconds, resumed_at=resumed_at) > _PATIENCE_SECONDS
        self._deadline = deadline
        self._hours = hours
        self._meter = meter
        self._owned = owned
        self._is_dry_run = operation.delivery is not None and operation.delivery.dry_run
        # A dry run has no receipt: a message that the carrier would accept is final.
        self._accepted = Status.DELIVERED if self._is_dry_run else Status.SENT
        # The open sessions of the people who were looked up.
        self.sessions = OpenSessions(app.table, operation.account)
        # Senders that can send nothing, and the code of the reason.
        self.stopped = dict(operation.stopped)
        # The suppressed people among those who were looked up.
        self.suppressed = People()
        # The longest that a carrier has asked for, in seconds; None: nothing was turned away.
        self.retry_after: int | None = None
        # Whether the carrier has accepted or refused a message.
        self.answered = False

    def send(self, plan: Plan, head: Route | None) -> Result:
        """Try a recipient's remaining routes. The outcomes are recorded when this returns.

        `head` is the first route as it was when its sender's slot was used. Raises nothing:
        one recipient whose outcome cannot be recorded must not make the others unknown.
        """
        try:
            return self._send(plan, head)
        except Exception as error:
            # It may have been handed over: the next worker marks it as unknown.
            count("OutcomeUnrecorded")
            logger.error("outcome not recorded", message_id=plan.row.id, error=type(error).__name__)
            return Result.UNRECORDED

    def _send(self, plan: Plan, head: Route | None) -> Result:
        row = plan.message
        if row is None:
            return Result.RECORDED
        if row.group:
            return self._send_to_group(plan, row)
        tries: list[Attempt] = []
        while routes := self._open_routes(plan, tries):
            route, more = routes[0], len(routes) > 1
            is_another_s = head is None or route.sender != head.sender
            if (tries or is_another_s) and not self._may_go_on(route):
                if tries:
                    plan.row = messages.add_attempts(self._writer, row, tries, self._parties)
                return Result.REROUTED
            outcome = self._hand_over(plan, row, route, len(row.attempts) + len(tries) + 1, more=more)
            match outcome:
                case Accepted(carrier_id):
                    tries.append(self._try(route, carrier_id=carrier_id))
                    self._meter.tried(row, len(row.attempts) + len(tries), tries[-1])
                    return self._record_sent(plan, row, tries, route, more=more)
                case Rejected(code, said):
                    tries.append(self._try(route, error=code, said=said))
                case Stopped(code, said):
                    if not self._stop(route.sender.sender_id, code):
                        return self._defer(row, tries, _UNWRITTEN_SECONDS)
                    tries.append(self._try(route, error=code, said=said))
                case NotSent(retry_after):
                    return self._defer(row, tries, retry_after)
                case Unknown():
                    return self.record_unknown(plan, tries, route)
        return self._record_failed(plan, row, tries)

    def record_unknown(self, plan: Plan, tries: Sequence[Attempt] = (), route: Route | None = None) -> Result:
        """Record that the outcome is unknown, for an attempt by `route` or by the next route.

        Raises Unavailable.
        """
        row = plan.message
        if row is None:
            return Result.RECORDED
        if row.group:
            groups.give_up(self._app, self._writer, row)
            return Result.UNKNOWN
        count("CarrierUnknown")
        routes = plan.open_routes(self.stopped, tries)
        # `plan.routes` is never empty here; the attempt is recorded for the last route if none is open.
        route = route or (routes[0] if routes else plan.routes[-1])
        unknown = self._try(route, error=problems.UNCONFIRMED.code)
        self._meter.tried(row, len(row.attempts) + len(tries) + 1, unknown)
        opened = messages.record_unknown(
            self._writer,
            row,
            [*tries, unknown],
            now=self._app.clock(),
            more=len(routes) > 1,
            parties=self._parties,
        )
        if opened:
            plan.row = opened
            return Result.REROUTED
        return Result.UNKNOWN

    def leave(self, plan: Plan, code: int) -> None:
        """End a recipient's message without a hand-over, with the code of the reason. Raises Unavailable."""
        row = plan.message
        if row and row.group:
            groups.fail(self._app, self._writer, row, code)
        elif row:
            messages.close(self._writer, row, code, now=self._app.clock())

    def next_route(self, plan: Plan) -> Route | None:
        """The next route of a recipient's message, as far as is known."""
        return next(iter(self._open_routes(plan, ())), None)

    def _open_routes(self, plan: Plan, tries: Sequence[Attempt]) -> Sequence[Route]:
        routes = plan.open_routes(self.stopped, tries)
        if not self.suppressed:
            return routes
        return [route for route in routes if route.to not in self.suppressed]

    def _may_go_on(self, route: Route) -> bool:
        """Whether the next route may be tried at once: by its sender's slot, quiet hours and our time."""
        return (
            self._operation.settings_of(route.sender.sender_id).parts_per_second is None
            and self._app.clock() < self._deadline
            and self._hours.opens_at(route.to) is None
        )

    def _send_to_group(self, plan: Plan, row: Message) -> Result:
        """Hand the message to the people of a group, one by one."""

        def hand_over(person: int, route: Route) -> Outcome:
            outcome = self._hand_over(plan, row, route, 1, person)
            if isinstance(outcome, Stopped) and not self._stop(route.sender.sender_id, outcome.code):
                return NotSent(_UNWRITTEN_SECONDS)
            return outcome

        sent = groups.send(
            self._app,
            self._writer,
            row,
            lambda: plan.open_routes(self.stopped),
            hand_over,
            until=self._deadline,
            accepted=self._accepted,
            is_expired=self._is_expired,
            suppressed=self.suppressed,
            why_not=lambda: self._why_not(plan, problems.UNADDRESSABLE.code),
        )
        if sent.retry_after is not None:
            self._wait(sent.retry_after)
            return Result.DEFERRED
        return Result.UNKNOWN if sent.is_unknown else Result.RECORDED

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
        if self._is_dry_run and isinstance(outcome, Unknown):
            # Nothing was sent, so there is nothing to wait for.
            return Rejected(problems.UNCONFIRMED.code)
        return outcome

    def _record_sent(
        self, plan: Plan, row: Message, tries: Sequence[Attempt], route: Route, *, more: bool
    ) -> Result:
        now = self._app.clock()
        session_id = None if self._is_dry_run else self.sessions.id_of(route)
        opened = messages.record_attempts(
            self._writer,
            row,
            tries,
            self._accepted,
            now=now,
            session_id=session_id,
            more=more,
            parties=self._parties,
        )
        if session_id:
            self.sessions.extend(route, now)
        if opened:
            # A receipt was here first and says that this try has failed: there is another route.
            plan.row = opened
            return Result.REROUTED
        return Result.RECORDED

    def _record_failed(self, plan: Plan, row: Message, tries: Sequence[Attempt]) -> Result:
        if tries:
            now = self._app.clock()
            messages.record_attempts(self._writer, row, tries, Status.FAILED, now=now, parties=self._parties)
        else:
            messages.close(self._writer, row, self._why_not(plan), now=self._app.clock())
        return Result.RECORDED

    def _why_not(self, plan: Plan, otherwise: int = problems.UNKNOWN_ERROR.code) -> int:
        """The code of a message for which no route was left to try."""
        if any(route.to in self.suppressed for route in plan.open_routes(self.stopped)):
            return problems.OPTED_OUT.code
        codes = (self.stopped.get(route.sender.sender_id) for route in plan.routes)
        return next(filter(None, codes), otherwise)

    def _defer(self, row: Message, tries: Sequence[Attempt], retry_after: int) -> Result:
        count("MessageDeferred")
        if tries:
            row = messages.add_attempts(self._writer, row, tries, self._parties)
        if self._is_expired:
            messages.close(self._writer, row, problems.EXPIRED.code, now=self._app.clock())
            return Result.RECORDED
        self._wait(retry_after)
        return Result.DEFERRED

    def _wait(self, retry_after: int) -> None:
        self.retry_after = max(self.retry_after or 0, retry_after)

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
