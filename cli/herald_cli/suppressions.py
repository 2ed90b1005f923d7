"""The commands of an account's suppressed addresses: `herald suppressions ...`.

Adding an address again changes nothing, so an interrupted import may start again from the beginning, or
from the line that it names.
"""

import csv
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, cast, get_args

import click

from herald_cli import exits, show
from herald_cli.client import (
    MAX_SUPPRESSIONS,
    Herald,
    HeraldError,
    PersonAddress,
    RecipientChannel,
    SuppressionFilters,
    SuppressionSource,
)
from herald_cli.countries import Country
from herald_cli.outside import Outside, confirm, date_of, json_option, outside, print_json, yes_option
from herald_cli.reading import plus_option
from herald_cli.recipients import (
    BadRecipientsError,
    Problem,
    Reading,
    RecipientFile,
    Row,
    batches,
    recipient,
    rereadable,
)

COLUMNS = ("address", "channel", "source", "createdAt")

channel_option = click.option(
    "--channel",
    type=click.Choice(get_args(RecipientChannel), case_sensitive=False),
    metavar="PHONE|WHATSAPP",
    default="PHONE",
    show_default=True,
    help="How people without a channel of their own are reached.",
)
only_channel_option = click.option(
    "--channel",
    type=click.Choice(get_args(RecipientChannel), case_sensitive=False),
    metavar="PHONE|WHATSAPP",
    help="Only those of this channel.",
)


@click.group()
def suppressions() -> None:
    """List and change the numbers that the account may not write to."""


@suppressions.command("list")
@only_channel_option
@click.option("--address", metavar="+E164", help="Only those of this number.")
@click.option("--start", metavar="DATE", help="Since later than: 2026-01-31, or 2026-01-31T10:00:00Z.")
@click.option("--end", metavar="DATE", help="Since earlier than.")
@click.option("--page-size", type=click.IntRange(1, 1000), help="50 unless told.")
@click.option("--page-token", metavar="TOKEN", help="Where the page before ended.")
@click.option("--all", "every", is_flag=True, help="This page and all that follow.")
@click.option("--json", "as_json", is_flag=True, help="One per line, as the API answered.")
@outside
def list_command(
    world: Outside,
    channel: RecipientChannel | None,
    address: str | None,
    start: str | None,
    end: str | None,
    page_size: int | None,
    page_token: str | None,
    every: bool,
    as_json: bool,
) -> None:
    """List the numbers that the account may not write to, newest first."""
    given = {
        "channel": channel,
        "address": address,
        "startDate": date_of(start),
        "endDate": date_of(end),
        "pageSize": page_size,
        "pageToken": page_token,
    }
    filters = cast(SuppressionFilters, {name: value for name, value in given.items() if value is not None})
    with world.connect() as herald:
        shown = 0
        for page in herald.suppressions_pages(**filters):
            for each in page["suppressions"]:
                shown += 1
                if as_json:
                    print_json(each)
                else:
                    click.echo(
                        f"{each['address']:16} {each['channel']:8} {each['source']:7} {each['createdAt']}"
                    )
            if page["pagination"]["next"] is None and not shown and not as_json:
                click.echo("no suppressions", err=True)
            if not every:
                show.next_page(show.console(stderr=True), page["pagination"]["next"])
                break


source_option = click.option(
    "--source",
    type=click.Choice(get_args(SuppressionSource), case_sensitive=False),
    metavar="API|IMPORT|CARRIER",
    help="The source. A START does not lift a suppression of the account itself (API).",
)


@suppressions.command("add")
@click.argument("addresses", nargs=-1, required=True, metavar="+E164...")
@channel_option
@source_option
@json_option
@outside
def add_command(
    world: Outside,
    addresses: tuple[str, ...],
    channel: RecipientChannel,
    source: SuppressionSource | None,
    as_json: bool,
) -> None:
    """Suppress some numbers: the account no longer writes to them."""
    rows = [Row(0, _person(address, channel)) for address in dict.fromkeys(addresses)]
    with world.connect() as herald:
        total = _Total()
        for batch in batches(rows, MAX_SUPPRESSIONS):
            total.take(herald, batch, source or "API")
    total.tell(as_json=as_json)


@suppressions.command("writer")
@click.argument("message_ids", nargs=-1, required=True, metavar="MESSAGE_ID...")
@json_option
@outside
def writer_command(world: Outside, message_ids: tuple[str, ...], as_json: bool) -> None:
    """Suppress the people who wrote some messages.

    For messages that look like an opt-out: `herald messages --looks-like STOP` lists them. A
    START of the person lifts the suppression.
    """
    with world.connect() as herald:
        rows = []
        for message_id in dict.fromkeys(message_ids):
            message = herald.message(message_id)
            if message["status"] != "INBOUND":
                raise click.ClickException(f"{message_id} was not received: nothing was changed")
            writer = cast(PersonAddress, message["from"])
            rows.append(Row(0, recipient(writer["address"], writer["channel"])))
        total = _Total()
        for batch in batches(rows, MAX_SUPPRESSIONS):
            total.take(herald, batch, "IMPORT")
    total.tell(as_json=as_json)


@suppressions.command("remove")
@click.argument("addresses", nargs=-1, required=True, metavar="+E164...")
@channel_option
@json_option
@outside
def remove_command(
    world: Outside, addresses: tuple[str, ...], channel: RecipientChannel, as_json: bool
) -> None:
    """Let the account write to some numbers again. Make sure that people who opted out want that."""
    for address in addresses:
        _person(address, channel)
    removed = 0
    with world.connect() as herald:
        for address in dict.fromkeys(addresses):
            pages = herald.suppressions_pages(address=address, channel=channel)
            found = [each["id"] for page in pages for each in page["suppressions"]]
            gone = any(map(herald.unsuppress, found))
            removed += gone
            if not gone:
                click.echo(f"{address} was not suppressed", err=True)
    if as_json:
        print_json({"removed": removed})
    else:
        click.echo(f"removed {removed:,}")


