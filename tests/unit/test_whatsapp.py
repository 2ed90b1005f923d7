"""What WhatsApp gets of a content template: approved templates, buttons within its limits, or text."""

from typing import Any

import pytest

from herald.carriers.sandbox import Sandbox
from herald.model.whatsapp import fits
from tests.world import World

WHATSAPP = {"address": "+12065550100", "channel": "WHATSAPP"}
NUMBER = {"address": "+15005550006", "channel": "WHATSAPP"}
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


def message_of(world: World, types: Any, channel: str = "WHATSAPP", **variables: str) -> Any:
    """The message of a recipient who gets a template of these types."""
    made = world.post("/Content", {"friendlyName": "bill", "types": types})
    assert made.status == 201, made.body
    to = {**WHATSAPP, "channel": "WHATSAPP" if channel == "WHATSAPP" else "PHONE"}
    source = {**NUMBER, "channel": channel}
    answer = world.post(
        "/Messages",
        {
            "to": [{**to, "variables": {"1": "Ana"} | variables}],
            "from": source,
            "content": {"contentId": made.body["id"]},
        },
    )
    assert answer.status == 202, answer.body
    world.settle()
    [message] = world.messages(operationId=answer.body["operationId"])
    return world.get(f"/Messages/{message['id']}").body


def interactive(kind: str, text: str, action: Any, **more: Any) -> Any:
    return {
        "type": "interactive",
        "interactive": {"type": kind, "body": {"text": text}, **more, "action": action},
    }


def buttons(*titles: tuple[str, str]) -> Any:
    return {
        "buttons": [
            {"type": "reply", "reply": {"id": identifier, "title": title}} for title, identifier in titles
        ]
    }


SEE = {"name": "cta_url", "parameters": {"display_text": "See", "url": "https://example.org/Ana"}}
SHOWN: list[tuple[str, Any, Any]] = [
    (
        "replies",
        {"twilio/quick-reply": {"body": "Yes, {{1}}?", "actions": [REPLY, {"title": "No"}]}},
        interactive("button", "Yes, Ana?", buttons(("Yes", "yes"), ("No", "No"))),
    ),
    (
        "one link",
        {"twilio/call-to-action": {"body": "Hi {{1}}", "actions": [URL]}},
        interactive("cta_url", "Hi Ana", SEE),
    ),
    (
        "a card with a picture",
        {"twilio/card": {"title": "{{1}}", "body": "Body", "media": [PICTURE], "actions": [REPLY]}},
        interactive(
            "button",
            "Ana\nBody",
            buttons(("Yes", "yes")),
            header={"type": "image", "image": {"link": "https://example.org/Ana.png"}},
        ),
    ),
]


@pytest.mark.parametrize(("types", "expected"), [pytest.param(*case[1:], id=case[0]) for case in SHOWN])
def test_what_has_buttons_is_interactive(world: World, sent: list[Any], types: Any, expected: Any) -> None:
    message_of(world, types)

    [given] = sent
    assert given.whatsapp == expected
    # For a carrier that has no buttons.
    assert given.text


SPELLED: list[tuple[str, Any, str]] = [
    ("four replies", [REPLY, *({"title": title} for title in "ABC")], "Hi Ana\n• Yes\n• A\n• B\n• C"),
    ("a reply and a link", [REPLY, URL], "Hi Ana\n• Yes\nSee: https://example.org/Ana"),
    ("a number", [DIAL], "Hi Ana\nCall: +12065550100"),
    ("a title too long", [{"title": "x" * 21}], f"Hi Ana\n• {'x' * 21}"),
    ("two titles alike", [{"title": "A", "id": "1"}, {"title": "A", "id": "2"}], "Hi Ana\n• A\n• A"),
    ("an answer too long", [{"title": "A", "id": "x" * 257}], "Hi Ana\n• A"),
]


@pytest.mark.parametrize(("actions", "expected"), [pytest.param(*case[1:], id=case[0]) for case in SPELLED])
def test_what_whatsapp_has_no_buttons_for_is_spelled_out(
    world: World, sent: list[Any], actions: Any, expected: str
) -> None:
    message_of(world, {"twilio/call-to-action": {"body": "Hi {{1}}", "actions": actions}})

    assert [(each.whatsapp, each.text, each.media) for each in sent] == [(None, expected, ())]


def test_a_limit_holds_for_what_is_rendered(world: World, sent: list[Any]) -> None:
    types = {"twilio/quick-reply": {"body": "{{1}}", "actions": [{"title": "{{2}}", "id": "a"}]}}

    message_of(world, types, **{"1": "x" * 1_024, "2": "Yes"})
    message_of(world, types, **{"1": "x" * 1_025, "2": "Yes"})
    message_of(world, types, **{"1": "x", "2": "y" * 21})

    assert [each.whatsapp is not None for each in sent] == [True, False, False]


def test_a_text_of_its_own_goes_before_what_is_spelled_out(world: World, sent: list[Any]) -> None:
    types = {
        "twilio/text": {"body": "Write YES"},
        "twilio/call-to-action": {"body": "Hi {{1}}", "actions": [DIAL]},
    }

    message_of(world, types)

    assert [(each.whatsapp, each.text) for each in sent] == [(None, "Write YES")]


# ---------------------------------------------------------------------- approved ones

