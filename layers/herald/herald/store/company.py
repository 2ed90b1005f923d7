"""Batches the writes of several threads: up to 25 go to the table in one call.

A write waits for other writes until there are 25, or for 20 ms (`timing.LINGER_SECONDS`), and never
for a whole group: one slow carrier must not hold up the outcomes of the others. Each thread
continues when its own write has its result.

The first thread of a batch makes the call, so no further thread is needed.
"""

from collections.abc import Callable, Iterable
from threading import Event, Lock

from herald.store.keys import Key
from herald.store.statements import STATEMENTS_A_CALL
from herald.store.table import Item, Result, Table, Unavailable
from herald.store.updates import Update
from herald.timing import LINGER_SECONDS


class _Batch:
    def __init__(self) -> None:
        self.changes: list[Update] = []
        self.is_full = Event()
        self.is_done = Event()
        self.results: list[Result] = []


class Company:
    """Batched writes to a table, retried while `goes_on` says that there is time."""

    def __init__(self, table: Table, goes_on: Callable[[], bool]) -> None:
        self._table = table
        self._goes_on = goes_on
        self._lock = Lock()
        self._open: _Batch | None = None

    def insert_missing(self, items: Iterable[tuple[Key, Item]]) -> None:
        """Write items that few messages have, in a call of their own. Raises Unavailable."""
        self._table.insert_missing(items)

    def write(self, change: Update) -> None:
        """Make a change, with those of other threads. Raises ConditionFailed, Unavailable and ClientError."""
        with self._lock:
            batch = self._open = self._open or _Batch()
            place = len(batch.changes)
            batch.changes.append(change)
            if len(batch.changes) == STATEMENTS_A_CALL:
                self._open = None
                batch.is_full.set()
        if place == 0:
            batch.is_full.wait(LINGER_SECONDS)
            self._make(batch)
        else:
            batch.is_done.wait()
        result = batch.results[place]
        if result is not None:
            raise result

    def _make(self, batch: _Batch) -> None:
        with self._lock:
            if self._open is batch:
                self._open = None
        batch.results = [
            Unavailable("the call that was to make this write has failed") for _ in batch.changes
        ]
        try:
            batch.results = self._table.update_many(batch.changes, goes_on=self._goes_on)
        finally:
            batch.is_done.set()
