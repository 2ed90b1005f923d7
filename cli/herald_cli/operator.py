"""The commands of the operator of a stack: `herald sender` and `herald inbound`.

What they do is in `admin`.

`admin` is imported when a command runs: the AWS SDK takes longer to load than
most other commands take to run.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import get_args

import click

from herald_cli import show
from herald_cli.client import SenderChannel

stack_option = click.option(
    "--stack-name", default="herald", show_default=True, help="Of the CloudFormation stack."
)


@click.group()
def sender() -> None:
    """Let accounts send from addresses. Needs AWS credentials for the stack."""


def _known_carrier(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """A carrier that there is; which ones are known is only loaded where one is named."""
    if value is not None:
        from herald.carriers import CARRIERS

        if value not in CARRIERS:
            raise click.BadParameter(f"{value!r} is none of {', '.join(sorted(CARRIERS))}.")
    return value


@sender.command("add")
@click.option("--account", "account_sid", required=True, metavar="AC...")
@click.option("--address", required=True, help="A number, or an RCS agent.")
@click.option(
    "--channel",
    type=click.Choice(get_args(SenderChannel), case_sensitive=False),
    metavar="SMS|RCS|WHATSAPP",
    required=True,
)
@click.option("--name", help="For people to recognise it by.")
@click.option(
    "--carrier",
    metavar="NAME",
    callback=_known_carrier,
    help="Who carries what it sends; else the carrier of the stack.",
)
@click.option(
    "--carrier-sender-id", metavar="ID", help="What the carrier knows it by, where that is not its address."
)
@click.option(
    "--parts-per-second",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="Message parts that it sends a second at most; else as fast as its carrier takes them.",
)
@stack_option
def add_sender(
    account_sid: str,
    address: str,
    channel: SenderChannel,
    name: str | None,
    carrier: str | None,
    carrier_sender_id: str | None,
    parts_per_second: int | None,
    stack_name: str,
) -> None:
    """Let an account send from an address, and print the sender's id."""
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        added = admin.add_sender(
            stack.client,
            stack.table_name,
            account_sid,
            address,
            channel,
            carriers=stack.carriers,
            display_name=name,
            carrier=carrier,
            carrier_sender_id=carrier_sender_id,
            parts_per_second=parts_per_second,
        )
    click.echo(added.id)


@sender.command("import")
@click.option("--account", "account_sid", required=True, metavar="AC...")
@click.option(
    "--channel",
    "channels",
    type=click.Choice(get_args(SenderChannel), case_sensitive=False),
    metavar="SMS|RCS|WHATSAPP",
    multiple=True,
    help="Only this channel; may be repeated. Else all three.",
)
@click.option("--address", "addresses", multiple=True, help="Only this address; may be repeated.")
@click.option("--region", help="Of the AWS account's numbers: that of the stack.  [default: the caller's]")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and do nothing.")
@click.option("--deactivate", is_flag=True, help="Deactivate what AWS has no more. Else it is only told of.")
@stack_option
def import_senders(
    account_sid: str,
    channels: tuple[SenderChannel, ...],
    addresses: tuple[str, ...],
    region: str | None,
    dry_run: bool,
    deactivate: bool,
    stack_name: str,
) -> None:
    """Let an account send from what your AWS account has.

    Reads the phone numbers, sender ids, RCS agents and WhatsApp numbers of AWS End User
    Messaging, with their limits, and adds or updates senders of the carrier `aws`. It may be
    repeated at any time. Fails when a sender was refused.
    """
    from herald.model.addresses import SenderChannel as Channel
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        steps = admin.import_senders(
            stack,
            account_sid,
            channels=[Channel(each) for each in dict.fromkeys(channels)] or list(Channel),
            addresses=addresses,
            region=region,
            deactivate=deactivate,
            dry_run=dry_run,
        )
    show.imported(show.console(), steps, dry_run=dry_run)
    if any(step.outcome == "refused" for step in steps):
        raise click.exceptions.Exit(1)


@sender.command("list")
@click.option("--account", "account_sid", required=True, metavar="AC...")
@stack_option
def list_senders(account_sid: str, stack_name: str) -> None:
    """Print an account's senders, oldest first.

    Id, channel, status, carrier and message parts a second (- for those of the stack), address.
    """
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        for found in admin.list_senders(stack.client, stack.table_name, account_sid):
            rate = str(found.parts_per_second or "-")
            facts = f"{found.channel:8} {found.status:11} {found.carrier or '-':7} {rate:>5}"
            click.echo(f"{found.id} {facts} {found.address}")


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

    from herald.store.refusals import Unavailable
    from herald_cli.admin import StackError

    try:
        yield
    except Unavailable as error:
        raise click.ClickException(f"the table is busy ({error}): give the command again") from error
    except (StackError, BotoCoreError, ClientError) as error:
        raise click.ClickException(str(error)) from error
