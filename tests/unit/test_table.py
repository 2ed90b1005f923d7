"""DynamoDB's calls: what a batch leaves over is tried again, and a busy table is said to be one."""

from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from herald.store.keys import Key
from herald.store.table import Change, ConditionFailed, NewItem, Table, Unavailable, Unmet
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


def transaction(stub: Stubber, *reasons: str, times: int = 1) -> None:
    for _ in range(times):
        stub.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": [{"Code": reason} for reason in reasons]},
        )


PARTS = (NewItem(ONE, {"n": 1}), Change(TWO, "SET n = :n", {"n": 1}, "attribute_exists(pk)"))


def test_a_transaction_that_others_are_in_the_way_of_is_tried_again(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    tokens = []
    dynamodb.meta.events.register(
        "provide-client-params.dynamodb.TransactWriteItems",
        lambda params, **_: tokens.append(params["ClientRequestToken"]),
    )
    with Stubber(dynamodb) as stub:
        transaction(stub, "None", "TransactionConflict")
        transaction(stub, "ThrottlingError", "None")
        stub.add_response("transact_write_items", {})

        Table(dynamodb, "herald").transact(*PARTS)

        stub.assert_no_pending_responses()
    assert len(tokens) == 3
    assert len(set(tokens)) == 1


def test_a_transaction_that_others_are_always_in_the_way_of_is_given_up(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with Stubber(dynamodb) as stub:
        transaction(stub, "TransactionConflict", "None", times=8)

        with pytest.raises(Unavailable):
            Table(dynamodb, "herald").transact(*PARTS)

        stub.assert_no_pending_responses()


def test_a_transaction_that_can_never_go_through_is_not_tried_again(dynamodb: Any) -> None:
    with Stubber(dynamodb) as stub:
        transaction(stub, "ValidationError", "None")

        with pytest.raises(ClientError):
            Table(dynamodb, "herald").transact(*PARTS)

        transaction(stub, "TransactionConflict", "ConditionalCheckFailed")

        with pytest.raises(Unmet):
            Table(dynamodb, "herald").transact(*PARTS)

        stub.assert_no_pending_responses()


@pytest.mark.parametrize("code", ["TransactionConflictException", "TransactionInProgressException"])
def test_an_item_that_a_transaction_is_at_is_busy(dynamodb: Any, code: str) -> None:
    with Stubber(dynamodb) as stub:
        stub.add_client_error("update_item", code)

        with pytest.raises(Unavailable):
            Table(dynamodb, "herald").update(ONE, "SET n = :n", {"n": 1}, condition="attribute_exists(pk)")


def test_a_transaction_is_done_wholly_or_not_at_all(world: World) -> None:
    with pytest.raises(Unmet):
        world.table.transact(*PARTS)
    assert world.table.get(ONE) is None

    world.table.put_new(TWO, {"gone": True})
    world.table.transact(
        PARTS[0], Change(TWO, "SET #n = :n REMOVE gone", {"n": 2}, "gone = :n OR gone <> :n")
    )

    assert world.table.get(ONE) == {"pk": "a", "sk": "1", "n": 1}
    assert world.table.get(TWO) == {"pk": "a", "sk": "2", "n": 2}
    with pytest.raises(Unmet):
        world.table.transact(PARTS[0])


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
