"""`herald operations ...`: lists operations, shows, pauses, resumes, cancels and exports them."""

from collections.abc import Sequence
from typing import Literal, get_args

import click

from herald_cli import exits, show
from herald_cli.client import OperationStatus
from herald_cli.commands.exporting import export_command
from herald_cli.outside import Outside, confirm, date_of, json_option, outside, print_json, yes_option


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
        return
    show.operation(show.console(), operation)
    show.of_groups(show.console(stderr=True), operation)


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
        messages = "1 message that waits" if waiting == 1 else f"{waiting:,} messages that wait"
        what = f"{messages}, of {len(wanted)} operation{'s' if len(wanted) > 1 else ''}"
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


# So that a script may treat the three alike.
never_asks = click.option(
    "--yes", is_flag=True, expose_value=False, help="Do not ask; as without this option, too."
)


@operations.command("pause")
@click.argument("operation_ids", nargs=-1, required=True, metavar="OPERATION_ID...")
@never_asks
@json_option
@outside
def pause_command(world: Outside, operation_ids: tuple[str, ...], as_json: bool) -> None:
    """Send nothing more of operations until they are resumed."""
    _act(world, operation_ids, "Pause", yes=True, as_json=as_json)


@operations.command("resume")
@click.argument("operation_ids", nargs=-1, required=True, metavar="OPERATION_ID...")
@never_asks
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
                        f"{show.cure(each['code'])}"
                    )
        if not as_json:
            show.of_groups(show.console(stderr=True), herald.operation(operation_id))
    if count:
        raise click.exceptions.Exit(exits.LEFT)
    if not as_json:
        click.echo("no errors", err=True)


operations.add_command(export_command)
