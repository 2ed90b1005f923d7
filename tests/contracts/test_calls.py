"""What functions call, they may call: moto asks for no rights, so this does."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import boto3
import pytest

from herald import runtime
from herald.carriers import sandbox
from herald.model.inbound import Inbound
from tests import world as worlds
from tests.callbacks import from_twilio, world_with_callbacks
from tests.contracts.test_rights import FURTHER_RIGHTS, RIGHTS
from tests.faults import Faults
from tests.world import REGION, World, invoke

# Calls that are not named as their right is.
ACTIONS = {"SendMessageBatch": "SendMessage"}
PHONE = {"address": "+12065550100", "channel": "PHONE"}
STORE, PERSON = "mem_store_00000000000000000000000000", "mem_profile_01h9krwprkeee8fzqspvwy6nq8"
TYPES = {"twilio/text": {"body": "Hi"}}
PROFILE = f"/MemoryStores/{STORE}/Profiles/{PERSON}"


@pytest.fixture
def world(aws: pytest.MonkeyPatch, faults: Faults) -> World:
    return world_with_callbacks(aws, UnconfirmedSeconds="1")


class Call(NamedTuple):
    """A right, and the name of the index that it was used on, if it was one."""

    action: str
    of_index: str | None


@pytest.fixture
def calls(world: World, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, set[Call]]:
    """What each function calls, from now on."""
    found: defaultdict[str, set[Call]] = defaultdict(set)
    running: list[str] = []

    def call(function: str, event: Mapping[str, Any], **more: Any) -> Any:
        running.append(function)
        try:
            return invoke(function, event, **more)
        finally:
            running.pop()

    def note(model: Any, params: Mapping[str, Any], **_: Any) -> None:
        if running:
            name = ACTIONS.get(model.name, model.name)
            service = model.service_model.service_name
            found[running[-1]].add(Call(f"{service}:{name}", params.get("IndexName")))

    session = boto3.DEFAULT_SESSION
    assert session
    session.events.register("provide-client-params.*.*", note)
    # The clients that are there already do not tell.
    runtime.reset()
    monkeypatch.setattr(worlds, "invoke", call)
    return found


def test_functions_call_what_they_may(world: World, calls: Mapping[str, set[Call]]) -> None:
    live_through_everything(world)

    forbidden = {
        (function, call) for function, made in calls.items() for call in made if not may(function, call)
    }
    assert calls.keys() == RIGHTS.keys() - {"authorize"}
    assert forbidden == set()


def may(function: str, call: Call) -> bool:
    further = FURTHER_RIGHTS.get(function, {}).get("HasCarrierSecret", {})
    on = (RIGHTS[function] | further).get(call.action, set())
    if not call.action.startswith("dynamodb:"):
        # Of queues and schedules, test_rights says which.
        return bool(on)
    return (f"${{Table.Arn}}/index/{call.of_index}" if call.of_index else "Table.Arn") in on


def live_through_everything(world: World) -> None:
    """Whatever a client can do, and a carrier."""
    template_id = set_up(world)
    operation_id = send(world, {"contentId": template_id})
    send(world, {"text": "Hi"}, **{"from": {"address": "+15005550006", "channel": "SMS"}})
    later = datetime.now(UTC) + timedelta(hours=1)
    scheduled = send(world, {"text": "Hi"}, schedule={"sendAt": [later.isoformat()]})
    waiting = send(world, {"text": "Hi"})
    for action in ("Pause", "Resume", "Pause"):
        assert world.post(f"/Messages/Operations/{waiting}/{action}", "").status == 202
    world.settle()
    assert world.post(f"/Messages/Operations/{scheduled}/Cancel", "").status == 202
    write_to(world, "Thank you!", "STOP", "START")
    call_back(world)
    world.settle(wait=3)
    look_at(world, operation_id)
    tear_down(world, template_id)


def set_up(world: World) -> str:
    assert world.put(PROFILE, {"addresses": [PHONE], "traits": {"name": "Ada"}}).status == 200
    made = world.post("/Content", {"friendlyName": "hi", "types": TYPES})
    assert made.status == 201, made.body
    sender = world.post("/Senders", {"channel": "SMS", "address": "+12065550123"}).body["resourceId"]
    assert world.patch(f"/Senders/{sender}", {"displayName": "Orders"}).status == 202
    return str(made.body["id"])


def send(world: World, content: Any, **more: Any) -> str:
    to: list[Any] = [
        PHONE,
        {"address": "+15005550110", "channel": "PHONE"},
        {"address": "+15005550120", "channel": "PHONE"},
        {"address": "+15005550150", "channel": "PHONE"},
        {"profileId": PERSON, "memoryStoreId": STORE},
        {"profileId": PERSON, "memoryStoreId": STORE[:-1] + "1"},
        {"group": {"addresses": [PHONE, {"address": "+15005550150", "channel": "PHONE"}]}},
    ]
    answer = world.post("/Messages", {"to": to, "content": content, "tags": {"a": "b"}, **more})
    assert answer.status == 202, answer.body
    return str(answer.body["operationId"])


def write_to(world: World, *texts: str) -> None:
    sender = world.senders()[0]
    body = sandbox.inbound(
        *(
            Inbound.model_validate(
                {
                    "carrier": "sandbox",
                    "id": text,
                    "account": world.account,
                    "from": "+12065550100",
                    "to": sender.address,
                    "channel": sender.channel,
                    "text": text,
                    "at": datetime.now(UTC),
                }
            )
            for text in texts
        )
    )
    client = boto3.client("sqs", region_name=REGION)
    client.send_message(QueueUrl=world.queues["InboundQueue"], MessageBody=body)


def call_back(world: World) -> None:
    written = {"MessageSid": "SM1", "From": "+12065550100", "To": "+15005550006", "Body": "Hi"}
    assert from_twilio(world, "/Callbacks/twilio/Messages", written).status == 200
    key = f"{world.account}.comms_message_01h9krwprkeee8fzqspvwy6nq8000.1"
    form = {"MessageSid": "SM2", "MessageStatus": "delivered"}
    assert from_twilio(world, "/Callbacks/twilio/Receipts", form, key).status == 204


def look_at(world: World, operation_id: str) -> None:
    for query in ({}, {"status": "FAILED"}, {"channel": "SMS"}, {"tags": "a:b;"}, {"profile": PERSON}):
        assert world.get("/Messages", query).status == 200
    message = world.messages(operationId=operation_id)[-1]["id"]
    session = "comms_session_01h9krwprkeee8fzqspvwy6nq8"
    assert world.get("/Messages", {"sessionId": session}).status == 200
    for path in (message, f"{message}/Receipts", "Operations", f"Operations/{operation_id}"):
        assert world.get(f"/Messages/{path}").status == 200
    assert world.get(f"/Messages/Operations/{operation_id}/Errors").status == 200
    assert world.get(f"/Messages/Seek/sandbox-{message}-1").status == 301
    for path in ("/Content", "/Senders", "/SenderPools", "/SenderPools/Operations", PROFILE):
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
