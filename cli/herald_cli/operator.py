"""The command `herald inbound`, and helpers of the operator's commands, whose work is in `admin`.

`admin` is imported when a command runs: the AWS SDK takes longer to load than
most other commands take to run.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

import click

from herald_cli.client import SenderChannel
from herald_cli.outside import json_option, print_json

stack_option = click.option(
    "--stack-name", default="herald", show_default=True, help="Of the CloudFormation stack."
)


@click.command()
@click.option("--from", "from_", required=True, metavar="+E164", help="The number of the writer.")
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
@click.option("--account", "account_sid", metavar="AC...", help="The account, if several have the sender.")
@json_option
@stack_option
def inbound(
    from_: str,
    to: str,
    channel: SenderChannel,
    text: str | None,
    media: tuple[str, ...],
    account_sid: str | None,
    as_json: bool,
    stack_name: str,
) -> None:
    """Write to a sender, as a person would. Needs AWS credentials for the stack.

    Only the sandbox delivers such messages. Prints the carrier's id of the message, by which
    the account finds it: GET /v1/Messages/Seek/<id>.
    """
    if not text and not media:
        raise click.UsageError("Give --text, or --media, or both.")
    from herald_cli import admin

    with plain_errors():
        carrier_id = admin.write_to_sender(
            stack_name, account_sid, source=from_, to=to, channel=channel, text=text, media=media
        )
    if as_json:
        print_json({"carrierId": carrier_id})
    else:
        click.echo(carrier_id)


@contextmanager
def plain_errors() -> Iterator[None]:
    """End the command with AWS's error message instead of a traceback."""
    from botocore.exceptions import BotoCoreError, ClientError

    from herald.store.refusals import Unavailable
    from herald_cli.admin import StackError
    from herald_cli.aws_errors import explained

    try:
        yield
    except Unavailable as error:
        if isinstance(error.__cause__, BotoCoreError):
            raise explained(error.__cause__) from error
        raise click.ClickException(f"the table is busy ({error}): give the command again") from error
    except (StackError, BotoCoreError, ClientError) as error:
        raise explained(error) from error
