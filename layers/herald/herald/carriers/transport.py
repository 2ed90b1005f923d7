"""POST requests to carriers: one try each, and the outcome when there is no answer."""

import json
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final, NamedTuple

import urllib3
from urllib3.exceptions import ConnectTimeoutError, HTTPError, LocationValueError, SSLError

from herald.carriers.protocol import NotSent, Unknown
from herald.tasks import MAX_DELAY
from herald.telemetry import logger

_CONNECT_SECONDS: Final = 3.0
# Less than a group of sends may take (herald.sending.fan_out).
_READ_SECONDS: Final = 10.0
# As many as threads that send side by side.
_CONNECTIONS: Final = 25
# A function is frozen between its invocations, and does not see that the far end hangs up. A
# message that is written to such a connection has an unknown outcome.
_IDLE_SECONDS: Final = 5.0
_UNREACHABLE: Final = NotSent(5)


class Answer(NamedTuple):
    """An answer of any status; the names of `headers` are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_success(self) -> bool:
        return 200 <= self.status < 300

    @property
    def json(self) -> Any:
        """The body, or None if it is not JSON."""
        try:
            return json.loads(self.body)
        except ValueError:
            return None

    @property
    def retry_after(self) -> int:
        """Seconds that the answer asks to wait; 1 if it does not say."""
        asked = self.headers.get("retry-after", "")
        return min(max(int(asked), 1), MAX_DELAY) if asked.isascii() and asked.isdigit() else 1


class Transport:
    """Sends from several threads, over connections that are kept while they are used."""

    def __init__(
        self, *, connect_seconds: float = _CONNECT_SECONDS, read_seconds: float = _READ_SECONDS
    ) -> None:
        self._pool = urllib3.PoolManager(
            maxsize=_CONNECTIONS,
            block=False,
            timeout=urllib3.Timeout(connect=connect_seconds, read=read_seconds),
        )
        self._lock = Lock()
        self._busy = 0
        self._used_at = 0.0

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Answer | NotSent | Unknown:
        """The answer to one request; if there is none, whether the request can have been read."""
        try:
            with self._lent() as pool:
                answer = pool.request(
                    "POST", url, body=body, headers=dict(headers), retries=False, redirect=False
                )
        except HTTPError as error:
            outcome = _UNREACHABLE if _is_unwritten(error) else Unknown()
            # Its message may quote the URL, which may hold credentials.
            logger.info("carrier gave no answer", error=type(error).__name__, outcome=type(outcome).__name__)
            return outcome
        return Answer(
            answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.data
        )

    @contextmanager
    def _lent(self) -> Iterator[urllib3.PoolManager]:
        with self._lock:
            if not self._busy and time.time() - self._used_at > _IDLE_SECONDS:
                self._pool.clear()
            self._busy += 1
        try:
            yield self._pool
        finally:
            with self._lock:
                self._busy -= 1
                self._used_at = time.time()


def _is_unwritten(error: HTTPError) -> bool:
    """Whether the request was certainly not written: no server, the wrong server, or an
    invalid URL."""
    if isinstance(error, SSLError):
        return any(isinstance(cause, ssl.SSLCertVerificationError) for cause in error.args)
    return isinstance(error, ConnectTimeoutError | LocationValueError)
