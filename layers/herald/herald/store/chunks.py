"""Chunks: up to 100 recipients each, and how far the sending of them has come.

A chunk's progress guarantees that each message is sent at most once:

    generation   counts its claims. Every later write of a worker is on the condition that
                 the generation has not changed: a worker that resumes after another
                 has claimed the chunk can do no harm.
    step         counts the writes of the progress. Each is on the condition of the step that
                 the worker has seen, and takes the next one. So a write that takes effect late
                 changes nothing, and a worker that finds the next step with its own token
                 has made that write itself.
    worker       a token of the worker that has the claim, or of the process that has reckoned the
                 chunk up since: by it, each recognises its own claim and its own writes.
    leaseUntil   until when the chunk is reserved for its worker (seconds since 1970).
    expanded     whether the rows of its messages are made.
    pending      places in the chunk that are still to be sent.
    deferred     places that the carrier has turned away: they are to be sent too, but
                 not before retryAt. deferredSince is when the first was turned away, plus the time
                 that they have waited for anything but the carrier.
    intended     places that a worker has announced to send now. Announced before the first of
                 them is sent; cleared when all are recorded. The next claim finds the
                 places of a worker that died: their outcome is unknown.
    begun        counts the claims since the progress was last written. Above 1, a worker died or
                 failed before it made progress. A receive of the task is not a claim.
    woken        the wake-up of the chunk is used up. A worker whose clock says that the chunk is not
                 due has to put a task on the queue. A claim sets it, and it is never cleared.
    resumesAt    when the first remaining place may be sent, as the worker saw it; quiet counts the
                 places that wait for the end of quiet hours.
    slots        by sender, the time that was reserved for the chunk's messages.
    charges      the use of the account's limits by each place (model.amounts), if the
                 account has limits; missing: as much as the request has reserved.
    ticket       the claim that put the chunk back on the queue last; `parent` is the ticket of
                 the task that it worked on. Tasks with older tickets are repeats, or a later
                 claim has taken over their work. But if that task was itself a repeat, which a queue
                 may deliver beside the first, the task of the first's worker is valid too (`rival`):
                 it is the only one if this worker dies before it has put the chunk back.

Places are kept as one number, a bit for each (`_bits`).
"""

import secrets
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final, NamedTuple

from pydantic import ConfigDict, TypeAdapter

from herald.model.amounts import Charges, packed, unpacked
from herald.model.operation import CHUNK_SIZE
from herald.model.recipients import Recipient
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table, Unmet
from herald.store.updates import Condition, Update, at_most, compared, either, equals, missing

_RECIPIENTS: Final[TypeAdapter[tuple[Recipient, ...]]] = TypeAdapter(
    tuple[Recipient, ...], config=ConfigDict(hide_input_in_errors=True)
)


class Placed(NamedTuple):
    """A recipient, and its place in the `to` of the request, from 0."""

    place: int
    recipient: Recipient


class Busy(Exception):
    """Another worker has claimed the chunk, for `seconds` more."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"the chunk is leased for {seconds} s more")
        self.seconds = seconds


class Gone(Exception):
    """The recipients of a chunk do not exist, or no longer."""


class Superseded(Exception):
    """A newer task of the chunk replaces this one."""


class Fenced(Exception):
    """Another worker has claimed the chunk: stop, and write nothing more."""


class Slot(NamedTuple):
    """Time of a sender that is reserved: `at` milliseconds since 1970, for so many `parts`."""

    at: int
    parts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The progress of a chunk; places are counted from 0 within the chunk, times are in seconds."""

    operation_id: str
    chunk: int
    generation: int
    worker: str = ""
    step: int = 0
    begun: int = 1
    expanded: bool = False
    pending: frozenset[int] = frozenset()
    deferred: frozenset[int] = frozenset()
    intended: frozenset[int] = frozenset()
    deferrals: int = 0
    retry_at: int = 0
    deferred_since: int | None = None
    woken: bool = False
    ticket: int = 0
    parent: int = 0
    resumes_at: int = 0
    quiet: int = 0
    slots: Mapping[str, tuple[Slot, ...]] = field(default_factory=dict)
    charges: Charges | None = None

    @property
    def left(self) -> frozenset[int]:
        """Places that are certainly not sent yet."""
        return self.pending | self.deferred

    @property
    def is_done(self) -> bool:
        return self.expanded and not self.left and not self.intended


