"""Operations, and the counts of their messages."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import islice
from typing import Final, NamedTuple

from herald.model.batches import batched
from herald.model.ids import operation_time_bound
from herald.model.operation import Operation, OperationStatus, Tally
from herald.store import keys, tallies
from herald.store.pages import Page, Range, ids_between, just_below
from herald.store.table import ConditionFailed, Filtered, Item, NewItem, Table
from herald.store.updates import Update, either, equals


def new(operation: Operation) -> NewItem:
    """An operation as a new item."""
    item = operation.model_dump(exclude_none=True, mode="json")
    item[keys.ACCOUNT_KEY] = keys.operations_of(operation.account)
    return NewItem(keys.operation(operation.id), item)


def put(table: Table, operation: Operation) -> None:
    """Commit a request: from now on its chunks count."""
    try:
        table.put_new(*new(operation))
    except ConditionFailed as failed:
        # The answer to a first try was lost and the SDK tried again: it is ours, and there.
        if not failed.item or failed.item["account"] != operation.account:
            raise


def get(table: Table, operation_id: str) -> Operation | None:
    """An operation of any account; for the functions that read queues."""
    item = table.get(keys.operation(operation_id))
    return _operation(item) if item else None


def get_with(
    table: Table, operation_id: str, others: Sequence[keys.Key]
) -> tuple[Operation | None, list[Item]]:
    """An operation and other items, in one read."""
    key = keys.operation(operation_id)
    items = table.get_many([key, *others])
    found = next((item for item in items if item[keys.PK] == key.pk), None)
    return _operation(found) if found else None, [item for item in items if item is not found]


def get_with_tally(table: Table, operation_id: str) -> tuple[Operation, Tally] | None:
    """An operation and its counts, in one read of two items."""
    items = {
        item[keys.SK]: item
        for item in table.query(keys.operation(operation_id).pk, low=keys.HEAD, high=keys.OPERATION)
    }
    if keys.OPERATION not in items:
        return None
    return _operation(items[keys.OPERATION]), tallies.counts_in(items.get(keys.HEAD))


def get_many(table: Table, operation_ids: Sequence[str]) -> list[Operation]:
    """The operations that exist, of any account."""
    return [_operation(item) for item in table.get_many([keys.operation(each) for each in operation_ids])]


class Filters(NamedTuple):
    """Filters of operations: all that are given must match."""

    status: OperationStatus | None = None
    start: datetime | None = None
    end: datetime | None = None


def page(
    table: Table, account: str, filters: Filters, *, size: int, after: str | None = None
) -> Page[tuple[Operation, Tally]]:
    """Up to `size` operations of the account, newest first, that come after the id `after`.

    The index tells a status of a moment ago, so what it finds is read, and checked.
    """
    ids = ids_between(_ALL, operation_time_bound, start=filters.start, end=filters.end, after=after)
    wanted = (filters.status,) if filters.status else tuple(OperationStatus)
    found: list[tuple[Operation, Tally]] = []
    after = None
    for entries in islice(_entries(table, account, ids, wanted, size + 1), _MOST_CALLS):
        after = entries.after
        for some in batched(entries.items, size):
            rows = _with_counts(table, some, wanted)
            for item in some:
                if item[keys.OPERATION_ID] in rows:
                    found.append(rows[item[keys.OPERATION_ID]])
                if len(found) == size:
                    is_last = after is None and item is entries.items[-1]
                    return Page(found, None if is_last else item[keys.OPERATION_ID])
    return Page(found, after)


def _entries(
    table: Table, account: str, ids: Range, among: Sequence[OperationStatus], limit: int
) -> Iterator[Filtered]:
    """The operations of an account that the index has in one of some statuses, the newest first.

    The first call passes over up to `limit` operations, each later one over more.
    """
    low, high = ids
    while low <= high:
        found = table.query_filtered(
            keys.operations_of(account),
            low=low,
            high=high,
            index=keys.OPERATIONS_BY_ACCOUNT,
            limit=limit,
            field="status",
            among=among,
        )
        yield found
        if found.after is None:
            return
        high = just_below(found.after)
        limit = min(limit * 4, _MOST_ENTRIES)


def _with_counts(
    table: Table, entries: Sequence[Item], among: Sequence[OperationStatus]
) -> dict[str, tuple[Operation, Tally]]:
    """Those of the operations that are in one of some statuses now, with their counts, by id."""
    found = get_many(table, [item[keys.OPERATION_ID] for item in entries])
    wanted = [operation for operation in found if operation.status in among]
    counts = tallies.of(table, [operation.id for operation in wanted])
    return {operation.id: (operation, counts[operation.id]) for operation in wanted}


def ids_since(table: Table, start: datetime | None = None) -> list[str]:
    """The operations of all accounts that were made at `start` or later, newest first; by a scan."""
    lowest = operation_time_bound(start) if start else _ALL.low
    found = (item[keys.OPERATION_ID] for item in table.index_keys(keys.OPERATIONS_BY_ACCOUNT))
    # The index has accounts and suppressions too.
    return sorted((each for each in found if lowest <= each <= _ALL.high), reverse=True)


def unfinished(table: Table, account: str) -> Iterator[list[tuple[Operation, Tally]]]:
    """The operations of an account that are not over, with their counts, up to 100 at a time.

    By an index, which may lag a moment behind.
    """
    for entries in _entries(table, account, _ALL, _OPEN, _MOST_ENTRIES):
        for some in batched(entries.items, _READ_AT_ONCE):
            if found := _with_counts(table, some, _OPEN):
                yield list(found.values())


_ALL: Final = Range("comms_operation_", "comms_operation_~")
_OPEN: Final = (OperationStatus.SCHEDULED, OperationStatus.PROCESSING)
_READ_AT_ONCE: Final = 100
# Calls of a page to the index, each of up to 1 MB: an entry takes less than 200 bytes.
_MOST_CALLS: Final = 30
_MOST_ENTRIES: Final = 10_000


def start(table: Table, operation_id: str, now: datetime) -> bool:
    """SCHEDULED -> PROCESSING; False if it was no longer SCHEDULED."""
    return _move(table, operation_id, (OperationStatus.SCHEDULED,), OperationStatus.PROCESSING, now)


def complete(table: Table, operation_id: str, now: datetime) -> bool:
    """To COMPLETED; False if it was over already.

    Also from SCHEDULED: an operation that can reach no person has nothing left to wait for.
    """
    return _move(table, operation_id, _OPEN, OperationStatus.COMPLETED, now)


def cancel(table: Table, operation: Operation, now: datetime) -> Operation:
    """To CANCELED; returns the operation. One that is over stays as it is."""
    return _control(table, operation, {"status": OperationStatus.CANCELED}, now)


def pause(table: Table, operation: Operation, paused: bool, now: datetime) -> Operation:
    """Set or clear the pause of an operation; returns the operation. One that is over stays as it is."""
    fields: Item = {"paused": paused} if paused else {"paused": paused, "resumedAt": now.isoformat()}
    return _control(table, operation, fields, now)


def stop_sender(table: Table, operation_id: str, sender_id: str, code: int) -> None:
    """Stop a sender for an operation, which sends nothing more from it; `code`: why. Raises Unavailable."""
    with suppress(ConditionFailed):
        table.write(Update(keys.operation(operation_id), {f"stopped.{sender_id}": code}))


def _control(table: Table, operation: Operation, fields: Item, now: datetime) -> Operation:
    """Apply a client's control to an operation, on the condition of the revision that was read.

    So a write that takes effect late changes nothing: a later request has raised the revision.
    If another request was faster, this one is repeated on the new state.
    """
    while not operation.is_over:
        changed = fields | {"revision": operation.revision + 1, "updatedAt": now.isoformat()}
        seen = (equals("status", operation.status), equals("revision", operation.revision))
        update = Update(keys.operation(operation.id), changed, seen)
        try:
            table.write(update)
        except ConditionFailed as failed:
            if failed.item is None:
                return operation
            operation = _operation(failed.item)
            if update.holds_in(failed.item):
                # The answer to an earlier try was lost.
                return operation
        else:
            return _operation(operation.model_dump(exclude_none=True, mode="json") | changed)
    return operation


def _move(
    table: Table, operation_id: str, old: Sequence[OperationStatus], new: OperationStatus, now: datetime
) -> bool:
    """Change an operation whose status is one of `old`; False if it is not."""
    fields = {"status": new, "updatedAt": now.isoformat()}
    is_old = either(*(equals("status", status) for status in old))
    try:
        table.write(Update(keys.operation(operation_id), fields, (is_old,)))
    except ConditionFailed:
        return False
    return True


def _operation(item: Item) -> Operation:
    return Operation.model_validate(item, strict=False)
