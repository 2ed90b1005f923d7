"""The results of the benchmarks: tables, and goals that are met or missed."""

import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_MARKER: Final = "<!-- bench: {} -->\n"
_NUMBER: Final = re.compile(r"[\d,.]+( [a-z]+)?", re.IGNORECASE)


@dataclass(frozen=True)
class Goal:
    """A figure that must be less than a limit, or at most the limit."""

    name: str
    limit: float
    measured: float
    unit: str = ""
    inclusive: bool = False

    @property
    def is_met(self) -> bool:
        return self.measured <= self.limit if self.inclusive else self.measured < self.limit

    @property
    def row(self) -> list[str]:
        wanted = f"{'at most' if self.inclusive else 'under'} {number(self.limit)} {self.unit}".rstrip()
        measured = f"{number(self.measured)} {self.unit}".rstrip()
        return [self.name, wanted, measured, "yes" if self.is_met else "**NO**"]


@dataclass(frozen=True)
class Table:
    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]

    def __str__(self) -> str:
        """The table in Markdown; columns of numbers are aligned as such."""
        columns = list(zip(self.header, *self.rows, strict=True))
        lines = list(zip(*map(_column, columns), strict=True))
        return "\n".join([f"**{self.title}**", "", *(f"| {' | '.join(line)} |" for line in lines)])


@dataclass(frozen=True)
class Section:
    """The result of one benchmark. `notes` are sentences below its tables."""

    name: str
    goals: Sequence[Goal]
    tables: Sequence[Table]
    notes: Sequence[str] = field(default_factory=tuple)

    def __str__(self) -> str:
        header = ("goal", "wanted", "measured", "met")
        goals = [Table("Goals", header, [goal.row for goal in self.goals])] if self.goals else []
        return "\n\n".join([*map(str, [*goals, *self.tables]), *self.notes])

    @property
    def missed(self) -> list[str]:
        """A line for each goal that was missed."""
        return [
            f"MISSED: {name}: {measured}, wanted {wanted}"
            for name, wanted, measured, _ in (goal.row for goal in self.goals if not goal.is_met)
        ]


def write(file: Path, sections: Iterable[Section]) -> None:
    """Replace the block of each section in a Markdown file; the rest of the file stays."""
    text = file.read_text()
    for section in sections:
        begin, end = _MARKER.format(section.name), _MARKER.format(f"end of {section.name}")
        pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
        block = f"{begin}\n{section}\n\n{end}"
        text, count = pattern.subn(lambda _, block=block: block, text)  # type: ignore[misc]
        if count != 1:
            raise ValueError(f"{file} has no block {begin.strip()} ... {end.strip()}")
    file.write_text(text)


def machine() -> Section:
    """The machine of the measurements."""
    rows = [
        ("processor", f"{_processor()}, {os.cpu_count()} cores"),
        ("system", f"{platform.system()} {platform.machine()}"),
        ("Python", f"{platform.python_implementation()} {platform.python_version()}"),
    ]
    return Section("machine", [], [], [f"Measured on: {'; '.join(' '.join(row) for row in rows)}."])


def number(value: float) -> str:
    """A number with three significant digits."""
    if value >= 100 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def milliseconds(seconds: float) -> str:
    return number(seconds * 1000)


def _processor() -> str:
    try:
        found = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    except OSError:
        found = None
    return found[1] if found else platform.processor() or "unknown"


def _column(cells: Sequence[str]) -> list[str]:
    """A column's cells, all of the same width, with the rule below the first."""
    width = max(map(len, cells))
    if all(_NUMBER.fullmatch(cell) for cell in cells[1:]):
        head, *rest = (cell.rjust(width) for cell in cells)
        return [head, "-" * (width - 1) + ":", *rest]
    head, *rest = (cell.ljust(width) for cell in cells)
    return [head, "-" * width, *rest]
