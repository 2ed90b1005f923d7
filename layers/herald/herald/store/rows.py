"""The form of a message as a row of the table.

Fields by which a row is found or moved are attributes of their own. Fields that are only shown,
`details` and `attempts`, are one JSON string each: a row is written three
times, and every attribute is handled at each write.
"""

import json
from collections.abc import Sequence
from typing import Final

from pydantic import ConfigDict, TypeAdapter

from herald.model.message import Attempt, Billing, Message, Unaddressable
from herald.model.status import RANK, Status
from herald.store import keys
from herald.store.table import Item

_FAILURE: Final = "Failure"
# What of a message has attributes of its own, or is in the row's key. Every other field is in
# `details`, so that a field that is added is kept.
_APART: Final = {
    "id",
    "account",
    "status",
    "session_id",
    "attempts",
    "unrecorded",
    "error",
    "updated_at",
    "expires_at",
}
_REASONS: Final = {"place", "addresses", "error", "profile_id", "memory_store_id"}
_ATTEMPTS: Final[TypeAdapter[tuple[Attempt, ...]]] = TypeAdapter(
    tuple[Attempt, ...], config=ConfigDict(hide_input_in_errors=True)
)


def made(row: Message | Unaddressable, *, alone: bool = False) -> tuple[keys.Key, Item]:
    """A new row. One that is `alone` in its chunk is found by its channel without a posting (store.tags)."""
    if isinstance(row, Unaddressable):
        return keys.message(row.account, row.id), {
            "details": row.model_dump_json(include=_REASONS, exclude_none=True),
            "people": len(row.addresses) if row.is_group else None,
            keys.STATUS_KEY: keys.unaddressable_key(row.account, keys.shard_of(row.id)),
            "expiresAt": row.expires_at,
        }
    return keys.message(row.account, row.id), {
        "status": row.status,
        "rank": RANK[row.status],
        **_index_keys(row, alone),
        "error": row.error,
        "tries": len(row.attempts),
        "people": len(row.group) if row.group else None,
        "details": row.model_dump_json(exclude=_APART, exclude_none=True),
        "updatedAt": row.updated_at.isoformat(),
        "expiresAt": row.expires_at,
    }


def _index_keys(row: Message, alone: bool) -> Item:
    """The index keys of a new row; None for an index that it is not in.

    A row that waits for its first attempt is found by the counts of its operation: an index entry
    would be written, and deleted a moment later, for every message.
    """
    account, shard = row.account, keys.shard_of(row.id)
    is_waiting = row.status in (Status.SCHEDULED, Status.QUEUED)
    has_posting = not (alone or row.is_inbound)
    return {
        keys.STATUS_KEY: None if is_waiting else keys.status_key(account, row.status, shard),
        keys.CHANNEL_KEY: None if has_posting else keys.channel_key(account, row.sender.channel, shard),
        keys.PROFILE_KEY: _profile_key(row),
        keys.SESSION_KEY: keys.session_key(account, row.session_id) if row.session_id else None,
    }


def _profile_key(row: Message) -> str | None:
    if row.received and row.received.looks_like:
        return keys.looks_like_key(row.account, row.received.looks_like)
    return keys.profile_key(row.account, row.profile_id) if row.profile_id else None


def message_of(item: Item) -> Message:
    """The message of a row. Once it was tried, sender and address are those of the last attempt."""
    attempts = tuple(
        attempt.model_copy(update={"billing": billing})
        if (billing := billing_in(item, billing_name(number)))
        else attempt
        for number, attempt in enumerate(
            _ATTEMPTS.validate_json(item.get("attempts", "[]"), strict=False), start=1
        )
    )
    details = json.loads(item["details"])
    if attempts:
        details |= {"sender": attempts[-1].sender, "to": attempts[-1].to}
    number = len(attempts) + 1
    if reported_name(number) in item:
        route = {name: details[name] for name in ("sender", "to")}
        billing = billing_in(item, billing_name(number))
        details["unrecorded"] = {**route, "at": item["updatedAt"], "billing": billing}
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


def is_message(item: Item) -> bool:
    """Whether an item is the row of a message, and not of a recipient without one, or of something else."""
    name = item[keys.SK]
    return "status" in item and name.startswith(keys.FIRST_MESSAGE) and not keys.is_receipt(name)


def row_of(item: Item) -> Message | Unaddressable:
    """The content of a recipient's row: its message, or why it has none."""
    return message_of(item) if is_message(item) else unaddressable_of(item)


def unaddressable_of(item: Item) -> Unaddressable:
    """The recipient without a message of a row."""
    return Unaddressable.model_validate(
        {
            **json.loads(item["details"]),
            "id": item[keys.SK],
            "account": keys.account_in(item[keys.PK]),
            "expiresAt": item["expiresAt"],
        },
        strict=False,
    )


def dump_attempts(attempts: tuple[Attempt, ...]) -> str:
    # What they cost is in attributes of its own.
    return _ATTEMPTS.dump_json(attempts, exclude_none=True, exclude={"__all__": {"billing"}}).decode()


def carrier_id_of(attempts: Sequence[Attempt]) -> str | None:
    """The carrier's own id of the last attempt that a carrier accepted."""
    return next((attempt.carrier_id for attempt in reversed(attempts) if attempt.carrier_id), None)


def billing_name(attempt: int) -> str:
    """The attribute with the cost of attempt number `attempt` (from 1): receipts come in any order."""
    return f"billing{attempt}"


def reported_name(attempt: int) -> str:
    """The attribute that says that a receipt has reported attempt number `attempt` (from 2).

    The status says so of the first attempt. Of a further one it may be unknown: its worker died before it
    recorded the attempt, and the status may be the report on an attempt before it.
    """
    return f"reported{attempt}"


def billing_items(billing: Billing, name: str) -> Item:
    """The attributes with a carrier's report on an attempt; `name`: that of the cost.

    A failure has an attribute of its own: a receipt that brings only the price keeps the carrier's code.
    """
    parts = {name: billing.cost(), f"{name}{_FAILURE}": billing.failure()}
    return {each: part.model_dump_json() for each, part in parts.items() if part}


def billing_in(item: Item, name: str) -> Billing | None:
    """The report in the attributes of `billing_items`, from an item that may have some of them or none."""
    found = [json.loads(item[each]) for each in (name, f"{name}{_FAILURE}") if each in item]
    return (
        Billing.model_validate({key: value for each in found for key, value in each.items()})
        if found
        else None
    )
