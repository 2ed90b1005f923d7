"""Requests to DynamoDB: their limits, how they are read, and how they are refused."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from tests.sim import expressions
from tests.sim.evaluation import Bound
from tests.sim.expressions import KeyCondition
from tests.sim.values import Invalid, Item

MAX_WRITES: Final = 25
MAX_READS: Final = 100
MAX_TRANSACTION: Final = 100
MAX_BATCH_WRITE: Final = 16 * 2**20
MAX_BATCH_READ: Final = 16 * 2**20
MAX_TRANSACTION_BYTES: Final = 4 * 2**20
MAX_PAGE: Final = 2**20
MAX_PARTITION_KEY: Final = 2_048
MAX_SORT_KEY: Final = 1_024
# For how long a transaction's token is remembered, in seconds.
TOKEN_SECONDS: Final = 600

Request = Mapping[str, Any]
Answer = dict[str, Any]
Key = tuple[str, str]
_TEXT: Final = {"S"}
# Behind every sort key.
LAST: Final = "\U0010ffff"


class ConditionalCheckFailed(ClientError):
    def __init__(self, operation: str, item: Item | None) -> None:
        answer: Any = {
            "Error": {"Code": "ConditionalCheckFailedException", "Message": "The conditional request failed"}
        }
        if item is not None:
            answer["Item"] = dict(item)
        super().__init__(answer, operation)


class TransactionCanceled(ClientError):
    def __init__(self, reasons: list[Answer]) -> None:
        codes = ", ".join(str(reason["Code"]) for reason in reasons)
        message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{codes}]"
        answer: Any = {
            "Error": {"Code": "TransactionCanceledException", "Message": message},
            "CancellationReasons": reasons,
        }
        super().__init__(answer, "TransactWriteItems")


CONDITIONAL: Final = (
    "ConditionExpression",
    "ExpressionAttributeNames",
    "ExpressionAttributeValues",
    "ReturnValuesOnConditionCheckFailure",
)
TRANSACTED: Final = {
    "Put": ("Item",),
    "Update": ("Key", "UpdateExpression"),
    "Delete": ("Key",),
    "ConditionCheck": ("Key",),
}


def known(request: Mapping[str, Any], *names: str) -> None:
    """boto3 refuses parameters that there are not; this one also those that are not simulated."""
    assert request.keys() <= {*names}, f"not simulated: {sorted(set(request) - set(names))}"


def string(value: Mapping[str, Any], limit: int) -> str:
    if value.keys() != _TEXT:
        raise Invalid(f"type mismatch for a key: expected S, not {sorted(value)}")
    text = str(value["S"])
    if not text:
        raise Invalid("a key may not be an empty string")
    # A character has four bytes at most.
    if 4 * len(text) > limit and len(text.encode()) > limit:
        raise Invalid(f"a key is larger than {limit} bytes")
    return text


def projected(item: Item, request: Request, bound: Bound) -> Answer:
    text = request.get("ProjectionExpression")
    if not text:
        return dict(item)
    names = [str(bound.path(path)[0]) for path in expressions.projection(text).meaning]
    if len(set(names)) < len(names):
        raise Invalid("two document paths overlap")
    return {name: item[name] for name in names if name in item}


def key_range(condition: KeyCondition, bound: Bound) -> tuple[str, str]:
    """The lowest and the highest sort key of a condition."""
    operands = [string(bound.values[name], MAX_SORT_KEY) for name in condition.operands]
    match condition.operator:
        case "":
            return "", LAST
        case "=":
            return operands[0], operands[0]
        case "between":
            if operands[0] > operands[1]:
                raise Invalid(
                    "BETWEEN requires the upper bound to be greater than or equal to the lower bound"
                )
            return operands[0], operands[1]
        case "begins_with":
            return operands[0], operands[0] + LAST
        case ">=":
            return operands[0], LAST
        case "<=":
            return "", operands[0]
    raise NotImplementedError(f"sort key {condition.operator}: nothing in Herald asks for it")


def first_of(entry: tuple[str, Key]) -> str:
    return entry[0]


def error(code: str, operation: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, operation)


def unprocessed(table: str, operation: str, request: Request, left: Iterable[Any]) -> Answer:
    """The answer that says that a part of a batch was left out."""
    if operation == "BatchGetItem":
        return {"UnprocessedKeys": {table: {**request["RequestItems"][table], "Keys": list(left)}}}
    return {"UnprocessedItems": {table: list(left)}}
