"""Requests as carriers make them, to a stack that knows their secrets."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import boto3
import pytest

from herald.carriers.http import webhooks
from herald.model.addresses import SenderChannel
from herald.model.senders import OperatorChange, OperatorSender
from herald.store import senders
from tests.unit.carriers.web_harnesses import (
    ACCOUNT_SID,
    CALLBACK_SECRET,
    PUBLIC_URL,
    HttpHarness,
    TwilioHarness,
)
from tests.world import REGION, Response, World

TOKEN = "token"
PERSON = "+12065550100"
OURS = "+15005550006"


def world_with_callbacks(
    aws: pytest.MonkeyPatch, url: str = "http://127.0.0.1:9", **parameters: str
) -> World:
    """A stack whose senders may name twilio and http, whose far ends are at a URL."""
    secret = {
        "twilio": TwilioHarness.settings(TwilioHarness.__new__(TwilioHarness), url),
        "http": HttpHarness.settings(HttpHarness.__new__(HttpHarness), url),
    }
    client = boto3.client("secretsmanager", region_name=REGION)
    known = {"AllowTwilio": "true", "AllowHttp": "true", "PublicUrl": PUBLIC_URL}
    for name, settings in secret.items():
        made = client.create_secret(Name=f"carriers-{name}", SecretString=json.dumps({name: settings}))
        known[f"{name.capitalize()}Secret"] = made["ARN"]
    return World.create(aws.setenv, **known, **parameters)


def carried_by(world: World, carrier: str, address: str, channel: SenderChannel = SenderChannel.SMS) -> str:
    """A sender of the account that a carrier carries, as the operator makes or changes it; its id."""
    now, table = world.aws.now, world.table
    new = OperatorSender(channel=channel, address=address, carrier=carrier)
    for known in senders.at(table, world.account, [(address, channel)]):
        senders.update(table, world.account, known.id, OperatorChange(carrier=carrier), now)
        return known.id
    return senders.add(table, world.account, new, now).id


def from_twilio(
    world: World,
    path: str,
    form: Mapping[str, str],
    key: str | None = None,
    *,
    base: str = PUBLIC_URL,
    fragment: str = "",
    token: str = TOKEN,
    changed: Mapping[str, str] | None = None,
) -> Response:
    """What Twilio posts; `changed` parameters were so after it had signed."""
    query = {"key": key} if key else None
    url = f"{base}{path}" + (f"?key={key}" if key else "") + fragment
    headers = signed_by_twilio(url, form, token=token)
    return world.callback(path, urlencode({**form, **(changed or {})}), headers, query)


def from_http(
    world: World,
    path: str,
    body: Any,
    key: str | None = None,
    *,
    secret: str = CALLBACK_SECRET,
    later: float = 0,
    changed: str | None = None,
) -> Response:
    text = json.dumps(body)
    headers = signed_by_http(text, secret=secret, at=time.time() + later)
    return world.callback(path, changed or text, headers, {"key": key} if key else None)


def signed_by_twilio(url: str, form: Mapping[str, str], *, token: str = TOKEN) -> dict[str, str]:
    """The headers of such a request of Twilio's."""
    text = url + "".join(f"{name}{form[name]}" for name in sorted(form))
    signature = base64.b64encode(hmac.new(token.encode(), text.encode(), hashlib.sha1).digest()).decode()
    return {"Content-Type": "application/x-www-form-urlencoded", "X-Twilio-Signature": signature}


def signed_by_http(body: str, *, secret: str = CALLBACK_SECRET, at: float | None = None) -> dict[str, str]:
    """The headers of such a request of the endpoint's."""
    signed = webhooks.signed("evt_1", body.encode(), secret, time.time() if at is None else at)
    return {"Content-Type": "application/json", **signed}


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
