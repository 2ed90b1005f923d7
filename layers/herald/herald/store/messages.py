"""Rows of messages: made once, moved forward only, fetched by account.

What a row is found and moved by are attributes of its own. What is only shown,
`details` and `attempts`, are JSON in one string each: a row is written three
times, and every attribute in it is handled at each.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any, Final

from pydantic import ConfigDict, TypeAdapter

from herald.model.message import Attempt, Message, Receipt, Unaddressable
from herald.model.status import RANK, UNCONFIRMED, Status
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table

_DETAILS: Final = {"to", "sender", "variables", "tags", "scheduled_for"}
_ATTEMPTS: Final[TypeAdapter[tuple[Attempt, ...]]] = TypeAdapter(
    tuple[Attempt, ...], config=ConfigDict(hide_input_in_errors=True)
)


def put(table: Table, rows: Iterable[Message | Unaddressable]) -> None:
    """Make rows. Making one twice makes the same row, as long as nothing was sent of it:
    a chunk's lease and the `expanded` of its progress see to that (docs/adr/0003)."""
    table.put_many(map(_made, rows))


def get(table: Table, account: str, message_id: str) -> Message | None:
    item = table.get(keys.message(account, message_id))
    return message_of(item) if item else None


def get_many(table: Table, account: str, message_ids: Sequence[str]) -> dict[str, Message]:
    """Those of the messages that exist, by id."""
    items = table.get_many([keys.message(account, message_id) for message_id in message_ids])
    return {item[keys.SK]: message_of(item) for item in items}


def record_attempts(
    table: Table, message: Message, attempts: Sequence[Attempt], status: Status, *, now: datetime
) -> None:
    """Add the tries that follow `message.attempts` to its row, and move it to `status`.

    A receipt may have come first: then the row keeps the status it has, and the
    tries are added all the same. Recorded twice, they count once.
    """
    try:
        _move(
            table,
            message.account,
            message.id,
            status,
            attempts[-1].error,
            now=now,
            setting=_ADD_ATTEMPTS,
            values=_added(message, attempts),
            condition="tries = :before AND ",
        )
    except ConditionFailed:
        add_attempts(table, message, attempts)


def record_unknown(table: Table, message: Message, attempts: Sequence[Attempt], *, now: datetime) -> None:
    """Add tries of which the last one's outcome is unknown; the row goes on waiting.

    `error` of the last try says so. A receipt may have come first, and then it knows better.
    """
    try:
        table.update(
            keys.message(message.account, message.id),
            f"SET {_ADD_ATTEMPTS}, #error = :error, updatedAt = :now",
            {
                **_added(message, attempts),
                "error": attempts[-1].error,
                "now": now.isoformat(),
                "sent": RANK[Status.SENT],
            },
            condition="tries = :before AND #rank < :sent",
        )
    except ConditionFailed:
        add_attempts(table, message, attempts)


def add_attempts(table: Table, message: Message, attempts: Sequence[Attempt]) -> None:
    """Add tries and nothing else; not if they were added before."""
    with suppress(ConditionFailed):
        table.update(
            keys.message(message.account, message.id),
            f"SET {_ADD_ATTEMPTS}",
            _added(message, attempts),
            condition="tries = :before",
        )


def fail(
    table: Table, account: str, message_id: str, error: int, *, now: datetime, unconfirmed: bool = False
) -> bool:
    """Move a waiting row to FAILED; False when it is no longer waiting.

    With `unconfirmed`, a receipt that comes after all still corrects it.
    """
    try:
        _move(
            table,
            account,
            message_id,
            Status.FAILED,
            error,
            now=now,
            rank=UNCONFIRMED if unconfirmed else None,
        )
    except ConditionFailed:
        return False
    return True


def apply(table: Table, receipt: Receipt, *, now: datetime) -> bool:
    """Move a row as a receipt says; False when that is not forward, or there is no such row.

    The receipt of an attempt that another has followed says nothing of the message.
    """
    try:
        _move(
            table,
            receipt.account,
            receipt.message_id,
            receipt.status,
            receipt.error,
            now=now,
            values={"attempt": receipt.attempt},
            condition="tries <= :attempt AND ",
        )
    except ConditionFailed:
        return False
    return True


_ADD_ATTEMPTS: Final = "attempts = :attempts, tries = :after"


def _added(message: Message, attempts: Sequence[Attempt]) -> dict[str, Any]:
    """The values of _ADD_ATTEMPTS and of its condition, that nobody has added any since."""
    tries = (*message.attempts, *attempts)
    return {"attempts": _dump(tries), "before": len(message.attempts), "after": len(tries)}


def _move(
    table: Table,
    account: str,
    message_id: str,
    status: Status,
    error: int | None,
    *,
    now: datetime,
    setting: str = "",
    values: dict[str, Any] | None = None,
    condition: str = "",
    rank: int | None = None,
) -> None:
    """The one way in which a row's status changes: to a higher rank. Raises ConditionFailed.

    A row that does not exist has no rank, so nothing is made of a forged receipt.
    """
    status_key = keys.status_key(account, status, keys.shard_of(message_id))
    assignments = ["#status = :status", "#rank = :rank", "updatedAt = :now"]
    if setting:
        assignments.append(setting)
    removals = []
    changed: dict[str, Any] = {
        "status": status,
        "rank": RANK[status] if rank is None else rank,
        "now": now.isoformat(),
        **(values or {}),
    }
    for name, value in (("statusKey", status_key), ("error", error)):
        if value is None:
            removals.append(f"#{name}")
        else:
            assignments.append(f"#{name} = :{name}")
            changed[name] = value
    table.update(
        keys.message(account, message_id),
        f"SET {', '.join(assignments)}" + (f" REMOVE {', '.join(removals)}" if removals else ""),
        changed,
        condition=f"{condition}#rank < :rank",
    )


def _made(row: Message | Unaddressable) -> tuple[keys.Key, Item]:
    if isinstance(row, Unaddressable):
        return keys.unaddressable(row.account, row.id), {
            "details": row.model_dump_json(include={"addresses"}),
            "expiresAt": row.expires_at,
        }
    return keys.message(row.account, row.id), {
        "status": row.status,
        "rank": RANK[row.status],
        "statusKey": keys.status_key(row.account, row.status, keys.shard_of(row.id)),
        "error": row.error,
        "tries": len(row.attempts),
        "details": row.model_dump_json(include=_DETAILS, exclude_none=True),
        "updatedAt": row.updated_at.isoformat(),
        "expiresAt": row.expires_at,
    }


def message_of(item: Item) -> Message:
    """The message of a row. Once it was tried, it is of the sender and to the address of the last try."""
    attempts = _ATTEMPTS.validate_json(item.get("attempts", "[]"), strict=False)
    details = json.loads(item["details"])
    if attempts:
        details |= {"sender": attempts[-1].sender, "to": attempts[-1].to}
    return Message.model_validate(
        {
            **details,
            "id": item[keys.SK],
            "account": keys.account_in(item[keys.PK]),
            "status": item["status"],
            "error": item.get("error"),
            "attempts": attempts,
            "updatedAt": item["updatedAt"],
            "expiresAt": item["expiresAt"],
        },
        strict=False,
    )


def _dump(attempts: tuple[Attempt, ...]) -> str:
    return _ATTEMPTS.dump_json(attempts, exclude_none=True).decode()
