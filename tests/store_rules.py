"""What a table of DynamoDB does with the calls that Herald makes: the same for every stand-in.

These tests run on the simulated table of the fault harness, on moto, and on MiniStack. So
the harness is no kinder than they are. Where one of them is kinder than DynamoDB, it
says so in `lax`, and a test notices when that is over.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import pytest
from botocore.exceptions import ClientError

from herald.store import Table, updates
from herald.store.keys import MESSAGES_BY_STATUS, OPERATIONS_BY_ACCOUNT, Key
from herald.store.refusals import refusals
from herald.store.table import ConditionFailed, Item, NewItem, Unmet, Update, dump, load
from herald.store.updates import at_most, compared, equals, missing, present

ONE, TWO = Key("rules", "1"), Key("rules", "2")


class Backend(NamedTuple):
    """A client of DynamoDB, a table of template.yaml's shape, and what it wrongly lets through."""

    client: Any
    name: str
    lax: frozenset[str] = frozenset()
    # Whether it knows PartiQL.
    has_statements: bool = True

    def update(
        self, key: Key, expression: str, values: Mapping[str, Any], *, condition: str, new: bool = False
    ) -> Item:
        """Change an item by any expressions; a name that is reserved is written as #name."""
        named = {f"#{name}": name for name in re.findall(r"#(\w+)", f"{expression} {condition}")}
        with refusals():
            answer = self.client.update_item(
                TableName=self.name,
                Key=typed(key),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeValues=dump({f":{name}": value for name, value in values.items()}),
                ReturnValues="ALL_NEW" if new else "NONE",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **({"ExpressionAttributeNames": named} if named else {}),
            )
        return load(answer.get("Attributes", {}))

    @property
    def table(self) -> Table:
        return Table(self.client, self.name, batch_writes=self.has_statements)

    @property
    def tables(self) -> list[Table]:
        """The same table, written to in each way that there is."""
        ways = [False, True] if self.has_statements else [False]
        return [Table(self.client, self.name, batch_writes=way) for way in ways]


def typed(key: Key, **more: Any) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}, **more}


def update(expression: str, condition: str = "", **values: Any) -> dict[str, Any]:
    """A request to update ONE; values are typed, names are given as #name."""
    names = {word.strip("(),") for word in f"{expression} {condition}".split() if word.startswith("#")}
    return {
        "Key": typed(ONE),
        "UpdateExpression": expression,
        **({"ConditionExpression": condition} if condition else {}),
        **({"ExpressionAttributeNames": {name: name[1:] for name in names}} if names else {}),
        **(
            {"ExpressionAttributeValues": {f":{name}": value for name, value in values.items()}}
            if values
            else {}
        ),
    }


ITEM = {"number": 7, "text": "x", "yes": True, "bytes": b"\0\1", "list": [1, {"a": "b"}], "tries": 2}
N = {"N": "1"}
S = {"S": "s"}

