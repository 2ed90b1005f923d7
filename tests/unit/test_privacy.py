"""Logs, metrics and queues hold ids and counts: no number, name, text or secret of anybody."""

import base64
import io
import json

import boto3
import pytest
from boto3.dynamodb.types import TypeSerializer

from herald.telemetry import logger
from tests.world import REGION, World, invoke

PERSONAL = (
    "12065550123",
    "15005550110",
    "15005550120",
    "Ana-Personal",
    "Hello-Personal",
    "personal.example.org",
    "tag-personal",
)
STORE, PROFILE = "mem_store_00000000000000000000000000", "mem_profile_01h9krwprkeee8fzqspvwy6nq8"


class Output:
    """What the functions have written."""

    def __init__(self, capsys: pytest.CaptureFixture[str], stream: io.StringIO) -> None:
        self._capsys, self._stream = capsys, stream

    def read(self) -> str:
        printed = self._capsys.readouterr()
        return self._stream.getvalue() + printed.out + printed.err


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Output:
    # The logger's handlers hold the stream of when they were made.
    stream = io.StringIO()
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", stream)
    return Output(capsys, stream)


def personal_in(world: World, text: str) -> list[str]:
    return [each for each in (*PERSONAL, world.auth_token) if each in text]


def authorization(username: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{username}:{password}".encode()).decode()


def a_personal_request(world: World) -> str:
    variables = {"name": "Ana-Personal"}
    numbers = ("+12065550123", "+15005550110", "+15005550120", "+15005550150")
    person = {"address": "+12065550123", "channel": "PHONE"}
    profile = {"addresses": [person], "traits": {"firstName": "Ana-Personal"}}
    assert world.put(f"/MemoryStores/{STORE}/Profiles/{PROFILE}", profile).status == 200
    by_trait = {"name": "${Twilio.Profile.firstName}"}
    body = {
        "to": [
            {"profileId": PROFILE, "memoryStoreId": STORE, "variables": by_trait},
            {"group": {"addresses": [person, person]}, "variables": variables},
            *({"address": number, "channel": "PHONE", "variables": variables} for number in numbers),
            {"address": "+12065550123", "channel": "WHATSAPP", "variables": variables},
            person,
        ],
        "content": {
            "text": "Hello-Personal {{ name }}",
            "media": [{"url": "https://personal.example.org/a"}],
        },
        "from": {"address": "+15005550006", "channel": "SMS"},
        "tags": {"key": "tag-personal"},
    }
    return str(world.post("/Messages", body).body["operationId"])


def test_a_whole_journey_writes_nothing_personal(world: World, output: Output) -> None:
    operation_id = a_personal_request(world)
    queued: list[str] = []
    for _ in range(3):
        world.deliver_stream()
        for queue in ("ChunkQueue", "ReceiptQueue"):
            queued += world.bodies(queue)
            world.deliver(queue)
    for message in world.messages(operationId=operation_id):
        world.get(f"/Messages/{message['id']}")
    world.operation(operation_id)

    written = output.read()
    assert operation_id in written
    assert '"RecipientAccepted"' in written
    assert personal_in(world, written) == []
    assert len(queued) >= 2
    assert personal_in(world, "".join(queued)) == []


def test_refused_requests_write_nothing_personal(world: World, output: Output) -> None:
    world.post("/Messages", '{"to": "Hello-Personal +12065550123')
    world.post("/Messages", {"to": [{"address": "12065550123", "channel": "PHONE"}], "content": {"text": ""}})
    world.get("/Messages", {"pageToken": "Hello-Personal", "status": "Ana-Personal"})
    world.get("/Messages/Hello-Personal")
    world.post("/Suppressions", {"suppressions": [{"address": "12065550123", "channel": "Ana-Personal"}]})
    world.get("/Suppressions", {"address": "12065550123"})
    world.put("/Keywords", {"stop": {"Ana-Personal": ["Hello-Personal", "!"]}})

    assert personal_in(world, output.read()) == []


def test_credentials_are_not_written_right_or_wrong(world: World, output: Output) -> None:
    method = "arn:aws:execute-api:us-east-1:123456789012:abc123/v1/GET/Messages"
    right = authorization(world.account, world.auth_token)
    wrong = authorization("Ana-Personal", "Hello-Personal")

    invoke("authorize", {"methodArn": method, "headers": {"Authorization": right}})
    refused = invoke("authorize", {"methodArn": method, "headers": {"Authorization": wrong}})

    assert [each["Effect"] for each in refused["policyDocument"]["Statement"]] == ["Deny"]
    assert personal_in(world, json.dumps(refused)) == []
    written = output.read()
    assert world.account in written
    assert personal_in(world, written) == []


def test_an_error_in_a_personal_row_writes_nothing_personal(world: World, output: Output) -> None:
    """A row that cannot be read, as after a faulty release: what is logged is not what is in it."""
    operation_id = a_personal_request(world)
    world.settle()
    [message, *_] = world.messages(operationId=operation_id)
    spoiled = json.dumps(
        {"to": ["+12065550123"], "sender": "Ana-Personal", "variables": {"Hello-Personal": 1}}
    )
    [row] = [each for each in world.items() if each["sk"]["S"] == message["id"] and "details" in each]
    serialize = TypeSerializer().serialize
    row |= {"details": serialize(spoiled), "attempts": serialize(spoiled)}
    boto3.client("dynamodb", region_name=REGION).put_item(TableName=world.table.name, Item=row)
    output.read()

    answer = world.get(f"/Messages/{message['id']}")

    written = output.read()
    assert answer.status == 500
    assert "unexpected error" in written
    assert personal_in(world, written) == []


def test_a_body_of_a_queue_that_cannot_be_read_is_not_written(world: World, output: Output) -> None:
    client = boto3.client("sqs", region_name=REGION)
    poison = json.dumps(
        {
            "carrier": "sandbox",
            "receipts": ["+12065550123"],
            "task": "fan_out",
            "operationId": ["Ana-Personal"],
        }
    )
    inbound = json.dumps({"carrier": "sandbox", "inbound": [{"from": "+12065550123", "text": 1}]})
    for queue, body in (("ChunkQueue", poison), ("ReceiptQueue", poison), ("InboundQueue", inbound)):
        client.send_message(QueueUrl=world.queues[queue], MessageBody=body)

    world.step()

    assert personal_in(world, output.read()) == []
