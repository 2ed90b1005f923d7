"""DynamoDB's refusals that a caller can act upon, as exceptions; and how often a call is tried."""

import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from botocore.exceptions import ClientError

from herald.store.typed import Item, load

_TRIES: Final = 8
_LONGEST_PAUSE: Final = 2.0
_BUSY: Final = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        # Another transaction works on the item, or the same one is still in progress.
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)


class ConditionFailed(Exception):
    """A conditional write found another state; `item` is the existing item, if there is one."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("the condition of a write does not hold")
        self.item = item


class Unavailable(Exception):
    """The table is too busy, after all retries; nothing was done, or part of a batch."""


class KeyTooLong(Exception):
    """A key is too long for the table: no such item can exist."""


class Unmet(Exception):
    """A condition of a transaction does not hold; nothing of it was done by this call.

    `parts` are the places of the parts whose conditions do not hold, from 0.
    """

    def __init__(self, parts: Iterable[int] = ()) -> None:
        super().__init__("a condition of a transaction does not hold")
        self.parts = frozenset(parts)


@contextmanager
def refusals() -> Iterator[None]:
    """Turns DynamoDB's refusals into ConditionFailed and Unavailable. All others stay ClientErrors."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ConditionalCheckFailedException":
            item: Any = error.response.get("Item")
            raise ConditionFailed(load(item) if item else None) from None
        if code in _BUSY:
            raise Unavailable(code) from error
        raise


def pauses(goes_on: Callable[[], bool] | None = None) -> Iterator[float]:
    """The seconds to wait after each try, growing and jittered.

    They end after 8 tries. With `goes_on` they end after the first try at which it returns False.
    """
    attempt = 0
    while attempt < _TRIES if goes_on is None else attempt == 0 or goes_on():
        yield random.uniform(0, min(0.05 * 2**attempt, _LONGEST_PAUSE))  # noqa: S311 (not for secrets)
        attempt = min(attempt + 1, _TRIES)