# Every request that DynamoDB refuses as invalid, and its stand-ins should.
REFUSED: Mapping[str, Callable[[Backend], object]] = {
    "a reserved word": lambda on: on.client.update_item(TableName=on.name, **update("SET status = :s", s=S)),
    "a reserved word in a condition": lambda on: on.client.update_item(
        TableName=on.name, **update("SET a = :s", "rank = :s AND total < :s", s=S)
    ),
    "a value that is not used": lambda on: on.client.update_item(
        TableName=on.name, **update("SET a = :s", s=S, unused=S)
    ),
    "a name that is not used": lambda on: on.client.update_item(
        TableName=on.name, **update("SET a = :s", s=S) | {"ExpressionAttributeNames": {"#unused": "b"}}
    ),
    "a value that is not given": lambda on: on.client.update_item(
        TableName=on.name, **update("SET a = :s, b = :missing", s=S)
    ),
    "no values at all": lambda on: on.client.update_item(
        TableName=on.name, **update("REMOVE a") | {"ExpressionAttributeValues": {}}
    ),
    "a clause twice": lambda on: on.client.update_item(
        TableName=on.name, **update("SET a = :s SET b = :s", s=S)
    ),
    "two changes of one attribute": lambda on: on.client.update_item(
        TableName=on.name, **update("SET a = :s REMOVE a", s=S)
    ),
    "a change of the key": lambda on: on.client.update_item(TableName=on.name, **update("SET sk = :s", s=S)),
    "a sum of a text": lambda on: on.client.update_item(TableName=on.name, **update("SET a = a + :n", n=N)),
    "an attribute that is not there": lambda on: on.client.update_item(
        TableName=on.name, **update("SET a = b", "attribute_exists(pk)")
    ),
    "a text added to a number": lambda on: on.client.update_item(
        TableName=on.name, **update("ADD tries :s", s=S)
    ),
    "broken syntax": lambda on: on.client.update_item(TableName=on.name, **update("SET a :s", s=S)),
    "redundant parentheses": lambda on: on.client.update_item(
        TableName=on.name, **update("SET a = :s", "((tries < :n))", s=S, n=N)
    ),
    "an operand compared with itself": lambda on: on.client.update_item(
        TableName=on.name, **update("SET a = :s", "tries = tries", s=S)
    ),
    "an empty sort key": lambda on: on.client.put_item(TableName=on.name, Item=typed(Key("rules", ""))),
    "an empty key of an index": lambda on: on.client.put_item(
        TableName=on.name, Item=typed(ONE, statusKey={"S": ""})
    ),
    "a key of an index that is a number": lambda on: on.client.put_item(
        TableName=on.name, Item=typed(ONE, statusKey=N)
    ),
    "a key of an index set to a number": lambda on: on.client.update_item(
        TableName=on.name, **update("SET statusKey = :n", n=N)
    ),
    "a partition key that is too long": lambda on: on.client.put_item(
        TableName=on.name, Item=typed(Key("p" * 2_049, "1"))
    ),
    "a sort key that is too long": lambda on: on.client.put_item(
        TableName=on.name, Item=typed(Key("rules", "s" * 1_025))
    ),
    "a key of an index that is too long": lambda on: on.client.put_item(
        TableName=on.name, Item=typed(ONE, carrierKey={"S": "c" * 2_049})
    ),
    "an item that is too large": lambda on: on.client.put_item(
        TableName=on.name, Item=typed(ONE, text={"S": "x" * 409_600})
    ),
    "an item that grows too large": lambda on: on.client.update_item(
        TableName=on.name, **update("SET more = :s", s={"S": "x" * 409_590})
    ),
    "an empty set": lambda on: on.client.put_item(TableName=on.name, Item=typed(ONE, some={"SS": []})),
    "a number of 39 digits": lambda on: on.client.put_item(
        TableName=on.name, Item=typed(ONE, number={"N": "1" * 39})
    ),
    "a key without a sort key": lambda on: on.client.get_item(TableName=on.name, Key={"pk": S}),
    "a key with more than a key": lambda on: on.client.get_item(TableName=on.name, Key=typed(ONE, a=S)),
    "26 writes": lambda on: on.client.batch_write_item(
        RequestItems={on.name: [{"PutRequest": {"Item": typed(Key("rules", str(n)))}} for n in range(26)]}
    ),
    "the same item written twice": lambda on: on.client.batch_write_item(
        RequestItems={on.name: [{"PutRequest": {"Item": typed(ONE)}}, {"DeleteRequest": {"Key": typed(ONE)}}]}
    ),
    "101 reads": lambda on: on.client.batch_get_item(
        RequestItems={on.name: {"Keys": [typed(Key("rules", str(n))) for n in range(101)]}}
    ),
    "the same item read twice": lambda on: on.client.batch_get_item(
        RequestItems={on.name: {"Keys": [typed(ONE), typed(ONE)]}}
    ),
    "the same item twice in a transaction": lambda on: on.client.transact_write_items(
        TransactItems=[{"Delete": {"TableName": on.name, "Key": typed(ONE)}}] * 2
    ),
    "a consistent read of an index": lambda on: on.client.query(
        TableName=on.name,
        IndexName="messages_by_status",
        ConsistentRead=True,
        KeyConditionExpression="statusKey = :s",
        ExpressionAttributeValues={":s": S},
    ),
    "a range the wrong way about": lambda on: on.client.query(
        TableName=on.name,
        KeyConditionExpression="pk = :s AND sk BETWEEN :high AND :low",
        ExpressionAttributeValues={":s": S, ":low": {"S": "a"}, ":high": {"S": "b"}},
    ),
    "a query without the partition": lambda on: on.client.query(
        TableName=on.name, KeyConditionExpression="sk = :s", ExpressionAttributeValues={":s": S}
    ),
    "a page of no items": lambda on: on.client.query(
        TableName=on.name,
        KeyConditionExpression="pk = :s",
        ExpressionAttributeValues={":s": S},
        Limit=0,
    ),
}


