"""The API as a client meets it, over HTTP, behind API Gateway and the authorizer."""

from collections import Counter
from datetime import UTC, datetime

import httpx
import pytest

from herald.operator import credentials
from herald.store import Keyring, Table
from herald_cli import admin
from herald_cli.client import ApiError, Herald, Recipient
from tests.stack.waiting import COUNTED, wait_for
from tools.stack import LocalStack

SENDER = {"address": "+15005550006", "channel": "SMS"}
MAGIC = {
    "+12065550100": ("DELIVERED", None, 1),
    "+15005550100": ("DELIVERED", None, 1),
    "+15005550101": ("UNDELIVERED", 30003, 1),
    "+15005550102": ("UNDELIVERED", 30005, 1),
    "+15005550103": ("UNDELIVERED", 30007, 1),
    "+15005550110": ("FAILED", 21610, 1),
    "+15005550111": ("FAILED", 21408, 1),
    "+15005550120": ("DELIVERED", None, 1),
    "+15005550140": ("SENT", None, 1),
    "+15005550150": ("FAILED", 99001, 1),
    "+15005550151": ("DELIVERED", None, 1),
    "+15005550160": ("READ", None, 1),
}
"""What becomes of a number: status, code of the last attempt's error, attempts."""


@pytest.fixture(scope="module")
def sent(stack: LocalStack) -> str:
    """An operation with one recipient for every magic number, settled."""
    with Herald(stack.base_url, stack.account_sid, stack.auth_token) as herald:
        to: list[Recipient] = [
            {"address": address, "channel": "PHONE", "variables": {"name": f"n° {place}"}}
            for place, address in enumerate(MAGIC)
        ]
        accepted = herald.send(
            {
                "from": SENDER,  # type: ignore[typeddict-item]
                "to": [*to, {"address": "+12065550100", "channel": "WHATSAPP"}],
                "content": {"text": "Hello {{ name | default: 'you' }}"},
                "tags": {"test": "magic"},
            }
        )
        expected = Counter({"unaddressable": 1})
        expected.update(status.lower() for status, _, _ in MAGIC.values())
        wait_for(herald, accepted["operationId"], expected)
        return accepted["operationId"]


def test_every_magic_number_ends_as_documented(herald: Herald, sent: str) -> None:
    found = {
        message["to"][0]["address"]: herald.message(message["id"])
        for message in herald.messages(operationId=sent)
    }

    assert {
        address: (
            message["status"],
            error["code"] if (error := message["attempts"][-1]["error"]) else None,
            len(message["attempts"]),
        )
        for address, message in found.items()
    } == MAGIC
    assert found["+15005550103"]["content"] == {"text": "Hello n° 4"}
    assert found["+15005550103"]["tags"] == {"test": "magic"}


def test_counts_are_those_of_the_messages(herald: Herald, sent: str) -> None:
    messages = list(herald.messages(operationId=sent, pageSize=5))

    stats = dict(herald.operation(sent)["stats"])

    by_status = Counter(message["status"].lower() for message in messages)
    assert {name: stats[name] for name in COUNTED} == {name: by_status[name] for name in COUNTED}
    assert stats["unaddressable"] == 1
    assert stats["total"] == stats["recipients"] == len(messages) + 1
    assert stats["attempts"] == len(messages)


def test_pages_have_every_message_once(herald: Herald, sent: str) -> None:
    pages = list(herald.messages_pages(operationId=sent, pageSize=5))

    ids = [message["id"] for page in pages for message in page["messages"]]
    assert [len(page["messages"]) for page in pages] == [5, 5, 2]
    assert ids == sorted(set(ids), reverse=True)
    again = herald.messages_page(operationId=sent, pageSize=5, pageToken=pages[1]["pagination"]["self"])
    assert [message["id"] for message in again["messages"]] == ids[5:10]


@pytest.mark.parametrize("status", ["FAILED", "UNDELIVERED", "DELIVERED", "SENT", "READ"])
def test_a_status_finds_its_messages(herald: Herald, sent: str, status: str) -> None:
    found = herald.messages(operationId=sent, status=status)  # type: ignore[arg-type]

    assert {message["to"][0]["address"] for message in found} == {
        address for address, (ends, _, _) in MAGIC.items() if ends == status
    }


def test_the_location_is_where_the_client_came_from(stack: LocalStack) -> None:
    body = {"to": [{"address": "+15005550100", "channel": "PHONE"}], "content": {"text": "Hello"}}

    answer = httpx.post(f"{stack.base_url}/Messages", json=body, auth=(stack.account_sid, stack.auth_token))

    assert answer.status_code == 202
    location = f"{stack.base_url}/Messages/Operations/{answer.json()['operationId']}"
    assert answer.json()["operationLocation"] == location
    assert answer.headers["Location"] == answer.headers["Operation-Location"] == location
    assert answer.headers["operationId"] == answer.headers["Operation-Id"] == answer.json()["operationId"]
    assert httpx.get(location, auth=(stack.account_sid, stack.auth_token)).status_code == 200


