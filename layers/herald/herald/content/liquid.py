"""Liquid in a sandbox: text in, text out, without access to anything else.

A template sees only its recipient's variables, and cannot load another template.

The cost is bounded: `liquid_guard` checks a source before it is parsed, and
`liquid_cost` counts the cost of a rendering. The only dates are those in the variables
(`liquid_dates`).
"""

from collections.abc import Callable, Mapping
from io import StringIO
from typing import Any, Final, TextIO

import liquid
from liquid.ast import Node
from liquid.builtin.expressions.primitive import Blank, Empty
from liquid.exceptions import LiquidError
from liquid.output import LimitedStringIO
from liquid.parser import get_parser
from liquid.utils import ReadOnlyChainMap

from herald.content.expressions import Stream
from herald.content.filters import add_filters, problem_of_filter
from herald.content.liquid_cost import Budget, Buffer, Toll, Used, charged, filter_cost, lookup_cost, size
from herald.content.liquid_guard import MAX_SIGNS_IN_ALL, Malformed, prepared
from herald.content.placeholders import foreign_object, lookalike, triple_braces
from herald.content.straight import MissingVariable, Pieces, joined, pieces_of
from herald.content.tags import add_tags
from herald.content.values import Missing, is_nil, property_of
from herald.model.texts import has_liquid

_MOST_LOCALS: Final = 100
# Bytes of a rendered text.
MAX_OUTPUT: Final = 20_000


class Unrenderable(Exception):
    """A text that does not render. The message is the template author's to read."""


class _Context(liquid.RenderContext):
    """Counts what a rendering costs, and bounds what it holds."""

    __slots__ = ("budget",)
    budget: Budget

    def filter(self, name: str, token: Any) -> Callable[..., object]:
        work = super().filter(name, token)

        def counted(*arguments: Any, **named: Any) -> Any:
            self.budget.spend(filter_cost([*arguments, *named.values()]))
            # What is missing is nil to a filter, and stays missing until something takes its place.
            result = work(*map(_plain, arguments), **{key: _plain(value) for key, value in named.items()})
            self.budget.spend(size(result))
            is_missing = is_nil(arguments[0]) and (
                result is None or (name != "default" and result in ("", []))
            )
            return arguments[0] if is_missing else result

        return counted

    def get(self, path: list[object], *, token: Any, default: object = liquid.undefined.UNDEFINED) -> object:
        found = super().get(path, token=token, default=default)
        self.budget.spend(lookup_cost(found))
        return found

    def get_item(self, obj: Any, key: Any) -> Any:
        """What a value has under a name or a number. Raises KeyError."""
        return property_of(obj, key)

    def get_buffer(self, buf: TextIO | None = None) -> StringIO:
        """What is captured is written, and paid for, as what is sent is."""
        carry = buf.size if isinstance(buf, LimitedStringIO) else 0
        return Buffer((self.env.output_stream_limit or 0) - carry, self.budget)

    def assign(self, key: str, val: Any) -> None:
        super().assign(key, val)
        if len(self.locals) > _MOST_LOCALS:
            raise ValueError(f"a text has at most {_MOST_LOCALS} variables of its own")


class _Template(liquid.BoundTemplate):
    def render_within(self, budget: Budget, variables: Mapping[str, object]) -> str:
        context = _Context(self, globals=variables)
        context.budget = budget
        # A counter hides the variable of its name.
        context.scope = ReadOnlyChainMap(context.locals, context.counters, context.globals)
        buffer = context.get_buffer()
        self.render_with_context(context, buffer)
        return buffer.getvalue()


class _Box(liquid.Environment):
    template_class = _Template
    logical_not_operator = True
    suppress_blank_control_flow_blocks = False
    output_stream_limit = MAX_OUTPUT
    # Of a loop, with the loops around it.
    loop_iteration_limit = 1_000

    def _parse(self, source: str) -> list[Node]:
        return get_parser(self).parse(Stream(self.tokenizer()(source)))


