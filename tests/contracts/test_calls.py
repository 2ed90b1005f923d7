"""What functions call, they may call, and what they may call, one of them calls."""

import base64
import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from itertools import product
from typing import Any, cast

import boto3
import pytest

from herald import runtime
from herald.carriers import OutboundMessage, Outcome, sandbox
from herald.carriers.callback_keys import sign
from herald.model.addresses import SenderChannel
from herald.model.inbound import Inbound
from herald.model.message import Receipt
from herald.model.prices import Prices
from herald.model.senders import OperatorSender
from herald.model.status import Status
from herald.operator import limits
from herald.sending import tariff
from herald.store import owners, senders
from herald.tasks import GoOn, Wake
from tests import world as worlds
from tests.callbacks import from_http, from_twilio, world_with_callbacks
from tests.contracts.rights import BY_LAMBDA, RIGHTS, further_statements_of, statements_of
from tests.sim.rights import QUEUES, Call, Right, calls_in, covers, rights_of
from tests.unit.carriers.web_harnesses import CALLBACK_SECRET
from tests.world import REGION, World, invoke, sqs_event

FAILS_AT_ONCE = "+15005550140"
PHONE = {"address": "+12065550100", "channel": "PHONE"}
STORE, PERSON = "mem_store_00000000000000000000000000", "mem_profile_01h9krwprkeee8fzqspvwy6nq8"
TYPES = {"twilio/text": {"body": "Hi"}}
PROFILE = f"/MemoryStores/{STORE}/Profiles/{PERSON}"


@pytest.fixture(params=["true", "false"], ids=["in company", "one by one"])
def world(request: pytest.FixtureRequest, aws: pytest.MonkeyPatch) -> World:
    return world_with_callbacks(aws, UnconfirmedSeconds="1", BatchWrites=request.param)


@pytest.fixture
def calls(world: World, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, set[Call]]:
    """What each function calls, from now on."""
    found: defaultdict[str, set[Call]] = defaultdict(set)

    def call(function: str, event: Mapping[str, Any], **more: Any) -> Any:
        # Every function has to fetch it by itself.
        for keyring in (runtime.app().keyring, runtime.app().token_keyring):
            cast(Any, keyring).cache_clear()
        runtime.carrier_secret.cache_clear()
        tariff.forget()
        return invoke(function, event, **more)

    def note(function: str, service: str, operation: str, request: Mapping[str, Any], _: Any) -> list[Call]:
        found[function].update(calls_in(service, operation, request, QUEUES))
        # The test says what is forbidden, of all calls at once.
        return []

    monkeypatch.setattr("tests.sim.aws.forbidden", note)
    monkeypatch.setattr(worlds, "invoke", call)
    return found


# The right that a write takes in a batch of statements, by the one that it takes alone.
IN_COMPANY = {"dynamodb:PutItem": "dynamodb:PartiQLInsert", "dynamodb:UpdateItem": "dynamodb:PartiQLUpdate"}
OTHER_WAY = IN_COMPANY | {there: alone for alone, there in IN_COMPANY.items()}


@pytest.fixture
def lived(world: World, calls: Mapping[str, set[Call]]) -> Mapping[str, set[Call]]:
    """What each function has called when all that can happen has happened."""
    live_through_everything(world)
    assert calls.keys() == RIGHTS.keys()
    return calls


@pytest.mark.simulated
def test_functions_call_what_they_may_and_may_what_they_call(lived: Mapping[str, set[Call]]) -> None:
    forbidden, unused = set(), set()
    for function, made in lived.items():
        granted_to = statements_of(function)
        if function.endswith("_callback"):
            [further] = further_statements_of(function).values()
            granted_to += further
        if function == "fan_out":
            # Here it sends by http alone.
            granted_to += further_statements_of(function)["HasHttpSecret"]
        statements = [set(rights_of(statement)) for statement in granted_to]
        # A call needs one statement for all of its keys.
        allowed = {call: [rights for rights in statements if covers(rights, call)] for call in made}
        forbidden |= {(function, call) for call, by in allowed.items() if not by}
        used = {
            right
            for call, by in allowed.items()
            for rights in by
            for right in rights
            if (right.action, right.on) == call[:2] and (right.key is None or right.key in call.keys)
        }
        # A stack writes in company or one by one; it has the rights to both.
        used |= {
            right._replace(action=OTHER_WAY[right.action]) for right in used if right.action in OTHER_WAY
        }
        granted = {right for rights in statements for right in rights}
        unused |= {(function, right) for right in granted - used if right.action not in BY_LAMBDA}

    assert forbidden == set()
    # To put aside what a function fails on, Lambda sends it in the function's name.
    given_up = Right("sqs:SendMessage", "StreamDeadLetters.Arn")
    assert unused == {("dispatch", given_up), ("tally", given_up)}


