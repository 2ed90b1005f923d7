"""Every event that AWS publishes about a message says one thing, or nothing."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import botocore.session
import pytest

from herald.carriers import parse_inbound, parse_receipts
from herald.carriers.aws.receipts import MEANINGS, WHATSAPP_PROBLEMS, WHATSAPP_STATUSES
from herald.model import problems
from herald.model.addresses import SenderChannel
from herald.model.inbound import Location
from herald.model.message import Billing, Receipt
from herald.model.problems import Problem
from herald.model.status import Status
from tests.sim import Faults
from tests.unit.carriers.messages import ACCOUNT, OPERATION
from tests.world import REGION, World

MESSAGE = OPERATION.replace("operation", "message") + "000"
KEY = f"{ACCOUNT}.{MESSAGE}.2"
UNDELIVERED = Status.UNDELIVERED


def event(kind: str, context: Any = None, **more: Any) -> dict[str, Any]:
    return {
        "eventType": kind,
        "eventVersion": "1.0",
        "eventTimestamp": 1_763_892_000_000,
        "isFinal": True,
        "originationPhoneNumber": "+15005550006",
        "destinationPhoneNumber": "+12065550100",
        "isoCountryCode": "US",
        "messageId": "4e8c7a1b",
        "messageStatus": kind.split("_", 1)[1],
        "context": {"herald": KEY} if context is None else context,
        **more,
    }


def receipts(body: Any, **kwargs: Any) -> list[Receipt]:
    """What an event says, without AWS's own words for it."""
    return [
        each.model_copy(update={"billing": each.billing.cost() if each.billing else None})
        for each in parse_receipts(json.dumps(body), **kwargs)
    ]


def test_every_kind_of_event_of_the_service_has_a_meaning() -> None:
    model = botocore.session.get_session().get_service_model("pinpoint-sms-voice-v2")
    kinds = {
        kind
        for kind in model.shape_for("EventType").enum  # type: ignore[attr-defined]
        if kind.startswith(("TEXT_", "MEDIA_", "RCS_")) and not kind.endswith("_ALL")
    }

    assert len(kinds) > 35
    assert kinds - MEANINGS.keys() == set()


EXPECTED: list[tuple[str, Status, int | None]] = [
    ("TEXT_QUEUED", Status.SENT, None),
    ("TEXT_PENDING", Status.SENT, None),
    ("TEXT_SUCCESSFUL", Status.SENT, None),
    ("TEXT_DELIVERED", Status.DELIVERED, None),
    ("TEXT_UNREACHABLE", UNDELIVERED, 30003),
    ("TEXT_CARRIER_UNREACHABLE", UNDELIVERED, 30003),
    ("TEXT_BLOCKED", UNDELIVERED, 30004),
    ("TEXT_CARRIER_BLOCKED", UNDELIVERED, 30007),
    ("TEXT_SPAM", UNDELIVERED, 30007),
    ("TEXT_INVALID", UNDELIVERED, 30005),
    ("TEXT_INVALID_MESSAGE", UNDELIVERED, 63021),
    ("TEXT_UNKNOWN", UNDELIVERED, 30008),
    ("TEXT_TTL_EXPIRED", UNDELIVERED, 30036),
    ("TEXT_PROTECT_BLOCKED", UNDELIVERED, 21408),
    ("MEDIA_DELIVERED", Status.DELIVERED, None),
    ("MEDIA_FILE_INACCESSIBLE", UNDELIVERED, 21620),
    ("MEDIA_FILE_TYPE_UNSUPPORTED", UNDELIVERED, 12300),
    ("MEDIA_FILE_SIZE_EXCEEDED", UNDELIVERED, 30019),
    ("RCS_QUEUED", Status.SENT, None),
    ("RCS_SENT", Status.SENT, None),
    ("RCS_DELIVERED", Status.DELIVERED, None),
    ("RCS_READ", Status.READ, None),
    ("RCS_FAILED", UNDELIVERED, 30008),
    ("RCS_TTL_EXPIRED", UNDELIVERED, 30036),
    ("RCS_PROTECT_BLOCKED", UNDELIVERED, 21408),
]


