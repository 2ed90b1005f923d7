"""What people write to an account's senders becomes messages of the account."""

import io
import json
import re
from datetime import timedelta
from itertools import count
from typing import Any

import boto3
import pytest

from herald.carriers import sandbox
from herald.model.addresses import SenderChannel
from herald.model.inbound import Location
from herald.model.keywords import Keyword
from herald.model.message import Receipt
from herald.model.senders import NewSender, SenderChange, SenderStatus
from herald.model.status import Status
from herald.sending.receive import receive
from herald.store import keys, senders
from herald.telemetry import logger
from tests.sim import Death, Faults, When
from tests.sim.steps import SimWorld
from tests.unit.inbound import ANA, NOON, OUR_NUMBER, an_inbound, message_id, shown
from tests.world import REGION, World, invoke, sqs_event

pytestmark = pytest.mark.simulated

BASE = "https://abc123.execute-api.us-east-1.amazonaws.com/v1"
WHENS: tuple[When, ...] = ("before", "after")
OUR_OWN = "+12065550188"


def sms_sender(world: World) -> dict[str, Any]:
    """The account's sender of the sandbox's number, as the API shows it."""
    [found] = (each for each in world.senders() if each.channel == "SMS")
    return {"senderId": found.sender_id, "address": OUR_NUMBER, "channel": "SMS"}


def the_message(world: World) -> Any:
    [message] = world.messages()
    return world.get(f"/Messages/{message['id']}").body


def inbound_rows(world: World) -> list[Any]:
    return [item for item in world.items() if item["pk"]["S"].startswith("MESSAGES#")]


def printed_metrics(text: str) -> dict[str, float]:
    """What was counted, of what the functions have printed."""
    found: dict[str, float] = {}
    for line in text.splitlines():
        if '"_aws"' in line:
            counted = json.loads(line)
            found |= {
                name: sum(value)
                for name, value in counted.items()
                if name.startswith(("Inbound", "LooksLike", "PartPutAside"))
            }
    return {name: number for name, number in found.items() if number}


# ------------------------------------------------------------------------------ shape


def test_what_somebody_writes_becomes_a_message(world: World) -> None:
    world.inbound(an_inbound(world.account, text="Is this seat taken?"))

    world.settle()

    message = the_message(world)
    session_id = message["related"][0]["id"]
    assert message == {
        "id": message["id"],
        "from": {"address": ANA, "channel": "PHONE"},
        "to": [sms_sender(world)],
        "status": "INBOUND",
        "content": {"text": "Is this seat taken?"},
        "attempts": [],
        "error": None,
        "related": [{"name": "SESSION", "id": session_id, "uri": f"{BASE}/Sessions/{session_id}"}],
        "tags": {},
        "scheduledFor": None,
        "createdAt": shown(NOON),
        "updatedAt": shown(NOON),
        "deletedAt": None,
    }
    assert re.fullmatch("comms_message_[0-7][a-hjkmnpqrstv-z0-9]{25,34}", message["id"])
    assert re.fullmatch("comms_session_[a-hjkmnpqrstv-z0-9]{26,34}", session_id)
    [listed] = world.messages()
    assert listed == {
        name: value for name, value in message.items() if name not in ("content", "attempts", "error")
    }


@pytest.mark.parametrize(
    ("written", "content"),
    [
        ({"text": "Look", "media": ("https://example.org/a",)},
         {"text": "Look", "media": [{"url": "https://example.org/a"}]}),
        ({"text": None, "media": ("https://example.org/a",)}, {"media": [{"url": "https://example.org/a"}]}),
        ({"text": ""}, {"text": ""}),
        ({"text": None}, {"text": ""}),
        ({"text": "{{ not Liquid }} {% if"}, {"text": "{{ not Liquid }} {% if"}),
        ({"text": "long " * 1_000}, {"text": "long " * 1_000}),
        ({"text": None, "media_ids": ("1234", "5678")}, {"text": "", "mediaIds": ["1234", "5678"]}),
        ({"text": "Yes, at ten", "postback_data": "slot=10"},
         {"text": "Yes, at ten", "postbackData": "slot=10"}),
        ({"text": None, "location": Location(latitude=48.5, longitude=-2.25)},
         {"text": "", "location": {"latitude": 48.5, "longitude": -2.25}}),
        ({"location": Location(latitude=0.0, longitude=0.0, label="Null Island")},
         {"text": "Hi", "location": {"latitude": 0.0, "longitude": 0.0, "label": "Null Island"}}),
        ({"text": "help!"}, {"text": "help!", "keyword": "HELP"}),
        ({"text": None, "keyword": Keyword.HELP}, {"text": "", "keyword": "HELP"}),
    ],
)  # fmt: skip
def test_content_is_what_was_written(world: World, written: dict[str, Any], content: Any) -> None:
    world.inbound(an_inbound(world.account, **written))

    world.settle()

    message = the_message(world)
    beside = {
        name: message[name] for name in ("keyword", "postbackData", "location", "mediaIds") if name in message
    }
    assert {**message["content"], **beside} == content
    assert message["content"].keys() <= {"text", "media"}


