"""A change of one item as a value, and its two renderings for DynamoDB.

An `Update` names attributes of the top level only. It is rendered as the expressions of
UpdateItem (`expressions`), or as a PartiQL statement (`statement`); one call takes
25. Both renderings have the same effect, also if the item does not exist: the condition fails.

The texts depend on names alone, never on values, so each shape of an update is rendered once.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from herald.store.keys import PK, SK, Key
from herald.store.typed import Item, serialize

Comparison: TypeAlias = Literal["=", "<", "<=", ">", ">="]
_Operator: TypeAlias = Comparison | Literal["exists", "missing", "missing or <="]

# DynamoDB refuses a longer statement.
LONGEST_STATEMENT: Final = 8_192


class Condition(NamedTuple):
    """A condition on one attribute of the item. A missing attribute fails every comparison."""

    name: str
    operator: _Operator
    value: Any = None


def equals(name: str, value: Any) -> Condition:
    """The attribute has this value; with None, the attribute is missing."""
    return missing(name) if value is None else Condition(name, "=", value)


def compared(name: str, operator: Comparison, value: Any) -> Condition:
    return Condition(name, operator, value)


def present(name: str) -> Condition:
    return Condition(name, "exists")


def missing(name: str) -> Condition:
    return Condition(name, "missing")


def at_most(name: str, value: Any) -> Condition:
    """The attribute is not above this value, or is missing; not for a PartiQL statement."""
    return Condition(name, "missing or <=", value)


@dataclass(frozen=True, slots=True)
class Update:
    """Set fields of an item, and add to numbers, where all conditions hold. A field that is None is removed.

    The item has to exist, unless the update `creates` it; a number that is missing counts as 0. An update
    that creates or adds is no PartiQL statement.
    """

    key: Key
    fields: Mapping[str, Any]
    conditions: tuple[Condition, ...] = ()
    creates: bool = False
    adds: Mapping[str, int] = MappingProxyType({})

    def holds_in(self, item: Item | None) -> bool:
        """Whether an item is as this update would make it: an earlier try may have done so."""
        return item is not None and all(item.get(name) == value for name, value in self.fields.items())


def expressions(update: Update) -> dict[str, Any]:
    """The update as UpdateItem takes it, without the key and the table's name."""
    setting, condition = _expressions(*_shape(update), update.creates, tuple(update.adds))
    values = {f":s{number}": value for number, (_, value) in enumerate(_set(update))}
    values |= {f":c{number}": value for number, value in enumerate(_compared(update))}
    values |= {f":a{number}": value for number, value in enumerate(update.adds.values())}
    names = {*update.fields, *update.adds, *(each.name for each in update.conditions)}
    if not update.creates:
        names.add(PK)
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
    if update.creates or update.adds:
        raise ValueError("a PartiQL UPDATE makes no item, and adds to no number that may be missing")
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
    return (each.value for each in update.conditions if each.operator not in ("exists", "missing"))


def _shape(update: Update) -> tuple[tuple[tuple[str, bool], ...], tuple[tuple[str, _Operator], ...]]:
    """The names of an update: of its fields, and whether each is set; and of its conditions."""
    return (
        tuple((name, value is not None) for name, value in update.fields.items()),
        tuple((each.name, each.operator) for each in update.conditions),
    )


@lru_cache(maxsize=512)
def _expressions(
    fields: tuple[tuple[str, bool], ...],
    conditions: tuple[tuple[str, _Operator], ...],
    creates: bool,
    added: tuple[str, ...],
) -> tuple[str, str]:
    assigned = [name for name, is_set in fields if is_set]
    removed = [f"#{name}" for name, is_set in fields if not is_set]
    clauses = []
    if assigned:
        clauses.append("SET " + ", ".join(f"#{name} = :s{number}" for number, name in enumerate(assigned)))
    if removed:
        clauses.append("REMOVE " + ", ".join(removed))
    if added:
        clauses.append("ADD " + ", ".join(f"#{name} :a{number}" for number, name in enumerate(added)))
    tests, number = [] if creates else [f"attribute_exists(#{PK})"], 0
    for name, operator in conditions:
        if operator == "exists":
            tests.append(f"attribute_exists(#{name})")
        elif operator == "missing":
            tests.append(f"attribute_not_exists(#{name})")
        elif operator == "missing or <=":
            tests.append(f"(attribute_not_exists(#{name}) OR #{name} <= :c{number})")
            number += 1
        else:
            tests.append(f"#{name} {operator} :c{number}")
            number += 1
    return " ".join(clauses), " AND ".join(tests)


@lru_cache(maxsize=512)
def _update_text(
    table: str, fields: tuple[tuple[str, bool], ...], conditions: tuple[tuple[str, _Operator], ...]
) -> str:
    clauses = [f"SET {_quoted(name)}=?" for name, is_set in fields if is_set]
    clauses += [f"REMOVE {_quoted(name)}" for name, is_set in fields if not is_set]
    tests = [f'"{PK}"=?', f'"{SK}"=?']
    for name, operator in conditions:
        if operator == "exists":
            tests.append(f"{_quoted(name)} IS NOT MISSING")
        elif operator == "missing":
            tests.append(f"{_quoted(name)} IS MISSING")
        elif operator == "missing or <=":
            # Of two alternatives DynamoDB takes no key.
            raise ValueError(f"a statement has no alternatives: {name}")
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
