"""GET /Messages: which messages a list shows, and what it refuses."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from herald.model.message import Message
from herald.model.status import Status
from tests.unit.rows import (
    LATE,
    MIDDLE,
    NOON,
    an_operation_id,
    count,
    put_operations,
    put_rows,
    thirty_messages,
)
from tests.world import World

OTHER = "AC" + "0" * 32
MS = timedelta(milliseconds=1)


@pytest.fixture(scope="module")
def world(shared_world: World) -> World:
    rows = thirty_messages(shared_world.account)
    put_rows(shared_world.table, rows)
    put_operations(shared_world.table, rows)
    count(shared_world.table, rows)
    return shared_world


def ids(world: World, holds: Callable[[Message], bool] = lambda _: True) -> list[str]:
    """The ids of those messages that hold, newest first."""
    return [message.id for message in thirty_messages(world.account) if holds(message)]


def listed(world: World, **query: str) -> list[str]:
    return [message["id"] for message in world.messages(**query)]


def problems_of(world: World, **query: str) -> list[str]:
    """The contexts of a refusal's errors."""
    answer = world.get("/Messages", query)
    assert answer.status == 400
    assert list(answer.body) == ["errors", "status"]
    assert answer.body["status"] == 400
    for error in answer.body["errors"]:
        assert list(error) == ["code", "message", "infoUrl", "context"]
        assert (error["code"], error["infoUrl"]) == (400, "https://www.twilio.com/docs/api/errors/400")
    return [error["context"] for error in answer.body["errors"]]


# ---------------------------------------------------------------------------- what is listed


def test_without_filters_all_messages_come_newest_first(world: World) -> None:
    answer = world.get("/Messages")

    assert answer.status == 200
    assert list(answer.body) == ["messages", "pagination"]
    assert list(answer.body["pagination"]) == ["next", "self"]
    assert [message["id"] for message in answer.body["messages"]] == ids(world)
    assert answer.body["pagination"]["next"] is None


def test_an_item_has_what_the_contract_gives_a_message_but_neither_content_nor_attempts(
    world: World,
) -> None:
    [item] = world.get("/Messages", {"pageSize": "1"}).body["messages"]

    uri = f"https://abc123.execute-api.us-east-1.amazonaws.com/v1/Messages/Operations/{LATE}"
    assert item == {
        "id": ids(world)[0],
        "index": 9,
        "from": {
            "senderId": "comms_sender_01h9krwprkeee8fzqspvwy6nq8",
            "address": "+15005550006",
            "channel": "SMS",
        },
        "to": [{"address": "+12065550100", "channel": "PHONE"}],
        "status": "INBOUND",
        "related": [{"name": "OPERATION", "id": LATE, "uri": uri}],
        "tags": {},
        "scheduledFor": None,
        "createdAt": "2026-01-02T12:01:00.123Z",
        "updatedAt": "2026-01-02T12:01:00.123Z",
        "deletedAt": None,
    }


def test_another_account_sees_nothing(world: World) -> None:
    answer = world.get("/Messages", {"operationId": MIDDLE}, account=OTHER)

    assert answer.body["messages"] == []


@pytest.mark.parametrize("name", ["operationId", "operation_id"])
def test_messages_of_one_operation(world: World, name: str) -> None:
    assert listed(world, **{name: MIDDLE}) == ids(world, lambda message: message.operation_id == MIDDLE)


def test_a_parameter_that_is_there_twice_is_refused(world: World) -> None:
    answer = world.get("/Messages", {"operationId": MIDDLE, "operation_id": LATE})

    assert answer.status == 400
    assert [each["context"] for each in answer.body["errors"]] == ["$.operationId"]


@pytest.mark.parametrize("name", ["page_size", "start_date", "end_date", "session_id"])
def test_every_parameter_may_have_its_name_of_the_preview(world: World, name: str) -> None:
    wrong = world.get("/Messages", {name: "x"})

    assert wrong.status == 400
    assert "is not a parameter" not in str(wrong.body)


def test_an_operation_that_nobody_knows_has_no_messages(world: World) -> None:
    assert listed(world, operationId=an_operation_id(NOON, 99)) == []


@pytest.mark.parametrize("status", Status)
def test_messages_in_one_status(world: World, status: Status) -> None:
    found = listed(world, status=status)

    assert found == ids(world, lambda message: message.status == status)
    assert len(found) == 3


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-01-02T12:00:00.123Z", NOON),
        ("2026-01-02T12:00:00.124Z", NOON + MS),
        ("2026-01-02T12:00:00.122999Z", NOON - MS / 1000),
        ("2026-01-02T12:00:00.123001Z", NOON + MS / 1000),
        ("2026-01-02T12:00:00.1239999Z", NOON + MS * 0.999),
        ("2026-01-02t12:00:00.123000000z", NOON),
        ("2026-01-02T13:30:00.123+01:30", NOON),
        ("2026-01-01T23:00:00.124-13:00", NOON + MS),
        ("2026-01-02T12:00:00.123-00:00", NOON),
        ("2026-01-02T12:00:01Z", NOON + MS * 877),
        ("0001-01-01T00:00:00+14:00", datetime(1970, 1, 1, tzinfo=UTC)),
        ("1969-12-31T23:59:59Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("9999-12-31T23:59:59.999-14:00", datetime(9999, 1, 1, tzinfo=UTC)),
    ],
)
def test_dates_leave_out_their_own_instant(world: World, written: str, instant: datetime) -> None:
    after = listed(world, startDate=written)
    before = listed(world, endDate=written)

    assert after == ids(world, lambda message: message.created_at > instant)
    assert before == ids(world, lambda message: message.created_at < instant)


