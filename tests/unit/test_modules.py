"""POST /Messages with modules: what RCS can show, its limits, and which channel gets what."""

from typing import Any

import pytest

from herald.carriers.sandbox import Sandbox
from tests.world import World

TO = [{"address": "+12065550100", "channel": "PHONE", "variables": {"name": "Ana"}}]
RCS_AGENT = {"address": "herald_sandbox_agent", "channel": "RCS"}
SMS_NUMBER = {"address": "+15005550006", "channel": "SMS"}
BAD = 400
NOT_A_NUMBER = 21614
TOO_LONG = 21617

FILE = {"contentInfo": {"fileUrl": "https://example.org/a.png"}}
REPLY = {"reply": {"text": "OK", "postbackData": "ok"}}
CARD = {"title": "A", "description": "B", "media": {**FILE, "height": "TALL"}, "suggestions": [REPLY]}


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


def rcs(**fields: object) -> dict[str, Any]:
    return {"modules": [{"rcs": fields}]}


def suggested(suggestion: object) -> dict[str, Any]:
    return rcs(text="Hi", suggestions=[suggestion])


def action(**kind: object) -> dict[str, Any]:
    return suggested({"action": {"text": "Tap", "postbackData": "tapped", **kind}})


def event(**fields: object) -> dict[str, Any]:
    whole = {
        "startTime": "2030-01-01T10:00:00Z",
        "endTime": "2030-01-01T11:00:00Z",
        "title": "Visit",
        "description": "Bring your card.",
    }
    return action(createCalendarEventAction={**whole, **fields})


def standalone(**card: object) -> dict[str, Any]:
    return rcs(richCard={"standaloneCard": card})


def carousel(*cards: object, **more: object) -> dict[str, Any]:
    return rcs(richCard={"carouselCard": {"cardContents": list(cards), **more}})


VALID: list[tuple[str, Any]] = [
    ("a text", rcs(text="Hi {{ name }}")),
    ("the longest text", rcs(text="x" * 3072)),
    ("a file", rcs(**FILE)),
    (
        "a file with all",
        rcs(contentInfo={**FILE["contentInfo"], "thumbnailUrl": "https://a", "forceRefresh": True}),
    ),
    ("11 suggestions", rcs(text="Hi", suggestions=[REPLY] * 11)),
    ("the longest reply", suggested({"reply": {"text": "x" * 25, "postbackData": "x" * 2048}})),
    ("dial", action(dialAction={"phoneNumber": "+12065550100"})),
    (
        "dial what a variable holds",
        action(dialAction={"phoneNumber": "{{ desk | default: '+12065550100' }}"}),
    ),
    ("open", action(openUrlAction={"url": "https://example.org/{{ name }}"})),
    ("open in the browser", action(openUrlAction={"url": "https://example.org", "application": "BROWSER"})),
    (
        "open in a view",
        action(
            openUrlAction={
                "url": "https://example.org",
                "application": "WEBVIEW",
                "webviewViewMode": "HALF",
            }
        ),
    ),
    (
        "a place",
        action(viewLocationAction={"latLong": {"latitude": -90, "longitude": 180.0}, "label": "Here"}),
    ),
    ("a search for a place", action(viewLocationAction={"query": "coffee"})),
    ("an event", event()),
    ("an event across zones", event(startTime="2030-01-01T10:00:00+02:00", endTime="2030-01-01T08:00:01Z")),
    ("an event of each recipient's own", event(startTime="{{ start | default: '2030-01-01T10:00:00Z' }}")),
    ("share where you are", action(shareLocationAction={})),
    ("a card", standalone(cardContent=CARD)),
    ("a card of a title", standalone(cardContent={"title": "A"})),
    (
        "the longest card",
        standalone(cardContent={"title": "x" * 200, "description": "x" * 2000, "suggestions": [REPLY] * 4}),
    ),
    (
        "a horizontal card",
        standalone(
            cardOrientation="HORIZONTAL",
            thumbnailImageAlignment="LEFT",
            cardContent={"media": FILE, "suggestions": [REPLY]},
        ),
    ),
    (
        "a card with suggestions below",
        {
            "modules": [
                {"rcs": {"richCard": {"standaloneCard": {"cardContent": CARD}}, "suggestions": [REPLY]}}
            ]
        },
    ),
    ("two cards", carousel(CARD, CARD)),
    ("ten cards", carousel(*[CARD] * 10, cardWidth="SMALL")),
    ("sms", {"modules": [{"sms": {"text": "Hi", "media": [{"url": "https://example.org"}]}}]}),
    ("both", {"modules": [{"rcs": {"text": "x" * 3072}}, {"sms": {"text": "x" * 1600}}]}),
    ("unknown fields where the shape is open", {**rcs(text="Hi", nickname="open"), "note": "x"}),
]


