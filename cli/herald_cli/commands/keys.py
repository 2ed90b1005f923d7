"""`herald key ...`: API keys beside an account's auth token. Needs AWS credentials for the stack."""

from datetime import UTC, datetime, timedelta

import click

from herald.model.access import GRANTS
from herald_cli import show_access
from herald_cli.commands.accounts import grace_option, rotate
from herald_cli.operator import plain_errors, stack_option
from herald_cli.outside import json_option, print_json
from herald_cli.show import console
from herald_cli.upkeep import Span

_account_option = click.option("--account", "account_sid", required=True, metavar="AC...")


@click.group()
def key() -> None:
    """Make, list, rotate and disable API keys. Needs AWS credentials for the stack.

    A key is used as an account SID and its auth token are: SID and secret, by HTTP Basic.
    """


@key.command("create")
@_account_option
@click.option("--name", required=True, help="For people to recognise it by.")
@click.option(
    "--scope",
    "granted",
    type=click.Choice(GRANTS),
    multiple=True,
    required=True,
    help="What it may do: send (and cancel), read, configure, or all; may be repeated.",
)
@click.option("--expires", type=Span(), metavar="SPAN", help="How long it is valid: 12h, 90d. Else for good.")
@json_option
@stack_option
def create_key(
    account_sid: str,
    name: str,
    granted: tuple[str, ...],
    expires: timedelta | None,
    as_json: bool,
    stack_name: str,
) -> None:
    """Make a key, and print its credentials.

    The output can be kept as an environment file. The secret is shown this once and stored nowhere.
    """
    from herald.operator import credentials
    from herald_cli import admin

    now = datetime.now(UTC)
    with plain_errors():
        stack = admin.open_stack(stack_name)
        stack.account(account_sid)
        sid, secret = credentials.create_key(
            stack.table,
            stack.credentials_key,
            account_sid,
            now,
            name=name,
            granted=dict.fromkeys(granted),
            valid_until=now + expires if expires is not None else None,
            audit_days=stack.audit_days,
        )
    show_access.environment(stack.api_url, sid, secret, as_json=as_json)


@key.command("list")
@_account_option
@json_option
@stack_option
def list_keys(account_sid: str, as_json: bool, stack_name: str) -> None:
    """List an account's auth token and its keys, oldest first.

    The last use is shown to the hour.
    """
    from herald.operator import credentials
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        stack.account(account_sid)
        found = credentials.of_account(stack.table, account_sid)
    now = datetime.now(UTC)
    if as_json:
        for each in found:
            print_json(show_access.credential_fields(each, now))
    else:
        show_access.credentials(console(), found, now)


@key.command("rotate")
@click.argument("sid", metavar="SK...")
@grace_option
@json_option
@stack_option
def rotate_key(sid: str, grace: timedelta, as_json: bool, stack_name: str) -> None:
    """Give a key a new secret, and print it.

    The present secret works until the grace period is over; an earlier one ends at once.
    """
    rotate(sid, grace, stack_name, as_json=as_json)


@key.command("disable")
@click.argument("sid", metavar="SK...")
@json_option
@stack_option
def disable_key(sid: str, as_json: bool, stack_name: str) -> None:
    """Revoke a key for good. It is refused within AuthorizerCacheSeconds.

    Operations that were sent with the key continue: `herald audit --actor SK...` lists them. An account's
    auth token is not disabled but rotated: `herald account rotate --grace 0m`.
    """
    from herald.operator import credentials
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        found = stack.credential(sid)
        if found.sid == found.account:
            raise admin.StackError(f"{sid} is an account: herald account rotate {sid} --grace 0m")
        credentials.disable(stack.table, found, datetime.now(UTC), audit_days=stack.audit_days)
    if as_json:
        print_json({"sid": sid, "state": "disabled"})
    else:
        click.echo(f"{sid}: disabled")
    click.echo(f"It is refused within {stack.cache_seconds} s.", err=True)
