"""The rest of the contract on the deployed stack: what each part promises, once, over HTTP."""

import json
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.stack.waiting import messages, send, wait_until
from tools.stack import LocalStack

DELIVERED = {"address": "+15005550100", "channel": "PHONE"}
REFUSED = {"address": "+15005550110", "channel": "PHONE"}
WHATSAPP = {"address": "+15005550100", "channel": "WHATSAPP"}


@pytest.fixture
def api(stack: LocalStack) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=stack.base_url, auth=(stack.account_sid, stack.auth_token), timeout=60
    ) as client:
        yield client


def operation(api: httpx.Client, operation_id: str) -> Any:
    return api.get(f"/Messages/Operations/{operation_id}").json()


def stats(api: httpx.Client, operation_id: str, **expected: int) -> Callable[[], bool]:
    def are_there() -> bool:
        now = operation(api, operation_id)["stats"]
        return {name: now[name] for name in expected} == expected

    return are_there


def test_a_schedule_waits_for_its_second(api: httpx.Client) -> None:
    due = (datetime.now(UTC) + timedelta(seconds=8)).replace(microsecond=0)
    send_at = due.isoformat().replace("+00:00", "Z")

    operation_id = send(api, DELIVERED, schedule={"sendAt": [send_at]})

    wait_until(lambda: messages(api, operation_id))
    [waiting] = messages(api, operation_id)
    if datetime.now(UTC) < due:
        assert (waiting["status"], operation(api, operation_id)["status"]) == ("SCHEDULED", "SCHEDULED")
    wait_until(stats(api, operation_id, delivered=1))
    [message] = messages(api, operation_id)
    assert message["scheduledFor"].startswith(send_at.removesuffix("Z"))
    assert datetime.fromisoformat(message["attempts"][0]["attemptedAt"]) >= due


def test_a_scheduled_operation_is_canceled(api: httpx.Client) -> None:
    far = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    operation_id = send(api, DELIVERED, DELIVERED, schedule={"sendAt": [far]})
    wait_until(stats(api, operation_id, scheduled=2))

    answer = api.post(f"/Messages/Operations/{operation_id}/Cancel")

    assert (answer.status_code, answer.json()["resourceId"]) == (202, operation_id)
    wait_until(stats(api, operation_id, canceled=2, scheduled=0))
    assert operation(api, operation_id)["status"] == "CANCELED"
    again = api.post(f"/Messages/Operations/{operation_id}/Resume")
    assert (again.status_code, again.json()["errors"][0]["code"]) == (409, 409)


def test_a_pause_lasts_until_the_resume(api: httpx.Client) -> None:
    soon = (datetime.now(UTC) + timedelta(seconds=2)).isoformat()
    operation_id = send(api, DELIVERED, schedule={"sendAt": [soon]})
    assert api.post(f"/Messages/Operations/{operation_id}/Pause").status_code == 202
    time.sleep(4)
    assert operation(api, operation_id)["stats"]["attempts"] == 0

    api.post(f"/Messages/Operations/{operation_id}/Resume")

    wait_until(stats(api, operation_id, delivered=1))


def test_a_pool_a_template_and_a_profile_make_one_message(api: httpx.Client) -> None:
    senders = api.get("/Senders", params={"channel": "RCS"}).json()["senders"]
    pool = api.post("/SenderPools", json={"name": "all", "senders": [{"senderId": senders[0]["id"]}]}).json()
    pools = api.get("/SenderPools", params={"operationId": pool["operationId"]}).json()["senderPools"]
    template = {"friendlyName": "hello", "types": {"twilio/text": {"body": "Hi {{name}}, {{ 2 }}"}}}
    content_id = api.post("/Content", json=template).json()["id"]
    store, profile = "mem_store_" + "0" * 26, "mem_profile_01h9krwprkeee8fzqspvwy6nq8"
    saved = api.put(
        f"/MemoryStores/{store}/Profiles/{profile}",
        json={"addresses": [DELIVERED], "traits": {"firstName": "Ada"}},
    )
    assert saved.status_code == 200

    operation_id = send(
        api,
        {
            "profileId": profile,
            "memoryStoreId": store,
            "variables": {"name": "${Twilio.Profile.firstName}", "2": "bye"},
        },
        content={"contentId": content_id},
        **{"from": {"senderPoolId": pools[0]["id"]}},
        tags={"part": "everything"},
    )

    wait_until(stats(api, operation_id, delivered=1))
    [message] = messages(api, operation_id)
    assert message["content"]["contentId"] == content_id
    assert "Hi Ada, bye" in str(message["content"])
    assert (message["from"]["channel"], message["from"]["senderPoolId"]) == ("RCS", pools[0]["id"])
    assert message["to"][0]["profileId"] == profile
    for found in (
        {"profile": profile},
        {"channel": "RCS", "operationId": operation_id},
        {"tags": "part:everything;"},
        {"tags": "part:everything;", "status": "DELIVERED", "channel": "RCS", "profile": profile},
    ):
        ids = [each["id"] for each in api.get("/Messages", params=found).json()["messages"]]
        assert message["id"] in ids, found


