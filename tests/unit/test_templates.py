"""/Content: templates, and what a request that names one sends."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from herald.carriers.sandbox import Sandbox
from herald.model.templates import ContentTemplate
from herald.store import templates
from herald.store.table import ConditionFailed
from tests.world import World

BAD = 400
NOT_A_NUMBER = 21614
TOO_LONG = 21617
UNKNOWN_TEMPLATE = 21655
PHONE = {"address": "+12065550100", "channel": "PHONE"}
SMS_NUMBER = {"address": "+15005550006", "channel": "SMS"}
RCS_AGENT = {"address": "herald_sandbox_agent", "channel": "RCS"}
WHATSAPP_NUMBER = {"address": "+15005550006", "channel": "WHATSAPP"}
SOURCES = {"SMS": SMS_NUMBER, "RCS": RCS_AGENT, "WHATSAPP": WHATSAPP_NUMBER}

TEXT = {"twilio/text": {"body": "Hi {{1}}"}}
REPLY = {"type": "QUICK_REPLY", "title": "Yes", "id": "yes"}
URL = {"type": "URL", "title": "See", "url": "https://example.org/{{1}}"}
DIAL = {"type": "PHONE_NUMBER", "title": "Call", "phone": "+12065550100"}
PICTURE = "https://example.org/{{1}}.png"


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the carrier was given."""
    given: list[Any] = []
    send = Sandbox.send

    def note(sandbox: Sandbox, message: Any) -> Any:
        given.append(message)
        return send(sandbox, message)

    monkeypatch.setattr(Sandbox, "send", note)
    return given


def created(world: World, types: Any = TEXT, **more: Any) -> str:
    """The id of a new template."""
    answer = world.post("/Content", {"friendlyName": "greeting", "types": types, **more})
    assert answer.status == 201, answer.body
    return str(answer.body["id"])


def delivered(world: World, content: Any, channel: str = "SMS", **variables: str) -> Any:
    """The only message of a request, after everything happened."""
    to = {**PHONE, "channel": "WHATSAPP" if channel == "WHATSAPP" else "PHONE", "variables": variables}
    answer = world.post("/Messages", {"to": [to], "from": SOURCES[channel], "content": content})
    assert answer.status == 202, answer.body
    world.settle()
    [message] = world.messages(operationId=answer.body["operationId"])
    return world.get(f"/Messages/{message['id']}").body


# ------------------------------------------------------------------ the resource


def test_a_template_is_created_and_fetched_as_it_was_given(world: World) -> None:
    body = {
        "friendlyName": "greeting",
        "language": "en",
        "variables": {"1": "you"},
        "types": {**TEXT, "twilio/card": {"title": "Hi", "media": [PICTURE], "actions": [REPLY, URL, DIAL]}},
    }

    answer = world.post("/Content", body)

    assert answer.status == 201
    content_id, created_at = answer.body["id"], answer.body["createdAt"]
    assert answer.body == {"id": content_id, "createdAt": created_at, **body}
    assert content_id.startswith("HX")
    assert len(content_id) == 34
    assert answer.headers["Location"].endswith(f"/v1/Content/{content_id}")
    assert world.get(f"/Content/{content_id}").body == answer.body


def test_what_is_left_out_has_a_default(world: World) -> None:
    fetched = world.get(f"/Content/{created(world)}").body

    assert (fetched["language"], fetched["variables"]) == (None, {})


def test_templates_are_listed_newest_first_page_by_page(world: World) -> None:
    world.account, _ = world.new_account()
    ids: list[str] = []
    for _ in range(5):
        ids.append(created(world))

    pages: list[list[str]] = []
    token: str | None = ""
    while token is not None:
        query = {"pageSize": "2", **({"pageToken": token} if token else {})}
        answer = world.get("/Content", query).body
        pages.append([each["id"] for each in answer["contents"]])
        token = answer["pagination"]["next"]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert [each for page in pages for each in page] == sorted(ids, reverse=True)


def test_a_page_of_large_templates_is_no_larger_than_a_function_may_answer(world: World) -> None:
    """6 MB as the function gives it: with the body as a string, in which quotes are escaped once more."""
    world.account, _ = world.new_account()
    actions = [{"type": "QUICK_REPLY", "title": f"{number}", "id": '"' * 1_000} for number in range(4)]
    cards = [{"title": f"{number}", "body": '"' * 1_000, "actions": actions} for number in range(9)]
    body = {"friendlyName": "x", "types": {"twilio/carousel": {"cards": cards}}}
    ids = [world.post("/Content", body).body["id"] for _ in range(60)]

    listed: list[str] = []
    token: str | None = ""
    while token is not None:
        query = {"pageSize": "1000", **({"pageToken": token} if token else {})}
        answer = world.get("/Content", query)
        assert len(json.dumps({"body": json.dumps(answer.body)})) < 6_000_000
        listed += [each["id"] for each in answer.body["contents"]]
        token = answer.body["pagination"]["next"]

    assert listed == ids[::-1]


