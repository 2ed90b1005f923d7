"""`herald messages` and `herald message`."""

from typing import Any, get_args
from urllib.parse import quote

import click

from herald_cli import show
from herald_cli.client import MessageStatus
from herald_cli.message import SENDER_CHANNEL
from herald_cli.outside import Outside, date_of, outside, print_json


@click.command("message")
@click.argument("message_id")
@click.option("--json", "as_json", is_flag=True, help="Print what the API answered.")
@outside
def message_command(world: Outside, message_id: str, as_json: bool) -> None:
    """Show a message with its content and its attempts."""
    with world.connect() as herald:
        message = herald.message(message_id)
        if as_json:
            print_json(message)
            return
        people = []
        if len(message["to"]) > 1:
            path = f"Messages/{quote(message_id, safe='')}/Receipts"
            people = [each for page in herald.pages(path, pageSize=1000) for each in page["receipts"]]
    show.message(show.console(), message, people)


@click.command("messages")
@click.option("--to", metavar="+E164", help="Only those to a number.")
@click.option(
    "--from", "from_", metavar="ADDRESS", help="Only those from a sender or, received, from a number."
)
@click.option("--operation", "operation_id", metavar="OPERATION_ID", help="Only those of an operation.")
@click.option("--session", "session_id", metavar="SESSION_ID", help="Only those of a conversation.")
@click.option(
    "--status",
    type=click.Choice(get_args(MessageStatus), case_sensitive=False),
    metavar="STATUS",
    help="Such as DELIVERED.",
)
@click.option("--channel", type=SENDER_CHANNEL, metavar="SMS|RCS|WHATSAPP", help="Only those of a channel.")
@click.option(
    "--looks-like",
    type=click.Choice(("STOP",), case_sensitive=False),
    metavar="STOP",
    help="Only received ones that may be meant as an opt-out, and are no keyword.",
)
@click.option(
    "--details", is_flag=True, help="With reasons (JSON: content, attempts): a request for each message."
)
@click.option("--tag", "tags", multiple=True, metavar="K:V", help="Only those with a tag; may be repeated.")
@click.option("--start", metavar="DATE", help="Created after: 2026-01-31, or 2026-01-31T10:00:00Z.")
@click.option("--end", metavar="DATE", help="Created before.")
@click.option("--page-size", type=click.IntRange(1, 1000), help="50 unless told.")
@click.option("--page-token", metavar="TOKEN", help="Where the page before ended.")
@click.option("--all", "every", is_flag=True, help="This page and all that follow.")
@click.option("--json", "as_json", is_flag=True, help="A message per line, as the API answered.")
@outside
def messages_command(world: Outside, /, **given: Any) -> None:
    """List messages, newest first. With --status INBOUND or --looks-like, the replies, with their text."""
    # What looks like an opt-out was received.
    status = given["status"] or ("INBOUND" if given["looks_like"] else None)
    are_replies = status == "INBOUND"
    filters = {
        "to": given["to"],
        "from": given["from_"],
        "operationId": given["operation_id"],
        "sessionId": given["session_id"],
        "status": status,
        "looksLike": given["looks_like"],
        "channel": given["channel"],
        "tags": "".join(f"{tag.removesuffix(';')};" for tag in given["tags"]) or None,
        "startDate": date_of(given["start"]),
        "endDate": date_of(given["end"]),
        "pageSize": given["page_size"],
        "pageToken": given["page_token"],
    }
    out = show.console()
    with world.connect() as herald:
        for number, page in enumerate(herald.pages("Messages", **filters)):
            # A list has no content.
            whole = (are_replies and not given["as_json"]) or given["details"]
            found = [herald.message(each["id"]) if whole else each for each in page["messages"]]
            if given["as_json"]:
                for item in found:
                    print_json(item)
            elif are_replies:
                show.replies(out, found, header=number == 0)
            else:
                show.messages(out, found, header=number == 0)
            if not given["every"]:
                show.next_page(show.console(stderr=True), page["pagination"]["next"])
                break
