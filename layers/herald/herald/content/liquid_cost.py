"""The cost of rendering a text, counted where it arises.

One unit is about a tenth of a microsecond of a slow processor. It is counted and not
timed: the same content and variables give the same text, or the same failure, whenever
and wherever they are rendered (docs/adr/0011-content-errors.md).

| spends                        | how much                                                   |
|-------------------------------|------------------------------------------------------------|
| a block, each time it renders | what stands in it: its nodes and their expressions         |
| a value that is looked up     | its size, if it is a list or a long text                   |
| a filter                      | what goes in and what comes out                            |
| a range                       | its length                                                 |
| a piece that is written       | its length; what is captured is written too                |
"""

import math
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, Final, NamedTuple, TextIO

from liquid.ast import BlockNode, Node
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.expressions.primitive import RangeLiteral
from liquid.expression import Expression
from liquid.output import LimitedStringIO
from liquid.token import Token

from herald.content.values import calculated, number_of

WORK: Final = 200_000
# What a recipient of a chunk that was received before may cost: the worker before may have
# died of the rendering, so all of the chunk has to be through in a part of a worker's time.
CAREFUL_WORK: Final = WORK // 10

_NODE: Final = 15
_EXPRESSION: Final = 5
_WRITE: Final = 5
_FILTER: Final = 50
_LOOKUP: Final = 10
# An entry of a list or a range that `contains` may compare with something.
_WALKED: Final = 8
# An entry of a list: filters compare entries, some of them each with each.
_ENTRY: Final = 10
# The longest text and list that a filter takes or gives. One call alone can multiply
# two of them: `replace: 'a', something_long`.
LONGEST_TEXT: Final = 5_000
LONGEST_LIST: Final = 1_000
_MOST_DIGITS: Final = 50
_LARGEST_NUMBER: Final = 10**_MOST_DIGITS


class Budget:
    """The remaining budget of one recipient, in units."""

    def __init__(self, work: int = WORK) -> None:
        self.left = work

    def spend(self, work: int) -> None:
        self.left -= work
        if self.left < 0:
            raise ValueError("the content takes too much work to render")


class Buffer(LimitedStringIO):
    """The output, which is charged."""

    def __init__(self, limit: int, budget: Budget) -> None:
        # Line ends stay as they are.
        super().__init__(limit, newline="")
        self._budget = budget

    def write(self, piece: str) -> int:
        self._budget.spend(_WRITE + len(piece))
        return super().write(piece)


class Toll(Node):
    """The first node of a block, which charges the cost of the rest before it renders."""

    __slots__ = ("cost",)

    def __init__(self, token: Token, cost: int) -> None:
        super().__init__(token)
        self.cost = cost

    def render_to_output(self, context: Any, buffer: TextIO) -> int:
        context.budget.spend(self.cost)
        return 0


class _Range(RangeLiteral):
    """A range that is paid for, and no longer than a list may be."""

    __slots__ = ()

    def evaluate(self, context: Any) -> Any:
        low, high = (number_of(each.evaluate(context)) for each in (self.start, self.stop))
        if math.isnan(low) or math.isnan(high):
            return range(0)
        length = max(high - low + 1, 0)
        if length > LONGEST_LIST:
            raise ValueError(f"a range has at most {LONGEST_LIST} entries")
        context.budget.spend(math.ceil(length) * _WALKED)
        if isinstance(low, int) and isinstance(high, int):
            return range(low, high + 1)
        return [calculated("+", low, place) for place in range(math.ceil(length))]


class Used(NamedTuple):
    """What a template uses: filters, with how many arguments each has; parts of variables, as `a` and `b`
    of `a.b`; and variables that it makes itself."""

    filters: set[tuple[str, int]]
    parts: set[tuple[str, str]]
    own: set[str]


def charged(nodes: list[Node]) -> Used:
    """Let each block of a parsed template pay each time it renders."""
    used = Used(set(), set(), set())
    waiting = [nodes]
    while waiting:
        block = waiting.pop()
        cost = 0
        # A block's nodes, and what is in them beside blocks, such as the conditions of an `if`.
        inside = list(block)
        while inside:
            node = inside.pop()
            if isinstance(node, BlockNode):
                waiting.append(node.nodes)
                continue
            cost += _NODE + sum(_EXPRESSION for _ in _expressions(node.expressions(), used))
            used.own.update(map(str, (*node.template_scope(), *node.block_scope())))
            inside += node.children(None)  # type: ignore[arg-type]
        if block:
            block.insert(0, Toll(block[0].token, cost))
    return used


def _expressions(roots: Iterable[Expression], used: Used) -> Iterator[Expression]:
    waiting = list(roots)
    while waiting:
        each = waiting.pop()
        if isinstance(each, FilteredExpression):
            used.filters.update((one.name, len(one.args)) for one in each.filters or ())
        elif isinstance(each, RangeLiteral):
            each.__class__ = _Range
        elif isinstance(each, Path) and len(each.path) > 1:
            variable, part = each.path[:2]
            if isinstance(variable, str) and isinstance(part, str):
                used.parts.add((variable, part))
        waiting += each.children()
        yield each


def filter_cost(values: Iterable[object]) -> int:
    """The cost of a filter for its input. Raises ValueError if that is too large."""
    return _FILTER + sum(map(size, values))


def lookup_cost(value: object) -> int:
    """The cost of looking a value up: an operator may walk a list."""
    if isinstance(value, str):
        return _LOOKUP + len(value) // 8
    return _LOOKUP + (len(value) * _WALKED if isinstance(value, list | tuple | range) else 0)


def size(value: object) -> int:
    """The cost of an input or output of a filter. Raises ValueError if it is too large."""
    # Not whatever has a length: an undefined variable would raise, before `default` sees it.
    if isinstance(value, str):
        if len(value) > LONGEST_TEXT:
            raise _too_long()
        return len(value)
    if isinstance(value, list | tuple | dict | range):
        if len(value) > LONGEST_LIST:
            raise _too_long()
        return len(value) * _ENTRY + len(value) ** 2 // 50 + _inside(value)
    if isinstance(value, int | Decimal):
        # A number that is multiplied by itself over and over takes longer than any text.
        if not -_LARGEST_NUMBER < value < _LARGEST_NUMBER:
            raise _too_many_digits()
        return _MOST_DIGITS
    return 0


def _inside(value: Iterable[object]) -> int:
    """The cost of the entries of a list: it may hold the same text or list a thousand times."""
    if isinstance(value, range):
        return 0
    cost = 0
    waiting = list(value)
    while waiting and cost <= WORK:
        each = waiting.pop()
        if isinstance(each, str):
            cost += len(each)
        elif isinstance(each, list | tuple):
            cost += len(each) * _ENTRY
            waiting += each
    return cost


def _too_long() -> ValueError:
    return ValueError(f"a filter takes and gives at most {LONGEST_TEXT} characters or {LONGEST_LIST} entries")


def _too_many_digits() -> ValueError:
    return ValueError(f"a filter takes and gives numbers of at most {_MOST_DIGITS} digits")
