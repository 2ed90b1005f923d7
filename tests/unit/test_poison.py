"""What cannot be read, or worked on, holds up nothing else and is given up alone."""

import io
import json
from typing import Any

import pytest

from herald.carriers import sandbox
from herald.model.message import Receipt
from herald.model.status import Status
from herald.telemetry import logger
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
    f'{{"carrier": "sandbox", "receipts": [{{"to": "{NUMBER}", "text": "{TEXT}"}}]}}',
    f'{{"inbound": 7, "carrier": "sandbox", "text": "{TEXT}"}}',
]


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


@pytest.mark.parametrize("function", ["fan_out", "receive"])
@pytest.mark.parametrize("body", UNREADABLE)
def test_what_cannot_be_read_fails_alone_and_is_told_to_nobody(
    world: World, function: str, body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = io.StringIO()
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", log)

    assert failures(function, body) == ["0"]

    assert "raised exception" in log.getvalue() or "Traceback" in log.getvalue()
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


def test_what_always_fails_is_given_up_after_five_tries() -> None:
    queues = [queue for queue in resources("AWS::SQS::Queue").values() if "RedrivePolicy" in queue]

    assert [queue["RedrivePolicy"]["maxReceiveCount"] for queue in queues] == [5, 5, 5]