class Content(NamedTuple):
    """The recipients of a chunk, and what its request has reserved for each of the account's limits."""

    people: list[Placed]
    reserved: Charges


def put(
    table: Table,
    operation_id: str,
    parts: Iterable[Sequence[Placed]],
    reserved: Sequence[Charges] = (),
    *,
    expires_at: int,
) -> None:
    """Write the chunks of a request, in their order. They are ignored until the operation is put."""
    table.put_many(
        (
            keys.chunk(operation_id, number),
            {
                **_packed(number, part),
                **({"reserved": packed(reserved[number])} if reserved else {}),
                "expiresAt": expires_at,
            },
        )
        for number, part in enumerate(parts)
    )


def content(table: Table, operation_id: str, chunk: int) -> Content:
    """The recipients of a chunk. Raises Gone if it has expired."""
    item = table.get(keys.chunk(operation_id, chunk))
    if item is None:
        raise Gone(f"chunk {chunk} of {operation_id} is gone")
    people = _RECIPIENTS.validate_json(zlib.decompress(item["recipients"]))
    first = chunk * CHUNK_SIZE
    places = item.get("places") or range(first, first + len(people))
    return Content(list(map(Placed, places, people)), unpacked(item.get("reserved", {})))


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
    table: Table,
    operation_id: str,
    chunk: int,
    *,
    ticket: int,
    now: int,
    lease_seconds: int,
    expires_at: int,
    woken: bool = False,
) -> Progress:
    """Claim the chunk for lease_seconds, to work on the task that has this ticket.

    `woken`: the task came from a wake-up. The claim keeps that: only one of two tasks is finished.

    Raises Busy while another worker has the chunk, and Superseded.
    """
    worker = _token()
    fields = {"leaseUntil": now + lease_seconds, "expiresAt": expires_at, "worker": worker}
    is_free = [at_most("leaseUntil", now)]
    if ticket:
        newest = missing("ticket"), compared("ticket", "<=", ticket)
        is_free.append(either(*newest, equals("parent", ticket), equals("rival", ticket)))
    if woken:
        fields["woken"] = True
    key, counts = keys.progress(operation_id, chunk), {"generation": 1, "begun": 1}
    try:
        item = table.write(Update(key, fields, tuple(is_free), creates=True, adds=counts), new=True)
    except ConditionFailed as failed:
        item = failed.item or {}
        if item.get("worker") != worker:
            until = item.get("leaseUntil", now)
            if until <= now:
                raise Superseded from None
            raise Busy(until - now) from None
        # Our own claim: the answer to an earlier try was lost.
    return _progress(operation_id, chunk, item)


def advance(
    table: Table, progress: Progress, *, released_by: int | None = None, also: Sequence[Update] = ()
) -> Progress:
    """Record the progress of an expanded chunk, and the places that are sent next. Raises Fenced.

    `released_by` gives the chunk up, for another worker to claim at once: it is the ticket
    of the task that was worked on, which is still valid then, as is its rival's. `also` is
    written in the same transaction; raises Unmet where a condition of these fails.
    """
    step = progress.step + 1
    changed: Item = {
        "step": step,
        "begun": 0,
        "expanded": True,
        "pending": _bits(progress.pending),
        "deferred": _bits(progress.deferred),
        "intended": _bits(progress.intended),
        "deferrals": progress.deferrals,
        "retryAt": progress.retry_at,
        "deferredSince": progress.deferred_since or 0,
        "resumesAt": progress.resumes_at,
        "quiet": progress.quiet,
        "slots": {
            sender_id: [list(slot) for slot in slots] for sender_id, slots in progress.slots.items() if slots
        },
    }
    if progress.charges is not None:
        changed["charges"] = packed(progress.charges)
    if released_by is not None:
        is_repeat = released_by in (0, progress.parent)
        rival = progress.ticket if is_repeat else released_by
        changed |= {
            "leaseUntil": 0,
            "ticket": progress.generation,
            "parent": released_by,
            "rival": rival,
        }
    _write(table, progress, changed, also)
    return replace(progress, expanded=True, step=step)


