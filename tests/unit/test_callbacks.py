"""What an endpoint of the user's own calls, and senders whose carriers call back."""

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from herald import runtime
from herald.carriers.callback_keys import sign
from tests.callbacks import (
    OURS,
    PERSON,
    carried_by,
    from_http,
    from_twilio,
    key_of,
    send_from,
    sent,
    shown,
    snapshot,
    status_of,
    world_with_callbacks,
)
from tests.sim import Faults
from tests.unit.carriers.web_harnesses import CALLBACK_SECRET, http, twilio
from tests.world import World

DELIVERED = {"status": "DELIVERED"}


@pytest.fixture
def world(aws: pytest.MonkeyPatch, faults: Faults) -> World:
    return world_with_callbacks(aws)


def signed_key(world: World, message: Any) -> str:
    return sign(key_of(world, message), CALLBACK_SECRET)


def test_a_receipt_of_the_endpoint_moves_its_message_and_tells_its_cost(world: World) -> None:
    message = sent(world)
    billing = {"network": "Mobile", "price": "0.00581", "currency": "USD", "parts": 2}

    answer = from_http(
        world, "/Callbacks/http/Receipts", {**DELIVERED, **billing}, signed_key(world, message)
    )
    world.settle()

    assert (answer.status, answer.body) == (204, None)
    after = shown(world, message)
    assert after["status"] == "DELIVERED"
    assert after["attempts"][0]["billing"] == billing
    assert world.get(f"/Messages/{message['id']}/Receipts").body["receipts"][0]["billing"] == billing


@pytest.mark.parametrize(
    ("code", "ours"), [("STOPPED", 21610), (30005, 30005), ("odd", 30008), (None, 30008)]
)
def test_codes_of_the_endpoint_become_ours(world: World, code: str | int | None, ours: int) -> None:
    message = sent(world)
    body = {"status": "UNDELIVERED", **({"code": code} if code else {})}

    from_http(world, "/Callbacks/http/Receipts", body, signed_key(world, message))
    world.settle()

    assert shown(world, message)["error"]["code"] == ours


FORGED: dict[str, dict[str, Any]] = {
    "another secret": {"secret": "another"},
    "another body": {"changed": '{"status": "READ"}'},
    "ten minutes old": {"later": -600},
    "from the future": {"later": 600},
}


@pytest.mark.parametrize("forgery", FORGED)
@pytest.mark.parametrize("path", ["/Callbacks/http/Receipts", "/Callbacks/http/Messages"])
def test_what_the_endpoint_has_not_signed_changes_nothing(world: World, forgery: str, path: str) -> None:
    message = sent(world)
    before = snapshot(world)

    answer = from_http(world, path, DELIVERED, signed_key(world, message), **FORGED[forgery])

    assert (answer.status, answer.body["errors"][0]["code"]) == (403, 20403)
    assert snapshot(world) == before


@pytest.mark.parametrize(
    "change", [lambda key: key[:-1] + "_", lambda key: key.replace(".1~", ".2~"), lambda _: None]
)
def test_a_key_that_was_not_given_out_is_refused(world: World, change: Callable[[str], str | None]) -> None:
    message = sent(world)

    answer = from_http(world, "/Callbacks/http/Receipts", DELIVERED, change(signed_key(world, message)))

    assert answer.status == 403
    assert world.bodies("ReceiptQueue") == []


@pytest.mark.parametrize(
    ("field", "value"), [("text", "x" * 20_001), ("media", ["https://example.org/a.png"] * 31)]
)
def test_a_message_that_no_queue_would_take_is_told(world: World, field: str, value: Any) -> None:
    body = {
        "id": "in-1",
        "from": "+12065550100",
        "to": "+15005550006",
        "channel": "SMS",
        "at": "2026-11-23T10:00:00Z",
        field: value,
    }

    answer = from_http(world, "/Callbacks/http/Messages", body)

    assert answer.status == 400
    assert field in str(answer.body["errors"][0]["context"])
    assert world.bodies("InboundQueue") == []