class StoreRules:
    """The fixture `on` gives the stand-in, with nothing in the partition "rules"."""

    @pytest.fixture
    def item(self, on: Backend) -> Key:
        on.table.put_new(ONE, ITEM)
        return ONE

    @pytest.mark.parametrize("what", REFUSED)
    def test_what_dynamodb_refuses_is_refused(self, on: Backend, item: Key, what: str) -> None:
        try:
            REFUSED[what](on)
        except ClientError as error:
            was_refused = error.response["Error"]["Code"] == "ValidationException"
        except Exception:
            # The SDK's own check, before anything is asked.
            was_refused = True
        else:
            was_refused = False

        assert was_refused == (what not in on.lax)
        if was_refused:
            assert on.table.get(item) == {"pk": ONE.pk, "sk": ONE.sk, **ITEM}

    def test_an_item_is_what_was_put(self, on: Backend, item: Key) -> None:
        assert on.table.get(item) == {"pk": ONE.pk, "sk": ONE.sk, **ITEM}
        assert on.table.get(TWO) is None

    def test_what_is_there_is_not_put_again(self, on: Backend, item: Key) -> None:
        with pytest.raises(ConditionFailed) as failed:
            on.table.put_new(item, {"text": "other"})

        assert failed.value.item == {"pk": ONE.pk, "sk": ONE.sk, **ITEM}

    def test_an_update_sets_removes_and_adds_at_once(self, on: Backend, item: Key) -> None:
        after = on.update(
            item,
            "SET #text = :text, begunAt = if_not_exists(begunAt, :one), tries = tries + :one"
            " REMOVE yes ADD #number :one",
            {"text": "y", "one": 1},
            condition="tries > :one AND attribute_not_exists(begunAt)",
            new=True,
        )

        assert after == {
            **{name: value for name, value in ITEM.items() if name != "yes"},
            "pk": ONE.pk,
            "sk": ONE.sk,
            "text": "y",
            "begunAt": 1,
            "tries": 3,
            "number": 8,
        }
        assert on.table.get(item) == after

    def test_an_update_reaches_into_a_map(self, on: Backend, item: Key) -> None:
        there = "attribute_exists(pk)"
        on.update(item, "SET stopped = :nobody", {"nobody": {}}, condition=there)

        for name in ("one", "two", "one"):
            on.update(item, f"SET stopped.#{name} = :name", {"name": name}, condition=there)

        assert on.table.get(item) == {
            "pk": ONE.pk,
            "sk": ONE.sk,
            **ITEM,
            "stopped": {"one": "one", "two": "two"},
        }

    def test_an_update_makes_an_item_that_is_not_there(self, on: Backend) -> None:
        after = on.update(
            TWO,
            "SET #until = :n ADD generation :n",
            {"n": 1},
            condition="attribute_not_exists(#until)",
            new=True,
        )

        assert after == {"pk": TWO.pk, "sk": TWO.sk, "until": 1, "generation": 1}

    def test_an_update_adds_where_there_is_room(self, on: Backend) -> None:
        room = (at_most("tries", 3), at_most("gone", 0))
        change = Update(TWO, {"until": 1}, room, creates=True, adds={"tries": 2, "sum": -1})

        on.table.write(change)
        on.table.write(change)
        with pytest.raises(ConditionFailed) as failed:
            on.table.write(change)

        there = {"pk": TWO.pk, "sk": TWO.sk, "until": 1, "tries": 4, "sum": -2}
        assert failed.value.item == on.table.get(TWO) == there
        with pytest.raises(ValueError, match="neither adds"):
            updates.statement(Update(TWO, {}, adds={"tries": 1}), on.name)

    @pytest.mark.parametrize(
        ("condition", "holds"),
        [
            ("attribute_exists(pk)", True),
            ("attribute_not_exists(gone)", True),
            ("tries < :three", True),
            ("gone < :three", False),
            ("gone <> :three", True),
            ("NOT gone < :three", True),
            ("#text IN (:three, :x)", True),
            ("tries BETWEEN :one AND :three", True),
            ("tries BETWEEN :three AND :four", False),
            ("begins_with(#text, :x)", True),
            ("attribute_not_exists(pk) OR tries = :one OR #text = :x", True),
            ("(attribute_not_exists(pk) OR tries = :one) AND #text = :x", False),
            ("attribute_not_exists(pk) AND tries = :one OR #text = :x", True),
        ],
    )
    def test_a_condition_decides(self, on: Backend, item: Key, condition: str, holds: bool) -> None:
        values = {"one": 1, "three": 3, "four": 4, "x": "x"}
        used = {name: value for name, value in values.items() if f":{name}" in condition}

        refused = []
        try:
            on.update(item, "SET changed = :yes", {"yes": True, **used}, condition=condition)
        except ConditionFailed as failed:
            refused.append(failed.item)

        there = {"pk": ONE.pk, "sk": ONE.sk, **ITEM}
        assert refused == ([] if holds else [there])
        assert on.table.get(item) == ({**there, "changed": True} if holds else there)

    def test_numbers_are_numbers(self, on: Backend) -> None:
        on.client.put_item(TableName=on.name, Item=typed(ONE, a={"N": "007"}, b={"N": "-3"}, c={"N": "10"}))

        on.update(
            ONE, "SET ok = :yes", {"yes": True, "seven": 7, "nine": 9}, condition="a = :seven AND c > :nine"
        )

        assert on.table.get(ONE) == {"pk": ONE.pk, "sk": ONE.sk, "a": 7, "b": -3, "c": 10, "ok": True}

    def test_many_are_inserted_where_there_is_none(self, on: Backend) -> None:
        for table in on.tables:
            keys = [Key("rules", f"{number:03}") for number in range(60)]
            on.table.put_many((key, {"n": 0, "text": "old"}) for key in keys[20:30])

            found = table.insert_many((key, {"n": 1, "list": [1, {"a": None}], "none": None}) for key in keys)

            assert found == {key: {"pk": key.pk, "sk": key.sk, "n": 0, "text": "old"} for key in keys[20:30]}
            assert [(item["n"], item.get("list")) for item in table.query("rules", low="0", high="9")] == [
                (0, None) if 20 <= number < 30 else (1, [1, {"a": None}]) for number in range(60)
            ]
            on.table.delete_many(keys)

    def test_many_are_updated_each_on_its_conditions(self, on: Backend) -> None:
        for table in on.tables:
            keys = [Key("rules", f"{number:03}") for number in range(60)]
            on.table.put_many((key, {**ITEM, "tries": int(key.sk)}) for key in keys)

            results = table.update_many(
                [Update(key, {"status": "x", "text": None}, (compared("tries", "<", 50),)) for key in keys]
            )

            assert [result is None for result in results] == [number < 50 for number in range(60)]
            refused = [result.item for result in results if isinstance(result, ConditionFailed)]
            assert refused == [{"pk": k.pk, "sk": k.sk, **ITEM, "tries": int(k.sk)} for k in keys[50:]]
            assert [
                (item.get("status"), item.get("text")) for item in table.query("rules", low="0", high="9")
            ] == [("x", None) if number < 50 else (None, "x") for number in range(60)]
            on.table.delete_many(keys)

    @pytest.mark.parametrize(
        ("condition", "holds"),
        [
            (present("text"), True),
            (present("gone"), False),
            (missing("gone"), True),
            (missing("text"), False),
            (equals("tries", 2), True),
            (equals("tries", "2"), False),
            (equals("gone", None), True),
            (equals("gone", 0), False),
            (equals("yes", True), True),
            (compared("tries", "<", 2), False),
            (compared("tries", "<=", 2), True),
            (compared("tries", ">", 1), True),
            (compared("tries", ">=", 3), False),
            (compared("gone", "<", 2), False),
        ],
        ids=str,
    )
    def test_a_condition_of_an_update_decides(
        self, on: Backend, item: Key, condition: updates.Condition, holds: bool
    ) -> None:
        there = {"pk": ONE.pk, "sk": ONE.sk, **ITEM}
        change = Update(item, {"rank": 1, "number": None, "gone": None}, (present("text"), condition))
        after = {name: value for name, value in there.items() if name != "number"} | {"rank": 1}
        for table in on.tables:
            [result] = table.update_many([change])

            assert (result is None) == holds
            assert table.get(item) == (after if holds else there)
            assert change.holds_in(table.get(item)) == holds
            if isinstance(result, ConditionFailed):
                assert result.item == there
            on.client.put_item(TableName=on.name, Item=dump(there))

    def test_an_update_makes_no_item(self, on: Backend) -> None:
        for table in on.tables:
            [result] = table.update_many([Update(TWO, {"n": 1}, (missing("n"),))])

            assert isinstance(result, ConditionFailed)
            assert result.item is None
            assert table.get(TWO) is None

    def test_updates_of_one_item_follow_each_other(self, on: Backend, item: Key) -> None:
        for table in on.tables:
            table.put_many([(TWO, {"n": 0})])

            results = table.update_many(
                [Update(TWO, {"n": number + 1}, (equals("n", number),)) for number in (0, 1, 1, 2)]
                + [Update(item, {"changed": True}, ())]
            )

            assert [result is None for result in results] == [True, True, False, True, True]
            assert (table.get(TWO) or {})["n"] == 3

    def test_a_deletion_tells_whether_there_was_something(self, on: Backend, item: Key) -> None:
        assert on.table.delete(item)
        assert not on.table.delete(item)
        assert on.table.get(item) is None

    def test_many_are_written_read_and_deleted(self, on: Backend) -> None:
        keys = [Key("rules", f"{number:03}") for number in range(130)]

        on.table.put_many((key, {"n": 1}) for key in keys)
        found = on.table.get_many(keys)
        on.table.delete_many(keys[:60])

        assert {item["sk"] for item in found} == {key.sk for key in keys}
        assert [item["sk"] for item in on.table.query("rules", low="0", high="9")] == [
            key.sk for key in keys[60:]
        ]

    def test_a_query_goes_both_ways_page_by_page(self, on: Backend) -> None:
        on.table.put_many((Key("rules", f"{number}"), {"n": number}) for number in range(10))

        up = [item["n"] for item in on.table.query("rules", low="2", high="7", limit=2)]
        down = [item["n"] for item in on.table.query("rules", low="2", high="7", newest_first=True, limit=4)]
        keys = list(on.table.query("rules", low="3", high="3", keys_only=True))

        assert up == [2, 3, 4, 5, 6, 7]
        assert down == [7, 6, 5, 4, 3, 2]
        assert keys == [{"pk": "rules", "sk": "3"}]

    def test_a_page_holds_a_megabyte(self, on: Backend) -> None:
        on.table.put_many((Key("rules", f"{number}"), {"text": "x" * 300_000}) for number in range(5))

        page = on.client.query(
            TableName=on.name,
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": "rules"}},
        )

        # The item with which it is full may be on it, or not.
        assert [item["sk"]["S"] for item in page["Items"]] in (["0", "1", "2"], ["0", "1", "2", "3"])
        assert page["LastEvaluatedKey"] == typed(Key("rules", page["Items"][-1]["sk"]["S"]))

    def test_an_index_is_sparse_and_holds_keys_only(self, on: Backend) -> None:
        on.table.put_many(
            (Key("rules", f"{number}"), {"n": number, "statusKey": "rules" if number % 2 else None})
            for number in range(6)
        )
        on.table.write(Update(Key("rules", "3"), {"statusKey": None}, (equals("n", 3),)))

        found = on.table.query("rules", low="0", high="9", index=MESSAGES_BY_STATUS, limit=1)

        assert list(found) == [{"pk": "rules", "sk": sort, "statusKey": "rules"} for sort in ("1", "5")]

    def test_what_a_filter_passes_over_counts_for_the_limit(self, on: Backend) -> None:
        statuses = ["A", "B", "A", "B", "B", "A"]
        on.table.put_many(
            (
                Key("rules", f"{number}"),
                {"id": f"{number}", "accountKey": "rules", "status": status, "n": number},
            )
            for number, status in enumerate(statuses)
        )

        def found(among: str, high: str, limit: int) -> tuple[list[str], str | None]:
            answer = on.table.query_filtered(
                *("rules", "0", high, OPERATIONS_BY_ACCOUNT),
                limit=limit,
                field="status",
                among=among,
            )
            assert all(item.keys() == {"pk", "sk", "accountKey", "id", "status"} for item in answer.items)
            return [item["id"] for item in answer.items], answer.after

        assert found("A", "9", 3) == (["5"], "3")
        assert found("A", "2~", 10) == (["2", "0"], None)
        assert found("AB", "9", 2) == (["5", "4"], "4")
        on.table.write(Update(Key("rules", "3"), {"status": "A"}))
        assert found("A", "3", 1) == (["3"], "3")

    def test_a_transaction_is_done_wholly(self, on: Backend, item: Key) -> None:
        on.table.transact(NewItem(TWO, {"n": 1}), Update(item, {"n": 1}, (missing("n"),)))

        assert (on.table.get(TWO) or {})["n"] == 1
        assert (on.table.get(item) or {})["n"] == 1

    def test_or_not_at_all(self, on: Backend, item: Key) -> None:
        with pytest.raises(Unmet):
            on.table.transact(NewItem(TWO, {"n": 1}), Update(item, {"n": 1}, (present("n"),)))

        assert on.table.get(TWO) is None
        assert on.table.get(item) == {"pk": ONE.pk, "sk": ONE.sk, **ITEM}

    def test_a_canceled_transaction_says_which_condition_did_not_hold(self, on: Backend, item: Key) -> None:
        parts = [
            {"Put": {"TableName": on.name, "Item": typed(TWO)}},
            {
                "Put": {
                    "TableName": on.name,
                    "Item": typed(ONE),
                    "ConditionExpression": "attribute_not_exists(pk)",
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                }
            },
        ]

        with pytest.raises(ClientError) as canceled:
            on.client.transact_write_items(TransactItems=parts)

        reasons: Any = canceled.value.response["CancellationReasons"]
        assert [reason["Code"] for reason in reasons] == ["None", "ConditionalCheckFailed"]
        assert reasons[1]["Item"]["pk"] == {"S": ONE.pk}

    def test_a_transaction_with_the_same_token_is_done_once(self, on: Backend, item: Key) -> None:
        request = {
            "TransactItems": [{"Update": {"TableName": on.name, **update("ADD tries :n", n=N)}}],
            "ClientRequestToken": "0123456789abcdef",
        }

        for _ in range(2):
            on.client.transact_write_items(**request)

        once = "a transaction with the same token" not in on.lax
        assert (on.table.get(item) or {})["tries"] == (3 if once else 4)