def test_problems_come_all_at_once_and_store_nothing(stack: LocalStack, herald: Herald) -> None:
    before = _requests(stack)
    body = {
        "to": [{"address": "12065550100", "channel": "PHONE"}, {"address": "+12065550100", "channel": "FAX"}],
        "content": {"text": "x" * 1601},
    }

    with pytest.raises(ApiError) as refusal:
        herald.send(body)  # type: ignore[arg-type]

    assert refusal.value.status == 400
    assert [(error["code"], error["context"]) for error in refusal.value.errors] == [
        (21614, "$.to[0].address"),
        (400, "$.to[1].channel"),
        (21617, "$.content.text"),
    ]
    assert _requests(stack) == before


def _requests(stack: LocalStack) -> int:
    """Items that only `accept` writes: what earlier tests have sent may still move."""
    pages = (
        stack.client("dynamodb")
        .get_paginator("scan")
        .paginate(
            TableName=stack.outputs["TableName"],
            FilterExpression="sk IN (:operation, :recipients)",
            ExpressionAttributeValues={":operation": {"S": "OPERATION"}, ":recipients": {"S": "RECIPIENTS"}},
            Select="COUNT",
        )
    )
    return sum(page["Count"] for page in pages)


@pytest.mark.parametrize(
    ("auth", "status", "code"),
    [(None, 401, 20003), (("AC0", "wrong"), 401, 20003)],
    ids=["no credentials", "wrong credentials"],
)
def test_who_is_not_known_is_told_so(
    stack: LocalStack, auth: tuple[str, str] | None, status: int, code: int
) -> None:
    answer = httpx.get(f"{stack.base_url}/Messages", auth=auth)

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (status, code)
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/Nothing"),
        ("GET", "/Messages/comms_message_01h9krwprkeee8fzqspvwy6nq8000"),
        ("GET", "/Messages/Operations/comms_operation_01h9krwprkeee8fzqspvwy6nq8"),
        ("GET", "/Messages/nonsense"),
    ],
)
def test_what_is_not_there_is_not_found(stack: LocalStack, method: str, path: str) -> None:
    answer = httpx.request(method, stack.base_url + path, auth=(stack.account_sid, stack.auth_token))

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (404, 20404)


def test_a_method_that_a_path_does_not_take_is_refused(stack: LocalStack) -> None:
    answer = httpx.delete(f"{stack.base_url}/Messages", auth=(stack.account_sid, stack.auth_token))

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (405, 20004)


def test_another_account_sees_nothing(stack: LocalStack, herald: Herald, sent: str) -> None:
    secret = stack.client("secretsmanager").get_secret_value(SecretId=stack.outputs["KeySecretArn"])
    other = admin.create_account(
        stack.client("dynamodb"), stack.outputs["TableName"], secret["SecretString"], name="other"
    )
    [first, *_] = herald.messages_page(operationId=sent)["messages"]

    with Herald(stack.base_url, other.account_sid, other.auth_token) as stranger:
        for read in (lambda: stranger.operation(sent), lambda: stranger.message(first["id"])):
            with pytest.raises(ApiError, match="20404"):
                read()
        assert list(stranger.messages(operationId=sent)) == []


def test_a_key_does_what_its_scope_says_and_the_audit_log_names_it(stack: LocalStack, herald: Herald) -> None:
    secret = stack.client("secretsmanager").get_secret_value(SecretId=stack.outputs["KeySecretArn"])
    key = credentials.create_key(
        Table(stack.client("dynamodb"), stack.outputs["TableName"]),
        Keyring(secret["SecretString"]).credentials,
        stack.account_sid,
        datetime.now(UTC),
        name="shop",
        granted=["send"],
        valid_until=None,
        audit_days=1,
    )
    body = {"to": [{"address": "+15005550100", "channel": "PHONE"}], "content": {"text": "Hello"}}

    sent = httpx.post(f"{stack.base_url}/Messages", json=body, auth=key)
    read = httpx.get(f"{stack.base_url}/Messages", auth=key)
    wrong = httpx.get(f"{stack.base_url}/Messages", auth=(key[0], "wrong"))

    assert (sent.status_code, read.status_code, wrong.status_code) == (202, 403, 401)
    assert read.json()["errors"][0]["message"].startswith(f"The key {key[0]} lacks the scope read,")
    events = herald.read("AuditEvents", actor=key[0])["auditEvents"]
    assert [(each["action"], each["resourceId"], each["outcome"]) for each in events] == [
        ("SendMessages", sent.json()["operationId"], "DONE")
    ]


def test_a_body_that_is_too_large_is_refused(stack: LocalStack) -> None:
    answer = httpx.post(
        f"{stack.base_url}/Messages",
        content=b'{"to": "' + b"x" * 5_100_000 + b'"}',
        headers={"Content-Type": "application/json"},
        auth=(stack.account_sid, stack.auth_token),
        timeout=60,
    )

    assert (answer.status_code, answer.json()["errors"][0]["code"]) == (413, 413)
