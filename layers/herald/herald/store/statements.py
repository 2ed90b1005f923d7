"""PartiQL statements, up to 25 a call, each repeated until AWS has decided about it.

BatchExecuteStatement is not a transaction: each statement is done, or refused, alone. A statement that
is throttled, or fails within AWS, may have taken effect or not. So it is repeated, and the
answer to its last try counts. The caller decides by the existing item whether a refusal is due
to an earlier try of the same statement.
"""

import base64
import json
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from botocore.exceptions import ClientError

from herald.store.refusals import Unavailable, is_busy, pauses, refusals

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Statement: TypeAlias = dict[str, Any]
# With an Error, {"Code": ..., "Item": ...}, where the statement found another state than it wants,
# or is invalid.
Answer: TypeAlias = dict[str, Any]

STATEMENTS_A_CALL: Final = 25
_REFUSED: Final = frozenset({"ConditionalCheckFailed", "DuplicateItem"})


def send_plainly(client: "DynamoDBClient") -> None:
    """Let a client that does not validate parameters send statements as they are, in DynamoDB's form.

    The SDK would look every parameter up in its model of the service, which is half of a call's time.
    """
    # The ids keep a client that is passed twice from getting two of each.
    events: Any = client.meta.events
    name = "dynamodb.BatchExecuteStatement"
    events.register(f"provide-client-params.{name}", _set_aside, unique_id="herald.set-aside")
    # First: any other handler finds the whole request.
    events.register_first(f"before-call.{name}", _put_back, unique_id="herald.put-back")


def _set_aside(params: dict[str, Any], context: dict[str, Any], **_: Any) -> dict[str, Any]:
    context["herald"] = params
    return {"Statements": []}


def _put_back(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    params["body"] = json.dumps(context.pop("herald"), default=_as_text).encode()


def _as_text(value: bytes) -> str:
    """Bytes as DynamoDB's form has them."""
    return base64.b64encode(value).decode()


def run(
    client: "DynamoDBClient", statements: Sequence[Statement], goes_on: Callable[[], bool] | None = None
) -> list[Answer | None]:
    """The answers to up to 25 statements, in their order; None if the tries were used up.

    `goes_on` says whether there is time for another try; without it there are a few.
    Raises ClientError for a call that can never be done.
    """
    answers: list[Answer | None] = [None] * len(statements)
    waiting = list(range(len(statements)))
    for pause in pauses(goes_on):
        for number, answer in zip(waiting, _call(client, [statements[n] for n in waiting]), strict=True):
            answers[number] = answer
        waiting = [number for number in waiting if answers[number] is None]
        if not waiting:
            break
        time.sleep(pause)
    return answers


def _call(client: "DynamoDBClient", statements: Sequence[Statement]) -> list[Answer | None]:
    """One call; None for each statement that it has not decided."""
    some: Any = statements
    try:
        with refusals():
            found: Sequence[Any] = client.batch_execute_statement(Statements=some)["Responses"]
    except Unavailable:
        return [None] * len(statements)
    return [None if "Error" in answer and is_busy(answer["Error"]["Code"]) else answer for answer in found]


def invalid(answer: Answer) -> ClientError | None:
    """The error of a statement that can never be done; None if it is done, or found another state."""
    error = answer.get("Error")
    if error is None or error["Code"] in _REFUSED:
        return None
    told: Any = {"Code": error["Code"], "Message": error.get("Message", "")}
    return ClientError({"Error": told}, "BatchExecuteStatement")
