"""Repair: exact counts, and nothing stuck, whatever was lost before and moves meanwhile."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from herald.model.operation import Operation, OperationStatus, Tally, stats_of
from herald.model.status import Status
from herald.operator import backlog, block_rows
from herald.operator.recount import TRIES
from herald.operator.repair import Repair, repair
from herald.sending.control import cancel, pause
from herald.sending.tally import tally
from herald.store import Table, keys, operations, stream
from tests.builders import group
from tests.miscount import miscount
from tests.sim import Death, Faults
from tests.sim.steps import SimWorld
from tests.world import World

NUMBERS = [f"+120655501{number:02}" for number in range(30)]
# No sender for a person who is reached by WhatsApp alone.
FROM_SMS: dict[str, Any] = {"from": {"address": "+15005550006", "channel": "SMS"}}


class Repairs:
    def __init__(self, sim: SimWorld) -> None:
        self.sim, self.table = sim, sim.app.table

    def __call__(self, operation: Operation, **more: Any) -> Repair:
        done = repair(self.sim.app, operation.id, wait=self.wait, **more)
        assert done
        return done

    def wait(self, seconds: float) -> None:
        """What passes is time, and what the tally does meanwhile."""
        self.sim.now += timedelta(seconds=seconds)
        self.count()

    def count(self) -> None:
        """What the stream has, to the tally."""
        self.sim.count()

    def run(self) -> None:
        """Work on all that is queued; then count."""
        while self.sim.waiting():
            self.sim.work(*self.sim.take())
        self.count()

    def counts(self, operation: Operation) -> Tally:
        found = operations.get_with_tally(self.table, operation.id)
        assert found
        return +found[1]

    def status(self, operation: Operation) -> OperationStatus:
        found = operations.get(self.table, operation.id)
        assert found
        return found.status


@pytest.fixture
def table(sim: SimWorld) -> Table:
    return sim.app.table


@pytest.fixture
def repairs(sim: SimWorld) -> Repairs:
    return Repairs(sim)


def chunk_tasks(sim: SimWorld) -> list[Any]:
    return [json.loads(body) for _, queue, body in sim.waiting() if queue == "chunks"]


# ------------------------------------------------------------------------- counts


def test_broken_counts_become_those_of_the_rows(sim: SimWorld, repairs: Repairs) -> None:
    operation = sim.accept(*NUMBERS, "+15005550110", "+15005550101")
    repairs.run()
    right = repairs.counts(operation)
    miscount(repairs.table, operation.id, "READ", places=32)
    assert repairs.counts(operation) != right

    done = repairs(operation)

    assert done.is_exact
    assert +done.rows == +done.after == repairs.counts(operation) == right
    assert right["DELIVERED"] == 30
    assert +done.before != right


def test_changes_that_the_stream_has_lost_are_counted_and_the_operation_completes(
    sim: SimWorld, repairs: Repairs
) -> None:
    operation = sim.accept(*NUMBERS, {"address": "+12065550100", "channel": "WHATSAPP"}, **FROM_SMS)
    while sim.waiting():
        sim.work(*sim.take())
    tally(sim.app, stream.changes(sim.records()[::2]))
    assert repairs.status(operation) is OperationStatus.PROCESSING

    done = repairs(operation)

    assert +done.after == Counter(DELIVERED=30, RECIPIENTS=31, ATTEMPTS=30, UNADDRESSABLE=1)
    assert +done.after == +done.rows
    assert done.operation.status is OperationStatus.COMPLETED
    assert repairs.status(operation) is OperationStatus.COMPLETED
    assert stats_of(done.operation, done.after).total == 31


def test_what_goes_on_afterwards_is_added(sim: SimWorld, repairs: Repairs) -> None:
    operation = sim.accept(*NUMBERS)
    repairs.run()
    miscount(repairs.table, operation.id, places=12)
    repairs(operation)

    sim.report(sim.made()[0], Status.READ)
    repairs.run()

    assert repairs.counts(operation) == Counter(DELIVERED=29, READ=1, RECIPIENTS=30, ATTEMPTS=30)


def test_a_message_that_is_counted_between_reading_and_setting_is_counted_once(
    sim: SimWorld, repairs: Repairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = sim.accept(*NUMBERS)
    repairs.run()
    # Ahead of the rows: what is counted meanwhile does not set it right.
    miscount(repairs.table, operation.id, "READ", places=20)
    moving = iter(sim.made()[20:23])
    read = block_rows.read

    def read_and_move(*args: Any) -> Any:
        found = read(*args)
        if message := next(moving, None):
            sim.report(message, Status.READ)
            repairs.run()
        return found

    monkeypatch.setattr(block_rows, "read", read_and_move)
    done = repairs(operation)
    repairs.count()

    assert done.is_exact
    assert repairs.counts(operation) == Counter(DELIVERED=27, READ=3, RECIPIENTS=30, ATTEMPTS=30)


def test_a_message_that_moves_after_it_was_read_is_counted_when_the_stream_tells(
    sim: SimWorld, repairs: Repairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = sim.accept(*NUMBERS)
    repairs.run()
    miscount(repairs.table, operation.id)
    read = block_rows.read

    def read_and_move(*args: Any) -> Any:
        found = read(*args)
        sim.report(sim.made()[7], Status.READ)
        sim.work(*sim.take())
        return found

    monkeypatch.setattr(block_rows, "read", read_and_move)
    done = repairs(operation)

    assert done.is_exact
    assert repairs.counts(operation) == Counter(DELIVERED=30, RECIPIENTS=30, ATTEMPTS=30)
    repairs.count()
    assert repairs.counts(operation) == Counter(DELIVERED=29, READ=1, RECIPIENTS=30, ATTEMPTS=30)


def test_an_operation_that_does_not_stand_still_keeps_its_counts_and_says_so(
    sim: SimWorld, repairs: Repairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`tally` counts in one block each time while its rows are read; the other is set."""
    operation = sim.accept(*(f"+1206555{number:04}" for number in range(300)))
    repairs.run()
    for number in (0, 1):
        miscount(repairs.table, operation.id, number=number)
    read, tries = block_rows.read, Counter[int]()

    def read_and_count(table: Table, operation: Operation, numbers: range) -> Any:
        found = read(table, operation, numbers)
        tries.update(numbers)
        if 1 in numbers:
            miscount(repairs.table, operation.id, number=1, places=tries[1])
        return found

    monkeypatch.setattr(block_rows, "read", read_and_count)
    done = repairs(operation)

    assert (done.moving, done.is_exact) == (frozenset({1}), False)
    assert tries == {0: 1, 1: TRIES}
    assert repairs.counts(operation)["FAILED"] == TRIES

    monkeypatch.undo()
    assert repairs(operation).is_exact
    assert repairs.counts(operation) == Counter(DELIVERED=300, RECIPIENTS=300, ATTEMPTS=300)


