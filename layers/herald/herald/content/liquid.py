"""Liquid in a box: text in, text out, nothing else within reach.

A template sees its recipient's variables only; it cannot load another template,
and its loops, its variables and its output are bounded.
"""

from collections.abc import Mapping
from typing import Final

import liquid
from liquid.exceptions import LiquidError


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
    return box


_BOX: Final = _box()


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
        unknown, or a bound is passed.
        """
        try:
            return self._template.render(dict(variables))
        except (LiquidError, RecursionError) as error:
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
