import re
from datetime import UTC, datetime

import boto3
import pytest
from botocore.exceptions import NoCredentialsError
from mypy_boto3_dynamodb import DynamoDBClient

from herald.carriers import parse_inbound
from herald.model.access import Identity, Scope
from herald.model.addresses import SenderChannel
from herald.model.inbound import Inbound
from herald.model.senders import OwnSender
from herald.store import Keyring, Table, accounts, authentication, senders
from herald_cli import admin
from tests.unit.cli.fake_api import Run
from tests.unit.cli.names import SECRET


def stored(dynamodb: DynamoDBClient, table_name: str, account_sid: str) -> dict[str, OwnSender]:
    """The senders that the account has, by id."""
    return {sender.id: sender for sender in senders.of_account(Table(dynamodb, table_name), account_sid)}


def test_what_was_created_can_call(dynamodb: DynamoDBClient, table_name: str) -> None:
    made = admin.create_account(dynamodb, table_name, SECRET, "Ana's shop")

    table, key = Table(dynamodb, table_name), Keyring(SECRET).credentials
    now = datetime.now(UTC)
    found = authentication.verify(table, key, made.account_sid, made.auth_token, now)
    assert found == Identity(made.account_sid, made.account_sid, frozenset(Scope))
    assert authentication.verify(table, key, made.account_sid, "another", now) is None
    assert made.auth_token not in repr(made)


def test_the_sandbox_sends_on_every_channel(dynamodb: DynamoDBClient, table_name: str) -> None:
    account_sid = admin.create_account(dynamodb, table_name, SECRET, "Ana").account_sid

    made = admin.add_sandbox_senders(dynamodb, table_name, account_sid)

    assert {(sender.address, sender.channel) for sender in made} == {
        ("+15005550006", SenderChannel.SMS),
        ("herald_sandbox_agent", SenderChannel.RCS),
        ("+15005550006", SenderChannel.WHATSAPP),
    }
    assert set(stored(dynamodb, table_name, account_sid)) == {sender.id for sender in made}


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
    assert authentication.verify(table, key, found[1], found[2], datetime.now(UTC))


@pytest.mark.parametrize(
    ("endpoint", "url"),
    [
        ("http://127.0.0.1:4566", "http://127.0.0.1:4566/v1"),
        ("http://localhost:4780/", "http://localhost:4780/v1"),
        ("https://vpce.example.org", "https://api.test/v1"),
    ],
)
def test_credentials_of_the_local_aws_have_the_url_at_which_it_listens(
    run: Run, stack: None, monkeypatch: pytest.MonkeyPatch, endpoint: str, url: str
) -> None:
    opened = admin.open_stack("herald")
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    monkeypatch.setattr(boto3, "client", lambda service: opened.client)
    monkeypatch.setattr(
        opened.client, "get_secret_value", lambda **_: {"SecretString": SECRET}, raising=False
    )

    assert admin.open_stack("herald").api_url == url


def test_sender_add_prints_its_id(run: Run, dynamodb: DynamoDBClient, table_name: str, stack: None) -> None:
    account_sid = admin.create_account(dynamodb, table_name, SECRET, "Ana").account_sid

    result = run("sender", "add", "--account", account_sid, "--address", "+12125550100", "--channel", "sms")

    [(sender_id, sender)] = stored(dynamodb, table_name, account_sid).items()
    assert result.stdout == f"{sender_id}\n"
    assert (sender.address, sender.channel) == ("+12125550100", SenderChannel.SMS)


def test_account_update_sets_the_policy_after_an_unknown_outcome(
    run: Run, stack: None, dynamodb: DynamoDBClient, table_name: str
) -> None:
    table = Table(dynamodb, table_name)
    account_sid = admin.create_account(dynamodb, table_name, SECRET, "Ana").account_sid
    before = accounts.after_unknown(table, account_sid)

    result = run("account", "update", "--account", account_sid, "--after-unknown", "send_again")

    assert (before, accounts.after_unknown(table, account_sid)) == ("FAIL", "SEND_AGAIN")
    assert result.stdout == f"{account_sid}: SEND_AGAIN after an unknown outcome\n"
    unknown = run("account", "update", "--account", "AC1", "--after-unknown", "FAIL")
    assert unknown.stderr == "Error: there is no account AC1\n"


