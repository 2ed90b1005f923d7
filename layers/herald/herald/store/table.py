"""DynamoDB's calls on the one table, in plain Python values.

Keys are `keys.Key`; items are dicts of str, int, bool, bytes, list and dict.
What a batch leaves unprocessed is tried again with growing, jittered pauses.
"""

import random
import re
import secrets
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from decimal import Decimal
from itertools import batched
from typing import TYPE_CHECKING, Any, Final, NamedTuple, cast

from boto3.dynamodb.types import Binary, TypeDeserializer, TypeSerializer
from botocore.exceptions import ClientError

from herald.store.keys import PK, SK, Key

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = dict[str, Any]

_WRITES_A_CALL: Final = 25
_READS_A_CALL: Final = 100
_BATCH_TRIES: Final = 8
_BUSY: Final = frozenset(
    {
        "InternalServerError",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "ThrottlingException",
        # A transaction is at the item, or the same one is still at work.
        "TransactionConflictException",
        "TransactionInProgressException",
    }
)
_NOT_MET: Final = "ConditionalCheckFailed"
# Why DynamoDB gives a transaction up that may go through a moment later.
_TRANSIENT: Final = frozenset({"ProvisionedThroughputExceeded", "ThrottlingError", "TransactionConflict"})
_NAME: Final = re.compile(r"#(\w+)")

_serialize = TypeSerializer().serialize
_deserialize = TypeDeserializer().deserialize


class ConditionFailed(Exception):
    """A conditional write found another state; `item` is what was there, if anything."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("the condition of a write does not hold")
        self.item = item


class Unavailable(Exception):
    """The table is too busy, however often it was asked; nothing was done, or part of a batch."""


class Unmet(Exception):
    """A condition of a transaction does not hold; nothing of it was done by this call."""


class NewItem(NamedTuple):
    """Part of a transaction: an item that must not exist yet."""

    key: Key
    item: Item

    def request(self, table: str) -> dict[str, Any]:
        return {
            "Put": {
                "TableName": table,
                "Item": dump({PK: self.key.pk, SK: self.key.sk, **self.item}),
                "ConditionExpression": f"attribute_not_exists({PK})",
            }
        }


class Change(NamedTuple):
    """Part of a transaction: an update on a condition, written as for `Table.update`."""

    key: Key
    expression: str
    values: Mapping[str, Any]
    condition: str

    def request(self, table: str) -> dict[str, Any]:
        expressions = _expressions(self.expression, self.values, self.condition)
        return {"Update": {"TableName": table, "Key": _key(self.key), **expressions}}


class Table:
    def __init__(self, client: "DynamoDBClient", name: str) -> None:
        self._client = client
        self.name = name

    def get(self, key: Key) -> Item | None:
        """One item, as of now (a consistent read)."""
        with _refusals():
            found = self._client.get_item(TableName=self.name, Key=_key(key), ConsistentRead=True)
        return load(found["Item"]) if "Item" in found else None

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        """Those of the items that exist, in any order, as of now."""
        if not keys:
            return []
        calls = list(batched(keys, _READS_A_CALL, strict=False))
        with ThreadPoolExecutor(max_workers=min(len(calls), 8)) as pool:
            return [item for items in pool.map(self._get_batch, calls) for item in items]

    def put_new(self, key: Key, item: Item) -> None:
        """Write an item that must not exist yet. Raises ConditionFailed."""
        with _refusals():
            self._client.put_item(
                TableName=self.name,
                Item=dump({PK: key.pk, SK: key.sk, **item}),
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )

    def delete(self, key: Key) -> bool:
        """Delete an item; False when there was none."""
        with _refusals():
            gone = self._client.delete_item(TableName=self.name, Key=_key(key), ReturnValues="ALL_OLD")
        return "Attributes" in gone

    def put_many(self, items: Iterable[tuple[Key, Item]]) -> None:
        """Write items, 25 a call and calls side by side, over whatever is there. Raises Unavailable."""
        self._write_many(
            {"PutRequest": {"Item": dump({PK: key.pk, SK: key.sk, **item})}} for key, item in items
        )

    def delete_many(self, keys: Iterable[Key]) -> None:
        """Delete items, 25 a call and calls side by side. Raises Unavailable."""
        self._write_many({"DeleteRequest": {"Key": _key(key)}} for key in keys)

    def update(
        self, key: Key, expression: str, values: Mapping[str, Any], *, condition: str, new: bool = False
    ) -> Item:
        """Change an item on a condition; with `new`, the item as it is then, else nothing.

        Names that DynamoDB reserves are written as #name. Raises ConditionFailed.
        """
        with _refusals():
            answer = self._client.update_item(
                TableName=self.name,
                Key=_key(key),
                ReturnValues="ALL_NEW" if new else "NONE",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **_expressions(expression, values, condition),
            )
        return load(answer.get("Attributes", {}))

    def transact(self, *parts: NewItem | Change) -> None:
        """Do all of it, or nothing. Raises Unmet and Unavailable.

        All tries have one token, so what a lost answer hides is not done twice by AWS. For as
        long as AWS remembers the token: who meets Unmet has to look whether it was done already.
        """
        request: Any = {
            "TransactItems": [part.request(self.name) for part in parts],
            "ClientRequestToken": secrets.token_hex(16),
        }
        for pause in _pauses():
            try:
                with _refusals():
                    self._client.transact_write_items(**request)
            except ClientError as error:
                reasons = {each.get("Code") for each in error.response.get("CancellationReasons", ())}
                if _NOT_MET in reasons:
                    raise Unmet from None
                if not reasons & _TRANSIENT:
                    raise
            else:
                return
            time.sleep(pause)
        raise Unavailable("a transaction was given up for others")

    def update_fields(self, key: Key, fields: Item, *, unless: str | None = None) -> bool:
        """Set fields of an item; False when it does not exist, or has the field `unless`."""
        names = [f"#{name} = :{name}" for name in fields]
        condition = f"attribute_exists({PK})" + (f" AND attribute_not_exists(#{unless})" if unless else "")
        try:
            self.update(key, f"SET {', '.join(names)}", fields, condition=condition)
        except ConditionFailed:
            return False
        return True

    def query(
        self,
        partition: str,
        *,
        low: str,
        high: str,
        index: str | None = None,
        partition_name: str = PK,
        sort_name: str = SK,
        newest_first: bool = False,
        limit: int | None = None,
        keys_only: bool = False,
    ) -> Iterator[Item]:
        """Items of a partition with low <= sort key <= high, a page at a time as they are asked for.

        Reads of the table are as of now; reads of an index may be a moment late.
        """
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": f"{partition_name} = :partition AND {sort_name} BETWEEN :low AND :high",
            "ExpressionAttributeValues": dump({":partition": partition, ":low": low, ":high": high}),
            "ScanIndexForward": not newest_first,
        }
        if index:
            request["IndexName"] = index
        else:
            request["ConsistentRead"] = True
        if limit:
            request["Limit"] = limit
        if keys_only:
            request["ProjectionExpression"] = f"{PK}, {SK}"
        while True:
            with _refusals():
                page = self._client.query(**request)
            yield from map(load, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def index_keys(self, index: str) -> Iterator[Item]:
        """The keys of all that is in an index. It reads the whole of it: nothing for a function."""
        for page in self._client.get_paginator("scan").paginate(TableName=self.name, IndexName=index):
            yield from map(load, page["Items"])

    def _get_batch(self, keys: Sequence[Key]) -> list[Item]:
        items: list[Item] = []
        request: Any = {self.name: {"Keys": [_key(key) for key in keys], "ConsistentRead": True}}
        for pause in _pauses():
            with _refusals():
                answer = self._client.batch_get_item(RequestItems=request)
            items += map(load, answer["Responses"].get(self.name, []))
            request = answer.get("UnprocessedKeys")
            if not request:
                return items
            time.sleep(pause)
        raise Unavailable(f"{len(request[self.name]['Keys'])} items were not read")

    def _write_many(self, writes: Iterable[Any]) -> None:
        calls = list(batched(writes, _WRITES_A_CALL, strict=False))
        if not calls:
            return
        with ThreadPoolExecutor(max_workers=min(len(calls), 8)) as pool:
            list(pool.map(self._write_batch, calls))

    def _write_batch(self, writes: Sequence[Any]) -> None:
        request: Any = {self.name: list(writes)}
        for pause in _pauses():
            with _refusals():
                request = self._client.batch_write_item(RequestItems=request).get("UnprocessedItems")
            if not request:
                return
            time.sleep(pause)
        raise Unavailable(f"{len(request[self.name])} items were not written")


def dump(item: Mapping[str, Any]) -> dict[str, Any]:
    """An item in DynamoDB's typed form; attributes that are None are left out."""
    return {name: _serialize(value) for name, value in item.items() if value is not None}


