"""Output for people: progress, tables, errors, all worded and laid out here.

Consoles are made by `console`, and texts of the API pass `printable`: they can
hold brackets that are not markup, and control characters.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from herald_cli import exits
from herald_cli.client import (
    LIMITS_REACHED,
    ApiError,
    HeraldError,
    Message,
    MessageAddress,
    MessageAttempt,
    MessageMetadata,
    MessageOperation,
    Stats,
    TwilioError,
    is_unsure,
)
from herald_cli.recipients import Problem, Row
from herald_cli.send import Sent, StoppedError
from herald_cli.watch import ENDED, WAITING, Snapshot

if TYPE_CHECKING:
    from herald_cli.export import Costs
    from herald_cli.sender_import import Step

_STYLES = {
    "scheduled": "cyan",
    "queued": "cyan",
    "sent": "blue",
    "delivered": "green",
    "read": "green",
    "undelivered": "yellow",
    "failed": "red",
    "canceled": "magenta",
    "unaddressable": "magenta",
    "processing": "blue",
    "completed": "green",
}
_ALWAYS_SHOWN = ("queued", "sent", "delivered", "undelivered", "failed")
_SECONDS_BETWEEN_LINES = 1.0
_WIDTH_OF_A_FILE = 200
_WIDTH_OF_MESSAGES = 130


def console(*, stderr: bool = False) -> Console:
    """Standard output, or standard error. Output to a file is not cut to the width of a terminal."""
    made = Console(stderr=stderr, markup=False, highlight=False, emoji=False)
    if not made.is_terminal:
        made.width = _WIDTH_OF_A_FILE
    return made


# ------------------------------------------------------------------- sending


def sent(notes: Console, request: Sent) -> None:
    """Say that a request was accepted."""
    how = "accepted before" if request.was_known else f"accepted in {request.seconds:.1f} s"
    notes.print(f"{people(request.recipients)} {how}", style="dim")


def bad_lines(notes: Console, name: str, problems: Sequence[Problem], count: int) -> None:
    """Print the errors of lines of a file: the first of them, and their number."""
    for problem in problems:
        line(notes, f"{name}:{problem.line}: {printable(problem.message)}")
    if count > len(problems):
        line(notes, f"... and {count - len(problems):,} more")


def imported_lines(notes: Console, rows: Sequence[Row]) -> None:
    """Say how far an import has come."""
    notes.print(f"lines {rows[0].line:,} to {rows[-1].line:,} taken", style="dim")


def import_stopped(notes: Console, cause: BaseException, rows: Sequence[Row]) -> None:
    """Print why an import stopped, and how to continue it."""
    if isinstance(cause, ApiError):
        errors(notes, cause, rows)
    else:
        problem(notes, str(cause) or "interrupted")
    line(notes, f"Lines before {rows[0].line} were taken. Go on with --from-line {rows[0].line}.")


def stopped(notes: Console, stop: StoppedError, accepted: int, key: str, *, is_kept: bool = False) -> None:
    """Print why a request did not succeed, and which recipients have been accepted nevertheless.

    `is_kept`: a journal has the rest, so the same command resumes.
    """
    if isinstance(stop.cause, ApiError):
        errors(notes, stop.cause, stop.rows)
    else:
        problem(notes, str(stop.cause))
    first, last = stop.rows[0].line, stop.rows[-1].line
    if accepted:
        line(notes, f"Accepted, in the operations above: {people(accepted)}, those before line {first:,}.")
    if is_unsure(stop.cause):
        which = f"lines {first:,} to {last:,}" if last else "the recipients"
        line(notes, f"It is unknown whether the API took {which}. {_again(key, is_kept=is_kept)}")
    else:
        line(notes, "The rest was not sent." if accepted else "Nothing was sent.")


def exit_code(cause: HeraldError) -> int:
    """The exit code of a request that did not succeed."""
    return exits.REFUSED if isinstance(cause, ApiError) else exits.UNREACHED


def interrupted(notes: Console, key: str, *, is_kept: bool = False) -> None:
    """Print what an interruption in the middle of a request means."""
    line(notes, "Interrupted. It is unknown whether the API took the request that was under way.")
    line(notes, _again(key, is_kept=is_kept))


def _again(key: str, *, is_kept: bool) -> str:
    if is_kept:
        return "To send the rest and nothing twice, within 24 hours: the same command once more."
    return f"To send the rest and nothing twice, within 24 hours: the same with --idempotency-key={key}"


def problem(notes: Console, words: str) -> None:
    """Say what is wrong."""
    line(notes, f"Error: {printable(words)}")


def errors(notes: Console, refusal: ApiError, rows: Sequence[Row] = ()) -> None:
    """Print the API's errors one per line, each with its line of the file, and what to do."""
    for error in refusal.errors:
        context = error.get("context") or ""
        words = f"{error['code']}  {error['message']}{_origin(context, rows)}"
        line(notes, printable(f"{context}  {words}" if context else words))
    _next_step(notes, refusal)


