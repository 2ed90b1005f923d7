"""/Suppressions: added, listed, fetched and removed."""

from datetime import UTC, datetime
from typing import Any

import pytest

from herald.model.addresses import AddressChannel, MessageAddress
from herald.model.ids import is_suppression_id
from herald.model.suppressions import SuppressionSource
from herald.store import suppressions
from herald.store.arrivals import Arrival
from tests.world import Response, World

ANA = {"address": "+12065550123", "channel": "PHONE"}
BEN = {"address": "+447700900123", "channel": "PHONE"}
UNKNOWN = "comms_suppression_01h9krwprkeee8fzqspvwy6nq8"


def added(world: World, *addresses: dict[str, str], **more: Any) -> list[Any]:
    answer = world.post("/Suppressions", {"suppressions": list(addresses), **more})
    assert answer.status == 200, answer.body
    return list(answer.body["suppressions"])


def number(index: int) -> dict[str, str]:
    return {"address": f"+1206555{index:04}", "channel": "PHONE"}


def said(world: World, *seconds: int, channel: AddressChannel = AddressChannel.PHONE) -> None:
    """People who opted out, one in each of some seconds; who they are follows from the second."""
    for second in seconds:
        address = MessageAddress(address=number(second)["address"], channel=channel)
        when = datetime(2026, 1, 2, 12, 0, second, tzinfo=UTC)
        suppressions.stop(world.table, world.account, address, SuppressionSource.STOP, Arrival(when, when))


def listed(world: World, **query: str) -> list[str]:
    """The addresses of a list, page by page."""
    found: list[str] = []
    token: str | None = ""
    while token is not None:
        answer = world.get("/Suppressions", {**query, **({"pageToken": token} if token else {})})
        assert answer.status == 200, answer.body
        assert len(answer.body["suppressions"]) <= int(query.get("pageSize", "50"))
        found += [each["address"] for each in answer.body["suppressions"]]
        token = answer.body["pagination"]["next"]
    return found


def numbers(*seconds: int) -> list[str]:
    return [number(second)["address"] for second in seconds]


def problems_of(answer: Response) -> list[tuple[int, str | None]]:
    assert answer.status == 400, answer.body
    return [(error["code"], error["context"]) for error in answer.body["errors"]]


# ------------------------------------------------------------------------------ add and remove


def test_addresses_are_added_fetched_and_removed(world: World) -> None:
    answer = world.post("/Suppressions", {"suppressions": [ANA, BEN, ANA]})

    assert answer.status == 200
    assert (answer.body["added"], answer.body["known"]) == (2, 0)
    first, second = answer.body["suppressions"]
    assert first == {**ANA, "id": first["id"], "source": "API", "createdAt": first["createdAt"]}
    assert {name: second[name] for name in BEN} == BEN
    assert is_suppression_id(first["id"])
    path = f"/Suppressions/{first['id']}"
    assert world.get(path).body == first

    assert world.delete(path).status == 204
    assert world.get(path).status == world.delete(path).status == 404
    assert listed(world) == [BEN["address"]]


def test_adding_again_changes_nothing(world: World) -> None:
    before = added(world, ANA, source="IMPORT")

    answer = world.post("/Suppressions", {"suppressions": [BEN, ANA], "source": "CARRIER"})

    assert (answer.body["added"], answer.body["known"]) == (1, 1)
    assert answer.body["suppressions"][1] == before[0]
    assert [each["source"] for each in answer.body["suppressions"]] == ["CARRIER", "IMPORT"]


@pytest.mark.simulated
def test_a_thousand_are_added_at_once(world: World) -> None:
    many = [number(index) for index in range(1_000)]

    answer = world.post("/Suppressions", {"suppressions": many, "source": "IMPORT"})

    assert answer.status == 200
    assert (answer.body["added"], answer.body["known"]) == (1_000, 0)
    assert [each["address"] for each in answer.body["suppressions"]] == [each["address"] for each in many]
    assert sorted(listed(world, pageSize="300")) == numbers(*range(1_000))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [(400, "$.suppressions")]),
        ({"suppressions": []}, [(400, "$.suppressions")]),
        ({"suppressions": [ANA] * 1_001}, [(400, "$.suppressions")]),
        ({"suppressions": [ANA, {**ANA, "address": "206"}, {"address": "x"}, {**ANA, "channel": "SMS"}, 1]},
         [(21614, "$.suppressions[1].address"), (21614, "$.suppressions[2].address"),
          (400, "$.suppressions[2].channel"),
          (400, "$.suppressions[3].channel"), (400, "$.suppressions[4]")]),
        ({"suppressions": [ANA], "source": "STOP"}, [(400, "$.source")]),
        ({"suppressions": [ANA], "at": "2026-01-02T03:04:05Z"}, [(400, "$.at")]),
    ],
)  # fmt: skip
def test_a_bad_request_tells_all_and_adds_nobody(
    world: World, body: Any, expected: list[tuple[int, str | None]]
) -> None:
    assert problems_of(world.post("/Suppressions", body)) == expected
    assert listed(world) == []


