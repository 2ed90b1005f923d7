"""The events in events/ are what AWS hands to the functions: one request, from credentials to receipts."""

import hashlib
import hmac
import json
from base64 import b64decode
from datetime import timedelta
from itertools import chain
from typing import Any

import boto3
import pytest

from herald import runtime
from herald.carriers.callback_keys import sign
from herald.model.operation import Due, OperationStatus
from herald.model.request import SendMessagesRequest
from herald.model.senders import OwnSender
from herald.sending.timetable import timetable
from herald.store import Keyring, chunks, keys, operations, senders, stream
from tests.callbacks import signed_by_http
from tests.template import ROOT, EventSource, event_sources, gateway, lets_through
from tests.unit.carriers.web_harnesses import CALLBACK_SECRET
from tests.world import REGION, SECRET, World, invoke

FILES = {path.stem: path for path in sorted((ROOT / "events").glob("*.json"))}
FUNCTIONS = sorted(path.stem for path in (ROOT / "functions").glob("*.py"))


def event(name: str) -> Any:
    return json.loads(FILES[name].read_text())


def function_of(name: str) -> str:
    """`query_list_messages.json` is an event of `query`."""
    [function] = [each for each in FUNCTIONS if name == each or name.startswith(f"{each}_")]
    return function


def body_of(name: str) -> Any:
    [record] = event(name)["Records"]
    return record["body"]


[CHANGE] = stream.operations(event("dispatch")["Records"])
OPERATION = CHANGE.new
REQUEST = SendMessagesRequest.model_validate_json(event("accept")["body"])
MESSAGES = [receipt["messageId"] for receipt in json.loads(body_of("receive"))["receipts"]]
URL = "https://abcdef1234.execute-api.us-east-1.amazonaws.com/v1"


@pytest.fixture
def accepted(world: World, aws: pytest.MonkeyPatch) -> World:
    """A world with the account of the events, one second after it has sent the request."""
    at = OPERATION.created_at + timedelta(seconds=1)
    aws.setattr(runtime, "_now", lambda: at)
    runtime.reset()
    [sender] = OPERATION.senders
    of_address = keys.sender_address(OPERATION.account, sender.channel, sender.address)
    world.table.put_new(of_address, {"senderId": sender.sender_id})
    own = OwnSender(
        id=sender.sender_id, address=sender.address, channel=sender.channel, updated_at=OPERATION.created_at
    )
    world.table.put_new(
        keys.sender(OPERATION.account, own.id), own.model_dump(exclude_none=True, mode="json")
    )
    parts, _ = timetable(REQUEST.to, None, OPERATION.created_at)
    chunks.put(world.table, OPERATION.id, parts, expires_at=OPERATION.expires_at)
    operations.put(world.table, OPERATION)
    return world


@pytest.fixture
def sent(accepted: World) -> World:
    invoke("fan_out", event("fan_out"))
    return accepted


def answer(name: str, status: int = 200) -> Any:
    response = invoke(function_of(name), event(name))
    assert response["statusCode"] == status, response
    return json.loads(response["body"])


def rows(world: World) -> list[Any]:
    found = [item for item in world.items() if item["pk"]["S"].startswith("MESSAGES#")]
    return sorted(found, key=lambda item: str(item["sk"]["S"]))


# ---------------------------------------------------------------------- the files


def test_every_function_has_an_event() -> None:
    assert sorted({function_of(name) for name in FILES}) == FUNCTIONS
    # A file that is added here needs a test below.
    assert list(FILES) == [
        "accept", "authorize", "configure", "dispatch", "fan_out", "fan_out_wake", "http_callback",
        "query_fetch_message", "query_fetch_operation", "query_list_messages", "receive", "receive_inbound",
        "tally", "twilio_callback",
    ]  # fmt: skip


def test_every_request_is_of_a_route() -> None:
    for name in FILES:
        each = event(name)
        if "httpMethod" in each and name != "authorize":
            led = gateway(each["httpMethod"], each["path"])
            assert led is not None, name
            assert (led.function, led.resource) == (function_of(name), each["resource"]), name
            assert led.parameters == (each["pathParameters"] or {}), name
            assert each["requestContext"]["resourcePath"] == each["resource"], name


@pytest.mark.parametrize("source", list(event_sources("DynamoDB")), ids=lambda source: source.function)
def test_the_filters_let_the_records_through(source: EventSource) -> None:
    assert all(lets_through(source, record) for record in event(source.function)["Records"])


@pytest.mark.parametrize("name", ["fan_out", "fan_out_wake", "receive", "receive_inbound"])
def test_the_digest_of_a_message_is_right(name: str) -> None:
    [record] = event(name)["Records"]

    assert record["md5OfBody"] == hashlib.md5(record["body"].encode()).hexdigest()


# ------------------------------------------------------- what the functions do with them


