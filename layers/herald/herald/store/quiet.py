"""The quiet hours of accounts; most have none, and messages may arrive at any time."""

from contextlib import suppress
from datetime import datetime

from herald.model.quiet import KeptQuietHours, QuietHours
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table
from herald.store.updates import Update, at_most


def put(table: Table, account: str, given: QuietHours, now: datetime) -> KeptQuietHours:
    """Set the quiet hours of an account, replacing earlier ones. May be repeated."""
    item = {"quiet": given.model_dump_json(exclude_none=True), "updatedAt": now.isoformat()}
    with suppress(ConditionFailed):
        newest = at_most("updatedAt", item["updatedAt"])
        table.write(Update(keys.quiet_hours(account), item, (newest,), creates=True))
    return get(table, account)


def get(table: Table, account: str) -> KeptQuietHours:
    item = table.get(keys.quiet_hours(account))
    return of_item(item) if item else KeptQuietHours()


def of_item(item: Item) -> KeptQuietHours:
    return KeptQuietHours(
        given=QuietHours.model_validate_json(item["quiet"]),
        updated_at=datetime.fromisoformat(item["updatedAt"]),
    )


def delete(table: Table, account: str) -> bool:
    """Delete the quiet hours of an account; False if it had none."""
    return table.delete(keys.quiet_hours(account))
