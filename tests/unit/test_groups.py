"""Groups: one message to several people, each of whom gets it exactly once."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from herald.carriers import Accepted, NotSent, OutboundMessage, Outcome, Unknown
from herald.model import problems
from herald.model.message import Message, PersonReceipt, Receipt
from herald.model.operation import Operation, OperationStatus
from herald.model.phase import Phase
from herald.model.status import Status
from herald.sending import control, groups
from herald.sending.receive import receive
from herald.store import messages, receipts
from herald.store.moves import Move, make
from herald.store.table import ConditionFailed, Unavailable
from tests.builders import at, group
from tests.sim import Death, Faults, When
from tests.sim.steps import SimWorld
from tests.world import World

pytestmark = pytest.mark.simulated

DELIVERED, UNREACHABLE, REFUSED, REFUSED_TOO = "0100", "0101", "0110", "0111"
THROTTLED, SILENT, LOST, LOST_BUT_SENT = "0120", "0140", "0150", "0151"
# Numbers that are delivered, as all are that the sandbox has no other fate for.
OTHERS = tuple(f"02{place:02}" for place in range(6))
SMS = {"from": {"address": "+15005550006", "channel": "SMS"}}
WHENS: tuple[When, ...] = ("before", "after")
STATS = ("total", "recipients", "attempts", "unaddressable")
STATUSES = ("queued", "sent", "scheduled", "delivered", "read", "undelivered", "failed", "canceled")


def sent(world: World, *to: dict[str, Any], **more: Any) -> str:
    """Send to recipients and let everything happen; the operation's id."""
    answer = world.post("/Messages", {"to": list(to), "content": {"text": "Hello"}, **more})
    assert answer.status == 202, answer.body
    world.settle()
    return str(answer.body["operationId"])


def people_of(sim: SimWorld) -> list[PersonReceipt]:
    """The people of all groups, group by group."""
    return receipts.of(sim.app.table, sim.made())


def fates(people: list[PersonReceipt]) -> list[tuple[Status, int | None]]:
    return [(person.status, person.error) for person in people]


# ------------------------------------------------------------------------ the request


@pytest.mark.parametrize(
    ("recipient", "found"),
    [
        ({"group": None}, [(400, "$.to[0].group")]),
        ({"group": {}}, [(400, "$.to[0].group.addresses")]),
        (group(DELIVERED), [(400, "$.to[0].group.addresses")]),
        (group(*[DELIVERED] * 11), [(400, "$.to[0].group.addresses")]),
        (group(DELIVERED, "x"), [(21614, "$.to[0].group.addresses[1].address")]),
        (
            group(DELIVERED, DELIVERED, channel="SMS"),
            [(400, f"$.to[0].group.addresses[{n}].channel") for n in (0, 1)],
        ),
        (group(DELIVERED, DELIVERED, name="Family"), [(400, "$.to[0].name")]),
        (group(DELIVERED, DELIVERED, addresses=[]), [(400, "$.to[0].addresses")]),
        (group(DELIVERED, DELIVERED, variables={"n": 1}), [(400, "$.to[0].variables.n")]),
    ],
)
def test_a_group_that_is_none_is_refused(
    world: World, recipient: object, found: list[tuple[int, str]]
) -> None:
    answer = world.post("/Messages", {"to": [recipient], "content": {"text": "Hello"}})

    assert answer.status == 400
    assert [(error["code"], error["context"]) for error in answer.body["errors"]] == found


# ------------------------------------------------------------------------- what is shown


def test_a_group_has_one_message_that_is_to_everybody(world: World) -> None:
    family = group(DELIVERED, UNREACHABLE, SILENT, variables={"name": "all"})

    sent(world, family, content={"text": "Hi {{ name }}"})

    [listed] = world.messages()
    message = world.get(f"/Messages/{listed['id']}").body
    assert (listed["status"], listed["to"]) == (Status.GROUP, family["group"]["addresses"])
    assert message["content"] == {"text": "Hi all"}
    [attempt] = message["attempts"]
    assert (attempt["status"], attempt["to"], attempt["error"]) == (
        Status.GROUP,
        family["group"]["addresses"],
        None,
    )
    assert world.messages(status="GROUP") == [listed]


def test_a_group_is_in_no_count_of_a_status(world: World) -> None:
    operation = world.operation(sent(world, group(DELIVERED, UNREACHABLE, SILENT)))

    assert operation["status"] == OperationStatus.COMPLETED
    assert [operation["stats"][name] for name in STATS] == [1, 3, 1, 0]
    assert [operation["stats"][name] for name in STATUSES] == [0] * 8