def live_through_everything(world: World) -> None:
    """All actions of a client, of a carrier, and of an operator who puts a task on the queue."""
    authorize(world)
    # So that requests are counted.
    world.requests_per_second = "1000"
    template_id = set_up(world)
    keyed = {"Idempotency-Key": "a-key"}
    operation_id = send(world, {"contentId": template_id}, headers=keyed)
    assert send(world, {"contentId": template_id}, headers=keyed) == operation_id
    send(world, {"text": "Hi"}, **{"from": {"address": "+15005550006", "channel": "SMS"}})
    later = world.aws.now + timedelta(hours=1)
    scheduled = send(world, {"text": "Hi"}, schedule={"sendAt": [later.isoformat()]})
    waiting = send(world, {"text": "Hi"})
    for action in ("Pause", "Resume", "Pause"):
        assert world.post(f"/Messages/Operations/{waiting}/{action}", "").status == 202
    world.settle()
    send_in_special_ways(world)
    send_within_limits(world)
    put_by_hand(world, Wake(operation_id=scheduled, due=0))
    put_by_hand(world, GoOn(operation_id=scheduled, at=0))
    assert world.post(f"/Messages/Operations/{scheduled}/Cancel", "").status == 202
    write_to(world, "Thank you!", "STOP", "START")
    world.settle()
    send(world, {"text": "You are welcome"}, **{"from": {"senderId": world.senders()[0].sender_id}})
    bring_parts_that_cannot_be_read(world)
    call_back(world)
    world.settle(wait=3)
    look_at(world, operation_id)
    tear_down(world, template_id)


def authorize(world: World) -> None:
    credentials = base64.b64encode(f"{world.account}:{world.auth_token}".encode()).decode()
    event = {
        "methodArn": f"arn:aws:execute-api:{REGION}:123456789012:abc123/v1/GET/Messages",
        "headers": {"Authorization": f"Basic {credentials}"},
    }
    assert worlds.invoke("authorize", event)["context"]["account"] == world.account


def put_by_hand(world: World, task: Wake | GoOn) -> None:
    """A Wake long before it is due is scheduled again; of a GoOn nothing has waited."""
    client = boto3.client("sqs", region_name=REGION)
    client.send_message(QueueUrl=world.queues["ChunkQueue"], MessageBody=task.model_dump_json())
    world.settle()


def set_up(world: World) -> str:
    assert world.put(PROFILE, {"addresses": [PHONE], "traits": {"name": "Ada"}}).status == 200
    made = world.post("/Content", {"friendlyName": "hi", "types": TYPES})
    assert made.status == 201, made.body
    sender = world.post("/Senders", {"channel": "SMS", "address": "+12065550123"}).body["resourceId"]
    assert world.patch(f"/Senders/{sender}", {"displayName": "Orders"}).status == 202
    # A sender before, of whose removal only a part was done.
    gone = "comms_sender_01h9krwprkeee8fzqspvwy6nq8"
    owners.claim(world.table, world.account, SenderChannel.SMS, "+12065550124", gone, proven=False)
    assert world.post("/Senders", {"channel": "SMS", "address": "+12065550124"}).status == 202
    return str(made.body["id"])


