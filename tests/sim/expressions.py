"""DynamoDB's expressions, read strictly: what its documentation does not allow is refused.

An expression is parsed once and kept; its placeholders get their names and values when
it is evaluated. Values are in DynamoDB's typed form, normalized (`values.normalized`).
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NamedTuple

from tests.sim.evaluation import (
    Action,
    Condition,
    Operand,
    Path_,
    Step,
    added,
    appended,
    between,
    compared,
    existing,
    find,
    size,
    tested,
)
from tests.sim.values import Invalid

_MAX_BYTES: Final = 4_096
_MAX_OPERATORS: Final = 300
_MAX_IN: Final = 100
_TOKEN: Final = re.compile(r"\s*(#\w+|:\w+|[A-Za-z]\w*|<>|<=|>=|[=<>(),.\[\]+-]|\d+)", re.ASCII)
_COMPARATORS: Final = frozenset({"=", "<>", "<", "<=", ">", ">="})
_FUNCTIONS: Final = {
    "attribute_exists": 1,
    "attribute_not_exists": 1,
    "attribute_type": 2,
    "begins_with": 2,
    "contains": 2,
}
_SYNTAX: Final = frozenset({"and", "or", "not", "between", "in", "set", "remove", "add", "delete"})


def _reserved() -> frozenset[str]:
    # moto has the documented list in a file; importing moto itself would take a second.
    spec = find_spec("moto")
    assert spec
    assert spec.origin
    words = Path(spec.origin).parent / "dynamodb/parsing/reserved_keywords.txt"
    return frozenset(word.lower() for word in words.read_text().split())


RESERVED: Final = _reserved()


class Parsed[Meaning](NamedTuple):
    meaning: Meaning
    placeholders: frozenset[str]


class _Parser:
    def __init__(self, text: str, kind: str) -> None:
        self._kind = kind
        if len(text.encode()) > _MAX_BYTES:
            raise Invalid(f"{kind} is larger than {_MAX_BYTES} bytes")
        self._tokens = list(self._split(text))
        self._at = 0
        self._operators = 0
        self.placeholders: set[str] = set()

    def _split(self, text: str) -> Iterator[str]:
        if not text.strip():
            raise Invalid(f"{self._kind} is empty")
        at, end = 0, len(text.rstrip())
        while at < end:
            found = _TOKEN.match(text, at)
            if not found:
                raise Invalid(f"{self._kind}: syntax error near {text[at : at + 20]!r}")
            yield found[1]
            at = found.end()

    # -------------------------------------------------------------------- tokens

    @property
    def next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def is_next(self, *words: str) -> bool:
        return self.next.lower() in words

    def take(self, *expected: str) -> str:
        token = self.next
        if not token or (expected and token.lower() not in expected):
            raise Invalid(
                f"{self._kind}: {token or 'end'} where {' or '.join(expected) or 'more'} is expected"
            )
        self._at += 1
        return token

    def operator(self) -> None:
        self._operators += 1
        if self._operators > _MAX_OPERATORS:
            raise Invalid(f"{self._kind} has more than {_MAX_OPERATORS} operators")

    def end(self) -> None:
        if self.next:
            raise Invalid(f"{self._kind}: unexpected {self.next}")

    def listed[Part](self, part: Callable[[], Part]) -> list[Part]:
        parts = [part()]
        while self.is_next(","):
            self.take()
            parts.append(part())
        return parts

    # ---------------------------------------------------------------------- paths

    def path(self) -> Path_:
        steps: list[Step] = [self._name()]
        while self.is_next(".", "["):
            if self.take() == ".":
                steps.append(self._name())
            else:
                index = self.take()
                if not index.isdigit():
                    raise Invalid(f"{self._kind}: {index} is no place in a list")
                steps.append(int(index))
                self.take("]")
        return tuple(steps)

    def _name(self) -> str:
        token = self.take()
        if token.startswith("#"):
            self.placeholders.add(token)
        elif not token[0].isalpha() or token.lower() in _SYNTAX:
            raise Invalid(f"{self._kind}: syntax error at {token}")
        elif token.lower() in RESERVED:
            raise Invalid(f"{self._kind}: attribute name is a reserved keyword: {token}")
        return token

    def value(self) -> Operand:
        token = self.take()
        if not token.startswith(":"):
            raise Invalid(f"{self._kind}: {token} where a value is expected")
        self.placeholders.add(token)
        return lambda item, bound: bound.values[token]

    # ----------------------------------------------------------------- conditions

    def condition(self) -> Condition:
        return self._joined("or", lambda: self._joined("and", self._negation))

    def _joined(self, word: str, part: Callable[[], Condition]) -> Condition:
        parts = [part()]
        while self.is_next(word):
            self.take()
            self.operator()
            parts.append(part())
        if len(parts) == 1:
            return parts[0]
        decide = any if word == "or" else all
        return lambda item, bound: decide([each(item, bound) for each in parts])

    def _negation(self) -> Condition:
        if self.is_next("not"):
            self.take()
            self.operator()
            inner = self._negation()
            return lambda item, bound: not inner(item, bound)
        if self.is_next("("):
            self.take()
            if self.is_next("("):
                self._refuse_redundant()
            inner = self.condition()
            self.take(")")
            return inner
        return self._comparison()

    def _refuse_redundant(self) -> None:
        """DynamoDB refuses ((a)), though not ((a) AND b)."""
        depth, at = 0, self._at
        while at < len(self._tokens):
            depth += {"(": 1, ")": -1}.get(self._tokens[at], 0)
            if depth == 0:
                break
            at += 1
        if self._tokens[at + 1 : at + 2] == [")"]:
            raise Invalid(f"{self._kind} has redundant parentheses")

    def _comparison(self) -> Condition:
        word = self.next.lower()
        if word in _FUNCTIONS:
            return self._function(word)
        first_at = self._at
        left = self._operand()
        first = self._tokens[first_at : self._at]
        operator = self.take(*_COMPARATORS, "between", "in").lower()
        self.operator()
        if operator == "between":
            low = self._operand()
            self.take("and")
            high = self._operand()
            return lambda item, bound: between(left(item, bound), low(item, bound), high(item, bound))
        if operator == "in":
            self.take("(")
            options = self.listed(self._operand)
            self.take(")")
            if len(options) > _MAX_IN:
                raise Invalid(f"{self._kind}: IN takes at most {_MAX_IN} operands")
            return lambda item, bound: (
                (value := left(item, bound)) is not None
                and value in [option(item, bound) for option in options]
            )
        second_at = self._at
        right = self._operand()
        if self._tokens[second_at : self._at] == first:
            raise Invalid(f"{self._kind}: the operands of {operator} must be distinct")
        return lambda item, bound: compared(left(item, bound), operator, right(item, bound))

    def _operand(self) -> Operand:
        if self.next.startswith(":"):
            return self.value()
        if self.is_next("size"):
            self.take()
            self.take("(")
            path = self.path()
            self.take(")")
            return lambda item, bound: size(find(item, bound.path(path)))
        path = self.path()
        return lambda item, bound: find(item, bound.path(path))

    def _function(self, name: str) -> Condition:
        self.take()
        self.take("(")
        path = self.path()
        second = None
        if _FUNCTIONS[name] == 2:
            self.take(",")
            second = self._operand()
        self.take(")")
        return tested(name, path, second)

    # -------------------------------------------------------------------- updates

    def update(self) -> tuple[Action, ...]:
        actions: list[Action] = []
        clauses: set[str] = set()
        while self.next:
            kind = self.take("set", "remove", "add", "delete").upper()
            if kind in clauses:
                raise Invalid(f"{self._kind}: {kind} can be used only once")
            clauses.add(kind)
            actions += self.listed(lambda kind=kind: self._action(kind))  # type: ignore[misc]
        return tuple(actions)

    def _action(self, kind: str) -> Action:
        path = self.path()
        if kind == "REMOVE":
            return Action(kind, path)
        if kind == "SET":
            self.take("=")
            return Action(kind, path, self._assigned())
        if len(path) > 1:
            raise Invalid(f"{self._kind}: {kind} is for attributes of the top level")
        return Action(kind, path, self.value())

    def _assigned(self) -> Operand:
        left = self._set_operand()
        if not self.is_next("+", "-"):
            return left
        sign = self.take()
        self.operator()
        right = self._set_operand()
        return lambda item, bound: added(left(item, bound), right(item, bound), sign)

    def _set_operand(self) -> Operand:
        if self.is_next("if_not_exists", "list_append"):
            name = self.take().lower()
            self.operator()
            self.take("(")
            if name == "list_append":
                first = self._set_operand()
                self.take(",")
                second = self._set_operand()
                self.take(")")
                return lambda item, bound: appended(first(item, bound), second(item, bound))
            path = self.path()
            self.take(",")
            other = self._set_operand()
            self.take(")")
            return lambda item, bound: find(item, bound.path(path)) or other(item, bound)
        if self.next.startswith(":"):
            return self.value()
        path = self.path()
        return lambda item, bound: existing(find(item, bound.path(path)))


# --------------------------------------------------------------------- what is parsed


@lru_cache(maxsize=4096)
def condition(text: str) -> Parsed[Condition]:
    parser = _Parser(text, "ConditionExpression")
    meaning = parser.condition()
    parser.end()
    return Parsed(meaning, frozenset(parser.placeholders))


@lru_cache(maxsize=4096)
def update(text: str) -> Parsed[tuple[Action, ...]]:
    parser = _Parser(text, "UpdateExpression")
    return Parsed(parser.update(), frozenset(parser.placeholders))


@lru_cache(maxsize=512)
def projection(text: str) -> Parsed[list[Path_]]:
    parser = _Parser(text, "ProjectionExpression")
    paths = parser.listed(parser.path)
    parser.end()
    return Parsed(paths, frozenset(parser.placeholders))


class KeyCondition(NamedTuple):
    """Equality on the partition key, and a range of the sort key: operator and its operands."""

    partition: str
    value: str
    sort: str | None
    operator: str
    operands: tuple[str, ...]


_KEY_CONDITION: Final = re.compile(
    r"\s*([#\w]+)\s*=\s*(:\w+)\s*(?:AND\s+(?:"
    r"([#\w]+)\s+BETWEEN\s+(:\w+)\s+AND\s+(:\w+)"
    r"|([#\w]+)\s*(<=|>=|<|>|=)\s*(:\w+)"
    r"|begins_with\s*\(\s*([#\w]+)\s*,\s*(:\w+)\s*\)))?\s*",
    re.IGNORECASE | re.ASCII,
)


@lru_cache(maxsize=512)
def key_condition(text: str) -> Parsed[KeyCondition]:
    found = _KEY_CONDITION.fullmatch(text)
    if not found:
        raise Invalid(f"KeyConditionExpression is not supported: {text}")
    sort = found[3] or found[6] or found[9]
    operator = "between" if found[3] else found[7] or ("begins_with" if found[9] else "")
    operands = tuple(value for value in (found[4], found[5], found[8], found[10]) if value)
    for name in (found[1], sort):
        if name and not name.startswith("#") and name.lower() in RESERVED:
            raise Invalid(f"KeyConditionExpression: attribute name is a reserved keyword: {name}")
    used = {part for part in (found[1], found[2], sort, *operands) if part and part[0] in "#:"}
    return Parsed(KeyCondition(found[1], found[2], sort, operator, operands), frozenset(used))
