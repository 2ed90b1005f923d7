"""Operations, and the tallies that count their messages."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from herald.model.operation import Operation, OperationStatus, Tally, sum_of
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table


def put(table: Table, operation: Operation) -> None:
    """Commit a request: from here on its chunks count."""
    item = operation.model_dump(exclude_none=True, mode="json")
    try:
        table.put_new(keys.operation(operation.id), item)
    except ConditionFailed as failed:
        # The answer to a first try was lost and the SDK tried again: it is ours, and there.
        if not failed.item or failed.item["account"] != operation.account:
            raise


def get(table: Table, operation_id: str) -> Operation | None:
    """An operation of whatever account; for the functions behind the queue."""
    item = table.get(keys.operation(operation_id))
    return _operation(item) if item else None


def get_with_tally(table: Table, operation_id: str) -> tuple[Operation, Tally] | None:
    """An operation and the sum of its tallies, in one read."""
    items = list(
        table.query(keys.operation(operation_id).pk, low=keys.OPERATION, high=keys.TALLY_PREFIX + "~")
    )
    if not items or items[0][keys.SK] != keys.OPERATION:
        return None
    return _operation(items[0]), sum_of(map(_tally, items[1:]))


def complete(table: Table, operation_id: str, now: datetime) -> bool:
    """PROCESSING -> COMPLETED; False when it was not PROCESSING any more."""
    try:
        table.update(
            keys.operation(operation_id),
            "SET #status = :completed, updatedAt = :now",
            {
                "completed": OperationStatus.COMPLETED,
                "processing": OperationStatus.PROCESSING,
                "now": now.isoformat(),
            },
            condition="#status = :processing",
        )
    except ConditionFailed:
        return False
    return True


def add_to_tally(
    table: Table,
    operation_id: str,
    shard: int,
    changes: Mapping[str, Tally],
    *,
    expires_at: int,
) -> None:
    """Count changes of one operation's messages in one shard, each exactly once.

    `changes` maps a stream's sequence numbers to what the change of that number adds.
    The tally keeps the last number it has counted: numbers that are not above it
    were counted by an earlier try of the same batch, and are left out.
    """
    fresh = {_padded(number): change for number, change in changes.items()}
    while fresh:
        total: Tally = Counter()
        for change in fresh.values():
            total.update(change)  # += would drop what falls below one
        added = {name: count for name, count in total.items() if count}
        adding = ", ".join(f"#{name} :{name}" for name in added)
        try:
            table.update(
                keys.tally(operation_id, shard),
                "SET lastSequence = :newest, expiresAt = :expires" + (f" ADD {adding}" if adding else ""),
                {"newest": max(fresh), "oldest": min(fresh), "expires": expires_at, **added},
                condition="attribute_not_exists(lastSequence) OR lastSequence < :oldest",
            )
        except ConditionFailed as failed:
            last = failed.item["lastSequence"] if failed.item else ""
            fresh = {number: change for number, change in fresh.items() if number > last}
        else:
            return


def _padded(sequence_number: str) -> str:
    """A sequence number in a form that sorts: they are decimals of up to 40 digits."""
    return sequence_number.zfill(40)


def _operation(item: Item) -> Operation:
    return Operation.model_validate(item, strict=False)


def _tally(item: Item) -> Tally:
    """The counts of a tally item: its attributes in capital letters."""
    return Counter({name: count for name, count in item.items() if name.isupper()})
