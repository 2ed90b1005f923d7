"""Rows of messages: made once, moved forward only, fetched by account.

What a row is found and moved by are attributes of its own. What is only shown,
`details` and `attempts`, are JSON in one string each: a row is written three
times, and every attribute in it is handled at each.
"""

import json
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain
from typing import Any, Final

from pydantic import ConfigDict, TypeAdapter

from herald.model.ids import is_message_id
from herald.model.message import Attempt, Billing, Message, Receipt, Unaddressable
from herald.model.status import RANK, UNCONFIRMED, Status, ceiling
from herald.store import keys, receipts, tags
from herald.store.table import ConditionFailed, Item, Table

_DETAILS: Final = {
    "place",
    "to",
    "sender",
    "profile_id",
    "memory_store_id",
    "addresses",
    "group",
    "received",
    "variables",
    "tags",
    "reason",
    "scheduled_for",
}
_REASONS: Final = {"place", "addresses", "error", "profile_id", "memory_store_id"}
# A key of an index holds 2,048 bytes.
_LONGEST_CARRIER_ID: Final = 1_024
_ATTEMPTS: Final[TypeAdapter[tuple[Attempt, ...]]] = TypeAdapter(
    tuple[Attempt, ...], config=ConfigDict(hide_input_in_errors=True)
)


def put(table: Table, rows: Iterable[Message | Unaddressable]) -> None:
    """Make the rows of a whole chunk, in its order, and what they are found by.

    Making one twice makes the same row, as long as nothing was sent of it: a chunk's
    lease and the `expanded` of its progress see to that (docs/adr/0003).
    """
    chunk = list(rows)
    people = chain.from_iterable(map(receipts.made, chunk))
    table.put_many(chain(map(_made, chunk), people, tags.postings(chunk)))


def add(table: Table, row: Message, *, carrier_id: str) -> bool:
    """Make the row of a message that was received; False when it was made before."""
    key, item = _made(row)
    try:
        table.put_new(key, {**item, keys.CARRIER_KEY: keys.carrier_key(row.account, carrier_id)})
    except ConditionFailed:
        return False
    return True


def get(table: Table, account: str, message_id: str) -> Message | None:
    item = table.get(keys.message(account, message_id))
    return message_of(item) if item else None


def find(table: Table, account: str, identifier: str) -> str | None:
    """The id of the account's message that goes by this id, or that a carrier took under it."""
    if is_message_id(identifier):
        return identifier if get(table, account, identifier) else None
    if len(identifier.encode()) > _LONGEST_CARRIER_ID:
        return None
    found = table.query(
        keys.carrier_key(account, identifier),
        low=keys.RECEIPT_PREFIX,
        high=keys.LAST_MESSAGE,
        index=keys.MESSAGES_BY_CARRIER_ID,
        partition_name=keys.CARRIER_KEY,
        limit=1,
    )
    return next((keys.message_id_in(item[keys.SK]) for item in found), None)


def get_many(table: Table, account: str, message_ids: Sequence[str]) -> dict[str, Message]:
    """Those of the messages that exist, by id."""
    items = table.get_many([keys.message(account, message_id) for message_id in message_ids])
    return {item[keys.SK]: message_of(item) for item in items}


def rows(table: Table, account: str, message_ids: Sequence[str]) -> dict[str, Message | Unaddressable]:
    """What was made of some recipients, of each that has anything: its message, or why it has none."""
    items = table.get_many(
        [key(account, each) for each in message_ids for key in (keys.message, keys.unaddressable)]
    )
    found = [
        unaddressable_of(item) if item[keys.SK].startswith(keys.UNADDRESSABLE_PREFIX) else message_of(item)
        for item in items
    ]
    return {row.id: row for row in found}


def record_attempts(
    table: Table,
    message: Message,
    attempts: Sequence[Attempt],
    status: Status,
    *,
    now: datetime,
    session_id: str | None = None,
) -> None:
    """Add the tries that follow `message.attempts` to its row, and move it to `status`.

    With `session_id`, the last one joined that session, and so does the message.

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
            setting=_setting(attempts, session_id),
            values=_added(message, attempts, session_id),
            condition="tries = :before AND ",
        )
    except ConditionFailed:
        add_attempts(table, message, attempts, session_id)


def record_unknown(table: Table, message: Message, attempts: Sequence[Attempt], *, now: datetime) -> None:
    """Add tries of which the last one's outcome is unknown; the row goes on waiting.

    `error` of the last try says so. A receipt may have come first, and then it knows better.
    """
    try:
        table.update(
            keys.message(message.account, message.id),
            f"SET {_setting(attempts)}, #error = :error, updatedAt = :now",
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


def add_attempts(
    table: Table, message: Message, attempts: Sequence[Attempt], session_id: str | None = None
) -> None:
    """Add tries and nothing else; not if they were added before."""
    with suppress(ConditionFailed):
        table.update(
            keys.message(message.account, message.id),
            f"SET {_setting(attempts, session_id)}",
            _added(message, attempts, session_id),
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


def cancel(table: Table, account: str, message_id: str, *, now: datetime) -> bool:
    """Move a waiting row to CANCELED; False when it is no longer waiting."""
    try:
        _move(table, account, message_id, Status.CANCELED, None, now=now)
    except ConditionFailed:
        return False
    return True


def apply(table: Table, receipt: Receipt, *, now: datetime) -> bool:
    """Move a row as a receipt says; False when that is not forward, or there is no such row.

    The receipt of an attempt that another has followed says nothing of the message.
    One of a person in a group moves the person, not the group's message.
    """
    if receipt.person is not None:
        return receipts.apply(table, receipt, now=now)
    billing = {_billing(receipt.attempt): receipt.billing.model_dump_json()} if receipt.billing else {}
    try:
        _move(
            table,
            receipt.account,
            receipt.message_id,
            receipt.status,
            receipt.error,
            now=now,
            setting=", ".join(f"{name} = :{name}" for name in billing),
            values={"attempt": receipt.attempt, **billing},
            condition="tries <= :attempt AND ",
        )
    except ConditionFailed:
        if billing:
            # What an attempt cost it has cost, whatever became of the message.
            table.update_fields(keys.message(receipt.account, receipt.message_id), billing)
        return False
    return True


def _billing(attempt: int) -> str:
    """The attribute with what attempt number `attempt` (from 1) has cost: receipts come in any order."""
    return f"billing{attempt}"


def _setting(attempts: Sequence[Attempt], session_id: str | None = None) -> str:
    """How a row takes tries, and is found by them: by the last one's channel, by its session,
    and by the carrier's own id of the message. Only the try that a carrier took has one."""
    setting = "attempts = :attempts, tries = :after, channelKey = :channel"
    setting += ", sessionKey = :session" if session_id else ""
    return setting + (", carrierKey = :carrier" if _carrier_id(attempts) else "")


