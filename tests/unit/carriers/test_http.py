"""What an endpoint of the user's own is asked, and what its answers mean."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from herald.carriers import Accepted, NotSent, Outcome, Rejected, Stopped, Unknown
from herald.carriers.http import webhooks
from herald.carriers.http.settings import settings_of
from herald.model.delivery import Delivery
from herald.model.message import Billing
from tests.unit.carriers.far_end import Reply, Request
from tests.unit.carriers.messages import PERSON, RCS, SMS, message
from tests.unit.carriers.web_harnesses import CALLBACK_SECRET, PUBLIC_URL, HttpHarness

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Scripted(HttpHarness):
    """Answers everything alike."""

    answer = Reply(202, {"message": {"id": "m-1"}})

    def _answer(self, request: Request) -> Reply:
        return self.answer


@pytest.fixture
def far() -> Iterator[Scripted]:
    harness = Scripted()
    with harness.far_end:
        yield harness


def test_a_message_is_json_with_a_key(far: Scripted) -> None:
    sent = message(PERSON, SMS, parts=2, delivery=Delivery(validity_period=60, max_price="0.05"))

    assert far.carrier.send(sent) == Accepted("m-1")

    [request] = far.far_end.requests
    key = f"{sent.account}.{sent.message_id}.1"
    body = json.loads(request.body)
    url = body.pop("callbackUrl")
    assert url.startswith(f"{PUBLIC_URL}/Callbacks/http/Receipts?key={key}~")
    assert body == {
        "key": key,
        "channel": "SMS",
        "from": SMS.address,
        "to": PERSON,
        "text": "Hello",
        "parts": 2,
        "validityPeriod": 60,
        "maxPrice": "0.05",
    }
    assert request.path == "/messages"
    assert request.headers["idempotency-key"] == key
    assert request.headers["authorization"] == "Bearer token"


def test_what_only_one_channel_shows_is_handed_on_as_it_is(far: Scripted) -> None:
    rcs = {"text": "Rich", "suggestions": [{"reply": {"text": "Yes", "postbackData": "y"}}]}

    far.carrier.send(message(PERSON, RCS, text=None, rcs=rcs, media=("https://a.example/1.png",)))

    body = json.loads(far.far_end.requests[0].body)
    assert (body["rcs"], body["media"], "text" in body) == (rcs, ["https://a.example/1.png"], False)


@pytest.mark.parametrize(
    ("auth", "expected"),
    [({}, None), ({"bearer": "b"}, "Bearer b"), ({"username": "u", "password": "p"}, "Basic dTpw")],
)
def test_a_request_to_an_endpoint_has_its_credentials(far: Scripted, auth: Any, expected: str | None) -> None:
    far.at(far.far_end.url, auth=auth).send(message())

    assert far.far_end.requests[0].headers.get("authorization") == expected


def test_a_request_may_be_signed(far: Scripted) -> None:
    far.at(far.far_end.url, auth={"signingSecret": SECRET}).send(message())

    [request] = far.far_end.requests
    assert webhooks.is_signed(request.headers, request.body, SECRET, time.time())
    assert not webhooks.is_signed(request.headers, request.body + b" ", SECRET, time.time())


def refused(code: Any) -> dict[str, Any]:
    return {"errors": [{"code": code}]}


ANSWERS: list[tuple[Reply, Outcome]] = [
    (Reply(200, {"message": {"id": 17}}), Accepted("17")),
    (Reply(200, {"message": {}}), Unknown()),
    (Reply(200, refused("STOPPED")), Rejected(21610)),
    (Reply(200, refused("NO_SENDER")), Stopped(21606)),
    (Reply(200, refused("BUSY")), NotSent(1)),
    (Reply(200, refused("odd")), Unknown()),
    (Reply(204), Unknown()),
    (Reply(400, refused("STOPPED")), Rejected(21610)),
    (Reply(400, refused(30007)), Rejected(30007)),
    (Reply(400, refused("odd")), Rejected(30008)),
    (Reply(400), Rejected(30008)),
    (Reply(401), Stopped(30002)),
    (Reply(401, refused("odd")), Stopped(30002)),
    (Reply(403), Stopped(30002)),
    (Reply(403, refused("STOPPED")), Rejected(21610)),
    (Reply(408), Unknown()),
    (Reply(429, None, headers=(("Retry-After", "9"),)), NotSent(9)),
    (Reply(500), Unknown()),
    (Reply(503, refused("BUSY"), headers=(("Retry-After", "9"),)), NotSent(9)),
    (Reply(301, None, headers=(("Location", "/x"),)), Unknown()),
]


@pytest.mark.parametrize(("answer", "expected"), ANSWERS)
def test_an_answer_means_one_thing(far: Scripted, answer: Reply, expected: Outcome) -> None:
    far.answer = answer

    assert far.carrier.send(message()) == expected
    assert len(far.far_end.requests) == 1


def test_an_endpoint_without_ids_takes_a_message_under_its_key(far: Scripted) -> None:
    far.answer = Reply(204)
    sent = message()

    outcome = far.at(far.far_end.url, id="").send(sent)

    assert outcome == Accepted(f"{sent.account}.{sent.message_id}.1")


def test_an_id_that_no_index_holds_is_not_kept(far: Scripted) -> None:
    far.answer = Reply(200, {"message": {"id": "x" * 257}})
    sent = message()

    assert far.carrier.send(sent) == Accepted(f"{sent.account}.{sent.message_id}.1")


GOOD = {"url": "https://a.example/x", "callbackSecret": CALLBACK_SECRET}
WRONG: list[dict[str, Any]] = [
    {"url": "ftp://a.example"},
    {"url": None},
    {"callbackSecret": ""},
    {"callbackSecret": "whsec_no base64!"},
    {"callbackSecret": "whsec_"},
    {"callbackSecret": "whsec_c2hvcnQ="},
    {"callbackSecret": "too short"},
    {"url": "http://[bad/"},
    # What is sent is personal, and carries credentials.
    {"url": "http://gateway.example.com/messages"},
    {"url": "http://127.0.0.1.example.com/"},
    # Twice at most, or not at all?
    {"stops": ["BUSY"], "again": ["BUSY"]},
    {"url": "https://a.example:99999/"},
    {"url": "https:///x"},
    {"url": "https://a.example/x\n"},
    {"auth": {"bearer": "b\n"}},
    {"auth": {"password": "p"}},
    {"auth": {"bearer": "b", "username": "u"}},
    {"auth": {"bearer": "b", "signingSecret": SECRET}},
    {"auth": {"token": "b"}},
    {"codes": {"x": "y"}},
    {"wings": 2},
]


@pytest.mark.parametrize("wrong", WRONG)
def test_settings_that_are_wrong_are_told(wrong: dict[str, Any]) -> None:
    settings_of({"http": GOOD})

    with pytest.raises(ValidationError):
        settings_of({"http": GOOD | wrong})


def test_a_signature_is_that_of_the_specification() -> None:
    # The example of the Standard Webhooks specification's reference libraries.
    headers = {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": "1614265330",
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    }
    body = b'{"test": 2432232314}'

    assert webhooks.is_signed(headers, body, SECRET, 1614265330)
    assert webhooks.is_signed(
        headers | {"webhook-signature": "v1,x v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="},
        body,
        SECRET,
        1614265630,
    )
    assert not webhooks.is_signed(headers, body, SECRET, 1614265330 + 301)
    assert not webhooks.is_signed(headers, body, SECRET, 1614265330 - 301)
    assert not webhooks.is_signed(headers | {"webhook-id": "msg_2"}, body, SECRET, 1614265330)
    for name in headers:
        assert not webhooks.is_signed(headers | {name: ""}, body, SECRET, 1614265330)


def test_rcs_that_another_channel_may_follow_has_five_minutes(far: Scripted) -> None:
    far.carrier.send(message(sender=RCS, has_fallback=True))
    far.carrier.send(message(sender=RCS))
    far.carrier.send(message(has_fallback=True))

    told = [json.loads(request.body).get("validityPeriod") for request in far.far_end.requests]
    assert told == [300, None, None]


def test_a_refusal_keeps_what_the_endpoint_says(far: Scripted) -> None:
    far.answer = Reply(400, {**refused("STOPPED"), "message": "said stop"})

    outcome = far.carrier.send(message())

    assert isinstance(outcome, Rejected)
    assert outcome.said == Billing(carrier_code="STOPPED", carrier_message="said stop")
