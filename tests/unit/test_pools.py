"""/SenderPools: pools, their members, and the operations that put members into them."""

import time
from typing import Any

import pytest

from herald.model.ids import is_operation_id, is_sender_pool_id
from herald.store import keys, pools
from tests.builders import created, listed, members, pool_of, problems_of
from tests.sim import Death, Faults
from tests.world import Response, World

BASE = "https://abc123.execute-api.us-east-1.amazonaws.com/v1"
UNKNOWN = "comms_senderpool_01h9krwprkeee8fzqspvwy6nq8"
NOBODY = "comms_sender_01h9krwprkeee8fzqspvwy6nq8"


def sandbox(world: World) -> list[str]:
    return [sender.sender_id for sender in world.senders()]


def in_pool(world: World, pool_id: str, **query: str) -> list[str]:
    return listed(world, f"/SenderPools/{pool_id}/Senders", **query)


def ids(answer: Response, name: str) -> list[str]:
    assert answer.status == 200, answer.body
    return [each["id"] for each in answer.body[name]]


# -------------------------------------------------------------------------------------- pools


def test_a_pool_is_made_of_senders_by_an_operation(world: World) -> None:
    sms, rcs, _ = sandbox(world)
    body = {"name": "Sales Leads - APAC", "senders": members(sms, rcs), "tags": {"region": "APAC"}}

    answer = world.post("/SenderPools", body)

    operation_id = answer.body["operationId"]
    location = f"{BASE}/SenderPools/Operations/{operation_id}"
    assert answer.status == 202
    assert answer.body == {"operationId": operation_id, "operationLocation": location}
    assert answer.headers["Location"] == answer.headers["Operation-Location"] == location
    assert is_operation_id(operation_id)
    operation = world.get(f"/SenderPools/Operations/{operation_id}").body
    assert operation == {
        "id": operation_id,
        "status": "COMPLETED",
        "stats": {"total": 2, "queued": 0, "created": 2, "failed": 0},
        "createdAt": operation["updatedAt"],
        "updatedAt": operation["updatedAt"],
    }
    [pool] = world.get("/SenderPools", {"operationId": operation_id}).body["senderPools"]
    assert is_sender_pool_id(pool["id"])
    assert pool == {
        "id": pool["id"],
        "name": "Sales Leads - APAC",
        "tags": {"region": "APAC"},
        "createdAt": pool["updatedAt"],
        "updatedAt": pool["updatedAt"],
    }
    assert world.get(f"/SenderPools/{pool['id']}").body == pool
    assert set(in_pool(world, pool["id"])) == {sms, rcs}


def test_a_pool_may_be_empty_and_without_a_name(world: World) -> None:
    operation_id = world.post("/SenderPools", {}).body["operationId"]

    [pool] = world.get("/SenderPools", {"operationId": operation_id}).body["senderPools"]
    assert pool["name"] == pool["id"]
    assert in_pool(world, pool["id"]) == []


@pytest.mark.parametrize(
    ("body", "context"),
    [
        ([], "$"),
        ({"name": ""}, "$.name"),
        ({"name": None}, "$.name"),
        ({"name": "x" * 257}, "$.name"),
        ({"senders": [{}]}, "$.senders[0].senderId"),
        ({"senders": ["x"]}, "$.senders[0]"),
        ({"senders": members(*["x"] * 10_001)}, "$.senders"),
        ({"tags": {"a": "b c"}}, "$.tags.a"),
        ({"tags": {"a": "{{ b }}"}}, "$.tags"),
    ],
)
def test_a_bad_pool_is_refused(world: World, body: Any, context: str) -> None:
    assert problems_of(world.post("/SenderPools", body)) == [(400, context)]


def test_what_a_change_leaves_out_stays(world: World) -> None:
    pool_id = pool_of(world, tags={"tier": "1"})
    before = world.get(f"/SenderPools/{pool_id}").body

    # What is shown of a time ends at the millisecond.
    time.sleep(0.002)
    answer = world.patch(f"/SenderPools/{pool_id}", {"name": "Support"})

    assert answer.status == 202
    assert answer.body == {"resourceId": pool_id, "resourceLocation": f"{BASE}/SenderPools/{pool_id}"}
    after = world.get(f"/SenderPools/{pool_id}").body
    assert after == {**before, "name": "Support", "updatedAt": after["updatedAt"]}
    assert after["updatedAt"] > before["updatedAt"]
    world.patch(f"/SenderPools/{pool_id}", {"tags": {}})
    assert world.get(f"/SenderPools/{pool_id}").body["tags"] == {}
    assert problems_of(world.patch(f"/SenderPools/{pool_id}", {"name": None})) == [(400, "$.name")]