def test_authorize_finds_the_account_of_the_credentials(world: World) -> None:
    encoded = event("authorize")["headers"]["Authorization"].removeprefix("Basic ")
    account, token = b64decode(encoded).decode().split(":")
    hashed = hmac.new(Keyring(SECRET).credentials, token.encode(), hashlib.sha256).hexdigest()
    # As it was before there were keys and scopes.
    credential = {
        "account": account,
        "hashes": [hashed],
        "disabled": False,
        "createdAt": "2026-01-01T00:00:00Z",
    }
    world.table.put_new(keys.credential(account), credential)

    policy = invoke("authorize", event("authorize"))

    assert policy == {
        "principalId": OPERATION.account,
        "policyDocument": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Action": "execute-api:Invoke",
                    "Effect": "Allow",
                    "Resource": ["arn:aws:execute-api:us-east-1:123456789012:abcdef1234/v1/*/*"],
                }
            ],
        },
        "context": {
            "account": OPERATION.account,
            "key": OPERATION.account,
            "scopes": "configure read send",
        },
    }


@pytest.mark.usefixtures("world")
def test_authorize_refuses_credentials_that_are_not_there() -> None:
    [statement] = invoke("authorize", event("authorize"))["policyDocument"]["Statement"]

    assert statement["Effect"] == "Deny"


def test_accept_commits_the_operation_that_dispatch_is_told_of(accepted: World) -> None:
    committed = answer("accept", 202)

    found = operations.get(accepted.table, committed["operationId"])
    assert committed == {
        "operationId": committed["operationId"],
        "operationLocation": f"{URL}/Messages/Operations/{committed['operationId']}",
    }
    assert found is not None
    later = timedelta(seconds=1)
    assert found == OPERATION.model_copy(
        update={
            "id": committed["operationId"],
            "updated_at": OPERATION.updated_at + later,
            "expires_at": OPERATION.expires_at + 1,
        }
    )


def test_configure_makes_the_sender(accepted: World) -> None:
    made = answer("configure", 202)

    sender = senders.get(accepted.table, OPERATION.account, made["resourceId"])
    assert made["resourceLocation"] == f"{URL}/Senders/{made['resourceId']}"
    assert sender is not None
    assert (sender.address, sender.channel, sender.display_name) == ("+12065550123", "SMS", "Orders")


def test_the_record_of_the_operation_is_what_the_store_writes(accepted: World) -> None:
    key = keys.operation(OPERATION.id)
    written = [item for item in accepted.items() if (item["pk"]["S"], item["sk"]["S"]) == key]

    assert [record["dynamodb"]["NewImage"] for record in event("dispatch")["Records"]] == written


def test_dispatch_enqueues_the_task_that_fan_out_is_given(accepted: World) -> None:
    invoke("dispatch", event("dispatch"))

    assert accepted.bodies("ChunkQueue") == [body_of("fan_out")]


def test_fan_out_makes_and_sends_the_messages(accepted: World) -> None:
    assert invoke("fan_out", event("fan_out")) == {"batchItemFailures": []}

    changes = [record["dynamodb"] for record in event("tally")["Records"]]
    assert rows(accepted) == [change["NewImage"] for change in changes if "OldImage" in change]
    # In the order in which the threads came to it.
    [body] = map(json.loads, accepted.bodies("ReceiptQueue"))
    body["receipts"].sort(key=lambda receipt: receipt["messageId"])
    assert body == json.loads(body_of("receive"))


def test_a_wake_up_enqueues_the_chunks_that_are_due(world: World) -> None:
    due = Due(at=OPERATION.created_at, first=0, chunks=1)
    scheduled = {"status": OperationStatus.SCHEDULED, "dues": (due,)}
    operations.put(world.table, OPERATION.model_copy(update=scheduled))

    assert invoke("fan_out", event("fan_out_wake")) == {"batchItemFailures": []}

    [task] = world.bodies("ChunkQueue")
    assert json.loads(task) == {**json.loads(body_of("fan_out")), "woken": True}


def test_the_records_of_a_message_follow_one_another(accepted: World) -> None:
    changes = [record["dynamodb"] for record in event("tally")["Records"]]

    made = [change["NewImage"] for change in changes if "OldImage" not in change]
    assert [change["OldImage"] for change in changes if "OldImage" in change] == made
    assert sorted(
        chain.from_iterable(record["dynamodb"]["Keys"]["sk"].values() for record in event("tally")["Records"])
    ) == sorted(MESSAGES * 2)


def test_tally_counts_the_messages_and_completes_their_operation(accepted: World) -> None:
    invoke("tally", event("tally"))

    assert answer("query_fetch_operation") == {
        "id": OPERATION.id,
        "status": "COMPLETED",
        "paused": False,
        "stats": {
            "total": 2, "recipients": 2, "attempts": 2, "unaddressable": 0, "scheduled": 0, "queued": 0,
            "sent": 2, "delivered": 0, "read": 0, "undelivered": 0, "failed": 0, "canceled": 0,
        },
        "createdAt": "2026-01-05T09:00:00.000Z",
        "updatedAt": "2026-01-05T09:00:01.000Z",
    }  # fmt: skip