def test_the_receipts_of_a_group_tell_of_each_person(world: World) -> None:
    family = group(DELIVERED, UNREACHABLE, REFUSED, SILENT)
    sent(world, family)
    [message] = world.messages()

    answer = world.get(f"/Messages/{message['id']}/Receipts")

    found = answer.body["receipts"]
    assert [receipt["to"] for receipt in found] == family["group"]["addresses"]
    assert [receipt["status"] for receipt in found] == ["DELIVERED", "UNDELIVERED", "FAILED", "SENT"]
    assert [receipt["error"] and receipt["error"]["code"] for receipt in found] == [
        None,
        problems.UNREACHABLE.code,
        problems.OPTED_OUT.code,
        None,
    ]


def test_the_receipts_of_a_group_come_in_pages(world: World) -> None:
    family = group(*[DELIVERED] * 10)
    sent(world, family)
    [message] = world.messages()
    path, token, sizes = f"/Messages/{message['id']}/Receipts", "", []

    while token is not None:
        page = world.get(path, {"pageSize": "4", **({"pageToken": token} if token else {})}).body
        sizes.append(len(page["receipts"]))
        token = page["pagination"]["next"]

    assert sizes == [4, 4, 2]


def test_a_person_is_found_by_the_carriers_id(world: World) -> None:
    sent(world, group(DELIVERED, SILENT))
    [message] = world.messages()

    answer = world.get(f"/Messages/Seek/sandbox-{message['id']}-1-1")

    assert answer.status == 301
    assert answer.headers["Location"].endswith(message["id"])


def test_a_group_that_everybody_refuses_has_failed(world: World) -> None:
    operation = world.operation(sent(world, group(REFUSED, REFUSED_TOO)))

    [listed] = world.messages()
    message = world.get(f"/Messages/{listed['id']}").body
    assert (message["status"], message["error"]["code"]) == (
        Status.FAILED,
        problems.REGION_NOT_ENABLED.code,
    )
    assert [operation["stats"][name] for name in (*STATS, "failed")] == [1, 2, 1, 0, 1]
    assert operation["status"] == OperationStatus.COMPLETED


def test_a_group_whose_content_does_not_render_has_failed(world: World) -> None:
    sent(world, group(DELIVERED, DELIVERED), content={"text": "{{ missing }}"})

    [message] = world.messages()
    found = world.get(f"/Messages/{message['id']}/Receipts").body["receipts"]
    assert message["status"] == Status.FAILED
    assert [(each["status"], each["error"]["code"]) for each in found] == [
        (Status.FAILED, problems.UNRENDERABLE.code)
    ] * 2


def test_who_in_a_group_is_out_of_reach_fails_alone(world: World) -> None:
    family = group(DELIVERED, SILENT)
    family["group"]["addresses"][1]["channel"] = "WHATSAPP"

    sent(world, family, **SMS)

    [message] = world.messages()
    found = world.get(f"/Messages/{message['id']}/Receipts").body["receipts"]
    assert message["status"] == Status.GROUP
    assert [each["status"] for each in found] == [Status.DELIVERED, Status.FAILED]
    assert found[1]["error"]["code"] == problems.UNADDRESSABLE.code


def test_a_group_that_is_out_of_reach_is_unaddressable(world: World) -> None:
    operation = world.operation(sent(world, group(DELIVERED, DELIVERED, channel="WHATSAPP"), **SMS))

    assert world.messages() == []
    assert [operation["stats"][name] for name in STATS] == [1, 2, 0, 1]
    assert operation["status"] == OperationStatus.COMPLETED


def test_groups_among_others_are_counted_apart(world: World) -> None:
    one = {"address": "+15005550140", "channel": "PHONE"}

    operation = world.operation(sent(world, one, group(SILENT, SILENT), one, group(REFUSED, REFUSED)))

    assert [operation["stats"][name] for name in STATS] == [4, 6, 4, 0]
    assert [operation["stats"][name] for name in STATUSES] == [0, 2, 0, 0, 0, 0, 1, 0]


# ----------------------------------------------------------------------- the people of it


