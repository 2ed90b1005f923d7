"""Liquid in a box: text in, text out, nothing else within reach.

A template sees its recipient's variables only, and it cannot load another template.

What it may cost is bounded by a count of work, not by a clock: the same content and
variables give the same text, or the same failure, whenever and wherever they are
rendered. One pass over a template is as long as the template. What goes beyond that
are loops, which repeat it, and filters, whose work grows with what they are given.
So a loop costs its iterations times the length of its template, a filter costs what
goes in and what comes out, and WORK is what one recipient may cost in all
(docs/adr/0011-content-errors.md has the sum).
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import wraps
from typing import Any, Final

import liquid
from liquid.ast import Node
from liquid.exceptions import LiquidError
from liquid.output import LimitedStringIO
from liquid.parser import get_parser

from herald.content.expressions import Stream
from herald.content.filters import add_filters
from herald.content.list_filters import size_of
from herald.content.placeholders import lookalike, triple_braces
from herald.content.tags import add_tags
from herald.content.values import Missing, is_list, is_nil
from herald.model.texts import has_liquid

WORK: Final = 500_000

# A filter's work, before what it works on is counted.
_FILTER: Final = 200
# An entry of a list: some filters compare each with each.
_ENTRY: Final = 40
# The longest text and list that a filter takes or gives. One call alone can multiply
# two of them: `replace: 'a', something_long`.
_LONGEST_TEXT: Final = 5_000
_LONGEST_LIST: Final = 1_000
_MOST_LOCALS: Final = 100


class Unrenderable(Exception):
    """A text that does not render. The message is the template author's to read."""


class Budget:
    """The work that is left to one recipient."""

    def __init__(self) -> None:
        self.left = WORK

    def spend(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise ValueError("the content takes too much work to render")


class _Context(liquid.RenderContext):
    """Counts what a rendering costs, and bounds what it holds."""

    __slots__ = ("budget", "length")
    budget: Budget
    # Of the template, in characters.
    length: int

    def filter(self, name: str, token: Any) -> Callable[..., object]:
        work = super().filter(name, token)

        @wraps(work)
        def counted(*arguments: Any, **named: Any) -> Any:
            self.budget.spend(_FILTER + sum(map(_size, arguments)))
            # What is missing is nil to a filter, and stays missing until something takes its place.
            result = work(*map(_or_nil, arguments), **{key: _or_nil(value) for key, value in named.items()})
            self.budget.spend(_size(result))
            is_missing = is_nil(arguments[0]) and (
                result is None or (name != "default" and result in ("", []))
            )
            return arguments[0] if is_missing else result

        return counted

    def get_item(self, obj: Any, key: Any) -> Any:
        """What a value has under a name or a number. Raises KeyError."""
        if isinstance(obj, str) or is_list(obj):
            if key in ("size", "length"):
                return size_of(obj)
            if key in ("first", "last") and is_list(obj):
                key = 0 if key == "first" else -1
            if isinstance(key, int) and (key >= 0 or is_list(obj)):
                return obj[key]
        elif isinstance(obj, Mapping) and isinstance(key, str):
            return len(obj) if key == "size" and key not in obj else obj[key]
        raise KeyError(key)

    def raise_for_loop_limit(self, length: int = 1) -> None:
        """Called where a loop begins, also one inside of another."""
        super().raise_for_loop_limit(length)
        self.budget.spend(length * self.length)

    def assign(self, key: str, val: Any) -> None:
        super().assign(key, val)
        if len(self.locals) > _MOST_LOCALS:
            raise ValueError(f"a text has at most {_MOST_LOCALS} variables of its own")


class _Template(liquid.BoundTemplate):
    length: int

    def render_within(self, budget: Budget, variables: Mapping[str, object]) -> str:
        context = _Context(self, globals=variables)
        context.budget, context.length = budget, self.length
        # Line ends stay as they are.
        buffer = LimitedStringIO(limit=self.env.output_stream_limit or 0, newline="")
        self.render_with_context(context, buffer)
        return buffer.getvalue()


class _Box(liquid.Environment):
    template_class = _Template
    logical_not_operator = True
    suppress_blank_control_flow_blocks = False
    output_stream_limit = 20_000
    # Of a loop, with the loops around it.
    loop_iteration_limit = 1_000

    def _parse(self, source: str) -> list[Node]:
        return get_parser(self).parse(Stream(self.tokenizer()(source)))


def _box() -> liquid.Environment:
    box = _Box(undefined=Missing)
    add_tags(box)
    box.filters["date"] = _dateless(box.filters["date"])
    add_filters(box)
    return box


def _dateless(date: Callable[..., Any]) -> Callable[..., Any]:
    """The date filter without a clock: it formats what it is given."""

    @wraps(date)
    def dateless(value: Any, *arguments: Any, **named: Any) -> Any:
        if value in ("now", "today"):
            raise ValueError("the time of rendering is not known; pass it as a variable")
        return date(value, *arguments, **named)

    return dateless


def _or_nil(value: object) -> object:
    return None if is_nil(value) else value


_MOST_DIGITS: Final = 50
_LARGEST_NUMBER: Final = 10**_MOST_DIGITS


def _size(value: object) -> int:
    """What a value that goes into or out of a filter costs. Raises ValueError when it is too large."""
    # Not whatever has a length: an undefined variable would raise, before `default` sees it.
    if isinstance(value, str):
        longest, each = _LONGEST_TEXT, 1
    elif isinstance(value, list | tuple | dict | range):
        longest, each = _LONGEST_LIST, _ENTRY
    elif isinstance(value, int | Decimal):
        # A number that is multiplied by itself over and over takes longer than any text.
        if not -_LARGEST_NUMBER < value < _LARGEST_NUMBER:
            raise ValueError(f"a filter takes and gives numbers of at most {_MOST_DIGITS} digits")
        return _MOST_DIGITS
    else:
        return 0
    if len(value) > longest:
        raise ValueError(
            f"a filter takes and gives at most {_LONGEST_TEXT} characters or {_LONGEST_LIST} entries"
        )
    return len(value) * each


_BOX: Final = _box()
# Liquid knows the time; a text that does would read differently each time it is rendered.
_NO_CLOCK: Final = {name: Missing(name) for name in ("now", "today")}


class Template:
    """A compiled text. Raises Unrenderable when its syntax is wrong."""

    def __init__(self, source: str) -> None:
        try:
            template: Any = _BOX.from_string(source)
        except (LiquidError, RecursionError) as error:
            raise Unrenderable(_one_line(error)) from error
        template.length = len(source)
        self._template = template

    def render(self, variables: Mapping[str, str], budget: Budget | None = None) -> str:
        """The text for these variables.

        Raises Unrenderable: a variable without a default is missing, a filter is
        unknown, a bound is passed, or a filter cannot work on what a variable holds.
        """
        try:
            text: str = self._template.render_within(budget or Budget(), {**_NO_CLOCK, **variables})
        except Exception as error:
            # Filters let through what Python raises: ValueError for `'nan' | round`, and more.
            raise Unrenderable(_one_line(error)) from error
        return text


def problem_with(source: str) -> str | None:
    """What is wrong with a text whoever it is rendered for: its syntax, its filters, or no Liquid at all
    where a variable was meant."""
    if not has_liquid(source):
        return lookalike(source)
    try:
        template = _BOX.from_string(source)
        unknown = sorted(set(template.analyze().filters) - set(_BOX.filters))
    except (LiquidError, RecursionError) as error:
        return triple_braces(source) or _one_line(error)
    return f"unknown filter '{unknown[0]}'" if unknown else lookalike(source)


def _one_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0] or type(error).__name__
