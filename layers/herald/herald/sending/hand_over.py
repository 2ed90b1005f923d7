"""One recipient: hand the message to a carrier, and record what comes of it.

Routes are tried in their order until one does not refuse. Each try is recorded on the
row. What nobody knows the outcome of is left alone: `settle` decides about it.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import Final

from herald.carriers import Accepted, NotSent, OutboundMessage, Outcome, Rejected, Stopped, Unknown
from herald.model import problems
from herald.model.message import Attempt, Message
from herald.model.operation import Operation
from herald.model.routes import Route
from herald.model.status import Status
from herald.model.suppressions import People
from herald.sending import groups
from herald.sending.app import App
from herald.sending.plans import Plan
from herald.sending.sessions import OpenSessions
from herald.store import messages, operations
from herald.store.chunks import Progress
from herald.telemetry import count, logger

# What could not be sent for this long is not wanted any more.
_PATIENCE: Final = timedelta(hours=4)


class Result(Enum):
    RECORDED = auto()
    # The carrier turned it away for now.
    DEFERRED = auto()
    # Another route is to be tried, in its sender's own time.
    REROUTED = auto()
    UNKNOWN = auto()


class HandOver:
    """What a worker hands over of one chunk, from several threads."""

    def __init__(
        self, app: App, operation: Operation, progress: Progress, routes: Iterable[Route], deadline: datetime
    ) -> None:
        self._app = app
        self._operation = operation
        self._deferrals = progress.deferrals
        self._is_expired = _is_expired(app, operation, progress)
        self._deadline = deadline
        self._sessions = OpenSessions(app.table, operation.account, routes, app.clock())
        # Senders that nothing can be sent from, and the code of why.
        self.stopped = dict(operation.stopped)
        # Whom the account may not write to, of those who were looked up.
        self.suppressed = People()
        # The longest that a carrier has asked for.
        self.retry_after = 0

    def send(self, plan: Plan, head: Route | None) -> Result:
        """Try what is left of a recipient's routes. What happened is recorded when this returns.

        `head` is the first of them as it was when the sender's time was taken for it.
        """
        row = plan.row
        if not isinstance(row, Message):
            return Result.RECORDED
        if row.group:
            return self._send_to_group(plan, row)
        tries: list[Attempt] = []
        while routes := self._open_routes(plan, tries):
            route, more = routes[0], len(routes) > 1
            is_another_s = head is None or route.sender != head.sender
            if (tries or is_another_s) and not self._may_go_on(route):
                if tries:
                    plan.row = messages.add_attempts(self._app.table, row, tries)
                return Result.REROUTED
            outcome = self._hand_over(plan, row, route, len(row.attempts) + len(tries) + 1, more=more)
            match outcome:
                case Accepted(carrier_id):
                    tries.append(self._try(route, carrier_id=carrier_id))
                    return self._record_sent(plan, row, tries, route, more=more)
                case Rejected(code):
                    tries.append(self._try(route, error=code))
                case Stopped(code):
                    tries.append(self._try(route, error=code))
                    self._stop(route.sender.sender_id, code)
                case NotSent(retry_after):
                    return self._defer(row, tries, retry_after)
                case Unknown():
                    self.record_unknown(plan, tries, route)
                    return Result.UNKNOWN
        return self._record_failed(plan, row, tries)

    def record_unknown(self, plan: Plan, tries: Sequence[Attempt] = (), route: Route | None = None) -> None:
        """Record that nobody knows whether the message went out: by `route`, or by the next one."""
        row = plan.row
        if not isinstance(row, Message):
            return
        if row.group:
            groups.give_up(self._app, row)
            return
        count("CarrierUnknown")
        routes = plan.open_routes(self.stopped, tries)
        # There is a route as long as something was to be sent; the last one stands in for any other.
        route = route or (routes[0] if routes else plan.routes[-1])
        unknown = self._try(route, error=problems.UNCONFIRMED.code)
        messages.record_unknown(
            self._app.table, row, [*tries, unknown], now=self._app.clock(), more=len(routes) > 1
        )

    def next_route(self, plan: Plan) -> Route | None:
        """Where a recipient's message goes next, as far as is known."""
        return next(iter(self._open_routes(plan, ())), None)

    def _open_routes(self, plan: Plan, tries: Sequence[Attempt]) -> list[Route]:
        return [route for route in plan.open_routes(self.stopped, tries) if route.to not in self.suppressed]

    def _may_go_on(self, route: Route) -> bool:
        """Whether the next route may be tried at once: in its sender's time, and in ours."""
        return route.sender.sender_id not in self._operation.rates and self._app.clock() < self._deadline

    def _send_to_group(self, plan: Plan, row: Message) -> Result:
        """Hand the message to the people of a group, one by one."""

        def hand_over(person: int, route: Route) -> Outcome:
            outcome = self._hand_over(plan, row, route, 1, person)
            if isinstance(outcome, Stopped):
                self._stop(route.sender.sender_id, outcome.code)
            return outcome

        sent = groups.send(
            self._app,
            row,
            lambda: plan.open_routes(self.stopped),
            hand_over,
            until=self._deadline,
            is_expired=self._is_expired,
            suppressed=self.suppressed,
            why_not=lambda: self._why_not(plan, problems.UNADDRESSABLE.code),
        )
        if sent.retry_after is not None:
            self.retry_after = max(self.retry_after, sent.retry_after)
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
        shown = plan.rendered.on(route.sender.channel)
        try:
            return self._app.carrier.send(
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
                    carrier=self._operation.carriers.get(route.sender.sender_id),
                    carrier_sender_id=self._operation.carrier_sender_ids.get(route.sender.sender_id),
                    parts=plan.parts(route),
                    has_fallback=more,
                )
            )
        except Exception as error:
            # Whatever went wrong, it may have gone wrong after the message went out.
            logger.error("carrier raised", message_id=row.id, error=type(error).__name__)
            return Unknown()

    def _record_sent(
        self, plan: Plan, row: Message, tries: Sequence[Attempt], route: Route, *, more: bool
    ) -> Result:
        now, session_id = self._app.clock(), self._sessions.id_of(route)
        is_sent = messages.record_attempts(
            self._app.table, row, tries, Status.SENT, now=now, session_id=session_id, more=more
        )
        self._sessions.extend(route, now)
        if not is_sent and more:
            # A receipt was here first. If it says that this try has failed, there is another route.
            opened = messages.reopen_early(self._app.table, row.account, row.id, now=now)
            if opened:
                plan.row = opened
                return Result.REROUTED
        return Result.RECORDED

    def _record_failed(self, plan: Plan, row: Message, tries: Sequence[Attempt]) -> Result:
        if tries:
            messages.record_attempts(self._app.table, row, tries, Status.FAILED, now=self._app.clock())
        else:
            self._leave(row, self._why_not(plan))
        return Result.RECORDED

    def _leave(self, row: Message, code: int) -> None:
        """End a message that is not handed over any more; one that was before ends as that try did."""
        now = self._app.clock()
        if row.attempts and (row.attempts[-1].is_reported or row.attempts[-1].is_unknown):
            messages.close_again(self._app.table, row, now=now)
        else:
            messages.fail(self._app.table, row.account, row.id, code, now=now)

    def _why_not(self, plan: Plan, otherwise: int = problems.UNKNOWN_ERROR.code) -> int:
        """The code of a message for which no route was left to try."""
        if any(route.to in self.suppressed for route in plan.open_routes(self.stopped)):
            return problems.OPTED_OUT.code
        codes = (self.stopped.get(route.sender.sender_id) for route in plan.routes)
        return next(filter(None, codes), otherwise)

    def _defer(self, row: Message, tries: Sequence[Attempt], retry_after: int) -> Result:
        count("MessageDeferred")
        if tries:
            row = messages.add_attempts(self._app.table, row, tries)
        if self._is_expired:
            self._leave(row, problems.EXPIRED.code)
            return Result.RECORDED
        self.retry_after = max(self.retry_after, retry_after)
        return Result.DEFERRED

    def _stop(self, sender_id: str, code: int) -> None:
        """Send nothing more from a sender, in this operation."""
        if sender_id not in self.stopped:
            self.stopped[sender_id] = code
            operations.stop_sender(self._app.table, self._operation.id, sender_id, code)
            count("SenderStopped")
            logger.error(
                "sender stopped", operation_id=self._operation.id, sender_id=sender_id, error_code=code
            )

    def _try(self, route: Route, *, carrier_id: str | None = None, error: int | None = None) -> Attempt:
        return Attempt(
            sender=route.sender, to=route.to, at=self._app.clock(), carrier_id=carrier_id, error=error
        )


def _is_expired(app: App, operation: Operation, progress: Progress) -> bool:
    """Whether what the carrier turns away now has waited too long; a pause is no waiting."""
    if progress.deferred_since is None:
        return False
    since = datetime.fromtimestamp(progress.deferred_since, tz=app.clock().tzinfo)
    return app.clock() - max(filter(None, (since, operation.resumed_at))) > _PATIENCE
