"""The unfinished chunks of an operation, for `herald repair` (read-only)."""

from typing import Final, NamedTuple

from herald.model.operation import Operation
from herald.store import keys
from herald.store.table import Table

# The fields of a chunk's progress with unfinished places (store.chunks).
_SETS: Final = ("pending", "deferred", "intended")


class Left(NamedTuple):
    """An unfinished chunk: whether its rows are made, and its recipients still exist."""

    is_expanded: bool
    has_recipients: bool


def of(table: Table, operation: Operation) -> dict[int, Left]:
    """The unfinished chunks, by number."""
    numbers = range(operation.chunks)
    found = table.get_many([keys.progress(operation.id, number) for number in numbers])
    expanded = {keys.chunk_in(item[keys.PK]) for item in found if item.get("expanded", False)}
    waiting = {
        keys.chunk_in(item[keys.PK]) for item in found if any(int(item.get(name, "0"), 16) for name in _SETS)
    }
    undone = [number for number in numbers if number not in expanded or number in waiting]
    chunks = table.get_many([keys.chunk(operation.id, number) for number in undone])
    there = {keys.chunk_in(item[keys.PK]) for item in chunks}
    return {number: Left(number in expanded, number in there) for number in undone}
