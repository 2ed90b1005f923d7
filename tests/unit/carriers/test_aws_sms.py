"""What AWS gets for a message to a phone, as the fake sees it: it takes only what the models allow."""

import time
from collections.abc import Iterator
from typing import Any

import pytest

from herald.carriers import Accepted, Carrier, NotSent, Outcome, Rejected, Stopped
from herald.carriers.aws.media import MediaCopies
from herald.carriers.aws.sending import Aws
from herald.carriers.aws.sms import AwsSms
from herald.carriers.aws.whatsapp import AwsWhatsApp
from herald.carriers.callback_keys import pack
from herald.model.delivery import Delivery
from tests.unit.carriers.harnesses import aws_at, client
from tests.unit.carriers.messages import OPERATION, PERSON, RCS, SMS, message
from tools.fake_carrier import FakeCarrier

PICTURE = "https://example.org/picture.png"


@pytest.fixture
def fake() -> Iterator[FakeCarrier]:
    with FakeCarrier() as fake:
        yield fake


@pytest.fixture
def carrier(fake: FakeCarrier) -> Carrier:
    return aws_at(fake.url, aws_configuration_set="herald")


class Copies(MediaCopies):
    """Says where media are, and copies none."""

    def __init__(self, result: str | Outcome) -> None:
        self.result = result
        self.asked: list[tuple[str, str]] = []

    def copy(self, operation_id: str, url: str, limits: Any) -> str | Outcome:
        self.asked.append((operation_id, url))
        return self.result


def with_media(fake: FakeCarrier, copies: MediaCopies) -> Aws:
    return Aws(
        AwsSms(lambda: client("pinpoint-sms-voice-v2", fake.url), copies, ""),
        AwsWhatsApp(lambda: client("socialmessaging", fake.url)),
    )


def test_a_text(fake: FakeCarrier, carrier: Carrier) -> None:
    sent = message()

    outcome = carrier.send(sent)

    [call] = fake.calls()
    assert outcome == Accepted(call.message_id)
    assert call.operation == "SendTextMessage"
    assert call.parameters == {
        "DestinationPhoneNumber": PERSON,
        "OriginationIdentity": "+15005550006",
        "MessageBody": "Hello",
        "Context": {"herald": pack(sent)},
        "ConfigurationSetName": "herald",
    }


def test_how_it_is_to_be_carried(fake: FakeCarrier, carrier: Carrier) -> None:
    delivery = Delivery(validity_period=259_200, max_price="0.05", dry_run=True)

    carrier.send(message(delivery=delivery))
    carrier.send(message(sender=RCS, text=None, rcs={"text": "Hi"}, delivery=delivery))

    assert [
        {name: call.parameters[name] for name in ("TimeToLive", "MaxPrice", "DryRun")}
        for call in fake.calls()
    ] == [
        {"TimeToLive": 259_200, "MaxPrice": "0.05", "DryRun": True},
        # RCS keeps nothing for longer than two days.
        {"TimeToLive": 172_800, "MaxPrice": "0.05", "DryRun": True},
    ]


@pytest.mark.parametrize(
    ("validity", "seconds"), [(None, 300), (60, 60), (259_200, 172_800)], ids=["untold", "short", "long"]
)
def test_a_text_by_rcs_is_taken_back_in_favour_of_another_channel(
    fake: FakeCarrier, carrier: Carrier, validity: int | None, seconds: int
) -> None:
    """Only SendRcsMessage takes back what did not arrive in time."""
    delivery = Delivery(validity_period=validity) if validity else None

    outcome = carrier.send(message(sender=RCS, has_fallback=True, delivery=delivery))

    [call] = fake.calls()
    assert outcome == Accepted(call.message_id)
    assert call.operation == "SendRcsMessage"
    assert call.parameters["RcsMessageContent"] == {"Content": {"TextMessage": {"Body": "Hello"}}}
    assert call.parameters["TimeToLive"] == seconds


def test_what_nothing_follows_has_all_the_time(fake: FakeCarrier, carrier: Carrier) -> None:
    carrier.send(message(sender=RCS))
    carrier.send(message(sender=RCS, text=None, rcs={"text": "Hi"}))
    carrier.send(message(has_fallback=True))

    assert [call.operation for call in fake.calls()] == [
        "SendTextMessage",
        "SendRcsMessage",
        "SendTextMessage",
    ]
    assert all("TimeToLive" not in call.parameters for call in fake.calls())


def test_a_module_of_rcs_is_taken_back_too(fake: FakeCarrier, carrier: Carrier) -> None:
    carrier.send(message(sender=RCS, text=None, rcs={"text": "Hi"}, has_fallback=True))

    [call] = fake.calls()
    assert call.parameters["TimeToLive"] == 300


def test_a_sender_may_have_another_id_at_aws(fake: FakeCarrier, carrier: Carrier) -> None:
    carrier.send(message(carrier_sender_id="pool-0123456789abcdef"))

    [call] = fake.calls()
    assert call.sender == "pool-0123456789abcdef"


