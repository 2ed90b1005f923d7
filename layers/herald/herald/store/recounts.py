"""Recounts: what the rows of an operation come to, told to the tally by way of the stream.

The marker of a recount lies in the partition of the rows that it counts, so the stream
has what is written to it in order with their changes. It is opened, then the rows are
read, then it is closed with what they come to (`store.tallies` says what that does).

`generation` counts how often it was opened. Only the last who opened it can close it,
and only once: a write that the SDK repeats much later does no harm.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

from herald.model.change import Closed, Opened, Row
from herald.model.ids import message_id_bounds
from herald.model.operation import Operation, Tally
from herald.model.status import Status
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table

_OPEN: Final = "OPEN"
_CLOSED: Final = "CLOSED"


class Overtaken(Exception):
    """Another recount of the same shard has begun."""


class Counted(NamedTuple):
    """A row as a recount reads it."""

    message_id: str
    row: Row
    error: int | None

    @property
    def is_waiting(self) -> bool:
        return self.row.status in (Status.SCHEDULED, Status.QUEUED)


def begin(table: Table, operation: Operation, shard: int) -> int:
    """Open a recount of a shard; its number."""
    item = table.update(
        keys.recount(operation.account, operation.id, shard),
        "SET #phase = :open, expiresAt = :expires REMOVE #counts ADD generation :one",
        {"open": _OPEN, "expires": operation.expires_at, "one": 1},
        condition="attribute_not_exists(generation) OR generation >= :one",
        new=True,
    )
    return int(item["generation"])


def end(table: Table, operation: Operation, shard: int, generation: int, counts: Tally) -> None:
    """Close a recount with what the rows came to. Raises Overtaken."""
    try:
        table.update(
            keys.recount(operation.account, operation.id, shard),
            "SET #phase = :closed, #counts = :counts",
            {"closed": _CLOSED, "counts": dict(counts), "generation": generation, "open": _OPEN},
            condition="generation = :generation AND #phase = :open",
        )
    except ConditionFailed:
        raise Overtaken from None


def step_of(item: Item) -> Opened | Closed:
    """What a marker says when it is written."""
    if item["phase"] == _OPEN:
        return Opened(item["generation"])
    return Closed(item["generation"], Counter(item["counts"]))


def rows(table: Table, operation: Operation, shard: int) -> list[Counted]:
    """All that the tally of a shard counts, as of now."""
    low, high = message_id_bounds(operation.id)
    partition = keys.messages(operation.account, shard)
    messages = table.query(partition, low=low, high=high)
    prefix = keys.UNADDRESSABLE_PREFIX
    unaddressable = table.query(partition, low=prefix + low, high=prefix + high)
    return [*map(_counted, messages), *map(_counted, unaddressable)]


def people(table: Table, operation: Operation, shard: int) -> Iterator[Counted]:
    """Each of the people of an operation's groups, as a row of their own."""
    low, high = message_id_bounds(operation.id)
    prefix = keys.RECEIPT_PREFIX
    found = table.query(keys.messages(operation.account, shard), low=prefix + low, high=f"{prefix}{high}#~")
    for item in found:
        message_id, _ = keys.person_in(item[keys.SK])
        yield Counted(message_id, Row(item["status"], 0), item.get("error"))


def _counted(item: Item) -> Counted:
    row = Row(item.get("status"), item.get("tries", 0), item.get("people", 1))
    return Counted(item[keys.SK].removeprefix(keys.UNADDRESSABLE_PREFIX), row, item.get("error"))
