"""What an operator does to a stack: make accounts and senders, and write to the sandbox's.

Uses the caller's AWS credentials, not the API. The functions on a table are also what
`make run` prepares the local stack with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, cast
from uuid import uuid4

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import ValidationError

from herald import runtime
from herald.carriers import sandbox
from herald.model.addresses import SenderChannel
from herald.model.inbound import Inbound
from herald.model.senders import NewSender, OwnSender
from herald.sending import App
from herald.store import Table, accounts, senders
from herald.store.keyring import Keyring

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SANDBOX_SENDERS = (
    ("+15005550006", SenderChannel.SMS),
    ("herald_sandbox_agent", SenderChannel.RCS),
    ("+15005550006", SenderChannel.WHATSAPP),
)
"""The addresses that the sandbox sends from."""


class StackError(Exception):
    """The stack cannot be reached with these credentials, or is not one of Herald's."""


@dataclass(frozen=True)
class Credentials:
    """What an account calls the API with. The token is kept nowhere: whoever makes it must hand it on."""

    account_sid: str
    auth_token: str = field(repr=False)


@dataclass(frozen=True)
class Stack:
    """A deployed stack, opened with the caller's credentials."""

    client: "DynamoDBClient"
    table_name: str
    secret: str = field(repr=False)
    api_url: str


def open_stack(name: str) -> Stack:
    """Find a deployed stack's table and read its key."""
    try:
        outputs = stack_outputs(name)
        secret = boto3.client("secretsmanager").get_secret_value(SecretId=outputs["KeySecretArn"])
        return Stack(
            boto3.client("dynamodb"), outputs["TableName"], secret["SecretString"], outputs.get("ApiUrl", "")
        )
    except KeyError as error:
        raise StackError(
            f"stack {name!r} has no output {error}: it is not one of Herald's, or older"
        ) from error
    except (BotoCoreError, ClientError) as error:
        raise StackError(f"stack {name!r} cannot be opened: {error}") from error


def create_account(client: "DynamoDBClient", table_name: str, secret: str, name: str) -> Credentials:
    """Make an account with one credential."""
    key = Keyring(secret).credentials
    account_sid, auth_token = accounts.create(Table(client, table_name), key, name, datetime.now(UTC))
    return Credentials(account_sid, auth_token)


def set_after_unknown(client: "DynamoDBClient", table_name: str, account_sid: str, policy: str) -> None:
    """Change what becomes of an account's messages of unknown outcome. Raises StackError: no such account."""
    table = _table_with(client, table_name, account_sid)
    accounts.set_after_unknown(table, account_sid, accounts.AfterUnknown(policy))


def add_sender(
    client: "DynamoDBClient", table_name: str, account_sid: str, address: str, channel: str
) -> OwnSender:
    """Let an account send from an address. Raises StackError where it cannot."""
    table = _table_with(client, table_name, account_sid)
    try:
        new = NewSender(address=address, channel=SenderChannel(channel))
        return senders.add(table, account_sid, new, datetime.now(UTC))
    except ValidationError as error:
        raise StackError(f"{address!r} is no address of a sender of {channel}") from error
    except senders.Exists as error:
        raise StackError(str(error)) from error


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
    """Let the sandbox of a deployed stack receive a message, as if somebody wrote it; its id there."""
    message = Inbound(
        carrier=sandbox.NAME,
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


def open_app(stack_name: str) -> App:
    """What the functions of a deployed stack work with, in the caller's hands."""
    try:
        return runtime.app_of(runtime.Settings.model_validate(stack_environment(stack_name)))
    except (KeyError, ValidationError) as error:
        raise StackError(f"stack {stack_name!r} is not one of Herald's, or older: {error}") from error


def _table_with(client: "DynamoDBClient", table_name: str, account_sid: str) -> Table:
    """A stack's table, if the account is in it."""
    table = Table(client, table_name)
    if not accounts.exists(table, account_sid):
        raise StackError(f"there is no account {account_sid}")
    return table


def stack_outputs(name: str) -> Mapping[str, str]:
    """What CloudFormation has to tell of a stack."""
    [stack] = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


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
