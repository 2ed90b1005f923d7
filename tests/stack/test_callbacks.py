"""The stack whose senders name carriers that call it back."""

import json
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from herald_cli.client import Herald
from tests.callbacks import signed_by_http, signed_by_twilio
from tests.stack.conftest import PATIENCE_SECONDS
from tests.stack.test_api import wait_for
from tests.unit.carriers.web_harnesses import HttpHarness, TwilioHarness, http, twilio
from tools.stack import LocalStack
from tools.stack.ministack import free_port, open_directly

PERSON = "+12065550100"
SENDERS = {"twilio": "+15005550077", "http": "+15005550078"}


@pytest.fixture(scope="module")
def far_ends() -> Iterator[tuple[TwilioHarness, HttpHarness]]:
    with twilio() as one, http() as other:
        yield one, other


@pytest.fixture(scope="module")
def stack(far_ends: tuple[TwilioHarness, HttpHarness]) -> Iterator[LocalStack]:
    secret = {each.name: each.settings(each.far_end.url) for each in far_ends}

    class WithSecret(LocalStack):
        """Knows the secret's name before it is deployed, as a user does."""

        def _deploy(self, template: Path) -> None:
            client = self.client("secretsmanager")
            made = client.create_secret(Name="carriers", SecretString=json.dumps(secret))
            self._parameters["CarrierSecret"] = made["ARN"]
            super()._deploy(template)

    port = free_port()
    parameters = {"SenderCarriers": "twilio,http", "PublicUrl": f"http://127.0.0.1:{port}/v1"}
    with WithSecret(port=port, parameters=parameters, auth=True) as stack:
        yield stack


def post(url: str, body: str, headers: dict[str, str]) -> int:
    request = urllib.request.Request(url, body.encode(), headers)
    try:
        open_directly(request, timeout=30)
    except urllib.error.HTTPError as error:
        return error.code
    return 200


def send(herald: Herald, carrier: str) -> str:
    sender: dict[str, Any] = {"address": SENDERS[carrier], "channel": "SMS"}
    herald._request("POST", "/Senders", json={**sender, "carrier": carrier})
    request: Any = {
        "from": sender,
        "to": [{"address": PERSON, "channel": "PHONE"}],
        "content": {"text": "Hi"},
    }
    operation_id = herald.send(request)["operationId"]
    wait_for(herald, operation_id, Counter(sent=1))
    return operation_id


def test_twilio_is_asked_once_and_believed_when_it_signs(
    stack: LocalStack, herald: Herald, far_ends: tuple[TwilioHarness, HttpHarness]
) -> None:
    operation_id = send(herald, "twilio")
    [request] = far_ends[0].far_end.requests
    [asked] = far_ends[0].form(request)["StatusCallback"]
    form = {"MessageSid": "SM1", "MessageStatus": "delivered"}
    url = asked.split("#")[0]

    assert post(url, urlencode(form), signed_by_twilio(url, form, token="another")) == 403
    assert post(url, urlencode(form), signed_by_twilio(asked, form)) == 200

    wait_for(herald, operation_id, Counter(delivered=1))


def test_an_endpoint_is_asked_once_and_believed_when_it_signs(
    stack: LocalStack, herald: Herald, far_ends: tuple[TwilioHarness, HttpHarness]
) -> None:
    operation_id = send(herald, "http")
    [request] = far_ends[1].far_end.requests
    url, body = json.loads(request.body)["callbackUrl"], '{"status": "DELIVERED"}'

    assert post(url, body, signed_by_http(body, secret="another")) == 403
    assert post(url, body, signed_by_http(body)) == 200

    wait_for(herald, operation_id, Counter(delivered=1))


def test_what_somebody_writes_becomes_a_message(stack: LocalStack, herald: Herald) -> None:
    url = f"{stack.base_url}/Callbacks/twilio/Messages"
    form = {"MessageSid": "SM2", "From": PERSON, "To": "+15005550006", "Body": "Thank you!"}

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