def test_a_sender_that_aws_cannot_have_stops(fake: FakeCarrier, carrier: Carrier) -> None:
    sender = SMS.model_copy(update={"address": "Old Shop"})

    assert carrier.send(message(sender=sender)) == Stopped(21606)
    assert fake.calls() == []


@pytest.mark.parametrize("address", ["MyBank", "12345", "12065550199"])
@pytest.mark.parametrize("content", [{}, {"text": None, "rcs": {"text": "Hi"}}])
def test_an_rcs_sender_with_the_address_of_an_sms_sender_stops(
    fake: FakeCarrier, carrier: Carrier, address: str, content: dict[str, Any]
) -> None:
    """AWS would send an SMS from it, and the address may be another account's."""
    sender = RCS.model_copy(update={"address": address})

    assert carrier.send(message(sender=sender, **content)) == Stopped(21606)
    assert fake.calls() == []
    assert isinstance(
        carrier.send(message(sender=sender, carrier_sender_id="rcs-0123456789abcdef")), Accepted
    )


def test_a_text_that_aws_does_not_take_is_refused(fake: FakeCarrier, carrier: Carrier) -> None:
    assert carrier.send(message(text=" \n")) == Rejected(63021)
    assert [call.answer for call in fake.calls()] == ["refuse"]


# ------------------------------------------------------------------------------ media


@pytest.mark.parametrize("text", ["Look", None])
def test_a_medium_is_sent_from_the_bucket(fake: FakeCarrier, text: str | None) -> None:
    copies = Copies("s3://herald-media/a/b.png")

    outcome = with_media(fake, copies).send(message(text=text, media=(PICTURE,)))

    [call] = fake.calls()
    assert isinstance(outcome, Accepted)
    assert copies.asked == [(OPERATION, PICTURE)]
    assert call.operation == "SendMediaMessage"
    assert call.parameters["MediaUrls"] == ["s3://herald-media/a/b.png"]
    assert call.parameters.get("MessageBody") == text


@pytest.mark.parametrize("outcome", [Rejected(30019), NotSent(10), Stopped(21620)])
def test_a_medium_that_is_not_copied_sends_nothing(fake: FakeCarrier, outcome: Outcome) -> None:
    assert with_media(fake, Copies(outcome)).send(message(media=(PICTURE,))) == outcome
    assert fake.calls() == []


