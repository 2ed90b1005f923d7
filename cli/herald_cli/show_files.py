"""Output about recipient files: how a file was read, its oddities, and a preview of the messages."""

import csv
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from herald.model.amounts import dollars_of
from herald_cli import exits, show
from herald_cli.examine import Examined
from herald_cli.journal import Batch, Journal
from herald_cli.preview import Preview, named
from herald_cli.recipients import BadRecipientsError, Problem, RecipientFile, Row
from herald_cli.send import OtherRowsError

_MOST_NAMED = 8
_MOST_SAID_APART = 3


class Counted(Protocol):
    """Rows, and how many they are."""

    @property
    def count(self) -> int: ...
    def __iter__(self) -> Iterator[Row]: ...


# ------------------------------------------------------------------- findings


def findings(out: Console, recipients: RecipientFile, found: Examined) -> None:
    """Print how a file was read, its oddities, and a preview of the messages."""
    name = recipients.table.name
    show.line(
        out, f"{name}: read as {recipients.table.how}; numbers from the column {_address(recipients)!r}"
    )
    for hint in _hints(recipients, found):
        show.line(out, f"note: {hint}")
    if found.preview:
        _preview(out, found.preview)
    if found.schedule and not found.problems:
        show.line(out, _scheduled(found.schedule))
    if found.is_sendable:
        failing = found.preview.failing if found.preview else 0
        but = f", and {failing:,} whose message would fail" if failing else ""
        show.line(out, f"{show.people(recipients.count - failing)} to send to{but}")


def findings_json(recipients: RecipientFile, found: Examined) -> dict[str, Any]:
    """The same for programs."""
    checked, shown = recipients.found, found.preview
    return {
        "file": recipients.table.name,
        "readAs": recipients.table.how,
        "addressColumn": _address(recipients),
        "variables": list(recipients.columns.variables),
        "recipients": recipients.count,
        "bad": checked.bad,
        "duplicates": checked.duplicates,
        "empty": dict(checked.empty),
        "missingVariables": list(found.fit.missing) if found.fit else [],
        "problems": dict(found.problems),
        "failing": shown.failing if shown else None,
        "sendAt": next(iter(found.schedule), None),
        "notes": list(_hints(recipients, found)),
        "parts": shown.parts if shown else None,
        "partsOfRows": shown.rows if shown else None,
        "dollars": None if not shown or shown.nanos is None else dollars_of(shown.nanos),
        "unpriced": shown.unpriced if shown else None,
        "samples": [{"address": address, "text": text} for address, text in shown.samples] if shown else [],
    }


def _address(recipients: RecipientFile) -> str:
    return recipients.columns.titles[recipients.columns.address]


def _hints(recipients: RecipientFile, found: Examined) -> Iterator[str]:
    yield from recipients.columns.hints
    checked = recipients.found
    for change, number in checked.changes.most_common():
        row = checked.first_changes[change]
        example = f"line {row.line}: {row.written.strip()!r} -> {row.recipient['address']}"
        yield f"{_rows(number)}: {change} ({example})"
    if checked.first_duplicate:
        line, before = checked.first_duplicate
        first = f"line {line} has the number of line {before}"
        which = f"{_rows(checked.duplicates)} with a number of an earlier row ({first})"
        yield which + (
            ": left out"
            if recipients.reading.unique
            else ": each row is a message; --unique sends one to a number"
        )
    fit = found.fit
    if fit:
        for column, variable in fit.renamed.items():
            yield f"the column {column!r} is taken for {{{{ {variable} }}}}"
        if fit.unused:
            yield f"columns that the text does not use: {_listed(fit.unused)}"
    for name, number in checked.empty.items():
        if fit is None or name not in fit.unused:
            yield f"{name} is empty in {_rows(number)}"
    for name, number in checked.placeholders.items():
        if fit is None or name not in fit.unused:
            yield f"{name} is a placeholder such as N/A in {_rows(number)}, and is sent as it stands"
    for name in sorted(found.calculated & checked.commas.keys()):
        line, value = checked.first_commas[name]
        rows = f"{name} has a comma in {_rows(checked.commas[name])}"
        yield (
            f"{rows}, and a filter or a comparison counts it as 0 (line {line}: {value!r}): "
            "docs/liquid.md, Money, has the cure"
        )
    if checked.bad:
        yield f"{_rows(checked.bad)} cannot be sent and will be left out"


