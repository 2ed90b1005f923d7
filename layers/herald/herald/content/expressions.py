"""Liquid's expressions as LiquidJS reads and evaluates them, for the parser of python-liquid.

python-liquid follows Ruby: there a text and a number do not compare, a name is made of
ASCII, and a text has no escapes. What differs is here; all else is python-liquid's.
"""

import re
import unicodedata
from collections.abc import Container, Iterator
from itertools import takewhile
from typing import Any, Final, TypeVar

import liquid
from liquid import RenderContext
from liquid.builtin.expressions import FilteredExpression
from liquid.builtin.expressions.filtered import Filter
from liquid.builtin.expressions.logical import (
    ContainsExpression,
    EqExpression,
    GeExpression,
    GtExpression,
    LeExpression,
    LogicalAndExpression,
    LogicalNotExpression,
    LogicalOrExpression,
    LtExpression,
    NeExpression,
    parse_boolean_primitive,
)
from liquid.builtin.expressions.primitive import Blank, Empty
from liquid.exceptions import LiquidSyntaxError
from liquid.expression import Expression
from liquid.stream import TokenStream
from liquid.token import (
    TOKEN_BLANK,
    TOKEN_COLON,
    TOKEN_COMMA,
    TOKEN_DOT,
    TOKEN_DPIPE,
    TOKEN_EMPTY,
    TOKEN_EOF,
    TOKEN_EXPRESSION,
    TOKEN_FLOAT,
    TOKEN_IDENTINDEX,
    TOKEN_IDENTSTRING,
    TOKEN_INTEGER,
    TOKEN_LBRACKET,
    TOKEN_LPAREN,
    TOKEN_PIPE,
    TOKEN_RANGE,
    TOKEN_RANGE_LITERAL,
    TOKEN_RBRACKET,
    TOKEN_RPAREN,
    TOKEN_STRING,
    TOKEN_WORD,
    Token,
    operators,
)

from herald.content.values import compare, equals, is_list, is_nil, is_true, joined_text

Kind = TypeVar("Kind", bound="Expression")

# ------------------------------------------------------------------------ tokens

# Spaces of Unicode, which word processors put into texts.
_SPACE: Final = r"\s\u00a0\u1680\u2000-\u200b\u202f\u205f\u2060\u3000\ufeff"
_BENT_QUOTES: Final = "‘’‚‛“”„‟«»‹›′″`´"
# Dashes that word processors put for a hyphen, dots for three, and signs of full width.
_SIGNS: Final = r"\u2010-\u2015\u2026\u2212\u3001\u3002\uff01-\uff0f\uff1a-\uff20\uff3b-\uff3e\uff5b-\uff5e"
_SIGN: Final = re.compile(f"[{_SIGNS}]")
_LETTER: Final = r"\w\u0080-\U0010ffff"
_NOT_IN_NAMES: Final = rf"(?![{_SPACE}{_BENT_QUOTES}{_SIGNS}])"
_NAME: Final = rf"{_NOT_IN_NAMES}[{_LETTER}](?:{_NOT_IN_NAMES}[{_LETTER}\-])*\??"
_TEXT: Final = r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'"

_RULES: Final = (
    (TOKEN_RANGE_LITERAL, r"\((?=[^()]*?\.\.)"),
    (TOKEN_IDENTINDEX, r"\[\s*\-?\d+\s*\]"),
    (TOKEN_IDENTSTRING, rf"\[\s*(?:{_TEXT})\s*\]"),
    (TOKEN_STRING, _TEXT),
    (TOKEN_RANGE, r"\.\."),
    (TOKEN_FLOAT, r"[+-]?\d+\.(?!\.)\d*"),
    (TOKEN_INTEGER, r"[+-]?\d+(?![\w\-])"),
    (TOKEN_DOT, r"\."),
    (TOKEN_WORD, _NAME),
    (TOKEN_LPAREN, r"\("),
    (TOKEN_RPAREN, r"\)"),
    (TOKEN_LBRACKET, r"\["),
    (TOKEN_RBRACKET, r"\]"),
    (TOKEN_COLON, r":"),
    (TOKEN_COMMA, r","),
    (TOKEN_DPIPE, r"\|\|"),
    (TOKEN_PIPE, r"\|"),
    ("OPERATOR", r"[!=<>]{1,2}"),
    ("SPACE", rf"[{_SPACE}]+"),
    ("OTHER", r"."),
)
_TOKENS: Final = re.compile("|".join(f"(?P<{name}>{pattern})" for name, pattern in _RULES), re.DOTALL)
_KEYWORDS: Final = frozenset(
    ("true", "false", "nil", "null", "empty", "blank", "and", "or", "contains", "not")
)
# Only in these tags are the words below no names of variables.
_LOOPS: Final = frozenset(("for", "tablerow"))
_LOOP_KEYWORDS: Final = _KEYWORDS | {"in", "offset", "limit", "reversed", "cols", "continue"}
_ESCAPE: Final = re.compile(r"\\(u[0-9a-fA-F]{1,4}|[0-7]{1,3}|.)", re.DOTALL)
_ESCAPES: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v"}


