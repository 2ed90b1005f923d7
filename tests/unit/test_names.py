"""Names that would be ignored where they stand, and that a client meant for something."""

import json
from collections.abc import Iterable
from typing import Any

import pytest

from herald.api import names
from tests.world import World

TO = [{"address": "+15005550100", "channel": "PHONE"}]
HELLO: dict[str, Any] = {"to": TO, "content": {"text": "Hello"}}


@pytest.fixture(scope="module")
def world(shared_world: World) -> World:
    return shared_world


def problems(world: World, body: Any, path: str = "/Messages") -> dict[str, str]:
    answer = world.post(path, body)
    assert answer.status == 400, answer.body
    return {each["context"]: each["message"] for each in answer.body["errors"]}


@pytest.mark.parametrize(
    ("name", "place"),
    [
        ("dryRun", "delivery.dryRun"),
        ("sendAt", "schedule.sendAt"),
        ("maxPrice", "delivery.maxPrice"),
        ("validityPeriod", "delivery.validityPeriod"),
        ("senderPoolId", "from.senderPoolId"),
        ("variables", "to.variables"),
        ("filterIn", "from.channels.filterIn"),
        ("body", "content.text"),
        ("scheduledFor", "schedule.sendAt"),
        ("messagingServiceSid", "from.senderPoolId"),
        ("statusCallback", "GET /Messages"),
        ("dryrun", "delivery.dryRun"),
        ("send_at", "schedule.sendAt"),
        ("validityPeriode", "delivery.validityPeriod"),
    ],
)
def test_a_setting_one_level_too_high_is_told_where_it_belongs(world: World, name: str, place: str) -> None:
    before = world.items()

    found = problems(world, {**HELLO, name: True})

    assert list(found) == [f"$.{name}"]
    assert place in found[f"$.{name}"]
    assert world.items() == before


@pytest.mark.parametrize(
    ("body", "path", "meant"),
    [
        ({"shedule": {}}, "$.shedule", "schedule"),
        ({"scheduel": {}}, "$.scheduel", "schedule"),
        ({"tag": {}}, "$.tag", "tags"),
        ({"form": {}}, "$.form", "from"),
        ({"Tags": {}}, "$.Tags", "tags"),
        ({"delivry": {}}, "$.delivry", "delivery"),
        ({"from": {"senderId": "x", "channel_s": {}}}, "$.from.channel_s", "channels"),
        ({"from": {"senderPoolId": "x", "chanels": {}}}, "$.from.chanels", "channels"),
        ({"to": [{"addresses": TO, "variabels": {}}]}, "$.to[0].variabels", "variables"),
        ({"to": [*TO, {**TO[0], "variable": {}}]}, "$.to[1].variable", "variables"),
        ({"content": {"text": "a", "medai": []}}, "$.content.medai", "media"),
        ({"content": {"contentid": "HX"}}, "$.content.contentid", "contentId"),
        ({"delivery": {"dryrun": True}}, "$.delivery.dryrun", "dryRun"),
    ],
)
def test_a_misspelt_name_is_told_the_right_one(world: World, body: Any, path: str, meant: str) -> None:
    assert meant in problems(world, {**HELLO, **body})[path]


@pytest.mark.parametrize(
    "more",
    [
        {"x-campaign": 1, "note": "spring", "id": "1", "title": "a", "reference": {"a": [1]}},
        {"from": {"address": "+15005550006", "channel": "SMS", "comment": "ours"}},
        {"to": [{"addresses": TO, "externalId": "7"}]},
    ],
)
def test_other_names_stay_ignored_as_published(world: World, more: dict[str, Any]) -> None:
    assert world.post("/Messages", {**HELLO, **more}).status == 202


def test_names_in_what_is_free_are_free(world: World) -> None:
    tags = {"dryRun": "a", "shedule": "b"}

    body = {**HELLO, "to": [{**TO[0], "variables": {"dryRun": "x", "text": "y"}}], "tags": tags}

    assert world.post("/Messages", body).status == 202


def test_every_misspelt_name_is_told_once_and_with_the_rest(world: World) -> None:
    found = problems(world, {"to": TO, "content": {"txt": "a"}, "dryRun": True})

    assert found.keys() == {"$.content", "$.content.txt", "$.dryRun"} or found.keys() == {
        "$.content.txt",
        "$.dryRun",
    }


def test_other_bodies_are_looked_at_too(world: World) -> None:
    sender = {"channel": "SMS", "address": "+12065550123", "displayname": "x"}
    assert "displayName" in problems(world, sender, "/Senders")["$.displayname"]

    search = {"address": "+12065550123", "channel": "SMS", "statuss": "ACTIVATED"}
    assert "status" in problems(world, search, "/Senders/Search")["$.statuss"]


