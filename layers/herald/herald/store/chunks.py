"""Chunks: up to 100 recipients each, and how far the sending of them has come.

A chunk's progress is what makes a send happen at most once:

    generation   counts its claims. Every later write of a worker is on the
                 condition that the generation is still its own, so a worker that
                 was given up and comes back can do no more harm.
    leaseUntil   until when the chunk is its worker's alone (seconds since 1970).
    expanded     whether the rows of its messages are made.
    pending      places in the chunk that are still to be sent.
    intended     places that a worker has announced to send now. Announced before
                 the first of them is sent; taken back when all are recorded. Found
                 by the next claim, their outcome is unknown.

Places are kept as one number, a bit for each (`_bits`).
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from pydantic import ConfigDict, TypeAdapter

from herald.model.operation import CHUNK_SIZE
from herald.model.recipients import Recipient
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table

_RECIPIENTS: Final[TypeAdapter[tuple[Recipient, ...]]] = TypeAdapter(
    tuple[Recipient, ...], config=ConfigDict(hide_input_in_errors=True)
)


class Placed(NamedTuple):
    """A recipient, and its place in the `to` of the request, from 0."""

    place: int
    recipient: Recipient


class Busy(Exception):
    """A chunk is another worker's, for `seconds` more."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"the chunk is leased for {seconds} s more")
        self.seconds = seconds


class Fenced(Exception):
    """Another worker has claimed the chunk: stop, without a trace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a chunk has come; places are counted from 0 within the chunk."""

    operation_id: str
    chunk: int
    generation: int
    expanded: bool
    pending: frozenset[int]
    intended: frozenset[int]
    deferrals: int

    @property
    def is_done(self) -> bool:
        return self.expanded and not self.pending and not self.intended


def put(table: Table, operation_id: str, parts: Iterable[Sequence[Placed]], *, expires_at: int) -> None:
    """Write the chunks of a request, in their order. They count for nothing until the operation is put."""
    table.put_many(
        (keys.chunk(operation_id, number), {**_packed(number, part), "expiresAt": expires_at})
        for number, part in enumerate(parts)
    )


def recipients(table: Table, operation_id: str, chunk: int) -> list[Placed]:
    """The recipients of a chunk. Raises LookupError when they expired."""
    item = table.get(keys.chunk(operation_id, chunk))
    if item is None:
        raise LookupError(f"chunk {chunk} of {operation_id} is gone")
    people = _RECIPIENTS.validate_json(zlib.decompress(item["recipients"]))
    first = chunk * CHUNK_SIZE
    places = item.get("places") or range(first, first + len(people))
    return list(map(Placed, places, people))


def _packed(number: int, part: Sequence[Placed]) -> Item:
    """A chunk's recipients and, unless they follow from its number, their places."""
    places = [placed.place for placed in part]
    first = number * CHUNK_SIZE
    packed: Item = {
        "recipients": zlib.compress(
            _RECIPIENTS.dump_json(tuple(placed.recipient for placed in part), exclude_defaults=True)
        )
    }
    if places != list(range(first, first + len(part))):
        packed["places"] = places
    return packed


def claim(
    table: Table, operation_id: str, chunk: int, *, now: int, lease_seconds: int, expires_at: int
) -> Progress:
    """Make the chunk this worker's for lease_seconds. Raises Busy while it is another's."""
    try:
        item = table.update(
            keys.progress(operation_id, chunk),
            "SET leaseUntil = :until, expiresAt = :expires ADD generation :one",
            {"until": now + lease_seconds, "now": now, "one": 1, "expires": expires_at},
            condition="attribute_not_exists(leaseUntil) OR leaseUntil <= :now",
            new=True,
        )
    except ConditionFailed as failed:
        until = failed.item["leaseUntil"] if failed.item else now
        raise Busy(max(until - now, 1)) from None
    return _progress(operation_id, chunk, item)


def advance(
    table: Table,
    progress: Progress,
    *,
    pending: Iterable[int],
    intended: Iterable[int] = (),
    deferrals: int | None = None,
    release: bool = False,
) -> Progress:
    """Record how far the chunk has come, and what is sent next. Raises Fenced.

    `release` gives the chunk up, for another worker to claim at once.
    """
    new = replace(
        progress,
        expanded=True,
        pending=frozenset(pending),
        intended=frozenset(intended),
        deferrals=progress.deferrals if deferrals is None else deferrals,
    )
    try:
        table.update(
            keys.progress(progress.operation_id, progress.chunk),
            "SET expanded = :yes, pending = :pending, intended = :intended, deferrals = :deferrals"
            + (", leaseUntil = :never" if release else ""),
            {
                "yes": True,
                "pending": _bits(new.pending),
                "intended": _bits(new.intended),
                "deferrals": new.deferrals,
                "generation": progress.generation,
                **({"never": 0} if release else {}),
            },
            condition="generation = :generation",
        )
    except ConditionFailed:
        raise Fenced from None
    return new


def _progress(operation_id: str, chunk: int, item: Item) -> Progress:
    return Progress(
        operation_id=operation_id,
        chunk=chunk,
        generation=item["generation"],
        expanded=item.get("expanded", False),
        pending=_places(item.get("pending", "0")),
        intended=_places(item.get("intended", "0")),
        deferrals=item.get("deferrals", 0),
    )


def _bits(places: Iterable[int]) -> str:
    return format(sum(1 << place for place in places), "x")


def _places(bits: str) -> frozenset[int]:
    number = int(bits, 16)
    return frozenset(place for place in range(CHUNK_SIZE) if number >> place & 1)
