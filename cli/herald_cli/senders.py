"""`herald sender`: the operator decides which accounts may send from which addresses.

Libraries are imported when a command runs: the AWS SDK takes longer to load than most other
commands take to run.
"""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, get_args

import click

from herald_cli import show
from herald_cli.client import SenderChannel
from herald_cli.operator import plain_errors, stack_option
from herald_cli.outside import confirm, print_json

if TYPE_CHECKING:
    from herald.model.senders import OwnSender
    from herald.operator.audited import Command
    from herald_cli.admin import Stack
    from herald_cli.sender_import import Step

_account_option = click.option("--account", "account_sid", required=True, metavar="AC...")
_yes_option = click.option("--yes", is_flag=True, help="Do not ask.")
_json_option = click.option("--json", "as_json", is_flag=True, help="One sender a line, as JSON.")


@click.group()
def sender() -> None:
    """Let accounts send from addresses. Needs AWS credentials for the stack."""


def _known_carrier(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    """A known carrier; the list of carriers is loaded only if one is named."""
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
    help="The carrier of its messages; else the carrier of the stack.",
)
@click.option(
    "--carrier-sender-id", metavar="ID", help="The carrier's id of the sender, if that is not its address."
)
@click.option(
    "--parts-per-second",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="Message parts that it sends a second at most; else as fast as its carrier takes them.",
)
@_json_option
@stack_option
def add_sender(
    account_sid: str,
    address: str,
    channel: SenderChannel,
    name: str | None,
    carrier: str | None,
    carrier_sender_id: str | None,
    parts_per_second: int | None,
    as_json: bool,
    stack_name: str,
) -> None:
    """Let an account send from an address, and print the sender's id."""
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        with _recorded(stack, account_sid, "AddSender") as command:
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
            command.resource_id = added.id
    if as_json:
        print_json({"senderId": added.id, "address": added.address, "channel": added.channel})
    else:
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
@click.option("--deactivate", is_flag=True, help="Deactivate senders that AWS no longer has; else list them.")
@_yes_option
@_json_option
@stack_option
def import_senders(
    account_sid: str,
    channels: tuple[SenderChannel, ...],
    addresses: tuple[str, ...],
    region: str | None,
    dry_run: bool,
    deactivate: bool,
    yes: bool,
    as_json: bool,
    stack_name: str,
) -> None:
    """Add the senders of your AWS account to an account.

    Reads the phone numbers, sender ids, RCS agents and WhatsApp numbers of AWS End User
    Messaging, with their limits, and adds or updates senders of the carrier `aws`. It may be
    repeated at any time. Fails when a sender was refused.
    """
    from herald.model.addresses import SenderChannel as Channel
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)

        def steps_of(*, dry_run: bool) -> "list[Step]":
            return admin.import_senders(
                stack,
                account_sid,
                channels=[Channel(each) for each in dict.fromkeys(channels)] or list(Channel),
                addresses=addresses,
                region=region,
                deactivate=deactivate,
                dry_run=dry_run,
            )

        if not dry_run and not yes:
            _confirm_import(steps_of(dry_run=True))
        if dry_run:
            steps = steps_of(dry_run=True)
        else:
            with _recorded(stack, account_sid, "ImportSenders", account_sid):
                steps = steps_of(dry_run=False)
    if as_json:
        for step in steps:
            fields = {"outcome": step.outcome, "channel": step.channel, "address": step.address}
            print_json({**fields, "senderId": step.sender_id, "note": step.note})
    else:
        show.imported(show.console(), steps, dry_run=dry_run)
    if any(step.outcome == "refused" for step in steps):
        raise click.exceptions.Exit(1)


def _confirm_import(planned: "list[Step]") -> None:
    """Show how many senders an import concerns, and ask. Scripts need --yes only to deactivate."""
    from collections import Counter

    counts = Counter(str(step.outcome) for step in planned)
    told = ", ".join(f"{number} {outcome}" for outcome, number in counts.items()) or "none"
    confirm(f"Senders: {told}. Go on?", yes=False, needed=counts["deactivated"] > 0)


