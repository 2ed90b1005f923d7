"""Requests that put senders into pools. Their work is done before they are answered.

A pool is made after its members, so a reader of it sees all of them; the operation
is recorded last. A process that dies in between has answered nothing: it leaves
invisible members, or a pool that no answer named. Putting senders into an existing
pool may be repeated.
"""

from collections.abc import Sequence
from datetime import timedelta

from herald.model.ids import new_operation_id, new_sender_pool_id
from herald.model.pools import (
    MAX_MEMBERS,
    NewSenderPool,
    PoolOperation,
    PoolOperationStatus,
    PoolStats,
    SenderPool,
    ids_of,
)
from herald.sending.app import App
from herald.store import pools, senders


class TooMany(Exception):
    """A pool would have more members than it may."""


def create(app: App, account: str, new: NewSenderPool) -> PoolOperation:
    """Make a pool of the senders that the account has."""
    now = app.clock()
    pool_id = new_sender_pool_id(now)
    stats = _put(app, account, pool_id, ids_of(new.senders))
    pool = SenderPool(id=pool_id, name=new.name or pool_id, tags=new.tags, updated_at=now)
    pools.put(app.table, account, pool)
    return _record(app, account, pool_id, stats)


def add(app: App, account: str, pool_id: str, sender_ids: Sequence[str]) -> PoolOperation | None:
    """Put the senders that the account has into a pool; None if there is no such pool.

    Raises TooMany: then none was added. Concurrent requests may exceed the limit together.
    """
    if pools.get(app.table, account, pool_id) is None:
        return None
    if len(pools.members(app.table, pool_id).keys() | set(sender_ids)) > MAX_MEMBERS:
        raise TooMany
    return _record(app, account, pool_id, _put(app, account, pool_id, sender_ids))


def _put(app: App, account: str, pool_id: str, sender_ids: Sequence[str]) -> PoolStats:
    found = senders.get_many(app.table, account, sender_ids)
    pools.add_members(app.table, pool_id, found.values())
    created = sum(sender_id in found for sender_id in sender_ids)
    return PoolStats(total=len(sender_ids), queued=0, created=created, failed=len(sender_ids) - created)


def _record(app: App, account: str, pool_id: str, stats: PoolStats) -> PoolOperation:
    now = app.clock()
    operation = PoolOperation(
        id=new_operation_id(now),
        sender_pool_id=pool_id,
        status=PoolOperationStatus.COMPLETED,
        stats=stats,
        updated_at=now,
        expires_at=int((now + timedelta(days=app.retention_days)).timestamp()),
    )
    pools.put_operation(app.table, account, operation)
    return operation
