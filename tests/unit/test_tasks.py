import json
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber
from pydantic import ValidationError

from herald import tasks
from herald.tasks import FanOut, NotEnqueued, Queue, Settle, enqueue
from tests.world import REGION

URL = "https://sqs.us-east-1.amazonaws.com/123456789012/queue"
ACCOUNT = "AC" + "0" * 32
TASK = FanOut(operation_id="comms_operation_01h9krwprkeee8fzqspvwy6nq8", chunk=3)


@pytest.fixture
def sqs(aws: pytest.MonkeyPatch) -> Any:
    return boto3.client("sqs", region_name=REGION)


def request(*entries: tuple[int, str], delay: int = 0, group: str | None = None) -> dict[str, Any]:
    common = {"DelaySeconds": delay, **({"MessageGroupId": group} if group else {})}
    return {
        "QueueUrl": URL,
        "Entries": [{"Id": str(n), "MessageBody": body, **common} for n, body in entries],
    }


def answer(*refused: int) -> dict[str, Any]:
    failed = [{"Id": str(n), "SenderFault": False, "Code": "InternalError"} for n in refused]
    return {"Successful": [], "Failed": failed}


def test_entries_that_the_queue_refuses_are_sent_again_and_no_others(sqs: Any) -> None:
    with Stubber(sqs) as stub:
        stub.add_response("send_message_batch", answer(1, 2), request((0, "a"), (1, "b"), (2, "c")))
        stub.add_response("send_message_batch", answer(2), request((1, "b"), (2, "c")))
        stub.add_response("send_message_batch", answer(), request((2, "c")))

        Queue(sqs, URL).send(["a", "b", "c"])

        stub.assert_no_pending_responses()


def test_a_queue_that_goes_on_refusing_is_an_error(sqs: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    with Stubber(sqs) as stub:
        for _ in range(5):
            stub.add_response("send_message_batch", answer(0), request((0, "a")))

        with pytest.raises(NotEnqueued):
            Queue(sqs, URL).send(["a"])

        stub.assert_no_pending_responses()


def test_ten_entries_go_in_a_call(sqs: Any) -> None:
    bodies = [str(n) for n in range(23)]
    with Stubber(sqs) as stub:
        for some in (bodies[:10], bodies[10:20], bodies[20:]):
            stub.add_response("send_message_batch", answer(), request(*enumerate(some)))

        Queue(sqs, URL).send(bodies)

        stub.assert_no_pending_responses()


@pytest.mark.parametrize(
    ("asked", "given"), [(-5, 0), (0, 0), (60, 60), (900, 900), (901, 900), (10**9, 900)]
)
def test_a_delay_is_what_the_queue_can_do(sqs: Any, asked: int, given: int) -> None:
    with Stubber(sqs) as stub:
        stub.add_response("send_message_batch", answer(), request((0, "a"), delay=given))

        Queue(sqs, URL).send(["a"], delay=asked)


@pytest.mark.parametrize("task", [TASK, Settle(operation_id=TASK.operation_id, chunk=99)])
def test_a_task_is_read_as_it_was_written(sqs: Any, task: FanOut | Settle) -> None:
    written = task.model_dump_json()
    with Stubber(sqs) as stub:
        stub.add_response("send_message_batch", answer(), request((0, written), group=ACCOUNT))
        enqueue(Queue(sqs, URL), [task], account=ACCOUNT)

    assert tasks.parse(written) == task
    assert json.loads(written)["task"] in ("fan_out", "settle")


@pytest.mark.parametrize("body", ["", "{}", "[]", '{"task": "other"}', '{"task": "fan_out"}'])
def test_what_is_no_task_is_an_error(body: str) -> None:
    with pytest.raises(ValidationError):
        tasks.parse(body)
