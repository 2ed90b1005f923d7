"""Credentials: an account's auth token, and API keys beside it; made, rotated, disabled, listed.

A secret is 32 random bytes in hexadecimal. Only its keyed hash is kept: with that much
randomness a slow hash would cost time and add nothing.

    hashes      the newest secret's first; a rotation leaves the one before it
    graceUntil  until when the secrets behind the first are valid
    validUntil  until when the credential is valid
    disabled    whether it was revoked

When a credential was last used is an item of its own (store.authentication).
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from herald.model.access import ALL
from herald.model.ids import new_key_sid
from herald.store import audit, keys
from herald.store.table import Item, NewItem, Table, Unmet
from herald.store.updates import Update, equals


class Changed(Exception):
    """The credential was changed by another command at the same time; nothing was done."""


class State(StrEnum):
    """Whether a credential is accepted."""

    ACTIVE = "active"
    DISABLED = "disabled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """An auth token, whose SID is the account's, or a key.

    `granted` are names of scopes, or `all`. `grace_until`: until when the secret before the last
    rotation is valid, if there is one. `last_used`: the hour, which is as exact as is kept.
    """

    sid: str
    account: str
    name: str | None
    granted: tuple[str, ...]
    hashes: tuple[str, ...] = field(repr=False)
    disabled: bool
    created_at: datetime
    rotated_at: datetime | None = None
    grace_until: datetime | None = None
    valid_until: datetime | None = None
    last_used: datetime | None = None

    def state(self, now: datetime) -> State:
        if self.disabled:
            return State.DISABLED
        return State.EXPIRED if self.valid_until and self.valid_until <= now else State.ACTIVE

    def valid_hashes(self, now: datetime) -> tuple[str, ...]:
        """The hashes of the secrets that are valid, if the credential is."""
        return self.hashes[:1] if self.grace_until and self.grace_until <= now else self.hashes


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
    event = audit.by_operator(account, "CreateKey", sid, now)
    table.transact(item, NewItem(keys.account_key(account, sid), {}), audit.new(event, audit_days=audit_days))
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
    event = audit.by_operator(credential.account, action, credential.sid, now)
    try:
        table.transact(change, audit.new(event, audit_days=audit_days))
    except Unmet:
        raise Changed(f"{credential.sid} was changed at the same time") from None
    return secret


def disable(table: Table, credential: Credential, now: datetime, *, audit_days: int) -> bool:
    """Revoke a credential for good; False where it was revoked before."""
    change = Update(keys.credential(credential.sid), {"disabled": True}, (equals("disabled", False),))
    event = audit.by_operator(credential.account, "DisableKey", credential.sid, now)
    try:
        table.transact(change, audit.new(event, audit_days=audit_days))
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


def of_item(item: Item, use: Item | None = None) -> Credential:
    """A credential, of its item and that of its use."""
    return Credential(
        sid=keys.sid_in(item[keys.PK]),
        account=str(item["account"]),
        name=item.get("name"),
        # Credentials that were made before there were keys have no scopes: they are auth tokens.
        granted=tuple(item.get("granted", (ALL,))),
        hashes=tuple(item["hashes"]),
        disabled=bool(item["disabled"]),
        created_at=datetime.fromisoformat(item["createdAt"]),
        rotated_at=_instant(item, "rotatedAt"),
        grace_until=_instant(item, "graceUntil"),
        valid_until=_instant(item, "validUntil"),
        last_used=_instant(use or {}, "hour"),
    )


def _instant(item: Mapping[str, object], name: str) -> datetime | None:
    value = item.get(name)
    return datetime.fromisoformat(str(value)) if value else None


def hash_of(key: bytes, secret: str) -> str:
    """What is kept of a secret."""
    return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()
