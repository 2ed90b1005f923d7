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
from tests.sim.steps import SimWorld
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


def take(sim: SimWorld, *messages: Inbound) -> list[str | None]:
    """Receive messages in this order, each by itself; their sessions."""
    for each in messages:
        sim.work("inbound", sandbox.inbound(each))
    return sessions(sim, messages)


def sessions(sim: SimWorld, messages: Sequence[Inbound]) -> list[str | None]:
    found = {each.id: each.session_id for each in sim.made()}
    return [found[message_id(each, sim.account)] for each in messages]


def opened_by(sim: SimWorld, message: Inbound) -> str:
    return message_id(message, sim.account).replace("message", "session")[:-3]


def write_now(sim: SimWorld, person: str = ANA) -> str:
    """Let a person write at this moment; return the session."""
    message = an_inbound(sim.account, id=f"{sim.now} {person}", source=person, at=sim.now)
    [session] = take(sim, message)
    assert session
    return session


def send(sim: SimWorld, *to: Any, **more: Any) -> list[Message]:
    """Send to people, from the number that they write to; what became of it."""
    before = {each.id for each in sim.made()}
    sim.accept(*(to or (ANA,)), **{**FROM, **more})
    sim.run()
    return [each for each in sim.made() if each.id not in before]


def session_items(world: World) -> list[Any]:
    return [item for item in world.items() if item["sk"]["S"] == "SESSION"]


# ----------------------------------------------------------------------- received


@pytest.mark.parametrize(("silence", "same"), [(DAY, True), (DAY + MILLISECOND, False)])
def test_a_session_ends_after_a_day_of_silence(sim: SimWorld, silence: timedelta, same: bool) -> None:
    first, second = at_hour(0, sim.account), an_inbound(sim.account, id="second", at=NOON + silence)

    found = take(sim, first, second)

    assert found == [opened_by(sim, first), opened_by(sim, first if same else second)]


def test_a_session_lasts_as_long_as_nobody_is_silent_for_a_day(sim: SimWorld) -> None:
    messages = [at_hour(20 * number, sim.account) for number in range(5)]

    assert set(take(sim, *messages)) == {opened_by(sim, messages[0])}


@pytest.mark.parametrize("order", list(permutations((0, 10, 20))))
def test_messages_of_a_day_are_one_session_in_whatever_order_they_come(
    sim: SimWorld, order: tuple[int, ...]
) -> None:
    messages = [at_hour(hour, sim.account) for hour in order]

    assert set(take(sim, *messages)) == {opened_by(sim, messages[0])}


def test_a_late_message_reaches_back(sim: SimWorld) -> None:
    """One before the first of its session lets another join that is before it."""
    later, earlier, earliest = (at_hour(hour, sim.account) for hour in (40, 20, 0))

    found = take(sim, later, earlier, earliest)

    assert set(found) == {opened_by(sim, later)}


def test_each_pair_has_its_own_session(sim: SimWorld) -> None:
    messages = [
        an_inbound(sim.account, id="1"),
        an_inbound(sim.account, id="2", source=BO),
        an_inbound(sim.account, id="3", channel=SenderChannel.WHATSAPP),
    ]

    assert take(sim, *messages) == [opened_by(sim, each) for each in messages]


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
def test_a_repeat_comes_to_the_same_session(sim: SimWorld, later: float) -> None:
    first, other = (
        at_hour(0, sim.account),
        at_hour(later, sim.account, source=ANA).model_copy(update={"id": "x"}),
    )
    take(sim, first, other)
    before = sim.items()

    [session] = take(sim, first)

    assert session == opened_by(sim, first)
    assert sim.items() == before


@pytest.mark.parametrize("when", WHENS)
def test_a_message_whose_worker_died_comes_to_its_session_however_late(
    world: World, faults: Faults, when: When
) -> None:
    """It opened one, and has no row yet; another one was opened before it comes again."""
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        first, second = at_hour(0, sim.account), at_hour(50, sim.account)
        sim.inbound(first)
        died = sim.work_and_die(Death(call, when))
        take(sim, second)
        sim.run()

        assert sessions(sim, (first, second)) == [opened_by(sim, each) for each in (first, second)]
        if not died:
            break
    # Owner, keywords, arrival, session, conversation, secret, by whom it is found, row.
    assert call == 8