def test_a_list_has_the_newest_first_and_every_pool_once(world: World) -> None:
    made = [pool_of(world) for _ in range(5)]

    found: list[str] = []
    token: str | None = ""
    while token is not None:
        answer = world.get("/SenderPools", {"pageSize": "2", **({"pageToken": token} if token else {})})
        found += ids(answer, "senderPools")
        token = answer.body["pagination"]["next"]

    assert sorted(found) == sorted(made)
    assert found == sorted(made, reverse=True)


def test_filters_of_a_list_of_pools(world: World) -> None:
    pool_id = pool_of(world)
    operation_id = world.post("/SenderPools", {}).body["operationId"]
    at = world.get(f"/SenderPools/{pool_id}").body["createdAt"]

    def found(**query: str) -> list[str]:
        return ids(world.get("/SenderPools", query), "senderPools")

    assert len(found()) == 2
    assert pool_id not in found(operationId=operation_id)
    assert pool_id not in found(startDate=at)
    assert pool_id not in found(endDate=at)
    assert found(operationId=operation_id, endDate=at) == []
    assert found(operationId="comms_operation_01h9krwprkeee8fzqspvwy6nq8") == []
    assert problems_of(world.get("/SenderPools", {"operationId": "x"})) == [(400, "$.operationId")]
    assert problems_of(world.get("/SenderPools", {"pageToken": "x"})) == [(400, "$.pageToken")]


# ------------------------------------------------------------------------------------ members


def test_senders_are_added_and_those_that_are_unknown_counted(world: World) -> None:
    sms, rcs, whatsapp = sandbox(world)
    pool_id = pool_of(world, sms)
    other, _ = world.new_account()
    foreign = world.get("/Senders", account=other).body["senders"][0]["id"]

    answer = world.post(f"/SenderPools/{pool_id}/Senders", members(rcs, whatsapp, NOBODY, foreign, "x", sms))

    operation_id = answer.body["operationId"]
    location = f"{BASE}/SenderPools/{pool_id}/Senders/Operations/{operation_id}"
    assert answer.status == 202
    assert answer.body["operationLocation"] == answer.headers["Location"] == location
    operation = world.get(location.removeprefix(BASE)).body
    assert operation == world.get(f"/SenderPools/Operations/{operation_id}").body
    assert operation["stats"] == {"total": 6, "queued": 0, "created": 3, "failed": 3}
    assert set(in_pool(world, pool_id)) == {sms, rcs, whatsapp}
    assert ids(world.get("/SenderPools", {"operationId": operation_id}), "senderPools") == [pool_id]


def test_one_bare_sender_is_added_too_and_twice_is_once(world: World) -> None:
    sms, *_ = sandbox(world)
    pool_id = pool_of(world)

    for _ in range(2):
        assert world.post(f"/SenderPools/{pool_id}/Senders", {"senderId": sms}).status == 202

    assert in_pool(world, pool_id) == [sms]


@pytest.mark.parametrize(
    ("body", "context"),
    [
        ([], "$"),
        ({}, "$[0].senderId"),
        ([{"senderId": NOBODY}, {}], "$[1].senderId"),
        (["x"], "$[0]"),
        ([{"senderId": None}], "$[0].senderId"),
        (members(*["x"] * 10_001), "$"),
        ("null", "$"),
    ],
)
def test_bad_members_are_refused(world: World, body: Any, context: str) -> None:
    assert problems_of(world.post(f"/SenderPools/{pool_of(world)}/Senders", body)) == [(400, context)]


