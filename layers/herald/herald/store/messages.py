"""Rows of messages: made once, moved forward only, fetched by account.

How a row is written is in `rows`.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import datetime
from enum import Enum, auto
from itertools import chain
from typing import Any, Final

from herald.model import problems
from herald.model.ids import is_message_id
from herald.model.message import Attempt, Message, Receipt, Unaddressable
from herald.model.status import RANK, UNCONFIRMED, Status, ceiling
from herald.store import keys, receipts, tags
from herald.store.rows import billing_name, dump_attempts, is_message, made, message_of, row_of
from herald.store.table import ConditionFailed, Item, Table

# A key of an index holds 2,048 bytes.
_LONGEST_CARRIER_ID: Final = 1_024


def put(table: Table, rows: Iterable[Message | Unaddressable]) -> None:
    """Make the rows of a whole chunk, in its order, and what they are found by.

    Making one twice makes the same row, as long as nothing was sent of it: a chunk's
    lease and the `expanded` of its progress see to that (docs/adr/0003).
    """
    chunk = list(rows)
    people = chain.from_iterable(map(receipts.made, chunk))
    table.put_many(chain(map(made, chunk), people, tags.postings(chunk)))


def add(table: Table, row: Message, *, carrier_id: str) -> bool:
    """Make the row of a message that was received; False when it was made before."""
    key, item = made(row)
    try:
        table.put_new(key, {**item, keys.CARRIER_KEY: keys.carrier_key(row.account, carrier_id)})
    except ConditionFailed:
        return False
    return True


def get(table: Table, account: str, message_id: str) -> Message | None:
    item = table.get(keys.message(account, message_id))
    return message_of(item) if item and is_message(item) else None


def find(table: Table, account: str, identifier: str) -> str | None:
    """The id of the account's message that goes by this id, or that a carrier took under it."""
    if is_message_id(identifier):
        return identifier if get(table, account, identifier) else None
    if len(identifier.encode()) > _LONGEST_CARRIER_ID:
        return None
    found = table.query(
        keys.carrier_key(account, identifier),
        low=keys.FIRST_MESSAGE,
        high=keys.LAST_MESSAGE,
        index=keys.MESSAGES_BY_CARRIER_ID,
        partition_name=keys.CARRIER_KEY,
        limit=1,
    )
    return next((keys.message_id_in(item[keys.SK]) for item in found), None)


def get_many(table: Table, account: str, message_ids: Sequence[str]) -> dict[str, Message]:
    """Those of the messages that exist, by id."""
    return found(table.get_many(keys_of(account, message_ids)))


def keys_of(account: str, message_ids: Iterable[str]) -> list[keys.Key]:
    """Where the rows of some messages are."""
    return [keys.message(account, message_id) for message_id in message_ids]


def found(items: Iterable[Item]) -> dict[str, Message]:
    """The messages among items that were read, by id; items of another kind are none."""
    return {item[keys.SK]: message_of(item) for item in items if is_message(item)}


def rows(table: Table, account: str, message_ids: Sequence[str]) -> dict[str, Message | Unaddressable]:
    """What was made of some recipients, of each that has anything: its message, or why it has none."""
    found = map(row_of, table.get_many(keys_of(account, message_ids)))
    return {row.id: row for row in found}


def record_attempts(
    table: Table,
    message: Message,
    attempts: Sequence[Attempt],
    status: Status,
    *,
    now: datetime,
    session_id: str | None = None,
    more: bool = False,
) -> bool:
    """Add the tries that follow `message.attempts` to its row, and move it to `status`.

    With `session_id`, the last one joined that session, and so does the message. `more`:
    there is another route, should a receipt say that this one has failed.

    A receipt may have come first: then the row keeps the status it has, the tries are
    added all the same, and the answer is False. Recorded twice, they count once.
    """
    try:
        _move(
            table,
            message.account,
            message.id,
            status,
            attempts[-1].error,
            now=now,
            setting=_setting(attempts, session_id, more=more),
            values=_added(message, attempts, session_id, more=more),
            condition="tries = :before AND ",
            removing=() if more else ("more",),
        )
    except ConditionFailed:
        add_attempts(table, message, attempts, session_id, more=more)
        return False
    return True


