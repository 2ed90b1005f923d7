"""Bodies of requests as short recipes, which a search can change and a file can keep.

A gene is a nested list:

    ["raw", json]                 a value, as JSON
    ["text", unit, times]         a string: a unit, over and over
    ["serial", start, digits]     a string that is different each time: a start, and so many digits
    ["list", gene, times]         a list of the same entry
    ["names", gene, times]        an object of so many names with the same value
    ["object", {name: gene}]      an object
    ["nest", gene, times]         a value inside so many lists
"""

import json
import re
from collections.abc import Iterator
from itertools import count
from random import Random
from typing import Any, Final

Gene = list[Any]
MOST_BYTES: Final = 5_000_000

# The pieces of texts: Liquid, Unicode, numbers and addresses.
UNITS: Final = (
    *("x", " ", "é", "漢", "\U0001f600", "\u0000", '"', "\\", "\u202e", "ﷺ", "\u0301"),
    *("{{", "}}", "{%", "%}", "{{a}}", "{{ a | upcase }}", "{%if a%}", "{%endif%}", "{%raw%}", "{{1}}"),
    *("{{ a", "(", "['a", "[", "|upcase", "a.", "a and ", "'", "{% liquid\n", "assign a=1\n", "{{-", "-"),
    *("1", "9", "1e", ".", "-", "+", "+1206", "https://a/", "%", "a:", "a=b&", "2026-", "T", "<", "&amp;"),
)
# What numbers begin with, of calling codes of one country and of several.
_STARTS: Final = (
    *("+1206", "+1", "+44", "+447", "+7", "+39", "+358", "+61", "+262", "+590", "+599", "+212", "+47"),
    *("+49", "+33", "+55", "+52", "+54", "+234", "+81", "+800", "+999", "+0", "x"),
)
_VALUES: Final = (
    "null",
    "true",
    "0",
    "-1",
    "1e999",
    "1e308",
    "[]",
    "{}",
    '""',
    '"x"',
    "9" * 4_000,
    '"\\ud83d\\ude00"',
)


# Where a number is put in: no JSON has the character.
_MARK: Final = "\x1f"
_MARKED: Final = re.compile(f"{_MARK}(\\d+){_MARK}")
_MOST_DIGITS: Final = 14
# Far apart, so that neighbours have their first digits in common with none near them; a prime.
_STEP: Final = 7_919_000_003


def built(gene: Gene) -> str:
    """The JSON text of a gene."""
    places = count(1)

    def number(found: re.Match[str]) -> str:
        digits = int(found[1])
        return f"{next(places) * _STEP % 10**digits:0{digits}}"

    return _MARKED.sub(number, _marked(gene))


def _marked(gene: Gene) -> str:
    """The JSON text, with a mark in each place of a number."""
    kind, inner = gene[0], gene[1]
    times = int(gene[-1]) if kind in ("text", "list", "names", "nest") else 1
    if kind == "text":
        unit = json.dumps(inner, ensure_ascii=False)[1:-1]
        return '"' + unit * times + '"'
    if kind == "serial":
        return f'"{inner}{_MARK}{min(int(gene[-1]), _MOST_DIGITS)}{_MARK}"'
    if kind == "list":
        return "[" + ",".join([_marked(inner)] * times) + "]"
    if kind == "names":
        value = _marked(inner)
        return "{" + ",".join(f'"{number:x}":{value}' for number in range(times)) + "}"
    if kind == "object":
        return "{" + ",".join(f"{json.dumps(name)}:{_marked(each)}" for name, each in inner.items()) + "}"
    if kind == "nest":
        return "[" * times + _marked(inner) + "]" * times
    return str(inner)


def size(gene: Gene) -> int:
    """About how many bytes a gene makes."""
    kind, inner, times = gene[0], gene[1], gene[-1]
    if kind == "object":
        return 2 + sum(len(name.encode()) + 4 + size(each) for name, each in inner.items())
    if kind == "raw":
        return len(inner.encode())
    if kind == "serial":
        return 2 + len(inner) + min(int(times), _MOST_DIGITS)
    if kind == "text":
        each = len(json.dumps(inner, ensure_ascii=False).encode()) - 2
    else:
        each = {"list": 1, "names": 4 + len(f"{times:x}"), "nest": 2}[kind]
        each = each if kind == "nest" else each + size(inner)
    return 2 + each * int(times) + (size(inner) if kind == "nest" else 0)


def parts(gene: Gene) -> Iterator[Gene]:
    """A gene, and all genes in it."""
    yield gene
    if gene[0] == "object":
        for each in gene[1].values():
            yield from parts(each)
    elif gene[0] not in ("raw", "text", "serial"):
        yield from parts(gene[1])


def changed(gene: Gene, random: Random) -> Gene:
    """A gene with one to three changes, which makes no more than a body may have."""
    child: Gene = json.loads(json.dumps(gene))
    for _ in range(random.randint(1, 3)):
        _change(random.choice(list(parts(child))), random)
    while size(child) > MOST_BYTES:
        longest = max((each for each in parts(child) if isinstance(each[-1], int)), key=lambda each: each[-1])
        longest[-1] = max(1, longest[-1] * 9 // 10)
    return child


def _change(part: Gene, random: Random) -> None:
    if isinstance(part[-1], int) and random.random() < 0.6:
        part[-1] = max(
            1, int(part[-1] * random.choice((0.1, 0.5, 0.9, 1.1, 2, 10))) + random.choice((-1, 0, 1))
        )
    elif part[0] == "object" and part[1] and random.random() < 0.8:
        name = random.choice(list(part[1]))
        choice = random.random()
        if choice < 0.3:
            del part[1][name]
        elif choice < 0.5:
            part[1][random.choice(("x", name + "x", name.upper()))] = part[1][name]
        else:
            part[1][name] = _new(random)
    else:
        part[:] = _new(random)


def _new(random: Random) -> Gene:
    times = random.choice((1, 2, 10, 100, 1_000, 4_000, 10_000, 100_000))
    match random.randrange(7):
        case 0:
            return ["raw", random.choice(_VALUES)]
        case 6:
            return ["serial", random.choice(_STARTS), random.randint(5, 9)]
        case 1 | 2:
            return ["text", "".join(random.choices(UNITS, k=random.randint(1, 3))), times]
        case 3:
            return ["list", _new(random), min(times, 10_000)]
        case 4:
            return ["names", _new(random), min(times, 10_000)]
    return ["nest", ["raw", "[]"], min(times, 1_000)]
