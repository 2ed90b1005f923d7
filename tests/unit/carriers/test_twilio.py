"""What Twilio is asked, and what its answers mean."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from herald.carriers import Accepted, NotSent, OutboundMessage, Outcome, Rejected, Stopped, Unknown
from herald.carriers.twilio.callbacks import is_signed
from herald.carriers.twilio.form import Form
from herald.carriers.twilio.inbound import inbound_of
from herald.carriers.twilio.settings import settings_of
from herald.model.delivery import Delivery
from herald.model.message import Billing
from tests.unit.carriers.far_end import Reply, Request
from tests.unit.carriers.messages import PERSON, RCS, SMS, WHATSAPP, message
from tests.unit.carriers.web_harnesses import ACCOUNT_SID, PUBLIC_URL, TwilioHarness


class Scripted(TwilioHarness):
    """Answers everything alike."""

    answer = Reply(201, {"sid": "SM1"})

    def _answer(self, request: Request) -> Reply:
        return self.answer


@pytest.fixture
def far() -> Iterator[Scripted]:
    harness = Scripted()
    with harness.far_end:
        yield harness


def form(far: Scripted, sent: OutboundMessage) -> dict[str, Any]:
    """The parameters that a message is sent with, but for the callback."""
    assert isinstance(far.carrier.send(sent), Accepted)
    [request] = far.far_end.requests
    found = far.form(request)
    found.pop("StatusCallback")
    return {name: values if name == "MediaUrl" else values[0] for name, values in found.items()}


def test_a_message_is_a_form_with_credentials_and_a_callback(far: Scripted) -> None:
    sent = message(PERSON, SMS)
    far.carrier.send(sent)

    [request] = far.far_end.requests
    assert request.path == f"/2010-04-01/Accounts/{ACCOUNT_SID}/Messages.json"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"
    encoded = request.headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(encoded).decode() == f"{ACCOUNT_SID}:token"
    assert far.form(request)["StatusCallback"] == [
        f"{PUBLIC_URL}/Callbacks/twilio/Receipts?key={sent.account}.{sent.message_id}.1#rc=3&rp=all"
    ]


def test_an_api_key_sends_in_place_of_the_auth_token(far: Scripted) -> None:
    carrier = far.at(far.far_end.url, apiKeySid="SK1", apiKeySecret="s")

    carrier.send(message())

    encoded = far.far_end.requests[0].headers["authorization"].removeprefix("Basic ")
    assert base64.b64decode(encoded) == b"SK1:s"


ONE, TWO = "https://a.example/1.png", "https://a.example/2.png"
SHAPES: list[tuple[OutboundMessage, dict[str, Any]]] = [
    (message(PERSON, SMS, text="Grüße & ünd"), {"From": SMS.address, "To": PERSON, "Body": "Grüße & ünd"}),
    (
        message(PERSON, SMS, text=None, media=(ONE, TWO)),
        {"From": SMS.address, "To": PERSON, "MediaUrl": [ONE, TWO]},
    ),
    (
        message(PERSON, WHATSAPP),
        {"From": f"whatsapp:{WHATSAPP.address}", "To": f"whatsapp:{PERSON}", "Body": "Hello"},
    ),
    (message(PERSON, RCS), {"From": "rcs:rcs-0123456789abcdef", "To": f"rcs:{PERSON}", "Body": "Hello"}),
    (
        message(PERSON, RCS, text=None, rcs={"text": "Rich", "suggestions": []}),
        {"From": "rcs:rcs-0123456789abcdef", "To": f"rcs:{PERSON}", "Body": "Rich"},
    ),
    (
        message(PERSON, RCS, text=None, rcs={"contentInfo": {"fileUrl": ONE}}),
        {"From": "rcs:rcs-0123456789abcdef", "To": f"rcs:{PERSON}", "MediaUrl": [ONE]},
    ),
    (
        message(PERSON, SMS, carrier_sender_id="MG" + "0" * 32),
        {"MessagingServiceSid": "MG" + "0" * 32, "To": PERSON, "Body": "Hello"},
    ),
    (
        message(PERSON, SMS, delivery=Delivery(validity_period=259_200, max_price="0.05")),
        {"From": SMS.address, "To": PERSON, "Body": "Hello", "ValidityPeriod": "36000", "MaxPrice": "0.05"},
    ),
]


@pytest.mark.parametrize(("sent", "expected"), SHAPES)
def test_a_message_has_the_form_of_its_channel(
    far: Scripted, sent: OutboundMessage, expected: dict[str, Any]
) -> None:
    assert form(far, sent) == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"text": None, "rcs": {"richCard": {"standaloneCard": {}}}},
        {"text": None, "rcs": {"text": "Hi", "suggestions": [{"reply": {}}]}},
        {"text": None, "media": ()},
        {"text": None, "whatsapp": {"type": "template"}},
        {"media": (ONE,) * 11},
    ],
)
def test_what_twilio_cannot_be_told_is_refused_without_asking(far: Scripted, changes: Any) -> None:
    assert far.carrier.send(message(PERSON, RCS, **changes)) == Rejected(63021)
    assert far.far_end.requests == []


def told(code: int, status: int = 400) -> dict[str, Any]:
    return {"code": code, "message": "no", "more_info": "https://…", "status": status}


ANSWERS: list[tuple[Reply, Outcome]] = [
    (Reply(201, {"sid": "SM1", "error_code": None}), Accepted("SM1")),
    (Reply(201, {"status": "queued"}), Unknown()),
    (Reply(200, "fine"), Unknown()),
    (Reply(400, told(21211)), Rejected(21211)),
    (Reply(400, told(21610)), Rejected(21610)),
    (Reply(400, told(99_999)), Rejected(99_999)),
    (Reply(401, told(20003)), Stopped(20003)),
    (Reply(401, None), Stopped(20003)),
    (Reply(403, ["no"]), Stopped(20003)),
    (Reply(404, told(20404)), Stopped(20404)),
    (Reply(404, None), Rejected(30008)),
    (Reply(400, told(21606)), Stopped(21606)),
    (Reply(400, told(21659)), Stopped(21659)),
    (Reply(400, told(21661)), Stopped(21661)),
    (Reply(400, told(30002)), Stopped(30002)),
    (Reply(400, told(63007)), Stopped(63007)),
    (Reply(400, told(21611)), NotSent(1)),
    (Reply(429, told(20429)), NotSent(1)),
    (Reply(429, None, headers=(("Retry-After", "7"),)), NotSent(7)),
    (Reply(429, None, headers=(("Retry-After", "999999"),)), NotSent(900)),
    (Reply(429, None, headers=(("Retry-After", "Wed, 21 Oct 2026 07:28:00 GMT"),)), NotSent(1)),
    (Reply(408, told(20408)), Unknown()),
    (Reply(307, None, headers=(("Location", "/elsewhere"),)), Unknown()),
    (Reply(500, told(20500)), Unknown()),
    (Reply(503, told(20503)), Unknown()),
]


@pytest.mark.parametrize(("answer", "expected"), ANSWERS)
def test_an_answer_means_one_thing(far: Scripted, answer: Reply, expected: Outcome) -> None:
    far.answer = answer

    assert far.carrier.send(message()) == expected
    assert len(far.far_end.requests) == 1


@pytest.mark.parametrize(
    "secret",
    [
        {},
        {"twilio": {}},
        {"twilio": {"accountSid": "AC1", "authToken": "t"}},
        {"twilio": {"accountSid": ACCOUNT_SID, "authToken": ""}},
        {"twilio": {"accountSid": ACCOUNT_SID, "authToken": "t", "apiKeySid": "SK1"}},
        {"twilio": {"accountSid": ACCOUNT_SID, "authToken": "t", "apiKeySecret": "s"}},
        {"twilio": {"accountSid": ACCOUNT_SID, "authToken": "t", "baseUrl": "http://api.twilio.com"}},
    ],
)
def test_settings_that_are_wrong_are_told(secret: Any) -> None:
    with pytest.raises((KeyError, ValidationError)):
        settings_of(secret)


def test_an_error_about_settings_does_not_tell_them() -> None:
    with pytest.raises(ValidationError) as raised:
        settings_of({"twilio": {"accountSid": "a secret", "authToken": 17}})

    assert "a secret" not in str(raised.value)


# A request that Twilio's documentation of security has signed.
DOCUMENTED = {
    "CallSid": "CA1234567890ABCDE",
    "Caller": "+12349013030",
    "Digits": "1234",
    "From": "+12349013030",
    "To": "+18005551212",
}


def test_a_signature_is_made_as_twilio_makes_it() -> None:
    url = "https://mycompany.com/myapp.php?foo=1&bar=2"
    signature = "0/KCTR6DLpKmkAf8muzZqo1nDgQ="

    assert is_signed([url], Form([*DOCUMENTED.items()]), signature, "12345")
    assert not is_signed([url], Form([*DOCUMENTED.items()]), signature, "12346")
    assert not is_signed([url], Form([*DOCUMENTED.items(), ("To", "+1")]), signature, "12345")


def test_a_callback_without_a_sender_is_no_message() -> None:
    from datetime import UTC, datetime

    assert inbound_of(Form([("Body", "Hi")]), datetime.now(UTC)) is None
    assert inbound_of(Form([("MessageSid", "SM1"), ("To", "+1")]), datetime.now(UTC)) is None


@pytest.mark.parametrize("code", [21610, 21606])
def test_a_refusal_keeps_what_twilio_says(far: Scripted, code: int) -> None:
    far.answer = Reply(400, told(code))

    outcome = far.carrier.send(message())

    assert isinstance(outcome, Rejected | Stopped)
    assert outcome.said == Billing(carrier_code=str(code), carrier_message="no")