@pytest.mark.parametrize(("kind", "status", "error"), EXPECTED, ids=[each[0] for each in EXPECTED])
def test_an_event_says_what_became_of_a_message(kind: str, status: Status, error: int | None) -> None:
    assert receipts(event(kind)) == [
        Receipt(
            account=ACCOUNT,
            message_id=MESSAGE,
            attempt=2,
            status=status,
            is_certain=kind != "TEXT_UNKNOWN",
            error=error,
        )
    ]


def test_a_fallback_says_nothing_of_the_message() -> None:
    assert receipts(event("RCS_FALLEN_BACK_TO_SMS")) == []


@pytest.mark.parametrize("kind", MEANINGS)
def test_only_what_was_not_delivered_has_an_error(kind: str) -> None:
    for receipt in receipts(event(kind)):
        assert (receipt.error is not None) == (receipt.status is UNDELIVERED)


def test_what_rcs_could_not_take_back_has_not_failed() -> None:
    """It may still arrive: nothing else must follow."""
    assert receipts(event("RCS_TTL_EXPIRED", messageStatus="TTL_EXPIRATION_REVOKE_FAILED")) == []
    [receipt] = receipts(event("RCS_TTL_EXPIRED", messageStatus="TTL_EXPIRATION_REVOKED"))
    assert (receipt.status, receipt.error, receipt.is_certain) == (UNDELIVERED, 30036, True)


@pytest.mark.parametrize("kind", ["TEXT_UNKNOWN", "MEDIA_UNKNOWN", "RCS_FAILED"])
def test_an_unspecific_failure_is_not_certain(kind: str) -> None:
    [receipt] = receipts(event(kind, messageStatus="UNKNOWN"))
    assert (receipt.status, receipt.is_certain) == (UNDELIVERED, False)


@pytest.mark.parametrize("kind", ["TEXT_SUCCESSFUL", "MEDIA_SUCCESSFUL"])
def test_what_a_network_took_may_count_as_delivered(kind: str) -> None:
    [receipt] = receipts(event(kind), successful=Status.DELIVERED)

    assert receipt.status is Status.DELIVERED
    [other] = receipts(event("TEXT_PENDING"), successful=Status.DELIVERED)
    assert other.status is Status.SENT


def test_the_key_tells_the_person_of_a_group() -> None:
    [receipt] = receipts(event("TEXT_DELIVERED", {"herald": f"{KEY}.3"}))

    assert (receipt.attempt, receipt.person) == (2, 3)


@pytest.mark.parametrize(
    "context",
    [{}, {"campaign": "1"}, {"herald": "x"}, {"herald": f"{ACCOUNT}.comms_message_x.1"}, {"herald": 1}],
)
def test_an_event_of_another_application_is_dropped(context: Any) -> None:
    assert receipts(event("TEXT_DELIVERED", context)) == []
    assert receipts({**event("TEXT_DELIVERED"), "context": None}) == []


def test_an_event_that_is_newer_than_we_are_is_dropped() -> None:
    assert receipts(event("TEXT_TELEPORTED")) == []


@pytest.mark.parametrize("body", [{}, {"hello": 1}, {"Type": "UnsubscribeConfirmation", "Message": "{}"}])
def test_what_is_of_no_carrier_is_an_error(body: Any) -> None:
    with pytest.raises(ValueError):
        receipts(body)


PRICES: list[tuple[dict[str, Any], Billing | None]] = [
    ({}, None),
    (
        {
            "carrierName": "Verizon",
            "totalMessageParts": 2,
            "totalMessagePrice": 0.00581,
            "totalCarrierFee": 0.00302,
        },
        Billing(network="Verizon", price="0.00883", currency="USD", parts=2),
    ),
    ({"totalMessagePrice": 0.0, "totalCarrierFee": 0}, Billing(price="0.0", currency="USD")),
    ({"totalMessagePrice": 0.00001}, Billing(price="0.00001", currency="USD")),
    ({"totalMessagePrice": None, "totalMessageParts": 0, "carrierName": ""}, None),
    ({"totalMessagePrice": "much", "carrierName": "o2"}, Billing(network="o2")),
]


