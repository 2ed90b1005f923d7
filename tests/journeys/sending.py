"""Promises about sending: in order, in time, at the right pace, and not after a STOP.

All checks use the carrier's record of hand-overs and the answers to clients.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby, pairwise
from typing import Final

from herald.model import problems
from tests.sim import carrier
from tests.sim.asked import Held
from tests.sim.carrier import HandOver
from tests.sim.plans import Chaos
from tests.sim.recipients import Address, Recipient, Who, one_spelling, zone_of
from tests.sim.service import PACED, PACED_AND_SENDS_AGAIN, PARTS_PER_SECOND, POOLED, Service

# As `UnconfirmedSeconds` and the guide of operators have it.
UNCONFIRMED_SECONDS: Final = 900.0
PATIENCE_SECONDS: Final = 4 * 3_600.0
_MINUTE: Final = 60.0
# A sender is ahead of its rate by a second's messages, and by one more for delays in whole seconds.
_AHEAD: Final = 2.0
# A worker that is later than this does not catch up.
_CATCHES_UP: Final = 5.0
_TIRED: Final = 25.0
_DAY: Final = 86_400.0
# Until a word is heard that a person has written, where nothing goes wrong.
_HEARD: Final = 30.0
# Of an account with so many parts a day nothing is refused for want of room.
_ENOUGH: Final = 100
# So often a message is sent without an outcome where its account wants it sent again.
_MOST_UNKNOWN: Final = 3
_MOST_UNKNOWN_OF_A_PERSON: Final = 2
# For no longer than this, in seconds, a message waits that was turned away.
LONGEST_PAUSE: Final = 900
_WAITS: Final = frozenset({carrier.TURN_AWAY, carrier.HANG_TAKEN, carrier.HANG_UNTAKEN})


def check(service: Service) -> Iterator[str]:
    """The errors in how, when and how fast messages were handed over."""
    tries = {Who(*who): some for who, some in service.carrier.handed_over.items() if some}
    answered = _answered(service, tries)
    for who, some in tries.items():
        yield from _in_order(service, who, some)
        yield from _patient(service, who, some, answered[_chunk_of(service, who)])
        yield from _untried(service, who, some)
        yield from _tried_again(service, who, some, tries)
    yield from _on_time(service, tries)
    yield from _paced(service)
    yield from _by_day(service, tries)
    yield from _by_their_senders(service, tries)
    yield from _once_a_request(service, tries)
    for operation_id, held in service.canceled.items():
        yield from _overrun(service, tries, operation_id, held, "canceled")
    for operation_id, pauses in service.paused.items():
        for held in pauses:
            yield from _overrun(service, tries, operation_id, held, "paused")


def uncertainty(service: Service) -> float:
    """By how much the clocks of two processes may differ, in seconds."""
    return 2 * service.weather.clocks + 1.0


def is_untroubled(service: Service) -> bool:
    """Whether nothing happened that may hold a message up."""
    weather = service.weather
    is_fast = not (weather.processor or weather.clocks or weather.restore_at or weather.writes_per_second)
    return is_fast and not (service.edge.faults or service.deaths or service.plan.met)


# ------------------------------------------------------------------------------ one person


def _in_order(service: Service, who: Who, some: Sequence[HandOver]) -> Iterator[str]:
    """Addresses are tried in the recipient's order, each next one only when the one before has failed."""
    recipient = service.book.of_text(some[0].message.account, some[0].message.text)
    if recipient is None or who.person is not None or len(_ways(recipient)) < 2:
        return
    places = [_place_of(recipient, each) for each in some]
    if places[0] and not _may_skip(service, recipient, range(places[0])):
        yield f"{who.message_id} was first sent to address {places[0]} of its recipient"
    for (before, last), (after, _) in pairwise(zip(places, some, strict=True)):
        if not last.is_known or last.kind in carrier.AMBIGUOUS:
            # The worker could not tell where it was; an account may have that sent again.
            continue
        has_failed = last.has_failed or last.kind in (carrier.REJECT, carrier.STOP_SENDER)
        passed = range(before + (has_failed or after == before), after)
        if after < before:
            yield f"{who.message_id} went back from address {before} to {after}"
        if passed and not _may_skip(service, recipient, passed):
            yield f"{who.message_id} went on to address {after}, and {[*passed]} had not failed"
        if after == before and last.has_failed and len(_ways(recipient)) > before + 1:
            yield f"{who.message_id} was sent again to address {before}, which had failed"


