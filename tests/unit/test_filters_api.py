"""The filters of GET /v1/Messages as clients give them."""

from typing import Any

import pytest

from herald.store import messages
from herald.store.rows import made as as_item
from tests.world import World

WHATSAPP = {"address": "+12065550100", "channel": "WHATSAPP"}
PHONE = {"address": "+12065550101", "channel": "PHONE"}
PROFILE = "mem_profile_01h9krwprkeee8fzqspvwy6nq8"
STORE = "mem_store_00000000000000000000000000"
SESSION = "comms_session_01h9krwprkeee8fzqspvwy6nq8"


def ids(world: World, **query: str) -> list[str]:
    return [each["id"] for each in world.messages(**query)]


def of(world: World, operation_id: str) -> list[str]:
    return ids(world, operationId=operation_id)


# ------------------------------------------------------------------------------ channel


@pytest.mark.parametrize(("first", "second"), [("WHATSAPP", "PHONE"), ("PHONE", "WHATSAPP")])
def test_a_channel_is_the_one_of_the_last_attempt(world: World, first: str, second: str) -> None:
    refused = {"address": "+15005550110", "channel": first}
    taken = {"address": "+12065550101", "channel": second}
    world.post("/Messages", {"to": [{"addresses": [refused, taken]}], "content": {"text": "Hello"}})

    world.settle()

    [message] = world.messages()
    [tried, last] = world.get(f"/Messages/{message['id']}").body["attempts"]
    channels = [each["from"]["channel"] for each in (tried, last)]
    assert len(set(channels)) == 2
    assert message["from"]["channel"] == channels[1]
    assert ids(world, channel=channels[1]) == [message["id"]]
    assert ids(world, channel=channels[0]) == []


def test_channels_are_told_apart(world: World) -> None:
    phone = world.send("+12065550100", "+12065550101")
    world.post(
        "/Messages",
        {"to": [{"address": "+12065550100", "channel": "WHATSAPP"}], "content": {"text": "Hello"}},
    )
    world.settle()

    [whatsapp] = ids(world, channel="WHATSAPP")
    used = world.messages(operationId=phone)[0]["from"]["channel"]

    assert whatsapp not in of(world, phone)
    assert ids(world, channel=used) == of(world, phone)
    assert ids(world, channel=used, status="DELIVERED", operationId=phone) == of(world, phone)
    assert ids(world, channel="WHATSAPP", operationId=phone) == []


# --------------------------------------------------------------------------------- tags


def test_tags_must_all_be_there(world: World) -> None:
    north = world.send("+12065550100", tags={"region": "north", "campaign": "spring"})
    south = world.send("+12065550100", tags={"region": "south", "campaign": "spring"})
    world.send("+12065550100")
    world.settle()

    assert ids(world, tags="campaign:spring;") == sorted(of(world, north) + of(world, south), reverse=True)
    assert ids(world, tags="campaign:spring;region:north;") == of(world, north)
    assert ids(world, tags="region:north;region:south;") == []
    assert ids(world, tags="region:east;") == []
    assert ids(world, tags="region:north;", status="DELIVERED") == of(world, north)
    assert ids(world, tags="region:north;", status="FAILED") == []
    assert ids(world, tags="region:north;", operationId=south) == []


def test_tags_of_single_recipients_are_found_in_every_chunk(world: World) -> None:
    to = [
        {
            "address": "+12065550100",
            "channel": "PHONE",
            "variables": {"half": "odd" if number % 2 else "even"},
        }
        for number in range(230)
    ]
    answer = world.post("/Messages", {"to": to, "content": {"text": "Hi"}, "tags": {"half": "{{ half }}"}})
    world.settle()

    every = of(world, answer.body["operationId"])
    assert len(every) == 230
    assert ids(world, tags="half:even;", pageSize="7") == every[1::2]
    assert ids(world, tags="half:odd;") == every[0::2]


def test_a_tag_that_does_not_render_is_no_tag(world: World) -> None:
    to = [{**PHONE, "variables": {"x": "no tag " * 400}}]
    world.post("/Messages", {"to": to, "content": {"text": "Hi"}, "tags": {"x": "{{ x }}", "y": "z"}})

    world.settle()

    [failed] = world.messages()
    assert failed["status"] == "FAILED"