def _added(message: Message, attempts: Sequence[Attempt], session_id: str | None = None) -> dict[str, Any]:
    """The values of _setting and of its condition, that nobody has added any since."""
    tries = (*message.attempts, *attempts)
    channel, carrier_id = attempts[-1].sender.channel, _carrier_id(attempts)
    return {
        "attempts": _dump(tries),
        "before": len(message.attempts),
        "after": len(tries),
        "channel": keys.channel_key(message.account, channel, keys.shard_of(message.id)),
        **({"carrier": keys.carrier_key(message.account, carrier_id)} if carrier_id else {}),
        **({"session": keys.session_key(message.account, session_id)} if session_id else {}),
    }


def _carrier_id(attempts: Sequence[Attempt]) -> str | None:
    return next((attempt.carrier_id for attempt in reversed(attempts) if attempt.carrier_id), None)


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
    rank = RANK[status] if rank is None else rank
    changed: dict[str, Any] = {
        "status": status,
        "rank": rank,
        "above": ceiling(status, rank),
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
        condition=f"{condition}#rank < :above",
    )


def _made(row: Message | Unaddressable) -> tuple[keys.Key, Item]:
    if isinstance(row, Unaddressable):
        return keys.unaddressable(row.account, row.id), {
            "details": row.model_dump_json(include=_REASONS, exclude_none=True),
            "people": len(row.addresses) if row.is_group else None,
            "expiresAt": row.expires_at,
        }
    return keys.message(row.account, row.id), {
        "status": row.status,
        "rank": RANK[row.status],
        **_index_keys(row),
        "error": row.error,
        "tries": len(row.attempts),
        "people": len(row.group) if row.group else None,
        "details": row.model_dump_json(include=_DETAILS, exclude_none=True),
        "updatedAt": row.updated_at.isoformat(),
        "expiresAt": row.expires_at,
    }


def _index_keys(row: Message) -> Item:
    """What the indexes find a new row by; None where it is not in one."""
    account, shard = row.account, keys.shard_of(row.id)
    return {
        keys.STATUS_KEY: keys.status_key(account, row.status, shard),
        keys.CHANNEL_KEY: keys.channel_key(account, row.sender.channel, shard),
        keys.PROFILE_KEY: keys.profile_key(account, row.profile_id) if row.profile_id else None,
        keys.SESSION_KEY: keys.session_key(account, row.session_id) if row.session_id else None,
    }


def message_of(item: Item) -> Message:
    """The message of a row. Once it was tried, it is of the sender and to the address of the last try."""
    attempts = tuple(
        attempt.model_copy(update={"billing": Billing.model_validate_json(item[name])})
        if (name := _billing(number)) in item
        else attempt
        for number, attempt in enumerate(
            _ATTEMPTS.validate_json(item.get("attempts", "[]"), strict=False), start=1
        )
    )
    details = json.loads(item["details"])
    if attempts:
        details |= {"sender": attempts[-1].sender, "to": attempts[-1].to}
    return Message.model_validate(
        {
            **details,
            "id": item[keys.SK],
            "account": keys.account_in(item[keys.PK]),
            "status": item["status"],
            "sessionId": keys.session_in(item[keys.SESSION_KEY]) if keys.SESSION_KEY in item else None,
            "error": item.get("error"),
            "attempts": attempts,
            "updatedAt": item["updatedAt"],
            "expiresAt": item["expiresAt"],
        },
        strict=False,
    )


def unaddressable_of(item: Item) -> Unaddressable:
    """The recipient without a message of a row."""
    return Unaddressable.model_validate(
        {
            **json.loads(item["details"]),
            "id": item[keys.SK].removeprefix(keys.UNADDRESSABLE_PREFIX),
            "account": keys.account_in(item[keys.PK]),
            "expiresAt": item["expiresAt"],
        },
        strict=False,
    )


def _dump(attempts: tuple[Attempt, ...]) -> str:
    return _ATTEMPTS.dump_json(attempts, exclude_none=True).decode()