def _untried(service: Service, who: Who, some: Sequence[HandOver]) -> Iterator[str]:
    """A message that has failed, by a report or by a refusal, was tried at each address of its recipient."""
    last = some[-1]
    recipient = service.book.of_text(last.message.account, last.message.text)
    moments = service.witness.history[who]
    if recipient is None or who.person is not None or who.operation_id in service.canceled:
        return
    if service.witness.has_stopped(who.operation_id) or 0 < service.metered < _ENOUGH:
        # There may be no room for the next try.
        return
    left = range(_place_of(recipient, last) + 1, len(_ways(recipient)))
    is_reported = last.kind == carrier.ACCEPT and last.best_report == "UNDELIVERED"
    end = moments[-1][1:] if moments and last.is_known else None
    is_over = is_reported and end == ("UNDELIVERED", carrier.UNREACHABLE)
    is_over |= last.kind == carrier.REJECT and end == ("FAILED", carrier.REFUSAL)
    # What was given up and is corrected later has come to its end.
    was_given_up = any(moment[1:] == ("FAILED", problems.UNCONFIRMED.code) for moment in moments)
    if is_over and left and not was_given_up and not _may_skip(service, recipient, left):
        yield f"{who.message_id} has failed, and its recipient's addresses {[*left]} were not tried"


def _ways(recipient: Recipient) -> list[Address]:
    """The addresses of a recipient; a number that is there twice, in whichever spelling, is one."""
    account = recipient.sent.account
    ways = (Address.of(account, each["channel"], each["address"]) for each in recipient.addresses)
    return list(dict.fromkeys(ways))


def _place_of(recipient: Recipient, hand_over: HandOver) -> int:
    to = hand_over.message.to
    return _ways(recipient).index(Address.of(recipient.sent.account, to.channel, to.address))


def _may_skip(service: Service, recipient: Recipient, places: Sequence[int]) -> bool:
    """Whether each of some addresses may be left out: it is suppressed, or no sender reaches it."""
    asked = recipient.sent.more.get("from", {}).get("channel", "")
    for place in places:
        address = _ways(recipient)[place]
        is_reached = not asked or (address.channel == "WHATSAPP") == (asked == "WHATSAPP")
        if is_reached and address not in service.witness.ever_suppressed:
            return False
    return True


def _chunk_of(service: Service, who: Who) -> tuple[str, int]:
    return who.operation_id, who.number // service.sizes.chunk


def _answered(service: Service, tries: dict[Who, list[HandOver]]) -> dict[tuple[str, int], list[float]]:
    """When the carrier took or refused messages of a chunk."""
    found = defaultdict[tuple[str, int], list[float]](list)
    for who, some in tries.items():
        found[_chunk_of(service, who)] += [each.began for each in some if each.kind != carrier.TURN_AWAY]
    return found


def _patient(
    service: Service, who: Who, some: Sequence[HandOver], answered: Sequence[float]
) -> Iterator[str]:
    """No message is given up, or sent again, before its time.

    `answered`: when the carrier took or refused messages of the same chunk.
    """
    slack = uncertainty(service)
    # A worker that has died begins with short pauses again.
    is_calm = is_untroubled(service)
    # So does a chunk whose other messages are taken while some of it, whose pauses are over, wait for
    # their sender's time.
    is_paced = some[0].message.account in _paced_accounts(service)
    times = counted = 0
    for before, after in pairwise(some):
        times = times + 1 if before.kind == carrier.TURN_AWAY else 0
        counted = counted + 1 if before.kind == carrier.TURN_AWAY else 0
        # A chunk has one pause for all, so somebody's second one may be the chunk's first. Whole
        # seconds hide one of them.
        doublings = max(counted - 2, 0) if is_calm else 0
        least = min(before.pause << doublings, LONGEST_PAUSE) - 1.0
        held = min(before.pause << (max(counted - 1, 0) if is_calm else 0), LONGEST_PAUSE) - 1.0
        if is_paced and any(before.ended + held <= at <= after.began for at in answered):
            counted = 0
        if times and after.began < before.ended + least - slack + 1.0:
            yield f"{who} was tried again {after.began - before.ended:.1f} s after it was turned away"
        is_unknown = _is_unknown(before)
        if is_unknown and after.began < before.began + UNCONFIRMED_SECONDS - slack:
            yield f"{who} was sent again {after.began - before.began:.0f} s after an unknown outcome"
    most = _MOST_UNKNOWN if who.person is None else _MOST_UNKNOWN_OF_A_PERSON
    if (unknown := sum(map(_is_unknown, some))) > most:
        yield f"{who} was handed over {unknown} times without an outcome"
    for moment in service.witness.history[who]:
        if (moment.status, moment.error) != ("FAILED", problems.UNCONFIRMED.code):
            continue
        sent = [each.began for each in some if each.kind != carrier.TURN_AWAY and each.began <= moment.at]
        if sent and moment.at < sent[-1] + UNCONFIRMED_SECONDS - slack:
            yield f"{who} was given up {moment.at - sent[-1]:.0f} s after it was sent"