def test_tags_of_another_account_are_not_found(world: World) -> None:
    world.send("+12065550100", tags={"campaign": "spring"})
    world.settle()
    theirs, _ = world.new_account()

    answer = world.get("/Messages", {"tags": "campaign:spring;"}, account=theirs)

    assert answer.body["messages"] == []


# ------------------------------------------------------------------- profiles and sessions


@pytest.fixture
def rows(world: World) -> list[str]:
    """Three messages; the first belongs to a profile and a session, the second to the session."""
    operation_id = world.send("+12065550100", "+12065550101", "+12065550102")
    world.settle()
    found = of(world, operation_id)[::-1]
    made = messages.get_many(world.table, world.account, found)
    person = {"profile_id": PROFILE, "memory_store_id": STORE}
    changed = [
        made[found[0]].model_copy(update={**person, "session_id": SESSION, "attempts": ()}),
        made[found[1]].model_copy(update={"session_id": SESSION, "attempts": ()}),
    ]
    world.table.put_many(map(as_item, changed))
    return found


def test_messages_are_found_by_profile_and_by_session(world: World, rows: list[str]) -> None:
    assert ids(world, profile=PROFILE) == [rows[0]]
    assert ids(world, sessionId=SESSION) == [rows[1], rows[0]]
    assert ids(world, sessionId=SESSION, profile=PROFILE) == [rows[0]]
    assert ids(world, profile=PROFILE[:-1] + "9") == []
    assert ids(world, sessionId=SESSION[:-1] + "9") == []


def test_a_message_of_a_session_names_it(world: World, rows: list[str]) -> None:
    message = world.get(f"/Messages/{rows[1]}").body

    assert [related["name"] for related in message["related"]] == ["OPERATION", "SESSION"]
    session = message["related"][1]
    assert session["id"] == SESSION
    assert session["uri"].endswith(f"/v1/Sessions/{SESSION}")


# --------------------------------------------------------------------------- refused values


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("channel", "PHONE"),
        ("channel", "sms"),
        ("profile", "mem_profile_"),
        ("profile", "mem_profile_81h9krwprkeee8fzqspvwy6nq8"),
        ("profile", "somebody"),
        ("sessionId", "comms_session_short"),
        ("sessionId", "comms_session_01h9krwprkeee8fzqspvwy6nql"),
        ("tags", "campaign:spring"),
        ("tags", "campaign:spring;\n"),
        ("tags", "campaign;"),
        ("tags", "campaign:;"),
        ("tags", "cam paign:spring;"),
        ("tags", "a:b:c;"),
        ("tags", ";"),
        ("tags", ""),
        ("tags", "a:b;" * 11),
        ("tags", f"{'a' * 129}:b;"),
        ("tags", f"a:{'b' * 257};"),
    ],
)
def test_a_filter_of_another_form_is_refused(shared_world: World, name: str, value: str) -> None:
    answer = shared_world.get("/Messages", {name: value})

    assert answer.status == 400
    assert [error["context"] for error in answer.body["errors"]] == [f"$.{name}"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("channel", "RCS"),
        ("profile", f"mem_profile_0{'z' * 34}"),
        ("sessionId", f"comms_session_{'z' * 34}"),
        ("tags", "a:b;" * 10),
        ("tags", "A.b_c~d-1:E.f_g~h-2;"),
        ("tags", f"{'a' * 128}:{'b' * 256};"),
    ],
)
def test_a_filter_of_the_published_form_is_understood(shared_world: World, name: str, value: str) -> None:
    answer = shared_world.get("/Messages", {name: value})

    assert answer.status == 200
    assert answer.body["messages"] == []


def test_a_token_is_bound_to_every_filter(shared_world: World) -> None:
    shared_world.send("+12065550100", "+12065550101", tags={"a": "b", "c": "d"})
    shared_world.settle()
    query = {"tags": "a:b;c:d;", "pageSize": "1"}
    token = shared_world.get("/Messages", query).body["pagination"]["next"]

    def status(**more: Any) -> int:
        return shared_world.get("/Messages", {**query, "pageToken": token, **more}).status

    assert status() == 200
    # The same filters in other words.
    assert status(tags="c:d;a:b;a:b;") == 200
    assert status(tags="a:b;") == 400
    assert status(channel="SMS") == 400
    assert status(profile=PROFILE) == 400
    assert status(sessionId=SESSION) == 400
