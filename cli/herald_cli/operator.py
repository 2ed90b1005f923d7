"""The commands of whoever runs a stack: `herald account` and `herald sender`. What they do is in `admin`.

`admin` is imported when a command runs: the AWS SDK takes longer to load than
most other commands take to run.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

import click

from herald_cli.client import SenderChannel

stack_option = click.option(
    "--stack-name", default="herald", show_default=True, help="Of the CloudFormation stack."
)


@click.group()
def account() -> None:
    """Make accounts. Needs AWS credentials for the stack."""


@account.command("create")
@click.option("--name", required=True, help="For people to recognise it by.")
@stack_option
def create_account(name: str, stack_name: str) -> None:
    """Make an account, and print what it calls the API with.

    The output can be kept as an environment file. The token is shown this once
    and stored nowhere.
    """
    from herald_cli import admin

    with _plain_errors():
        stack = admin.open_stack(stack_name)
        credentials = admin.create_account(stack.client, stack.table_name, stack.secret, name)
    click.echo(f"HERALD_BASE_URL={stack.api_url}")
    click.echo(f"HERALD_ACCOUNT_SID={credentials.account_sid}")
    click.echo(f"HERALD_AUTH_TOKEN={credentials.auth_token}")


@click.group()
def sender() -> None:
    """Let accounts send from addresses. Needs AWS credentials for the stack."""


@sender.command("add")
@click.option("--account", "account_sid", required=True, metavar="AC...")
@click.option("--address", required=True, help="A number, or an RCS agent.")
@click.option(
    "--channel",
    type=click.Choice(get_args(SenderChannel), case_sensitive=False),
    metavar="SMS|RCS|WHATSAPP",
    required=True,
)
@stack_option
def add_sender(account_sid: str, address: str, channel: SenderChannel, stack_name: str) -> None:
    """Let an account send from an address, and print the sender's id."""
    from herald_cli import admin

    with _plain_errors():
        stack = admin.open_stack(stack_name)
        added = admin.add_sender(stack.client, stack.table_name, account_sid, address, channel)
    click.echo(added.sender_id)


@contextmanager
def _plain_errors() -> Iterator[None]:
    """End the command with what AWS says is wrong, not with where our code was."""
    from botocore.exceptions import BotoCoreError, ClientError

    from herald_cli.admin import StackError

    try:
        yield
    except (StackError, BotoCoreError, ClientError) as error:
        raise click.ClickException(str(error)) from error