@pytest.mark.parametrize("secret", ["no JSON", "[]", '"text"', "{}"])
def test_an_invalid_secret_refuses_every_call(
    world: World, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    message = sent(world)
    key = signed_key(world, message)
    monkeypatch.setattr("herald.runtime.carrier_secret", lambda _: json.loads(secret))

    answer = from_http(world, "/Callbacks/http/Receipts", DELIVERED, key)

    assert answer.status == 403
    assert world.bodies("ReceiptQueue") == []


def test_every_problem_of_a_receipt_is_told(world: World) -> None:
    message = sent(world)
    body = {"status": "FAILED", "price": "cheap", "parts": 0, "wings": 2}

    answer = from_http(world, "/Callbacks/http/Receipts", body, signed_key(world, message))

    assert answer.status == 400
    assert [each["context"] for each in answer.body["errors"]] == [
        "$.status",
        "$.price",
        "$.parts",
    ]
    assert world.bodies("ReceiptQueue") == []


def test_an_inbound_message_of_the_endpoint_is_a_message(world: World) -> None:
    body = {
        "id": "in-1",
        "from": PERSON,
        "to": OURS,
        "channel": "SMS",
        "text": "Hi",
        "at": "2026-11-23T10:00:00Z",
    }
    for _ in range(2):
        assert from_http(world, "/Callbacks/http/Messages", body).status == 204
        world.settle()

    [message] = world.messages(status="INBOUND")
    assert message["createdAt"] == "2026-11-23T10:00:00.000Z"
    assert shown(world, message)["content"] == {"text": "Hi"}


def test_every_problem_of_an_inbound_message_is_reported(world: World) -> None:
    answer = from_http(world, "/Callbacks/http/Messages", {"id": "", "from": PERSON, "to": OURS, "at": "now"})

    assert answer.status == 400
    assert sorted(each["context"] for each in answer.body["errors"]) == ["$.at", "$.channel", "$.id"]


# -------------------------------------------------------------------- without settings


def test_a_stack_without_such_carriers_refuses_every_call(aws: pytest.MonkeyPatch, faults: Faults) -> None:
    world = World.create(aws.setenv)

    assert from_twilio(world, "/Callbacks/twilio/Receipts", status_of("delivered")).status == 403
    assert from_twilio(world, "/Callbacks/twilio/Receipts", status_of("delivered"), token="").status == 403
    assert from_http(world, "/Callbacks/http/Messages", {}).status == 403
    assert from_http(world, "/Callbacks/http/Messages", {}, secret="").status == 403


# ------------------------------------------------------------------------ there and back


def test_a_sender_of_twilio_sends_by_twilio_and_hears_of_it(aws: pytest.MonkeyPatch, faults: Faults) -> None:
    with twilio() as harness:
        world = world_with_callbacks(aws, harness.far_end.url)
        carried_by(world, "twilio", "+15005550077")
        operation_id = send_from(world, "+15005550077")
        other = send_from(world, OURS)
        world.settle()

        [request] = harness.far_end.requests
        form = harness.form(request)
        [message] = world.messages(operationId=operation_id)
        assert (form["From"], form["To"], form["Body"]) == (["+15005550077"], [PERSON], ["Hello"])
        assert message["status"] == "SENT"
        # The sandbox's reports by itself.
        assert world.messages(operationId=other)[0]["status"] == "DELIVERED"

        key = harness.key(request)
        from_twilio(
            world,
            "/Callbacks/twilio/Receipts",
            status_of("delivered"),
            f"{key.account}.{key.message_id}.{key.attempt}",
        )
        world.settle()
        assert shown(world, message)["status"] == "DELIVERED"


def test_a_sender_of_the_endpoint_sends_by_it_and_hears_of_it(
    aws: pytest.MonkeyPatch, faults: Faults
) -> None:
    with http() as harness:
        world = world_with_callbacks(aws, harness.far_end.url)
        carried_by(world, "http", OURS)
        operation_id = send_from(world, OURS)
        world.settle()

        [request] = harness.far_end.requests
        url = json.loads(request.body)["callbackUrl"]
        from_http(world, "/Callbacks/http/Receipts", DELIVERED, url.split("?key=")[1])
        world.settle()

        [message] = world.messages(operationId=operation_id)
        assert message["status"] == "DELIVERED"


def test_a_carrier_that_is_not_enabled_any_more_sends_nothing(aws: pytest.MonkeyPatch, world: World) -> None:
    carried_by(world, "http", OURS)
    aws.setenv("SENDER_CARRIERS", "")
    runtime.reset()

    operation_id = send_from(world, OURS)
    world.settle()

    [message] = world.messages(operationId=operation_id)
    assert message["status"] == "FAILED"
    assert shown(world, message)["error"]["code"] == 99007


def test_a_gateway_s_own_way_of_writing_is_understood(world: World) -> None:
    """Unknown fields, numbers as strings, strings as numbers, words in lower case."""
    message = sent(world)
    body = {"status": "undelivered", "code": 30005.0, "parts": "2", "price": 0.05, "currency": "usd", "x": 1}

    answer = from_http(
        world, "/Callbacks/http/Receipts", {**body, "message": "No such handset"}, signed_key(world, message)
    )
    world.settle()

    assert answer.status == 204
    [attempt] = shown(world, message)["attempts"]
    assert attempt["billing"] == {"price": "0.05", "currency": "USD", "parts": 2}
    assert (attempt["carrierCode"], attempt["carrierMessage"]) == ("30005", "No such handset")
    assert attempt["error"]["code"] == 30005


@pytest.mark.parametrize("number", [PERSON[1:], int(PERSON[1:]), PERSON, f"tel:{PERSON}"])
def test_a_gateway_s_number_is_taken_however_it_is_written(world: World, number: Any) -> None:
    body = {
        "id": 7,
        "from": number,
        "to": OURS,
        "channel": "sms",
        "text": "STOP",
        "at": 1_790_000_000,
        "x": 1,
    }

    assert from_http(world, "/Callbacks/http/Messages", body).status == 204
    world.settle()

    [suppression] = world.get("/Suppressions").body["suppressions"]
    assert suppression["address"] == PERSON


def test_a_writer_without_a_number_is_refused(world: World) -> None:
    answer = from_http(
        world, "/Callbacks/http/Messages", {"id": "1", "from": "ACME", "to": OURS, "channel": "SMS"}
    )

    assert (answer.status, answer.body["errors"][0]["context"]) == (400, "$.from")


@pytest.mark.parametrize("query", [{"key": "\ud800~\ud800"}, {"\ud800": "a"}, None])
@pytest.mark.parametrize("carrier", ["twilio", "http"])
def test_half_of_a_character_is_no_signature(
    world: World, carrier: str, query: dict[str, str] | None
) -> None:
    signature = {
        "X-Twilio-Signature": "\udfff",
        "webhook-id": "\udfff",
        "webhook-timestamp": f"{int(time.time())}",
        "webhook-signature": "v1,\udfff",
    }

    assert world.callback(f"/Callbacks/{carrier}/Receipts", "{}", signature, query).status == 403