@pytest.mark.parametrize(
    "identifier", [UNKNOWN, "comms_suppression_", "comms_sender_01h9krwprkeee8fzqspvwy6nq8", "x"]
)
def test_what_is_not_there_is_a_404(world: World, identifier: str) -> None:
    assert world.get(f"/Suppressions/{identifier}").status == 404
    assert world.delete(f"/Suppressions/{identifier}").status == 404


def test_suppressions_are_of_one_account(world: World) -> None:
    [mine] = added(world, ANA)
    other, _ = world.new_account()

    path = f"/Suppressions/{mine['id']}"
    assert world.get(path, account=other).status == world.delete(path, account=other).status == 404
    assert world.get("/Suppressions", account=other).body["suppressions"] == []
    assert world.get("/Suppressions", {"address": ANA["address"]}, account=other).body["suppressions"] == []
    assert world.get(path).status == 200
    theirs = world.post("/Suppressions", {"suppressions": [ANA]}, account=other).body
    assert theirs["added"] == 1
    assert theirs["suppressions"][0]["id"] != mine["id"]


# ---------------------------------------------------------------------------------------- list


@pytest.mark.parametrize("size", ["1", "2", "3", "50"])
def test_a_list_is_by_time_newest_first_page_by_page(world: World, size: str) -> None:
    said(world, 3, 1, 5, 2, 4)

    assert listed(world, pageSize=size) == numbers(5, 4, 3, 2, 1)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"channel": "PHONE"}, [4, 3, 2, 1]),
        ({"channel": "WHATSAPP"}, [3]),
        ({"address": "+12065550003"}, [3, 3]),
        ({"address": "+12065550003", "channel": "WHATSAPP"}, [3]),
        ({"address": "+12065550009"}, []),
        ({"startDate": "2026-01-02T12:00:02Z"}, [4, 3, 3]),
        ({"endDate": "2026-01-02T12:00:03Z"}, [2, 1]),
        ({"startDate": "2026-01-02T12:00:01Z", "endDate": "2026-01-02T12:00:03Z"}, [2]),
        ({"startDate": "2026-01-02T12:00:01.999Z", "endDate": "2026-01-02T12:00:02.001Z"}, [2]),
        ({"startDate": "2026-01-03T12:00:00Z"}, []),
        ({"startDate": "2026-01-02T12:00:02Z", "channel": "PHONE"}, [4, 3]),
        ({"address": "+12065550003", "endDate": "2026-01-02T12:00:03Z"}, []),
    ],
)
@pytest.mark.parametrize("size", ["1", "50"])
def test_filters_must_all_hold(world: World, query: dict[str, str], expected: list[int], size: str) -> None:
    said(world, 1, 2, 3, 4)
    said(world, 3, channel=AddressChannel.WHATSAPP)

    assert listed(world, **query, pageSize=size) == numbers(*expected)


def test_who_opts_out_again_is_the_newest_again(world: World) -> None:
    said(world, 1, 2)
    [identifier] = [each["id"] for each in world.get("/Suppressions", {"pageSize": "1"}).body["suppressions"]]
    assert world.delete(f"/Suppressions/{identifier}").status == 204
    assert listed(world) == numbers(1)

    added(world, number(2))

    assert listed(world) == numbers(2, 1)


def test_pages_do_not_shift_when_others_opt_out_meanwhile(world: World) -> None:
    said(world, 1, 2, 3)
    first = world.get("/Suppressions", {"pageSize": "1"}).body
    said(world, 4, 5)

    rest = world.get("/Suppressions", {"pageToken": first["pagination"]["next"]}).body

    assert [each["address"] for each in (*first["suppressions"], *rest["suppressions"])] == numbers(3, 2, 1)
    again = world.get("/Suppressions", {"pageToken": rest["pagination"]["self"]}).body
    assert again["suppressions"] == rest["suppressions"]


@pytest.mark.parametrize(
    ("query", "context"),
    [
        ({"address": "206"}, "$.address"),
        ({"channel": "SMS"}, "$.channel"),
        ({"startDate": "today"}, "$.startDate"),
        ({"startDate": "2026-01-02T12:00:00Z", "endDate": "2026-01-02T12:00:00Z"}, "$.endDate"),
        ({"pageSize": "0"}, "$.pageSize"),
        ({"pageToken": "x"}, "$.pageToken"),
    ],
)
def test_a_bad_query_is_refused(world: World, query: dict[str, str], context: str) -> None:
    assert [path for _, path in problems_of(world.get("/Suppressions", query))] == [context]


def test_a_token_is_of_one_list(world: World) -> None:
    said(world, 1, 2)
    other, _ = world.new_account()
    token = world.get("/Suppressions", {"pageSize": "1"}).body["pagination"]["next"]

    assert world.get("/Suppressions", {"pageToken": token, "channel": "PHONE"}).status == 400
    assert world.get("/Suppressions", {"pageToken": token}, account=other).status == 400