def _next_step(notes: Console, refusal: ApiError) -> None:
    """Print the request, and what to do if the errors themselves do not say so."""
    steps = {
        401: "`herald config` lists the profiles; `herald login` keeps other credentials",
        403: "use the credentials of an account, or of a key, that may do this",
        404: "see what this account has: `herald operations list`, `herald messages`",
        429: "run it again in a moment",
        503: "run it again in a moment",
    }
    default = "run it again; if that does not help, `herald doctor` checks the stack"
    step = steps.get(refusal.status, default if refusal.status >= 500 else "")
    if any(error["code"] in LIMITS_REACHED for error in refusal.errors):
        step = (
            "`herald limits` shows what is left and when it resets; the operator sets `herald account limit`"
        )
    if refusal.is_foreign:
        step = "give the base URL as the stack's output ApiUrl or `make run` prints it: it ends with /v1"
    if step:
        line(notes, f"{refusal.asked} was refused with {refusal.status}. Next: {step}.")


def cure(code: object) -> str:
    """What to do about an error of a recipient, in brackets; nothing if its text says it."""
    if str(code) != "99003":
        return ""
    return " (the account needs a sender of a channel that reaches the number: `herald sender add`)"


def _origin(context: str, rows: Sequence[Row]) -> str:
    found = re.match(r"\$\.(?:to|suppressions)\[(\d+)\]", context)
    if not found or int(found[1]) >= len(rows):
        return ""
    row = rows[int(found[1])]
    return f" (line {row.line})" if row.line else f" ({row.recipient['address']})"


# ------------------------------------------------------------------ watching


def follow(out: Console, snapshots: Iterable[Snapshot]) -> Snapshot:
    """Draw the snapshots as they come, and return the last."""
    return _bar(out, snapshots) if out.is_terminal else _plain(out, snapshots)


def _bar(out: Console, snapshots: Iterable[Snapshot]) -> Snapshot:
    last = None
    with Live(console=out, auto_refresh=False) as live:
        for last in snapshots:
            live.update(_progress(last), refresh=True)
    return _given(last)


def _plain(out: Console, snapshots: Iterable[Snapshot]) -> Snapshot:
    """A line when the counts have changed, at most one a second; the last counts in any case."""
    last = shown = None
    for last in snapshots:
        changed = shown is None or _summary_of(last) != _summary_of(shown)
        due = shown is None or last.seconds - shown.seconds >= _SECONDS_BETWEEN_LINES
        if changed and due:
            out.print(_summary(last))
            shown = last
    last = _given(last)
    if shown is None or _summary_of(last) != _summary_of(shown):
        out.print(_summary(last))
    return last


def _summary_of(snapshot: Snapshot) -> tuple[Stats, str]:
    """All of a line but its time."""
    return snapshot.stats, _marks(snapshot.operations)


def _given(snapshot: Snapshot | None) -> Snapshot:
    if snapshot is None:
        raise ValueError("nothing was watched")
    return snapshot


def _progress(snapshot: Snapshot) -> RenderableType:
    stats = snapshot.stats
    number = _number(stats)
    bar = Table.grid(padding=(0, 2), expand=True)
    bar.add_column(ratio=1)
    bar.add_column(no_wrap=True)
    bar.add_column(no_wrap=True)
    bar.add_row(
        ProgressBar(total=number or 1, completed=snapshot.ended),
        f"{snapshot.ended:>{len(f'{number:,}')},}/{number:,} settled",
        _duration(snapshot.seconds),
    )
    return Group(_heading(snapshot.operations), bar, _counts(stats))


def _heading(operations: Sequence[MessageOperation]) -> Text:
    marks = _marks(operations)
    marked = Text(f"  {marks}" if marks else "", style="yellow")
    if len(operations) == 1:
        return Text.assemble((operations[0]["id"], "bold"), "  ", _colored(operations[0]["status"]), marked)
    heading = Text(f"{len(operations)} operations", style="bold")
    for status, number in Counter(operation["status"] for operation in operations).items():
        heading.append_text(Text.assemble("  ", f"{number} ", _colored(status)))
    return heading.append_text(marked)


