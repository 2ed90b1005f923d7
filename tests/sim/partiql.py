"""PartiQL as far as Herald speaks it: INSERT of an item, UPDATE of one, values as parameters.

A statement is turned into the request of PutItem or UpdateItem that does the same, so both
ways of writing mean the same in the simulation. Names have to be quoted: DynamoDB reserves many.
"""

import json
import re
from functools import cache, lru_cache
from types import SimpleNamespace
from typing import Any, Final, NamedTuple

import boto3
from botocore.exceptions import ClientError

from tests.sim.values import Invalid, with_bytes

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
    # The names that are set, in the order of their parameters, and those that are removed.
    assigned: tuple[str, ...]
    removed: tuple[str, ...]
    # Name, and the operator or what is asked of its being there, in the order of their parameters.
    tests: tuple[tuple[str, str], ...]


def on_moto(model: Any, params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
    """Answers BatchExecuteStatement in place of moto, which knows no PartiQL: a botocore `before-call`."""
    plain = _plain()
    answers: list[dict[str, Any]] = []
    for statement in json.loads(params["body"], object_hook=with_bytes)["Statements"]:
        operation, request = request_of(statement, "pk", "sk")
        try:
            (plain.put_item if operation == "PutItem" else plain.update_item)(**request)
        except ClientError as error:
            answer: Any = error.response
            if answer["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            code = "DuplicateItem" if operation == "PutItem" else "ConditionalCheckFailed"
            item = {"Item": answer["Item"]} if "Item" in answer and code != "DuplicateItem" else {}
            answers.append({"Error": {"Code": code, "Message": code, **item}})
        else:
            answers.append({"TableName": request["TableName"]})
    return SimpleNamespace(status_code=200), {"Responses": answers}


@cache
def _plain() -> Any:
    """A client whose calls no test hears."""
    return boto3.session.Session().client("dynamodb")


def request_of(statement: dict[str, Any], partition: str, sort: str) -> tuple[str, dict[str, Any]]:
    """The operation that a statement stands for, PutItem or UpdateItem, and its request."""
    if unknown := set(statement) - {"Statement", "Parameters", "ReturnValuesOnConditionCheckFailure"}:
        raise AssertionError(f"not simulated: {sorted(unknown)}")
    text, values = statement["Statement"], statement.get("Parameters", [])
    if len(text) > _MAX_LENGTH:
        raise Invalid(f"a statement is longer than {_MAX_LENGTH} characters")
    if text.count("?") != len(values):
        raise Invalid("number of parameters in request and statement don't match")
    parsed = _parsed(text)
    if isinstance(parsed, _Inserted):
        return "PutItem", {
            "TableName": parsed.table,
            "Item": dict(zip(parsed.names, values, strict=True)),
            "ConditionExpression": "attribute_not_exists(#key)",
            "ExpressionAttributeNames": {"#key": partition},
            "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
        }
    shown = {name: statement[name] for name in ("ReturnValuesOnConditionCheckFailure",) if name in statement}
    return "UpdateItem", _update_request(parsed, values, partition, sort) | shown


@lru_cache(maxsize=4096)
def _parsed(text: str) -> _Inserted | _Updated:
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
        return _Updated(
            found[1],
            tuple(name for verb, name in clauses if verb == "SET"),
            tuple(name for verb, name in clauses if verb == "REMOVE"),
            tuple(_test(part) for part in found[3].split(" AND ")),
        )
    raise Invalid(f"statement wasn't well formed, or is not simulated: {text}")


def _test(text: str) -> tuple[str, str]:
    found = _TEST.fullmatch(text)
    if not found:
        raise Invalid(f"statement wasn't well formed, or is not simulated: {text}")
    return found[1], found[2] or ("exists" if found[3] else "missing")


def _update_request(parsed: _Updated, values: list[Any], partition: str, sort: str) -> dict[str, Any]:
    given = iter(values)
    set_to = {f":s{number}": next(given) for number in range(len(parsed.assigned))}
    key: dict[str, Any] = {}
    tests = ["attribute_exists(#key)"]
    compared: dict[str, Any] = {}
    names = {"#key": partition}
    for number, (name, operator) in enumerate(parsed.tests):
        if operator == "=" and name in (partition, sort) and name not in key:
            key[name] = next(given)
            continue
        names[f"#c{number}"] = name
        if operator in ("exists", "missing"):
            tests.append(f"attribute_{'not_' if operator == 'missing' else ''}exists(#c{number})")
        else:
            compared[f":c{number}"] = next(given)
            tests.append(f"#c{number} {operator} :c{number}")
    if len(key) < 2:
        raise Invalid("where clause does not contain a mandatory equality on all key attributes")
    clauses = []
    if parsed.assigned:
        names |= {f"#s{number}": name for number, name in enumerate(parsed.assigned)}
        clauses.append("SET " + ", ".join(f"#s{n} = :s{n}" for n in range(len(parsed.assigned))))
    if parsed.removed:
        names |= {f"#r{number}": name for number, name in enumerate(parsed.removed)}
        clauses.append("REMOVE " + ", ".join(f"#r{n}" for n in range(len(parsed.removed))))
    return {
        "TableName": parsed.table,
        "Key": key,
        "UpdateExpression": " ".join(clauses),
        "ConditionExpression": " AND ".join(tests),
        "ExpressionAttributeNames": names,
        **({"ExpressionAttributeValues": set_to | compared} if set_to or compared else {}),
    }
