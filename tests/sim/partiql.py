"""PartiQL as far as Herald speaks it: INSERT of an item, UPDATE of one, values as parameters.

A statement is turned into the request of PutItem or UpdateItem that does the same, so both
ways of writing mean the same in the simulation. Names have to be quoted: DynamoDB reserves many.
"""

import re
from functools import lru_cache
from typing import Any, Final, NamedTuple

from tests.sim.values import Invalid

MAX_STATEMENTS: Final = 25
_MAX_LENGTH: Final = 8_192

_INSERT: Final = re.compile(r'INSERT INTO "([\w.-]+)" VALUE \{((?:\'\w+\': \?(?:, (?=\'))?)+)\}')
_UPDATE: Final = re.compile(r'UPDATE "([\w.-]+)" ((?:(?:SET "\w+"=\?|REMOVE "\w+") )+)WHERE (.+)')
_CLAUSE: Final = re.compile(r'(SET|REMOVE) "(\w+)"')
_TEST: Final = re.compile(r'"(\w+)"(?:(<=|>=|<>|=|<|>)\?| IS (NOT )?MISSING)')


class _Inserted(NamedTuple):
    table: str
    names: tuple[str, ...]


class _Updated(NamedTuple):
    table: str
    update: str
    condition: str
    names: dict[str, str]
    # Of each parameter, in order: whether it is of the key, and its attribute's name or placeholder.
    parameters: tuple[tuple[bool, str], ...]


def request_of(statement: dict[str, Any], partition: str, sort: str) -> tuple[str, dict[str, Any]]:
    """The operation that a statement stands for, PutItem or UpdateItem, and its request."""
    if unknown := set(statement) - {"Statement", "Parameters", "ReturnValuesOnConditionCheckFailure"}:
        raise AssertionError(f"not simulated: {sorted(unknown)}")
    text, values = statement["Statement"], statement.get("Parameters", [])
    if len(text) > _MAX_LENGTH:
        raise Invalid(f"a statement is longer than {_MAX_LENGTH} characters")
    if text.count("?") != len(values):
        raise Invalid("number of parameters in request and statement don't match")
    parsed = _parsed(text, partition, sort)
    if isinstance(parsed, _Inserted):
        return "PutItem", {
            "TableName": parsed.table,
            "Item": dict(zip(parsed.names, values, strict=True)),
            "ConditionExpression": "attribute_not_exists(#key)",
            "ExpressionAttributeNames": {"#key": partition},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    shown = {name: statement[name] for name in ("ReturnValuesOnConditionCheckFailure",) if name in statement}
    key: dict[str, Any] = {}
    others: dict[str, Any] = {}
    for (is_key, name), value in zip(parsed.parameters, values, strict=True):
        (key if is_key else others)[name] = value
    return "UpdateItem", {
        "TableName": parsed.table,
        "Key": key,
        "UpdateExpression": parsed.update,
        "ConditionExpression": parsed.condition,
        "ExpressionAttributeNames": parsed.names,
        **({"ExpressionAttributeValues": others} if others else {}),
        **shown,
    }


@lru_cache(maxsize=4096)
def _parsed(text: str, partition: str, sort: str) -> _Inserted | _Updated:
    if found := _INSERT.fullmatch(text):
        names = tuple(re.findall(r"'(\w+)'", found[2]))
        if len(set(names)) < len(names):
            raise Invalid("an attribute is given twice")
        return _Inserted(found[1], names)
    if found := _UPDATE.fullmatch(text):
        clauses = _CLAUSE.findall(found[2])
        names = tuple(name for _, name in clauses)
        if len(set(names)) < len(names):
            raise Invalid("two document paths overlap")
        assigned = [name for verb, name in clauses if verb == "SET"]
        removed = [name for verb, name in clauses if verb == "REMOVE"]
        tests = [_test(part) for part in found[3].split(" AND ")]
        return _updated(found[1], assigned, removed, tests, (partition, sort))
    raise Invalid(f"statement wasn't well formed, or is not simulated: {text}")


def _test(text: str) -> tuple[str, str]:
    found = _TEST.fullmatch(text)
    if not found:
        raise Invalid(f"statement wasn't well formed, or is not simulated: {text}")
    return found[1], found[2] or ("exists" if found[3] else "missing")


def _updated(
    table: str, assigned: list[str], removed: list[str], tests: list[tuple[str, str]], keys: tuple[str, str]
) -> _Updated:
    """`tests`: names, and the operator or what is asked of their being there, in the order of parameters."""
    names = {"#key": keys[0]}
    conditions = ["attribute_exists(#key)"]
    parameters = [(False, f":s{number}") for number in range(len(assigned))]
    of_key: set[str] = set()
    for number, (name, operator) in enumerate(tests):
        if operator == "=" and name in keys and name not in of_key:
            of_key.add(name)
            parameters.append((True, name))
            continue
        names[f"#c{number}"] = name
        if operator in ("exists", "missing"):
            conditions.append(f"attribute_{'not_' if operator == 'missing' else ''}exists(#c{number})")
        else:
            parameters.append((False, f":c{number}"))
            conditions.append(f"#c{number} {operator} :c{number}")
    if len(of_key) < len(keys):
        raise Invalid("where clause does not contain a mandatory equality on all key attributes")
    names |= {f"#s{number}": name for number, name in enumerate(assigned)}
    names |= {f"#r{number}": name for number, name in enumerate(removed)}
    clauses = []
    if assigned:
        clauses.append("SET " + ", ".join(f"#s{number} = :s{number}" for number in range(len(assigned))))
    if removed:
        clauses.append("REMOVE " + ", ".join(f"#r{number}" for number in range(len(removed))))
    return _Updated(table, " ".join(clauses), " AND ".join(conditions), names, tuple(parameters))
