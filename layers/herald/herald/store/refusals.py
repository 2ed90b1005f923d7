"""AWS's refusals that a caller can act upon, as exceptions; and how often a call is tried."""

import random
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from herald.store.typed import Item, load

_TRIES: Final = 8
_LONGEST_PAUSE: Final = 2.0
# Each service has words of its own; a statement's and a transaction's lack "Exception" at the end.
_BUSY: Final = re.compile(
    r"Throttl|ThroughputExceeded|RequestLimitExceeded|TooManyRequests|SlowDown|ServiceUnavailable"
    r"|Internal(Server|Service)?(Error|Exception|Failure)|RequestTimeout|PriorRequestNotComplete"
    # Another transaction works on the item, or the same one is still in progress.
    r"|TransactionConflict|TransactionInProgress"
)
_SERVER_ERROR: Final = 500
_TOO_MANY: Final = 429


class ConditionFailed(Exception):
    """A conditional write found another state; `item` is the existing item, if there is one."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("the condition of a write does not hold")
        self.item = item


class Unavailable(Exception):
    """The table is too busy or has not answered, after all retries. A write may have taken effect."""


class KeyTooLong(Exception):
    """A key is too long for the table: no such item can exist."""


class Unmet(Exception):
    """A condition of a transaction does not hold; nothing of it was done by this call.

    `parts` are the places of the parts whose conditions do not hold, from 0.
    """

    def __init__(self, parts: Iterable[int] = ()) -> None:
        super().__init__("a condition of a transaction does not hold")
        self.parts = frozenset(parts)


def is_busy(code: str) -> bool:
    """Whether an error code of a service, statement or transaction may be gone a moment later."""
    return _BUSY.search(code) is not None


def is_passing(error: BaseException) -> bool:
    """Whether an error of an AWS client may be gone at a later try: AWS was busy, failed, or did not answer.

    A load balancer answers for a service that is down, without the service's error code, so the
    HTTP status counts too. The call may have taken effect.
    """
    if not isinstance(error, ClientError):
        return isinstance(error, (HTTPClientError, NotConnected))
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    return status >= _SERVER_ERROR or status == _TOO_MANY or is_busy(error.response["Error"]["Code"])


@contextmanager
def refusals() -> Iterator[None]:
    """Turns errors of DynamoDB's client into ConditionFailed and Unavailable. All others stay as they are."""
    try:
        yield
    except (ClientError, HTTPClientError, NotConnected) as error:
        if is_passing(error):
            raise Unavailable(_name_of(error)) from error
        if isinstance(error, ClientError) and _name_of(error) == "ConditionalCheckFailedException":
            item: Any = error.response.get("Item")
            raise ConditionFailed(load(item) if item else None) from None
        raise


def _name_of(error: BaseException) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__


def pauses(goes_on: Callable[[], bool] | None = None) -> Iterator[float]:
    """The seconds to wait after each try, growing and jittered.

    They end after 8 tries. With `goes_on` they end after the first try at which it returns False.
    """
    attempt = 0
    while attempt < _TRIES if goes_on is None else attempt == 0 or goes_on():
        yield random.uniform(0, min(0.05 * 2**attempt, _LONGEST_PAUSE))  # noqa: S311 (not for secrets)
        attempt = min(attempt + 1, _TRIES)
