from itertools import product

import pytest

from herald.model.status import RANK, Status, is_settled, moves_forward

FORWARDS = [
    (Status.SCHEDULED, Status.QUEUED),
    (Status.QUEUED, Status.SENT),
    (Status.QUEUED, Status.FAILED),
    (Status.QUEUED, Status.DELIVERED),
    (Status.SCHEDULED, Status.CANCELED),
    (Status.SENT, Status.UNDELIVERED),
    (Status.SENT, Status.DELIVERED),
    (Status.UNDELIVERED, Status.DELIVERED),
    (Status.DELIVERED, Status.READ),
]


@pytest.mark.parametrize(("old", "new"), FORWARDS)
def test_a_message_moves_forwards_and_never_back(old: Status, new: Status) -> None:
    assert moves_forward(old, new)
    assert not moves_forward(new, old)


@pytest.mark.parametrize("ended", [Status.FAILED, Status.CANCELED])
def test_what_ended_before_the_hand_over_stays_as_it_is(ended: Status) -> None:
    assert [new for new in Status if moves_forward(ended, new)] == []


def test_every_status_has_a_rank_and_none_follows_itself() -> None:
    assert set(RANK) == set(Status)
    assert not any(moves_forward(status, status) for status in Status)
    assert not any(moves_forward(a, b) and moves_forward(b, a) for a, b in product(Status, Status))


def test_what_waits_for_us_is_scheduled_or_queued() -> None:
    assert {status for status in Status if not is_settled(status)} == {Status.SCHEDULED, Status.QUEUED}
