"""Nothing that is said is lost: one bad part of an event takes no other down."""

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from herald.carriers import parse_inbound, parse_receipts
from tests.unit.inbound import ANA, OUR_NUMBER, an_inbound, shown
from tests.world import World, invoke, sqs_event

METADATA = {"display_phone_number": OUR_NUMBER, "phone_number_id": "1"}
GOOD = {
    "from": ANA[1:],
    "id": "wamid.good",
    "timestamp": "1790000000",
    "type": "text",
    "text": {"body": "Hi"},
}


def webhook(*messages: Any, **value: Any) -> str:
    entry = {"changes": [{"value": {"metadata": METADATA, "messages": list(messages), **value}}]}
    return json.dumps({"whatsAppWebhookEntry": json.dumps(entry)})


BAD: list[tuple[Any, str]] = [
    ({key: value for key, value in GOOD.items() if key != "from"}, "from: the writer has no number"),
    ({**GOOD, "from": None}, "from: the writer has no number"),
    ("text", "it is no object"),
    (None, "it is no object"),
    (7, "it is no object"),
]


@pytest.mark.parametrize(("bad", "why"), BAD)
def test_a_bad_message_is_put_aside_and_its_neighbours_are_taken(bad: Any, why: str) -> None:
    found = parse_inbound(webhook({**GOOD, "id": "1"}, bad, {**GOOD, "id": "2"}))

    assert [each.id for each in found] == ["1", "2"]
    [aside] = found.unreadable
    assert aside.why == why
    alone = parse_inbound(aside.alone)
    assert (list(alone), [each.why for each in alone.unreadable]) == ([], [why])


KEPT: list[dict[str, Any]] = [
    {**GOOD, "timestamp": None},
    {**GOOD, "timestamp": "soon"},
    {key: value for key, value in GOOD.items() if key not in ("timestamp", "id")},
    {**GOOD, "type": "location", "location": {"longitude": 1.0}},
    {**GOOD, "type": "location", "location": {"latitude": "x", "longitude": 1.0}},
    {**GOOD, "type": "text", "text": None},
    {**GOOD, "type": "unheard_of", "unheard_of": {"a": [1]}},
    {**GOOD, "type": None},
    {**GOOD, "errors": None},
]


@pytest.mark.parametrize("message", KEPT)
def test_a_message_is_kept_as_far_as_it_can_be_read(message: dict[str, Any]) -> None:
    [found] = parse_inbound(webhook(message))

    assert found.person
    assert found.person.address == ANA
    assert found.text or found.kind
    assert found == parse_inbound(webhook(message))[0].model_copy(update={"at": found.at})


KINDS: list[tuple[str, Any]] = [
    ("contacts", [{"name": {"formatted_name": "Ada"}, "phones": [{"phone": "+12065550123"}]}]),
    ("order", {"catalog_id": "1", "product_items": [{"product_retailer_id": "a", "quantity": 2}]}),
    ("interactive", {"type": "nfm_reply", "nfm_reply": {"name": "flow", "response_json": "{}"}}),
    ("edit", {"original_message_id": "x"}),
    ("revoke", {"original_message_id": "x"}),
    ("reaction", {"message_id": "x", "emoji": "👍"}),
    ("unheard_of", {"a": 1}),
]


@pytest.mark.parametrize(("kind", "said"), KINDS)
def test_what_is_no_text_comes_out_as_what_it_is(world: World, kind: str, said: Any) -> None:
    sender = next(each for each in world.senders() if each.channel == "WHATSAPP")
    metadata = {"display_phone_number": sender.address}
    world.aws.send("InboundQueue", webhook({**GOOD, "type": kind, kind: said}, metadata=metadata))
    world.settle()

    [message] = world.messages()
    full = world.get(f"/Messages/{message['id']}").body
    assert (full["kind"], full["details"]) == (kind, said)


@pytest.mark.parametrize(
    "statuses",
    [None, "x", [None, 7, {"status": "failed", "errors": None}], [{"biz_opaque_callback_data": 7}]],
)
def test_receipts_that_cannot_be_read_take_no_message_down(statuses: Any) -> None:
    body = webhook(GOOD, statuses=statuses)

    parse_receipts(body)
    assert [each.id for each in parse_inbound(body)] == ["wamid.good"]


