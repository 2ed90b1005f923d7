"""Applies a carrier's report on an attempt to its row, or to the person of a group.

`move_of` gives the first write, for the usual case: nothing else was reported, and
a failure has no other route. In every other case the existing row decides.
"""

from collections.abc import Sequence
from datetime import datetime
from enum import Enum, auto
from typing import Final

from herald.model.message import Receipt
from herald.model.phase import Phase
from herald.model.status import RANK, Status, ceiling
from herald.store import keys, messages, receipts
from herald.store.moves import Move, make_many
from herald.store.rows import billing_items, billing_name, message_of, reported_name
from herald.store.table import Item, Table, Unavailable
from herald.store.updates import Condition, Update, compared, missing

# What a receipt says of its own try only: late, it says nothing of the message.
_OF_A_TRY: Final = frozenset({Status.SENT, Status.UNDELIVERED})
_WAITING: Final = (Status.SCHEDULED, Status.QUEUED)


class Effect(Enum):
    """The effect of a receipt."""

    MOVED = auto()
    IGNORED = auto()
    # The attempt has failed, and there is another route: the row waits again.
    OPENED = auto()


def apply_many(table: Table, some: Sequence[Receipt], *, now: datetime) -> list[Effect | Unavailable]:
    """Move rows, and people of groups, as receipts say; not where that is not forward.

    What became of each. Nothing is made of a receipt of a message that there is not.
    """
    return make_many(table, [move_of(receipt, now) for receipt in some])


def move_of(receipt: Receipt, now: datetime) -> Move[Effect]:
    """The first write of a receipt. A receipt for an attempt that was followed by another changes nothing."""
    if receipt.person is not None:
        return _move_of_person(receipt, now)
    conditions = [compared("tries", "<=", receipt.attempt), compared("rank", "<", _ceiling(receipt))]
    if _is_failure(receipt):
        conditions.append(missing("more"))
    if receipt.status in _OF_A_TRY:
        # What comes late, of a try that has failed since, is decided by the row.
        conditions.append(missing("failedTry"))
    return _moving(receipt, now, tuple(conditions))


def _moving(receipt: Receipt, now: datetime, conditions: tuple[Condition, ...]) -> Move[Effect]:
    account, message_id = receipt.account, receipt.message_id
    fields = messages.moved(account, message_id, receipt.status, receipt.error, now=now) | _billing(receipt)
    if receipt.attempt > 1:
        fields[reported_name(receipt.attempt)] = True
    return Move(
        Update(_key(receipt), fields, conditions), Effect.MOVED, lambda item: _step(item, receipt, now)
    )


def _step(item: Item | None, receipt: Receipt, now: datetime) -> Move[Effect] | Effect:
    """The write of a receipt for a row that is as `item`, on the condition that the row is unchanged."""
    if item is None:
        return Effect.IGNORED
    if _is_failure(receipt) and _has_other_route(item, receipt):
        row = message_of(item)
        if row.phase is Phase.REOPENED:
            # This receipt comes again: the process that applied it may have died before it enqueued the task.
            return _billed(item, receipt, Effect.OPENED)
        fields = messages.opened(row, receipt.error, now=now) | _billing(receipt)
        update = Update(_key(receipt), fields, messages.still(item))
        return Move(update, Effect.OPENED, lambda item: _step(item, receipt, now))
    is_late = receipt.status in _OF_A_TRY and item.get("failedTry", 0) >= receipt.attempt
    if item["tries"] > receipt.attempt or is_late or item["rank"] >= _ceiling(receipt):
        return _billed(item, receipt)
    return _moving(receipt, now, messages.still(item))


def _is_failure(receipt: Receipt) -> bool:
    """Whether the attempt has certainly failed, so that another route may be tried."""
    return receipt.status is Status.UNDELIVERED and receipt.is_certain


def _has_other_route(item: Item, receipt: Receipt) -> bool:
    """Whether a row waits for the receipt of this try, and there is another route should it fail.

    A message that was given up as unconfirmed has ended: the failure only says how. Nor does a row that is
    SENT after this try had failed: a receipt of the next try has said that, before its worker could.
    """
    has_failed_before = item.get("failedTry", 0) >= receipt.attempt
    return (
        "more" in item
        and item["tries"] == receipt.attempt
        and item["status"] in (_WAITING if has_failed_before else (*_WAITING, Status.SENT))
    )


def _billed(item: Item, receipt: Receipt, effect: Effect = Effect.IGNORED) -> Move[Effect] | Effect:
    """Store the cost of an attempt, whatever the status of the message. `effect`: that of the receipt."""
    billing = {name: value for name, value in _billing(receipt).items() if item.get(name) != value}
    if not billing:
        return effect
    return Move(Update(_key(receipt), billing, ()), effect, lambda item: effect)


def _move_of_person(receipt: Receipt, now: datetime) -> Move[Effect]:
    """A person of a group moves; the group's message does not."""

    def otherwise(item: Item | None) -> Move[Effect] | Effect:
        return Effect.IGNORED if item is None else _billed(item, receipt)

    fields = receipts.moved(receipt.status, receipt.error, now=now) | _billing(receipt)
    update = Update(_key(receipt), fields, (compared("rank", "<", _ceiling(receipt)),))
    return Move(update, Effect.MOVED, otherwise)


def _billing(receipt: Receipt) -> Item:
    if receipt.billing is None:
        return {}
    name = billing_name(receipt.attempt) if receipt.person is None else receipts.BILLING
    return billing_items(receipt.billing, name)


def _ceiling(receipt: Receipt) -> int:
    return ceiling(receipt.status, RANK[receipt.status])


def _key(receipt: Receipt) -> keys.Key:
    if receipt.person is None:
        return keys.message(receipt.account, receipt.message_id)
    return keys.receipt(receipt.account, receipt.message_id, receipt.person)
