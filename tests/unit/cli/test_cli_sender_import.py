"""`herald sender import`: what AWS has becomes senders of an account.

The answers of AWS are held to the shapes of its own models, and so is what is asked.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import Any, ClassVar

import boto3
import pytest
from botocore.validate import ParamValidator
from click.testing import Result
from mypy_boto3_dynamodb import DynamoDBClient

from herald.model.senders import OwnSender, SenderChange, SenderStatus
from herald.store import Table, senders
from herald_cli import admin, aws_senders
from tests.unit.cli.fake_api import Run
from tests.unit.cli.names import SECRET

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ARN = "arn:aws:sms-voice:us-east-1:123456789012"


def a_number(number: str = "+12065550100", **fields: Any) -> dict[str, Any]:
    return {
        "PhoneNumberArn": f"{ARN}:phone-number/phone-1",
        "PhoneNumberId": "phone-1",
        "PhoneNumber": number,
        "Status": "ACTIVE",
        "IsoCountryCode": "US",
        "MessageType": "TRANSACTIONAL",
        "NumberCapabilities": ["SMS", "VOICE"],
        "NumberType": "TOLL_FREE",
        "MonthlyLeasingPrice": "2.00",
        "TwoWayEnabled": False,
        "SelfManagedOptOutsEnabled": False,
        "OptOutListName": "Default",
        "DeletionProtectionEnabled": False,
        "CreatedTimestamp": NOON,
        **fields,
    }


def a_sender_id(sender_id: str, country: str, **fields: Any) -> dict[str, Any]:
    return {
        "SenderIdArn": f"{ARN}:sender-id/{sender_id}/{country}",
        "SenderId": sender_id,
        "IsoCountryCode": country,
        "MessageTypes": ["TRANSACTIONAL"],
        "MonthlyLeasingPrice": "0.00",
        "DeletionProtectionEnabled": False,
        "Registered": False,
        **fields,
    }


def an_agent(agent_id: str = "rcs-1a2b", **fields: Any) -> dict[str, Any]:
    return {
        "RcsAgentArn": f"{ARN}:rcs-agent/{agent_id}",
        "RcsAgentId": agent_id,
        "Status": "ACTIVE",
        "CreatedTimestamp": NOON,
        "SelfManagedOptOutsEnabled": False,
        "DeletionProtectionEnabled": False,
        "TwoWayEnabled": False,
        **fields,
    }


def limits(**rates: int) -> dict[str, Any]:
    return {"MessagingLimits": {"RateLimits": rates}}


def a_business(name: str, *numbers: tuple[str, str, str], status: str = "COMPLETE") -> dict[str, Any]:
    """A WhatsApp Business Account with numbers: number, id and display name."""
    arn = "arn:aws:social-messaging:us-east-1:123456789012"
    account = {
        "arn": f"{arn}:waba/{name}",
        "id": f"waba-{name}",
        "wabaId": "1029384756",
        "registrationStatus": status,
        "linkDate": NOON,
        "wabaName": name,
        "eventDestinations": [],
    }
    listed = [
        {
            "arn": f"{arn}:phone-number-id/1",
            "phoneNumber": number,
            "phoneNumberId": number_id,
            "metaPhoneNumberId": "5647382910",
            "displayPhoneNumberName": display_name,
            "displayPhoneNumber": number,
            "qualityRating": "GREEN",
        }
        for number, number_id, display_name in numbers
    ]
    return {**account, "phoneNumbers": listed}


@dataclass
class Aws:
    """An AWS account, which answers in pages of two. `refuses` names an operation that it does not allow."""

    numbers: list[dict[str, Any]] = field(default_factory=list)
    sender_ids: list[dict[str, Any]] = field(default_factory=list)
    agents: list[dict[str, Any]] = field(default_factory=list)
    businesses: list[dict[str, Any]] = field(default_factory=list)
    refuses: str = ""
    asked: list[str] = field(default_factory=list)
    regions: set[str | None] = field(default_factory=set)

    _current: ClassVar["Aws"]

    def client(self, service: str, region: str | None) -> Any:
        """A client that sends nothing. What it is asked was checked by botocore before."""
        self.regions.add(region)
        Aws._current = self
        return _client(service)

    def note(self, params: dict[str, Any]) -> None:
        self._asked_for = params

    def call(self, model: Any) -> Any:
        self.asked.append(model.name)
        if model.name == self.refuses:
            refusal = {"Code": "AccessDeniedException", "Message": "not allowed"}
            return SimpleNamespace(status_code=400), {"Error": refusal}
        answer = self._answer(model.name)
        # An answer that AWS could not give is a fault of the test, not of AWS.
        report = ParamValidator().validate(answer, model.output_shape)
        assert not report.has_errors(), report.generate_report()
        return SimpleNamespace(status_code=200), answer

    def _answer(self, operation: str) -> dict[str, Any]:
        match operation:
            case "DescribePhoneNumbers":
                return self._page("PhoneNumbers", self.numbers)
            case "DescribeSenderIds":
                return self._page("SenderIds", self.sender_ids)
            case "DescribeRcsAgents":
                return self._page("RcsAgents", self.agents)
            case "ListLinkedWhatsAppBusinessAccounts":
                listed = [{k: v for k, v in each.items() if k != "phoneNumbers"} for each in self.businesses]
                return self._page("linkedAccounts", listed, token="nextToken")
            case "GetLinkedWhatsAppBusinessAccount":
                [found] = [each for each in self.businesses if each["id"] == self._asked_for["id"]]
                return {"account": found}
        raise AssertionError(f"{operation} is not of an import")

    def _page(self, key: str, items: list[dict[str, Any]], token: str = "NextToken") -> dict[str, Any]:
        start = int(self._asked_for.get(token, "0"))
        more = {token: str(start + 2)} if start + 2 < len(items) else {}
        return {key: items[start : start + 2], **more}


@cache
def _client(service: str) -> Any:
    """A client that the last `Aws` answers which was asked for one: clients take long to make."""
    made: Any = boto3.Session().client(service, region_name="us-east-1")  # type: ignore[call-overload]
    made.meta.events.register("before-parameter-build", lambda params, **_: Aws._current.note(params))
    made.meta.events.register("before-call", lambda model, **_: Aws._current.call(model))
    return made


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Aws:
    made = Aws()
    monkeypatch.setattr(aws_senders, "client", made.client)
    return made


@dataclass
class Account:
    """An account of the stack, and `herald sender import` for it."""

    run: Run
    client: DynamoDBClient
    table: Table
    sid: str

    def imports(self, *options: str) -> Result:
        return self.run("sender", "import", "--yes", "--account", self.sid, *options)

    def senders(self) -> dict[str, OwnSender]:
        """What the account sends from, by address."""
        return {each.address: each for each in senders.of_account(self.table, self.sid)}

    def add(self, address: str, channel: str = "SMS", **more: Any) -> OwnSender:
        return admin.add_sender(self.client, self.table.name, self.sid, address, channel, **more)

    def change(self, address: str, **fields: Any) -> None:
        sender_id = self.senders()[address].id
        assert senders.update(self.table, self.sid, sender_id, SenderChange(**fields), datetime.now(UTC))


@pytest.fixture
def account(run: Run, dynamodb: DynamoDBClient, table_name: str, stack: None, aws: Aws) -> Account:
    sid = admin.create_account(dynamodb, table_name, SECRET, "Ana").account_sid
    return Account(run, dynamodb, Table(dynamodb, table_name), sid)


def facts(sender: OwnSender) -> tuple[Any, ...]:
    return sender.channel, sender.carrier, sender.carrier_sender_id, sender.parts_per_second


# ------------------------------------------------------------------------- what AWS has


def test_everything_that_can_send_becomes_a_sender(account: Account, aws: Aws) -> None:
    aws.numbers = [
        a_number("+12065550100", **limits(SMS=5, MMS=3)),
        a_number("12345", NumberType="SHORT_CODE"),
        a_number("+12065550101", NumberType="TEN_DLC"),
    ]
    aws.sender_ids = [a_sender_id("MY-SHOP", "GB")]
    aws.agents = [an_agent(**limits(RCS=20))]
    aws.businesses = [a_business("Shop", ("+12065550102", "phone-number-id-9f", "The Shop"))]

    result = account.imports()

    assert result.exit_code == 0
    assert {address: facts(sender) for address, sender in account.senders().items()} == {
        "+12065550100": ("SMS", "aws", None, 5),
        "12345": ("SMS", "aws", None, 100),
        "+12065550101": ("SMS", "aws", None, 1),
        "MY-SHOP": ("SMS", "aws", None, 10),
        "rcs-1a2b": ("RCS", "aws", None, 20),
        "+12065550102": ("WHATSAPP", "aws", "phone-number-id-9f", 80),
    }
    assert account.senders()["+12065550102"].display_name == "The Shop"
    assert result.stdout.splitlines()[-1] == "6 added"


def test_the_table_tells_each_sender(account: Account, aws: Aws) -> None:
    aws.numbers = [a_number()]

    lines = account.imports().stdout.splitlines()

    sender_id = account.senders()["+12065550100"].id
    assert [line.split() for line in lines] == [
        ["channel", "address", "parts/s", "sender"],
        ["added", "SMS", "+12065550100", "3", "US", "toll-free", sender_id],
        ["1", "added"],
    ]


@pytest.mark.parametrize(
    ("kind", "country", "rate"),
    [
        ("SHORT_CODE", "US", 100),
        ("SHORT_CODE", "CA", 100),
        ("SHORT_CODE", "GB", None),
        ("TEN_DLC", "US", 1),
        ("TOLL_FREE", "US", 3),
        ("LONG_CODE", "CA", 1),
        ("LONG_CODE", "GB", 10),
        ("SIMULATOR", "US", None),
    ],
)
def test_a_number_without_a_limit_has_what_is_published(
    account: Account, aws: Aws, kind: str, country: str, rate: int | None
) -> None:
    address = "12345" if kind == "SHORT_CODE" else "+12065550100"
    aws.numbers = [a_number(address, NumberType=kind, IsoCountryCode=country)]

    account.imports()

    assert account.senders()[address].parts_per_second == rate


@pytest.mark.parametrize(("limit", "rate"), [(0, 3), (1, 1), (20_000, 10_000)])
def test_a_limit_is_kept_within_what_a_sender_has(account: Account, aws: Aws, limit: int, rate: int) -> None:
    aws.numbers = [a_number(**limits(SMS=limit))]

    account.imports()

    assert account.senders()["+12065550100"].parts_per_second == rate


def test_every_page_is_read(account: Account, aws: Aws) -> None:
    aws.numbers = [a_number(f"+1206555010{n}") for n in range(5)]
    aws.sender_ids = [a_sender_id(f"SHOP{n}", "GB") for n in range(3)]
    aws.agents = [an_agent(f"rcs-{n}") for n in range(5)]
    aws.businesses = [
        a_business(
            f"b{n}",
            (f"+1206555020{n}", f"phone-number-id-{n}", ""),
            (f"+1206555030{n}", "phone-number-id-x", ""),
        )
        for n in range(3)
    ]

    account.imports()

    assert len(account.senders()) == 5 + 3 + 5 + 6


def test_a_number_that_has_no_plus_gets_one(account: Account, aws: Aws) -> None:
    aws.numbers = [a_number("12065550100")]
    aws.businesses = [a_business("Shop", ("12065550102", "phone-number-id-1", ""))]

    account.imports()

    assert set(account.senders()) == {"+12065550100", "+12065550102"}
    assert account.senders()["+12065550102"].display_name is None


def test_a_number_that_only_speaks_is_no_sender(account: Account, aws: Aws) -> None:
    aws.numbers = [
        a_number(NumberCapabilities=["VOICE"]),
        a_number("+12065550101", NumberCapabilities=["MMS"]),
    ]

    account.imports()

    assert set(account.senders()) == {"+12065550101"}


def test_a_sender_id_of_several_countries_is_one_sender_as_slow_as_the_slowest(
    account: Account, aws: Aws
) -> None:
    aws.sender_ids = [
        a_sender_id("SHOP", "GB", **limits(SMS=20)),
        a_sender_id("SHOP", "FR", **limits(SMS=5)),
        a_sender_id("SHOP", "DE"),
    ]

    result = account.imports()

    assert facts(account.senders()["SHOP"]) == ("SMS", "aws", None, 5)
    assert "sender id (DE, FR, GB)" in result.stdout


@pytest.mark.parametrize("status", ["PENDING", "ASSOCIATING"])
def test_a_number_that_is_not_ready_waits(account: Account, aws: Aws, status: str) -> None:
    aws.numbers = [a_number(Status=status)]

    result = account.imports()

    assert account.senders() == {}
    assert result.stdout.splitlines()[-1] == "1 waits"
    assert f"US toll-free, {status}" in result.stdout
    aws.numbers = [a_number()]
    account.imports()
    assert set(account.senders()) == {"+12065550100"}


@pytest.mark.parametrize(
    ("status", "is_added"),
    [("CREATED", False), ("PENDING", False), ("TESTING", True), ("PARTIAL", True), ("ACTIVE", True)],
)
def test_an_agent_sends_once_it_can_be_tested(
    account: Account, aws: Aws, status: str, is_added: bool
) -> None:
    aws.agents = [an_agent(Status=status)]

    account.imports()

    assert ("rcs-1a2b" in account.senders()) is is_added


def test_an_agent_without_a_limit_is_not_paced(account: Account, aws: Aws) -> None:
    aws.agents = [an_agent()]

    account.imports()

    assert account.senders()["rcs-1a2b"].parts_per_second is None


def test_a_whatsapp_account_that_is_not_registered_yet_waits(account: Account, aws: Aws) -> None:
    aws.businesses = [a_business("Shop", ("+12065550102", "phone-number-id-1", ""), status="INCOMPLETE")]

    account.imports()

    assert account.senders() == {}


def test_what_herald_cannot_have_is_refused_and_the_rest_is_added(account: Account, aws: Aws) -> None:
    aws.numbers = [a_number("+12"), a_number("+12065550101")]

    result = account.imports()

    assert result.exit_code == 1
    assert set(account.senders()) == {"+12065550101"}
    assert "must be the address of a sender of SMS" in result.stdout
    assert result.stdout.splitlines()[-1] == "1 refused, 1 added"


def test_an_account_that_has_nothing(account: Account) -> None:
    result = account.imports()

    assert (result.exit_code, result.stdout) == (0, "no senders\n")


# ------------------------------------------------------------------------- again


def test_twice_adds_nothing_and_changes_nothing(account: Account, aws: Aws) -> None:
    aws.numbers = [a_number(), a_number("+12065550101")]
    aws.agents = [an_agent()]
    account.imports()
    before = account.senders()

    result = account.imports()

    assert account.senders() == before
    assert result.stdout.splitlines()[-1] == "3 as it was"


def test_an_import_that_broke_off_is_made_good(
    account: Account, aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.numbers = [a_number(f"+1206555010{n}") for n in range(3)]
    writes = iter(range(100))
    put_new = Table.put_new

    def dies(table: Table, key: Any, item: Any) -> None:
        # The second sender has its address by then, and is not there itself.
        if next(writes) == 4:
            raise KeyboardInterrupt
        put_new(table, key, item)

    with monkeypatch.context() as patch:
        patch.setattr(Table, "put_new", dies)
        account.imports()
    assert len(account.senders()) == 1

    result = account.imports()

    assert set(account.senders()) == {f"+1206555010{n}" for n in range(3)}
    assert result.stdout.splitlines()[-1] == "1 as it was, 2 added"


def test_a_limit_that_changed_is_updated(account: Account, aws: Aws) -> None:
    aws.numbers = [a_number(**limits(SMS=1))]
    account.imports()
    aws.numbers = [a_number(**limits(SMS=40))]

    result = account.imports()

    assert account.senders()["+12065550100"].parts_per_second == 40
    assert result.stdout.splitlines()[-1] == "1 updated"


def test_a_number_that_was_linked_anew_has_its_new_id(account: Account, aws: Aws) -> None:
    aws.businesses = [a_business("Shop", ("+12065550102", "phone-number-id-1", ""))]
    account.imports()
    aws.businesses = [a_business("Shop", ("+12065550102", "phone-number-id-2", ""))]

    account.imports()

    assert account.senders()["+12065550102"].carrier_sender_id == "phone-number-id-2"


def test_a_sender_that_was_added_by_hand_is_given_to_aws(account: Account, aws: Aws) -> None:
    made = account.add("+12065550100", display_name="Support")
    aws.numbers = [a_number()]

    account.imports()

    found = account.senders()["+12065550100"]
    assert (found.id, found.display_name) == (made.id, "Support")
    assert facts(found) == ("SMS", "aws", None, 3)


def test_a_name_that_was_given_here_stays(account: Account, aws: Aws) -> None:
    aws.businesses = [a_business("Shop", ("+12065550102", "phone-number-id-1", "The Shop"))]
    account.imports()
    account.change("+12065550102", display_name="Ours")

    result = account.imports()

    assert account.senders()["+12065550102"].display_name == "Ours"
    assert result.stdout.splitlines()[-1] == "1 as it was"


@pytest.mark.parametrize("carrier", ["twilio", "http"])
def test_a_sender_of_the_stack_s_other_carrier_is_left_alone(
    account: Account, aws: Aws, monkeypatch: pytest.MonkeyPatch, carrier: str
) -> None:
    """It names no carrier, for the stack's is the right one."""
    parameters = {"Carrier": carrier, "AllowAws": "true"}
    monkeypatch.setattr(admin, "stack_parameters", {"herald": parameters}.__getitem__)
    made = account.add("+12065550100")
    aws.numbers = [a_number()]

    result = account.imports()

    assert account.senders()["+12065550100"] == made
    assert f"its carrier is {carrier}" in result.stdout


