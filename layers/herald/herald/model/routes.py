"""Which of an account's senders write to which address of a person, and in which order.

A pool's load is spread: of all senders of one channel, one writes to a person, and
which one follows from the message's id. So the same message has the same routes,
whoever asks again.
"""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from herald.model.addresses import MessageAddress, Sender, SenderChannel

# As many senders as an operation keeps; more of a pool do not take part in it.
MAX_SENDERS: Final = 100


class Route(NamedTuple):
    """One way to reach a person."""

    sender: Sender
    to: MessageAddress


def routes_of(
    message_id: str,
    addresses: Sequence[MessageAddress],
    senders: Iterable[Sender],
    *,
    channel_first: bool = False,
) -> list[Route]:
    """The ways to reach a person, the first to try first.

    `addresses` are in the person's order of preference and the channels of `senders` in
    the request's. Addresses decide, and for each of them channels; with `channel_first`
    it is the other way about.
    """
    channels: dict[SenderChannel, list[Sender]] = {}
    for sender in senders:
        channels.setdefault(sender.channel, []).append(sender)
    chosen = [_one_of(message_id, same) for same in channels.values()]
    if channel_first:
        return [Route(sender, to) for sender in chosen for to in addresses if sender.reaches(to)]
    return [Route(sender, to) for to in addresses for sender in chosen if sender.reaches(to)]


def spread(
    operation_id: str, members: Mapping[str, SenderChannel], order: Sequence[SenderChannel]
) -> dict[SenderChannel, list[str]]:
    """The ids of a pool's senders by channel, in an order that differs between operations.

    Whoever takes the first ones of them for each operation uses all in the long run.
    """
    shuffled = sorted(members, key=lambda sender_id: (_number(operation_id + sender_id), sender_id))
    return {channel: [each for each in shuffled if members[each] is channel] for channel in order}


def _one_of(message_id: str, senders: Sequence[Sender]) -> Sender:
    return senders[_number(message_id) % len(senders)]


def _number(text: str) -> int:
    """A number that looks random and is the same in every process."""
    return zlib.crc32(text.encode())