@pytest.mark.simulated
def test_a_pool_takes_ten_thousand_senders_and_no_more(world: World) -> None:
    sms, *_ = sandbox(world)
    pool_id = pool_of(world)
    world.table.put_many(
        (keys.pool_member(pool_id, f"comms_sender_{n:026}"), {"kind": "WHATSAPP"}) for n in range(10_000)
    )

    answer = world.post(f"/SenderPools/{pool_id}/Senders", members(sms))

    assert problems_of(answer) == [(400, "$")]
    assert len(pools.members(world.table, pool_id)) == 10_000


def test_members_are_listed_by_page_and_filter(world: World) -> None:
    made = [created(world, address=f"+1206555{n:04}") for n in range(5)]
    agents = [each.sender_id for each in world.senders() if each.channel == "RCS"]
    pool_id = pool_of(world, *made, *agents)
    world.patch(f"/Senders/{made[0]}", {"status": "DEACTIVATED"})

    for size in ("1", "2", "4", "1000"):
        assert in_pool(world, pool_id, pageSize=size) == sorted([*made, *agents], reverse=True)
    assert in_pool(world, pool_id, channel="RCS") == agents
    assert in_pool(world, pool_id, status="DEACTIVATED", pageSize="1") == [made[0]]
    assert in_pool(world, pool_id, channel="EMAIL") == []
    assert in_pool(world, pool_id, endDate="2020-01-01T00:00:00Z") == []
    token = world.get(f"/SenderPools/{pool_id}/Senders", {"pageSize": "1"}).body["pagination"]["next"]
    other = world.get(f"/SenderPools/{pool_of(world)}/Senders", {"pageToken": token})
    assert problems_of(other) == [(400, "$.pageToken")]


def test_a_sender_is_removed_and_stays_a_sender(world: World) -> None:
    sms, rcs, _ = sandbox(world)
    pool_id = pool_of(world, sms, rcs)

    answer = world.delete(f"/SenderPools/{pool_id}/Senders/{sms}")

    location = f"{BASE}/SenderPools/{pool_id}/Senders/{sms}"
    assert answer.status == 202
    assert answer.body == {"resourceId": sms, "resourceLocation": location}
    assert in_pool(world, pool_id) == [rcs]
    assert world.get(f"/Senders/{sms}").status == 200
    assert world.delete(f"/SenderPools/{pool_id}/Senders/{sms}").status == 404
    assert world.delete(f"/SenderPools/{pool_id}/Senders/x").status == 404


def test_a_sender_can_be_in_many_pools(world: World) -> None:
    sms, *_ = sandbox(world)
    first, second = pool_of(world, sms), pool_of(world, sms)

    world.delete(f"/SenderPools/{first}/Senders/{sms}")

    assert in_pool(world, second) == [sms]


# ------------------------------------------------------------------------------------- delete


def test_a_deleted_pool_is_gone_with_its_members(world: World) -> None:
    pool_id = pool_of(world, *sandbox(world))

    answer = world.delete(f"/SenderPools/{pool_id}")

    assert answer.status == 202
    assert answer.body == {"resourceId": pool_id, "resourceLocation": f"{BASE}/SenderPools/{pool_id}"}
    assert world.get(f"/SenderPools/{pool_id}").status == 404
    assert world.delete(f"/SenderPools/{pool_id}").status == 404
    assert not [item for item in world.items() if pool_id in item["pk"]["S"] + item["sk"]["S"]]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("call", range(4))
def test_a_pool_whose_deletion_died_is_whole_or_gone_and_can_be_deleted_again(
    world: World, faults: Faults, call: int, when: Any
) -> None:
    pool_id = pool_of(world, *sandbox(world))

    with faults.until(Death(call, when)):
        pools.delete(world.table, world.account, pool_id)

    assert faults.happened
    fetched = world.get(f"/SenderPools/{pool_id}").status
    if fetched == 200:
        assert len(in_pool(world, pool_id)) == 3
    else:
        assert ids(world.get("/SenderPools"), "senderPools") == []
        assert world.get(f"/SenderPools/{pool_id}/Senders").status == 404
        assert world.patch(f"/SenderPools/{pool_id}", {"name": "x"}).status == 404
        assert world.post(f"/SenderPools/{pool_id}/Senders", members(NOBODY)).status == 404
    assert world.delete(f"/SenderPools/{pool_id}").status in (202, 404)
    assert not [item for item in world.items() if pool_id in item["pk"]["S"] + item["sk"]["S"]]


