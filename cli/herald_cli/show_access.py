"""Output about accounts, credentials and the audit log."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import click
from rich.console import Console
from rich.table import Table

from herald_cli.outside import print_json
from herald_cli.show import line, printable

if TYPE_CHECKING:
    from herald.operator.accounts import Account
    from herald.store.audit import Event
    from herald.store.credentials import Credential


def environment(base_url: str, sid: str, secret: str, *, as_json: bool) -> None:
    """Credentials as an environment file or JSON. A key's SID is given as the account SID."""
    if as_json:
        print_json({"baseUrl": base_url, "accountSid": sid, "authToken": secret})
        return
    click.echo(f"HERALD_BASE_URL={base_url}")
    click.echo(f"HERALD_ACCOUNT_SID={sid}")
    click.echo(f"HERALD_AUTH_TOKEN={secret}")


def rotated(notes: Console, grace: timedelta, now: datetime, cache_seconds: int) -> None:
    """Print until when the old secret works."""
    if grace:
        line(notes, f"The secret before it works until {_time(now + grace)}.")
    else:
        line(notes, f"The secret before it is refused within {cache_seconds} s.")


def account_fields(account: "Account") -> dict[str, Any]:
    """An account as JSON."""
    return {
        "sid": account.sid,
        "name": account.name,
        "state": "disabled" if account.disabled_at else "active",
        "createdAt": _json(account.created_at),
        "disabledAt": _json(account.disabled_at),
        "afterUnknown": account.after_unknown,
        "shards": account.shards,
    }


def credential_fields(credential: "Credential", now: datetime) -> dict[str, Any]:
    """A credential as JSON, without the hash of its secret."""
    return {
        "sid": credential.sid,
        "account": credential.account,
        "name": credential.name,
        "scopes": list(credential.granted),
        "state": credential.state(now),
        "createdAt": _json(credential.created_at),
        "validUntil": _json(credential.valid_until),
        "rotatedAt": _json(credential.rotated_at),
        "graceUntil": _json(credential.grace_until),
        "lastUsed": _json(credential.last_used),
    }


def event_fields(event: "Event") -> dict[str, Any]:
    """An event of the audit log as the API has it."""
    from herald.resources.audit_events import AuditEventOut

    return AuditEventOut.of(event).model_dump(mode="json")


def accounts(out: Console, found: Sequence["Account"]) -> None:
    """Accounts as a table."""
    if not found:
        line(out, "no accounts")
        return
    table = _table("account", "state", "created (UTC)", "name")
    for each in found:
        state = "disabled" if each.disabled_at else "active"
        table.add_row(each.sid, state, _time(each.created_at), printable(each.name))
    out.print(table)


def account(
    out: Console,
    found: "Account",
    known: Sequence["Credential"],
    operations: int,
    messages: int,
    now: datetime,
) -> None:
    """An account, and the number of its waiting messages."""
    since = f" since {_time(found.disabled_at)}" if found.disabled_at else ""
    for name, value in (
        ("account", found.sid),
        ("name", printable(found.name)),
        ("state", f"{'disabled' if found.disabled_at else 'active'}{since}"),
        ("created", _time(found.created_at)),
        ("after unknown", found.after_unknown),
        ("shards", str(found.shards)),
        ("waiting", f"{messages:,} messages of {operations:,} operations"),
    ):
        line(out, f"{name:14} {value}")
    line(out, "")
    credentials(out, known, now)


def credentials(out: Console, known: Sequence["Credential"], now: datetime) -> None:
    """Credentials as a table."""
    table = _table(
        "credential", "state", "scopes", "last used (UTC)", "valid until", "one before until", "name"
    )
    for each in known:
        grace = each.grace_until if each.grace_until and each.grace_until > now else None
        table.add_row(
            each.sid,
            each.state(now),
            ",".join(each.granted),
            each.last_used.astimezone(UTC).strftime("%Y-%m-%d %Hh") if each.last_used else "never",
            _time(each.valid_until) if each.valid_until else "-",
            _time(grace) if grace else "-",
            printable(each.name) if each.name else "(auth token)",
        )
    out.print(table)


def events(out: Console, found: Sequence[Mapping[str, Any]], *, header: bool) -> None:
    """Events of the audit log as a table."""
    if header and not found:
        line(out, "no events")
        return
    table = _table("when (UTC)", "actor", "action", "outcome", "what", header=header)
    for each in found:
        status = f" {each['status']}" if "status" in each else ""
        resource, path = each.get("resourceId"), each.get("path", "")
        what = path if not resource or resource in path else f"{path} {resource}".strip()
        table.add_row(
            each["createdAt"][:19].replace("T", " "),
            each["actor"],
            each["action"],
            f"{each['outcome'].lower()}{status}",
            printable(what),
        )
    out.print(table)


def _table(*names: str, header: bool = True) -> Table:
    table = Table(box=None, show_header=header, header_style="dim", pad_edge=False, padding=(0, 2, 0, 0))
    for name in names:
        table.add_column(name, no_wrap=True)
    return table


def _time(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")


def _json(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if at else None
