"""What the carrier aws calls, the function that sends may call; and it tries nothing twice."""

import re
from typing import Any

import boto3
import pytest
from botocore import xform_name
from botocore.config import Config

from herald import runtime
from tests.contracts.rights import FURTHER_RIGHTS
from tests.template import ROOT
from tests.unit.carriers.messages import PERSON, WHATSAPP, message
from tools.fake_carrier import Answer, Behaviour, FakeCarrier

CALLED = {
    "head_object": "s3:GetObject",
    "put_object": "s3:PutObject",
    "send_text_message": "sms-voice:SendTextMessage",
    "send_media_message": "sms-voice:SendMediaMessage",
    "send_rcs_message": "sms-voice:SendRcsMessage",
    "send_whatsapp_message": "social-messaging:SendWhatsAppMessage",
    "list_linked_whatsapp_business_accounts": "social-messaging:ListLinkedWhatsAppBusinessAccounts",
    "get_linked_whatsapp_business_account": "social-messaging:GetLinkedWhatsAppBusinessAccount",
}


def test_the_calls_of_the_code_are_those_that_are_known_here() -> None:
    sources = [path.read_text() for path in (ROOT / "layers/herald/herald/carriers/aws").glob("*.py")]
    operation = r"\"((?:send|list|get)_[a-z_]+_(?:message|accounts?))\""
    found = {name for text in sources for name in re.findall(operation, text)}
    found |= {name for text in sources for name in re.findall(r"\.([a-z]+_object)\(", text)}

    assert found == CALLED.keys()


def test_a_right_for_each_call_and_no_other() -> None:
    assert set(CALLED.values()) == FURTHER_RIGHTS["fan_out"]["CarriesWithAws"].keys()


def test_calls_are_named_as_the_sdk_names_them() -> None:
    # Reading an object's head is reading the object.
    named = {name: action.split(":")[1] for name, action in CALLED.items() if name != "head_object"}

    assert {xform_name(action) for action in named.values()} == named.keys()


# --------------------------------------------------------------------- the real clients


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Any:
    with FakeCarrier() as fake:
        for name in ("PINPOINT_SMS_VOICE_V2", "SOCIALMESSAGING"):
            monkeypatch.setenv(f"AWS_ENDPOINT_URL_{name}", fake.url)
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            monkeypatch.setenv(name, "test")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        # What an SDK would read in its environment, and must not here.
        monkeypatch.setenv("AWS_MAX_ATTEMPTS", "9")
        monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
        boto3.setup_default_session()
        runtime.reset()
        yield fake
        runtime.reset()


@pytest.mark.parametrize("answer", [Answer.THROTTLE, Answer.FAIL, Answer.DROP, Answer.STOP])
def test_the_clients_of_a_function_try_once(fake: FakeCarrier, answer: Answer) -> None:
    from herald.carriers.aws.media import MediaCopies
    from herald.carriers.aws.sms import AwsSms
    from herald.carriers.aws.whatsapp import AwsWhatsApp

    fake.director.direct(Behaviour(numbers={PERSON: answer}))
    phones = AwsSms(
        lambda: runtime.carrier_client("pinpoint-sms-voice-v2"), MediaCopies(lambda: None, ""), ""
    )
    whatsapp = AwsWhatsApp(lambda: runtime.carrier_client("socialmessaging"))

    phones.send(message())
    whatsapp.send(message(sender=WHATSAPP))

    assert [call.operation for call in fake.calls()] == ["SendTextMessage", "SendWhatsAppMessage"]


@pytest.mark.parametrize("service", ["pinpoint-sms-voice-v2", "socialmessaging", "s3"])
def test_the_clients_of_a_function_do_not_wait_for_long(fake: FakeCarrier, service: str) -> None:
    config: Config = runtime.carrier_client(service).meta.config

    # A group of messages has 20 seconds, and may be prepared for 8 of them.
    assert config.connect_timeout + config.read_timeout <= 10  # type: ignore[attr-defined]
    assert config.retries["total_max_attempts"] == 1  # type: ignore[attr-defined]
    assert config.max_pool_connections >= 25  # type: ignore[attr-defined]
    assert runtime.carrier_client(service) is runtime.carrier_client(service)
