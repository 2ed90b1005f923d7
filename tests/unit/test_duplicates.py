"""A person who is in a request several times: counted, and sent to once where the request asks for it."""

from typing import Any

import pytest

from herald.model.duplicates import repeats
from herald.model.recipients import Recipient
from herald.model.request import SendMessagesRequest
from tests.world import World

MEXICO, OLD_MEXICO = "+525512345678", "+5215512345678"
STORE = "mem_store_00000000000000000000000000"


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


def phone(number: str, channel: str = "PHONE") -> dict[str, str]:
    return {"address": number, "channel": channel}


def together(*numbers: str) -> dict[str, Any]:
    return {"group": {"addresses": [phone(number) for number in numbers]}}


def profile(last: str) -> dict[str, str]:
    return {"profileId": f"mem_profile_0000000000000000000000000{last}", "memoryStoreId": STORE}


def people(*to: Any) -> tuple[Recipient, ...]:
    return SendMessagesRequest.model_validate({"to": to, "content": {"text": "Hi"}}, strict=False).to


@pytest.mark.parametrize(
    ("to", "places"),
    [
        ([phone("+12065550100"), phone("+12065550101")], []),
        ([phone("+12065550100"), phone("+12065550101"), phone("+12065550100")], [2]),
        ([phone("+12065550100"), phone("+12065550100", "WHATSAPP")], [1]),
        ([phone(MEXICO), phone(OLD_MEXICO)], [1]),
        # One number in common is enough, and what a duplicate has more is the person's too.
        (
            [
                phone("+12065550100"),
                {"addresses": [phone("+12065550101"), phone("+12065550100")]},
                phone("+12065550101"),
            ],
            [1, 2],
        ),
        ([profile("1"), profile("2"), profile("1")], [2]),
        # Each address of a group is a person: it is a duplicate when all of them are in the request before.
        ([phone("+12065550100"), together("+12065550100", "+12065550101"), phone("+12065550101")], [2]),
        ([phone(MEXICO), phone("+12065550100"), together("+12065550100", OLD_MEXICO)], [2]),
        ([together("+12065550100", "+12065550100"), together("+12065550101", "+12065550102")], []),
    ],
)
def test_who_is_in_a_request_before(to: list[Any], places: list[int]) -> None:
    assert repeats(people(*to)).places == places


def send(world: World, *to: Any, **delivery: Any) -> tuple[dict[str, Any], list[Any]]:
    body = {"to": to, "content": {"text": "Hi"}, **({"delivery": delivery} if delivery else {})}
    answer = world.post("/Messages", body)
    assert answer.status == 202, answer.body
    world.settle()
    identifier = answer.body["operationId"]
    errors = world.get(f"/Messages/Operations/{identifier}/Errors").body["errors"]
    return world.operation(identifier), errors


def test_duplicates_are_counted_beside_the_stats(world: World) -> None:
    operation, errors = send(world, phone(MEXICO), phone("+12065550102"), phone(OLD_MEXICO))

    assert operation["duplicates"] == 1
    assert (operation["stats"]["total"], operation["stats"]["delivered"]) == (3, 3)
    assert errors == []
    assert "duplicates" not in send(world, phone(MEXICO))[0]


def test_a_request_may_ask_for_one_message_a_person(world: World) -> None:
    operation, errors = send(
        world, phone(MEXICO), phone("+12065550103"), phone(OLD_MEXICO), phone(MEXICO), unique=True
    )

    stats = operation["stats"]
    assert (stats["total"], stats["delivered"], stats["unaddressable"]) == (4, 2, 2)
    assert operation["duplicates"] == 2
    assert operation["status"] == "COMPLETED"
    assert sorted((error["code"], error["context"]) for error in errors) == [
        (99008, "$.to[2]"),
        (99008, "$.to[3]"),
    ]
    sent = [message["to"][0]["address"] for message in world.messages(operationId=operation["id"])]
    assert sorted(sent) == ["+12065550103", MEXICO]


def test_a_group_texts_nobody_who_has_an_earlier_place_where_the_request_asks_for_that(world: World) -> None:
    to = (
        phone(MEXICO),
        together(OLD_MEXICO, "+12065550106", "+12065550107"),
        together("+12065550107", "+12065550108"),
        together("+12065550106", "+12065550108"),
    )

    operation, errors = send(world, *to, unique=True)

    assert operation["duplicates"] == 4
    assert operation["stats"]["unaddressable"] == 1
    assert [(error["code"], error["context"]) for error in errors] == [(99008, "$.to[3]")]
    found = world.messages(operationId=operation["id"])
    assert sorted([address["address"] for address in message["to"]] for message in found) == [
        ["+12065550106", "+12065550107"],
        ["+12065550108"],
        [MEXICO],
    ]
    operation, _ = send(world, *to)
    assert (operation["duplicates"], operation["stats"]["recipients"]) == (4, 8)


def test_a_position_is_a_variable_for_all_as_soon_as_one_recipient_has_it(world: World) -> None:
    to = [{**phone("+12065550104"), "variables": {"1": "Ada"}}, phone("+12065550105")]

    answer = world.post("/Messages", {"to": to, "content": {"text": "Hi {{1}}"}})
    world.settle()

    found = {
        message["to"][0]["address"]: world.get(f"/Messages/{message['id']}").body
        for message in world.messages(operationId=answer.body["operationId"])
    }
    assert found["+12065550104"]["content"] == {"text": "Hi Ada"}
    assert found["+12065550105"]["status"] == "FAILED"
    assert "'1' is missing" in found["+12065550105"]["error"]["message"]
