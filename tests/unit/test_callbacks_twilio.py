"""What Twilio calls: its signatures, and the way of what it says to the messages."""

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
from tests.callbacks import (
    OURS,
    PERSON,
    TOKEN,
    from_twilio,
    key_of,
    sent,
    shown,
    signed_by_twilio,
    snapshot,
    status_of,
    world_with_callbacks,
)
from tests.sim import Death, Faults, When
from tests.unit.carriers.web_harnesses import PUBLIC_URL
from tests.world import REGION, Response, World

WHENS: tuple[When, ...] = get_args(When)
GATEWAY_URL = "https://abc123.execute-api.us-east-1.amazonaws.com/v1"


@pytest.fixture
def world(aws: pytest.MonkeyPatch, faults: Faults) -> World:
    return world_with_callbacks(aws)


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
        # A new worker reads its secret again.
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
    assert shown(world, message)["postbackData"] == "yes"


def test_a_message_that_twilio_brings_again_is_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from_twilio(world, "/Callbacks/twilio/Messages", written())
    time.sleep(0.01)
    from_twilio(world, "/Callbacks/twilio/Messages", written())
    first, second = (json.loads(body)["inbound"][0] for body in world.bodies("InboundQueue"))
    world.settle()

    assert {**first, "at": ""} == {**second, "at": ""}
    assert len(world.messages(status="INBOUND")) == 1
    from_twilio(world, "/Callbacks/twilio/Messages", written("SM8"))
    world.settle()
    assert len(world.messages(status="INBOUND")) == 2


def test_wherever_a_callback_dies_its_repeat_is_the_same_message(world: World, faults: Faults) -> None:
    def call() -> Response:
        return from_twilio(world, "/Callbacks/twilio/Messages", written())

    # The secret, and the queue.
    assert len([*map(str, deaths(faults, call))]) == 4
    world.settle()
    assert len(world.messages(status="INBOUND")) == 1


# ------------------------------------------------------------------------ the query as it was sent

_QUERY_FORMS = [
    ("a=1&b=2", {"a": "1", "b": "2"}),
    ("name=Ada+Lovelace", {"name": "Ada Lovelace"}),
    ("name=Ada%20Lovelace", {"name": "Ada Lovelace"}),
    ("path=%2Fa%2Fb", {"path": "/a/b"}),
    ("path=/a/b", {"path": "/a/b"}),
    ("url=https://x.example/a", {"url": "https://x.example/a"}),
    ("url=https%3A%2F%2Fx.example%2Fa", {"url": "https://x.example/a"}),
    ("to=a@b,c;d!e$f*(g)+", {"to": "a@b,c;d!e$f*(g)+"}),
    ("name=Zoë", {"name": "Zoë"}),
    ("name=Zo%C3%AB", {"name": "Zoë"}),
    ("flag=", {"flag": ""}),
    ("flag", {"flag": ""}),
]


def of_query(world: World, signed: str, query: dict[str, str]) -> Response:
    """A receipt under a URL whose query Twilio signed as `signed`, and API Gateway shows as `query`."""
    path, form = "/Callbacks/twilio/Receipts", status_of("delivered")
    headers = signed_by_twilio(f"{PUBLIC_URL}{path}?{signed}", form, token=TOKEN)
    return world.callback(path, urlencode(form), headers, query)


@pytest.mark.parametrize(("sent_as", "shown_as"), _QUERY_FORMS)
def test_a_query_is_verified_in_the_form_in_which_it_was_sent(
    world: World, sent_as: str, shown_as: dict[str, str]
) -> None:
    message = sent(world)
    key = key_of(world, message)

    answer = of_query(world, f"key={key}&{sent_as}", {"key": key, **shown_as})

    assert answer.status == 204, answer.body
    world.settle()
    assert shown(world, message)["status"] == "DELIVERED"


@pytest.mark.parametrize(("sent_as", "shown_as"), _QUERY_FORMS)
def test_a_query_that_was_not_signed_is_refused(world: World, sent_as: str, shown_as: dict[str, str]) -> None:
    key = key_of(world, sent(world))
    before = snapshot(world)

    assert of_query(world, f"key={key}", {"key": key, **shown_as}).status == 403
    assert of_query(world, f"key={key}&{sent_as}", {"key": key}).status == 403
    changed = {name: f"{value}x" for name, value in shown_as.items()}
    assert of_query(world, f"key={key}&{sent_as}", {"key": key, **changed}).status == 403

    world.settle()
    assert snapshot(world) == before
