"""DynamoDB's one table in memory, as strict as the service is and moto is not.

It takes requests and gives answers in the form of boto3's low-level client. Whatever it
refuses with `Invalid` no request of Herald's may ever ask for. Faults are not its concern:
each request is done at one instant (`edge` says when, and whether its answer arrives).
"""

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Mapping
from typing import Any

from tests.sim import expressions, partiql
from tests.sim.evaluation import Bound, Condition, changed
from tests.sim.indexes import Index, key_names, of_template
from tests.sim.requests import (
    CONDITIONAL,
    MAX_BATCH_READ,
    MAX_BATCH_WRITE,
    MAX_PAGE,
    MAX_PARTITION_KEY,
    MAX_READS,
    MAX_SORT_KEY,
    MAX_TRANSACTION,
    MAX_TRANSACTION_BYTES,
    MAX_WRITES,
    TOKEN_SECONDS,
    TRANSACTED,
    Answer,
    ConditionalCheckFailed,
    Key,
    Request,
    TransactionCanceled,
    error,
    first_of,
    key_range,
    known,
    projected,
    string,
)
from tests.sim.values import MAX_ITEM, Invalid, Item, normalized, size_of
from tests.template import resources


class SimulatedTable:
    """The table of template.yaml. `changed` is told of every item that a request changes."""

    def __init__(
        self,
        name: str,
        *,
        now: Callable[[], float] = lambda: 0.0,
        lag: Callable[[], float] = lambda: 0.0,
        changed: Callable[[Key, Item | None, Item | None], None] = lambda key, old, new: None,
    ) -> None:
        [described] = resources("AWS::DynamoDB::Table").values()
        self.name = name
        self.now, self.lag, self.changed = now, lag, changed
        self._partition, self._sort = key_names(described)
        self._indexes = of_template()
        self._index_keys = {
            name: limit
            for index in self._indexes.values()
            for name, limit in ((index.partition, MAX_PARTITION_KEY), (index.sort, MAX_SORT_KEY))
        }
        self.items: dict[Key, Item] = {}
        # Bytes of each item, as reads add them up.
        self._sizes: dict[Key, int] = {}
        self._sorted: dict[str, list[str]] = {}
        self._tokens: dict[str, tuple[float, Any]] = {}

    def fill(self, items: Mapping[Key, Item]) -> None:
        """Begin with these items, without a change on the stream."""
        for key, item in items.items():
            self._place(key, item, tell=False)

    # ------------------------------------------------------------------------ reads

    def get_item(self, request: Request) -> Answer:
        known(
            request, "TableName", "Key", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames"
        )
        self._check_name(request)
        bound = self._bound(request, self._projection(request))
        item = self.items.get(self._key(request["Key"]))
        return {} if item is None else {"Item": projected(item, request, bound)}

    def batch_get_item(self, request: Request) -> Answer:
        known(request, "RequestItems")
        wanted = self._of_table(request["RequestItems"])
        known(wanted, "Keys", "ConsistentRead", "ProjectionExpression", "ExpressionAttributeNames")
        keys = [self._key(each) for each in wanted["Keys"]]
        if not 1 <= len(keys) <= MAX_READS:
            raise Invalid(f"BatchGetItem takes 1 to {MAX_READS} keys, not {len(keys)}")
        if len(set(keys)) < len(keys):
            raise Invalid("provided list of item keys contains duplicates")
        bound = self._bound(wanted, self._projection(wanted))
        found: list[Answer] = []
        size = 0
        for place, key in enumerate(keys):
            item = self.items.get(key)
            if item is None:
                continue
            size += self._size(key)
            if size > MAX_BATCH_READ:
                left = {self.name: {**wanted, "Keys": wanted["Keys"][place:]}}
                return {"Responses": {self.name: found}, "UnprocessedKeys": left}
            found.append(projected(item, wanted, bound))
        # In whatever order AWS has found them: never in that of the keys.
        return {"Responses": {self.name: found[::-1]}, "UnprocessedKeys": {}}

    def query(self, request: Request) -> Answer:
        known(
            request,
            *("TableName", "IndexName", "KeyConditionExpression", "ProjectionExpression"),
            *("ExpressionAttributeNames", "ExpressionAttributeValues", "ConsistentRead"),
            *("ScanIndexForward", "Limit", "ExclusiveStartKey", "FilterExpression"),
        )
        self._check_name(request)
        parsed = expressions.key_condition(request["KeyConditionExpression"])
        admits, used = self._filter(request)
        bound = self._bound(request, self._projection(request) | parsed.placeholders | used)
        index = self._index(request)
        condition = parsed.meaning
        partition_name = index.partition if index else self._partition
        sort_name = index.sort if index else self._sort
        names = {bound.names.get(name, name) for name in (condition.partition, condition.sort) if name}
        if not {partition_name} <= names <= {partition_name, sort_name}:
            raise Invalid("query condition missed key schema element")
        partition = string(bound.values[condition.value], MAX_PARTITION_KEY)
        chosen = self._entries(index, partition, *key_range(condition, bound))
        if not request.get("ScanIndexForward", True):
            chosen.reverse()
        return self._page(request, bound, index, chosen, admits)

    def _filter(self, request: Request) -> tuple[Condition | None, frozenset[str]]:
        """The condition on what a query shows, if it has one, and its placeholders."""
        if "FilterExpression" not in request:
            return None, frozenset()
        parsed = expressions.condition(request["FilterExpression"])
        return parsed.meaning, parsed.placeholders

    def _index(self, request: Request) -> Index | None:
        if "IndexName" not in request:
            return None
        if request.get("ConsistentRead"):
            raise Invalid("consistent reads are not supported on global secondary indexes")
        if request["IndexName"] not in self._indexes:
            raise Invalid(f"the table does not have the index {request['IndexName']}")
        index = self._indexes[request["IndexName"]]
        index.catch_up(self.now())
        return index

    def _entries(self, index: Index | None, partition: str, low: str, high: str) -> list[tuple[str, Key]]:
        """What lies in a partition between two sort keys, in their order."""
        if index:
            entries = index.entries.get(partition, [])
            return entries[
                bisect_left(entries, low, key=first_of) : bisect_right(entries, high, key=first_of)
            ]
        sorts = self._sorted.get(partition, [])
        return [
            (sort, (partition, sort)) for sort in sorts[bisect_left(sorts, low) : bisect_right(sorts, high)]
        ]

    def _page(
        self,
        request: Request,
        bound: Bound,
        index: Index | None,
        entries: list[tuple[str, Key]],
        admits: Condition | None,
    ) -> Answer:
        limit = request.get("Limit")
        if limit is not None and limit < 1:
            raise Invalid("Limit must be at least 1")
        if start := request.get("ExclusiveStartKey"):
            entries = self._after(start, request, index, entries)
        items: list[Answer] = []
        size = 0
        for place, (_, key) in enumerate(entries):
            item = self._shown(key, index)
            size += size_of(item) if index else self._size(key)
            if admits is None or admits(item, bound):
                items.append(projected(item, request, bound))
            is_last = place == len(entries) - 1
            if place + 1 == limit or (size >= MAX_PAGE and not is_last):
                # AWS gives a key after a full page even where nothing follows it.
                return {"Items": items, "Count": len(items), "LastEvaluatedKey": self._position(key, index)}
        return {"Items": items, "Count": len(items)}

    def _after(
        self, start: Answer, request: Request, index: Index | None, entries: list[tuple[str, Key]]
    ) -> list[tuple[str, Key]]:
        names = {self._partition, self._sort} | ({index.partition, index.sort} if index else set())
        if set(start) != names:
            raise Invalid("the provided starting key is invalid")
        key = start[self._partition]["S"], start[self._sort]["S"]
        position = start[index.sort if index else self._sort]["S"], key
        if request.get("ScanIndexForward", True):
            return [entry for entry in entries if entry > position]
        return [entry for entry in entries if entry < position]

    def _position(self, key: Key, index: Index | None) -> Answer:
        item = self._shown(key, index)
        names = {self._partition, self._sort} | ({index.partition, index.sort} if index else set())
        return {name: item[name] for name in names}

    def _shown(self, key: Key, index: Index | None) -> Item:
        return index.known[key] if index else self.items[key]

    # ----------------------------------------------------------------------- writes

    def put_item(self, request: Request) -> Answer:
        known(request, "TableName", "Item", *CONDITIONAL, "ReturnValues")
        return self._write_one("PutItem", request)

    def delete_item(self, request: Request) -> Answer:
        known(request, "TableName", "Key", *CONDITIONAL, "ReturnValues")
        return self._write_one("DeleteItem", request)

    def update_item(self, request: Request) -> Answer:
        known(request, "TableName", "Key", "UpdateExpression", *CONDITIONAL, "ReturnValues")
        return self._write_one("UpdateItem", request)

    def _write_one(self, operation: str, request: Request) -> Answer:
        self._check_name(request)
        key, old, new = self._prepared(operation, request)
        self._place(key, new)
        match request.get("ReturnValues", "NONE"):
            case "NONE":
                return {}
            case "ALL_OLD":
                return {"Attributes": dict(old)} if old is not None else {}
            case "ALL_NEW" if operation == "UpdateItem":
                assert new is not None
                return {"Attributes": dict(new)}
        raise Invalid(f"ReturnValues {request['ReturnValues']} is not for {operation}, or not simulated")

    def batch_write_item(self, request: Request) -> Answer:
        known(request, "RequestItems")
        writes = self._of_table(request["RequestItems"])
        if not 1 <= len(writes) <= MAX_WRITES:
            raise Invalid(f"BatchWriteItem takes 1 to {MAX_WRITES} writes, not {len(writes)}")
        changes: dict[Key, Item | None] = {}
        size = 0
        for write in writes:
            [(kind, content)] = write.items()
            if kind == "PutRequest":
                known(content, "Item")
                key, item = self._item(content["Item"])
                size += size_of(item)
            else:
                assert kind == "DeleteRequest", kind
                known(content, "Key")
                key, item = self._key(content["Key"]), None
            if key in changes:
                raise Invalid("provided list of item keys contains duplicates")
            changes[key] = item
        if size > MAX_BATCH_WRITE:
            raise Invalid("the batch is larger than 16 MB")
        for key, new in changes.items():
            self._place(key, new)
        return {"UnprocessedItems": {}}

    def batch_execute_statement(self, request: Request) -> Answer:
        """Each statement is done, or refused, alone; the answer has a part for each, in their order."""
        known(request, "Statements")
        if not 1 <= len(request["Statements"]) <= partiql.MAX_STATEMENTS:
            raise Invalid(f"BatchExecuteStatement takes 1 to {partiql.MAX_STATEMENTS} statements")
        wanted = [partiql.request_of(each, self._partition, self._sort) for each in request["Statements"]]
        keys = [self._key_of(each) for _, each in wanted]
        if len(set(keys)) < len(keys):
            raise Invalid("what AWS makes of two statements on one item is not known")
        return {"Responses": [self._executed(operation, each) for operation, each in wanted]}

    def _executed(self, operation: str, request: Request) -> Answer:
        try:
            self._write_one(operation, request)
        except ConditionalCheckFailed as failed:
            if operation == "PutItem":
                # That it tells of the item that was there, AWS does not say.
                return {
                    "Error": {"Code": "DuplicateItem", "Message": "Duplicate primary key exists in table"}
                }
            item = failed.response.get("Item")
            refused = {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
            return {"Error": refused | ({"Item": item} if item else {})}
        return {"TableName": self.name}

    def transact_write_items(self, request: Request) -> Answer:
        known(request, "TransactItems", "ClientRequestToken")
        token, parts = request.get("ClientRequestToken"), request["TransactItems"]
        if token and token in self._tokens and self.now() - self._tokens[token][0] <= TOKEN_SECONDS:
            if self._tokens[token][1] != parts:
                raise error("IdempotentParameterMismatchException", "TransactWriteItems")
            return {}
        if not 1 <= len(parts) <= MAX_TRANSACTION:
            raise Invalid(f"TransactWriteItems takes 1 to {MAX_TRANSACTION} items, not {len(parts)}")
        changes: dict[Key, Item | None] = {}
        checked: set[Key] = set()
        reasons: list[Answer] = []
        for part in parts:
            [(kind, content)] = part.items()
            assert kind in TRANSACTED, kind
            self._check_name(content)
            known(content, "TableName", *TRANSACTED[kind], *CONDITIONAL)
            try:
                key, _, new = self._prepared(f"{kind}Item", content)
            except ConditionalCheckFailed as failed:
                key = self._key_of(content)
                item = failed.response.get("Item")
                reasons.append(
                    {"Code": "ConditionalCheckFailed", "Message": "The conditional request failed"}
                    | ({"Item": item} if item else {})
                )
            else:
                reasons.append({"Code": "None"})
                if kind != "ConditionCheck":
                    changes[key] = new
            if key in checked:
                raise Invalid("transaction request cannot include multiple operations on one item")
            checked.add(key)
        if any(reason["Code"] != "None" for reason in reasons):
            raise TransactionCanceled(reasons)
        if sum(size_of(item) for item in changes.values() if item) > MAX_TRANSACTION_BYTES:
            raise Invalid("the transaction is larger than 4 MB")
        for key, item in changes.items():
            self._place(key, item)
        if token:
            self._tokens[token] = self.now(), parts
        return {}

    def _prepared(self, operation: str, request: Request) -> tuple[Key, Item | None, Item | None]:
        """Of a write: its key, and the item before and after it. Raises ConditionalCheckFailed."""
        used: frozenset[str] = frozenset()
        condition = actions = None
        if "ConditionExpression" in request:
            parsed = expressions.condition(request["ConditionExpression"])
            condition, used = parsed.meaning, used | parsed.placeholders
        if "UpdateExpression" in request:
            parsed_update = expressions.update(request["UpdateExpression"])
            actions, used = parsed_update.meaning, used | parsed_update.placeholders
        bound = self._bound(request, used)
        key, new = self._item(request["Item"]) if "Item" in request else (self._key(request["Key"]), None)
        old = self.items.get(key)
        if condition and not condition(old or {}, bound):
            shown = request.get("ReturnValuesOnConditionCheckFailure", "NONE") == "ALL_OLD"
            raise ConditionalCheckFailed(operation, old if shown else None)
        if actions is not None:
            before = old if old is not None else {self._partition: {"S": key[0]}, self._sort: {"S": key[1]}}
            if {bound.names.get(str(each.path[0]), each.path[0]) for each in actions} & {
                self._partition,
                self._sort,
            }:
                raise Invalid("cannot update an attribute that is part of the key")
            _, new = self._item(changed(before, actions, bound), is_normal=True)
        elif operation == "UpdateItem":
            raise Invalid("an update without an expression: nothing in Herald makes one")
        return key, old, old if operation == "ConditionCheckItem" else new

    def _place(self, key: Key, item: Item | None, *, tell: bool = True) -> None:
        old = self.items.get(key)
        self._sizes.pop(key, None)
        if item is None:
            if old is None:
                return
            del self.items[key]
            self._sorted[key[0]].remove(key[1])
        else:
            if old is None:
                insort(self._sorted.setdefault(key[0], []), key[1])
            self.items[key] = item
        if old == item:
            return
        seen_at = self.now() + self.lag() if tell else 0.0
        for index in self._indexes.values():
            if (old and index.partition in old) or (item and index.partition in item):
                index.note(key, item, seen_at)
        if tell:
            self.changed(key, old, item)

    # ----------------------------------------------------------------------- checks

    def forget_size(self, key: Key) -> None:
        """Forget the size of an item that `items` has in another state now."""
        self._sizes.pop(key, None)

    def sorted_of(self, partition: str) -> list[str]:
        """The sort keys of a partition, in their order."""
        return self._sorted.setdefault(partition, [])

    def _size(self, key: Key) -> int:
        if key not in self._sizes:
            self._sizes[key] = size_of(self.items[key])
        return self._sizes[key]

    def _check_name(self, request: Request) -> None:
        if request["TableName"] != self.name:
            raise error("ResourceNotFoundException", "DynamoDB")

    def _of_table(self, requests: Mapping[str, Any]) -> Any:
        if set(requests) != {self.name}:
            raise error("ResourceNotFoundException", "DynamoDB")
        return requests[self.name]

    def _key_of(self, request: Request) -> Key:
        given = request["Item"] if "Item" in request else request["Key"]
        return given[self._partition]["S"], given[self._sort]["S"]

    def _key(self, given: Item) -> Key:
        if given.keys() != {self._partition, self._sort}:
            raise Invalid(f"the provided key element does not match the schema: {sorted(given)}")
        return (
            string(given[self._partition], MAX_PARTITION_KEY),
            string(given[self._sort], MAX_SORT_KEY),
        )

    def _item(self, given: Item, *, is_normal: bool = False) -> tuple[Key, Item]:
        if not {self._partition, self._sort} <= given.keys():
            raise Invalid("one of the required keys was not given a value")
        item = given if is_normal else {name: normalized(value) for name, value in given.items()}
        for name, limit in self._index_keys.items():
            if name in item:
                string(item[name], limit)
        key = self._key({name: item[name] for name in (self._partition, self._sort)})
        if size_of(item) > MAX_ITEM:
            raise Invalid("item size has exceeded the maximum allowed size")
        return key, item

    def _projection(self, request: Request) -> frozenset[str]:
        text = request.get("ProjectionExpression")
        return expressions.projection(text).placeholders if text else frozenset()

    def _bound(self, request: Request, used: frozenset[str]) -> Bound:
        """The placeholders of a request: each that is used is given, and each that is given is used."""
        names = request.get("ExpressionAttributeNames")
        values = request.get("ExpressionAttributeValues")
        for kind, given in (("Names", names), ("Values", values)):
            if given is not None and not given:
                raise Invalid(f"ExpressionAttribute{kind} must not be empty")
        given = {*(names or ()), *(values or ())}
        if unused := given - used:
            raise Invalid(f"provided but unused in expressions: {sorted(unused)}")
        if missing := used - given:
            raise Invalid(f"used in an expression but not defined: {sorted(missing)}")
        return Bound(names or {}, {name: normalized(value) for name, value in (values or {}).items()})
