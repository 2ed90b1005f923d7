"""The table's cost of counting: write units for a message, and bytes that GET of an operation reads.

The real `take_in` runs on the simulated table. A message of an operation of 10,000 changes three
times: its row is made, a carrier accepts it, a receipt reports it.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import batched, chain
from random import Random
from typing import Any, Final

from herald.model.block import State, state_of
from herald.model.change import Change
from herald.model.content import TextWithMedia
from herald.model.ids import new_operation_id
from herald.model.operation import Operation, OperationStatus
from herald.store import Table, keys, operations, tallies
from herald.store.table import Item, Result, Update
from tests.sim.counted import CountedTable

MESSAGES: Final = 10_000
_CHUNK: Final = 100
# The batch size of `tally`'s event source (template.yaml), and of the scattered batches.
_BATCH: Final = 1_000
_SCATTERED: Final = 100
_STATES: Final = (
    state_of("QUEUED", 1),
    state_of("SENT", 10, tries=1),
    state_of("DELIVERED", 30, tries=1),
)
_NOW: Final = datetime(2026, 1, 5, 9, tzinfo=UTC)
_EXPIRES: Final = 2_000_000_000


def tally_write_units() -> float:
    """Write units for a message whose chunk is sent, and whose receipts come, in order."""
    table = _Measured()
    changes = chain.from_iterable(
        _changes(places, step)
        for places in batched(range(MESSAGES), _CHUNK, strict=False)
        for step in range(len(_STATES))
    )
    for some in batched(changes, _BATCH, strict=False):
        tallies.take_in(table, some)
    return table.write_units / MESSAGES


def tally_write_units_scattered() -> float:
    """Write units for a message whose receipt comes in a batch of 100 from all over the operation."""
    table = _Measured()
    sent = chain.from_iterable(
        _changes(places, step) for places in batched(range(MESSAGES), _CHUNK, strict=False) for step in (0, 1)
    )
    for some in batched(sent, _BATCH, strict=False):
        tallies.take_in(table, some)
    places = list(range(MESSAGES))
    Random(1).shuffle(places)  # noqa: S311 (not for secrets)
    for scattered in batched(places, _SCATTERED, strict=False):
        tallies.take_in(table, _changes(scattered, 2))
    return table.write_units / MESSAGES


def operation_read_bytes() -> int:
    """Bytes of the items that GET of an operation of 10,000 reads once all messages are counted."""
    table = _Measured()
    operation = Operation(
        id=_OPERATION_ID,
        account="AC" + "0" * 32,
        status=OperationStatus.PROCESSING,
        total=MESSAGES,
        content=TextWithMedia(text="Hello {{name}}, your order {{order}} is on its way. " * 4),
        senders=(),
        updated_at=_NOW,
        expires_at=_EXPIRES,
    )
    operations.put(table, operation)
    for step in range(len(_STATES)):
        tallies.take_in(table, _changes(range(MESSAGES), step))
    found = operations.get_with_tally(table, operation.id)
    assert found
    assert found[1]["DELIVERED"] == MESSAGES
    items = table.get_many([keys.operation(operation.id), keys.head(operation.id)])
    return sum(map(size_of, items))


class _Measured(CountedTable):
    """Counts the write units of each write, one for each begun kilobyte."""

    def __init__(self) -> None:
        super().__init__()
        self.write_units = 0

    def insert_many(self, items: Iterable[tuple[keys.Key, Item]]) -> dict[keys.Key, Item]:
        made = list(items)
        found = super().insert_many(made)
        self._count([key for key, _ in made])
        return found

    def update_many(self, changes: Sequence[Update], **more: Any) -> list[Result]:
        results = super().update_many(changes, **more)
        # A write whose condition fails costs as much.
        self._count([change.key for change in changes])
        return results

    def _count(self, written: Sequence[keys.Key]) -> None:
        self.write_units += sum(math.ceil(size_of(item) / 1024) for item in Table.get_many(self, written))


def size_of(item: Mapping[str, Any]) -> int:
    """Bytes of an item as DynamoDB counts them: names, and values by their types."""
    return sum(len(name.encode()) + _size(value) for name, value in item.items())


def _size(value: Any) -> int:
    match value:
        case bool() | None:
            return 1
        case int():
            return 1 + (len(str(abs(value)).rstrip("0")) + 1) // 2
        case str():
            return len(value.encode())
        case bytes():
            return len(value)
        case list():
            return 3 + sum(1 + _size(each) for each in value)
        case dict():
            return 3 + sum(1 + len(name.encode()) + _size(each) for name, each in value.items())
    raise TypeError(type(value))


_OPERATION_ID: Final = new_operation_id(_NOW)


def _changes(places: Iterable[int], step: int) -> list[Change]:
    old: State | None = _STATES[step - 1] if step else None
    return [Change(_OPERATION_ID, place, old, _STATES[step], _EXPIRES) for place in places]
