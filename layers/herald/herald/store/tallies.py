"""Counts of operations: blocks of counted states, and a head with their sums.

    HEAD        places, more     the operation's first block (model.block)
                blockVersion     rises with every write of the block
                version          rises by 1 with every write of the item
                b1, b2, ...      the sums of the other blocks, each with its blockVersion
    BLOCK#001   places, more, blockVersion, version: another block

An operation of up to 256 places is counted in its head alone. Each item is written on the
condition of the version that was read, and merged again if the version has changed; the head
accepts only the sums of a higher blockVersion. So whichever writer comes first, dies in
between, or writes late, nothing is counted twice or lost: the repeated batch of the stream
writes what the first one has not.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

from botocore.exceptions import ClientError

from herald.model.block import NO_SUMS, Block, State, packed_sums, sums_in
from herald.model.change import Change
from herald.model.ids import BLOCK_SIZE
from herald.model.operation import Tally
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table, Unavailable
from herald.store.updates import Update, equals

Items: TypeAlias = Mapping[keys.Key, Item]


class Stored(NamedTuple):
    """A block in its item, and its blockVersion; version 0 if it was never written."""

    version: int
    block: Block


def counts_in(head: Item | None) -> Tally:
    """The counts in an operation's head."""
    counts = stored(head).block.counts
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


@dataclass(slots=True)
class _Told:
    """The new content of one item: states of places, and in a head the sums of blocks."""

    expires_at: int
    states: dict[int, State] = field(default_factory=dict)
    sums: dict[str, bytes] = field(default_factory=dict)


def take_in(table: Table, changes: Iterable[Change]) -> dict[str, Tally]:
    """Count changes, in any order and however often they come; return the operations' counts.

    Raises Unavailable: some may be counted then.
    """
    told: dict[tuple[str, int], _Told] = {}
    for change in changes:
        number, place = divmod(change.place, BLOCK_SIZE)
        told.setdefault((change.operation_id, 0), _Told(change.expires_at))
        states = told.setdefault((change.operation_id, number), _Told(change.expires_at)).states
        states[place] = max(states.get(place, change.new), change.new)
    items = _read(table, [keys.block(*which) for which in told])
    blocks = {which: each for which, each in told.items() if which[1]}
    items |= _merge(table, {keys.block(*which): each for which, each in blocks.items()}, items)
    for operation_id, number in blocks:
        version, block = stored(items[keys.block(operation_id, number)])
        packed = packed_sums(version, block.counts)
        told[operation_id, 0].sums[keys.block_name(number)] = packed
    heads = {operation_id: each for (operation_id, number), each in told.items() if not number}
    items |= _merge(table, {keys.head(each): wanted for each, wanted in heads.items()}, items)
    return {operation_id: counts_in(items[keys.head(operation_id)]) for operation_id in heads}


def read(table: Table, operation_id: str, number: int | None = None) -> Items:
    """The items of an operation's head and blocks, or of its head and one block, for `replace`."""
    head = keys.head(operation_id)
    if number is not None:
        return _read(table, {head, keys.block(operation_id, number)})
    found = table.query(head.pk, low=keys.FIRST_BLOCK, high=head.sk)
    return {keys.Key(item[keys.PK], item[keys.SK]): item for item in found}


def replace(
    table: Table, operation_id: str, old: Items, new: Mapping[int, Block], expires_at: int
) -> set[int]:
    """Set blocks, by number, and their sums in the head. `old` are the items that `read` found before.

    A block in which a writer has counted since then is not set: returns the numbers of those blocks.
    What is right already is not written. Raises Unavailable: some may be set then.
    """
    now, head = dict(old), keys.head(operation_id)
    versions = {number: _version(now, operation_id, number, block) for number, block in new.items()}
    before = {number: stored(old.get(keys.block(operation_id, number))).version for number in new}
    left = {number for number, version in versions.items() if version != before[number]}
    moved: set[int] = set()
    while left:
        writes: dict[keys.Key, tuple[Item | None, Item]] = {}
        for number in left:
            key = keys.block(operation_id, number)
            item = now.get(key)
            writes[key] = item, _fields(item, new[number], versions[number], {}, expires_at)
        found = _write(table, writes)
        now |= _written(writes, found)
        # Another writer may have written another block's sums into a head: its own block is still the same.
        left = {number for number in left if keys.block(operation_id, number) in found}
        moved |= {
            number
            for number in left
            if stored(now[keys.block(operation_id, number)]).version != before[number]
        }
        left -= moved
    sums = {
        keys.block_name(number): packed_sums(version, new[number].counts)
        for number, version in versions.items()
        if number and version and number not in moved
    }
    if sums:
        _merge(table, {head: _Told(expires_at, sums=sums)}, now)
    return moved


