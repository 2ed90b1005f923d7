"""What cannot be read, or worked on, holds up nothing else and is given up alone."""

import io
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from herald.carriers import sandbox
from herald.model.message import Receipt
from herald.model.status import Status
from herald.store import chunks, reports
from herald.store.table import Unavailable
from herald.telemetry import logger
from herald.timing import MOST_BEGINS
from tests.template import resources
from tests.world import World, invoke, sqs_event

GONE = "comms_operation_01h9krwprkeee8fzqspvwy6nq8"
NUMBER, TEXT = "+12065559999", "a secret text"
UNREADABLE = [
    "",
    "{",
    "[]",
    "null",
    '"text"',
    "{}",
    f'{{"task": "dance", "to": "{NUMBER}"}}',
    f'{{"carrier": "nobody", "receipts": ["{NUMBER}"]}}',
    f'{{"inbound": 7, "carrier": "sandbox", "text": "{TEXT}"}}',
]


# A report whose one part cannot be read.
PART = f'{{"carrier": "sandbox", "receipts": [{{"to": "{NUMBER}", "text": "{TEXT}"}}]}}'


def batch(*bodies: str) -> dict[str, Any]:
    """One event with a message of each body, numbered as they come."""
    records = [sqs_event(body)["Records"][0] | {"messageId": str(place)} for place, body in enumerate(bodies)]
    return {"Records": records}


def failures(function: str, *bodies: str) -> list[str]:
    answer = invoke(function, batch(*bodies))
    return [each["itemIdentifier"] for each in answer["batchItemFailures"]]


def task(kind: str, operation_id: str, **more: Any) -> str:
    return json.dumps({"task": kind, "operationId": operation_id, **more})


def receipts(world: World, message_id: str) -> str:
    receipt = Receipt(account=world.account, message_id=message_id, attempt=1, status=Status.READ)
    return json.dumps({"carrier": sandbox.NAME, "receipts": [receipt.model_dump(mode="json")]})


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    """What the functions log."""
    written = io.StringIO()
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", written)
    return written


@pytest.mark.parametrize("function", ["fan_out", "receive"])
@pytest.mark.parametrize("body", UNREADABLE)
def test_what_cannot_be_read_fails_alone_and_is_told_to_nobody(
    world: World, function: str, body: str, log: io.StringIO
) -> None:
    assert failures(function, body) == ["0"]

    assert "raised exception" in log.getvalue() or "Traceback" in log.getvalue()
    assert NUMBER not in log.getvalue()
    assert TEXT not in log.getvalue()


def test_a_part_that_cannot_be_read_is_a_dead_letter_at_once(world: World, log: io.StringIO) -> None:
    assert failures("receive", PART) == []

    [letter] = world.bodies("ReceiptDeadLetters")
    assert json.loads(letter)["putAside"].startswith("cannot be read: ")
    assert "parts put aside" in log.getvalue()
    assert NUMBER not in log.getvalue()
    assert TEXT not in log.getvalue()


def test_the_others_of_its_batch_are_worked_on(world: World) -> None:
    operation = world.send("+12065550100", "+12065550101")
    world.settle()
    [first, second] = [message["id"] for message in world.messages()]

    failed = failures("receive", receipts(world, first), *UNREADABLE, receipts(world, second))

    assert failed == [str(place) for place in range(1, len(UNREADABLE) + 1)]
    world.settle()
    assert world.operation(operation)["stats"]["read"] == 2


@pytest.mark.parametrize("function", ["fan_out", "receive"])
def test_a_batch_of_nothing_else_does_not_crash(world: World, function: str) -> None:
    """A function that crashed would be told of as an error of ours, and slowed down."""
    assert len(failures(function, *UNREADABLE)) == len(UNREADABLE)


@pytest.mark.parametrize(
    "body",
    [
        task("fan_out", GONE, chunk=0),
        task("fan_out", GONE, chunk=0, ticket=3, again=[1, 2]),
        task("wake", GONE, due=0),
        task("settle", GONE, chunk=0),
    ],
)
def test_an_operation_that_was_deleted_meanwhile_is_done_with(world: World, body: str) -> None:
    before = world.items()

    assert failures("fan_out", body) == []
    assert (world.items(), world.bodies("ChunkQueue")) == (before, [])


def test_a_message_that_was_deleted_meanwhile_is_done_with(world: World) -> None:
    message = GONE.replace("operation", "message") + "000"

    assert failures("receive", receipts(world, message)) == []
    assert not [item for item in world.items() if item["sk"]["S"] == message]


# ------------------------------------------------------------------------ what is given up


def old(body: str, queue: str = "ReceiptQueue", minutes: int = 16) -> dict[str, Any]:
    """An event of a message that has been on its queue for some time."""
    event = sqs_event(body)
    [record] = event["Records"]
    sent = datetime.now(UTC) - timedelta(minutes=minutes)
    record["attributes"] |= {"SentTimestamp": str(int(sent.timestamp() * 1000)), "MessageGroupId": "AC1"}
    record["eventSourceARN"] = f"arn:aws:sqs:us-east-1:123456789012:{queue}"
    return event


