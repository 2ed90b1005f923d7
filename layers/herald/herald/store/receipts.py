"""The results of a group's message for each of its people: one item for each person.

The items lie next to the message's row, are made with it, and only move forward, as rows
do (store.messages). The row itself only says GROUP.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Final

from herald.model import problems
from herald.model.message import Billing, Message, PersonReceipt, Unaddressable
from herald.model.status import RANK, UNCONFIRMED, Status, ceiling
from herald.store import keys
from herald.store.moves import WAITS, Move
from herald.store.rows import billing_in, billing_items
from herald.store.table import Item, Table
from herald.store.updates import Condition, Update, compared, equals, missing

# The attribute with the cost in a person's receipt.
BILLING: Final = "billing"


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


def by_message(table: Table, messages: Iterable[Message]) -> defaultdict[str, list[PersonReceipt]]:
    """The people of some groups, as of `of`, by the ids of their messages."""
    found: defaultdict[str, list[PersonReceipt]] = defaultdict(list)
    for person in of(table, messages):
        found[person.message_id].append(person)
    return found


def recorded(
    person: PersonReceipt,
    status: Status,
    *,
    now: datetime,
    error: int | None = None,
    carrier_id: str | None = None,
    said: Billing | None = None,
) -> Move[None]:
    """Record how the hand-over to a person ended. A receipt that came first decides.

    `said`: the carrier's own code and text of a failure.
    """
    carrier: Item = billing_items(said, BILLING) if said else {}
    if carrier_id:
        carrier |= {"carrierId": carrier_id, keys.CARRIER_KEY: keys.carrier_key(person.account, carrier_id)}

    def otherwise(item: Item | None) -> Move[None] | None:
        if item is None or not carrier:
            return None
        return Move(Update(_key(person), carrier, ()), None, lambda item: None)

    fields = moved(status, error, now=now) | carrier
    conditions = (compared("rank", "<", ceiling(status, RANK[status])),)
    return Move(Update(_key(person), fields, conditions), None, otherwise)


def unknown(person: PersonReceipt, *, now: datetime) -> Move[None]:
    """Mark a person whose outcome is unknown, unless a receipt has come."""
    fields = {"error": problems.UNCONFIRMED.code, "updatedAt": now.isoformat()}
    return Move(Update(_key(person), fields, _as_read(person)), None, lambda item: None)


def given_up(person: PersonReceipt, *, now: datetime) -> Move[bool]:
    """Stop waiting for a person's receipt; a late receipt still corrects it. The effect: whether it is so."""
    fields = moved(Status.FAILED, problems.UNCONFIRMED.code, now=now, rank=UNCONFIRMED)
    update = Update(_key(person), fields, _as_read(person))
    return Move(update, True, lambda item: bool(item and item["rank"] == UNCONFIRMED))


def sent_again(person: PersonReceipt) -> Move[bool]:
    """Treat an unknown outcome as a failure, once; the effect: whether the person waits for another try."""
    update = Update(
        _key(person),
        {"isSentAgain": True, "error": None},
        (WAITS, equals("error", problems.UNCONFIRMED.code), missing("isSentAgain")),
    )

    def waits(item: Item | None) -> bool:
        """Whether the person waits: an earlier try of this call may have written that."""
        return item is not None and "isSentAgain" in item and _receipt(item).phase.is_to_be_sent

    return Move(update, True, waits)


def moved(status: Status, error: int | None, *, now: datetime, rank: int | None = None) -> Item:
    """The fields of a person who becomes `status`."""
    return {
        "status": status,
        "rank": RANK[status] if rank is None else rank,
        "error": error,
        "updatedAt": now.isoformat(),
    }


def _as_read(person: PersonReceipt) -> tuple[Condition, ...]:
    """That a person waits, for the same try as when the item was read: a late write is of a try before."""
    return (
        WAITS,
        equals("error", person.error),
        equals("isSentAgain", True if person.is_sent_again else None),
    )


def _key(person: PersonReceipt) -> keys.Key:
    return keys.receipt(person.account, person.message_id, person.person)


def _receipt(item: Item) -> PersonReceipt:
    message_id, person = keys.person_in(item[keys.SK])
    return PersonReceipt.model_validate(
        {
            "account": keys.account_in(item[keys.PK]),
            "messageId": message_id,
            "person": person,
            "isSentAgain": item.get("isSentAgain", False),
            **{name: item.get(name) for name in ("to", "status", "error", "carrierId", "updatedAt")},
            "billing": billing_in(item, BILLING),
        },
        strict=False,
    )