@pytest.mark.parametrize(("told", "billing"), PRICES)
def test_an_event_tells_the_cost(told: dict[str, Any], billing: Billing | None) -> None:
    [receipt] = receipts(event("TEXT_DELIVERED", **told))

    assert receipt.billing == billing


# -------------------------------------------------------------------------- WhatsApp


def whatsapp(*values: dict[str, Any]) -> dict[str, Any]:
    entry = {"id": "waba", "changes": [{"field": "messages", "value": value} for value in values]}
    return {
        "context": {"MetaWabaIds": [], "MetaPhoneNumberIds": []},
        "whatsAppWebhookEntry": json.dumps(entry),
        "aws_account_id": "123456789012",
        "message_timestamp": "2026-11-23T10:00:00.000Z",
        "messageId": "6d69f07a",
    }


def status(kind: str, key: str | None = KEY, *codes: int) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": "wamid.1",
        "status": kind,
        "timestamp": "1763892000",
        "recipient_id": "12065550100",
    }
    if key:
        found["biz_opaque_callback_data"] = key
    if codes:
        found["errors"] = [{"code": code, "title": "odd"} for code in codes]
    return found


@pytest.mark.parametrize("kind", WHATSAPP_STATUSES)
def test_a_status_of_whatsapp_says_what_became_of_a_message(kind: str) -> None:
    found = receipts(whatsapp({"statuses": [status(kind)]}))

    expected = WHATSAPP_STATUSES[kind]
    assert [each.status for each in found] == ([expected] if expected else [])
    assert [each.error for each in found] == [30008 if kind == "failed" else None for _ in found]


@pytest.mark.parametrize(
    ("codes", "error"),
    [((131026,), 63024), ((131047,), 63016), ((131049,), 63049), ((131051,), 63021), ((1, 130472), 63032)],
)
def test_a_failure_of_whatsapp_has_its_code(codes: tuple[int, ...], error: int) -> None:
    [receipt] = receipts(whatsapp({"statuses": [status("failed", KEY, *codes)]}))

    assert receipt.error == error


def test_every_code_of_whatsapp_is_of_a_problem_that_we_explain() -> None:
    known = {each for each in vars(problems).values() if isinstance(each, Problem)}

    assert set(WHATSAPP_PROBLEMS.values()) <= known


def test_many_statuses_come_at_once_and_strangers_are_dropped() -> None:
    body = whatsapp(
        {"statuses": [status("delivered"), status("read", None), status("read", f"{KEY}.1")]},
        {"contacts": []},
    )

    assert [(each.person, each.status) for each in receipts(body)] == [(None, "DELIVERED"), (1, "READ")]


# --------------------------------------------------------------------- what people write

AT = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)


def notified(body: Any) -> dict[str, Any]:
    """A message in the envelope of SNS."""
    return {
        "Type": "Notification",
        "MessageId": "5e9f",
        "TopicArn": "arn:aws:sns:us-east-1:123456789012:inbound",
        "Message": json.dumps(body),
        "Timestamp": "2026-11-23T10:00:00.000Z",
    }


def two_way(body: Any = "Hi", source: str = "+12065550100", to: str = "+15005550006") -> dict[str, Any]:
    return {
        "originationNumber": source,
        "destinationNumber": to,
        "messageKeyword": "KEYWORD",
        "messageBody": body if isinstance(body, str) else json.dumps(body),
        "inboundMessageId": "in-1",
        "previousPublishedMessageId": "out-1",
    }


def test_an_sms_comes_with_its_time() -> None:
    [message] = parse_inbound(json.dumps(notified(two_way())))

    assert (message.carrier, message.id, message.source, message.to) == (
        "aws",
        "in-1",
        "+12065550100",
        "+15005550006",
    )
    assert (message.channel, message.text, message.at) == (SenderChannel.SMS, "Hi", AT)
    assert receipts(notified(two_way())) == []


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("15005550006", "+15005550006"),
        ("+15005550006", "+15005550006"),
        ("12345", "12345"),
        ("447860019066", "+447860019066"),
    ],
)
def test_numbers_have_their_plus(given: str, expected: str) -> None:
    [message] = parse_inbound(json.dumps(notified(two_way(to=given, source="12065550100"))))

    assert (message.to, message.source) == (expected, "+12065550100")


