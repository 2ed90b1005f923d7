"""The routes to a person: senders of the account and addresses of the person, in order.

One of a channel's senders writes to a person. The choice follows from the person and
the senders alone (rendezvous hashing), so a person keeps the sender from request to request,
and a sender that joins or leaves a pool changes only its own share of the people:

1. the sender that the person has an open conversation with;
2. else one of the senders of the person's country, if there are any;
3. among several, in proportion to their weights: parts a second, or 1 for a sender without a rate.
"""

import hashlib
import math
import zlib
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from herald.model.addresses import MessageAddress, Sender, SenderChannel

# The most senders that an operation keeps; it does not use further ones of a pool.
MAX_SENDERS: Final = 100

_BITS: Final = 64
_ALL_BITS: Final = (1 << _BITS) - 1
_SCALE: Final = 1.0 / (1 << _BITS)


class Route(NamedTuple):
    """One way to reach a person."""

    sender: Sender
    to: MessageAddress


class Conversation(NamedTuple):
    """The key of a person's open conversation: the channel of the sender, and the person's key."""

    channel: SenderChannel
    person: str


class _Candidate(NamedTuple):
    """A sender of a channel, and the parameters of its draw."""

    sender: Sender
    weight: float
    factor: int
    offset: int
    country: str | None


class Choice:
    """The senders of a request, and the choice among them for each recipient.

    `senders` are in the order of trying their channels. `rates` are parts a second, by sender id.
    `country_of` tells the country of a number. `conversations` are those that are open, and the
    address of the sender in each.
    """

    def __init__(
        self,
        senders: Iterable[Sender],
        rates: Mapping[str, int] | None = None,
        *,
        channel_first: bool = False,
        country_of: Callable[[str], str | None] = lambda number: None,
        conversations: Mapping[Conversation, str] | None = None,
    ) -> None:
        self._channel_first = channel_first
        self._country_of = country_of
        self.conversations = conversations or {}
        self._channels: dict[SenderChannel, list[_Candidate]] = {}
        for sender in senders:
            self._channels.setdefault(sender.channel, []).append(
                _candidate(sender, (rates or {}).get(sender.sender_id, 1), country_of)
            )

    @property
    def channels_with_a_choice(self) -> list[SenderChannel]:
        """The channels that have several senders, so that a conversation makes a difference."""
        return [channel for channel, candidates in self._channels.items() if len(candidates) > 1]

    def routes(self, addresses: Sequence[MessageAddress], without: Container[str] = ()) -> list[Route]:
        """The routes to a person, the first to try first; `without` are ids of senders left out.

        `addresses` are in the person's order of preference and the channels in the request's.
        Addresses decide, and for each of them channels; with `channel_first` it is the other way
        about. One sender of a channel writes to all addresses of a person.
        """
        if not addresses:
            return []
        chosen = [
            sender
            for channel, candidates in self._channels.items()
            if (sender := self._one_of(channel, candidates, addresses, without))
        ]
        if self._channel_first:
            return [Route(sender, to) for sender in chosen for to in addresses if sender.reaches(to)]
        return [Route(sender, to) for to in addresses for sender in chosen if sender.reaches(to)]

    def _one_of(
        self,
        channel: SenderChannel,
        candidates: Sequence[_Candidate],
        addresses: Sequence[MessageAddress],
        without: Container[str],
    ) -> Sender | None:
        if without:
            candidates = [each for each in candidates if each.sender.sender_id not in without]
        if len(candidates) < 2:
            return candidates[0].sender if candidates else None
        person = addresses[0].key
        if held := self.conversations.get(Conversation(channel, person)):
            for each in candidates:
                if each.sender.address == held:
                    return each.sender
        country = self._country_of(addresses[0].address)
        at_home = [each for each in candidates if each.country is not None and each.country == country]
        return _drawn(person, at_home or candidates)


def _candidate(sender: Sender, weight: float, country_of: Callable[[str], str | None]) -> _Candidate:
    digest = hashlib.blake2b(sender.sender_id.encode(), digest_size=16).digest()
    factor, offset = int.from_bytes(digest[:8]) | 1, int.from_bytes(digest[8:])
    country = country_of(sender.address) if sender.address.startswith("+") else None
    return _Candidate(sender, weight, factor, offset, country)


def _drawn(person: str, candidates: Sequence[_Candidate]) -> Sender:
    """The candidate with the shortest wait; waits are exponentially distributed, by weight.

    A wait depends on the person and the candidate alone, so others that come or go do not change it.
    """
    seed = int.from_bytes(hashlib.blake2b(person.encode(), digest_size=8).digest())
    best, shortest = candidates[0], math.inf
    for each in candidates:
        draw = (((seed * each.factor + each.offset) & _ALL_BITS) + 0.5) * _SCALE
        wait = -math.log(draw) / each.weight
        if wait < shortest:
            best, shortest = each, wait
    return best.sender


def spread(
    operation_id: str, members: Mapping[str, SenderChannel], order: Sequence[SenderChannel]
) -> dict[SenderChannel, list[str]]:
    """The ids of a pool's senders by channel, in the order in which an operation takes them.

    A pool of up to MAX_SENDERS takes part as a whole. Of a larger one each operation takes others
    first, so that all are used in the long run.
    """
    shuffled = sorted(members, key=lambda sender_id: (_number(operation_id + sender_id), sender_id))
    return {channel: [each for each in shuffled if members[each] is channel] for channel in order}


def _number(text: str) -> int:
    """A pseudo-random number that is the same in every process."""
    return zlib.crc32(text.encode())
