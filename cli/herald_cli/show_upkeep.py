"""Output about repairs and dead letters: ids and counts, nothing personal."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, TimeRemainingColumn
from rich.table import Table

if TYPE_CHECKING:
    from herald.operator.repair import Repair
    from herald_cli.deadletters import Pile

_SHOWN_AT_MOST = 10


@contextmanager
def progress(out: Console, total: int) -> Iterator[Callable[[], None]]:
    """A progress bar over a number of operations; a call advances it by one. Shown only on terminals."""
    columns = (*Progress.get_default_columns()[:2], MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bar:
        task = bar.add_task("Operations", total=total)
        yield lambda: bar.advance(task)


def not_there(out: Console, operation_id: str) -> None:
    out.print(f"{operation_id}: there is no such operation, or it has expired")


def repaired(out: Console, repair: "Repair", *, dry_run: bool) -> None:
    """An operation: its counts before and after, the restarted tasks, and what is missing."""
    operation = repair.operation
    out.print(f"{operation.id}  {operation.status}, {operation.total:,} recipients")
    table = Table("count", box=None, pad_edge=False, padding=(0, 2, 0, 2))
    for title in ("before", "messages") if dry_run else ("before", "messages", "after"):
        table.add_column(title, justify="right")
    tallies = (repair.before, repair.rows) if dry_run else (repair.before, repair.rows, repair.after)
    for name in sorted({name for tally in tallies for name, count in tally.items() if count}):
        table.add_row(name.lower(), *(f"{tally[name]:,}" for tally in tallies))
    out.print(table)
    for line in _lines(repair, dry_run=dry_run):
        out.print(f"  {line}")


def _lines(repair: "Repair", *, dry_run: bool) -> Iterable[str]:
    stuck = repair.stuck
    put_back, woken, settled = (
        ("To put back", "To wake later", "To settle")
        if dry_run
        else ("Put back", "Woken later", "Being settled")
    )
    if stuck.chunks:
        yield f"{put_back}: {_numbers('chunk', stuck.chunks)}"
    if stuck.again:
        messages = sum(map(len, stuck.again.values()))
        yield f"{put_back} for another try: {messages:,} messages of {_numbers('chunk', sorted(stuck.again))}"
    if stuck.unsettled:
        yield f"{settled}: messages of unknown outcome in {_numbers('chunk', sorted(stuck.unsettled))}"
    if stuck.dues:
        yield f"{woken}: {_numbers('instant', stuck.dues)}"
    if stuck.gone:
        yield f"Missing: the recipients of {_numbers('chunk', stuck.gone)}, which cannot be sent any more"
    if stuck.stranded:
        yield f"Missing: a way on for {len(stuck.stranded):,} messages, the first is {stuck.stranded[0]}"
    if repair.moving:
        blocks = _numbers("block", sorted(repair.moving))
        yield f"Messages keep moving: the counts of {blocks} are as they were. Try again later"


def _numbers(word: str, numbers: Sequence[int]) -> str:
    """The chunks 1, 2 and so on; there may be a hundred."""
    shown = ", ".join(map(str, numbers[:_SHOWN_AT_MOST]))
    more = f" and {len(numbers) - _SHOWN_AT_MOST} more" if len(numbers) > _SHOWN_AT_MOST else ""
    return f"{word}{'s' if len(numbers) > 1 else ''} {shown}{more}"


def passed_over(out: Console, right: int, others: int) -> None:
    out.print(f"{right:,} operations are right, {others:,} were not")


# ------------------------------------------------------------------- dead letters


def piles(out: Console, piles: Iterable["Pile"], now: datetime) -> None:
    """The number of dead letters in each queue, and their kinds."""
    table = Table("queue", box=None, pad_edge=False)
    table.add_column("messages", justify="right")
    table.add_column("oldest", justify="right")
    table.add_column("what they are")
    for pile in piles:
        age = _age(pile.oldest, now) if pile.oldest else ""
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(pile.kinds.items()))
        if pile.looked_at < pile.depth:
            kinds += f" (of {pile.looked_at:,} looked at)"
        table.add_row(pile.name, f"{pile.depth:,}", age, kinds)
        for operation_id in sorted(pile.operation_ids)[:_SHOWN_AT_MOST]:
            table.add_row("", "", "", operation_id)
        if len(pile.operation_ids) > _SHOWN_AT_MOST:
            table.add_row("", "", "", f"and {len(pile.operation_ids) - _SHOWN_AT_MOST:,} more operations")
    out.print(table)


def _age(since: datetime, now: datetime) -> str:
    minutes = max(int((now - since).total_seconds() // 60), 0)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // (24 * 60)} d"


def redriven(out: Console, name: str, number: int) -> None:
    out.print(f"{name}: {number:,} sent back")


def not_redriven(notes: Console, name: str, why: str) -> None:
    notes.print(f"{name}: {why}")


def records_gone(out: Console, since: datetime | None, *, forgotten: bool) -> None:
    if since is None:
        out.print("stream: a dead letter that cannot be read. It stays; empty the queue when all is right")
        return
    at = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    hours = -(-int((datetime.now(UTC) - since).total_seconds()) // 3600) + 1
    end = "It is deleted" if forgotten else "Then delete it: herald redrive stream --forget"
    out.print(f"stream: the records since {at} are not in the stream any more.")
    out.print(f"  herald repair --all --since {hours}h finds what they were about. {end}")


def stream_redriven(out: Console, done: int, left: int) -> None:
    out.print(f"stream: {done:,} done" + (f", {left:,} left" if left else ""))
