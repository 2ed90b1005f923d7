"""The quiet hours of accounts; most have none, and messages may arrive at any time."""

from contextlib import suppress
from datetime import datetime

from herald.model.pools import SenderPool
from herald.model.quiet import KeptQuietHours, QuietHours
from herald.store import keys, pools
from herald.store.table import ConditionFailed, Item, Table


def put(table: Table, account: str, given: QuietHours, now: datetime) -> KeptQuietHours:
    """Let quiet hours hold for an account, in the place of older ones. Twice is once."""
    item = {"quiet": given.model_dump_json(exclude_none=True), "updatedAt": now.isoformat()}
    with suppress(ConditionFailed):
        table.update(
            keys.quiet_hours(account),
            "SET #quiet = :quiet, #updatedAt = :updatedAt",
            item,
            condition="attribute_not_exists(#updatedAt) OR #updatedAt <= :updatedAt",
        )
    return get(table, account)


def get(table: Table, account: str) -> KeptQuietHours:
    item = table.get(keys.quiet_hours(account))
    return _kept(item) if item else KeptQuietHours()


def get_with_pool(table: Table, account: str, pool_id: str) -> tuple[KeptQuietHours, SenderPool | None]:
    """The quiet hours of an account, and one of its pools, in one read."""
    mine, pool = keys.quiet_hours(account), keys.pool(account, pool_id)
    found = {keys.Key(item[keys.PK], item[keys.SK]): item for item in table.get_many([mine, pool])}
    kept = _kept(found[mine]) if mine in found else KeptQuietHours()
    return kept, pools.of_item(found[pool]) if pool in found else None


def _kept(item: Item) -> KeptQuietHours:
    return KeptQuietHours(
        given=QuietHours.model_validate_json(item["quiet"]),
        updated_at=datetime.fromisoformat(item["updatedAt"]),
    )


def delete(table: Table, account: str) -> bool:
    """Let messages arrive at any time again; False when they may."""
    return table.delete(keys.quiet_hours(account))
