"""What a person and a sender write to each other, without a day of silence, is a session."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import count, permutations
from typing import Any

import pytest

from herald.carriers import OutboundMessage, sandbox
from herald.model.addresses import SenderChannel
from herald.model.inbound import Inbound
from herald.model.message import Message, Receipt
from herald.model.status import Status
from herald.sending.receive import receive
from tests.sim import Death, Faults, When
from tests.sim.steps import Timeline
from tests.unit.inbound import ANA, NOON, OUR_NUMBER, an_inbound, message_id, shown
from tests.world import World

pytestmark = pytest.mark.simulated

WHENS: tuple[When, ...] = ("before", "after")
DAY = timedelta(hours=24)
MILLISECOND = timedelta(milliseconds=1)
FROM: dict[str, Any] = {"from": {"address": OUR_NUMBER, "channel": "SMS"}}
BO = "+12065550124"
REFUSED = "+15005550110"


def at_hour(hour: float, account: str, **changes: Any) -> Inbound:
    """What Ana writes some hours after noon."""
    return an_inbound(account, id=f"at-{hour}", at=NOON + timedelta(hours=hour), **changes)


def take(timeline: Timeline, *messages: Inbound) -> list[str | None]:
    """Receive messages in this order, each by itself; their sessions."""
    for each in messages:
        timeline.work("inbound", sandbox.inbound(each))
    return sessions(timeline, messages)


def sessions(timeline: Timeline, messages: Sequence[Inbound]) -> list[str | None]:
    found = {each.id: each.session_id for each in timeline.messages()}
    return [found[message_id(each, timeline.account)] for each in messages]


def opened_by(timeline: Timeline, message: Inbound) -> str:
    return message_id(message, timeline.account).replace("message", "session")[:-3]


def write_now(timeline: Timeline, person: str = ANA) -> str:
    """Let somebody write at this moment; the session."""
    message = an_inbound(timeline.account, id=f"{timeline.now} {person}", source=person, at=timeline.now)
    [session] = take(timeline, message)
    assert session
    return session


def send(timeline: Timeline, *to: Any, **more: Any) -> list[Message]:
    """Send to people, from the number that they write to; what became of it."""
    before = {each.id for each in timeline.messages()}
    timeline.accept(*(to or (ANA,)), **{**FROM, **more})
    timeline.run()
    return [each for each in timeline.messages() if each.id not in before]


def session_items(world: World) -> list[Any]:
    return [item for item in world.items() if item["sk"]["S"] == "SESSION"]


# ----------------------------------------------------------------------- received


@pytest.mark.parametrize(("silence", "same"), [(DAY, True), (DAY + MILLISECOND, False)])
def test_a_session_ends_after_a_day_of_silence(timeline: Timeline, silence: timedelta, same: bool) -> None:
    first, second = at_hour(0, timeline.account), an_inbound(timeline.account, id="second", at=NOON + silence)

    found = take(timeline, first, second)

    assert found == [opened_by(timeline, first), opened_by(timeline, first if same else second)]


def test_a_session_lasts_as_long_as_nobody_is_silent_for_a_day(timeline: Timeline) -> None:
    messages = [at_hour(20 * number, timeline.account) for number in range(5)]

    assert set(take(timeline, *messages)) == {opened_by(timeline, messages[0])}


@pytest.mark.parametrize("order", list(permutations((0, 10, 20))))
def test_messages_of_a_day_are_one_session_in_whatever_order_they_come(
    timeline: Timeline, order: tuple[int, ...]
) -> None:
    messages = [at_hour(hour, timeline.account) for hour in order]

    assert set(take(timeline, *messages)) == {opened_by(timeline, messages[0])}


def test_a_late_message_reaches_back(timeline: Timeline) -> None:
    """One before the first of its session lets another join that is before it."""
    later, earlier, earliest = (at_hour(hour, timeline.account) for hour in (40, 20, 0))

    found = take(timeline, later, earlier, earliest)

    assert set(found) == {opened_by(timeline, later)}


def test_each_pair_has_its_own_session(timeline: Timeline) -> None:
    messages = [
        an_inbound(timeline.account, id="1"),
        an_inbound(timeline.account, id="2", source=BO),
        an_inbound(timeline.account, id="3", channel=SenderChannel.WHATSAPP),
    ]

    assert take(timeline, *messages) == [opened_by(timeline, each) for each in messages]


def test_accounts_that_share_a_number_share_no_session(world: World) -> None:
    other, _ = world.new_account()
    world.inbound(an_inbound(world.account), an_inbound(other))
    world.settle()

    [mine] = world.messages()
    [theirs] = world.get("/Messages", account=other).body["messages"]
    session_id = mine["related"][0]["id"]
    assert theirs["related"][0]["id"] != session_id
    assert world.get("/Messages", {"sessionId": session_id}, account=other).body["messages"] == []


def test_a_session_is_listed_newest_first_page_by_page(world: World) -> None:
    hours = (0, 3, 1, 2)
    world.inbound(*(at_hour(hour, world.account) for hour in hours))
    world.inbound(at_hour(0, world.account).model_copy(update={"id": "bo", "source": BO}))
    world.settle()

    session_id = world.messages(startDate=shown(NOON + timedelta(hours=2, minutes=29)))[0]["related"][0]["id"]
    found = world.messages(sessionId=session_id, pageSize="1")

    assert [each["createdAt"][11:13] for each in found] == ["15", "14", "13", "12"]


# ------------------------------------------------------------------------- repeats


@pytest.mark.parametrize("later", [0.0, 1, 23, 25, 100])
def test_a_repeat_comes_to_the_same_session(timeline: Timeline, later: float) -> None:
    first, other = (
        at_hour(0, timeline.account),
        at_hour(later, timeline.account, source=ANA).model_copy(update={"id": "x"}),
    )
    take(timeline, first, other)
    before = timeline.world.items()

    [session] = take(timeline, first)

    assert session == opened_by(timeline, first)
    assert timeline.world.items() == before


@pytest.mark.parametrize("when", WHENS)
def test_a_message_whose_worker_died_comes_to_its_session_however_late(
    world: World, faults: Faults, when: When
) -> None:
    """It opened one, and has no row yet; another one was opened before it comes again."""
    for call in count():
        world.clear()
        timeline = Timeline(world, faults)
        first, second = at_hour(0, timeline.account), at_hour(50, timeline.account)
        timeline.inbound(first)
        died = timeline.work_and_die(Death(call, when))
        take(timeline, second)
        timeline.run()

        assert sessions(timeline, (first, second)) == [opened_by(timeline, each) for each in (first, second)]
        if not died:
            break
    # Owner, keywords, arrival, session, conversation, secret, by whom it is found, row.
    assert call == 8


@pytest.mark.parametrize("hour", [1, 25, -1, -25])
@pytest.mark.parametrize("lost", [2, 3])
def test_an_answer_that_gets_lost_changes_no_session(
    timeline: Timeline, faults: Faults, hour: int, lost: int
) -> None:
    first, second = at_hour(0, timeline.account), at_hour(hour, timeline.account)
    take(timeline, first)

    with faults.losing_answers(lost):
        timeline.work("inbound", sandbox.inbound(second))

    near = abs(hour) <= 24
    assert sessions(timeline, [second]) == [opened_by(timeline, first if near else second)]
    assert len(session_items(timeline.world)) == 1


# ---------------------------------------------------------------------------- sent


def test_an_answer_is_in_the_session(world: World) -> None:
    now = datetime.fromisoformat(world.operation(world.send("+12065550100"))["createdAt"])
    world.inbound(an_inbound(world.account, at=now - timedelta(hours=1)))
    world.settle()
    [question] = world.messages(status="INBOUND")
    session = question["related"][0]

    operation_id = world.send(ANA, BO, **FROM)
    world.settle()

    bo, ana = world.messages(operationId=operation_id)
    assert [each["name"] for each in bo["related"]] == ["OPERATION"]
    assert [each["name"] for each in ana["related"]] == ["OPERATION", "SESSION"]
    assert ana["related"][1] == session
    assert world.get(f"/Messages/{ana['id']}").body["related"] == ana["related"]
    assert [each["id"] for each in world.messages(sessionId=session["id"])] == [ana["id"], question["id"]]
    assert ana["status"] == "DELIVERED"


@pytest.mark.parametrize(("silence", "joins"), [(DAY, True), (DAY + MILLISECOND, False)])
def test_a_message_joins_a_session_that_is_open(timeline: Timeline, silence: timedelta, joins: bool) -> None:
    session = write_now(timeline)
    timeline.now += silence

    [sent] = send(timeline)

    assert sent.session_id == (session if joins else None)
    assert sent.status is Status.DELIVERED


def test_a_message_that_joins_keeps_the_session_open(timeline: Timeline) -> None:
    session = write_now(timeline)
    timeline.now += timedelta(hours=20)
    [sent] = send(timeline)
    timeline.now = sent.attempts[0].at + DAY

    assert write_now(timeline) == session


def test_a_message_opens_no_session(timeline: Timeline) -> None:
    [sent] = send(timeline)

    assert sent.session_id is None
    assert session_items(timeline.world) == []


def test_an_answer_to_a_message_opens_one_for_what_follows(timeline: Timeline) -> None:
    [first] = send(timeline)
    timeline.now += timedelta(hours=1)
    session = write_now(timeline)

    [second] = send(timeline)

    assert (first.session_id, second.session_id) == (None, session)


def test_what_is_sent_by_another_sender_is_not_in_it(timeline: Timeline) -> None:
    write_now(timeline)

    sender = {"address": OUR_NUMBER, "channel": "WHATSAPP"}
    [sent] = send(timeline, {"address": ANA, "channel": "WHATSAPP"}, **{"from": sender})

    assert sent.status is Status.DELIVERED
    assert sent.session_id is None


def test_a_message_joins_by_the_address_that_took_it(timeline: Timeline) -> None:
    refused = write_now(timeline, REFUSED)
    session = write_now(timeline)

    [sent, other] = send(timeline, (REFUSED, ANA), REFUSED)

    assert [attempt.to.address for attempt in sent.attempts] == [REFUSED, ANA]
    assert (sent.session_id, other.session_id) == (session, None)
    assert other.status is Status.FAILED
    assert refused != session


def test_a_scheduled_message_joins_when_it_is_sent(timeline: Timeline) -> None:
    due = timeline.now + timedelta(hours=30)
    timeline.accept(ANA, **FROM, schedule={"sendAt": [due.isoformat()]})
    timeline.run(until=timeline.now + timedelta(hours=10))
    [waiting] = timeline.messages()
    session = write_now(timeline)

    timeline.run()

    [sent] = (each for each in timeline.messages() if not each.is_inbound)
    assert (waiting.status, waiting.session_id) == (Status.SCHEDULED, None)
    assert (sent.status, sent.session_id) == (Status.DELIVERED, session)


def test_a_receipt_that_comes_first_does_not_keep_a_message_out(timeline: Timeline) -> None:
    session = write_now(timeline)

    def report(message: OutboundMessage) -> None:
        receipt = Receipt(
            account=message.account, message_id=message.message_id, attempt=1, status=Status.DELIVERED
        )
        receive(timeline.app, [receipt])

    timeline.carrier.while_sending = report

    [sent] = send(timeline)

    assert (sent.status, sent.session_id) == (Status.DELIVERED, session)


def test_a_group_is_in_no_session(timeline: Timeline) -> None:
    write_now(timeline)
    people = [{"address": number, "channel": "PHONE"} for number in (ANA, BO)]

    [sent] = send(timeline, {"group": {"addresses": people}})

    assert (sent.status, sent.session_id) == (Status.GROUP, None)


@pytest.mark.parametrize("when", WHENS)
def test_a_worker_that_dies_sends_nothing_twice_and_harms_no_session(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        world.clear()
        timeline = Timeline(world, faults)
        session = write_now(timeline)
        timeline.accept(ANA, BO, **FROM)
        died = timeline.work_and_die(Death(call, when))
        timeline.run()

        ana, bo = (each for each in timeline.messages() if not each.is_inbound)
        assert max(timeline.handed_over().values(), default=0) <= 1
        assert bo.session_id is None
        assert ana.session_id in (session, None)
        # A worker that died in the middle does not know what went out.
        assert ana.session_id or any(attempt.error for attempt in ana.attempts)
        assert write_now(timeline) == session
        if not died:
            break
    assert ana.session_id == session
