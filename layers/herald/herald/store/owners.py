"""The account that owns an address of senders: it may send from it, and gets the messages to it.

An address and channel has one owner, by the key of the address: two spellings are one. The first
account to claim an address gets it, and a claim is proven once the operator has approved it. The
numbers of the sandbox are exempt: every account has them, and the sandbox names the account that
a message is for. If the sandbox names no account, the first account with the number is the owner.

    account, senderId, address   the owner
    proven                       whether the operator has approved it
    movedFrom                    the account that had it before, while it is moved (herald.operator.proving)
    handsOn                      whether the STOPs said to that account go along

An unproven owner may use the address with the sandbox, but with a real carrier it neither sends nor
receives anything.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any, NamedTuple

from herald.model.addresses import SANDBOX, Sender, SenderChannel, is_of_sandbox
from herald.model.inbound import Inbound
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table
from herald.store.updates import Update, equals, missing


class Owner(NamedTuple):
    """The account that a message is for, and the sender that the person wrote to."""

    account: str
    sender: Sender


class Claimed(NamedTuple):
    """The owner of an address. `moved_from`: the account that had it before, while it is being moved, and
    `hands_on` whether its STOPs go along."""

    account: str
    sender_id: str
    proven: bool
    moved_from: str | None = None
    hands_on: bool = False


class Taken(Exception):
    """Another account has the address."""

    def __init__(self, account: str) -> None:
        super().__init__(f"account {account} has this address")
        self.account = account


class Moving(Exception):
    """The address is being moved from one account to another."""

    def __init__(self, source: str, target: str) -> None:
        super().__init__(
            f"the address is being moved from {source} to {target}: that has to be finished first"
        )


def claim(
    table: Table, account: str, channel: SenderChannel, address: str, sender_id: str, *, proven: bool
) -> None:
    """Let an account have an address; with `proven`, also with real carriers. Raises Taken, Moving.

    A number of the sandbox that another account has stays as it is, and that is no error.
    """
    key = keys.address_owner(channel, address)
    while True:
        try:
            table.put_new(key, _item(account, sender_id, address, proven=proven))
        except ConditionFailed as failed:
            if failed.item is None:
                continue
            there = _claimed(failed.item)
        else:
            return
        if there.account != account:
            if is_of_sandbox(channel, address):
                return
            raise Taken(there.account)
        if there.moved_from:
            raise Moving(there.moved_from, account)
        if there.sender_id == sender_id and (there.proven or not proven):
            return
        if _is_written(table, key, there, _item(account, sender_id, address, proven=proven)):
            return


def of(table: Table, channel: SenderChannel, address: str) -> Claimed | None:
    """The owner of an address; None if there is none."""
    item = table.get(keys.address_owner(channel, address))
    return _claimed(item) if item else None


def pending(table: Table) -> list[tuple[str, str]]:
    """Accounts and ids of senders that wait for an approval, oldest first; a moment late."""
    entries = table.query(
        keys.pending_senders(),
        low="comms_sender_",
        high=f"comms_sender_{keys.BEHIND}",
        index=keys.OPERATIONS_BY_ACCOUNT,
    )
    places = [keys.Key(entry[keys.PK], entry[keys.SK]) for entry in entries]
    items = sorted(table.get_many(places), key=lambda item: str(item["senderId"]))
    return [(item["account"], item["senderId"]) for item in items if not item["proven"]]


def release(table: Table, account: str, channel: SenderChannel, address: str) -> None:
    """End an account's claim to an address; another account's claim stays. Raises Moving."""
    key = keys.address_owner(channel, address)
    there = of(table, channel, address)
    if there is None or there.account != account:
        return
    if there.moved_from:
        raise Moving(there.moved_from, account)
    table.delete(key, only_if={"account": account, "senderId": there.sender_id})


# --------------------------------------------------------------------------------- sending


def key_of(sender: Sender) -> keys.Key:
    """The key of the owner of a sender's address."""
    return keys.address_owner(sender.channel, sender.address)


def may_send(item: Item | None, account: str, sender: Sender, carrier: str) -> bool:
    """Whether an account may send from its sender, none of the sandbox's, by a carrier; `item`: its owner."""
    if item is None:
        return False
    there = _claimed(item)
    is_own = there.account == account and there.sender_id == sender.sender_id and not there.moved_from
    return is_own and (there.proven or carrier == SANDBOX)


# --------------------------------------------------------------------------------- hearing