@pytest.mark.parametrize("carrier", ["sandbox", "twilio", "http"])
def test_a_sender_of_another_carrier_is_left_alone(account: Account, aws: Aws, carrier: str) -> None:
    made = account.add("+12065550100", carrier=carrier)
    aws.numbers = [a_number()]

    result = account.imports("--deactivate")

    assert account.senders()["+12065550100"] == made
    assert f"its carrier is {carrier}" in result.stdout


def test_a_sender_that_was_deactivated_stays_so(account: Account, aws: Aws) -> None:
    aws.numbers = [a_number()]
    account.imports()
    account.change("+12065550100", status=SenderStatus.DEACTIVATED)

    result = account.imports()

    assert account.senders()["+12065550100"].status is SenderStatus.DEACTIVATED
    assert "deactivated here" in result.stdout


# ------------------------------------------------------------------------- gone


@pytest.mark.parametrize("left", [[], [a_number(Status="DISASSOCIATING")], [a_number(Status="DELETED")]])
def test_what_aws_has_no_more_is_told_and_deactivated_only_if_asked(
    account: Account, aws: Aws, left: list[dict[str, Any]]
) -> None:
    aws.numbers = [a_number()]
    account.imports()
    aws.numbers = left

    told = account.imports()
    assert account.senders()["+12065550100"].status is SenderStatus.ACTIVATED
    done = account.imports("--deactivate")
    again = account.imports("--deactivate")

    assert told.stdout.splitlines()[-1] == "1 gone"
    assert done.stdout.splitlines()[-1] == "1 deactivated"
    assert account.senders()["+12065550100"].status is SenderStatus.DEACTIVATED
    assert again.stdout == "no senders\n"


