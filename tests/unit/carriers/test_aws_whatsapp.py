"""What AWS, and so Meta, gets for a message to WhatsApp."""

from collections.abc import Iterator
from typing import Any

import pytest

from herald.carriers import Accepted, Carrier, NotSent, Rejected, Stopped
from herald.carriers.callback_keys import pack
from tests.unit.carriers.harnesses import aws_at
from tests.unit.carriers.messages import PERSON, WHATSAPP, message
from tools.fake_carrier import Behaviour, FakeCarrier


@pytest.fixture
def fake() -> Iterator[FakeCarrier]:
    with FakeCarrier() as fake:
        yield fake


@pytest.fixture
def carrier(fake: FakeCarrier) -> Carrier:
    return aws_at(fake.url)


def test_a_text(fake: FakeCarrier, carrier: Carrier) -> None:
    sent = message(sender=WHATSAPP)

    outcome = carrier.send(sent)

    [call] = fake.calls()
    assert outcome == Accepted(call.message_id)
    assert call.sender == "phone-number-id-00000000000000000000000000000001"
    assert call.parameters == {
        "messaging_product": "whatsapp",
        "recipient_type": "individual",
        "to": PERSON,
        "biz_opaque_callback_data": pack(sent),
        "type": "text",
        "text": {"body": "Hello"},
    }


JPEG, MP4, MP3 = (f"https://e.org/a.{ending}" for ending in ("jpg", "mp4?b=c", "mp3"))
BILL = "https://e.org/b/My%20bill.pdf"
MEDIA: list[tuple[str, str | None, str, Any]] = [
    (JPEG, "Look", "image", {"link": JPEG, "caption": "Look"}),
    (MP4, None, "video", {"link": MP4}),
    (MP3, None, "audio", {"link": MP3}),
    # Nothing stands below a sound.
    (MP3, "Hear", "document", {"link": MP3, "caption": "Hear", "filename": "a.mp3"}),
    (BILL, None, "document", {"link": BILL, "filename": "My bill.pdf"}),
    ("https://e.org", None, "document", {"link": "https://e.org"}),
]


@pytest.mark.parametrize(("url", "text", "kind", "expected"), MEDIA)
def test_a_medium(
    fake: FakeCarrier, carrier: Carrier, url: str, text: str | None, kind: str, expected: Any
) -> None:
    outcome = carrier.send(message(sender=WHATSAPP, text=text, media=(url,)))

    [call] = fake.calls()
    assert isinstance(outcome, Accepted)
    assert (call.parameters["type"], call.parameters[kind]) == (kind, expected)


TEMPLATE = {"type": "template", "template": {"name": "bill", "language": {"code": "en"}}}


def test_what_only_whatsapp_shows_goes_as_it_is(fake: FakeCarrier, carrier: Carrier) -> None:
    carrier.send(message(sender=WHATSAPP, text="in its place", whatsapp=TEMPLATE))

    [call] = fake.calls()
    assert {name: call.parameters[name] for name in TEMPLATE} == TEMPLATE
    assert "text" not in call.parameters


@pytest.mark.parametrize(
    ("changes", "code"), [({"media": ("https://e.org/a", "https://e.org/b")}, 21623), ({"text": None}, 63021)]
)
def test_what_cannot_be_said_is_refused(fake: FakeCarrier, carrier: Carrier, changes: Any, code: int) -> None:
    assert carrier.send(message(sender=WHATSAPP, **changes)) == Rejected(code)
    assert fake.calls() == []


def test_a_number_that_aws_does_not_have_stops(fake: FakeCarrier, carrier: Carrier) -> None:
    fake.director.direct(Behaviour(whatsapp_numbers={}))

    assert carrier.send(message(sender=WHATSAPP)) == Stopped(21606)
    assert fake.calls() == []


def test_a_number_is_found_however_it_is_written(fake: FakeCarrier, carrier: Carrier) -> None:
    fake.director.direct(Behaviour(whatsapp_numbers={"+1 500-555-0006": "phone-number-id-1"}))

    carrier.send(message(sender=WHATSAPP))

    assert [call.sender for call in fake.calls()] == ["phone-number-id-1"]


def test_an_id_that_is_known_is_not_looked_up(fake: FakeCarrier, carrier: Carrier) -> None:
    fake.director.direct(Behaviour(whatsapp_numbers={"+49": "phone-number-id-2"}))

    outcome = carrier.send(message(sender=WHATSAPP, carrier_sender_id="phone-number-id-2"))

    assert isinstance(outcome, Accepted)


def test_a_look_up_that_fails_has_sent_nothing(fake: FakeCarrier) -> None:
    url = fake.url
    fake.stop()

    assert isinstance(aws_at(url).send(message(sender=WHATSAPP)), NotSent)
