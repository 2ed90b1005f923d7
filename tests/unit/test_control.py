"""Cancel, Pause and Resume: at any moment, with exact counts at the end."""

from collections import Counter
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest

from herald.model.operation import Due, OperationStatus
from herald.model.status import Status
from herald.sending import control
from herald.sending.dispatch import dispatch, go_on
from herald.store import chunks, operations
from herald.tasks import GoOn
from tests.builders import at
from tests.sim import Death, Faults
from tests.sim.steps import SimWorld
from tests.world import World

pytestmark = pytest.mark.simulated

SENT = "+15005550140"


def counts(sim: SimWorld) -> Counter[Status]:
    return Counter(message.status for message in sim.made())


def test_a_scheduled_operation_is_canceled_whole(world: World) -> None:
    sim = SimWorld(world)
    due = (sim.now + timedelta(hours=2)).replace(microsecond=0)
    operation = sim.accept(*[SENT] * 3, **at(due))
    sim.run(until=sim.now)

    sim.control(control.cancel, operation)
    sim.run()

    assert counts(sim) == {Status.CANCELED: 3}
    assert sim.carrier.sent == []
    status, stats = sim.stats(operation)
    assert (status, stats.canceled, stats.scheduled, stats.attempts) == (OperationStatus.CANCELED, 3, 0, 0)
    assert sim.schedules == {}


def test_what_was_canceled_before_its_rows_were_made_gets_them_canceled(world: World) -> None:
    sim = SimWorld(world)
    operation = sim.accept(*[SENT] * 3)

    sim.control(control.cancel, operation)
    sim.run()

    assert counts(sim) == {Status.CANCELED: 3}
    assert sim.carrier.sent == []


def test_a_running_operation_stops_within_a_group(world: World) -> None:
    sim = SimWorld(world, group_size=2)
    operation = sim.accept(*[SENT] * 9)

    def cancel_after_the_third(number: int) -> None:
        if number == 3:
            control.cancel(sim.app, operation)

    sim.carrier.watch(cancel_after_the_third)
    sim.work(*sim.take())
    sim.run()

    assert counts(sim) == {Status.SENT: 4, Status.CANCELED: 5}
    status, stats = sim.stats(operation)
    assert (status, stats.sent, stats.canceled) == (OperationStatus.CANCELED, 4, 5)


def test_a_paused_operation_waits_and_goes_on_where_it_was(world: World) -> None:
    sim = SimWorld(world, group_size=2)
    operation = sim.accept(*[SENT] * 7)
    sim.carrier.watch(lambda number: control.pause(sim.app, operation) if number == 1 else None)
    sim.work(*sim.take())
    sim.run(until=sim.now + timedelta(days=1))
    assert counts(sim) == {Status.SENT: 2, Status.QUEUED: 5}

    sim.control(control.resume, operation)
    sim.run()

    assert counts(sim) == {Status.SENT: 7}
    assert max(sim.handed_over().values()) == 1
    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


def test_a_pause_outlasts_the_due_time_of_a_schedule(world: World) -> None:
    sim = SimWorld(world)
    due = (sim.now + timedelta(minutes=10)).replace(microsecond=0)
    operation = sim.accept(SENT, **at(due))
    sim.control(control.pause, operation)
    sim.run(until=due + timedelta(hours=1))
    assert sim.carrier.sent == []

    sim.control(control.resume, operation)
    sim.run()

    assert counts(sim) == {Status.SENT: 1}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_dies_does_not_save_anybody_from_being_canceled(
    world: World, faults: Faults, when: Any
) -> None:
    for call in range(200):
        world.clear()
        sim = SimWorld(world, faults, group_size=2)
        operation = sim.accept(*[SENT] * 5)
        died = sim.work_and_die(Death(call, when))
        sim.control(control.cancel, operation) if sim.stats(operation)[1].queued else None
        sim.run()
        found = counts(sim)
        assert found.total() == 5
        assert found[Status.QUEUED] == 0
        assert max(sim.handed_over().values(), default=0) <= 1
        stats = sim.stats(operation)[1]
        assert (stats.canceled, stats.sent, stats.failed) == (
            found[Status.CANCELED],
            found[Status.SENT],
            found[Status.FAILED],
        )
        if not died:
            break
    assert call > 10


def test_an_operation_is_canceled_by_its_route(world: World) -> None:
    operation_id = world.send(SENT)

    answer = world.post(f"/Messages/Operations/{operation_id}/Cancel", "")

    location = f"https://abc123.execute-api.us-east-1.amazonaws.com/v1/Messages/Operations/{operation_id}"
    assert (answer.status, answer.body) == (202, {"resourceId": operation_id, "resourceLocation": location})
    assert answer.headers["Resource-Id"] == operation_id
    assert answer.headers["Resource-Location"] == location
    world.settle()
    operation = world.operation(operation_id)
    assert (operation["status"], operation["stats"]["canceled"]) == ("CANCELED", 1)
    again = world.post(f"/Messages/Operations/{operation_id}/Cancel", "")
    assert again.status == 202


