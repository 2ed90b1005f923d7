"""GET /v1/Messages/Operations/{operationId}/Errors."""

from typing import Any

import pytest

from tests.world import World

REFUSED = {"address": "+15005550110", "channel": "PHONE"}
DELIVERED = {"address": "+12065550100", "channel": "PHONE"}
# The request is from an SMS sender.
UNREACHABLE = {"address": "+12065550100", "channel": "WHATSAPP"}


def send(world: World, *to: Any, text: str = "Hello") -> str:
    """Send from an SMS sender and let all happen; the operation's id."""
    sender = {"address": "+15005550006", "channel": "SMS"}
    answer = world.post("/Messages", {"from": sender, "to": list(to), "content": {"text": text}})
    assert answer.status == 202, answer.body
    world.settle()
    return str(answer.body["operationId"])


def errors(world: World, operation_id: str, **query: str) -> Any:
    answer = world.get(f"/Messages/Operations/{operation_id}/Errors", query)
    assert answer.status == 200, answer.body
    return answer.body


def test_errors_name_recipients_that_failed_and_those_that_nobody_reaches(world: World) -> None:
    operation_id = send(world, DELIVERED, REFUSED, UNREACHABLE, DELIVERED)
    failed = world.messages(status="FAILED")

    body = errors(world, operation_id)

    assert body["errors"] == [
        {
            "code": 99003,
            "message": "No sender of the request can reach any address of the recipient.",
            "infoUrl": "https://abc123.execute-api.us-east-1.amazonaws.com/v1/docs#error-99003",
            "context": "$.to[2]",
            "index": 2,
            "address": UNREACHABLE["address"],
            "channel": UNREACHABLE["channel"],
            "messageId": None,
        },
        {
            "code": 21610,
            "message": "The recipient has opted out of messages from this sender.",
            "infoUrl": "https://www.twilio.com/docs/api/errors/21610",
            "context": "$.to[1]",
            "index": 1,
            "address": REFUSED["address"],
            "channel": "PHONE",
            "messageId": failed[0]["id"],
        },
    ]
    assert body["pagination"]["next"] is None


def test_a_recipient_whose_content_does_not_render_is_among_them(world: World) -> None:
    known = {**DELIVERED, "variables": {"name": "Ada"}}
    operation_id = send(world, known, DELIVERED, text="Hi {{ name }}")

    [error] = errors(world, operation_id)["errors"]

    assert error["code"] == 99002
    assert error["context"] == "$.to[1]"


def test_an_operation_without_errors_has_an_empty_list(world: World) -> None:
    operation_id = send(world, DELIVERED, {"address": "+15005550101", "channel": "PHONE"})

    assert errors(world, operation_id)["errors"] == []


def test_errors_are_paged(world: World) -> None:
    operation_id = send(world, *([REFUSED, UNREACHABLE, DELIVERED] * 5))
    send(world, REFUSED, UNREACHABLE)
    contexts: list[str] = []
    query: dict[str, str] = {"pageSize": "3"}

    while True:
        body = errors(world, operation_id, **query)
        assert len(body["errors"]) <= 3
        contexts += [error["context"] for error in body["errors"]]
        if (token := body["pagination"]["next"]) is None:
            break
        query["pageToken"] = token

    expected = [place for place in range(15) if place % 3 != 2]
    assert contexts == [f"$.to[{place}]" for place in reversed(expected)]


@pytest.mark.parametrize("query", [{"pageSize": "0"}, {"pageSize": "1001"}, {"pageToken": "nonsense"}])
def test_a_wrong_page_is_refused(world: World, query: dict[str, str]) -> None:
    operation_id = send(world, REFUSED)

    answer = world.get(f"/Messages/Operations/{operation_id}/Errors", query)

    assert answer.status == 400
    assert answer.body["errors"][0]["context"] == f"$.{next(iter(query))}"


def test_a_token_is_good_for_one_operation_only(world: World) -> None:
    first, second = (send(world, REFUSED, REFUSED) for _ in range(2))
    token = errors(world, first, pageSize="1")["pagination"]["next"]

    answer = world.get(f"/Messages/Operations/{second}/Errors", {"pageToken": token})

    assert answer.status == 400


def test_errors_of_unknown_operations_are_not_found(world: World) -> None:
    operation_id = send(world, REFUSED)
    theirs, _ = world.new_account()

    assert world.get(f"/Messages/Operations/{operation_id}/Errors", account=theirs).status == 404
    assert world.get(f"/Messages/Operations/{operation_id[:-1]}z/Errors").status == 404
    assert world.get("/Messages/Operations/nonsense/Errors").status == 404
