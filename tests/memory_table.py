"""The table as a dictionary: quick enough for tests over thousands of random pages.

It obeys what pages of lists rely on: BETWEEN and order of sort keys, limits of a
call, sparse indexes that hold keys only and lag behind the table, and it counts what
is read. Its indexes are those of template.yaml. What it does not play, it has not.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from herald.store import Table
from herald.store.keys import PK, SK, Key
from herald.store.table import Item
from tests.template import resources


def _indexes() -> dict[str, tuple[str, str]]:
    """The names of the attributes that each index, and the table itself (""), has as keys."""
    [table] = resources("AWS::DynamoDB::Table").values()
    described = [("", table)] + [(each["IndexName"], each) for each in table["GlobalSecondaryIndexes"]]
    found = {}
    for name, each in described:
        first, second = each["KeySchema"]
        assert (first["KeyType"], second["KeyType"]) == ("HASH", "RANGE")
        if name:
            assert each["Projection"] == {"ProjectionType": "KEYS_ONLY"}
        found[name] = first["AttributeName"], second["AttributeName"]
    return found


class MemoryTable(Table):
    def __init__(self, *, lags: bool = False) -> None:
        self.name = "in memory"
        self._indexes = _indexes()
        self._items: dict[Key, Item] = {}
        # What the indexes know, which is what the table was when they last caught up.
        self._lags = lags
        self._sorted: dict[tuple[str, str], list[tuple[str, Key]]] = {}
        self._known: dict[Key, Item] = {}
        self._fresh = False
        self.entries_read = 0
        self.rows_read = 0

    def catch_up(self) -> None:
        """Let the indexes see what has changed."""
        self._known = dict(self._items)
        self._fresh = False

    # ------------------------------------------------------------------- herald's calls

    def get(self, key: Key) -> Item | None:
        found = self.get_many([key])
        return found[0] if found else None

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        assert len(set(keys)) == len(keys), "BatchGetItem refuses the same key twice"
        self.rows_read += len(keys)
        return [dict(self._items[key]) for key in keys if key in self._items]

    def put_new(self, key: Key, item: Item) -> None:
        assert key not in self._items
        self.put_many([(key, item)])

    def insert_many(self, items: Iterable[tuple[Key, Item]]) -> dict[Key, Item]:
        given = dict(items)
        there = {key: dict(self._items[key]) for key in given if key in self._items}
        self.put_many((key, item) for key, item in given.items() if key not in there)
        return there

    def insert_missing(self, items: Iterable[tuple[Key, Item]]) -> None:
        self.insert_many(items)

    def put_many(self, items: Iterable[tuple[Key, Item]]) -> None:
        for key, item in items:
            given = {name: value for name, value in item.items() if value is not None}
            self._items[key] = {PK: key.pk, SK: key.sk, **given}
        self._fresh = False
        if not self._lags:
            self.catch_up()

    def query(
        self,
        partition: str,
        *,
        low: str,
        high: str,
        index: str | None = None,
        partition_name: str = PK,
        sort_name: str = SK,
        newest_first: bool = False,
        limit: int | None = None,
        keys_only: bool = False,
    ) -> Iterator[Item]:
        assert self._indexes[index or ""] == (partition_name, sort_name)
        assert low <= high, "DynamoDB refuses a BETWEEN whose bounds are the wrong way about"
        while True:
            found = self._between(index or "", partition, low, high)
            if newest_first:
                found.reverse()
            page = found[:limit]
            self.entries_read += len(page)
            for sort, key in page:
                item = self._items[key]
                shown = {PK, SK, partition_name, sort_name} if index or keys_only else item.keys()
                # An index shows the item as it was when the index caught up.
                seen = self._known[key] if index else item
                yield {name: seen[name] for name in shown if name in seen}
                low, high = (low, sort) if newest_first else (sort, high)
            if len(page) == len(found):
                return
            low, high = (low, _before(high)) if newest_first else (low + "\0", high)

    # ----------------------------------------------------------------------------------

    def _between(self, index: str, partition: str, low: str, high: str) -> list[tuple[str, Key]]:
        if not self._fresh:
            self._sort()
        entries = self._sorted.get((index, partition), [])
        return entries[bisect_left(entries, low, key=_sort_key) : bisect_right(entries, high, key=_sort_key)]

    def _sort(self) -> None:
        found: defaultdict[tuple[str, str], list[tuple[str, Key]]] = defaultdict(list)
        for index, (partition_name, sort_name) in self._indexes.items():
            for key, item in (self._known if index else self._items).items():
                if partition_name in item and sort_name in item:
                    found[index, item[partition_name]].append((item[sort_name], key))
        for entries in found.values():
            entries.sort()
        self._sorted, self._fresh = found, True


def _sort_key(entry: tuple[str, Any]) -> str:
    return entry[0]


def _before(sort: str) -> str:
    """A bound that excludes this one and nothing below it that the tests have."""
    return sort[:-1] + chr(ord(sort[-1]) - 1) + "\U0010ffff"
