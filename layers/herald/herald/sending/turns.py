"""The next step of a worker with its chunk, as pure functions of the chunk's progress.

    taken_over   after a claim: the places that a dead worker had announced are taken back
    turn         after a group: each place goes where its result says; which places are next
    announced    before a group: its places are intended
    held_back    at the end: when the deferred places are tried again
    waited       for how long the carrier has kept the chunk waiting

No place is ever lost. A place leaves pending, deferred and intended only into another of them,
or once its row says that nothing is to be sent: every function checks that, and raises Lost.
"""

from collections.abc import Mapping, Set
from dataclasses import replace
from enum import Enum, auto
from typing import TypeAlias

from herald.store.chunks import Progress
from herald.tasks import MAX_DELAY

Places: TypeAlias = Set[int]


class Result(Enum):
    """The result of a recipient in a group."""

    # The row has the outcome.
    RECORDED = auto()
    # The carrier turned it away for now.
    DEFERRED = auto()
    # Another route is to be tried, in its sender's own slot.
    REROUTED = auto()
    # It is unknown whether the carrier has it, and the row says so.
    UNKNOWN = auto()
    # The row could not be written in time: the next worker marks it as unknown.
    UNRECORDED = auto()


class Lost(Exception):
    """A place would be neither waiting nor over: an error in the program, raised before anything is sent."""


def taken_over(progress: Progress, *, over: Places, opened: Places, now: int) -> Progress:
    """The progress of a chunk with rows, as its new worker continues it.

    `over` are places whose rows say that nothing is to be sent: those intended before are among
    them, because they are marked as unknown. `opened` are places that are to be sent again.
    """
    pending = (progress.pending - over) | (opened - progress.deferred)
    deferred = progress.deferred - over
    if progress.retry_at <= now:
        pending, deferred = pending | deferred, frozenset()
    after = replace(progress, pending=pending, deferred=deferred, intended=frozenset())
    return _kept(progress, after, over=over)


def turn(progress: Progress, results: Mapping[int, Result]) -> tuple[Progress, tuple[int, ...]]:
    """After the intended group: the chunk's progress, and the places that are next, in their order.

    Nothing is next after an outcome that could not be recorded: there is no time left.
    """
    by_result = {each: frozenset(p for p, result in results.items() if result is each) for each in Result}
    unrecorded = by_result[Result.UNRECORDED]
    after = replace(
        progress,
        pending=progress.pending | by_result[Result.REROUTED],
        deferred=progress.deferred | by_result[Result.DEFERRED],
        intended=unrecorded,
    )
    over = by_result[Result.RECORDED] | by_result[Result.UNKNOWN]
    if results.keys() != progress.intended:
        raise Lost(f"results of {len(results)} places, of {len(progress.intended)} that were intended")
    return _kept(progress, after, over=over), () if unrecorded else tuple(sorted(after.pending))


def announced(progress: Progress, group: Places, *, over: Places) -> Progress:
    """Before a group is sent. `over` are places whose rows were read and say that nothing is to be sent."""
    if progress.intended or not group <= progress.pending:
        raise Lost("a group is announced beside another, or of places that are not pending")
    pending = progress.pending - group - over
    return _kept(progress, replace(progress, pending=pending, intended=frozenset(group)), over=over)


def held_back(progress: Progress, now: int, *, retry_after: int | None, answered: bool) -> Progress:
    """When deferred places are tried again: after twice as long each time. `retry_after` is what the
    carrier asked for in this run, in seconds; None: it has turned nothing away. `answered`: whether it
    has taken or refused a message in this run. A run that waits for a rate or an hour says nothing of it.
    """
    if retry_after is None:
        if progress.deferred or not answered:
            return progress
        return replace(progress, deferred_since=None, deferrals=0)
    deferrals = progress.deferrals + 1
    since = progress.deferred_since
    return replace(
        progress,
        deferrals=deferrals,
        retry_at=now + min(max(retry_after, 1) << min(deferrals - 1, 10), MAX_DELAY),
        # Longer than the carrier asked for: the chunk has also waited for something else.
        deferred_since=now if since is None else since + max(now - progress.retry_at, 0),
    )


def waited(progress: Progress, now: int, *, resumed_at: int = 0) -> int:
    """For how many seconds the carrier has kept a chunk's places waiting; not for how long they waited
    for a rate, an hour, a worker, or for the client that resumed their operation (0: it was not paused)."""
    if progress.deferred_since is None:
        return 0
    return max(min(now, progress.retry_at) - max(progress.deferred_since, resumed_at), 0)


def canceled(progress: Progress) -> Progress:
    """After all rows that waited were ended; what is intended is unrecorded and stays so."""
    return replace(progress, pending=frozenset(), deferred=frozenset())


def ended(progress: Progress) -> Progress:
    """A chunk all of whose rows say that nothing is to be sent."""
    return replace(canceled(progress), intended=frozenset())


def _kept(before: Progress, after: Progress, *, over: Places) -> Progress:
    """`after`, if every place of `before` is in it, or over. Raises Lost."""
    missing = (before.left | before.intended) - (after.left | after.intended) - over
    if missing:
        raise Lost(f"{len(missing)} places of chunk {before.chunk} of {before.operation_id} would be lost")
    if (after.pending | after.deferred) & after.intended or after.pending & after.deferred:
        raise Lost(f"a place of chunk {before.chunk} of {before.operation_id} would be in two states")
    return after
