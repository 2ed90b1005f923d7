"""A chunk's use of its account's limits, as its worker sees it.

A chunk begins with the charge that its request has reserved for each place. Before a group is announced,
each of its places holds the most that its next attempt can use, or is not sent (`secure`): so a second
route, or a text that is longer than its bound, is reserved first. At the end of its turn the worker
sets the charge of each place to what was used and what is held for a further attempt (`finish`).

Both change the charges in the chunk's progress and the account's use in one transaction, on the
condition of the step that the worker has seen: a dead worker, a repeated task or a late write
changes nothing twice.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from herald.content import Rendered
from herald.model import problems
from herald.model.addresses import MessageAddress, SenderChannel
from herald.model.amounts import NOTHING, Amount, Charges, highest, nanos_told, total
from herald.model.message import Attempt, Message, PersonReceipt
from herald.model.operation import Operation
from herald.model.segments import parts_on
from herald.model.status import Status
from herald.sending.app import App
from herald.sending.plans import Plan
from herald.sending.tariff import tariff_of
from herald.store import accounts, chunks, limits, receipts
from herald.store.chunks import Progress
from herald.store.table import Unavailable, Unmet
from herald.telemetry import count

_TRIES: Final = 3
# A receipt may report a hand-over whose outcome no worker has recorded.
_REPORTED: Final = frozenset({Status.SENT, Status.DELIVERED, Status.READ, Status.UNDELIVERED})


class Taken:
    """The use of messages' attempts, by their rows."""

    def __init__(self, app: App, operation: Operation) -> None:
        self.tariff = tariff_of(app, operation)

    def by(self, rendered: Rendered, row: Message, tries: Iterable[Attempt]) -> Amount:
        """The use of one message: the attempts that a carrier accepted, or may have accepted."""
        if rendered.problem:
            return NOTHING
        known = list(tries)
        taken = [each for each in known if each.carrier_id or each.is_unknown or each.is_reported]
        # The worker died before it recorded the try, and a receipt came before the next worker.
        if row.unrecorded and len(known) == len(row.attempts):
            taken.append(row.unrecorded)
        elif not taken and row.status in _REPORTED:
            taken = [Attempt(sender=row.sender, to=row.to, at=row.updated_at)]
        found = total(self._of(rendered, each) for each in taken)
        return found._replace(recipients=min(found.recipients, 1))

    def by_group(self, rendered: Rendered, row: Message, people: Iterable[PersonReceipt]) -> Amount:
        """The use of a group's message: the people to whom it was handed over, or may have been."""
        amounts = []
        for person in people:
            is_unknown = person.error == problems.UNCONFIRMED.code
            was_sent = person.carrier_id is not None or person.status in _REPORTED or is_unknown
            tries = was_sent + person.is_sent_again
            attempt = Attempt(sender=row.sender, to=person.to, at=person.updated_at, billing=person.billing)
            if tries and not rendered.problem:
                taken = total([self._of(rendered, attempt)] * tries)
                amounts.append(taken._replace(recipients=min(taken.recipients, 1)))
        return total(amounts)

    def held(self, rendered: Rendered, addresses: Iterable[MessageAddress], *, is_group: bool) -> Amount:
        """The most that the next attempt can use; for a group, an attempt to each person."""
        if rendered.problem:
            return NOTHING
        sms_parts = _parts(rendered, SenderChannel.SMS)
        each = [self.tariff.most(to, sms_parts) for to in addresses]
        return total(each) if is_group else highest(each)

    def _of(self, rendered: Rendered, attempt: Attempt) -> Amount:
        found = self.tariff.of(attempt.sender, attempt.to, _parts(rendered, attempt.sender.channel))
        billing = attempt.billing
        if found.nanos and billing and billing.price is not None and billing.currency in (None, "USD"):
            told = nanos_told(billing.price)
            return found if told is None else found._replace(nanos=told)
        return found


def _parts(rendered: Rendered, channel: SenderChannel) -> int:
    shown = rendered.shown.get(channel)
    return parts_on(channel, shown.text, shown.media) if shown else 1


