"""The keys of earlier rows, any number of them in little memory: they are in an SQLite file."""

import sqlite3
from types import TracebackType
from typing import Self


class Seen:
    """A set of keys, each with its first line."""

    def __init__(self) -> None:
        # A database without a name is a file that SQLite deletes when the database is closed.
        self._database = sqlite3.connect("")
        # The data need not survive the process.
        self._database.execute("PRAGMA journal_mode = OFF")
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE seen (key TEXT PRIMARY KEY, line INTEGER) WITHOUT ROWID")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Delete the file."""
        self._database.close()

    def first(self, key: str, line: int) -> int | None:
        """The line of the key's first occurrence; None if this is the first."""
        cursor = self._database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", (key, line))
        if cursor.rowcount:
            return None
        found: tuple[int] = self._database.execute("SELECT line FROM seen WHERE key = ?", (key,)).fetchone()
        return found[0]
