"""Tallies: the counts of one operation's messages in one shard, each change counted exactly once.

A tally takes in what the stream has of its partition, in order:

    lastSequence  the number of the last record that it took in
    noted         the recount that is open, unless a row has changed since it was opened
    closed        the last recount whose end it has seen
    recounted     the last recount whose counts it took over

A recount (`store.recounts`) reads the rows between two records of its own. Where the
first of them is still noted at the second, no row has changed in between, so what was
read is what the rows come to at that point of the stream, whatever was counted before.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from herald.model.change import Closed, Opened, Step
from herald.model.operation import COUNTS, Tally
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table


class State(NamedTuple):
    """What a tally says, and which recounts it has seen: 0 for none."""

    counts: Tally
    closed: int
    recounted: int


def of(table: Table, operation_id: str) -> dict[int, State]:
    """The tallies of an operation by shard; those that are not there are empty."""
    states = {shard: State(Counter(), 0, 0) for shard in range(keys.SHARDS)}
    for item in table.get_many([keys.tally(operation_id, shard) for shard in states]):
        state = State(counts_of(item), item.get("closed", 0), item.get("recounted", 0))
        states[keys.tally_shard_in(item[keys.SK])] = state
    return states


def counts_of(item: Item) -> Tally:
    """The counts of a tally item: its attributes in capital letters."""
    return Counter({name: count for name, count in item.items() if name.isupper()})


def take_in(
    table: Table, operation_id: str, shard: int, steps: Mapping[str, Step], *, expires_at: int
) -> None:
    """Take in steps of one shard by the stream's sequence numbers, each exactly once.

    The tally keeps the last number that it took in: numbers that are not above it
    were taken in by an earlier try of the same batch, and are left out.
    """
    fresh = dict(sorted((_padded(number), step) for number, step in steps.items()))
    while fresh:
        try:
            _apply(table, keys.tally(operation_id, shard), fresh, expires_at)
        except ConditionFailed as failed:
            last = failed.item.get("lastSequence", "") if failed.item else ""
            newer = {number: step for number, step in fresh.items() if number > last}
            # If all of them are new, it is the note that is not what was assumed.
            fresh = newer if len(newer) < len(fresh) else _without_first_end(fresh)
        else:
            return


@dataclass(slots=True)
class _Effect:
    """What steps come to, one after the other."""

    counts: Tally = field(default_factory=Counter)
    # Whether `counts` are all that there is, and not what is to be added.
    is_all: bool = False
    noted: int | None = None
    # Whether the steps leave the note as it is, so that it is not known.
    keeps_note: bool = True
    # What the note was before, if `counts` are to be right.
    assumed: int | None = None
    closed: int = 0
    recounted: int = 0


def _effect_of(steps: Iterable[Step]) -> _Effect:
    effect = _Effect()
    for step in steps:
        match step:
            case Opened(generation):
                effect.noted, effect.keeps_note = generation, False
            case Closed(generation, counts):
                effect.closed = generation
                if counts is None:
                    continue
                if effect.keeps_note:
                    effect.assumed = effect.noted = generation
                    effect.keeps_note = False
                if effect.noted == generation:
                    effect.counts, effect.is_all = Counter(counts), True
                    effect.noted, effect.recounted = None, generation
            case _:
                effect.counts.update(step)  # += would drop what falls below one
                effect.noted, effect.keeps_note = None, False
    return effect


def _apply(table: Table, key: keys.Key, fresh: Mapping[str, Step], expires_at: int) -> None:
    """Write what the steps come to, all at once. Raises ConditionFailed."""
    effect = _effect_of(fresh.values())
    values: dict[str, Any] = {"lastSequence": max(fresh), "expiresAt": expires_at}
    condition = "(attribute_not_exists(lastSequence) OR lastSequence < :oldest)"
    asked: dict[str, Any] = {"oldest": min(fresh)}
    if effect.assumed is not None:
        condition += " AND noted = :assumed"
        asked["assumed"] = effect.assumed
    for name in ("noted", "closed", "recounted"):
        if value := getattr(effect, name):
            values[name] = value
    added: dict[str, int] = {}
    if effect.is_all:
        values |= {name: effect.counts[name] for name in COUNTS}
    else:
        added = {name: count for name, count in effect.counts.items() if count}
    expression = f"SET {', '.join(f'#{name} = :{name}' for name in values)}"
    if not effect.keeps_note and effect.noted is None:
        expression += " REMOVE noted"
    if added:
        expression += f" ADD {', '.join(f'#{name} :{name}' for name in added)}"
    table.update(key, expression, {**values, **added, **asked}, condition=condition)


def _without_first_end(fresh: Mapping[str, Step]) -> dict[str, Step]:
    """The steps, of which the first end of a recount that has counts is not to be believed."""
    number, step = next(
        (number, step)
        for number, step in fresh.items()
        if isinstance(step, Closed) and step.counts is not None
    )
    assert isinstance(step, Closed)  # noqa: S101 (for the types)
    return {**fresh, number: step._replace(counts=None)}


_DIGITS: Final = 40


def _padded(sequence_number: str) -> str:
    """A sequence number in a form that sorts: they are decimals of up to 40 digits."""
    return sequence_number.zfill(_DIGITS)
