"""Sending by an HTTP endpoint: one POST of JSON for each message, with an Idempotency-Key."""

import base64
import json
import time
from typing import Any

from herald.carriers.callback_keys import pack, sign
from herald.carriers.http import webhooks
from herald.carriers.http.settings import NAME, HttpSettings, settings_of
from herald.carriers.protocol import (
    Accepted,
    NotSent,
    OutboundMessage,
    Outcome,
    Rejected,
    Stopped,
    Unknown,
    as_said,
)
from herald.carriers.surroundings import Surroundings
from herald.carriers.transport import Answer, Transport
from herald.model import problems
from herald.model.inbound import MAX_CARRIER_ID


class Http:
    name: str = NAME

    def __init__(self, settings: HttpSettings, transport: Transport, public_url: str) -> None:
        self._settings = settings
        self._transport = transport
        self._public_url = public_url

    def send(self, message: OutboundMessage) -> Outcome:
        if message.is_dry_run:
            return Rejected(problems.NO_DRY_RUN.code)
        key = pack(message)
        body = json.dumps(self._body(message, key), ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": key}
        answer = self._transport.post(self._settings.url, body, {**headers, **self._authorization(key, body)})
        return _outcome(answer, self._settings, key)

    def flush(self) -> None:
        """Does nothing: every message is a request of its own."""

    def _body(self, message: OutboundMessage, key: str) -> dict[str, Any]:
        delivery = message.delivery
        body = {
            "key": key,
            "channel": message.sender.channel,
            "from": message.carrier_sender_id or message.sender.address,
            "to": message.to.address,
            "text": message.text,
            "media": list(message.media) or None,
            "rcs": message.rcs,
            "whatsapp": message.whatsapp,
            "parts": message.parts,
            "validityPeriod": message.validity_period,
            "maxPrice": delivery.max_price if delivery else None,
            "callbackUrl": receipts_url(self._public_url, sign(key, self._settings.callback_secret))
            if self._public_url
            else None,
        }
        return {name: value for name, value in body.items() if value is not None}

    def _authorization(self, key: str, body: bytes) -> dict[str, str]:
        auth = self._settings.auth
        if auth.signing_secret:
            return webhooks.signed(key, body, auth.signing_secret, time.time())
        if auth.bearer:
            return {"Authorization": f"Bearer {auth.bearer}"}
        if auth.username:
            encoded = base64.b64encode(f"{auth.username}:{auth.password}".encode()).decode()
            return {"Authorization": f"Basic {encoded}"}
        return {}


def build(surroundings: Surroundings) -> Http:
    settings = settings_of(surroundings.carrier_secret(NAME))
    return Http(settings, surroundings.transport, surroundings.public_url)


def receipts_url(base: str, signed_key: str) -> str:
    return f"{base}/Callbacks/http/Receipts?key={signed_key}"


def _outcome(answer: Answer | NotSent | Unknown, settings: HttpSettings, key: str) -> Outcome:
    if not isinstance(answer, Answer):
        return answer
    code = _text_at(answer.json, settings.code)
    return as_said(_meaning(answer, code, settings, key), code, _text_at(answer.json, settings.message))


def _meaning(answer: Answer, code: str | None, settings: HttpSettings, key: str) -> Outcome:
    identifier = _text_at(answer.json, settings.id)
    if answer.is_success and (identifier or not settings.id):
        # An id that is too long for an index counts as none.
        return Accepted(identifier if identifier and len(identifier) <= MAX_CARRIER_ID else key)
    if code in settings.again or answer.status == 429:
        return NotSent(answer.retry_after)
    if code in settings.stops:
        return Stopped(settings.code_of(code))
    is_refusal = 400 <= answer.status < 500 and answer.status != 408
    # 401 is never about a single message; 403 can be.
    if answer.status == 401 or (answer.status == 403 and code is None):
        return Stopped(problems.SUSPENDED.code)
    # A success without an id is one only if it names an error that we know.
    if is_refusal or (answer.is_success and code in settings.codes):
        return Rejected(settings.code_of(code))
    return Unknown()


def _text_at(value: Any, path: str) -> str | None:
    """The text or number at a path such as `messages.0.id`; None if there is none."""
    for part in path.split("."):
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    if isinstance(value, bool) or not isinstance(value, str | int) or value == "":
        return None
    return str(value)
