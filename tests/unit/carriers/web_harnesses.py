"""The far ends of the carriers that are asked by HTTP: Twilio, and an endpoint of the user's own."""

import json
from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from herald.carriers import CARRIERS, Carrier
from herald.carriers.callback_keys import ReceiptKey, verify
from herald.carriers.transport import Transport
from herald.model.addresses import Sender
from tests.unit.carriers.far_end import FarEnd, Reply, Request
from tests.unit.carriers.harnesses import (
    HANG_SECONDS,
    READ_SECONDS,
    Behaviour,
    Harness,
    key_of,
    surroundings,
)
from tests.unit.carriers.messages import SMS
from tools.stack.ministack import free_port

PUBLIC_URL: Final = "https://api.example.com/v1"
ACCOUNT_SID: Final = "AC" + "f" * 32
CALLBACK_SECRET: Final = "the secret of callbacks"


class WebHarness(Harness):
    """`sender`, and how the carrier of a URL's settings looks, are the subclass's."""

    name: str

    def __init__(self, sender: Sender = SMS) -> None:
        self.sender = sender
        self._behaviours: dict[str, Behaviour] = {}
        self._taken = 0
        self._ids = count()
        self.far_end = FarEnd(self._answer)
        self.carrier = self.at(self.far_end.url)

    def behave(self, to: str, behaviour: Behaviour) -> None:
        self._behaviours[to] = behaviour

    def posts(self, to: str) -> list[ReceiptKey]:
        return [self.key(each) for each in self.far_end.requests if self.to(each) == to]

    def reached(self, to: str) -> int:
        # None of these carriers knows dry runs: whatever came was sent.
        return len(self.posts(to))

    def unreachable(self) -> Carrier:
        return self.at(f"http://127.0.0.1:{free_port()}")

    def at(self, url: str, **settings: Any) -> Carrier:
        """The carrier, whose far end is at a URL."""
        return CARRIERS[self.name].build(
            surroundings(
                carrier_secret=lambda _: {self.name: self.settings(url) | settings},
                transport=Transport(connect_seconds=1, read_seconds=READ_SECONDS),
                public_url=PUBLIC_URL,
            )
        )

    def _answer(self, request: Request) -> Reply:
        behaviour = self._behaviours.get(self.to(request), Behaviour.ACCEPT)
        if behaviour is Behaviour.HANG:
            return self.reply(Behaviour.ACCEPT, HANG_SECONDS)
        if behaviour is Behaviour.DROP:
            return Reply(None)
        return self.reply(behaviour, 0)

    def next_id(self) -> str:
        return f"{next(self._ids):032x}"

    @abstractmethod
    def settings(self, url: str) -> dict[str, Any]:
        """Those of the carrier in the secret."""

    @abstractmethod
    def to(self, request: Request) -> str:
        """Whom a request is to."""

    @abstractmethod
    def key(self, request: Request) -> ReceiptKey:
        """The key that came with a request."""

    @abstractmethod
    def reply(self, behaviour: Behaviour, after: float) -> Reply:
        """What it answers, of ACCEPT, REFUSE, STOP, THROTTLE and FAIL."""


class TwilioHarness(WebHarness):
    name = "twilio"

    def settings(self, url: str) -> dict[str, Any]:
        return {"accountSid": ACCOUNT_SID, "authToken": "token", "baseUrl": url}

    def form(self, request: Request) -> dict[str, list[str]]:
        return parse_qs(request.body.decode(), strict_parsing=True)

    def to(self, request: Request) -> str:
        return self.form(request)["To"][0].split(":")[-1]

    def key(self, request: Request) -> ReceiptKey:
        [callback] = self.form(request)["StatusCallback"]
        parts = urlsplit(callback)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{PUBLIC_URL}/Callbacks/twilio/Receipts"
        return key_of(parse_qs(parts.query)["key"][0])

    def reply(self, behaviour: Behaviour, after: float) -> Reply:
        match behaviour:
            case Behaviour.REFUSE:
                return Reply(400, {"code": 21610, "message": "Unsubscribed", "status": 400})
            case Behaviour.STOP:
                return Reply(400, {"code": 21606, "message": "Not a valid From", "status": 400})
            case Behaviour.THROTTLE:
                return Reply(429, {"code": 20429, "message": "Too many requests", "status": 429})
            case Behaviour.FAIL:
                return Reply(500, {"code": 20500, "message": "Internal", "status": 500})
            case _:
                return Reply(201, {"sid": f"SM{self.next_id()}", "status": "queued"}, after)


class HttpHarness(WebHarness):
    name = "http"

    def settings(self, url: str) -> dict[str, Any]:
        return {
            "url": f"{url}/messages",
            "auth": {"bearer": "token"},
            "id": "message.id",
            "code": "errors.0.code",
            "codes": {"STOPPED": 21610, "NO_SENDER": 21606},
            "stops": ["NO_SENDER"],
            "again": ["BUSY"],
            "callbackSecret": CALLBACK_SECRET,
        }

    def to(self, request: Request) -> str:
        return str(json.loads(request.body)["to"])

    def key(self, request: Request) -> ReceiptKey:
        body = json.loads(request.body)
        assert request.headers["idempotency-key"] == body["key"]
        [signed] = parse_qs(urlsplit(body["callbackUrl"]).query)["key"]
        key = verify(signed, CALLBACK_SECRET)
        assert key == key_of(body["key"])
        return key_of(body["key"])

    def reply(self, behaviour: Behaviour, after: float) -> Reply:
        match behaviour:
            case Behaviour.REFUSE:
                return Reply(422, {"errors": [{"code": "STOPPED"}]})
            case Behaviour.STOP:
                return Reply(400, {"errors": [{"code": "NO_SENDER"}]})
            case Behaviour.THROTTLE:
                return Reply(503, {"errors": [{"code": "BUSY"}]})
            case Behaviour.FAIL:
                return Reply(502)
            case _:
                return Reply(202, {"message": {"id": self.next_id()}}, after)


@contextmanager
def twilio() -> Iterator[TwilioHarness]:
    harness = TwilioHarness()
    with harness.far_end:
        yield harness


@contextmanager
def http() -> Iterator[HttpHarness]:
    harness = HttpHarness()
    with harness.far_end:
        yield harness
