"""/Senders: made, changed, listed, searched and resolved."""

import time
from typing import Any

import pytest

from herald.model.ids import is_sender_id
from herald.model.senders import NewSender
from herald.runtime import app
from herald.store import keys, senders
from tests.builders import SMS, created, listed, problems_of
from tests.world import World

BASE = "https://abc123.execute-api.us-east-1.amazonaws.com/v1"
UNKNOWN = "comms_sender_01h9krwprkeee8fzqspvwy6nq8"


RESOLVE_TO = {"address": "+12065550100", "channel": "PHONE"}
RESOLVE_WHATSAPP = {"address": "+12065550100", "channel": "WHATSAPP"}
RESOLVE_EMAIL = {"address": "ana@example.org", "channel": "EMAIL"}


# ------------------------------------------------------------------------- create and change


def test_a_sender_is_made_and_fetched(world: World) -> None:
    answer = world.post("/Senders", {**SMS, "displayName": "Support", "tags": {"team": "a"}})

    sender_id = answer.body["resourceId"]
    location = f"{BASE}/Senders/{sender_id}"
    assert answer.status == 202
    assert answer.body == {"resourceId": sender_id, "resourceLocation": location}
    assert answer.headers["Location"] == answer.headers["Resource-Location"] == location
    assert answer.headers["Resource-Id"] == sender_id
    assert is_sender_id(sender_id)
    found = world.get(f"/Senders/{sender_id}").body
    assert found == {
        "id": sender_id,
        "displayName": "Support",
        **SMS,
        "status": "ACTIVATED",
        "tags": {"team": "a"},
        "createdAt": found["updatedAt"],
        "updatedAt": found["updatedAt"],
    }


def test_a_sender_may_have_a_rate(world: World) -> None:
    sender_id = created(world, partsPerSecond=20)
    before = world.get(f"/Senders/{sender_id}").body["partsPerSecond"]

    assert world.patch(f"/Senders/{sender_id}", {"partsPerSecond": 40}).status == 202

    assert (before, world.get(f"/Senders/{sender_id}").body["partsPerSecond"]) == (20, 40)


def test_a_sender_shows_no_more_of_its_carrier_than_there_is(world: World) -> None:
    found = world.get(f"/Senders/{created(world)}").body

    assert not {"carrier", "carrierSenderId", "partsPerSecond", "approval"} & set(found)


_OPERATOR = "is for the operator of the stack to set, by `herald sender add` or `herald sender import`"
BAD_CARRIAGE = [
    *(
        ({name: value}, f"$.{name}", _OPERATOR)
        for name, value in (
            ("carrier", "aws"),
            ("carrier", None),
            ("carrierSenderId", "pool-0123456789abcdef0123456789abcdef"),
            ("carrierSenderId", "arn:aws:sms-voice:us-east-1:123456789012:phone-number/phone-1a2b"),
        )
    ),
    ({"partsPerSecond": 0}, "$.partsPerSecond", "must be at least 1"),
    ({"partsPerSecond": 10_001}, "$.partsPerSecond", "must be at most 10000"),
    ({"partsPerSecond": 1.5}, "$.partsPerSecond", "must be a whole number"),
    ({"partsPerSecond": "3"}, "$.partsPerSecond", "must be a whole number"),
]


@pytest.mark.parametrize(("fields", "context", "message"), BAD_CARRIAGE)
def test_a_bad_carrier_or_rate_is_refused_and_changes_nothing(
    world: World, fields: dict[str, Any], context: str, message: str
) -> None:
    sender_id = created(world)
    before = world.get(f"/Senders/{sender_id}").body

    answers = [
        world.post("/Senders", {**SMS, "address": "+12065550124", **fields}),
        world.patch(f"/Senders/{sender_id}", fields),
    ]

    for answer in answers:
        assert problems_of(answer) == [(400, context)]
        assert message in answer.body["errors"][0]["message"]
    assert world.get(f"/Senders/{sender_id}").body == before
    assert world.post("/Senders/Search", {**SMS, "address": "+12065550124"}).body["senders"] == []