def _scheduled(times: Sequence[str]) -> str:
    """The schedule in words: a wrong zone or month is seen before it is too late."""
    at = datetime.fromisoformat(times[0])
    seconds = f"{at:%S}" if at.second else ""
    where = f" {at.tzname()}" if at.tzinfo else " in each recipient's time zone"
    more = "; only the first --schedule counts" if len(times) > 1 else ""
    return f"scheduled for {at:%a %d %b %Y, %H:%M}{seconds and ':'}{seconds}{where}{more}"


def _preview(out: Console, shown: Preview) -> None:
    for address, text in shown.samples:
        show.line(out, f"  {address}  {show.printable(text)}")
    if shown.failing and shown.first_failure:
        line, why = shown.first_failure
        rows = _rows(shown.failing)
        why = show.printable(why)
        show.line(out, f"note: the messages of {rows} would fail: line {line}: {why}")
    if not shown.parts:
        return
    encodings = ", ".join(f"{number:,} {name}" for name, number in shown.encodings.most_common())
    parts = "1 SMS part" if shown.parts == 1 else f"{shown.parts:,} SMS parts"
    show.line(out, f"{parts} (at most {shown.most_parts} a message; {encodings})")
    if shown.nanos is not None:
        show.line(out, f"{dollars_of(shown.nanos)} US dollars as SMS, by the price table")
    if shown.unpriced:
        show.line(
            out, f"note: {_rows(shown.unpriced)} of countries without a price: counted as the dearest country"
        )
    _dear(out, shown)


def _dear(out: Console, shown: Preview) -> None:
    """Print the characters that make a text UCS-2: each by its name, or only the first of a script's many."""
    tail = "makes the text UCS-2: 70 characters a part, not 160"
    every = sorted(shown.dear.items(), key=lambda each: (-each[1], each[0]))
    if len(every) > _MOST_SAID_APART:
        some = " ".join(letter for letter, _ in every[:_MOST_NAMED])
        show.line(out, f"note: {len(every)} characters ({some} ...): each {tail}")
        return
    for letter, number in every:
        show.line(out, f"note: {named(letter)} in {_rows(number)} {tail}")


def _listed(names: Iterable[str]) -> str:
    every = list(names)
    return ", ".join(every[:_MOST_NAMED]) + (
        f" and {len(every) - _MOST_NAMED} more" if len(every) > _MOST_NAMED else ""
    )


def _rows(number: int) -> str:
    return "1 row" if number == 1 else f"{number:,} rows"


# -------------------------------------------------------------------- refusals


def bad_recipients(notes: Console, name: str, bad: BadRecipientsError) -> None:
    """Print which rows of a file cannot be sent, and how to continue."""
    show.bad_lines(notes, name, bad.problems, bad.count)
    show.line(notes, "Nothing was sent.")
    if bad.problems and bad.problems[0].cells:
        show.line(notes, "To send to the other rows: --skip-bad")


def changed_meanwhile(notes: Console, bad: BadRecipientsError) -> None:
    """Print that a file changed while it was sent."""
    for problem in bad.problems:
        show.line(notes, f"line {problem.line}: {show.printable(problem.message)}")
    show.line(notes, "The file has changed since it was checked. What was accepted is listed above.")


def refusal(notes: Console, found: Examined) -> int:
    """Print why a message cannot be sent to a file. The exit code."""
    if found.missing:
        _misfit(notes, found)
        return exits.FILE
    for path, message in found.problems.items():
        show.problem(notes, f"{_SUBJECTS.get(path, path)}: {message}".replace(": is ", " is ", 1))
        if hint := _hint(message):
            show.line(notes, hint)
    if found.problems:
        show.line(notes, "Nothing was sent.")
        return exits.USAGE
    show.line(notes, "Error: The message of no recipient can be sent. Nothing was sent.")
    return exits.FILE


_SUBJECTS = {
    "$.content.text": "the text",
    "$.schedule.sendAt": "--schedule",
    "$.content.contentId": "--content-id",
}


def _hint(message: str) -> str | None:
    """The name of a variable whose title in a spreadsheet has spaces."""
    found = re.search(r'{{ \["(\w+(?: +\w+)+)"\] }}', message)
    return f"For the column {found[1]!r} write {{{{ {re.sub(' +', '_', found[1])} }}}}." if found else None


def _misfit(notes: Console, found: Examined) -> None:
    """Print which variables of the text have no column."""
    for name in found.missing:
        close = found.fit.missing[name] if found.fit else None
        meant = f" (is it {close!r}?)" if close else ""
        show.line(notes, f"Error: the text names {{{{ {name} }}}}, and no column is called so{meant}.")
    show.line(
        notes,
        "Nothing was sent. Rename it, give --column, or --allow-missing for a variable that may be missing.",
    )


