"""Liquid's tags and outputs as LiquidJS has them, for the parser of python-liquid.

python-liquid parses; what is shown, compared and repeated follows LiquidJS.
"""

from typing import Final, TextIO

import liquid
from liquid import RenderContext
from liquid.ast import BlockNode, Node
from liquid.builtin.expressions import FilteredExpression, parse_identifier
from liquid.builtin.expressions.primitive import IntegerLiteral, parse_name
from liquid.builtin.output import Output, OutputNode
from liquid.builtin.tags.assign_tag import AssignNode, AssignTag
from liquid.builtin.tags.capture_tag import CaptureNode, CaptureTag
from liquid.builtin.tags.echo_tag import EchoTag
from liquid.builtin.tags.liquid_tag import LiquidTag
from liquid.expression import Expression
from liquid.parser import get_parser
from liquid.stream import TokenStream
from liquid.tag import Tag
from liquid.token import TOKEN_ASSIGN, TOKEN_EOF, TOKEN_EXPRESSION, TOKEN_OUTPUT, TOKEN_TAG, Token

from herald.content.conditions import Case, If, Unless
from herald.content.expressions import Stream, filtered_value, tokens_of
from herald.content.loops import Break, Continue, Cycle, For, Tablerow
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


def _only_value(env: liquid.Environment, tokens: TokenStream) -> FilteredExpression:
    """What stands in an output or behind an `=`, and nothing else."""
    value = filtered_value(env, tokens)
    tokens.eat(TOKEN_EOF)
    return value


class _OutputNode(OutputNode):
    __slots__ = ()

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        return buffer.write(text_of(self.expression.evaluate(context)))


class _Output(Output):
    node_class = _OutputNode

    def parse(self, stream: TokenStream) -> OutputNode:
        token = stream.eat(TOKEN_OUTPUT)
        inside = stream.expect(TOKEN_EXPRESSION)
        expression = _only_value(self.env, TokenStream(tokens_of(inside.value, inside)))
        if isinstance(expression.left, IntegerLiteral) and expression.left.value >= 0:
            expression.left = Position(expression.left.token, expression.left.value)
        return self.node_class(token, expression)


class _Echo(EchoTag):
    node_class = _OutputNode  # type: ignore[assignment]

    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        return self.node_class(token, _only_value(self.env, stream.into_inner(tag=token, eat=False)))


class _Assign(AssignTag):
    def parse(self, stream: TokenStream) -> AssignNode:
        token = stream.eat(TOKEN_TAG)
        tokens = stream.into_inner(tag=token, eat=False)
        name = parse_identifier(self.env, tokens, allow_trailing_question_mark=False)
        tokens.eat(TOKEN_ASSIGN)
        return self.node_class(token, name=name, expression=_only_value(self.env, tokens))


class _Capture(CaptureTag):
    """The name may stand in quotes."""

    def parse(self, stream: TokenStream) -> CaptureNode:
        token = stream.eat(TOKEN_TAG)
        tokens = stream.into_inner(tag=token)
        name = parse_name(self.env, tokens)
        tokens.expect_eos()
        block = get_parser(self.env).parse_block(stream, frozenset(("endcapture",)))
        stream.expect(TOKEN_TAG, value="endcapture")
        return self.node_class(token, name, block)


class _Liquid(LiquidTag):
    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        if stream.current.kind != TOKEN_EXPRESSION:
            return self.node_class(token, None, block=BlockNode(token, []))
        lines = stream.current
        inner = Stream(self._tokenize(lines.value, token=lines), block_depth_carry=stream.block_depth)
        return self.node_class(token, lines, block=get_parser(self.env).parse_block(inner, end=()))


_TAGS: Final[tuple[type[Tag], ...]] = (
    _Output,
    _Echo,
    _Assign,
    _Capture,
    _Liquid,
    If,
    Unless,
    Case,
    For,
    Break,
    Continue,
    Tablerow,
    Cycle,
)


def add_tags(env: liquid.Environment) -> None:
    """Let an environment have the tags of LiquidJS."""
    for name in _ABSENT:
        env.tags.pop(name, None)
    for tag in _TAGS:
        env.add_tag(tag)
