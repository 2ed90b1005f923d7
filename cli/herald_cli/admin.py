"""What an operator does to a stack: make accounts and senders, import those of AWS, and write to the
sandbox's.

Uses the caller's AWS credentials, not the API. The functions on a table are also what
`make run` prepares the local stack with.
"""

import os
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import urlsplit
from uuid import uuid4

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from herald.model.addresses import SANDBOX, SANDBOX_AGENT, SenderChannel
from herald.model.senders import Approval, OperatorSender, OwnSender
from herald.operator import accounts, credentials
from herald.operator.audited import AUDIT_DAYS
from herald.store import Table, owners, senders
from herald.store.accounts import AfterUnknown
from herald.store.accounts import shards as shards_of_account
from herald.store.credentials import Credential
from herald.store.keyring import Keyring

# Modules that only some commands need are imported where they are used: loading takes longer than a command.
if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

    from herald.sending import App
    from herald_cli import sender_import

_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
# A carrier, by the name of its folder in herald.carriers.
AWS = "aws"

SANDBOX_SENDERS = (
    ("+15005550006", SenderChannel.SMS),
    (SANDBOX_AGENT, SenderChannel.RCS),
    ("+15005550006", SenderChannel.WHATSAPP),
)
"""The addresses that the sandbox sends from."""

# Options of the command line, by the fields of OperatorSender that errors name.
_OPTIONS = {
    "display_name": "--name",
    "carrier": "--carrier",
    "carrier_sender_id": "--carrier-sender-id",
    "carrierSenderId": "--carrier-sender-id",
}


class StackError(Exception):
    """The stack cannot be reached with these credentials, or is not one of Herald's."""


@dataclass(frozen=True)
class Credentials:
    """The credentials of an account. The token is stored nowhere: the operator must pass it on."""

    account_sid: str
    auth_token: str = field(repr=False)


@dataclass(frozen=True)
class Stack:
    """A deployed stack, opened with the caller's credentials.

    `carrier` is that of senders that name none; others may name one of `carriers`.
    """

    client: "DynamoDBClient"
    table_name: str
    secret: str = field(repr=False)
    api_url: str
    carrier: str
    carriers: frozenset[str]
    # Days after which events of the audit log expire, and seconds for which a checked credential is cached.
    audit_days: int = AUDIT_DAYS
    cache_seconds: int = 60

    @property
    def table(self) -> Table:
        return Table(self.client, self.table_name)

    @property
    def credentials_key(self) -> bytes:
        """The key of the hashes of secrets."""
        return Keyring(self.secret).credentials

    def account(self, account_sid: str) -> accounts.Account:
        """An account. Raises StackError: there is none."""
        found = accounts.get(self.table, account_sid)
        if found is None:
            raise StackError(f"there is no account {account_sid}")
        return found

    def credential(self, sid: str) -> Credential:
        """A key, or an account's auth token. Raises StackError: there is none."""
        found = credentials.get(self.table, sid)
        if found is None:
            raise StackError(f"there is no credential {sid}")
        return found


def open_stack(name: str) -> Stack:
    """Find a deployed stack's table and read its key."""
    try:
        outputs = stack_outputs(name)
        secret = boto3.client("secretsmanager").get_secret_value(SecretId=outputs["KeySecretArn"])
        parameters = stack_parameters(name)
        return Stack(
            client=boto3.client("dynamodb"),
            table_name=outputs["TableName"],
            secret=secret["SecretString"],
            api_url=_api_url(outputs),
            carrier=parameters.get("Carrier", SANDBOX),
            carriers=_carriers(parameters),
            audit_days=int(parameters.get("AuditDays", AUDIT_DAYS)),
            cache_seconds=int(parameters.get("AuthorizerCacheSeconds", 60)),
        )
    except KeyError as error:
        raise StackError(
            f"stack {name!r} has no output {error}: it is not one of Herald's, or older"
        ) from error
    except (BotoCoreError, ClientError) as error:
        raise StackError(f"stack {name!r} cannot be opened: {error}") from error


def _api_url(outputs: Mapping[str, str]) -> str:
    """The base URL of a stack's API; for a local AWS the address where it listens, not the URL of AWS."""
    endpoint = os.environ.get("AWS_ENDPOINT_URL", "").rstrip("/")
    if urlsplit(endpoint).hostname in _LOCAL_HOSTS:
        return f"{endpoint}/v1"
    return outputs.get("ApiUrl", "")