def _box() -> liquid.Environment:
    box = _Box(undefined=Missing)
    add_tags(box)
    add_filters(box)
    return box


def _plain(value: object) -> object:
    """What a filter gets: nil for what is missing, and no text for `empty` and `blank`."""
    if isinstance(value, Empty | Blank):
        return ""
    return None if is_nil(value) else value


_BOX: Final = _box()
# Liquid knows the time; a text that does would read differently each time it is rendered.
_NO_CLOCK: Final = {name: Missing(name) for name in ("now", "today")}


class Template:
    """A compiled text. Raises Unrenderable if its syntax is wrong."""

    def __init__(self, source: str) -> None:
        self._template: Any
        try:
            self._template, _, _ = _parsed(source)
        except (LiquidError, Malformed, RecursionError) as error:
            raise Unrenderable(_one_line(error)) from error
        self._pieces = pieces_of(self._template.nodes, Toll)

    @property
    def pieces(self) -> int | None:
        """How many texts and variables it is put together from; None where it takes a program."""
        return None if self._pieces is None else self._pieces.number

    def render(self, variables: Mapping[str, str], budget: Budget | None = None) -> str:
        """The text for these variables.

        Raises Unrenderable: a variable without a default is missing, a filter is
        unknown, a bound is passed, or a filter cannot work on what a variable holds.
        """
        if self._pieces is not None:
            return self._joined(self._pieces, variables)
        try:
            text: str = self._template.render_within(budget or Budget(), {**_NO_CLOCK, **variables})
        except Exception as error:
            # Filters let through what Python raises: ValueError for `'nan' | round`, and more.
            raise Unrenderable(_one_line(error)) from error
        return text

    @staticmethod
    def _joined(pieces: Pieces, variables: Mapping[str, str]) -> str:
        try:
            text = joined(pieces, variables)
        except MissingVariable as missing:
            raise Unrenderable(str(missing)) from None
        # In bytes, of which a character has at most four.
        if len(text) * 4 > MAX_OUTPUT and len(text.encode()) > MAX_OUTPUT:
            raise Unrenderable("output stream limit reached")
        return text


class Checker:
    """Checks the texts of one request: each of them, and what they come to together.

    `rewrite` is what is done to a text before it is read as Liquid.
    """

    def __init__(self, rewrite: Callable[[str], str] = str) -> None:
        self._left = MAX_SIGNS_IN_ALL
        self._rewrite = rewrite

    def problem_with(self, source: str) -> str | None:
        """What is wrong with a text for every recipient: its syntax, its filters, its size, or a
        placeholder of another product where a variable was meant."""
        if not has_liquid(source):
            return lookalike(source)
        try:
            if self._left < 0:
                raise Malformed(_TOO_MANY_SIGNS)
            _, used, signs = _parsed(source, self._rewrite)
            self._left -= signs
            if self._left < 0:
                raise Malformed(_TOO_MANY_SIGNS)
        except (LiquidError, Malformed, RecursionError) as error:
            return triple_braces(source) or _one_line(error)
        problems = [problem_of_filter(*each) for each in sorted(used.filters)]
        return next(filter(None, problems), None) or foreign_object(used.parts, used.own) or lookalike(source)


_TOO_MANY_SIGNS: Final = f"all texts together have more than {MAX_SIGNS_IN_ALL} words and signs of Liquid"


def problem_with(source: str) -> str | None:
    """What is wrong with one template for every recipient."""
    return Checker().problem_with(source)


def _parsed(source: str, rewrite: Callable[[str], str] = str) -> tuple[liquid.BoundTemplate, Used, int]:
    """A template that pays for what it does, what it uses, and how much Liquid is in it."""
    text, signs = prepared(source)
    template = _BOX.from_string(rewrite(text))
    return template, charged(template.nodes), signs


def _one_line(error: Exception) -> str:
    return str(error).split("\n", 1)[0] or type(error).__name__
