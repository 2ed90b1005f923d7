"""`herald audit`: which credential asked for which change, when, and the outcome."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import click

from herald_cli import show, show_access
from herald_cli.operator import plain_errors, stack_option
from herald_cli.outside import Outside, date_of, json_option, outside, print_json

_PAGE = 200


@click.command()
@click.option(
    "--account",
    "account_sid",
    metavar="AC...",
    help="Read the table with AWS credentials. Else the API, with the account's own.",
)
@click.option("--actor", metavar="SK...", help="Of this key, account SID, or `operator`.")
@click.option("--resource", metavar="ID", help="Of this operation, sender or other resource.")
@click.option("--start", metavar="DATE", help="After: 2026-01-31, or 2026-01-31T10:00:00Z.")
@click.option("--end", metavar="DATE", help="Before.")
@click.option("--all", "every", is_flag=True, help="All of them; else the newest 200.")
@json_option
@stack_option
@outside
def audit(
    world: Outside,
    account_sid: str | None,
    actor: str | None,
    resource: str | None,
    start: str | None,
    end: str | None,
    every: bool,
    as_json: bool,
    stack_name: str,
) -> None:
    """List changes and the key of each, newest first: requests, also refused ones, and commands."""
    filters = {"actor": actor, "resourceId": resource, "startDate": date_of(start), "endDate": date_of(end)}
    pages = _of_stack(stack_name, account_sid, filters) if account_sid else _of_api(world, filters)
    out = show.console()
    with plain_errors():
        for number, (events, goes_on) in enumerate(pages):
            if as_json:
                for each in events:
                    print_json(each)
            else:
                show_access.events(out, events, header=number == 0)
            if not every:
                if goes_on:
                    click.echo("There are more: --all", err=True)
                break


_Page = tuple[Sequence[Mapping[str, Any]], bool]


def _of_api(world: Outside, filters: Mapping[str, str | None]) -> Iterator[_Page]:
    with world.connect() as herald:
        for page in herald.pages("AuditEvents", pageSize=_PAGE, **filters):
            yield page["auditEvents"], page["pagination"]["next"] is not None


def _of_stack(stack_name: str, account_sid: str, filters: Mapping[str, str | None]) -> Iterator[_Page]:
    from herald.store import audit
    from herald_cli import admin

    stack = admin.open_stack(stack_name)
    stack.account(account_sid)
    start, end = (
        datetime.fromisoformat(given) if (given := filters[name]) else None
        for name in ("startDate", "endDate")
    )
    wanted = audit.Filters(filters["actor"], filters["resourceId"], start, end)
    after: str | None = ""
    while after is not None:
        page = audit.page(stack.table, account_sid, wanted, size=_PAGE, after=after or None)
        yield [show_access.event_fields(each) for each in page.rows], page.after is not None
        after = page.after
