"""The command `herald`.

Every command reads its arguments, calls the client, and has `show` print what came back.
"""

import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import IO, Any, Protocol, cast, get_args

import click

from herald_cli import operator, show, upkeep
from herald_cli.client import (
    AddressSender,
    ApiError,
    Content,
    Herald,
    HeraldError,
    MessageFilters,
    MessageStatus,
    MessageToSend,
    RecipientChannel,
    SenderChannel,
)
from herald_cli.outside import Outside, date_of, outside, print_json
from herald_cli.recipients import BadRecipientsError, RecipientFile, Row, recipient, rereadable
from herald_cli.send import Sent, StoppedError, send
from herald_cli.settings import SettingsError
from herald_cli.suppressions import suppressions
from herald_cli.watch import Snapshot, watch

DEMO_CSV = "examples/recipients.csv"
DEMO_TEXT = "Hi {{ name | default: 'there' }}, your order {{ order | default: '' }} is on its way."
SENDER_CHANNEL = click.Choice(get_args(SenderChannel), case_sensitive=False)
INTERRUPTED = 130
"""The exit code that shells give to what Ctrl-C ended."""


class Recipients(Protocol):
    """What can be sent to: rows, and how many they are."""

    count: int

    def __iter__(self) -> Iterator[Row]: ...