def test_a_sender_of_the_stack_s_carrier_is_never_gone(account: Account) -> None:
    account.add("+12065550100")

    account.imports("--deactivate")

    assert account.senders()["+12065550100"].status is SenderStatus.ACTIVATED


def test_a_channel_that_is_not_read_loses_nothing(account: Account, aws: Aws) -> None:
    aws.numbers = [a_number()]
    aws.agents = [an_agent()]
    account.imports()
    aws.numbers, aws.agents, aws.asked = [], [], []

    account.imports("--channel", "rcs", "--deactivate")

    assert aws.asked == ["DescribeRcsAgents"]
    assert {
        address for address, each in account.senders().items() if each.status is SenderStatus.ACTIVATED
    } == {"+12065550100"}


def test_an_address_that_is_not_asked_for_is_not_touched(account: Account, aws: Aws) -> None:
    aws.numbers = [a_number("+12065550100"), a_number("+12065550101")]
    account.imports("--address", "+12065550100")
    assert set(account.senders()) == {"+12065550100"}
    account.imports()
    aws.numbers = []

    account.imports("--address", "+12065550101", "--deactivate")

    assert {
        address for address, each in account.senders().items() if each.status is SenderStatus.ACTIVATED
    } == {"+12065550100"}


# ------------------------------------------------------------------------- nothing is changed


