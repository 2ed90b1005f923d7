"""The table's indexes: sparse, of keys and what else is projected, and a moment behind the table."""

from bisect import insort
from collections import deque
from collections.abc import Mapping
from typing import Any

from tests.sim.requests import Key
from tests.sim.values import Item, Typed
from tests.template import resources


def key_names(described: Mapping[str, Any]) -> tuple[str, str]:
    first, second = described["KeySchema"]
    assert (first["KeyType"], second["KeyType"]) == ("HASH", "RANGE")
    return first["AttributeName"], second["AttributeName"]


def _projected_names(described: Mapping[str, Any]) -> tuple[str, ...]:
    projection = described["Projection"]
    assert projection["ProjectionType"] in ("KEYS_ONLY", "INCLUDE")
    return tuple(projection.get("NonKeyAttributes", ()))


class Index:
    """A sparse index that holds its keys and the attributes `shown`, and lags behind the table."""

    def __init__(self, partition: str, sort: str, shown: tuple[str, ...]) -> None:
        self.partition, self.sort = partition, sort
        self._shown = (partition, sort, *shown)
        self.entries: dict[str, list[tuple[str, Key]]] = {}
        # By the key of the table: what the index has of an item.
        self.known: dict[Key, Item] = {}
        self._waiting: deque[tuple[float, Key, Item | None]] = deque()

    def note(self, key: Key, item: Item | None, seen_at: float) -> None:
        """A change of the table that is seen here from `seen_at` on; changes are seen in their order."""
        if self._waiting:
            seen_at = max(seen_at, self._waiting[-1][0])
        self._waiting.append((seen_at, key, self.entry_of(item)))

    def entry_of(self, item: Mapping[str, Typed] | None) -> Item | None:
        """What the index has of an item: nothing where one of its keys is missing."""
        if item is None or self.partition not in item or self.sort not in item:
            return None
        return {name: item[name] for name in self._shown if name in item}

    def catch_up(self, now: float) -> None:
        while self._waiting and self._waiting[0][0] <= now:
            _, key, entry = self._waiting.popleft()
            old = self.known.pop(key, None)
            if old:
                self.entries[old[self.partition]["S"]].remove((old[self.sort]["S"], key))
            if entry:
                self.known[key] = entry
                entries = self.entries.setdefault(entry[self.partition]["S"], [])
                insort(entries, (entry[self.sort]["S"], key))


def of_template() -> dict[str, Index]:
    """The indexes of template.yaml's table, by their names."""
    [table] = resources("AWS::DynamoDB::Table").values()
    return {
        each["IndexName"]: Index(*key_names(each), (*key_names(table), *_projected_names(each)))
        for each in table["GlobalSecondaryIndexes"]
    }
