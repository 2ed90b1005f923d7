"""`herald demo`: 10,000 example messages on the stack of this folder."""

from collections.abc import Callable, Iterable, Iterator
from typing import IO, Final

import click

from herald_cli import show
from herald_cli.client import MessageToSend
from herald_cli.commands.sending import follow, send_rows
from herald_cli.outside import Outside, json_option, outside, print_json
from herald_cli.recipients import BadRecipientsError, RecipientFile, rereadable
from herald_cli.watch import Snapshot

CSV: Final = "examples/recipients.csv"
TEXT: Final = "Hi {{ name | default: 'there' }}, your order {{ order | default: '' }} is on its way."


@click.command()
@click.option("--csv", "file", type=click.File("rb"), default=CSV, show_default=True)
@click.option("--text", default=TEXT, show_default=True)
@click.option(
    "--patience",
    type=click.FloatRange(min=0),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait for receipts once all is sent and no count changes any more.",
)
@json_option
@outside
def demo(world: Outside, file: IO[bytes], text: str, patience: float, as_json: bool) -> None:
    """Send the example file, watch it, list some of its messages and add up.

    The same as `herald send --watch`, then `herald messages`, with the time that each part took.
    """
    out = show.console(stderr=as_json)
    context = click.get_current_context()
    try:
        recipients = RecipientFile(context.with_resource(rereadable(file)), name=file.name)
    except BadRecipientsError as bad:
        show.bad_lines(show.console(stderr=True), file.name, bad.problems, bad.count)
        raise click.exceptions.Exit(1) from bad
    message: MessageToSend = {"content": {"text": text}}
    with world.connect() as herald:
        start = world.clock()
        sent = send_rows(world, herald, recipients, message, as_json=as_json)
        accepted = world.clock() - start
        operation_ids = [each.operation_id for each in sent]
        times = {"accepted": accepted}
        last = follow(world, herald, operation_ids, patience, _note_times(times, accepted), as_json=as_json)
        show.title(out, "Some of its messages")
        page = herald.messages_page(operationId=operation_ids[-1], pageSize=10)
        show.messages(out, page["messages"])
    show.title(out, "Totals")
    show.totals(out, last.stats)
    show.title(out, "Time since the start")
    show.seconds(out, [(name, duration, recipients.count) for name, duration in times.items()])
    if as_json:
        print_json({"seconds": {name: round(each, 1) for name, each in times.items()}})


def _note_times(
    times: dict[str, float], accepted: float
) -> Callable[[Iterable[Snapshot]], Iterator[Snapshot]]:
    """Pass snapshots on, and note the times of the first in which all were sent, and all settled."""

    def note(snapshots: Iterable[Snapshot]) -> Iterator[Snapshot]:
        for snapshot in snapshots:
            if snapshot.handed_over:
                times.setdefault("all sent", accepted + snapshot.seconds)
            if snapshot.settled:
                times.setdefault("all settled", accepted + snapshot.seconds)
            yield snapshot

    return note
