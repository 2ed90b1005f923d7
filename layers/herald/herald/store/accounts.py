"""Accounts, and who may act for them.

An auth token is 32 random bytes in hexadecimal. Only its keyed hash is kept:
with that much randomness a slow hash would cost time and add nothing.
"""

import hashlib
import hmac
import secrets
from datetime import datetime
from enum import StrEnum
from typing import Final

from herald.model.ids import new_account_sid
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table

# Compared when there is no such credential, so that the answer takes as long.
_NO_HASH: Final = "0" * 64


def create(table: Table, key: bytes, name: str, now: datetime) -> tuple[str, str]:
    """A new account's SID and auth token; the token is shown this once and not kept.

    The account is written before its credential: a credential always has an account.
    """
    account_sid, auth_token = new_account_sid(), secrets.token_hex(32)
    table.put_new(keys.account(account_sid), {"name": name, "createdAt": now.isoformat()})
    table.put_new(
        keys.credential(account_sid),
        {
            "account": account_sid,
            "hashes": [_hash(key, auth_token)],
            "disabled": False,
            "createdAt": now.isoformat(),
        },
    )
    return account_sid, auth_token


def account_of(table: Table, key: bytes, username: str, password: str) -> str | None:
    """The account that a username and password are a credential of, or None."""
    credential = table.get(keys.credential(username)) or {}
    given = _hash(key, password)
    hashes = credential.get("hashes") or [_NO_HASH]
    # Every hash is compared, in constant time: up to two are there while a token is changed.
    matches = [hmac.compare_digest(given, known) for known in hashes]
    if any(matches) and not credential.get("disabled", True):
        return str(credential["account"])
    return None


class AfterUnknown(StrEnum):
    """What becomes of a message when the carrier does not say whether it took it."""

    # It fails, so that no person is texted twice.
    FAIL = "FAIL"
    # It is sent once more: for what must arrive, even if that is twice.
    SEND_AGAIN = "SEND_AGAIN"


def after_unknown(table: Table, account_sid: str) -> AfterUnknown:
    """An account's policy after an unknown outcome."""
    account = table.get(keys.account(account_sid)) or {}
    return AfterUnknown(account.get("afterUnknown", AfterUnknown.FAIL))


def set_after_unknown(table: Table, account_sid: str, policy: AfterUnknown) -> bool:
    """Change an account's policy; False when there is no such account."""
    return table.update_fields(keys.account(account_sid), {"afterUnknown": policy})


def shards(table: Table, account_sid: str) -> int:
    """In how many shards the messages of an account's next operations lie, as of now; none lie in more."""
    return shards_of(table.get(keys.account(account_sid)) or {})


def shards_of(account: Item) -> int:
    """`shards`, of an account's item."""
    return int(account.get("shards", 1))


def raise_shards(table: Table, account_sid: str, number: int) -> bool:
    """Have the messages of the next operations lie in more shards; False where they do already.

    It never goes down: lists read so many shards. An account that is not there stays so: False.
    """
    try:
        table.update(
            keys.account(account_sid),
            "SET shards = :number",
            {"number": number, "one": 1},
            condition=f"attribute_exists({keys.PK}) AND :number > :one"
            " AND (attribute_not_exists(shards) OR shards < :number)",
        )
    except ConditionFailed:
        return False
    return True


def exists(table: Table, account_sid: str) -> bool:
    return table.get(keys.account(account_sid)) is not None


def _hash(key: bytes, auth_token: str) -> str:
    return hmac.new(key, auth_token.encode(), hashlib.sha256).hexdigest()