def send(world: World, content: Any, **more: Any) -> str:
    headers = more.pop("headers", None)
    to: list[Any] = [
        PHONE,
        {"address": "+15005550110", "channel": "PHONE"},
        {"address": "+15005550120", "channel": "PHONE"},
        {"address": "+15005550150", "channel": "PHONE"},
        {"profileId": PERSON, "memoryStoreId": STORE},
        {"profileId": PERSON, "memoryStoreId": STORE[:-1] + "1"},
        {"group": {"addresses": [PHONE, {"address": "+15005550150", "channel": "PHONE"}]}},
    ]
    body = {"to": to, "content": content, "tags": {"a": "b"}, **more}
    answer = world.post("/Messages", body, headers=headers)
    assert answer.status == 202, answer.body
    return str(answer.body["operationId"])


def send_in_special_ways(world: World) -> None:
    send(world, {"text": "Hi"}, **{"from": {"channel": "SMS", "address": "+12065550123"}})
    """From a sender with a rate; in a moment; and where a receipt says that the first try has failed."""
    sender = world.senders()[0]
    assert world.patch(f"/Senders/{sender.sender_id}", {"partsPerSecond": 100}).status == 202
    # Hours that are always open, so that nothing waits.
    assert world.put("/QuietHours", {"open": "00:00-24:00", "countries": {}}).status == 200
    at_once = {"from": {"senderId": sender.sender_id}}
    soon = {"schedule": {"sendAt": [(world.aws.now + timedelta(seconds=4)).isoformat()]}}
    kept = send(world, {"text": "Hi"}, **at_once, **soon)
    assert "quiet" not in world.operation(kept)
    assert world.delete("/QuietHours").status == 204
    world.settle(wait=5)
    for failing in ("+15005550101", FAILS_AT_ONCE):
        to = {"addresses": [{**PHONE, "address": failing}, PHONE]}
        assert world.post("/Messages", {"to": [to], "content": {"text": "Hi"}}).status == 202
    report_at_once()
    world.settle(wait=1)


def send_within_limits(world: World) -> None:
    """By a carrier that is no sandbox: reserved, given back, and reserved again as prices rise."""
    table, now = world.table, world.aws.now
    limits.change(table, world.account, {"dollarsPerDay": 10**12}, now)
    new = OperatorSender(channel=SenderChannel.SMS, address="+12065550199", carrier="http")
    source = {"from": {"senderId": senders.add(table, world.account, new, now).id}}
    for content, price in (({"text": "{{ 'a' | upcase }}"}, 1_000), ({"text": "Hi"}, 2_000_000)):
        body = {"to": [PHONE], "content": content, **source}
        assert world.post("/Messages", body).status == 202
        limits.put_prices(table, Prices({"SMS": {"US": price}}))
        world.settle()
    assert world.get("/Limits").status == world.get("/Prices").status == 200
    limits.change(table, world.account, {"dollarsPerDay": None}, now)


def report_at_once() -> None:
    """Let a failure receipt come before the worker has recorded that it handed the message over."""
    carrier = runtime.app().carrier
    send_ = carrier.send

    def send(message: OutboundMessage) -> Outcome:
        outcome = send_(message)
        if message.to.address != FAILS_AT_ONCE:
            return outcome
        receipt = Receipt(
            account=message.account,
            message_id=message.message_id,
            attempt=message.attempt,
            status=Status.UNDELIVERED,
            error=30003,
        )
        report = {"carrier": sandbox.NAME, "receipts": [receipt.model_dump()]}
        worlds.invoke("receive", sqs_event(json.dumps(report)))
        return outcome

    carrier.send = send  # type: ignore[method-assign]


def write_to(world: World, *texts: str) -> None:
    """Let a person write to a sender: with the account named, and without."""
    # A moment ago: what is later than the clock arrives now, and so at one instant.
    sender, now = world.senders()[0], world.aws.now - timedelta(seconds=1)
    for number, (text, account) in enumerate(product(texts, (world.account, None))):
        message = {
            "carrier": "sandbox",
            "id": str(number),
            "account": account,
            "from": "+12065550100",
            "to": sender.address,
            "channel": sender.channel,
            "text": text,
            # Of two words of one millisecond STOP is the last.
            "at": now + timedelta(milliseconds=number),
        }
        world.inbound(Inbound.model_validate(message))