def test_a_deleted_template_is_gone(world: World) -> None:
    content_id = created(world)

    assert world.delete(f"/Content/{content_id}").status == 204

    assert world.get(f"/Content/{content_id}").status == 404
    assert world.delete(f"/Content/{content_id}").status == 404


@pytest.mark.parametrize("content_id", ["HX" + "0" * 32, "HX1", "HX" + "Z" * 32, "x"])
def test_an_unknown_template_is_a_404(world: World, content_id: str) -> None:
    assert world.get(f"/Content/{content_id}").status == 404
    assert world.delete(f"/Content/{content_id}").status == 404


def test_another_accounts_template_is_not_there(world: World) -> None:
    content_id = created(world)
    other, _ = world.new_account()

    assert world.get(f"/Content/{content_id}", account=other).status == 404
    assert world.get("/Content", account=other).body["contents"] == []


CARD = "$.types.twilio/card"
INVALID: list[tuple[str, Any, list[tuple[int, str]]]] = [
    ("nothing", {}, [(BAD, "$.friendlyName"), (BAD, "$.types")]),
    ("no types", {"types": {}}, [(BAD, "$.types")]),
    ("an empty name", {"friendlyName": ""}, [(BAD, "$.friendlyName")]),
    ("a language that is null", {"language": None}, [(BAD, "$.language")]),
    ("variables that are numbers", {"variables": {"1": 1}}, [(BAD, "$.variables.1")]),
    ("an unknown type", {"types": {"twilio/pay": {}}}, [(BAD, "$.types.twilio/pay")]),
    ("an empty text", {"types": {"twilio/text": {"body": ""}}}, [(BAD, "$.types.twilio/text.body")]),
    (
        "a long text",
        {"types": {"twilio/text": {"body": "x" * 1601}}},
        [(TOO_LONG, "$.types.twilio/text.body")],
    ),
    (
        "bad Liquid",
        {"types": {"twilio/text": {"body": "{{1 | shout}}"}}},
        [(BAD, "$.types.twilio/text.body")],
    ),
    ("media of nothing", {"types": {"twilio/media": {"media": []}}}, [(BAD, "$.types.twilio/media.media")]),
    (
        "no replies",
        {"types": {"twilio/quick-reply": {"body": "Hi", "actions": []}}},
        [(BAD, "$.types.twilio/quick-reply.actions")],
    ),
    (
        "a link as a quick reply",
        {"types": {"twilio/quick-reply": {"body": "Hi", "actions": [URL]}}},
        [
            (BAD, "$.types.twilio/quick-reply.actions[0].type"),
            (BAD, "$.types.twilio/quick-reply.actions[0].url"),
        ],
    ),
    (
        "an unknown action",
        {"types": {"twilio/call-to-action": {"body": "Hi", "actions": [{"type": "FAX", "title": "a"}]}}},
        [(BAD, "$.types.twilio/call-to-action.actions[0]")],
    ),
    (
        "an action without its field",
        {"types": {"twilio/call-to-action": {"body": "Hi", "actions": [{"type": "URL", "title": "a"}]}}},
        [(BAD, "$.types.twilio/call-to-action.actions[0].url")],
    ),
    (
        "dial a word",
        {"types": {"twilio/card": {"title": "Hi", "actions": [{**DIAL, "phone": "home"}]}}},
        [(NOT_A_NUMBER, f"{CARD}.actions[0].phone")],
    ),
    ("a card of a title", {"types": {"twilio/card": {"title": "Hi"}}}, [(BAD, CARD)]),
    (
        "five actions beside media",
        {"types": {"twilio/card": {"title": "Hi", "media": [PICTURE], "actions": [REPLY] * 5}}},
        [(BAD, CARD)],
    ),
    (
        "one card",
        {"types": {"twilio/carousel": {"cards": [{"title": "a"}]}}},
        [(BAD, "$.types.twilio/carousel.cards")],
    ),
    (
        "an empty card",
        {"types": {"twilio/carousel": {"cards": [{"title": "a"}, {}]}}},
        [(BAD, "$.types.twilio/carousel.cards[1]")],
    ),
]