def test_a_sender_without_a_name_has_null(world: World) -> None:
    found = world.get(f"/Senders/{created(world)}").body

    assert (found["displayName"], found["tags"]) == (None, {})


@pytest.mark.parametrize(
    ("address", "channel"),
    [
        ("+12065550123", "SMS"), ("12345", "SMS"), ("ACME Shop", "SMS"), ("ACME-1_", "SMS"),
        ("rbm_abc123_sender", "RCS"), ("+12065550123", "WHATSAPP"),
    ],
)  # fmt: skip
def test_addresses_have_the_forms_of_their_channel(world: World, address: str, channel: str) -> None:
    assert world.post("/Senders", {"address": address, "channel": channel}).status == 202


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [(400, "$.channel"), (400, "$.address")]),
        ({**SMS, "address": ""}, [(400, "$.address")]),
        ({**SMS, "address": "+1 206 555 0123"}, [(400, "$.address")]),
        ({**SMS, "address": "twelve letters"}, [(400, "$.address")]),
        ({"address": "shop", "channel": "WHATSAPP"}, [(400, "$.address")]),
        ({"address": "whatsapp:+12065550123", "channel": "WHATSAPP"}, [(400, "$.address")]),
        ({"address": "rcs:agent", "channel": "RCS"}, [(400, "$.address")]),
        # What AWS would take for a pool, or for a number, of whichever account.
        ({"address": f"pool-{'1a' * 16}", "channel": "RCS"}, [(400, "$.address")]),
        ({"address": f"phone-{'1a' * 16}", "channel": "RCS"}, [(400, "$.address")]),
        ({**SMS, "channel": "EMAIL"}, [(400, "$.channel")]),
        ({**SMS, "status": "ACTIVATED"}, [(400, "$.status")]),
        ({**SMS, "displayName": ""}, [(400, "$.displayName")]),
        ({**SMS, "displayName": "x" * 257}, [(400, "$.displayName")]),
        ({**SMS, "displayName": None}, [(400, "$.displayName")]),
        ({**SMS, "tags": {"a": "b c"}}, [(400, "$.tags.a")]),
        ({**SMS, "tags": {"a": "{{ b }}"}}, [(400, "$.tags")]),
    ],
)
def test_a_bad_sender_is_refused(world: World, body: Any, expected: list[tuple[int, str | None]]) -> None:
    assert problems_of(world.post("/Senders", body)) == expected


def test_an_address_is_one_sender_of_its_channel(world: World) -> None:
    sender_id = created(world)

    again = world.post("/Senders", SMS)

    assert again.status == 409
    [error] = again.body["errors"]
    assert (error["code"], error["context"]) == (409, None)
    assert sender_id in error["message"]
    assert created(world, channel="WHATSAPP") != sender_id


def test_an_address_that_was_reserved_by_a_request_that_died_is_made_with_its_id(world: World) -> None:
    new = NewSender.model_validate(SMS, strict=False)
    world.table.put_new(keys.sender_address(world.account, new.channel, new.address), {"senderId": UNKNOWN})
    assert world.post("/Senders/Search", SMS).body["senders"] == []

    made = senders.add(world.table, world.account, new, app().clock())

    assert made.id == UNKNOWN
    assert world.get(f"/Senders/{UNKNOWN}").body["address"] == SMS["address"]


