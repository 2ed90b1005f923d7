"""GET of one message and of one operation: what each shows, and whose it is."""

import re
from typing import Any

import pytest

from herald.model import problems
from herald.model.ids import message_id
from herald.model.message import Attempt, Receipt
from herald.model.status import Status
from herald.runtime import app
from herald.store import keys, messages, reports
from herald.store.moves import make
from tests.unit.names import STATUSES, stats
from tests.unit.rows import MIDDLE
from tests.world import Response, World

BASE = "https://abc123.execute-api.us-east-1.amazonaws.com/v1"
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
# What happens to these is fixed (herald.carriers.sandbox).
DELIVERED, UNDELIVERED, REFUSED, NEVER_ANSWERED = (f"+150055501{n}" for n in ("00", "01", "10", "50"))


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


def phone(number: str, **variables: str) -> dict[str, Any]:
    return {"address": number, "channel": "PHONE", **({"variables": variables} if variables else {})}


def sent(world: World, *to: dict[str, Any], **more: Any) -> str:
    """Send to recipients and let happen what follows at once; the operation's id."""
    answer = world.post("/Messages", {"to": list(to), "content": {"text": "Hello"}, **more})
    assert answer.status == 202, answer.body
    world.settle()
    return str(answer.body["operationId"])


def message(world: World, operation_id: str, place: int = 0) -> Any:
    answer = world.get(f"/Messages/{message_id(operation_id, place)}")
    assert answer.status == 200, answer.body
    return answer.body


def is_not_found(answer: Response) -> bool:
    body = {
        "errors": [
            {
                "code": 20404,
                "message": "The resource was not found.",
                "infoUrl": "https://www.twilio.com/docs/api/errors/20404",
                "context": None,
            }
        ],
        "status": 404,
    }
    return (answer.status, answer.body) == (404, body)


def sms_sender(world: World) -> dict[str, Any]:
    [sender] = [each for each in world.senders() if each.channel == "SMS"]
    return {"senderId": sender.sender_id, "address": "+15005550006", "channel": "SMS"}


# --------------------------------------------------------------------------------- messages


def test_a_message_shows_all_that_the_contract_gives_it(world: World) -> None:
    operation_id = sent(world, phone(DELIVERED))

    found = message(world, operation_id)

    identifier = message_id(operation_id, 0)
    created, updated, tried = found["createdAt"], found["updatedAt"], found["attempts"][0]["attemptedAt"]
    assert found == {
        "id": identifier,
        "index": 0,
        "from": sms_sender(world),
        "to": [{"address": DELIVERED, "channel": "PHONE"}],
        "status": "DELIVERED",
        "related": [
            {"name": "OPERATION", "id": operation_id, "uri": f"{BASE}/Messages/Operations/{operation_id}"}
        ],
        "tags": {},
        "scheduledFor": None,
        "createdAt": created,
        "updatedAt": updated,
        "deletedAt": None,
        "content": {"text": "Hello"},
        "attempts": [
            {
                "from": sms_sender(world),
                "to": [{"address": DELIVERED, "channel": "PHONE"}],
                "status": "DELIVERED",
                "attemptedAt": tried,
                "infoUrl": f"{BASE}/Messages/{identifier}",
                "error": None,
                "carrierId": f"sandbox-{identifier}-1",
            }
        ],
        "error": None,
    }
    assert all(INSTANT.fullmatch(instant) for instant in (created, updated, tried))
    assert created <= tried <= updated
    assert created == world.operation(operation_id)["createdAt"]


def test_the_list_shows_the_same_but_neither_content_nor_attempts(world: World) -> None:
    operation_id = sent(world, phone(UNDELIVERED), tags={"campaign": "spring"})

    [listed] = world.messages(operationId=operation_id)

    found = message(world, operation_id)
    assert listed == {name: found[name] for name in listed}
    assert set(found) - set(listed) == {"content", "attempts", "error"}


def test_content_and_tags_are_those_of_the_recipient(world: World) -> None:
    operation_id = sent(
        world,
        phone(DELIVERED, name="Ana", file="a b", region="EMEA"),
        phone(DELIVERED, name="{{ file }}"),
        content={
            "text": "Hi {{ name | default: 'you' }}, {{ 'É' }} \N{GRINNING FACE}",
            "media": [{"url": "https://example.org/{{ file | default: 'none' | url_encode }}.png"}],
        },
        tags={"region": "{{ region | default: 'none' }}", "fixed": "v"},
    )

    first, second = message(world, operation_id, 0), message(world, operation_id, 1)

    assert first["content"] == {
        "text": "Hi Ana, É \N{GRINNING FACE}",
        "media": [{"url": "https://example.org/a+b.png"}],
    }
    assert first["tags"] == {"region": "EMEA", "fixed": "v"}
    # Liquid in a variable is text.
    assert second["content"]["text"] == "Hi {{ file }}, É \N{GRINNING FACE}"
    assert second["content"]["media"] == [{"url": "https://example.org/none.png"}]
    assert second["tags"] == {"region": "none", "fixed": "v"}


