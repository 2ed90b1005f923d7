"""Postings: the messages that have a tag, or were planned for a channel.

A posting is one item for each value of a tag in a chunk, not for each message: it
has a bit for each of the chunk's messages that have the tag (`places`, counted from
the first). Its sort key is the id of the chunk's first message, so that postings
sort as messages do and a range of ids is a range of postings. A chunk
that is made again makes the same postings.

A message that is tried by another channel than planned is in an index by that channel; a
chunk of one message has no posting of its channel, because an index entry costs as much.
A list that reads postings checks the rows.
"""

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from herald.model.addresses import SenderChannel
from herald.model.content import is_tag_value
from herald.model.ids import index_of, message_id, operation_id_of
from herald.model.message import Message, Unaddressable
from herald.store import keys
from herald.store.table import Item

Tag: TypeAlias = tuple[str, str]


def postings(chunk: Sequence[Message | Unaddressable]) -> Iterator[tuple[keys.Key, Item]]:
    """The postings of a whole chunk's rows, in its order."""
    if not chunk:
        return
    first = chunk[0]
    places: dict[Tag, int] = {}
    for row in chunk:
        for name, value in row.tags.items() if isinstance(row, Message) else ():
            # A message that failed for its tag keeps it: it is no tag, and may be too long for a key.
            if is_tag_value(value):
                bit = 1 << index_of(row.id) - index_of(first.id)
                places[name, value] = places.get((name, value), 0) | bit
    for (name, value), bits in places.items():
        yield _posting(keys.postings(first.account, name, value), first, bits)
    if len(chunk) > 1:
        channels: dict[SenderChannel, int] = {}
        for row in chunk:
            if isinstance(row, Message):
                bit = 1 << index_of(row.id) - index_of(first.id)
                channels[row.sender.channel] = channels.get(row.sender.channel, 0) | bit
        for channel, bits in channels.items():
            partition = keys.channel_postings(first.account, channel, keys.shard_of(first.id))
            yield _posting(partition, first, bits)


def _posting(partition: str, first: Message | Unaddressable, bits: int) -> tuple[keys.Key, Item]:
    return keys.Key(partition, first.id), {"places": format(bits, "x"), "expiresAt": first.expires_at}


def messages_in(first: str, places: Sequence[str]) -> Iterator[str]:
    """The ids of the messages that are in all of a chunk's postings, the last one first."""
    bits = int(places[0], 16)
    for each in places[1:]:
        bits &= int(each, 16)
    operation_id, start = operation_id_of(first), index_of(first)
    while bits:
        place = bits.bit_length() - 1
        bits ^= 1 << place
        yield message_id(operation_id, start + place)
