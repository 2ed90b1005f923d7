"""The possible ends of recipients, by the carrier's record of hand-overs, answers and reports.

A worker that dies or is killed leaves one group of its chunk with unknown outcomes. So in
each chunk at most as many recipients as its workers' groups had may end as unconfirmed, or with
another number of attempts than the carrier knows of.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from herald.model import problems
from tests.journeys.rows import Row
from tests.journeys.sending import LONGEST_PAUSE, PATIENCE_SECONDS, uncertainty
from tests.sim import carrier
from tests.sim.carrier import HandOver
from tests.sim.recipients import Address, Recipient, Who, one_spelling
from tests.sim.service import Service
from tests.sim.values import Item
from tests.sim.witness import SUCCESSES

_LEASE_SECONDS: Final = 90.0
type End = tuple[str, int | None]
_UNCONFIRMED: Final[End] = ("FAILED", problems.UNCONFIRMED.code)
# A message that is not handed over because its sender is another account's has an attempt all the same.
_NOT_OWNED: Final[End] = ("FAILED", problems.SENDER_NOT_OWNED.code)
_CODES: Final = {carrier.REJECT: carrier.REFUSAL, carrier.STOP_SENDER: carrier.STOP}


class _Ends(NamedTuple):
    """Status and error (None: any) in which a row may end: always, or only after a worker's death."""

    anyway: set[End]
    excused: set[End]


def check(
    service: Service,
    operations: Mapping[str, Item],
    rows: Mapping[str, Sequence[Row]],
    people: Sequence[Row],
) -> Iterator[str]:
    excused: defaultdict[tuple[str, int], set[str]] = defaultdict(set)
    everybody = [*people, *(row for some in rows.values() for row in some if not row.is_group)]
    turned_away = _turned_away(service)
    for row in everybody:
        if row.status is None:
            continue
        chunk = row.who.operation_id, row.who.number // service.sizes.chunk
        handed_over = service.carrier.handed_over.get((row.message_id, row.person), [])
        shown = [
            f"try {each.message.attempt}: {each.kind}, reported {[*map(str, each.reported)]}"
            for each in handed_over
        ]
        held_back = _held_back(service, operations.get(row.who.operation_id, {}), row)
        ends = _ends(handed_over, held_back)
        if _is_expired(service, row.who, handed_over, turned_away[chunk]):
            ends.anyway.add(("FAILED", problems.EXPIRED.code))
        if _NOT_OWNED in held_back and handed_over and handed_over[-1].has_failed:
            # Its next address would have been written to from what another account has now.
            ends.anyway.add(_NOT_OWNED)
        if uncertainty(service) > _LEASE_SECONDS and service.overlaps[chunk]:
            # The worker that took over decided before the other one had recorded its group.
            ends.excused.add(_UNCONFIRMED)
        end = row.status, row.error
        if end not in ends.anyway and (row.status, None) not in ends.anyway:
            if end not in ends.excused and (row.status, None) not in ends.excused:
                yield f"{row.message_id} {row.person} is {row.status} {row.error} after {shown}"
            excused[chunk].add(f"{row.message_id} is {row.status} {row.error} after {shown}")
        elif row.person is None and row.tries not in _tries(handed_over) and end != _NOT_OWNED:
            excused[chunk].add(f"{row.message_id} has {row.tries} tries after {shown}")
    for chunk, some in excused.items():
        ends_of_workers = len(service.bad_ends[chunk])
        if uncertainty(service) > _LEASE_SECONDS:
            # A worker whose clock is ahead of the lease takes a chunk over that is being worked on.
            ends_of_workers += service.overlaps[chunk]
        most = ends_of_workers * service.sizes.group
        if len({each.split(" ")[0] for each in some}) > most:
            workers = [process.name for process in service.bad_ends[chunk]]
            yield f"chunk {chunk} has {len(some)} that are not as they should be, after {workers}: {some}"
    yield from _left_out(service, operations, people)
    for messages in rows.values():
        for row in messages:
            if row.is_group and row.status is not None:
                yield from _group(
                    service, row, [each for each in people if each.message_id == row.message_id]
                )


def _left_out(service: Service, operations: Mapping[str, Item], people: Sequence[Row]) -> Iterator[str]:
    """Of several addresses of a person in a group, one is more than a repetition of another."""
    ends: defaultdict[tuple[str, str], set[int | None]] = defaultdict(set)
    for row in people:
        for each in _addresses(service, operations.get(row.who.operation_id, {}), row):
            ends[row.message_id, one_spelling(each["address"])].add(row.error)
    for (message_id, person), errors in ends.items():
        if errors == {problems.DUPLICATE.code}:
            yield f"{message_id} takes every address of {person} for a repetition"


def _group(service: Service, row: Row, people: Sequence[Row]) -> Iterator[str]:
    """A message to a group has all people, and says whether any of them was sent to."""
    if len(people) != row.people or {each.person for each in people} != set(range(row.people)):
        yield f"{row.message_id} is to {row.people} people and has {[each.person for each in people]}"
    if not row.tries and any(_was_refused(service, each) for each in people):
        yield f"{row.message_id} has no attempt, and a person of it was refused"
    untouched = Counter(
        each.status
        for each in people
        if each.status == "CANCELED" or (each.status == "FAILED" and each.error != _UNCONFIRMED[1])
    )
    was_unknown = any(
        moment.error == _UNCONFIRMED[1] for each in people for moment in service.witness.history[each.who]
    )
    if (row.status == "GROUP") != (sum(untouched.values()) < len(people)) and not was_unknown:
        yield f"{row.message_id} is {row.status}, and its people are {[each.status for each in people]}"


def _was_refused(service: Service, person: Row) -> bool:
    handed_over = service.carrier.handed_over.get((person.message_id, person.person), ())
    return any(each.kind == carrier.REJECT and each.is_known for each in handed_over)


