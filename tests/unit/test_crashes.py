"""A worker that dies while it sends a chunk: nobody is sent to twice, and nobody is lost.

Each test lets a first worker die at its first call, at its second, and so on until
it makes no more, and looks at where everything ends.
"""

from collections import Counter
from itertools import count
from typing import Any

import pytest

from herald.model import problems
from herald.model.message import Message
from herald.model.operation import Operation, OperationStatus
from herald.model.status import Status
from tests.faults import Death, Faults, When
from tests.timeline import Timeline
from tests.world import World

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


def settled(timeline: Timeline, operation: Operation) -> list[Message]:
    """Let everything happen, and see that every promise was kept; what became of the messages."""
    timeline.run()

    handed_over, messages = timeline.handed_over(), timeline.messages()
    assert [number for number in handed_over.values() if number > 1] == []
    assert len(timeline.rows()) == operation.total
    status, stats = timeline.stats(operation)
    assert status is OperationStatus.COMPLETED
    found = Counter(message.status for message in messages)
    assert {name: getattr(stats, name.lower()) for name in found} == found
    assert stats.unaddressable == operation.total - len(messages)
    assert stats.recipients == stats.total == operation.total
    assert stats.attempts == sum(len(message.attempts) for message in messages)
    assert found[Status.QUEUED] == 0
    # Who was not handed over was refused or is unconfirmed: nobody is only forgotten.
    forgotten = [each for each in messages if not handed_over[each.id] and not each.error]
    assert forgotten == []
    return messages


@pytest.mark.parametrize("when", WHENS)
def test_a_worker_may_die_at_any_call(world: World, faults: Faults, when: When) -> None:
    for call in count():
        world.clear()
        timeline = Timeline(world, faults)
        operation = timeline.accept(*MIXED, **SMS)
        died = timeline.work_and_die(Death(call, when))
        settled(timeline, operation)
        if not died:
            break
    assert call > 20


@pytest.mark.parametrize("when", WHENS)
def test_a_worker_that_dies_leaves_no_more_than_one_group_unknown(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        world.clear()
        timeline = Timeline(world, faults, group_size=3)
        operation = timeline.accept(*["+15005550140"] * 8)
        died = timeline.work_and_die(Death(call, when))
        unconfirmed = [
            each for each in settled(timeline, operation) if each.error == problems.UNCONFIRMED.code
        ]
        assert len(unconfirmed) <= 3
        if not died:
            assert unconfirmed == []
            break
    assert call > 20


@pytest.mark.parametrize("when", WHENS)
def test_the_worker_that_takes_over_may_die_at_any_call_too(world: World, faults: Faults, when: When) -> None:
    for call in count():
        world.clear()
        timeline = Timeline(world, faults)
        operation = timeline.accept(*MIXED, **SMS)
        assert timeline.work_and_die(Death(12, when))
        while timeline.waiting()[0][1] == "receipts":
            timeline.work(*timeline.take())
        died = timeline.work_and_die(Death(call, when))
        settled(timeline, operation)
        if not died:
            break
    assert call > 5


@pytest.mark.parametrize("when", WHENS)
def test_the_worker_that_sends_what_was_turned_away_may_die_at_any_call(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        world.clear()
        timeline = Timeline(world, faults)
        operation = timeline.accept("+15005550120", ("+15005550111", "+15005550120"), "+15005550140")
        timeline.work(*timeline.take())
        died = timeline.work_and_die(Death(call, when))
        settled(timeline, operation)
        if not died:
            break
    assert call > 5


@pytest.mark.parametrize("when", WHENS)
def test_the_worker_that_decides_about_the_unconfirmed_may_die_at_any_call(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        world.clear()
        timeline = Timeline(world, faults)
        operation = timeline.accept("+15005550150", "+15005550150")
        timeline.work(*timeline.take())
        died = timeline.work_and_die(Death(call, when))
        settled(timeline, operation)
        if not died:
            break
    assert call >= 4
