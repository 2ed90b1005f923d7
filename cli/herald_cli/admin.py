"""What an operator does to a stack: make accounts and senders.

Uses the caller's AWS credentials, not the API. The functions on a table are also what
`make run` prepares the local stack with.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from herald.model.addresses import Sender, SenderChannel
from herald.store import Table, accounts
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


def add_sender(
    client: "DynamoDBClient", table_name: str, account_sid: str, address: str, channel: str
) -> Sender:
    """Let an account send from an address."""
    return accounts.add_sender(
        Table(client, table_name), account_sid, address, SenderChannel(channel), datetime.now(UTC)
    )


def add_sandbox_senders(client: "DynamoDBClient", table_name: str, account_sid: str) -> list[Sender]:
    """Let an account send from the sandbox's address on every channel."""
    return [
        add_sender(client, table_name, account_sid, address, channel) for address, channel in SANDBOX_SENDERS
    ]


def stack_outputs(name: str) -> Mapping[str, str]:
    """What CloudFormation has to tell of a stack."""
    [stack] = boto3.client("cloudformation").describe_stacks(StackName=name)["Stacks"]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}
