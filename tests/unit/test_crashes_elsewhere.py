"""Crashes and repeats elsewhere: accepting, dispatching, counting; and concurrent workers."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from herald import runtime
from herald.model.operation import OperationStatus
from herald.model.request import SendMessagesRequest
from herald.model.status import Status
from herald.sending.accept import accept
from herald.sending.dispatch import dispatch
from herald.sending.tally import tally
from herald.store import chunks, keys, operations, stream
from herald.tasks import FanOut
from tests.sim import Death, Faults, When
from tests.sim.steps import SimWorld, recipient
from tests.world import World

pytestmark = pytest.mark.simulated

WHENS: tuple[When, ...] = ("before", "after")


def a_request(recipients: int) -> SendMessagesRequest:
    body = {"to": [recipient("+12065550100")] * recipients, "content": {"text": "Hello"}}
    return SendMessagesRequest.model_validate(body, strict=False)


# ----------------------------------------------------------------------------- accept


@pytest.mark.parametrize("when", WHENS)
def test_a_request_whose_acceptance_dies_is_there_wholly_or_not_at_all(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        world.clear()
        world.account, _ = world.new_account()
        with faults.until(Death(call, when)):
            accept(runtime.app(), world.account, a_request(2_600))
        committed = [item for item in world.items() if item["sk"]["S"] == "OPERATION"]
        world.deliver_stream()
        tasks = world.bodies("ChunkQueue")

        if not faults.happened:
            assert len(committed) == 1
            break
        # The last call is the commit; if its answer is lost, the client does not know of it.
        assert bool(committed) == (call == 4 and when == "after")
        assert bool(tasks) == bool(committed)
        assert world.messages() == []
    assert call == 5  # settings, senders, 26 chunks in two calls, operation


def test_a_commit_whose_answer_is_lost_is_tried_again_and_holds(world: World, faults: Faults) -> None:
    with faults.losing_answers(2):
        operation = accept(runtime.app(), world.account, a_request(1))

    assert operations.get(world.table, operation.id) == operation


def test_an_id_that_another_account_has_is_not_overwritten(world: World) -> None:
    operation = accept(runtime.app(), world.account, a_request(1))
    theirs = operation.model_copy(update={"account": "AC" + "0" * 32})

    with pytest.raises(Exception, match="condition"):
        operations.put(world.table, theirs)

    assert operations.get(world.table, operation.id) == operation


# --------------------------------------------------------------------------- dispatch


def test_an_operation_that_is_dispatched_twice_is_sent_once(sim: SimWorld) -> None:
    operation = sim.accept("+12065550100", "+12065550101")
    dispatch(sim.app, None, operation)

    sim.run()

    assert list(sim.handed_over().values()) == [1, 1]
    assert [message.status for message in sim.made()] == [Status.DELIVERED] * 2


@pytest.mark.parametrize("when", WHENS)
def test_a_dispatch_that_dies_and_comes_again_leaves_no_chunk_out(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        operation = accept(sim.app, sim.account, a_request(1_101))
        with faults.until(Death(call, when)):
            dispatch(sim.app, None, operation)
        died = faults.happened
        if died:
            dispatch(sim.app, None, operation)

        queued = {body for _, _, body in sim.waiting()}
        assert queued == {
            FanOut(operation_id=operation.id, chunk=chunk).model_dump_json() for chunk in range(12)
        }
        if not died:
            break
    assert call == 2


# -------------------------------------------------------------------- workers that meet


def a_claim(sim: SimWorld, task: FanOut) -> chunks.Progress:
    return chunks.claim(
        sim.app.table,
        task.operation_id,
        task.chunk,
        ticket=task.ticket,
        now=int(sim.now.timestamp()),
        lease_seconds=90,
        expires_at=0,
    )


def test_a_second_worker_goes_back_for_as_long_as_the_lease_holds(sim: SimWorld) -> None:
    operation = sim.accept("+12065550100")
    queue, body = sim.take()
    a_claim(sim, FanOut(operation_id=operation.id, chunk=0))
    sim.now += timedelta(seconds=30)

    sim.work(queue, body)

    assert sim.carrier.sent == []
    assert sim.rows() == []
    assert sim.waiting() == [(60.0, "chunks", body)]


def test_a_task_that_comes_again_after_the_work_is_done_does_nothing(sim: SimWorld) -> None:
    sim.accept("+12065550100")
    queue, body = sim.take()
    sim.work(queue, body)
    sim.run()
    before = sim.rows()

    sim.enqueue(queue, body)
    sim.run()

    assert len(sim.carrier.sent) == 1
    assert sim.rows() == before


def test_a_worker_whose_chunk_was_taken_over_stops_before_it_sends(sim: SimWorld) -> None:
    """The first worker sleeps through its lease between two groups; a second one takes over."""
    sim.group_size, sim.seconds = 1, 10_000.0  # it does not know that it is late
    operation = sim.accept("+15005550140", "+15005550140", "+15005550140")
    queue, body = sim.take()
    task = FanOut(operation_id=operation.id, chunk=0)
    flush = sim.carrier.flush
    claims: list[chunks.Progress] = []

    class Sleepy:
        name = "sandbox"
        send = staticmethod(sim.carrier.send)

        def flush(self) -> None:
            flush()
            if not claims:
                sim.now += timedelta(seconds=91)
                claims.append(a_claim(sim, task))

    carrier, sim.app = sim.app.carrier, replace(sim.app, carrier=Sleepy())
    sim.work(queue, body)
    sim.app = replace(sim.app, carrier=carrier)
    sent_by_the_first = len(sim.carrier.sent)
    sim.now += timedelta(seconds=91)
    sim.work(queue, body)
    sim.run()

    assert sent_by_the_first == 1
    assert list(sim.handed_over().values()) == [1, 1, 1]
    assert [message.status for message in sim.made()] == [Status.SENT] * 3
    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


def test_a_worker_that_is_out_of_time_puts_the_rest_back_on_the_queue(sim: SimWorld) -> None:
    operation = sim.accept("+15005550140", "+15005550140", "+15005550140")
    sim.group_size, sim.seconds = 1, 20.0  # less than a group needs
    sim.work(*sim.take())
    left = sim.waiting()

    sim.seconds = 60.0
    sim.run()

    assert [(delay, queue) for delay, queue, _ in left] == [(0.0, "chunks")]
    assert list(sim.handed_over().values()) == [1, 1, 1]
    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


# ------------------------------------------------------------------------------ tally


def counted(sim: SimWorld, records: list[Any]) -> None:
    tally(sim.app, stream.changes(records))


def a_journey_s_records(sim: SimWorld, recipients: int = 12) -> list[list[Any]]:
    """The stream's records of a journey in the order of its steps, not counted yet."""
    sim.accept(*["+12065550100"] * recipients)
    found = []
    while sim.waiting():
        sim.work(*sim.take())
        found.append(sim.records())
    return found


