"""Sending by Twilio: one request for each message, which is never repeated."""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlencode

from herald.carriers.callback_keys import pack
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
from herald.carriers.twilio.settings import NAME, PREFIXES, REPEATS, TwilioSettings, settings_of
from herald.model import problems

# Twilio gives a message up after this time at the latest.
_MAX_VALIDITY: Final = 36_000
_MOST_MEDIA: Final = 10
_MESSAGING_SERVICE: Final = re.compile(r"MG[0-9a-f]{32}")

# Errors about the account or the sender, which each of its messages would get.
_STOPS: Final = frozenset(
    {
        10001,  # the account is not active
        20003,  # no such credentials
        20005,  # the account is not active
        20006,  # access denied
        20008,  # credentials that only test
        20403,  # forbidden
        20404,  # no such account
        21212,  # no valid From
        21603,  # no From
        21606,  # From is not the account's
        21659,  # From is no number of Twilio's
        21660,  # From is another account's
        21661,  # From cannot send SMS
        21701,  # no such messaging service
        21703,  # the messaging service has no number
        30002,  # the account is suspended
        63007,  # no such sender of the channel
    }
)
# Errors that mean: not accepted for lack of capacity.
_AGAIN: Final = frozenset(
    {
        14107,  # the sender's rate
        20429,  # too many requests
        21611,  # the sender's queue is full
    }
)


class Twilio:
    name: str = NAME

    def __init__(self, settings: TwilioSettings, transport: Transport, public_url: str) -> None:
        self._url = f"{settings.base_url}/2010-04-01/Accounts/{settings.account_sid}/Messages.json"
        self._headers = {
            "Authorization": f"Basic {base64.b64encode(settings.credentials.encode()).decode()}",
            "Content-Type": "application/x-www-form-urlencoded",
            "Accept": "application/json",
        }
        self._transport = transport
        self._public_url = public_url

    def send(self, message: OutboundMessage) -> Outcome:
        if message.is_dry_run:
            return Rejected(problems.NO_DRY_RUN.code)
        said = _said(message)
        if said is None:
            return Rejected(problems.INVALID_CONTENT.code)
        form = [*_addressed(message), *said, *_limits(message), *self._callback(message)]
        return _outcome(self._transport.post(self._url, urlencode(form).encode(), self._headers))

    def flush(self) -> None:
        """Does nothing: every message is a request of its own."""

    def _callback(self, message: OutboundMessage) -> Iterator[tuple[str, str]]:
        if self._public_url:
            url = receipts_url(self._public_url, pack(message))
            yield "StatusCallback", url + REPEATS


def build(surroundings: Surroundings) -> Twilio:
    settings = settings_of(surroundings.carrier_secret(NAME))
    return Twilio(settings, surroundings.transport, surroundings.public_url)


def receipts_url(base: str, packed: str) -> str:
    return f"{base}/Callbacks/twilio/Receipts?key={packed}"


def _addressed(message: OutboundMessage) -> Iterator[tuple[str, str]]:
    prefix = PREFIXES[message.sender.channel]
    if message.carrier_sender_id and _MESSAGING_SERVICE.fullmatch(message.carrier_sender_id):
        yield "MessagingServiceSid", message.carrier_sender_id
    else:
        yield "From", prefix + (message.carrier_sender_id or message.sender.address)
    yield "To", prefix + message.to.address


def _said(message: OutboundMessage) -> list[tuple[str, str]] | None:
    """The content as parameters; None if Twilio needs a template of its own for it."""
    text, media = _plain(message)
    if not (text or media) or len(media) > _MOST_MEDIA:
        return None
    body = [("Body", text)] if text else []
    return [*body, *(("MediaUrl", url) for url in media)]


def _plain(message: OutboundMessage) -> tuple[str | None, tuple[str, ...]]:
    """Text and media, if the content has nothing else; else neither."""
    if message.rcs is None:
        return message.text, message.media
    if message.rcs.get("suggestions") or "richCard" in message.rcs:
        return None, ()
    file = message.rcs.get("contentInfo")
    return message.rcs.get("text"), (file["fileUrl"],) if file else ()


def _limits(message: OutboundMessage) -> Iterator[tuple[str, str]]:
    if message.validity_period:
        yield "ValidityPeriod", str(min(message.validity_period, _MAX_VALIDITY))
    if message.delivery and message.delivery.max_price:
        yield "MaxPrice", message.delivery.max_price


def _outcome(answer: Answer | NotSent | Unknown) -> Outcome:
    if not isinstance(answer, Answer):
        return answer
    told = answer.json if isinstance(answer.json, dict) else {}
    return as_said(_meaning(answer, told), told.get("code"), told.get("message"))


def _meaning(answer: Answer, told: Mapping[str, Any]) -> Outcome:
    if answer.is_success:
        sid = told.get("sid")
        return Accepted(sid) if isinstance(sid, str) and sid else Unknown()
    # 408: it was slow, and may have been read. Redirects are not followed.
    if answer.status == 408 or not 400 <= answer.status < 500:
        return Unknown()
    code = told.get("code")
    if answer.status == 429 or code in _AGAIN:
        return NotSent(answer.retry_after)
    if code in _STOPS:
        return Stopped(code)
    if isinstance(code, int):
        return Rejected(code)
    # No code of Twilio's, but these two statuses are unambiguous.
    return Stopped(20003) if answer.status in (401, 403) else Rejected(problems.UNKNOWN_ERROR.code)