def test_media_without_text_is_shown_without_text(world: World) -> None:
    media = [{"url": "https://example.org/a.png"}]

    operation_id = sent(world, phone(DELIVERED), content={"media": media})

    assert message(world, operation_id)["content"] == {"media": media}


def test_each_address_that_was_tried_is_an_attempt(world: World) -> None:
    whatsapp = {"address": REFUSED, "channel": "WHATSAPP"}

    operation_id = sent(world, {"addresses": [whatsapp, phone(REFUSED), phone(UNDELIVERED)]})

    found = message(world, operation_id)
    assert (found["status"], found["to"]) == ("UNDELIVERED", [phone(UNDELIVERED)])
    assert [attempt["to"] for attempt in found["attempts"]] == [
        [whatsapp],
        [phone(REFUSED)],
        [phone(UNDELIVERED)],
    ]
    assert [attempt["from"]["channel"] for attempt in found["attempts"]] == ["WHATSAPP", "SMS", "SMS"]
    assert [attempt["status"] for attempt in found["attempts"]] == ["FAILED", "FAILED", "UNDELIVERED"]
    assert [attempt["error"]["code"] for attempt in found["attempts"]] == [21610, 21610, 30003]
    assert found["attempts"][2]["error"] == {
        "code": 30003,
        "message": "The recipient's handset could not be reached.",
        "infoUrl": "https://www.twilio.com/docs/api/errors/30003",
        "context": None,
    }
    assert found["from"] == found["attempts"][2]["from"]


def test_an_address_that_is_not_reached_is_followed_by_the_next(world: World) -> None:
    operation_id = sent(world, {"addresses": [phone(UNDELIVERED), phone(DELIVERED), phone(UNDELIVERED)]})

    found = message(world, operation_id)

    assert found["status"] == "DELIVERED"
    first, second = found["attempts"]
    assert (first["status"], first["error"]["code"]) == ("FAILED", 30003)
    assert (second["status"], second["to"]) == ("DELIVERED", [phone(DELIVERED)])


def test_an_unanswered_try_is_an_attempt_of_unknown_outcome(world: World) -> None:
    operation_id = sent(world, phone(NEVER_ANSWERED))

    found = message(world, operation_id)

    [attempt] = found["attempts"]
    assert found["status"] == attempt["status"] == "QUEUED"
    assert (attempt["error"]["code"], attempt["error"]["infoUrl"]) == (99001, f"{BASE}/docs#error-99001")


def test_a_code_that_we_do_not_know_keeps_its_number(world: World) -> None:
    operation_id = sent(world, phone("+15005550140"))
    receipt = Receipt(
        account=world.account,
        message_id=message_id(operation_id, 0),
        attempt=1,
        status=Status.UNDELIVERED,
        error=30999,
    )

    reports.apply_many(world.table, [receipt], now=app().clock())

    [attempt] = message(world, operation_id)["attempts"]
    assert (attempt["status"], attempt["error"]["code"]) == ("UNDELIVERED", 30999)
    assert attempt["error"]["infoUrl"] == "https://www.twilio.com/docs/api/errors/30999"


@pytest.mark.parametrize(
    ("content", "variables", "code", "shown"),
    [
        ({"text": "Hi {{ name }}"}, {}, 99002, {"text": "Hi {{ name }}"}),
        ({"text": "{{ name }}"}, {"name": "x" * 1601}, 21617, {"text": "{{ name }}"}),
        ({"text": "{{ name }}"}, {"name": ""}, 99002, {"text": "{{ name }}"}),
        ({"media": [{"url": "{{ name }}"}]}, {"name": ""}, 99002, {"media": [{"url": "{{ name }}"}]}),
    ],
    ids=["a variable is missing", "too long", "nothing to say", "an empty URL"],
)
def test_a_message_that_failed_before_any_attempt_tells_why(
    world: World, content: Any, variables: dict[str, str], code: int, shown: Any
) -> None:
    operation_id = sent(world, phone(DELIVERED, **variables), content=content)

    found = message(world, operation_id)

    assert (found["status"], found["attempts"]) == ("FAILED", [])
    assert found["error"]["code"] == code
    assert list(found["error"]) == ["code", "message", "infoUrl", "context"]
    assert found["content"] == shown
    assert world.operation(operation_id)["stats"] == stats(total=1, recipients=1, failed=1)


def test_a_message_that_waited_too_long_tells_so(world: World) -> None:
    operation_id = sent(world, phone("+15005550120"))
    expired = problems.EXPIRED.code

    row = messages.get(world.table, world.account, message_id(operation_id, 0))
    assert row
    make(world.table, [messages.closed(row, expired, now=app().clock())])

    assert message(world, operation_id)["error"]["code"] == expired


