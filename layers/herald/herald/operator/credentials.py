"""Credentials, as an operator makes, rotates, disables and lists them (store.credentials)."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from herald.model.access import ALL
from herald.model.ids import new_key_sid
from herald.operator import audited
from herald.store import keys
from herald.store.credentials import Credential, hash_of, of_item
from herald.store.table import Item, NewItem, Table, Unmet
from herald.store.updates import Update, equals


class Changed(Exception):
    """The credential was changed by another command at the same time; nothing was done."""


# -------------------------------------------------------------------------------- made


def new_token(key: bytes, account: str, now: datetime) -> tuple[NewItem, str]:
    """The credential of a new account, and its auth token."""
    return _new(key, account, account, now, granted=(ALL,))


def create_key(
    table: Table,
    key: bytes,
    account: str,
    now: datetime,
    *,
    name: str,
    granted: Iterable[str],
    valid_until: datetime | None,
    audit_days: int,
) -> tuple[str, str]:
    """A new key's SID and secret; the secret is returned this once and not kept."""
    sid = new_key_sid()
    item, secret = _new(key, account, sid, now, granted=granted, name=name, valid_until=valid_until)
    parts = (item, NewItem(keys.account_key(account, sid), {}))
    audited.transact(table, account, "CreateKey", sid, now, *parts, audit_days=audit_days)
    return sid, secret


def _new(
    key: bytes,
    account: str,
    sid: str,
    now: datetime,
    *,
    granted: Iterable[str],
    name: str | None = None,
    valid_until: datetime | None = None,
) -> tuple[NewItem, str]:
    secret = secrets.token_hex(32)
    item: Item = {
        "account": account,
        "hashes": [hash_of(key, secret)],
        "granted": sorted(granted),
        "disabled": False,
        "createdAt": now.isoformat(),
    }
    more = {"name": name, "validUntil": valid_until.isoformat() if valid_until else None}
    given = {name: value for name, value in more.items() if value is not None}
    return NewItem(keys.credential(sid), item | given), secret


# ------------------------------------------------------------------------------ changed


def rotate(
    table: Table, key: bytes, credential: Credential, grace: timedelta, now: datetime, *, audit_days: int
) -> str:
    """Give a credential a new secret, which is returned; the one before it is valid until `grace` is over.

    A secret that is older than that one ends at once. Raises Changed.
    """
    secret = secrets.token_hex(32)
    is_token = credential.sid == credential.account
    kept = list(credential.valid_hashes(now)[:1]) if grace else []
    fields = {
        "hashes": [hash_of(key, secret), *kept],
        "graceUntil": (now + grace).isoformat(),
        "rotatedAt": now.isoformat(),
    }
    seen = equals("hashes", list(credential.hashes))
    change = Update(keys.credential(credential.sid), fields, (seen,))
    action = "RotateToken" if is_token else "RotateKey"
    named = (credential.account, action, credential.sid, now)
    try:
        audited.transact(table, *named, change, audit_days=audit_days)
    except Unmet:
        raise Changed(f"{credential.sid} was changed at the same time") from None
    return secret


def disable(table: Table, credential: Credential, now: datetime, *, audit_days: int) -> bool:
    """Revoke a credential for good; False where it was revoked before."""
    change = Update(keys.credential(credential.sid), {"disabled": True}, (equals("disabled", False),))
    named = (credential.account, "DisableKey", credential.sid, now)
    try:
        audited.transact(table, *named, change, audit_days=audit_days)
    except Unmet:
        return False
    return True


# ------------------------------------------------------------------------------- listed


def get(table: Table, sid: str) -> Credential | None:
    """A credential with the hour of its last use."""
    [*found] = get_many(table, [sid])
    return found[0] if found else None


def of_account(table: Table, account: str) -> list[Credential]:
    """An account's auth token, then its keys, oldest first."""
    sids = [keys.sid_in(item[keys.SK]) for item in table.beginning(keys.account_key(account, ""))]
    found = get_many(table, [account, *sids])
    return sorted(found, key=lambda each: (each.sid != account, each.created_at, each.sid))


def get_many(table: Table, sids: Iterable[str]) -> list[Credential]:
    """Those of some credentials that exist, with the hours of their last use."""
    wanted = [key for sid in sids for key in (keys.credential(sid), keys.use(sid))]
    items = {keys.Key(item[keys.PK], item[keys.SK]): item for item in table.get_many(wanted)}
    return [
        of_item(item, items.get(keys.use(keys.sid_in(key.pk))))
        for key, item in items.items()
        if key == keys.credential(keys.sid_in(key.pk))
    ]
