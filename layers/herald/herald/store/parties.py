"""How messages are found by the addresses that they are from and to.

The row has the address that a message is planned to, for the index messages_by_recipient. Each other
address is an item in a partition of its own. Both are named by a hash of the address's key
(model.numbers), so every spelling of a number has one name, and no key reveals the number. The
hash needs a key of the stack: without it, an attacker could try all numbers.

| what | partition | sorted by |
|---|---|---|
| sent to another person of a group, or tried to another address than planned | TO | the message |
| sent from the planned sender | FROM | the chunk's first message; `places` has a bit for each |
| tried from another sender than planned | TRIED | the message |
| received from a person | WROTE | the message |
| received by a sender | GOT | the message |

An item is written before an attempt by its address is on the row, and stays if the next attempt uses
another address. A list checks the rows.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from herald.model.message import Attempt, Message, Unaddressable
from herald.model.numbers import key_of
from herald.store import keys, tags
from herald.store.keys import Party
from herald.store.table import Item


class Parties(NamedTuple):
    """Makes the search items of messages, with the key of the stack's hashes."""

    key: bytes

    def partition(self, account: str, party: Party, address: str) -> str:
        """The partition of an account's messages by an address, in any spelling."""
        return keys.party(account, party, self._digest(account, address))

    def recipient_key(self, account: str, address: str) -> str:
        """The partition of messages_by_recipient of messages that were planned to an address."""
        return keys.recipient_key(self._digest(account, address))

    def planned(self, chunk: Sequence[Message | Unaddressable]) -> Iterator[tuple[keys.Key, Item]]:
        """The items of a chunk's rows, in its order: of the people of groups, and of the first senders."""
        for row in chunk:
            if isinstance(row, Message):
                for address in {to.address for to in row.group or ()} - {row.to.address}:
                    yield self._item(row, Party.TO, address)
        for address, bits in tags.places(chunk, lambda row: [row.sender.address]).items():
            yield tags.posting(self.partition(chunk[0].account, Party.FROM, address), chunk[0], bits)

    def tried(self, row: Message, attempts: Sequence[Attempt]) -> Iterator[tuple[keys.Key, Item]]:
        """The items of attempts before they are added to a row, for addresses that are new to it."""
        for address in {each.to.address for each in attempts} - {row.to.address}:
            yield self._item(row, Party.TO, address)
        for address in {each.sender.address for each in attempts} - {row.sender.address}:
            yield self._item(row, Party.TRIED, address)

    def received(self, row: Message) -> Iterator[tuple[keys.Key, Item]]:
        """The items of a received message."""
        yield self._item(row, Party.WROTE, row.to.address)
        yield self._item(row, Party.GOT, row.sender.address)

    def _digest(self, account: str, address: str) -> str:
        said = f"{account}\n{key_of(address)}".encode()
        return hmac.digest(self.key, said, hashlib.sha256)[:16].hex()

    def _item(self, row: Message, party: Party, address: str) -> tuple[keys.Key, Item]:
        return keys.Key(self.partition(row.account, party, address), row.id), {"expiresAt": row.expires_at}


def has_sender(message: Message, address: str) -> bool:
    """Whether a message is from an address: of its sender, of one that was tried, or of who wrote it."""
    key = key_of(address)
    if message.is_inbound:
        return message.to.key == key
    senders = (message.sender, *(attempt.sender for attempt in message.attempts))
    return any(key_of(sender.address) == key for sender in senders)


def has_recipient(message: Message, address: str) -> bool:
    """Whether a message is to an address: its own, one of its group, one that was tried, or who got it."""
    key = key_of(address)
    if message.is_inbound:
        return key_of(message.sender.address) == key
    people = (message.to, *(message.group or ()), *(attempt.to for attempt in message.attempts))
    return any(to.key == key for to in people)
