"""Texts with Liquid in them as recipes, as `genes` are of bodies.

["plain", unit, times]              a text, over and over
["chain", value, filter, times]     {{ value | filter | filter ... }}
["set", name, value, filter, times] the same, into a variable of the text
["capture", name, recipe]           what a recipe makes, into a variable
["for", range, recipe]              a loop
["if", term, times, recipe]         a condition of so many terms
["when", times, recipe]             a value that matches so many times
["all", recipes]                    one behind the other
"""

import json
from collections.abc import Iterator
from random import Random
from typing import Any, Final

Recipe = list[Any]
LONGEST: Final = 10_000
# Variables of a recipient, each as large as all variables of one together may be.
VARIABLES: Final = {
    "a": "a" * 900,
    "b": ",".join("zyx"[number % 3] + str(number) for number in range(200)),
    "c": "<a" * 200 + "&#1;" * 50,
    "n": "9" * 49,
    "d": "7" * 2_900,
}
_VALUES: Final = (
    "a",
    "b",
    "c",
    "n",
    "d",
    "v",
    "w",
    "i",
    "'1'",
    "(1..900)",
    "'9e99'",
    "forloop.index",
    "1",
    "2026-12-01",
)
_TERMS: Final = (
    "a==b",
    "1==2",
    "a contains 'zz'",
    "v contains 'x'",
    "w contains w",
    "a",
    "(1..900) contains 'a'",
)
_FILTERS: Final = (
    *("upcase", "downcase", "capitalize", "strip", "strip_html", "strip_newlines", "newline_to_br", "escape"),
    *("escape_once", "url_encode", "url_decode", "base64_encode", "size", "first", "last", "reverse", "sort"),
    *("sort_natural", "uniq", "compact", "sum", "join", "join: 'xxxxxxxxxx'", "split: ''", "split: ','"),
    *("split: 'a'", "concat: w", "concat: v", "append: a", "append: v", "prepend: a", "replace: 'a','aaaa'"),
    *("replace: '','b'", "remove: 'a'", "replace_last: 'a','b'", "truncate: 4000", "truncatewords: 900"),
    *("slice: 0,4000", "times: 9", "times: n", "divided_by: 7", "modulo: n", "plus: '1e99'", "round: 9"),
    *("abs", "ceil", "at_most: n", "date: '%A %B %c'", "default: v", "map: 'a'", "where: 'a'", "find: 'a'"),
    *("json", "slugify", "push: v", "pop", "to_integer", "date_to_xmlschema", "sha256", "group_by: 'a'"),
)
_RANGES: Final = ("(1..9)", "(1..90)", "(1..900)", "v", "w", "(1..1000) limit:9 offset:900", "b")


def built(recipe: Recipe) -> str:
    """The text of a recipe."""
    kind, first, *more = recipe
    inner = built(recipe[-1]) if kind in ("capture", "for", "if", "when") else ""
    match kind:
        case "plain":
            return str(first) * int(more[0])
        case "chain":
            return f"{{{{{first}{f'|{more[0]}' * more[1]}}}}}"
        case "set":
            return f"{{%assign {first}={more[0]}{f'|{more[1]}' * more[2]}%}}"
        case "capture":
            return f"{{%capture {first}%}}{inner}{{%endcapture%}}"
        case "for":
            return f"{{%for i in {first}%}}{inner}{{%endfor%}}"
        case "if":
            return f"{{%if {' or '.join([first] * more[0])}%}}{inner}{{%endif%}}"
        case "when":
            return f"{{%case 1%}}{{%when {','.join('1' * first)}%}}{inner}{{%endcase%}}"
    return "".join(map(built, first))


def parts(recipe: Recipe) -> Iterator[Recipe]:
    yield recipe
    inner = recipe[-1]
    if recipe[0] == "all":
        for each in inner:
            yield from parts(each)
    elif isinstance(inner, list):
        yield from parts(inner)


def changed(recipe: Recipe, random: Random) -> Recipe:
    """A recipe with one to three changes, of a text that is not longer than a text may be."""
    for _ in range(100):
        child: Recipe = json.loads(json.dumps(recipe))
        for _ in range(random.randint(1, 3)):
            _change(random.choice(list(parts(child))), random)
        if len(built(child)) <= LONGEST:
            return child
    return recipe


def _change(part: Recipe, random: Random) -> None:
    numbers = [place for place, each in enumerate(part) if isinstance(each, int)]
    choice = random.random()
    if numbers and choice < 0.4:
        part[numbers[0]] = max(1, int(part[numbers[0]] * random.choice((0.5, 0.9, 1.1, 2, 5))))
    elif part[0] == "all" and choice < 0.8:
        part[1].insert(random.randint(0, len(part[1])), made(random))
    elif choice < 0.9:
        part[:] = made(random)
    else:
        part[:] = ["all", [json.loads(json.dumps(part)), made(random)]]


def made(random: Random, depth: int = 3) -> Recipe:
    times = random.choice((1, 2, 5, 10, 30))
    kinds = 4 if depth == 0 else 8
    match random.randrange(kinds):
        case 0:
            return ["plain", random.choice(("x", "{{a}}", "{{v}}", "{{i}}", "<", "é")), times * 10]
        case 1:
            return ["chain", random.choice(_VALUES), random.choice(_FILTERS), times]
        case 2 | 3:
            return ["set", random.choice("vw"), random.choice(_VALUES), random.choice(_FILTERS), times]
        case 4:
            return ["capture", random.choice("vw"), made(random, depth - 1)]
        case 5:
            return ["for", random.choice(_RANGES), made(random, depth - 1)]
        case 6:
            return ["if", random.choice(_TERMS), times * 3, made(random, depth - 1)]
    return ["when", times * 5, made(random, depth - 1)]