def test_errors_receipts_and_seek_tell_what_became_of_each(api: httpx.Client) -> None:
    operation_id = send(
        api, DELIVERED, REFUSED, WHATSAPP, **{"from": {"address": "+15005550006", "channel": "SMS"}}
    )
    wait_until(stats(api, operation_id, delivered=1, failed=1, unaddressable=1))

    errors = api.get(f"/Messages/Operations/{operation_id}/Errors").json()["errors"]

    assert [(error["code"], error["context"]) for error in errors] == [
        (99003, "$.to[2]"),
        (21610, "$.to[1]"),
    ]
    [message] = [each for each in messages(api, operation_id) if each["status"] == "DELIVERED"]
    receipts = api.get(f"/Messages/{message['id']}/Receipts").json()["receipts"]
    assert [(each["to"], each["status"]) for each in receipts] == [(DELIVERED, "DELIVERED")]
    sought = api.get(f"/Messages/Seek/sandbox-{message['id']}-1")
    assert (sought.status_code, sought.headers["Location"]) == (
        301,
        f"{api.base_url}Messages/{message['id']}",
    )


def test_a_group_is_one_message_with_a_receipt_for_each(api: httpx.Client) -> None:
    operation_id = send(api, {"group": {"addresses": [DELIVERED, {**DELIVERED, "address": "+15005550101"}]}})

    def people() -> list[Any]:
        [message] = messages(api, operation_id) or [{"id": "none"}]
        receipts = api.get(f"/Messages/{message['id']}/Receipts").json().get("receipts", [])
        return sorted(each["status"] for each in receipts)

    wait_until(lambda: people() == ["DELIVERED", "UNDELIVERED"])
    [message] = messages(api, operation_id)
    found = operation(api, operation_id)
    assert (message["status"], len(message["to"])) == ("GROUP", 2)
    assert (found["status"], found["stats"]["total"], found["stats"]["recipients"]) == ("COMPLETED", 1, 2)


def test_operations_are_listed_newest_first(api: httpx.Client) -> None:
    first, second = send(api, DELIVERED), send(api, DELIVERED)

    listed = [each["id"] for each in api.get("/Messages/Operations").json()["operations"]]

    assert listed.index(second) < listed.index(first)


def test_what_a_person_writes_becomes_a_message_of_a_session(stack: LocalStack, api: httpx.Client) -> None:
    person, sender = "+12065550177", "+15005550006"
    text = {
        "id": str(uuid4()),
        "account": stack.account_sid,
        "from": person,
        "to": sender,
        "channel": "SMS",
        "text": "Where is my order?",
        "at": datetime.now(UTC).isoformat(),
    }
    body = json.dumps({"carrier": "sandbox", "inbound": [text]})
    stack.client("sqs").send_message(QueueUrl=stack.outputs["InboundQueueUrl"], MessageBody=body)

    def inbound() -> list[Any]:
        listed = api.get("/Messages", params={"status": "INBOUND"}).json()["messages"]
        return [each for each in listed if each["from"]["address"] == person]

    [written] = wait_until(inbound)
    session_id = session_of(written)
    operation_id = send(
        api, {"address": person, "channel": "PHONE"}, **{"from": {"address": sender, "channel": "SMS"}}
    )
    wait_until(stats(api, operation_id, delivered=1))

    found = wait_until(
        lambda: (
            len(listed := api.get("/Messages", params={"sessionId": session_id}).json()["messages"]) > 1
            and listed
        )
    )
    assert [each["status"] for each in found] == ["DELIVERED", "INBOUND"]


def session_of(message: Any) -> str:
    [session] = [each["id"] for each in message["related"] if each["name"] == "SESSION"]
    return str(session)


def test_a_failure_receipt_leads_to_the_next_address(api: httpx.Client) -> None:
    operation_id = send(api, {"addresses": [{**DELIVERED, "address": "+15005550101"}, DELIVERED]})

    wait_until(stats(api, operation_id, delivered=1, undelivered=0))

    [message] = messages(api, operation_id)
    assert [each["to"][0]["address"][-4:] for each in message["attempts"]] == ["0101", "0100"]


def test_whatever_an_account_has_can_be_made_changed_and_deleted(api: httpx.Client) -> None:
    address = f"+1206{time.monotonic_ns() % 10**7:07}"
    sender = api.post("/Senders", json={"channel": "SMS", "address": address}).json()["resourceId"]
    assert api.patch(f"/Senders/{sender}", json={"partsPerSecond": 50}).status_code == 202
    assert api.post("/Senders/Search", json={"channel": "SMS", "address": address}).json()["senders"]
    resolved = api.post("/Senders/Resolve", json={"recipientAddresses": [DELIVERED]})
    assert resolved.status_code == 200, resolved.text

    pool = api.post("/SenderPools", json={"name": "one", "senders": [{"senderId": sender}]}).json()
    [made] = api.get("/SenderPools", params={"operationId": pool["operationId"]}).json()["senderPools"]
    path = f"/SenderPools/{made['id']}"
    assert api.patch(path, json={"name": "two"}).status_code == 202
    assert api.post(f"{path}/Senders", json=[{"senderId": sender}]).status_code == 202
    operation_id = send(api, DELIVERED, **{"from": {"senderPoolId": made["id"]}})
    wait_until(stats(api, operation_id, delivered=1))
    assert api.delete(f"{path}/Senders/{sender}").status_code == 202
    assert api.delete(path).status_code == 202
    assert api.get(path).status_code == 404

    template = {"friendlyName": "gone", "types": {"twilio/text": {"body": "Hi"}}}
    content = f"/Content/{api.post('/Content', json=template).json()['id']}"
    assert (api.delete(content).status_code, api.get(content).status_code) == (204, 404)

    profile = f"/MemoryStores/mem_store_{'0' * 26}/Profiles/mem_profile_01h9krwprkeee8fzqspvwy6nq9"
    assert api.put(profile, json={"addresses": [DELIVERED]}).status_code == 200
    assert (api.delete(profile).status_code, api.get(profile).status_code) == (204, 404)
