"""Liquid's loops, cycles and counters as LiquidJS has them, for the parser of python-liquid."""

import math
from collections.abc import Iterable, Sequence
from typing import Any, Final, TextIO

import liquid
from liquid import RenderContext, TokenStream
from liquid.ast import Node
from liquid.builtin.expressions import LoopExpression, parse_identifier
from liquid.builtin.expressions.primitive import StringLiteral, parse_primitive
from liquid.builtin.tags.cycle_tag import CycleNode, CycleTag
from liquid.builtin.tags.for_tag import (
    BreakNode,
    BreakTag,
    ContinueNode,
    ContinueTag,
    ForLoop,
    ForNode,
    ForTag,
)
from liquid.builtin.tags.tablerow_tag import TableRow, TablerowNode, TablerowTag
from liquid.exceptions import BreakLoop, ContinueLoop, LiquidSyntaxError, StopRender
from liquid.expression import Expression
from liquid.parser import get_parser
from liquid.token import (
    TOKEN_COLON,
    TOKEN_COLS,
    TOKEN_COMMA,
    TOKEN_CONTINUE,
    TOKEN_EOF,
    TOKEN_IN,
    TOKEN_LIMIT,
    TOKEN_OFFSET,
    TOKEN_REVERSED,
    TOKEN_TAG,
    Token,
)

from herald.content.expressions import filtered_value
from herald.content.values import enumerable, is_nil, number_of, plain_text, text_of

_CONTINUE: Final = "continue"
_WITH_VALUE: Final = (TOKEN_OFFSET, TOKEN_LIMIT, TOKEN_COLS)


def _count(expression: Expression | None, context: RenderContext) -> int | None:
    """A number of entries as slice() of JavaScript takes it; None where none is given."""
    if expression is None:
        return None
    value = expression.evaluate(context)
    if isinstance(value, liquid.Undefined):
        return None
    number = number_of(value)
    if math.isinf(number):
        return 2**31 if number > 0 else -(2**31)
    return 0 if math.isnan(number) else int(number)


class Loop(LoopExpression):
    """What a loop goes through: the entries from `offset`, `limit` of them, the last first if `reversed`."""

    __slots__ = ()

    @staticmethod
    def parse(env: liquid.Environment, tokens: TokenStream) -> "Loop":
        token = tokens.current
        identifier = parse_identifier(env, tokens)
        tokens.eat(TOKEN_IN)
        iterable = parse_primitive(env, tokens)
        given: dict[str, Expression] = {}
        is_reversed = False
        while (argument := next(tokens)).kind != TOKEN_EOF:
            if argument.kind == TOKEN_REVERSED:
                is_reversed = True
            elif argument.kind in _WITH_VALUE:
                tokens.eat(TOKEN_COLON)
                if argument.kind == TOKEN_OFFSET and tokens.current.kind == TOKEN_CONTINUE:
                    given[argument.kind] = StringLiteral(next(tokens), _CONTINUE)
                else:
                    given[argument.kind] = parse_primitive(env, tokens)
            elif argument.kind != TOKEN_COMMA:
                raise LiquidSyntaxError("expected 'reversed', 'offset' or 'limit'", token=argument)
        return Loop(
            token,
            identifier,
            iterable,
            limit=given.get(TOKEN_LIMIT),
            offset=given.get(TOKEN_OFFSET),
            reversed_=is_reversed,
            cols=given.get(TOKEN_COLS),
        )

    def entries(self, context: RenderContext) -> Sequence[object]:
        return enumerable(self.iterable.evaluate(context))

    def part(self, entries: Sequence[object], context: RenderContext) -> list[object]:
        """The entries of `for`. The next loop with `offset: continue` continues after them."""
        key = f"{self.identifier}-{self.iterable}"
        if isinstance(self.offset, StringLiteral) and self.offset.token.kind == TOKEN_CONTINUE:
            offset = context.stopindex(key)
        else:
            offset = _count(self.offset, context) or 0
        found = list(entries)[offset:][: _count(self.limit, context)]
        context.stopindex(key, offset + len(found))
        return found[::-1] if self.reversed else found

    def row(self, context: RenderContext) -> list[object]:
        """The entries of `tablerow`: never reversed."""
        entries = list(self.entries(context))
        offset, limit = _count(self.offset, context) or 0, _count(self.limit, context)
        return entries[offset : offset + (len(entries) if limit is None else limit)]