def test_where_the_stream_is_behind_a_repair_does_not_wait_for_it(sim: SimWorld, repairs: Repairs) -> None:
    operation = sim.accept(*NUMBERS)
    while sim.waiting():
        sim.work(*sim.take())
    waits: list[float] = []

    done = repair(sim.app, operation.id, wait=waits.append)

    assert done
    assert (done.is_exact, waits) == (True, [])
    assert repairs.counts(operation) == Counter(DELIVERED=30, RECIPIENTS=30, ATTEMPTS=30)
    assert repairs.status(operation) is OperationStatus.COMPLETED
    repairs.count()
    assert repairs.counts(operation) == Counter(DELIVERED=30, RECIPIENTS=30, ATTEMPTS=30)


def test_two_repairs_at_once_end_in_the_right_counts(
    sim: SimWorld, repairs: Repairs, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = sim.accept(*NUMBERS)
    repairs.run()
    right = repairs.counts(operation)
    miscount(repairs.table, operation.id)
    read, others = block_rows.read, iter(range(3))

    def read_while_another_repairs(*args: Any) -> Any:
        found = read(*args)
        if next(others, None) is not None:
            assert repairs(operation)
        return found

    monkeypatch.setattr(block_rows, "read", read_while_another_repairs)
    done = repairs(operation)
    monkeypatch.undo()

    assert done.is_exact
    assert repairs.counts(operation) == right
    assert [repairs(operation).is_exact for _ in range(2)] == [True, True]
    assert repairs.counts(operation) == right


def test_a_repair_that_dies_at_any_call_changes_nothing_that_is_right(
    sim: SimWorld, repairs: Repairs, faults: Faults
) -> None:
    operation = sim.accept(*NUMBERS[:8])
    repairs.run()
    right = repairs.counts(operation)
    call = 0
    while True:
        survived = False
        for when in ("before", "after"):
            with faults.until(Death(call, when)):
                repair(sim.app, operation.id)
            survived = not faults.happened
            repairs.count()
            assert repairs.counts(operation) == right
            assert repairs(operation).is_exact
            miscount(repairs.table, operation.id)
            with faults.until(Death(call, when)):
                repair(sim.app, operation.id)
            assert repairs(operation).is_exact
            assert repairs.counts(operation) == right
        if survived or call > 60:
            break
        call += 1
    assert call > 4


def test_a_dry_run_changes_nothing(sim: SimWorld, repairs: Repairs, world: World) -> None:
    operation = sim.accept(*NUMBERS)
    sim.clear_queues()
    before = world.items()

    done = repairs(operation, dry_run=True)

    assert done.stuck.chunks == [0]
    assert (world.items(), sim.waiting()) == (before, [])


def test_what_is_not_there_is_not_repaired(sim: SimWorld, repairs: Repairs) -> None:
    operation = sim.accept(NUMBERS[0])
    assert repair(sim.app, "comms_operation_" + "0" * 26) is None
    sim.now += timedelta(days=31)
    assert repair(sim.app, operation.id) is None


# ------------------------------------------------------------------ what is stuck


@pytest.fixture
def large(sim: SimWorld) -> Operation:
    """An operation of three chunks, whose tasks are lost."""
    operation = sim.accept(*(f"+1206555{number:04}" for number in range(250)))
    sim.clear_queues()
    return operation


def test_chunks_without_a_task_are_sent_once(sim: SimWorld, repairs: Repairs, large: Operation) -> None:
    done = repairs(large)

    assert done.stuck.chunks == [0, 1, 2]
    repairs(large)
    repairs.run()
    assert repairs.status(large) is OperationStatus.COMPLETED
    assert set(sim.handed_over().values()) == {1}
    assert len(sim.handed_over()) == 250
    again = repairs(large)
    assert (again.stuck.chunks, sim.waiting()) == ([], [])
    assert +again.after == Counter(DELIVERED=250, RECIPIENTS=250, ATTEMPTS=250)


def test_only_what_is_not_done_goes_back(sim: SimWorld, repairs: Repairs, large: Operation) -> None:
    sim.enqueue("chunks", json.dumps({"task": "fan_out", "operationId": large.id, "chunk": 1}))
    repairs.run()

    done = repairs(large)

    assert done.stuck.chunks == [0, 2]
    assert [(task["chunk"], task.get("ticket", 0)) for task in chunk_tasks(sim)] == [(0, 0), (2, 0)]


def test_a_worker_that_died_is_followed(sim: SimWorld, repairs: Repairs, faults: Faults) -> None:
    operation = sim.accept(*NUMBERS)
    assert sim.work_and_die(Death(25, "after"))
    sim.clear_queues()
    repairs.count()

    done = repairs(operation)
    repairs.run()

    assert done.stuck.chunks == [0]
    assert max(sim.handed_over().values()) == 1
    assert repairs.status(operation) is OperationStatus.COMPLETED
    assert len(sim.made()) == len(NUMBERS)
    assert repairs(operation).stuck.chunks == []


def test_messages_of_unknown_outcome_are_settled(sim: SimWorld, repairs: Repairs) -> None:
    operation = sim.accept("+15005550150", NUMBERS[0])
    sim.work(*sim.take())
    sim.clear_queues()
    repairs.count()

    done = repairs(operation)
    repairs.run()

    assert (done.stuck.chunks, done.stuck.unsettled) == ([], {0})
    assert sim.made()[0].status is Status.FAILED
    assert repairs.status(operation) is OperationStatus.COMPLETED


def test_a_message_that_waits_for_another_try_gets_it(sim: SimWorld, repairs: Repairs) -> None:
    """Its chunk is done, and its operation COMPLETED: only the task, which is lost, knew of it."""
    operation = sim.accept(["+15005550140", "+12065550100"])
    repairs.run()
    [message] = sim.made()
    sim.report(message, Status.UNDELIVERED)
    sim.work(*sim.take())
    sim.clear_queues()

    done = repairs(operation)
    repairs.run()

    assert (done.stuck.chunks, done.stuck.again) == ([], {0: {0}})
    [message] = sim.made()
    assert (message.status, len(message.attempts)) == (Status.DELIVERED, 2)
    assert repairs.counts(operation) == Counter(DELIVERED=1, RECIPIENTS=1, ATTEMPTS=2)
    assert not repairs(operation).stuck.is_something


def test_messages_without_a_way_on_are_named(sim: SimWorld, repairs: Repairs, table: Table) -> None:
    at = sim.now + timedelta(hours=2)
    operation = sim.accept(*NUMBERS[:2], schedule={"sendAt": [at.isoformat()]})
    sim.work(*sim.take())
    # As wrong counts would have it.
    operations.complete(table, operation.id, sim.now)
    sim.clear_queues()

    done = repairs(operation)

    assert (done.stuck.chunks, done.stuck.dues, sim.waiting()) == ([], [], [])
    assert done.stuck.stranded == [message.id for message in sim.made()]


def test_a_group_with_people_of_unknown_outcome_is_settled(sim: SimWorld, repairs: Repairs) -> None:
    operation = sim.accept(group("0150", "0100"))
    sim.work(*sim.take())
    sim.clear_queues()
    repairs.count()

    done = repairs(operation)

    assert done.stuck.unsettled == {0}
    assert [task["task"] for task in chunk_tasks(sim)] == ["settle"]
    assert +done.after == +done.rows == repairs.counts(operation)


def test_what_is_due_later_is_woken_later(sim: SimWorld, repairs: Repairs) -> None:
    at = sim.now + timedelta(hours=2)
    operation = sim.accept(*NUMBERS, schedule={"sendAt": [at.isoformat()]})
    sim.clear_queues()
    sim.schedules.clear()

    done = repairs(operation)

    # For its rows to be made; and the wake-up.
    assert (done.stuck.chunks, done.stuck.dues) == ([0], [0])
    assert len(sim.schedules) == 1
    repairs(operation)
    assert len(sim.schedules) == 1
    repairs.run()
    assert repairs.status(operation) is OperationStatus.COMPLETED
    assert set(sim.handed_over().values()) == {1}


def test_what_has_its_rows_and_is_due_later_gets_no_task(sim: SimWorld, repairs: Repairs) -> None:
    at = sim.now + timedelta(hours=2)
    operation = sim.accept(*NUMBERS, schedule={"sendAt": [at.isoformat()]})
    sim.work(*sim.take())
    sim.clear_queues()

    done = repairs(operation)

    assert (done.stuck.chunks, done.stuck.dues, done.stuck.stranded) == ([], [0], [])
    assert +done.rows == Counter(SCHEDULED=30, RECIPIENTS=30)


def test_a_wake_up_that_was_lost_is_made_up_for(sim: SimWorld, repairs: Repairs) -> None:
    at = sim.now + timedelta(hours=2)
    operation = sim.accept(*NUMBERS, schedule={"sendAt": [at.isoformat()]})
    sim.work(*sim.take())
    sim.clear_queues()
    sim.now = at + timedelta(minutes=5)

    done = repairs(operation)
    repairs.run()

    assert (done.stuck.chunks, done.stuck.dues) == ([0], [])
    assert repairs.status(operation) is OperationStatus.COMPLETED
    assert len(sim.handed_over()) == 30


def test_a_chunk_that_a_repair_wakes_is_sent_by_a_worker_whose_clock_is_behind(
    sim: SimWorld, repairs: Repairs
) -> None:
    at = sim.now + timedelta(hours=2)
    operation = sim.accept(*NUMBERS, schedule={"sendAt": [at.isoformat()]})
    sim.work(*sim.take())
    sim.clear_queues()
    sim.schedules.clear()
    sim.now = at
    repairs(operation)
    sim.app = replace(sim.app, clock=lambda: sim.now - timedelta(minutes=4))

    repairs.run()

    assert repairs.status(operation) is OperationStatus.COMPLETED
    assert len(sim.handed_over()) == 30


def test_what_was_canceled_is_canceled_to_the_end(sim: SimWorld, repairs: Repairs, large: Operation) -> None:
    sim.enqueue("chunks", json.dumps({"task": "fan_out", "operationId": large.id, "chunk": 0}))
    sim.control(cancel, large)
    sim.clear_queues()

    done = repairs(large)
    repairs.run()

    assert done.stuck.chunks == [0, 1, 2]
    assert repairs.counts(large) == Counter(CANCELED=250, RECIPIENTS=250)
    assert repairs(large).stuck.chunks == []


def test_a_pause_is_respected(sim: SimWorld, repairs: Repairs, large: Operation) -> None:
    sim.control(pause, large)
    repairs(large)
    repairs.run()

    done = repairs(large)

    # The first repair had its rows made.
    assert +done.rows == Counter(QUEUED=250, RECIPIENTS=250)
    assert (done.stuck.chunks, sim.waiting(), sim.handed_over()) == ([], [], Counter())


def test_a_chunk_without_recipients_is_told_and_left(
    sim: SimWorld, repairs: Repairs, table: Table, large: Operation
) -> None:
    table.delete(keys.chunk(large.id, 1))

    done = repairs(large)

    assert (done.stuck.gone, done.stuck.chunks) == ([1], [0, 2])


def test_the_backlog_is_what_the_claims_say(
    sim: SimWorld, table: Table, faults: Faults, repairs: Repairs
) -> None:
    """Of a chunk of which some were turned away, and of one whose worker died."""
    for numbers, death in (
        (["+15005550120", *NUMBERS], Death(1_000, "before")),
        (NUMBERS, Death(22, "after")),
    ):
        operation = sim.accept(*numbers)
        sim.work_and_die(death)
        sim.clear_queues()
        assert list(backlog.of(table, operation)) == [0]
        sim.now += timedelta(minutes=10)
        repairs(operation)
        repairs.run()
        assert backlog.of(table, operation) == {}
