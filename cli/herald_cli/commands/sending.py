"""`herald send`, `herald check` and `herald watch`."""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import IO, Any, Protocol

import click

from herald_cli import exits, show, show_files
from herald_cli.client import Herald, MessageToSend, RecipientChannel, is_unsure
from herald_cli.examine import Examined, examine
from herald_cli.journal import Journal, digest_of, open_journal
from herald_cli.message import channel_option, message_of, message_options
from herald_cli.outside import Outside, confirm, json_option, outside, print_json, yes_option
from herald_cli.preview import prices_in
from herald_cli.reading import identity_of, reading_of, reading_options
from herald_cli.recipients import BadRecipientsError, RecipientFile, Row, recipient, rereadable
from herald_cli.send import OtherRowsError, Sent, StoppedError, send
from herald_cli.settings import SettingsError
from herald_cli.watch import Snapshot, watch


class Recipients(Protocol):
    """Something to send to: rows, and their number."""

    @property
    def count(self) -> int: ...
    def __iter__(self) -> Iterator[Row]: ...


class Share(click.ParamType[float]):
    """`any`, or a share of messages such as 5%."""

    name = "share"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """The share, from 0 to 1, above which the command fails."""
        if isinstance(value, float):
            return value
        words = str(value).strip().lower()
        if words == "any":
            return 0.0
        try:
            share = float(words.removesuffix("%")) / 100
        except ValueError:
            share = -1.0
        if not words.endswith("%") or not 0 <= share <= 1:
            self.fail(f"{value!r} is neither `any` nor a share like 5%", param, ctx)
        return share


