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

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias, TypeVar

from herald.model.content import is_tag_value
from herald.model.ids import index_of, message_id, operation_id_of
from herald.model.message import Message, Unaddressable
from herald.store import keys
from herald.store.table import Item

Tag: TypeAlias = tuple[str, str]
What = TypeVar("What")


def postings(chunk: Sequence[Message | Unaddressable]) -> Iterator[tuple[keys.Key, Item]]:
    """The postings of a whole chunk's rows, in its order."""
    # A message that failed for its tag keeps it: it is no tag, and may be too long for a key.
    tags = places(chunk, lambda row: (tag for tag in row.tags.items() if is_tag_value(tag[1])))
    for (name, value), bits in tags.items():
        yield posting(keys.postings(chunk[0].account, name, value), chunk[0], bits)
    if len(chunk) > 1:
        for channel, bits in places(chunk, lambda row: [row.sender.channel]).items():
            partition = keys.channel_postings(chunk[0].account, channel, keys.shard_of(chunk[0].id))
            yield posting(partition, chunk[0], bits)


def places(
    chunk: Sequence[Message | Unaddressable], whats_of: Callable[[Message], Iterable[What]]
) -> dict[What, int]:
    """Which of a chunk's messages have something, for all that some of them have: a bit for each."""
    found: dict[What, int] = {}
    for row in chunk:
        for what in whats_of(row) if isinstance(row, Message) else ():
            found[what] = found.get(what, 0) | 1 << index_of(row.id) - index_of(chunk[0].id)
    return found


def posting(partition: str, first: Message | Unaddressable, bits: int) -> tuple[keys.Key, Item]:
    return keys.Key(partition, first.id), {"places": format(bits, "x"), "expiresAt": first.expires_at}


def messages_in(first: str, places: str) -> list[str]:
    """The ids of the messages that a chunk's posting names, in their order."""
    bits, operation_id, start = int(places, 16), operation_id_of(first), index_of(first)
    return [
        message_id(operation_id, start + place) for place in range(bits.bit_length()) if bits >> place & 1
    ]