def _tries(handed_over: Sequence[HandOver]) -> range:
    """How many tries a row may have."""
    most = sum(each.kind != carrier.TURN_AWAY for each in handed_over)
    return range(most - sum(each.may_be_no_try for each in handed_over), most + 1)


def _turned_away(service: Service) -> defaultdict[tuple[str, int], list[float]]:
    """When the carrier turned recipients of each chunk away."""
    found: defaultdict[tuple[str, int], list[float]] = defaultdict(list)
    for (message_id, person), some in service.carrier.handed_over.items():
        who = Who(message_id, person)
        chunk = who.operation_id, who.number // service.sizes.chunk
        found[chunk] += [each.began for each in some if each.kind == carrier.TURN_AWAY]
    return found


def _is_expired(service: Service, who: Who, handed_over: Sequence[HandOver], away: Sequence[float]) -> bool:
    """Whether a recipient may have been turned away for so long that the message is given up.

    `away`: when messages of its chunk were turned away. Only the carrier's pauses count, and after a Resume
    they begin again.
    """
    if not handed_over or handed_over[-1].kind != carrier.TURN_AWAY:
        return False
    last, slack = handed_over[-1], uncertainty(service)
    pauses = service.paused.get(who.operation_id, ())
    resumed = max((held.until for held in pauses if held.until and held.until < last.began), default=0.0)
    counted = [at for at in away if resumed <= at <= last.began]
    # The carrier may have asked for a pause that lasted beyond the Resume.
    was_pausing = any(resumed - LONGEST_PAUSE - slack < at < resumed for at in away)
    begun = resumed if was_pausing else max(min(counted), resumed)
    most = min(last.ended - begun, (len(counted) + was_pausing) * (LONGEST_PAUSE + slack))
    return most >= PATIENCE_SECONDS - slack


def _held_back(service: Service, operation: Item, row: Row) -> set[End]:
    """The possible ends of a recipient without a hand-over: canceled, suppressed, or the sender stopped."""
    ends: set[End] = set()
    if operation.get("status", {}).get("S") == "CANCELED":
        ends.add(("CANCELED", None))
    if operation.get("stopped", {}).get("M"):
        ends.add(("FAILED", carrier.STOP))
    if row.account in {each.account for each in service.witness.moved}:
        ends.add(_NOT_OWNED)
    suppressed = service.witness.ever_suppressed
    if any(
        Address.of(row.account, each["channel"], each["address"]) in suppressed
        for each in _addresses(service, operation, row)
    ):
        ends.add(("FAILED", problems.OPTED_OUT.code))
    if _is_named_twice(service, operation, row):
        ends.add(("FAILED", problems.DUPLICATE.code))
    return ends


def _is_named_twice(service: Service, operation: Item, row: Row) -> bool:
    """Whether a group has another address of the person of a row: one of them gets the message."""
    recipient = recipient_of(service, operation, row) if operation and row.person is not None else None
    people = [one_spelling(each["address"]) for each in recipient.addresses] if recipient else []
    return row.person is not None and row.person < len(people) and people.count(people[row.person]) > 1


def recipient_of(service: Service, operation: Item, row: Row) -> Recipient | None:
    """The request's recipient of a row."""
    account, text = operation["account"]["S"], operation["content"]["S"]
    sent = next(
        (each for each in service.sent if each.account == account and f"Hello {each.mark}." in text), None
    )
    place = row.who.number if row.place is None else row.place
    return service.book.recipient(sent, place) if sent and place < len(sent.to) else None


def _addresses(service: Service, operation: Item, row: Row) -> Sequence[Mapping[str, Any]]:
    """The request's addresses of a recipient, or of a person of a group."""
    recipient = recipient_of(service, operation, row) if operation else None
    addresses = recipient.addresses if recipient else ()
    return addresses if row.person is None else addresses[row.person : row.person + 1]


def _ends(handed_over: Sequence[HandOver], held_back: set[End]) -> _Ends:
    if not handed_over:
        return _Ends(set(held_back), {_UNCONFIRMED})
    last = handed_over[-1]
    taken = [each for each in handed_over if each.taken]
    # Until the next try is recorded, a receipt of the one before may still be of success.
    arrived: set[End] = {
        (str(status), None) for each in taken for status in each.reported if status in SUCCESSES
    }
    if last.taken:
        return _taken(last, arrived)
    if taken and taken[-1].best_report in SUCCESSES:
        since = handed_over[handed_over.index(taken[-1]) + 1 :]
        if all(each.kind == carrier.TURN_AWAY for each in since):
            return _Ends({(str(taken[-1].best_report), None)}, {*held_back, *arrived, _UNCONFIRMED})
    ends = held_back | arrived
    if taken and taken[-1].has_failed:
        ends.add(("UNDELIVERED", None))
    if any(each.kind in carrier.AMBIGUOUS for each in handed_over):
        ends.add(_UNCONFIRMED)
    if last.kind in _CODES:
        ends.add(("FAILED", _CODES[last.kind]))
    return _Ends(ends, {_UNCONFIRMED})


def _taken(last: HandOver, arrived: set[End]) -> _Ends:
    """The possible ends of a recipient whose last attempt the carrier accepted."""
    best = last.best_report
    if best is not None:
        told: set[End] = {(str(status), None) for status in last.reported}
        # A worker that dies with the next try in hand leaves that one unconfirmed.
        return _Ends(arrived - told | {(str(best), None)}, {_UNCONFIRMED} if last.has_failed else set())
    ends = arrived | {("SENT", None)}
    if last.kind in carrier.AMBIGUOUS:
        ends.add(_UNCONFIRMED)
    return _Ends(ends, set() if last.is_known else {_UNCONFIRMED})