def test_who_is_turned_away_is_tried_again_and_nobody_else(sim: SimWorld) -> None:
    operation = sim.accept(group(SILENT, THROTTLED, REFUSED))
    sim.work(*sim.take())
    assert [message.status for message in sim.made()] == [Status.QUEUED]

    sim.run()

    assert fates(people_of(sim)) == [
        (Status.SENT, None),
        (Status.DELIVERED, None),
        (Status.FAILED, problems.OPTED_OUT.code),
    ]
    assert handed_over(sim) == Counter({0: 1, 1: 1})
    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


NAMED_TWICE = (
    # The number itself, another spelling of it, and the same person on another channel.
    (("PHONE", "+15005550100"), ("PHONE", "+15005550100"), 0),
    (("PHONE", "+525512345678"), ("PHONE", "+5215512345678"), 0),
    (("PHONE", "+12065550100"), ("WHATSAPP", "+12065550100"), 0),
    # No sender reaches the first.
    (("WHATSAPP", "+12065550100"), ("PHONE", "+12065550100"), 1),
    # The first was refused: the number is not tried again.
    (("PHONE", "+15005550110"), ("PHONE", "+15005550110"), 0),
    (("PHONE", "+15005550120"), ("PHONE", "+15005550120"), 0),
)


@pytest.mark.parametrize(("first", "second", "chosen"), NAMED_TWICE)
def test_who_is_in_a_group_twice_gets_one_text(
    sim: SimWorld, first: tuple[str, str], second: tuple[str, str], chosen: int
) -> None:
    addresses = [{"channel": channel, "address": number} for channel, number in (first, second)]
    sim.accept({"group": {"addresses": [*addresses, {"channel": "PHONE", "address": "+15005550200"}]}}, **SMS)

    sim.run()

    people = people_of(sim)
    assert people[1 - chosen].status is Status.FAILED
    assert people[1 - chosen].error == problems.DUPLICATE.code
    assert people[chosen].error != problems.DUPLICATE.code
    assert handed_over(sim)[1 - chosen] == 0
    assert handed_over(sim)[chosen] == (first[1] != "+15005550110")
    assert [message.status for message in sim.made()] == [Status.GROUP]


def test_a_late_write_of_a_try_before_changes_no_person(sim: SimWorld) -> None:
    sim.accept(group(DELIVERED, LOST))
    table, now = sim.app.table, sim.now
    sim.work(*sim.take())
    lost = next(each for each in people_of(sim) if each.error == problems.UNCONFIRMED.code)
    waiting = lost.model_copy(update={"error": None})

    # Each of them is decided about the person as it was before `sent_again`, or before the failure.
    again = receipts.sent_again(lost)
    late: list[Move[Any]] = [receipts.unknown(waiting, now=now), again, receipts.given_up(lost, now=now)]

    assert make(table, [again]) == [True]
    for move in late:
        _refused(sim, move)
    reopened = next(each for each in people_of(sim) if each.is_sent_again)
    assert make(table, [receipts.given_up(reopened, now=now)]) == [True]
    for move in late:
        _refused(sim, move)


def test_a_late_write_sends_no_person_again_who_is_taken_for_failed(sim: SimWorld) -> None:
    sim.accept(group(DELIVERED, LOST))
    sim.work(*sim.take())
    lost = next(each for each in people_of(sim) if each.error == problems.UNCONFIRMED.code)
    late: list[Move[Any]] = [receipts.sent_again(lost), receipts.unknown(lost, now=sim.now)]

    assert make(sim.app.table, [receipts.given_up(lost, now=sim.now)]) == [True]

    for move in late:
        _refused(sim, move)


def test_a_late_outcome_replaces_the_unknown_one_that_another_worker_has_written_of_the_same_try(
    sim: SimWorld,
) -> None:
    """By its clock, the other worker took this one for dead."""
    sim.accept({"address": f"+1500555{LOST}", "channel": "PHONE"})
    sim.work(*sim.take())
    [unknown] = sim.made()
    assert unknown.phase is Phase.UNKNOWN
    read = unknown.model_copy(update={"attempts": (), "error": None})
    known = unknown.attempts[-1].model_copy(update={"error": None, "carrier_id": "carrier-1"})
    elsewhere = known.model_copy(update={"to": known.to.model_copy(update={"address": "+12065550199"})})

    make(sim.app.table, [messages.recorded(read, [elsewhere], Status.SENT, now=sim.now)])
    assert sim.made() == [unknown]
    make(sim.app.table, [messages.recorded(read, [known], Status.SENT, now=sim.now)])

    [sent] = sim.made()
    assert (sent.status, sent.error, sent.attempts) == (Status.SENT, None, (known,))
    # What is known is not made unknown again, nor sent again.
    again = messages.recorded(read, unknown.attempts, None, problems.UNCONFIRMED.code, now=sim.now)
    assert make(sim.app.table, [again]) == [None]
    assert make(sim.app.table, [messages.sent_again(unknown)]) == [False]
    assert sim.made() == [sent]