@pytest.mark.parametrize("value", ["two words", "x" * 257, "", "ü"])
def test_a_tag_that_is_none_once_it_is_rendered_fails_its_message_only(world: World, value: str) -> None:
    operation_id = sent(
        world,
        phone(DELIVERED, tag=value),
        phone(DELIVERED, tag="fine"),
        tags={"tag": "{{ tag }}", "fixed": "v"},
    )

    bad, good = message(world, operation_id, 0), message(world, operation_id, 1)

    assert (bad["status"], bad["error"]["code"], bad["tags"]) == ("FAILED", 99002, {"fixed": "v"})
    assert (good["status"], good["tags"]) == ("DELIVERED", {"tag": "fine", "fixed": "v"})


def test_tags_that_would_not_fit_into_a_row_fail_their_message_only(world: World) -> None:
    """Ten values of 84 KB each."""
    long = "{% for i in (1..30) %}{{ n }}{% endfor %}"

    operation_id = sent(
        world,
        phone(DELIVERED, n="é" * 1_400),
        phone(DELIVERED, n="x"),
        tags={f"key_{number}": long for number in range(10)},
    )

    assert [message(world, operation_id, place)["status"] for place in (0, 1)] == ["FAILED", "DELIVERED"]


def test_the_time_it_was_scheduled_for_is_shown_as_an_instant(world: World) -> None:
    operation_id = sent(world, phone(DELIVERED))
    row = messages.get(world.table, world.account, message_id(operation_id, 0))
    assert row
    tried = Attempt(sender=row.sender, to=row.to, at=row.created_at, carrier_id="c")
    planned = row.model_copy(update={"scheduled_for": row.created_at, "attempts": (), "status": Status.SENT})
    world.table.delete(keys.message(row.account, row.id))
    messages.put(world.table, [planned])
    make(world.table, [messages.refused(planned, [tried])])

    found = message(world, operation_id)

    assert found["scheduledFor"] == found["createdAt"] == found["attempts"][0]["attemptedAt"]


# ------------------------------------------------------------------------------- operations


def test_an_operation_shows_its_twelve_counts(world: World) -> None:
    only_sms = {"from": {"address": "+15005550006", "channel": "SMS"}}
    operation_id = sent(
        world,
        phone(DELIVERED),
        phone(DELIVERED),
        phone(UNDELIVERED),
        {"addresses": [phone(REFUSED), phone("+15005550111")]},
        phone("+15005550140"),
        {"address": DELIVERED, "channel": "WHATSAPP"},
        **only_sms,
    )

    found = world.operation(operation_id)

    assert list(found) == ["id", "status", "paused", "stats", "duplicates", "createdAt", "updatedAt"]
    # The third is by WhatsApp.
    assert found["duplicates"] == 2
    assert (found["id"], found["status"]) == (operation_id, "COMPLETED")
    assert found["stats"] == stats(
        total=6, recipients=6, attempts=6, unaddressable=1, sent=1, delivered=2, undelivered=1, failed=1
    )
    assert found["stats"]["total"] == sum(found["stats"][name] for name in ("unaddressable", *STATUSES))
    assert INSTANT.fullmatch(found["createdAt"])
    assert INSTANT.fullmatch(found["updatedAt"])
    assert found["createdAt"] <= found["updatedAt"]


def test_an_operation_that_was_only_just_accepted_counts_all_recipients_as_queued(world: World) -> None:
    operation_id = world.send(DELIVERED, UNDELIVERED)

    found = world.operation(operation_id)

    assert (found["status"], found["stats"]) == ("PROCESSING", stats(total=2, recipients=2, queued=2))
    assert is_not_found(world.get(f"/Messages/{message_id(operation_id, 0)}"))
    world.settle()


# -------------------------------------------------------------------------------- not found


def test_what_is_another_account_s_is_not_found(world: World) -> None:
    operation_id = sent(world, phone(DELIVERED))
    other, _ = world.new_account()

    assert is_not_found(world.get(f"/Messages/{message_id(operation_id, 0)}", account=other))
    assert is_not_found(world.get(f"/Messages/Operations/{operation_id}", account=other))


@pytest.mark.parametrize(
    "path",
    [
        f"/Messages/{message_id(MIDDLE, 0)}",
        f"/Messages/{message_id(MIDDLE, 0)[:-1]}",
        f"/Messages/{message_id(MIDDLE, 0)}0",
        f"/Messages/{message_id(MIDDLE, 0).upper()}",
        f"/Messages/{message_id(MIDDLE, 0)[:-3]}zzz",
        f"/Messages/{MIDDLE}",
        "/Messages/SM0123456789abcdef0123456789abcdef",
        "/Messages/comms_message_",
        "/Messages/Seek",
        "/Messages/é",
        "/Messages/%00",
        f"/Messages/Operations/{MIDDLE}",
        f"/Messages/Operations/{MIDDLE}0",
        f"/Messages/Operations/{MIDDLE[:-1]}",
        f"/Messages/Operations/{MIDDLE.upper()}",
        f"/Messages/Operations/{message_id(MIDDLE, 0)}",
        "/Messages/Operations/OPERATION",
    ],
)
def test_an_unknown_id_is_not_found(world: World, path: str) -> None:
    assert is_not_found(world.get(path))