def test_what_a_change_leaves_out_stays(world: World) -> None:
    sender_id = created(world, displayName="Support", tags={"team": "a"})
    before = world.get(f"/Senders/{sender_id}").body

    # What is shown of a time ends at the millisecond.
    time.sleep(0.002)
    answer = world.patch(f"/Senders/{sender_id}", {"status": "DEACTIVATED"})

    assert answer.status == 202
    assert answer.body == {"resourceId": sender_id, "resourceLocation": f"{BASE}/Senders/{sender_id}"}
    after = world.get(f"/Senders/{sender_id}").body
    assert after == {**before, "status": "DEACTIVATED", "updatedAt": after["updatedAt"]}
    assert after["updatedAt"] > before["updatedAt"]
    world.patch(f"/Senders/{sender_id}", {"displayName": "Sales", "tags": {}, "status": "ACTIVATED"})
    last = world.get(f"/Senders/{sender_id}").body
    assert (last["displayName"], last["tags"], last["status"]) == ("Sales", {}, "ACTIVATED")


@pytest.mark.parametrize(
    ("change", "context"),
    [
        ({"status": "GONE"}, "$.status"),
        ({"status": None}, "$.status"),
        ({"address": "+12065550124"}, "$.address"),
        ({"tags": {f"k{n}": "v" for n in range(11)}}, "$.tags"),
    ],
)
def test_a_bad_change_is_refused(world: World, change: Any, context: str) -> None:
    assert problems_of(world.patch(f"/Senders/{created(world)}", change)) == [(400, context)]


@pytest.mark.parametrize("sender_id", [UNKNOWN, "comms_sender_1", "1"])
def test_an_unknown_sender_is_not_found(world: World, sender_id: str) -> None:
    assert world.get(f"/Senders/{sender_id}").status == 404
    assert world.patch(f"/Senders/{sender_id}", {"displayName": "x"}).status == 404


def test_a_sender_of_another_account_is_not_found(world: World) -> None:
    sender_id = created(world)
    other, _ = world.new_account()

    assert world.get(f"/Senders/{sender_id}", account=other).status == 404
    assert world.patch(f"/Senders/{sender_id}", {"displayName": "x"}, account=other).status == 404
    assert sender_id not in [sender["id"] for sender in world.get("/Senders", account=other).body["senders"]]


# ------------------------------------------------------------------------------------- lists


def test_a_list_has_the_newest_first_and_every_sender_once(world: World) -> None:
    made = [created(world, address=f"+1206555{n:04}") for n in range(7)]

    for size in ("1", "2", "3", "1000"):
        found = listed(world, pageSize=size)

        assert found == sorted(found, reverse=True)
        assert len(found) == 10
        assert set(made) < set(found)


def test_a_page_can_be_read_again_by_its_own_token(world: World) -> None:
    first = world.get("/Senders", {"pageSize": "2"}).body
    second = world.get("/Senders", {"pageSize": "2", "pageToken": first["pagination"]["next"]}).body

    again = world.get("/Senders", {"pageSize": "2", "pageToken": second["pagination"]["self"]}).body

    assert again == second
    assert second["pagination"]["next"] is None
    assert (len(first["senders"]), len(second["senders"])) == (2, 1)


def test_filters_of_a_list_hold_together(world: World) -> None:
    off = created(world)
    on = created(world, address="+12065550124")
    world.patch(f"/Senders/{off}", {"status": "DEACTIVATED"})
    at = world.get(f"/Senders/{on}").body["createdAt"]

    assert listed(world, status="DEACTIVATED") == [off]
    assert listed(world, channel="SMS", status="ACTIVATED")[0] == on
    assert off not in listed(world, channel="SMS", status="ACTIVATED")
    assert listed(world, channel="RCS", status="DEACTIVATED") == []
    assert listed(world, channel="EMAIL") == listed(world, channel="PUSH") == []
    assert on not in listed(world, startDate=at)
    assert on not in listed(world, endDate=at)
    assert listed(world, startDate="2020-01-01T00:00:00Z", endDate="2020-01-02T00:00:00Z") == []
    assert len(listed(world, startDate="2020-01-01T00:00:00Z", pageSize="2")) == 5