class Commands(click.Group):
    """Commands that end with a plain message when the API or the network refuses."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except ApiError as error:
            show.errors(show.console(stderr=True), error)
            ctx.exit(1)
        except (HeraldError, SettingsError) as error:
            raise click.ClickException(str(error)) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option("--base-url", envvar="HERALD_BASE_URL", show_envvar=True, help="What stands before /Messages.")
@click.option("--account-sid", envvar="HERALD_ACCOUNT_SID", show_envvar=True, help="Who calls.")
@click.option("--auth-token", envvar="HERALD_AUTH_TOKEN", show_envvar=True, help="The account's secret.")
@click.pass_context
def cli(
    context: click.Context, base_url: str | None, account_sid: str | None, auth_token: str | None
) -> None:
    """Send messages in bulk with Herald, and see what becomes of them.

    Without settings, the stack that `make run` started in this directory is used.
    """
    world = context.ensure_object(Outside)
    world.base_url, world.account_sid, world.auth_token = base_url, account_sid, auth_token


# ------------------------------------------------------------------- sending

patience_option = click.option(
    "--patience",
    type=click.FloatRange(min=0),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for receipts when nothing moves any more.",
)


@cli.command("send")
@click.option("--csv", "file", type=click.File("rb"), help="Recipients: a column `address`, and variables.")
@click.option("--to", multiple=True, metavar="+E164", help="A recipient; may be repeated.")
@click.option(
    "--channel",
    type=click.Choice(get_args(RecipientChannel), case_sensitive=False),
    metavar="PHONE|WHATSAPP",
    default="PHONE",
    show_default=True,
    help="How to reach recipients that name no channel.",
)
@click.option("--from", "from_", metavar="ADDRESS", help="The sender; else Herald chooses one.")
@click.option("--from-channel", type=SENDER_CHANNEL, metavar="SMS|RCS|WHATSAPP")
@click.option("--text", help="What to say. Liquid: Hi {{ name | default: 'there' }}")
@click.option("--media", multiple=True, metavar="URL", help="A picture or the like; may be repeated.")
@click.option("--tag", "tags", multiple=True, metavar="K:V", help="A tag of every message; may be repeated.")
@click.option(
    "--idempotency-key",
    "key",
    metavar="KEY",
    help="Of an earlier try within 24 hours: what that one sent is not sent again.",
)
@click.option("--dry-run", is_flag=True, help="Let the carrier check the messages, and send them to nobody.")
@click.option("--watch", "watching", is_flag=True, help="Show what becomes of the messages.")
@patience_option
@outside
def send_command(
    world: Outside,
    file: IO[bytes] | None,
    to: tuple[str, ...],
    channel: RecipientChannel,
    from_: str | None,
    from_channel: SenderChannel | None,
    text: str | None,
    media: tuple[str, ...],
    tags: tuple[str, ...],
    key: str | None,
    dry_run: bool,
    watching: bool,
    patience: float,
) -> None:
    """Send one message to many recipients.

    Prints the id of the operation, or of each when there are more recipients
    than the 10,000 of one request. All rows of the file are checked before
    anything is sent.
    """
    if bool(file) == bool(to):
        raise click.UsageError("Give either --csv or --to.")
    message = _message(text, media, from_, from_channel, tags)
    if dry_run:
        message["delivery"] = {"dryRun": True}
    recipients = _read_file(file, channel) if file else _Listed(to, channel)
    with world.connect() as herald:
        requests = _send(world, herald, recipients, message, key)
        if watching:
            _follow(world, herald, [request.operation_id for request in requests], patience)


@cli.command("watch")
@click.argument("operation_ids", nargs=-1, required=True, metavar="OPERATION_ID...")
@patience_option
@outside
def watch_command(world: Outside, operation_ids: tuple[str, ...], patience: float) -> None:
    """Show the counts of operations until every message has come to its end."""
    with world.connect() as herald:
        _follow(world, herald, list(dict.fromkeys(operation_ids)), patience)


@cli.command()
@click.option("--csv", "file", type=click.File("rb"), default=DEMO_CSV, show_default=True)
@click.option("--text", default=DEMO_TEXT, show_default=True)
@patience_option
@outside
def demo(world: Outside, file: IO[bytes], text: str, patience: float) -> None:
    """Send the example file, watch it, list some of its messages and add up.

    The same as `herald send --watch`, then `herald messages`, with the time that each part took.
    """
    out = show.console()
    recipients = _read_file(file, "PHONE")
    with world.connect() as herald:
        start = world.clock()
        requests = _send(world, herald, recipients, _message(text, (), None, None, ()))
        accepted = world.clock() - start
        operation_ids = [request.operation_id for request in requests]
        times = {"accepted": accepted}
        last = _follow(world, herald, operation_ids, patience, _note_times(times, accepted))
        show.title(out, "Some of its messages")
        page = herald.messages_page(operationId=operation_ids[-1], pageSize=10)
        show.messages(out, page["messages"])
    show.title(out, "Totals")
    show.totals(out, last.stats)
    show.title(out, "Time since the start")
    show.seconds(out, [(name, duration, recipients.count) for name, duration in times.items()])


class _Listed:
    """Recipients from the command line."""

    def __init__(self, addresses: Sequence[str], channel: RecipientChannel) -> None:
        try:
            self._rows = [Row(0, recipient(address, channel)) for address in addresses]
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--to") from error
        self.count = len(addresses)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)


def _read_file(file: IO[bytes], channel: RecipientChannel) -> RecipientFile:
    try:
        return RecipientFile(click.get_current_context().with_resource(rereadable(file)), channel)
    except BadRecipientsError as bad:
        show.bad_recipients(show.console(stderr=True), file.name, bad)
        raise click.exceptions.Exit(1) from bad


def _message(
    text: str | None,
    media: Sequence[str],
    from_: str | None,
    from_channel: SenderChannel | None,
    tags: Sequence[str],
) -> MessageToSend:
    if not text and not media:
        raise click.UsageError("Give --text, or --media, or both.")
    if (from_ is None) != (from_channel is None):
        raise click.UsageError("--from and --from-channel go together.")
    content: Content = {}
    if text:
        content["text"] = text
    if media:
        content["media"] = [{"url": url} for url in media]
    message: MessageToSend = {"content": content}
    if from_ is not None and from_channel is not None:
        message["from"] = AddressSender(address=from_, channel=from_channel)
    if tags:
        message["tags"] = dict(_tag(tag) for tag in tags)
    return message


def _tag(tag: str) -> tuple[str, str]:
    key, colon, value = tag.partition(":")
    if not (key and colon and value):
        raise click.BadParameter(f"{tag!r} is not like campaign:spring", param_hint="--tag")
    return key, value


def _send(
    world: Outside, herald: Herald, recipients: Recipients, message: MessageToSend, key: str | None = None
) -> list[Sent]:
    """Send, printing the id of each operation at once: nothing else leads back to what was sent."""
    notes = show.console(stderr=True)
    key = key or secrets.token_urlsafe()
    requests: list[Sent] = []
    try:
        for request in send(herald, recipients, message, key, clock=world.clock):
            requests.append(request)
            click.echo(request.operation_id)
            show.sent(notes, request)
    except StoppedError as stop:
        show.stopped(notes, stop, sum(request.recipients for request in requests), key)
        raise click.exceptions.Exit(1) from stop
    except KeyboardInterrupt:
        show.interrupted(notes, key)
        raise click.exceptions.Exit(INTERRUPTED) from None
    return requests


def _follow(
    world: Outside,
    herald: Herald,
    operation_ids: Sequence[str],
    patience: float,
    note: Callable[[Iterable[Snapshot]], Iterable[Snapshot]] = iter,
) -> Snapshot:
    notes = show.console(stderr=True)
    snapshots = watch(
        herald.operation, operation_ids, patience=patience, clock=world.clock, sleep=world.sleep
    )
    try:
        last = show.follow(show.console(), note(snapshots))
    except KeyboardInterrupt:
        show.left(notes, operation_ids)
        raise click.exceptions.Exit(INTERRUPTED) from None
    show.watched(notes, last)
    return last


def _note_times(
    times: dict[str, float], accepted: float
) -> Callable[[Iterable[Snapshot]], Iterator[Snapshot]]:
    """Let snapshots pass, and write down when the first came in which all were sent, and all settled."""

    def note(snapshots: Iterable[Snapshot]) -> Iterator[Snapshot]:
        for snapshot in snapshots:
            if snapshot.handed_over:
                times.setdefault("all sent", accepted + snapshot.seconds)
            if snapshot.settled:
                times.setdefault("all settled", accepted + snapshot.seconds)
            yield snapshot

    return note


# ------------------------------------------------------------------- reading

json_option = click.option("--json", "as_json", is_flag=True, help="Print what the API answered.")


@cli.command("operation")
@click.argument("operation_id")
@json_option
@outside
def operation_command(world: Outside, operation_id: str, as_json: bool) -> None:
    """Show an operation and its counts."""
    with world.connect() as herald:
        operation = herald.operation(operation_id)
    if as_json:
        print_json(operation)
    else:
        show.operation(show.console(), operation)


@cli.command("message")
@click.argument("message_id")
@json_option
@outside
def message_command(world: Outside, message_id: str, as_json: bool) -> None:
    """Show a message with its content and its attempts."""
    with world.connect() as herald:
        message = herald.message(message_id)
    if as_json:
        print_json(message)
    else:
        show.message(show.console(), message)


@cli.command("messages")
@click.option("--operation", "operation_id", metavar="OPERATION_ID", help="Only those of an operation.")
@click.option(
    "--status",
    type=click.Choice(get_args(MessageStatus), case_sensitive=False),
    metavar="STATUS",
    help="Such as DELIVERED.",
)
@click.option("--start", metavar="DATE", help="Created after: 2026-01-31, or 2026-01-31T10:00:00Z.")
@click.option("--end", metavar="DATE", help="Created before.")
@click.option("--page-size", type=click.IntRange(1, 1000), help="50 unless told.")
@click.option("--page-token", metavar="TOKEN", help="Where the page before ended.")
@click.option("--all", "every", is_flag=True, help="This page and all that follow.")
@click.option("--json", "as_json", is_flag=True, help="A message per line, as the API answered.")
@outside
def messages_command(
    world: Outside,
    operation_id: str | None,
    status: MessageStatus | None,
    start: str | None,
    end: str | None,
    page_size: int | None,
    page_token: str | None,
    every: bool,
    as_json: bool,
) -> None:
    """List messages, newest first."""
    given = {
        "operationId": operation_id,
        "status": status,
        "startDate": date_of(start),
        "endDate": date_of(end),
        "pageSize": page_size,
        "pageToken": page_token,
    }
    filters = cast(MessageFilters, {name: value for name, value in given.items() if value is not None})
    out = show.console()
    with world.connect() as herald:
        for number, page in enumerate(herald.messages_pages(**filters)):
            if as_json:
                for item in page["messages"]:
                    print_json(item)
            else:
                show.messages(out, page["messages"], header=number == 0)
            if not every:
                show.next_page(show.console(stderr=True), page["pagination"]["next"])
                break


cli.add_command(operator.account)
cli.add_command(operator.sender)
cli.add_command(operator.inbound)
cli.add_command(upkeep.deadletters)
cli.add_command(upkeep.redrive)
cli.add_command(upkeep.repair)
cli.add_command(suppressions)