def test_a_part_that_cannot_be_read_is_a_dead_letter_of_its_own(world: World) -> None:
    sender = next(each for each in world.senders() if each.channel == "WHATSAPP")
    metadata = {"display_phone_number": sender.address}
    body = webhook(GOOD, BAD[0][0], metadata=metadata)

    assert invoke("receive", sqs_event(body))["batchItemFailures"] == []
    [aside] = world.bodies("InboundDeadLetters")
    assert json.loads(aside)["putAside"] == BAD[0][1]
    # Redriven, it is what it was.
    assert invoke("receive", sqs_event(aside))["batchItemFailures"] == []
    assert world.bodies("InboundDeadLetters") == [aside, aside]
    assert (len(world.messages()), world.bodies("InboundQueue")) == (1, [])


def test_a_message_to_an_unknown_sender_is_put_aside_beside_others(world: World) -> None:
    lost = an_inbound(None, id="lost", to="+15005559999")
    world.inbound(an_inbound(world.account, id="kept"), lost)
    [body] = world.bodies("InboundQueue")

    assert invoke("receive", sqs_event(body))["batchItemFailures"] == []
    aside = json.loads(world.bodies("InboundDeadLetters")[-1])
    assert (aside["putAside"], aside["inbound"][0]["id"]) == ("to: no account has such a sender", "lost")
    assert len(world.messages()) == 1


# ------------------------------------------------------------------------------ carriers' verdicts


def test_preferences_of_whatsapp_stop_and_never_start(world: World) -> None:
    sender = next(each for each in world.senders() if each.channel == "WHATSAPP")
    for number, value in enumerate(("stop", "resume")):
        preference = {
            "wa_id": ANA[1:],
            "detail": "User requested to stop marketing messages",
            "category": "marketing_messages",
            "value": value,
            "timestamp": int(time.time()) - 10 + number,
        }
        metadata = {"display_phone_number": sender.address}
        world.aws.send(
            "InboundQueue", webhook(user_preferences=[preference], metadata=metadata, contacts=None)
        )
        world.settle()

        [suppression] = world.get("/Suppressions").body["suppressions"]
        assert (suppression["channel"], suppression["source"]) == ("WHATSAPP", "CARRIER")
    kinds = {world.get(f"/Messages/{each['id']}").body["kind"] for each in world.messages()}
    assert kinds == {"user_preferences"}


@pytest.mark.parametrize(
    ("keyword", "text", "source"),
    [
        ("STOP", "Stop texting me", "CARRIER"), ("arret", "Arrêtez de m'écrire", "CARRIER"),
        ("STOP", "stop", "STOP"), ("START", "Start again please", None), ("KEYWORD_7", "Hi", None),
        (None, "Hi", None), (7, "Hi", None),
    ],
)  # fmt: skip
def test_aws_s_verdict_counts_where_it_stops(
    world: World, keyword: Any, text: str, source: str | None
) -> None:
    sms = {
        "originationNumber": ANA,
        "destinationNumber": OUR_NUMBER,
        "messageKeyword": keyword,
        "messageBody": text,
        "inboundMessageId": "in-1",
    }
    world.aws.send("InboundQueue", json.dumps(sms))
    world.settle()

    found = [each["source"] for each in world.get("/Suppressions").body["suppressions"]]
    assert found == ([source] if source else [])


def test_one_id_is_one_message_whatever_time_sns_gives(world: World) -> None:
    for second in (1, 2):
        sms = {"originationNumber": ANA, "destinationNumber": OUR_NUMBER, "messageBody": "Hi"}
        envelope = {
            "Type": "Notification",
            "Message": json.dumps({**sms, "inboundMessageId": "in-1"}),
            "Timestamp": shown(datetime.now(UTC) - timedelta(seconds=second)),
        }
        world.aws.send("InboundQueue", json.dumps(envelope))
        world.settle()

    assert len(world.messages()) == 1


# ------------------------------------------------------------------------------------- marked


def test_what_looks_like_an_opt_out_is_shown_listed_and_not_acted_upon(world: World) -> None:
    for number, text in enumerate(("please stop texting me", "I can't stop laughing", "STOP ACME", "Hi")):
        world.inbound(an_inbound(world.account, id=str(number), text=text))
        world.settle()

    assert world.get("/Suppressions").body["suppressions"] == []
    listed = world.messages(status="INBOUND", looksLike="STOP")
    texts = {world.get(f"/Messages/{each['id']}").body["content"]["text"] for each in listed}
    assert texts == {"please stop texting me", "STOP ACME"}
    full = world.get(f"/Messages/{listed[0]['id']}").body
    assert full["looksLike"] == "STOP"
    assert len(world.messages(status="INBOUND")) == 4
    assert world.get("/Messages", {"looksLike": "START"}).status == 400
