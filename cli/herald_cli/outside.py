"""The commands' access to the outside world, and how they read and print."""

import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from herald_cli import exits

if TYPE_CHECKING:
    import httpx

    from herald_cli.client import Herald


@dataclass
class Outside:
    """The commands' access to the outside world. Tests supply their own."""

    transport: "httpx.BaseTransport | None" = None
    clock: Callable[[], float] = time.monotonic
    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    profile: str | None = None
    base_url: str | None = None
    account_sid: str | None = None

    def connect(self) -> "Herald":
        """A client of the API that the settings name."""
        from herald_cli.client import Herald
        from herald_cli.settings import settings

        found = settings(self.base_url, self.account_sid, self.profile)
        return Herald(
            found.base_url, found.account_sid, found.auth_token, transport=self.transport, sleep=self.sleep
        )

    def state_folder(self) -> Path:
        """Where the journals of sends are kept."""
        from herald_cli.profiles import state_folder

        return state_folder()


outside = click.make_pass_decorator(Outside)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, an object a line.")
# Of commands whose output is JSON without it, too.
always_json = click.option(
    "--json", is_flag=True, expose_value=False, help="Print JSON, as without this option, too."
)
yes_option = click.option("--yes", is_flag=True, help="Do not ask.")


def date_of(words: str | None) -> str | None:
    """The date in the API's form. A date without a zone is in UTC, like all dates that the command shows."""
    if words is None:
        return None
    try:
        moment = datetime.fromisoformat(words)
    except ValueError as error:
        raise click.BadParameter(f"{words!r} is not a date like 2026-01-31T10:00:00Z") from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def print_json(answer: object) -> None:
    """Print the API's answer, on a line."""
    click.echo(json.dumps(answer, ensure_ascii=False))


def confirm(question: str, *, yes: bool, needed: bool = True) -> None:
    """Ask before a large change; end the command if the answer is no.

    Without a terminal, `--yes` has to be given, unless the question is not `needed`.
    """
    if yes:
        return
    if sys.stdin.isatty():
        if click.confirm(question, default=False, err=True):
            return
        click.echo("Nothing was done.", err=True)
        raise click.exceptions.Exit(exits.LEFT)
    if needed:
        click.echo(f"{question} This is no terminal that could answer: give --yes.", err=True)
        raise click.exceptions.Exit(exits.USAGE)
