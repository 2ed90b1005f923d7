"""Pages of lists: ranges of ids, newest first, and how a page is filled from candidates.

The id of the last candidate is all there is to know of where the next page begins, so pages do
not shift while things are made or change. A page that has read its budget is returned short,
with a next: a list costs the same however much there is.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from heapq import merge
from itertools import chain
from typing import Final, Generic, NamedTuple, TypeVar

from herald.store import keys
from herald.store.table import Item, Table

Row = TypeVar("Row")

# A page of 1,000 looks at that many candidates; one that finds little reads on to here.
_LEAST_READS: Final = 2_000
_LEAST_A_CALL: Final = 100
# Entries that each of several partitions is asked for besides its part of a page, for chance.
_SPARE: Final = 8
# An answer of a function may have 6 MB, and quotes are twice as long in it; a template alone may have 0.1 MB.
_MOST_BYTES: Final = 2_500_000
# Between these every instant has an id, also a millisecond earlier or later.
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)


class Range(NamedTuple):
    """Ids from `low` to `high`, both included; empty when low is above high."""

    low: str
    high: str


class Page(NamedTuple, Generic[Row]):
    """Rows, and the id after which the next page begins; None on the last page."""

    rows: list[Row]
    after: str | None


def page(
    candidates: Iterable[tuple[str, Row | None]],
    *,
    size: int,
    after: str | None = None,
    is_full: Callable[[], bool] = lambda: False,
) -> Page[Row]:
    """Up to `size` rows of candidates, which are ids and, where the row is wanted, rows.

    `after` itself may be the first candidate; it is left out. A page that `is_full` takes no more rows.
    """
    found: list[Row] = []
    last = None
    for read, (identifier, row) in enumerate(candidates):
        if identifier == after:
            continue
        if len(found) == size or read > max(size, _LEAST_READS) or (found and is_full()):
            return Page(found, last)
        last = identifier
        if row is not None:
            found.append(row)
    return Page(found, None)


def of_items(
    table: Table, first: keys.Key, row_of: Callable[[Item], Row | None], *, size: int, after: str | None
) -> Page[Row]:
    """A page of the items whose sort keys are that of `first` and an id; `row_of`: None leaves one out."""
    items = table.query(
        first.pk,
        low=first.sk,
        high=first.sk + (after or keys.BEHIND),
        newest_first=True,
        limit=share(size),
    )
    taken = 0

    def candidates() -> Iterator[tuple[str, Row | None]]:
        nonlocal taken
        for item in items:
            row = row_of(item)
            yield item[keys.SK].removeprefix(first.sk), row
            if row is not None:
                taken += len(str(item).encode())

    return page(candidates(), size=size, after=after, is_full=lambda: taken > _MOST_BYTES)


def share(size: int, partitions: int = 1) -> int:
    """How many entries a page asks a partition for at a time: a page, the one before it and the one
    behind it, or some more; of several partitions, each for its part and some more."""
    return max(size + 2, _LEAST_A_CALL) if partitions == 1 else size // partitions + _SPARE


def newest_first(partitions: Iterable[Iterator[Item]]) -> Iterator[Item]:
    """All items of partitions, each by descending sort key; the first reads are made side by side."""
    partitions = list(partitions)
    if len(partitions) == 1:
        return partitions[0]
    with ThreadPoolExecutor(max_workers=max(len(partitions), 1)) as pool:
        begun = list(pool.map(_begin, partitions))
    return merge(*begun, key=lambda item: item[keys.SK], reverse=True)


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
    """The whole millisecond at or before an instant, or at or after it: ids know no finer time."""
    """The whole millisecond at or before an instant, or at or after it: ids know no finer time."""
    instant = min(max(instant, _EARLIEST), _LATEST).astimezone(UTC)
    spare = instant.microsecond % 1000
    whole = instant - timedelta(microseconds=spare)
    return whole + timedelta(milliseconds=1) if up and spare else whole


def is_between(at: datetime, start: datetime | None, end: datetime | None) -> bool:
    """Whether an instant is after `start` and before `end`, where they are given."""
    return (start is None or at > start) and (end is None or at < end)