COMPONENTS: list[dict[str, Any]] = [
    {"type": "header", "parameters": [{"type": "image", "image": {"link": PICTURE}}]},
    {
        "type": "body",
        "parameters": [
            {"type": "text", "text": "{{1}}"},
            {"type": "text", "text": "{{sum}}", "parameter_name": "sum"},
        ],
    },
    {
        "type": "button",
        "sub_type": "quick_reply",
        "index": 0,
        "parameters": [{"type": "payload", "payload": "paid {{1}}"}],
    },
    {
        "type": "button",
        "sub_type": "copy_code",
        "index": 1,
        "parameters": [{"type": "coupon_code", "coupon_code": "A1"}],
    },
]
TEMPLATE = {"name": "bill_ready", "language": "en_US", "components": COMPONENTS}
RENDERED = {
    "type": "template",
    "template": {
        "name": "bill_ready",
        "language": {"code": "en_US"},
        "components": [
            {
                "type": "header",
                "parameters": [{"type": "image", "image": {"link": "https://example.org/Ana.png"}}],
            },
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "text": "Ana"},
                    {"type": "text", "text": "10", "parameter_name": "sum"},
                ],
            },
            {**COMPONENTS[2], "parameters": [{"type": "payload", "payload": "paid Ana"}]},
            COMPONENTS[3],
        ],
    },
}


def test_a_template_goes_as_meta_has_it(world: World, sent: list[Any]) -> None:
    message = message_of(world, {"whatsapp/template": TEMPLATE}, sum="10")

    assert [(each.whatsapp, each.text, each.media) for each in sent] == [(RENDERED, None, ())]
    assert message["status"] == "DELIVERED"
    assert message["content"]["resolved"] == {"modules": [{"whatsapp": RENDERED}]}


def test_a_template_without_variables_has_no_components(world: World, sent: list[Any]) -> None:
    message_of(world, {"whatsapp/template": {"name": "hello", "language": "en"}})

    template: Any = {"name": "hello", "language": {"code": "en"}}
    assert [each.whatsapp for each in sent] == [{"type": "template", "template": template}]


def test_other_channels_get_the_other_types(world: World, sent: list[Any]) -> None:
    types = {"whatsapp/template": TEMPLATE, "twilio/text": {"body": "Hi {{1}}"}}

    message_of(world, types, "SMS", sum="10")
    message_of(world, types, sum="10")

    assert [(each.whatsapp is not None, each.text) for each in sent] == [(False, "Hi Ana"), (True, "Hi Ana")]


def test_a_template_alone_reaches_nobody_by_sms(world: World) -> None:
    made = world.post("/Content", {"friendlyName": "bill", "types": {"whatsapp/template": TEMPLATE}})
    answer = world.post(
        "/Messages",
        {
            "to": [{"address": "+12065550100", "channel": "PHONE"}],
            "from": NUMBER | {"channel": "SMS"},
            "content": {"contentId": made.body["id"]},
        },
    )
    world.settle()

    assert world.operation(answer.body["operationId"])["stats"]["unaddressable"] == 1


def test_a_variable_that_is_missing_or_empty_is_named(world: World) -> None:
    missing = message_of(world, {"whatsapp/template": TEMPLATE})
    empty = message_of(world, {"whatsapp/template": TEMPLATE}, sum="")

    assert (missing["status"], missing["error"]["code"]) == ("FAILED", 99002)
    assert "'sum'" in missing["error"]["message"]
    assert (empty["status"], empty["error"]["code"]) == ("FAILED", 99002)


BAD: list[tuple[Any, list[str]]] = [
    ({}, ["name", "language"]),
    ({"name": "Bill", "language": "en"}, ["name"]),
    ({"name": "b", "language": "english please"}, ["language"]),
    ({"name": "b", "language": "en", "more": 1}, ["more"]),
    ({"name": "b", "language": "en", "components": [{"type": "footer"}]}, [
        "components[0].type", "components[0].parameters"]),
    ({"name": "b", "language": "en", "components": [{"type": "body", "parameters": []}]}, [
        "components[0].parameters"]),
    ({"name": "b", "language": "en", "components": [
        {"type": "button", "parameters": [{"type": "payload", "payload": "a"}]}]}, ["components[0]"]),
    ({"name": "b", "language": "en", "components": [
        {"type": "body", "index": 0, "parameters": [{"type": "text", "text": "a"}]}]}, ["components[0]"]),
    ({"name": "b", "language": "en", "components": [
        {"type": "body", "parameters": [{"type": "sound"}]}]}, ["components[0].parameters[0]"]),
    ({"name": "b", "language": "en", "components": [
        {"type": "body", "parameters": [{"type": "text", "text": "{{"}]}]}, [
            "components[0].parameters[0].text"]),
]  # fmt: skip


@pytest.mark.parametrize(("template", "paths"), BAD)
def test_a_template_that_is_wrong_is_told_where(world: World, template: Any, paths: list[str]) -> None:
    before = world.items()

    answer = world.post("/Content", {"friendlyName": "bill", "types": {"whatsapp/template": template}})

    assert answer.status == 400
    assert [error["context"] for error in answer.body["errors"]] == [
        f"$.types.whatsapp/template.{path}" for path in paths
    ]
    assert world.items() == before


def test_a_template_is_not_held_to_the_limits_of_buttons() -> None:
    assert fits(RENDERED)