@pytest.mark.parametrize(
    ("query", "context"),
    [
        ({"channel": "FAX"}, "$.channel"),
        ({"status": "activated"}, "$.status"),
        ({"pageSize": "0"}, "$.pageSize"),
        ({"pageSize": "1001"}, "$.pageSize"),
        ({"pageToken": "x"}, "$.pageToken"),
        ({"startDate": "today"}, "$.startDate"),
        ({"startDate": "2026-01-02T00:00:00Z", "endDate": "2026-01-02T00:00:00Z"}, "$.endDate"),
    ],
)
def test_a_bad_query_is_refused(world: World, query: dict[str, str], context: str) -> None:
    assert problems_of(world.get("/Senders", query)) == [(400, context)]


def test_a_token_is_good_for_its_account_and_filters_only(world: World) -> None:
    token = world.get("/Senders", {"pageSize": "1"}).body["pagination"]["next"]
    other, _ = world.new_account()

    assert problems_of(world.get("/Senders", {"pageToken": token, "channel": "SMS"})) == [
        (400, "$.pageToken")
    ]
    assert problems_of(world.get("/Senders", {"pageToken": token}, account=other)) == [(400, "$.pageToken")]


# ------------------------------------------------------------------------------------ search


def test_a_search_finds_the_sender_of_an_address(world: World) -> None:
    sender_id = created(world)

    found = world.post("/Senders/Search", SMS).body

    assert found["senders"] == [world.get(f"/Senders/{sender_id}").body]
    assert found["pagination"]["next"] is None
    again = world.post("/Senders/Search", {**SMS, "pageToken": found["pagination"]["self"]})
    assert again.body == found
    assert world.post("/Senders/Search", {**SMS, "status": "ACTIVATED", "pageSize": 1}).body["senders"]
    for other in (
        {"status": "DEACTIVATED"}, {"channel": "WHATSAPP"}, {"channel": "EMAIL"}, {"address": "+12065550199"},
    ):  # fmt: skip
        assert world.post("/Senders/Search", {**SMS, **other}).body["senders"] == []
    stranger, _ = world.new_account()
    assert world.post("/Senders/Search", SMS, account=stranger).body["senders"] == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [(400, "$.address"), (400, "$.channel")]),
        ({**SMS, "channel": "FAX"}, [(400, "$.channel")]),
        ({**SMS, "status": None}, [(400, "$.status")]),
        ({**SMS, "pageSize": 1001}, [(400, "$.pageSize")]),
        ({**SMS, "pageSize": "5"}, [(400, "$.pageSize")]),
        ({**SMS, "pageToken": "x"}, [(400, "$.pageToken")]),
    ],
)
def test_a_bad_search_is_refused(world: World, body: Any, expected: list[tuple[int, str | None]]) -> None:
    assert problems_of(world.post("/Senders/Search", body)) == expected


# ----------------------------------------------------------------------------------- resolve


def resolved(world: World, *to: Any, **more: Any) -> list[tuple[str, str, int]]:
    """The pairs as channel of the sender, channel of the address, priority."""
    answer = world.post("/Senders/Resolve", {"recipientAddresses": to, **more})
    assert answer.status == 200, answer.body
    return [
        (each["from"]["channel"], each["to"]["channel"], each["priority"]) for each in answer.body["results"]
    ]


def test_resolve_pairs_senders_with_addresses_in_the_documented_order(world: World) -> None:
    answer = world.post("/Senders/Resolve", {"recipientAddresses": [RESOLVE_TO]})

    [agent] = [each for each in world.senders() if each.channel == "RCS"]
    assert answer.status == 200
    assert answer.body["results"][0] == {
        "from": {
            "senderId": agent.sender_id,
            "displayName": None,
            "address": "herald_sandbox_agent",
            "channel": "RCS",
        },
        "to": RESOLVE_TO,
        "priority": 0,
    }
    assert resolved(world, RESOLVE_TO, RESOLVE_WHATSAPP) == [
        ("RCS", "PHONE", 0), ("WHATSAPP", "WHATSAPP", 1), ("SMS", "PHONE", 2),
    ]  # fmt: skip


