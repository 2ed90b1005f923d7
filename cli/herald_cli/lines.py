"""The lines of a file that was sent, by the places of its recipients."""

import os
from array import array
from collections.abc import Collection, Iterator, Sequence
from typing import IO, Self

import click

from herald_cli import exits, show
from herald_cli.recipients import BadRecipientsError, Reading, RecipientFile, rereadable


class SentFile:
    """A file that was sent: the line and the number of each place. `others`: places of other numbers."""

    def __init__(self, file: RecipientFile) -> None:
        self._file = file
        # 16 bytes a row: a file may have millions.
        self._lines, self._numbers = array("Q"), array("Q")
        self.others = 0
        for row in file:
            self._lines.append(row.line)
            self._numbers.append(int(row.recipient["address"].removeprefix("+")))

    @classmethod
    def of(cls, file: IO[bytes], reading: Reading) -> Self:
        """Read a file, or a pipe, that is open until the command ends; end it if the file cannot be read."""
        name = os.path.basename(getattr(file, "name", "-"))
        try:
            rows = click.get_current_context().with_resource(rereadable(file))
            return cls(RecipientFile(rows, reading, name))
        except BadRecipientsError as bad:
            show.bad_lines(show.console(stderr=True), name, bad.problems, bad.count)
            raise click.exceptions.Exit(exits.FILE) from bad

    @property
    def separator(self) -> str:
        """Of the file's own cells; a comma if the file is no CSV file."""
        return self._file.table.separator

    def at(self, place: int, address: str | None) -> int | None:
        """The line of a place; None if the file has another number there."""
        is_there = place < len(self._lines)
        if is_there and address in (None, f"+{self._numbers[place]}"):
            return self._lines[place]
        self.others += 1
        return None

    def cells(self, lines: Collection[int]) -> Iterator[Sequence[str]]:
        """The header, if there is one, and some lines, with all of their cells as they are."""
        columns = self._file.columns
        above, has_header = columns.above, columns.has_header
        for line in self._file.table.rows():
            if not any(cell.strip() for cell in line.cells):
                continue
            if above:
                above -= 1
            elif has_header:
                has_header = False
                yield line.cells
            elif line.number in lines:
                yield line.cells
