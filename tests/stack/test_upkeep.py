"""What an operator does to a deployed stack: see, send back and repair what was given up."""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from click.testing import CliRunner, Result

from herald.store import Table
from herald_cli import admin, deadletters
from herald_cli.client import Herald, Recipient
from herald_cli.main import cli
from herald_cli.upkeep import QUEUES
from tests.miscount import miscount
from tests.stack.conftest import PATIENCE_SECONDS
from tests.stack.waiting import wait_for
from tools.stack import LocalStack

type Run = Callable[..., Result]


@pytest.fixture
def run(stack: LocalStack, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `herald ...` with the AWS credentials of the stack."""
    for name, value in {
        "AWS_ENDPOINT_URL": stack.endpoint_url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    # SQS may say that a queue is empty which is not, so the command asks again; the local AWS says what is.
    monkeypatch.setattr(deadletters, "_EMPTY_ANSWERS", 1)
    return lambda *arguments: CliRunner().invoke(cli, arguments, catch_exceptions=False)


@pytest.fixture
def queues(stack: LocalStack, run: Run) -> dict[str, str]:
    """The URLs of the stack's queues, by their logical ids."""
    found = admin.stack_resources("herald")
    return {name: found[name] for name in found if name.endswith(("Queue", "DeadLetters"))}


@pytest.fixture
def stopped(stack: LocalStack) -> Iterator[None]:
    """While no task is worked on."""
    lambda_ = stack.client("lambda")
    [mapping] = [
        each
        for each in lambda_.list_event_source_mappings()["EventSourceMappings"]
        if "FanOut" in each["FunctionArn"]
    ]
    lambda_.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    try:
        yield
    finally:
        lambda_.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


def until(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (found := condition()):
        assert time.monotonic() < deadline
        time.sleep(0.3)
    return found


def depth(stack: LocalStack, url: str) -> int:
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    found = stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(map(int, found.values()))


def send(herald: Herald, number: int) -> str:
    to: list[Recipient] = [{"address": f"+1206555{place:04}", "channel": "PHONE"} for place in range(number)]
    return herald.send({"to": to, "content": {"text": "Hello"}})["operationId"]


def test_counts_that_are_wrong_are_taken_anew(stack: LocalStack, herald: Herald, run: Run) -> None:
    operation_id = send(herald, 40)
    right = wait_for(herald, operation_id, Counter(delivered=40))
    table = Table(stack.client("dynamodb"), stack.outputs["TableName"])
    miscount(table, operation_id, "READ")
    assert herald.operation(operation_id)["stats"] != right["stats"]

    result = run("repair", operation_id)

    assert result.exit_code == 0, result.output
    assert re.search(r"delivered +\d+ +40 +40\n", result.stdout)
    assert herald.operation(operation_id)["stats"] == right["stats"]
    # Operations of other tests are many by now, and some of them are under way.
    shown = run("repair", "--yes", "--all", "--since", "2m", "--dry-run").stdout
    assert re.search(r"[1-9]\d* operations are right, \d+ were not", shown), shown
    assert operation_id not in shown


def test_repairs_while_everything_moves_do_no_harm(stack: LocalStack, herald: Herald, run: Run) -> None:
    operation_id = send(herald, 300)

    results: list[Result] = []
    while not results or herald.operation(operation_id)["stats"]["delivered"] < 300:
        results.append(run("repair", operation_id))
        assert len(results) < 60, results[-1].output

    # Some of them found the messages moving, and said so.
    assert {result.exit_code for result in results} <= {0, 1}
    operation = wait_for(herald, operation_id, Counter(delivered=300))
    assert operation["stats"]["attempts"] == operation["stats"]["recipients"] == 300
    last = run("repair", operation_id)
    assert (last.exit_code, "Put back" in last.stdout) == (0, False)
    assert herald.operation(operation_id)["stats"] == operation["stats"]


def test_what_was_purged_is_sent_once(
    stack: LocalStack, herald: Herald, run: Run, queues: dict[str, str], stopped: None
) -> None:
    operation_id = send(herald, 250)
    until(lambda: depth(stack, queues["ChunkQueue"]) == 3)
    stack.client("sqs").purge_queue(QueueUrl=queues["ChunkQueue"])
    until(lambda: depth(stack, queues["ChunkQueue"]) == 0)

    first, second = run("repair", operation_id), run("repair", operation_id)

    assert (first.exit_code, second.exit_code) == (0, 0), first.output + second.output
    assert "Put back: chunks 0, 1, 2\n" in first.stdout
    assert depth(stack, queues["ChunkQueue"]) == 6
    _start(stack)
    operation = wait_for(herald, operation_id, Counter(delivered=250))
    assert operation["stats"]["attempts"] == 250
    assert "Put back" not in run("repair", operation_id).stdout


def _start(stack: LocalStack) -> None:
    lambda_ = stack.client("lambda")
    for each in lambda_.list_event_source_mappings()["EventSourceMappings"]:
        if each["State"] != "Enabled":
            lambda_.update_event_source_mapping(UUID=each["UUID"], Enabled=True)


def test_poison_harms_nobody_and_comes_to_the_dead_letters(
    stack: LocalStack, herald: Herald, run: Run, queues: dict[str, str]
) -> None:
    sqs = stack.client("sqs")
    as_deployed = {
        name: sqs.get_queue_attributes(
            QueueUrl=queues[name], AttributeNames=["VisibilityTimeout", "RedrivePolicy"]
        )["Attributes"]
        for name in ("ChunkQueue", "ReceiptQueue", "InboundQueue")
    }
    poison = {
        "ChunkQueue": '{"task": "dance", "to": "+12065550123"}',
        "ReceiptQueue": '{"carrier": "nobody", "receipts": 7}',
        "InboundQueue": '{"inbound": "+12065550123", "carrier": "sandbox"}',
    }
    dead = [name.replace("Queue", "DeadLetters") for name in poison]
    try:
        # Other tests leave dead letters too: parts of reports that cannot be read, messages to no sender.
        for name in dead:
            sqs.purge_queue(QueueUrl=queues[name])
        for name, body in poison.items():
            # As it is deployed, giving up takes a quarter of an hour.
            policy = json.loads(as_deployed[name]["RedrivePolicy"]) | {"maxReceiveCount": 3}
            sooner = {"VisibilityTimeout": "1", "RedrivePolicy": json.dumps(policy)}
            sqs.set_queue_attributes(QueueUrl=queues[name], Attributes=sooner)
            sqs.send_message(QueueUrl=queues[name], MessageBody=body)
        operation_id = send(herald, 20)
        wait_for(herald, operation_id, Counter(delivered=20))
        until(lambda: all(depth(stack, queues[name]) >= 1 for name in dead))

        shown = run("deadletters").stdout
        assert re.search(r"chunks +\d+ .*\b\d+ unreadable", shown)
        assert re.search(r"inbound +[1-9]\d* ", shown)
        assert "206555" not in shown

        redriven = run("redrive", "--yes", "all")
        assert redriven.exit_code == 0, redriven.output
        for line, name in zip(redriven.stdout.splitlines(), QUEUES[:3], strict=False):
            assert re.fullmatch(rf"{name}: \d+ sent back", line)
        # A message that cannot be read is given up again.
        until(lambda: all(depth(stack, queues[name]) >= 1 for name in dead))
    finally:
        for name, found in as_deployed.items():
            sqs.set_queue_attributes(QueueUrl=queues[name], Attributes=found)
            sqs.purge_queue(QueueUrl=queues[name.replace("Queue", "DeadLetters")])


def test_a_task_that_was_given_up_goes_on(
    stack: LocalStack, herald: Herald, run: Run, queues: dict[str, str], stopped: None
) -> None:
    operation_id = send(herald, 30)
    sqs = stack.client("sqs")
    [task] = until(
        lambda: sqs.receive_message(QueueUrl=queues["ChunkQueue"], VisibilityTimeout=60).get("Messages")
    )
    sqs.send_message(QueueUrl=queues["ChunkDeadLetters"], MessageBody=task["Body"])
    sqs.delete_message(QueueUrl=queues["ChunkQueue"], ReceiptHandle=task["ReceiptHandle"])

    assert operation_id in run("deadletters").stdout
    assert run("redrive", "--yes", "chunks").stdout == "chunks: 1 sent back\n"

    _start(stack)
    assert wait_for(herald, operation_id, Counter(delivered=30))["stats"]["attempts"] == 30


def test_what_the_stream_gave_up_is_repaired(
    stack: LocalStack, herald: Herald, run: Run, queues: dict[str, str]
) -> None:
    operation_id = send(herald, 10)
    right = wait_for(herald, operation_id, Counter(delivered=10))
    table = Table(stack.client("dynamodb"), stack.outputs["TableName"])
    miscount(table, operation_id)
    stack.client("sqs").send_message(
        QueueUrl=queues["StreamDeadLetters"], MessageBody=_letter(stack, operation_id)
    )

    result = run("redrive", "--yes", "stream")

    assert result.exit_code == 0, result.output
    assert operation_id in result.stdout
    assert result.stdout.endswith("stream: 1 done\n")
    assert herald.operation(operation_id)["stats"] == right["stats"]
    assert depth(stack, queues["StreamDeadLetters"]) == 0


def _letter(stack: LocalStack, operation_id: str) -> str:
    """What Lambda would tell of the first and the last record of an operation's messages."""
    streams = stack.client("dynamodbstreams")
    arn = streams.list_streams(TableName=stack.outputs["TableName"])["Streams"][0]["StreamArn"]
    [shard] = streams.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
    iterator = streams.get_shard_iterator(
        StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    numbers: list[str] = []
    while iterator and (page := streams.get_records(ShardIterator=iterator))["Records"]:
        numbers += [
            each["dynamodb"]["SequenceNumber"]
            for each in page["Records"]
            if operation_id.removeprefix("comms_operation_") in each["dynamodb"]["Keys"]["sk"]["S"]
        ]
        iterator = page.get("NextShardIterator")
    return json.dumps(
        {
            "requestContext": {"functionArn": "arn:aws:lambda:us-east-1:000000000000:function:tally"},
            "DDBStreamBatchInfo": {
                "shardId": shard["ShardId"],
                "startSequenceNumber": numbers[0],
                "endSequenceNumber": numbers[-1],
                "approximateArrivalOfFirstRecord": "2026-11-23T10:00:00Z",
                "streamArn": arn,
            },
        }
    )
