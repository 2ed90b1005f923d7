"""Liquid's `if`, `unless` and `case` as LiquidJS has them, for the parser of python-liquid.

python-liquid ignores what it cannot parse: words after `else`, and a second `else`.
Here that is an error, so that no part of a text is silently dropped.
"""

from typing import Final

from liquid import RenderContext, TokenStream
from liquid.ast import BlockNode, ConditionalBlockNode, Node
from liquid.builtin.expressions.primitive import parse_primitive
from liquid.builtin.tags.case_tag import CaseNode, CaseTag, MultiExpressionBlockNode, _AnyExpression
from liquid.builtin.tags.if_tag import IfNode, IfTag
from liquid.builtin.tags.unless_tag import UnlessNode, UnlessTag
from liquid.exceptions import LiquidSyntaxError
from liquid.expression import Expression
from liquid.parser import get_parser
from liquid.token import TOKEN_COMMA, TOKEN_EOF, TOKEN_EXPRESSION, TOKEN_OR, TOKEN_TAG, Token

from herald.content.expressions import filtered_value, is_equal
from herald.content.values import is_true

_WHENS: Final = frozenset(("when", "else", "endcase"))


class _Condition(Expression):
    """Whether a value, with its filters, holds."""

    __slots__ = ("value",)

    def __init__(self, value: Expression) -> None:
        super().__init__(value.token)
        self.value = value

    def __str__(self) -> str:
        return str(self.value)

    def children(self) -> list[Expression]:
        return [self.value]

    def evaluate(self, context: RenderContext) -> bool:
        return is_true(self.value.evaluate(context))


class If(IfTag):
    def parse(self, stream: TokenStream) -> Node:
        return IfNode(*_branches(self, stream))


class Unless(UnlessTag):
    def parse(self, stream: TokenStream) -> Node:
        return UnlessNode(*_branches(self, stream))


_Branches = tuple[Token, Expression, BlockNode, list[ConditionalBlockNode], BlockNode | None]


def _branches(tag: IfTag | UnlessTag, stream: TokenStream) -> _Branches:
    """The first condition, what it is for, the `elsif` behind it, and `else`. Raises LiquidSyntaxError."""
    parse_block = get_parser(tag.env).parse_block
    ends = frozenset(("elsif", "else", tag.end))

    def branch(token: Token) -> tuple[Expression, BlockNode]:
        tokens = stream.into_inner(tag=token)
        condition = _Condition(filtered_value(tag.env, tokens))
        tokens.eat(TOKEN_EOF)
        return condition, parse_block(stream, ends)

    token = stream.eat(TOKEN_TAG)
    condition, consequence = branch(token)
    alternatives = []
    while stream.current.is_tag("elsif"):
        found = next(stream)
        alternatives.append(ConditionalBlockNode(found, *branch(found)))
    default = None
    if stream.current.is_tag("else"):
        next(stream)
        _nothing_behind_else(stream)
        default = parse_block(stream, ends)
        if stream.current.is_tag("else") or stream.current.is_tag("elsif"):
            raise LiquidSyntaxError(f"'{stream.current.value}' behind 'else'", token=stream.current)
    stream.expect(TOKEN_TAG, value=tag.end)
    return token, condition, consequence, alternatives, default


def _nothing_behind_else(stream: TokenStream) -> None:
    if stream.current.kind == TOKEN_EXPRESSION:
        raise LiquidSyntaxError(
            f"'else {stream.current.value}': write 'elsif' for another condition", token=stream.current
        )


class _AnyOf(_AnyExpression):
    """The values of a `when`: it is rendered once, however many of them are the value of the `case`."""

    __slots__ = ()

    def evaluate(self, context: RenderContext) -> list[bool]:
        left = self.left.evaluate(context)
        return [any(is_equal(left, right.evaluate(context)) for right in self.expressions)]


class Case(CaseTag):
    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        tokens = stream.into_inner(tag=token)
        value = filtered_value(self.env, tokens)
        tokens.eat(TOKEN_EOF)
        # What stands before the first `when` is not shown.
        while stream.current.kind not in (TOKEN_TAG, TOKEN_EOF):
            next(stream)
        parse_block = get_parser(self.env).parse_block
        blocks: list[MultiExpressionBlockNode | BlockNode] = []
        while stream.current.is_tag("when"):
            found = next(stream)
            choice = _AnyOf(found, value, self._choices(stream.into_inner(tag=found)))
            blocks.append(MultiExpressionBlockNode(found, parse_block(stream, _WHENS), choice))
        if stream.current.is_tag("else"):
            next(stream)
            _nothing_behind_else(stream)
            blocks.append(parse_block(stream, _WHENS))
        stream.expect(TOKEN_TAG, "endcase")
        return CaseNode(token, value, blocks)

    def _choices(self, tokens: TokenStream) -> list[Expression]:
        choices = [parse_primitive(self.env, tokens)]
        while tokens.current.kind in (TOKEN_COMMA, TOKEN_OR):
            next(tokens)
            choices.append(parse_primitive(self.env, tokens))
        tokens.eat(TOKEN_EOF)
        return choices