def test_sender_add_needs_an_account_that_is_there(run: Run, stack: None) -> None:
    result = run("sender", "add", "--account", "AC1", "--address", "+12125550100", "--channel", "sms")

    assert result.exit_code == 1
    assert result.stderr == "Error: there is no account AC1\n"


@pytest.mark.parametrize(("address", "channel"), [("me@example.org", "whatsapp"), ("+1", "sms")])
def test_sender_add_refuses_what_is_no_address(
    run: Run, dynamodb: DynamoDBClient, table_name: str, stack: None, address: str, channel: str
) -> None:
    account_sid = admin.create_account(dynamodb, table_name, SECRET, "Ana").account_sid

    result = run("sender", "add", "--account", account_sid, "--address", address, "--channel", channel)

    assert result.exit_code == 1
    assert f"{address!r} is no address of a sender of {channel.upper()}" in result.stderr


def test_sender_add_takes_what_a_sender_may_have(
    run: Run, dynamodb: DynamoDBClient, table_name: str, stack: None
) -> None:
    account_sid = admin.create_account(dynamodb, table_name, SECRET, "Ana").account_sid

    result = run(
        "sender",
        "add",
        "--account",
        account_sid,
        "--address",
        "+12125550100",
        "--channel",
        "whatsapp",
        "--name",
        "Support",
        "--carrier",
        "aws",
        "--carrier-sender-id",
        "phone-number-id-1",
        "--parts-per-second",
        "20",
    )

    sender = stored(dynamodb, table_name, account_sid)[result.stdout.strip()]
    assert (sender.display_name, sender.carrier, sender.carrier_sender_id, sender.parts_per_second) == (
        "Support",
        "aws",
        "phone-number-id-1",
        20,
    )


@pytest.mark.parametrize(
    ("option", "value"),
    [("--carrier", "pigeon"), ("--parts-per-second", "0"), ("--parts-per-second", "10001")],
)
def test_sender_add_knows_its_options(run: Run, stack: None, option: str, value: str) -> None:
    result = run(
        "sender", "add", "--account", "AC1", "--address", "+12125550100", "--channel", "sms", option, value
    )

    assert result.exit_code == 2
    assert option in result.stderr


def test_sender_add_tells_every_field_that_is_wrong(
    run: Run, dynamodb: DynamoDBClient, table_name: str, stack: None
) -> None:
    account_sid = admin.create_account(dynamodb, table_name, SECRET, "Ana").account_sid

    result = run(
        "sender",
        "add",
        "--account",
        account_sid,
        "--address",
        "+1",
        "--channel",
        "sms",
        "--carrier-sender-id",
        "two words",
    )

    assert result.exit_code == 1
    assert "'+1' is no address of a sender of SMS; --carrier-sender-id: " in result.stderr
    assert stored(dynamodb, table_name, account_sid) == {}


def test_sender_add_takes_the_carriers_that_the_stack_has(
    run: Run, dynamodb: DynamoDBClient, table_name: str, stack: None
) -> None:
    account_sid = admin.create_account(dynamodb, table_name, SECRET, "Ana").account_sid
    add = ("sender", "add", "--account", account_sid, "--address", "+12125550100", "--channel", "sms")

    result = run(*add, "--carrier", "http")

    assert result.exit_code == 1
    assert result.stderr == "Error: --carrier: must be a carrier that the stack has: aws, sandbox, twilio\n"
    assert run(*add, "--carrier", "twilio").exit_code == 0


def test_an_address_is_added_once(run: Run, dynamodb: DynamoDBClient, table_name: str, stack: None) -> None:
    account_sid = admin.create_account(dynamodb, table_name, SECRET, "Ana").account_sid
    add = ("sender", "add", "--account", account_sid, "--address", "+12125550100", "--channel", "sms")
    sender_id = run(*add).stdout.strip()

    result = run(*add)

    assert result.exit_code == 1
    assert result.stderr == f"Error: sender {sender_id} has this address and channel\n"


