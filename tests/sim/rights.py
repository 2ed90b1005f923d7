"""What calls of the functions ask for, and what the functions' roles allow: IAM refuses any other call.

An emulator lets every call through, so each test on the simulated AWS is one of the rights too.
"""

import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, lru_cache
from itertools import product
from typing import Any, Final, NamedTuple

from tests.contracts.rights import RIGHTS, SCHEDULES, further_statements_of, listed, statements_of
from tests.sim import partiql
from tests.template import resources

# Calls that are not named as their right is.
ACTIONS: Final = {"SendMessageBatch": "SendMessage"}
# The rights that the parts of a transaction ask for.
PARTS: Final = {"Put": "PutItem", "Update": "UpdateItem"}
TABLE: Final = "Table.Arn"
# By the URLs that queues have on the simulated AWS.
QUEUES: Final = {name: f"{name}.Arn" for name in resources("AWS::SQS::Queue")}


class Call(NamedTuple):
    """A right that was used, on what, and the kinds of partition keys that it was used with at once."""

    action: str
    on: str
    keys: frozenset[str] = frozenset()


def calls_in(service: str, name: str, params: Mapping[str, Any], queues: Mapping[str, str]) -> Iterator[Call]:
    """The rights that a call to AWS asks for."""
    action = f"{service}:{ACTIONS.get(name, name)}"
    match service:
        case "sqs":
            yield Call(action, queues[params["QueueUrl"]])
        case "secretsmanager":
            named = {
                **{
                    arn: f"{carrier.capitalize()}Secret"
                    for carrier, _, arn in (
                        each.partition("=") for each in os.environ["CARRIER_SECRETS"].split(",")
                    )
                },
                os.environ["KEY_SECRET_ARN"]: "KeySecret.Id",
                os.environ["TOKEN_SECRET_ARN"]: "TokenSecret.Id",
            }
            yield Call(action, named[params["SecretId"]])
        case "scheduler":
            yield Call(action, SCHEDULES)
            if "Target" in params:
                yield Call("iam:PassRole", "SchedulerRole.Arn")
        case _ if name == "BatchExecuteStatement":
            for statement in params["Statements"]:
                kind, one = partiql.request_of(statement, "pk", "sk")
                right = {"PutItem": "PartiQLInsert", "UpdateItem": "PartiQLUpdate"}[kind]
                yield Call(f"{service}:{right}", TABLE, kinds(items_in(one)))
        case _ if name == "TransactWriteItems":
            parts = [each for item in params["TransactItems"] for each in item.items()]
            # Whether AWS asks for each part, or for the keys of all of them: both must do.
            of_all = kinds(part.get("Key") or part["Item"] for _, part in parts)
            yield from (Call(f"{service}:{PARTS[kind]}", TABLE, of_all) for kind, _ in parts)
        case _:
            index = params.get("IndexName")
            on = f"${{Table.Arn}}/index/{index}" if index else TABLE
            yield Call(action, on, kinds(items_in(params)))


def items_in(params: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Whatever has a partition key in a call to the table."""
    if "KeyConditionExpression" in params:
        yield {"pk": params["ExpressionAttributeValues"][":partition"]}
    yield from (params[name] for name in ("Key", "Item") if name in params)
    for requested in params.get("RequestItems", {}).values():
        if isinstance(requested, dict):
            yield from requested["Keys"]
        else:
            yield from (
                each["Item"] if "Item" in each else each["Key"]
                for write in requested
                for each in write.values()
            )


def kinds(items: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The kinds of partition keys: what conditions on them begin with."""
    return frozenset(filter(None, map(_kind_of, {item["pk"]["S"] for item in items})))


@lru_cache(maxsize=4096)
def _kind_of(partition: str) -> str:
    found = re.match(r"[A-Z]+#|comms_[a-z]+_", partition)
    return found[0] if found else ""


class Right(NamedTuple):
    """A right that a function has, for partition keys of one kind, if it says of which."""

    action: str
    on: str
    key: str | None = None


def rights_of(statement: Mapping[str, Any]) -> Iterator[Right]:
    patterns = statement.get("Condition", {}).get("ForAllValues:StringLike", {}).get("dynamodb:LeadingKeys")
    for action, on in product(listed(statement["Action"]), listed(statement["Resource"])):
        for pattern in patterns or [None]:
            assert pattern is None or pattern.endswith(("#*", "_*"))
            where = on if isinstance(on, str) else next(iter(on.values()))
            yield Right(action, where, pattern and pattern[:-1])


def covers(rights: Collection[Right], call: Call) -> bool:
    """Whether a statement allows a call: where it is about keys, all keys of the call are of its kinds."""
    found = {right.key for right in rights if (right.action, right.on) == call[:2]}
    return found == {None} or (bool(found) and call.keys <= found)


@cache
def _allows(function: str, call: Call) -> bool:
    further = further_statements_of(function).values()
    statements = [*statements_of(function), *(each for some in further for each in some)]
    return any(covers(set(rights_of(statement)), call) for statement in statements)


def forbidden(
    function: str, service: str, operation: str, request: Mapping[str, Any], queues: Mapping[str, str]
) -> list[Call]:
    """The rights that a call of a function asks for and its role does not give, with all conditions true.

    `queues`: the names of queues, such as ChunkQueue.Arn, by their URLs. None of what is no function.
    """
    if function not in RIGHTS:
        return []
    return [call for call in calls_in(service, operation, request, queues) if not _allows(function, call)]
