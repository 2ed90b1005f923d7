"""The audit log of an account: which credential requested which change, when, and the outcome.

A request that may change something writes its event before the change, and the outcome after
it. A process that dies in between leaves an event without an outcome: the change was made or
it was not. There is no change without an event. So it is with
an operator's commands (herald.operator.audited).

An event holds ids, never an address, a text or a secret. Events are spread over a few partitions, so
that an account's changes are not limited by the write rate of one.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from herald.model.ids import audit_time_bound, new_audit_event_id, time_of_audit_event
from herald.store import keys, pages
from herald.store.pages import Page, Range, ids_between, newest_first, share
from herald.store.table import ConditionFailed, Item, NewItem, Table


class Outcome(StrEnum):
    """The outcome of a requested change."""

    DONE = "DONE"
    # Answered with a 4xx: nothing was changed.
    REFUSED = "REFUSED"
    # The request has not ended, or it ended with a 5xx: the change may have been made or not.
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A requested change. `actor` is the SID of a credential, or OPERATOR.

    `action` is the name of an endpoint or a command. `path` is that of the request, without ids
    that stand for a person. `status` is that of the answer: None for a command, and before there is one.
    """

    id: str
    account: str
    actor: str
    action: str
    path: str | None = None
    resource_id: str | None = None
    outcome: Outcome = Outcome.UNKNOWN
    status: int | None = None

    @property
    def created_at(self) -> datetime:
        return time_of_audit_event(self.id)


def asked(account: str, actor: str, action: str, path: str, now: datetime) -> Event:
    """The event of a request that may change something, before the change."""
    return Event(id=new_audit_event_id(now), account=account, actor=actor, action=action, path=path)


def new(event: Event, *, audit_days: int) -> NewItem:
    """An event as a new item; it is kept for `audit_days`."""
    fields: Item = {
        "actor": event.actor,
        "action": event.action,
        "path": event.path,
        "resourceId": event.resource_id,
        "outcome": event.outcome,
        "status": event.status,
        "expiresAt": int((event.created_at + timedelta(days=audit_days)).timestamp()),
    }
    given = {name: value for name, value in fields.items() if value is not None}
    return NewItem(keys.audit_event(event.account, event.id), given)


def begin(table: Table, event: Event, *, audit_days: int) -> None:
    """Write the event of a request, before the change. Raises Unavailable."""
    # If it exists, an earlier try of this call wrote it: no other event has its id.
    with suppress(ConditionFailed):
        table.put_new(*new(event, audit_days=audit_days))


def end(table: Table, event: Event, outcome: Outcome, status: int | None, resource_id: str | None) -> None:
    """Write the outcome of a request or a command. Raises Unavailable."""
    fields: Item = {"outcome": outcome, "status": status, "resourceId": resource_id}
    given = {name: value for name, value in fields.items() if value is not None}
    table.update_fields(keys.audit_event(event.account, event.id), given)


class Filters(NamedTuple):
    """Filters of events: all that are given must match."""

    actor: str | None = None
    resource_id: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def let_through(self, event: Event) -> bool:
        return self.actor in (None, event.actor) and self.resource_id in (None, event.resource_id)


_ALL: Final = Range("AE", "AE~")


def page(table: Table, account: str, filters: Filters, *, size: int, after: str | None = None) -> Page[Event]:
    """Up to `size` events of the account, newest first, that come after the id `after`."""
    ids = ids_between(_ALL, audit_time_bound, start=filters.start, end=filters.end, after=after)
    if ids.low > ids.high:
        return Page([], None)
    partitions = keys.audit_partitions(account)
    limit = share(size, len(partitions))
    items = newest_first(
        table.query(each, low=ids.low, high=ids.high, newest_first=True, limit=limit) for each in partitions
    )
    events = (_event(account, item) for item in items)
    return pages.page(
        ((event.id, event if filters.let_through(event) else None) for event in events), size=size
    )


def _event(account: str, item: Item) -> Event:
    return Event(
        id=item[keys.SK],
        account=account,
        actor=item["actor"],
        action=item["action"],
        path=item.get("path"),
        resource_id=item.get("resourceId"),
        outcome=Outcome(item["outcome"]),
        status=item.get("status"),
    )
