"""POST /Messages: every problem is told at once, by its JSON path, and nothing is stored."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from herald.model.addresses import SenderChannel
from herald.model.senders import NewSender
from herald.runtime import app
from herald.store import senders
from tests.world import Response, World

ADDRESS = {"address": "+12065550100", "channel": "PHONE"}
HELLO: dict[str, Any] = {"to": [ADDRESS], "content": {"text": "Hello"}}
BAD = 400
NOT_A_NUMBER = 21614
TOO_LONG = 21617
NOT_A_SENDER = 21606


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


def refused(world: World, body: object, **call: Any) -> Response:
    """The answer to a request that leaves nothing behind."""
    before = world.state()

    answer = world.post("/Messages", body, **call)

    assert world.state() == before
    assert [world.bodies(queue) for queue in world.queues] == [[] for _ in world.queues]
    assert answer.body["status"] == answer.status
    assert list(answer.body) == ["errors", "status"]
    for error in answer.body["errors"]:
        assert list(error) == ["code", "message", "infoUrl", "context"]
        assert error["infoUrl"] == f"https://www.twilio.com/docs/api/errors/{error['code']}"
        assert error["message"]
    return answer


def problems_of(world: World, body: object) -> list[tuple[int, str | None]]:
    answer = refused(world, body)
    assert answer.status == 400
    return [(error["code"], error["context"]) for error in answer.body["errors"]]


def to(*recipients: object) -> dict[str, Any]:
    return {**HELLO, "to": list(recipients)}


def content(**fields: object) -> dict[str, Any]:
    return {**HELLO, "content": fields}


def tags(value: object) -> dict[str, Any]:
    return {**HELLO, "tags": value}


def source(value: object) -> dict[str, Any]:
    return {**HELLO, "from": value}


CASES: list[tuple[str, object, list[tuple[int, str | None]]]] = [
    ("nothing", "", [(BAD, "$")]),
    ("not JSON", "{", [(BAD, "$")]),
    ("half of a character", '{"to": "\\ud800"}', [(BAD, "$")]),
    ("an array", [], [(BAD, "$")]),
    ("a text", '"hello"', [(BAD, "$")]),
    ("null", "null", [(BAD, "$")]),
    ("half of a surrogate", json.dumps(HELLO).replace("Hello", r"\ud800"), [(BAD, "$")]),
    ("too deep", json.dumps(HELLO)[:-1] + ', "x": ' + "[" * 999 + "]" * 999 + "}", [(BAD, "$")]),
    ("more than JSON", json.dumps(HELLO) + "{}", [(BAD, "$")]),
    ("empty", {}, [(BAD, "$.to"), (BAD, "$.content")]),
    # to
    ("nobody", to(), [(BAD, "$.to")]),
    ("10,001 recipients", to(*[ADDRESS] * 10_001), [(BAD, "$.to")]),
    ("to is an object", {**HELLO, "to": ADDRESS}, [(BAD, "$.to")]),
    ("to is null", {**HELLO, "to": None}, [(BAD, "$.to")]),
    ("a recipient is a text", to("+12065550100"), [(BAD, "$.to[0]")]),
    ("a recipient is null", to(ADDRESS, None), [(BAD, "$.to[1]")]),
    ("a recipient of no kind", to({"variables": {}}), [(BAD, "$.to[0]")]),
    ("a recipient of an unknown kind", to({"audienceId": "aud"}), [(BAD, "$.to[0]")]),
    (
        "a profile by other ids",
        to({"profileId": "mem_profile_1", "memoryStoreId": "mem_store_1"}),
        [(BAD, "$.to[0].profileId"), (BAD, "$.to[0].memoryStoreId")],
    ),
    (
        "an address and a wrong one of addresses",
        to({**ADDRESS, "addresses": [{**ADDRESS, "address": "here"}]}),
        [(NOT_A_NUMBER, "$.to[0].addresses[0].address")],
    ),
    (
        "addresses and a profile",
        to({"addresses": [ADDRESS], "profileId": "mem_profile_1", "memoryStoreId": "mem_store_1"}),
        [(BAD, "$.to[0]")],
    ),
    ("an unknown field", to({**ADDRESS, "name": "Ana"}), [(BAD, "$.to[0].name")]),
    ("no channel", to({"address": "+12065550100"}), [(BAD, "$.to[0].channel")]),
    ("no address", to({"channel": "PHONE"}), [(BAD, "$.to[0].address")]),
    ("a sender's channel", to({**ADDRESS, "channel": "SMS"}), [(BAD, "$.to[0].channel")]),
    ("a channel in small letters", to({**ADDRESS, "channel": "phone"}), [(BAD, "$.to[0].channel")]),
    ("a number as a number", to({**ADDRESS, "address": 12065550100}), [(BAD, "$.to[0].address")]),
    ("no addresses", to({"addresses": []}), [(BAD, "$.to[0].addresses")]),
    ("11 addresses", to({"addresses": [ADDRESS] * 11}), [(BAD, "$.to[0].addresses")]),
    (
        "a bad address among others",
        to({"addresses": [ADDRESS, {**ADDRESS, "address": "x"}]}),
        [(NOT_A_NUMBER, "$.to[0].addresses[1].address")],
    ),
    ("a variable that is a number", to({**ADDRESS, "variables": {"n": 1}}), [(BAD, "$.to[0].variables.n")]),
    ("a variable that is null", to({**ADDRESS, "variables": {"n": None}}), [(BAD, "$.to[0].variables.n")]),
    ("variables that are null", to({**ADDRESS, "variables": None}), [(BAD, "$.to[0].variables")]),
    (
        "variables of 3,001 bytes",
        to({**ADDRESS, "variables": {"n": "é" * 1500}}),
        [(BAD, "$.to[0].variables")],
    ),
    # content
    ("content is null", {**HELLO, "content": None}, [(BAD, "$.content")]),
    ("content is a text", {**HELLO, "content": "Hello"}, [(BAD, "$.content")]),
    ("no content", content(), [(BAD, "$.content")]),
    ("an empty text", content(text=""), [(BAD, "$.content.text")]),
    ("a text that is null", content(text=None), [(BAD, "$.content.text")]),
    ("media that is null", content(text="Hello", media=None), [(BAD, "$.content.media")]),
    ("media as a bare URL", content(media=["https://example.org/a"]), [(BAD, "$.content.media[0]")]),
    ("media without a URL", content(media=[{}]), [(BAD, "$.content.media[0].url")]),
    ("media with an empty URL", content(media=[{"url": ""}]), [(BAD, "$.content.media[0].url")]),
    ("1,601 characters", content(text="x" * 1601), [(TOO_LONG, "$.content.text")]),
    ("10,001 characters of Liquid", content(text="{{ a }}" + "x" * 9_994), [(TOO_LONG, "$.content.text")]),
    ("11 media", content(media=[{"url": "https://example.org"}] * 11), [(BAD, "$.content.media")]),
    ("a URL that is none", content(media=[{"url": "photo.jpg"}]), [(BAD, "$.content.media[0].url")]),
    (
        "a URL with a space",
        content(media=[{"url": "https://a.example/a b"}]),
        [(BAD, "$.content.media[0].url")],
    ),
    ("a blank text", content(text=" \u00a0\n\u200b"), [(BAD, "$.content.text")]),
    ("joiners and marks alone", content(text="\u200c\u200d \u200f\ufe0f\u3164"), [(BAD, "$.content.text")]),
    ("a text with NUL", content(text="Hi \x00"), [(BAD, "$.content.text")]),
    ("Liquid with a control character", content(text="Hi {{ n }}\x1b"), [(BAD, "$.content.text")]),
    (
        "a URL of 2,049",
        content(media=[{"url": "https://a.example/" + "u" * 2031}]),
        [(BAD, "$.content.media[0].url")],
    ),
    ("a template", content(contentId="HX78e8e67fc0246521490fb9907fd0c165"), [(21655, "$.content.contentId")]),
    ("a URL of Liquid", content(media=[{"url": "{{ a }}" * 1429}]), [(BAD, "$.content.media[0].url")]),
    ("a text that is a number", content(text=1), [(BAD, "$.content.text")]),
    ("media that are an object", content(media={"url": "https://example.org"}), [(BAD, "$.content.media")]),
    ("an unclosed tag of Liquid", content(text="{% if name %}Hi"), [(BAD, "$.content.text")]),
    ("an unclosed output of Liquid", content(text="Hi {{ name"), [(BAD, "$.content.text")]),
    ("an unknown filter", content(text="Hi {{ name | shout }}"), [(BAD, "$.content.text")]),
    ("an unknown tag", content(text="{% shout %}"), [(BAD, "$.content.text")]),
    ("an included template", content(text="{% include 'secrets' %}"), [(BAD, "$.content.text")]),
    ("a rendered template", content(text="{% render 'secrets' %}"), [(BAD, "$.content.text")]),
    ("blocks without end", content(text="{% if a %}" * 99 + "{% endif %}" * 99), [(BAD, "$.content.text")]),
    ("bad Liquid in a URL", content(media=[{"url": "{{ a | shout }}"}]), [(BAD, "$.content.media[0].url")]),
    # from
    ("from is null", source(None), [(BAD, "$.from")]),
    ("from is a text", source("+15005550006"), [(BAD, "$.from")]),
    ("from nowhere", source({}), [(BAD, "$.from")]),
    (
        "an unknown address",
        source({"address": "+12065550199", "channel": "SMS"}),
        [(21606, "$.from.address")],
    ),
    (
        "another channel",
        source({"address": "herald_sandbox_agent", "channel": "SMS"}),
        [(21606, "$.from.address")],
    ),
    ("an unknown sender", source({"senderId": "comms_sender_1"}), [(21606, "$.from.senderId")]),
    ("MMS", source({"address": "+15005550006", "channel": "MMS"}), [(BAD, "$.from.channel")]),
    (
        "both kinds of from",
        source({"address": "+15005550006", "channel": "SMS", "senderId": "comms_sender_1"}),
        [(BAD, "$.from")],
    ),
    (
        "from in snake case",
        source({"sender_id": "comms_sender_1"}),
        [(BAD, "$.from.sender_id"), (BAD, "$.from")],
    ),
    ("an empty sender", source({"senderId": ""}), [(BAD, "$.from.senderId")]),
    ("from without a channel", source({"address": "+15005550006"}), [(BAD, "$.from.channel")]),
    # tags
    ("tags are null", tags(None), [(BAD, "$.tags")]),
    ("tags are an array", tags(["a"]), [(BAD, "$.tags")]),
    ("a tag that is null", tags({"a": None}), [(BAD, "$.tags.a")]),
    ("a tag that is a number", tags({"a": 1}), [(BAD, "$.tags.a")]),
    ("an empty key", tags({"": "a"}), [(BAD, "$.tags.")]),
    ("an empty value", tags({"a": ""}), [(BAD, "$.tags.a")]),
    ("a key of 129", tags({"k" * 129: "a"}), [(BAD, "$.tags")]),
    ("a value of 257", tags({"a": "v" * 257}), [(BAD, "$.tags.a")]),
    ("11 tags", tags({f"key_{n}": "v" for n in range(11)}), [(BAD, "$.tags")]),
    ("a space in a value", tags({"a": "b c"}), [(BAD, "$.tags.a")]),
    ("a colon in a key", tags({"a:b": "c"}), [(BAD, "$.tags.a:b")]),
    ("a line's end", tags({"a": "b\n"}), [(BAD, "$.tags.a")]),
    ("an umlaut", tags({"a": "ü"}), [(BAD, "$.tags.a")]),
    ("bad Liquid in a tag", tags({"a": "{{ b | shout }}"}), [(BAD, "$.tags.a")]),
    # schedule
    ("years ahead", {**HELLO, "schedule": {"sendAt": ["2130-01-01T00:00Z"]}}, [(BAD, "$.schedule.sendAt")]),
    ("an empty schedule", {**HELLO, "schedule": {}}, [(BAD, "$.schedule.sendAt")]),
    ("a schedule that is null", {**HELLO, "schedule": None}, [(BAD, "$.schedule")]),
]


@pytest.mark.parametrize(("body", "expected"), [pytest.param(*case[1:], id=case[0]) for case in CASES])
def test_a_bad_request_tells_what_is_wrong_where(
    world: World, body: object, expected: list[tuple[int, str | None]]
) -> None:
    assert problems_of(world, body) == expected


def paths_of(value: object, path: str = "$") -> Iterator[str]:
    """The JSON paths of all that is in a value."""
    named = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in named:
        inside = f"{path}[{name}]" if isinstance(name, int) else f"{path}.{name}"
        yield inside
        yield from paths_of(inner, inside)


def with_null(value: Any, at: str, path: str = "$") -> Any:
    """The same value with null at one path."""
    if path == at:
        return None
    if isinstance(value, dict):
        return {name: with_null(inner, at, f"{path}.{name}") for name, inner in value.items()}
    if isinstance(value, list):
        return [with_null(inner, at, f"{path}[{place}]") for place, inner in enumerate(value)]
    return value


FULL: dict[str, Any] = {
    "to": [{**ADDRESS, "variables": {"a": "b"}}, {"addresses": [ADDRESS], "variables": {"a": "b"}}],
    "content": {"text": "Hello", "media": [{"url": "https://example.org"}]},
    "from": {"address": "+15005550006", "channel": "SMS"},
    "tags": {"a": "b"},
    "schedule": {"sendAt": ["2026-12-01T09:00:00Z"]},
}


@pytest.mark.parametrize("path", list(paths_of(FULL)))
def test_null_is_an_error_wherever_it_stands(world: World, path: str) -> None:
    assert (BAD, path) in problems_of(world, with_null(FULL, path))


def test_another_account_s_sender_is_no_sender(world: World) -> None:
    other, _ = world.new_account()
    new = NewSender(address="+15005550007", channel=SenderChannel.SMS)
    theirs = senders.add(world.table, other, new, app().clock())

    by_address = problems_of(world, source({"address": "+15005550007", "channel": "SMS"}))
    by_id = problems_of(world, source({"senderId": theirs.id}))

    assert (by_address, by_id) == ([(NOT_A_SENDER, "$.from.address")], [(NOT_A_SENDER, "$.from.senderId")])


@pytest.mark.parametrize(
    "number",
    [
        "",
        "12065550100",
        "+12065",
        "+02065550100",
        "+1206555010012345",
        "+1 206 555 0100",
        "+1206555010O",
        "+12065550100\n",
        "+１２０６５５５０１００",
        "whatsapp:+12065550100",
        "tel:+12065550100",
        "ana@example.org",
    ],
)
@pytest.mark.parametrize("channel", ["PHONE", "WHATSAPP"])
def test_an_address_must_be_an_e164_number(world: World, number: str, channel: str) -> None:
    body = to({"address": number, "channel": channel})

    assert problems_of(world, body) == [(NOT_A_NUMBER, "$.to[0].address")]


def test_several_problems_come_in_one_answer(world: World) -> None:
    body = {
        "to": [ADDRESS, {**ADDRESS, "address": "0"}, {"address": "+12065550100"}],
        "content": {"text": "x" * 1601, "media": [{"url": ""}]},
        "from": {"address": "+12065550199", "channel": "FAX"},
        "tags": {"a b": "c"},
        "schedule": {"sendAt": []},
    }

    assert problems_of(world, body) == [
        (NOT_A_NUMBER, "$.to[1].address"),
        (BAD, "$.to[2].channel"),
        (TOO_LONG, "$.content.text"),
        (BAD, "$.content.media[0].url"),
        (BAD, "$.from.channel"),
        (BAD, "$.tags.a b"),
        (BAD, "$.schedule.sendAt"),
    ]


def test_published_messages_are_word_for_word(world: World) -> None:
    answer = refused(world, {**to({**ADDRESS, "address": "0"}), "content": {"text": "x" * 1601}})

    assert answer.body["errors"] == [
        {
            "code": 21614,
            "message": "The address specified in the request is not a valid phone number.",
            "infoUrl": "https://www.twilio.com/docs/api/errors/21614",
            "context": "$.to[0].address",
        },
        {
            "code": 21617,
            "message": "The concatenated message text exceeds the 1600 character limit",
            "infoUrl": "https://www.twilio.com/docs/api/errors/21617",
            "context": "$.content.text",
        },
    ]


@pytest.mark.parametrize("letter", ["x", "é"])
def test_a_body_of_more_than_5_000_000_bytes_is_413(world: World, letter: str) -> None:
    body = json.dumps({**HELLO, "ignored": letter}, ensure_ascii=False)
    body += " " * (5_000_001 - len(body.encode()))

    answer = refused(world, body)

    assert answer.status == 413
    assert [(error["code"], error["context"]) for error in answer.body["errors"]] == [(413, None)]


@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"]
)
def test_another_media_type_is_415(world: World, media_type: str) -> None:
    answer = refused(world, HELLO, headers={"Content-Type": media_type})

    assert answer.status == 415
    assert [(error["code"], error["context"]) for error in answer.body["errors"]] == [(415, None)]