# --------------------------------------------------------------------------------- not found


def _everything(world: World, pool_id: str, account: str = "") -> list[Response]:
    path = f"/SenderPools/{pool_id}"
    return [
        world.get(path, account=account),
        world.get(f"{path}/Senders", account=account),
        world.patch(path, {"name": "x"}, account=account),
        world.delete(path, account=account),
        world.post(f"{path}/Senders", members(NOBODY), account=account),
        world.delete(f"{path}/Senders/{NOBODY}", account=account),
    ]


@pytest.mark.parametrize("pool_id", [UNKNOWN, "comms_senderpool_1", "x"])
def test_an_unknown_pool_is_not_found(world: World, pool_id: str) -> None:
    assert [answer.status for answer in _everything(world, pool_id)] == [404] * 6


def test_a_pool_of_another_account_is_not_found_and_stays(world: World) -> None:
    sms, *_ = sandbox(world)
    pool_id = pool_of(world, sms)
    operation = world.post(f"/SenderPools/{pool_id}/Senders", members(sms)).body
    other, _ = world.new_account()

    assert [answer.status for answer in _everything(world, pool_id, other)] == [404] * 6
    assert world.delete(f"/SenderPools/{pool_id}/Senders/{sms}", account=other).status == 404
    assert ids(world.get("/SenderPools", account=other), "senderPools") == []
    assert ids(world.get("/SenderPools/Operations", account=other), "operations") == []
    location = operation["operationLocation"].removeprefix(BASE)
    assert world.get(location, account=other).status == 404
    assert in_pool(world, pool_id) == [sms]


# --------------------------------------------------------------------------------- operations


def test_operations_are_listed_newest_first_by_page_and_filter(world: World) -> None:
    made = [world.post("/SenderPools", {}).body["operationId"] for _ in range(5)]
    at = world.get(f"/SenderPools/Operations/{made[0]}").body["createdAt"]

    found: list[str] = []
    token: str | None = ""
    while token is not None:
        query = {"pageSize": "2", "status": "COMPLETED", **({"pageToken": token} if token else {})}
        answer = world.get("/SenderPools/Operations", query)
        found += ids(answer, "operations")
        token = answer.body["pagination"]["next"]

    assert found == sorted(made, reverse=True)
    for status in ("PROCESSING", "CANCELED"):
        assert ids(world.get("/SenderPools/Operations", {"status": status}), "operations") == []
    assert made[0] not in ids(world.get("/SenderPools/Operations", {"startDate": at}), "operations")
    bad = world.get("/SenderPools/Operations", {"status": "SCHEDULED"})
    assert problems_of(bad) == [(400, "$.status")]


@pytest.mark.parametrize("operation_id", ["comms_operation_01h9krwprkeee8fzqspvwy6nq8", "x"])
def test_an_unknown_operation_is_not_found(world: World, operation_id: str) -> None:
    pool_id = pool_of(world)

    assert world.get(f"/SenderPools/Operations/{operation_id}").status == 404
    assert world.get(f"/SenderPools/{pool_id}/Senders/Operations/{operation_id}").status == 404


def test_an_operation_is_found_at_its_own_pool_only(world: World) -> None:
    pool_id, other = pool_of(world), pool_of(world)
    operation_id = world.post(f"/SenderPools/{pool_id}/Senders", members(NOBODY)).body["operationId"]

    assert world.get(f"/SenderPools/{pool_id}/Senders/Operations/{operation_id}").status == 200
    assert world.get(f"/SenderPools/{other}/Senders/Operations/{operation_id}").status == 404


def test_resolve_keeps_to_a_pool(world: World) -> None:
    sms, *_ = sandbox(world)
    [channel] = [each.channel for each in world.senders() if each.sender_id == sms]
    to = [{"address": "+12065550100", "channel": kind} for kind in ("PHONE", "WHATSAPP")]
    body = {"recipientAddresses": to, "senderPoolId": pool_of(world, sms)}

    results = world.post("/Senders/Resolve", body).body["results"]

    assert [(each["from"]["senderId"], each["from"]["channel"]) for each in results] == [(sms, channel)]
    other, _ = world.new_account()
    assert problems_of(world.post("/Senders/Resolve", body, account=other)) == [(21606, "$.senderPoolId")]
