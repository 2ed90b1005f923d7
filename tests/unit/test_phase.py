"""What Herald has left to do for a message follows from its row, for every row that there can be."""

from itertools import product

import pytest

from herald.model import problems
from herald.model.phase import Phase, phase_of
from herald.model.status import Status, is_settled

UNKNOWN = problems.UNCONFIRMED.code


@pytest.mark.parametrize(
    ("status", "error", "last_try_failed", "phase"),
    [
        (Status.QUEUED, None, False, Phase.WAITING),
        (Status.SCHEDULED, None, False, Phase.WAITING),
        (Status.QUEUED, UNKNOWN, True, Phase.UNKNOWN),
        (Status.SCHEDULED, UNKNOWN, True, Phase.UNKNOWN),
        (Status.QUEUED, None, True, Phase.REOPENED),
        (Status.SENT, None, False, Phase.HANDED_OVER),
        (Status.UNDELIVERED, 30003, True, Phase.HANDED_OVER),
        (Status.DELIVERED, None, False, Phase.HANDED_OVER),
        (Status.READ, None, False, Phase.HANDED_OVER),
        (Status.GROUP, None, False, Phase.HANDED_OVER),
        (Status.FAILED, UNKNOWN, True, Phase.ENDED),
        (Status.FAILED, 21610, False, Phase.ENDED),
        (Status.CANCELED, None, False, Phase.ENDED),
        (Status.INBOUND, None, False, Phase.ENDED),
    ],
)
def test_a_row_is_in_one_phase(
    status: Status, error: int | None, last_try_failed: bool, phase: Phase
) -> None:
    assert phase_of(status, error, last_try_failed=last_try_failed) is phase


def test_what_waits_is_what_has_no_settled_status() -> None:
    for status, error, failed in product(Status, (None, 30003, UNKNOWN), (False, True)):
        phase = phase_of(status, error, last_try_failed=failed)

        assert phase.is_over == is_settled(status)
        assert phase.is_to_be_sent == (not phase.is_over and phase is not Phase.UNKNOWN)
