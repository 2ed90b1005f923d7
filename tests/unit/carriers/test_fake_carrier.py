"""The fake takes what AWS would take, refuses what AWS would refuse, and tells what it got."""

import base64
import json
import socket
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, ReadTimeoutError

from tests.unit.carriers.harnesses import client
from tools.fake_carrier import Answer, Behaviour, Control, FakeCarrier

TO = "+12065550100"


@pytest.fixture
def fake() -> Iterator[FakeCarrier]:
    with FakeCarrier() as fake:
        yield fake


@pytest.fixture
def sms(fake: FakeCarrier) -> Any:
    return client("pinpoint-sms-voice-v2", fake.url)


@pytest.fixture
def whatsapp(fake: FakeCarrier) -> Any:
    return client("socialmessaging", fake.url)


TEXT: dict[str, Any] = {
    "DestinationPhoneNumber": TO,
    "OriginationIdentity": "+15005550006",
    "MessageBody": "Hello",
}
RCS: dict[str, Any] = {"DestinationPhoneNumber": TO, "OriginationIdentity": "rcs-0123456789abcdef"}
CARD: dict[str, Any] = {"Title": "T"}
TAP = {"Text": "Tap", "PostbackData": "tapped"}


def rich(card: Any) -> dict[str, Any]:
    return {**RCS, "RcsMessageContent": {"Content": {"RichCard": card}}}


def chips(*suggestions: Any) -> dict[str, Any]:
    text = {"TextMessage": {"Body": "Hi"}}
    return {**RCS, "RcsMessageContent": {"Content": text, "Suggestions": list(suggestions)}}


# What botocore itself lets through.
REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("send_text_message", {**TEXT, "DestinationPhoneNumber": "nobody"}, "DestinationPhoneNumber"),
    ("send_text_message", {**TEXT, "OriginationIdentity": "Old Shop"}, "OriginationIdentity"),
    ("send_text_message", {**TEXT, "MessageBody": " \n"}, "MessageBody"),
    ("send_text_message", {**TEXT, "MessageBody": "x" * 1_601}, "MessageBody"),
    ("send_text_message", {**TEXT, "MaxPrice": "0,05"}, "MaxPrice"),
    ("send_text_message", {**TEXT, "TimeToLive": 259_201}, "TimeToLive"),
    ("send_text_message", {**TEXT, "MessageType": "NICE"}, "MessageType"),
    ("send_text_message", {**TEXT, "Context": {str(each): "x" for each in range(6)}}, "Context"),
    ("send_text_message", {**TEXT, "Context": {"a": " x"}}, "Context"),
    ("send_text_message", {**TEXT, "Context": {"a": "x" * 801}}, "Context"),
    (
        "send_media_message",
        {**RCS, "MediaUrls": ["https://example.org/a.png"]},
        "MediaUrls",
    ),
    ("send_media_message", {**RCS, "MediaUrls": ["s3://abc/a", "s3://abc/b"]}, "MediaUrls"),
    ("send_rcs_message", rich({"CardOrientation": "DIAGONAL", "CardContent": CARD}), "RcsMessageContent"),
    (
        "send_rcs_message",
        rich({"CardOrientation": "VERTICAL", "CardContent": {"Title": "x" * 201}}),
        "RcsMessageContent",
    ),
    ("send_rcs_message", chips({"OpenUrl": {**TAP, "Url": "http://example.org"}}), "RcsMessageContent"),
    ("send_rcs_message", chips(*[{"Reply": TAP}] * 12), "RcsMessageContent"),
    ("send_rcs_message", chips({"Reply": {**TAP, "Text": "x" * 26}}), "RcsMessageContent"),
]


@pytest.mark.parametrize(("operation", "parameters", "field"), REFUSED)
def test_what_aws_does_not_take_is_refused(
    fake: FakeCarrier, sms: Any, operation: str, parameters: dict[str, Any], field: str
) -> None:
    with pytest.raises(ClientError) as failure:
        getattr(sms, operation)(**parameters)

    answer: Any = failure.value.response
    assert answer["Error"]["Code"] == "ValidationException"
    assert answer["Reason"] == "FIELD_VALIDATION_FAILED"
    assert {each["Name"] for each in answer["Fields"]} == {field}
    assert [call.taken for call in fake.calls()] == [False]


def envelope(**message: Any) -> dict[str, Any]:
    body = {"messaging_product": "whatsapp", "to": TO, "type": "text", "text": {"body": "Hi"}} | message
    return {
        "originationPhoneNumberId": "phone-number-id-00000000000000000000000000000001",
        "message": json.dumps(body).encode(),
        "metaApiVersion": "v20.0",
    }


@pytest.mark.parametrize(
    "parameters",
    [
        envelope(messaging_product="sms"),
        envelope(to="12065550100"),
        envelope(type="song"),
        envelope(text={"body": ""}),
        envelope(biz_opaque_callback_data="x" * 513),
        envelope(type="image", image={"link": "https://e.org", "id": "1"}),
        envelope(type="template", template={"name": "a"}),
        envelope(type="interactive", interactive={"type": "list"}),
        envelope() | {"message": b"no JSON"},
    ],
)
def test_what_meta_does_not_take_is_refused(
    fake: FakeCarrier, whatsapp: Any, parameters: dict[str, Any]
) -> None:
    with pytest.raises(ClientError) as failure:
        whatsapp.send_whatsapp_message(**parameters)

    assert failure.value.response["Error"]["Code"] == "ValidationException"
    assert [call.taken for call in fake.calls()] == [False]


