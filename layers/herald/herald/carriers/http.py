"""An HTTP endpoint of the user's own: a gateway, or an adapter in front of another carrier.

Each message is a POST of JSON, which docs/carriers.md describes, with the header
Idempotency-Key. What becomes of it, and what people write, comes to our callbacks, signed
as the Standard Webhooks specification has it (functions/callback.py).

The settings are the object `http` of the carriers' secret:

    {
      "url": "https://gateway.example.com/messages",
      "auth": {"bearer": "…"},           or {"username": "…", "password": "…"}, or
                                         {"signingSecret": "whsec_…"}; without it: none
      "id": "message.id",                where its id of the message is in the answer ("id")
      "code": "error.code",              where the code of an error is ("code")
      "codes": {"NO_ROUTE": 21612},      its codes, as codes of ours; numbers may stay as they are
      "stops": ["BAD_SENDER"],           those that are about the sender: nothing more is sent from it
      "again": ["BUSY"],                 those that mean: not taken, try again
      "callbackSecret": "whsec_…"        signs the callbacks
    }
"""

import base64
import json
import time
from collections.abc import Mapping
from typing import Annotated, Any, Final, Self

from pydantic import AfterValidator, AwareDatetime, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError
from urllib3.exceptions import LocationParseError
from urllib3.util import parse_url

from herald.carriers import webhooks
from herald.carriers.callback_keys import ReceiptKey, pack, sign
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
from herald.model.inbound import MAX_CARRIER_ID, Inbound, Location
from herald.model.keywords import Keyword
from herald.model.message import Billing, Receipt
from herald.model.status import Status
from herald.model.wire import Closed, NonEmpty, Short

NAME: Final = CarrierName.HTTP

_MOST_TEXT: Final = 20_000
_MOST_MEDIA: Final = 30
_LONGEST_URL: Final = 2_048
_REPORTED: Final = (Status.SENT, Status.DELIVERED, Status.READ, Status.UNDELIVERED)


def _url(value: str) -> str:
    try:
        has_host = bool(parse_url(value).host)
    except LocationParseError:
        has_host = False
    if not has_host:
        raise ValueError("must be a URL")
    return value


Secret = Annotated[NonEmpty, AfterValidator(webhooks.check_secret)]
# What a header can hold: no line's end that came with a pasted token.
Visible = Annotated[str, Field(pattern=r"^[!-~]+\z")]


class HttpAuth(Closed):
    """At most one of a token, a name with its password, and a secret that signs requests."""

    bearer: Visible | None = None
    username: NonEmpty | None = None
    password: str = ""
    signing_secret: Secret | None = None

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Self:
        if sum(each is not None for each in (self.bearer, self.username, self.signing_secret)) > 1:
            raise PydanticCustomError("auth", "must have one of bearer, username and signingSecret")
        if self.password and not self.username:
            raise PydanticCustomError("auth", "must have a username where it has a password")
        return self


class HttpSettings(Closed):
    url: Annotated[str, Field(pattern=r"^https?://\S+\z"), AfterValidator(_url)]
    auth: HttpAuth = HttpAuth()
    # Empty: the endpoint gives none, and the message's key is its id.
    id: str = "id"
    code: str = "code"
    codes: dict[str, int] = Field(default_factory=dict)
    stops: Annotated[frozenset[str], Field(strict=False)] = frozenset()
    again: Annotated[frozenset[str], Field(strict=False)] = frozenset()
    callback_secret: Secret

    def code_of(self, theirs: str | None) -> int:
        """A code of the endpoint as one of ours."""
        if theirs is None:
            return problems.UNKNOWN_ERROR.code
        if theirs in self.codes:
            return self.codes[theirs]
        is_number = theirs.isascii() and theirs.isdigit() and len(theirs) <= 6
        return int(theirs) if is_number else problems.UNKNOWN_ERROR.code


def settings_of(secret: Mapping[str, Any]) -> HttpSettings:
    """The endpoint's settings in the carriers' secret. Raises KeyError, pydantic's ValidationError."""
    return HttpSettings.model_validate(secret[NAME])


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
        """Nothing waits: every message is a request of its own."""

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
    settings = settings_of(surroundings.carrier_secret())
    return Http(settings, surroundings.transport, surroundings.public_url)


def receipts_url(base: str, signed_key: str) -> str:
    return f"{base}/Callbacks/http/Receipts?key={signed_key}"


def _outcome(answer: Answer | NotSent | Unknown, settings: HttpSettings, key: str) -> Outcome:
    if not isinstance(answer, Answer):
        return answer
    told = answer.json
    identifier, code = _text_at(told, settings.id), _text_at(told, settings.code)
    if answer.is_success and (identifier or not settings.id):
        # One that is too long for an index is as good as none.
        return Accepted(identifier if identifier and len(identifier) <= MAX_CARRIER_ID else key)
    if code in settings.again or answer.status == 429:
        return NotSent(answer.retry_after)
    if code in settings.stops:
        return Stopped(settings.code_of(code))
    is_refusal = 400 <= answer.status < 500 and answer.status != 408
    # Who we are is not for a message to say; what we may not do can be about one.
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


# ------------------------------------------------------------------------ callbacks


class ReportedReceipt(Closed):
    """The body of a callback that tells what became of a message."""

    status: Status
    code: str | int | None = None
    network: Annotated[str, Field(max_length=100)] | None = None
    price: Annotated[str, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9})?$")] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    parts: Annotated[int, Field(ge=1, le=100)] | None = None

    @field_validator("status")
    @classmethod
    def _is_of_a_carrier(cls, status: Status) -> Status:
        if status not in _REPORTED:
            raise PydanticCustomError("reported", "must be one of {known}", {"known": ", ".join(_REPORTED)})
        return status

    def receipt(self, key: ReceiptKey, settings: HttpSettings) -> Receipt:
        billing = Billing(network=self.network, price=self.price, currency=self.currency, parts=self.parts)
        code = None if self.code is None else str(self.code)
        return Receipt(
            **key.fields,
            status=self.status,
            error=settings.code_of(code) if self.status is Status.UNDELIVERED else None,
            billing=billing.or_none(),
        )


class ReportedMessage(Closed):
    """The body of a callback that brings what somebody has written; as herald.model.inbound.Inbound."""

    id: Annotated[NonEmpty, Field(max_length=MAX_CARRIER_ID)]
    source: Annotated[Short, Field(alias="from")]
    to: Short
    channel: SenderChannel
    # A queue and a row take no more than so much.
    text: Annotated[str, Field(max_length=_MOST_TEXT)] | None = None
    media: Annotated[
        tuple[Annotated[NonEmpty, Field(max_length=_LONGEST_URL)], ...],
        Field(strict=False, max_length=_MOST_MEDIA),
    ] = ()
    postback_data: str | None = None
    location: Location | None = None
    keyword: Keyword | None = None
    at: AwareDatetime

    @property
    def inbound(self) -> Inbound:
        return Inbound(carrier=NAME, **{name: getattr(self, name) for name in type(self).model_fields})
