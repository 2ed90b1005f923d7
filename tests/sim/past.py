"""Reads that do not ask for consistency may see the table as it was a moment ago.

What has changed lately is remembered, and put back for as long as such a read takes.
"""

from bisect import insort
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from tests.sim.kernel import Kernel
from tests.sim.requests import Key
from tests.sim.table import SimulatedTable
from tests.sim.values import Item

type Read = Callable[[Mapping[str, Any]], Any]


class Past:
    """`seconds`: how far reads may be behind; 0 and they never are."""

    def __init__(self, kernel: Kernel, table: SimulatedTable, seconds: float) -> None:
        self._kernel = kernel
        self._table = table
        self._seconds = seconds
        self._changes: deque[tuple[float, Key, Item | None]] = deque()
        # How often a read did not see what was there.
        self.met = 0

    def changed(self, key: Key, old: Item | None) -> None:
        if self._seconds:
            self._changes.append((self._kernel.now, key, old))

    def reading(self, read: Read) -> Read:
        """A read that sees the past unless it asks for consistency, every second time."""
        if not self._seconds:
            return read

        def behind(request: Mapping[str, Any]) -> Any:
            if _is_consistent(request) or "IndexName" in request or self._kernel.random.random() < 0.5:
                return read(request)
            moment = self._kernel.now - self._kernel.random.uniform(0.0, self._seconds)
            with self._as_of(moment):
                return read(request)

        return behind

    @contextmanager
    def _as_of(self, moment: float) -> Iterator[None]:
        while self._changes and self._changes[0][0] < self._kernel.now - self._seconds:
            self._changes.popleft()
        before: dict[Key, Item | None] = {}
        for at, key, old in self._changes:
            if at > moment:
                before.setdefault(key, old)
        now = {key: self._table.items.get(key) for key in before}
        self.met += bool(before)
        self._put(before)
        try:
            yield
        finally:
            self._put(now)

    def _put(self, items: Mapping[Key, Item | None]) -> None:
        """Let these be the items, for one read only."""
        for key, item in items.items():
            has = key in self._table.items
            self._table.forget_size(key)
            sorts = self._table.sorted_of(key[0])
            if item is None and has:
                del self._table.items[key]
                sorts.remove(key[1])
            elif item is not None:
                self._table.items[key] = item
                if not has:
                    insort(sorts, key[1])


def _is_consistent(request: Mapping[str, Any]) -> bool:
    if "RequestItems" in request:
        return all(wanted.get("ConsistentRead") for wanted in request["RequestItems"].values())
    return bool(request.get("ConsistentRead"))
