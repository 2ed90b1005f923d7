"""Senders with a rate: nothing goes out faster, hardly anything slower, and no worker waits awake."""

from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from herald.carriers import NotSent, OutboundMessage, Outcome, Rejected
from herald.model import problems
from herald.model.addresses import SenderChannel
from herald.model.operation import Operation, OperationStatus
from herald.model.pools import NewSenderPool
from herald.model.senders import NewSender, SenderChange
from herald.sending import pools
from herald.sending.control import pause, resume
from herald.store import pacing, senders
from tests.builders import add_sender
from tests.sim import Death, Faults, When
from tests.sim.steps import Timeline
from tests.world import World

pytestmark = pytest.mark.simulated

NUMBER = "+12065550100"


class Paced:
    """A timeline whose messages go out by a sender of a rate, and when they did."""

    def __init__(self, timeline: Timeline, parts_per_second: int) -> None:
        self.timeline = timeline
        self.sender_id = add_sender(timeline, NUMBER, parts_per_second)
        self.began = timeline.now
        self.at: list[datetime] = []
        timeline.carrier.while_sending = lambda message: self.at.append(timeline.now)

    def accept(self, recipients: int, **more: Any) -> Operation:
        numbers = [f"+1206{number:07}" for number in range(recipients)]
        return self.timeline.accept(*numbers, **{"from": {"senderId": self.sender_id}, **more})

    @property
    def seconds(self) -> list[float]:
        return [(at - self.began).total_seconds() for at in sorted(self.at)]


@pytest.mark.parametrize(("rate", "recipients"), [(1, 30), (3, 60), (10, 250), (100, 700)])
def test_a_sender_keeps_its_rate(timeline: Timeline, rate: int, recipients: int) -> None:
    paced = Paced(timeline, rate)
    operation = paced.accept(recipients)

    timeline.run()

    # A second's messages may go ahead of their time, and one second more is lost to the queue.
    assert recipients / rate - 1 <= paced.seconds[-1] + 1 / rate <= recipients / rate + 2
    for number, second in enumerate(paced.seconds):
        assert number + 1 <= rate * (second + 1) + 1, "ahead of the rate"
    assert max(timeline.handed_over().values()) == 1
    assert timeline.stats(operation)[0] is OperationStatus.COMPLETED


def test_no_worker_waits(timeline: Timeline) -> None:
    """Time passes on the queue only: a worker leaves as soon as it has nothing that may go."""
    paced = Paced(timeline, 2)
    paced.accept(10)
    while timeline.waiting():
        queue, body = timeline.take()
        before = timeline.now
        timeline.work(queue, body)
        assert timeline.now == before
    assert len(paced.at) == 10


def test_a_chunk_reserves_once_for_each_sender(timeline: Timeline, monkeypatch: pytest.MonkeyPatch) -> None:
    reserved = Counter[str]()
    reserve = pacing.reserve

    def counting(table: Any, account: str, sender_id: str, **more: Any) -> int:
        reserved[sender_id] += 1
        return reserve(table, account, sender_id, **more)

    monkeypatch.setattr(pacing, "reserve", counting)
    paced = Paced(timeline, 20)
    paced.accept(250)

    timeline.run()

    assert reserved == {paced.sender_id: 3}


def test_long_texts_count_as_their_parts(timeline: Timeline) -> None:
    paced = Paced(timeline, 5)
    paced.accept(20, content={"text": "x" * 300})  # two parts each

    timeline.run()

    assert 20 * 2 / 5 - 2 <= paced.seconds[-1] <= 20 * 2 / 5 + 2


def test_two_operations_of_a_sender_share_its_rate(timeline: Timeline) -> None:
    paced = Paced(timeline, 10)
    paced.accept(60)
    paced.accept(60)

    timeline.run()

    assert 11 <= paced.seconds[-1] <= 14


def test_a_sender_without_a_rate_is_not_held_up_by_one_that_has(timeline: Timeline) -> None:
    paced = Paced(timeline, 1)
    paced.accept(50)
    free = add_sender(timeline, "+12065550199")
    timeline.accept("+12065550123", **{"from": {"senderId": free}})

    timeline.run(until=timeline.now + timedelta(seconds=3))

    by_free = [message for message, _ in timeline.carrier.sent if message.sender.sender_id == free]
    assert len(by_free) == 1


def test_the_next_route_waits_for_its_own_sender(timeline: Timeline) -> None:
    """The first route refuses everybody; the second has a rate, which holds all the same."""
    paced = Paced(timeline, 2)
    people = [["+15005550110", f"+1206{number:07}"] for number in range(10)]
    timeline.accept(*people, **{"from": {"senderId": paced.sender_id}})

    timeline.run()

    accepted = [
        at for at, (message, _) in zip(paced.at, timeline.carrier.sent, strict=True) if message.attempt == 2
    ]
    assert len(accepted) == 10
    assert (max(accepted) - paced.began).total_seconds() >= 20 / 2 - 2


