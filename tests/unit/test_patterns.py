"""No pattern takes the square of the length of a text: texts are of clients, recipients and carriers."""

import re
import time
from collections.abc import Iterator
from importlib import import_module
from inspect import getsource
from pkgutil import walk_packages
from typing import Any, NamedTuple

import pytest

import herald

# A text that a callback takes has up to 20,000 characters; the square of this many shows.
LENGTH = 2_000
MODULES = [
    each.name for each in walk_packages(herald.__path__, "herald.") if not each.name.endswith("__main__")
]


class Pattern(NamedTuple):
    name: str
    pattern: re.Pattern[str]
    # The method that the module calls.
    way: str


def patterns() -> Iterator[Pattern]:
    for name in MODULES:
        module = import_module(name)
        for constant, value in vars(module).items():
            for found in compiled(value):
                asked = re.findall(rf"\b{constant}\.(\w+)\(", getsource(module))
                ways = {"search" if way in ("sub", "split", "finditer", "findall") else way for way in asked}
                for way in ways & {"search", "match", "fullmatch"} or {"search"}:
                    yield Pattern(f"{name}.{constant}.{way}", found, way)


def compiled(value: Any) -> Iterator[re.Pattern[str]]:
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(value, tuple):
        for each in value:
            yield from compiled(each)


def units(pattern: re.Pattern[str]) -> set[str]:
    """What a text for a pattern may repeat: each of its characters, and those that follow one another."""
    letters = re.sub(r"\\[dDwWsSbBuUx.]?|[\[\](){}^$?*+|]", lambda found: found[0][-1], pattern.pattern)
    beside = {letters[place : place + 2] for place in range(len(letters))}
    return {*letters, *beside, *(f"{one}{one}" for one in letters), " ", "1", "a", "a ", "1.", "{{", "{%"}


def test_the_patterns_are_found() -> None:
    names = {each.name for each in PATTERNS}

    assert len(names) > 60
    assert "herald.model.opt_out._QUOTATION.search" in names
    assert "herald.carriers.aws.media._EXTENSION.fullmatch" in names


PATTERNS = list(dict.fromkeys(patterns()))


@pytest.mark.parametrize("pattern", PATTERNS, ids=[each.name for each in PATTERNS])
def test_no_pattern_takes_the_square_of_the_length_of_a_text(pattern: Pattern) -> None:
    """A square takes 8 ms and more at this length, and what is not one at most 0.5 ms."""
    find = getattr(pattern.pattern, pattern.way)
    slow = {unit for unit in units(pattern.pattern) if seconds(find, unit) > 0.004}

    # Another load on the machine is no fault of the pattern.
    assert not [unit for unit in slow if min(seconds(find, unit) for _ in range(3)) > 0.004]


def seconds(find: Any, unit: str) -> float:
    text = (unit * LENGTH)[:LENGTH] + "\x00"
    begun = time.process_time()
    find(text)
    return time.process_time() - begun