def charge(table: Table, progress: Progress, charges: Charges, also: Sequence[Update]) -> None:
    """Set the charges of a chunk's places; `also` as in `advance`. Raises Fenced and Unmet.

    A worker that has the chunk is fenced out: its task comes again.
    """
    own = replace(progress, worker=_token())
    changed: Item = {"step": progress.step + 1, "worker": own.worker, "charges": packed(charges)}
    _write(table, own, changed, also)


def _write(table: Table, progress: Progress, changed: Item, also: Sequence[Update]) -> None:
    """Change the item of a progress that has not changed since it was read. Raises Fenced and Unmet."""
    key = keys.progress(progress.operation_id, progress.chunk)
    update = Update(key, changed, _seen(progress))
    try:
        if also:
            table.transact(update, *also)
        else:
            table.write(update)
    except (ConditionFailed, Unmet) as failed:
        item = (failed.item if isinstance(failed, ConditionFailed) else table.get(key)) or {}
        if (item.get("worker"), item.get("step")) == (progress.worker, progress.step + 1):
            # Our own write: the answer to an earlier try was lost.
            return
        if isinstance(failed, Unmet) and 0 not in failed.parts:
            raise
        raise Fenced from None


def release(table: Table, progress: Progress) -> None:
    """Give up a claim without progress, as if the chunk had never been begun. Raises Fenced."""
    changed: Item = {"leaseUntil": 0, "begun": 0}
    try:
        table.write(Update(keys.progress(progress.operation_id, progress.chunk), changed, _seen(progress)))
    except ConditionFailed:
        raise Fenced from None


def _seen(progress: Progress) -> tuple[Condition, ...]:
    """The condition that no worker has claimed the chunk, or written its progress, since it was read."""
    return (equals("generation", progress.generation), equals("step", progress.step or None))


def of_operation(table: Table, operation_id: str, chunks: Iterable[int]) -> list[Progress]:
    """The progress of an operation's chunks that were begun."""
    found = table.get_many([keys.progress(operation_id, number) for number in chunks])
    return [
        _progress(operation_id, keys.chunk_in(item[keys.PK]), item) for item in found if "generation" in item
    ]


def _progress(operation_id: str, chunk: int, item: Item) -> Progress:
    return Progress(
        operation_id=operation_id,
        chunk=chunk,
        generation=item["generation"],
        worker=item.get("worker", ""),
        step=item.get("step", 0),
        begun=item.get("begun", 1),
        expanded=item.get("expanded", False),
        pending=_places(item.get("pending", "0")),
        deferred=_places(item.get("deferred", "0")),
        intended=_places(item.get("intended", "0")),
        deferrals=item.get("deferrals", 0),
        retry_at=item.get("retryAt", 0),
        deferred_since=item.get("deferredSince") or None,
        woken=item.get("woken", False),
        ticket=item.get("ticket", 0),
        parent=item.get("parent", 0),
        resumes_at=item.get("resumesAt", 0),
        quiet=item.get("quiet", 0),
        slots={
            sender_id: tuple(Slot(*slot) for slot in slots)
            for sender_id, slots in item.get("slots", {}).items()
        },
        charges=unpacked(item["charges"]) if "charges" in item else None,
    )


def _token() -> str:
    return secrets.token_hex(8)


def _bits(places: Iterable[int]) -> str:
    return format(sum(1 << place for place in places), "x")


def _places(bits: str) -> frozenset[int]:
    number = int(bits, 16)
    return frozenset(place for place in range(CHUNK_SIZE) if number >> place & 1)