@pytest.mark.parametrize("content", [pytest.param(case[1], id=case[0]) for case in VALID])
def test_what_is_valid_is_taken(world: World, content: Any) -> None:
    answer = world.post("/Messages", {"to": TO, "content": content})

    assert answer.status == 202, answer.body


RCS = "$.content.modules[0].rcs"
SUGGESTION = f"{RCS}.suggestions[0]"
ACTION = f"{SUGGESTION}.action"
STANDALONE = f"{RCS}.richCard.standaloneCard"

INVALID: list[tuple[str, Any, list[tuple[int, str]]]] = [
    # the union of contents
    ("nothing", {}, [(BAD, "$.content")]),
    ("an unknown field alone", {"subject": "Hi"}, [(BAD, "$.content")]),
    (
        "contentId and modules",
        {"contentId": "HX" + "a" * 32, **rcs(text="Hi")},
        [(BAD, "$.content")],
    ),
    ("an unknown field beside a text", {"text": "Hi", "subject": "Hi"}, [(BAD, "$.content.subject")]),
    ("a contentId of another form", {"text": "Hi", "contentId": "HX1"}, [(BAD, "$.content.contentId")]),
    # modules
    ("no modules", {"modules": []}, [(BAD, "$.content.modules")]),
    ("modules that are null", {"modules": None}, [(BAD, "$.content.modules")]),
    ("five modules", {"modules": [{"sms": {"text": "Hi"}}] * 5}, [(BAD, "$.content.modules")]),
    ("one channel twice", {"modules": [{"sms": {"text": "Hi"}}] * 2}, [(BAD, "$.content.modules")]),
    (
        "two channels in one module",
        {"modules": [{"sms": {"text": "Hi"}, "rcs": {"text": "Hi"}}]},
        [(BAD, "$.content.modules[0]")],
    ),
    ("a module for WhatsApp", {"modules": [{"whatsapp": {"text": "Hi"}}]}, [(BAD, "$.content.modules[0]")]),
    ("an empty sms", {"modules": [{"sms": {}}]}, [(BAD, "$.content.modules[0].sms")]),
    (
        "an sms with suggestions",
        {"modules": [{"sms": {"text": "Hi", "suggestions": []}}]},
        [(BAD, "$.content.modules[0].sms.suggestions")],
    ),
    (
        "an sms of 1,601",
        {"modules": [{"sms": {"text": "x" * 1601}}]},
        [(TOO_LONG, "$.content.modules[0].sms.text")],
    ),
    # rcs
    ("an empty rcs", rcs(), [(BAD, RCS)]),
    ("text and a file", rcs(text="Hi", **FILE), [(BAD, RCS)]),
    ("a text and a card", rcs(text="Hi", richCard={"standaloneCard": {"cardContent": CARD}}), [(BAD, RCS)]),
    ("an empty text", rcs(text=""), [(BAD, f"{RCS}.text")]),
    ("3,073 characters", rcs(text="x" * 3073), [(BAD, f"{RCS}.text")]),
    ("bad Liquid", rcs(text="{{ name | shout }}"), [(BAD, f"{RCS}.text")]),
    ("a file without a URL", rcs(contentInfo={}), [(BAD, f"{RCS}.contentInfo.fileUrl")]),
    (
        "bad Liquid in a URL",
        rcs(contentInfo={"fileUrl": "{% if %}"}),
        [(BAD, f"{RCS}.contentInfo.fileUrl")],
    ),
    (
        "forceRefresh as a text",
        rcs(contentInfo={"fileUrl": "https://a", "forceRefresh": "yes"}),
        [(BAD, f"{RCS}.contentInfo.forceRefresh")],
    ),
    (
        "a thumbnail that is null",
        rcs(contentInfo={"fileUrl": "https://a", "thumbnailUrl": None}),
        [(BAD, f"{RCS}.contentInfo.thumbnailUrl")],
    ),
    # suggestions
    ("12 suggestions", rcs(text="Hi", suggestions=[REPLY] * 12), [(BAD, f"{RCS}.suggestions")]),
    ("an empty suggestion", suggested({}), [(BAD, SUGGESTION)]),
    (
        "a reply and an action",
        suggested({**REPLY, "action": {"text": "a", "postbackData": "b", "shareLocationAction": {}}}),
        [(BAD, SUGGESTION)],
    ),
    (
        "a long reply",
        suggested({"reply": {"text": "x" * 26, "postbackData": "x" * 2049}}),
        [(BAD, f"{SUGGESTION}.reply.text"), (BAD, f"{SUGGESTION}.reply.postbackData")],
    ),
    (
        "an empty reply",
        suggested({"reply": {"text": "", "postbackData": ""}}),
        [(BAD, f"{SUGGESTION}.reply.text"), (BAD, f"{SUGGESTION}.reply.postbackData")],
    ),
    (
        "a reply without data",
        suggested({"reply": {"text": "OK"}}),
        [(BAD, f"{SUGGESTION}.reply.postbackData")],
    ),
    # actions
    ("no action", action(), [(BAD, ACTION)]),
    (
        "two actions",
        action(shareLocationAction={}, dialAction={"phoneNumber": "+12065550100"}),
        [(BAD, ACTION)],
    ),
    (
        "an action without text",
        suggested({"action": {"postbackData": "a", "shareLocationAction": {}}}),
        [(BAD, f"{ACTION}.text")],
    ),
    ("dial nobody", action(dialAction={}), [(BAD, f"{ACTION}.dialAction.phoneNumber")]),
    (
        "dial a word",
        action(dialAction={"phoneNumber": "home"}),
        [(NOT_A_NUMBER, f"{ACTION}.dialAction.phoneNumber")],
    ),
    ("open nothing", action(openUrlAction={}), [(BAD, f"{ACTION}.openUrlAction.url")]),
    (
        "a view without a size",
        action(openUrlAction={"url": "https://a", "application": "WEBVIEW"}),
        [(BAD, f"{ACTION}.openUrlAction")],
    ),
    (
        "a browser with a size",
        action(openUrlAction={"url": "https://a", "application": "BROWSER", "webviewViewMode": "FULL"}),
        [(BAD, f"{ACTION}.openUrlAction")],
    ),
    (
        "a size of nothing",
        action(openUrlAction={"url": "https://a", "webviewViewMode": "FULL"}),
        [(BAD, f"{ACTION}.openUrlAction")],
    ),
    (
        "an unknown size",
        action(openUrlAction={"url": "https://a", "application": "WEBVIEW", "webviewViewMode": "WIDE"}),
        [(BAD, f"{ACTION}.openUrlAction.webviewViewMode")],
    ),
    ("nowhere", action(viewLocationAction={}), [(BAD, f"{ACTION}.viewLocationAction")]),
    ("a label alone", action(viewLocationAction={"label": "Here"}), [(BAD, f"{ACTION}.viewLocationAction")]),
    (
        "off the globe",
        action(viewLocationAction={"latLong": {"latitude": 90.1, "longitude": -180.1}}),
        [
            (BAD, f"{ACTION}.viewLocationAction.latLong.latitude"),
            (BAD, f"{ACTION}.viewLocationAction.latLong.longitude"),
        ],
    ),
    (
        "half a place",
        action(viewLocationAction={"latLong": {"latitude": 1}}),
        [(BAD, f"{ACTION}.viewLocationAction.latLong.longitude")],
    ),
    (
        "a place with more",
        action(viewLocationAction={"query": "coffee", "zoom": 3}),
        [(BAD, f"{ACTION}.viewLocationAction.zoom")],
    ),
    (
        "sharing more",
        action(shareLocationAction={"to": "all"}),
        [(BAD, f"{ACTION}.shareLocationAction.to")],
    ),
    (
        "an event that ends as it starts",
        event(endTime="2030-01-01T10:00:00Z"),
        [(BAD, f"{ACTION}.createCalendarEventAction")],
    ),
    (
        "an event that ends before, seen from another zone",
        event(endTime="2030-01-01T11:00:00+02:00"),
        [(BAD, f"{ACTION}.createCalendarEventAction")],
    ),
    (
        "an event without a zone",
        event(startTime="2030-01-01T09:00:00"),
        [(BAD, f"{ACTION}.createCalendarEventAction.startTime")],
    ),
    (
        "an event on no day",
        event(startTime="2030-02-30T09:00:00Z"),
        [(BAD, f"{ACTION}.createCalendarEventAction.startTime")],
    ),
    (
        "an event without a title",
        event(title=""),
        [(BAD, f"{ACTION}.createCalendarEventAction.title")],
    ),
    # cards
    ("no card", rcs(richCard={}), [(BAD, f"{RCS}.richCard")]),
    (
        "both cards",
        rcs(richCard={"standaloneCard": {"cardContent": CARD}, "carouselCard": {"cardContents": [CARD] * 2}}),
        [(BAD, f"{RCS}.richCard")],
    ),
    ("a card without content", standalone(), [(BAD, f"{STANDALONE}.cardContent")]),
    ("an empty card", standalone(cardContent={}), [(BAD, f"{STANDALONE}.cardContent")]),
    (
        "a card with more",
        standalone(cardContent={**CARD, "subtitle": "x"}),
        [(BAD, f"{STANDALONE}.cardContent.subtitle")],
    ),
    (
        "a long card",
        standalone(cardContent={"title": "x" * 201, "description": "x" * 2001}),
        [(BAD, f"{STANDALONE}.cardContent.title"), (BAD, f"{STANDALONE}.cardContent.description")],
    ),
    (
        "five suggestions on a card",
        standalone(cardContent={"title": "A", "suggestions": [REPLY] * 5}),
        [(BAD, f"{STANDALONE}.cardContent.suggestions")],
    ),
    (
        "an unknown height",
        standalone(cardContent={"media": {**FILE, "height": "HUGE"}}),
        [(BAD, f"{STANDALONE}.cardContent.media.height")],
    ),
    (
        "an unknown orientation",
        standalone(cardContent=CARD, cardOrientation="DIAGONAL"),
        [(BAD, f"{STANDALONE}.cardOrientation")],
    ),
    (
        "a horizontal card without media",
        standalone(cardContent={"title": "A", "description": "B"}, cardOrientation="HORIZONTAL"),
        [(BAD, STANDALONE)],
    ),
    (
        "a horizontal card of media alone",
        standalone(cardContent={"media": FILE}, cardOrientation="HORIZONTAL"),
        [(BAD, STANDALONE)],
    ),
    ("one card", carousel(CARD), [(BAD, f"{RCS}.richCard.carouselCard.cardContents")]),
    ("eleven cards", carousel(*[CARD] * 11), [(BAD, f"{RCS}.richCard.carouselCard.cardContents")]),
    (
        "a bad card among others",
        carousel(CARD, {}),
        [(BAD, f"{RCS}.richCard.carouselCard.cardContents[1]")],
    ),
    (
        "an unknown width",
        carousel(CARD, CARD, cardWidth="LARGE"),
        [(BAD, f"{RCS}.richCard.carouselCard.cardWidth")],
    ),
    (
        "too much in all",
        {"text": "{{ a }}" + "x" * 9_990, "media": [{"url": "{{ a }}" + "x" * 9_990}] * 10},
        [(BAD, "$.content")],
    ),
]