def test_a_medium_that_took_long_to_copy_is_sent_the_next_time(
    fake: FakeCarrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or a worker would run out of its time while it sends."""
    now = time.monotonic()

    class Slow(Copies):
        def copy(self, *asked: Any) -> str | Outcome:
            monkeypatch.setattr(time, "monotonic", lambda: now + 3_600)
            return super().copy(*asked)

    carrier = with_media(fake, Slow("s3://herald-media/a/b.png"))
    sent = message(media=(PICTURE,))

    assert carrier.send(sent) == NotSent(1)
    assert fake.calls() == []
    assert isinstance(carrier.send(sent), Accepted)


@pytest.mark.parametrize("sender", [SMS, RCS])
def test_aws_takes_one_medium(fake: FakeCarrier, carrier: Carrier, sender: Any) -> None:
    outcome = carrier.send(message(sender=sender, media=(PICTURE, PICTURE)))

    assert outcome == Rejected(21623)
    assert fake.calls() == []


# -------------------------------------------------------------------------------- RCS


def rcs(fake: FakeCarrier, carrier: Carrier, **content: Any) -> Any:
    """What AWS gets for a content; it must have taken it."""
    outcome = carrier.send(message(sender=RCS, **content))
    [call] = fake.calls()
    assert outcome == Accepted(call.message_id), call
    assert call.sender == "rcs-0123456789abcdef"
    return call


def test_a_text_over_rcs_is_a_text(fake: FakeCarrier, carrier: Carrier) -> None:
    call = rcs(fake, carrier)

    assert (call.operation, call.parameters["MessageBody"]) == ("SendTextMessage", "Hello")


def test_a_medium_over_rcs_is_a_file(fake: FakeCarrier, carrier: Carrier) -> None:
    call = rcs(fake, carrier, text=None, media=(PICTURE,))

    assert call.parameters["RcsMessageContent"] == {"Content": {"FileMessage": {"FileUrl": PICTURE}}}


def test_a_medium_and_a_text_over_rcs_are_a_card(fake: FakeCarrier, carrier: Carrier) -> None:
    call = rcs(fake, carrier, text="Look", media=(PICTURE,))

    assert call.parameters["RcsMessageContent"]["Content"]["RichCard"] == {
        "CardOrientation": "VERTICAL",
        "CardContent": {"Description": "Look", "Media": {"FileUrl": PICTURE, "Height": "MEDIUM"}},
    }


TAP = {"text": "Tap", "postbackData": "tapped"}
AWS_TAP = {"Text": "Tap", "PostbackData": "tapped"}
SUGGESTIONS: list[tuple[Any, Any]] = [
    ({"reply": TAP}, {"Reply": AWS_TAP}),
    (
        {"action": {**TAP, "dialAction": {"phoneNumber": "+12065550123"}}},
        {"DialPhone": {**AWS_TAP, "PhoneNumber": "+12065550123"}},
    ),
    (
        {"action": {**TAP, "openUrlAction": {"url": "https://example.org"}}},
        {"OpenUrl": {**AWS_TAP, "Url": "https://example.org"}},
    ),
    (
        {
            "action": {
                **TAP,
                "openUrlAction": {
                    "url": "https://example.org",
                    "application": "WEBVIEW",
                    "webviewViewMode": "HALF",
                },
            }
        },
        {
            "OpenUrl": {
                **AWS_TAP,
                "Url": "https://example.org",
                "Application": "WEBVIEW",
                "WebviewViewMode": "HALF",
            }
        },
    ),
    (
        {
            "action": {
                **TAP,
                "viewLocationAction": {"latLong": {"latitude": 47.6, "longitude": -122.3}, "label": "Here"},
            }
        },
        {"ShowLocation": {**AWS_TAP, "Latitude": 47.6, "Longitude": -122.3, "Label": "Here"}},
    ),
    (
        {"action": {**TAP, "viewLocationAction": {"query": "a café & more"}}},
        {
            "OpenUrl": {
                **AWS_TAP,
                "Url": "https://www.google.com/maps/search/?api=1&query=a+caf%C3%A9+%26+more",
            }
        },
    ),
    (
        {
            "action": {
                **TAP,
                "createCalendarEventAction": {
                    "title": "Visit",
                    "description": "At ours",
                    "startTime": "2026-11-23T10:00:00+01:00",
                    "endTime": "2026-11-23t10:30:00z",
                },
            }
        },
        {
            "CreateCalendarEvent": {
                **AWS_TAP,
                "Title": "Visit",
                "Description": "At ours",
                "StartTime": 1_795_424_400,
                "EndTime": 1_795_429_800,
            }
        },
    ),
    ({"action": {**TAP, "shareLocationAction": {}}}, {"RequestLocation": AWS_TAP}),
]


@pytest.mark.parametrize(("ours", "theirs"), SUGGESTIONS, ids=lambda value: next(iter(value)))
def test_a_suggestion(fake: FakeCarrier, carrier: Carrier, ours: Any, theirs: Any) -> None:
    call = rcs(fake, carrier, text=None, rcs={"text": "Hi", "suggestions": [ours]})

    assert call.operation == "SendRcsMessage"
    assert call.parameters["RcsMessageContent"] == {
        "Content": {"TextMessage": {"Body": "Hi"}},
        "Suggestions": [theirs],
    }


MEDIA = {"contentInfo": {"fileUrl": PICTURE, "thumbnailUrl": PICTURE, "forceRefresh": True}, "height": "TALL"}
AWS_MEDIA = {"FileUrl": PICTURE, "ThumbnailUrl": PICTURE, "Height": "TALL"}
RICH: list[tuple[str, Any, Any]] = [
    (
        "a file",
        {"contentInfo": MEDIA["contentInfo"]},
        {"FileMessage": {"FileUrl": PICTURE, "ThumbnailUrl": PICTURE}},
    ),
    (
        "a card, upright by itself",
        {"richCard": {"standaloneCard": {"cardContent": {"title": "T"}}}},
        {"RichCard": {"CardOrientation": "VERTICAL", "CardContent": {"Title": "T"}}},
    ),
    (
        "a card, lying",
        {
            "richCard": {
                "standaloneCard": {
                    "cardOrientation": "HORIZONTAL",
                    "thumbnailImageAlignment": "LEFT",
                    "cardContent": {
                        "title": "T",
                        "description": "D",
                        "media": MEDIA,
                        "suggestions": [{"reply": TAP}],
                    },
                }
            }
        },
        {
            "RichCard": {
                "CardOrientation": "HORIZONTAL",
                "ThumbnailImageAlignment": "LEFT",
                "CardContent": {
                    "Title": "T",
                    "Description": "D",
                    "Media": AWS_MEDIA,
                    "Suggestions": [{"Reply": AWS_TAP}],
                },
            }
        },
    ),
    (
        "a carousel, whose cards are lower",
        {"richCard": {"carouselCard": {"cardContents": [{"media": MEDIA}, {"title": "T"}]}}},
        {
            "Carousel": {
                "CardWidth": "MEDIUM",
                "CardContents": [{"Media": {**AWS_MEDIA, "Height": "MEDIUM"}}, {"Title": "T"}],
            }
        },
    ),
]


@pytest.mark.parametrize(("ours", "theirs"), [pytest.param(*case[1:], id=case[0]) for case in RICH])
def test_rich_content(fake: FakeCarrier, carrier: Carrier, ours: Any, theirs: Any) -> None:
    call = rcs(fake, carrier, text=None, rcs=ours)

    assert call.parameters["RcsMessageContent"] == {"Content": theirs}


# ------------------------------------------------------------------------- connections


def test_a_connection_that_was_idle_is_not_used_again(
    fake: FakeCarrier, carrier: Carrier, monkeypatch: pytest.MonkeyPatch
) -> None:
    carrier.send(message())
    carrier.send(message())
    before = fake.connections

    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 60)
    carrier.send(message())

    assert (before, fake.connections) == (1, 2)