def _text(quoted: str) -> str:
    """What a text in quotes says: as in JavaScript, a backslash escapes what follows it."""
    inside = quoted.strip().strip("[]").strip() if quoted[0] == "[" else quoted
    if "\\" not in inside:
        return inside[1:-1]
    said = _ESCAPE.sub(_escaped, inside[1:-1])
    # Two escapes may be the halves of one character.
    return said.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _escaped(found: re.Match[str]) -> str:
    code = found[1]
    if code.isdecimal() and code.isascii() and code[0] < "8":
        return chr(int(code, 8))
    return chr(int(code[1:], 16)) if len(code) > 1 else _ESCAPES.get(code, code)


def tokens_of(source: str, parent: Token, keywords: Container[str] = _KEYWORDS) -> Iterator[Token]:
    """The tokens of an expression. Raises LiquidSyntaxError."""
    for found in _TOKENS.finditer(source):
        kind, value = str(found.lastgroup), found.group()
        if kind == "SPACE":
            continue
        if kind in (TOKEN_STRING, TOKEN_IDENTSTRING):
            value = _text(value)
        elif kind == TOKEN_IDENTINDEX:
            value = value.strip("[]").strip()
        elif kind == TOKEN_WORD and value in keywords:
            kind = value
        elif kind == "OPERATOR":
            # LiquidJS has no `<>`.
            kind = kind if value == "<>" else operators.get(value, kind)
        token = Token(kind, value, parent.start_index + found.start(), parent.source)
        if kind == "OTHER":
            raise LiquidSyntaxError(_unexpected(value), token=token)
        if kind == "OPERATOR":
            raise LiquidSyntaxError(f"unknown operator {value!r}", token=token)
        yield token


def _unexpected(character: str) -> str:
    if character in _BENT_QUOTES:
        return f"has a bent quote, {character}; write straight ones, as in {{{{ name | default: 'you' }}}}"
    if _SIGN.match(character):
        plain = unicodedata.normalize("NFKC", character)
        plain = plain if plain.isascii() else "-" if "\u2010" <= character <= "\u2212" else ","
        return f"unexpected {character!r}; write {plain} for it"
    return f"unexpected {character!r}"


class Stream(TokenStream):
    """The tokens of a template; what stands in its tags is read by `tokens_of`."""

    def into_inner(self, *, tag: Token | None = None, eat: bool = True) -> TokenStream:
        token = self.current
        if token.kind != TOKEN_EXPRESSION:
            raise LiquidSyntaxError("missing expression", token=tag or token)
        if eat:
            next(self)
        keywords = _LOOP_KEYWORDS if tag and tag.value in _LOOPS else _KEYWORDS
        return TokenStream(tokens_of(token.value, token, keywords))


# ------------------------------------------------------------------- comparisons


class _Comparison(Expression):
    """Two values and what stands between them."""

    __slots__ = ("left", "right")

    def __init__(self, token: Token, left: Expression, right: Expression) -> None:
        super().__init__(token)
        self.left = left
        self.right = right

    def __str__(self) -> str:
        return f"{self.left} {self.token.value} {self.right}"

    def children(self) -> list[Expression]:
        return [self.left, self.right]

    def values(self, context: RenderContext) -> tuple[Any, Any]:
        return self.left.evaluate(context), self.right.evaluate(context)


class _Equal(_Comparison):
    __slots__ = ()

    def evaluate(self, context: RenderContext) -> bool:
        return is_equal(*self.values(context))


class _NotEqual(_Comparison):
    __slots__ = ()

    def evaluate(self, context: RenderContext) -> bool:
        return not is_equal(*self.values(context))


class _Ordered(_Comparison):
    __slots__ = ()
    # What `compare` may say.
    allowed: tuple[int, ...] = ()

    def evaluate(self, context: RenderContext) -> bool:
        left, right = self.values(context)
        # Nothing is less or more than `empty` or `blank`.
        if isinstance(left, Empty | Blank) or isinstance(right, Empty | Blank):
            return False
        return compare(left, right) in self.allowed