@suppressions.command("import")
@click.argument("file", type=click.File("rb"))
@channel_option
@source_option
@click.option("--column", "column", metavar="HEADER", help="The column of the numbers; else it is found out.")
@click.option(
    "--country",
    type=Country(),
    metavar="GB",
    help="The country of numbers that are written without a country code.",
)
@plus_option
@click.option("--encoding", help="Of a text file; else it is found out.")
@click.option(
    "--from-line",
    type=click.IntRange(min=1),
    default=1,
    metavar="N",
    help="Continue an interrupted import.",
)
@yes_option
@json_option
@outside
def import_command(
    world: Outside,
    file: IO[bytes],
    channel: RecipientChannel,
    source: SuppressionSource | None,
    column: str | None,
    country: str | None,
    plus: bool,
    encoding: str | None,
    from_line: int,
    yes: bool,
    as_json: bool,
) -> None:
    """Add the numbers of a file, in any form that `herald send` reads; other columns are ignored.

    Lines without a number are listed and left out, and make the command fail; the others are added all the
    same. A file may be imported again, which changes nothing.
    """
    notes = show.console(stderr=True)
    name = getattr(file, "name", "-")
    reading = Reading(
        channel=channel,
        columns={"address": column} if column else {},
        country=country,
        plus=plus,
        encoding=encoding,
        skip_bad=True,
        numbers_only=True,
    )
    total = _Total()
    with rereadable(file) as rows, world.connect() as herald:
        try:
            people = RecipientFile(rows, reading, name)
        except BadRecipientsError as bad:
            show.bad_lines(notes, name, bad.problems, bad.count)
            _Total(invalid=bad.count).tell(as_json=as_json)
            raise click.exceptions.Exit(exits.FILE) from bad
        show.line(notes, f"{name}: read as {people.table.how}")
        number = "1 number" if people.found.good == 1 else f"{people.found.good:,} numbers"
        confirm(f"Suppress {number}?", yes=yes, needed=False)
        total.invalid, total.problems = people.found.bad, people.found.problems
        good = (row for row in people if row.line >= from_line)
        for batch in batches(good, MAX_SUPPRESSIONS):
            try:
                total.take(herald, batch, source or "IMPORT")
            except (HeraldError, KeyboardInterrupt) as error:
                show.import_stopped(notes, error, batch)
                total.tell(as_json=as_json)
                raise click.exceptions.Exit(_code(error)) from None
            show.imported_lines(notes, batch)
    show.bad_lines(notes, name, total.problems, total.invalid)
    total.tell(as_json=as_json)
    if total.invalid:
        raise click.exceptions.Exit(exits.LEFT)


def _code(error: BaseException) -> int:
    return show.exit_code(error) if isinstance(error, HeraldError) else exits.INTERRUPTED


@suppressions.command("export")
@click.argument("file", type=click.Path(dir_okay=False, allow_dash=True))
@only_channel_option
@json_option
@outside
def export_command(world: Outside, file: str, channel: RecipientChannel | None, as_json: bool) -> None:
    """Write all suppressions to a CSV file, or to - for the standard output, newest first.

    The file can be imported. It appears when it is complete, and only you can read it.
    """
    filters: SuppressionFilters = {"pageSize": 1000}
    if channel:
        filters["channel"] = channel
    count = 0
    with world.connect() as herald, _whole(file) as out:
        writer = csv.DictWriter(out, COLUMNS, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        for page in herald.suppressions_pages(**filters):
            writer.writerows(cast(list[dict[str, Any]], page["suppressions"]))
            count += len(page["suppressions"])
    if as_json and file != "-":
        print_json({"exported": count, "file": file})
    else:
        click.echo(f"exported {count:,}", err=True)


@dataclass
class _Total:
    """The result for the lines so far."""

    added: int = 0
    known: int = 0
    invalid: int = 0
    problems: list[Problem] = field(default_factory=list)

    def take(self, herald: Herald, rows: Sequence[Row], source: SuppressionSource) -> None:
        """Have the numbers of some rows added."""
        people: list[PersonAddress] = [
            {"address": row.recipient["address"], "channel": row.recipient["channel"]} for row in rows
        ]
        answer = herald.suppress(people, source)
        self.added += answer["added"]
        # The answer has a number once, even if several rows have it.
        self.known += len(rows) - answer["added"]

    def tell(self, *, as_json: bool) -> None:
        """Print the result for the lines."""
        if as_json:
            print_json({"added": self.added, "known": self.known, "invalid": self.invalid})
        else:
            click.echo(str(self))

    def __str__(self) -> str:
        told = f"added {self.added:,}, known {self.known:,}"
        return f"{told}, invalid {self.invalid:,}" if self.invalid else told


def _person(address: str, channel: RecipientChannel) -> Any:
    try:
        return recipient(address, channel)
    except ValueError as error:
        raise click.BadParameter(str(error)) from error


@contextmanager
def _whole(name: str) -> Iterator[IO[str]]:
    """A file to write, which appears when it is complete; - is the standard output."""
    if name == "-":
        yield sys.stdout
        return
    path = Path(name)
    descriptor, unfinished = tempfile.mkstemp(dir=path.parent, prefix=path.name)
    try:
        with open(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
    except BaseException:
        os.unlink(unfinished)
        raise
    os.replace(unfinished, path)
