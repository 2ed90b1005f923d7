"""`herald sender list`, `approve`, `remove` and `move`."""

import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from mypy_boto3_dynamodb import DynamoDBClient

from herald.model.addresses import AddressChannel, MessageAddress, SenderChannel
from herald.model.senders import NewSender, OwnSender
from herald.model.suppressions import SuppressionSource
from herald.store import Table, audit, owners, senders, suppressions
from herald.store.arrivals import Arrival
from herald.timing import SETTLE_SECONDS
from herald_cli import admin
from tests.builders import suppressed
from tests.unit.cli.fake_api import Run
from tests.unit.cli.names import SECRET

NUMBER = "+12065550123"
ANA = MessageAddress(address="+12065550177", channel=AddressChannel.PHONE)


@pytest.fixture
def real(stack: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The stack `herald` sends by AWS, and waiting takes no time."""
    monkeypatch.setattr(admin, "stack_parameters", {"herald": {"Carrier": "aws"}}.__getitem__)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    return waits


@pytest.fixture
def table(dynamodb: DynamoDBClient, table_name: str, monkeypatch: pytest.MonkeyPatch) -> Table:
    """The table without its indexes: senders that wait for an approval are read from the table itself."""
    table = Table(dynamodb, table_name)
    real_query = Table.query

    def query(self: Table, partition: str, *, low: str, high: str, **more: Any) -> Any:
        if not more.get("index"):
            return real_query(self, partition, low=low, high=high, **more)
        items = [admin_load(item) for item in dynamodb.scan(TableName=table_name)["Items"]]
        return [each for each in items if each.get("accountKey") == partition and low <= each["id"] <= high]

    monkeypatch.setattr(Table, "query", query)
    return table


def admin_load(item: Any) -> Any:
    from herald.store.table import load

    return load(item)


def an_account(dynamodb: DynamoDBClient, table: Table) -> str:
    return admin.create_account(dynamodb, table.name, SECRET, "Ana").account_sid


def claim(table: Table, account: str, address: str = NUMBER) -> OwnSender:
    """What POST /Senders makes."""
    new = NewSender(channel=SenderChannel.SMS, address=address)
    return senders.add(table, account, new, datetime.now(UTC), is_approved=False)


def test_what_waits_is_listed_of_all_accounts(
    run: Run, dynamodb: DynamoDBClient, table: Table, real: None
) -> None:
    first, second = an_account(dynamodb, table), an_account(dynamodb, table)
    mine, theirs = claim(table, first), claim(table, second, "12345")
    admin.add_sender(dynamodb, table.name, first, "+12065550199", "SMS")

    result = run("sender", "list", "--pending")

    assert result.stdout.splitlines() == [
        f"{account} {made.id} SMS      DEACTIVATED PENDING  -           - {made.address}"
        for account, made in sorted([(first, mine), (second, theirs)], key=lambda each: each[1].id)
    ]


def test_a_list_as_json(run: Run, dynamodb: DynamoDBClient, table: Table, real: None) -> None:
    account = an_account(dynamodb, table)
    made = claim(table, account)
    admin.add_sender(dynamodb, table.name, account, "+12065550199", "SMS")

    found = [
        json.loads(line) for line in run("sender", "list", "--account", account, "--json").stdout.splitlines()
    ]

    assert [(each["account"], each["status"], each["approval"]) for each in found] == [
        (account, "DEACTIVATED", "PENDING"),
        (account, "ACTIVATED", "APPROVED"),
    ]
    assert found[0]["id"] == made.id


def test_approve_by_id(run: Run, dynamodb: DynamoDBClient, table: Table, real: None) -> None:
    account = an_account(dynamodb, table)
    made = claim(table, account)

    result = run("sender", "approve", "--account", account, made.id)

    assert result.stdout == f"approved {made.id} SMS {NUMBER}\n"
    [found] = senders.of_account(table, account)
    assert found.is_active("aws")
    claimed = owners.of(table, SenderChannel.SMS, NUMBER)
    assert claimed == owners.Claimed(account, made.id, True)
    assert run("sender", "list", "--pending").stdout == ""


def test_approve_all_that_wait_asks_with_their_number(
    run: Run, dynamodb: DynamoDBClient, table: Table, real: None
) -> None:
    account = an_account(dynamodb, table)
    made = [claim(table, account, f"+1206555{number:04}") for number in range(3)]

    asked = run("sender", "approve", "--account", account, "--pending")
    done = run("sender", "approve", "--account", account, "--pending", "--yes", "--json")

    assert asked.exit_code == 2
    assert f"Approve 3 senders of {account}?" in asked.stderr
    assert [json.loads(line)["senderId"] for line in done.stdout.splitlines()] == [each.id for each in made]


@pytest.mark.parametrize("command", ["approve", "remove"])
def test_senders_or_pending_have_to_be_given(run: Run, real: None, command: str) -> None:
    assert run("sender", command, "--account", "AC1").exit_code == 2
    assert run("sender", command, "--account", "AC1", "--pending", "comms_sender_1").exit_code == 2


def test_remove_frees_the_address(run: Run, dynamodb: DynamoDBClient, table: Table, real: None) -> None:
    account, other = an_account(dynamodb, table), an_account(dynamodb, table)
    made = claim(table, account)

    result = run("sender", "remove", "--account", account, made.id, "--yes")

    assert result.stdout == f"removed {made.id} SMS {NUMBER}\n"
    assert list(senders.of_account(table, account)) == []
    assert claim(table, other).id
    assert run("sender", "remove", "--account", account, made.id).exit_code == 2


def test_move_takes_the_stops_along(
    run: Run, dynamodb: DynamoDBClient, table: Table, real: None, waits: list[float]
) -> None:
    account, other = an_account(dynamodb, table), an_account(dynamodb, table)
    made = admin.add_sender(dynamodb, table.name, account, NUMBER, "SMS", carrier="aws")
    now = datetime.now(UTC)
    by_whatsapp = MessageAddress(address=ANA.address, channel=AddressChannel.WHATSAPP)
    for person in (ANA, by_whatsapp):
        suppressions.stop(table, account, person, SuppressionSource.STOP, Arrival(now, now))

    asked = run("sender", "move", "--account", account, made.id, "--to", other)
    done = run("sender", "move", "--account", account, made.id, "--to", other, "--yes")

    assert f"Move SMS {NUMBER} from {account} to {other}, with 1 STOPs?" in asked.stderr
    assert done.stdout == f"{other} has {NUMBER} as {made.id}, with 1 STOPs\n"
    assert waits == [SETTLE_SECONDS]
    assert suppressed(table, other, [ANA, by_whatsapp]) == {ANA}
    assert [each.carrier for each in senders.of_account(table, other)] == ["aws"]
    again = run("sender", "move", "--account", account, made.id, "--to", other, "--yes")
    assert again.stderr == f"Error: account {account} has no sender {made.id}.\n"


def test_move_needs_two_accounts_that_are_there(
    run: Run, dynamodb: DynamoDBClient, table: Table, real: None
) -> None:
    account = an_account(dynamodb, table)
    made = claim(table, account)

    assert run("sender", "move", "--account", account, made.id, "--to", account).exit_code == 2
    unknown = run("sender", "move", "--account", account, made.id, "--to", "AC1", "--yes")
    assert unknown.stderr == "Error: there is no account AC1\n"
    assert run("sender", "list", "--account", account).stdout.startswith(made.id)


def test_add_says_who_has_an_address(run: Run, dynamodb: DynamoDBClient, table: Table, real: None) -> None:
    account, other = an_account(dynamodb, table), an_account(dynamodb, table)
    made = claim(table, account)

    theirs = run("sender", "add", "--account", other, "--address", NUMBER, "--channel", "sms")
    mine = run("sender", "add", "--account", account, "--address", NUMBER, "--channel", "sms")

    assert f"account {account} has this address: `herald sender move`" in theirs.stderr
    assert f"herald sender approve --account {account} {made.id}" in mine.stderr


def events(table: Table, account: str) -> set[tuple[str, str, str | None]]:
    """The events of senders in an account's audit log: action, outcome and resource."""
    found = audit.page(table, account, audit.Filters(), size=50).rows
    return {
        (each.action, each.outcome.value, each.resource_id)
        for each in found
        if each.action != "CreateAccount" and each.actor == "operator"
    }


def test_what_an_operator_does_with_senders_is_in_the_audit_logs(
    run: Run, dynamodb: DynamoDBClient, table: Table, real: None, waits: list[float]
) -> None:
    account, other = an_account(dynamodb, table), an_account(dynamodb, table)
    made = claim(table, account)

    run("sender", "approve", "--account", account, made.id)
    run("sender", "move", "--account", account, made.id, "--to", other, "--yes")
    [moved] = senders.of_account(table, other)
    run("sender", "remove", "--account", other, moved.id, "--yes")
    run("sender", "remove", "--account", other, "comms_sender_1", "--yes")
    added = run("sender", "add", "--account", account, "--address", "+12065550199", "--channel", "sms")
    run("sender", "add", "--account", other, "--address", "+12065550199", "--channel", "sms")

    assert events(table, account) == {
        ("ApproveSender", "DONE", made.id),
        ("MoveSender", "DONE", made.id),
        ("AddSender", "DONE", added.stdout.strip()),
    }
    assert events(table, other) == {
        ("ReceiveSender", "DONE", moved.id),
        ("RemoveSender", "DONE", moved.id),
        ("RemoveSender", "REFUSED", "comms_sender_1"),
        ("AddSender", "REFUSED", None),
    }


def test_a_command_that_dies_under_way_has_an_event_already(
    run: Run, dynamodb: DynamoDBClient, table: Table, real: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    account = an_account(dynamodb, table)
    made = claim(table, account)

    def die(*given: object, **more: object) -> None:
        raise MemoryError

    monkeypatch.setattr(senders, "set_approval", die)
    with pytest.raises(MemoryError):
        run("sender", "approve", "--account", account, made.id)

    assert events(table, account) == {("ApproveSender", "UNKNOWN", made.id)}
