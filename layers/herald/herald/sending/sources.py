"""The senders of a request: from its `from` to senders of the account, in order.

Reads at most three times, so that accepting 10,000 recipients stays within eight
calls to AWS: a pool, all of its members (one read, however many), and as many senders
as an operation keeps. It reads more only if all senders of a channel that were read turn
out to be deactivated. A content template is one more read.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Final, NamedTuple

from herald.model import problems
from herald.model.addresses import (
    CHANNELS,
    REACHES,
    AddressChannel,
    CarrierName,
    MessageAddress,
    Sender,
    SenderChannel,
)
from herald.model.problems import Refused
from herald.model.routes import MAX_SENDERS, spread
from herald.model.senders import OwnSender, ResolveSenders, SenderSettings
from herald.model.sources import AddressSource, ChannelControl, SenderIdSource, SenderPoolSource, Source
from herald.store import Table, pools, senders

# An account may have any number of senders: for a request that names none so many are read, the oldest.
_MOST_READ: Final = 10_000
# The channels of a request without `from`, by preference; for each kind of address the first is used.
_UNASKED: Final = sorted(CHANNELS, key=lambda name: CHANNELS[name].unasked)
_FIRST_UNASKED: Final = frozenset({REACHES[name]: name for name in reversed(_UNASKED)}.values())


class Senders(NamedTuple):
    """The senders of a request, by channel in the order of trying.

    `channel_first`: the request itself orders the channels, so they decide before the
    order of a person's addresses does.
    """

    senders: tuple[Sender, ...]
    channel_first: bool = False
    # By sender id, of those that have any.
    settings: Mapping[str, SenderSettings] = {}


def senders_of(
    table: Table,
    account: str,
    source: Source | None,
    operation_id: str,
    sayable: Container[SenderChannel] = frozenset(SenderChannel),
    *,
    stack_carrier: CarrierName,
    pool_is_known: bool = False,
) -> Senders:
    """The senders of a request. Raises Refused: it names a sender or pool that the account does not have.

    Without a source, the choice is among senders of `sayable`, the channels that the content
    supports. An empty choice is no error: then no person is reached. `pool_is_known`: the pool
    that the source names was read before.
    """
    match source:
        case None:
            able = (each for each in _oldest(table, account) if each.channel in sayable)
            return _chosen(_preferred(able, stack_carrier))
        case AddressSource():
            found = senders.at(table, account, [(source.address, source.channel)])
            return _chosen(_one_active(found, stack_carrier, "$.from.address"))
        case SenderIdSource():
            one = senders.get(table, account, source.sender_id)
            return _chosen(_one_active([one] if one else [], stack_carrier, "$.from.senderId"))
        case SenderPoolSource(sender_pool_id=pool_id, channels=channels):
            if not pool_is_known:
                _must_have_pool(table, account, pool_id, "$.from.senderPoolId")
            found = _of_pool(table, account, pool_id, channels, operation_id, stack_carrier)
            return _chosen(found, pool_id, channel_first=bool(channels.priority))


def resolve(
    table: Table, account: str, request: ResolveSenders, *, stack_carrier: CarrierName, most: int
) -> list[tuple[OwnSender, MessageAddress]]:
    """The pairs of a sender and an address of a person, the preferred first. Raises Refused.

    Channels decide, then the order of addresses.
    """
    control = request.channels.known()
    if request.sender_pool_id is not None:
        _must_have_pool(table, account, request.sender_pool_id, "$.senderPoolId")
        found = _of_pool(table, account, request.sender_pool_id, control, "", stack_carrier)
    elif request.sender_addresses is not None:
        named = [
            (each.address, SenderChannel(each.channel))
            for each in request.sender_addresses
            if each.channel in SenderChannel
        ]
        found = senders.at(table, account, named)
    else:
        found = list(_oldest(table, account))
    pairs = (
        (sender, to)
        for channel in control.order()
        for to in request.addresses()
        if REACHES[channel] is to.channel
        for sender in found
        if sender.channel is channel and sender.is_active(stack_carrier)
    )
    return list(islice(pairs, most))


def _oldest(table: Table, account: str) -> Iterator[OwnSender]:
    return islice(senders.of_account(table, account), _MOST_READ)


def _chosen(
    found: Sequence[OwnSender], pool_id: str | None = None, *, channel_first: bool = False
) -> Senders:
    return Senders(
        tuple(sender.sends(pool_id) for sender in found),
        channel_first,
        settings={each.id: each.settings for each in found if each.settings != SenderSettings()},
    )


def _one_active(found: Sequence[OwnSender], stack_carrier: str, path: str) -> Sequence[OwnSender]:
    if not found or not found[0].is_active(stack_carrier):
        raise Refused({path: problems.INVALID_SENDER})
    return found[:1]


def _preferred(known: Iterable[OwnSender], stack_carrier: CarrierName) -> list[OwnSender]:
    """The oldest active sender for each kind of address; for phones, SMS before RCS."""
    oldest: dict[SenderChannel, OwnSender] = {}
    for sender in known:
        if sender.is_active(stack_carrier):
            oldest.setdefault(sender.channel, sender)
        if oldest.keys() >= _FIRST_UNASKED:
            break
    chosen: dict[AddressChannel, OwnSender] = {}
    for channel in _UNASKED:
        if channel in oldest:
            chosen.setdefault(REACHES[channel], oldest[channel])
    return list(chosen.values())


def _must_have_pool(table: Table, account: str, pool_id: str, path: str) -> None:
    if pools.get(table, account, pool_id) is None:
        raise Refused({path: problems.INVALID_SENDER})


def _of_pool(
    table: Table, account: str, pool_id: str, control: ChannelControl, seed: str, stack_carrier: CarrierName
) -> list[OwnSender]:
    """Active senders of a pool, some of each channel, by channel in the order of trying."""
    order = control.order()
    members = pools.members(table, pool_id) if order else {}
    waiting = {channel: iter(ids) for channel, ids in spread(seed, members, order).items() if ids}
    share = MAX_SENDERS // max(len(waiting), 1)
    found: dict[SenderChannel, list[OwnSender]] = {channel: [] for channel in waiting}
    while wanted := {
        channel: some
        for channel in waiting
        if not found[channel] and (some := _next(waiting[channel], share))
    }:
        read = senders.get_many(table, account, [each for some in wanted.values() for each in some])
        for channel, some in wanted.items():
            known = [read[each] for each in some if each in read]
            found[channel] = [each for each in known if each.is_active(stack_carrier)]
    return [sender for channel in order for sender in found.get(channel, [])]


def _next(ids: Iterator[str], number: int) -> list[str]:
    return list(islice(ids, number))
