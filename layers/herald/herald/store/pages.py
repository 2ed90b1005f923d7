"""How a page of a list is filled: from candidates, within a budget.

Candidates are ids that may belong on the page according to an index, or several partitions
side by side, in the order of the list: by descending id. Their rows are read a page's
worth at a time and checked, until the page is full. A page that has used up its budget
is returned short, with a next: a page costs the same however many items there are.

The next page begins after the id of the last candidate, so pages do not shift while
items are made or change.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from typing import Final, Generic, NamedTuple, TypeVar

from herald.store.table import Item

Row = TypeVar("Row")

# How many entries, and how many rows, a page reads at most: this many for each that
# was asked for, but the second number in any case.
_READS_A_ROW: Final = 8
_LEAST_READS: Final = 400
# After some candidates did not match, at least so many are read next.
_LEAST_ROUND: Final = 25
# Between these every instant has an id, also a millisecond earlier or later.
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)


class Range(NamedTuple):
    """Ids from `low` to `high`, both included; empty when low is above high."""

    low: str
    high: str


class Candidate(NamedTuple):
    """An id that may belong on a page. Without an item, a place in the list without a row."""

    id: str
    item: Item | None


class Page(NamedTuple, Generic[Row]):
    """Rows, and the id after which the next page begins; None on the last page."""

    rows: list[Row]
    after: str | None


class Budget:
    """The reads that a page of `size` has left for so many partitions."""

    def __init__(self, size: int, partitions: int) -> None:
        most = max(size * _READS_A_ROW, _LEAST_READS)
        # Each partition may have read one share more than was looked at.
        self.entries = most - partitions * share(size, partitions)
        self.rows = most

    @property
    def is_spent(self) -> bool:
        return self.entries <= 0 or self.rows <= 0

    def counted(self, items: Iterator[Item]) -> Iterator[Item]:
        """The same entries, counted as they are read."""
        for item in items:
            self.entries -= 1
            yield item


def fill(
    candidates: Iterator[Candidate],
    rows_of: Callable[[Sequence[Candidate]], Mapping[str, Row]],
    *,
    size: int,
    budget: Budget,
) -> Page[Row]:
    """A page of up to `size` rows that `rows_of` finds for candidates, by their ids."""
    found: list[Row] = []
    after: str | None = None
    while True:
        wanted = size - len(found)
        some = _affordable(candidates, max(wanted, _LEAST_ROUND) if after else wanted, budget)
        rows = rows_of([candidate for candidate in some if candidate.item is not None])
        for number, candidate in enumerate(some, start=1):
            row = rows.get(candidate.id) if candidate.id != after else None
            after = candidate.id
            if row is not None:
                found.append(row)
            if len(found) == size:
                goes_on = number < len(some) or next(candidates, None) is not None
                return Page(found, after if goes_on else None)
        if not some or budget.is_spent:
            return Page(found, after if next(candidates, None) is not None else None)


def _affordable(candidates: Iterator[Candidate], most: int, budget: Budget) -> list[Candidate]:
    """The next candidates: at least one, so that every page makes progress."""
    some: list[Candidate] = []
    for candidate in islice(candidates, most):
        some.append(candidate)
        budget.rows -= candidate.item is not None
        if budget.is_spent:
            break
    return some


def share(size: int, partitions: int) -> int:
    """The entries that each partition is read for at a time: its part of a page and a reserve."""
    return size // partitions + 8


def begun(partitions: Iterable[Iterator[Item]]) -> list[Iterator[Item]]:
    """The same items, their first reads made side by side."""
    partitions = list(partitions)
    if len(partitions) == 1:
        return [_begin(partitions[0])]
    with ThreadPoolExecutor(max_workers=max(len(partitions), 1)) as pool:
        return list(pool.map(_begin, partitions))


def merged(partitions: Iterable[Iterator[Candidate]]) -> Iterator[Candidate]:
    """All candidates of partitions, by descending id."""
    return heapq.merge(*partitions, key=lambda candidate: candidate.id, reverse=True)


def _begin(items: Iterator[Item]) -> Iterator[Item]:
    first = next(items, None)
    return iter(()) if first is None else chain([first], items)


def ids_between(
    whole: Range,
    time_bound: Callable[[datetime], str],
    *,
    start: datetime | None = None,
    end: datetime | None = None,
    after: str | None = None,
) -> Range:
    """The part of a range of ids that was made after start and before end, and comes after `after`.

    Neither instant is included. `time_bound` tells what the ids of a millisecond begin with.
    """
    low, high = whole
    if start:
        low = max(low, time_bound(_milliseconds(start) + timedelta(milliseconds=1)))
    if end:
        high = min(high, time_bound(_milliseconds(end, up=True)))
    if after:
        high = min(high, just_below(after))
    return Range(low, high)


def just_below(identifier: str) -> str:
    """A bound that is below this id and above every lower id."""
    return f"{identifier[:-1]}{chr(ord(identifier[-1]) - 1)}~"


def _milliseconds(instant: datetime, *, up: bool = False) -> datetime:
    """The whole millisecond at or before an instant, or at or after it: ids have no finer time."""
    instant = min(max(instant, _EARLIEST), _LATEST).astimezone(UTC)
    spare = instant.microsecond % 1000
    whole = instant - timedelta(microseconds=spare)
    return whole + timedelta(milliseconds=1) if up and spare else whole
