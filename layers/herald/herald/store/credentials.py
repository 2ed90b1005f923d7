"""Credentials: an account's auth token, and API keys beside it. operator.credentials makes them.

A secret is 32 random bytes in hexadecimal. Only its keyed hash is kept: with that much
randomness a slow hash would cost time and add nothing.

    hashes      the newest secret's first; a rotation leaves the one before it
    graceUntil  until when the secrets behind the first are valid
    validUntil  until when the credential is valid
    disabled    whether it was revoked

The time of a credential's last use is an item of its own (store.authentication).
"""

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from herald.model.access import ALL
from herald.store import keys
from herald.store.table import Item


class State(StrEnum):
    """Whether a credential is accepted."""

    ACTIVE = "active"
    DISABLED = "disabled"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential:
    """An auth token, whose SID is the account's, or a key.

    `granted` are names of scopes, or `all`. `grace_until`: until when the secret before the last
    rotation is valid, if there is one. `last_used`: the hour; no finer time is stored.
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
    """The stored hash of a secret."""
    return hmac.new(key, secret.encode(), hashlib.sha256).hexdigest()
