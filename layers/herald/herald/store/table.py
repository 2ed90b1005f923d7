"""DynamoDB's calls on the one table, in plain Python values.

Keys are `keys.Key`; items are dicts of str, int, bool, bytes, list and dict.
Unprocessed items of a batch are retried with growing, jittered pauses.

Conditional writes go 25 a call (`insert_many`, `update_many`), each with a result of its own,
or one by one: one setting decides for the whole stack.
"""

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

from botocore.exceptions import ClientError

from herald.model.batches import batched, results_of
from herald.store import updates, writers
from herald.store.keys import BEHIND, PK, SK, Index, Key
from herald.store.refusals import ConditionFailed, Unavailable, Unmet, is_busy, pauses, refusals
from herald.store.typed import Item, dump, load
from herald.store.updates import Update
from herald.store.writers import Batches, GoesOn, Result, Singles, check_key, typed_item, typed_key
from herald.timing import TABLE_CALLS

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Part = TypeVar("Part")
Answer = TypeVar("Answer")

__all__ = [
    "ConditionFailed",
    "Filtered",
    "Item",
    "NewItem",
    "Result",
    "Table",
    "Unavailable",
    "Unmet",
    "Update",
    "dump",
    "load",
]

_WRITES_A_CALL: Final = 25
_READS_A_CALL: Final = 100
_NOT_MET: Final = "ConditionalCheckFailed"


class NewItem(NamedTuple):
    """Part of a transaction: an item that must not exist yet."""

    key: Key
    item: Item


class Filtered(NamedTuple):
    """The result of one filtered call of a query, and the sort key that it reached; None: the end."""

    items: list[Item]
    after: str | None


