"""The rows of the blocks of an operation's counts (consistent reads), for `herald repair`."""

from typing import NamedTuple

from herald.model.block import Block, State, state_of
from herald.model.ids import BLOCK_SIZE, index_of, message_id, shards_of
from herald.model.operation import Operation
from herald.store import keys
from herald.store.table import Item, Table


class BlockRow(NamedTuple):
    """A row, or one `person` (from 0) of a group. `place`: of the recipient in the operation, from 0."""

    message_id: str
    place: int
    person: int | None
    state: State
    error: int | None
    is_group: bool


def read(table: Table, operation: Operation, numbers: range) -> dict[int, list[BlockRow]]:
    """All rows of neighbouring blocks (consistent reads) by the blocks' numbers, in the order of their ids.

    The blocks that lie in one shard are one Query, whose pages are of up to 1 MB.
    """
    rows: dict[int, list[BlockRow]] = {number: [] for number in numbers}
    shards = shards_of(operation.id)
    for start in range(min(shards, len(numbers))):
        in_shard = numbers[start::shards]
        low = message_id(operation.id, in_shard[0] * BLOCK_SIZE)
        high = message_id(operation.id, (in_shard[-1] + 1) * BLOCK_SIZE - 1)
        partition = keys.messages(operation.account, keys.shard_of(low))
        for item in table.query(partition, low=low, high=high + keys.BEHIND):
            row = _row(item)
            rows[row.place // BLOCK_SIZE].append(row)
    return rows


def block_of(rows: list[BlockRow]) -> Block:
    """The block that counts some rows, and nothing else."""
    return Block().merged((row.place % BLOCK_SIZE, row.state) for row in rows if row.person is None)


def _row(item: Item) -> BlockRow:
    name = item[keys.SK]
    identifier = keys.message_id_in(name)
    state = state_of(
        item.get("status"),
        item.get("rank", 0),
        tries=item.get("tries", 0),
        failed_try=item.get("failedTry", 0),
        people=item.get("people", 1),
    )
    person = keys.person_in(name)[1] if keys.is_receipt(name) else None
    return BlockRow(identifier, index_of(identifier), person, state, item.get("error"), "people" in item)