def watch_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of watching."""
    patience = click.option(
        "--patience",
        type=click.FloatRange(min=0),
        default=10,
        show_default=True,
        metavar="SECONDS",
        help="How long to wait for receipts, once all is sent and no count changes any more.",
    )
    fail_on = click.option(
        "--fail-on",
        type=Share(),
        metavar="any|N%",
        help="Exit with 1 if more than this share of the messages did not arrive.  [default: all of them]",
    )
    return patience(fail_on(command))


@click.command("send")
@click.argument("path", required=False, metavar="[FILE]", type=click.File("rb"))
@click.option("--csv", "csv_file", type=click.File("rb"), help="The same as FILE.")
@click.option(
    "--to", multiple=True, metavar="+E164", help="A recipient, in place of a file; may be repeated."
)
@channel_option
@message_options
@reading_options
@click.option(
    "--idempotency-key",
    "key",
    metavar="KEY",
    help="The key of an earlier try within 24 hours, whose messages are not sent again.",
)
@click.option("--again", is_flag=True, help="Send a file again that was sent with this text before.")
@yes_option
@click.option("--watch", "watching", is_flag=True, help="Watch the messages until all are final.")
@watch_options
@json_option
@outside
def send_command(world: Outside, /, **given: Any) -> None:
    """Send one message to the recipients of a file, or to some numbers.

    FILE is CSV, TSV, XLSX, ODS or JSON lines; - is the standard input. The command says how it reads the
    file, checks all rows, shows what it will send, asks, and prints the id of each operation.

    The same command resumes a send that was interrupted; no recipient gets a message twice.
    """
    files = [file for file in (given["path"], given["csv_file"]) if file]
    if len(files) + bool(given["to"]) != 1:
        raise click.UsageError("Give a file, or --to.")
    message = message_of(given)
    with world.connect() as herald:
        if given["to"]:
            recipients: Recipients = _Listed(given["to"], given["channel"], given["country"])
            sent = _send(world, herald, recipients, message, given["key"], as_json=given["as_json"])
        else:
            sent = _send_file(world, herald, files[0], message, given)
        if given["watching"]:
            follow(
                world,
                herald,
                [each.operation_id for each in sent],
                given["patience"],
                fail_on=given["fail_on"],
                as_json=given["as_json"],
            )


@click.command("check")
@click.argument("path", metavar="FILE", type=click.File("rb"))
@channel_option
@message_options
@reading_options
@json_option
@outside
def check_command(world: Outside, /, **given: Any) -> None:
    """Show what sending a file would do, and send nothing.

    Without --text only the file is checked.
    """
    has_message = any(given[name] for name in ("text", "text_file", "media", "content_id"))
    message = message_of(given) if has_message else None
    with click.get_current_context().with_resource(rereadable(given["path"])) as file:
        recipients = read_file(file, given, _name(given["path"]))
        found = _examined(world, recipients, message, given) if message else Examined()
    if given["as_json"]:
        print_json(show_files.findings_json(recipients, found))
    else:
        show_files.findings(show.console(), recipients, found)
    _end_unless_sendable(found)


@click.command("watch")
@click.argument("operation_ids", nargs=-1, required=True, metavar="OPERATION_ID...")
@watch_options
@json_option
@outside
def watch_command(
    world: Outside, operation_ids: tuple[str, ...], patience: float, fail_on: float | None, as_json: bool
) -> None:
    """Show the counts of operations until every message is final."""
    with world.connect() as herald:
        follow(world, herald, list(dict.fromkeys(operation_ids)), patience, fail_on=fail_on, as_json=as_json)


class _Listed:
    """Recipients from the command line."""

    def __init__(self, addresses: Sequence[str], channel: RecipientChannel, country: str | None) -> None:
        try:
            self._rows = [Row(0, recipient(address, channel, country)) for address in addresses]
        except ValueError as error:
            raise click.BadParameter(str(error), param_hint="--to") from error
        self.count = len(addresses)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)


# --------------------------------------------------------------------- files


def read_file(file: IO[bytes], given: Mapping[str, Any], name: str) -> RecipientFile:
    """Read a file and check its rows; end the command if it cannot be sent."""
    notes = show.console(stderr=True)
    try:
        return RecipientFile(file, reading_of(given), name)
    except BadRecipientsError as bad:
        show_files.bad_recipients(notes, name, bad)
        raise click.exceptions.Exit(exits.FILE) from bad


def _name(file: IO[bytes]) -> str:
    return str(getattr(file, "name", "-"))


def _examined(
    world: Outside, recipients: RecipientFile, message: MessageToSend, given: Mapping[str, Any]
) -> Examined:
    """Compare a file with a message."""
    return examine(
        recipients,
        message,
        now=world.now(),
        template_of=lambda content_id: _template(world, content_id),
        prices=lambda: _prices(world),
        allowed=given["allow_missing"],
    )


def _end_unless_sendable(found: Examined) -> None:
    if not found.is_sendable:
        raise click.exceptions.Exit(show_files.refusal(show.console(stderr=True), found))


def _template(world: Outside, content_id: str) -> Any:
    with world.connect() as herald:
        return herald.read(f"Content/{content_id}")


def _prices(world: Outside) -> dict[str, int]:
    """The prices of the stack, if there is a stack; a file may be checked without one."""
    try:
        with world.connect() as herald:
            return prices_in(herald.prices())
    except SettingsError:
        return {}


def _send_file(
    world: Outside, herald: Herald, file: IO[bytes], message: MessageToSend, given: Mapping[str, Any]
) -> list[Sent]:
    notes = show.console(stderr=True)
    with click.get_current_context().with_resource(rereadable(file)) as copy:
        recipients = read_file(copy, given, _name(file))
        found = _examined(world, recipients, message, given)
        show_files.findings(notes, recipients, found)
        _end_unless_sendable(found)
        journal = _journal(world, herald, copy, message, given)
        confirm(f"Send to {show.people(recipients.count)}?", yes=given["yes"], needed=False)
        if recipients.found.bad:
            show_files.rejected(notes, recipients, _name(file))
        if recipients.count > 10_000:
            message = _tagged(message, journal)
        return _send(
            world,
            herald,
            recipients,
            message,
            given["key"] or journal.key,
            journal=None if given["key"] else journal,
            as_json=given["as_json"],
        )


def _journal(
    world: Outside, herald: Herald, file: IO[bytes], message: MessageToSend, given: Mapping[str, Any]
) -> Journal:
    """The journal of this send; end the command if the file was sent before, or a request is in doubt."""
    reading = identity_of(reading_of(given))
    digest = digest_of(file, herald.base_url, herald.account_sid, message, reading)
    # A dry run reaches no person: it is not a send that a later one would repeat.
    is_dry = message.get("delivery", {}).get("dryRun", False)
    # Without the credentials: the SID may be that of a key, and another key may be of the same account.
    content = None if is_dry else digest_of(file, herald.base_url, message["content"])
    journal = open_journal(world.state_folder() / "sends", digest, content)
    notes = show.console(stderr=True)
    if given["key"]:
        return journal
    if given["again"]:
        journal.again()
    elif journal.is_over:
        show_files.sent_before(notes, [journal])
        raise click.exceptions.Exit(exits.USAGE)
    elif not journal.batches and (others := journal.others):
        show_files.sent_before(notes, others, is_other=True)
        raise click.exceptions.Exit(exits.USAGE)
    if doubt := journal.in_doubt(world.now()):
        show_files.in_doubt(notes, doubt, journal)
        raise click.exceptions.Exit(exits.LEFT)
    if journal.batches:
        show_files.goes_on(notes, journal)
    return journal


def _tagged(message: MessageToSend, journal: Journal) -> MessageToSend:
    """The message with a tag that all operations of a file have in common."""
    tags = message.get("tags", {})
    name = hashlib.sha256(journal.key.encode()).hexdigest()[:12]
    return {**message, "tags": {**tags, "batch": name}} if "batch" not in tags else message


def _send(
    world: Outside,
    herald: Herald,
    recipients: Recipients,
    message: MessageToSend,
    key: str | None = None,
    *,
    journal: Journal | None = None,
    as_json: bool = False,
) -> list[Sent]:
    """Send, printing the id of each operation at once: without it the messages cannot be found again."""
    notes = show.console(stderr=True)
    key = key or secrets.token_urlsafe()
    sent: list[Sent] = []
    try:
        rows = show_files.progress(notes, recipients) if recipients.count > 10_000 else recipients
        for each in send(herald, rows, message, key, clock=world.clock, now=world.now, journal=journal):
            sent.append(each)
            if as_json:
                print_json({"operationId": each.operation_id, "recipients": each.recipients})
            else:
                click.echo(each.operation_id)
            show.sent(notes, each)
    except StoppedError as stop:
        show.stopped(notes, stop, sum(each.recipients for each in sent), key, is_kept=journal is not None)
        if sent and journal and not is_unsure(stop.cause):
            show_files.rest_of_file(notes, stop.rows[0].line)
        raise click.exceptions.Exit(show.exit_code(stop.cause)) from stop
    except BadRecipientsError as bad:
        show_files.changed_meanwhile(notes, bad)
        raise click.exceptions.Exit(exits.FILE) from bad
    except OtherRowsError as other:
        show_files.other_rows(notes, other)
        raise click.exceptions.Exit(exits.LEFT) from other
    except KeyboardInterrupt:
        show.interrupted(notes, key, is_kept=journal is not None)
        raise click.exceptions.Exit(exits.INTERRUPTED) from None
    return sent


def send_rows(
    world: Outside, herald: Herald, recipients: Recipients, message: MessageToSend, *, as_json: bool
) -> list[Sent]:
    """Send to rows that were checked, with a key of their own."""
    return _send(world, herald, recipients, message, as_json=as_json)


# ------------------------------------------------------------------- watching


def follow(
    world: Outside,
    herald: Herald,
    operation_ids: Sequence[str],
    patience: float,
    note: Callable[[Iterable[Snapshot]], Iterable[Snapshot]] = iter,
    *,
    fail_on: float | None = None,
    as_json: bool = False,
) -> Snapshot:
    """Watch operations to their end; exit with 1 if too many messages did not arrive."""
    notes = show.console(stderr=True)
    snapshots = watch(
        herald.operation, operation_ids, patience=patience, clock=world.clock, sleep=world.sleep
    )
    try:
        last = show.follow(show.console(stderr=as_json), note(snapshots))
    except KeyboardInterrupt:
        show.left(notes, operation_ids)
        raise click.exceptions.Exit(exits.INTERRUPTED) from None
    show.watched(notes, last)
    lost = last.stats["failed"] + last.stats["undelivered"] + last.stats["unaddressable"]
    if lost:
        show_files.failures(notes, _reasons(herald, operation_ids), lost, operation_ids)
    if as_json:
        print_json({"operationIds": [*operation_ids], "stats": last.stats})
    # A group has several recipients and is one message.
    number = last.stats["total"] or last.stats["recipients"] or 1
    if (lost / number > fail_on) if fail_on is not None else lost >= number:
        raise click.exceptions.Exit(exits.LEFT)
    return last


def _reasons(herald: Herald, operation_ids: Sequence[str]) -> dict[tuple[str, str], int]:
    """Failures by code and reason, of the first 5,000 of each operation."""
    counts: dict[tuple[str, str], int] = {}
    for operation_id in operation_ids:
        for number, page in enumerate(
            herald.pages(f"Messages/Operations/{operation_id}/Errors", pageSize=1000)
        ):
            for each in page["errors"]:
                error = each.get("error") or each
                key = str(error.get("code", "")), str(error.get("message", ""))
                counts[key] = counts.get(key, 0) + 1
            if number == 4:
                break
    return counts