class Table:
    """The table `name`.

    Conditional writes of many items go through `writer`, whose calls are retried here and not
    by the SDK; without a `writer`, through `client`. Without `batch_writes` each is a call of its own.
    """

    def __init__(
        self,
        client: "DynamoDBClient",
        name: str,
        *,
        writer: "DynamoDBClient | None" = None,
        batch_writes: bool = True,
    ) -> None:
        self._client = client
        self._writer = (Batches if batch_writes else Singles)(writer or client, name)
        # Kept from one invocation to the next: to start a thread costs as much as half a call to AWS.
        self._threads = ThreadPoolExecutor(max_workers=TABLE_CALLS)
        self.name = name

    def get(self, key: Key) -> Item | None:
        """One item (a consistent read)."""
        with refusals():
            found = self._client.get_item(TableName=self.name, Key=typed_key(key), ConsistentRead=True)
        return load(found["Item"]) if "Item" in found else None

    def get_many(self, keys: Sequence[Key]) -> list[Item]:
        """The items that exist, each once, in any order (consistent reads)."""
        if not keys:
            return []
        # DynamoDB refuses a call that names an item twice, as two spellings of an address do.
        calls = list(batched(dict.fromkeys(keys), _READS_A_CALL))
        return [item for items in self._side_by_side(self._get_batch, calls) for item in items]

    def insert_many(self, items: Iterable[tuple[Key, Item]]) -> dict[Key, Item]:
        """Write items, each if there is none of its key; return existing ones (consistent reads).

        An existing item may be the work of an earlier try of this call, whose answer was lost.
        Raises Unavailable: some may be written then.
        """
        left = dict(items)
        found: dict[Key, Item] = {}
        while left:
            duplicates = self._insert(left)
            found |= {Key(item[PK], item[SK]): item for item in self.get_many(duplicates)}
            # Those that were there for the write, and have expired before they were read.
            left = {key: left[key] for key in duplicates if key not in found}
        return found

    def insert_missing(self, items: Iterable[tuple[Key, Item]]) -> None:
        """Write items, each if there is none of its key. Raises Unavailable: some may be written then."""
        self._insert(dict(items))

    def update_many(self, changes: Sequence[Update], *, goes_on: GoesOn = None) -> list[Result]:
        """Change items, each on its conditions; return the result of each, in their order.

        Several updates of one item are made in their order. Updates that AWS has not decided are retried
        while `goes_on` says so, or a few times. ConditionFailed may be due to an earlier try of
        the same update: `Update.holds_in` shows that by its item.
        """
        results: list[Result] = [None] * len(changes)
        rounds: list[dict[Key, int]] = []
        for number, change in enumerate(changes):
            _first_without(change.key, rounds)[change.key] = number
        for numbers in rounds:
            calls = list(batched(numbers.values(), self._writer.a_call))
            answers = self._side_by_side(
                lambda call: self._writer.update([changes[n] for n in call], goes_on), calls
            )
            for call, some in zip(calls, answers, strict=True):
                for number, result in zip(call, some, strict=True):
                    results[number] = result
        return results

    def write(self, change: Update, *, new: bool = False) -> Item:
        """Change one item; with `new`, return it, else nothing. Raises ConditionFailed."""
        return writers.update(self._client, self.name, change, new=new)

    def put_new(self, key: Key, item: Item) -> None:
        """Write an item that must not exist yet. Raises ConditionFailed."""
        writers.put_new(self._client, self.name, key, item)

    def delete(self, key: Key, *, only_if: Item | None = None) -> bool:
        """Delete an item, `only_if` it has these values; False if there was none."""
        request: Any = {"TableName": self.name, "Key": typed_key(key), "ReturnValues": "ALL_OLD"}
        if only_if:
            request["ConditionExpression"] = " AND ".join(f"#{name} = :{name}" for name in only_if)
            request["ExpressionAttributeNames"] = {f"#{name}": name for name in only_if}
            request["ExpressionAttributeValues"] = dump({f":{name}": each for name, each in only_if.items()})
        try:
            with refusals():
                gone = self._client.delete_item(**request)
        except ConditionFailed:
            return False
        return "Attributes" in gone

    def put_many(self, items: Iterable[tuple[Key, Item]]) -> None:
        """Write items, 25 a call and calls side by side, overwriting existing ones. Raises Unavailable."""
        self._write_many({"PutRequest": {"Item": typed_item(key, item)}} for key, item in items)

    def delete_many(self, keys: Iterable[Key]) -> None:
        """Delete items, 25 a call and calls side by side. Raises Unavailable."""
        self._write_many({"DeleteRequest": {"Key": typed_key(key)}} for key in keys)

    def transact(self, *parts: NewItem | Update) -> None:
        """Do all parts, or none. Raises Unmet and Unavailable.

        All tries have one token, so AWS does not repeat a transaction whose answer was lost, for as long
        as it stores the token. After Unmet, the caller has to check whether the transaction was done.
        """
        request: Any = {
            "TransactItems": [_part(part, self.name) for part in parts],
            "ClientRequestToken": secrets.token_hex(16),
        }
        for pause in pauses():
            try:
                with refusals():
                    self._client.transact_write_items(**request)
            except ClientError as error:
                reasons = [each.get("Code", "") for each in error.response.get("CancellationReasons", ())]
                if _NOT_MET in reasons:
                    unmet = (number for number, reason in enumerate(reasons) if reason == _NOT_MET)
                    raise Unmet(unmet) from None
                if not any(map(is_busy, reasons)):
                    raise
            else:
                return
            time.sleep(pause)
        raise Unavailable("a transaction was given up for others")

    def update_fields(self, key: Key, fields: Item, *, unless: str | None = None) -> bool:
        """Set fields of an item; False when it does not exist, or has the field `unless`."""
        try:
            self.write(Update(key, fields, (updates.missing(unless),) if unless else ()))
        except ConditionFailed:
            return False
        return True

    def query(
        self,
        partition: str,
        *,
        low: str,
        high: str,
        index: Index | None = None,
        newest_first: bool = False,
        limit: int | None = None,
        keys_only: bool = False,
    ) -> Iterator[Item]:
        """Items of a partition with low <= sort key <= high, fetched lazily, a page at a time.

        Reads of the table are consistent; reads of an index may be a moment late. Raises KeyTooLong.
        """
        request = self._range(partition, low, high, index)
        request["ScanIndexForward"] = not newest_first
        if limit:
            request["Limit"] = limit
        if keys_only:
            request["ProjectionExpression"] = f"{PK}, {SK}"
        while True:
            with refusals():
                page = self._client.query(**request)
            yield from map(load, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]

    def query_filtered(
        self,
        partition: str,
        low: str,
        high: str,
        index: Index,
        *,
        limit: int,
        field: str,
        among: Sequence[str],
    ) -> Filtered:
        """One call: of the last `limit` entries of an index between two sort keys, or as many as are
        1 MB, those whose `field` is `among` some values; AWS leaves out the others itself."""
        values = {f":value{number}": value for number, value in enumerate(among)}
        request = self._range(partition, low, high, index)
        request["ExpressionAttributeValues"] |= dump(values)
        with refusals():
            page = self._client.query(
                **request,
                ScanIndexForward=False,
                Limit=limit,
                FilterExpression=f"#field IN ({', '.join(values)})",
                ExpressionAttributeNames={"#field": field},
            )
        end = page.get("LastEvaluatedKey")
        return Filtered([load(item) for item in page["Items"]], load(end)[index.sort] if end else None)

    def _range(self, partition: str, low: str, high: str, index: Index | None) -> dict[str, Any]:
        """What every query asks for. Reads of the table are as of now. Raises KeyTooLong."""
        check_key(partition, max(low, high, key=len))
        names = (index.partition, index.sort) if index else (PK, SK)
        return {
            "TableName": self.name,
            "KeyConditionExpression": f"{names[0]} = :partition AND {names[1]} BETWEEN :low AND :high",
            "ExpressionAttributeValues": dump({":partition": partition, ":low": low, ":high": high}),
            **({"IndexName": index.name} if index else {"ConsistentRead": True}),
        }

    def beginning(self, first: Key) -> Iterator[Item]:
        """The items of a partition whose sort keys begin with that of `first`, in their order."""
        return self.query(first.pk, low=first.sk, high=first.sk + BEHIND)

    def index_keys(self, index: Index) -> Iterator[Item]:
        """The keys of all that is in an index. It reads the whole of it: nothing for a function."""
        pages = iter(self._client.get_paginator("scan").paginate(TableName=self.name, IndexName=index.name))
        while True:
            with refusals():
                page = next(pages, None)
            if page is None:
                return
            yield from map(load, page["Items"])

    def _insert(self, items: Mapping[Key, Item]) -> list[Key]:
        """Write items that must not exist yet; the keys of those that did. Raises Unavailable."""
        calls = list(batched(items, self._writer.a_call))
        made = self._side_by_side(lambda call: self._writer.insert({key: items[key] for key in call}), calls)
        return [key for call in made for key in call]

    def _get_batch(self, keys: Sequence[Key]) -> list[Item]:
        items: list[Item] = []
        request: Any = {self.name: {"Keys": [typed_key(key) for key in keys], "ConsistentRead": True}}
        for pause in pauses():
            with refusals():
                answer = self._client.batch_get_item(RequestItems=request)
            items += map(load, answer["Responses"].get(self.name, []))
            request = answer.get("UnprocessedKeys")
            if not request:
                return items
            time.sleep(pause)
        raise Unavailable(f"{len(request[self.name]['Keys'])} items were not read")

    def _write_many(self, writes: Iterable[Any]) -> None:
        self._side_by_side(self._write_batch, list(batched(writes, _WRITES_A_CALL)))

    def _write_batch(self, writes: Sequence[Any]) -> None:
        request: Any = {self.name: list(writes)}
        for pause in pauses():
            with refusals():
                request = self._client.batch_write_item(RequestItems=request).get("UnprocessedItems")
            if not request:
                return
            time.sleep(pause)
        raise Unavailable(f"{len(request[self.name])} items were not written")

    def _side_by_side(self, do: Callable[[Part], Answer], parts: Sequence[Part]) -> list[Answer]:
        if len(parts) <= 1:
            return list(map(do, parts))
        return results_of([self._threads.submit(do, part) for part in parts])


def _part(part: NewItem | Update, table: str) -> dict[str, Any]:
    """Part of a transaction, in DynamoDB's form."""
    if isinstance(part, Update):
        return {"Update": {"TableName": table, "Key": typed_key(part.key), **updates.expressions(part)}}
    item, condition = typed_item(part.key, part.item), f"attribute_not_exists({PK})"
    return {"Put": {"TableName": table, "Item": item, "ConditionExpression": condition}}


def _first_without(key: Key, rounds: list[dict[Key, int]]) -> dict[Key, int]:
    """The first of some rounds in which a key does not occur; a new one after all in which it does."""
    for each in rounds:
        if key not in each:
            return each
    rounds.append({})
    return rounds[-1]
