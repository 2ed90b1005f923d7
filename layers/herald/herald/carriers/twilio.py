"""Twilio's Programmable Messaging: SMS, MMS, RCS and WhatsApp, a request for each message.

Making a message is not idempotent there, so nothing is asked twice. What becomes of it
comes to our callback, whose URL has the message's key and which Twilio signs; so does
what people write (functions/callback.py).

The settings are the object `twilio` of the carriers' secret:

    {"accountSid": "AC…", "authToken": "…"}

and, to send by an API key, `apiKeySid` and `apiKeySecret`: the auth token then only
checks signatures.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from math import isfinite
from typing import Annotated, Any, Final, NamedTuple, Self
from urllib.parse import urlencode

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from herald.carriers.callback_keys import pack, unpack
from herald.carriers.protocol import (
    Accepted,
    NotSent,
    OutboundMessage,
    Outcome,
    Rejected,
    Stopped,
    Surroundings,
    Unknown,
)
from herald.carriers.transport import Answer, Transport
from herald.model import problems
from herald.model.addresses import CarrierName, SenderChannel
from herald.model.inbound import Inbound, Location
from herald.model.keywords import Keyword
from herald.model.message import Billing, Receipt
from herald.model.status import Status
from herald.model.wire import NonEmpty, Wire

NAME: Final = CarrierName.TWILIO

# Twilio keeps a message no longer than this before it gives it up.
_MAX_VALIDITY: Final = 36_000
# How Twilio repeats a callback that failed: up to 3 times, whatever was wrong.
_REPEATS: Final = "#rc=3&rp=all"
_MOST_MEDIA: Final = 10
_MEDIA_URL: Final = re.compile(r"MediaUrl[0-9]{1,3}", re.ASCII)
_MESSAGING_SERVICE: Final = re.compile(r"MG[0-9a-f]{32}")

# What tells of the account or of the sender, and so would be said of each of its messages.
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
# What was not taken for want of room.
_AGAIN: Final = frozenset(
    {
        14107,  # the sender's rate
        20429,  # too many requests
        21611,  # the sender's queue is full
    }
)

_STATUSES: Final[Mapping[str, Status | None]] = {
    "accepted": Status.SENT,
    "scheduled": Status.SENT,
    "queued": Status.SENT,
    "sending": Status.SENT,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "partially_delivered": Status.DELIVERED,
    "read": Status.READ,
    "undelivered": Status.UNDELIVERED,
    # Twilio took it, and then could not hand it on.
    "failed": Status.UNDELIVERED,
    "canceled": Status.UNDELIVERED,
    # Of what people write.
    "receiving": None,
    "received": None,
}

_PREFIXES: Final = {SenderChannel.SMS: "", SenderChannel.WHATSAPP: "whatsapp:", SenderChannel.RCS: "rcs:"}


class TwilioSettings(Wire):
    account_sid: Annotated[str, Field(pattern=r"^AC[0-9a-f]{32}$")]
    auth_token: NonEmpty
    api_key_sid: NonEmpty | None = None
    api_key_secret: NonEmpty | None = None
    # Another than the usual for a region of Twilio's, and for tests.
    base_url: NonEmpty = "https://api.twilio.com"

    @model_validator(mode="after")
    def _has_a_whole_key(self) -> Self:
        if (self.api_key_sid is None) != (self.api_key_secret is None):
            raise PydanticCustomError("api_key", "must have both of apiKeySid and apiKeySecret, or neither")
        return self

    @property
    def credentials(self) -> str:
        if self.api_key_sid and self.api_key_secret:
            return f"{self.api_key_sid}:{self.api_key_secret}"
        return f"{self.account_sid}:{self.auth_token}"


def settings_of(secret: Mapping[str, Any]) -> TwilioSettings:
    """Twilio's settings in the carriers' secret. Raises KeyError, pydantic's ValidationError."""
    return TwilioSettings.model_validate(secret[NAME])


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
        """Nothing waits: every message is a request of its own."""

    def _callback(self, message: OutboundMessage) -> Iterator[tuple[str, str]]:
        if self._public_url:
            url = receipts_url(self._public_url, pack(message))
            yield "StatusCallback", url + _REPEATS


def build(surroundings: Surroundings) -> Twilio:
    settings = settings_of(surroundings.carrier_secret())
    return Twilio(settings, surroundings.transport, surroundings.public_url)


def receipts_url(base: str, packed: str) -> str:
    return f"{base}/Callbacks/twilio/Receipts?key={packed}"


# -------------------------------------------------------------------------- sending