class _Less(_Ordered):
    __slots__ = ()
    allowed = (-1,)


class _More(_Ordered):
    __slots__ = ()
    allowed = (1,)


class _LessOrEqual(_Ordered):
    __slots__ = ()
    allowed = (-1, 0)


class _MoreOrEqual(_Ordered):
    __slots__ = ()
    allowed = (0, 1)


class _Contains(_Comparison):
    __slots__ = ()

    def evaluate(self, context: RenderContext) -> bool:
        left, right = self.values(context)
        if isinstance(left, Empty | Blank):
            left = ""
        if isinstance(left, str):
            return ("undefined" if is_nil(right) else joined_text(right)) in left
        return is_list(left) and any(is_equal(each, right) for each in left)


class _Not(Expression):
    __slots__ = ("right",)

    def __init__(self, token: Token, right: Expression) -> None:
        super().__init__(token)
        self.right = right

    def __str__(self) -> str:
        return f"not {self.right}"

    def children(self) -> list[Expression]:
        return [self.right]

    def evaluate(self, context: RenderContext) -> bool:
        return not is_true(self.right.evaluate(context))


_COMPARISONS: Final[dict[type[Expression], type[_Comparison]]] = {
    EqExpression: _Equal,
    NeExpression: _NotEqual,
    LtExpression: _Less,
    GtExpression: _More,
    LeExpression: _LessOrEqual,
    GeExpression: _MoreOrEqual,
    ContainsExpression: _Contains,
}


def is_equal(left: object, right: object) -> bool:
    """Whether two values are the same, where `empty` and `blank` are all values that are."""
    for kind, test in ((Blank, _is_blank), (Empty, _is_empty)):
        if isinstance(left, kind):
            return isinstance(right, kind) or test(right)
        if isinstance(right, kind):
            return test(left)
    return equals(left, right)


def _is_empty(value: object) -> bool:
    return (isinstance(value, str | dict) or is_list(value)) and not value


def _is_blank(value: object) -> bool:
    return (
        value is False or is_nil(value) or (isinstance(value, str) and not value.strip()) or _is_empty(value)
    )


def compared(expression: Kind) -> Kind | Expression:
    """The same condition, which compares as LiquidJS does."""
    match expression:
        case LogicalAndExpression() | LogicalOrExpression():
            expression.left, expression.right = compared(expression.left), compared(expression.right)
        case LogicalNotExpression():
            right = compared(expression.right)
            if not isinstance(right, LogicalAndExpression | LogicalOrExpression):
                return _Not(expression.token, right)
            # python-liquid lets `not` hold for all that follows; it holds up to the next `and` or `or`.
            right.left = _Not(expression.token, right.left)
            return right
    if kind := _COMPARISONS.get(type(expression)):
        left, right = expression.children()
        return kind(expression.token, compared(left), compared(right))
    return expression


# ------------------------------------------------------------------------ values


def filtered_value(env: liquid.Environment, tokens: TokenStream) -> FilteredExpression:
    """A value or a condition, and its filters. Raises LiquidSyntaxError."""
    first = tokens.current
    left = parse_boolean_primitive(env, tokens)
    if first.kind == TOKEN_WORD and tokens.current.kind == TOKEN_WORD:
        words = takewhile(lambda token: token.kind == TOKEN_WORD, tokens.tokens)
        name = " ".join(token.value for token in words)
        raise LiquidSyntaxError(
            f'a variable\'s name has no spaces; write {{{{ ["{name}"] }}}}, or rename the variable',
            token=first,
        )
    # To a filter, `empty` and `blank` are empty texts; python-liquid has no such arguments.
    tokens.tokens[tokens.pos :] = [
        token._replace(kind=TOKEN_STRING, value="") if token.kind in (TOKEN_EMPTY, TOKEN_BLANK) else token
        for token in tokens.tokens[tokens.pos :]
    ]
    filters = Filter.parse(env, tokens, delim=(TOKEN_PIPE,))
    return FilteredExpression(left.token, compared(left), filters)


def value_of(source: str) -> FilteredExpression:
    """An expression that is given as a text, to be evaluated by a context. Raises LiquidSyntaxError."""
    parent = Token(TOKEN_EXPRESSION, source, 0, source)
    tokens = TokenStream(tokens_of(source, parent))
    value = filtered_value(_PLAIN, tokens)
    tokens.eat(TOKEN_EOF)
    return value


class _PlainEnvironment(liquid.Environment):
    logical_not_operator = True


# For expressions outside of a template: only its syntax is asked for.
_PLAIN: Final = _PlainEnvironment()
