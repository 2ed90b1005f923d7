"""The errors of an operation: recipients without a message, and messages that FAILED.

Both are entries of messages_by_status, sorted by their ids, so a page merges them.
"""

from collections.abc import Iterator

from herald.model.batches import batched
from herald.model.ids import message_id_bounds, shards_of, time_bound
from herald.model.message import Message, Unaddressable
from herald.model.status import Status
from herald.store import keys, messages, pages
from herald.store.pages import Page, Range, ids_between, newest_first, share
from herald.store.table import Table


def page(
    table: Table, account: str, operation_id: str, *, size: int, after: str | None = None
) -> Page[Message | Unaddressable]:
    """Up to `size` failures of an operation that come after the message id `after`."""
    ids = ids_between(Range(*message_id_bounds(operation_id)), time_bound, after=after)
    if ids.low > ids.high:
        return Page([], None)
    partitions = [
        partition
        for shard in range(shards_of(operation_id))
        for partition in (
            keys.status_key(account, Status.FAILED, shard) or "",
            keys.unaddressable_key(account, shard),
        )
    ]
    each = share(size, len(partitions))
    entries = newest_first(
        table.query(
            partition,
            low=ids.low,
            high=ids.high,
            index=keys.MESSAGES_BY_STATUS,
            newest_first=True,
            limit=each,
        )
        for partition in partitions
    )

    def candidates() -> Iterator[tuple[str, Message | Unaddressable | None]]:
        for some in batched((item[keys.SK] for item in entries), size + 1):
            rows = messages.rows(table, account, some)
            for identifier in some:
                row = rows.get(identifier)
                has_failed = isinstance(row, Unaddressable) or (row and row.status is Status.FAILED)
                yield identifier, row if has_failed else None

    return pages.page(candidates(), size=size)
