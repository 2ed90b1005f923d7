"""Checks credentials, and notes the hour of their use.

The hour is an item of its own, so that the function that checks credentials may write that item
and nothing else. It is written once an hour at most, however many requests there are.
"""

import hmac
from contextlib import suppress
from datetime import datetime
from typing import Final

from herald.model.access import Identity, scopes_of
from herald.store import accounts, credentials, keys
from herald.store.credentials import State
from herald.store.table import ConditionFailed, Item, Table, Unavailable
from herald.store.updates import Update, at_most

# Compared if there is no such credential, so that the answer takes the same time.
_NO_HASH: Final = "0" * 64


def verify(table: Table, key: bytes, username: str, password: str, now: datetime) -> Identity | None:
    """The identity behind a username and a password; None if they are not, or no longer, valid.

    None also for every credential of a disabled account.
    """
    item = table.get(keys.credential(username))
    found = credentials.of_item(item) if item else None
    given = credentials.hash_of(key, password)
    hashes = (found.valid_hashes(now) if found else ()) or (_NO_HASH,)
    # Every hash is compared, in constant time: there are two while a secret is rotated.
    matches = [hmac.compare_digest(given, known) for known in hashes]
    if found is None or not any(matches) or found.state(now) is not State.ACTIVE:
        return None
    account, use = keys.account(found.account), keys.use(username)
    items = {each[keys.SK]: each for each in table.get_many([account, use])}
    if accounts.is_disabled(items.get(account.sk, {})):
        return None
    _note_use(table, use, items.get(use.sk), now)
    return Identity(found.account, username, scopes_of(found.granted))


def _note_use(table: Table, key: keys.Key, known: Item | None, now: datetime) -> None:
    """Write the hour of a use, unless it is written."""
    hour = now.replace(minute=0, second=0, microsecond=0).isoformat()
    if known is not None and known["hour"] >= hour:
        return
    # A request must not fail because of this write. If it is lost, the next check makes it.
    with suppress(ConditionFailed, Unavailable):
        table.write(Update(key, {"hour": hour}, (at_most("hour", hour),), creates=True))
