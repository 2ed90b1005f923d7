"""PartiQL statements, up to 25 a call, each repeated until AWS has decided about it.

BatchExecuteStatement is not a transaction: each statement is done, or refused, alone. A statement that
is throttled, or fails within AWS, may have taken effect or not. So it is repeated, and the
answer to its last try counts. The caller decides by the existing item whether a refusal is due
to an earlier try of the same statement.
"""

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from botocore.exceptions import ClientError, HTTPClientError
from botocore.exceptions import ConnectionError as NotConnected

from herald.store.refusals import Unavailable, pauses, refusals

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Statement: TypeAlias = dict[str, Any]
# With an Error, {"Code": ..., "Item": ...}, where the statement found another state than it wants.
Answer: TypeAlias = dict[str, Any]

STATEMENTS_A_CALL: Final = 25
# What is no answer from AWS: a call that ended so may have taken effect.
LOST: Final = (HTTPClientError, NotConnected)
_REFUSED: Final = frozenset({"ConditionalCheckFailed", "DuplicateItem"})
_UNDECIDED: Final = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "ThrottlingError",
        "TransactionConflict",
    }
)


def run(
    client: "DynamoDBClient", statements: Sequence[Statement], goes_on: Callable[[], bool] | None = None
) -> list[Answer | None]:
    """The answers to up to 25 statements, in their order; None if the tries were used up.

    `goes_on` says whether there is time for another try; without it there are a few.
    Raises ClientError for a statement that can never be done.
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
    except (Unavailable, *LOST):
        return [None] * len(statements)
    return [_decided(answer) for answer in found]


def _decided(answer: Answer) -> Answer | None:
    error = answer.get("Error")
    if error is None or error["Code"] in _REFUSED:
        return answer
    if error["Code"] in _UNDECIDED:
        return None
    raise ClientError(
        {"Error": {"Code": error["Code"], "Message": error.get("Message", "")}}, "BatchExecuteStatement"
    )