@pytest.mark.parametrize(("content", "expected"), [pytest.param(*case[1:], id=case[0]) for case in INVALID])
def test_what_is_invalid_is_refused_by_its_path(
    world: World, content: Any, expected: list[tuple[int, str]]
) -> None:
    before = world.items()

    answer = world.post("/Messages", {"to": TO, "content": content})

    assert answer.status == 400
    assert [(error["code"], error["context"]) for error in answer.body["errors"]] == expected
    assert world.items() == before


@pytest.fixture
def sent(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the carrier was given, of what is accepted from now on."""
    world.settle()
    given: list[Any] = []
    send = Sandbox.send

    def note(sandbox: Sandbox, message: Any) -> Any:
        given.append(message)
        return send(sandbox, message)

    monkeypatch.setattr(Sandbox, "send", note)
    return given


def delivered(world: World, content: Any, **more: Any) -> Any:
    """The only message of a request, after everything happened."""
    answer = world.post("/Messages", {"to": TO, "content": content, **more})
    assert answer.status == 202, answer.body
    world.settle()
    [message] = world.messages(operationId=answer.body["operationId"])
    return world.get(f"/Messages/{message['id']}").body


BOTH = {
    "modules": [
        {"rcs": {"text": "RCS {{ name }}", "suggestions": [REPLY]}},
        {"sms": {"text": "SMS {{ name }}", "media": [{"url": "https://example.org/{{ name }}"}]}},
    ]
}


def test_each_channel_gets_its_module(world: World, sent: list[Any]) -> None:
    by_sms = delivered(world, BOTH, **{"from": SMS_NUMBER})
    by_rcs = delivered(world, BOTH, **{"from": RCS_AGENT})

    assert [by_sms["from"]["channel"], by_rcs["from"]["channel"]] == ["SMS", "RCS"]
    assert (sent[0].text, sent[0].media, sent[0].rcs) == ("SMS Ana", ("https://example.org/Ana",), None)
    assert (sent[1].text, sent[1].media, sent[1].rcs) == (
        None,
        (),
        {"text": "RCS Ana", "suggestions": [REPLY]},
    )


def test_a_message_shows_all_modules_resolved_in_the_order_of_the_request(world: World) -> None:
    message = delivered(world, BOTH)

    assert message["content"] == {
        "modules": [
            {"rcs": {"text": "RCS Ana", "suggestions": [REPLY]}},
            {"sms": {"text": "SMS Ana", "media": [{"url": "https://example.org/Ana"}]}},
        ]
    }


def test_content_is_shown_as_it_was_given(world: World) -> None:
    place = action(viewLocationAction={"latLong": {"latitude": 47.6062, "longitude": -122}})

    message = delivered(world, place)

    assert message["content"] == place


def test_without_from_a_sender_is_chosen_that_there_is_a_module_for(world: World, sent: list[Any]) -> None:
    message = delivered(world, rcs(text="Hi"))

    assert message["from"]["channel"] == "RCS"
    assert [each.rcs for each in sent] == [{"text": "Hi"}]


@pytest.mark.parametrize(
    ("to", "source"),
    [
        ("PHONE", RCS_AGENT),
        ("WHATSAPP", {"address": "+15005550006", "channel": "WHATSAPP"}),
    ],
)
def test_a_channel_without_a_module_reaches_no_person(world: World, to: str, source: Any) -> None:
    body = {
        "to": [{"address": "+12065550100", "channel": to}],
        "from": source,
        "content": {"modules": [{"sms": {"text": "Hi"}}]},
    }

    operation_id = world.post("/Messages", body).body["operationId"]
    world.settle()

    operation = world.operation(operation_id)
    assert (operation["status"], operation["stats"]["unaddressable"]) == ("COMPLETED", 1)
    assert operation["stats"]["attempts"] == 0
    assert world.messages(operationId=operation_id) == []


def test_an_address_that_no_module_is_for_is_passed_over(world: World) -> None:
    person = {
        "addresses": [
            {"address": "+12065550100", "channel": "WHATSAPP"},
            {"address": "+12065550101", "channel": "PHONE"},
        ]
    }

    message = delivered(world, {"modules": [{"sms": {"text": "Hi"}}]}, to=[person])

    assert message["to"] == [{"address": "+12065550101", "channel": "PHONE"}]
    assert len(message["attempts"]) == 1


def test_text_and_media_go_through_every_channel(world: World, sent: list[Any]) -> None:
    message = delivered(world, {"text": "Hi {{ name }}"}, **{"from": RCS_AGENT})

    assert message["content"] == {"text": "Hi Ana"}
    assert [(each.text, each.rcs) for each in sent] == [("Hi Ana", None)]
