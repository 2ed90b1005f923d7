"""From the POST to the last receipt, through the real handlers."""

from collections import Counter
from typing import Any

import boto3
import pytest

from tests.unit.names import STATUSES, stats
from tests.world import REGION, World


def test_a_request_becomes_messages_that_are_delivered(world: World) -> None:
    operation_id = world.send("+12065550100", "+12065550101", text="Hi {{ name | default: 'you' }}")
    before = world.operation(operation_id)

    world.settle()

    assert (before["status"], before["stats"]) == ("PROCESSING", stats(total=2, recipients=2, queued=2))
    after = world.operation(operation_id)
    assert after["status"] == "COMPLETED"
    assert after["stats"] == stats(total=2, recipients=2, attempts=2, delivered=2)
    [_, first] = world.messages(operationId=operation_id)
    assert world.get(f"/Messages/{first['id']}").body["content"] == {"text": "Hi you"}


# On a slow machine the second try of 0120 would come before the last step.
@pytest.mark.simulated
def test_total_is_the_sum_at_every_step(world: World) -> None:
    """And an operation is COMPLETED only when nothing of it waits."""
    numbers = [f"+150055501{n:02}" for n in (0, 1, 2, 3, 10, 11, 20, 40, 50, 51, 60)] * 3
    body: dict[str, Any] = {
        "to": [
            *({"address": number, "channel": "PHONE"} for number in numbers),
            {"address": "+12065550100", "channel": "WHATSAPP"},
            {"address": "+12065550100", "channel": "PHONE", "variables": {"tag": "not a tag"}},
        ],
        "content": {"text": "Hello"},
        "from": {"address": "+15005550006", "channel": "SMS"},
        "tags": {"tag": "{{ tag | default: 'none' }}"},
    }
    operation_id = world.post("/Messages", body).body["operationId"]

    busy, steps = True, 0
    while busy:
        busy, steps = world.step(), steps + 1
        found = world.operation(operation_id)
        counts = found["stats"]
        assert counts["total"] == counts["recipients"] == len(body["to"])
        assert counts["total"] == sum(counts[name] for name in STATUSES) + counts["unaddressable"]
        assert found["status"] == ("COMPLETED" if counts["queued"] == 0 else "PROCESSING")

    # 0120 waits for its second try, 0150 for a receipt that never comes.
    assert steps > 3
    assert found["stats"] == stats(
        total=35,
        recipients=35,
        unaddressable=1,
        attempts=30,
        queued=6,
        sent=3,
        delivered=9,
        undelivered=9,
        failed=7,
    )
    rows = Counter(message["status"].lower() for message in world.messages(operationId=operation_id))
    assert rows == {name: counts[name] for name in STATUSES if counts[name]}


def test_a_recipient_that_the_sender_cannot_reach_is_counted_and_is_no_message(world: World) -> None:
    body = {
        "to": [{"address": "+12065550100", "channel": "WHATSAPP"}],
        "content": {"text": "Hello"},
        "from": {"address": "+15005550006", "channel": "SMS"},
    }

    operation_id = world.post("/Messages", body).body["operationId"]
    world.settle()

    found = world.operation(operation_id)
    assert found["status"] == "COMPLETED"
    assert found["stats"] == stats(total=1, recipients=1, unaddressable=1)
    assert world.messages(operationId=operation_id) == []


def test_a_record_that_cannot_be_read_does_not_stop_the_others(world: World) -> None:
    client = boto3.client("sqs", region_name=REGION)
    for queue in ("ChunkQueue", "ReceiptQueue"):
        client.send_message(QueueUrl=world.queues[queue], MessageBody="poison")
    operation_id = world.send("+12065550100")

    for _ in range(4):
        world.step()

    assert world.operation(operation_id)["stats"] == stats(total=1, recipients=1, attempts=1, delivered=1)
    # They stay where they are, for the queue to put aside in the end.
    assert world.bodies("ChunkQueue") == world.bodies("ReceiptQueue") == ["poison"]
