"""A client of AWS for sending: made when it is needed, and without connections that may be dead."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

from botocore.exceptions import BotoCoreError, ClientError

from herald.carriers.aws.errors import Answers, outcome_of
from herald.carriers.protocol import NotSent, Outcome
from herald.telemetry import logger

# A function is frozen between its invocations, and does not see that the far end hangs up. A
# message that is written to such a connection has an unknown outcome.
_IDLE_SECONDS: Final = 5.0
# A message that was prepared for longer is not sent any more: a group has 20 seconds
# (herald.sending.fan_out), and one request may take 10 of them. What was prepared is there the next time.
PREPARING_SECONDS: Final = 8.0
TOO_LATE: Final = NotSent(1)


class AwsClient:
    """Calls of one service, from several threads."""

    def __init__(self, make: Callable[[], Any], errors: Mapping[str, Answers]) -> None:
        self._make = make
        self._errors = errors
        self._lock = Lock()
        self._client: Any = None
        self._busy = 0
        self._used_at = 0.0

    def call(self, operation: str, **parameters: Any) -> Mapping[str, Any] | Outcome:
        """The answer to one request; or the outcome if there is none."""
        try:
            with self._lent() as client:
                answer: Mapping[str, Any] = getattr(client, operation)(**parameters)
                return answer
        except (BotoCoreError, ClientError) as error:
            outcome = outcome_of(error, self._errors)
            # Its message may quote the number: the codes tell enough.
            logger.info(
                "carrier refused",
                operation=operation,
                error=_code(error),
                reason=_reason(error),
                outcome=type(outcome).__name__,
            )
            return outcome

    @contextmanager
    def _lent(self) -> Iterator[Any]:
        with self._lock:
            if self._client is None:
                self._client = self._make()
            elif not self._busy and time.time() - self._used_at > _IDLE_SECONDS:
                self._client.close()
            self._busy += 1
        try:
            yield self._client
        finally:
            with self._lock:
                self._busy -= 1
                self._used_at = time.time()


def _code(error: Exception) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", ""))
    return type(error).__name__


def _reason(error: Exception) -> str | None:
    return str(error.response.get("Reason", "")) or None if isinstance(error, ClientError) else None
