"""GET /v1/Messages/Seek/{identifier}, and the receipts of one message."""

from typing import Any

import pytest

from herald.store import messages
from tests.world import World


@pytest.fixture
def sent(world: World) -> Any:
    """A message that was refused on its first address and delivered on its second."""
    addresses = [
        {"address": "+15005550110", "channel": "WHATSAPP"},
        {"address": "+12065550101", "channel": "PHONE"},
    ]
    world.post("/Messages", {"to": [{"addresses": addresses}], "content": {"text": "Hello"}})
    world.settle()
    [message] = world.messages()
    return message


def carrier_id_of(world: World, message_id: str) -> str:
    message = messages.get(world.table, world.account, message_id)
    assert message
    [carrier_id] = [attempt.carrier_id for attempt in message.attempts if attempt.carrier_id]
    return carrier_id


def test_a_carriers_id_leads_to_the_message(world: World, sent: Any) -> None:
    answer = world.get(f"/Messages/Seek/{carrier_id_of(world, sent['id'])}")

    assert answer.status == 301
    assert answer.headers["Location"].endswith(f"/v1/Messages/{sent['id']}")
    assert answer.headers["Location"].startswith("https://")
    assert answer.body == {}


def test_a_messages_own_id_leads_to_it_too(world: World, sent: Any) -> None:
    answer = world.get(f"/Messages/Seek/{sent['id']}")

    assert answer.status == 301
    assert answer.headers["Location"].endswith(f"/v1/Messages/{sent['id']}")


@pytest.mark.parametrize(
    "identifier",
    ["SM00000000000000000000000000000000", "comms_message_01h9krwprkeee8fzqspvwy6nq8000", "x" * 3_000, "é"],
)
def test_what_no_message_goes_by_is_not_found(world: World, sent: Any, identifier: str) -> None:
    answer = world.get(f"/Messages/Seek/{identifier}")

    assert answer.status == 404
    assert answer.body["errors"][0]["code"] == 20404


def test_messages_of_another_account_are_not_found(world: World, sent: Any) -> None:
    theirs, _ = world.new_account()

    for identifier in (sent["id"], carrier_id_of(world, sent["id"])):
        assert world.get(f"/Messages/Seek/{identifier}", account=theirs).status == 404


def test_a_message_that_no_carrier_took_has_no_other_id(world: World) -> None:
    world.send("+15005550110")
    world.settle()
    [message] = world.messages()

    assert world.get(f"/Messages/Seek/sandbox-{message['id']}-1").status == 404


# --------------------------------------------------------------------------- receipts


def test_a_message_to_one_person_has_one_receipt(world: World, sent: Any) -> None:
    answer = world.get(f"/Messages/{sent['id']}/Receipts")

    assert answer.status == 200
    assert answer.body["receipts"] == [
        {
            "to": {"address": "+12065550101", "channel": "PHONE"},
            "status": "DELIVERED",
            "updatedAt": sent["updatedAt"],
            "error": None,
        }
    ]
    assert answer.body["pagination"]["next"] is None
    again = world.get(
        f"/Messages/{sent['id']}/Receipts", {"pageToken": answer.body["pagination"]["self"], "pageSize": "1"}
    )
    assert again.body["receipts"] == answer.body["receipts"]


def test_a_receipt_says_what_went_wrong(world: World) -> None:
    world.send("+15005550101")
    world.settle()
    [message] = world.messages()

    [receipt] = world.get(f"/Messages/{message['id']}/Receipts").body["receipts"]

    assert receipt["status"] == "UNDELIVERED"
    assert receipt["error"]["code"] == 30003


def test_receipts_of_unknown_messages_are_not_found(world: World, sent: Any) -> None:
    theirs, _ = world.new_account()

    assert world.get(f"/Messages/{sent['id']}/Receipts", account=theirs).status == 404
    assert world.get(f"/Messages/{sent['id'][:-1]}z/Receipts").status == 404
    assert world.get("/Messages/nonsense/Receipts").status == 404
