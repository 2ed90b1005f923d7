"""A change of one item as a value, and its two renderings for DynamoDB.

An `Update` is rendered as the expressions of UpdateItem (`expressions`), or as a PartiQL statement
(`statement`); one call takes 25. Both renderings have the same effect, also if the item does not exist:
the condition fails. What a statement cannot say is refused.

The texts depend on names alone, never on values, so each shape of an update is rendered once.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from herald.store.keys import PK, SK, Key
from herald.store.typed import Item, serialize

Comparison: TypeAlias = Literal["=", "<", "<=", ">", ">="]
_Operator: TypeAlias = Comparison | Literal["exists", "missing"]
# The names and operators of an update's conditions; of each, its alternatives.
_Tests: TypeAlias = tuple[tuple[tuple[str, _Operator], ...], ...]

# DynamoDB refuses a longer statement.
LONGEST_STATEMENT: Final = 8_192
_NAME: Final = re.compile(r"#(\w+)")


class Condition(NamedTuple):
    """A condition on one attribute of the item. A missing attribute fails every comparison."""

    name: str
    operator: _Operator
    value: Any = None


class Either(NamedTuple):
    """At least one of some conditions. Not for a PartiQL statement: with alternatives, it names no key."""

    alternatives: tuple[Condition, ...]


def equals(name: str, value: Any) -> Condition:
    """The attribute has this value; with None, the attribute is missing."""
    return missing(name) if value is None else Condition(name, "=", value)


def compared(name: str, operator: Comparison, value: Any) -> Condition:
    return Condition(name, operator, value)


def present(name: str) -> Condition:
    return Condition(name, "exists")


def missing(name: str) -> Condition:
    return Condition(name, "missing")


def either(*alternatives: Condition) -> Either:
    return Either(alternatives)


def at_most(name: str, value: Any) -> Either:
    """The attribute is not above this value, or is missing."""
    return either(missing(name), compared(name, "<=", value))


@dataclass(frozen=True, slots=True)
class Update:
    """Set fields of an item, and add to numbers, where all conditions hold. A field that is None is removed.

    The item has to exist, unless the update `creates` it; a number that is missing counts as 0. `defaults`
    are fields that are set only where they are missing. A name with a dot is that of an entry of a map. A
    PartiQL statement has fields of the top level only.
    """

    key: Key
    fields: Mapping[str, Any]
    conditions: tuple[Condition | Either, ...] = ()
    creates: bool = False
    adds: Mapping[str, int] = MappingProxyType({})
    defaults: Mapping[str, Any] = MappingProxyType({})

    def holds_in(self, item: Item | None) -> bool:
        """Whether an item is as this update would make it: an earlier try may have done so."""
        return item is not None and all(item.get(name) == value for name, value in self.fields.items())


def expressions(update: Update) -> dict[str, Any]:
    """The update as UpdateItem takes it, without the key and the table's name."""
    fields, tests = _shape(update)
    setting, condition, names = _expressions(
        fields, tests, update.creates, tuple(update.adds), tuple(update.defaults)
    )
    kinds = {
        "s": [value for _, value in _set(update)],
        "c": _compared(update),
        "a": update.adds.values(),
        "d": update.defaults.values(),
    }
    values = {f":{kind}{number}": value for kind, some in kinds.items() for number, value in enumerate(some)}
    request: dict[str, Any] = {
        "UpdateExpression": setting,
        **({"ConditionExpression": condition} if condition else {}),
        "ExpressionAttributeNames": {f"#{name}": name for name in names},
    }
    if values:
        request["ExpressionAttributeValues"] = {name: serialize(value) for name, value in values.items()}
    return request


