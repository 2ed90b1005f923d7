"""The recipients in a file: all checked before the first is sent.

The file is read twice, once to check it and once to send it: a bad row at the end is found before anything is
sent, and however many rows there are, no more than one request's are in memory.
"""

import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import IO, Final

from herald.model.batches import batched
from herald.model.numbers import key_of_number
from herald_cli import rules
from herald_cli.client import MAX_RECIPIENTS, Recipient, RecipientChannel
from herald_cli.countries import region_of
from herald_cli.files import columns, phones, tables
from herald_cli.files.columns import Columns
from herald_cli.files.seen import Seen

# SMS, as files say, is a channel of senders: it reaches a phone.
_CHANNELS: Final[dict[str, RecipientChannel]] = {"PHONE": "PHONE", "SMS": "PHONE", "WHATSAPP": "WHATSAPP"}
_MOST_PROBLEMS: Final = 20
_SAMPLE_ROWS: Final = 50
_WITH_COMMA: Final = re.compile(r"[-+]?[0-9][0-9.\u00a0 ]*,[0-9,.]*[0-9](?: ?[€$£%])?", re.ASCII)
# Placeholders that exports write instead of an empty cell.
_PLACEHOLDERS: Final = frozenset(
    {"null", "none", "n/a", "#n/a", "na", "undefined", "nan", "-", "#value!", "#ref!"}
)


@dataclass(frozen=True)
class Row:
    """A recipient and the line of its file; line 0 for a recipient that comes from no file."""

    line: int
    recipient: Recipient
    changes: frozenset[str] = frozenset()
    """How the number had to be changed to be read."""
    written: str = field(default="", compare=False)
    """The number as the file has it."""


@dataclass(frozen=True)
class Problem:
    """What is wrong with a line of the file."""

    line: int
    message: str
    cells: Sequence[str] = ()


class BadRecipientsError(Exception):
    """The file cannot be sent. Names the first problems and counts all."""

    def __init__(self, problems: list[Problem], count: int) -> None:
        super().__init__(f"{count} bad lines")
        self.problems = problems
        self.count = count


@dataclass(frozen=True)
class Reading:
    """How a file is to be read, if its headers do not say so.

    `columns`: the header, or the position from 1 on, for `address`, `channel` or a variable's name.
    `country`: of numbers without a country code. `plus`: numbers without + begin
    with one. `unique`: the first row of each number only.
    `skip_bad`: leave out the rows that cannot be sent. `numbers_only`: ignore the variables.
    """

    channel: RecipientChannel = "PHONE"
    columns: Mapping[str, str] = field(default_factory=dict)
    country: str | None = None
    encoding: str | None = None
    sheet: str | None = None
    unique: bool = False
    skip_bad: bool = False
    plus: bool = False
    numbers_only: bool = False


@dataclass
class Findings:
    """The result of checking all rows."""

    good: int = 0
    bad: int = 0
    problems: list[Problem] = field(default_factory=list)
    """The first of the bad rows."""
    duplicates: int = 0
    """Rows whose number is in an earlier row."""
    first_duplicate: tuple[int, int] | None = None
    """A line, and the earlier line with the same number."""
    changes: Counter[str] = field(default_factory=Counter)
    """How numbers had to be changed to be read, and how many."""
    first_changes: dict[str, Row] = field(default_factory=dict)
    """The first row of each change."""
    commas: Counter[str] = field(default_factory=Counter)
    """Rows in which a variable is a number with a comma, by its name."""
    first_commas: dict[str, tuple[int, str]] = field(default_factory=dict)
    """The first of these: its line and its value."""
    empty: Counter[str] = field(default_factory=Counter)
    """Rows in which a variable is empty, by its name."""
    placeholders: Counter[str] = field(default_factory=Counter)
    """Rows in which a variable says N/A or the like, by its name."""


