"""A worker that dies while it sends a chunk: no person is sent to twice, and none is lost.

Each test lets a first worker die at its first call, at its second, and so on until
it makes no more, and looks at where everything ends.
"""

from dataclasses import replace
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from herald.model import problems
from herald.model.ids import new_operation_id
from herald.store import chunks
from tests.builders import settled
from tests.sim import Death, Faults, When
from tests.sim.steps import SimWorld
from tests.world import World

pytestmark = pytest.mark.simulated

# A recipient of every kind: what a worker does for each is another way to die.
MIXED: tuple[Any, ...] = (
    "+15005550100",
    ("+15005550110", "+15005550100"),
    "+15005550120",
    ("+15005550111", "+15005550120"),
    "+15005550150",
    "+15005550151",
    {"address": "+15005550100", "channel": "WHATSAPP"},
)
SMS = {"from": {"address": "+15005550006", "channel": "SMS"}}
WHENS: tuple[When, ...] = ("before", "after")


@pytest.mark.parametrize("when", WHENS)
def test_a_worker_may_die_at_any_call(world: World, faults: Faults, when: When) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        operation = sim.accept(*MIXED, **SMS)
        died = sim.work_and_die(Death(call, when))
        settled(sim, operation)
        if not died:
            break
    assert call > 20


@pytest.mark.parametrize("when", WHENS)
def test_a_worker_that_dies_leaves_no_more_than_one_group_unknown(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults, group_size=2)
        operation = sim.accept(*["+15005550140"] * 5)
        died = sim.work_and_die(Death(call, when))
        unconfirmed = [each for each in settled(sim, operation) if each.error == problems.UNCONFIRMED.code]
        assert len(unconfirmed) <= 2
        if not died:
            assert unconfirmed == []
            break
    assert call > 20


@pytest.mark.parametrize("when", WHENS)
def test_the_worker_that_takes_over_may_die_at_any_call_too(world: World, faults: Faults, when: When) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        operation = sim.accept(*MIXED, **SMS)
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
        operation = sim.accept("+15005550120", ("+15005550111", "+15005550120"), "+15005550140")
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
        operation = sim.accept("+15005550150", "+15005550150")
        sim.work(*sim.take())
        died = sim.work_and_die(Death(call, when))
        settled(sim, operation)
        if not died:
            break
    assert call >= 4


@settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    recipients=st.lists(st.sampled_from(MIXED), min_size=1, max_size=7),
    deaths=st.lists(st.builds(Death, st.integers(0, 25), st.sampled_from(WHENS)), max_size=4),
    group_size=st.integers(1, 4),
    repeated=st.booleans(),
)
def test_workers_may_die_one_after_the_other(
    world: World,
    faults: Faults,
    recipients: list[Any],
    deaths: list[Death],
    group_size: int,
    repeated: bool,
) -> None:
    """Workers die that send, that take a chunk over and that settle; and every task may come twice."""
    world.clear()
    sim = SimWorld(world, faults, group_size=group_size)
    operation = sim.accept(*recipients, **SMS)
    for death in deaths:
        if not sim.waiting():
            break
        if repeated:
            _, queue, body = sim.waiting()[0]
            sim.enqueue(queue, body)
        sim.work_and_die(death)
        sim.count()

    settled(sim, operation)


def test_a_repeat_whose_worker_dies_leaves_the_first_workers_task_valid(world: World) -> None:
    """A queue may deliver a message to two workers. The first goes on with a task of its own, and deletes the
    message; the second supersedes that task, and dies before it has put one on the queue."""
    table, operation = world.table, new_operation_id(datetime.now(UTC))

    def work(ticket: int) -> int:
        """The ticket of the task that a worker puts on the queue."""
        claimed = chunks.claim(table, operation, 0, ticket=ticket, now=0, lease_seconds=90, expires_at=10**10)
        chunks.advance(table, replace(claimed, pending=frozenset({0})), released_by=ticket)
        return claimed.generation

    def is_valid(ticket: int) -> bool:
        try:
            claimed = chunks.claim(
                table, operation, 0, ticket=ticket, now=0, lease_seconds=90, expires_at=10**10
            )
        except chunks.Superseded:
            return False
        chunks.release(table, claimed)
        return True

    first, repeat = work(0), work(0)
    assert is_valid(first)
    assert is_valid(repeat)
    # From then on there is one task again.
    second = work(first)
    assert [is_valid(ticket) for ticket in (repeat, second)] == [False, True]
    third, fourth = work(second), work(second)
    assert [is_valid(ticket) for ticket in (second, third, fourth)] == [True, True, True]
    assert [is_valid(ticket) for ticket in (work(third), fourth)] == [True, False]
