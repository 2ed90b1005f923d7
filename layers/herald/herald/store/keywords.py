"""The keywords of accounts; most have none of their own, and Herald's hold."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime

from herald.model.keywords import Keywords, NewKeywords
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table
from herald.store.updates import Update, at_most


def put(table: Table, account: str, given: NewKeywords, now: datetime) -> Keywords:
    """Set the keywords of an account, replacing earlier ones. May be repeated."""
    item = {"keywords": given.model_dump_json(exclude_none=True), "updatedAt": now.isoformat()}
    with suppress(ConditionFailed):
        newest = at_most("updatedAt", item["updatedAt"])
        table.write(Update(keys.keywords(account), item, (newest,), creates=True))
    return get(table, account)


def get(table: Table, account: str) -> Keywords:
    item = table.get(keys.keywords(account))
    return _keywords(item) if item else Keywords()


def get_many(table: Table, accounts: Iterable[str]) -> dict[str, NewKeywords]:
    """The keywords of those accounts that have their own."""
    wanted = {keys.keywords(account).pk: account for account in accounts}
    given = {
        wanted[item[keys.PK]]: _keywords(item).given
        for item in table.get_many([keys.keywords(account) for account in wanted.values()])
    }
    return {account: given.get(account) or NewKeywords() for account in wanted.values()}


def delete(table: Table, account: str) -> bool:
    """Restore Herald's keywords; False if they held already."""
    return table.delete(keys.keywords(account))


def _keywords(item: Item) -> Keywords:
    return Keywords(
        given=NewKeywords.model_validate_json(item["keywords"]),
        updated_at=datetime.fromisoformat(item["updatedAt"]),
    )
