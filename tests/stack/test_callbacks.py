"""Senders that name a carrier which calls back."""

import json
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest

from herald_cli import admin
from herald_cli.client import Herald
from tests.callbacks import signed_by_http, signed_by_twilio
from tests.stack.conftest import PATIENCE_SECONDS, FarEnds
from tests.stack.waiting import wait_for
from tests.unit.carriers.far_end import Request
from tests.unit.carriers.web_harnesses import WebHarness
from tools.stack import LocalStack
from tools.stack.ministack import open_directly

PERSON = "+12065550941"
SENDERS = {"twilio": "+15005550077", "http": "+15005550078"}


@pytest.fixture(scope="module")
def herald(stack: LocalStack) -> Iterator[Herald]:
    """A client of an account of these tests, with a sender of each carrier."""
    secret = stack.client("secretsmanager").get_secret_value(SecretId=stack.outputs["KeySecretArn"])
    table = stack.outputs["TableName"]
    account = admin.create_account(
        stack.client("dynamodb"), table, secret["SecretString"], name="with carriers"
    )
    with Herald(stack.base_url, account.account_sid, account.auth_token) as herald:
        for carrier, address in SENDERS.items():
            admin.add_sender(
                stack.client("dynamodb"), table, account.account_sid, address, "SMS", carrier=carrier
            )
        yield herald


def asked(harness: WebHarness) -> Request:
    """The only request that a far end has got for the person."""
    [request] = [each for each in harness.far_end.requests if harness.to(each) == PERSON]
    return request


def post(url: str, body: str, headers: dict[str, str]) -> int:
    request = urllib.request.Request(url, body.encode(), headers)
    try:
        open_directly(request, timeout=30)
    except urllib.error.HTTPError as error:
        return error.code
    return 200


def send(herald: Herald, carrier: str) -> str:
    request: Any = {
        "from": {"address": SENDERS[carrier], "channel": "SMS"},
        "to": [{"address": PERSON, "channel": "PHONE"}],
        "content": {"text": "Hi"},
    }
    operation_id = herald.send(request)["operationId"]
    wait_for(herald, operation_id, Counter(sent=1))
    return operation_id


def test_twilio_is_asked_once_and_believed_when_it_signs(herald: Herald, far_ends: FarEnds) -> None:
    operation_id = send(herald, "twilio")
    [callback] = far_ends.twilio.form(asked(far_ends.twilio))["StatusCallback"]
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    url = callback.split("#")[0]

    assert post(url, urlencode(form), signed_by_twilio(url, form, token="another")) == 403
    assert post(url, urlencode(form), signed_by_twilio(callback, form)) == 200

    wait_for(herald, operation_id, Counter(delivered=1))


def test_an_endpoint_is_asked_once_and_believed_when_it_signs(herald: Herald, far_ends: FarEnds) -> None:
    operation_id = send(herald, "http")
    url, body = json.loads(asked(far_ends.http).body)["callbackUrl"], '{"status": "DELIVERED"}'

    assert post(url, body, signed_by_http(body, secret="another")) == 403
    assert post(url, body, signed_by_http(body)) == 200

    wait_for(herald, operation_id, Counter(delivered=1))


def test_what_somebody_writes_becomes_a_message(stack: LocalStack, herald: Herald) -> None:
    url = f"{stack.base_url}/Callbacks/twilio/Messages"
    form = {"MessageSid": "SM2", "From": PERSON, "To": SENDERS["twilio"], "Body": "Thank you!"}

    for _ in range(2):
        assert post(url, urlencode(form), signed_by_twilio(url, form)) == 200

    assert wait_for_inbound(herald) == ["Thank you!"]


def wait_for_inbound(herald: Herald) -> list[str]:
    until = time.monotonic() + PATIENCE_SECONDS
    found: list[Any] = []
    while not found and time.monotonic() < until:
        time.sleep(0.5)
        found = list(herald.messages(status="INBOUND"))
    # The second would be there by now.
    time.sleep(3)
    found = list(herald.messages(status="INBOUND"))
    return [each["content"]["text"] for each in map(herald.message, [message["id"] for message in found])]
