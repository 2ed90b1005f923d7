"""Pages of items in one partition in the order of ids, the newest first.

For kinds of items of which an account has some thousands. The rows are read and checked one by one;
a page that has used up its budget is returned short, with a next.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final, Generic, NamedTuple, TypeVar

Row = TypeVar("Row")

# A page of 1,000 needs that many; one that finds little reads on to here.
_LEAST_READS: Final = 2_000
_LEAST_A_CALL: Final = 100


class Page(NamedTuple, Generic[Row]):
    """Rows, and the id after which the next page begins; None on the last page."""

    rows: list[Row]
    after: str | None


def page(candidates: Iterable[tuple[str, Row | None]], *, size: int, after: str | None = None) -> Page[Row]:
    """Up to `size` rows of candidates, which are ids and, where the row is wanted, rows.

    `after` itself may be the first candidate; it is left out.
    """
    found: list[Row] = []
    last = None
    for read, (identifier, row) in enumerate(candidates):
        if identifier == after:
            continue
        if len(found) == size or read > max(size, _LEAST_READS):
            return Page(found, last)
        last = identifier
        if row is not None:
            found.append(row)
    return Page(found, None)


def share(size: int) -> int:
    """How many rows to ask for at a time: a page, the one before it and the one behind it, or some more."""
    return max(size + 2, _LEAST_A_CALL)


def is_between(at: datetime, start: datetime | None, end: datetime | None) -> bool:
    """Whether an instant is after `start` and before `end`, where they are given."""
    return (start is None or at > start) and (end is None or at < end)