def test_a_writer_by_whatsapp_has_a_whatsapp_address(world: World) -> None:
    world.inbound(an_inbound(world.account, channel=SenderChannel.WHATSAPP))

    world.settle()

    message = the_message(world)
    assert message["from"] == {"address": ANA, "channel": "WHATSAPP"}
    assert message["to"][0]["channel"] == "WHATSAPP"


def test_it_has_no_receipts(world: World) -> None:
    world.inbound(an_inbound(world.account))
    world.settle()

    answer = world.get(f"/Messages/{the_message(world)['id']}/Receipts")

    assert (answer.status, answer.body["receipts"]) == (200, [])


# ---------------------------------------------------------------------------- finding


def test_lists_find_it_among_what_was_sent(world: World) -> None:
    operation_id = world.send("+12065550100")
    world.inbound(an_inbound(world.account, channel=SenderChannel.WHATSAPP))
    world.settle()

    [found] = world.messages(status="INBOUND")
    assert [each["id"] for each in world.messages(channel="WHATSAPP")] == [found["id"]]
    assert [each["id"] for each in world.messages(sessionId=found["related"][0]["id"])] == [found["id"]]
    assert [each["id"] for each in world.messages(endDate=shown(NOON + timedelta(days=1)))] == [found["id"]]
    assert found["id"] not in {each["id"] for each in world.messages(operationId=operation_id)}
    assert len(world.messages()) == 2


def test_it_is_of_no_operation(world: World) -> None:
    world.inbound(an_inbound(world.account))
    world.settle()

    [message] = world.messages()
    operation_id = "comms_operation_" + message["id"][len("comms_message_") : -3]
    assert world.messages(operationId=operation_id) == []
    assert world.get(f"/Messages/Operations/{operation_id}").status == 404
    assert [item for item in world.items() if "TALLY" in item["sk"]["S"]] == []


def test_it_is_found_by_the_carriers_id(world: World) -> None:
    world.inbound(an_inbound(world.account, id="SM123"))
    world.settle()

    answer = world.get("/Messages/Seek/SM123")

    assert answer.status == 301
    assert answer.headers["Location"] == f"{BASE}/Messages/{the_message(world)['id']}"


def test_another_account_does_not_find_it(world: World) -> None:
    other, _ = world.new_account()
    world.inbound(an_inbound(world.account, id="SM123"))
    world.settle()

    assert world.get(f"/Messages/{the_message(world)['id']}", account=other).status == 404
    assert world.get("/Messages/Seek/SM123", account=other).status == 404
    assert world.get("/Messages", account=other).body["messages"] == []


def test_a_receipt_does_not_move_it(world: World, sim: SimWorld) -> None:
    sim.inbound(an_inbound(sim.account))
    sim.run()
    [message] = sim.made()

    for status in Status:
        forged = Receipt(account=message.account, message_id=message.id, attempt=1, status=status)
        receive(sim.app, [forged])

    assert sim.made() == [message]


# ----------------------------------------------------------------------------- repeats


def test_a_message_that_comes_again_is_there_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.inbound(an_inbound(world.account))
    world.settle()
    before = world.items()
    capsys.readouterr()

    world.inbound(an_inbound(world.account), an_inbound(world.account))
    world.inbound(an_inbound(world.account))
    world.settle()

    assert world.items() == before
    assert printed_metrics(capsys.readouterr().out) == {"InboundRepeated": 1}