def test_a_late_write_marks_no_message_that_is_taken_for_failed(sim: SimWorld) -> None:
    sim.accept({"address": f"+1500555{LOST}", "channel": "PHONE"})
    sim.work(*sim.take())
    [message] = sim.made()
    assert message.phase is Phase.UNKNOWN
    attempts, error = message.attempts[-1:], problems.UNCONFIRMED.code
    late: list[Move[Any]] = [
        messages.sent_again(message),
        messages.recorded(message, attempts, None, error, now=sim.now),
    ]

    assert make(sim.app.table, [messages.given_up(message, now=sim.now)]) == [True]

    for move in late:
        _refused(sim, move)


def _refused(sim: SimWorld, move: Move[Any]) -> None:
    """See that the write of a move does nothing now."""
    before = sim.items()
    with pytest.raises(ConditionFailed):
        sim.app.table.write(move.update)
    assert sim.items() == before


def test_a_hand_over_that_nobody_confirms_fails_that_person(sim: SimWorld) -> None:
    sim.accept(group(LOST, LOST_BUT_SENT, SILENT))

    sim.run()

    assert [message.status for message in sim.made()] == [Status.GROUP]
    assert fates(people_of(sim)) == [
        (Status.FAILED, problems.UNCONFIRMED.code),
        (Status.DELIVERED, None),
        (Status.SENT, None),
    ]


def test_a_receipt_that_comes_after_all_corrects_a_person(sim: SimWorld) -> None:
    sim.accept(group(LOST, SILENT))
    sim.run()
    [message] = sim.made()

    receive(sim.app, [report(message, 0, Status.DELIVERED)])

    assert fates(people_of(sim))[0] == (Status.DELIVERED, None)


@pytest.mark.parametrize("status", [Status.SENT, Status.UNDELIVERED, Status.FAILED, Status.CANCELED])
def test_a_receipt_moves_a_person_forward_only(sim: SimWorld, status: Status) -> None:
    sim.accept(group(DELIVERED, SILENT))
    sim.run()
    [message] = sim.made()

    receive(sim.app, [report(message, 0, status), report(message, 1, Status.READ)])

    assert fates(people_of(sim)) == [(Status.DELIVERED, None), (Status.READ, None)]
    assert sim.made() == [message]


def test_a_receipt_of_nobody_makes_nobody(sim: SimWorld) -> None:
    sim.accept(group(SILENT, SILENT), "+15005550140")
    sim.run()
    before = sim.items()

    receive(
        sim.app,
        [report(sim.made()[0], 2, Status.READ), report(sim.made()[1], 0, Status.READ)],
    )

    assert sim.items() == before


class Busy:
    """A carrier that turns the throttled number away for ever."""

    name = "sandbox"

    def __init__(self, sim: SimWorld) -> None:
        self._carrier = sim.carrier

    def send(self, message: OutboundMessage) -> Outcome:
        return NotSent(2) if message.to.address.endswith(THROTTLED) else self._carrier.send(message)

    def flush(self) -> None:
        self._carrier.flush()


def test_who_of_a_group_is_turned_away_for_hours_fails_alone(sim: SimWorld) -> None:
    sim.app = replace(sim.app, carrier=Busy(sim))
    sim.accept(group(SILENT, THROTTLED))

    sim.run()

    assert [message.status for message in sim.made()] == [Status.GROUP]
    assert fates(people_of(sim)) == [(Status.SENT, None), (Status.FAILED, problems.EXPIRED.code)]


def test_a_group_for_which_the_time_does_not_suffice_goes_on_with_the_next_worker(sim: SimWorld) -> None:
    operation = sim.accept(group(*OTHERS))

    def let_time_pass(_: int) -> None:
        sim.now += timedelta(seconds=20)

    sim.carrier.watch(let_time_pass)
    sim.work(*sim.take())
    first = handed_over(sim)
    settled(sim, operation)

    assert 0 < len(first) < 6
    assert [status for status, _ in fates(people_of(sim))] == [Status.DELIVERED] * 6


