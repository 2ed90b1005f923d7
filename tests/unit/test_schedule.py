"""Schedules: each recipient is due at its time and not sooner, whatever happens on the way."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from herald.model.operation import Operation, OperationStatus
from herald.model.status import Status
from herald.sending import control, dispatch
from herald.tasks import MAX_DELAY, FanOut, Wake
from tests.builders import at
from tests.sim import Death, Faults
from tests.sim.steps import SimWorld
from tests.world import World

pytestmark = pytest.mark.simulated

NUMBERS = ("+15005550100", "+15005550140", "+15005550110")


def statuses(sim: SimWorld) -> Counter[Status]:
    return Counter(message.status for message in sim.made())


@pytest.mark.parametrize("ahead", [timedelta(minutes=3), timedelta(hours=5), timedelta(days=29)])
def test_messages_are_scheduled_at_once_and_sent_at_their_second(world: World, ahead: timedelta) -> None:
    sim = SimWorld(world)
    due = (sim.now + ahead).replace(microsecond=0)

    operation = sim.accept(*NUMBERS, **at(due))
    sim.run(until=due - timedelta(seconds=1))

    assert statuses(sim) == {Status.SCHEDULED: 3}
    assert {message.scheduled_for for message in sim.made()} == {due}
    status, stats = sim.stats(operation)
    assert (status, stats.scheduled, stats.queued) == (OperationStatus.SCHEDULED, 3, 0)
    assert sim.carrier.sent == []
    sim.run(until=due + timedelta(seconds=1))
    assert statuses(sim) == {Status.SENT: 2, Status.FAILED: 1}
    assert {message.scheduled_for for message in sim.made()} == {due}
    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


def test_what_is_due_in_the_past_is_sent_at_once(world: World) -> None:
    sim = SimWorld(world)

    operation = sim.accept(*NUMBERS, **at(sim.now - timedelta(hours=23)))
    sim.run(until=sim.now)

    assert operation.status is OperationStatus.PROCESSING
    assert statuses(sim) == {Status.SENT: 2, Status.FAILED: 1}


def test_a_local_time_is_each_recipient_s_own(world: World) -> None:
    sim = SimWorld(world)
    day = (sim.now + timedelta(days=2)).date()
    numbers = {"+12065550100": 17, "+12125550100": 14, "+33612345678": 8, "+447700900123": 9}

    operation = sim.accept(*numbers, schedule={"sendAt": [f"{day}T09:00:00"]})
    sim.run(until=sim.now)

    # In January or November, Seattle is 8 hours behind, New York 5, and Paris 1 ahead; a number
    # that tells no zone is in UTC.
    hours = {message.to.address: message.scheduled_for for message in sim.made()}
    summer = datetime(day.year, day.month, day.day, tzinfo=UTC)
    assert {number: moment.hour for number, moment in hours.items() if moment} == {
        number: hour - _summer(number, summer) for number, hour in numbers.items()
    }
    assert len(operation.dues) == 4
    assert [message.place for message in sim.made()] != [None] * 4
    sim.run()
    assert statuses(sim) == {Status.DELIVERED: 4}
    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


def _summer(number: str, at: datetime) -> int:
    from herald.model.zones import zone_finder

    zone = zone_finder(at)(number)
    saved = at.replace(hour=9).astimezone(zone).dst() or timedelta()
    return int(saved.total_seconds() // 3600)


@pytest.mark.parametrize(
    ("schedule", "context"),
    [
        ({}, "$.schedule.sendAt"),
        ({"sendAt": []}, "$.schedule.sendAt"),
        ({"sendAt": "2030-01-01T00:00:00Z"}, "$.schedule.sendAt"),
        ({"sendAt": ["tomorrow"]}, "$.schedule.sendAt"),
        ({"sendAt": ["2026-13-01T00:00:00Z"]}, "$.schedule.sendAt"),
        ({"sendAt": [1700000000]}, "$.schedule.sendAt[0]"),
        ({"sendAt": ["2126-01-01T00:00:00Z"]}, "$.schedule.sendAt"),
        ({"sendAt": ["2020-12-01T09:00:00Z"]}, "$.schedule.sendAt"),
        ({"sendAt": ["2026-12-01T09:00:00Z"], "until": "x"}, "$.schedule.until"),
        (None, "$.schedule"),
    ],
)
def test_a_bad_schedule_is_refused(world: World, schedule: Any, context: str) -> None:
    before = world.state()

    answer = world.post(
        "/Messages",
        {
            "to": [{"address": "+15005550100", "channel": "PHONE"}],
            "content": {"text": "Hello"},
            "schedule": schedule,
        },
    )

    assert answer.status == 400
    assert [error["context"] for error in answer.body["errors"]] == [context]
    assert world.state() == before


def test_expressions_that_are_one_instant_may_be_several(world: World) -> None:
    sim = SimWorld(world)
    due = (sim.now + timedelta(hours=1)).replace(microsecond=0)
    same = due.astimezone(tz=None).isoformat(), due.isoformat().replace("+00:00", "Z")

    operation = sim.accept("+15005550100", schedule={"sendAt": list(same)})

    assert [each.at for each in operation.dues] == [due]


def test_a_wake_up_that_comes_twice_or_early_or_late_sends_nobody_twice(world: World) -> None:
    sim = SimWorld(world)
    due = (sim.now + timedelta(hours=1)).replace(microsecond=0)
    operation = sim.accept(*NUMBERS, **at(due))
    wake_up = Wake(operation_id=operation.id, due=0).model_dump_json()

    for delay in (0, 60, 3600, 3600, 7200, 90_000):
        sim.enqueue("chunks", wake_up, delay=delay)
    sim.run()

    assert max(sim.handed_over().values()) == 1
    assert statuses(sim) == {Status.DELIVERED: 1, Status.SENT: 1, Status.FAILED: 1}


@pytest.mark.parametrize("behind", [timedelta(seconds=90), timedelta(minutes=40)])
@pytest.mark.parametrize("times", [1, 3])
def test_a_worker_whose_clock_is_behind_the_waker_s_leaves_one_task(
    world: World, behind: timedelta, times: int
) -> None:
    sim = SimWorld(world)
    due = (sim.now + timedelta(hours=2)).replace(microsecond=0)
    operation = sim.accept(*NUMBERS, **at(due))
    sim.run(until=due - behind)
    _wake_ahead_of_time(sim, operation, behind, times)

    # Each task that the waker has made, and a repeat of that which made the rows.
    sim.enqueue("chunks", FanOut(operation_id=operation.id, chunk=0).model_dump_json())
    for _ in range(times + 1):
        sim.work(*sim.take())
    assert {seconds for seconds, _, _ in sim.waiting()} == {min(behind.total_seconds(), MAX_DELAY)}
    sim.run(until=due - timedelta(seconds=1))

    assert sim.carrier.sent == []
    # A task with an older ticket does nothing, and is gone once it has come.
    tickets = [json.loads(body)["ticket"] for _, _, body in sim.waiting()]
    assert tickets.count(max(tickets)) == 1
    assert len(tickets) == (1 if behind > timedelta(seconds=MAX_DELAY) else times + 1)
    sim.run()
    _finished(sim, operation)


def test_a_wake_up_during_a_pause_is_not_forgotten(world: World) -> None:
    sim = SimWorld(world)
    due = (sim.now + timedelta(hours=2)).replace(microsecond=0)
    operation = sim.accept(*NUMBERS, **at(due))
    behind = timedelta(minutes=3)
    sim.run(until=due - behind)
    sim.control(control.pause, operation)
    _wake_ahead_of_time(sim, operation, behind)
    sim.run(until=sim.now)
    assert sim.waiting() == []

    sim.control(control.resume, operation)
    sim.run()

    _finished(sim, operation)


def test_a_chunk_that_nothing_has_woken_leaves_no_task(world: World) -> None:
    sim = SimWorld(world)
    due = (sim.now + timedelta(seconds=30)).replace(microsecond=0)
    operation = sim.accept(*NUMBERS, **at(due))

    sim.work(*sim.take())

    assert [json.loads(body)["task"] for _, _, body in sim.waiting()] == ["wake"]
    sim.run()
    _finished(sim, operation)


def _wake_ahead_of_time(sim: SimWorld, operation: Operation, ahead: timedelta, times: int = 1) -> None:
    """Have the wake-up used up by a worker whose clock is ahead."""
    sim.clear_queues()
    sim.schedules.clear()
    app = sim.app
    sim.app = replace(app, clock=lambda: sim.now + ahead)
    for _ in range(times):
        sim.work("chunks", Wake(operation_id=operation.id, due=0).model_dump_json())
    sim.app = app


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_worker_that_wakes_may_die_at_any_call(world: World, faults: Faults, when: Any) -> None:
    for call in range(100):
        world.clear()
        sim = SimWorld(world, faults)
        due = (sim.now + timedelta(minutes=5)).replace(microsecond=0)
        operation = sim.accept(*NUMBERS, **at(due))
        sim.run(until=due - timedelta(seconds=2))
        died = sim.work_and_die(Death(call, when))
        sim.run()
        _finished(sim, operation)
        if not died:
            break
    assert call > 2


def _finished(sim: SimWorld, operation: Operation) -> None:
    status, stats = sim.stats(operation)
    assert status is OperationStatus.COMPLETED
    assert (stats.scheduled, stats.queued, stats.total) == (0, 0, 3)
    assert max(sim.handed_over().values()) == 1


def test_an_unconfirmed_message_of_a_later_chunk_is_settled(sim: SimWorld) -> None:
    local = (sim.now + timedelta(days=2)).strftime("%Y-%m-%dT12:00:00")
    # Two time zones: two chunks of one message each, and message numbers 0 and 100.
    operation = sim.accept(
        "+4915112345678",
        "+15005550150",
        schedule={"sendAt": [local]},
        **{"from": {"address": "+15005550006", "channel": "SMS"}},
    )

    sim.run()

    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


@pytest.mark.parametrize(("second", "minutes"), [(0, 2), (1, 3), (59, 3)])
def test_what_goes_on_later_goes_on_in_a_whole_minute_that_is_not_too_early(
    sim: SimWorld, second: int, minutes: int
) -> None:
    noon = datetime(2026, 11, 28, 12, tzinfo=UTC)
    sim.now = noon.replace(second=second)

    assert dispatch.minute_in(sim.app, 120) == noon + timedelta(minutes=minutes)
