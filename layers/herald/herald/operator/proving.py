"""The operator's decisions about senders: approve, move to another account, remove.

Each may be repeated, and a repeat finishes an interrupted one. Moving an address:

    hold        the old account's sender waits for an approval: no request is accepted from it
    receive     the new account gets the sender, without an approval
    begin       the address is the new account's, and neither sends from it (one conditional write);
                inbound messages go to the new account, so that no later STOP is missed
    settle      waits until workers have dropped the cached old owner, and the index is up to date
    hand on     the STOPs of the old account are copied to the new one, for the family of the sender
    end         the new account may send from the address
    approve     its sender is shown as approved
    delete      the old account's sender is deleted last: by it, a repeat finds the remaining work
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from herald.model.addresses import REACHES, CarrierName, is_of_sandbox
from herald.model.senders import Approval, OwnSender
from herald.store import Table, owners, senders, suppressions


class NoSuchSender(Exception):
    """The account has no sender of this id."""

    def __init__(self, account: str, sender_id: str) -> None:
        super().__init__(f"account {account} has no sender {sender_id}")


class IsFree(Exception):
    """A number of the sandbox has no owner."""

    def __init__(self, address: str) -> None:
        super().__init__(f"{address} is the sandbox's: every account may add it for itself")


class Moved(NamedTuple):
    """The sender in its new account, and how many STOPs were copied."""

    sender_id: str
    stops: int


def approve(table: Table, account: str, sender_id: str, now: datetime) -> OwnSender:
    """Let an account send from an address by real carriers. Raises NoSuchSender, owners.Taken, Moving."""
    sender = sender_of(table, account, sender_id)
    owners.claim(table, account, sender.channel, sender.address, sender.id, proven=True)
    if not senders.set_approval(table, account, sender_id, Approval.APPROVED, now):
        raise NoSuchSender(account, sender_id)
    return sender


def remove(table: Table, account: str, sender_id: str) -> OwnSender:
    """Remove a sender from an account; its address is free then. Raises NoSuchSender, owners.Moving."""
    sender = sender_of(table, account, sender_id)
    owners.release(table, account, sender.channel, sender.address)
    senders.delete(table, account, sender)
    return sender


def move(
    table: Table,
    account: str,
    sender_id: str,
    heir: str,
    now: datetime,
    *,
    stack_carrier: CarrierName,
    settle: Callable[[], None],
) -> Moved:
    """Give a sender of an account to another account, `heir`, with its STOPs.

    `settle` waits for timing.SETTLE_SECONDS. Raises NoSuchSender, IsFree, owners.Taken.
    """
    sender = sender_of(table, account, sender_id)
    channel, address = sender.channel, sender.address
    if is_of_sandbox(channel, address):
        raise IsFree(address)
    senders.set_approval(table, account, sender_id, Approval.PENDING, now)
    target = heir, senders.receive(table, heir, sender, now)
    carrier = sender.carrier or stack_carrier
    claimed = owners.begin_move(table, channel, address, account, target, carrier=carrier)
    stops = 0
    if claimed.moved_from:
        settle()
        if claimed.hands_on:
            stops = suppressions.hand_on(table, account, heir, REACHES[channel])
        owners.end_move(table, channel, address, target)
    senders.set_approval(table, *target, Approval.APPROVED, now)
    senders.delete(table, account, sender)
    return Moved(target[1], stops)


def sender_of(table: Table, account: str, sender_id: str) -> OwnSender:
    """A sender of an account. Raises NoSuchSender."""
    sender = senders.get(table, account, sender_id)
    if sender is None:
        raise NoSuchSender(account, sender_id)
    return sender