def test_resolve_finds_nobody_for_what_cannot_be_reached(world: World) -> None:
    assert resolved(world, RESOLVE_EMAIL) == []
    assert resolved(world, RESOLVE_TO, channels={"filterIn": []}) == []
    assert resolved(world, RESOLVE_TO, channels={"filterIn": ["EMAIL", "WHATSAPP"]}) == []


def test_resolve_keeps_to_the_channels_that_were_asked_for(world: World) -> None:
    priority = [{"channel": "PUSH", "priority": 0}, {"channel": "SMS", "priority": 1}]

    assert resolved(world, RESOLVE_TO, RESOLVE_EMAIL, channels={"priority": priority}) == [
        ("SMS", "PHONE", 0), ("RCS", "PHONE", 1),
    ]  # fmt: skip
    assert resolved(world, RESOLVE_TO, channels={"filterIn": ["RCS"]}) == [("RCS", "PHONE", 0)]


@pytest.mark.parametrize("listed_too", [False, True])
def test_resolve_by_addresses_of_senders(world: World, listed_too: bool) -> None:
    named = {"address": "+15005550006", "channel": "SMS"}

    found = resolved(world, RESOLVE_TO, senderAddresses=[named] if listed_too else named)

    assert found == [("SMS", "PHONE", 0)]
    assert resolved(world, RESOLVE_TO, senderAddresses={**named, "address": "+12065550199"}) == []
    assert resolved(world, RESOLVE_TO, senderAddresses={"address": "a@example.org", "channel": "EMAIL"}) == []


def test_resolve_answers_ten_at_most_and_no_sender_that_is_deactivated(world: World) -> None:
    for number in range(12):
        created(world, address=f"+1206555{number:04}")
    [agent] = [each.sender_id for each in world.senders() if each.channel == "RCS"]

    assert [priority for *_, priority in resolved(world, RESOLVE_TO)] == list(range(10))
    world.patch(f"/Senders/{agent}", {"status": "DEACTIVATED"})
    assert {channel for channel, *_ in resolved(world, RESOLVE_TO)} == {"SMS"}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [(400, "$.recipientAddresses")]),
        ({"recipientAddresses": []}, [(400, "$.recipientAddresses")]),
        ({"recipientAddresses": [RESOLVE_TO] * 101}, [(400, "$.recipientAddresses")]),
        (
            {"recipientAddresses": [{**RESOLVE_TO, "address": "x"}]},
            [(21614, "$.recipientAddresses[0].address")],
        ),
        (
            {"recipientAddresses": [{"address": "x", "channel": "SMS"}]},
            [(400, "$.recipientAddresses[0].channel")],
        ),
        (
            {"recipientAddresses": [RESOLVE_TO], "senderPoolId": "comms_senderpool_1"},
            [(21606, "$.senderPoolId")],
        ),
        (
            {"recipientAddresses": [RESOLVE_TO], "senderPoolId": "x", "senderAddresses": [SMS]},
            [(400, "$")],
        ),
        ({"recipientAddresses": [RESOLVE_TO], "senderAddresses": []}, [(400, "$.senderAddresses")]),
        (
            {"recipientAddresses": [RESOLVE_TO], "channels": {"filterIn": ["SMS", "SMS"]}},
            [(400, "$.channels.filterIn")],
        ),
        (
            {"recipientAddresses": [RESOLVE_TO], "channels": {"priority": [{"channel": "SMS"}]}},
            [(400, "$.channels.priority[0].priority")],
        ),
    ],
)
def test_a_bad_resolve_is_refused(world: World, body: Any, expected: list[tuple[int, str | None]]) -> None:
    assert problems_of(world.post("/Senders/Resolve", body)) == expected
