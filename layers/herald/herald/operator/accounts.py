"""Accounts, as an operator makes and changes them. Their credentials are in operator.credentials."""

from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from herald.model.batches import batched
from herald.model.ids import new_account_sid
from herald.operator import audited, credentials
from herald.operator.audited import AUDIT_DAYS
from herald.store import keys
from herald.store.accounts import AfterUnknown, shards_of
from herald.store.table import Item, NewItem, Table, Unmet
from herald.store.updates import Update, at_most, missing, present

_READ_AT_ONCE = 100


class Account(NamedTuple):
    """An account as an operator sees it. `disabled_at`: since when it is disabled, if it is."""

    sid: str
    name: str
    created_at: datetime
    disabled_at: datetime | None
    after_unknown: AfterUnknown
    shards: int


def create(
    table: Table, key: bytes, name: str, now: datetime, *, audit_days: int = AUDIT_DAYS
) -> tuple[str, str]:
    """A new account's SID and auth token; the token is shown this once and not kept."""
    account_sid = new_account_sid()
    token, auth_token = credentials.new_token(key, account_sid, now)
    item: Item = {"name": name, "createdAt": now.isoformat(), **_indexed(account_sid)}
    account = NewItem(keys.account(account_sid), item)
    named = (account_sid, "CreateAccount", account_sid, now)
    audited.transact(table, *named, account, token, audit_days=audit_days)
    return account_sid, auth_token


def get(table: Table, account_sid: str) -> Account | None:
    item = table.get(keys.account(account_sid))
    return of_item(item) if item else None


def everyone(table: Table) -> Iterator[Account]:
    """All accounts, in no order that means anything, read as they are asked for."""
    entries = table.query(
        keys.ACCOUNTS,
        low="AC",
        high="AC~",
        index=keys.OPERATIONS_BY_ACCOUNT,
    )
    for some in batched(entries, _READ_AT_ONCE):
        yield from map(of_item, table.get_many([keys.Key(entry[keys.PK], entry[keys.SK]) for entry in some]))


def of_item(item: Item) -> Account:
    """An account, of its item."""
    disabled_at = item.get("disabledAt")
    return Account(
        sid=keys.sid_in(item[keys.PK]),
        name=item["name"],
        created_at=datetime.fromisoformat(item["createdAt"]),
        disabled_at=datetime.fromisoformat(disabled_at) if disabled_at else None,
        after_unknown=AfterUnknown(item.get("afterUnknown", AfterUnknown.FAIL)),
        shards=shards_of(item),
    )


def disable(table: Table, account_sid: str, now: datetime, *, audit_days: int) -> bool:
    """Let an account call and send nothing; False where it was disabled before, or is not there."""
    fields = {"disabledAt": now.isoformat(), **_indexed(account_sid)}
    change = Update(keys.account(account_sid), fields, (missing("disabledAt"),))
    return _audited(table, account_sid, "DisableAccount", change, now, audit_days)


def enable(table: Table, account_sid: str, now: datetime, *, audit_days: int) -> bool:
    """Let an account call and send again; False where it was enabled, or is not there."""
    fields = {"disabledAt": None, **_indexed(account_sid)}
    change = Update(keys.account(account_sid), fields, (present("disabledAt"),))
    if _audited(table, account_sid, "EnableAccount", change, now, audit_days):
        return True
    # One that was made before accounts were listed is listed from here on.
    table.update_fields(keys.account(account_sid), _indexed(account_sid))
    return False


def _audited(
    table: Table, account_sid: str, action: str, change: Update, now: datetime, audit_days: int
) -> bool:
    """Change an account and write the event of it, or neither; False where the condition does not hold."""
    try:
        audited.transact(table, account_sid, action, account_sid, now, change, audit_days=audit_days)
    except Unmet:
        return False
    return True


def _indexed(account_sid: str) -> Item:
    """The attributes that list an account among all accounts."""
    return {keys.ACCOUNT_KEY: keys.ACCOUNTS, keys.OPERATION_ID: account_sid}


def set_after_unknown(
    table: Table, account_sid: str, policy: AfterUnknown, now: datetime, *, audit_days: int = AUDIT_DAYS
) -> bool:
    """Change an account's policy; False when there is no such account."""
    change = Update(keys.account(account_sid), {"afterUnknown": policy})
    return _audited(table, account_sid, "SetAfterUnknown", change, now, audit_days)


def raise_shards(
    table: Table, account_sid: str, number: int, now: datetime, *, audit_days: int = AUDIT_DAYS
) -> bool:
    """Have the messages of the next operations lie in more shards; False where they do already.

    It never goes down: lists read so many shards. An account that is not there stays so: False.
    """
    if number <= 1:
        return False
    change = Update(keys.account(account_sid), {"shards": number}, (at_most("shards", number - 1),))
    return _audited(table, account_sid, "RaiseShards", change, now, audit_days)


def exists(table: Table, account_sid: str) -> bool:
    return table.get(keys.account(account_sid)) is not None