@pytest.mark.parametrize(("change", "expected"), [pytest.param(*case[1:], id=case[0]) for case in INVALID])
def test_a_bad_template_tells_what_is_wrong_where(
    world: World, change: Any, expected: list[tuple[int, str]]
) -> None:
    body = {"friendlyName": "greeting", "types": TEXT, **change} if change else {}
    before = world.state()

    answer = world.post("/Content", body)

    assert answer.status == 400
    assert [(error["code"], error["context"]) for error in answer.body["errors"]] == expected
    assert world.state() == before


# ------------------------------------------------------------------------ sending


@pytest.mark.parametrize(
    ("body", "variables", "expected"),
    [
        ("Hi {{1}}, {{ 2 }}", {"1": "Ana", "2": "10:00"}, "Hi Ana, 10:00"),
        ("Hi {{name}}", {"name": "Ana"}, "Hi Ana"),
        ("Hi {{-1 -}} !", {"1": "Ana"}, "HiAna!"),
        ("Hi {{ 3 | default: 'x' }}", {}, "Hi x"),
        ("Hi {{1}}", {}, "Hi you"),
        ("Hi {{1}}", {"1": "{{2}}"}, "Hi {{2}}"),
        ("{% raw %}{{1}}{% endraw %} {{1}}", {"1": "Ana"}, "{{1}} Ana"),
        ("{{ 1.5 }} {{ '1' }}", {"1": "Ana"}, "1.5 1"),
    ],
)
def test_variables_are_by_position_or_by_name(
    world: World, body: str, variables: dict[str, str], expected: str
) -> None:
    content_id = created(world, {"twilio/text": {"body": body}}, variables={"1": "you"})

    message = delivered(world, {"contentId": content_id}, **variables)

    assert message["content"] == {"contentId": content_id, "resolved": {"text": expected}}


TYPES = {
    **TEXT,
    "twilio/media": {"body": "See {{1}}", "media": [PICTURE]},
    "twilio/quick-reply": {"body": "Yes, {{1}}?", "actions": [REPLY]},
}
PLAIN = ("See Ana", ("https://example.org/Ana.png",), None)
CHIPS = (
    None,
    (),
    {"text": "Yes, Ana?", "suggestions": [{"reply": {"text": "Yes", "postbackData": "yes"}}]},
)


@pytest.mark.parametrize(("channel", "expected"), [("SMS", PLAIN), ("WHATSAPP", PLAIN), ("RCS", CHIPS)])
def test_a_channel_gets_the_richest_type_that_it_can_show(
    world: World, sent: list[Any], channel: str, expected: Any
) -> None:
    content_id = created(world, TYPES)

    message = delivered(world, {"contentId": content_id}, channel, **{"1": "Ana"})

    assert [(each.text, each.media, each.rcs) for each in sent] == [expected]
    assert message["content"] == {
        "contentId": content_id,
        "resolved": {
            "modules": [
                {"sms": {"text": "See Ana", "media": [{"url": "https://example.org/Ana.png"}]}},
                {"rcs": CHIPS[2]},
            ]
        },
    }


MEDIA = {"contentInfo": {"fileUrl": "https://example.org/Ana.png"}, "height": "MEDIUM"}
SUGGESTIONS = [
    {"reply": {"text": "Yes", "postbackData": "yes"}},
    {
        "action": {
            "text": "See",
            "postbackData": "See",
            "openUrlAction": {"url": "https://example.org/Ana"},
        }
    },
    {"action": {"text": "Call", "postbackData": "Call", "dialAction": {"phoneNumber": "+12065550100"}}},
]
RICH: list[tuple[str, Any, Any]] = [
    (
        "buttons",
        {"twilio/call-to-action": {"body": "Hi {{1}}", "actions": [REPLY, URL, DIAL]}},
        {"text": "Hi Ana", "suggestions": SUGGESTIONS},
    ),
    (
        "a card",
        {
            "twilio/card": {
                "title": "{{1}}",
                "body": "Body",
                "media": [PICTURE],
                "orientation": "HORIZONTAL",
                "actions": [REPLY, URL, DIAL],
            }
        },
        {
            "richCard": {
                "standaloneCard": {
                    "cardOrientation": "HORIZONTAL",
                    "cardContent": {
                        "title": "Ana",
                        "description": "Body",
                        "media": MEDIA,
                        "suggestions": SUGGESTIONS,
                    },
                }
            }
        },
    ),
    (
        "a card without media",
        {"twilio/card": {"title": "{{1}}", "body": "Body", "actions": [{"title": "Yes"}]}},
        {"text": "Ana\nBody", "suggestions": [{"reply": {"text": "Yes", "postbackData": "Yes"}}]},
    ),
    (
        "a carousel, before a card",
        {
            "twilio/card": {"title": "A", "body": "B"},
            "twilio/carousel": {
                "body": "Not shown",
                "cards": [
                    {"title": "{{1}}", "body": "B", "media": PICTURE, "actions": [REPLY]},
                    {"body": "B"},
                ],
            },
        },
        {
            "richCard": {
                "carouselCard": {
                    "cardWidth": "MEDIUM",
                    "cardContents": [
                        {"title": "Ana", "description": "B", "media": MEDIA, "suggestions": SUGGESTIONS[:1]},
                        {"description": "B"},
                    ],
                }
            }
        },
    ),
]


