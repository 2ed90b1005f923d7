"""DynamoDB's calls: what a batch leaves over is tried again, and a busy table is said to be one."""

from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from herald.store.keys import Key
from herald.store.table import ConditionFailed, Table, Unavailable
from tests.world import REGION, World

ONE, TWO = Key("a", "1"), Key("a", "2")


@pytest.fixture
def dynamodb(aws: pytest.MonkeyPatch) -> Any:
    return boto3.client("dynamodb", region_name=REGION)


def typed(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def puts(*keys: Key) -> dict[str, Any]:
    return {"herald": [{"PutRequest": {"Item": {**typed(key), "n": {"N": "1"}}}} for key in keys]}


def gets(*keys: Key) -> dict[str, Any]:
    return {"herald": {"Keys": [typed(key) for key in keys], "ConsistentRead": True}}


def test_items_that_were_not_written_are_written_again(dynamodb: Any) -> None:
    with Stubber(dynamodb) as stub:
        stub.add_response(
            "batch_write_item", {"UnprocessedItems": puts(TWO)}, {"RequestItems": puts(ONE, TWO)}
        )
        stub.add_response("batch_write_item", {"UnprocessedItems": {}}, {"RequestItems": puts(TWO)})

        Table(dynamodb, "herald").put_many([(ONE, {"n": 1}), (TWO, {"n": 1})])

        stub.assert_no_pending_responses()


def test_items_that_were_not_read_are_read_again(dynamodb: Any) -> None:
    with Stubber(dynamodb) as stub:
        first = {"Responses": {"herald": [typed(ONE)]}, "UnprocessedKeys": gets(TWO)}
        stub.add_response("batch_get_item", first, {"RequestItems": gets(ONE, TWO)})
        second = {"Responses": {"herald": [typed(TWO)]}, "UnprocessedKeys": {}}
        stub.add_response("batch_get_item", second, {"RequestItems": gets(TWO)})

        found = Table(dynamodb, "herald").get_many([ONE, TWO])

        stub.assert_no_pending_responses()
    assert found == [{"pk": "a", "sk": "1"}, {"pk": "a", "sk": "2"}]


def test_a_table_that_never_takes_all_is_unavailable(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with Stubber(dynamodb) as stub:
        for _ in range(8):
            stub.add_response(
                "batch_write_item", {"UnprocessedItems": puts(ONE)}, {"RequestItems": puts(ONE)}
            )

        with pytest.raises(Unavailable):
            Table(dynamodb, "herald").put_many([(ONE, {"n": 1})])

        stub.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["ThrottlingException", "ProvisionedThroughputExceededException"])
def test_a_table_that_throttles_is_unavailable(dynamodb: Any, code: str) -> None:
    with Stubber(dynamodb) as stub:
        stub.add_client_error("get_item", code)

        with pytest.raises(Unavailable):
            Table(dynamodb, "herald").get(ONE)


def test_a_condition_that_does_not_hold_tells_what_was_there(world: World) -> None:
    item = {"text": "x", "number": -3, "yes": True, "bytes": b"\0\1", "list": [1, {"a": "b"}]}
    world.table.put_new(ONE, {**item, "none": None})

    with pytest.raises(ConditionFailed) as failed:
        world.table.put_new(ONE, {"text": "other"})
    with pytest.raises(ConditionFailed) as missing:
        world.table.update(TWO, "SET n = :n", {"n": 1}, condition="attribute_exists(pk)")

    there = {"pk": "a", "sk": "1", **item}
    assert failed.value.item == there
    assert missing.value.item is None
    assert world.table.get(ONE) == there
    assert world.table.get(TWO) is None


def test_many_items_are_written_and_read_whatever_their_number(world: World) -> None:
    keys = [Key("many", f"{n:04}") for n in range(260)]

    world.table.put_many((key, {"n": 1}) for key in keys)

    assert {item["sk"] for item in world.table.get_many(keys)} == {key.sk for key in keys}
    assert [item["sk"] for item in world.table.query("many", low="0010", high="0013")] == [
        "0010", "0011", "0012", "0013"
    ]  # fmt: skip
    newest = world.table.query("many", low="0", high="~", newest_first=True, limit=7)
    assert [item["sk"] for item in newest] == [key.sk for key in reversed(keys)]
    assert world.table.get_many([]) == []