@sender.command("list")
@click.option("--account", "account_sid", metavar="AC...", help="Only of this account.")
@click.option("--pending", is_flag=True, help="Only those that wait for an approval; of all accounts too.")
@_json_option
@stack_option
def list_senders(account_sid: str | None, pending: bool, as_json: bool, stack_name: str) -> None:
    """Print an account's senders, or the senders that wait for an approval, oldest first.

    Id, channel, status, approval (- where the sandbox carries), carrier and message parts a second (-
    for those of the stack), address; of all accounts, the account before the id.
    """
    if not account_sid and not pending:
        raise click.UsageError("Give --account, or --pending, or both.")
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        found = (
            ((account_sid, each) for each in admin.list_senders(stack.client, stack.table_name, account_sid))
            if account_sid
            else admin.pending_senders(stack)
        )
        for account, each in found:
            if pending and each.approval_of(stack.carrier) != "PENDING":
                continue
            _show(stack, account, each, as_json=as_json, with_account=account_sid is None)


@sender.command("approve")
@_account_option
@click.argument("sender_ids", nargs=-1, metavar="[SENDER]...")
@click.option("--pending", is_flag=True, help="All senders of the account that wait for an approval.")
@_yes_option
@_json_option
@stack_option
def approve_senders(
    account_sid: str, sender_ids: tuple[str, ...], pending: bool, yes: bool, as_json: bool, stack_name: str
) -> None:
    """Let an account send from the addresses that it asked for through the API.

    Approve an address only if you know that it belongs to the account: messages from the address go out in
    the account's name, and replies to it, STOPs included, go to the account.
    """
    from herald.operator import proving
    from herald_cli import admin

    with _refusals():
        stack = admin.open_stack(stack_name)
        wanted = _wanted(stack, account_sid, sender_ids, pending=pending)
        if pending:
            confirm(f"Approve {len(wanted):,} senders of {account_sid}?", yes=yes)
        table = admin.table_of(stack, account_sid)
        for sender_id in wanted:
            with _recorded(stack, account_sid, "ApproveSender", sender_id):
                approved = proving.approve(table, account_sid, sender_id, admin.now())
            _show_changed(stack, account_sid, "approved", approved, as_json=as_json)


@sender.command("remove")
@_account_option
@click.argument("sender_ids", nargs=-1, metavar="[SENDER]...")
@click.option("--pending", is_flag=True, help="All senders of the account that wait for an approval.")
@_yes_option
@_json_option
@stack_option
def remove_senders(
    account_sid: str, sender_ids: tuple[str, ...], pending: bool, yes: bool, as_json: bool, stack_name: str
) -> None:
    """Take senders from an account, so that their addresses are free.

    Messages that wait for such a sender fail with 99009. Inbound messages to it are put aside among the
    dead letters until an account has the address again. The account keeps the STOPs: only
    `herald sender move` gives them to another account.
    """
    from herald.operator import proving
    from herald_cli import admin

    with _refusals():
        stack = admin.open_stack(stack_name)
        wanted = _wanted(stack, account_sid, sender_ids, pending=pending)
        confirm(f"Remove {len(wanted):,} senders of {account_sid}?", yes=yes)
        table = admin.table_of(stack, account_sid)
        for sender_id in wanted:
            with _recorded(stack, account_sid, "RemoveSender", sender_id):
                removed = proving.remove(table, account_sid, sender_id)
            _show_changed(stack, account_sid, "removed", removed, as_json=as_json)