@pytest.mark.parametrize(
    "filters",
    [
        {"operationId": MIDDLE, "status": "FAILED"},
        {"operationId": MIDDLE, "status": "DELIVERED"},
        {"operationId": MIDDLE, "startDate": "2026-01-02T12:00:00.123Z"},
        {"operationId": MIDDLE, "startDate": "2026-01-02T12:00:00.124Z"},
        {"operationId": MIDDLE, "endDate": "2026-01-02T12:00:00.124Z"},
        {"status": "QUEUED", "startDate": "2026-01-02T12:00:00.123Z"},
        {"status": "SENT", "endDate": "2026-01-02T12:00:00.124Z"},
        {"startDate": "2026-01-02T12:00:00.123Z", "endDate": "2026-01-02T12:00:00.125Z"},
        {"startDate": "2026-01-02T12:00:00.123Z", "endDate": "2026-01-02T12:00:00.124Z"},
        {
            "operationId": MIDDLE,
            "status": "READ",
            "startDate": "2026-01-02T12:00:00.123Z",
            "endDate": "2026-01-02T12:00:00.125Z",
        },
    ],
    ids=lambda filters: "&".join(filters),
)
def test_all_filters_that_are_given_must_hold(world: World, filters: dict[str, str]) -> None:
    start, end = (
        datetime.fromisoformat(filters[name]) if name in filters else None
        for name in ("startDate", "endDate")
    )

    def holds(message: Message) -> bool:
        return (
            filters.get("operationId") in (None, message.operation_id)
            and filters.get("status") in (None, message.status)
            and (start is None or message.created_at > start)
            and (end is None or message.created_at < end)
        )

    assert listed(world, **filters) == ids(world, holds)


@pytest.mark.parametrize("name", ["Status", "sort", "statuses", "Page", "q"])
def test_a_parameter_that_does_not_exist_is_refused(world: World, name: str) -> None:
    answer = world.get("/Messages", {name: "FAILED"})

    assert answer.status == 400
    [error] = answer.body["errors"]
    assert error["context"] == f"$.{name}"
    assert "operationId" in error["message"]


# --------------------------------------------------------------------------------- refusals

WRONG: list[tuple[dict[str, str], list[str]]] = [
    *(({name: "x"}, [f"$.{name}"]) for name in ("sessionId", "profile", "channel", "tags")),
    ({"channel": ""}, ["$.channel"]),
    *(
        ({"operationId": value}, ["$.operationId"])
        for value in ("", "x", LATE[:-1], LATE + "0", LATE.upper(), LATE.replace("operation", "message"))
    ),
    ({"operation_id": "x"}, ["$.operationId"]),
    *(({"status": value}, ["$.status"]) for value in ("", "delivered", "SENT ", "COMPLETED", "SENT,READ")),
    *(
        ({"pageSize": value}, ["$.pageSize"])
        for value in ("", "0", "1001", "-1", "+5", "1.0", "1e2", " 5", "５", "five", "9" * 5_000)
    ),
    *(
        ({name: value}, [f"$.{name}"])
        for name in ("startDate", "endDate")
        for value in (
            "",
            "yesterday",
            "1767355200",
            "2026-01-02",
            "2026-01-02T12:00:00",
            "2026-01-02 12:00:00Z",
            "2026-01-02T12:00:00 01:00",
            "2026-01-02T12:00Z",
            "2026-02-30T12:00:00Z",
            "2026-01-02T25:00:00Z",
            "0000-01-02T12:00:00Z",
            "2026-01-02T12:00:00+24:00",
            "２０26-01-02T12:00:00Z",
        )
    ),
    ({"startDate": "2026-01-02T12:00:00Z", "endDate": "2026-01-02T12:00:00Z"}, ["$.endDate"]),
    ({"startDate": "2026-01-02T12:00:00Z", "endDate": "2026-01-02T13:00:00+01:00"}, ["$.endDate"]),
    (
        {
            "startDate": "2026-01-02T12:00:00Z",
            "endDate": "2025-01-02T12:00:00Z",
            "pageSize": "0",
            "tags": "a",
        },
        ["$.pageSize", "$.endDate", "$.tags"],
    ),
]


@pytest.mark.parametrize(("query", "contexts"), WRONG, ids=[str(query)[:60] for query, _ in WRONG])
def test_a_wrong_parameter_is_told_by_its_name(
    world: World, query: dict[str, str], contexts: list[str]
) -> None:
    assert problems_of(world, **query) == contexts