def test_a_number_that_is_not_there(whatsapp: Any) -> None:
    parameters = envelope() | {"originationPhoneNumberId": "phone-number-id-2"}

    with pytest.raises(whatsapp.exceptions.ResourceNotFoundException):
        whatsapp.send_whatsapp_message(**parameters)


def test_an_unsigned_request_is_refused(fake: FakeCarrier) -> None:
    request = urllib.request.Request(
        fake.url,
        data=json.dumps(TEXT).encode(),
        headers={"X-Amz-Target": "PinpointSMSVoiceV2.SendTextMessage"},
    )

    with pytest.raises(urllib.error.HTTPError) as failure:
        urllib.request.urlopen(request)

    assert failure.value.code == 403
    failure.value.close()
    assert fake.calls() == []


def test_numbers_of_whatsapp_are_found(whatsapp: Any) -> None:
    [account] = whatsapp.list_linked_whatsapp_business_accounts()["linkedAccounts"]
    [number] = whatsapp.get_linked_whatsapp_business_account(id=account["id"])["account"]["phoneNumbers"]

    assert number["phoneNumber"] == "+15005550006"
    assert whatsapp.send_whatsapp_message(**envelope())["messageId"]


# --------------------------------------------------------------------------- behaviour


def test_another_process_directs_it_and_asks_it(fake: FakeCarrier, sms: Any) -> None:
    control = Control(fake.url)
    control.direct(Behaviour(numbers={TO: [Answer.THROTTLE, Answer.DROP]}))

    with pytest.raises(ClientError):
        sms.send_text_message(**TEXT, Context={"herald": "k"})
    with pytest.raises(ConnectionClosedError):
        sms.send_text_message(**TEXT, Context={"herald": "k"})
    sms.send_text_message(**TEXT, Context={"herald": "k"})

    assert control.is_there()
    calls = control.calls()
    assert [(call["answer"], call["taken"], call["key"]) for call in calls] == [
        ("throttle", False, "k"),
        ("drop", True, "k"),
        ("accept", True, "k"),
    ]
    assert control.summary() == {
        "posts": 3,
        "taken": 2,
        "answers": {"throttle": 1, "drop": 1, "accept": 1},
        "keys": 1,
        "mostTakenOfAKey": 2,
    }
    control.forget()
    assert control.calls() == []


def test_what_it_is_told_is_checked(fake: FakeCarrier) -> None:
    request = urllib.request.Request(fake.url + "/_behaviour", data=b'{"rates": {"explode": 2}}')

    with pytest.raises(urllib.error.HTTPError) as failure:
        urllib.request.urlopen(request)

    assert failure.value.code == 400
    assert b"rates" in failure.value.read()


def test_another_program_is_no_fake_carrier() -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        assert not Control(f"http://127.0.0.1:{nobody.getsockname()[1]}").is_there()


def test_rates_are_kept_and_follow_from_the_seed(fake: FakeCarrier) -> None:
    rates = {Answer.DROP: 0.1, Answer.THROTTLE: 0.2}
    numbers = [f"+1206{place:07}" for place in range(2_000_000, 2_002_000)]

    def answers(seed: int) -> list[Answer]:
        fake.director.direct(Behaviour(seed=seed, rates=rates))
        return [fake.director.decide(number) for number in numbers]

    first = answers(1)

    assert answers(1) == first != answers(2)
    assert 0.08 < first.count(Answer.DROP) / 2_000 < 0.12
    assert 0.17 < first.count(Answer.THROTTLE) / 2_000 < 0.23
    assert set(first) == {Answer.ACCEPT, Answer.DROP, Answer.THROTTLE}


def test_one_that_hangs_has_taken_it(fake: FakeCarrier, sms: Any) -> None:
    fake.director.direct(Behaviour(numbers={TO: Answer.HANG}, hang_seconds=3))

    with pytest.raises(ReadTimeoutError):
        sms.send_text_message(**TEXT)

    assert [(call.answer, call.taken) for call in fake.calls()] == [("hang", True)]


def test_it_answers_many_at_once(fake: FakeCarrier) -> None:
    clients = [client("pinpoint-sms-voice-v2", fake.url) for _ in range(4)]
    fake.director.direct(Behaviour(delay_seconds=0.1))

    with ThreadPoolExecutor(max_workers=100) as pool:
        sent = [
            pool.submit(clients[place % 4].send_text_message, **{**TEXT, "MessageBody": str(place)})
            for place in range(300)
        ]
        ids = {each.result()["MessageId"] for each in sent}

    assert len(ids) == len(fake.calls()) == 300


def test_the_blob_of_whatsapp_is_base64(fake: FakeCarrier) -> None:
    request = urllib.request.Request(
        fake.url + "/v1/whatsapp/send",
        data=json.dumps({**envelope(), "message": base64.b64encode(b"{}").decode()[:-1] + "?"}).encode(),
        headers={"Authorization": "AWS4-HMAC-SHA256 x"},
    )

    with pytest.raises(urllib.error.HTTPError) as failure:
        urllib.request.urlopen(request)

    assert failure.value.code == 400
    failure.value.close()