@pytest.mark.parametrize(
    ("function", "queue", "dead_letters"),
    [
        ("fan_out", "ChunkQueue", "ChunkDeadLetters"),
        ("receive", "ReceiptQueue", "ReceiptDeadLetters"),
        ("receive", "InboundQueue", "InboundDeadLetters"),
    ],
)
def test_what_cannot_be_read_is_given_up_once_a_newer_version_would_be_there(
    world: World, function: str, queue: str, dead_letters: str
) -> None:
    name = world.queues[queue].rsplit("/", 1)[-1]

    assert invoke(function, old("{}", name, minutes=14))["batchItemFailures"] != []
    assert world.bodies(dead_letters) == []
    assert invoke(function, old("{}", name))["batchItemFailures"] == []
    assert world.bodies(dead_letters) == ["{}"]


@pytest.mark.parametrize("failure", [Unavailable("busy"), EndpointConnectionError(endpoint_url="x")])
def test_what_aws_has_no_answer_for_comes_again_however_old_it_is(
    world: World, failure: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise failure

    operation = world.send("+12065550100")
    monkeypatch.setattr("herald.store.operations.get", fail)

    assert invoke("fan_out", old(task("fan_out", operation, chunk=0)))["batchItemFailures"] != []
    assert world.bodies("ChunkDeadLetters") == []


def test_every_message_that_comes_again_is_counted(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Lambda counts no error of an invocation that reports failed messages."""

    def is_counted(function: str, event: Any) -> bool:
        capsys.readouterr()
        again = invoke(function, event)["batchItemFailures"]
        printed = capsys.readouterr().out
        assert bool(again) is ('"WorkFailed"' in printed)
        return bool(again)

    [message] = message_of(world)
    report = receipts(world, message)
    assert not is_counted("receive", sqs_event(report))
    assert is_counted("receive", sqs_event("{}"))
    assert is_counted("fan_out", sqs_event("{}"))
    monkeypatch.setattr(reports, "apply_many", lambda table, some, **_: [Unavailable("busy")] * len(some))
    assert is_counted("receive", sqs_event(report))


def message_of(world: World) -> list[str]:
    world.send("+12065550100")
    world.settle()
    return [message["id"] for message in world.messages()]


def test_a_chunk_is_given_up_by_its_progress_and_another_task_by_its_age(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise KeyError("an error of ours")

    operation = world.send("+12065550100")
    monkeypatch.setattr("herald.store.operations.get", fail)
    settle = task("settle", operation, chunk=0)

    assert invoke("fan_out", old(task("fan_out", operation, chunk=0)))["batchItemFailures"] != []
    assert world.bodies("ChunkDeadLetters") == []
    assert invoke("fan_out", old(settle))["batchItemFailures"] == []
    assert world.bodies("ChunkDeadLetters") == [settle]


def test_a_delay_is_no_patience_that_was_used_up(world: World) -> None:
    event = old("{}", minutes=100)
    [record] = event["Records"]
    record["attributes"]["ApproximateFirstReceiveTimestamp"] = str(int(datetime.now(UTC).timestamp() * 1000))

    assert invoke("fan_out", event)["batchItemFailures"] != []
    assert world.bodies("ChunkDeadLetters") == []


def test_receipts_that_can_never_be_applied_are_given_up_and_the_others_are_applied(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = world.send("+12065550100", "+12065550101")
    world.settle()
    [first, second] = [message["id"] for message in world.messages()]
    apply = reports.apply_many

    def fails_of_one(table: Any, some: Any, **more: Any) -> Any:
        if any(each.message_id == first for each in some):
            raise KeyError("an error of ours")
        return apply(table, some, **more)

    monkeypatch.setattr(reports, "apply_many", fails_of_one)
    name = world.queues["ReceiptQueue"].rsplit("/", 1)[-1]
    events = [old(receipts(world, each), name)["Records"][0] for each in (first, second)]
    for place, record in enumerate(events):
        record["messageId"] = str(place)

    assert invoke("receive", {"Records": events})["batchItemFailures"] == []
    assert world.bodies("ReceiptDeadLetters") == [receipts(world, first)]
    world.settle()
    assert world.operation(operation)["stats"]["read"] == 1


def test_a_chunk_that_comes_no_further_is_given_up_and_goes_on_once_it_is_redriven(world: World) -> None:
    operation = world.send("+12065550100")
    world.deliver_stream()
    [body] = world.bodies("ChunkQueue")
    world.aws.delete("ChunkQueue", world.aws.visible("ChunkQueue")[0][0])
    now = int(world.aws.now.timestamp())
    for _ in range(MOST_BEGINS):
        chunks.claim(world.table, operation, 0, ticket=0, now=now, lease_seconds=0, expires_at=now + 10**6)

    assert failures("fan_out", body) == []
    assert world.bodies("ChunkDeadLetters") == [body]
    assert world.operation(operation)["stats"]["attempts"] == 0

    world.aws.send("ChunkQueue", body)
    world.settle()
    assert world.operation(operation)["stats"]["delivered"] == 1


def test_a_receive_is_no_try() -> None:
    queues = [queue for queue in resources("AWS::SQS::Queue").values() if "RedrivePolicy" in queue]

    assert [queue["RedrivePolicy"]["maxReceiveCount"] for queue in queues] == [1_000] * 3