@pytest.mark.parametrize("text", ['{"type": "SUGGESTION", "text": "x"}', "[1]", "{", "17", ""])
def test_an_sms_is_text_whatever_it_looks_like(text: str) -> None:
    [message] = parse_inbound(json.dumps(notified(two_way(text))))

    assert message.text == text


def test_a_suggestion_that_was_tapped_in_rcs_is_a_message() -> None:
    body = {"type": "SUGGESTION", "text": "Yes, please", "postbackData": "yes"}

    [message] = parse_inbound(json.dumps(notified(two_way(body, "12065550100", "rcs-0123456789abcdef"))))

    assert (message.channel, message.to, message.source) == ("RCS", "rcs-0123456789abcdef", "+12065550100")
    assert (message.text, message.postback_data) == ("Yes, please", "yes")


def test_a_text_by_rcs_is_a_message() -> None:
    [message] = parse_inbound(json.dumps(notified(two_way("Hello", "12065550100", "rcs-0123456789abcdef"))))

    assert (message.channel, message.text) == ("RCS", "Hello")


@pytest.mark.parametrize("kind", ["RCS_TYPING", "CONVERSATION_STARTED", "RCS_READ"])
def test_an_event_without_a_writer_is_no_message(kind: str) -> None:
    body = notified(two_way({"type": kind}, "12065550100", "rcs-0123456789abcdef"))

    assert parse_inbound(json.dumps(body)) == []
    assert receipts(body) == []


def test_a_message_without_a_time_is_of_the_moment_in_which_it_comes() -> None:
    [found] = parse_inbound(json.dumps(two_way()))

    assert datetime.now(UTC) - found.at < timedelta(minutes=1)


def written(kind: str, said: Any) -> dict[str, Any]:
    message = {"from": "12065550100", "id": "wamid.9", "timestamp": "1763892000", "type": kind, kind: said}
    metadata = {"display_phone_number": "+1 500-555-0006", "phone_number_id": "1"}
    return {"messaging_product": "whatsapp", "metadata": metadata, "messages": [message]}


SAID: list[tuple[str, Any, dict[str, Any]]] = [
    ("text", {"body": "Hi"}, {"text": "Hi"}),
    ("button", {"text": "Yes", "payload": "y"}, {"text": "Yes", "postback_data": "y"}),
    (
        "interactive",
        {"type": "button_reply", "button_reply": {"id": "y", "title": "Yes"}},
        {"text": "Yes", "postback_data": "y"},
    ),
    (
        "interactive",
        {"type": "list_reply", "list_reply": {"id": "2", "title": "Two"}},
        {"text": "Two", "postback_data": "2"},
    ),
    ("image", {"id": "m1", "caption": "Look"}, {"text": "Look", "media_ids": ("m1",)}),
    ("audio", {"id": "m2"}, {"media_ids": ("m2",)}),
    (
        "location",
        {"latitude": 1.5, "longitude": 2, "name": "Here"},
        {"location": Location(latitude=1.5, longitude=2.0, label="Here")},
    ),
    ("hologram", {"id": "h"}, {}),
]


@pytest.mark.parametrize(("kind", "said", "expected"), SAID)
def test_a_message_of_whatsapp_is_what_was_said(kind: str, said: Any, expected: dict[str, Any]) -> None:
    [message] = parse_inbound(json.dumps(whatsapp(written(kind, said))))

    assert (message.channel, message.source, message.to) == ("WHATSAPP", "+12065550100", "+15005550006")
    assert message.at == datetime.fromtimestamp(1_763_892_000, UTC)
    fields = ("text", "media", "media_ids", "postback_data", "location", "keyword")
    found = {name: getattr(message, name) for name in fields}
    assert {name: value for name, value in found.items() if value} == expected