def _tried_again(
    service: Service, who: Who, some: Sequence[HandOver], tries: dict[Who, list[HandOver]]
) -> Iterator[str]:
    """A message that was turned away is tried again when its carrier's pause is over, if nothing else waits.

    The pauses of a chunk double each time that any of its messages is turned away, until a worker sends
    others and none waits.
    """
    account = some[0].message.account
    if not is_untroubled(service) or service.paused[who.operation_id] or account in _paced_accounts(service):
        return
    chunk = sorted(
        (
            (other, each)
            for other, them in tries.items()
            if _chunk_of(service, other) == _chunk_of(service, who)
            for each in them
        ),
        key=lambda known: known[1].began,
    )
    for before, after in pairwise(some):
        if before.kind != carrier.TURN_AWAY:
            continue
        away = _turned_away(chunk, before.ended)
        most = min(max(each.pause for each in away) << (len(away) - 1), LONGEST_PAUSE) + _MINUTE
        if after.began > before.ended + most and not _was_night(service, account, after, before.ended, most):
            yield f"{who} was tried again {after.began - before.ended:.0f} s after it was turned away"


def _turned_away(chunk: Sequence[tuple[Who, HandOver]], until: float) -> list[HandOver]:
    """What was turned away of a chunk since a worker last sent others, and none was left waiting."""
    away: list[HandOver] = []
    waiting: set[Who] = set()
    known = ((who, each) for who, each in chunk if each.began <= until)
    for of_worker in (list(some) for _, some in groupby(known, key=lambda one: one[1].process)):
        turned = [each for _, each in of_worker if each.kind == carrier.TURN_AWAY]
        away += turned
        for who, each in of_worker:
            (waiting.add if each.kind == carrier.TURN_AWAY else waiting.discard)(who)
        has_answered = any(each.kind in (carrier.ACCEPT, carrier.REJECT) for _, each in of_worker)
        if has_answered and not turned and not waiting:
            away = []
    return away


def _was_night(service: Service, account: str, after: HandOver, since: float, most: float) -> bool:
    """Whether a person could not be written to at night when a pause was over."""
    if account not in service.hours:
        return False
    opens, closes = service.hours[account]
    zone = zone_of(after.message.to.address)
    return any(not opens <= datetime.fromtimestamp(at, zone).hour < closes for at in (since, since + most))


def _is_unknown(hand_over: HandOver) -> bool:
    """Whether the outcome of a hand-over is unknown."""
    has_no_answer = not hand_over.answered or hand_over.kind in carrier.AMBIGUOUS
    return has_no_answer and not hand_over.has_failed


def _by_day(service: Service, tries: dict[Who, list[HandOver]]) -> Iterator[str]:
    """Nothing goes out while it is night where a person is."""
    for account, (opens, closes) in service.hours.items():
        for some in tries.values():
            for each in some:
                if each.message.account != account:
                    continue
                clocks = each.process.skew
                local = datetime.fromtimestamp(each.began + clocks, zone_of(each.message.to.address))
                if not opens <= local.hour < closes:
                    yield f"{each.message.message_id} was handed over at {local:%H:%M} where its person is"


def _by_their_senders(service: Service, tries: dict[Who, list[HandOver]]) -> Iterator[str]:
    """A person keeps the sender of a pool, and in a conversation has the one that the person wrote to."""
    account = service.accounts[POOLED]
    to_people: defaultdict[Address, list[HandOver]] = defaultdict(list)
    for some in tries.values():
        for each in some:
            recipient = service.book.of_text(account, each.message.text)
            if (
                each.message.account == account
                and recipient
                and "senderPoolId" in recipient.sent.more["from"]
            ):
                first = recipient.addresses[each.message.person or 0]
                to_people[Address.of(account, first["channel"], first["address"])].append(each)
    for person, handed_over in to_people.items():
        handed_over.sort(key=lambda each: each.began)
        words = [
            (service.said[identifier], inbound.to)
            for identifier, inbound in service.written.items()
            if inbound.account == account and one_spelling(inbound.source) == person.address
        ]
        for before, each in pairwise(handed_over):
            wanted = before.message.sender.address
            since = [word for word in words if before.began < word[0] < each.process.started - _HEARD]
            if words and not is_untroubled(service):
                # A word may be heard minutes after it was written.
                continue
            if since:
                said, to = max(since)
                is_over = each.began > said + _DAY
                wanted = each.message.sender.address if is_over else to
            elif words and before.began + _DAY < each.began:
                # The conversation may be over that the one before was in.
                continue
            if each.message.sender.address != wanted and not service.witness.has_stopped(
                Who(each.message.message_id).operation_id
            ):
                yield f"{person.address} got a message from {each.message.sender.address}, not from {wanted}"


