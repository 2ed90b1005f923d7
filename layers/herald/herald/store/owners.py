"""Whose message is it? Senders' addresses, for what people write to them.

An address and channel has one owner: the account that was the first to have a sender of
it. A carrier that serves several accounts on one address, as the sandbox does, names the
account; then it is that account's sender.
"""

from collections.abc import Iterable
from contextlib import suppress
from typing import NamedTuple

from herald.model.addresses import Sender, SenderChannel
from herald.model.inbound import Inbound
from herald.store import keys
from herald.store.table import ConditionFailed, Item, Table


class Owner(NamedTuple):
    """The account that a message is for, and its sender that it was written to."""

    account: str
    sender: Sender


def claim(table: Table, account: str, channel: SenderChannel, address: str, sender_id: str) -> None:
    """Let an account have what is written to an address, unless another has it."""
    with suppress(ConditionFailed):
        owner = {"account": account, "senderId": sender_id, "address": address}
        table.put_new(keys.address_owner(channel, address), owner)


def find(table: Table, messages: Iterable[Inbound]) -> list[tuple[Inbound, Owner | None]]:
    """Each message with its owner; None: it was written to no account's sender."""
    wanted = [(each, _key(each)) for each in messages]
    some = list(dict.fromkeys(key for _, key in wanted))
    found = {keys.Key(item[keys.PK], item[keys.SK]): item for item in table.get_many(some)}
    return [(each, _owner(each, found.get(key))) for each, key in wanted]


def _key(message: Inbound) -> keys.Key:
    if message.account is None:
        return keys.address_owner(message.channel, message.to)
    return keys.sender_address(message.account, message.channel, message.to)


def _owner(message: Inbound, item: Item | None) -> Owner | None:
    if item is None:
        return None
    # As the account has it: a carrier may write it in another way.
    address = item.get("address", message.to)
    sender = Sender(sender_id=item["senderId"], address=address, channel=message.channel)
    return Owner(item.get("account") or message.account or "", sender)
