"""Repair: exact counts, and nothing stuck, whatever was lost before and moves meanwhile."""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from herald.model.operation import Operation, OperationStatus, Tally, stats_of
from herald.model.status import Status
from herald.sending.control import cancel, pause
from herald.sending.recount import TRIES
from herald.sending.repair import Repair, repair
from herald.sending.tally import tally
from herald.store import Table, backlog, keys, operations, recounts, stream
from tests.sim import Death, Died, Faults
from tests.timeline import Timeline
from tests.unit.test_groups import group
from tests.world import World

NUMBERS = [f"+120655501{number:02}" for number in range(30)]


class Streamed(Table):
    """The table, and what its stream has shown of the rows and was not counted yet."""

    def __init__(self, table: Table, timeline: Timeline) -> None:
        super().__init__(table._client, table.name)
        self.records: list[Any] = []
        self._timeline = timeline

    def note(self) -> None:
        """Have the stream show all changes up to now."""
        self.records += self._timeline.records()


@pytest.fixture
def table(timeline: Timeline) -> Streamed:
    return Streamed(timeline.app.table, timeline)


class Repairs:
    def __init__(self, timeline: Timeline, table: Streamed) -> None:
        self.timeline, self.table = timeline, table

    def __call__(self, operation: Operation, **more: Any) -> Repair:
        done = repair(self.timeline.app, operation.id, wait=self.wait, **more)
        assert done
        return done

    def wait(self, seconds: float) -> None:
        """What passes is time, and what the tally does meanwhile."""
        self.timeline.now += timedelta(seconds=seconds)
        self.count()

    def count(self) -> None:
        self.table.note()
        records, self.table.records = self.table.records, []
        tally(self.timeline.app, stream.changes(records))

    def run(self) -> None:
        """Work on all that is queued; then count."""
        while self.timeline.waiting():
            self.timeline.work(*self.timeline.take())
        self.count()

    def counts(self, operation: Operation) -> Tally:
        found = operations.get_with_tally(self.table, operation.id)
        assert found
        return +found[1]

    def status(self, operation: Operation) -> OperationStatus:
        found = operations.get(self.table, operation.id)
        assert found
        return found.status

    def break_tally(self, operation: Operation, shard: int, **counts: int) -> None:
        assert self.table.update_fields(keys.tally(operation.id, shard), counts)


@pytest.fixture
def repairs(timeline: Timeline, table: Streamed) -> Repairs:
    return Repairs(timeline, table)


def chunk_tasks(timeline: Timeline) -> list[Any]:
    return [json.loads(body) for _, queue, body in timeline.waiting() if queue == "chunks"]


# ------------------------------------------------------------------------- counts


def test_broken_counts_become_those_of_the_rows(timeline: Timeline, repairs: Repairs) -> None:
    operation = timeline.accept(*NUMBERS, "+15005550110", "+15005550101")
    repairs.run()
    right = repairs.counts(operation)
    repairs.break_tally(operation, 2, DELIVERED=500, READ=7, ATTEMPTS=1)
    assert repairs.counts(operation) != right

    done = repairs(operation)

    assert done.is_exact
    assert +done.rows == +done.after == repairs.counts(operation) == right
    assert right["DELIVERED"] == 30
    assert +done.before != right


def test_changes_that_the_stream_has_lost_are_counted_and_the_operation_completes(
    timeline: Timeline, repairs: Repairs, table: Streamed
) -> None:
    operation = timeline.accept(*NUMBERS, {"address": "+12065550100", "channel": "WHATSAPP"})
    while timeline.waiting():
        timeline.work(*timeline.take())
    table.note()
    lost, table.records = table.records[::2], table.records[1::2]
    assert lost
    repairs.count()
    assert repairs.status(operation) is OperationStatus.PROCESSING

    done = repairs(operation)

    assert +done.after == Counter(DELIVERED=30, RECIPIENTS=31, ATTEMPTS=30, UNADDRESSABLE=1) or done.after
    assert +done.after == +done.rows
    assert repairs.status(operation) is OperationStatus.COMPLETED
    assert stats_of(done.operation, done.after).total == 31


def test_what_goes_on_afterwards_is_added(timeline: Timeline, repairs: Repairs) -> None:
    operation = timeline.accept(*NUMBERS)
    repairs.run()
    repairs.break_tally(operation, 0, DELIVERED=99)
    repairs(operation)

    timeline.report(timeline.messages()[0], Status.READ)
    repairs.run()

    assert repairs.counts(operation) == Counter(DELIVERED=29, READ=1, RECIPIENTS=30, ATTEMPTS=30)