def _version(items: Items, operation_id: str, number: int, new: Block) -> int:
    """The version of a block once it is `new`: its present version if nothing differs."""
    version, old = stored(items.get(keys.block(operation_id, number)))
    head = items.get(keys.head(operation_id), {})
    known, sums = sums_in(head.get(keys.block_name(number), NO_SUMS))
    # A backup that mixes two moments may have a head that is ahead of the block, or of another history.
    is_astray = number and (known > version or (known == version and sums != new.counts))
    return max(version, known) + 1 if new != old or is_astray else version


def _read(table: Table, wanted: Iterable[keys.Key]) -> dict[keys.Key, Item]:
    return {keys.Key(item[keys.PK], item[keys.SK]): item for item in table.get_many(list(wanted))}


def _merge(
    table: Table, told: Mapping[keys.Key, _Told], items: Mapping[keys.Key, Item]
) -> dict[keys.Key, Item]:
    """Merge new content into items, which were read as `items`; return the items as they are then."""
    now = {key: items.get(key) for key in told}
    left = list(told)
    while left:
        writes: dict[keys.Key, tuple[Item | None, Item]] = {}
        for key in left:
            item, wanted = now[key], told[key]
            old = stored(item)
            block = old.block.merged(wanted.states.items())
            fresh = {
                name: packed for name, packed in wanted.sums.items() if (item or {}).get(name, b"") < packed
            }
            if item is None or block is not old.block or fresh:
                version = old.version + (block is not old.block)
                writes[key] = item, _fields(item, block, version, fresh, wanted.expires_at)
        found = _write(table, writes)
        now |= _written(writes, found)
        left = list(found)
    return {key: item for key, item in now.items() if item}


def _fields(
    item: Item | None, block: Block, version: int, sums: Mapping[str, bytes], expires_at: int
) -> Item:
    """What to set in an item; None is removed."""
    fields: dict[str, Any] = {"version": (item or {}).get("version", 0) + 1, "expiresAt": expires_at, **sums}
    if version != stored(item).version:
        more = {str(place): list(numbers) for place, numbers in block.more.items()}
        fields |= {"places": block.places, "blockVersion": version, "more": more or None}
    return fields


def _write(table: Table, writes: Mapping[keys.Key, tuple[Item | None, Item]]) -> dict[keys.Key, Item]:
    """Write fields of items that are unchanged since they were read; return the changed ones as they are."""
    made = {key: fields for key, (item, fields) in writes.items() if item is None}
    changed = [
        Update(key, fields, (equals("version", item.get("version")),))
        for key, (item, fields) in writes.items()
        if item is not None
    ]
    found = table.insert_many(made.items()) if made else {}
    for change, result in zip(changed, table.update_many(changed) if changed else (), strict=True):
        match result:
            case ConditionFailed(item=dict(item)):
                found[change.key] = item
            case ConditionFailed():
                # It has expired since it was read.
                raise Unavailable(f"{change.key.sk} is gone")
            case Unavailable() | ClientError():
                raise result
    return found


def _written(
    writes: Mapping[keys.Key, tuple[Item | None, Item]], found: Mapping[keys.Key, Item]
) -> dict[keys.Key, Item]:
    """The items after `_write`, which returned `found`."""
    return {
        key: found.get(key) or {**(item or {}), **fields, keys.PK: key.pk, keys.SK: key.sk}
        for key, (item, fields) in writes.items()
    }


def stored(item: Item | None) -> Stored:
    """The block in an item that was read."""
    item = item or {}
    more = {int(place): (tries, people) for place, (tries, people) in (item.get("more") or {}).items()}
    return Stored(item.get("blockVersion", 0), Block(item.get("places", b""), more))