def _once_a_request(service: Service, tries: dict[Who, list[HandOver]]) -> Iterator[str]:
    """With `unique`, a request sends one message to each recipient, however often it names the recipient.

    A group's message goes to each of its recipients once.
    """
    reached: defaultdict[tuple[str, str], set[Who]] = defaultdict(set)
    for who, some in tries.items():
        if who.person is not None:
            reached[who.message_id, one_spelling(some[0].message.to.address)].add(who)
        recipient = service.book.of_text(some[0].message.account, some[0].message.text)
        if recipient and recipient.sent.more.get("delivery", {}).get("unique"):
            for each in some:
                reached[who.operation_id, one_spelling(each.message.to.address)].add(who)
    for (of, address), messages in reached.items():
        if len(messages) > 1:
            yield f"{address} got {len(messages)} messages of {of}"


# ------------------------------------------------------------------------------ operations


def _on_time(service: Service, tries: dict[Who, list[HandOver]]) -> Iterator[str]:
    """A message that nothing holds up goes out within its minute."""
    if not is_untroubled(service):
        return
    slow = {
        who.operation_id
        for who, some in tries.items()
        if any(each.kind in _WAITS for each in some) or service.paused[who.operation_id]
    }
    for who, some in tries.items():
        first = some[0]
        recipient = service.book.of_text(first.message.account, first.message.text)
        is_paced = first.message.account in _paced_accounts(service)
        if recipient is None or who.operation_id in slow or is_paced:
            continue
        if recipient.due is None or recipient.due < recipient.sent.at:
            # When its request was accepted is not known if the client had to ask again.
            continue
        if first.began > recipient.due + _MINUTE:
            yield f"{who} was sent {first.began - recipient.due:.0f} s after its time"


def _paced_accounts(service: Service) -> set[str]:
    return {service.accounts[PACED], service.accounts[PACED_AND_SENDS_AGAIN]}


def _paced(service: Service) -> Iterator[str]:
    """Over any time no sender is faster than its rate and what it may be ahead."""
    times: defaultdict[str, list[float]] = defaultdict(list)
    # The people of a group follow each other at once, in the time that was taken for all of them.
    together: Counter[str] = Counter()
    for some in service.carrier.handed_over.values():
        for each in some:
            if each.message.account in _paced_accounts(service):
                sender = each.message.sender.sender_id
                times[sender].append(each.began)
                together[sender] = max(together[sender], each.message.person or 0)
    slack = _AHEAD + 2 * service.weather.clocks
    # In random runs single calls take seconds too: what was reserved before is sent late, and at once.
    if not is_untroubled(service) or isinstance(service.plan, Chaos):
        slack += _CATCHES_UP
    if service.weather.processor or service.plan.is_slow:
        slack += _TIRED
    for sender, moments in times.items():
        moments.sort()
        for first, start in enumerate(moments):
            for last in range(first + 1, len(moments)):
                most = PARTS_PER_SECOND * (moments[last] - start + slack) + 1 + together[sender]
                if last - first + 1 > most:
                    yield f"{sender} sent {last - first + 1} within {moments[last] - start:.2f} s"
                    return


def _overrun(
    service: Service, tries: dict[Who, list[HandOver]], operation_id: str, held: Held, why: str
) -> Iterator[str]:
    """After a cancel or a pause each worker that was at work sends at most the group it had begun."""
    late: defaultdict[str, set[str]] = defaultdict(set)
    until = held.until if held.until is not None else float("inf")
    for who, some in tries.items():
        if who.operation_id == operation_id:
            for each in some:
                if held.at < each.began < until and not _is_second_route(service, operation_id, each, why):
                    late[each.process.name].add(who.message_id)
    for worker, ids in late.items():
        if worker not in held.workers:
            yield f"{operation_id} was {why}, and {worker}, which began afterwards, sent {len(ids)}"
        elif len(ids) > service.sizes.group:
            yield f"{operation_id} was {why}, and {worker} sent {len(ids)} all the same"


def _is_second_route(service: Service, operation_id: str, hand_over: HandOver, why: str) -> bool:
    """What a receipt has opened again in a completed operation goes out, though it was paused before."""
    completed = [at for at, status in service.witness.operations[operation_id] if status == "COMPLETED"]
    return why == "paused" and bool(completed) and completed[0] <= hand_over.began
