"""What the commands touch of the outside world, and how they read and print it."""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import click
import httpx

from herald_cli.client import Herald
from herald_cli.settings import settings


@dataclass
class Outside:
    """What the commands touch of the outside world. Tests bring their own."""

    transport: httpx.BaseTransport | None = None
    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    base_url: str | None = None
    account_sid: str | None = None
    auth_token: str | None = None

    def connect(self) -> Herald:
        """A client of the API that the settings name."""
        found = settings(self.base_url, self.account_sid, self.auth_token)
        return Herald(
            found.base_url, found.account_sid, found.auth_token, transport=self.transport, sleep=self.sleep
        )


outside = click.make_pass_decorator(Outside)


def date_of(words: str | None) -> str | None:
    """The date as the API wants it. Without a zone it is in UTC, as all that is shown here."""
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
    """Print what the API answered, on a line."""
    click.echo(json.dumps(answer, ensure_ascii=False))
