"""The table's indexes: sparse, of keys only, and a moment behind the table."""

from bisect import insort
from collections import deque
from collections.abc import Mapping
from typing import Any

from tests.sim.requests import Key
from tests.sim.values import Item


def key_names(described: Mapping[str, Any]) -> tuple[str, str]:
    first, second = described["KeySchema"]
    assert (first["KeyType"], second["KeyType"]) == ("HASH", "RANGE")
    return first["AttributeName"], second["AttributeName"]


class Index:
    """A sparse index that holds keys only, and lags behind the table."""

    def __init__(self, partition: str, sort: str) -> None:
        self.partition, self.sort = partition, sort
        self.entries: dict[str, list[tuple[str, Key]]] = {}
        self.known: dict[Key, tuple[str, str]] = {}
        self._waiting: deque[tuple[float, Key, tuple[str, str] | None]] = deque()

    def note(self, key: Key, item: Item | None, seen_at: float) -> None:
        """A change of the table that is seen here from `seen_at` on; changes are seen in their order."""
        entry = None
        if item is not None and self.partition in item and self.sort in item:
            entry = item[self.partition]["S"], item[self.sort]["S"]
        if self._waiting:
            seen_at = max(seen_at, self._waiting[-1][0])
        self._waiting.append((seen_at, key, entry))

    def catch_up(self, now: float) -> None:
        while self._waiting and self._waiting[0][0] <= now:
            _, key, entry = self._waiting.popleft()
            old = self.known.pop(key, None)
            if old:
                self.entries[old[0]].remove((old[1], key))
            if entry:
                self.known[key] = entry
                insort(self.entries.setdefault(entry[0], []), (entry[1], key))
