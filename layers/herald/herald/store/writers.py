"""Two ways to make conditional writes of several items: up to 25 a call, or one a call.

A stack uses one of them (parameter BatchWrites). Both have the same results, so that tests can
use a table without PartiQL.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from botocore.exceptions import ClientError

from herald.store import statements, updates
from herald.store.keys import PK, SK, Key
from herald.store.refusals import ConditionFailed, KeyTooLong, Unavailable, pauses, refusals
from herald.store.statements import STATEMENTS_A_CALL
from herald.store.typed import Item, dump, load
from herald.store.updates import Update

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Result: TypeAlias = ConditionFailed | Unavailable | ClientError | None
"""What became of one of many updates: done, or why it was not. ClientError: it can never be done."""

# Whether there is time for another try; None: there are a few tries.
GoesOn: TypeAlias = Callable[[], bool] | None


# Bytes of a key.
_LONGEST_PARTITION: Final = 2_048
_LONGEST_SORT: Final = 1_024


class Batches:
    """Up to 25 writes a call, as PartiQL statements."""

    # How many items one call of `insert` or `update` takes at most.
    a_call: Final = STATEMENTS_A_CALL

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def insert(self, items: Mapping[Key, Item]) -> list[Key]:
        """Write items, each where there is none of its key; the keys of those that were there.

        Raises Unavailable and ClientError: some may be written then.
        """
        some = [updates.insertion(typed_item(key, item), self._table) for key, item in items.items()]
        answers = statements.run(self._client, some)
        if None in answers:
            raise Unavailable(f"{answers.count(None)} items were not written")
        for answer in filter(None, answers):
            if error := statements.invalid(answer):
                raise error
        return [key for key, answer in zip(items, answers, strict=True) if answer and "Error" in answer]

    def update(self, changes: Sequence[Update], goes_on: GoesOn) -> list[Result]:
        """Change items with distinct keys; what became of each, in their order."""
        some = [updates.statement(change, self._table) for change in changes]
        return [_result(answer) for answer in statements.run(self._client, some, goes_on)]


class Singles:
    """The same, one write a call."""

    a_call: Final = 1

    def __init__(self, client: "DynamoDBClient", table: str) -> None:
        self._client = client
        self._table = table

    def insert(self, items: Mapping[Key, Item]) -> list[Key]:
        return [key for key, item in items.items() if not self._insert(key, item)]

    def update(self, changes: Sequence[Update], goes_on: GoesOn) -> list[Result]:
        return [self._update(change, goes_on) for change in changes]

    def _insert(self, key: Key, item: Item) -> bool:
        try:
            put_new(self._client, self._table, key, item)
        except ConditionFailed:
            return False
        return True

    def _update(self, change: Update, goes_on: GoesOn) -> Result:
        for pause in pauses(goes_on):
            try:
                update(self._client, self._table, change)
            except (ConditionFailed, ClientError) as failed:
                return failed
            except Unavailable:
                time.sleep(pause)
            else:
                return None
        return Unavailable("an item was not changed")


def put_new(client: "DynamoDBClient", table: str, key: Key, item: Item) -> None:
    """Write an item that must not exist yet. Raises ConditionFailed."""
    with refusals():
        client.put_item(
            TableName=table,
            Item=typed_item(key, item),
            ConditionExpression=f"attribute_not_exists({PK})",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
        )


def update(client: "DynamoDBClient", table: str, change: Update, *, new: bool = False) -> Item:
    """Change one item; with `new`, return it, else nothing. Raises ConditionFailed."""
    with refusals():
        answer = client.update_item(
            TableName=table,
            Key=typed_key(change.key),
            ReturnValues="ALL_NEW" if new else "NONE",
            ReturnValuesOnConditionCheckFailure="ALL_OLD",
            **updates.expressions(change),
        )
    return load(answer.get("Attributes", {}))


def typed_item(key: Key, item: Item) -> dict[str, Any]:
    """An item in DynamoDB's form. Raises KeyTooLong."""
    check_key(key.pk, key.sk)
    return dump({PK: key.pk, SK: key.sk, **item})


def typed_key(key: Key) -> dict[str, Any]:
    """A key in DynamoDB's form. Raises KeyTooLong."""
    check_key(key.pk, key.sk)
    return {PK: {"S": key.pk}, SK: {"S": key.sk}}


def check_key(partition: str, sort: str) -> None:
    """Raises KeyTooLong: DynamoDB would refuse the call."""
    # A character has at most four bytes.
    if len(partition) > _LONGEST_PARTITION // 4 and len(partition.encode()) > _LONGEST_PARTITION:
        raise KeyTooLong
    if len(sort) > _LONGEST_SORT // 4 and len(sort.encode()) > _LONGEST_SORT:
        raise KeyTooLong


def _result(answer: statements.Answer | None) -> Result:
    if answer is None:
        return Unavailable("an item was not changed")
    if "Error" not in answer:
        return None
    if error := statements.invalid(answer):
        return error
    item = answer["Error"].get("Item")
    return ConditionFailed(load(item) if item else None)