@pytest.mark.parametrize("kind", ["system"])
def test_an_event_of_whatsapp_without_a_writer_is_no_message(kind: str) -> None:
    assert parse_inbound(json.dumps(whatsapp(written(kind, {"emoji": "x"})))) == []


# --------------------------------------------------------------------- through the queues


def enqueue(world: World, queue: str, body: Any) -> None:
    client = boto3.client("sqs", region_name=REGION)
    client.send_message(QueueUrl=world.queues[queue], MessageBody=json.dumps(body))


def test_events_and_messages_find_their_way(world: World) -> None:
    operation_id = world.send("+15005550140", "+15005550140")
    world.settle()
    one, two = world.messages(operationId=operation_id)
    first, second = (f"{world.account}.{each['id']}.1" for each in (one, two))
    told = {"carrierName": "Verizon", "totalMessagePrice": 0.005, "totalMessageParts": 1}

    enqueue(world, "ReceiptQueue", event("TEXT_DELIVERED", {"herald": first}, **told))
    enqueue(world, "ReceiptQueue", event("TEXT_DELIVERED", {"of": "another sender"}))
    enqueue(world, "InboundQueue", notified(two_way()))
    # A status and a message in one.
    both = whatsapp({"statuses": [status("read", second)], **written("text", {"body": "Hi"})})
    enqueue(world, "InboundQueue", both)
    enqueue(world, "InboundQueue", both)
    world.settle()

    assert [each["status"] for each in world.messages(operationId=operation_id)] == ["DELIVERED", "READ"]
    attempt = world.get(f"/Messages/{one['id']}").body["attempts"][0]
    assert attempt["billing"] == {"network": "Verizon", "price": "0.005", "currency": "USD", "parts": 1}
    assert "billing" not in world.get(f"/Messages/{two['id']}").body["attempts"][0]
    received = world.messages(status="INBOUND")
    assert sorted(each["to"][0]["channel"] for each in received) == ["SMS", "WHATSAPP"]
    assert [world.bodies(queue) for queue in ("ReceiptQueue", "InboundQueue")] == [[], []]


def test_another_channel_follows_only_what_was_taken_back(world: World) -> None:
    """The second address is tried when the first has surely failed."""
    silent = {"address": "+15005550140", "channel": "PHONE"}
    delivered = {"address": "+15005550100", "channel": "PHONE"}
    answer = world.post(
        "/Messages", {"to": [{"addresses": [silent, delivered]}], "content": {"text": "Hello"}}
    )
    world.settle()
    [sent] = world.messages(operationId=answer.body["operationId"])
    key = {"herald": f"{world.account}.{sent['id']}.1"}

    refused = event("RCS_TTL_EXPIRED", key, messageStatus="TTL_EXPIRATION_REVOKE_FAILED")
    enqueue(world, "ReceiptQueue", refused)
    world.settle()
    [unchanged] = world.messages(operationId=answer.body["operationId"])
    enqueue(world, "ReceiptQueue", event("RCS_TTL_EXPIRED", key, messageStatus="TTL_EXPIRATION_REVOKED"))
    world.settle()
    found = world.get(f"/Messages/{sent['id']}").body

    assert (sent["status"], unchanged) == ("SENT", sent)
    assert (found["status"], found["to"]) == ("DELIVERED", [delivered])
    assert [each["status"] for each in found["attempts"]] == ["FAILED", "DELIVERED"]


def test_what_a_network_took_counts_as_delivered_where_the_stack_says_so(
    aws: pytest.MonkeyPatch, faults: Faults
) -> None:
    world = World.create(aws.setenv, CountSuccessfulAsDelivered="true")
    world.send("+15005550140")
    world.settle()
    [message] = world.messages()

    enqueue(world, "ReceiptQueue", event("TEXT_SUCCESSFUL", {"herald": f"{world.account}.{message['id']}.1"}))
    world.settle()

    assert world.messages()[0]["status"] == "DELIVERED"
