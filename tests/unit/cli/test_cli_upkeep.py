"""repair, redrive and deadletters, on a simulated AWS."""

import json
import re
import time
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest
from moto.sqs.models import SQSBackend

from herald.model.addresses import SenderChannel
from herald.model.inbound import Inbound
from herald.store import keys
from herald_cli import admin, deadletters
from tests.miscount import miscount
from tests.unit.cli.fake_api import Run
from tests.world import REGION, World

NUMBERS = [f"+1206555{number:04}" for number in range(120)]
POISON = ['{"task": "dance", "operationId": "comms_operation_x"}', "{", '{"task": "fan_out"}', "[]", "null"]


@pytest.fixture
def stack(world: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A stack named herald."""
    monkeypatch.setattr(time, "sleep", lambda seconds: None)
    receive = SQSBackend.receive_message
    # Nothing comes while a command waits at an empty queue.
    monkeypatch.setattr(
        SQSBackend,
        "receive_message",
        lambda self, queue, most, wait, *more: receive(self, queue, most, 0, *more),
    )
    monkeypatch.setattr(admin, "stack_resources", {"herald": world.queues}.__getitem__)
    monkeypatch.setattr(admin, "stack_environment", {"herald": world.environment}.__getitem__)
    return world


def sqs() -> Any:
    return boto3.client("sqs", region_name=REGION)


def put(world: World, queue: str, *bodies: str, **more: Any) -> None:
    for body in bodies:
        sqs().send_message(QueueUrl=world.queues[queue], MessageBody=body, **more)


def depth(world: World, queue: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = sqs().get_queue_attributes(QueueUrl=world.queues[queue], AttributeNames=names)["Attributes"]
    return sum(map(int, found.values()))


def purge(world: World) -> None:
    for url in world.queues.values():
        sqs().purge_queue(QueueUrl=url)


def fan_out_task(operation_id: str, chunk: int = 0) -> str:
    return json.dumps({"task": "fan_out", "operationId": operation_id, "chunk": chunk})


# ------------------------------------------------------------------------- repair


def test_repair_says_what_was_wrong_and_is_right_now(run: Run, stack: World) -> None:
    operation = stack.send(*NUMBERS[:20])
    stack.settle()
    right = stack.operation(operation)
    miscount(stack.table, operation, "FAILED", places=4)

    result = run("repair", operation)

    assert result.exit_code == 0, result.output
    # The functions, which run in this process, print their metrics.
    title, *lines = [line for line in result.stdout.splitlines() if not line.startswith("{")]
    assert title == f"{operation}  COMPLETED, 20 recipients"
    rows = {line.split()[0]: line.split()[1:] for line in lines}
    assert rows["count"] == ["before", "messages", "after"]
    assert rows["delivered"] == ["0", "20", "20"]
    assert rows["failed"] == ["4", "0", "0"]
    assert stack.operation(operation)["stats"] == right["stats"]


def test_what_was_purged_is_sent_once(run: Run, stack: World) -> None:
    operation = stack.send(*NUMBERS)
    stack.deliver_stream()
    purge(stack)

    first, second = run("repair", operation), run("repair", operation)
    stack.settle()

    assert (first.exit_code, second.exit_code) == (0, 0)
    assert "Put back: chunks 0, 1\n" in first.stdout
    assert stack.operation(operation)["status"] == "COMPLETED"
    assert Counter(message["status"] for message in stack.messages()) == {"DELIVERED": 120}
    third = run("repair", operation)
    assert "Put back" not in third.stdout
    assert stack.operation(operation)["stats"]["attempts"] == 120


def test_a_dry_run_only_tells(run: Run, stack: World) -> None:
    operation = stack.send(*NUMBERS[:3])
    stack.deliver_stream()
    purge(stack)
    before = stack.items()

    result = run("repair", operation, "--dry-run")

    assert result.exit_code == 0
    assert "To put back: chunk 0\n" in result.stdout
    assert (stack.items(), depth(stack, "ChunkQueue")) == (before, 0)


def test_all_are_looked_at_and_only_the_wrong_are_touched(run: Run, stack: World) -> None:
    right, wrong = stack.send(NUMBERS[0]), stack.send(NUMBERS[1])
    stack.settle()
    miscount(stack.table, wrong, "READ", places=12)
    before = stack.items()

    result = run("repair", "--yes", "--all", "--since", "1h")

    assert result.exit_code == 0, result.output
    assert right not in result.stdout
    assert wrong in result.stdout
    assert result.stdout.endswith("1 operations are right, 1 were not\n")
    assert stack.operation(wrong)["stats"]["read"] == 0
    assert run("repair", "--yes", "--all").stdout == "2 operations are right, 0 were not\n"
    [touched] = [item["pk"]["S"] for item in stack.items() if item not in before]
    assert touched == keys.head(wrong).pk


def test_wake_ups_that_are_lost_are_put_back(run: Run, stack: World) -> None:
    at = (datetime.now(UTC) + timedelta(hours=5)).isoformat()
    operation = stack.send(NUMBERS[0], schedule={"sendAt": [at]})
    stack.settle()
    scheduler = boto3.client("scheduler", region_name=REGION)
    [lost] = scheduler.list_schedules()["Schedules"]
    scheduler.delete_schedule(Name=lost["Name"], GroupName=lost["GroupName"])

    results = [run("repair", "--yes", "--all") for _ in range(2)]

    assert all(f"{operation}  SCHEDULED" in result.stdout for result in results)
    assert all("Woken later: instant 0\n" in result.stdout for result in results)
    assert [each["Name"] for each in scheduler.list_schedules()["Schedules"]] == [lost["Name"]]


def test_a_time_is_that_of_acceptance(run: Run, stack: World, monkeypatch: pytest.MonkeyPatch) -> None:
    from herald import runtime

    now = runtime._now()
    monkeypatch.setattr(runtime, "_now", lambda: now - timedelta(hours=3))
    runtime.reset()
    stack.send(NUMBERS[0])
    stack.settle()
    monkeypatch.setattr(runtime, "_now", lambda: now)

    assert run("repair", "--yes", "--all", "--since", "2h").stdout == "0 operations are right, 0 were not\n"
    assert run("repair", "--yes", "--all", "--since", "1d").stdout == "1 operations are right, 0 were not\n"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "Give operations, or --all"),
        (("--all", "comms_operation_" + "0" * 26), "Give operations, or --all"),
        (("comms_operation_" + "0" * 26, "--since", "1h"), "Give operations, or --all"),
        (("--all", "--since", "yesterday"), "'yesterday' is not a span like 30m, 24h or 7d"),
        (("comms_message_1",), "'comms_message_1' is not the id of an operation"),
    ],
)
def test_what_makes_no_sense_is_refused(
    run: Run, stack: World, arguments: tuple[str, ...], says: str
) -> None:
    result = run("repair", *arguments)

    assert result.exit_code == 2
    assert says in result.stderr


def test_an_operation_that_is_not_there_is_told(run: Run, stack: World) -> None:
    operation = "comms_operation_" + "0" * 26

    result = run("repair", operation)

    assert result.exit_code == 1
    assert result.stdout == f"{operation}: there is no such operation, or it has expired\n"


def test_recipients_that_are_gone_are_told(run: Run, stack: World) -> None:
    operation = stack.send(NUMBERS[0])
    stack.deliver_stream()
    stack.table.delete(keys.chunk(operation, 0))

    result = run("repair", operation)

    assert result.exit_code == 1
    assert "Missing: the recipients of chunk 0, which cannot be sent any more\n" in result.stdout


def test_a_stack_of_something_else(run: Run, stack: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(admin, "stack_environment", lambda name: {"TABLE_NAME": "table"})

    result = run("repair", "--yes", "--all")

    assert result.exit_code == 1
    assert "stack 'herald' is not one of Herald's, or of another version" in result.stderr
    assert "CHUNK_QUEUE_URL" in result.stderr
    assert "pydantic" not in result.stderr


# -------------------------------------------------------------------- dead letters


def test_dead_letters_are_told_without_what_is_in_them(run: Run, stack: World) -> None:
    operation = stack.send(*NUMBERS[:2])
    stack.deliver_stream()
    put(stack, "ChunkDeadLetters", fan_out_task(operation), fan_out_task(operation, 1), *POISON)
    written = Inbound(
        carrier="sandbox",
        id="sandbox-1",
        account=stack.account,
        source="+12065550123",
        to="+15005550006",
        channel=SenderChannel.SMS,
        text="a secret",
        media=(),
        at=datetime.now(UTC),
    )
    from herald.carriers import sandbox

    put(stack, "InboundDeadLetters", sandbox.inbound(written), "+12065550123")

    result = run("deadletters")

    lines = [line.rstrip() for line in result.stdout.splitlines()]
    assert lines[1] == "chunks           7   0 min  2 fan_out, 5 unreadable"
    assert lines[2].strip() == operation
    assert re.fullmatch(r"receipts +0", lines[3])
    assert lines[4] == "inbound          2   0 min  1 received messages, 1 unreadable"
    assert "secret" not in result.output
    assert "206555" not in result.output
    # Looking takes nothing away, and leaves it to be seen.
    assert [depth(stack, queue) for queue in ("ChunkDeadLetters", "InboundDeadLetters")] == [7, 2]
    assert run("deadletters").stdout == result.stdout


def test_only_so_many_are_looked_at(run: Run, stack: World) -> None:
    put(stack, "ReceiptDeadLetters", *(f'{{"number": {number}}}' for number in range(25)))

    result = run("deadletters", "--look-at", "10")

    assert re.search(r"receipts +25 +0 min +10 unreadable \(of 10 looked at\)", result.stdout)


def test_tasks_go_back_and_are_worked_on_once(run: Run, stack: World) -> None:
    operation = stack.send(*NUMBERS)
    stack.deliver_stream()
    purge(stack)
    # Also one that is there twice.
    tasks = [fan_out_task(operation, chunk) for chunk in (0, 1, 1)]
    put(stack, "ChunkDeadLetters", *tasks, MessageGroupId=stack.account)

    result = run("redrive", "--yes", "chunks")

    assert (result.exit_code, result.stdout) == (0, "chunks: 3 sent back\n")
    assert depth(stack, "ChunkDeadLetters") == 0
    stack.settle()
    assert stack.operation(operation)["stats"]["delivered"] == 120
    assert stack.operation(operation)["stats"]["attempts"] == 120
    assert run("redrive", "--yes", "chunks").stdout == "chunks: 0 sent back\n"


def test_a_wake_up_that_the_scheduler_gave_up_goes_back(run: Run, stack: World) -> None:
    operation = "comms_operation_" + "0" * 26
    wake = json.dumps({"task": "wake", "operationId": operation, "due": 0})
    put(stack, "ChunkDeadLetters", wake, json.dumps({"MessageBody": wake, "QueueUrl": "https://queue"}))

    looked, result = run("deadletters"), run("redrive", "--yes", "chunks")

    assert re.search(r"chunks +2 +0 min +2 wake *\n", looked.stdout)
    assert result.stdout == "chunks: 2 sent back\n"
    assert stack.bodies("ChunkQueue") == [wake, wake]


def test_whose_turn_it_is_stays_known(run: Run, stack: World) -> None:
    put(stack, "ChunkDeadLetters", "{}", MessageGroupId="AC1")

    run("redrive", "--yes", "chunks")

    [message] = sqs().receive_message(
        QueueUrl=stack.queues["ChunkQueue"], MessageSystemAttributeNames=["MessageGroupId"]
    )["Messages"]
    assert message["Attributes"]["MessageGroupId"] == "AC1"


def test_everything_goes_back_to_where_it_came_from(run: Run, stack: World) -> None:
    for queue in ("Chunk", "Receipt", "Inbound"):
        put(stack, f"{queue}DeadLetters", *(f'"{queue} {number}"' for number in range(12)))

    result = run("redrive", "--yes")

    assert result.exit_code == 0, result.output
    assert result.stdout == (
        "chunks: 12 sent back\nreceipts: 12 sent back\ninbound: 12 sent back\nstream: 0 done\n"
    )
    for queue in ("Chunk", "Receipt", "Inbound"):
        assert (depth(stack, f"{queue}Queue"), depth(stack, f"{queue}DeadLetters")) == (12, 0)
        assert all(queue in body for body in stack.bodies(f"{queue}Queue"))


def test_what_the_queue_refuses_stays(run: Run, stack: World, monkeypatch: pytest.MonkeyPatch) -> None:
    put(stack, "ChunkDeadLetters", "1", "2")
    client = boto3.client("sqs", region_name=REGION)
    monkeypatch.setattr(boto3, "client", lambda name, **more: client)
    monkeypatch.setattr(client, "send_message_batch", lambda **more: {"Failed": [{"Id": "0"}, {"Id": "1"}]})

    result = run("redrive", "--yes", "chunks")

    assert result.exit_code == 1
    assert result.stderr == "chunks: 0 were sent back, 2 were refused and are still there\n"
    assert depth(stack, "ChunkDeadLetters") == 2


def test_who_dies_between_sending_and_deleting_has_sent_twice(
    run: Run, stack: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    operation = stack.send(*NUMBERS[:5])
    stack.deliver_stream()
    purge(stack)
    put(stack, "ChunkDeadLetters", fan_out_task(operation))
    client = boto3.client("sqs", region_name=REGION)
    with monkeypatch.context() as patch:
        patch.setattr(boto3, "client", lambda name, **more: client)
        patch.setattr(deadletters, "_MOVING", 0)
        patch.setattr(client, "delete_message_batch", _die)
        with pytest.raises(KeyboardInterrupt):
            deadletters.redrive(stack.queues, "chunks")
    assert run("redrive", "--yes", "chunks").exit_code == 0

    assert depth(stack, "ChunkQueue") == 2
    stack.settle()
    assert stack.operation(operation)["stats"]["attempts"] == 5


def _die(**more: Any) -> None:
    raise KeyboardInterrupt


# ------------------------------------------------------------------- the stream


def letter(first: int, last: int, *, function: str = "tally", shard: str = "shard-1") -> str:
    """As Lambda tells of a batch that a function gave up."""
    return json.dumps(
        {
            "requestContext": {
                "requestId": "1",
                "functionArn": f"arn:aws:lambda:us-east-1:123456789012:function:{function}",
                "condition": "RetryAttemptsExhausted",
                "approximateInvokeCount": 101,
            },
            "version": "1.0",
            "timestamp": "2026-11-23T10:00:00.000Z",
            "DDBStreamBatchInfo": {
                "shardId": shard,
                "startSequenceNumber": str(first),
                "endSequenceNumber": str(last),
                "approximateArrivalOfFirstRecord": "2026-11-23T10:00:00Z",
                "approximateArrivalOfLastRecord": "2026-11-23T10:00:01Z",
                "batchSize": last - first + 1,
                "streamArn": "arn:aws:dynamodb:us-east-1:123456789012:table/herald/stream/1",
            },
        }
    )


class Records:
    """DynamoDB's stream as far as it is asked here: pages of records, some of them empty."""

    def __init__(self, records: list[Any], *, trimmed: int = 0) -> None:
        self.records, self.trimmed = records, trimmed

    def get_shard_iterator(self, **request: Any) -> Any:
        from botocore.exceptions import ClientError

        first = int(request["SequenceNumber"])
        if request["ShardId"] != "shard-1" or first <= self.trimmed:
            raise ClientError({"Error": {"Code": "TrimmedDataAccessException"}}, "GetShardIterator")
        return {"ShardIterator": f"{first} 0"}

    def get_records(self, *, ShardIterator: str, Limit: int) -> Any:  # noqa: N803
        first, empty = map(int, ShardIterator.split())
        if not empty:
            return {"Records": [], "NextShardIterator": f"{first} 1"}
        page = [each for each in self.records if int(each["dynamodb"]["SequenceNumber"]) >= first][:3]
        following = int(page[-1]["dynamodb"]["SequenceNumber"]) + 1 if page else first
        return {"Records": page, "NextShardIterator": f"{following} {int(bool(page)) - 1 or 1}"}


@pytest.fixture
def records(stack: World, monkeypatch: pytest.MonkeyPatch) -> Records:
    """The stream's records of two operations, of which the tally has lost those of the second."""
    found: list[Any] = []
    real, make = stack.stream_records, boto3.client

    def noted() -> Any:
        some = list(real())
        found.extend(some)
        return some

    monkeypatch.setattr(stack, "stream_records", noted)
    records = Records(found)
    monkeypatch.setattr(
        boto3,
        "client",
        lambda name, **more: records if name == "dynamodbstreams" else make(name, **more),
    )
    return records


def test_operations_of_lost_records_are_repaired(run: Run, stack: World, records: Records) -> None:
    operation = stack.send(*NUMBERS[:8], "+15005550110")
    stack.settle()
    right = stack.operation(operation)["stats"]
    numbers = [int(each["dynamodb"]["SequenceNumber"]) for each in records.records]
    miscount(stack.table, operation, "READ", places=9)
    put(stack, "StreamDeadLetters", letter(numbers[0], numbers[-1]))

    looked, result = run("deadletters"), run("redrive", "--yes", "stream")

    assert "1 records that tally gave up" in looked.stdout
    assert result.exit_code == 0, result.output
    assert f"{operation}  COMPLETED, 9 recipients\n" in result.stdout
    assert result.stdout.endswith("stream: 1 done\n")
    assert stack.operation(operation)["stats"] == right
    assert depth(stack, "StreamDeadLetters") == 0


def test_operations_that_were_not_dispatched_are(run: Run, stack: World, records: Records) -> None:
    operation = stack.send(*NUMBERS)
    stack.deliver_stream()
    purge(stack)
    [number] = [
        int(each["dynamodb"]["SequenceNumber"])
        for each in records.records
        if each["dynamodb"]["Keys"]["sk"]["S"] == keys.OPERATION
    ]
    put(stack, "StreamDeadLetters", letter(number, number, function="dispatch"))

    result = run("redrive", "--yes", "stream")
    stack.settle()

    assert "Put back: chunks 0, 1\n" in result.stdout
    assert stack.operation(operation)["stats"]["delivered"] == 120


@pytest.mark.parametrize("shard", ["shard-0", "shard-1"])
def test_records_that_the_stream_has_no_more_are_told(
    run: Run, stack: World, records: Records, shard: str
) -> None:
    records.trimmed = 10
    put(stack, "StreamDeadLetters", letter(1, 5, shard=shard), "{}")

    result = run("redrive", "--yes", "stream")

    assert result.exit_code == 1
    assert "stream: the records since 2026-11-23T10:00:00Z are not in the stream any more.\n" in result.stdout
    assert re.search(r"herald repair --all --since \d+h finds what they were about", result.stdout)
    assert "stream: a dead letter that cannot be read" in result.stdout
    assert result.stdout.endswith("stream: 0 done, 2 left\n")
    assert depth(stack, "StreamDeadLetters") == 2

    forgotten = run("redrive", "--yes", "stream", "--forget")
    assert forgotten.stdout.endswith("stream: 1 done, 1 left\n")
    assert depth(stack, "StreamDeadLetters") == 1
