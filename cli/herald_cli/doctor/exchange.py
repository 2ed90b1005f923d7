"""One request to the API as a value, so that a transcript can hold it and ask it again; and its answer."""

import gzip
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

import httpx

# Seconds: API Gateway waits 29 for a function.
CONNECT_SECONDS: Final = 5
READ_SECONDS: Final = 35
Credentials: TypeAlias = Literal["none", "wrong", "own"]
_WRONG: Final = ("AC" + "0" * 32, "herald-doctor-wrong")
# Headers of an answer that a client acts upon.
HEADERS: Final = (
    "allow",
    "cache-control",
    "content-encoding",
    "content-type",
    "retry-after",
    "strict-transport-security",
    "www-authenticate",
    "x-content-type-options",
)


@dataclass(frozen=True)
class Body:
    """A body that a few words describe: a text, gzipped or not, and padded to `size` bytes."""

    text: str = ""
    gzipped: bool = False
    size: int = 0

    @property
    def content(self) -> bytes:
        found = self.text.encode()
        if self.size:
            # A JSON body that every endpoint refuses before it does anything.
            found = b'{"to": "' + b"x" * (self.size - 10) + b'"}'
        return gzip.compress(found, mtime=0) if self.gzipped else found


@dataclass(frozen=True)
class Exchange:
    """A request: `path` is the part after /v1, escaped as it goes over the wire."""

    name: str
    method: str
    path: str
    credentials: Credentials = "none"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def code(self) -> int | None:
        """The code of the first error; None if the body does not have the shape of Herald's errors."""
        try:
            return int(json.loads(self.body)["errors"][0]["code"])
        except (ValueError, KeyError, IndexError, TypeError):
            return None

    @property
    def json(self) -> Any:
        """The body; None if it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None


Record = Callable[[Exchange, Answer], None]


class Asker:
    """Asks an API. `own` is the account's SID and token, or nothing if there are none.

    `is_refused`: the API has refused these credentials.
    """

    def __init__(
        self,
        base_url: str,
        own: tuple[str, str] | None,
        record: Record = lambda exchange, answer: None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._base_url = base_url
        self.own = own
        self.is_refused = False
        self._record = record
        self._http = httpx.Client(
            timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS), transport=transport, trust_env=False
        )

    def close(self) -> None:
        self._http.close()

    def ask(self, exchange: Exchange) -> Answer:
        """The answer to a request, which is sent once. Raises httpx.TransportError."""
        auth = {"none": None, "wrong": _WRONG, "own": self.own}[exchange.credentials]
        content = exchange.body.content if exchange.body else None
        kind: dict[str, str] = {"Content-Type": "application/json"} if content is not None else {}
        response = self._http.request(
            exchange.method,
            f"{self._base_url}{exchange.path}",
            auth=httpx.BasicAuth(*auth) if auth else None,
            headers={"User-Agent": "herald-doctor", **kind, **exchange.headers},
            content=content,
        )
        headers = {name: response.headers[name] for name in HEADERS if name in response.headers}
        answer = Answer(response.status_code, headers, response.content)
        self._record(exchange, answer)
        return answer
