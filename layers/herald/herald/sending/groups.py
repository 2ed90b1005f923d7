"""A group: one message to several people, each of whom gets it from the carrier separately.

Carriers have no group texts that a program could send. So for the chunk a group is
one place, and its people are as well protected as separate recipients: the place is
intended before the first person is handed over, each outcome is recorded on the
person's own item, and after a crash people without an outcome are unknown.

Each person is tried once, by the best route to the address. When all have an outcome
the message is GROUP, or FAILED if all were refused.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from herald.model import problems
from herald.model.message import Attempt, Message, PersonReceipt
from herald.model.phase import Phase
from herald.model.routes import Route
from herald.model.status import Status
from herald.sending.app import App
from herald.store import messages, receipts
from herald.store.moves import Move, make
from herald.store.writers import GoesOn


def each_once(people: Sequence[PersonReceipt], routes: Iterable[Route]) -> frozenset[int]:
    """The places in the group of one address of each person; the other addresses get nothing.

    A person who is named twice gets the message at the address that may have got it before, or else at
    the first that a sender reaches.
    """
    chosen = {person.to.key: person for person in reversed(people)}
    if len(chosen) < len(people):
        reached = {route.to for route in routes}

        def claim(person: PersonReceipt) -> int:
            if person.phase in (Phase.HANDED_OVER, Phase.UNKNOWN, Phase.REOPENED):
                return 2
            return int(person.phase is Phase.WAITING and person.to in reached)

        for person in people:
            if claim(person) > claim(chosen[person.to.key]):
                chosen[person.to.key] = person
    return frozenset(person.person for person in chosen.values())


def left(person: PersonReceipt, status: Status, error: int | None = None, *, now: datetime) -> Move[Any]:
    """End a person without a further hand-over; a receipt still corrects a person who may have got it."""
    if person.phase is Phase.REOPENED:
        return receipts.given_up(person, now=now)
    return receipts.recorded(person, status, now=now, error=error)


def is_open(app: App, row: Message) -> bool:
    """Whether a person of a group waits for the hand-over, for the first time or again."""
    return bool(_unsent(app, [row]))


def give_up(app: App, rows: Sequence[Message]) -> None:
    """End groups of a dead worker: people without an outcome may have got the message. Raises Unavailable."""
    now = app.clock()
    make(app.table, [receipts.unknown(person, now=now) for person in _unsent(app, rows)])
    close(app, [row for row in rows if not row.phase.is_over])


def cancel(app: App, rows: Sequence[Message]) -> bool:
    """Cancel the waiting people of groups: all of a group, unless the carrier has accepted some before.

    Returns whether the outcome of a person is unknown, and so has to be settled. Raises Unavailable.
    """
    # A worker may have canceled a message and died before the next; and a message that is over may have a
    # person to send it to again.
    over = [row for row in rows if row.phase.is_over]
    unknown = _end(app, rows, Status.CANCELED)
    return any(unknown) or any(person.phase is Phase.UNKNOWN for person in receipts.of(app.table, over))


def fail(app: App, row: Message, code: int) -> bool:
    """End a group whose message cannot be sent as it is: all people that it was not handed over to fail.

    Returns whether the outcome of a person is unknown, and so has to be settled. Raises Unavailable.
    """
    return any(_end(app, [row], Status.FAILED, code))


def close(app: App, rows: Sequence[Message], *, goes_on: GoesOn = None) -> list[bool]:
    """End messages all of whose people have an outcome; return whether a person of each has an unknown one.

    Raises Unavailable: some may be ended then.
    """
    people, now = receipts.by_message(app.table, rows), app.clock()
    make(app.table, [_closed(row, people[row.id], now) for row in rows], goes_on=goes_on)
    return [any(person.phase is Phase.UNKNOWN for person in people[row.id]) for row in rows]


def _end(app: App, rows: Sequence[Message], status: Status, error: int | None = None) -> list[bool]:
    now = app.clock()
    make(app.table, [left(person, status, error, now=now) for person in _unsent(app, rows)])
    return close(app, [row for row in rows if not row.phase.is_over])


def _unsent(app: App, rows: Sequence[Message]) -> list[PersonReceipt]:
    """The people who were certainly not handed over, and have no outcome."""
    return [person for person in receipts.of(app.table, rows) if person.phase.is_to_be_sent]


def _closed(row: Message, people: Sequence[PersonReceipt], now: datetime) -> Move[Any] | None:
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
    if is_sent or not canceled:
        status = Status.GROUP if is_sent else Status.FAILED
        return messages.recorded(row, [attempt], status, error, now=now)
    if said and not row.attempts:
        return messages.recorded(row, [attempt], Status.CANCELED, now=now)
    return messages.closed(row, None, now=now)
