"""The errors of an operation: recipients without a message, and messages that FAILED.

Both are entries of messages_by_status, newest first in ranges of ids, so a page merges
them as any list does.
"""

from collections.abc import Iterator, Sequence

from herald.model.ids import message_id_bounds, shards_of, time_bound
from herald.model.message import Message, Unaddressable
from herald.model.status import Status
from herald.store import keys, messages
from herald.store.pages import Budget, Candidate, Page, Range, begun, fill, ids_between, merged, share
from herald.store.table import Item, Table


def page(
    table: Table, account: str, operation_id: str, *, size: int, after: str | None = None
) -> Page[Message | Unaddressable]:
    """Up to `size` failures of an operation that come after the message id `after`."""
    ids = ids_between(Range(*message_id_bounds(operation_id)), time_bound, after=after)
    partitions = [
        partition
        for shard in range(shards_of(operation_id))
        for partition in (
            keys.status_key(account, Status.FAILED, shard) or "",
            keys.unaddressable_key(account, shard),
        )
    ]
    budget = Budget(size, len(partitions))

    def entries(partition: str) -> Iterator[Item]:
        items = table.query(
            partition,
            low=ids.low,
            high=ids.high,
            index=keys.MESSAGES_BY_STATUS,
            partition_name=keys.STATUS_KEY,
            newest_first=True,
            limit=share(size, len(partitions)),
        )
        return budget.counted(items)

    def rows_of(candidates: Sequence[Candidate]) -> dict[str, Message | Unaddressable]:
        rows = messages.rows(table, account, [candidate.id for candidate in candidates])
        return {
            each: row
            for each, row in rows.items()
            if isinstance(row, Unaddressable) or row.status is Status.FAILED
        }

    candidates = merged(map(_candidates, begun(map(entries, partitions))))
    return fill(candidates, rows_of, size=size, budget=budget)


def _candidates(items: Iterator[Item]) -> Iterator[Candidate]:
    return (Candidate(item[keys.SK], item) for item in items)