def test_what_comes_to_a_sender_from_failed_routes_wastes_none_of_its_time(timeline: Timeline) -> None:
    """Two in five are refused by the first route, group after group; the others go by it."""
    paced = Paced(timeline, 2)
    timeline.group_size = 5
    rcs = NewSender(channel=SenderChannel.RCS, address="agent")
    first = senders.add(timeline.app.table, timeline.account, rcs, timeline.now).id
    refused = ["+15005550110", "+15005550111", *["+12065550177"] * 3]

    class RefusesByRcs:
        name = "sandbox"

        def send(self, message: OutboundMessage) -> Outcome:
            if message.sender.sender_id == first:
                return timeline.carrier.send(message)
            return timeline.carrier.send(
                replace(message, to=message.to.model_copy(update={"address": NUMBER}))
            )

        def flush(self) -> None:
            timeline.carrier.flush()

    timeline.app = replace(timeline.app, carrier=RefusesByRcs())
    new = NewSenderPool.model_validate({"senders": [{"senderId": each} for each in (first, paced.sender_id)]})
    pool = pools.create(timeline.app, timeline.account, new).sender_pool_id
    timeline.accept(*refused * 20, **{"from": {"senderPoolId": pool}})
    timeline.run()

    by_sms = [
        (at - paced.began).total_seconds()
        for at, (message, _) in zip(paced.at, timeline.carrier.sent, strict=True)
        if message.sender.sender_id == paced.sender_id
    ]
    assert len(by_sms) == 40
    assert 40 / 2 - 2 <= max(by_sms) <= 40 / 2 + 4


def test_what_is_always_turned_away_is_given_up_after_four_hours_of_the_carrier_s_pauses(
    timeline: Timeline,
) -> None:
    """The chunks wait for each other's time, and hand nothing over in many of their runs."""
    paced = Paced(timeline, 1)
    tries = Counter[str]()

    class Closed:
        name = "sandbox"

        def send(self, message: OutboundMessage) -> Outcome:
            tries[message.message_id] += 1
            # Else a chunk that is not given up would never end.
            return NotSent(2) if tries.total() < 1_000 else Rejected(problems.FILTERED.code)

        def flush(self) -> None:
            """It has no receipts."""

    timeline.app = replace(timeline.app, carrier=Closed())
    operations = [paced.accept(5), paced.accept(5)]

    timeline.run()

    assert {message.error for message in timeline.messages()} == {problems.EXPIRED.code}
    assert {timeline.stats(each)[0] for each in operations} == {OperationStatus.COMPLETED}
    assert timedelta(hours=4) <= timeline.now - paced.began <= timedelta(hours=5)


def test_a_chunk_that_comes_too_late_goes_to_the_end_of_the_line(timeline: Timeline) -> None:
    paced = Paced(timeline, 10)
    paced.accept(100)
    timeline.work(*timeline.take())
    assert len(paced.at) < 25
    timeline.now += timedelta(minutes=5)
    paced.began, paced.at = timeline.now, []

    timeline.run()

    assert 6 <= paced.seconds[-1] <= 10


def test_a_pause_does_not_make_up_for_lost_time(timeline: Timeline) -> None:
    paced = Paced(timeline, 10)
    operation = paced.accept(100)
    timeline.work(*timeline.take())
    timeline.control(pause, operation)
    timeline.run(until=timeline.now + timedelta(minutes=5))
    paced.began, paced.at = timeline.now, []
    timeline.control(resume, operation)

    timeline.run()

    assert 6 <= paced.seconds[-1] <= 11
    assert list(timeline.handed_over().values()) == [1] * 100


def test_a_pause_and_a_resume_add_no_task_to_a_chunk(timeline: Timeline) -> None:
    """Whatever asks a chunk to go on: one task of it is left on the queue, and older ones are dropped."""
    paced = Paced(timeline, 1)
    operation = paced.accept(50)
    for _ in range(5):
        timeline.control(pause, operation)
        timeline.control(resume, operation)
    timeline.run(until=timeline.now + timedelta(seconds=5))

    assert [queue for _, queue, _ in timeline.waiting()].count("chunks") == 1


def test_the_rate_of_a_sender_can_be_changed(timeline: Timeline) -> None:
    paced = Paced(timeline, 1)
    change = SenderChange(parts_per_second=50)
    senders.update(timeline.app.table, timeline.account, paced.sender_id, change, timeline.now)
    paced.accept(100)

    timeline.run()

    assert paced.seconds[-1] <= 4


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_of_a_paced_sender_may_die_at_any_call(world: World, faults: Faults, when: When) -> None:
    for call in count():
        world.clear()
        timeline = Timeline(world, faults)
        paced = Paced(timeline, 2)
        operation = paced.accept(7)
        died = timeline.work_and_die(Death(call, when))
        timeline.run()
        assert max(timeline.handed_over().values()) == 1
        assert len(timeline.handed_over()) == 7 or died
        assert timeline.stats(operation)[0] is OperationStatus.COMPLETED
        if not died:
            break
    assert call > 10
