"""Counts of operations: blocks of counted states, and a head with their sums.

    HEAD        places, more     the operation's first block (model.block)
                version          rises by 1 with every write of the item
                b1, b2, ...      the sums of the other blocks, each with its block's version
    BLOCK#001   places, more     another block
                version

An operation of up to 256 places is counted in its head alone. The item of every block is
written on the condition of the version that was read, and merged anew where it was
another; the head takes the sums of a higher version only. So whichever writer comes
first, dies in between, or writes late, nothing is counted twice and nothing is lost: what
a batch of the stream has not written, the repeated batch writes.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

from herald.model.block import NO_SUMS, Block, State, packed_sums, sums_in
from herald.model.change import Change
from herald.model.ids import BLOCK_SIZE
from herald.model.operation import Tally
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table

# Writes that are made side by side.
_SIDE_BY_SIDE: Final = 8


class Stored(NamedTuple):
    """A block as an item has it, and the item's version; version 0 where there is no item."""

    version: int
    block: Block


def counts_in(head: Item | None) -> Tally:
    """The counts of an operation whose head this is."""
    counts = _stored(head).block.counts
    for name, packed in (head or {}).items():
        if keys.block_in(name) is not None:
            counts.update(sums_in(packed)[1])
    return counts


def of(table: Table, operation_ids: Sequence[str]) -> dict[str, Tally]:
    """The counts of operations."""
    counts: dict[str, Tally] = {operation_id: Counter() for operation_id in operation_ids}
    for item in table.get_many([keys.head(operation_id) for operation_id in counts]):
        counts[keys.operation_in(item[keys.PK])] = counts_in(item)
    return counts


def take_in(table: Table, changes: Iterable[Change]) -> dict[str, Tally]:
    """Count changes, in whichever order and however often they come; the operations' counts then."""
    states: defaultdict[tuple[str, int], dict[int, State]] = defaultdict(dict)
    expiry: dict[str, int] = {}
    for change in changes:
        number, place = divmod(change.place, BLOCK_SIZE)
        some = states[change.operation_id, number]
        some[place] = max(some.get(place, change.new), change.new)
        expiry[change.operation_id] = change.expires_at
    found = _read(table, states.keys() | {(operation_id, 0) for operation_id in expiry})

    def write_block(which: tuple[str, int]) -> tuple[str, int, Stored]:
        operation_id, number = which
        item = found.get(keys.block(operation_id, number))
        stored = _stored(
            _merge(table, keys.block(operation_id, number), item, states[which], {}, expiry[operation_id])
        )
        return operation_id, number, stored

    sums: defaultdict[str, dict[str, bytes]] = defaultdict(dict)
    with ThreadPoolExecutor(max_workers=_SIDE_BY_SIDE) as pool:
        for operation_id, number, stored in pool.map(write_block, [each for each in states if each[1]]):
            name = keys.block_name(number)
            sums[operation_id][name] = packed_sums(stored.version, stored.block.counts)

        def write_head(operation_id: str) -> tuple[str, Tally]:
            key, first = keys.head(operation_id), states.get((operation_id, 0), {})
            item = _merge(table, key, found.get(key), first, sums[operation_id], expiry[operation_id])
            return operation_id, counts_in(item)

        return dict(pool.map(write_head, expiry))


def read(table: Table, operation_id: str, number: int) -> Stored:
    """A block, as of now."""
    return _stored(table.get(keys.block(operation_id, number)))


def replace(table: Table, operation_id: str, number: int, old: Stored, new: Block, expires_at: int) -> bool:
    """Set a block, and its sums in the head, if its version is still that of `old`.

    False where it is not: somebody has counted meanwhile.
    """
    key, name = keys.block(operation_id, number), keys.block_name(number)
    head = (table.get(keys.head(operation_id)) or {}) if number else {}
    (known, sums), counts = sums_in(head.get(name, NO_SUMS)), new.counts
    version = old.version
    # A backup that mixes two moments may have a head that is ahead of the block, or of another history.
    is_astray = known > version or (known == version and sums != counts)
    if new != old.block or (number and is_astray):
        version = max(version, known) + 1
        try:
            _write(table, key, old.version, new, {}, version, expires_at)
        except ConditionFailed:
            return False
    if number and version:
        _merge(table, keys.head(operation_id), head, {}, {name: packed_sums(version, counts)}, expires_at)
    return True


def _read(table: Table, blocks: Iterable[tuple[str, int]]) -> dict[keys.Key, Item]:
    items = table.get_many([keys.block(*each) for each in blocks])
    return {keys.Key(item[keys.PK], item[keys.SK]): item for item in items}


def _merge(
    table: Table,
    key: keys.Key,
    item: Item | None,
    states: Mapping[int, State],
    sums: Mapping[str, bytes],
    expires_at: int,
) -> Item:
    """Have an item, which was read as `item`, contain states and sums; the item as it is then."""
    while True:
        old = _stored(item)
        block = old.block.merged(states.items())
        fresh = {name: packed for name, packed in sums.items() if (item or {}).get(name, b"") < packed}
        if item and block is old.block and not fresh:
            return item
        try:
            written = _write(table, key, old.version, block, fresh, old.version + 1, expires_at)
        except ConditionFailed as failed:
            item = failed.item
        else:
            return {**(item or {}), **written, keys.PK: key.pk, keys.SK: key.sk}


def _write(
    table: Table,
    key: keys.Key,
    old_version: int,
    block: Block,
    sums: Mapping[str, bytes],
    version: int,
    expires_at: int,
) -> Item:
    """Write an item on the condition of its version; what was written. Raises ConditionFailed."""
    fields: dict[str, Any] = {
        "version": version,
        "places": block.places,
        "more": {str(place): list(numbers) for place, numbers in block.more.items()},
        "expiresAt": expires_at,
        **sums,
    }
    if not block.more:
        del fields["more"]
    table.update(
        key,
        f"SET {', '.join(f'#{name} = :{name}' for name in fields)}" + ("" if block.more else " REMOVE more"),
        {**fields, **({"old": old_version} if old_version else {})},
        condition="version = :old" if old_version else "attribute_not_exists(version)",
    )
    return fields


def _stored(item: Item | None) -> Stored:
    item = item or {}
    more = {int(place): (tries, people) for place, (tries, people) in item.get("more", {}).items()}
    return Stored(item.get("version", 0), Block(item.get("places", b""), more))
