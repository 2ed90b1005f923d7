"""GET /v1/Messages/Operations."""

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from herald.model.ids import created_at, operation_time_bound
from herald.model.operation import Operation, OperationStatus
from herald.store import operations
from herald.store.operations import Filters
from tests.sim.counted import CountedTable
from tests.world import World


def listed(world: World, **query: str) -> list[Any]:
    """All operations of a list, page by page."""
    found: list[Any] = []
    token: str | None = ""
    while token is not None:
        answer = world.get("/Messages/Operations", {**query, **({"pageToken": token} if token else {})})
        assert answer.status == 200, answer.body
        assert len(answer.body["operations"]) <= int(query.get("pageSize", 50))
        found += answer.body["operations"]
        token = answer.body["pagination"]["next"]
    return found


@pytest.fixture
def sent(world: World) -> list[str]:
    """Operations of which the last two were not worked on yet, oldest first; of others there are some."""
    ids = [world.send("+12065550100", "+15005550110") for _ in range(3)]
    world.settle()
    for _ in range(2):
        time.sleep(0.002)
        ids.append(world.send("+12065550100"))
    ours, (world.account, _) = world.account, world.new_account()
    world.send("+12065550100")
    world.account = ours
    return sorted(ids)


def test_operations_are_listed_newest_first_as_they_are_fetched(world: World, sent: list[str]) -> None:
    found = listed(world)

    assert [each["id"] for each in found] == sent[::-1]
    assert found == [world.operation(each) for each in sent[::-1]]
    assert found[-1]["stats"]["delivered"] == found[-1]["stats"]["failed"] == 1


@pytest.mark.parametrize("size", ["1", "2", "5"])
def test_pages_together_are_the_whole_list(world: World, sent: list[str], size: str) -> None:
    assert [each["id"] for each in listed(world, pageSize=size)] == sent[::-1]


def test_a_status_filters(world: World, sent: list[str]) -> None:
    found = {
        status: [each["id"] for each in listed(world, status=status)] for status in map(str, OperationStatus)
    }

    assert found["COMPLETED"] == sent[2::-1]
    assert found["PROCESSING"] == sent[:2:-1]
    assert found["SCHEDULED"] == found["CANCELED"] == []


def test_dates_filter_and_neither_is_included(world: World, sent: list[str]) -> None:
    instants = [created_at(each) for each in sent]
    middle = instants[3].isoformat()

    after = [each["id"] for each in listed(world, startDate=middle)]
    before = [each["id"] for each in listed(world, endDate=middle)]

    assert after == [each for each in reversed(sent) if created_at(each) > instants[3]]
    assert before == [each for each in reversed(sent) if created_at(each) < instants[3]]


@pytest.mark.parametrize(
    ("query", "context"),
    [
        ({"status": "FAILED"}, "$.status"),
        ({"startDate": "yesterday"}, "$.startDate"),
        ({"startDate": "2026-01-02T03:04:05Z", "endDate": "2026-01-02T03:04:05Z"}, "$.endDate"),
        ({"pageSize": "0"}, "$.pageSize"),
        ({"pageToken": "nonsense"}, "$.pageToken"),
    ],
)
def test_wrong_parameters_are_refused(world: World, query: dict[str, str], context: str) -> None:
    answer = world.get("/Messages/Operations", query)

    assert answer.status == 400
    assert [error["context"] for error in answer.body["errors"]] == [context]


def test_a_token_is_bound_to_account_and_filters(world: World, sent: list[str]) -> None:
    token = world.get("/Messages/Operations", {"pageSize": "1"}).body["pagination"]["next"]
    theirs, _ = world.new_account()

    assert world.get("/Messages/Operations", {"pageToken": token}).status == 200
    assert world.get("/Messages/Operations", {"pageToken": token, "status": "COMPLETED"}).status == 400
    assert world.get("/Messages/Operations", {"pageToken": token}, account=theirs).status == 400
    assert world.get("/Messages", {"pageToken": token}).status == 400


def test_the_status_of_now_is_listed_where_the_index_has_an_earlier_one() -> None:
    table = CountedTable(lags=True)
    now = datetime(2026, 1, 2, tzinfo=UTC)
    operation = Operation.model_validate(
        {
            "id": operation_time_bound(now) + "0" * 16,
            "account": "AC0",
            "status": OperationStatus.PROCESSING,
            "total": 1,
            "content": {"text": "Hello"},
            "senders": (),
            "updatedAt": now,
            "expiresAt": 0,
        }
    )
    operations.put(table, operation)
    table.catch_up()

    def found(status: OperationStatus | None) -> list[OperationStatus]:
        return [each.status for each, _ in operations.page(table, "AC0", Filters(status), size=50).rows]

    assert found(OperationStatus.PROCESSING) == [OperationStatus.PROCESSING]
    operations.cancel(table, operation, now)
    assert found(OperationStatus.PROCESSING) == []
    assert found(None) == [OperationStatus.CANCELED]
    table.catch_up()
    assert found(OperationStatus.CANCELED) == [OperationStatus.CANCELED]
