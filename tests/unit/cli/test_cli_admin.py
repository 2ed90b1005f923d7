import re
from collections.abc import Iterator

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from moto import mock_aws
from mypy_boto3_dynamodb import DynamoDBClient

from herald.model.addresses import SenderChannel
from herald.store import Keyring, Table, accounts
from herald_cli import admin
from tests.unit.cli.fake_api import Run

SECRET = "s" * 64


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoDBClient]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with mock_aws():
        yield boto3.client("dynamodb")


@pytest.fixture
def table_name(dynamodb: DynamoDBClient) -> str:
    dynamodb.create_table(
        TableName="table",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    return "table"


@pytest.fixture
def stack(table_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack named herald. moto's CloudFormation needs half of moto, so its answer is given here."""
    secret = boto3.client("secretsmanager").create_secret(Name="key", SecretString=SECRET)
    outputs = {"ApiUrl": "https://api.test/v1", "TableName": table_name, "KeySecretArn": secret["ARN"]}
    stacks = {"herald": outputs, "other": {}}
    monkeypatch.setattr(admin, "stack_outputs", stacks.__getitem__)


def test_what_was_created_can_call(dynamodb: DynamoDBClient, table_name: str) -> None:
    made = admin.create_account(dynamodb, table_name, SECRET, "Ana's shop")

    table, key = Table(dynamodb, table_name), Keyring(SECRET).credentials
    assert accounts.account_of(table, key, made.account_sid, made.auth_token) == made.account_sid
    assert accounts.account_of(table, key, made.account_sid, "another") is None
    assert made.auth_token not in repr(made)


def test_the_sandbox_sends_on_every_channel(dynamodb: DynamoDBClient, table_name: str) -> None:
    account_sid = admin.create_account(dynamodb, table_name, SECRET, "Ana").account_sid

    made = admin.add_sandbox_senders(dynamodb, table_name, account_sid)

    assert {(sender.address, sender.channel) for sender in made} == {
        ("+15005550006", SenderChannel.SMS),
        ("herald_sandbox_agent", SenderChannel.RCS),
        ("+15005550006", SenderChannel.WHATSAPP),
    }
    stored = accounts.senders(Table(dynamodb, table_name), account_sid)
    assert {sender.sender_id for sender in stored} == {sender.sender_id for sender in made}


def test_account_create_prints_an_environment_file(
    run: Run, dynamodb: DynamoDBClient, table_name: str, stack: None
) -> None:
    result = run("account", "create", "--name", "Ana")

    assert result.exit_code == 0
    found = re.fullmatch(
        r"HERALD_BASE_URL=https://api\.test/v1\nHERALD_ACCOUNT_SID=(AC[0-9a-f]{32})\nHERALD_AUTH_TOKEN=(\S+)\n",
        result.stdout,
    )
    assert found
    table, key = Table(dynamodb, table_name), Keyring(SECRET).credentials
    assert accounts.account_of(table, key, found[1], found[2]) == found[1]


def test_sender_add_prints_its_id(run: Run, dynamodb: DynamoDBClient, table_name: str, stack: None) -> None:
    account_sid = admin.create_account(dynamodb, table_name, SECRET, "Ana").account_sid

    result = run("sender", "add", "--account", account_sid, "--address", "+12125550100", "--channel", "sms")

    [stored] = accounts.senders(Table(dynamodb, table_name), account_sid)
    assert result.stdout == f"{stored.sender_id}\n"
    assert (stored.address, stored.channel) == ("+12125550100", SenderChannel.SMS)


def test_a_stack_of_something_else(run: Run, stack: None) -> None:
    result = run("account", "create", "--name", "Ana", "--stack-name", "other")

    assert result.exit_code == 1
    assert "stack 'other' has no output 'KeySecretArn'" in result.stderr


def test_a_stack_that_cannot_be_reached(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_credentials(name: str) -> dict[str, str]:
        raise NoCredentialsError

    monkeypatch.setattr(admin, "stack_outputs", no_credentials)

    result = run("account", "create", "--name", "Ana")

    assert result.exit_code == 1
    assert result.stderr == "Error: stack 'herald' cannot be opened: Unable to locate credentials\n"