def bring_parts_that_cannot_be_read(world: World) -> None:
    """Parts of reports, and a task that no version can read: each is a dead letter."""
    for kind in ("inbound", "receipts"):
        worlds.invoke("receive", sqs_event(json.dumps({"carrier": "sandbox", kind: [{}, {}]})))
    task = sqs_event("{}")
    task["Records"][0]["attributes"]["SentTimestamp"] = "1"
    assert worlds.invoke("fan_out", task) == {"batchItemFailures": []}


def call_back(world: World) -> None:
    written = {"MessageSid": "SM1", "From": "+12065550100", "To": "+15005550006", "Body": "Hi"}
    assert from_twilio(world, "/Callbacks/twilio/Messages", written).status == 200
    key = f"{world.account}.comms_message_01h9krwprkeee8fzqspvwy6nq8000.1"
    form = {"MessageSid": "SM2", "MessageStatus": "delivered"}
    assert from_twilio(world, "/Callbacks/twilio/Receipts", form, key).status == 204
    said = {"id": "in-1", "from": "+12065550100", "to": "+15005550006", "channel": "SMS", "text": "Hi"}
    assert from_http(world, "/Callbacks/http/Messages", said).status == 204
    signed = sign(key, CALLBACK_SECRET)
    assert from_http(world, "/Callbacks/http/Receipts", {"status": "DELIVERED"}, signed).status == 204


def look_at(world: World, operation_id: str) -> None:
    for query in ({}, {"status": "FAILED"}, {"channel": "SMS"}, {"tags": "a:b;"}, {"profile": PERSON}):
        assert world.get("/Messages", query).status == 200
    message = world.messages(operationId=operation_id, pageSize="2")[-1]["id"]
    session = "comms_session_01h9krwprkeee8fzqspvwy6nq8"
    assert world.get("/Messages", {"sessionId": session}).status == 200
    assert world.get("/Messages", {"to": "+12065550100", "from": "+15005550006"}).status == 200
    for path in (message, f"{message}/Receipts", "Operations", f"Operations/{operation_id}"):
        assert world.get(f"/Messages/{path}").status == 200
    assert world.get(f"/Messages/Operations/{operation_id}/Errors").status == 200
    assert world.get(f"/Messages/Seek/sandbox-{message}-1").status == 301
    for path in ("/AuditEvents", "/Content", "/Senders", "/SenderPools", "/SenderPools/Operations", PROFILE):
        assert world.get(path).status == 200
    body = {"suppressions": [{"address": "+12065550199", "channel": "PHONE"}]}
    [suppression] = world.post("/Suppressions", body).body["suppressions"]
    for path in (f"/Suppressions/{suppression['id']}", "/Suppressions", "/Keywords"):
        assert world.get(path).status == 200
    assert world.get("/Suppressions", {"address": "+12065550199"}).status == 200
    assert world.delete(f"/Suppressions/{suppression['id']}").status == 204
    assert world.put("/Keywords", {"stop": {"*": ["STOP"]}}).status == 200
    assert world.delete("/Keywords").status == 204
    search = {"address": "+12065550123", "channel": "SMS"}
    assert world.post("/Senders/Search", search).status == 200
    assert world.post("/Senders/Resolve", {"recipientAddresses": [PHONE]}).status == 200


def tear_down(world: World, template_id: str) -> None:
    senders = [{"senderId": sender.sender_id} for sender in world.senders()]
    created = world.post("/SenderPools", {"name": "All", "senders": senders[:1]})
    assert created.status == 202
    [pool] = world.get("/SenderPools").body["senderPools"]
    path = f"/SenderPools/{pool['id']}"
    assert world.post(f"{path}/Senders", senders).status == 202
    send(world, {"text": "Hi"}, **{"from": {"senderPoolId": pool["id"]}})
    assert world.get(f"{path}/Senders").status == 200
    assert world.delete(f"{path}/Senders/{senders[0]['senderId']}").status == 202
    assert world.patch(path, {"name": "Some"}).status == 202
    assert world.delete(path).status == 202
    assert world.delete(f"/Content/{template_id}").status == 204
    assert world.delete(PROFILE).status == 204