def _addressed(message: OutboundMessage) -> Iterator[tuple[str, str]]:
    prefix = _PREFIXES[message.sender.channel]
    if message.carrier_sender_id and _MESSAGING_SERVICE.fullmatch(message.carrier_sender_id):
        yield "MessagingServiceSid", message.carrier_sender_id
    else:
        yield "From", prefix + (message.carrier_sender_id or message.sender.address)
    yield "To", prefix + message.to.address


def _said(message: OutboundMessage) -> list[tuple[str, str]] | None:
    """The content as parameters; None if Twilio cannot be told it without a template of its own."""
    text, media = _plain(message)
    if not (text or media) or len(media) > _MOST_MEDIA:
        return None
    body = [("Body", text)] if text else []
    return [*body, *(("MediaUrl", url) for url in media)]


def _plain(message: OutboundMessage) -> tuple[str | None, tuple[str, ...]]:
    """Text and media, if the content is no more than that; else neither."""
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
    # Not in Twilio's words; of these two statuses the meaning is plain.
    return Stopped(20003) if answer.status in (401, 403) else Rejected(problems.UNKNOWN_ERROR.code)


# ------------------------------------------------------------------------ callbacks


class Form(NamedTuple):
    """The parameters of a callback, in the order in which they came."""

    fields: Sequence[tuple[str, str]]

    def get(self, name: str) -> str | None:
        return next((value for key, value in self.fields if key == name and value), None)


def is_signed(urls: Iterable[str], form: Form, signature: str, auth_token: str) -> bool:
    """Whether Twilio has signed these parameters for one of some forms of a URL.

    The signature is of the URL and, sorted by name, each name with each of its values.
    """
    sorted_fields = "".join(name + value for name, value in sorted(set(form.fields)))
    given = signature.encode()
    return any(hmac.compare_digest(given, _signature(url + sorted_fields, auth_token)) for url in urls)


def as_asked(url: str) -> tuple[str, ...]:
    """The forms of a URL that Twilio may have signed: as it called it, and as we had asked for it."""
    return url, url + _REPEATS


def _signature(text: str, auth_token: str) -> bytes:
    # SHA-1 is Twilio's choice; as the hash of an HMAC it still holds.
    return base64.b64encode(hmac.digest(auth_token.encode(), text.encode(), hashlib.sha1))


def receipt_of(key: str | None, form: Form) -> Receipt | None:
    """What a status callback reports; None if that is nothing, or not of a message of ours."""
    of, status = unpack(key), _STATUSES.get(form.get("MessageStatus") or "")
    if of is None or status is None:
        return None
    error = _number(form.get("ErrorCode")) or problems.UNKNOWN_ERROR.code
    parts = _number(form.get("NumSegments"))
    return Receipt(
        **of.fields,
        status=status,
        error=error if status is Status.UNDELIVERED else None,
        billing=Billing(parts=parts) if parts else None,
    )


def message_id_of(form: Form) -> str | None:
    """Twilio's id of a message that somebody has written."""
    return form.get("MessageSid") or form.get("SmsSid")


def inbound_of(form: Form, at: datetime) -> Inbound | None:
    """What somebody has written, first brought to us `at`; None if it is no message."""
    identifier, source, to = message_id_of(form), form.get("From"), form.get("To")
    if not (identifier and source and to):
        return None
    channel, address = _channel_and_address(to)
    # Not as many as NumMedia says: as many as there are.
    media = (url for name, url in form.fields if _MEDIA_URL.fullmatch(name))
    keyword = (form.get("OptOutType") or "").strip().upper()
    return Inbound(
        carrier=NAME,
        id=identifier,
        source=_channel_and_address(source)[1],
        to=address,
        channel=channel,
        text=form.get("Body") or form.get("ButtonText"),
        media=tuple(filter(None, media)),
        postback_data=form.get("ButtonPayload"),
        location=_location(form),
        keyword=Keyword(keyword) if keyword in Keyword else None,
        at=at,
    )


def _channel_and_address(text: str) -> tuple[SenderChannel, str]:
    for channel in (SenderChannel.WHATSAPP, SenderChannel.RCS):
        if text.startswith(_PREFIXES[channel]):
            return channel, text.removeprefix(_PREFIXES[channel])
    return SenderChannel.SMS, text


def _location(form: Form) -> Location | None:
    latitude, longitude = form.get("Latitude"), form.get("Longitude")
    if latitude is None or longitude is None:
        return None
    try:
        # Neither nan nor 1e999 is a place, and JSON has no word for them.
        if not (isfinite(float(latitude)) and isfinite(float(longitude))):
            return None
        return Location(
            latitude=float(latitude),
            longitude=float(longitude),
            label=form.get("Label") or form.get("Address"),
        )
    except ValueError:
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else None
