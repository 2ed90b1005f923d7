"""From the POST to the last receipt, through the real handlers."""

from tests.world import World


def test_a_request_becomes_messages_that_are_delivered(world: World) -> None:
    operation_id = world.send("+12065550100", "+12065550101", text="Hi {{ name | default: 'you' }}")
    before = world.operation(operation_id)
    assert before["stats"]["queued"] == 2
    assert before["status"] == "PROCESSING"

    world.settle()

    after = world.operation(operation_id)
    assert after["status"] == "COMPLETED"
    assert after["stats"] == {
        "total": 2, "recipients": 2, "attempts": 2, "unaddressable": 0, "scheduled": 0, "queued": 0,
        "sent": 0, "delivered": 2, "read": 0, "undelivered": 0, "failed": 0, "canceled": 0,
    }  # fmt: skip
    [_, first] = world.messages(operationId=operation_id)
    full = world.get(f"/Messages/{first['id']}").body
    assert full["content"] == {"text": "Hi you"}
