"""What became of a group's message at each of its people: one item for each of them.

They lie next to the message's row, are made with it, and only move forward, as rows
do (store.messages). The row itself says no more than GROUP.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from herald.model import problems
from herald.model.message import Message, PersonReceipt, Receipt, Unaddressable
from herald.model.status import RANK, UNCONFIRMED, Status, ceiling, is_settled
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table


def made(row: Message | Unaddressable) -> Iterator[tuple[keys.Key, Item]]:
    """The items of a row that is made; of no group, none."""
    if not isinstance(row, Message):
        return
    for person, to in enumerate(row.group or ()):
        yield (
            keys.receipt(row.account, row.id, person),
            {
                "to": to.model_dump(mode="json"),
                "status": row.status,
                "rank": RANK[row.status],
                "error": row.error,
                "updatedAt": row.updated_at.isoformat(),
                "expiresAt": row.expires_at,
            },
        )


def of(table: Table, messages: Iterable[Message]) -> list[PersonReceipt]:
    """The people of some groups, as they are now: message by message, in their order."""
    wanted = [
        keys.receipt(message.account, message.id, person)
        for message in messages
        for person in range(len(message.group or ()))
    ]
    return sorted(map(_receipt, table.get_many(wanted)), key=lambda each: (each.message_id, each.person))


def record(
    table: Table,
    person: PersonReceipt,
    status: Status,
    *,
    now: datetime,
    error: int | None = None,
    carrier_id: str | None = None,
) -> None:
    """Record how the hand-over to a person ended. A receipt that came first knows better."""
    key = keys.receipt(person.account, person.message_id, person.person)
    carrier = (
        {"carrierId": carrier_id, "carrierKey": keys.carrier_key(person.account, carrier_id)}
        if carrier_id
        else {}
    )
    try:
        _move(table, key, status, error, now=now, setting=carrier)
    except ConditionFailed:
        if carrier:
            with suppress(ConditionFailed):
                table.update(
                    key,
                    "SET carrierId = :carrierId, carrierKey = :carrierKey",
                    carrier,
                    condition="attribute_exists(pk)",
                )


def record_unknown(table: Table, people: Sequence[PersonReceipt], *, now: datetime) -> None:
    """Mark people to whom it is unknown whether the message went out, unless a receipt has told."""
    for person in people:
        with suppress(ConditionFailed):
            table.update(
                keys.receipt(person.account, person.message_id, person.person),
                "SET #error = :error, updatedAt = :now",
                {
                    "error": problems.UNCONFIRMED.code,
                    "now": now.isoformat(),
                    "sent": RANK[Status.SENT],
                },
                condition="#rank < :sent",
            )


def fail_unconfirmed(table: Table, person: PersonReceipt, *, now: datetime) -> bool:
    """Give up waiting for a person's receipt; one that comes after all still corrects it."""
    key = keys.receipt(person.account, person.message_id, person.person)
    try:
        _move(table, key, Status.FAILED, problems.UNCONFIRMED.code, now=now, rank=UNCONFIRMED)
    except ConditionFailed:
        return False
    return True


def send_again(table: Table, person: PersonReceipt) -> bool:
    """Take an unknown outcome for a failure, once; whether the person waits to get the message again."""
    try:
        table.update(
            keys.receipt(person.account, person.message_id, person.person),
            "SET isSentAgain = :yes REMOVE #error",
            {"yes": True, "sent": RANK[Status.SENT], "unconfirmed": problems.UNCONFIRMED.code},
            condition="#rank < :sent AND #error = :unconfirmed AND attribute_not_exists(isSentAgain)",
        )
    except ConditionFailed as failed:
        # An earlier try of this very call may have done it.
        item = failed.item or {}
        return "isSentAgain" in item and "error" not in item and not is_settled(Status(item["status"]))
    return True


def apply(table: Table, receipt: Receipt, *, now: datetime) -> bool:
    """Move a person as a receipt says; False when that is not forward, or there is no such person."""
    key = keys.receipt(receipt.account, receipt.message_id, receipt.person or 0)
    billing = {"billing": receipt.billing.model_dump_json()} if receipt.billing else {}
    try:
        _move(table, key, receipt.status, receipt.error, now=now, setting=billing)
    except ConditionFailed:
        if billing:
            table.update_fields(key, billing)
        return False
    return True


def _move(
    table: Table,
    key: keys.Key,
    status: Status,
    error: int | None,
    *,
    now: datetime,
    rank: int | None = None,
    setting: dict[str, Any] | None = None,
) -> None:
    """The one way in which a person's status changes: to a higher rank. Raises ConditionFailed."""
    rank = RANK[status] if rank is None else rank
    changed: dict[str, Any] = {
        "status": status,
        "rank": rank,
        "updatedAt": now.isoformat(),
        **({} if error is None else {"error": error}),
        **(setting or {}),
    }
    assignments = ", ".join(f"#{name} = :{name}" for name in changed)
    table.update(
        key,
        f"SET {assignments}" + (" REMOVE #error" if error is None else ""),
        {**changed, "above": ceiling(status, rank)},
        condition="#rank < :above",
    )


def _receipt(item: Item) -> PersonReceipt:
    message_id, person = keys.person_in(item[keys.SK])
    return PersonReceipt.model_validate(
        {
            "account": keys.account_in(item[keys.PK]),
            "messageId": message_id,
            "person": person,
            "isSentAgain": item.get("isSentAgain", False),
            **{name: item.get(name) for name in ("to", "status", "error", "carrierId", "updatedAt")},
            "billing": json.loads(item["billing"]) if "billing" in item else None,
        },
        strict=False,
    )
