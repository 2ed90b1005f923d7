import pytest

from herald.model.status import RANK, Status, is_settled

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
def test_a_status_that_follows_another_has_a_higher_rank(old: Status, new: Status) -> None:
    assert RANK[new] > RANK[old]


@pytest.mark.parametrize("ended", [Status.FAILED, Status.CANCELED])
def test_nothing_ranks_above_what_ended_before_the_hand_over(ended: Status) -> None:
    assert max(RANK.values()) == RANK[ended]


def test_every_status_has_a_rank() -> None:
    assert set(RANK) == set(Status)


def test_what_waits_for_us_is_scheduled_or_queued() -> None:
    assert {status for status in Status if not is_settled(status)} == {Status.SCHEDULED, Status.QUEUED}