def test_what_waits_of_a_group_is_canceled(sim: SimWorld) -> None:
    operation = sim.accept(group(SILENT, THROTTLED), group(THROTTLED, THROTTLED), group(REFUSED, THROTTLED))
    sim.work(*sim.take())

    sim.control(control.cancel, operation)
    sim.run()

    assert [message.status for message in sim.made()] == [
        Status.GROUP,
        Status.CANCELED,
        Status.CANCELED,
    ]
    assert [status for status, _ in fates(people_of(sim))] == [
        Status.SENT,
        Status.CANCELED,
        Status.CANCELED,
        # The same number again.
        Status.FAILED,
        Status.FAILED,
        Status.CANCELED,
    ]
    _, stats = sim.stats(operation)
    assert (stats.total, stats.recipients, stats.attempts, stats.canceled) == (3, 6, 2, 2)


def test_who_was_given_up_may_have_got_it_so_the_group_is_not_canceled(world: World) -> None:
    sim = SimWorld(world, unconfirmed_seconds=1)
    # The other one has the chunk settled before the group has come to its end.
    operation = sim.accept(group(LOST, THROTTLED), "+15005550150")
    sim.work(*sim.take())
    sim.work(*sim.take())
    assert fates(people_of(sim))[0] == (Status.FAILED, problems.UNCONFIRMED.code)

    sim.control(control.cancel, operation)
    sim.run()

    assert sim.made()[0].status is Status.GROUP


def test_a_scheduled_group_waits_and_is_canceled_whole(sim: SimWorld) -> None:
    due = (sim.now + timedelta(hours=2)).replace(microsecond=0)
    operation = sim.accept(group(SILENT, SILENT), **at(due))
    sim.run(until=sim.now)
    assert {person.status for person in people_of(sim)} == {Status.SCHEDULED}

    sim.control(control.cancel, operation)
    sim.run()

    assert {person.status for person in people_of(sim)} == {Status.CANCELED}
    assert [message.status for message in sim.made()] == [Status.CANCELED]
    assert sim.carrier.sent == []


def test_a_scheduled_group_is_sent_when_it_is_due(sim: SimWorld) -> None:
    due = (sim.now + timedelta(hours=2)).replace(microsecond=0)
    operation = sim.accept(group(SILENT, DELIVERED), **at(due))

    settled(sim, operation)

    assert fates(people_of(sim)) == [(Status.SENT, None), (Status.DELIVERED, None)]


def report(message: Message, person: int, status: Status) -> Receipt:
    return Receipt(account=message.account, message_id=message.id, attempt=1, person=person, status=status)


# ------------------------------------------------------------------------------- crashes


def handed_over(sim: SimWorld) -> Counter[int | None]:
    """How often the carrier took, or may have taken, a message for each person."""
    return Counter(
        message.person for message, outcome in sim.carrier.sent if isinstance(outcome, Accepted | Unknown)
    )


def texts(sim: SimWorld) -> Counter[str]:
    """How many texts the carrier took, or may have taken, for each number."""
    return Counter(
        message.to.address for message, outcome in sim.carrier.sent if isinstance(outcome, Accepted | Unknown)
    )


def settled(sim: SimWorld, operation: Operation) -> None:
    """Let everything happen, and see that every promise was kept."""
    sim.run()

    assert [number for number in texts(sim).values() if number > 1] == []
    [message] = sim.made()
    people = people_of(sim)
    assert message.status in (Status.GROUP, Status.FAILED)
    assert len(message.attempts) == 1
    assert all(person.status is not Status.QUEUED for person in people)
    # A person who was not handed over was refused or is unconfirmed: none is forgotten.
    assert [each for each in people if not handed_over(sim)[each.person] and not each.error] == []
    status, stats = sim.stats(operation)
    assert status is OperationStatus.COMPLETED
    assert (stats.total, stats.recipients, stats.attempts) == (1, len(people), 1)
    assert stats.failed == (message.status is Status.FAILED)
    assert stats.queued == 0


# The last is a number that the group has before.
MIXED = (DELIVERED, REFUSED, THROTTLED, LOST, SILENT, LOST_BUT_SENT, LOST)


@pytest.mark.parametrize("when", WHENS)
def test_a_worker_may_die_at_any_call(world: World, faults: Faults, when: When) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        operation = sim.accept(group(*MIXED))
        died = sim.work_and_die(Death(call, when))
        settled(sim, operation)
        if not died:
            break
    assert call > 15