def test_what_looks_like_an_opt_out_is_counted_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    counted = []
    for _ in range(2):
        capsys.readouterr()
        world.inbound(an_inbound(world.account, text="please stop texting me"))
        world.settle()
        counted.append(printed_metrics(capsys.readouterr().out))

    assert counted == [{"InboundReceived": 1, "LooksLikeStop": 1}, {"InboundRepeated": 1}]


def test_the_same_words_under_another_id_are_another_message(world: World) -> None:
    world.inbound(an_inbound(world.account), an_inbound(world.account, id="carrier-2"))

    world.settle()

    first, second = world.messages()
    assert first["id"] != second["id"]
    assert first["related"] == second["related"]


@pytest.mark.parametrize("when", WHENS)
def test_a_worker_may_die_at_any_call(world: World, faults: Faults, when: When) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        sim.inbound(an_inbound(sim.account))
        died = sim.work_and_die(Death(call, when))
        sim.run()

        [message] = sim.made()
        assert message.id == message_id(an_inbound(sim.account), sim.account)
        assert message.session_id == message.id.replace("message", "session")[:-3]
        if not died:
            break
    # Owner, the account's keywords, arrival, last sender, session, the key of addresses, they, row.
    assert call == 8


@pytest.mark.parametrize("lost", range(5))
def test_an_answer_may_get_lost(sim: SimWorld, faults: Faults, lost: int) -> None:
    sim.inbound(an_inbound(sim.account))

    with faults.losing_answers(lost):
        sim.work(*sim.take())

    [message] = sim.made()
    assert message.session_id == message.id.replace("message", "session")[:-3]


# ------------------------------------------------------------------------------ whose


def test_a_number_is_of_the_account_that_had_it_first(world: World) -> None:
    other, _ = world.new_account()
    world.post("/Senders", {"address": OUR_OWN, "channel": "SMS"}, account=other)
    assert world.post("/Senders", {"address": OUR_OWN, "channel": "SMS"}).status == 409

    world.inbound(an_inbound(None, to=OUR_OWN))
    world.settle()

    assert world.messages() == []
    [message] = world.get("/Messages", account=other).body["messages"]
    [sender] = world.get("/Senders", {"status": "ACTIVATED", "channel": "SMS"}, account=other).body[
        "senders"
    ][:1]
    assert (message["to"][0]["address"], message["to"][0]["senderId"]) == (OUR_OWN, sender["id"])


def test_a_number_is_owned_channel_by_channel(world: World) -> None:
    other, _ = world.new_account()
    world.post("/Senders", {"address": OUR_OWN, "channel": "WHATSAPP"}, account=other)
    world.post("/Senders", {"address": OUR_OWN, "channel": "SMS"})

    world.inbound(an_inbound(None, to=OUR_OWN), an_inbound(None, to=OUR_OWN, channel=SenderChannel.WHATSAPP))
    world.settle()

    assert [each["to"][0]["channel"] for each in world.messages()] == ["SMS"]
    [theirs] = world.get("/Messages", account=other).body["messages"]
    assert theirs["to"][0]["channel"] == "WHATSAPP"


def test_of_a_number_that_accounts_share_the_named_one_gets_it(world: World) -> None:
    other, _ = world.new_account()

    world.inbound(an_inbound(other), an_inbound(world.account))
    world.settle()

    mine = [each["id"] for each in world.messages()]
    theirs = [each["id"] for each in world.get("/Messages", account=other).body["messages"]]
    assert (len(mine), len(theirs)) == (1, 1)
    assert mine != theirs


def test_a_sender_that_is_deactivated_still_hears(world: World) -> None:
    sender_id = sms_sender(world)["senderId"]
    change = SenderChange(status=SenderStatus.DEACTIVATED)
    senders.update(world.table, world.account, sender_id, change, NOON)

    world.inbound(an_inbound(world.account))
    world.settle()

    assert len(world.messages()) == 1


