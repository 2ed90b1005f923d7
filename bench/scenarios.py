"""The events for the measurements: real ones, made by the real handlers.

One account sends to examples/recipients.csv. fan_out finds the rows that accept wrote, tally
counts the changes that fan_out made, and the receipts are those of the sandbox.
"""

import base64
import csv
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from bench.edge import SECRET, Edge, images, unpacked
from bench.invoke import ROOT, invoke
from tests.sim.requests import Key
from tests.sim.values import Item
from tests.template import is_true, resource_of, resources, template
from tests.world import REGION, http_event, sqs_event

TEXT: Final = "Hi {{ name | default: 'there' }}, your order {{ order | default: '' }} is on its way."
EXAMPLE: Final = ROOT / "examples/recipients.csv"
# Enough messages that a page of 1,000 does not end the list.
_SMALLER: Final = 1_200
_LARGEST_BODY: Final = 4_950_000

Items = dict[Key, Item]


@dataclass(frozen=True)
class Scenario:
    """One call of one function, and the table before it."""

    name: str
    function: str
    event: dict[str, Any]
    items: Items = field(repr=False)


@dataclass(frozen=True)
class Scenarios:
    # Ordinary work, to be timed.
    timed: list[Scenario]
    # The largest event of each function, to measure its memory.
    largest: list[Scenario]


def recipients() -> list[dict[str, Any]]:
    """10,000 recipients with two variables each."""
    with EXAMPLE.open(newline="") as file:
        return [
            {
                "address": row["address"],
                "channel": "PHONE",
                "variables": {"name": row["name"] or "you", "order": row["order"]},
            }
            for row in csv.DictReader(file)
        ]


def set_environment() -> None:
    """The functions' environment, as template.yaml gives it to them, and no way to a real AWS."""
    defaults = {name: str(each.get("Default", "")) for name, each in template()["Parameters"].items()}
    variables = template()["Globals"]["Function"]["Environment"]["Variables"]
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]
    for name, value in variables.items():
        os.environ[name] = _variable(value, defaults)
    os.environ |= {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }


def _variable(value: Any, defaults: Mapping[str, str]) -> str:
    """A variable's value in a stack with the template's defaults; a queue is its URL, the table its name."""
    match value:
        case {"Fn::If": [condition, then, otherwise]}:
            chosen = then if is_true({"Condition": condition}, defaults) else otherwise
            return _variable(chosen, defaults)
        case {"Fn::Join": [between, parts]}:
            return str(between).join(_variable(part, defaults) for part in parts)
        case dict():
            resource = resource_of(value)
            if resource in resources("AWS::DynamoDB::Table"):
                return resource
            return defaults.get(resource, f"https://sqs.{REGION}.amazonaws.com/1/{resource}")
    return str(value)


def prepare(edge: Edge) -> Scenarios:
    """Run two operations; the scenarios are moments of them."""
    people = recipients()
    account, token = _account(edge)
    start = dict(edge.items)
    post = _post(account, people)
    invoke("accept", post)
    operation_records = images(edge.changes, "INSERT", "OPERATION#")
    edge.restore(start)
    accept_alone, chunk_alone = _alone(edge, account, people[0], start)
    edge.restore(start)
    invoke("accept", _post(account, people[:_SMALLER]))
    accepted = dict(edge.items)
    invoke("dispatch", {"Records": images(edge.changes, "INSERT", "OPERATION#")})
    tasks = edge.queues.pop(os.environ["CHUNK_QUEUE_URL"])
    for task in tasks:
        invoke("fan_out", sqs_event(task))
    sent = dict(edge.items)
    reports = edge.queues[os.environ["RECEIPT_QUEUE_URL"]]
    rows = images(edge.changes, "INSERT", "MESSAGES#")
    queued = sent | {_key_of(row): unpacked(json.dumps(row["dynamodb"]["NewImage"])) for row in rows}
    changes = images(edge.changes, "MODIFY", "MESSAGES#")
    newest = max(sk for _, sk in sent if sk.startswith("comms_message_"))

    def get(path: str, **query: str) -> dict[str, Any]:
        return http_event("GET", path, account, query=query or None)

    of_queued = get("/Messages", status="QUEUED", pageSize="1000")
    tally = Scenario("tally 1,000 changes", "tally", {"Records": changes[:1_000]}, sent)
    page = Scenario("query a page of 1,000", "query", get("/Messages", pageSize="1000"), sent)
    chunk = Scenario("fan_out one chunk of 100", "fan_out", sqs_event(tasks[0]), accepted)
    authorize = Scenario("authorize", "authorize", _authorizer_event(account, token), start)
    new = Scenario("dispatch 10,000 recipients", "dispatch", {"Records": operation_records}, start)
    return Scenarios(
        timed=[
            Scenario("accept 10,000 recipients", "accept", post, start),
            accept_alone,
            authorize,
            Scenario("query a page of 50", "query", get("/Messages"), sent),
            page,
            Scenario("query a page of 50 by status", "query", get("/Messages", status="QUEUED"), queued),
            Scenario("query a page of 1,000 by status", "query", of_queued, queued),
            Scenario("query one message", "query", get(f"/Messages/{newest}"), sent),
            new,
            chunk,
            chunk_alone,
            tally,
            Scenario("receive 50 receipts", "receive", _several(reports, 50), sent),
        ],
        largest=[
            Scenario("10,000 recipients, 5 MB", "accept", _post(account, _wordy(people)), start),
            authorize,
            page,
            Scenario("10 operations of 10,000", "dispatch", {"Records": operation_records * 10}, start),
            chunk,
            tally,
            Scenario("50 messages of 25 receipts", "receive", _several(reports, 50 * 25), sent),
        ],
    )


