"""Records how hand-overs ended: on the rows of messages, and on the items of people of groups.

The worker does this, while its threads call the carriers: what has come goes to the table together.
One recipient whose outcome cannot be recorded does not make the others unknown.
"""

from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any, TypeVar

from herald.carriers import Accepted, NotSent, Rejected, Stopped, Unknown
from herald.model import problems
from herald.model.message import Message, PersonReceipt
from herald.model.operation import Operation
from herald.model.routes import Route
from herald.model.status import Status
from herald.sending import groups
from herald.sending.app import App
from herald.sending.meter import Meter
from herald.sending.outcomes import AllTried, Ended, How, Left, Outcomes, Rerouted
from herald.sending.plans import Plan
from herald.sending.sessions import OpenSessions
from herald.sending.turns import Result
from herald.store import messages, receipts
from herald.store.keys import Key
from herald.store.moves import Move, make, make_many
from herald.store.table import Item, Unavailable
from herald.telemetry import count, logger

Part = TypeVar("Part")
Effect = TypeVar("Effect")


class Recorder:
    """Of one claim on one chunk; `plans` are the worker's, by place. Writes are retried while `goes_on`."""

    def __init__(
        self,
        app: App,
        operation: Operation,
        plans: Mapping[int, Plan],
        meter: Meter,
        goes_on: Callable[[], bool],
    ) -> None:
        self._app = app
        self._parties = app.parties
        self._plans = plans
        self._meter = meter
        self._goes_on = goes_on
        self._is_dry_run = operation.is_dry_run
        # A dry run has no receipt: a message that the carrier would accept is final.
        self._accepted = Status.DELIVERED if self._is_dry_run else Status.SENT
        # Places for which a write has failed.
        self._unrecorded: set[int] = set()
        # The open sessions of the people who were looked up.
        self.sessions = OpenSessions(app.table, operation.account)
        # The longest that a carrier has asked for, in seconds; None: nothing was turned away.
        self.retry_after: int | None = None

    def record(self, outcomes: Outcomes) -> dict[int, Result]:
        """Record how hand-overs end, as they do, until all have; the result of each place.

        The threads outlast an invocation. One that was left alone would stop with it, and go on in a later
        one: a message would be handed over after its worker was taken for dead. So all are waited for.
        """
        results: dict[int, Result] = {}
        sent: list[tuple[Route, datetime]] = []
        try:
            for some in outcomes.batches():
                results |= self._record(some, sent)
        finally:
            deque(outcomes.batches(), maxlen=0)
        self.sessions.extend(sent)
        return results

    def _record(self, some: Sequence[Ended], sent: list[tuple[Route, datetime]]) -> dict[int, Result]:
        """The results of the places whose hand-overs are over with these; `sent` gets their routes."""
        self._note(some)
        now = self._app.clock()
        results: dict[int, Result] = {}
        for each, effect in zip(some, self._apart(self._written, some), strict=True):
            effect = each.how if isinstance(each.how, Exception) else effect
            if isinstance(effect, Exception):
                self._miss(each.place, effect)
            elif each.person is None:
                results[each.place] = self._result(each, effect)
                if isinstance(each.how, Accepted) and not self._is_dry_run:
                    sent.append((_route(each), now))
        all_tried = [each.place for each in some if isinstance(each.how, AllTried)]
        closing = [place for place in all_tried if place not in self._unrecorded]
        for place, is_unknown in zip(closing, self._apart(self._closed, closing), strict=True):
            if isinstance(is_unknown, Exception):
                self._miss(place, is_unknown)
            else:
                results[place] = Result.UNKNOWN if is_unknown else Result.RECORDED
        over = {each.place for each in some if each.person is None}
        return results | dict.fromkeys(over & self._unrecorded, Result.UNRECORDED)

    def take_back(self, unknown: Sequence[Ended]) -> set[int]:
        """Record hand-overs that a dead worker had announced; the places that are to be sent again.

        Raises Unavailable.
        """
        rows = (self._row(each.place) for each in unknown)
        groups.give_up(self._app, [row for row in rows if row and row.group])
        self._note(unknown)
        opened = set()
        for each, effect in zip(unknown, self._apart(self._written, unknown), strict=True):
            if isinstance(effect, Exception):
                raise effect
            if self._result(each, effect) is Result.REROUTED:
                opened.add(each.place)
        return opened

    def leave(self, plan: Plan, code: int) -> bool:
        """End a recipient's message without a hand-over, with the code of the reason.

        Returns whether the outcome of a person of a group is unknown, and so has to be settled. Raises
        Unavailable.
        """
        row = plan.message
        if row and row.group:
            return groups.fail(self._app, row, code)
        if row:
            make(self._app.table, [messages.closed(row, code, now=self._app.clock())], goes_on=self._goes_on)
        return False

    # --------------------------------------------------------------------------- what is written

    def _written(self, some: Sequence[Ended]) -> list[Any]:
        """The effect of each record; None where nothing is written, and the error where it could not be.

        Search items come before the row: one that has its attempts is not looked at again. The rows that
        have none come first, as many items may be of one sender, and so in one partition.
        """
        now = self._app.clock()
        moves = {number: move for number, each in enumerate(some) if (move := self._move(each, now))}
        found_by = {number: items for number in moves if (items := self._found_by(some[number]))}
        effects = self._made({number: move for number, move in moves.items() if number not in found_by})
        try:
            self._app.table.insert_missing(chain.from_iterable(found_by.values()))
        except Unavailable as error:
            effects |= dict.fromkeys(found_by, error)
        else:
            effects |= self._made({number: moves[number] for number in found_by})
        return [effects.get(number) for number in range(len(some))]

    def _found_by(self, each: Ended) -> list[tuple[Key, Item]]:
        """The items by which a row is found because of its attempts."""
        row = self._row(each.place)
        return list(self._parties.tried(row, each.tries)) if self._parties and row and each.tries else []

    def _made(self, moves: Mapping[int, Move[Any]]) -> dict[int, Any]:
        made = make_many(self._app.table, [*moves.values()], goes_on=self._goes_on) if moves else []
        return dict(zip(moves, made, strict=True))

    def _move(self, each: Ended, now: datetime) -> Move[Any] | None:
        row, tries = self._row(each.place), each.tries
        if each.person:
            return self._move_of_person(each.person, each.how, now)
        if row is None or row.group:
            return None
        match each.how:
            case Accepted():
                session_id = None if self._is_dry_run else self.sessions.id_of(_route(each))
                status, more = self._accepted, each.more
                return messages.recorded(row, tries, status, now=now, session_id=session_id, more=more)
            case Unknown():
                return messages.recorded(row, tries, None, problems.UNCONFIRMED.code, now=now, more=each.more)
            case Left(code) if tries:
                return messages.recorded(row, tries, Status.FAILED, code, now=now)
            case Left(code):
                return messages.closed(row, code, now=now)
            case _:
                return messages.refused(row, tries) if tries else None

    def _move_of_person(self, person: PersonReceipt, how: How, now: datetime) -> Move[Any] | None:
        match how:
            case Accepted(carrier_id):
                return receipts.recorded(person, self._accepted, now=now, carrier_id=carrier_id)
            case Rejected(code, said) | Stopped(code, said):
                return receipts.recorded(person, Status.FAILED, now=now, error=code, said=said)
            case Left(code):
                return groups.left(person, Status.FAILED, code, now=now)
            case Unknown():
                return receipts.unknown(person, now=now)
            case _:
                return None

    def _closed(self, places: Sequence[int]) -> list[bool]:
        rows = [row for place in places if (row := self._row(place))]
        return groups.close(self._app, rows, goes_on=self._goes_on)

    def _apart(
        self, do: Callable[[Sequence[Part]], Sequence[Effect]], parts: Sequence[Part]
    ) -> list[Effect | Exception]:
        """What is done of several at once; if one of them cannot be done, of each alone, as long as there is
        time. A table that is too busy for all is too busy for each."""
        try:
            return [*do(parts)]
        except Unavailable as error:
            return [error] * len(parts)
        except Exception as error:
            if len(parts) == 1:
                return [error]
            return [
                effect
                for part in parts
                for effect in (self._apart(do, [part]) if self._goes_on() else [error])
            ]

    # ------------------------------------------------------------------------------- what follows

    def _result(self, each: Ended, effect: Message | None) -> Result:
        """The result of a recipient. With the row's new attempts if it has some, the plan has the row."""
        if effect:
            self._plans[each.place].row = effect
        match each.how:
            case NotSent(retry_after):
                self.retry_after = max(self.retry_after or 0, retry_after)
                return Result.DEFERRED
            case Rerouted():
                return Result.REROUTED
            case _ if effect:
                # A receipt was here first and says that this try has failed: there is another route.
                return Result.REROUTED
            case Unknown():
                return Result.UNKNOWN
            case _:
                return Result.RECORDED

    def _note(self, some: Sequence[Ended]) -> None:
        """Note the attempts that a carrier has, or may have."""
        for each in some:
            if isinstance(each.how, Accepted | Unknown) and each.tries and (row := self._row(each.place)):
                self._meter.tried(row, len(row.attempts) + len(each.tries), each.tries[-1])

    def _miss(self, place: int, error: Exception) -> None:
        """A hand-over is not recorded: the next worker marks it as unknown."""
        self._unrecorded.add(place)
        count("OutcomeUnrecorded")
        message_id = self._plans[place].row.id
        logger.error("outcome not recorded", message_id=message_id, error=type(error).__name__)

    def _row(self, place: int) -> Message | None:
        return self._plans[place].message


def _route(sent: Ended) -> Route:
    return Route(sent.tries[-1].sender, sent.tries[-1].to)