@pytest.mark.parametrize(("types", "expected"), [pytest.param(*case[1:], id=case[0]) for case in RICH])
def test_rich_types_are_what_rcs_shows(world: World, sent: list[Any], types: Any, expected: Any) -> None:
    content_id = created(world, types)

    delivered(world, {"contentId": content_id}, "RCS", **{"1": "Ana"})

    assert [(each.text, each.media, each.rcs) for each in sent] == [(None, (), expected)]


def test_a_rich_type_alone_reaches_nobody_by_sms(world: World) -> None:
    content_id = created(world, {"twilio/quick-reply": {"body": "Yes?", "actions": [REPLY]}})
    body = {"to": [PHONE], "from": SMS_NUMBER, "content": {"contentId": content_id}}

    operation_id = world.post("/Messages", body).body["operationId"]
    world.settle()

    assert world.operation(operation_id)["stats"]["unaddressable"] == 1


def test_what_was_accepted_does_not_change_when_the_template_is_deleted(world: World) -> None:
    content_id = created(world)
    body = {"to": [{**PHONE, "variables": {"1": "Ana"}}], "content": {"contentId": content_id}}

    operation_id = world.post("/Messages", body).body["operationId"]
    world.delete(f"/Content/{content_id}")
    world.settle()

    [message] = world.messages(operationId=operation_id)
    assert message["status"] == "DELIVERED"
    fetched = world.get(f"/Messages/{message['id']}").body
    assert fetched["content"] == {"contentId": content_id, "resolved": {"text": "Hi Ana"}}


def test_a_missing_variable_is_named(world: World) -> None:
    content_id = created(world)

    message = delivered(world, {"contentId": content_id})

    assert message["status"] == "FAILED"
    assert message["content"] == {"contentId": content_id}
    assert message["error"]["message"].endswith(": variable '1' is missing and has no default")


def test_a_text_beside_a_content_id_says_nothing(world: World) -> None:
    content_id = created(world, variables={"1": "you"})

    message = delivered(world, {"contentId": content_id, "text": "Hello"})

    assert message["content"]["resolved"] == {"text": "Hi you"}


def test_an_unknown_template_is_refused_by_its_path(world: World) -> None:
    content_id = created(world)
    world.delete(f"/Content/{content_id}")
    body = {
        "to": [PHONE],
        "content": {"contentId": content_id},
        "from": {"address": "+12065550199", "channel": "SMS"},
    }
    before = world.state()

    answer = world.post("/Messages", body)

    assert answer.status == 400
    assert [(error["code"], error["context"]) for error in answer.body["errors"]] == [
        (UNKNOWN_TEMPLATE, "$.content.contentId"),
        (21606, "$.from.address"),
    ]
    assert world.state() == before


def test_another_accounts_template_is_unknown(world: World) -> None:
    content_id = created(world)
    world.account, _ = world.new_account()

    answer = world.post("/Messages", {"to": [PHONE], "content": {"contentId": content_id}})

    assert [error["code"] for error in answer.body["errors"]] == [UNKNOWN_TEMPLATE]


def test_a_template_is_made_once_also_if_the_answer_to_the_first_try_was_lost(world: World) -> None:
    shape = {"id": f"HX{'1' * 32}", "friendlyName": "x", "types": {"twilio/text": {"body": "Hi"}}}
    made = ContentTemplate.model_validate({**shape, "createdAt": datetime.now(UTC)}, strict=False)

    templates.put(world.table, world.account, made)
    templates.put(world.table, world.account, made)
    for name in ("a", "z"):
        with pytest.raises(ConditionFailed):
            templates.put(world.table, world.account, made.model_copy(update={"friendly_name": name}))

    assert templates.get(world.table, world.account, made.id) == made
