"""A person who opts out gets nothing more: through API Gateway, with the template's rights, on the queues."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from herald.carriers import sandbox
from herald.model.addresses import SenderChannel
from herald.model.inbound import Inbound
from tests.stack.waiting import messages, send, wait_until
from tools.stack import LocalStack

ANA, BEN = "+12065550931", "+12065550932"


@pytest.fixture
def api(stack: LocalStack) -> Iterator[httpx.Client]:
    with httpx.Client(
        base_url=stack.base_url, auth=(stack.account_sid, stack.auth_token), timeout=60
    ) as client:
        yield client


def write(stack: LocalStack, text: str) -> None:
    """Let Ana write to the account."""
    written = Inbound(
        carrier="sandbox",
        id=f"{text}-{datetime.now(UTC).timestamp()}",
        account=stack.account_sid,
        source=ANA,
        to="+15005550006",
        channel=SenderChannel.SMS,
        text=text,
        at=datetime.now(UTC),
    )
    queue = stack.outputs["InboundQueueUrl"]
    stack.client("sqs").send_message(QueueUrl=queue, MessageBody=sandbox.inbound(written))


def suppressed(api: httpx.Client, address: str) -> list[Any]:
    answer = api.get("/Suppressions", params={"address": address})
    assert answer.status_code == 200, answer.text
    return list(answer.json()["suppressions"])


def outcomes(api: httpx.Client, operation_id: str) -> Callable[[], dict[str, str]]:
    """The statuses of the messages of an operation by address, once none of them waits."""

    def found() -> dict[str, str]:
        shown = {each["to"][0]["address"]: each["status"] for each in messages(api, operation_id)}
        waits = {"QUEUED", "SENT", "SCHEDULED"} & set(shown.values())
        return {} if waits else shown

    return found


def phone(address: str) -> dict[str, str]:
    return {"address": address, "channel": "PHONE"}


def test_stop_and_start(stack: LocalStack, api: httpx.Client) -> None:
    write(stack, "Stop!")
    [suppression] = wait_until(lambda: suppressed(api, ANA))
    assert suppression["source"] == "STOP"

    operation_id = send(api, phone(ANA), phone(BEN))
    assert wait_until(outcomes(api, operation_id)) == {ANA: "FAILED", BEN: "DELIVERED"}
    errors = api.get(f"/Messages/Operations/{operation_id}/Errors").json()["errors"]
    assert [each["code"] for each in errors] == [21610]

    write(stack, "START")
    wait_until(lambda: not suppressed(api, ANA))
    assert wait_until(outcomes(api, send(api, phone(ANA)))) == {ANA: "DELIVERED"}


def test_stop_takes_people_out_of_what_is_scheduled(stack: LocalStack, api: httpx.Client) -> None:
    due = datetime.now(UTC) + timedelta(seconds=10)
    operation_id = send(api, phone(ANA), phone(BEN), schedule={"sendAt": [due.isoformat()]})
    write(stack, "STOP")
    wait_until(lambda: suppressed(api, ANA))

    assert wait_until(outcomes(api, operation_id)) == {ANA: "FAILED", BEN: "DELIVERED"}
    write(stack, "START")
    wait_until(lambda: not suppressed(api, ANA))


def test_an_account_suppresses_and_forgives(api: httpx.Client) -> None:
    people = [phone(f"+1206556{index:04}") for index in range(1_000)]

    for added in (1_000, 0):
        answer = api.post("/Suppressions", json={"suppressions": people, "source": "IMPORT"})
        assert (answer.status_code, answer.json()["added"]) == (200, added)
    assert wait_until(outcomes(api, send(api, people[0], phone(BEN)))) == {
        people[0]["address"]: "FAILED",
        BEN: "DELIVERED",
    }

    wait_until(lambda: len(listed(api)) >= len(people))
    for each in suppressed(api, people[0]["address"]):
        assert api.get(f"/Suppressions/{each['id']}").json() == each
        assert api.delete(f"/Suppressions/{each['id']}").status_code == 204
    assert suppressed(api, people[0]["address"]) == []


def listed(api: httpx.Client) -> list[Any]:
    """All suppressions, page by page."""
    found: list[Any] = []
    token = ""
    while True:
        query = {"pageSize": "300", **({"pageToken": token} if token else {})}
        page = api.get("/Suppressions", params=query).json()
        found += page["suppressions"]
        token = page["pagination"]["next"]
        if token is None:
            return found


def test_an_account_has_words_of_its_own(stack: LocalStack, api: httpx.Client) -> None:
    assert api.put("/Keywords", json={"stop": {"*": ["STOP", "Enough"]}}).status_code == 200

    write(stack, "enough.")
    wait_until(lambda: suppressed(api, ANA))

    assert api.delete("/Keywords").status_code == 204
    assert api.get("/Keywords").json()["isDefault"] is True
    write(stack, "START")
    wait_until(lambda: not suppressed(api, ANA))
