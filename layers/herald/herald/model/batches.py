"""Items in groups of a size: itertools.batched, which Python 3.11 does not have."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def batched(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """The items in tuples of `size` (at least 1), lazily; the last has the rest."""
    remaining = iter(items)
    while batch := tuple(islice(remaining, size)):
        yield batch
