"""POST /Messages: what is accepted, and how it is answered."""

import json
from typing import Any

import pytest

from herald.model.ids import is_operation_id
from tests.world import World, http_event, invoke

HELLO: dict[str, Any] = {
    "to": [{"address": "+12065550100", "channel": "PHONE"}],
    "content": {"text": "Hello"},
}


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


def fetched(world: World, body: dict[str, Any]) -> Any:
    """The messages of an accepted request after everything happened, in the request's order."""
    answer = world.post("/Messages", body)
    assert answer.status == 202, answer.body
    world.settle()
    ids = [each["id"] for each in world.messages(operationId=answer.body["operationId"])]
    return [world.get(f"/Messages/{each}").body for each in reversed(ids)]


def test_the_answer_names_the_operation_wherever_clients_look_for_it(world: World) -> None:
    answer = world.post("/Messages", HELLO)

    assert answer.status == 202
    operation_id, location = answer.body["operationId"], answer.body["operationLocation"]
    assert answer.body == {"operationId": operation_id, "operationLocation": location}
    assert is_operation_id(operation_id)
    headers = {name.lower(): value for name, value in answer.headers.items()}
    assert headers["content-type"] == "application/json"
    assert headers["operationid"] == headers["operation-id"] == operation_id
    assert headers["location"] == headers["operation-location"] == location


@pytest.mark.parametrize(
    ("call", "base"),
    [
        ({}, "https://abc123.execute-api.us-east-1.amazonaws.com/v1"),
        ({"host": "api.example.org", "base_path": "/messaging"}, "https://api.example.org/messaging"),
        ({"host": "api.example.org", "base_path": "/a/v1"}, "https://api.example.org/a/v1"),
        ({"host": "api.example.org", "base_path": ""}, "https://api.example.org"),
        (
            {"host": "127.0.0.1:4566", "headers": {"X-Forwarded-Proto": "http"}},
            "http://127.0.0.1:4566/v1",
        ),
    ],
)
def test_links_begin_with_what_the_client_called(world: World, call: dict[str, Any], base: str) -> None:
    posted = world.post("/Messages", HELLO, **call)
    world.settle()

    operation_id = posted.body["operationId"]
    location = f"{base}/Messages/Operations/{operation_id}"
    assert posted.body["operationLocation"] == location
    [listed] = world.get("/Messages", {"operationId": operation_id}, **call).body["messages"]
    assert listed["related"] == [{"name": "OPERATION", "id": operation_id, "uri": location}]
    message = world.get(f"/Messages/{listed['id']}", **call)
    assert message.body["attempts"][0]["infoUrl"] == f"{base}/Messages/{listed['id']}"
    assert world.get(f"/Messages/Operations/{operation_id}", **call).body["id"] == operation_id


def test_text_and_media_are_resolved_for_each_recipient(world: World) -> None:
    body = {
        "to": [
            {"address": "+12065550100", "channel": "PHONE", "variables": {"name": "Ana", "file": "a"}},
            {"address": "+12065550101", "channel": "PHONE", "variables": {"file": "b", "spare": "x"}},
        ],
        "content": {
            "text": "Hi {{ name | default: 'you' }} {% raw %}{{ }}{% endraw %}",
            "media": [{"url": "https://example.org/{{ file }}.png"}, {"url": "https://example.org/all.png"}],
        },
    }

    found = fetched(world, body)

    assert [message["content"] for message in found] == [
        {
            "text": f"Hi {name} {{{{ }}}}",
            "media": [{"url": f"https://example.org/{file}.png"}, {"url": "https://example.org/all.png"}],
        }
        for name, file in (("Ana", "a"), ("you", "b"))
    ]


@pytest.mark.parametrize(
    "content",
    [
        {"text": "x" * 1600},
        {"text": "\N{GRINNING FACE}" * 1600},
        {"media": [{"url": "https://example.org/a.png"}]},
        {"media": [{"url": "https://example.org/a.png"}] * 10},
    ],
)
def test_a_text_may_have_1600_characters_and_media_may_stand_alone(world: World, content: Any) -> None:
    # By RCS: as an SMS, the longest texts are more parts than carriers take.
    rcs = {"senderId": next(each.sender_id for each in world.senders() if each.channel == "RCS")}

    [message] = fetched(world, {**HELLO, "from": rcs, "content": content})

    assert message["status"] == "DELIVERED"
    assert message["content"] == content


