"""Liquid's filters as LiquidJS has them (docs/liquid.md lists where they differ).

A filter gets plain values: text, numbers, booleans, lists, and None for what is missing.
"""

from functools import lru_cache, wraps
from inspect import Parameter, signature
from itertools import zip_longest
from typing import Any, Final

from liquid import Environment

from herald.content.liquid_dates import date
from herald.content.list_filters import EXPRESSIONS, LISTS
from herald.content.number_filters import NUMBERS, Filter
from herald.content.text_filters import TEXTS
from herald.content.values import is_filled, is_list, is_true


def _default(value: Any, otherwise: Any = None, *, allow_false: Any = False) -> Any:
    if isinstance(value, str) or is_list(value):
        return value if value else otherwise
    if value is False and is_filled(allow_false):
        return False
    return value if is_true(value) else otherwise


def _dated(form: str) -> Filter:
    return lambda value: date(value, form)


def _dated_in_words(month: str) -> Filter:
    def dated(value: Any, kind: Any = None, style: Any = None) -> Any:
        if kind != "ordinal":
            return date(value, f"%d {month} %Y")
        return date(value, f"{month} %-d%q, %Y" if style == "US" else f"%-d%q {month} %Y")

    return dated


_DATES: Final[dict[str, Filter]] = {
    "date": date,
    "date_to_long_string": _dated_in_words("%B"),
    "date_to_rfc822": _dated("%a, %d %b %Y %H:%M:%S %z"),
    "date_to_string": _dated_in_words("%b"),
    "date_to_xmlschema": _dated("%Y-%m-%dT%H:%M:%S%:z"),
}

FILTERS: Final[dict[str, Filter]] = {
    **NUMBERS,
    **TEXTS,
    **LISTS,
    **EXPRESSIONS,
    **_DATES,
    "default": _default,
}

# The named arguments that filters have; LiquidJS ignores others, and arguments too many.
_NAMED: Final = {"default": ("allow_false",), **dict.fromkeys(EXPRESSIONS, ("context",))}
_POSITIONAL: Final = (Parameter.POSITIONAL_ONLY, Parameter.POSITIONAL_OR_KEYWORD)


@lru_cache(maxsize=256)
def problem_of_filter(name: str, arguments: int) -> str | None:
    """The error of a filter with so many arguments besides its input, which fails for every recipient."""
    if name not in FILTERS:
        return f"unknown filter '{name}'"
    places = signature(FILTERS[name]).parameters.values()
    needed = sum(each.kind in _POSITIONAL and each.default is Parameter.empty for each in places) - 1
    many = "an argument" if needed == 1 else f"{needed} arguments"
    return None if arguments >= needed else f"the filter '{name}' needs {many}, behind a colon"


def _lenient(name: str, work: Filter) -> Filter:
    parameters = signature(work).parameters.values()
    places = [each for each in parameters if each.kind in _POSITIONAL]
    most = None if any(each.kind is Parameter.VAR_POSITIONAL for each in parameters) else len(places)
    # An argument that is missing is as good as none.
    otherwise = [None if each.default is Parameter.empty else each.default for each in places]
    known = _NAMED.get(name, ())

    @wraps(work)
    def lenient(*arguments: Any, **named: Any) -> Any:
        given = [
            other if value is None else value
            for value, other in zip_longest(arguments[:most], otherwise[: len(arguments)])
        ]
        return work(*given, **{key: named[key] for key in known if key in named})

    if name in EXPRESSIONS:
        lenient.with_context = True  # type: ignore[attr-defined]
    return lenient


def add_filters(env: Environment) -> None:
    """Let an environment have the filters of LiquidJS and no others."""
    env.filters.clear()
    env.filters.update({name: _lenient(name, work) for name, work in FILTERS.items()})