def _carriers(parameters: Mapping[str, str]) -> frozenset[str]:
    """The carriers that senders of a stack may name, by its parameters."""
    allowed = {
        name.removeprefix("Allow").lower()
        for name, value in parameters.items()
        if name.startswith("Allow") and value == "true"
    }
    return frozenset({SANDBOX, parameters.get("Carrier", ""), *allowed} - {""})


def create_account(
    client: "DynamoDBClient",
    table_name: str,
    secret: str,
    name: str,
    *,
    audit_days: int = AUDIT_DAYS,
) -> Credentials:
    """Make an account with one credential."""
    key, now = Keyring(secret).credentials, datetime.now(UTC)
    made = accounts.create(Table(client, table_name), key, name, now, audit_days=audit_days)
    return Credentials(*made)


def set_after_unknown(stack: Stack, account_sid: str, policy: str) -> None:
    """Set the policy for an account's messages of unknown outcome. Raises StackError: no such account."""
    table = table_of(stack, account_sid)
    after = AfterUnknown(policy)
    accounts.set_after_unknown(table, account_sid, after, now(), audit_days=stack.audit_days)


def raise_shards(stack: Stack, account_sid: str, number: int) -> int:
    """Put an account's next messages into `number` shards, or into more if the account has more already.

    Returns the number then. Raises StackError: no such account.
    """
    table = table_of(stack, account_sid)
    accounts.raise_shards(table, account_sid, number, now(), audit_days=stack.audit_days)
    return shards_of_account(table, account_sid)


def add_sender(
    client: "DynamoDBClient",
    table_name: str,
    account_sid: str,
    address: str,
    channel: str,
    *,
    carriers: Collection[str] | None = None,
    **more: Any,
) -> OwnSender:
    """Let an account send from an address; `more`: other fields of OperatorSender, None for a field left out.

    `carriers` may be named, None: all. Raises StackError where it cannot.
    """
    table = _table_with(client, table_name, account_sid)
    given = {name: value for name, value in more.items() if value is not None}
    try:
        new = OperatorSender.model_validate(
            {"address": address, "channel": SenderChannel(channel), **given},
            strict=False,
            context={"carriers": sorted(carriers)} if carriers is not None else None,
        )
        return senders.add(table, account_sid, new, datetime.now(UTC))
    except ValidationError as error:
        raise StackError(_refusal(error, address, channel)) from error
    except senders.Exists as error:
        raise StackError(_why_exists(table, account_sid, error)) from error
    except (owners.Taken, owners.Moving) as error:
        raise StackError(
            f"{error}: `herald sender move` gives it to another account, `herald sender remove` frees it"
        ) from error


def _why_exists(table: Table, account_sid: str, error: senders.Exists) -> str:
    found = senders.get(table, account_sid, error.sender_id)
    if found and found.approval is Approval.PENDING:
        return f"{error}, and waits for an approval: herald sender approve --account {account_sid} {found.id}"
    return str(error)


def _refusal(error: ValidationError, address: str, channel: str) -> str:
    """The errors of a sender, each field named by the option that it comes from."""
    wrong = {str(problem["loc"][0]): problem["msg"] for problem in error.errors(include_url=False)}
    texts = {name: f"{_OPTIONS.get(name, name)}: {text}" for name, text in wrong.items()}
    if "address" in texts:
        texts["address"] = f"{address!r} is no address of a sender of {channel}"
    return "; ".join(texts.values())


def import_senders(
    stack: Stack,
    account_sid: str,
    *,
    channels: Collection[SenderChannel],
    addresses: Collection[str] = (),
    region: str | None = None,
    deactivate: bool = False,
    dry_run: bool = False,
) -> "list[sender_import.Step]":
    """Add the senders of the caller's AWS account to an account; with `dry_run`, only show the steps.

    Raises StackError if there is no such account, the stack does not send with AWS, or AWS
    cannot be read.
    """
    from herald_cli import aws_senders, sender_import

    table = _table_with(stack.client, stack.table_name, account_sid)
    if AWS not in stack.carriers:
        raise StackError(
            "the stack does not send with AWS: deploy it with --parameter-overrides Carrier=aws, "
            "or AllowAws=true beside another carrier"
        )
    try:
        found = aws_senders.read(channels, region)
    except aws_senders.ReadError as error:
        raise StackError(str(error)) from error
    planned = sender_import.steps(
        senders.of_account(table, account_sid),
        found,
        carrier=stack.carrier,
        channels=channels,
        addresses=addresses,
        deactivate=deactivate,
    )
    return planned if dry_run else list(sender_import.take(table, account_sid, planned, datetime.now(UTC)))


