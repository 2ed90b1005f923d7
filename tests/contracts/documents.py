"""The tables of our Markdown pages as data."""

from itertools import groupby

from tests.template import ROOT


def tables(page: str) -> list[list[dict[str, str]]]:
    """Every table of a page: its rows, each by the names of its columns."""
    lines = [line.strip() for line in (ROOT / page).read_text().splitlines()]
    groups = [list(some) for is_table, some in groupby(lines, lambda line: line.startswith("|")) if is_table]
    return [
        [dict(zip(_cells(head), _cells(row), strict=True)) for row in rows] for head, _rule, *rows in groups
    ]


def table(page: str, *columns: str) -> list[dict[str, str]]:
    """The rows of the one table of a page that has these columns."""
    [found] = [rows for rows in tables(page) if rows and tuple(rows[0]) == columns]
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip().strip("`") for cell in line.strip("|").split("|")]
