"""The commands of the operator of a stack: `herald account` and `herald inbound`; see also `senders`.

What they do is in `admin`.

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

    with plain_errors():
        stack = admin.open_stack(stack_name)
        credentials = admin.create_account(stack.client, stack.table_name, stack.secret, name)
    click.echo(f"HERALD_BASE_URL={stack.api_url}")
    click.echo(f"HERALD_ACCOUNT_SID={credentials.account_sid}")
    click.echo(f"HERALD_AUTH_TOKEN={credentials.auth_token}")


@account.command("update")
@click.option("--account", "account_sid", required=True, metavar="AC...")
@click.option(
    "--after-unknown",
    type=click.Choice(("FAIL", "SEND_AGAIN"), case_sensitive=False),
    required=True,
    help="What becomes of a message when the carrier does not say whether it took it.",
)
@stack_option
def update_account(account_sid: str, after_unknown: str, stack_name: str) -> None:
    """Change an account's settings.

    FAIL, which is how every account begins: it fails, so that no person is texted twice.
    SEND_AGAIN: it is sent again, up to twice, so it arrives, if need be more than once.
    """
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        admin.set_after_unknown(stack.client, stack.table_name, account_sid, after_unknown)
    click.echo(f"{account_sid}: {after_unknown} after an unknown outcome")


@account.command("shards")
@click.argument("number", type=click.Choice(("1", "2", "4", "8", "16", "32", "64", "128")))
@click.option("--account", "account_sid", required=True, metavar="AC...")
@stack_option
def shards(number: str, account_sid: str, stack_name: str) -> None:
    """Spread an account's next messages over more shards.

    One shard takes about 250 messages a second. An account begins with 1. More let it send faster
    and make its lists dearer: a page reads every shard. The number never falls, for messages that
    are there stay in their shards. It may be raised at any time, also while operations run.
    """
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        now = admin.raise_shards(stack.client, stack.table_name, account_sid, int(number))
    click.echo(f"{account_sid}: {now} shards")
    if now > int(number):
        raise click.ClickException(f"The account has {now} shards; the number never falls.")


@click.command()
@click.option("--from", "from_", required=True, metavar="+E164", help="Who writes.")
@click.option("--to", default="+15005550006", show_default=True, help="The sender that is written to.")
@click.option(
    "--channel",
    type=click.Choice(get_args(SenderChannel), case_sensitive=False),
    metavar="SMS|RCS|WHATSAPP",
    default="SMS",
    show_default=True,
    help="The sender's channel.",
)
@click.option("--text", help="What they write.")
@click.option("--media", multiple=True, metavar="URL", help="A picture or the like; may be repeated.")
@click.option("--account", "account_sid", metavar="AC...", help="Whose sender, where several have it.")
@stack_option
def inbound(
    from_: str,
    to: str,
    channel: SenderChannel,
    text: str | None,
    media: tuple[str, ...],
    account_sid: str | None,
    stack_name: str,
) -> None:
    """Write to a sender, as a person would. Needs AWS credentials for the stack.

    Only the sandbox brings such messages. Prints the carrier's id of the message, by which
    the account finds it: GET /v1/Messages/Seek/<id>.
    """
    if not text and not media:
        raise click.UsageError("Give --text, or --media, or both.")
    from herald_cli import admin

    with plain_errors():
        carrier_id = admin.write_to_sender(
            stack_name, account_sid, source=from_, to=to, channel=channel, text=text, media=media
        )
    click.echo(carrier_id)


@contextmanager
def plain_errors() -> Iterator[None]:
    """End the command with what AWS says is wrong, not with where our code was."""
    from botocore.exceptions import BotoCoreError, ClientError

    from herald_cli.admin import StackError

    try:
        yield
    except (StackError, BotoCoreError, ClientError) as error:
        raise click.ClickException(str(error)) from error