@pytest.mark.parametrize("hour", [1, 25, -1, -25])
@pytest.mark.parametrize("lost", [2, 3])
def test_an_answer_that_gets_lost_changes_no_session(
    sim: SimWorld, faults: Faults, hour: int, lost: int
) -> None:
    first, second = at_hour(0, sim.account), at_hour(hour, sim.account)
    take(sim, first)

    with faults.losing_answers(lost):
        sim.work("inbound", sandbox.inbound(second))

    near = abs(hour) <= 24
    assert sessions(sim, [second]) == [opened_by(sim, first if near else second)]
    assert len(session_items(sim)) == 1


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
def test_a_message_joins_a_session_that_is_open(sim: SimWorld, silence: timedelta, joins: bool) -> None:
    session = write_now(sim)
    sim.now += silence

    [sent] = send(sim)

    assert sent.session_id == (session if joins else None)
    assert sent.status is Status.DELIVERED


def test_a_message_that_joins_keeps_the_session_open(sim: SimWorld) -> None:
    session = write_now(sim)
    sim.now += timedelta(hours=20)
    [sent] = send(sim)
    sim.now = sent.attempts[0].at + DAY

    assert write_now(sim) == session


def test_a_message_opens_no_session(sim: SimWorld) -> None:
    [sent] = send(sim)

    assert sent.session_id is None
    assert session_items(sim) == []


def test_an_answer_to_a_message_opens_one_for_what_follows(sim: SimWorld) -> None:
    [first] = send(sim)
    sim.now += timedelta(hours=1)
    session = write_now(sim)

    [second] = send(sim)

    assert (first.session_id, second.session_id) == (None, session)


def test_what_is_sent_by_another_sender_is_not_in_it(sim: SimWorld) -> None:
    write_now(sim)

    sender = {"address": OUR_NUMBER, "channel": "WHATSAPP"}
    [sent] = send(sim, {"address": ANA, "channel": "WHATSAPP"}, **{"from": sender})

    assert sent.status is Status.DELIVERED
    assert sent.session_id is None


def test_a_message_joins_by_the_address_that_took_it(sim: SimWorld) -> None:
    refused = write_now(sim, REFUSED)
    session = write_now(sim)

    [sent, other] = send(sim, (REFUSED, ANA), REFUSED)

    assert [attempt.to.address for attempt in sent.attempts] == [REFUSED, ANA]
    assert (sent.session_id, other.session_id) == (session, None)
    assert other.status is Status.FAILED
    assert refused != session


def test_a_scheduled_message_joins_when_it_is_sent(sim: SimWorld) -> None:
    due = sim.now + timedelta(hours=30)
    sim.accept(ANA, **FROM, schedule={"sendAt": [due.isoformat()]})
    sim.run(until=sim.now + timedelta(hours=10))
    [waiting] = sim.made()
    session = write_now(sim)

    sim.run()

    [sent] = (each for each in sim.made() if not each.is_inbound)
    assert (waiting.status, waiting.session_id) == (Status.SCHEDULED, None)
    assert (sent.status, sent.session_id) == (Status.DELIVERED, session)


def test_a_receipt_that_comes_first_does_not_keep_a_message_out(sim: SimWorld) -> None:
    session = write_now(sim)

    def report(message: OutboundMessage) -> None:
        receipt = Receipt(
            account=message.account, message_id=message.message_id, attempt=1, status=Status.DELIVERED
        )
        receive(sim.app, [receipt])

    sim.carrier.while_sending = report

    [sent] = send(sim)

    assert (sent.status, sent.session_id) == (Status.DELIVERED, session)


def test_a_group_is_in_no_session(sim: SimWorld) -> None:
    write_now(sim)
    people = [{"address": number, "channel": "PHONE"} for number in (ANA, BO)]

    [sent] = send(sim, {"group": {"addresses": people}})

    assert (sent.status, sent.session_id) == (Status.GROUP, None)


@pytest.mark.parametrize("when", WHENS)
def test_a_worker_that_dies_sends_nothing_twice_and_harms_no_session(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        session = write_now(sim)
        sim.accept(ANA, BO, **FROM)
        died = sim.work_and_die(Death(call, when))
        sim.run()

        ana, bo = (each for each in sim.made() if not each.is_inbound)
        assert max(sim.handed_over().values(), default=0) <= 1
        assert bo.session_id is None
        assert ana.session_id in (session, None)
        # A worker that died in the middle does not know what went out.
        assert ana.session_id or any(attempt.error for attempt in ana.attempts)
        assert write_now(sim) == session
        if not died:
            break
    assert ana.session_id == session