def record_unknown(
    table: Table, message: Message, attempts: Sequence[Attempt], *, now: datetime, more: bool = False
) -> None:
    """Add tries of which the last one's outcome is unknown; the row goes on waiting.

    `error` of the last try says so. A receipt may have come first, and then it knows better.
    """
    try:
        table.update(
            keys.message(message.account, message.id),
            f"SET {_setting(attempts, more=more)}, #error = :error, updatedAt = :now{_removing(more)}",
            {
                **_added(message, attempts, more=more),
                "error": attempts[-1].error,
                "now": now.isoformat(),
                "sent": RANK[Status.SENT],
            },
            condition="tries = :before AND #rank < :sent",
        )
    except ConditionFailed:
        add_attempts(table, message, attempts, more=more)


def add_attempts(
    table: Table,
    message: Message,
    attempts: Sequence[Attempt],
    session_id: str | None = None,
    *,
    more: bool = False,
) -> Message:
    """Add tries and nothing else, not if they were added before; the message with them."""
    with suppress(ConditionFailed):
        table.update(
            keys.message(message.account, message.id),
            f"SET {_setting(attempts, session_id, more=more)}{_removing(more)}",
            _added(message, attempts, session_id, more=more),
            condition="tries = :before",
        )
    return message.model_copy(update={"attempts": (*message.attempts, *attempts)})


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


class Effect(Enum):
    """What a receipt has done to a row."""

    MOVED = auto()
    IGNORED = auto()
    # The try has failed, and there is another route: the row waits again.
    OPENED = auto()


def apply(table: Table, receipt: Receipt, *, now: datetime) -> Effect:
    """Move a row as a receipt says; not where that is not forward, or there is no such row.

    The receipt of an attempt that another has followed says nothing of the message.
    One of a person in a group moves the person, not the group's message.
    """
    if receipt.person is not None:
        return Effect.MOVED if receipts.apply(table, receipt, now=now) else Effect.IGNORED
    has_failed = receipt.status is Status.UNDELIVERED and receipt.is_certain
    billing = {billing_name(receipt.attempt): receipt.billing.model_dump_json()} if receipt.billing else {}
    try:
        _move(
            table,
            receipt.account,
            receipt.message_id,
            receipt.status,
            receipt.error,
            now=now,
            setting=", ".join(f"{name} = :{name}" for name in billing),
            values={
                "attempt": receipt.attempt,
                **({"unconfirmed": UNCONFIRMED} if has_failed else {}),
                **billing,
            },
            condition="tries <= :attempt AND "
            + (_HAS_NO_OTHER_ROUTE if has_failed else "")
            + (_HAS_NOT_FAILED if receipt.status is Status.SENT else ""),
        )
    except ConditionFailed as failed:
        if billing:
            # What an attempt has cost it has cost, whatever became of the message.
            table.update_fields(keys.message(receipt.account, receipt.message_id), billing)
        if has_failed and failed.item and "more" in failed.item:
            opened = _reopen(table, failed.item, receipt, now)
            return Effect.OPENED if opened else Effect.IGNORED
        return Effect.IGNORED
    return Effect.MOVED


# What comes late, of a try that has failed since.
_HAS_NOT_FAILED: Final = "(attribute_not_exists(failedTry) OR failedTry < :attempt) AND "
_HAS_NO_OTHER_ROUTE: Final = "(attribute_not_exists(more) OR tries < :attempt OR #rank = :unconfirmed) AND "


def reopen_early(table: Table, account: str, message_id: str, *, now: datetime) -> Message | None:
    """Let a row wait again whose last try a receipt called failed before the try was recorded."""
    item = table.get(keys.message(account, message_id))
    if item is None or item["status"] != Status.UNDELIVERED or "more" not in item:
        return None
    if item.get("error") == problems.UNKNOWN_ERROR.code:
        # It may be that the carrier does not know. Rather one try too few.
        return None
    opened = _open(table, item, item.get("error"), now)
    return get(table, account, message_id) if opened else None


def _reopen(table: Table, item: Item, receipt: Receipt, now: datetime) -> bool:
    """Let a row, as it was read, wait for another route; whether it does, now or since before."""
    row = message_of(item)
    if item["tries"] != receipt.attempt or row.status not in (Status.SCHEDULED, Status.QUEUED, Status.SENT):
        return False
    return row.is_open_again or _open(table, item, receipt.error, now)


