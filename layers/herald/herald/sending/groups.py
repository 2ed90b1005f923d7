"""A group: one message to several people, each of whom gets it from the carrier separately.

Carriers have no group texts that a program could send. So for the chunk a group is
one place, and its people are as well protected as a recipient each: the place is
intended before the first of them is handed over, each outcome is recorded on the
person's own item, and those without one are unknown to the worker after a crash.

Each person is tried once, by the best route to the address. When all have an outcome
the message is GROUP, or FAILED when everybody was refused.
"""

from collections.abc import Callable, Container, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from herald.carriers import Accepted, NotSent, Outcome, Rejected, Stopped, Unknown
from herald.model import problems
from herald.model.addresses import MessageAddress
from herald.model.message import Attempt, Message, PersonReceipt
from herald.model.routes import Route
from herald.model.status import Status, is_settled
from herald.sending.app import App
from herald.store import messages, receipts

# When there was no time left, as opposed to a carrier that turned a person away.
_AT_ONCE: Final = 1


class Sent(NamedTuple):
    """How far a group has come: `retry_after` seconds until the rest of it may be tried, if not all was."""

    retry_after: int | None
    is_unknown: bool


def send(
    app: App,
    row: Message,
    open_routes: Callable[[], Sequence[Route]],
    hand_over: Callable[[int, Route], Outcome],
    *,
    until: datetime,
    is_expired: bool,
    suppressed: Container[MessageAddress],
    why_not: Callable[[], int],
) -> Sent:
    """Hand the message to everybody of the group who has no outcome yet; stop at `until`.

    `is_expired`: who is turned away now has waited too long, and fails. `suppressed`: who
    must not get it, and fails. `why_not` is the code of who cannot be reached.
    """
    waits: list[int] = []
    for person in filter(is_unsent, receipts.of(app.table, [row])):
        if person.to in suppressed:
            _leave(app, person, Status.FAILED, problems.OPTED_OUT.code)
            continue
        route = next((route for route in open_routes() if route.to == person.to), None)
        if route is None:
            _leave(app, person, Status.FAILED, why_not())
            continue
        if app.clock() >= until:
            waits.append(_AT_ONCE)
            break
        match hand_over(person.person, route):
            case Accepted(carrier_id):
                _record(app, person, Status.SENT, carrier_id=carrier_id)
            case Rejected(code) | Stopped(code):
                _record(app, person, Status.FAILED, error=code)
            case NotSent() if is_expired:
                _leave(app, person, Status.FAILED, problems.EXPIRED.code)
            case NotSent(retry_after):
                waits.append(retry_after)
            case Unknown():
                receipts.record_unknown(app.table, [person], now=app.clock())
    if waits:
        return Sent(max(waits), False)
    return Sent(None, _close(app, row))


def give_up(app: App, row: Message) -> None:
    """End a group that a worker has left: whoever has no outcome may have got the message."""
    left = list(filter(is_unsent, receipts.of(app.table, [row])))
    receipts.record_unknown(app.table, left, now=app.clock())
    if not is_settled(row.status):
        _close(app, row)


def is_open(app: App, row: Message) -> bool:
    """Whether somebody of a group waits to be handed over, for the first time or again."""
    return any(map(is_unsent, receipts.of(app.table, [row])))


def cancel(app: App, row: Message) -> bool:
    """Cancel what of a group waits: everybody, unless the carrier took some of them before.

    Whether the outcome of one of them is unknown, and so has to be settled.
    """
    if is_settled(row.status):
        # By a worker that died before it had canceled the rest of the chunk.
        return any(map(is_unconfirmed, receipts.of(app.table, [row])))
    for person in filter(is_unsent, receipts.of(app.table, [row])):
        _leave(app, person, Status.CANCELED)
    return _close(app, row)


def is_unconfirmed(person: PersonReceipt) -> bool:
    """Whether nobody knows, so far, if the message went out to a person."""
    return _is_waiting(person) and person.error == problems.UNCONFIRMED.code


def is_unsent(person: PersonReceipt) -> bool:
    """Whether a person was surely not handed over, and has no outcome."""
    return _is_waiting(person) and person.error is None


def _is_waiting(person: PersonReceipt) -> bool:
    return person.status in (Status.SCHEDULED, Status.QUEUED)


def _leave(app: App, person: PersonReceipt, status: Status, error: int | None = None) -> None:
    """End who is not handed over any more. Who may have got it before stays open to a receipt."""
    if person.is_sent_again:
        receipts.fail_unconfirmed(app.table, person, now=app.clock())
    else:
        _record(app, person, status, error=error)


def _record(
    app: App,
    person: PersonReceipt,
    status: Status,
    *,
    error: int | None = None,
    carrier_id: str | None = None,
) -> None:
    receipts.record(app.table, person, status, now=app.clock(), error=error, carrier_id=carrier_id)


def _close(app: App, row: Message) -> bool:
    """Move the message on, all of its people having an outcome; whether one of them is unknown."""
    people = receipts.of(app.table, [row])
    now = app.clock()
    # An assumed failure is none: a receipt may still tell of a delivery.
    refused = [
        person.error
        for person in people
        if person.status is Status.FAILED and person.error != problems.UNCONFIRMED.code
    ]
    canceled = sum(person.status is Status.CANCELED for person in people)
    is_sent = len(refused) + canceled < len(people)
    error = refused[-1] if refused and not is_sent else None
    attempt = Attempt(sender=row.sender, to=row.to, at=now, error=error)
    if canceled and not is_sent:
        if refused and not row.attempts:
            messages.add_attempts(app.table, row, [attempt])
        messages.cancel(app.table, row.account, row.id, now=now)
    else:
        status = Status.GROUP if is_sent else Status.FAILED
        messages.record_attempts(app.table, row, [attempt], status, now=now)
    return any(map(is_unconfirmed, people))
