"""DynamoDB's calls: what a batch leaves over is tried again, and a busy table is said to be one."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError, ReadTimeoutError
from botocore.retries import standard
from botocore.stub import Stubber

from herald.model.batches import results_of
from herald.store.keys import Key
from herald.store.refusals import is_busy, is_passing
from herald.store.statements import send_plainly
from herald.store.table import (
    ConditionFailed,
    NewItem,
    Table,
    Unavailable,
    Unmet,
    Update,
)
from herald.store.typed import serialize
from herald.store.updates import equals, missing, present, statement
from tests.world import REGION, World

ONE, TWO = Key("a", "1"), Key("a", "2")


@pytest.fixture
def dynamodb(aws: pytest.MonkeyPatch) -> Any:
    # Clients of the test's own, for it stubs and hears them.
    boto3.setup_default_session()
    return boto3.client("dynamodb", region_name=REGION)


def typed(key: Key) -> dict[str, Any]:
    return {"pk": {"S": key.pk}, "sk": {"S": key.sk}}


def puts(*keys: Key) -> dict[str, Any]:
    return {"herald": [{"PutRequest": {"Item": {**typed(key), "n": {"N": "1"}}}} for key in keys]}


def gets(*keys: Key) -> dict[str, Any]:
    return {"herald": {"Keys": [typed(key) for key in keys], "ConsistentRead": True}}


def test_statements_are_sent_as_the_sdk_would_send_them(dynamodb: Any) -> None:
    """`send_plainly` changes no body: texts, numbers, and bytes in all places."""
    sent: list[Any] = []

    class Signed(Exception):
        pass

    def stop(request: Any, **_: Any) -> None:
        sent.append(json.loads(request.data))
        raise Signed

    plain: Any = boto3.client("dynamodb", region_name=REGION, config=Config(parameter_validation=False))
    send_plainly(plain)
    values = ('\u00e4\u2028"\\', 7, True, b"\0\1", [1, {"a": b"b"}])
    statement: Any = {"Statement": "x", "Parameters": [serialize(each) for each in values]}
    for client in (dynamodb, plain):
        client.meta.events.register("before-sign.dynamodb", stop, unique_id="test")
        with pytest.raises(Signed):
            client.batch_execute_statement(Statements=[statement, statement])

    usual, own = sent
    assert own == usual
    assert len(own["Statements"]) == 2


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


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ThrottlingException", 400),
        ("ProvisionedThroughputExceededException", 400),
        ("InternalServerError", 500),
        ("ServiceUnavailable", 503),
        # A load balancer's answer without JSON: botocore knows its status only.
        ("502", 502),
        ("503", 503),
        ("Some new code", 500),
    ],
)
def test_a_table_that_is_busy_or_down_is_unavailable(dynamodb: Any, code: str, status: int) -> None:
    with Stubber(dynamodb) as stub:
        stub.add_client_error("get_item", code, http_status_code=status)

        with pytest.raises(Unavailable):
            Table(dynamodb, "herald").get(ONE)


def transaction(stub: Stubber, *reasons: str, times: int = 1) -> None:
    for _ in range(times):
        stub.add_client_error(
            "transact_write_items",
            "TransactionCanceledException",
            modeled_fields={"CancellationReasons": [{"Code": reason} for reason in reasons]},
        )


PARTS = (NewItem(ONE, {"n": 1}), Update(TWO, {"n": 1}))


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
            Table(dynamodb, "herald").write(Update(ONE, {"n": 1}))


def test_a_transaction_is_done_wholly_or_not_at_all(world: World) -> None:
    with pytest.raises(Unmet):
        world.table.transact(*PARTS)
    assert world.table.get(ONE) is None

    world.table.put_new(TWO, {"gone": True})
    world.table.transact(PARTS[0], Update(TWO, {"n": 2, "gone": None}, (present("gone"),)))

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
        world.table.write(Update(TWO, {"n": 1}))

    there = {"pk": "a", "sk": "1", **item}
    assert failed.value.item == there
    assert missing.value.item is None
    assert world.table.get(ONE) == there
    assert world.table.get(TWO) is None


def test_many_items_are_written_and_read_whatever_their_number(world: World) -> None:
    keys = [Key("many", f"{n:04}") for n in range(260)]

    world.table.put_many((key, {"n": 1}) for key in keys)

    assert {item["sk"] for item in world.table.get_many(keys)} == {key.sk for key in keys}
    # DynamoDB refuses a call that names an item twice.
    assert len(world.table.get_many([*keys, *keys])) == len(keys)
    assert [item["sk"] for item in world.table.query("many", low="0010", high="0013")] == [
        "0010", "0011", "0012", "0013"
    ]  # fmt: skip
    newest = world.table.query("many", low="0", high="~", newest_first=True, limit=7)
    assert [item["sk"] for item in newest] == [key.sk for key in reversed(keys)]
    assert world.table.get_many([]) == []


def written(*answers: dict[str, Any]) -> dict[str, Any]:
    return {"Responses": list(answers)}


def refused(code: str, **more: Any) -> dict[str, Any]:
    return {"Error": {"Code": code, "Message": code, **more}}


DONE: dict[str, Any] = {"TableName": "herald"}
CHANGES = [Update(key, {"n": 2}, (equals("n", 1),)) for key in (ONE, TWO)]


def test_an_update_is_a_statement_whose_names_are_quoted() -> None:
    change = Update(ONE, {"status": "SENT", "error": None, "rank": 10}, (equals("tries", 0), missing("more")))

    assert statement(change, "herald") == {
        "Statement": 'UPDATE "herald" SET "status"=? SET "rank"=? REMOVE "error"'
        ' WHERE "pk"=? AND "sk"=? AND "tries"=? AND "more" IS MISSING',
        "Parameters": [{"S": "SENT"}, {"N": "10"}, {"S": "a"}, {"S": "1"}, {"N": "0"}],
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }


def test_a_statement_that_dynamodb_would_refuse_is_not_made() -> None:
    fields = {f"attribute{number:04}": 1 for number in range(400)}

    with pytest.raises(ValueError, match="characters"):
        statement(Update(ONE, fields, (present("pk"),)), "herald")


@pytest.mark.parametrize("name", ['a"b', "a b", "", "a.b", "1a"])
def test_an_update_names_attributes_of_the_top_level(name: str) -> None:
    with pytest.raises(ValueError, match="name"):
        statement(Update(ONE, {name: 1}, ()), "herald")


@pytest.mark.parametrize(
    "code",
    [
        "ThrottlingError",
        "ProvisionedThroughputExceeded",
        "RequestLimitExceeded",
        "TransactionConflict",
        "InternalServerError",
    ],
)
def test_a_statement_that_is_not_decided_is_repeated_alone(
    dynamodb: Any, code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    both = [statement(each, "herald") for each in CHANGES]
    with Stubber(dynamodb) as stub:
        stub.add_response("batch_execute_statement", written(DONE, refused(code)), {"Statements": both})
        item = {**typed(TWO), "n": {"N": "2"}}
        stub.add_response(
            "batch_execute_statement",
            written(refused("ConditionalCheckFailed", Item=item)),
            {"Statements": both[1:]},
        )

        results = Table(dynamodb, "herald").update_many(CHANGES)

        stub.assert_no_pending_responses()
    assert results[0] is None
    assert isinstance(results[1], ConditionFailed)
    # The first try of it has taken effect.
    assert CHANGES[1].holds_in(results[1].item)


@pytest.mark.parametrize("code", ["ServiceUnavailable", "503"])
@pytest.mark.parametrize("batch_writes", [True, False])
def test_a_write_is_repeated_after_a_503(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch, code: str, batch_writes: bool
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    call = "batch_execute_statement" if batch_writes else "update_item"
    with Stubber(dynamodb) as stub:
        stub.add_client_error(call, code, http_status_code=503)
        stub.add_response(call, written(DONE) if batch_writes else {})

        assert Table(dynamodb, "herald", batch_writes=batch_writes).update_many(CHANGES[:1]) == [None]

        stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    "error", [ReadTimeoutError(endpoint_url=""), EndpointConnectionError(endpoint_url="")]
)
def test_a_read_without_an_answer_is_unavailable(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def call(**request: Any) -> Any:
        raise error

    monkeypatch.setattr(dynamodb, "get_item", call)

    with pytest.raises(Unavailable):
        Table(dynamodb, "herald").get(ONE)


# What each service says when it is busy or down, and what it says for good.
@pytest.mark.parametrize(
    ("code", "status", "passes"),
    [
        ("RequestThrottled", 403, True),  # SQS
        ("KmsThrottled", 400, True),  # SQS
        ("ThrottlingException", 429, True),  # Scheduler
        ("InternalServerException", 500, True),  # Scheduler
        ("InternalServiceError", 500, True),  # Secrets Manager
        ("SlowDown", 503, True),  # S3
        ("RequestTimeout", 400, True),  # S3
        ("Throttled", 429, True),  # SNS
        ("429", 429, True),
        ("AccessDeniedException", 400, False),
        ("ConditionalCheckFailedException", 400, False),
        ("TransactionCanceledException", 400, False),
        ("ValidationException", 400, False),
        ("QueueDoesNotExist", 400, False),
        ("LimitExceededException", 400, False),
    ],
)
def test_which_errors_of_aws_pass(code: str, status: int, passes: bool) -> None:
    answer: Any = {"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}

    assert is_passing(ClientError(answer, "SomeCall")) is passes


def test_all_that_botocore_repeats_passes() -> None:
    throttled: Any = standard.ThrottledRetryableChecker
    transient: Any = standard.TransientRetryableChecker
    codes = {*throttled._THROTTLED_ERROR_CODES, *transient._TRANSIENT_ERROR_CODES}

    # The one is a code of EC2, the other is also what a service says of a quota that is used up.
    assert {code for code in codes if not is_busy(code)} == {
        "BandwidthLimitExceeded",
        "LimitExceededException",
    }


def test_a_throttled_call_is_repeated_as_long_as_there_is_time(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with Stubber(dynamodb) as stub:
        for _ in range(20):
            stub.add_client_error("batch_execute_statement", "ThrottlingException")
        left = iter([True] * 19 + [False])

        results = Table(dynamodb, "herald").update_many(CHANGES, goes_on=lambda: next(left))

        stub.assert_no_pending_responses()
    assert [type(result) for result in results] == [Unavailable, Unavailable]


@pytest.mark.parametrize(
    "error", [ReadTimeoutError(endpoint_url=""), EndpointConnectionError(endpoint_url="")]
)
@pytest.mark.parametrize("batch_writes", [True, False])
def test_a_call_without_an_answer_is_repeated(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch, error: Exception, batch_writes: bool
) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    calls = []

    def call(**request: Any) -> Any:
        calls.append(request)
        if len(calls) == 1:
            raise error
        return written(*[DONE] * len(request.get("Statements", ())))

    monkeypatch.setattr(dynamodb, "batch_execute_statement" if batch_writes else "update_item", call)

    assert Table(dynamodb, "herald", batch_writes=batch_writes).update_many(CHANGES[:1]) == [None]
    assert len(calls) == 2


def test_a_statement_that_can_never_be_done_is_the_error_of_its_place_alone(dynamodb: Any) -> None:
    with Stubber(dynamodb) as stub:
        stub.add_response("batch_execute_statement", written(DONE, refused("ValidationError")))

        done, failed = Table(dynamodb, "herald").update_many(CHANGES)

    assert done is None
    assert isinstance(failed, ClientError)
    assert "ValidationError" in str(failed)


def test_an_insert_that_can_never_be_done_is_an_error(dynamodb: Any) -> None:
    with Stubber(dynamodb) as stub:
        stub.add_response("batch_execute_statement", written(DONE, refused("ValidationError")))

        with pytest.raises(ClientError, match="ValidationError"):
            Table(dynamodb, "herald").insert_missing([(ONE, {"n": 1}), (TWO, {"n": 1})])


def test_items_that_were_there_are_read(dynamodb: Any) -> None:
    items = [(ONE, {"n": 1}), (TWO, {"n": 1})]
    with Stubber(dynamodb) as stub:
        stub.add_response("batch_execute_statement", written(refused("DuplicateItem"), DONE))
        there = {"Responses": {"herald": [{**typed(ONE), "n": {"N": "7"}}]}, "UnprocessedKeys": {}}
        stub.add_response("batch_get_item", there, {"RequestItems": gets(ONE)})

        found = Table(dynamodb, "herald").insert_many(items)

        stub.assert_no_pending_responses()
    assert found == {ONE: {"pk": "a", "sk": "1", "n": 7}}


def test_an_item_that_expires_meanwhile_is_inserted_after_all(dynamodb: Any) -> None:
    with Stubber(dynamodb) as stub:
        stub.add_response("batch_execute_statement", written(refused("DuplicateItem")))
        stub.add_response("batch_get_item", {"Responses": {"herald": []}, "UnprocessedKeys": {}})
        stub.add_response("batch_execute_statement", written(DONE))

        assert Table(dynamodb, "herald").insert_many([(ONE, {"n": 1})]) == {}

        stub.assert_no_pending_responses()


def test_many_writes_have_a_client_of_their_own(dynamodb: Any, aws: pytest.MonkeyPatch) -> None:
    writer = boto3.client("dynamodb", region_name=REGION)
    with Stubber(dynamodb), Stubber(writer) as stub:
        stub.add_response("batch_execute_statement", written(DONE, DONE))

        assert Table(dynamodb, "herald", writer=writer).update_many(CHANGES) == [None, None]

        stub.assert_no_pending_responses()


def test_the_error_of_one_thread_is_raised_when_all_others_have_ended() -> None:
    """The threads outlast an invocation: a job that is left alone would go on in a later one."""
    ended = Event()

    def slow() -> None:
        time.sleep(0.05)
        ended.set()

    def fails() -> None:
        raise Unavailable("at once")

    with ThreadPoolExecutor(2) as threads:
        jobs = [threads.submit(fails), threads.submit(slow)]
        with pytest.raises(Unavailable):
            results_of(jobs)
        assert ended.is_set()