def test_a_message_that_moves_between_reading_and_saying_so_is_counted_once(
    timeline: Timeline, repairs: Repairs, table: Streamed, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = timeline.accept(*NUMBERS)
    repairs.run()
    moving = iter(timeline.messages()[:3])
    read = recounts.rows

    def read_and_move(*args: Any) -> Any:
        found = read(*args)
        if message := next(moving, None):
            timeline.report(message, Status.READ)
            timeline.work(*timeline.take())
        return found

    monkeypatch.setattr(recounts, "rows", read_and_move)
    done = repairs(operation)
    repairs.count()

    assert done.is_exact
    assert repairs.counts(operation) == Counter(DELIVERED=27, READ=3, RECIPIENTS=30, ATTEMPTS=30)


def test_an_operation_that_does_not_stand_still_keeps_its_counts_and_says_so(
    timeline: Timeline, repairs: Repairs, table: Streamed, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = timeline.accept(NUMBERS[0])
    repairs.run()
    [message] = timeline.messages()
    shard = keys.shard_of(message.id)
    repairs.break_tally(operation, shard, SENT=5)
    read, tries = recounts.rows, Counter[int]()

    def read_and_move(table: Table, operation: Operation, number: int) -> Any:
        found = read(table, operation, number)
        tries[number] += 1
        if number == shard:
            changed = {"updatedAt": f"{tries[shard]}"}
            table.update_fields(keys.message(operation.account, message.id), changed)
        return found

    monkeypatch.setattr(recounts, "rows", read_and_move)
    done = repairs(operation)

    assert (done.moving, done.late, done.is_exact) == (frozenset({shard}), frozenset(), False)
    assert tries == dict.fromkeys(range(keys.SHARDS), 1) | {shard: TRIES}
    assert repairs.counts(operation)["SENT"] == 5

    monkeypatch.undo()
    assert repairs(operation).is_exact
    assert repairs.counts(operation)["SENT"] == 0


def test_where_the_stream_is_behind_it_says_so_and_the_counts_come_later(
    timeline: Timeline, repairs: Repairs
) -> None:
    operation = timeline.accept(*NUMBERS)
    repairs.run()
    right = repairs.counts(operation)
    repairs.break_tally(operation, 1, DELIVERED=50)
    waits: list[float] = []

    done = repair(timeline.app, operation.id, wait=waits.append)

    assert done
    assert (done.late, done.is_exact) == (frozenset(range(keys.SHARDS)), False)
    assert 30 <= sum(waits) <= 120
    assert repairs.counts(operation) != right
    repairs.count()
    assert repairs.counts(operation) == right


def test_two_repairs_at_once_end_in_the_right_counts(
    timeline: Timeline, repairs: Repairs, table: Streamed, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = timeline.accept(*NUMBERS)
    repairs.run()
    right = repairs.counts(operation)
    repairs.break_tally(operation, 1, DELIVERED=50)
    read, others = recounts.rows, iter([0, 1, 2])

    def read_while_another_begins(table: Table, operation: Operation, shard: int) -> Any:
        found = read(table, operation, shard)
        if next(others, None) is not None:
            recounts.begin(table, operation, shard)
        return found

    monkeypatch.setattr(recounts, "rows", read_while_another_begins)
    done = repairs(operation)
    monkeypatch.undo()

    assert done.is_exact
    assert repairs.counts(operation) == right
    assert [repairs(operation).is_exact for _ in range(2)] == [True, True]
    assert repairs.counts(operation) == right


def test_a_repair_that_dies_at_any_call_changes_nothing_that_is_right(
    timeline: Timeline, repairs: Repairs, faults: Faults
) -> None:
    operation = timeline.accept(*NUMBERS[:8])
    repairs.run()
    right = repairs.counts(operation)
    call = 0
    while True:
        survived = False
        for when in ("before", "after"):
            with faults.until(Death(call, when)):
                repair(timeline.app, operation.id, wait=_die)
            survived = not faults.happened
            repairs.count()
            assert repairs.counts(operation) == right
        if survived or call > 60:
            break
        call += 1
    assert call > 20
    repairs.break_tally(operation, 1, DELIVERED=50)
    assert repairs(operation).is_exact
    assert repairs.counts(operation) == right


def _die(seconds: float) -> None:
    raise Died


def test_markers_are_no_messages(timeline: Timeline, repairs: Repairs, world: World) -> None:
    operation = timeline.accept(*NUMBERS[:3])
    repairs.run()
    repairs(operation)
    world.account = timeline.account

    markers = [item for item in world.items() if item["sk"]["S"].startswith(keys.RECOUNT_PREFIX)]
    assert len(markers) == keys.SHARDS
    assert {int(item["expiresAt"]["N"]) for item in markers} == {operation.expires_at}
    assert len(world.messages()) == len(world.messages(operationId=operation.id)) == 3
    assert world.get(f"/Messages/Operations/{operation.id}/Errors").body["errors"] == []


def test_a_dry_run_changes_nothing(timeline: Timeline, repairs: Repairs, world: World) -> None:
    operation = timeline.accept(*NUMBERS)
    timeline.clear_queues()
    before = world.items()

    done = repairs(operation, dry_run=True)

    assert done.stuck.chunks == [0]
    assert (world.items(), timeline.waiting()) == (before, [])


def test_what_is_not_there_is_not_repaired(timeline: Timeline, repairs: Repairs) -> None:
    operation = timeline.accept(NUMBERS[0])
    assert repair(timeline.app, "comms_operation_" + "0" * 26) is None
    timeline.now += timedelta(days=31)
    assert repair(timeline.app, operation.id) is None


# ------------------------------------------------------------------ what is stuck


@pytest.fixture
def large(timeline: Timeline) -> Operation:
    """An operation of three chunks, whose tasks are lost."""
    operation = timeline.accept(*(f"+1206555{number:04}" for number in range(250)))
    timeline.clear_queues()
    return operation


def test_chunks_without_a_task_are_sent_once(timeline: Timeline, repairs: Repairs, large: Operation) -> None:
    done = repairs(large)

    assert done.stuck.chunks == [0, 1, 2]
    repairs(large)
    repairs.run()
    assert repairs.status(large) is OperationStatus.COMPLETED
    assert set(timeline.handed_over().values()) == {1}
    assert len(timeline.handed_over()) == 250
    again = repairs(large)
    assert (again.stuck.chunks, timeline.waiting()) == ([], [])
    assert +again.after == Counter(DELIVERED=250, RECIPIENTS=250, ATTEMPTS=250)


def test_only_what_is_not_done_goes_back(timeline: Timeline, repairs: Repairs, large: Operation) -> None:
    timeline.put("chunks", json.dumps({"task": "fan_out", "operationId": large.id, "chunk": 1}))
    repairs.run()

    done = repairs(large)

    assert done.stuck.chunks == [0, 2]
    assert [(task["chunk"], task.get("ticket", 0)) for task in chunk_tasks(timeline)] == [(0, 0), (2, 0)]


def test_a_worker_that_died_is_followed(timeline: Timeline, repairs: Repairs, faults: Faults) -> None:
    operation = timeline.accept(*NUMBERS)
    assert timeline.work_and_die(Death(25, "after"))
    timeline.clear_queues()
    repairs.count()

    done = repairs(operation)
    repairs.run()

    assert done.stuck.chunks == [0]
    assert max(timeline.handed_over().values()) == 1
    assert repairs.status(operation) is OperationStatus.COMPLETED
    assert len(timeline.messages()) == len(NUMBERS)
    assert repairs(operation).stuck.chunks == []


def test_messages_of_unknown_outcome_are_settled(timeline: Timeline, repairs: Repairs) -> None:
    operation = timeline.accept("+15005550150", NUMBERS[0])
    timeline.work(*timeline.take())
    timeline.clear_queues()
    repairs.count()

    done = repairs(operation)
    repairs.run()

    assert (done.stuck.chunks, done.stuck.unsettled) == ([], {0})
    assert timeline.messages()[0].status is Status.FAILED
    assert repairs.status(operation) is OperationStatus.COMPLETED


def test_a_message_that_waits_for_another_try_gets_it(timeline: Timeline, repairs: Repairs) -> None:
    """Its chunk is done, and its operation COMPLETED: only the task, which is lost, knew of it."""
    operation = timeline.accept(["+15005550140", "+12065550100"])
    repairs.run()
    [message] = timeline.messages()
    timeline.report(message, Status.UNDELIVERED)
    timeline.work(*timeline.take())
    timeline.clear_queues()

    done = repairs(operation)
    repairs.run()

    assert (done.stuck.chunks, done.stuck.again) == ([], {0: {0}})
    [message] = timeline.messages()
    assert (message.status, len(message.attempts)) == (Status.DELIVERED, 2)
    assert repairs.counts(operation) == Counter(DELIVERED=1, RECIPIENTS=1, ATTEMPTS=2)
    assert not repairs(operation).stuck.is_something


def test_messages_without_a_way_on_are_named(timeline: Timeline, repairs: Repairs, table: Streamed) -> None:
    at = timeline.now + timedelta(hours=2)
    operation = timeline.accept(*NUMBERS[:2], schedule={"sendAt": [at.isoformat()]})
    timeline.work(*timeline.take())
    # As wrong counts would have it.
    operations.complete(table, operation.id, timeline.now)
    timeline.clear_queues()

    done = repairs(operation)

    assert (done.stuck.chunks, done.stuck.dues, timeline.waiting()) == ([], [], [])
    assert done.stuck.stranded == [message.id for message in timeline.messages()]


def test_a_group_with_people_of_unknown_outcome_is_settled(timeline: Timeline, repairs: Repairs) -> None:
    operation = timeline.accept(group("0150", "0100"))
    timeline.work(*timeline.take())
    timeline.clear_queues()
    repairs.count()

    done = repairs(operation)

    assert done.stuck.unsettled == {0}
    assert [task["task"] for task in chunk_tasks(timeline)] == ["settle"]
    assert +done.after == +done.rows == repairs.counts(operation)


def test_what_is_due_later_is_woken_later(timeline: Timeline, repairs: Repairs) -> None:
    at = timeline.now + timedelta(hours=2)
    operation = timeline.accept(*NUMBERS, schedule={"sendAt": [at.isoformat()]})
    timeline.clear_queues()
    timeline.schedules.clear()

    done = repairs(operation)

    # For its rows to be made; and the wake-up.
    assert (done.stuck.chunks, done.stuck.dues) == ([0], [0])
    assert len(timeline.schedules) == 1
    repairs(operation)
    assert len(timeline.schedules) == 1
    repairs.run()
    assert repairs.status(operation) is OperationStatus.COMPLETED
    assert set(timeline.handed_over().values()) == {1}


def test_what_has_its_rows_and_is_due_later_gets_no_task(timeline: Timeline, repairs: Repairs) -> None:
    at = timeline.now + timedelta(hours=2)
    operation = timeline.accept(*NUMBERS, schedule={"sendAt": [at.isoformat()]})
    timeline.work(*timeline.take())
    timeline.clear_queues()

    done = repairs(operation)

    assert (done.stuck.chunks, done.stuck.dues, done.stuck.stranded) == ([], [0], [])
    assert +done.rows == Counter(SCHEDULED=30, RECIPIENTS=30)


def test_a_wake_up_that_was_lost_is_made_up_for(timeline: Timeline, repairs: Repairs) -> None:
    at = timeline.now + timedelta(hours=2)
    operation = timeline.accept(*NUMBERS, schedule={"sendAt": [at.isoformat()]})
    timeline.work(*timeline.take())
    timeline.clear_queues()
    timeline.now = at + timedelta(minutes=5)

    done = repairs(operation)
    repairs.run()

    assert (done.stuck.chunks, done.stuck.dues) == ([0], [])
    assert repairs.status(operation) is OperationStatus.COMPLETED
    assert len(timeline.handed_over()) == 30


def test_what_was_canceled_is_canceled_to_the_end(
    timeline: Timeline, repairs: Repairs, large: Operation
) -> None:
    timeline.put("chunks", json.dumps({"task": "fan_out", "operationId": large.id, "chunk": 0}))
    timeline.control(cancel, large)
    timeline.clear_queues()

    done = repairs(large)
    repairs.run()

    assert done.stuck.chunks == [0, 1, 2]
    assert repairs.counts(large) == Counter(CANCELED=250, RECIPIENTS=250)
    assert repairs(large).stuck.chunks == []


def test_a_pause_is_respected(timeline: Timeline, repairs: Repairs, large: Operation) -> None:
    timeline.control(pause, large)
    repairs(large)
    repairs.run()

    done = repairs(large)

    # The first repair had its rows made.
    assert +done.rows == Counter(QUEUED=250, RECIPIENTS=250)
    assert (done.stuck.chunks, timeline.waiting(), timeline.handed_over()) == ([], [], Counter())


def test_a_chunk_without_recipients_is_told_and_left(
    timeline: Timeline, repairs: Repairs, table: Streamed, large: Operation
) -> None:
    table.delete(keys.chunk(large.id, 1))

    done = repairs(large)

    assert (done.stuck.gone, done.stuck.chunks) == ([1], [0, 2])


def test_the_backlog_is_what_the_claims_say(
    timeline: Timeline, table: Streamed, faults: Faults, repairs: Repairs
) -> None:
    """Of a chunk of which some were turned away, and of one whose worker died."""
    for numbers, death in (
        (["+15005550120", *NUMBERS], Death(1_000, "before")),
        (NUMBERS, Death(22, "after")),
    ):
        operation = timeline.accept(*numbers)
        timeline.work_and_die(death)
        timeline.clear_queues()
        assert list(backlog.of(table, operation)) == [0]
        timeline.now += timedelta(minutes=10)
        repairs(operation)
        repairs.run()
        assert backlog.of(table, operation) == {}
