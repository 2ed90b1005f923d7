"""`herald login`, `herald logout` and `herald config`: the stacks that a user calls."""

import os
import sys

import click

from herald_cli import exits, profiles, show
from herald_cli.client import ApiError, Herald
from herald_cli.outside import Outside, json_option, outside, print_json
from herald_cli.settings import TOKEN

profile_option = click.option(
    "--profile", "name", default=profiles.DEFAULT, show_default=True, help="The name to keep it under."
)


@click.command()
@profile_option
@click.option("--no-check", is_flag=True, help="Keep it without trying the credentials.")
@json_option
@outside
def login(world: Outside, name: str, no_check: bool, as_json: bool) -> None:
    """Keep the address and the credentials of a stack as a profile.

    Asks for values that --base-url, --account-sid and HERALD_AUTH_TOKEN do not give. Without a terminal, the
    auth token is read from the standard input. The token goes to the system's keyring, or to a file that only
    you can read.
    """
    base_url = world.base_url or click.prompt("Base URL (ends in /v1)", err=True)
    if not base_url.startswith(("http://", "https://")):
        raise click.UsageError(f"the base URL {base_url!r} does not begin with http:// or https://")
    account_sid = world.account_sid or click.prompt("Account or key SID", err=True)
    token = os.environ.get(TOKEN)
    if not token:
        token = (
            click.prompt("Auth token", hide_input=True, err=True)
            if sys.stdin.isatty()
            else sys.stdin.readline().strip()
        )
    if not token:
        raise click.UsageError("there is no auth token")
    profile = profiles.Profile(name, base_url.rstrip("/"), account_sid, token)
    if not no_check:
        _check(world, profile)
    where = profiles.save(profile)
    if as_json:
        print_json({"profile": name, "tokenIn": where})
    else:
        click.echo(f"The profile {name!r} is kept; its auth token is in {where}.", err=True)


def _check(world: Outside, profile: profiles.Profile) -> None:
    with Herald(
        profile.base_url,
        profile.account_sid,
        profile.auth_token,
        transport=world.transport,
        sleep=world.sleep,
    ) as herald:
        try:
            herald.read("Messages/Operations", pageSize=1)
        except ApiError as error:
            show.errors(show.console(stderr=True), error)
            show.problem(
                show.console(stderr=True), f"{profile.base_url} refused these credentials; nothing was kept"
            )
            raise click.exceptions.Exit(exits.REFUSED) from error


@click.command()
@profile_option
@json_option
def logout(name: str, as_json: bool) -> None:
    """Forget a profile and its credentials."""
    if not profiles.remove(name):
        known = ", ".join(profiles.names()) or "none"
        show.problem(show.console(stderr=True), f"there is no profile {name!r} (there are: {known})")
        raise click.exceptions.Exit(exits.LEFT)
    if as_json:
        print_json({"forgotten": name})
    else:
        click.echo(f"The profile {name!r} is forgotten.", err=True)


@click.command("config")
@click.option("--json", "as_json", is_flag=True, help="A profile per line.")
def config(as_json: bool) -> None:
    """List the profiles that are kept, without their secrets."""
    click.echo(str(profiles.folder()), err=True)
    for name, found in profiles.names().items():
        if as_json:
            print_json({"profile": name, **found})
        else:
            click.echo(f"{name:12} {found.get('account_sid', '-'):36} {found.get('base_url', '-')}")