def _alone(edge: Edge, account: str, person: dict[str, Any], start: Items) -> tuple[Scenario, Scenario]:
    """A request of one recipient, and its chunk."""
    alone = _post(account, [person])
    invoke("accept", alone)
    accepted = dict(edge.items)
    invoke("dispatch", {"Records": images(edge.changes, "INSERT", "OPERATION#")})
    [task] = edge.queues.pop(os.environ["CHUNK_QUEUE_URL"])
    return (
        Scenario("accept 1 recipient", "accept", alone, start),
        Scenario("fan_out a chunk of 1", "fan_out", sqs_event(task), accepted),
    )


def account_of(edge: Edge) -> str:
    """A new account with a sender of each channel."""
    return _account(edge)[0]


def _account(edge: Edge) -> tuple[str, str]:
    from herald.model.senders import NewSender
    from herald.operator import accounts
    from herald.runtime import app
    from herald.store import Keyring, senders
    from herald_cli.admin import SANDBOX_SENDERS

    now = datetime.now(UTC)
    account, token = accounts.create(app().table, Keyring(SECRET).credentials, "bench", now)
    for address, channel in SANDBOX_SENDERS:
        senders.add(app().table, account, NewSender(address=address, channel=channel), now)
    edge.changes.clear()
    return account, token


def plain_body(people: list[dict[str, Any]]) -> str:
    """A request with nothing unusual in it."""
    return json.dumps({"to": people, "content": {"text": TEXT}}, ensure_ascii=False)


def post_of(account: str, method: str, path: str, body: str, *, key: bool = False) -> dict[str, Any]:
    """The event of a request with a body, and with an Idempotency-Key if it is to have one."""
    return http_event(method, path, account, body=body, headers={"Idempotency-Key": "bench"} if key else None)


def _post(account: str, people: list[dict[str, Any]]) -> dict[str, Any]:
    return post_of(account, "POST", "/Messages", plain_body(people))


def _wordy(people: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same people with variables so long that the body is as large as it may be."""
    spare = _LARGEST_BODY - len(json.dumps({"to": people}, ensure_ascii=False).encode())
    more = "x" * (spare // len(people))
    return [
        {**each, "variables": {**each["variables"], "order": each["variables"]["order"] + more}}
        for each in people
    ]


def _several(reports: list[str], receipts: int) -> dict[str, Any]:
    """An event of as many full messages of the receipt queue as hold that many receipts."""
    full = [body for body in reports if len(json.loads(body)["receipts"]) == 25]
    wanted = [full[number % len(full)] for number in range(receipts // 25)]
    return {
        "Records": [
            {**record, "messageId": f"{number:036}"}
            for number, body in enumerate(wanted)
            for record in sqs_event(body)["Records"]
        ]
    }


def _authorizer_event(account: str, token: str) -> dict[str, Any]:
    credentials = base64.b64encode(f"{account}:{token}".encode()).decode()
    return {
        "type": "REQUEST",
        "methodArn": f"arn:aws:execute-api:{REGION}:123456789012:abc123/v1/GET/Messages",
        "headers": {"Authorization": f"Basic {credentials}"},
    }


def _key_of(record: Mapping[str, Any]) -> Key:
    keys = record["dynamodb"]["Keys"]
    return keys["pk"]["S"], keys["sk"]["S"]
