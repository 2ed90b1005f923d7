"""Liquid in a box: text in, text out, nothing else within reach.

A template sees its recipient's variables only; it cannot load another template,
and its loops, its variables, what its filters work on and its output are bounded.
"""

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, Final

import liquid
from liquid.exceptions import LiquidError

# The longest text or list that a filter takes or gives. Filters in a row would
# otherwise make gigabytes from a few letters: `replace: 'a', 'aaaaaaaaaa'`, ten times.
_FILTER_LIMIT: Final = 10_000
_SIZED: Final = (str, list, tuple, dict, range)


class Unrenderable(Exception):
    """A text that does not render. The message is the template author's to read."""


class _Box(liquid.Environment):
    loop_iteration_limit = 1_000
    local_namespace_limit = 100_000
    output_stream_limit = 100_000


def _box() -> liquid.Environment:
    # A variable that is missing may be tested and may have a default; else it is an error.
    box = _Box(undefined=liquid.FalsyStrictUndefined)
    for tag in ("include", "render"):
        del box.tags[tag]
    for name, work in box.filters.items():
        box.filters[name] = _bounded(work)
    box.filters["date"] = _dateless(box.filters["date"])
    return box


def _bounded(work: Callable[..., Any]) -> Callable[..., Any]:
    """A filter that refuses what is too large."""

    @wraps(work)
    def bounded(*arguments: Any, **named: Any) -> Any:
        _check(*arguments)
        result = work(*arguments, **named)
        _check(result)
        return result

    return bounded


def _dateless(date: Callable[..., Any]) -> Callable[..., Any]:
    """The date filter without a clock: it formats what it is given."""

    @wraps(date)
    def dateless(value: Any, *arguments: Any, **named: Any) -> Any:
        if value in ("now", "today"):
            raise ValueError("the time of rendering is not known; pass it as a variable")
        return date(value, *arguments, **named)

    return dateless


def _check(*values: object) -> None:
    # Not whatever has a length: an undefined variable would raise, before `default` sees it.
    if any(isinstance(value, _SIZED) and len(value) > _FILTER_LIMIT for value in values):
        raise ValueError(f"a filter takes and gives at most {_FILTER_LIMIT} characters or entries")


_BOX: Final = _box()
# Liquid knows the time; a text that does would read differently each time it is rendered.
_NO_CLOCK: Final = {name: liquid.FalsyStrictUndefined(name, token=None) for name in ("now", "today")}


class Template:
    """A compiled text. Raises Unrenderable when its syntax is wrong."""

    def __init__(self, source: str) -> None:
        try:
            self._template = _BOX.from_string(source)
        except LiquidError as error:
            raise Unrenderable(_one_line(error)) from error

    def render(self, variables: Mapping[str, str]) -> str:
        """The text for these variables.

        Raises Unrenderable: a variable without a default is missing, a filter is
        unknown, a bound is passed, or a filter cannot work on what a variable holds.
        """
        try:
            return self._template.render({**_NO_CLOCK, **variables})
        except Exception as error:
            # Filters let through what Python raises: ValueError for `'nan' | round`, and more.
            raise Unrenderable(_one_line(error)) from error


def problem_with(source: str) -> str | None:
    """What is wrong with a template whoever it is rendered for: its syntax or its filters."""
    try:
        template = _BOX.from_string(source)
        unknown = sorted(set(template.analyze().filters) - set(_BOX.filters))
    except (LiquidError, RecursionError) as error:
        return _one_line(error)
    return f"unknown filter '{unknown[0]}'" if unknown else None


def _one_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0]