def statement(update: Update, table: str) -> dict[str, Any]:
    """The update as BatchExecuteStatement takes it."""
    if update.creates or update.adds or update.defaults:
        raise ValueError("a PartiQL UPDATE makes no item, and neither adds nor sets what may be missing")
    values = [value for _, value in _set(update)]
    return {
        "Statement": _checked(_update_text(table, *_shape(update))),
        "Parameters": [serialize(each) for each in (*values, *update.key, *_compared(update))],
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def insertion(typed: Mapping[str, Any], table: str) -> dict[str, Any]:
    """A typed item as a statement of BatchExecuteStatement, to be written if there is none of its key."""
    return {"Statement": _checked(_insert_text(table, tuple(typed))), "Parameters": list(typed.values())}


def _set(update: Update) -> Iterable[tuple[str, Any]]:
    return ((name, value) for name, value in update.fields.items() if value is not None)


def _compared(update: Update) -> Iterable[Any]:
    tests = (test for each in update.conditions for test in _alternatives(each))
    return (test.value for test in tests if test.operator not in ("exists", "missing"))


def _alternatives(each: Condition | Either) -> tuple[Condition, ...]:
    return each.alternatives if isinstance(each, Either) else (each,)


def _shape(update: Update) -> tuple[tuple[tuple[str, bool], ...], _Tests]:
    """The names of an update: of its fields, and whether each is set; and of its conditions."""
    return (
        tuple((name, value is not None) for name, value in update.fields.items()),
        tuple(tuple(test[:2] for test in _alternatives(each)) for each in update.conditions),
    )


@lru_cache(maxsize=512)
def _expressions(
    fields: tuple[tuple[str, bool], ...],
    conditions: _Tests,
    creates: bool,
    added: tuple[str, ...],
    defaults: tuple[str, ...],
) -> tuple[str, str, frozenset[str]]:
    """The texts of an update and of its condition, and the names in them."""
    assigned = [
        f"{_path(name)} = :s{number}" for number, name in enumerate(n for n, is_set in fields if is_set)
    ]
    assigned += [
        f"{_path(name)} = if_not_exists({_path(name)}, :d{number})" for number, name in enumerate(defaults)
    ]
    clauses = {
        "SET": assigned,
        "REMOVE": [_path(name) for name, is_set in fields if not is_set],
        "ADD": [f"{_path(name)} :a{number}" for number, name in enumerate(added)],
    }
    tests = [] if creates else [f"attribute_exists(#{PK})"]
    values = count()
    for alternatives in conditions:
        texts = [
            f"attribute_exists({_path(name)})"
            if operator == "exists"
            else f"attribute_not_exists({_path(name)})"
            if operator == "missing"
            else f"{_path(name)} {operator} :c{next(values)}"
            for name, operator in alternatives
        ]
        tests.append(texts[0] if len(texts) == 1 else f"({' OR '.join(texts)})")
    setting = " ".join(f"{clause} {', '.join(terms)}" for clause, terms in clauses.items() if terms)
    condition = " AND ".join(tests)
    return setting, condition, frozenset(_NAME.findall(f"{setting} {condition}"))


def _path(name: str) -> str:
    return ".".join(f"#{part}" for part in name.split("."))


@lru_cache(maxsize=512)
def _update_text(table: str, fields: tuple[tuple[str, bool], ...], conditions: _Tests) -> str:
    clauses = [f"SET {_quoted(name)}=?" for name, is_set in fields if is_set]
    clauses += [f"REMOVE {_quoted(name)}" for name, is_set in fields if not is_set]
    tests = [f'"{PK}"=?', f'"{SK}"=?']
    for (name, operator), *others in conditions:
        if others:
            raise ValueError(f"a statement has no alternatives: {name}")
        if operator == "exists":
            tests.append(f"{_quoted(name)} IS NOT MISSING")
        elif operator == "missing":
            tests.append(f"{_quoted(name)} IS MISSING")
        else:
            tests.append(f"{_quoted(name)}{operator}?")
    return f'UPDATE "{table}" {" ".join(clauses)} WHERE {" AND ".join(tests)}'


@lru_cache(maxsize=512)
def _insert_text(table: str, names: tuple[str, ...]) -> str:
    fields = ", ".join(f"'{name}': ?" for name in names)
    return f'INSERT INTO "{table}" VALUE {{{fields}}}'


def _quoted(name: str) -> str:
    """A name in the form of statements. Raises ValueError: it is not an attribute of the top level."""
    if not name.isidentifier():
        raise ValueError(f"not the name of an attribute: {name!r}")
    return f'"{name}"'


def _checked(text: str) -> str:
    """A statement that DynamoDB accepts. Raises ValueError."""
    if len(text) >= LONGEST_STATEMENT:
        raise ValueError(f"a statement of {len(text)} characters, of {LONGEST_STATEMENT} that DynamoDB takes")
    return text