@pytest.mark.parametrize("action", ["Cancel", "Pause", "Resume"])
def test_a_completed_operation_can_only_be_looked_at(world: World, action: str) -> None:
    operation_id = world.send("+15005550100")
    world.settle()

    answer = world.post(f"/Messages/Operations/{operation_id}/{action}", "")

    assert answer.status == 409
    assert answer.body["errors"][0]["message"] == "The operation is COMPLETED."


@pytest.mark.parametrize("action", ["Cancel", "Pause", "Resume"])
@pytest.mark.parametrize("operation_id", ["comms_operation_01h9krwprkeee8fzqspvwy6nq8", "nonsense"])
def test_an_operation_that_is_not_there_is_not_found(world: World, action: str, operation_id: str) -> None:
    answer = world.post(f"/Messages/Operations/{operation_id}/{action}", "")

    assert (answer.status, answer.body["errors"][0]["code"]) == (404, 20404)


def test_a_pause_is_shown(world: World) -> None:
    operation_id = world.send(SENT)

    world.post(f"/Messages/Operations/{operation_id}/Pause", "")

    assert world.operation(operation_id)["paused"] is True
    world.settle()
    assert world.operation(operation_id)["stats"]["queued"] == 1
    world.post(f"/Messages/Operations/{operation_id}/Resume", "")
    world.settle()
    assert world.operation(operation_id)["stats"]["sent"] == 1


@pytest.mark.parametrize(
    ("before", "after", "is_enqueued"),
    [
        ({"paused": True}, {"paused": False}, True),
        # A worker that saw the pause may have left a reopened message waiting, and no resume can follow.
        ({"paused": True}, {"paused": True, "status": OperationStatus.COMPLETED}, True),
        ({"paused": False}, {"paused": False, "status": OperationStatus.COMPLETED}, False),
        ({"paused": False}, {"paused": True}, False),
    ],
)
def test_the_end_of_a_pause_enqueues_the_chunks_again_be_it_a_resume_or_the_completion(
    sim: SimWorld, before: dict[str, Any], after: dict[str, Any], *, is_enqueued: bool
) -> None:
    operation = sim.accept("+12065550100")
    sim.clear_queues()
    running = operation.model_copy(update={"status": OperationStatus.PROCESSING})

    dispatch(sim.app, running.model_copy(update=before), running.model_copy(update=after))

    assert bool(sim.waiting()) is is_enqueued


@pytest.mark.parametrize(
    ("state", "goes_on"),
    [
        ({"paused": False}, True),
        ({"paused": True}, False),
        # It can no longer be resumed, and a message of it may have been reopened.
        ({"paused": True, "status": OperationStatus.COMPLETED}, True),
        ({"paused": False, "status": OperationStatus.CANCELED}, False),
    ],
)
@pytest.mark.parametrize("at", [None, 0])
def test_chunks_go_on_unless_a_resume_will_continue_them(
    sim: SimWorld, monkeypatch: pytest.MonkeyPatch, state: dict[str, Any], at: int | None, *, goes_on: bool
) -> None:
    operation = sim.accept("+12065550100")
    sim.clear_queues()
    there = operation.model_copy(update={"status": OperationStatus.PROCESSING, **state})
    monkeypatch.setattr(operations, "get", lambda table, operation_id: there)
    waiting = chunks.Progress(
        operation_id=operation.id, chunk=0, generation=1, pending=frozenset({0}), resumes_at=1
    )
    monkeypatch.setattr(chunks, "of_operation", lambda table, operation_id, numbers: [waiting])
    go_on(sim.app, GoOn(operation_id=operation.id, at=1 if at == 0 else None))

    assert bool(sim.waiting()) is goes_on


def test_a_resume_costs_the_stream_one_task_however_many_chunks_it_has(sim: SimWorld) -> None:
    """Pause and Resume may be repeated without end, and the stream is shared by all accounts."""
    operation = sim.accept(*["+12065550100"] * 450)
    sim.clear_queues()
    paused = operation.model_copy(update={"paused": True})

    dispatch(sim.app, paused, operation)

    assert len(sim.waiting()) == 1


def test_the_instants_of_an_operation_are_scheduled_side_by_side(
    sim: SimWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An account with quiet hours of its own for each country has 200 in a request of 200 recipients."""
    together = Barrier(10)
    monkeypatch.setattr(type(sim.app.scheduler), "put", lambda *_: together.wait(timeout=10))
    soon = sim.now + timedelta(days=1)
    dues = tuple(Due(at=soon + timedelta(minutes=number), first=0, chunks=1) for number in range(20))
    operation = sim.accept("+12065550100").model_copy(update={"dues": dues})

    dispatch(sim.app, None, operation)

    assert not together.broken
