"""A group: one message to several people, each of whom gets it from the carrier separately.

Carriers have no group texts that a program could send. So for the chunk a group is
one place, and its people are as well protected as separate recipients: the place is
intended before the first person is handed over, each outcome is recorded on the
person's own item, and after a crash people without an outcome are unknown.

Each person is tried once, by the best route to the address. When all have an outcome
the message is GROUP, or FAILED if all were refused.
"""

from collections.abc import Callable, Container, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from herald.carriers import Accepted, NotSent, Outcome, Rejected, Stopped, Unknown
from herald.model import problems
from herald.model.addresses import MessageAddress
from herald.model.message import Attempt, Message, PersonReceipt
from herald.model.phase import Phase
from herald.model.routes import Route
from herald.model.status import Status
from herald.sending.app import App
from herald.store import messages, receipts
from herald.store.moves import Writer
from herald.store.table import Unavailable

# The pause when there was no time left; a carrier that turns a person away names its own.
_AT_ONCE: Final = 1
# Seconds before the next try if the people could not be read.
_UNREAD_SECONDS: Final = 5


class Sent(NamedTuple):
    """How far a group has come: `retry_after` seconds until the rest of it may be tried, if not all was."""

    retry_after: int | None
    is_unknown: bool


def send(
    app: App,
    writer: Writer,
    row: Message,
    open_routes: Callable[[], Sequence[Route]],
    hand_over: Callable[[int, Route], Outcome],
    *,
    until: datetime,
    accepted: Status,
    is_expired: bool,
    suppressed: Container[MessageAddress],
    why_not: Callable[[], int],
) -> Sent:
    """Hand the message over for all people of the group without an outcome; stop at `until`.

    `is_expired`: a person who is turned away now has waited too long, and fails. `suppressed`:
    people who must not get the message, and fail. `why_not` is the code of people who cannot be reached.
    """
    try:
        people = receipts.of(app.table, [row])
    except Unavailable:
        # Nothing was handed over in this turn: an error would end the whole group as unconfirmed.
        return Sent(_UNREAD_SECONDS, False)
    waits: list[int] = []
    for person in _each_once(app, writer, people, open_routes):
        if person.to in suppressed:
            _leave(app, writer, person, Status.FAILED, problems.OPTED_OUT.code)
            continue
        route = next((route for route in open_routes() if route.to == person.to), None)
        if route is None:
            _leave(app, writer, person, Status.FAILED, why_not())
            continue
        if app.clock() >= until:
            waits.append(_AT_ONCE)
            break
        match hand_over(person.person, route):
            case Accepted(carrier_id):
                receipts.record(writer, person, accepted, now=app.clock(), carrier_id=carrier_id)
            case Rejected(code, said) | Stopped(code, said):
                receipts.record(writer, person, Status.FAILED, now=app.clock(), error=code, said=said)
            case NotSent() if is_expired:
                _leave(app, writer, person, Status.FAILED, problems.EXPIRED.code)
            case NotSent(retry_after):
                waits.append(retry_after)
            case Unknown():
                receipts.record_unknown(writer, [person], now=app.clock())
    if waits:
        return Sent(max(waits), False)
    return Sent(None, _close(app, writer, row))


def _each_once(
    app: App, writer: Writer, people: Sequence[PersonReceipt], open_routes: Callable[[], Sequence[Route]]
) -> list[PersonReceipt]:
    """Those to be sent to, one address of each person: the others of the group's addresses fail.

    A person who is named twice gets the message at the address that may have got it before, or else at
    the first that a sender reaches.
    """
    chosen = {person.to.key: person for person in reversed(people)}
    if len(chosen) < len(people):
        reached = {route.to for route in open_routes()}

        def claim(person: PersonReceipt) -> int:
            if person.phase in (Phase.HANDED_OVER, Phase.UNKNOWN, Phase.REOPENED):
                return 2
            return int(person.phase is Phase.WAITING and person.to in reached)

        for person in people:
            if claim(person) > claim(chosen[person.to.key]):
                chosen[person.to.key] = person
    unsent = [person for person in people if person.phase.is_to_be_sent]
    for person in unsent:
        if chosen[person.to.key] is not person:
            _leave(app, writer, person, Status.FAILED, problems.DUPLICATE.code)
    return [person for person in unsent if chosen[person.to.key] is person]


def give_up(app: App, writer: Writer, row: Message) -> None:
    """End a group of a dead worker: people without an outcome may have got the message."""
    receipts.record_unknown(writer, _unsent(app, row), now=app.clock())
    if not row.phase.is_over:
        _close(app, writer, row)


def is_open(app: App, row: Message) -> bool:
    """Whether a person of a group waits for the hand-over, for the first time or again."""
    return bool(_unsent(app, row))


def cancel(app: App, row: Message) -> bool:
    """Cancel the waiting people of a group: all, unless the carrier has accepted some before.

    Returns whether the outcome of a person is unknown, and so has to be settled.
    """
    if row.phase.is_over:
        # Canceled by a worker that died before it had canceled the rest of the chunk.
        return any(person.phase is Phase.UNKNOWN for person in receipts.of(app.table, [row]))
    for person in _unsent(app, row):
        _leave(app, app.table, person, Status.CANCELED)
    return _close(app, app.table, row)


def fail(app: App, writer: Writer, row: Message, code: int) -> None:
    """End a group whose message cannot be sent as it is: each person who was not handed over fails."""
    for person in _unsent(app, row):
        _leave(app, writer, person, Status.FAILED, code)
    if not row.phase.is_over:
        _close(app, writer, row)


def _unsent(app: App, row: Message) -> list[PersonReceipt]:
    """The people who were certainly not handed over, and have no outcome."""
    return [person for person in receipts.of(app.table, [row]) if person.phase.is_to_be_sent]


def _leave(app: App, writer: Writer, person: PersonReceipt, status: Status, error: int | None = None) -> None:
    """End a person without a further hand-over; a receipt still corrects a person who may have got it."""
    if person.phase is Phase.REOPENED:
        receipts.fail_unconfirmed(writer, person, now=app.clock())
    else:
        receipts.record(writer, person, status, now=app.clock(), error=error)


def _close(app: App, writer: Writer, row: Message) -> bool:
    """End the message once all people have an outcome; return whether an outcome is unknown."""
    people = receipts.of(app.table, [row])
    now = app.clock()
    # An assumed failure does not count as one: a receipt may still report a delivery.
    refused = [
        person.error
        for person in people
        if person.status is Status.FAILED and person.error != problems.UNCONFIRMED.code
    ]
    canceled = sum(person.status is Status.CANCELED for person in people)
    is_sent = len(refused) + canceled < len(people)
    said = [error for error in refused if error != problems.DUPLICATE.code]
    error = said[-1] if said and not is_sent else None
    attempt = Attempt(sender=row.sender, to=row.to, at=now, error=error)
    if canceled and not is_sent:
        if said and not row.attempts:
            row = messages.add_attempts(writer, row, [attempt])
        messages.close(writer, row, None, now=now)
    else:
        status = Status.GROUP if is_sent else Status.FAILED
        messages.record_attempts(writer, row, [attempt], status, now=now)
    return any(person.phase is Phase.UNKNOWN for person in people)
