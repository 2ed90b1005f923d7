"""Senders of an account: made, changed, found by id, by address and in lists.

A sender's address is an item of its own, so that an address cannot become two senders.
It is written first and holds the id: if a worker dies before the sender is
written, the next try for the address uses that id. Then the address gets
its owner (store.owners), before the sender: so no sender exists that receives nothing.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from herald.model.addresses import LONGEST_SENDER_ADDRESS, CarrierName, SenderChannel, is_of_sandbox
from herald.model.batches import batched
from herald.model.ids import is_sender_id, new_sender_id
from herald.model.senders import (
    AnyChannel,
    Approval,
    NewSender,
    OperatorSender,
    OwnSender,
    SenderChange,
    SenderStatus,
)
from herald.store import keys, owners, pages
from herald.store.table import ConditionFailed, Item, Table


class Exists(Exception):
    """The account has a sender of this address and channel."""

    def __init__(self, sender_id: str) -> None:
        super().__init__(f"sender {sender_id} has this address and channel")
        self.sender_id = sender_id


class Filters(NamedTuple):
    """Filters of senders of a stack with this carrier: all that are given must match."""

    stack_carrier: CarrierName
    channel: AnyChannel | None = None
    status: SenderStatus | None = None
    start: datetime | None = None
    end: datetime | None = None

    def let_through(self, sender: OwnSender) -> bool:
        return (
            (self.channel is None or sender.channel.value == self.channel.value)
            and self.status in (None, sender.status_of(self.stack_carrier))
            and pages.is_between(sender.created_at, self.start, self.end)
        )


def add(table: Table, account: str, new: NewSender, now: datetime, *, is_approved: bool = True) -> OwnSender:
    """Give an account a sender; without an approval it has no real carrier.

    Raises Exists, and owners.Taken and owners.Moving: another account has the address.
    """
    there = owners.of(table, new.channel, new.address)
    if there and there.account != account and not is_of_sandbox(new.channel, new.address):
        raise owners.Taken(there.account)
    sender = OwnSender(
        id=_reserve(table, account, new.channel, new.address, new_sender_id(now)),
        address=new.address,
        channel=new.channel,
        display_name=new.display_name,
        carrier=new.carrier if isinstance(new, OperatorSender) else None,
        carrier_sender_id=new.carrier_sender_id if isinstance(new, OperatorSender) else None,
        parts_per_second=new.parts_per_second,
        approval=Approval.APPROVED if is_approved else Approval.PENDING,
        tags=new.tags,
        updated_at=now,
    )
    owners.claim(table, account, new.channel, new.address, sender.id, proven=is_approved)
    try:
        table.put_new(keys.sender(account, sender.id), sender.model_dump(exclude_none=True, mode="json"))
    except ConditionFailed as failed:
        # Written by an earlier try of this very call, whose answer was lost, or by another call.
        if not failed.item or failed.item["updatedAt"] != sender.model_dump(mode="json")["updatedAt"]:
            raise Exists(sender.id) from None
    return sender


def _reserve(table: Table, account: str, channel: SenderChannel, address: str, sender_id: str) -> str:
    """The id that an address has, or has from now on."""
    reserved = {"senderId": sender_id, "address": address}
    try:
        table.put_new(keys.sender_address(account, channel, address), reserved)
    except ConditionFailed as failed:
        if failed.item:
            return str(failed.item["senderId"])
        raise
    return sender_id


def update(table: Table, account: str, sender_id: str, change: SenderChange, now: datetime) -> bool:
    """Change only the fields of a change; False if there is no such sender."""
    return table.update_fields(keys.sender(account, sender_id), _fields(change, now))


def set_approval(table: Table, account: str, sender_id: str, approval: Approval, now: datetime) -> bool:
    """Set whether the operator has approved a sender; False if there is no such sender."""
    fields = {"approval": approval, "updatedAt": now.isoformat()}
    return table.update_fields(keys.sender(account, sender_id), fields)


def receive(table: Table, account: str, sender: OwnSender, now: datetime) -> str:
    """Give an account a sender that another account has, without an approval; its id here.

    One that the account had of the address keeps its id and name, and gets the carrier's part.
    """
    sender_id = _reserve(table, account, sender.channel, sender.address, sender.id)
    given = {"id": sender_id, "approval": Approval.PENDING, "status": SenderStatus.ACTIVATED}
    item = sender.model_copy(update={**given, "updated_at": now}).model_dump(exclude_none=True, mode="json")
    key = keys.sender(account, sender_id)
    try:
        table.put_new(key, item)
    except ConditionFailed:
        names = ("carrier", "carrierSenderId", "partsPerSecond", "approval", "updatedAt")
        table.update_fields(key, {name: item[name] for name in names if name in item})
    return sender_id


def delete(table: Table, account: str, sender: OwnSender) -> None:
    """Delete a sender and its address in the account; owners.release ends the ownership."""
    table.delete(
        keys.sender_address(account, sender.channel, sender.address), only_if={"senderId": sender.id}
    )
    table.delete(keys.sender(account, sender.id))


def get(table: Table, account: str, sender_id: str) -> OwnSender | None:
    if not is_sender_id(sender_id):
        return None
    item = table.get(keys.sender(account, sender_id))
    return _sender(item) if item else None


def get_many(table: Table, account: str, sender_ids: Iterable[str]) -> dict[str, OwnSender]:
    """The senders that exist, by id."""
    known = dict.fromkeys(filter(is_sender_id, sender_ids))
    found = map(_sender, table.get_many([keys.sender(account, sender_id) for sender_id in known]))
    return {sender.id: sender for sender in found}


def at(table: Table, account: str, addresses: Iterable[tuple[str, SenderChannel]]) -> list[OwnSender]:
    """The senders that have these addresses, each once, in their order; unknown addresses are left out."""
    able = ((channel, address) for address, channel in addresses if len(address) <= LONGEST_SENDER_ADDRESS)
    wanted = list(dict.fromkeys(keys.sender_address(account, *each) for each in able))
    ids = {item[keys.SK]: str(item["senderId"]) for item in table.get_many(wanted)}
    found = get_many(table, account, ids.values())
    return [found[ids[key.sk]] for key in wanted if ids.get(key.sk) in found]


def of_account(table: Table, account: str) -> Iterator[OwnSender]:
    """An account's senders, oldest first, read as they are asked for."""
    return map(_sender, table.beginning(keys.sender(account, "")))


