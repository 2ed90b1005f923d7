"""`herald operations ...`: lists operations, shows, pauses, resumes, cancels and exports them."""

import os
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Literal, Self, get_args

import click

from herald_cli import exits, export, show
from herald_cli.client import Herald, OperationStatus
from herald_cli.outside import Outside, confirm, date_of, json_option, outside, print_json, yes_option
from herald_cli.reading import file_options, reading_of
from herald_cli.recipients import BadRecipientsError, Reading, RecipientFile


@click.group()
def operations() -> None:
    """List, show, cancel, pause, resume and export operations."""


@operations.command("list")
@click.option(
    "--status",
    type=click.Choice(get_args(OperationStatus), case_sensitive=False),
    metavar="STATUS",
    help="Such as PROCESSING.",
)
@click.option("--start", metavar="DATE", help="Created after: 2026-01-31, or 2026-01-31T10:00:00Z.")
@click.option("--end", metavar="DATE", help="Created before.")
@click.option("--page-size", type=click.IntRange(1, 1000), help="50 unless told.")
@click.option("--page-token", metavar="TOKEN", help="Where the page before ended.")
@click.option("--all", "every", is_flag=True, help="This page and all that follow.")
@json_option
@outside
def list_command(
    world: Outside,
    status: str | None,
    start: str | None,
    end: str | None,
    page_size: int | None,
    page_token: str | None,
    every: bool,
    as_json: bool,
) -> None:
    """List operations, newest first."""
    filters = {
        "status": status,
        "startDate": date_of(start),
        "endDate": date_of(end),
        "pageSize": page_size,
        "pageToken": page_token,
    }
    out = show.console()
    with world.connect() as herald:
        for number, page in enumerate(herald.pages("Messages/Operations", **filters)):
            if as_json:
                for each in page["operations"]:
                    print_json(each)
            else:
                show.operations(out, page["operations"], header=number == 0)
            if not every:
                show.next_page(show.console(stderr=True), page["pagination"]["next"])
                break


@operations.command("show")
@click.argument("operation_id")
@json_option
@outside
def show_command(world: Outside, operation_id: str, as_json: bool) -> None:
    """Show an operation and its counts."""
    with world.connect() as herald:
        operation = herald.operation(operation_id)
    if as_json:
        print_json(operation)
    else:
        show.operation(show.console(), operation)


# The short name of the same command.
operation_command = show_command


def _act(
    world: Outside,
    operation_ids: Sequence[str],
    action: Literal["Cancel", "Pause", "Resume"],
    *,
    yes: bool,
    as_json: bool,
) -> None:
    """Cancel, pause or resume operations, after showing how many messages that concerns."""
    wanted = list(dict.fromkeys(operation_ids))
    with world.connect() as herald:
        waiting = 0
        for operation_id in wanted:
            stats = herald.operation(operation_id)["stats"]
            waiting += stats["queued"] + stats["scheduled"]
        what = f"{waiting:,} messages that wait, of {len(wanted)} operation{'s' if len(wanted) > 1 else ''}"
        confirm(f"{action} {what}?", yes=yes, needed=action == "Cancel")
        for operation_id in wanted:
            answer = herald.act(operation_id, action)
            if as_json:
                print_json(answer if answer is not None else {"operationId": operation_id, "action": action})
            else:
                click.echo(f"{operation_id}: {action.lower()} accepted")


@operations.command("cancel")
@click.argument("operation_ids", nargs=-1, required=True, metavar="OPERATION_ID...")
@yes_option
@json_option
@outside
def cancel_command(world: Outside, operation_ids: tuple[str, ...], yes: bool, as_json: bool) -> None:
    """Cancel the messages of operations that still wait. This cannot be undone."""
    _act(world, operation_ids, "Cancel", yes=yes, as_json=as_json)


@operations.command("pause")
@click.argument("operation_ids", nargs=-1, required=True, metavar="OPERATION_ID...")
@json_option
@outside
def pause_command(world: Outside, operation_ids: tuple[str, ...], as_json: bool) -> None:
    """Send nothing more of operations until they are resumed."""
    _act(world, operation_ids, "Pause", yes=True, as_json=as_json)


