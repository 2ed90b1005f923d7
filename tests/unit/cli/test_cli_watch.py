from collections.abc import Iterator

import pytest

from herald_cli.client import MessageOperation
from herald_cli.watch import Snapshot, settled, watch
from tests.unit.cli.fake_api import OPERATION_ID, FakeClock, an_operation


def watching(clock: FakeClock, *states: MessageOperation, patience: float = 10) -> list[Snapshot]:
    """All snapshots of an operation that goes through these states, one a look, and stays in the last."""
    left = list(states)

    def read(operation_id: str) -> MessageOperation:
        return left.pop(0) if len(left) > 1 else left[0]

    return list(watch(read, [OPERATION_ID], patience=patience, clock=clock, sleep=clock.sleep))


def test_ends_when_everything_is_settled(clock: FakeClock) -> None:
    snapshots = watching(
        clock,
        an_operation(queued=3),
        an_operation(queued=1, sent=1, failed=1),
        an_operation("COMPLETED", sent=1, delivered=1, failed=1),
        an_operation("COMPLETED", delivered=2, failed=1),
        an_operation("COMPLETED", read=2, failed=1),
    )

    assert [snapshot.stats["delivered"] for snapshot in snapshots] == [0, 0, 1, 2]
    assert [snapshot.handed_over for snapshot in snapshots] == [False, False, True, True]
    assert snapshots[-1].settled
    assert snapshots[-1].quiet == ()
    assert clock.slept == [0.5, 0.5, 0.5]


def test_ends_when_no_more_receipts_come(clock: FakeClock) -> None:
    snapshots = watching(
        clock, an_operation(queued=2), an_operation("COMPLETED", sent=1, delivered=1), patience=10
    )

    assert snapshots[-1].quiet == (OPERATION_ID,)
    assert not snapshots[-1].settled
    assert 10 <= snapshots[-1].seconds - snapshots[1].seconds < 12
    assert all(not snapshot.quiet for snapshot in snapshots[:-1])


def test_patience_begins_again_when_counts_move(clock: FakeClock) -> None:
    waiting = an_operation("COMPLETED", sent=2)
    moved = an_operation("COMPLETED", sent=1, delivered=1)

    snapshots = watching(clock, *[waiting] * 5, moved, patience=8)

    first_moved = next(snapshot for snapshot in snapshots if snapshot.stats["delivered"])
    assert snapshots[-1].seconds - first_moved.seconds >= 8


def test_never_gives_up_while_messages_are_to_be_sent(clock: FakeClock) -> None:
    snapshots = watching(
        clock, *[an_operation("SCHEDULED", scheduled=1)] * 500, an_operation("COMPLETED", delivered=1)
    )

    assert len(snapshots) == 501
    assert snapshots[-1].settled


def test_looks_less_often_while_nothing_moves(clock: FakeClock) -> None:
    watching(
        clock,
        *[an_operation(queued=1)] * 6,
        an_operation("COMPLETED", sent=1),
        an_operation("COMPLETED", delivered=1),
    )

    assert clock.slept == [0.5, 0.75, 1.125, 1.6875, 2.0, 2.0, 0.5]


@pytest.mark.parametrize(
    ("operation", "expected"),
    [
        (an_operation("COMPLETED", delivered=1, unaddressable=1), True),
        (an_operation("CANCELED", canceled=2), True),
        (an_operation("COMPLETED", sent=1), False),
        (an_operation("PROCESSING", delivered=1), False),
        (an_operation("PROCESSING", total=0, recipients=5), False),
        (an_operation("CANCELED", canceled=1, total=2, recipients=2), False),
    ],
)
def test_settled(operation: MessageOperation, expected: bool) -> None:
    assert settled(operation) is expected


def test_several_operations_are_counted_together_and_looked_at_until_each_is_settled(
    clock: FakeClock,
) -> None:
    looks: list[str] = []
    states: dict[str, Iterator[MessageOperation]] = {
        "one": iter([an_operation("COMPLETED", operation_id="one", delivered=1)]),
        "two": iter(
            [
                an_operation(operation_id="two", queued=2),
                an_operation("COMPLETED", operation_id="two", read=2),
            ]
        ),
    }

    def read(operation_id: str) -> MessageOperation:
        looks.append(operation_id)
        return next(states[operation_id])

    *_, last = watch(read, ["one", "two"], patience=10, clock=clock, sleep=clock.sleep)

    assert looks == ["one", "two", "two"]
    assert (last.stats["total"], last.stats["delivered"], last.stats["read"]) == (3, 1, 2)