class _ForNode(ForNode):
    __slots__ = ()
    expression: Loop

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        entries = self.expression.entries(context)
        # As in LiquidJS, `else` is for a list without entries, not for an offset behind its end.
        if not entries:
            return self.default.render(context, buffer) if self.default else 0
        part = self.expression.part(entries, context)
        name = self.expression.identifier
        loop = ForLoop(
            name=f"{name}-{self.expression.iterable}",
            it=iter(part),
            length=len(part),
            parentloop=context.parentloop(),
        )
        names: dict[str, object] = {"forloop": loop, name: None}
        written = 0
        with context.loop(names, loop):
            for names[name] in loop:
                try:
                    written += self.block.render(context, buffer)
                except ContinueLoop:
                    continue
                except BreakLoop:
                    break
        return written


class _BreakNode(BreakNode):
    """Ends a loop, and outside of loops the text."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        if not context.loops:
            raise StopRender
        return super().render_to_output(context, buffer)


class Break(BreakTag):
    def parse(self, stream: TokenStream) -> BreakNode:
        return _BreakNode(super().parse(stream).token)


class _ContinueNode(ContinueNode):
    """Continues with the next entry of a loop, and outside of loops ends the text."""

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        if not context.loops:
            raise StopRender
        return super().render_to_output(context, buffer)


class Continue(ContinueTag):
    def parse(self, stream: TokenStream) -> ContinueNode:
        return _ContinueNode(super().parse(stream).token)


class For(ForTag):
    node_class = _ForNode

    def parse(self, stream: TokenStream) -> Node:
        token = stream.eat(TOKEN_TAG)
        loop = Loop.parse(self.env, stream.into_inner(tag=token))
        parse_block = get_parser(self.env).parse_block
        block = parse_block(stream, frozenset(("endfor", "else")))
        default = None
        if stream.current.is_tag("else"):
            next(stream)
            default = parse_block(stream, frozenset(("endfor",)))
        stream.expect(TOKEN_TAG, value="endfor")
        return self.node_class(token, expression=loop, block=block, default=default)


class _TablerowNode(TablerowNode):
    __slots__ = ()
    expression: Loop

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        items = self.expression.row(context)
        columns = _count(self.expression.cols, context) or len(items)
        row = TableRow(self.expression.identifier, iter(items), len(items), columns)
        names: dict[str, object] = {"tablerowloop": row}
        with context.loop(names, row):
            for item in row:
                names[self.expression.identifier] = item
                if row.col == 1:
                    buffer.write(f'{"</tr>" if row.row > 1 else ""}<tr class="row{row.row}">')
                buffer.write(f'<td class="col{row.col}">')
                try:
                    self.block.render(context, buffer)
                except ContinueLoop:
                    pass
                except BreakLoop:
                    buffer.write("</td>")
                    break
                buffer.write("</td>")
        if items:
            buffer.write("</tr>")
        return True


class Tablerow(TablerowTag):
    node_class = _TablerowNode

    def parse(self, stream: TokenStream) -> TablerowNode:
        token = stream.eat(TOKEN_TAG)
        loop = Loop.parse(self.env, stream.into_inner(tag=token))
        block = get_parser(self.env).parse_block(stream, frozenset(("endtablerow",)))
        stream.expect(TOKEN_TAG, value="endtablerow")
        return self.node_class(token, expression=loop, block=block)


class _CycleNode(CycleNode):
    """Shows its values in turn. Two that are written alike, in the same group, take turns together."""

    __slots__ = ("source",)

    def __init__(self, token: Token, group: Expression | None, args: list[Any], source: str) -> None:
        super().__init__(token, group, args)
        self.source = source

    def render_to_output(self, context: RenderContext, buffer: TextIO) -> int:
        group = self.group.evaluate(context) if self.group else None
        key = (None if is_nil(group) else plain_text(group), self.source)
        value = self.args[context.cycle(key, len(self.args))].evaluate(context)
        return buffer.write(text_of(value))


class Cycle(CycleTag):
    def parse(self, stream: TokenStream) -> Node:  # type: ignore[override]
        token = stream.eat(TOKEN_TAG)
        tokens = stream.into_inner(tag=token, eat=False)
        group = None
        if tokens.peek.kind == TOKEN_COLON:
            group = parse_primitive(self.env, tokens)
            tokens.eat(TOKEN_COLON)
        source = _written(tokens.tokens[tokens.pos :])
        values = [filtered_value(self.env, tokens)]
        while tokens.current.kind == TOKEN_COMMA:
            next(tokens)
            values.append(filtered_value(self.env, tokens))
        tokens.eat(TOKEN_EOF)
        return _CycleNode(token, group, values, source)


def _written(tokens: Iterable[Token]) -> str:
    return " ".join(f"{token.kind}={token.value}" for token in tokens)