def _marks(operations: Sequence[MessageOperation]) -> str:
    """What is special about operations beside their counts: that they are paused, or wait, or only try."""
    paused = sum(each.get("paused", False) for each in operations)
    waiting = sum(each.get("quiet", 0) for each in operations)
    marks = []
    if any(each.get("dryRun") for each in operations):
        marks.append("dry run")
    if paused:
        marks.append("paused" if len(operations) == 1 else f"{paused} paused")
    if waiting:
        marks.append(f"{waiting:,} {'waits' if waiting == 1 else 'wait'} for the end of quiet hours")
    return ", ".join(marks)


def _summary(snapshot: Snapshot) -> Text:
    stats, marks = _summary_of(snapshot)
    return Text.assemble(
        f"{snapshot.seconds:6.1f} s  {snapshot.ended:,}/{_number(stats):,} settled  ",
        _counts(stats),
        f"  {marks}" if marks else "",
    )


def _counts(stats: Stats) -> Text:
    """The counts by status, in the order of a message's life. Rare ones are left out while they are zero."""
    counts = [
        Text.assemble((name, _STYLES[name] if stats[name] else "dim"), f" {stats[name]:,}")
        for name in (*WAITING, *ENDED)
        if stats[name] or name in _ALWAYS_SHOWN
    ]
    return Text("  ").join(counts)


def watched(notes: Console, last: Snapshot) -> None:
    """Print how the watching ended, if not all messages are final."""
    if not last.quiet:
        return
    open_ = _number(last.stats) - last.ended
    messages = "1 message" if open_ == 1 else f"{open_:,} messages"
    line(notes, f"Stopped waiting: the carrier has not reported on {messages}, and may yet.")


def left(notes: Console, operation_ids: Sequence[str]) -> None:
    """Print that the operations continue."""
    goes = "The operation goes on" if len(operation_ids) == 1 else "The operations go on"
    line(notes, f"Stopped watching. {goes}; see it with: herald watch {' '.join(operation_ids)}")


# ------------------------------------------------------------------- reading


def operation(out: Console, shown: MessageOperation) -> None:
    """Print an operation and its counts."""
    out.print(_heading([shown]))
    out.print(f"created {_time(shown['createdAt'])}, updated {_time(shown['updatedAt'])} UTC", style="dim")
    totals(out, shown["stats"], groups=shown.get("groups", 0))


def of_groups(notes: Console, operation: MessageOperation) -> None:
    """Print where the results for the people of groups are: the counts have the group as a whole."""
    if groups := operation.get("groups"):
        which = "1 message to a group" if groups == 1 else f"{groups:,} messages to groups"
        line(
            notes,
            f"note: {which}; the result for each person: herald operations export {operation['id']}"
            " --output report.csv",
        )


def operations(out: Console, page: Sequence[MessageOperation], *, header: bool = True) -> None:
    """Print a page of operations as a table."""
    if header and not page:
        out.print("no operations", style="dim")
        return
    table = _listing(header=header)
    table.add_column("id", no_wrap=True, min_width=42)
    table.add_column("status", no_wrap=True, min_width=10)
    for name in ("recipients", "delivered", "failed", "waiting"):
        table.add_column(name, no_wrap=True, min_width=10, justify="right")
    table.add_column("created (UTC)", no_wrap=True, min_width=14)
    table.add_column("", no_wrap=True)
    for each in page:
        stats = each["stats"]
        bad = stats["failed"] + stats["undelivered"] + stats["unaddressable"]
        numbers = (
            max(stats["total"], stats["recipients"]),
            stats["delivered"] + stats["read"],
            bad,
            stats["queued"] + stats["scheduled"],
        )
        created = _moment(each["createdAt"]).strftime("%m-%d %H:%M:%S")
        counts = (f"{number:,}" for number in numbers)
        table.add_row(each["id"], _colored(each["status"]), *counts, created, _marks([each]))
    _print_wide(out, table)


def totals(out: Console, stats: Stats, *, groups: int = 0) -> None:
    """Print the counts as a column of numbers with their shares.

    `groups`: messages to groups that were handed over, which are in no other count.
    """
    number = _number(stats)
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right", style="dim")
    for name in (*WAITING, *ENDED):
        if stats[name] or name in _ALWAYS_SHOWN:
            share = f"{stats[name] / number:.1%}" if number else ""
            table.add_row(
                Text(name, style=_STYLES[name] if stats[name] else "dim"), f"{stats[name]:,}", share
            )
    if groups:
        table.add_row("group", f"{groups:,}", f"{groups / number:.1%}")
    table.add_row("total", f"{stats['total']:,}", style="bold")
    table.add_row("attempts", f"{stats['attempts']:,}", style="dim")
    out.print(table)