def find(
    table: Table, messages: Iterable[Inbound], carriers: frozenset[str]
) -> list[tuple[Inbound, Owner | None]]:
    """Each message with its owner in a stack of these carriers; None: no account has its sender."""
    wanted = [(each, _key(each)) for each in messages]
    some = list(dict.fromkeys(key for _, key in wanted))
    found = {keys.Key(item[keys.PK], item[keys.SK]): item for item in table.get_many(some)}
    is_rehearsal = carriers <= {SANDBOX}
    return [(each, _owner(each, found.get(key), is_rehearsal)) for each, key in wanted]


def _key(message: Inbound) -> keys.Key:
    if message.account is None:
        return keys.address_owner(message.channel, message.to)
    return keys.sender_address(message.account, message.channel, message.to)


def _owner(message: Inbound, item: Item | None, is_rehearsal: bool) -> Owner | None:
    if item is None or not (is_rehearsal or _hears(message, item)):
        return None
    # As the account has it: a carrier may write it in another way.
    address = item.get("address", message.to)
    sender = Sender(sender_id=item["senderId"], address=address, channel=message.channel)
    return Owner(item.get("account") or message.account or "", sender)


def _hears(message: Inbound, item: Item) -> bool:
    """Whether an owner gets a carrier's inbound messages: an unproven claim may be of another's number."""
    if message.account is not None or message.carrier == SANDBOX:
        return True
    return _claimed(item).proven or is_of_sandbox(message.channel, message.to)


# ---------------------------------------------------------------------------------- moving


def begin_move(
    table: Table, channel: SenderChannel, address: str, source: str, target: tuple[str, str], *, carrier: str
) -> Claimed:
    """Let another account have an address, and no account send from it until `end_move`.

    `target` is the account and its sender, `carrier` the one that carries what `source` sends. Whose the
    address is then: with `moved_from`, unless the move was ended before. Raises Taken: neither of the two
    accounts has it. Of a claim that was never proven no STOP goes along: no person can have said one to it.
    """
    key = keys.address_owner(channel, address)
    account, sender_id = target
    while True:
        there = of(table, channel, address)
        mine = Claimed(account, sender_id, True)
        if there and there[:3] == mine[:3] and there.moved_from in (None, source):
            return there
        if there and (there.moved_from or there.account not in (account, source)):
            raise Taken(there.account)
        hands_on = carrier == SANDBOX or (there is not None and there.proven)
        moving = _item(account, sender_id, address, proven=True) | {"movedFrom": source, "handsOn": hands_on}
        if there is None:
            with suppress(ConditionFailed):
                table.put_new(key, moving)
                return _claimed(moving)
        elif _is_written(table, key, there, moving):
            return _claimed(moving)


def end_move(table: Table, channel: SenderChannel, address: str, target: tuple[str, str]) -> None:
    """Let the account that got an address send from it. Raises Taken: it no longer has the address."""
    account, sender_id = target
    ended = {"movedFrom": None, "handsOn": None}
    conditions = (equals("account", account), equals("senderId", sender_id))
    try:
        table.write(Update(keys.address_owner(channel, address), ended, conditions))
    except ConditionFailed as failed:
        raise Taken(failed.item["account"] if failed.item else "of nobody") from None


# --------------------------------------------------------------------------------- the item


def _item(account: str, sender_id: str, address: str, *, proven: bool) -> Item:
    item: dict[str, Any] = {"account": account, "senderId": sender_id, "address": address, "proven": proven}
    if not proven:
        item |= {keys.ACCOUNT_KEY: keys.pending_senders(), keys.OPERATION_ID: sender_id}
    return item


def _is_written(table: Table, key: keys.Key, seen: Claimed, wanted: Item) -> bool:
    """Replace the claim that was read; False if it has changed."""
    fields = {name: wanted.get(name) for name in (*wanted, keys.ACCOUNT_KEY, keys.OPERATION_ID)}
    conditions = (
        equals("account", seen.account),
        equals("senderId", seen.sender_id),
        equals("proven", seen.proven),
        equals("movedFrom", seen.moved_from) if seen.moved_from else missing("movedFrom"),
    )
    update = Update(key, fields, conditions)
    try:
        table.write(update)
    except ConditionFailed as failed:
        # The answer to an earlier try was lost.
        return update.holds_in(failed.item)
    return True


def _claimed(item: Item) -> Claimed:
    moved = item.get("movedFrom"), item.get("handsOn", False)
    return Claimed(item["account"], item["senderId"], item["proven"], *moved)