def test_a_batch_that_comes_twice_counts_once(sim: SimWorld) -> None:
    first, *others = a_journey_s_records(sim)
    for batch in (first, first, *others, others[-1]):
        counted(sim, batch)

    [operation] = {message.operation_id for message in sim.made()}
    found = operations.get(sim.app.table, operation)
    assert found
    _, stats = sim.stats(found)
    assert (stats.total, stats.delivered, stats.attempts, stats.recipients) == (12, 12, 12, 12)


def test_a_batch_that_was_counted_in_part_and_comes_again_counts_once(sim: SimWorld) -> None:
    """A batch fails at any place, is bisected, and comes again in halves that overlap what was counted."""
    batch = [record for records in a_journey_s_records(sim) for record in records]
    half = len(batch) // 2
    [operation_id] = {message.operation_id for message in sim.made()}
    operation = operations.get(sim.app.table, operation_id)
    assert operation

    for cut in range(len(batch) + 1):
        forget_tallies(sim, operation_id)
        for part in (batch[:cut], batch[:half], batch[half:], batch):
            counted(sim, part)

        _, stats = sim.stats(operation)
        assert (stats.delivered, stats.attempts, stats.recipients) == (12, 12, 12)
        assert (stats.queued, stats.sent) == (0, 0)


def forget_tallies(sim: SimWorld, operation_id: str) -> None:
    sim.app.table.delete(keys.head(operation_id))


@pytest.mark.parametrize("when", WHENS)
def test_a_tally_may_die_at_any_call(world: World, faults: Faults, when: When) -> None:
    """Between the count and the completion, too: then the operation completes at the next try."""
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        operation = sim.accept(*["+15005550140"] * 10)
        sim.work(*sim.take())
        batch = sim.records()
        with faults.until(Death(call, when)):
            counted(sim, batch)
        died = faults.happened
        if died:
            counted(sim, batch)

        status, stats = sim.stats(operation)
        assert status is OperationStatus.COMPLETED
        assert (stats.total, stats.sent, stats.attempts) == (10, 10, 10)
        if not died:
            break
    assert call == 4  # the head is read and written, the operation read, and completed
