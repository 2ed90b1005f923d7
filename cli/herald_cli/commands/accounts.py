"""`herald account ...`: accounts made, shown, changed, disabled and enabled. Needs AWS credentials.

`admin` and the store are imported when a command runs, because loading them takes longer than most commands
take to run.
"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from herald_cli import show_access
from herald_cli.account_export import export_account
from herald_cli.operator import plain_errors, stack_option
from herald_cli.outside import confirm, json_option, print_json
from herald_cli.show import console
from herald_cli.upkeep import Span

if TYPE_CHECKING:
    from herald_cli.admin import Stack

grace_option = click.option(
    "--grace",
    type=Span(),
    default="24h",
    show_default=True,
    metavar="SPAN",
    help="How long the present secret still works; 0m: it ends at once.",
)


@click.group()
def account() -> None:
    """Make, show, change, disable and enable accounts. Needs AWS credentials for the stack."""


account.add_command(export_account)


@account.command("create")
@click.option("--name", required=True, help="For people to recognise it by.")
@json_option
@stack_option
def create_account(name: str, as_json: bool, stack_name: str) -> None:
    """Make an account, and print its credentials.

    The output can be kept as an environment file. The token is shown this once
    and stored nowhere.
    """
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        made = admin.create_account(
            stack.client, stack.table_name, stack.secret, name, audit_days=stack.audit_days
        )
    show_access.environment(stack.api_url, made.account_sid, made.auth_token, as_json=as_json)


@account.command("list")
@json_option
@stack_option
def list_accounts(as_json: bool, stack_name: str) -> None:
    """List the accounts of the stack, oldest first."""
    from herald.operator import accounts
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        found = sorted(accounts.everyone(stack.table), key=lambda each: (each.created_at, each.sid))
    if as_json:
        for each in found:
            print_json(show_access.account_fields(each))
    else:
        show_access.accounts(console(), found)


@account.command("show")
@click.argument("account_sid", metavar="AC...")
@json_option
@stack_option
def show_account(account_sid: str, as_json: bool, stack_name: str) -> None:
    """Show an account, its auth token and keys, and how many of its messages wait to be sent."""
    from herald.operator import credentials
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        found = stack.account(account_sid)
        known = credentials.of_account(stack.table, account_sid)
        operations, messages = _waiting(stack, account_sid)
    now = datetime.now(UTC)
    if as_json:
        fields = show_access.account_fields(found)
        waiting = {"operations": operations, "messages": messages}
        keys = [show_access.credential_fields(each, now) for each in known]
        print_json({**fields, "credentials": keys, "waiting": waiting})
    else:
        show_access.account(console(), found, known, operations, messages, now)


@account.command("disable")
@click.argument("account_sid", metavar="AC...")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
@stack_option
def disable_account(account_sid: str, yes: bool, as_json: bool, stack_name: str) -> None:
    """Refuse an account's credentials, and cancel its messages that wait.

    Its credentials are refused within AuthorizerCacheSeconds. What people write to it is kept, and so
    are their STOPs. A command that broke off is given again: it goes on where it was.
    """
    from herald.operator import accounts
    from herald.sending import control
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        found = stack.account(account_sid)
        operations, messages = _waiting(stack, account_sid)
        what = f"{operations:,} operations with {messages:,} messages that wait"
        confirm(f"Disable {account_sid} ({found.name}) and cancel {what}? They stay canceled.", yes=yes)
        now = datetime.now(UTC)
        accounts.disable(stack.table, account_sid, now, audit_days=stack.audit_days)
        canceled = sum(control.cancel_all(stack.table, account_sid, now))
    if as_json:
        print_json({"sid": account_sid, "state": "disabled", "operationsCanceled": canceled})
    else:
        click.echo(f"{account_sid}: disabled; {canceled:,} operations canceled")
        click.echo(f"Its credentials are refused within {stack.cache_seconds} s.", err=True)


@account.command("enable")
@click.argument("account_sid", metavar="AC...")
@json_option
@stack_option
def enable_account(account_sid: str, as_json: bool, stack_name: str) -> None:
    """Let an account call and send again. Canceled messages stay canceled."""
    from herald.operator import accounts
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        stack.account(account_sid)
        accounts.enable(stack.table, account_sid, datetime.now(UTC), audit_days=stack.audit_days)
    if as_json:
        print_json({"sid": account_sid, "state": "active"})
    else:
        click.echo(f"{account_sid}: enabled")
        click.echo(f"Its credentials are accepted within {stack.cache_seconds} s.", err=True)


@account.command("rotate")
@click.argument("account_sid", metavar="AC...")
@grace_option
@json_option
@stack_option
def rotate_token(account_sid: str, grace: timedelta, as_json: bool, stack_name: str) -> None:
    """Give an account a new auth token, and print its credentials.

    The present token works until the grace period is over; an earlier one ends at once.
    """
    rotate(account_sid, grace, stack_name, as_json=as_json)


def rotate(sid: str, grace: timedelta, stack_name: str, *, as_json: bool) -> None:
    """Rotate an auth token or the secret of a key, and print the new one."""
    from herald.operator import credentials
    from herald.store.credentials import State
    from herald_cli import admin

    now = datetime.now(UTC)
    with plain_errors():
        stack = admin.open_stack(stack_name)
        found = stack.credential(sid)
        if (state := found.state(now)) is not State.ACTIVE:
            raise admin.StackError(f"{sid} is {state}: create another key")
        try:
            secret = credentials.rotate(
                stack.table, stack.credentials_key, found, grace, now, audit_days=stack.audit_days
            )
        except credentials.Changed as error:
            raise admin.StackError(f"{error}: try again") from error
    show_access.environment(stack.api_url, sid, secret, as_json=as_json)
    show_access.rotated(console(stderr=True), grace, now, stack.cache_seconds)


def _waiting(stack: "Stack", account_sid: str) -> tuple[int, int]:
    """How many operations of an account are not over, and how many of their messages wait."""
    from herald.model.operation import stats_of
    from herald.store import operations

    number = messages = 0
    for some in operations.unfinished(stack.table, account_sid):
        stats = [stats_of(operation, tally) for operation, tally in some]
        number += len(stats)
        messages += sum(each.queued + each.scheduled for each in stats)
    return number, messages


@account.command("update")
@click.option("--account", "account_sid", required=True, metavar="AC...")
@click.option(
    "--after-unknown",
    type=click.Choice(("FAIL", "SEND_AGAIN"), case_sensitive=False),
    required=True,
    help="The policy for a message when the carrier does not say whether it accepted it.",
)
@json_option
@stack_option
def update_account(account_sid: str, after_unknown: str, as_json: bool, stack_name: str) -> None:
    """Change an account's settings.

    FAIL, the default: the message fails, so that no person is texted twice.
    SEND_AGAIN: the message is sent again, up to twice, and may arrive more than once.
    """
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        admin.set_after_unknown(stack, account_sid, after_unknown)
    if as_json:
        print_json({"sid": account_sid, "afterUnknown": after_unknown})
    else:
        click.echo(f"{account_sid}: {after_unknown} after an unknown outcome")


@account.command("shards")
@click.argument("number", type=click.Choice(("1", "2", "4", "8", "16", "32", "64", "128")))
@click.option("--account", "account_sid", required=True, metavar="AC...")
@json_option
@stack_option
def shards(number: str, account_sid: str, as_json: bool, stack_name: str) -> None:
    """Spread an account's next messages over more shards.

    One shard takes about 250 messages a second. An account begins with 1. More shards let it send faster
    and make its lists more expensive: a page reads every shard. The number never falls, because existing
    messages stay in their shards. It may be raised at any time, also while operations run.
    """
    from herald_cli import admin

    with plain_errors():
        stack = admin.open_stack(stack_name)
        now = admin.raise_shards(stack, account_sid, int(number))
    if as_json:
        print_json({"sid": account_sid, "shards": now})
    else:
        click.echo(f"{account_sid}: {now} shards")
    if now > int(number):
        raise click.ClickException(f"The account has {now} shards; the number never falls.")
