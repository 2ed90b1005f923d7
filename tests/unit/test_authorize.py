"""Whose credentials a request has."""

import base64
import io
from typing import Any

import boto3
import pytest

from herald.store import keys
from herald.telemetry import logger
from tests.world import REGION, World, invoke

METHOD = "arn:aws:execute-api:us-east-1:123456789012:abc123/v1/POST/Messages"


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


def basic(text: str, *, scheme: str = "Basic") -> str:
    return f"{scheme} {base64.b64encode(text.encode()).decode()}"


def authorize(header: str | None, *, name: str = "Authorization") -> Any:
    headers = {} if header is None else {name: header}
    return invoke("authorize", {"type": "REQUEST", "methodArn": METHOD, "headers": headers})


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
@pytest.mark.parametrize("scheme", ["Basic", "basic"])
def test_an_account_is_let_in_with_its_token_to_every_route(world: World, name: str, scheme: str) -> None:
    answer = authorize(basic(f"{world.account}:{world.auth_token}", scheme=scheme), name=name)

    assert answer["principalId"] == world.account
    assert answer["context"] == {
        "account": world.account,
        "key": world.account,
        "scopes": "configure read send",
    }
    [statement] = answer["policyDocument"]["Statement"]
    assert statement["Effect"] == "Allow"
    assert statement["Action"] == "execute-api:Invoke"
    # The answer is cached for other requests too; so it must not be about this one alone.
    assert statement["Resource"] == ["arn:aws:execute-api:us-east-1:123456789012:abc123/v1/*/*"]


@pytest.mark.parametrize("partition", ["aws", "aws-us-gov", "aws-cn"])
@pytest.mark.parametrize("is_known", [True, False])
def test_a_policy_is_of_the_partition_that_the_stack_is_in(
    world: World, partition: str, is_known: bool
) -> None:
    method = METHOD.replace("arn:aws:", f"arn:{partition}:")
    pair = basic(f"{world.account}:{world.auth_token if is_known else 'wrong'}")

    answer = invoke("authorize", {"type": "REQUEST", "methodArn": method, "headers": {"Authorization": pair}})

    [statement] = answer["policyDocument"]["Statement"]
    assert statement["Effect"] == ("Allow" if is_known else "Deny")
    assert statement["Resource"] == [f"arn:{partition}:execute-api:us-east-1:123456789012:abc123/v1/*/*"]


def test_accounts_are_told_apart(world: World) -> None:
    account, token = world.new_account()

    assert authorize(basic(f"{account}:{token}"))["context"]["account"] == account
    refused(basic(f"{account}:{world.auth_token}"))


def refused(header: str | None) -> None:
    """A policy that denies every route: API Gateway answers 401, and does not ask again for a while."""
    answer = authorize(header)

    [statement] = answer["policyDocument"]["Statement"]
    assert (statement["Effect"], statement["Action"]) == ("Deny", "execute-api:Invoke")
    assert statement["Resource"] == ["arn:aws:execute-api:us-east-1:123456789012:abc123/v1/*/*"]
    assert "account" not in (answer.get("context") or {})


def test_a_refusal_logs_no_traceback(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    log = io.StringIO()
    for each in logger.handlers:
        monkeypatch.setattr(each, "stream", log)

    refused(basic("unknown:password"))

    assert "Traceback" not in log.getvalue()


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic %%%%",
        "Basic \xe9",
        "Basic \u2028\U0001f600",
        "\xe9 \xe9",
        "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(),
        basic("no colon"),
        basic(":"),
        basic("user:"),
        basic(":password"),
        basic("a" * 400 + ":" + "b" * 400),
        "Bearer token",
        basic("unknown:password"),
        basic("AC" + "0" * 32 + ":" + "0" * 64),
        basic("#:x"),
        basic("ACCOUNT#AC:x"),
    ],
)
def test_anything_else_is_refused(world: World, header: str | None) -> None:
    refused(header)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda account, token: f"{account}:{token[:-1]}",
        lambda account, token: f"{account}:{token}0",
        lambda account, token: f"{account}:{token.upper()}",
        lambda account, token: f"{account} :{token}",
        lambda account, token: f"{account.lower()}:{token}",
        lambda account, token: f"{account}:{account}",
    ],
)
def test_a_token_that_is_nearly_right_is_wrong(world: World, spoil: Any) -> None:
    refused(basic(spoil(world.account, world.auth_token)))


def test_a_disabled_credential_is_refused(world: World) -> None:
    account, token = world.new_account()
    key = keys.credential(account)
    boto3.client("dynamodb", region_name=REGION).update_item(
        TableName=world.table.name,
        Key={"pk": {"S": key.pk}, "sk": {"S": key.sk}},
        UpdateExpression="SET disabled = :yes",
        ExpressionAttributeValues={":yes": {"BOOL": True}},
    )

    refused(basic(f"{account}:{token}"))


def test_the_token_itself_is_not_kept(world: World) -> None:
    assert world.auth_token not in str(world.items())