@pytest.mark.parametrize("channel", ["SMS", "RCS", "WHATSAPP"])
@pytest.mark.parametrize("by", ["address", "senderId"])
def test_from_chooses_the_sender(world: World, channel: str, by: str) -> None:
    [sender] = [each for each in world.senders() if each.channel == channel]
    named = {"address": sender.address, "channel": channel}
    source = named if by == "address" else {"senderId": sender.sender_id}

    address = {"address": "+12065550100", "channel": "WHATSAPP" if channel == "WHATSAPP" else "PHONE"}

    [message] = fetched(world, {**HELLO, "to": [address], "from": source})

    assert message["from"] == {**named, "senderId": sender.sender_id}
    assert message["to"] == [address]


def test_without_from_each_address_gets_a_sender_that_reaches_it(world: World) -> None:
    whatsapp = {"address": "+12065550101", "channel": "WHATSAPP"}

    found = fetched(world, {**HELLO, "to": [*HELLO["to"], whatsapp]})

    assert [message["from"]["channel"] for message in found] == ["SMS", "WHATSAPP"]
    assert found[1]["to"] == [whatsapp]


def test_tags_are_on_every_message(world: World) -> None:
    tags = {"k" * 128: "v" * 256, "campaign.spring_~-1": "{{ region | default: 'none' }}"}
    to = [
        {"address": "+12065550100", "channel": "PHONE", "variables": {"region": "EMEA"}},
        {"addresses": [{"address": "+12065550101", "channel": "PHONE"}]},
    ]

    found = fetched(world, {**HELLO, "to": to, "tags": tags})

    assert [message["tags"] for message in found] == [
        {"k" * 128: "v" * 256, "campaign.spring_~-1": region} for region in ("EMEA", "none")
    ]


def test_unknown_keys_are_ignored_where_the_contract_leaves_a_shape_open(world: World) -> None:
    """`source` and `sender_id` are what ours are called inside: on the wire they mean nothing."""
    body = {
        "to": [{"addresses": HELLO["to"], "nickname": None, "place_": 1}],
        "content": {"media": [{"url": "https://example.org/a.png", "alt": None}]},
        "x-callback": "https://example.org",
        "source": {"address": "herald_sandbox_agent", "channel": "RCS"},
        "note": None,
    }

    [message] = fetched(world, body)

    assert message["from"]["channel"] == "SMS"
    assert message["content"] == {"media": [{"url": "https://example.org/a.png"}]}


def with_text(text: str, **variables: str) -> dict[str, Any]:
    return {"to": [{**HELLO["to"][0], "variables": variables}], "content": {"text": text}}


@pytest.mark.parametrize(
    "body",
    [
        {**HELLO, "to": [{"addresses": HELLO["to"] * 10}]},
        {**HELLO, "to": [{"address": "+6834002", "channel": "PHONE"}]},
        {**HELLO, "to": [{"address": "+491234567890123", "channel": "WHATSAPP"}]},
        {**HELLO, "tags": {f"key_{n}": "v" for n in range(10)}},
        {**HELLO, "tags": {}},
        {**HELLO, "content": {"text": "Hello", "media": []}},
        {**HELLO, "content": {"media": [{"url": "https://a.example/" + "u" * 2030}]}},
        with_text("{{ n }}" + "x" * 9_993),
        with_text("Hello", n="é" * 1_499 + "x"),
        with_text("Hello", **{"": "", "a b": "Liquid may not name it", "ключ": "\x00"}),
        with_text("A single brace } or { is a text, }} is one too"),
        with_text("\t\r\n!"),
    ],
    ids=lambda body: str(body)[:60],
)
def test_what_is_just_within_the_limits_is_accepted(world: World, body: dict[str, Any]) -> None:
    assert world.post("/Messages", body).status == 202


def test_a_body_may_have_5_000_000_bytes(world: World) -> None:
    body = json.dumps({**HELLO, "ignored": ""})
    body = body.replace('"ignored": ""', f'"ignored": "{"x" * (5_000_000 - len(body))}"')

    assert len(body) == 5_000_000
    assert world.post("/Messages", body).status == 202


def test_a_body_without_a_content_type_is_taken_for_json(world: World) -> None:
    event = http_event("POST", "/Messages", world.account, body=json.dumps(HELLO))
    del event["headers"]["Content-Type"], event["multiValueHeaders"]["Content-Type"]

    assert invoke("accept", event)["statusCode"] == 202


@pytest.mark.parametrize(
    "media_type", ["application/json", "application/json; charset=utf-8", "Application/JSON"]
)
def test_json_is_json_however_it_is_written(world: World, media_type: str) -> None:
    assert world.post("/Messages", HELLO, headers={"Content-Type": media_type}).status == 202


def test_the_same_number_twice_is_two_messages(world: World) -> None:
    found = fetched(world, {**HELLO, "to": HELLO["to"] * 2})

    assert len({message["id"] for message in found}) == 2