def pending_senders(stack: Stack) -> Iterator[tuple[str, OwnSender]]:
    """Senders of all accounts that wait for an approval, with their accounts."""
    table = Table(stack.client, stack.table_name)
    for account_sid, sender_id in owners.pending(table):
        if found := senders.get(table, account_sid, sender_id):
            yield account_sid, found


def table_of(stack: Stack, account_sid: str) -> Table:
    """A stack's table, if the account is in it. Raises StackError."""
    return _table_with(stack.client, stack.table_name, account_sid)


def now() -> datetime:
    return datetime.now(UTC)


def list_senders(client: "DynamoDBClient", table_name: str, account_sid: str) -> list[OwnSender]:
    """The senders of an account, oldest first. Raises StackError where there is no such account."""
    return list(senders.of_account(_table_with(client, table_name, account_sid), account_sid))


def add_sandbox_senders(client: "DynamoDBClient", table_name: str, account_sid: str) -> list[OwnSender]:
    """Let an account send from the sandbox's address on every channel."""
    return [
        add_sender(client, table_name, account_sid, address, channel) for address, channel in SANDBOX_SENDERS
    ]


def write_to_sender(
    stack_name: str,
    account_sid: str | None,
    *,
    source: str,
    to: str,
    channel: str,
    text: str | None,
    media: tuple[str, ...],
) -> str:
    """Let the sandbox of a deployed stack receive a message, as if a person wrote it; return its id there."""
    from herald.carriers import sandbox
    from herald.model.inbound import Inbound

    message = Inbound(
        carrier=SANDBOX,
        id=f"sandbox-{uuid4()}",
        account=account_sid,
        source=source,
        to=to,
        channel=SenderChannel(channel),
        text=text,
        media=media,
        at=datetime.now(UTC),
    )
    try:
        queue_url = stack_outputs(stack_name)["InboundQueueUrl"]
    except KeyError as error:
        raise StackError(
            f"stack {stack_name!r} has no output {error}: it is not one of Herald's, or older"
        ) from error
    boto3.client("sqs").send_message(QueueUrl=queue_url, MessageBody=sandbox.inbound(message))
    return message.id


def open_app(stack_name: str) -> "App":
    """The App of a deployed stack's functions, with the caller's credentials."""
    from herald import runtime

    try:
        return runtime.app_of(runtime.Settings.model_validate(stack_environment(stack_name)))
    except KeyError as error:
        raise StackError(
            f"stack {stack_name!r} has no resource {error}: it is not one of Herald's, or older"
        ) from error
    except ValidationError as error:
        # Only the names: the values are of no use to an operator.
        names = ", ".join(
            str(each["loc"][0]) for each in error.errors(include_url=False, include_input=False)
        )
        raise StackError(
            f"stack {stack_name!r} is not one of Herald's, or of another version than this command: "
            f"its functions have no valid {names}. Deploy this version, or use the stack's herald"
        ) from error


def _table_with(client: "DynamoDBClient", table_name: str, account_sid: str) -> Table:
    """A stack's table, if the account is in it."""
    table = Table(client, table_name)
    if not accounts.exists(table, account_sid):
        raise StackError(f"there is no account {account_sid}")
    return table


def stack_outputs(name: str) -> Mapping[str, str]:
    """A stack as CloudFormation describes it."""
    outputs = _described(name).get("Outputs", [])
    return {each["OutputKey"]: each["OutputValue"] for each in outputs}


def stack_parameters(name: str) -> Mapping[str, str]:
    """The parameters that a stack was deployed with."""
    parameters = _described(name).get("Parameters", [])
    return {each["ParameterKey"]: each["ParameterValue"] for each in parameters}


def _described(name: str) -> Any:
    [stack] = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return stack


def stack_resources(name: str) -> Mapping[str, str]:
    """The physical id of everything in a stack, by logical id; of a queue that is its URL."""
    pages = boto3.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=name)
    return {
        each["LogicalResourceId"]: each.get("PhysicalResourceId", "")
        for page in pages
        for each in page["StackResourceSummaries"]
    }


def stack_environment(name: str) -> Mapping[str, str]:
    """The environment of a stack's functions, which is the same for all of them."""
    function = stack_resources(name)["DispatchFunction"]
    configuration = boto3.client("lambda").get_function_configuration(FunctionName=function)
    return cast(Mapping[str, str], configuration["Environment"]["Variables"])