def test_a_group_whose_people_cannot_be_read_is_sent_later(
    world: World, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No person of it was handed over: none may end as unconfirmed."""
    sim, read, errors = SimWorld(world, faults), receipts.of, [Unavailable("busy")]

    def unread(*given: Any) -> list[PersonReceipt]:
        if errors:
            raise errors.pop()
        return read(*given)

    monkeypatch.setattr(receipts, "of", unread)
    operation = sim.accept(group(DELIVERED, UNREACHABLE))
    settled(sim, operation)

    assert errors == []
    assert fates(people_of(sim)) == [
        (Status.DELIVERED, None),
        (Status.UNDELIVERED, problems.UNREACHABLE.code),
    ]


@pytest.mark.parametrize("when", WHENS)
def test_the_worker_that_takes_over_may_die_at_any_call_too(world: World, faults: Faults, when: When) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        operation = sim.accept(group(*MIXED))
        assert sim.work_and_die(Death(12, when))
        while sim.waiting()[0][1] == "receipts":
            sim.work(*sim.take())
        died = sim.work_and_die(Death(call, when))
        settled(sim, operation)
        if not died:
            break
    assert call > 5


@pytest.mark.parametrize("when", WHENS)
def test_the_worker_that_sends_what_was_turned_away_may_die_at_any_call(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        operation = sim.accept(group(SILENT, THROTTLED, LOST, REFUSED))
        sim.work(*sim.take())
        died = sim.work_and_die(Death(call, when))
        settled(sim, operation)
        if not died:
            break
    assert call > 5


@pytest.mark.parametrize("when", WHENS)
def test_the_worker_that_decides_about_the_unconfirmed_may_die_at_any_call(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        operation = sim.accept(group(LOST, LOST))
        sim.work(*sim.take())
        died = sim.work_and_die(Death(call, when))
        settled(sim, operation)
        if not died:
            break
    assert call >= 4


@pytest.mark.parametrize("when", WHENS)
def test_the_worker_that_cancels_may_die_at_any_call(world: World, faults: Faults, when: When) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        operation = sim.accept(group(SILENT, THROTTLED), group(REFUSED, THROTTLED))
        sim.work(*sim.take())
        sim.control(control.cancel, operation)
        died = sim.work_and_die(Death(call, when))
        sim.run()
        messages = sim.made()
        assert [message.status for message in messages] == [Status.GROUP, Status.CANCELED]
        assert [len(message.attempts) for message in messages] == [1, 1]
        assert [status for status, _ in fates(people_of(sim))] == [
            Status.SENT,
            Status.CANCELED,
            Status.FAILED,
            Status.CANCELED,
        ]
        if not died:
            break
    assert call > 5


@pytest.mark.parametrize("when", WHENS)
def test_a_worker_that_dies_among_refusals_leaves_no_failure_that_a_receipt_cannot_correct(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        operation = sim.accept(group(REFUSED, REFUSED_TOO))
        died = sim.work_and_die(Death(call, when))
        settled(sim, operation)
        [message] = sim.made()
        known = all(person.error != problems.UNCONFIRMED.code for person in people_of(sim))
        assert message.status is (Status.FAILED if known else Status.GROUP)
        if not died:
            break
    assert call > 10


@pytest.mark.parametrize("has_receipt", [False, True])
def test_a_person_who_is_given_up_twice_has_failed_unless_a_receipt_came(
    sim: SimWorld, *, has_receipt: bool
) -> None:
    """The answer to the first call may be lost."""
    sim.accept(group("0150", "0150"))
    sim.work(*sim.take())
    now, table = sim.app.clock(), sim.app.table
    person = people_of(sim)[0]
    assert person.phase is Phase.UNKNOWN
    if has_receipt:
        make(table, [receipts.recorded(person, Status.DELIVERED, now=now)])

    ended = [make(table, [receipts.given_up(person, now=now)]) for _ in range(2)]

    assert ended == [[not has_receipt]] * 2


def test_a_cancel_ends_a_person_who_was_to_get_a_message_again_that_is_over(sim: SimWorld) -> None:
    sim.accept(group("0150", "0140"))
    sim.work(*sim.take())
    [row], table = sim.made(), sim.app.table
    make(table, [receipts.sent_again(person) for person in people_of(sim) if person.phase is Phase.UNKNOWN])
    assert (row.status, people_of(sim)[0].phase) == (Status.GROUP, Phase.REOPENED)

    groups.cancel(sim.app, [row])

    assert fates(people_of(sim)) == [(Status.FAILED, problems.UNCONFIRMED.code), (Status.SENT, None)]
