"""What carriers call: their signatures, and the way of what they say to the messages."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, get_args
from urllib.parse import urlencode

import boto3
import pytest

from herald import runtime
from herald.carriers.callback_keys import sign
from tests.callbacks import TOKEN, from_http, from_twilio, world_with_callbacks
from tests.faults import Death, Faults, When
from tests.unit.carriers.web_harnesses import (
    ACCOUNT_SID,
    CALLBACK_SECRET,
    PUBLIC_URL,
    http,
    twilio,
)
from tests.world import REGION, Response, World

WHENS: tuple[When, ...] = get_args(When)
GATEWAY_URL = "https://abc123.execute-api.us-east-1.amazonaws.com/v1"
PERSON = "+12065550100"
OURS = "+15005550006"


@pytest.fixture
def world(aws: pytest.MonkeyPatch, faults: Faults) -> World:
    return world_with_callbacks(aws)


def status_of(status: str, **more: str) -> dict[str, str]:
    return {"MessageSid": "SM1", "MessageStatus": status, "AccountSid": ACCOUNT_SID, **more}


def sent(world: World) -> Any:
    """A message that the sandbox took and will never report of."""
    operation_id = world.send("+15005550140")
    world.settle()
    [message] = world.messages(operationId=operation_id)
    assert message["status"] == "SENT"
    return message


def send_from(world: World, address: str) -> str:
    sender: dict[str, Any] = {"from": {"address": address, "channel": "SMS"}}
    return world.send(PERSON, **sender)


def key_of(world: World, message: Any, attempt: int = 1) -> str:
    return f"{world.account}.{message['id']}.{attempt}"


def shown(world: World, message: Any) -> Any:
    return world.get(f"/Messages/{message['id']}").body


def snapshot(world: World) -> list[Any]:
    queues = [world.bodies(name) for name in ("ReceiptQueue", "InboundQueue")]
    return [world.items(), queues]


# --------------------------------------------------------------------------- twilio


@pytest.mark.parametrize(
    ("status", "expected", "error"),
    [
        ("queued", "SENT", None),
        ("sending", "SENT", None),
        ("sent", "SENT", None),
        ("delivered", "DELIVERED", None),
        ("read", "READ", None),
        ("undelivered", "UNDELIVERED", 30003),
        ("failed", "UNDELIVERED", 30003),
    ],
)
def test_a_status_of_twilio_moves_its_message(
    world: World, status: str, expected: str, error: int | None
) -> None:
    message = sent(world)
    form = status_of(status, **({"ErrorCode": "30003"} if error else {}))

    answer = from_twilio(world, "/Callbacks/twilio/Receipts", form, key_of(world, message))
    world.settle()

    assert (answer.status, answer.body) == (204, None)
    after = shown(world, message)
    assert after["status"] == expected
    assert (after["error"] or {}).get("code") == error


def test_a_receipt_on_the_queue_holds_nothing_personal(world: World) -> None:
    message = sent(world)
    form = status_of("delivered", To=PERSON, From=OURS, Body="Hello")

    from_twilio(world, "/Callbacks/twilio/Receipts", form, key_of(world, message))

    [body] = world.bodies("ReceiptQueue")
    assert json.loads(body)["receipts"] == [
        {
            "account": world.account,
            "messageId": message["id"],
            "attempt": 1,
            "person": None,
            "status": "DELIVERED",
            "error": None,
        }
    ]


@pytest.mark.parametrize("base", [PUBLIC_URL, GATEWAY_URL])
@pytest.mark.parametrize("fragment", ["", "#rc=3&rp=all"])
def test_twilio_may_sign_any_form_of_the_url(world: World, base: str, fragment: str) -> None:
    message = sent(world)

    answer = from_twilio(
        world,
        "/Callbacks/twilio/Receipts",
        status_of("delivered"),
        key_of(world, message),
        base=base,
        fragment=fragment,
    )

    assert answer.status == 204


FORGERIES: dict[str, dict[str, Any]] = {
    "another token": {"token": "another"},
    "another status": {"changed": {"MessageStatus": "read"}},
    "one parameter more": {"changed": {"ErrorCode": "1"}},
    "another host": {"base": "https://elsewhere.example.com/v1"},
    "another path": {"base": f"{PUBLIC_URL}/Callbacks"},
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_twilio_has_not_signed_changes_nothing(world: World, forgery: str) -> None:
    message = sent(world)
    before = snapshot(world)

    answer = from_twilio(
        world,
        "/Callbacks/twilio/Receipts",
        status_of("delivered"),
        key_of(world, message),
        **FORGERIES[forgery],
    )

    assert answer.status == 403
    assert answer.body["errors"][0]["code"] == 20403
    assert snapshot(world) == before


def test_the_key_is_part_of_what_is_signed(world: World) -> None:
    message = sent(world)
    form, path = status_of("delivered"), "/Callbacks/twilio/Receipts"
    url = f"{PUBLIC_URL}{path}?key={key_of(world, message)}"
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    signature = base64.b64encode(hmac.new(TOKEN.encode(), text.encode(), hashlib.sha1).digest()).decode()

    answer = world.callback(
        path, urlencode(form), {"X-Twilio-Signature": signature}, {"key": key_of(world, message, 2)}
    )

    assert answer.status == 403


@pytest.mark.parametrize("headers", [{}, {"X-Twilio-Signature": ""}, {"X-Twilio-Signature": "ü"}])
def test_a_request_without_a_signature_is_refused(world: World, headers: dict[str, str]) -> None:
    answer = world.callback("/Callbacks/twilio/Receipts", "MessageStatus=sent", headers)

    assert answer.status == 403


@pytest.mark.parametrize(
    ("key", "status"), [(None, "sent"), ("AC1.nothing.1", "sent"), ("ours", "receiving"), ("ours", "new")]
)
def test_what_tells_nothing_of_a_message_of_ours_is_taken_and_dropped(
    world: World, key: str | None, status: str
) -> None:
    message = sent(world)
    key = key_of(world, message) if key == "ours" else key

    answer = from_twilio(world, "/Callbacks/twilio/Receipts", status_of(status), key)

    assert answer.status == 204
    assert world.bodies("ReceiptQueue") == []


def test_a_status_that_is_repeated_changes_a_message_once(world: World) -> None:
    message = sent(world)
    for _ in range(2):
        from_twilio(world, "/Callbacks/twilio/Receipts", status_of("delivered"), key_of(world, message))
        world.settle()

    assert shown(world, message)["status"] == "DELIVERED"


def deaths(faults: Faults, call: Callable[[], Response]) -> Iterator[Death]:
    """Let a function die at each of its calls to the outside; each time, the carrier calls again."""
    for death in (Death(number, when) for number in count() for when in WHENS):
        # A new worker reads its secret anew.
        runtime.reset()
        with faults.until(death):
            call()
        if not faults.happened:
            return
        assert call().status in (200, 204)
        yield death


def test_wherever_a_callback_dies_its_repeat_moves_the_message(world: World, faults: Faults) -> None:
    message = sent(world)

    def call() -> Response:
        return from_twilio(
            world, "/Callbacks/twilio/Receipts", status_of("delivered"), key_of(world, message)
        )

    # The secret, and the queue.
    assert len([*map(str, deaths(faults, call))]) == 4
    world.settle()
    assert shown(world, message)["status"] == "DELIVERED"


def test_what_the_queue_does_not_take_is_not_acknowledged(world: World, faults: Faults) -> None:
    message = sent(world)
    client = boto3.client("sqs", region_name=REGION)
    url = world.queues["ReceiptQueue"]
    client.delete_queue(QueueUrl=url)

    answer = from_twilio(world, "/Callbacks/twilio/Receipts", status_of("delivered"), key_of(world, message))

    assert answer.status == 500


def written(sid: str = "SM7", **more: str) -> dict[str, str]:
    form = {"MessageSid": sid, "From": PERSON, "To": OURS, "Body": "Thank you!", "NumMedia": "0"}
    return {**form, **more}


def test_what_somebody_writes_to_a_number_of_twilio_is_a_message(world: World) -> None:
    media = {"NumMedia": "2", "MediaUrl0": "https://a.example/1", "MediaUrl1": "https://a.example/2"}
    answer = from_twilio(world, "/Callbacks/twilio/Messages", written(**media))
    world.settle()

    assert (answer.status, answer.body) == (200, "<Response/>")
    assert answer.headers["Content-Type"].startswith("text/xml")
    [message] = world.messages(status="INBOUND")
    assert message["from"] == {"address": PERSON, "channel": "PHONE"}
    assert shown(world, message)["content"] == {
        "text": "Thank you!",
        "media": [{"url": "https://a.example/1"}, {"url": "https://a.example/2"}],
    }


@pytest.mark.parametrize(
    ("prefix", "to", "channel"),
    [("whatsapp:", "+15005550008", "WHATSAPP"), ("rcs:", "herald-agent", "RCS"), ("", OURS, "SMS")],
)
def test_what_somebody_writes_is_of_its_channel(world: World, prefix: str, to: str, channel: str) -> None:
    [ours] = [each for each in world.senders() if each.channel == channel]

    from_twilio(
        world,
        "/Callbacks/twilio/Messages",
        written(From=prefix + PERSON, To=prefix + ours.address, ButtonPayload="yes"),
    )
    world.settle()

    [message] = world.messages(status="INBOUND")
    assert message["to"][0]["channel"] == channel
    assert shown(world, message)["content"]["postbackData"] == "yes"


def test_a_message_that_twilio_brings_again_is_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_twilio(world, "/Callbacks/twilio/Messages", written())
    time.sleep(0.01)
    from_twilio(world, "/Callbacks/twilio/Messages", written())
    first, second = (json.loads(body)["inbound"][0] for body in world.bodies("InboundQueue"))
    world.settle()

    assert first == second
    assert len(world.messages(status="INBOUND")) == 1
    from_twilio(world, "/Callbacks/twilio/Messages", written("SM8"))
    world.settle()
    assert len(world.messages(status="INBOUND")) == 2


def test_wherever_a_callback_dies_its_repeat_is_the_same_message(world: World, faults: Faults) -> None:
    def call() -> Response:
        return from_twilio(world, "/Callbacks/twilio/Messages", written())

    # The secret, when the message first came, and the queue.
    assert len([*map(str, deaths(faults, call))]) == 6
    world.settle()
    assert len(world.messages(status="INBOUND")) == 1


# ----------------------------------------------------------------------------- http

DELIVERED = {"status": "DELIVERED"}


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
    "ten minutes old": {"at": time.time() - 600},
    "from the future": {"at": time.time() + 600},
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


def test_every_problem_of_a_receipt_is_told(world: World) -> None:
    message = sent(world)
    body = {"status": "FAILED", "price": "cheap", "parts": 0, "wings": 2}

    answer = from_http(world, "/Callbacks/http/Receipts", body, signed_key(world, message))

    assert answer.status == 400
    assert [each["context"] for each in answer.body["errors"]] == [
        "$.status",
        "$.price",
        "$.parts",
        "$.wings",
    ]
    assert world.bodies("ReceiptQueue") == []


def test_what_somebody_writes_to_the_endpoint_is_a_message(world: World) -> None:
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


def test_every_problem_of_what_somebody_writes_is_told(world: World) -> None:
    answer = from_http(world, "/Callbacks/http/Messages", {"id": "", "from": PERSON, "to": OURS, "at": "now"})

    assert answer.status == 400
    assert sorted(each["context"] for each in answer.body["errors"]) == ["$.at", "$.channel", "$.id"]


# -------------------------------------------------------------------- without settings


def test_nobody_may_call_a_stack_without_such_carriers(aws: pytest.MonkeyPatch, faults: Faults) -> None:
    world = World.create(aws.setenv)

    assert from_twilio(world, "/Callbacks/twilio/Receipts", status_of("delivered")).status == 403
    assert from_twilio(world, "/Callbacks/twilio/Receipts", status_of("delivered"), token="").status == 403
    assert from_http(world, "/Callbacks/http/Messages", {}).status == 403
    assert from_http(world, "/Callbacks/http/Messages", {}, secret="").status == 403


# ------------------------------------------------------------------------ there and back


def test_a_sender_of_twilio_sends_by_twilio_and_hears_of_it(aws: pytest.MonkeyPatch, faults: Faults) -> None:
    with twilio() as harness:
        world = world_with_callbacks(aws, harness.far_end.url)
        answer = world.post("/Senders", {"channel": "SMS", "address": "+15005550077", "carrier": "twilio"})
        assert answer.status == 202, answer.body
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
        [sms] = [each for each in world.senders() if each.channel == "SMS"]
        assert world.patch(f"/Senders/{sms.sender_id}", {"carrier": "http"}).status == 202
        operation_id = send_from(world, OURS)
        world.settle()

        [request] = harness.far_end.requests
        url = json.loads(request.body)["callbackUrl"]
        from_http(world, "/Callbacks/http/Receipts", DELIVERED, url.split("?key=")[1])
        world.settle()

        [message] = world.messages(operationId=operation_id)
        assert message["status"] == "DELIVERED"


@pytest.mark.parametrize("carrier", ["aws", "pigeon"])
def test_a_sender_names_only_what_the_stack_has(world: World, carrier: str) -> None:
    new = {"channel": "SMS", "address": "+15005550077", "carrier": carrier, "wings": 2}
    [sms] = [each for each in world.senders() if each.channel == "SMS"]

    made = world.post("/Senders", new)
    changed = world.patch(f"/Senders/{sms.sender_id}", {"carrier": carrier})

    assert (made.status, changed.status) == (400, 400)
    assert [each["context"] for each in made.body["errors"]] == ["$.carrier", "$.wings"]
    assert [each["context"] for each in changed.body["errors"]] == ["$.carrier"]
    if carrier == "aws":
        assert changed.body["errors"][0]["message"] == (
            "must be a carrier that the stack has: http, sandbox, twilio"
        )


def test_a_carrier_that_is_not_enabled_any_more_sends_nothing(aws: pytest.MonkeyPatch, world: World) -> None:
    [sms] = [each for each in world.senders() if each.channel == "SMS"]
    assert world.patch(f"/Senders/{sms.sender_id}", {"carrier": "http"}).status == 202
    aws.setenv("SENDER_CARRIERS", "")
    runtime.reset()

    operation_id = send_from(world, OURS)
    world.settle()

    [message] = world.messages(operationId=operation_id)
    assert message["status"] == "FAILED"
    assert shown(world, message)["error"]["code"] == 99007