def test_sender_list_shows_them(run: Run, dynamodb: DynamoDBClient, table_name: str, stack: None) -> None:
    account_sid = admin.create_account(dynamodb, table_name, SECRET, "Ana").account_sid
    made = admin.add_sender(dynamodb, table_name, account_sid, "+12125550100", "WHATSAPP")
    paced = admin.add_sender(
        dynamodb, table_name, account_sid, "12345", "SMS", carrier="twilio", parts_per_second=100
    )

    result = run("sender", "list", "--account", account_sid)

    assert result.stdout.splitlines() == [
        f"{made.id} WHATSAPP ACTIVATED   -        -           - +12125550100",
        f"{paced.id} SMS      ACTIVATED   APPROVED twilio    100 12345",
    ]
    assert run("sender", "list", "--account", "AC1").stderr == "Error: there is no account AC1\n"


def test_a_stack_of_something_else(run: Run, stack: None) -> None:
    result = run("account", "create", "--name", "Ana", "--stack-name", "other")

    assert result.exit_code == 1
    assert "stack 'other' has no output 'KeySecretArn'" in result.stderr


def test_a_stack_that_cannot_be_reached(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_credentials(name: str) -> dict[str, str]:
        raise NoCredentialsError

    monkeypatch.setattr(admin, "stack_outputs", no_credentials)

    result = run("account", "create", "--name", "Ana")

    assert result.exit_code == 2
    assert result.stderr.startswith(
        "Error: stack 'herald' cannot be opened: Unable to locate credentials.\nNext: "
    )


def test_inbound_writes_to_a_sender_of_the_sandbox(
    run: Run, dynamodb: DynamoDBClient, stack: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqs = boto3.client("sqs")
    queue_url = sqs.create_queue(QueueName="inbound")["QueueUrl"]
    monkeypatch.setattr(admin, "stack_outputs", {"herald": {"InboundQueueUrl": queue_url}}.__getitem__)

    result = run(
        "inbound",
        "--account",
        "AC1",
        "--from",
        "+12065550123",
        "--channel",
        "whatsapp",
        "--text",
        "Hi",
        "--media",
        "https://example.org/a",
    )

    [queued] = sqs.receive_message(QueueUrl=queue_url)["Messages"]
    [written] = parse_inbound(queued["Body"])
    assert result.stdout == f"{written.id}\n"
    assert written == Inbound(
        carrier="sandbox",
        id=written.id,
        account="AC1",
        source="+12065550123",
        to="+15005550006",
        channel=SenderChannel.WHATSAPP,
        text="Hi",
        media=("https://example.org/a",),
        at=written.at,
    )


def test_inbound_needs_something_to_say(run: Run, stack: None) -> None:
    assert run("inbound", "--from", "+12065550123").exit_code == 2


def test_inbound_needs_a_stack_that_has_the_queue(run: Run, stack: None) -> None:
    result = run("inbound", "--from", "+12065550123", "--text", "Hi")

    assert result.exit_code == 1
    assert "stack 'herald' has no output 'InboundQueueUrl'" in result.stderr


def test_an_account_gets_more_shards_and_never_fewer(
    run: Run, stack: None, dynamodb: DynamoDBClient, table_name: str
) -> None:
    account_sid = admin.create_account(dynamodb, table_name, SECRET, "Ana").account_sid

    first, again, fewer = (
        run("account", "shards", each, "--account", account_sid) for each in ("8", "8", "2")
    )
    unknown = run("account", "shards", "8", "--account", "AC1")

    assert first.stdout == again.stdout == f"{account_sid}: 8 shards\n"
    assert (first.exit_code, again.exit_code, fewer.exit_code) == (0, 0, 1)
    assert "The account has 8 shards; the number never falls." in fewer.output
    assert unknown.exit_code == 1
    assert run("account", "shards", "3", "--account", account_sid).exit_code == 2
