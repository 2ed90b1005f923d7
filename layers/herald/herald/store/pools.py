"""Sender pools, their members, and the operations that put members into them.

A pool is an item among its account's; its members are items of a partition of their
own. Deleting one is three steps; the first is the one that counts:

    mark      the pool is gone for all readers, at once
    members   deleted, 25 a call
    pool      deleted

If the process dies in between, the rest is in no list, and deleting the pool again continues:
the marked item still exists. The other orders are worse. With the members first, requests
still send from a pool that has lost half of its members; with the pool first, the remaining
members cannot be found any more.
"""

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from herald.model.addresses import SenderChannel
from herald.model.ids import is_operation_id, is_sender_id, is_sender_pool_id
from herald.model.pools import PoolOperation, PoolOperationStatus, SenderPool, SenderPoolChange
from herald.model.senders import OwnSender
from herald.store import keys, pages
from herald.store.table import ConditionFailed, Item, Table


class Filters(NamedTuple):
    """Filters of pools, or of operations: all that are given must match."""

    operation_id: str | None = None
    status: PoolOperationStatus | None = None
    start: datetime | None = None
    end: datetime | None = None

    def let_through(self, row: SenderPool | PoolOperation) -> bool:
        """Whether the rows' own fields are as wanted."""
        return pages.is_between(row.created_at, self.start, self.end) and (
            isinstance(row, SenderPool) or self.status in (None, row.status)
        )


def put(table: Table, account: str, pool: SenderPool) -> None:
    """Make a pool, which has a new id."""
    # Where it is there already, an earlier try of this very call wrote it.
    with suppress(ConditionFailed):
        table.put_new(keys.pool(account, pool.id), pool.model_dump(mode="json"))


def get(table: Table, account: str, pool_id: str) -> SenderPool | None:
    item = table.get(keys.pool(account, pool_id)) if is_sender_pool_id(pool_id) else None
    return of_item(item) if item else None


def update(table: Table, account: str, pool_id: str, change: SenderPoolChange, now: datetime) -> bool:
    """Change only the fields of a change; False if there is no such pool."""
    fields = {**change.model_dump(exclude_unset=True, mode="json"), "updatedAt": now.isoformat()}
    return table.update_fields(keys.pool(account, pool_id), fields, unless="deleting")


def delete(table: Table, account: str, pool_id: str) -> bool:
    """Delete a pool and its members; False when there was none."""
    if not table.update_fields(keys.pool(account, pool_id), {"deleting": True}):
        return False
    table.delete_many(keys.pool_member(pool_id, sender_id) for sender_id in members(table, pool_id))
    table.delete(keys.pool(account, pool_id))
    return True


def page(
    table: Table, account: str, filters: Filters, *, size: int, after: str | None = None
) -> pages.Page[SenderPool]:
    """Up to `size` pools of the account that come after the id `after`, newest first."""
    if filters.operation_id:
        operation = get_operation(table, account, filters.operation_id)
        pool = get(table, account, operation.sender_pool_id) if operation else None
        return pages.Page([pool] if pool and filters.let_through(pool) else [], None)

    def row_of(item: Item) -> SenderPool | None:
        pool = of_item(item)
        return pool if pool and filters.let_through(pool) else None

    return pages.of_items(table, keys.pool(account, ""), row_of, size=size, after=after)


def members(table: Table, pool_id: str) -> dict[str, SenderChannel]:
    """The ids and channels of all senders of a pool, in one call however many they are."""
    found = table.beginning(keys.pool_member(pool_id, "comms_sender_"))
    return {item[keys.SK]: SenderChannel(item["kind"]) for item in found}


def add_members(table: Table, pool_id: str, senders: Iterable[OwnSender]) -> None:
    """Make senders members of a pool; existing members stay.

    If the pool is deleted meanwhile, they may stay in the table, in no list.
    """
    table.put_many((keys.pool_member(pool_id, sender.id), {"kind": sender.channel}) for sender in senders)


def remove_member(table: Table, pool_id: str, sender_id: str) -> bool:
    """False when the sender was no member."""
    return is_sender_id(sender_id) and table.delete(keys.pool_member(pool_id, sender_id))


def put_operation(table: Table, account: str, operation: PoolOperation) -> None:
    """Record the operation of a request."""
    with suppress(ConditionFailed):
        table.put_new(keys.pool_operation(account, operation.id), operation.model_dump(mode="json"))


def get_operation(table: Table, account: str, operation_id: str) -> PoolOperation | None:
    item = table.get(keys.pool_operation(account, operation_id)) if is_operation_id(operation_id) else None
    return _operation(item) if item else None


def operations_page(
    table: Table, account: str, filters: Filters, *, size: int, after: str | None = None
) -> pages.Page[PoolOperation]:
    """Up to `size` operations on pools that come after the id `after`, newest first."""

    def row_of(item: Item) -> PoolOperation | None:
        operation = _operation(item)
        return operation if filters.let_through(operation) else None

    return pages.of_items(table, keys.pool_operation(account, ""), row_of, size=size, after=after)


def of_item(item: Item) -> SenderPool | None:
    return None if item.get("deleting") else SenderPool.model_validate(item, strict=False)


def _operation(item: Item) -> PoolOperation:
    return PoolOperation.model_validate(item, strict=False)
