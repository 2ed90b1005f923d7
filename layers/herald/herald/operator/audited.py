"""An operator's commands, with their events in the audit log.

A command of one write writes its event in the transaction of the change; a command of several
writes does as a request does (store.audit).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from herald.model.access import OPERATOR
from herald.model.ids import new_audit_event_id
from herald.store import audit
from herald.store.audit import Event, Outcome
from herald.store.table import NewItem, Table
from herald.store.updates import Update

# How long events are kept where the stack does not say.
AUDIT_DAYS = 365


def transact(
    table: Table,
    account: str,
    action: str,
    resource_id: str,
    now: datetime,
    *parts: NewItem | Update,
    audit_days: int,
) -> None:
    """Make a change and write the event of it, or neither. Raises Unmet and Unavailable."""
    event = Event(
        id=new_audit_event_id(now),
        account=account,
        actor=OPERATOR,
        action=action,
        resource_id=resource_id,
        outcome=Outcome.DONE,
    )
    table.transact(*parts, audit.new(event, audit_days=audit_days))


@dataclass(slots=True)
class Command:
    """A command under way. It sets `resource_id` where that is known only after the change."""

    resource_id: str | None


@contextmanager
def of_command(
    table: Table,
    account: str,
    action: str,
    resource_id: str | None,
    now: datetime,
    *,
    audit_days: int,
    refusals: tuple[type[Exception], ...],
) -> Iterator[Command]:
    """Write the event of an operator's command before its first write, and its outcome after the last.

    One of `refusals` ends it as REFUSED. A command that dies, or fails by another error, stays UNKNOWN; given
    again, it has an event of its own.
    """
    event = Event(
        id=new_audit_event_id(now), account=account, actor=OPERATOR, action=action, resource_id=resource_id
    )
    audit.begin(table, event, audit_days=audit_days)
    command = Command(resource_id)
    try:
        yield command
    except refusals:
        audit.end(table, event, Outcome.REFUSED, None, command.resource_id)
        raise
    audit.end(table, event, Outcome.DONE, None, command.resource_id)