@operations.command("resume")
@click.argument("operation_ids", nargs=-1, required=True, metavar="OPERATION_ID...")
@json_option
@outside
def resume_command(world: Outside, operation_ids: tuple[str, ...], as_json: bool) -> None:
    """Resume operations that were paused."""
    _act(world, operation_ids, "Resume", yes=True, as_json=as_json)


@operations.command("errors")
@click.argument("operation_id")
@json_option
@outside
def errors_command(world: Outside, operation_id: str, as_json: bool) -> None:
    """List the recipients that an operation did not reach, and why. Exits with 1 if there are any."""
    count = 0
    with world.connect() as herald:
        for page in herald.pages(f"Messages/Operations/{operation_id}/Errors", pageSize=1000):
            for each in page["errors"]:
                count += 1
                if as_json:
                    print_json(each)
                else:
                    address = each.get("address") or (each.get("recipient") or {}).get("address") or "-"
                    click.echo(
                        f"{each.get('context') or '-':14} {address:16} {each['code']:6} {each['message']}"
                    )
    if count:
        raise click.exceptions.Exit(exits.LEFT)
    if not as_json:
        click.echo("no errors", err=True)


@operations.command("export")
@click.argument("operation_ids", nargs=-1, required=True, metavar="OPERATION_ID...")
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="A .csv or .parquet file.",
)
@click.option(
    "--file",
    "source",
    type=click.Path(exists=True, dir_okay=False),
    help="The file that was sent, for the numbers of its lines; with the options of the send.",
)
@file_options
@json_option
@outside
def export_command(
    world: Outside,
    /,
    operation_ids: tuple[str, ...],
    output: str,
    source: str | None,
    as_json: bool,
    **given: Any,
) -> None:
    """Write the result for each recipient to a file.

    A row for each message: place, address, status, code, reason, attempts, parts, price, times. The file
    appears when it is complete, and only you can read it. If a file was sent in several operations, name all
    of them, in the order in which they were sent.
    """
    kind = Path(output).suffix.lower()
    if kind not in {".csv", ".parquet"}:
        raise click.BadParameter("the file has to end in .csv or .parquet", param_hint="--output")
    reading = reading_of({**given, "channel": "PHONE", "skip_bad": True})
    lines = _Lines.of(source, reading) if source else None
    with world.connect() as herald:
        count = export.write(Path(output), kind, _rows(herald, operation_ids, lines))
    if lines and lines.others:
        click.echo(
            f"note: {lines.others:,} rows have no line: the file has another number at their place. Give the"
            " options of the send (--country, --unique ...) and all operations of the file in order.",
            err=True,
        )
    if as_json:
        print_json({"exported": count, "file": output})
    else:
        click.echo(f"exported {count:,}", err=True)


class _Lines:
    """The line and the number of each place of a file that was sent. `others`: places of other numbers."""

    def __init__(self) -> None:
        # 16 bytes a row: a file may have millions.
        self._lines, self._numbers = array("Q"), array("Q")
        self.others = 0

    @classmethod
    def of(cls, source: str, reading: Reading) -> Self:
        """The lines of a file; end the command if it cannot be read."""
        name, found = os.path.basename(source), cls()
        with open(source, "rb") as file:
            try:
                for row in RecipientFile(file, reading, name):
                    found._lines.append(row.line)
                    found._numbers.append(int(row.recipient["address"].removeprefix("+")))
            except BadRecipientsError as bad:
                show.bad_lines(show.console(stderr=True), name, bad.problems, bad.count)
                raise click.exceptions.Exit(exits.FILE) from bad
        return found

    def at(self, place: int, address: str | None) -> int | None:
        """The line of a place; None if the file has another number there."""
        is_there = place < len(self._lines)
        if is_there and address in (None, f"+{self._numbers[place]}"):
            return self._lines[place]
        self.others += 1
        return None


def _rows(herald: Herald, operation_ids: Sequence[str], lines: _Lines | None) -> Iterator[export.Row]:
    before = 0
    for operation_id in operation_ids:
        seen = 0
        for found in export.rows_of(herald, operation_id):
            place = before + found["index"]
            yield {**found, "line": lines.at(place, found["address"]) if lines else None}
            seen = max(seen, found["index"] + 1)
        before += max(seen, herald.operation(operation_id)["stats"]["recipients"])