class Meter:
    """Of one claim on one chunk; `plans` are the worker's, by place. Idle where no limit counts."""

    def __init__(self, app: App, operation: Operation, plans: Mapping[int, Plan]) -> None:
        self._app = app
        self._operation = operation
        self._plans = plans
        self._charges: Charges = {}
        self._tried: defaultdict[str, dict[int, Attempt]] = defaultdict(dict)
        self._taken: Taken | None = None

    def begin(self, progress: Progress, reserved: Charges) -> None:
        """Start with the charges that a chunk holds."""
        if self._operation.metered:
            self._charges = reserved if progress.charges is None else progress.charges
            self._taken = Taken(self._app, self._operation)

    def tried(self, row: Message, number: int, attempt: Attempt) -> None:
        """Note attempt `number` (from 1) of a message: a carrier has it, or may have it. From any thread."""
        self._tried[row.id][number] = attempt

    def secure(
        self, progress: Progress, group: frozenset[int], leave: Callable[[Plan, int], None]
    ) -> tuple[Progress, frozenset[int]]:
        """Hold the most that the next attempts of a group can use.

        Returns the new progress, and the places that may be sent. `leave` ends the message of each other
        place, with the code of the reason. Raises Fenced and Unavailable.
        """
        if self._taken is None:
            return progress, group
        needs = self._needs(self._taken, group, again=progress.generation > 1)
        short = {place: need for place, need in needs.items() if need.beyond(self._held(place)) != NOTHING}
        if not short:
            return progress, group
        room = NOTHING
        for _ in range(_TRIES):
            account, day = self._operation.account, self._day(progress)
            own, use = limits.use(self._app.table, account, [day], self._shards())
            known = own.over(self._app.limits)
            room = use.room(known, day)
            charges, added = self._fitting(short, room)
            if added == NOTHING:
                break
            held = replace(progress, charges=charges)
            try:
                also = use.reserve(known, {day: added})
                progress = chunks.advance(self._app.table, held, also=also)
            except Unmet:
                continue
            self._charges = charges
            break
        refused = {place for place, need in short.items() if need.beyond(self._held(place)) != NOTHING}
        for place in refused:
            leave(self._plans[place], self._why(short[place], place, room))
        count("MessageBeyondLimit", len(refused))
        return progress, group - refused

    def finish(self, left: Progress, *, released_by: int) -> Progress:
        """Record the progress of the chunk, and release unused charges. Raises Fenced."""
        table = self._app.table
        if self._taken is None:
            return chunks.advance(table, left, released_by=released_by)
        try:
            charges = self._settled(self._taken, left)
            back = total(self._charges.values()).beyond(total(charges.values()))
            if charges == self._charges:
                return chunks.advance(table, left, released_by=released_by)
            day = self._day(left)
            also = limits.release(self._operation.account, left.operation_id, left.chunk, day, back)
            return chunks.advance(table, replace(left, charges=charges), released_by=released_by, also=also)
        except Unavailable:
            # The account holds more than it needs until the chunk is reckoned up.
            return chunks.advance(table, left, released_by=released_by)

    def _needs(self, taken: Taken, group: Iterable[int], *, again: bool) -> dict[int, Amount]:
        rows = {place: row for place in group if (row := self._plans[place].message)}
        groups = receipts.by_message(self._app.table, rows.values()) if again else {}
        return {place: self._need(taken, row, self._plans[place], groups) for place, row in rows.items()}

    def _need(
        self, taken: Taken, row: Message, plan: Plan, groups: Mapping[str, Sequence[PersonReceipt]]
    ) -> Amount:
        """The use of a message's attempts, plus the most of the next one."""
        if row.group:
            people = groups.get(row.id, ())
            waiting = [each.to for each in people if each.phase.is_to_be_sent] if people else row.group
            so_far = taken.by_group(plan.rendered, row, people)
            return so_far.plus(taken.held(plan.rendered, waiting, is_group=True))
        so_far = taken.by(plan.rendered, row, self._tries(row))
        addresses = {route.to for route in plan.routes}
        need = so_far.plus(taken.held(plan.rendered, addresses, is_group=False))
        return need._replace(recipients=min(need.recipients, 1))

    def _settled(self, taken: Taken, left: Progress) -> Charges:
        """The charge of each place at the end of the worker's turn; never more than it holds."""
        waiting = left.left | left.intended
        rows = {place: row for place, plan in self._plans.items() if (row := plan.message)}
        groups = receipts.by_message(self._app.table, rows.values())
        charges = dict(self._charges)
        for place, plan in self._plans.items():
            row = rows.get(place)
            if row is None:
                charges.pop(place, None)
                continue
            if plan.rendered.problem and (row.attempts or row.id in self._tried):
                # It rendered when it was sent: a careful worker gives it less work.
                continue
            if place in waiting:
                amount = self._need(taken, row, plan, groups)
            elif row.group:
                amount = taken.by_group(plan.rendered, row, groups.get(row.id, ()))
            else:
                amount = taken.by(plan.rendered, row, self._tries(row))
            charges[place] = amount.lowest(self._held(place))
        return {place: amount for place, amount in charges.items() if amount != NOTHING}

    def _tries(self, row: Message) -> Iterable[Attempt]:
        """The attempts of a message: those in its row, and those of this turn."""
        return {**dict(enumerate(row.attempts, start=1)), **self._tried.get(row.id, {})}.values()

    def _fitting(self, short: Mapping[int, Amount], room: Amount) -> tuple[dict[int, Amount], Amount]:
        """The charges with as many of the short places as there is room for, and what that adds."""
        charges, added = dict(self._charges), NOTHING
        for place, need in sorted(short.items()):
            more = added.plus(need.beyond(self._held(place)))
            if more.beyond(room) == NOTHING:
                charges[place], added = need.highest(self._held(place)), more
        return charges, added

    def _held(self, place: int) -> Amount:
        return self._charges.get(place, NOTHING)

    def _why(self, need: Amount, place: int, room: Amount) -> int:
        """The code of a place for which there is no room."""
        more = need.beyond(self._held(place))
        is_daily = more.recipients > room.recipients or more.parts > room.parts
        return (problems.DAILY_LIMIT if is_daily or more.nanos <= room.nanos else problems.MONEY_LIMIT).code

    def _day(self, progress: Progress) -> date:
        return self._operation.day_of(progress.chunk)

    def _shards(self) -> int:
        return accounts.shards(self._app.table, self._operation.account)