def costs(notes: Console, sums: "Costs") -> None:
    """Print the sums of what carriers have reported."""
    if not sums.messages:
        line(notes, "no carrier has reported a cost")
        return
    price = sums.price() or "no price"
    line(notes, f"reported cost: {sums.messages:,} recipients, {sums.parts:,} parts, {price}")


def message(out: Console, shown: Message, people: Sequence[Any] = ()) -> None:
    """Print a message with its content and its attempts; `people`: the receipts of a group."""
    out.print(Text.assemble((shown["id"], "bold"), "  ", _colored(shown["status"])))
    facts = Table.grid(padding=(0, 2))
    facts.add_column(style="dim", no_wrap=True)
    facts.add_column(overflow="fold")
    facts.add_row("from", _full_address(shown["from"]))
    for address in shown["to"]:
        facts.add_row("to", _full_address(address))
    facts.add_row("created", _time(shown["createdAt"]))
    facts.add_row("updated", _time(shown["updatedAt"]))
    if shown["scheduledFor"]:
        facts.add_row("scheduled", _time(shown["scheduledFor"]))
    for key, value in shown["tags"].items():
        facts.add_row("tag", f"{key}:{value}")
    for related in shown["related"]:
        facts.add_row(related["name"].lower(), related["id"])
    for name, value in _content(shown):
        facts.add_row(name, printable(value))
    for name, value in _keywords(shown):
        facts.add_row(name, value)
    for number, attempt in enumerate(shown["attempts"], start=1):
        facts.add_row(f"attempt {number}", _attempt(attempt))
    for receipt in people:
        got = Text.assemble(_full_address(receipt["to"]), "  ", _colored(receipt["status"]))
        if receipt["error"]:
            got.append(printable(f"\n{_error(receipt['error'])}"))
        facts.add_row("receipt", got)
    out.print(facts)


def _attempt(attempt: MessageAttempt) -> Text:
    """An attempt: its status, time and sender, and its error and its cost if there are any."""
    tried = Text.assemble(
        _colored(attempt["status"]),
        f"  {_time(attempt['attemptedAt'])}  from {_full_address(attempt['from'])}",
    )
    if attempt["error"]:
        tried.append(printable(f"\n{_error(attempt['error'])}"))
    if billed := _cost(attempt.get("billing")):
        tried.append(f"\n{printable(billed)}")
    return tried


