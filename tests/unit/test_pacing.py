"""Senders with a rate: nothing goes out faster, hardly anything slower, and no worker waits awake."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from herald.carriers import NotSent, OutboundMessage, Outcome, Rejected
from herald.model import problems
from herald.model.addresses import AddressChannel, MessageAddress, SenderChannel
from herald.model.operation import Operation, OperationStatus
from herald.model.pools import NewSenderPool
from herald.model.senders import NewSender, SenderChange
from herald.model.suppressions import SuppressionSource
from herald.sending import pools
from herald.sending.control import pause, resume
from herald.store import pacing, senders, suppressions
from herald.store.arrivals import Arrival
from tests.builders import add_sender
from tests.sim import Death, Faults, When
from tests.sim.steps import SimWorld
from tests.world import World

pytestmark = pytest.mark.simulated

NUMBER = "+12065550100"


class Paced:
    """A world whose messages go out by a sender of a rate, and when they did."""

    def __init__(self, sim: SimWorld, parts_per_second: int) -> None:
        self.sim = sim
        self.sender_id = add_sender(sim, NUMBER, parts_per_second)
        self.began = sim.now
        self.at: list[datetime] = []
        sim.carrier.while_sending = lambda message: self.at.append(sim.now)

    def accept(self, recipients: int, **more: Any) -> Operation:
        numbers = [f"+1206{number:07}" for number in range(recipients)]
        return self.sim.accept(*numbers, **{"from": {"senderId": self.sender_id}, **more})

    @property
    def seconds(self) -> list[float]:
        return [(at - self.began).total_seconds() for at in sorted(self.at)]


@pytest.mark.parametrize(("rate", "recipients"), [(1, 30), (3, 60), (10, 250), (100, 700)])
def test_a_sender_keeps_its_rate(sim: SimWorld, rate: int, recipients: int) -> None:
    paced = Paced(sim, rate)
    operation = paced.accept(recipients)

    sim.run()

    # A second's messages may go ahead of their time, and one second more is lost to the queue.
    assert recipients / rate - 1 <= paced.seconds[-1] + 1 / rate <= recipients / rate + 2
    for number, second in enumerate(paced.seconds):
        assert number + 1 <= rate * (second + 1) + 1, "ahead of the rate"
    assert max(sim.handed_over().values()) == 1
    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


def test_suppressed_people_take_none_of_a_sender_s_time(sim: SimWorld) -> None:
    paced = Paced(sim, 1)
    for number in range(10):
        person = MessageAddress(address=f"+1206{number:07}", channel=AddressChannel.PHONE)
        suppressions.stop(sim.table, sim.account, person, SuppressionSource.STOP, Arrival(sim.now, sim.now))
    paced.accept(12)

    sim.run()

    assert len(paced.at) == 2
    assert paced.seconds[-1] <= 3


def test_a_group_takes_the_time_of_a_message_to_each(sim: SimWorld) -> None:
    paced = Paced(sim, 1)
    people = [{"address": f"+1206555010{place}", "channel": "PHONE"} for place in range(4)]
    alone = [f"+1206555020{place}" for place in range(4)]

    sim.accept({"group": {"addresses": people}}, *alone, **{"from": {"senderId": paced.sender_id}})
    sim.run()

    # Of eight messages those of a second may go ahead of their time.
    assert len(paced.at) == 8
    assert paced.seconds[-1] >= 6


def test_no_worker_waits(sim: SimWorld) -> None:
    """Time passes on the queue only: a worker leaves as soon as it has nothing that may go."""
    paced = Paced(sim, 2)
    paced.accept(10)
    while sim.waiting():
        queue, body = sim.take()
        before = sim.now
        sim.work(queue, body)
        assert sim.now == before
    assert len(paced.at) == 10


def test_a_chunk_reserves_once_for_each_sender(sim: SimWorld, monkeypatch: pytest.MonkeyPatch) -> None:
    reserved = Counter[str]()
    reserve = pacing.reserve

    def counting(table: Any, account: str, sender_id: str, **more: Any) -> int:
        reserved[sender_id] += 1
        return reserve(table, account, sender_id, **more)

    monkeypatch.setattr(pacing, "reserve", counting)
    paced = Paced(sim, 20)
    paced.accept(250)

    sim.run()

    assert reserved == {paced.sender_id: 3}


def test_long_texts_count_as_their_parts(sim: SimWorld) -> None:
    paced = Paced(sim, 5)
    paced.accept(20, content={"text": "x" * 300})  # two parts each

    sim.run()

    assert 20 * 2 / 5 - 2 <= paced.seconds[-1] <= 20 * 2 / 5 + 2


def test_two_operations_of_a_sender_share_its_rate(sim: SimWorld) -> None:
    paced = Paced(sim, 10)
    paced.accept(60)
    paced.accept(60)

    sim.run()

    assert 11 <= paced.seconds[-1] <= 14


def test_a_sender_without_a_rate_is_not_held_up_by_one_that_has(sim: SimWorld) -> None:
    paced = Paced(sim, 1)
    paced.accept(50)
    free = add_sender(sim, "+12065550199")
    sim.accept("+12065550123", **{"from": {"senderId": free}})

    sim.run(until=sim.now + timedelta(seconds=3))

    by_free = [message for message, _ in sim.carrier.sent if message.sender.sender_id == free]
    assert len(by_free) == 1


def test_the_next_route_waits_for_its_own_sender(sim: SimWorld) -> None:
    """The first route refuses all recipients; the second has a rate, which holds all the same."""
    paced = Paced(sim, 2)
    people = [["+15005550110", f"+1206{number:07}"] for number in range(10)]
    sim.accept(*people, **{"from": {"senderId": paced.sender_id}})

    sim.run()

    accepted = [
        at for at, (message, _) in zip(paced.at, sim.carrier.sent, strict=True) if message.attempt == 2
    ]
    assert len(accepted) == 10
    assert (max(accepted) - paced.began).total_seconds() >= 20 / 2 - 2


def test_what_comes_to_a_sender_from_failed_routes_wastes_none_of_its_time(sim: SimWorld) -> None:
    """Two in five are refused by the first route, group after group; the others go by it."""
    paced = Paced(sim, 2)
    sim.group_size = 5
    rcs = NewSender(channel=SenderChannel.RCS, address="agent")
    first = senders.add(sim.app.table, sim.account, rcs, sim.now).id
    refused = ["+15005550110", "+15005550111", *["+12065550177"] * 3]

    class RefusesByRcs:
        name = "sandbox"

        def send(self, message: OutboundMessage) -> Outcome:
            if message.sender.sender_id == first:
                return sim.carrier.send(message)
            return sim.carrier.send(replace(message, to=message.to.model_copy(update={"address": NUMBER})))

        def flush(self) -> None:
            sim.carrier.flush()

    sim.app = replace(sim.app, carrier=RefusesByRcs())
    new = NewSenderPool.model_validate({"senders": [{"senderId": each} for each in (first, paced.sender_id)]})
    pool = pools.create(sim.app, sim.account, new).sender_pool_id
    sim.accept(*refused * 20, **{"from": {"senderPoolId": pool}})
    sim.run()

    by_sms = [
        (at - paced.began).total_seconds()
        for at, (message, _) in zip(paced.at, sim.carrier.sent, strict=True)
        if message.sender.sender_id == paced.sender_id
    ]
    assert len(by_sms) == 40
    assert 40 / 2 - 2 <= max(by_sms) <= 40 / 2 + 4


def test_what_is_always_turned_away_is_given_up_after_four_hours_of_the_carrier_s_pauses(
    sim: SimWorld,
) -> None:
    """The chunks wait for each other's time, and hand nothing over in many of their runs."""
    paced = Paced(sim, 1)
    tries = Counter[str]()

    class Closed:
        name = "sandbox"

        def send(self, message: OutboundMessage) -> Outcome:
            tries[message.message_id] += 1
            # Else a chunk that is not given up would never end.
            return NotSent(2) if tries.total() < 1_000 else Rejected(problems.FILTERED.code)

        def flush(self) -> None:
            """It has no receipts."""

    sim.app = replace(sim.app, carrier=Closed())
    operations = [paced.accept(5), paced.accept(5)]

    sim.run()

    assert {message.error for message in sim.made()} == {problems.EXPIRED.code}
    assert {sim.stats(each)[0] for each in operations} == {OperationStatus.COMPLETED}
    assert timedelta(hours=4) <= sim.now - paced.began <= timedelta(hours=5)