class RecipientFile:
    """A recipient file of any kind that was read to its end."""

    def __init__(self, file: IO[bytes], reading: Reading | None = None, name: str = "-") -> None:
        """Check every row. The file must be `rereadable`.

        Raises BadRecipientsError if a row cannot be sent and `skip_bad` is not set, or if no row can be sent.
        """
        self.reading = reading or Reading()
        try:
            self.table = tables.open_table(
                file, name, encoding=self.reading.encoding, sheet=self.reading.sheet
            )
            self.columns = self._find_columns()
        except tables.Unreadable as error:
            raise BadRecipientsError([Problem(error.line or 1, str(error))], 1) from error
        except columns.Ambiguous as error:
            raise BadRecipientsError([Problem(1, str(error))], 1) from error
        self.found = self._check()

    @property
    def count(self) -> int:
        """The number of recipients."""
        return self.found.good - (self.found.duplicates if self.reading.unique else 0)

    def __iter__(self) -> Iterator[Row]:
        """The recipients in the file's order; the file is read lazily."""
        with Seen() as seen:
            for row in self._rows():
                if isinstance(row, Problem):
                    if self.reading.skip_bad:
                        continue
                    # The file has changed since it was checked.
                    raise BadRecipientsError([row], 1)
                if not self.reading.unique or seen.first(_person(row), row.line) is None:
                    yield row

    def rename(self, renamed: Mapping[str, str]) -> None:
        """Give variables the names that a text uses, by the names of their columns."""
        variables = {renamed.get(name, name): at for name, at in self.columns.variables.items()}
        self.columns = replace(self.columns, variables=variables)
        for counts in (self.found.empty, self.found.placeholders, self.found.commas, self.found.first_commas):
            for old, new in renamed.items():
                if old in counts:
                    counts[new] = counts.pop(old)  # type: ignore[assignment]

    def rejected(self) -> Iterator[Problem]:
        """The rows that cannot be sent, with their cells."""
        return (row for row in self._rows() if isinstance(row, Problem))

    def _find_columns(self) -> Columns:
        rows = (line.cells for line in self.table.rows() if any(cell.strip() for cell in line.cells))
        sample = list(islice(rows, _SAMPLE_ROWS))
        if not sample:
            raise columns.Ambiguous("there are no recipients")
        return columns.find(sample, self._is_number, self.reading.columns)

    def _is_number(self, cell: str) -> bool:
        try:
            phones.read(cell, self.reading.country, plus=self.reading.plus)
        except phones.Unreadable:
            # Also a number that people understand, but that cannot be sent to as it is written.
            return sum(letter.isdigit() for letter in cell) >= max(7, len(cell.strip()) - 6)
        return True

    def _rows(self) -> Iterator[Row | Problem]:
        """Rows and problems in the order of the file. Ends where the rest cannot be read."""
        left_out = self.columns.above + self.columns.has_header
        try:
            for line in self.table.rows():
                if not any(cell.strip() for cell in line.cells):
                    continue
                if left_out:
                    left_out -= 1
                    continue
                yield self._row(line)
        except tables.Unreadable as error:
            yield Problem(error.line, str(error))

    def _row(self, line: tables.Line) -> Row | Problem:
        cells, at = line.cells, self.columns
        extra = [cell for cell in cells[len(at.titles) :] if cell.strip()]
        if extra:
            message = (
                f"{len(cells)} cells, but the header has {len(at.titles)}: quote a cell that has separators"
            )
            return Problem(line.number, message, cells)
        address = _at(cells, at.address)
        if not address.strip():
            return Problem(line.number, f"there is no number in the column {at.titles[at.address]!r}", cells)
        channel = (
            _at(cells, at.channel).strip().upper() if at.channel is not None else ""
        ) or self.reading.channel
        if channel not in _CHANNELS:
            return Problem(line.number, f"channel {channel!r} is neither PHONE, SMS nor WHATSAPP", cells)
        try:
            phone = self._read(address, _at(cells, at.country).strip() if at.country is not None else "")
        except phones.Unreadable as error:
            return Problem(line.number, str(error) + _marked(address), cells)
        variables = {} if self.reading.numbers_only else at.variables
        values = {name: _at(cells, place).strip() for name, place in variables.items()}
        for name, value in values.items():
            if "\0" in value:
                return Problem(line.number, f"{name} has the character U+0000", cells)
        # An empty cell is a missing variable, so that the text's own default is used.
        given = {name: value for name, value in values.items() if value}
        found = _recipient(phone.e164, _CHANNELS[channel], given)
        if problem := rules.problem_with_recipient(found):
            return Problem(line.number, problem, cells)
        return Row(line.number, found, phone.changes, address)

    def _read(self, address: str, country: str) -> phones.Phone:
        """The number of a row, whose own country comes before the option. Raises Unreadable."""
        region = region_of(country) if country else self.reading.country
        try:
            return phones.read(address, region, plus=self.reading.plus)
        except phones.NoCountry as error:
            if not country:
                raise
            raise phones.Unreadable(
                f"{address!r} is without a country code, and {country!r} is not a country like DE, "
                "Germany or +49"
            ) from error

    def _check(self) -> Findings:
        found = Findings()
        with Seen() as seen:
            for row in self._rows():
                if isinstance(row, Problem):
                    found.bad += 1
                    if len(found.problems) < _MOST_PROBLEMS:
                        found.problems.append(row)
                    continue
                found.good += 1
                found.changes.update(row.changes)
                for change in row.changes:
                    found.first_changes.setdefault(change, row)
                self._note(found, row, seen)
        if found.bad and not self.reading.skip_bad:
            raise BadRecipientsError(found.problems, found.bad)
        if not found.good:
            raise BadRecipientsError(
                found.problems or [Problem(1, "there are no recipients")], found.bad or 1
            )
        return found

    def _note(self, found: Findings, row: Row, seen: Seen) -> None:
        if (before := seen.first(_person(row), row.line)) is not None:
            found.duplicates += 1
            found.first_duplicate = found.first_duplicate or (row.line, before)
        values = row.recipient.get("variables", {})
        for name in self.columns.variables:
            value = values.get(name, "")
            if not value:
                found.empty[name] += 1
            elif value.casefold() in _PLACEHOLDERS:
                found.placeholders[name] += 1
            elif "," in value and _WITH_COMMA.fullmatch(value):
                found.commas[name] += 1
                found.first_commas.setdefault(name, (row.line, value))