def test_a_sender_whose_making_died_is_heard_once_it_is_made(world: World, faults: Faults) -> None:
    new = NewSender(address=OUR_OWN, channel=SenderChannel.SMS)
    for call in range(3):
        with faults.until(Death(call, "after")):
            senders.add(world.table, world.account, new, NOON)

    world.inbound(an_inbound(None, to=OUR_OWN))
    world.settle()

    assert [each["to"][0]["address"] for each in world.messages()] == [OUR_OWN]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"to": "+12065550199"}, "no account's sender"),
        ({"to": "+12065550199", "account": None}, "no account's sender"),
        ({"account": "AC" + "0" * 32}, "no account's sender"),
        ({"channel": SenderChannel.RCS}, "no account's sender"),
        ({"source": "12345"}, "from no number"),
        ({"source": "an agent"}, "from no number"),
    ],
)
def test_a_message_to_no_sender_or_from_no_number_is_a_dead_letter_and_counted(
    world: World,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    changes: dict[str, Any],
    why: str,
) -> None:
    before = world.items()
    capsys.readouterr()
    body = sandbox.inbound(an_inbound(world.account).model_copy(update=changes))

    assert invoke("receive", sqs_event(body))["batchItemFailures"] == []

    assert world.items() == before
    assert world.bodies("InboundQueue") == []
    # Its sender may be made, and the message redriven.
    [letter] = world.bodies("InboundDeadLetters")
    assert json.loads(letter)["putAside"]
    assert printed_metrics(capsys.readouterr().out) == {"InboundDropped": 1, "PartPutAside": 1}
    [dropped] = (each for each in caplog.records if each.message == "message dropped")
    assert vars(dropped)["why"] == why


# ---------------------------------------------------------------------------- the queue


def test_a_message_that_cannot_be_read_does_not_hinder_others(world: World) -> None:
    good = sqs_event(sandbox.inbound(an_inbound(world.account)))["Records"][0]
    bad = [
        "poison",
        "{}",
        json.dumps({"carrier": "sandbox", "inbound": [{"id": "1"}]}),
        json.dumps({"carrier": "nobody", "inbound": []}),
        sandbox.inbound(an_inbound(world.account)).replace("123000Z", "123000"),
    ]
    records = [{**good, "messageId": f"bad-{number}", "body": body} for number, body in enumerate(bad)]

    answer = invoke("receive", {"Records": [*records, {**good, "messageId": "good"}]})

    # What no version may ever read is given up later; parts of a report at once.
    assert [each["itemIdentifier"] for each in answer["batchItemFailures"]] == ["bad-0", "bad-1", "bad-3"]
    assert len(world.bodies("InboundDeadLetters")) == 2
    assert len(world.messages()) == 1


def test_what_was_received_expires(world: World) -> None:
    world.inbound(an_inbound(world.account))
    world.settle()

    [row] = inbound_rows(world)
    [session] = [item for item in world.items() if item["sk"]["S"] == "SESSION"]
    assert "expiresAt" in row
    assert "expiresAt" in session


# ------------------------------------------------------------------------------ privacy

PERSONAL = (ANA, "12065550", "15005550", "Hello-Personal", "personal.example.org", "54321")


def test_nothing_personal_is_logged(
    world: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stream = io.StringIO()
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", stream)
    personal = {"text": "Hello-Personal", "media": ("https://personal.example.org/a",)}
    world.inbound(an_inbound(world.account, **personal))
    world.inbound(an_inbound(world.account, **personal))
    world.inbound(an_inbound(None, to="+12065550199", id="unknown", **personal))
    world.inbound(an_inbound(world.account, source="54321", **personal))
    for wrong in ({"at": ANA}, {"channel": ANA}, {"text": 1}, {"media": ANA}, {"id": [ANA]}):
        body = json.loads(sandbox.inbound(an_inbound(world.account, **personal)))
        body["inbound"][0] |= wrong
        boto3.client("sqs", region_name=REGION).send_message(
            QueueUrl=world.queues["InboundQueue"], MessageBody=json.dumps(body)
        )

    for _ in range(3):
        world.step()
    world.get(f"/Messages/{world.messages()[0]['id']}")

    printed = capsys.readouterr()
    written = stream.getvalue() + printed.out + printed.err
    assert '"carrier_id":"unknown"' in written
    assert '"InboundDropped"' in written
    assert [each for each in PERSONAL if each in written] == []
    # Nor in keys, which logs of AWS may show; but for the sender's, which is no person's.
    [session] = [item for item in world.items() if item["sk"]["S"] == "SESSION"]
    assert ANA not in str(session)


def test_keys_of_a_pair_are_of_one_account() -> None:
    pairs = [("AC1", OUR_NUMBER, ANA), ("AC2", OUR_NUMBER, ANA), ("AC1", ANA, OUR_NUMBER)]

    found = {keys.session(account, an_inbound(None).channel, to, person) for account, to, person in pairs}

    assert len(found) == 3