@pytest.mark.parametrize(
    "media",
    [
        {"media": []},
        *(
            {"media": [{"url": url}]}
            for url in (
                "no url",
                "ftp://x",
                "https://[x/a.png",
                "https://[::1::]/a.png",
                "https://a]b/c.png",
                "https://a.example:port/c.png",
                "https://a.example:70000/c.png",
                # It has the form of a URL, and the functions that carriers read URLs with refuse it.
                "https://exa\u2100mple.org/a.png",
            )
        ),
    ],
)
def test_content_that_fails_for_every_recipient_is_refused(world: World, media: dict[str, Any]) -> None:
    assert all(path.startswith("$.content") for path in problems(world, {**HELLO, "content": media}))


WORDS = (
    "Input should",
    "Value error",
    "pydantic",
    "tuple",
    "dict",
    "frozenset",
    "Field required",
    "NoneType",
)
STRANGE: tuple[Any, ...] = (1, 1.5, "x", True, None, [], {}, [1], {"a": 1}, "", [[]], -1, 1e300)


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/Messages", ["to", "content", "from", "tags", "schedule", "delivery"]),
        ("/Senders", ["channel", "address", "displayName", "carrier", "partsPerSecond", "tags"]),
        ("/Senders/Search", ["address", "channel", "status", "pageSize", "pageToken"]),
        ("/Senders/Resolve", ["recipientAddresses", "senderPoolId", "senderAddresses", "channels"]),
        ("/SenderPools", ["name", "senders", "tags"]),
        ("/Suppressions", ["suppressions", "source"]),
        ("/Content", ["friendlyName", "language", "variables", "types"]),
    ],
)
def test_no_message_speaks_of_python(world: World, path: str, fields: list[str]) -> None:
    good = HELLO if path == "/Messages" else {}
    for field in fields:
        for value in STRANGE:
            answer = world.post(path, {**good, field: value})
            text = str(answer.body)
            assert not [word for word in WORDS if word in text], (field, value, text)


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_that_json_does_not_have_is_refused(world: World, number: str) -> None:
    body = json.dumps({**HELLO, "x": 0}).replace('"x": 0', f'"x": {number}')

    message = problems(world, body)["$"]
    assert message.startswith("the body is not valid JSON, at line 1, column ")
    assert message.endswith(f": {number} is no number of JSON")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("", "the body is empty: it must be JSON"),
        ("{", "the body is not valid JSON, at line 1, column 1"),
        ('{\n"to":\n}', "the body is not valid JSON, at line 3, column 1"),
        ('{"to":' + "[" * 1_000, "the body is nested too deeply, at line 1, column 207"),
    ],
)
def test_a_body_that_is_no_json_is_told_of_in_our_words(world: World, body: str, message: str) -> None:
    assert problems(world, body)["$"] == message


def test_what_api_gateway_makes_of_bytes_that_are_not_utf_8_is_refused(world: World) -> None:
    garbled = json.dumps({**HELLO, "content": {"text": "caf\ufffd"}}, ensure_ascii=False)

    assert problems(world, garbled)["$"].startswith("the body is not UTF-8")
    assert world.post("/Messages", garbled.replace("\ufffd", "\\ufffd")).status == 202


@pytest.mark.parametrize("price", ["1", "0,05", "0.000001", "-0.1", "0.05 "])
def test_a_price_is_refused_without_a_pattern_for_programs(world: World, price: str) -> None:
    found = problems(world, json.dumps({**HELLO, "delivery": {"maxPrice": price}}))

    assert found == {"$.delivery.maxPrice": "must be US dollars with 1 to 5 decimals, such as 0.05"}


def test_a_mark_of_the_encoding_before_a_body_is_no_error(world: World) -> None:
    assert world.post("/Messages", "\ufeff" + json.dumps(HELLO)).status == 202


def test_a_priority_of_1_0_is_the_integer_1(world: World) -> None:
    body = {
        "recipientAddresses": [{"address": "+12065550100", "channel": "PHONE"}],
        "channels": {"priority": [{"channel": "SMS", "priority": 1.0}]},
    }

    assert world.post("/Senders/Resolve", body).status == 200
    assert world.post("/Senders/Resolve", json.dumps(body).replace("1.0", "1.5")).status == 400


def test_a_request_of_names_of_its_own_compares_few_of_them(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """To compare a name takes 0.3 ms, and a body may hold 400,000."""
    compared: list[str] = []
    hint = names.hint

    def counted(name: str, known: Iterable[str], *, is_near: bool = True) -> str | None:
        compared.append(name)
        return hint(name, known, is_near=is_near)

    monkeypatch.setattr(names, "hint", counted)
    own = [{f"zq{place}wzq{number}": 0 for number in range(50)} for place in range(100)]
    people = [{"addresses": TO, **each} for each in own]

    assert world.post("/Messages", {**HELLO, "to": people}).status == 202
    assert len(compared) < 1_000
    # What is somewhere else in the shape is still told.
    found = problems(world, {**HELLO, "to": [*people, {"addresses": TO, "dryRun": True}]})
    assert found.keys() == {"$.to[100].dryRun"}
    # One name in each of many recipients is one to compare.
    compared.clear()
    found = problems(world, {**HELLO, "to": [{"addresses": TO, "variabels": {}}] * 90})
    assert len(found) == 90
    assert len(compared) == 1
