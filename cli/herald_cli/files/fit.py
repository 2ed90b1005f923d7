"""Compares the columns of a file with the variables of a text."""

import re
from collections.abc import Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Final

from herald.content.number_filters import NUMBERS
from herald.content.placeholders import positions
from herald.model.templates import by_position

# Variables that a text may name without a column: Liquid's own, and traits of profiles.
_NO_COLUMN: Final = frozenset({"Twilio"})
_TAG: Final = re.compile(r"\{\{[^{}]*\}\}|\{%[^{}]*%\}")
_CALCULATES: Final = re.compile(rf"\|\s*(?:{'|'.join(NUMBERS)})\b|[<>]")
_REPLACES: Final = re.compile(r"\|\s*replace\b")
_NAME: Final = re.compile(r"[\w\-]+")


@dataclass(frozen=True)
class Fit:
    """The result of comparing columns and variables."""

    missing: Mapping[str, str | None]
    """Variables without a column, each with the column that was probably meant."""
    renamed: Mapping[str, str]
    """Columns whose name differs from the variable in case, blanks or accents only: variable by column."""
    unused: Collection[str]
    """Columns that no text names."""


def variables_of(texts: Iterable[str], *, by_number: bool = False) -> frozenset[str]:
    """The variables of a recipient that texts use; `by_number`: a number where a name may be is one too.

    A text that python-liquid cannot read has none: whether Herald can, its own rules say.
    """
    import liquid
    from liquid.exceptions import LiquidError

    environment = liquid.Environment()
    found: set[str] = set()
    for text in texts:
        if "{{" not in text and "{%" not in text:
            continue
        found |= positions(text)
        with suppress(LiquidError):
            read = environment.from_string(by_position(text) if by_number else text)
            found |= set(read.analyze().globals)
    return frozenset(found) - _NO_COLUMN


def calculated_in(texts: Iterable[str], names: Iterable[str]) -> frozenset[str]:
    """The variables that texts use as numbers, by a filter or a comparison, as they are."""
    found: set[str] = set()
    known = frozenset(names)
    for text in texts:
        for tag in _TAG.findall(text):
            if _CALCULATES.search(tag) and not _REPLACES.search(tag):
                found |= known.intersection(_NAME.findall(tag))
    return frozenset(found)


def texts_in(content: Any) -> Iterable[str]:
    """All texts of a JSON value."""
    match content:
        case str():
            yield content
        case list():
            for each in content:
                yield from texts_in(each)
        case dict():
            for each in content.values():
                yield from texts_in(each)


def compare(variables: Collection[str], columns: Collection[str]) -> Fit:
    """Compare the variables of a text with the columns of a file."""
    by_folded = {_folded(name): name for name in columns}
    missing: dict[str, str | None] = {}
    renamed: dict[str, str] = {}
    for name in sorted(variables):
        if name in columns:
            continue
        if (near := by_folded.get(_folded(name))) and near not in variables:
            renamed[near] = name
        else:
            close = get_close_matches(_folded(name), by_folded, n=1)
            missing[name] = by_folded[close[0]] if close else None
    unused = [name for name in columns if name not in variables and name not in renamed]
    return Fit(missing, renamed, unused)


def _folded(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
