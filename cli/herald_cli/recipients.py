"""Recipients out of a CSV file.

Column `address`, maybe `channel`, and every other column is a variable of the
text. The file is read twice, once to check it and once to send it: a bad row at
the end is found before the first is sent, and however many rows there are, no
more than one request's are in memory.
"""

import csv
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import batched
from typing import IO

from herald.model.numbers import has_form_of_e164
from herald.model.numbers import read as read_number
from herald_cli.client import MAX_RECIPIENTS, Recipient, RecipientChannel

_CHANNELS: dict[str, RecipientChannel] = {"PHONE": "PHONE", "WHATSAPP": "WHATSAPP"}
_MOST_PROBLEMS = 20


@dataclass(frozen=True)
class Row:
    """A recipient and where it stands in its file; line 0 for one that comes from no file."""

    line: int
    recipient: Recipient


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line of the file."""

    line: int
    message: str


class BadRecipientsError(Exception):
    """The file cannot be sent. Names the first problems and counts all."""

    def __init__(self, problems: list[Problem], count: int) -> None:
        super().__init__(f"{count} bad lines")
        self.problems = problems
        self.count = count


class RecipientFile:
    """A CSV file that was read to its end and found good."""

    def __init__(self, file: IO[bytes], channel: RecipientChannel = "PHONE") -> None:
        """Check every row. The file must be `rereadable`; `channel` is for the rows that name none."""
        self._file = file
        self._channel = channel
        self.count = self._check()

    def __iter__(self) -> Iterator[Row]:
        """The rows in the file's order; the file is read as they are asked for."""
        for row in read(self._file, self._channel):
            if isinstance(row, Problem):
                raise BadRecipientsError([row], 1)
            yield row

    def _check(self) -> int:
        good = bad = 0
        problems = []
        for row in read(self._file, self._channel):
            if isinstance(row, Row):
                good += 1
                continue
            bad += 1
            if bad <= _MOST_PROBLEMS:
                problems.append(row)
        if not good and not bad:
            bad, problems = 1, [Problem(1, "there are no recipients")]
        if bad:
            raise BadRecipientsError(problems, bad)
        return good


@contextmanager
def rereadable(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """The file, or a copy of what comes through it when it is a pipe."""
    if file.seekable():
        yield file
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        yield copy


def batches(rows: Iterable[Row]) -> Iterator[tuple[Row, ...]]:
    """The rows, cut into what one request may have."""
    return batched(rows, MAX_RECIPIENTS, strict=False)


def recipient(address: str, channel: str, variables: dict[str, str] | None = None) -> Recipient:
    """The recipient, or a ValueError that says what is wrong with it."""
    if not has_form_of_e164(address):
        raise ValueError(f"address {address!r} is not a number like +15005550100")
    found = read_number(address)
    if found.plain is not None:
        raise ValueError(f"address {address!r} has a prefix behind the country code; write {found.plain}")
    if not found.is_possible:
        raise ValueError(f"address {address!r} is a number that nobody can have")
    if channel not in _CHANNELS:
        raise ValueError(f"channel {channel!r} is neither PHONE nor WHATSAPP")
    if not variables:
        return {"address": address, "channel": _CHANNELS[channel]}
    return {"address": address, "channel": _CHANNELS[channel], "variables": variables}


def read(file: IO[bytes], channel: RecipientChannel) -> Iterator[Row | Problem]:
    """Rows and problems in the order of the file. Ends where the rest cannot be told apart."""
    file.seek(0)
    reader = csv.reader(_lines(file), strict=True)
    try:
        header = _header(next(reader, []))
        before = reader.line_num
        for cells in reader:
            # A quoted cell may hold line breaks: the row begins after the one before it.
            line, before = before + 1, reader.line_num
            if cells:
                yield _row(line, header, cells, channel)
    except UnicodeDecodeError:
        yield Problem(reader.line_num + 1, "the text is not UTF-8")
    except csv.Error as error:
        yield Problem(reader.line_num, str(error))
    except _HeaderError as error:
        yield Problem(1, str(error))


def _lines(file: IO[bytes]) -> Iterator[str]:
    # Decoded line by line, so that a wrong byte is found in its own line.
    # Spreadsheets begin a file with a byte order mark.
    for number, line in enumerate(file):
        yield line.decode("utf-8" if number else "utf-8-sig")


class _HeaderError(ValueError):
    """The first line does not name the columns."""


def _header(cells: list[str]) -> list[str]:
    names = [cell.strip() for cell in cells]
    if "address" not in names:
        raise _HeaderError(f"there is no column `address` in the header: {', '.join(names) or '(empty)'}")
    if "" in names:
        raise _HeaderError(f"column {names.index('') + 1} has no name")
    for name in names:
        if names.count(name) > 1:
            raise _HeaderError(f"there are several columns `{name}`")
    return names


def _row(line: int, header: list[str], cells: list[str], channel: RecipientChannel) -> Row | Problem:
    if len(cells) != len(header):
        return Problem(line, f"{len(cells)} cells, but the header has {len(header)}")
    # An empty cell is no variable at all, so that the text's own default takes its place.
    variables = {name: cell for name, cell in zip(header, cells, strict=True) if cell}
    address = variables.pop("address", "").strip()
    named_channel = variables.pop("channel", "").strip().upper() or channel
    try:
        return Row(line, recipient(address, named_channel, variables))
    except ValueError as error:
        return Problem(line, str(error))