def test_a_dry_run_changes_nothing(account: Account, aws: Aws) -> None:
    aws.numbers = [a_number("+12065550100"), a_number("+12065550101")]
    account.imports()
    before = account.senders()
    aws.numbers = [a_number("+12065550100", **limits(SMS=9)), a_number("+12065550102")]

    result = account.imports("--dry-run", "--deactivate")

    assert account.senders() == before
    assert result.stdout.splitlines()[-2:] == [
        "1 updated, 1 added, 1 deactivated",
        "This was a dry run: nothing was changed.",
    ]


@pytest.mark.parametrize(
    ("operation", "channel"),
    [
        ("DescribePhoneNumbers", "SMS"),
        ("DescribeSenderIds", "SMS"),
        ("DescribeRcsAgents", "RCS"),
        ("ListLinkedWhatsAppBusinessAccounts", "WHATSAPP"),
        ("GetLinkedWhatsAppBusinessAccount", "WHATSAPP"),
    ],
)
def test_what_cannot_be_read_ends_the_import_before_anything_is_changed(
    account: Account, aws: Aws, operation: str, channel: str
) -> None:
    aws.numbers = [a_number()]
    aws.businesses = [a_business("Shop", ("+12065550102", "phone-number-id-1", ""))]
    aws.refuses = operation

    result = account.imports("--deactivate")

    assert result.exit_code == 1
    assert account.senders() == {}
    assert result.stderr.startswith(f"Error: what AWS has for {channel} cannot be read: ")
    assert operation in result.stderr
    assert "--channel leaves a channel out." in result.stderr


