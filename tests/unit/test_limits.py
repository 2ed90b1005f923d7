"""The largest request, and what is answered when the table is gone or busy."""

import boto3

from tests.world import World

HELLO = {"to": [{"address": "+12065550100", "channel": "PHONE"}], "content": {"text": "Hello"}}


def test_ten_thousand_recipients_are_accepted(world: World) -> None:
    recipients = [{"address": f"+1206{n:07}", "channel": "PHONE"} for n in range(10_000)]

    operation_id = world.post("/Messages", {**HELLO, "to": recipients}).body["operationId"]

    stats = world.operation(operation_id)["stats"]
    assert (stats["total"], stats["recipients"], stats["queued"]) == (10_000, 10_000, 10_000)


def test_an_unexpected_error_is_a_500_that_tells_nothing(world: World) -> None:
    boto3.client("dynamodb").delete_table(TableName="herald")

    answer = world.post("/Messages", HELLO)

    assert answer.status == 500
    assert answer.body == {
        "errors": [
            {
                "code": 20500,
                "message": "Internal server error.",
                "infoUrl": "https://www.twilio.com/docs/api/errors/20500",
                "context": None,
            }
        ],
        "status": 500,
    }
