"""One person has one key: the numbers that a request may name, and all spellings of a number."""

from typing import Any

import pytest

from herald.model.addresses import SenderChannel
from tests.unit.inbound import an_inbound
from tests.world import World

PUBLISHED = "The address specified in the request is not a valid phone number."


def ask(world: World, address: str, channel: str = "PHONE") -> Any:
    to = [{"address": address, "channel": channel}]
    return world.post("/Messages", {"to": to, "content": {"text": "Hi"}})


@pytest.mark.parametrize(
    ("address", "cure"),
    [
        ("+4407911123456", "Write it without the 0 behind the country code: +447911123456."),
        ("+3606301234567", "Write it without the 06 behind the country code: +36301234567."),
        ("+112065550123", "Write it without the 1 behind the country code: +12065550123."),
        ("+1 (206) 555-0123", "Write it as +12065550123."),
        ("+44 (0)7911 123456", "Write it as +447911123456."),
        ("0044 7911 123456", "Write it as +447911123456."),
        ("\u202a+12065550123\u202c", "Write it as +12065550123."),
        ("whatsapp:+12065550123", "Write it as +12065550123."),
        ("12065550123", "Write it as +12065550123."),
        ("+４４7911123456", "Write its digits as 0 to 9."),
        ("+1206555012", ""),
        ("+10000000000", ""),
        ("+9991234567", ""),
        ("ACME", ""),
        ("", ""),
    ],
)
def test_an_impossible_number_is_refused_with_its_cure(world: World, address: str, cure: str) -> None:
    body = {"suppressions": [{"address": address, "channel": "PHONE"}]}
    for answer in (ask(world, address), world.post("/Suppressions", body)):
        assert answer.status == 400
        [error] = answer.body["errors"]
        assert error["code"] == 21614
        assert error["message"] == f"{PUBLISHED} {cure}".strip()
        assert error["context"].endswith("[0].address")


@pytest.mark.parametrize(
    "address", ["+390612345678", "+15005550100", "+5215512345678", "+553187654321", "+6834002"]
)
def test_a_possible_number_is_accepted_as_it_is(world: World, address: str) -> None:
    answer = ask(world, address)

    assert answer.status == 202
    world.settle()
    [message] = world.messages(operationId=answer.body["operationId"])
    assert message["to"][0]["address"] == address


# What a carrier writes, what a list has, and by which channel.
PAIRS = [
    ("5215512345678", "+525512345678", "WHATSAPP"),
    ("525512345678", "+5215512345678", "WHATSAPP"),
    ("553187654321", "+5531987654321", "WHATSAPP"),
    ("5531987654321", "+553187654321", "SMS"),
    ("541123456789", "+5491123456789", "SMS"),
    ("447911123456", "+447911123456", "SMS"),
    ("whatsapp:+447911123456", "+447911123456", "WHATSAPP"),
    ("tel:+44-7911-123456", "+447911123456", "SMS"),
    ("+44 07911 123456", "+447911123456", "SMS"),
    ("00447911123456", "+447911123456", "SMS"),
    ("6834002", "+6834002", "WHATSAPP"),
]


@pytest.mark.parametrize(("written", "listed", "channel"), PAIRS)
def test_a_stop_under_one_spelling_holds_under_another(
    world: World, written: str, listed: str, channel: str
) -> None:
    sender = next(each for each in world.senders() if each.channel == channel)
    inbound = an_inbound(
        world.account, source=written, to=sender.address, channel=SenderChannel(channel), text="STOP"
    )
    world.inbound(inbound)
    world.settle()

    [suppression] = world.get("/Suppressions").body["suppressions"]
    family = "WHATSAPP" if channel == "WHATSAPP" else "PHONE"
    found = world.get("/Suppressions", {"address": listed})
    assert found.body["suppressions"] == [suppression]
    # In a URL, a + that is not escaped is a space.
    spaced = world.get("/Suppressions", {"address": listed.replace("+", " ")})
    assert spaced.body["suppressions"] == [suppression]
    body = {"suppressions": [{"address": listed, "channel": family}]}
    again = world.post("/Suppressions", body).body
    assert (again["added"], again["suppressions"][0]["id"]) == (0, suppression["id"])
    request = {
        "to": [{"address": listed, "channel": family}],
        "from": {"address": sender.address, "channel": channel},
        "content": {"text": "Hi"},
    }
    operation_id = world.post("/Messages", request).body["operationId"]
    world.settle()
    [message] = world.messages(operationId=operation_id)
    full = world.get(f"/Messages/{message['id']}").body
    assert (full["status"], full["error"]["code"]) == ("FAILED", 21610)
    assert full["to"][0]["address"] == listed


def test_a_person_has_one_session_whatever_the_form(world: World) -> None:
    sender = next(each for each in world.senders() if each.channel == "WHATSAPP")
    for number, written in enumerate(("5215512345678", "525512345678")):
        world.inbound(
            an_inbound(
                world.account,
                id=f"w{number}",
                source=written,
                to=sender.address,
                channel=SenderChannel.WHATSAPP,
            )
        )
    world.settle()

    sessions = {each["related"][0]["id"] for each in world.messages()}
    assert len(sessions) == 1


def test_a_sender_is_found_however_a_carrier_writes_it(world: World) -> None:
    world.post("/Senders", {"address": "+5215587654321", "channel": "SMS"})
    world.inbound(an_inbound(None, to="525587654321", text="STOP"))
    world.settle()

    assert len(world.get("/Suppressions").body["suppressions"]) == 1
    other = world.post("/Senders", {"address": "+525587654321", "channel": "SMS"})
    assert other.status == 409


def test_two_spellings_of_one_number_are_suppressed_once(world: World) -> None:
    people = [{"address": each, "channel": "PHONE"} for each in ("+525512345678", "+5215512345678")]

    answer = world.post("/Suppressions", {"suppressions": people})

    assert [each["address"] for each in answer.body["suppressions"]] == ["+525512345678"]