def test_the_region_is_the_one_that_is_named(account: Account, aws: Aws) -> None:
    account.imports("--region", "eu-west-1")
    assert aws.regions == {"eu-west-1"}
    aws.regions.clear()

    account.imports()

    assert aws.regions == {None}


@pytest.mark.parametrize(
    "parameters", [{}, {"Carrier": "sandbox"}, {"Carrier": "http", "AllowTwilio": "true"}]
)
def test_a_stack_that_does_not_send_with_aws_imports_nothing(
    account: Account, aws: Aws, monkeypatch: pytest.MonkeyPatch, parameters: dict[str, str]
) -> None:
    aws.numbers = [a_number()]
    monkeypatch.setattr(admin, "stack_parameters", lambda name: parameters)

    result = account.imports()

    assert result.exit_code == 1
    assert (
        "the stack does not send with AWS: deploy it with --parameter-overrides Carrier=aws" in result.stderr
    )
    assert (account.senders(), aws.asked) == ({}, [])


@pytest.mark.parametrize(
    "parameters", [{"Carrier": "aws"}, {"Carrier": "http", "AllowAws": "true", "AllowTwilio": "true"}]
)
def test_a_stack_may_send_with_aws_alone_or_beside_others(
    account: Account, aws: Aws, monkeypatch: pytest.MonkeyPatch, parameters: dict[str, str]
) -> None:
    aws.numbers = [a_number()]
    monkeypatch.setattr(admin, "stack_parameters", lambda name: parameters)

    account.imports()

    assert set(account.senders()) == {"+12065550100"}


def test_an_account_that_is_not_there(run: Run, stack: None, aws: Aws) -> None:
    result = run("sender", "import", "--account", "AC1")

    assert result.exit_code == 1
    assert result.stderr == "Error: there is no account AC1\n"
    assert aws.asked == []