def test_a_chunk_that_comes_too_late_goes_to_the_end_of_the_line(sim: SimWorld) -> None:
    paced = Paced(sim, 10)
    paced.accept(100)
    sim.work(*sim.take())
    assert len(paced.at) < 25
    sim.now += timedelta(minutes=5)
    paced.began, paced.at = sim.now, []

    sim.run()

    assert 6 <= paced.seconds[-1] <= 10


def test_a_pause_does_not_make_up_for_lost_time(sim: SimWorld) -> None:
    paced = Paced(sim, 10)
    operation = paced.accept(100)
    sim.work(*sim.take())
    sim.control(pause, operation)
    sim.run(until=sim.now + timedelta(minutes=5))
    paced.began, paced.at = sim.now, []
    sim.control(resume, operation)

    sim.run()

    assert 6 <= paced.seconds[-1] <= 11
    assert list(sim.handed_over().values()) == [1] * 100


def test_a_pause_and_a_resume_add_no_task_to_a_chunk(sim: SimWorld) -> None:
    """However often a chunk is resumed: one task of it is left on the queue, and older ones are dropped."""
    paced = Paced(sim, 1)
    operation = paced.accept(50)
    for _ in range(5):
        sim.control(pause, operation)
        sim.control(resume, operation)
    sim.run(until=sim.now + timedelta(seconds=5))

    assert [queue for _, queue, _ in sim.waiting()].count("chunks") == 1


def test_the_rate_of_a_sender_can_be_changed(sim: SimWorld) -> None:
    paced = Paced(sim, 1)
    change = SenderChange(parts_per_second=50)
    senders.update(sim.app.table, sim.account, paced.sender_id, change, sim.now)
    paced.accept(100)

    sim.run()

    assert paced.seconds[-1] <= 4


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_of_a_paced_sender_may_die_at_any_call(world: World, faults: Faults, when: When) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        paced = Paced(sim, 2)
        operation = paced.accept(7)
        died = sim.work_and_die(Death(call, when))
        sim.run()
        assert max(sim.handed_over().values()) == 1
        assert len(sim.handed_over()) == 7 or died
        assert sim.stats(operation)[0] is OperationStatus.COMPLETED
        if not died:
            break
    assert call > 10