def load(item: Mapping[str, Any]) -> Item:
    """The plain form of a typed item."""
    return {name: _plain(_deserialize(value)) for name, value in item.items()}


def _plain(value: Any) -> Any:
    match value:
        case Decimal():
            return int(value)
        case Binary():
            return bytes(cast(Any, value))
        case list():
            return [_plain(each) for each in value]
        case dict():
            return {name: _plain(each) for name, each in value.items()}
    return value


def _expressions(expression: str, values: Mapping[str, Any], condition: str) -> dict[str, Any]:
    request: dict[str, Any] = {"UpdateExpression": expression, "ConditionExpression": condition}
    if values:
        request["ExpressionAttributeValues"] = dump({f":{name}": value for name, value in values.items()})
    if names := set(_NAME.findall(f"{expression} {condition}")):
        request["ExpressionAttributeNames"] = {f"#{name}": name for name in names}
    return request


def _key(key: Key) -> dict[str, Any]:
    return {PK: {"S": key.pk}, SK: {"S": key.sk}}


def _pauses() -> Iterator[float]:
    for attempt in range(_BATCH_TRIES):
        yield random.uniform(0, min(0.05 * 2**attempt, 2))  # noqa: S311 (not for secrets)


@contextmanager
def _refusals() -> Iterator[None]:
    """Turns DynamoDB's refusals that somebody can act upon into exceptions of ours."""
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code == "ConditionalCheckFailedException":
            item: Any = error.response.get("Item")
            raise ConditionFailed(load(item) if item else None) from None
        if code in _BUSY:
            raise Unavailable(code) from error
        raise