def test_receive_moves_the_messages_forward(sent: World) -> None:
    assert invoke("receive", event("receive")) == {"batchItemFailures": []}

    assert [(row["sk"]["S"], row["status"]["S"]) for row in rows(sent)] == list(
        zip(MESSAGES, ["DELIVERED", "UNDELIVERED"], strict=True)
    )


def test_callback_enqueues_what_the_endpoint_reports(accepted: World, aws: pytest.MonkeyPatch) -> None:
    settings = {"url": "https://gateway.example.com/send", "callbackSecret": CALLBACK_SECRET}
    client = boto3.client("secretsmanager", region_name=REGION)
    secret = client.create_secret(Name="carriers-http", SecretString=json.dumps({"http": settings}))
    aws.setenv("CARRIER_SECRETS", f"http={secret['ARN']}")
    runtime.reset()
    # What is older than five minutes is refused, so the file's signature is of another time.
    called = event("http_callback")
    signed = signed_by_http(called["body"])
    key = sign(f"{OPERATION.account}.{MESSAGES[0]}.1", CALLBACK_SECRET)
    query = {"queryStringParameters": {"key": key}, "multiValueQueryStringParameters": {"key": [key]}}

    answer = invoke("http_callback", {**called, **query, "headers": called["headers"] | signed})

    assert answer["statusCode"] == 204
    [body] = accepted.bodies("ReceiptQueue")
    [receipt] = json.loads(body)["receipts"]
    assert (receipt["messageId"], receipt["status"]) == (MESSAGES[0], "DELIVERED")


def test_callback_enqueues_what_twilio_reports(accepted: World, aws: pytest.MonkeyPatch) -> None:
    settings = {"accountSid": f"AC{2:032}", "authToken": "an auth token of Twilio's"}
    client = boto3.client("secretsmanager", region_name=REGION)
    secret = client.create_secret(Name="carriers", SecretString=json.dumps({"twilio": settings}))
    aws.setenv("CARRIER_SECRETS", f"twilio={secret['ARN']}")
    runtime.reset()

    assert invoke("twilio_callback", event("twilio_callback"))["statusCode"] == 204

    [body] = accepted.bodies("ReceiptQueue")
    [receipt] = json.loads(body)["receipts"]
    assert (receipt["messageId"], receipt["status"]) == (MESSAGES[0], "DELIVERED")


def test_receive_makes_a_message_of_what_somebody_wrote(accepted: World) -> None:
    assert invoke("receive", event("receive_inbound")) == {"batchItemFailures": []}

    [message] = [row for row in rows(accepted) if row["sk"]["S"].startswith("comms_message_")]
    assert message["status"]["S"] == "INBOUND"
    assert "Thank you!" in message["details"]["S"]


@pytest.mark.usefixtures("sent")
def test_query_lists_the_messages_newest_first() -> None:
    listed = answer("query_list_messages")

    assert [message["id"] for message in listed["messages"]] == MESSAGES[::-1]
    assert listed["pagination"]["next"] is None


@pytest.mark.usefixtures("sent")
def test_query_fetches_a_message_with_its_content() -> None:
    message = answer("query_fetch_message")

    sender = OPERATION.senders[0].model_dump()
    to = {"address": "+12065550100", "channel": "PHONE"}
    assert message == {
        "id": MESSAGES[0],
        "index": 0,
        "from": sender,
        "to": [to],
        "status": "SENT",
        "content": {"text": "Hi Ada, your order is on its way."},
        "attempts": [
            {
                "from": sender,
                "to": [to],
                "status": "SENT",
                "attemptedAt": "2026-01-05T09:00:01.000Z",
                "infoUrl": f"{URL}/Messages/{MESSAGES[0]}",
                "error": None,
                "carrierId": f"sandbox-{MESSAGES[0]}-1",
            }
        ],
        "error": None,
        "related": [
            {
                "name": "OPERATION",
                "id": OPERATION.id,
                "uri": f"{URL}/Messages/Operations/{OPERATION.id}",
            }
        ],
        "tags": {"campaign": "orders"},
        "scheduledFor": None,
        "createdAt": "2026-01-05T09:00:00.000Z",
        "updatedAt": "2026-01-05T09:00:01.000Z",
        "deletedAt": None,
    }


def test_nobody_in_the_events_is_real() -> None:
    numbers = {address.address for each in REQUEST.to for address in each.addresses}

    assert numbers == {"+12065550100", "+15005550101"}
    assert OPERATION.account == "AC" + "1".zfill(32)
