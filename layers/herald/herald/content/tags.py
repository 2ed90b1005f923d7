"""Liquid's tags and outputs as LiquidJS has them, for the parser of python-liquid.

python-liquid parses; what is shown, compared and repeated follows LiquidJS.
"""

from itertools import takewhile
from typing import Any, Final, TextIO

import liquid
from liquid import RenderContext
from liquid.ast import BlockNode, ConditionalBlockNode, Node
from liquid.builtin.expressions import FilteredExpression, parse_identifier
from liquid.builtin.expressions.filtered import Filter
from liquid.builtin.expressions.logical import parse_boolean_primitive
from liquid.builtin.expressions.primitive import IntegerLiteral
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.assign_tag import AssignNode, AssignTag
from liquid.builtin.tags.case_tag import CaseNode, CaseTag, MultiExpressionBlockNode, _AnyExpression
from liquid.builtin.tags.echo_tag import EchoTag
from liquid.builtin.tags.if_tag import IfNode, IfTag
from liquid.builtin.tags.liquid_tag import LiquidTag
from liquid.builtin.tags.tablerow_tag import TableRow, TablerowNode, TablerowTag
from liquid.builtin.tags.unless_tag import UnlessNode, UnlessTag
from liquid.exceptions import LiquidSyntaxError
from liquid.expression import Expression
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import (
    TOKEN_ASSIGN,
    TOKEN_EOF,
    TOKEN_EXPRESSION,
    TOKEN_OUTPUT,
    TOKEN_PIPE,
    TOKEN_TAG,
    TOKEN_WORD,
    Token,
)

from herald.content.expressions import Stream, compared, is_equal, tokens_of
from herald.content.values import Missing, text_of

# Tags of python-liquid that LiquidJS does not have, or that load other templates.
_ABSENT: Final = ("include", "render", "ifchanged", "doc")


class Position(Expression):
    """A number alone in its braces: the variable of that name where the recipient has variables by number."""

    __slots__ = ("number",)

    def __init__(self, token: Token, number: int) -> None:
        super().__init__(token)
        self.number = number

    def __str__(self) -> str:
        return str(self.number)

    def children(self) -> list[Expression]:
        return []

    def evaluate(self, context: RenderContext) -> object:
        name = str(self.number)
        if name in context.globals:
            return context.globals[name]
        if any(each.isdecimal() for each in context.globals):
            return Missing(name, token=self.token)
        return self.number


def value_of(source: str) -> FilteredExpression:
    """An expression that is given as a text, to be evaluated by a context. Raises LiquidSyntaxError."""
    parent = Token(TOKEN_EXPRESSION, source, 0, source)
    return _value(_PLAIN, TokenStream(tokens_of(source, parent)))


def _value(env: liquid.Environment, tokens: TokenStream) -> FilteredExpression:
    """What stands in an output or behind an `=`: a value or a condition, and its filters."""
    first = tokens.current
    left = parse_boolean_primitive(env, tokens)
    if first.kind == TOKEN_WORD and tokens.current.kind == TOKEN_WORD:
        words = takewhile(lambda token: token.kind == TOKEN_WORD, tokens.tokens)
        name = " ".join(token.value for token in words)
        raise LiquidSyntaxError(
            f'a variable\'s name has no spaces; write {{{{ ["{name}"] }}}}, or rename the variable',
            token=first,
        )
    filters = Filter.parse(env, tokens, delim=(TOKEN_PIPE,))
    tokens.eat(TOKEN_EOF)
    return FilteredExpression(left.token, compared(left), filters)


class _OutputNode(OutputNode):
    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return buffer.write(text_of(self.expression.evaluate(context)))


class _Output(Output):
    node_class = _OutputNode

    def parse(self, stream: TokenStream) -> OutputNode:
        token = stream.eat(TOKEN_OUTPUT)
        inside = stream.expect(TOKEN_EXPRESSION)
        expression = _value(self.env, TokenStream(tokens_of(inside.value, inside)))
        if isinstance(expression.left, IntegerLiteral) and expression.left.value >= 0:
            expression.left = Position(expression.left.token, expression.left.value)
        return self.node_class(token, expression)


