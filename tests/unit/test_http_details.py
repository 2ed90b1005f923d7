"""Where the published file, or HTTP, is plain: through the front door."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from herald.model.addresses import SenderChannel
from herald.model.inbound import Inbound
from tests.endpoints import ALL
from tests.world import Response, World, http_event

PHONE = {"address": "+15005550100", "channel": "PHONE"}
HELLO: dict[str, Any] = {"to": [PHONE], "content": {"text": "Hello"}}


@pytest.fixture(scope="module")
def world(shared_world: World) -> World:
    return shared_world


def ask(world: World, method: str, path: str, query: Mapping[str, str] | None = None) -> Response:
    return world._call(http_event(method, path, world.account, query=query))


# ---------------------------------------------------------------------------- schedules


def send_at(world: World, *times: str) -> Response:
    return world.post("/Messages", {**HELLO, "schedule": {"sendAt": list(times)}})


def soon(**later: float) -> datetime:
    return datetime.now(UTC) + (timedelta(**later) if later else timedelta(hours=1))


@pytest.mark.parametrize("digits", range(1, 10))
def test_a_fraction_of_a_second_has_1_to_9_digits(world: World, digits: int) -> None:
    assert send_at(world, f"{soon():%Y-%m-%dT%H:%M:%S}.{'1' * digits}Z").status == 202


@pytest.mark.parametrize(
    "form", ["%Y-%m-%dT%H:%MZ", "%Y-%m-%d %H:%M:%SZ", "%Y%m%dT%H%M%SZ", "%Y-%m-%d", "%s"]
)
def test_what_is_no_rfc_3339_is_refused(world: World, form: str) -> None:
    answer = send_at(world, soon().strftime(form))

    assert answer.status == 400
    assert [each["context"] for each in answer.body["errors"]] == ["$.schedule.sendAt"]


def test_of_several_expressions_the_first_counts(world: World) -> None:
    first = soon(hours=2).replace(microsecond=0)

    answer = send_at(world, first.isoformat(), soon(hours=5).isoformat(), "whenever")

    assert answer.status == 202
    world.settle()
    [message] = world.messages(operationId=answer.body["operationId"])
    assert datetime.fromisoformat(message["scheduledFor"]) == first


@pytest.mark.parametrize(("hours", "status"), [(23, 202), (25, 400)])
def test_more_than_a_day_ago_is_refused_and_shown_as_understood(
    world: World, hours: int, status: int
) -> None:
    at = soon(hours=-hours).replace(microsecond=0)

    answer = send_at(world, (at + timedelta(hours=2)).replace(tzinfo=None).isoformat() + "+02:00")

    assert answer.status == status
    if status == 400:
        assert f"{at:%Y-%m-%dT%H:%M:%SZ}" in answer.body["errors"][0]["message"]


# --------------------------------------------------------------------------- recipients


def test_addresses_beside_an_address_are_a_connected_recipient(world: World) -> None:
    both = {"addresses": [{**PHONE, "address": "+15005550101"}], **PHONE}

    answer = world.post("/Messages", {**HELLO, "to": [both]})

    assert answer.status == 202
    world.settle()
    [message] = world.messages(operationId=answer.body["operationId"])
    assert message["to"] == [{**PHONE, "address": "+15005550101"}]


# ----------------------------------------------------------------------------- messages


def test_an_attempt_names_its_sender_without_a_pool_and_the_carrier_s_id(world: World) -> None:
    senders = world.get("/Senders", {"channel": "SMS"}).body["senders"]
    made = world.post("/SenderPools", {"senders": [{"senderId": senders[0]["id"]}]})
    [pool] = world.get("/SenderPools", {"operationId": made.body["operationId"]}).body["senderPools"]
    sent = world.post("/Messages", {**HELLO, "from": {"senderPoolId": pool["id"]}})
    world.settle()

    [listed] = world.messages(operationId=sent.body["operationId"])
    [attempt] = world.get(f"/Messages/{listed['id']}").body["attempts"]

    assert listed["from"]["senderPoolId"] == pool["id"]
    assert attempt["from"].keys() == {"address", "channel", "senderId"}
    assert attempt["carrierId"] == f"sandbox-{listed['id']}-1"
    sought = world.get(f"/Messages/Seek/{attempt['carrierId']}")
    assert (sought.status, sought.headers["Location"].rsplit("/", 1)[1]) == (301, listed["id"])


@pytest.mark.parametrize("identifier", ["wamid.HBgL+/x==", "a/b/c", "a b", "100%", "é", "a?b#c"])
@pytest.mark.parametrize("is_decoded", [False, True])
def test_a_seek_takes_every_character(
    world: World, identifier: str, is_decoded: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("herald.carriers.sandbox._carrier_id", lambda _: identifier)
    operation_id = world.send("+15005550140")
    world.settle()
    [listed] = world.messages(operationId=operation_id)
    if is_decoded and not set(identifier) & set("% ?#é"):
        path = f"/Messages/Seek/{identifier}"
    else:
        path = f"/Messages/Seek/{quote(identifier, safe='')}"

    # Of messages with one id of the carrier, any is found.
    found = world.get(path).headers.get("Location", "").rsplit("/", 1)[-1]
    assert world.get(f"/Messages/{found}").body["attempts"][0]["carrierId"] == identifier
    assert listed["id"]


def test_what_a_person_wrote_has_its_extras_beside_the_content(world: World) -> None:
    world.inbound(
        Inbound(
            carrier="sandbox",
            account=world.account,
            id="in-7",
            source="+12065550177",
            to="+15005550006",
            channel=SenderChannel.SMS,
            text="STOP",
            postback_data="stop-please",
            at=datetime.now(UTC),
        )
    )
    world.settle()

    [listed] = world.messages(status="INBOUND")
    found = world.get(f"/Messages/{listed['id']}").body
    assert found["content"] == {"text": "STOP"}
    assert (found["keyword"], found["postbackData"]) == ("STOP", "stop-please")

    [session] = [each for each in found["related"] if each["name"] == "SESSION"]
    shown = world.get(session["uri"].split("/v1")[1]).body
    assert shown["id"] == session["id"]
    assert shown["person"] == {"address": "+12065550177", "channel": "PHONE"}
    assert shown["sender"]["address"] == "+15005550006"
    assert shown["updatedAt"] == listed["createdAt"]


def test_a_session_that_does_not_exist_is_404(world: World) -> None:
    assert world.get("/Sessions/comms_session_01h9krwprkeee8fzqspvwy6nq8").status == 404


# --------------------------------------------------------------------------------- HTTP


@pytest.mark.parametrize(
    "endpoint",
    [each for each in ALL if each.method == "GET" and "{" not in each.path],
    ids=lambda each: each.name,
)
def test_head_says_what_get_says_without_the_body(world: World, endpoint: Any) -> None:
    get, head = ask(world, "GET", endpoint.path), ask(world, "HEAD", endpoint.path)

    assert (head.status, head.headers) == (get.status, get.headers)
    assert not head.body


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", "/Messages", "GET, HEAD, POST"),
        ("DELETE", "/Messages/comms_message_01h9krwprkeee8fzqspvwy6nq8000", "GET, HEAD"),
        ("POST", "/Messages/Operations", "GET, HEAD"),
        ("GET", "/Messages/Operations/x/Cancel", "POST"),
        ("DELETE", "/Senders", "GET, HEAD, POST"),
        ("POST", "/Keywords", "DELETE, GET, HEAD, PUT"),
        ("POST", "/docs", "GET, HEAD"),
        ("GET", "/Callbacks/twilio/Receipts", "POST"),
        ("OPTIONS", "/Senders/Search", "GET, HEAD, PATCH, POST"),
    ],
)
def test_another_method_on_a_known_path_is_405(world: World, method: str, path: str, allowed: str) -> None:
    answer = ask(world, method, path)

    assert (answer.status, answer.headers["Allow"]) == (405, allowed)
    assert answer.body["errors"][0]["code"] == 20004


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
@pytest.mark.parametrize(
    "path", ["/", "/Nothing", "/Messages/a/b/c", "/Senders/a/b", "/Messages/Operations/a/b/c"]
)
def test_an_unknown_path_is_a_404_of_ours(world: World, method: str, path: str) -> None:
    answer = ask(world, method, path)

    assert answer.status == 404
    assert answer.body["errors"][0]["code"] == 20404


def test_a_plus_that_was_not_encoded_is_told(world: World) -> None:
    answer = ask(world, "GET", "/Messages", {"startDate": "2026-01-02T03:04:05 02:00"})

    assert answer.status == 400
    assert "%2B" in answer.body["errors"][0]["message"]


def test_our_own_codes_are_explained_on_our_own_page(world: World) -> None:
    world.post("/Messages", HELLO, headers={"Idempotency-Key": "one"})
    answer = world.post("/Messages", {**HELLO, "tags": {"a": "b"}}, headers={"Idempotency-Key": "one"})

    [error] = answer.body["errors"]
    assert (answer.status, error["code"]) == (409, 99010)
    base, _, anchor = error["infoUrl"].partition("/docs#")
    assert base == "https://abc123.execute-api.us-east-1.amazonaws.com/v1"
    assert f'id="{anchor}"' in world.get("/docs").body


# ---------------------------------------------------------------------- halves of characters


@pytest.mark.parametrize("name", ["to", "operationId", "pageToken", "\ud800"])
def test_half_of_a_character_in_a_query_is_an_error_of_ours(world: World, name: str) -> None:
    assert ask(world, "GET", "/Messages", {name: "\ud800"}).status in (200, 400)
