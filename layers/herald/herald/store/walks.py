"""Walks down the ids of an account's messages, newest first: the candidates for a page of a list.

A walk answers one question, `seek(high)`: its highest candidate at or below an id. So
walks combine: in all of them (`InAll`), where each walk jumps to the lowest of the others'
answers, and in any of them (`InAny`). Ids that a jump skips are hardly read.

The reads of a page are counted in calls (`Reads`). A walk that meets many places without a
candidate stops when the calls of a page are spent, and returns how far it came.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import Final, NamedTuple, Protocol

from herald.store import keys
from herald.store.pages import Range, just_below, newest_first
from herald.store.table import Item, Table
from herald.store.tags import messages_in

# Calls after which a page is returned short.
MOST_CALLS: Final = 30
# Entries that a call asks for besides a page's share, and that any call asks for at most.
_SPARE: Final = 8
_MOST_ENTRIES: Final = 1_000
# So many entries are skipped one by one; entries farther below are fetched by a call.
_FAR: Final = 100
_ITEMS_A_CALL: Final = 100
_POSTINGS_SHARE: Final = 8


class Reads:
    """The table as one page of `size` reads it: how many calls it has made."""

    def __init__(self, table: Table, size: int) -> None:
        self.table = table
        self.size = size
        self.calls = 0

    @property
    def are_spent(self) -> bool:
        return self.calls >= MOST_CALLS

    def get_many(self, wanted: Sequence[keys.Key]) -> list[Item]:
        self.calls += -(-len(wanted) // _ITEMS_A_CALL)
        return self.table.get_many(wanted)

    def between(self, partition: str, low: str, high: str) -> list[Item]:
        """All items of a partition between two sort keys."""
        items = list(self.table.query(partition, low=low, high=high))
        self.calls += 1 + len(items) // _MOST_ENTRIES
        return items

    def entries(
        self,
        partition: str,
        ids: Range,
        *,
        index: keys.Index | None = None,
        share: int = 1,
        more: int = 0,
    ) -> Iterator[Item]:
        """Items of a partition, the last first: a call for a page's share of them, then for more each.

        `more` is how often more were asked for before.
        """
        low, high = ids
        limit = min((self.size // share + _SPARE) * 4**more, _MOST_ENTRIES)
        while low <= high:
            self.calls += 1
            items = self.table.query(
                partition,
                low=low,
                high=high,
                index=index,
                newest_first=True,
                limit=limit,
            )
            some = list(islice(items, limit))
            yield from some
            if len(some) < limit:
                return
            high = just_below(some[-1][index.sort if index else keys.SK])
            limit = min(limit * 4, _MOST_ENTRIES)


class Place(NamedTuple):
    """A candidate; or, if `is_there` is not set, an id above which there is none; the rest is unknown."""

    id: str
    is_there: bool = True


class Walk(Protocol):
    def seek(self, high: str) -> Place | None:
        """The highest candidate at or below `high`, which falls from call to call; None: there is none."""


class Listed:
    """A walk down items that a function lists from an id on, the last first.

    An item names the message that its sort key is, or with `places` those of its chunk.
    """

    def __init__(self, items_from: Callable[[str, int], Iterator[Item]]) -> None:
        self._items_from = items_from
        self._items: Iterator[Item] = iter(())
        self._begun = 0
        # The messages of the item that was read last, the highest at the end.
        self._ids: list[str] = []

    def seek(self, high: str) -> Place | None:
        if not self._begun:
            self._begin(high)
        passed = 0
        while True:
            while self._ids and self._ids[-1] > high:
                self._ids.pop()
            if self._ids:
                return Place(self._ids[-1])
            item = next(self._items, None)
            if item is None:
                return None
            if item[keys.SK] > high:
                passed += 1
                if passed % _FAR == 0:
                    self._begin(high)
            else:
                self._ids = _messages_of(item)

    def _begin(self, high: str) -> None:
        self._items = self._items_from(high, self._begun)
        self._begun += 1


def _messages_of(item: Item) -> list[str]:
    if "places" in item:
        return messages_in(item[keys.SK], item["places"])
    return [item[keys.SK]]


class InAll:
    """The candidates that are in all of several walks."""

    def __init__(self, reads: Reads, walks: Sequence[Walk]) -> None:
        self._reads = reads
        self._walks = walks

    def seek(self, high: str) -> Place | None:
        agreed, number = 0, 0
        while agreed < len(self._walks):
            place = self._walks[number % len(self._walks)].seek(high)
            if place is None or not place.is_there:
                return place
            agreed = agreed + 1 if place.id == high else 1
            high, number = place.id, number + 1
            if self._reads.are_spent and number >= len(self._walks) > agreed:
                return Place(high, is_there=False)
        return Place(high)


class InAny:
    """The candidates that are in at least one of several walks."""

    def __init__(self, walks: Sequence[Walk]) -> None:
        self._walks = walks

    def seek(self, high: str) -> Place | None:
        return max((place for walk in self._walks if (place := walk.seek(high))), default=None)


def in_all(reads: Reads, walks: Sequence[Walk]) -> Walk:
    return walks[0] if len(walks) == 1 else InAll(reads, walks)


def in_any(walks: Sequence[Walk]) -> Walk:
    return walks[0] if len(walks) == 1 else InAny(walks)


def of_partitions(
    reads: Reads,
    partitions: Sequence[str],
    low: str,
    index: keys.Index | None = None,
    *,
    a_posting: int = 1,
) -> Listed:
    """The messages in partitions of an index, or that items of partitions are, or name, above `low`.

    `a_posting`: how many messages an item is expected to name (store.tags).
    """
    share = a_posting * len(partitions)

    def items_from(high: str, more: int) -> Iterator[Item]:
        ids = Range(low, high)
        return newest_first(
            reads.entries(each, ids, index=index, share=share, more=more) for each in partitions
        )

    return Listed(items_from)


def of_postings(reads: Reads, partitions: Sequence[str], low: str) -> Listed:
    """The messages that postings in partitions name, above `low`: each of up to a chunk."""
    return of_partitions(reads, partitions, low, a_posting=_POSTINGS_SHARE)


class Rows:
    """All messages of partitions of rows, each kept as it was read."""

    def __init__(self, reads: Reads, partitions: Sequence[str], low: str) -> None:
        self._reads = reads
        self._partitions = partitions
        self._low = low
        self._items: Iterator[Item] | None = None
        self._head: Place | None = None
        self.read: dict[str, Item] = {}

    def seek(self, high: str) -> Place | None:
        if self._items is None:
            ids, share = Range(self._low, high), len(self._partitions)
            self._items = newest_first(
                self._reads.entries(each, ids, share=share) for each in self._partitions
            )
        if self._head and self._head.id <= high:
            return self._head
        for item in self._items:
            name = item[keys.SK]
            is_message = "status" in item and not keys.is_receipt(name)
            if name > high or not (is_message or self._reads.are_spent):
                # Recipients without a message, and people of groups, are passed over.
                continue
            if not is_message:
                return Place(just_below(name), is_there=False)
            self._head = Place(name)
            self.read[name] = item
            return self._head
        return None