def _open(table: Table, item: Item, error: int | None, now: datetime) -> bool:
    """Let a row wait whose last try is over; whether it does.

    The one way in which a status goes back: the next try is another.
    """
    row = message_of(item)
    tried = row.attempts[-1].model_copy(
        update={"error": error or problems.UNKNOWN_ERROR.code, "is_reported": True}
    )
    try:
        table.update(
            keys.message(row.account, row.id),
            "SET #status = :queued, #rank = :rank, statusKey = :key, attempts = :attempts,"
            " failedTry = :tries, updatedAt = :now REMOVE #error",
            {
                "queued": Status.QUEUED,
                "rank": RANK[Status.QUEUED],
                "key": keys.status_key(row.account, Status.QUEUED, keys.shard_of(row.id)),
                "attempts": dump_attempts((*row.attempts[:-1], tried)),
                "now": now.isoformat(),
                "tries": len(row.attempts),
                "was": item["rank"],
            },
            condition="tries = :tries AND #rank = :was AND attribute_exists(more)",
        )
    except ConditionFailed as failed:
        return _is_open(failed, row)
    return True


def _is_open(failed: ConditionFailed, row: Message) -> bool:
    """Whether a row waits for the try after those of `row`, opened by somebody or by our own first call."""
    now = message_of(failed.item) if failed.item else row
    return len(now.attempts) == len(row.attempts) and now.is_open_again


def send_again(table: Table, row: Message) -> bool:
    """Take an unknown outcome for a failure; whether the message waits to be sent again."""
    try:
        table.update(
            keys.message(row.account, row.id),
            "REMOVE #error",
            {"tries": len(row.attempts), "sent": RANK[Status.SENT], "unconfirmed": problems.UNCONFIRMED.code},
            condition="tries = :tries AND #rank < :sent AND #error = :unconfirmed",
        )
    except ConditionFailed as failed:
        return _is_open(failed, row)
    return True


def close_again(table: Table, row: Message, *, now: datetime) -> None:
    """End a row that waits for another try, which it will not get, as its last one ended."""
    error = row.attempts[-1].error
    if row.attempts[-1].is_unknown:
        fail(table, row.account, row.id, problems.UNCONFIRMED.code, now=now, unconfirmed=True)
    elif row.attempts[-1].is_reported:
        with suppress(ConditionFailed):
            _move(table, row.account, row.id, Status.UNDELIVERED, error, now=now)
    else:
        cancel(table, row.account, row.id, now=now)


def _setting(attempts: Sequence[Attempt], session_id: str | None = None, *, more: bool = False) -> str:
    """How a row takes tries, and is found by them: by the last one's channel, by its session,
    and by the carrier's own id of the message. Only the try that a carrier took has one."""
    setting = "attempts = :attempts, tries = :after, channelKey = :channel"
    setting += ", sessionKey = :session" if session_id else ""
    setting += ", more = :more" if more else ""
    return setting + (", carrierKey = :carrier" if _carrier_id(attempts) else "")


def _removing(more: bool) -> str:
    """What goes from a row that takes tries: that another route follows, where none does."""
    return "" if more else " REMOVE more"


def _added(
    message: Message, attempts: Sequence[Attempt], session_id: str | None = None, *, more: bool = False
) -> dict[str, Any]:
    """The values of _setting and of its condition, that nobody has added any since."""
    tries = (*message.attempts, *attempts)
    channel, carrier_id = attempts[-1].sender.channel, _carrier_id(attempts)
    return {
        "attempts": dump_attempts(tries),
        "before": len(message.attempts),
        "after": len(tries),
        "channel": keys.channel_key(message.account, channel, keys.shard_of(message.id)),
        **({"carrier": keys.carrier_key(message.account, carrier_id)} if carrier_id else {}),
        **({"session": keys.session_key(message.account, session_id)} if session_id else {}),
        **({"more": True} if more else {}),
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
    removing: Sequence[str] = (),
    rank: int | None = None,
) -> None:
    """The way in which a row's status changes: to a higher rank. Raises ConditionFailed.

    A row that does not exist has no rank, so nothing is made of a forged receipt.
    """
    status_key = keys.status_key(account, status, keys.shard_of(message_id))
    assignments = ["#status = :status", "#rank = :rank", "updatedAt = :now"]
    if setting:
        assignments.append(setting)
    removals = list(removing)
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