def _keywords(shown: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The keyword that a received message is, or may be meant as."""
    for field, words in (("keyword", "keyword"), ("looksLike", "looks like")):
        if shown.get(field):
            yield words, printable(str(shown[field]))


def _cost(billing: Any) -> str:
    """What the carrier has reported of the cost: `1 part, 0.00883 USD`."""
    found = billing or {}
    parts, price = found.get("parts"), found.get("price")
    said = [] if parts is None else ["1 part" if parts == 1 else f"{parts} parts"]
    return ", ".join(said + ([f"{price} {found.get('currency') or ''}".strip()] if price else []))


def _listing(*, header: bool) -> Table:
    return Table(box=None, show_header=header, header_style="dim", pad_edge=False, padding=(0, 1, 0, 0))


def _print_wide(out: Console, table: Table) -> None:
    # A narrow terminal breaks the lines: better than ids that are cut off.
    width, out.width = out.width, max(out.width, _WIDTH_OF_MESSAGES)
    out.print(table)
    out.width = width


def replies(out: Console, page: Sequence[Message], *, header: bool = True) -> None:
    """Print a page of received messages as a table, with what people wrote."""
    if header and not page:
        out.print("no messages", style="dim")
        return
    table = _listing(header=header)
    table.add_column("id", no_wrap=True, min_width=43)
    table.add_column("from", no_wrap=True, min_width=16)
    table.add_column("received (UTC)", no_wrap=True, min_width=14)
    # STOP? is what looks like a STOP and is none: a person has to read it.
    table.add_column("keyword", no_wrap=True, min_width=7)
    table.add_column("text", overflow="fold")
    for item in page:
        meant = ", ".join(f"{word}?" if name == "looks like" else word for name, word in _keywords(item))
        received = _moment(item["createdAt"]).strftime("%m-%d %H:%M:%S")
        said = " ".join(printable(value) for _, value in _content(item))
        table.add_row(item["id"], _address(item["from"]), received, meant, said.replace("\n", " "))
    _print_wide(out, table)


def messages(out: Console, page: Sequence[MessageMetadata], *, header: bool = True) -> None:
    """Print a page of messages as a table. Later pages of the same list go without a header."""
    if header and not page:
        out.print("no messages", style="dim")
        return
    table = _listing(header=header)
    # Ids are there to be copied, and all of a list's pages should stand in the same columns.
    table.add_column("id", no_wrap=True, min_width=43)
    table.add_column("to", no_wrap=True, min_width=12)
    table.add_column("from", no_wrap=True, min_width=12)
    table.add_column("status", no_wrap=True, min_width=11)
    table.add_column("updated (UTC)", no_wrap=True, min_width=14)
    # Only a message that was fetched has its error.
    table.add_column("reason" if any(item.get("error") for item in page) else "", overflow="fold")
    for item in page:
        to = ", ".join(_address(address) for address in item["to"])
        updated = _moment(item["updatedAt"]).strftime("%m-%d %H:%M:%S")
        reason = printable(_error(error)) if (error := item.get("error")) else ""
        table.add_row(item["id"], to, _address(item["from"]), _colored(item["status"]), updated, reason)
    _print_wide(out, table)


def next_page(notes: Console, token: str | None) -> None:
    """Print how to get the next page."""
    if token:
        line(notes, f"More: --page-token {token}")


def _content(shown: Message) -> Iterator[tuple[str, str]]:
    content = shown["content"]
    if "text" in content:
        yield "text", str(content["text"])
    for media in content.get("media", []):
        yield "media", str(media.get("url") or media.get("fileName"))
    for name, value in content.items():
        if name not in ("text", "media"):
            yield name, str(value)


def _error(error: TwilioError) -> str:
    return f"{error['code']}  {error['message']}"


def _address(address: MessageAddress) -> str:
    return printable(address["address"])


def _full_address(address: MessageAddress) -> str:
    return printable(f"{address['address']} {address['channel']}")


# ----------------------------------------------------------------- operating


def imported(out: Console, steps: Sequence["Step"], *, dry_run: bool) -> None:
    """Print the result for each sender, and in the end their numbers by result."""
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 1, 0, 0))
    for name in ("", "channel", "address", "parts/s", "", "sender"):
        table.add_column(name, no_wrap=True, justify="right" if name == "parts/s" else "left")
    for step in steps:
        rate = "-" if step.per_second is None else str(step.per_second)
        note = Text(printable(step.note), style="dim")
        table.add_row(step.outcome, step.channel, printable(step.address), rate, note, step.sender_id or "-")
    if steps:
        width, out.width = out.width, max(out.width, _WIDTH_OF_MESSAGES)
        out.print(table)
        out.width = width
    counts = Counter(str(step.outcome) for step in steps)
    line(out, ", ".join(f"{number} {outcome}" for outcome, number in counts.items()) or "no senders")
    if dry_run:
        line(out, "This was a dry run: nothing was changed.")


# ------------------------------------------------------------------ wordings


def seconds(out: Console, durations: Sequence[tuple[str, float, int]]) -> None:
    """Print durations, and the messages a second."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column()
    table.add_column(justify="right")
    table.add_column(justify="right", style="dim")
    for name, duration, number in durations:
        rate = f"{number / duration:,.0f} a second" if duration else ""
        table.add_row(name, f"{duration:.1f} s", rate)
    out.print(table)


def title(out: Console, words: str) -> None:
    """Print a title above what follows."""
    out.print()
    out.print(words, style="bold")


def line(notes: Console, words: str) -> None:
    """Print words that the terminal may break, and nothing else."""
    notes.print(words, soft_wrap=True)


def people(number: int) -> str:
    """A number of recipients in words."""
    return "1 recipient" if number == 1 else f"{number:,} recipients"


def _number(stats: Stats) -> int:
    # A group has several recipients and is one message.
    return stats["total"] or stats["recipients"]


def _colored(status: str) -> Text:
    return Text(status, style=_STYLES.get(status.lower(), ""))


def _duration(passed: float) -> str:
    minutes, rest = divmod(int(passed), 60)
    return f"{minutes}:{rest:02}"


def _moment(time: str) -> datetime:
    return datetime.fromisoformat(time).astimezone(UTC)


def _time(time: str) -> str:
    return _moment(time).strftime("%Y-%m-%d %H:%M:%S")


def printable(words: str) -> str:
    """The words without the control characters that could move the cursor or color the terminal."""
    return "".join(
        letter if letter.isprintable() or letter == "\n" else "\N{REPLACEMENT CHARACTER}" for letter in words
    )