@sender.command("move")
@_account_option
@click.argument("sender_id", metavar="SENDER")
@click.option("--to", "heir", required=True, metavar="AC...", help="The account that gets the sender.")
@_yes_option
@_json_option
@stack_option
def move_sender(
    account_sid: str, sender_id: str, heir: str, yes: bool, as_json: bool, stack_name: str
) -> None:
    """Give a sender to another account, with its STOPs.

    A STOP belongs to an account and a person, so all of the account's suppressions of the sender's channels
    are copied: SMS, MMS and RCS, or WhatsApp. For about a minute nothing is sent from the address.
    Messages of the old account that wait for the sender fail with 99009; inbound messages go to the new
    account at once. The same command again resumes an interrupted move.
    """
    from herald.model.addresses import REACHES
    from herald.operator import proving
    from herald.store import suppressions
    from herald.timing import SETTLE_SECONDS
    from herald_cli import admin

    def settle() -> None:
        click.echo(f"waiting {SETTLE_SECONDS:.0f} seconds for what is under way", err=True)
        time.sleep(SETTLE_SECONDS)

    if heir == account_sid:
        raise click.UsageError("--to names the account that has the sender.")
    with _refusals():
        stack = admin.open_stack(stack_name)
        table = admin.table_of(stack, account_sid)
        admin.table_of(stack, heir)
        moving = proving.sender_of(table, account_sid, sender_id)
        stops = suppressions.number(table, account_sid, REACHES[moving.channel])
        question = (
            f"Move {moving.channel} {moving.address} from {account_sid} to {heir}, with {stops:,} STOPs?"
        )
        confirm(question, yes=yes)
        with (
            _recorded(stack, account_sid, "MoveSender", sender_id),
            _recorded(stack, heir, "ReceiveSender") as received,
        ):
            moved = proving.move(
                table, account_sid, sender_id, heir, admin.now(), stack_carrier=stack.carrier, settle=settle
            )
            received.resource_id = moved.sender_id
    if as_json:
        print_json({"account": heir, "senderId": moved.sender_id, "stops": moved.stops})
    else:
        click.echo(f"{heir} has {moving.address} as {moved.sender_id}, with {moved.stops:,} STOPs")


def _wanted(stack: "Stack", account_sid: str, sender_ids: Iterable[str], *, pending: bool) -> list[str]:
    """The senders that a command is to change."""
    from herald_cli import admin

    given = list(dict.fromkeys(sender_ids))
    if bool(given) == pending:
        raise click.UsageError("Give senders, or --pending.")
    if given:
        return given
    known = admin.list_senders(stack.client, stack.table_name, account_sid)
    return [each.id for each in known if each.approval_of(stack.carrier) == "PENDING"]


def _show(stack: "Stack", account: str, found: "OwnSender", *, as_json: bool, with_account: bool) -> None:
    status, approval = found.status_of(stack.carrier), found.approval_of(stack.carrier)
    if as_json:
        item = found.model_dump(mode="json", exclude_none=True)
        print_json({"account": account} | item | {"status": status, "approval": approval})
        return
    rate = str(found.parts_per_second or "-")
    facts = f"{found.channel:8} {status:11} {approval or '-':8} {found.carrier or '-':7} {rate:>5}"
    before = f"{account} " if with_account else ""
    click.echo(f"{before}{found.id} {facts} {show.printable(found.address)}")


def _show_changed(stack: "Stack", account: str, done: str, changed: "OwnSender", *, as_json: bool) -> None:
    if as_json:
        print_json({"account": account, "senderId": changed.id, "outcome": done})
    else:
        click.echo(f"{done} {changed.id} {changed.channel} {show.printable(changed.address)}")


@contextmanager
def _recorded(
    stack: "Stack", account_sid: str, action: str, sender_id: str | None = None
) -> "Iterator[Command]":
    """Write a change of an account's senders to its audit log. Raises StackError: no such account."""
    from herald.operator import audited, proving
    from herald.store import owners
    from herald_cli import admin

    refusals = (admin.StackError, proving.NoSuchSender, proving.IsFree, owners.Taken, owners.Moving)
    table, now = admin.table_of(stack, account_sid), admin.now()
    with audited.of_command(
        table, account_sid, action, sender_id, now, audit_days=stack.audit_days, refusals=refusals
    ) as command:
        yield command


@contextmanager
def _refusals() -> Iterator[None]:
    """End the command with the error if a sender cannot be changed."""
    from herald.operator import proving
    from herald.store import owners

    with plain_errors():
        try:
            yield
        except (proving.NoSuchSender, proving.IsFree, owners.Taken, owners.Moving) as refusal:
            raise click.ClickException(f"{refusal}.") from refusal
