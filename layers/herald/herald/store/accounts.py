"""What a request and a worker have to know of an account; operator.accounts makes and changes accounts."""

from enum import StrEnum

from herald.store import keys
from herald.store.table import Item, Table


def is_disabled(item: Item) -> bool:
    """Whether an account is disabled, by its item; a missing attribute counts as no."""
    return "disabledAt" in item


class Disabled(Exception):
    """The account is disabled: it can send nothing."""


class AfterUnknown(StrEnum):
    """The policy for a message when the carrier does not say whether it accepted it."""

    # It fails, so that no person is texted twice.
    FAIL = "FAIL"
    # It is sent again: for messages that must arrive, even if they arrive twice.
    SEND_AGAIN = "SEND_AGAIN"


def after_unknown(table: Table, account_sid: str) -> AfterUnknown:
    """An account's policy after an unknown outcome."""
    account = table.get(keys.account(account_sid)) or {}
    return AfterUnknown(account.get("afterUnknown", AfterUnknown.FAIL))


def shards(table: Table, account_sid: str) -> int:
    """The number of shards of an account's next operations, read consistently; earlier ones have no more."""
    return shards_of(table.get(keys.account(account_sid)) or {})


def shards_of(account: Item) -> int:
    """`shards`, of an account's item."""
    return int(account.get("shards", 1))