def sent_before(notes: Console, journals: Sequence[Journal], *, is_other: bool = False) -> None:
    """Print that a file was sent with this text before; `is_other`: with other options or credentials."""
    batches = [batch for each in journals for batch in (*each.earlier, *each.batches.values())]
    last = max((batch.at for batch in batches), default=0.0)
    when = datetime.fromtimestamp(last, UTC).strftime("%Y-%m-%d %H:%M UTC")
    how = f"with other options or credentials, {when}" if is_other else when
    show.line(notes, f"Error: this file was sent with this text before ({how}). Nothing was sent now.")
    for batch in [batch for batch in batches if batch.operation_id][:_MOST_NAMED]:
        show.line(notes, f"  {batch.operation_id}")
    for each in journals:
        if each.batches and not each.is_complete:
            done = show.people(sum(batch.recipients for batch in each.accepted))
            show.line(
                notes,
                f"That send is unfinished: {done} were accepted. "
                "The same command as then, with the same options and credentials, sends the rest.",
            )
    show.line(notes, "To send it once more, to the same people: --again")


def other_rows(notes: Console, other: OtherRowsError) -> None:
    """Print that a send cannot be resumed, because its requests would have other rows now."""
    before, now = other.before, other.now
    show.line(
        notes,
        f"Error: another version of herald began this send: its request had lines {before.first:,} to "
        f"{before.last:,} ({show.people(before.recipients)}) where this one has lines {now.first:,} to "
        f"{now.last:,} ({show.people(now.recipients)}). Nothing more was sent.",
    )
    show.line(notes, "Resume it with that version, or send the rest of the lines as a file of its own.")


def rest_of_file(notes: Console, line: int) -> None:
    """Print how to send the lines of a file from `line` on, after the API has refused one of its requests."""
    show.line(
        notes,
        "The same command sends the rest. A corrected file is a new file, which would be sent to all of them "
        f"again: in it, keep the header and the lines from {line:,} on only, or cancel the operations above "
        "first.",
    )


def in_doubt(notes: Console, doubt: Batch, journal: Journal) -> None:
    """Print that it is unknown whether some lines were accepted."""
    show.line(
        notes,
        f"Error: a send of this file ended more than a day ago while lines {doubt.first:,} to {doubt.last:,} "
        "were under way. It is unknown whether the API took them.",
    )
    show.line(
        notes,
        "Look for their operation: herald operations list. Then remove its line, or this file, to go on:",
    )
    show.line(notes, f"  {journal.path}")


def goes_on(notes: Console, journal: Journal) -> None:
    """Print that an interrupted send is resumed."""
    done = sum(batch.recipients for batch in journal.accepted)
    show.line(
        notes, f"note: going on with a send that was interrupted; {show.people(done)} were accepted before"
    )


def rejected(notes: Console, recipients: RecipientFile, name: str) -> None:
    """Write the rows that are left out to a file, with the reasons, for its owner only to read."""
    path = Path(f"{name if name not in {'-', '<stdin>'} else 'recipients'}.rejected.csv")
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    # With a byte order mark and the file's separator, a spreadsheet opens it as it opened the file.
    with open(descriptor, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, delimiter=recipients.table.separator, lineterminator="\n")
        writer.writerow(["line", "reason", *recipients.columns.titles])
        for problem in recipients.rejected():
            writer.writerow(_rejected_row(problem))
    show.line(notes, f"{_rows(recipients.found.bad)} left out, with the reasons: {path}")


def _rejected_row(problem: Problem) -> list[str]:
    return [str(problem.line), problem.message, *problem.cells]


def failures(
    notes: Console, reasons: Mapping[tuple[str, str], int], lost: int, operation_ids: Sequence[str]
) -> None:
    """Print why messages of operations did not arrive, and how to list the undelivered ones."""
    show.line(notes, f"{lost:,} did not arrive:")
    for (code, message), number in sorted(reasons.items(), key=lambda each: -each[1]):
        show.line(notes, f"  {number:,}  {code}  {show.printable(message)}{show.cure(code)}")
    rest = lost - sum(reasons.values())
    if rest > 0:
        show.line(notes, f"  {rest:,}  undelivered; to see them:")
        for operation_id in operation_ids[:_MOST_NAMED]:
            show.line(notes, f"    herald messages --status UNDELIVERED --operation {operation_id}")


def progress(notes: Console, recipients: Counted) -> Iterator[Row]:
    """The rows, with one progress bar if there is a terminal."""
    if not notes.is_terminal:
        yield from recipients
        return
    columns = TextColumn("reading and sending"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=notes, transient=True) as bar:
        yield from bar.track(recipients, total=recipients.count)
