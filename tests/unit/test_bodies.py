"""Bodies that are too much to look at, and answers that would be too long."""

import json
from typing import Any

import pytest

from herald.api import bodies
from herald.model.problems import MOST_ERRORS
from herald.model.request import SendMessagesRequest
from tests.world import Response, World

WRONG = {"address": "2065550123", "channel": "SMS"}
GOOD = {"address": "+12065550100", "channel": "PHONE"}


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


def post(world: World, to: Any, **more: Any) -> Response:
    before = world.items()
    answer = world.post("/Messages", {"to": to, "content": {"text": "x"}, **more})
    assert answer.status == 400, answer.body
    assert world.items() == before
    return answer


def contexts(answer: Response) -> list[str]:
    return [each["context"] for each in answer.body["errors"]]


@pytest.mark.parametrize(("recipients", "addresses"), [(10_000, 1), (2_000, 4)])
def test_a_hundred_problems_are_told_and_the_others_counted(
    world: World, recipients: int, addresses: int
) -> None:
    """10,000 recipients with 20,000 wrong values each once ended in a 502."""
    answer = post(world, [{"addresses": [WRONG] * addresses}] * recipients)

    assert len(answer.body["errors"]) == MOST_ERRORS
    assert answer.body["others"] == recipients * addresses * 2 - MOST_ERRORS
    assert contexts(answer)[0] == "$.to[0].addresses[0].address"
    assert len(json.dumps(answer.body)) < 50_000


def test_counting_ends_too(world: World) -> None:
    answer = post(world, [{"addresses": [WRONG] * 10}] * 10_000)

    assert bodies.MAX_COUNTED < answer.body["others"] <= bodies.MAX_COUNTED + MOST_ERRORS


def test_all_is_told_where_it_is_no_more_than_that(world: World) -> None:
    answer = post(
        world, [GOOD, {**GOOD, "address": "0"}, GOOD, {**GOOD, "x": 1}], tags={"ü": "x"}, schedule=1
    )

    assert contexts(answer) == ["$.to[1].address", "$.to[3].x", "$.tags.ü", "$.schedule"]
    assert "others" not in answer.body


def test_a_problem_beside_the_recipients_is_told_with_a_hundred_of_them(world: World) -> None:
    answer = post(world, [WRONG] * 300, content={})

    assert len(answer.body["errors"]) == MOST_ERRORS
    assert answer.body["others"] == 601 - MOST_ERRORS


def test_the_first_look_stops_at_the_first_bad_recipient() -> None:
    from pydantic import ValidationError

    body = json.dumps({"to": [WRONG] * 10_000, "content": {"text": "x"}})
    with pytest.raises(ValidationError) as failure:
        SendMessagesRequest.model_validate_json(body)

    assert {each["loc"][:2] for each in failure.value.errors() if len(each["loc"]) > 1} == {("to", 0)}


@pytest.mark.parametrize(
    ("to", "context", "words"),
    [
        ([{}] * 10_001, "$.to", "10000 entries"),
        ([{"variables": dict.fromkeys(map(str, range(4_001)), "")}], "$.to[0].variables", "4000 names"),
        ([{"variables": {"a": [1] * 10_001}}], "$.to[0].variables.a", "10000 entries"),
        ([{"b": [], "a" * 101: {"c": [1] * 10_001}}], "$.to[0]", "10000 entries"),
        ([{"variables": {"a": [[1] * 9] * 900}}], "$.to[0]", "4000 values"),
        ([GOOD, {"x": [0] * 3_990}] * 300, "$.to", "1000000 values"),
    ],
)
def test_more_values_than_a_request_has_are_one_problem(
    world: World, to: Any, context: str, words: str
) -> None:
    answer = post(world, to)

    [problem] = answer.body["errors"]
    assert problem["context"] == context
    assert words in problem["message"]


def test_what_stands_beside_the_recipients_is_counted_too(world: World) -> None:
    answer = post(world, [GOOD], more=[[0] * 99] * 999)

    assert [(each["context"], each["message"]) for each in answer.body["errors"]] == [
        ("$", "must have at most 50000 values in all")
    ]


@pytest.mark.parametrize(
    ("more", "context"),
    [
        ({"more": [0] * 10_001}, "$.more"),
        ({"more": {"a": [1, [], [0] * 10_001]}}, "$.more.a[2]"),
        ({"more": [{}, {"a": dict.fromkeys(map(str, range(4_001)))}]}, "$.more[1].a"),
        (dict.fromkeys(map(str, range(4_001))), "$"),
    ],
)
def test_what_is_too_long_is_named(world: World, more: dict[str, Any], context: str) -> None:
    answer = post(world, [GOOD], **more)

    assert (answer.status, contexts(answer)) == (400, [context])


@pytest.mark.parametrize("path", ["/Senders/Search", "/Suppressions", "/SenderPools", "/Content"])
def test_every_body_is_counted(world: World, path: str) -> None:
    answer = world.post(path, {"x": [[0] * 99] * 999})

    assert (answer.status, contexts(answer)) == (400, ["$"])


@pytest.mark.parametrize("depth", [100, 1_000, 100_000])
def test_what_is_nested_deeply_is_no_json_of_ours(world: World, depth: int) -> None:
    answer = world.post("/Messages", "[" * depth + "]" * depth)

    assert answer.status == 400


def test_as_many_as_are_allowed_are_let_through() -> None:
    addresses = [{"address": f"+1206555{number:04}", "channel": "PHONE"} for number in range(10)]
    body = {"to": [{"addresses": addresses}] * 10_000, "content": {"text": "x"}}

    bodies.measure(json.dumps(body), bodies.LongList("to", None))  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["\ud800", "a\udfff"])
def test_half_of_a_surrogate_pair_is_no_text(world: World, text: str) -> None:
    answer = world.post("/Messages", f'{{"to": "{text}"}}')

    assert answer.status == 400


LONG: Any = '"' * 1_500_000


@pytest.mark.parametrize(
    "body",
    [
        {LONG: 1},
        {"to": [{**GOOD, LONG: 1}]},
        {"to": [{**GOOD, "variables": {LONG: {}}}]},
        {"to": [{"address": LONG, "channel": "PHONE"}]},
        {"to": [{"address": "+12065550100", "channel": LONG}]},
        {"tags": {LONG: "a"}},
        {"content": {LONG: 1}},
        {"content": {"text": f"{{{{ {LONG}"}},
        {"content": {"rcs": {LONG: 1}}},
        {"from": {"address": LONG, "channel": LONG}},
        {"schedule": {"sendAt": LONG}},
        {f"dry{'_' * 1_500_000}run": True},
    ],
    ids=range(12),
)
def test_an_answer_does_not_repeat_what_is_long(world: World, body: dict[str, Any]) -> None:
    """AWS answers 503 where a function answers with more than 6 MB."""
    answer = world.post("/Messages", {"to": [GOOD], "content": {"text": "x"}, **body})

    assert len(json.dumps(answer.body)) < 10_000