class _Echo(EchoTag):
    node_class = _OutputNode  # type: ignore[assignment]

    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        return self.node_class(token, _value(self.env, stream.into_inner(tag=token, eat=False)))


class _Assign(AssignTag):
    def parse(self, stream: TokenStream) -> AssignNode:
        token = stream.eat(TOKEN_TAG)
        tokens = stream.into_inner(tag=token, eat=False)
        name = parse_identifier(self.env, tokens, allow_trailing_question_mark=False)
        tokens.eat(TOKEN_ASSIGN)
        return self.node_class(token, name=name, expression=_value(self.env, tokens))


class _IfNode(IfNode):
    __slots__ = ()

    def __init__(
        self,
        token: Token,
        condition: Expression,
        consequence: BlockNode,
        alternatives: list[ConditionalBlockNode],
        default: BlockNode | None,
    ) -> None:
        super().__init__(token, compared(condition), consequence, alternatives, default)
        for each in alternatives:
            each.expression = compared(each.expression)


class _If(IfTag):
    node_class = _IfNode


class _UnlessNode(UnlessNode):
    __slots__ = ()

    def __init__(
        self,
        token: Token,
        condition: Expression,
        consequence: BlockNode,
        alternatives: list[ConditionalBlockNode] | None = None,
        default: BlockNode | None = None,
    ) -> None:
        super().__init__(token, compared(condition), consequence, alternatives, default)
        for each in alternatives or ():
            each.expression = compared(each.expression)


class _Unless(UnlessTag):
    node_class = _UnlessNode


class _AnyOf(_AnyExpression):
    """The values of a `when`: it is rendered once, however many of them are the value of the `case`."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> list[bool]:
        left = self.left.evaluate(context)
        return [any(is_equal(left, right.evaluate(context)) for right in self.expressions)]


class _CaseNode(CaseNode):
    __slots__ = ()

    def __init__(self, token: Token, expression: Expression, blocks: list[Any]) -> None:
        super().__init__(token, expression, blocks)
        for each in blocks:
            if isinstance(each, MultiExpressionBlockNode):
                known = each.expression
                each.expression = _AnyOf(known.token, known.left, known.expressions)


class _Case(CaseTag):
    node_class = _CaseNode


class _TablerowNode(TablerowNode):
    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        items, length = self.expression.evaluate(context)
        columns = length
        if self.expression.cols:
            columns = self._int_or_zero(self.expression.cols.evaluate(context)) or length
        row = TableRow(self.expression.identifier, items, length, columns)
        names: dict[str, object] = {"tablerowloop": row}
        with context.loop(names, row):
            for item in row:
                names[self.expression.identifier] = item
                if row.col == 1:
                    buffer.write(f'{"</tr>" if row.row > 1 else ""}<tr class="row{row.row}">')
                buffer.write(f'<td class="col{row.col}">')
                self.block.render(context, buffer)
                buffer.write("</td>")
        if length:
            buffer.write("</tr>")
        return True


class _Tablerow(TablerowTag):
    node_class = _TablerowNode


class _Liquid(LiquidTag):
    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        if stream.current.kind != TOKEN_EXPRESSION:
            return self.node_class(token, None, block=BlockNode(token, []))
        lines = stream.current
        inner = Stream(self._tokenize(lines.value, token=lines), block_depth_carry=stream.block_depth)
        return self.node_class(token, lines, block=get_parser(self.env).parse_block(inner, end=()))


class _PlainEnvironment(liquid.Environment):
    logical_not_operator = True


# For expressions outside of a template: only its syntax is asked for.
_PLAIN: Final = _PlainEnvironment()

_TAGS: Final[tuple[type[Tag], ...]] = (
    _Output,
    _Echo,
    _Assign,
    _If,
    _Unless,
    _Case,
    _Tablerow,
    _Liquid,
)


def add_tags(env: liquid.Environment) -> None:
    """Let an environment have the tags of LiquidJS."""
    for name in _ABSENT:
        env.tags.pop(name, None)
    for tag in _TAGS:
        env.add_tag(tag)
