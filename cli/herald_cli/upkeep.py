"""The commands that repair a stack: `herald repair`, `herald redrive`, `herald deadletters`.

Each is safe at any time, also twice, and while messages are sent.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import click

from herald.model.batches import batched
from herald_cli import show_upkeep
from herald_cli.operator import plain_errors, stack_option
from herald_cli.outside import confirm, json_option, print_json, yes_option
from herald_cli.show import console

if TYPE_CHECKING:
    from herald.operator.repair import Repair
    from herald.sending import App

_UNITS: Final = {"m": "minutes", "h": "hours", "d": "days"}
# Operations that are repaired at the same time. Each makes one call at a time.
_SIDE_BY_SIDE: Final = 4
QUEUES: Final = ("chunks", "receipts", "inbound", "stream")


class Span(click.ParamType[timedelta]):
    """A span of time, such as 30m, 24h or 7d."""

    name = "span"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> timedelta:
        """The span that the text names."""
        if isinstance(value, timedelta):
            return value
        found = re.fullmatch(r"(\d{1,6})([mhd])", str(value))
        if not found:
            self.fail(f"{value!r} is not a span like 30m, 24h or 7d", param, ctx)
        return timedelta(**{_UNITS[found[2]]: int(found[1])})


@click.command()
@click.argument("operations", nargs=-1, metavar="[OPERATION]...")
@click.option("--all", "every", is_flag=True, help="All operations of all accounts; it reads all their rows.")
@click.option("--since", type=Span(), metavar="SPAN", help="With --all: made in the last 30m, 24h, 7d.")
@click.option("--dry-run", is_flag=True, help="Only show what there is to do.")
@yes_option
@json_option
@stack_option
@click.pass_context
def repair(
    context: click.Context,
    operations: tuple[str, ...],
    every: bool,
    since: timedelta | None,
    dry_run: bool,
    yes: bool,
    as_json: bool,
    stack_name: str,
) -> None:
    """Recount operations from their messages, and restart stuck chunks.

    Needs AWS credentials for the stack. With --all, operations that are right are
    skipped. Exits with 1 if something is left to do: an operation that does not
    exist, counts that could not be set, recipients that are gone.
    """
    if bool(operations) == every or (since and not every):
        raise click.UsageError("Give operations, or --all, and --since only with --all.")
    from herald.model.ids import is_operation_id
    from herald_cli import admin

    if strange := [each for each in operations if not is_operation_id(each)]:
        raise click.UsageError(
            f"{strange[0]!r} is not the id of an operation. `herald operations list` shows the ids."
        )
    with plain_errors():
        app = admin.open_app(stack_name)
        wanted = _all_since(app, since) if every else list(dict.fromkeys(operations))
        if every and not dry_run:
            confirm(f"Read {len(wanted):,} operations and repair those that are wrong?", yes=yes)
        shown = _as_json if as_json else show_upkeep.repaired
        is_done = _repair(app, wanted, shown, dry_run=dry_run, only_wrong=every)
    context.exit(0 if is_done else 1)


def _all_since(app: "App", since: timedelta | None) -> list[str]:
    from herald.store import operations

    return operations.ids_since(app.table, app.clock() - since if since else None)


Shown = Callable[..., None]


def _as_json(_: Any, found: "Repair", *, dry_run: bool) -> None:
    stuck = found.stuck
    print_json(
        {
            "operationId": found.operation.id,
            "status": found.operation.status,
            "isDryRun": dry_run,
            "before": {name: count for name, count in found.before.items() if count},
            "messages": {name: count for name, count in found.rows.items() if count},
            "after": {name: count for name, count in found.after.items() if count},
            "chunksPutBack": sorted({*stuck.chunks, *stuck.again}),
            "chunksGone": sorted(stuck.gone),
            "messagesStranded": len(stuck.stranded),
            "isExact": found.is_exact,
        }
    )


def _repair(app: "App", wanted: Sequence[str], show_one: Shown, *, dry_run: bool, only_wrong: bool) -> bool:
    """Repair operations and show what was done; return whether nothing is left to do."""
    out, is_done, right, shown = console(), True, 0, 0
    with show_upkeep.progress(console(stderr=True), len(wanted)) as advance:
        for operation_id, found in _side_by_side(app, wanted, dry_run=dry_run, only_wrong=only_wrong):
            advance()
            if found is None:
                # An operation that has expired since the index was read is not an error.
                if not only_wrong:
                    show_upkeep.not_there(console(stderr=show_one is _as_json), operation_id)
                    is_done = False
            elif only_wrong and found.is_right:
                right += 1
            else:
                show_one(out, found, dry_run=dry_run)
                shown += 1
                is_done &= dry_run or (found.is_exact and not found.stuck.gone and not found.stuck.stranded)
    if only_wrong:
        # On the standard error, so that JSON is alone on the standard output.
        show_upkeep.passed_over(
            out if show_one is show_upkeep.repaired else console(stderr=True), right, shown
        )
    return is_done


def _side_by_side(
    app: "App", wanted: Iterable[str], *, dry_run: bool, only_wrong: bool
) -> "Iterator[tuple[str, Repair | None]]":
    """Each operation and its repair, in their order; several are repaired at the same time."""

    def repaired(operation_id: str) -> "tuple[str, Repair | None]":
        return operation_id, _repaired(app, operation_id, dry_run=dry_run, only_wrong=only_wrong)

    with ThreadPoolExecutor(max_workers=_SIDE_BY_SIDE) as pool:
        # In parts, so that an error ends the command and not only the first of many operations.
        for some in batched(wanted, _SIDE_BY_SIDE * 8):
            yield from pool.map(repaired, some)


def _repaired(app: "App", operation_id: str, *, dry_run: bool, only_wrong: bool) -> "Repair | None":
    from herald.operator.repair import repair

    if only_wrong or dry_run:
        found = repair(app, operation_id, dry_run=True)
        if dry_run or found is None or found.is_right:
            return found
    return repair(app, operation_id)


@click.command()
@click.option("--look-at", type=click.IntRange(1, 10_000), default=100, show_default=True, help="Per queue.")
@json_option
@stack_option
def deadletters(look_at: int, as_json: bool, stack_name: str) -> None:
    """Show the dead letters: how many, how old, and their operations.

    Needs AWS credentials for the stack. The letters that it reads are hidden from other readers for a moment.
    """
    from herald_cli import admin
    from herald_cli import deadletters as letters

    with plain_errors():
        resources = admin.stack_resources(stack_name)
        piles = [letters.look(resources, name, at_most=look_at) for name in letters.PLACES]
    if not as_json:
        show_upkeep.piles(console(), piles, datetime.now(UTC))
        return
    for pile in piles:
        print_json(
            {
                "queue": pile.name,
                "messages": pile.depth,
                "lookedAt": pile.looked_at,
                "oldest": pile.oldest.isoformat() if pile.oldest else None,
                "kinds": dict(pile.kinds),
                "operationIds": sorted(pile.operation_ids),
            }
        )


@click.command()
@click.argument("queue", type=click.Choice([*QUEUES, "all"]), default="all")
@click.option("--forget", is_flag=True, help="Delete dead letters whose records the stream no longer has.")
@yes_option
@json_option
@stack_option
@click.pass_context
def redrive(
    context: click.Context, queue: str, forget: bool, yes: bool, as_json: bool, stack_name: str
) -> None:
    """Send dead letters back to their queues; for those of the stream, repair the operations.

    Needs AWS credentials for the stack. Find and remove the cause first: a letter that fails
    again is given up again. Exits with 1 if something is left.
    """
    from herald_cli import admin
    from herald_cli import deadletters as letters

    is_done = True
    with plain_errors():
        resources = admin.stack_resources(stack_name)
        names = QUEUES if queue == "all" else (queue,)
        depths = {name: letters.depth(resources, name) for name in names}
        told = ", ".join(f"{count:,} of {name}" for name, count in depths.items() if count)
        if told:
            confirm(f"Send back what was given up: {told}?", yes=yes)
        for name in names:
            if name == "stream":
                app = admin.open_app(stack_name)
                is_done &= _redrive_stream(app, resources, forget=forget, as_json=as_json)
                continue
            try:
                moved = letters.redrive(resources, name)
            except letters.NotRedriven as error:
                show_upkeep.not_redriven(console(stderr=True), name, str(error))
                is_done = False
                continue
            if as_json:
                print_json({"queue": name, "sentBack": moved})
            else:
                show_upkeep.redriven(console(), name, moved)
    context.exit(0 if is_done else 1)


def _redrive_stream(app: "App", resources: Mapping[str, str], *, forget: bool, as_json: bool) -> bool:
    """Repair the operations of the stream's dead letters; return whether all letters could be deleted."""
    from herald_cli import deadletters as letters

    # The repairs are printed on the standard error; the standard output has only the JSON.
    out, given_up = console(stderr=as_json), letters.GivenUp(resources)
    done, left = 0, 0
    for message, about in _about(given_up):
        if about is None:
            since = _since(message["Body"])
            is_done = forget and since is not None
            show_upkeep.records_gone(out, since, forgotten=is_done)
        else:
            done_with = {each for each in sorted(about) if _repaired_and_shown(app, each, out)}
            is_done = done_with == about
        if is_done:
            given_up.delete(message)
            done += 1
        else:
            given_up.keep(message)
            left += 1
    if as_json:
        print_json({"queue": "stream", "done": done, "left": left})
    else:
        show_upkeep.stream_redriven(out, done, left)
    return not left


def _repaired_and_shown(app: "App", operation_id: str, out: Any) -> bool:
    """Repair operations and show them; return whether nothing is left to do."""
    found = _repaired(app, operation_id, dry_run=False, only_wrong=False)
    if found is None:
        show_upkeep.not_there(out, operation_id)
        return True
    show_upkeep.repaired(out, found, dry_run=False)
    return found.is_exact


def _about(given_up: Any) -> Iterator[tuple[Any, set[str] | None]]:
    """The stream's dead letters with their operations; None if these are unknown."""
    from herald_cli import deadletters as letters

    for message in given_up:
        try:
            yield message, letters.operations_in(letters.range_of(message["Body"]))
        except (letters.Gone, KeyError, TypeError, ValueError):
            yield message, None


def _since(body: str) -> datetime | None:
    """The time of the first record of a dead letter, if it can be read."""
    from herald_cli import deadletters as letters

    try:
        since = datetime.fromisoformat(letters.range_of(body).since)
    except (KeyError, TypeError, ValueError):
        return None
    return since if since.tzinfo else since.replace(tzinfo=UTC)
