"""What a page of a list reads does not grow with the account: every filter and pair, to a million."""

from datetime import timedelta

import pytest

from bench.growth import FILTERS, SIZES, START, Cost, Every, Mix, cost, cost_of_operations, pairs, passed
from herald.model.operation import OperationStatus
from herald.model.status import Status
from herald.store import operations
from herald.store.lists import Filters

MOST_REQUESTS, MOST_CALLS = 2, 40
PAIRS = pairs()
# Whose rows may have come to a status since they were counted: no index and no count tells.
SENT = Mix(most=Status.SENT, others={Status.UNDELIVERED: Every(1_000, 5)})
QUEUED = Mix(most=Status.QUEUED, others={Status.UNDELIVERED: Every(1_000, 5)})
SCHEDULED = Mix(most=Status.SCHEDULED, others={}, operations=OperationStatus.SCHEDULED)
ALONE = Mix(per_operation=1, others={Status.SENT: Every(10**9, 17)})


def is_bounded(found: Cost) -> bool:
    return found.requests <= MOST_REQUESTS and found.calls <= MOST_CALLS


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", FILTERS)
def test_rows_or_the_end_come_within_two_requests_and_40_calls(name: str, size: int) -> None:
    found = cost(size, Mix(), FILTERS[name], most=3)

    assert is_bounded(found), found


def test_so_they_do_with_any_two_filters() -> None:
    found = {name: cost(100_000, Mix(), filters, most=3) for name, filters in PAIRS.items()}

    assert {name: each for name, each in found.items() if not is_bounded(each)} == {}
    assert len(found) > 200


@pytest.mark.parametrize("name", [name for name in PAIRS if "status=SENT" in name or "DELIVERED" in name])
def test_so_they_do_with_two_filters_on_a_million_of_which_one_has_much_to_pass_over(name: str) -> None:
    found = cost(1_000_000, Mix(), PAIRS[name], most=3)

    assert is_bounded(found), found


@pytest.mark.parametrize(
    ("mix", "status"),
    [
        (SCHEDULED, Status.SENT),
        (SCHEDULED, Status.DELIVERED),
        (SCHEDULED, Status.CANCELED),
        (QUEUED, Status.CANCELED),
        (SENT, Status.SCHEDULED),
        (SENT, Status.QUEUED),
        (SENT, Status.CANCELED),
    ],
)
def test_what_an_operation_has_not_come_to_is_not_looked_for_in_its_rows(mix: Mix, status: Status) -> None:
    found = cost(1_000_000, mix, Filters(status=status), most=3)

    assert is_bounded(found), found


@pytest.mark.parametrize(
    ("mix", "status"),
    [(SENT, Status.DELIVERED), (QUEUED, Status.SENT), (QUEUED, Status.DELIVERED)],
)
def test_where_every_row_has_to_be_looked_at_a_request_passes_over_10_000(mix: Mix, status: Status) -> None:
    assert passed(1_000_000, mix, Filters(status=status)) >= 10_000


def test_among_a_million_operations_of_one_a_request_passes_over_1_000() -> None:
    assert passed(1_000_000, ALONE, Filters(status=Status.SENT)) >= 1_000


@pytest.mark.parametrize("filters", [Filters(), Filters(status=Status.DELIVERED), FILTERS["to"]], ids=str)
def test_a_page_of_a_million_operations_of_one_is_a_page(filters: Filters) -> None:
    assert cost(1_000_000, ALONE, filters).requests == 1


# A million operations, of which the status of a few is another: docs/api.md says how far a request comes.
OVER = Mix(
    per_operation=1,
    operations=OperationStatus.COMPLETED,
    other_operations={OperationStatus.PROCESSING: Every(10**9, 17), OperationStatus.CANCELED: Every(10**9)},
)
WAITING = OVER._replace(
    operations=OperationStatus.SCHEDULED, other_operations={OperationStatus.COMPLETED: Every(10**9, 17)}
)


@pytest.mark.parametrize(("size", "requests"), [(10_000, 1), (100_000, 1), (1_000_000, 7)])
@pytest.mark.parametrize("status", OperationStatus)
@pytest.mark.parametrize("mix", [OVER, WAITING], ids=["most over", "most scheduled"])
def test_operations_of_a_status_are_found_among_those_of_another(
    mix: Mix, status: OperationStatus, size: int, requests: int
) -> None:
    found = cost_of_operations(size, mix, operations.Filters(status))

    assert found.requests <= requests
    assert found.calls <= MOST_CALLS * found.requests


@pytest.mark.parametrize("size", SIZES)
def test_a_list_of_all_operations_is_a_page(size: int) -> None:
    hour = operations.Filters(start=START + timedelta(hours=1), end=START + timedelta(hours=2))

    assert [cost_of_operations(size, OVER, each) for each in (operations.Filters(), hour)] == [
        Cost(requests=1, calls=3, entries=151, rows=50),
    ] * 2
