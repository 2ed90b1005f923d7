"""`herald operations export`."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final, get_args

import click

from herald_cli import exits, export, show
from herald_cli.client import Herald, MessageStatus
from herald_cli.lines import SentFile
from herald_cli.outside import Outside, json_option, outside, print_json
from herald_cli.reading import file_options, reading_of

# The error of a message that may have arrived.
_UNCONFIRMED: Final = 99001
# Of recipients: a group's message is GROUP, and each of its people is in another status.
_STATUSES: Final = ({*get_args(MessageStatus)} - {"GROUP", "INBOUND"}) | {export.UNADDRESSABLE}


def _statuses(context: click.Context, parameter: click.Parameter, given: Sequence[str]) -> frozenset[str]:
    found = frozenset(each.strip().upper() for some in given for each in some.split(","))
    if unknown := sorted(found - _STATUSES):
        raise click.BadParameter(f"{unknown[0]!r} is none of {', '.join(sorted(_STATUSES))}")
    return found


@click.command("export")
@click.argument("operation_ids", nargs=-1, required=True, metavar="OPERATION_ID...")
@click.option(
    "--output",
    required=True,
    type=click.Path(dir_okay=False),
    metavar="FILE",
    help="A .csv or .parquet file.",
)
@click.option(
    "--status",
    "statuses",
    multiple=True,
    callback=_statuses,
    metavar="STATUS,...",
    help="Only recipients in one of these, such as FAILED,UNDELIVERED.",
)
@click.option(
    "--costs", is_flag=True, help="Parts and price of every message, and their sums: a request for each."
)
@click.option(
    "--file",
    "source",
    type=click.File("rb"),
    help="The file that was sent, for the numbers of its lines; with the options of the send.",
)
@click.option(
    "--rows", "as_rows", is_flag=True, help="The rows of the file as they are, which can be sent again."
)
@file_options
@json_option
@outside
def export_command(
    world: Outside,
    /,
    operation_ids: tuple[str, ...],
    output: str,
    statuses: frozenset[str],
    costs: bool,
    source: IO[bytes] | None,
    as_rows: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Write the result for each recipient to a file.

    A row for each recipient, in the order of the request: place, address, status, code, reason, attempts,
    parts, price, times. The file appears when it is complete, and only you can read it. If a file was sent in
    several operations, name all of them, in the order in which they were sent.
    """
    kind = Path(output).suffix.lower()
    if kind not in {".csv", ".parquet"}:
        raise click.BadParameter("the file has to end in .csv or .parquet", param_hint="--output")
    if as_rows and not (source and statuses and kind == ".csv"):
        raise click.UsageError("--rows needs --file, --status, and an --output that ends in .csv")
    if source and Path(output).resolve() == Path(getattr(source, "name", "-")).resolve():
        raise click.UsageError("--output is the file that was sent: give another name")
    reading = reading_of({**given, "channel": "PHONE", "skip_bad": True})
    sent = SentFile.of(source, reading) if source else None
    sums = export.Costs()
    with world.connect() as herald:
        rows = _rows(herald, operation_ids, export.Wanted(statuses, costs), sent, sums)
        if sent and as_rows:
            count = _write_rows(Path(output), sent, rows)
        else:
            count = export.write(Path(output), kind, rows, sent.separator if sent else ",")
    _tell(output, count, sums if costs else None, sent, as_json=as_json)
    if as_rows and sent and sent.others:
        raise click.exceptions.Exit(exits.LEFT)


def _rows(
    herald: Herald,
    operation_ids: Sequence[str],
    wanted: export.Wanted,
    sent: SentFile | None,
    sums: export.Costs,
) -> Iterator[export.Row]:
    """The rows of all operations, each with its line of the file that was sent."""
    before = 0
    for operation_id in operation_ids:
        rows = export.rows_of(herald, operation_id, wanted)
        for found in rows:
            sums.add(found)
            place = before + found["index"]
            yield {**found, "line": sent.at(place, found["address"]) if sent else None}
        stats = herald.operation(operation_id)["stats"]
        before += max([stats["recipients"], *(found["index"] + 1 for found in rows)])


def _write_rows(output: Path, sent: SentFile, rows: Iterator[export.Row]) -> int:
    """Write the lines of the rows as they are; return their number.

    A message that is unconfirmed may have arrived, and the file is for sending once more.
    """
    lines, unconfirmed = set(), 0
    for row in rows:
        if row.get("code") == _UNCONFIRMED:
            unconfirmed += 1
        elif row["line"] is not None:
            lines.add(row["line"])
    export.write_cells(output, sent.cells(lines), sent.separator)
    if unconfirmed:
        rest = "1 row is" if unconfirmed == 1 else f"{unconfirmed:,} rows are"
        click.echo(f"note: {rest} left out: the message may have arrived ({_UNCONFIRMED})", err=True)
    return len(lines)


def _tell(
    output: str, count: int, sums: export.Costs | None, sent: SentFile | None, *, as_json: bool
) -> None:
    """Print how much was exported, what it cost, and how many rows have no line of the file."""
    if sent and sent.others:
        rows = "1 row has" if sent.others == 1 else f"{sent.others:,} rows have"
        click.echo(
            f"note: {rows} no line: the file has another number at their place. Give the"
            " options of the send (--country, --unique ...) and all operations of the file in order.",
            err=True,
        )
    if as_json:
        costs = (
            {
                "messages": sums.messages,
                "parts": sums.parts,
                "prices": {unit: str(each) for unit, each in sums.prices.items()},
            }
            if sums
            else None
        )
        told = {"exported": count, "file": output} | ({"costs": costs} if costs else {})
        print_json(told)
        return
    click.echo(f"exported {count:,}", err=True)
    if sums:
        show.costs(show.console(stderr=True), sums)
