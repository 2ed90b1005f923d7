"""What an operation could not do: recipients without a message, and messages that FAILED.

Both lie newest first in ranges of ids, so a page merges them as any list does.
"""

from collections.abc import Iterator, Sequence

from herald.model.ids import message_id_bounds, time_bound
from herald.model.message import Message, Unaddressable
from herald.model.status import Status
from herald.store import keys, messages
from herald.store.pages import Budget, Candidate, Page, Range, begun, fill, ids_between, merged, share
from herald.store.rows import unaddressable_of
from herald.store.table import Item, Table


def page(
    table: Table, account: str, operation_id: str, *, size: int, after: str | None = None
) -> Page[Message | Unaddressable]:
    """Up to `size` failures of an operation that come after the message id `after`."""
    ids = ids_between(Range(*message_id_bounds(operation_id)), time_bound, after=after)
    budget = Budget(size, 2 * keys.SHARDS)
    each = share(size, 2 * keys.SHARDS)

    def failed(shard: int) -> Iterator[Item]:
        items = table.query(
            keys.status_key(account, Status.FAILED, shard) or "",
            low=ids.low,
            high=ids.high,
            index=keys.MESSAGES_BY_STATUS,
            partition_name=keys.STATUS_KEY,
            newest_first=True,
            limit=each,
        )
        return budget.counted(items)

    def unaddressable(shard: int) -> Iterator[Item]:
        items = table.query(
            keys.messages(account, shard),
            low=keys.UNADDRESSABLE_PREFIX + ids.low,
            high=keys.UNADDRESSABLE_PREFIX + ids.high,
            newest_first=True,
            limit=each,
        )
        return budget.counted(items)

    def rows_of(candidates: Sequence[Candidate]) -> dict[str, Message | Unaddressable]:
        found: dict[str, Message | Unaddressable] = {
            candidate.id: unaddressable_of(candidate.item)
            for candidate in candidates
            if candidate.item and _is_unaddressable(candidate.item)
        }
        ids_of_messages = [candidate.id for candidate in candidates if candidate.id not in found]
        rows = messages.get_many(table, account, ids_of_messages)
        return found | {each: row for each, row in rows.items() if row.status is Status.FAILED}

    shards = range(keys.SHARDS)
    partitions = begun([*map(failed, shards), *map(unaddressable, shards)])
    candidates = merged(map(_candidate, items) for items in partitions)
    return fill(candidates, rows_of, size=size, budget=budget)


def _candidate(item: Item) -> Candidate:
    return Candidate(item[keys.SK].removeprefix(keys.UNADDRESSABLE_PREFIX), item)


def _is_unaddressable(item: Item) -> bool:
    return str(item[keys.SK]).startswith(keys.UNADDRESSABLE_PREFIX)