def _at(cells: Sequence[str], place: int) -> str:
    return cells[place] if place < len(cells) else ""


def _marked(address: str) -> str:
    marks = phones.marks(address)
    return f" (the cell has {', '.join(marks)})" if marks else ""


def _person(row: Row) -> str:
    """The API's key of a row's person: one for all ways to write a number, and for all channels."""
    return key_of_number(row.recipient["address"])


def _recipient(address: str, channel: RecipientChannel, variables: dict[str, str]) -> Recipient:
    if not variables:
        return {"address": address, "channel": channel}
    return {"address": address, "channel": channel, "variables": variables}


@contextmanager
def rereadable(file: IO[bytes]) -> Iterator[IO[bytes]]:
    """The file, or a copy of its data if it is a pipe."""
    if file.seekable():
        yield file
        return
    with tempfile.TemporaryFile() as copy:
        shutil.copyfileobj(file, copy)
        yield copy


def batches(rows: Iterable[Row], size: int = MAX_RECIPIENTS) -> Iterator[tuple[Row, ...]]:
    """The rows, in batches of the size of a request."""
    return batched(rows, size)


def recipient(address: str, channel: str, country: str | None = None) -> Recipient:
    """A recipient of the command line. Raises ValueError, which says what is wrong."""
    phone = phones.read(address, country)
    if channel not in _CHANNELS:
        raise ValueError(f"channel {channel!r} is neither PHONE nor WHATSAPP")
    return _recipient(phone.e164, _CHANNELS[channel], {})