def page(
    table: Table, account: str, filters: Filters, *, size: int, after: str | None = None
) -> pages.Page[OwnSender]:
    """Up to `size` senders of the account that come after the id `after`, newest first."""

    def row_of(item: Item) -> OwnSender | None:
        sender = _sender(item)
        return sender if filters.let_through(sender) else None

    return pages.of_items(table, keys.sender(account, ""), row_of, size=size, after=after)


def members_page(
    table: Table, account: str, pool_id: str, filters: Filters, *, size: int, after: str | None = None
) -> pages.Page[OwnSender]:
    """Up to `size` senders of a pool of the account that come after the id `after`, newest first."""
    first = keys.pool_member(pool_id, "comms_sender_")
    members = table.query(
        pool_id, low=first.sk, high=after or keys.BEHIND, newest_first=True, limit=pages.share(size)
    )

    def candidates() -> Iterator[tuple[str, OwnSender | None]]:
        for some in batched((item[keys.SK] for item in members), size + 2):
            found = get_many(table, account, some)
            for sender in (found[each] for each in some if each in found):
                yield sender.id, sender if filters.let_through(sender) else None

    return pages.page(candidates(), size=size, after=after)


def _fields(change: SenderChange, now: datetime) -> Item:
    return {**change.model_dump(exclude_unset=True, mode="json"), "updatedAt": now.isoformat()}


def _sender(item: Item) -> OwnSender:
    return OwnSender.model_validate(item, strict=False)
