"""Pages of an account's messages, newest first.

Filters are walks down the ids of messages (`store.walks`): an index, postings, counts,
or the rows themselves. A page walks down all of its filters together, reads the rows that
they agree on, and checks them: an index lags a moment behind, and a count may lag longer.

| filter | walk |
|---|---|
| session, profile, looksLike | their index alone: few messages have the same |
| tags | postings, one walk for each tag |
| channel | postings of the channel planned first, and an index of the others |
| to, from | items of the address, and an index of the address planned to (`store.parties`) |
| SENT, DELIVERED, CANCELED | the counts of operations (`store.counted`) |
| QUEUED, SCHEDULED | the same, and messages_by_status, for those that wait for another attempt |
| other statuses | messages_by_status |
| none of these | the rows |

Operation, dates and the place where a page begins are a range of ids on every walk.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Final, NamedTuple

from herald.model.addresses import SenderChannel
from herald.model.block import is_counted
from herald.model.ids import index_of, message_id_bounds, operation_id_of, shards_of, time_bound
from herald.model.keywords import Keyword
from herald.model.message import Message
from herald.model.status import Status
from herald.store import accounts, keys, walks
from herald.store.counted import Counted
from herald.store.keys import Party
from herald.store.pages import Page, Range, ids_between, just_below
from herald.store.parties import Parties, has_recipient, has_sender
from herald.store.rows import is_message, message_of
from herald.store.table import Item, Table
from herald.store.tags import Tag
from herald.store.walks import Reads, Rows, Walk

_ALL: Final = Range(keys.FIRST_MESSAGE, keys.LAST_MESSAGE)
# Rows that are looked at in one round, at most.
_MOST_ROWS: Final = 1_000
# So many neighbours are read as one range, where at least every fourth is looked at.
_NEIGHBOURS: Final = 30
_SPREAD: Final = 4


class Filters(NamedTuple):
    """Filters of messages: all that are given must match."""

    operation_id: str | None = None
    status: Status | None = None
    start: datetime | None = None
    end: datetime | None = None
    channel: SenderChannel | None = None
    profile_id: str | None = None
    session_id: str | None = None
    tags: frozenset[Tag] = frozenset()
    # Received messages that look like this, and are none.
    looks_like: Keyword | None = None
    # Addresses, in any spelling. A list by them needs `Parties`.
    to: str | None = None
    source: str | None = None

    def admit(self, message: Message) -> bool:
        """Whether a message passes the filters that a range of ids does not decide."""
        return (
            not (self.operation_id and message.is_inbound)
            and self.status in (None, message.status)
            and self.channel in (None, message.sender.channel)
            and self.profile_id in (None, message.profile_id)
            and self.session_id in (None, message.session_id)
            and self.tags <= message.tags.items()
            and self.looks_like in (None, message.received.looks_like if message.received else None)
            and (self.to is None or has_recipient(message, self.to))
            and (self.source is None or has_sender(message, self.source))
        )


def page(
    table: Table,
    account: str,
    filters: Filters,
    *,
    size: int,
    after: str | None = None,
    parties: Parties | None = None,
) -> Page[Message]:
    """Up to `size` messages of the account that come after the message id `after`."""
    whole = Range(*message_id_bounds(filters.operation_id)) if filters.operation_id else _ALL
    ids = ids_between(whole, time_bound, start=filters.start, end=filters.end, after=after)
    if ids.low > ids.high:
        return Page([], None)
    shards = shards_of(filters.operation_id) if filters.operation_id else accounts.shards(table, account)
    while True:
        lister = _Lister(table, account, filters, ids, shards, size, parties)
        found = lister.page()
        if lister.shards <= shards:
            return found
        # The account got more shards, and used them, since its number was read.
        shards = lister.shards


class _Lister:
    """One page, read from so many shards."""

    def __init__(
        self,
        table: Table,
        account: str,
        filters: Filters,
        ids: Range,
        shards: int,
        size: int,
        parties: Parties | None,
    ) -> None:
        self._reads = Reads(table, size)
        self._parties = parties
        self._account = account
        self._filters = filters
        self._ids = ids
        self._size = size
        # The largest number that an id tells of.
        self.shards = shards
        self._walk = self._walk_of(range(shards))

    def page(self) -> Page[Message]:
        """The page, which is short if its calls were spent before it was full."""
        found: list[Message] = []
        high, most = self._ids.high, self._size + 1
        while True:
            some, rest = self._candidates(high, most)
            rows = self._rows(some)
            for number, identifier in enumerate(some, start=1):
                row = rows.get(identifier)
                if row and self._filters.admit(row):
                    found.append(row)
                if len(found) == self._size:
                    is_last = number == len(some) and rest is None
                    return Page(found, None if is_last else identifier)
            if rest is None:
                return Page(found, None)
            if not rest.is_there or (self._reads.are_spent and some):
                return Page(found, some[-1] if rest.is_there else _above(rest.id))
            high = rest.id
            most = min(most * 4, _MOST_ROWS)

    def _candidates(self, high: str, most: int) -> tuple[list[str], walks.Place | None]:
        """The next candidates, and what follows them: another, how far the walk came, or nothing."""
        some: list[str] = []
        calls = 0
        while (place := self._walk.seek(high)) and place.is_there and len(some) < most:
            some.append(place.id)
            self.shards = max(self.shards, shards_of(place.id))
            high = just_below(place.id)
            calls = calls or self._reads.calls
            if self._reads.are_spent and self._reads.calls > calls:
                # Those that follow would take further calls.
                break
        return some, place

    # ------------------------------------------------------------------------------ rows

    def _rows(self, some: Sequence[str]) -> dict[str, Message]:
        if isinstance(self._walk, Rows):
            return {each: message_of(self._walk.read[each]) for each in some}
        items: list[Item] = []
        alone: list[keys.Key] = []
        for neighbours in _by_partition(self._account, some):
            partition, ids = neighbours
            if len(ids) >= _NEIGHBOURS and _distance(ids) <= _SPREAD * len(ids):
                items += self._reads.between(partition, ids[-1], ids[0])
            else:
                alone += [keys.Key(partition, each) for each in ids]
        items += self._reads.get_many(alone)
        return {item[keys.SK]: message_of(item) for item in items if is_message(item)}

    # ----------------------------------------------------------------------------- walks

    def _walk_of(self, shards: range) -> Walk:
        """The walk of all selective filters."""
        given, account = self._filters, self._account
        narrow = [*self._narrow(), *self._to()]
        if narrow:
            return walks.in_all(self._reads, [*narrow, *self._from()])
        found = [
            walks.of_postings(self._reads, [keys.postings(account, name, value)], self._ids.low)
            for name, value in sorted(given.tags)
        ]
        every: list[Walk] = [*found, *self._from()]
        # What an address has sent or written is known by how it is found.
        if given.status and not (given.source and given.status is Status.INBOUND):
            every.append(self._status(given.status, shards))
        if given.channel:
            every.append(self._channel(given.channel, shards))
        if every:
            return walks.in_all(self._reads, every)
        partitions = [keys.messages(account, shard) for shard in shards]
        return Rows(self._reads, partitions, self._ids.low)

    def _narrow(self) -> Iterator[Walk]:
        """The walk of a filter that few messages meet, if there is one."""
        given, account = self._filters, self._account
        if given.session_id:
            partition = keys.session_key(account, given.session_id)
            yield self._index([partition], keys.MESSAGES_BY_SESSION)
        elif given.looks_like:
            partition = keys.looks_like_key(account, given.looks_like)
            yield self._index([partition], keys.MESSAGES_BY_PROFILE)
        elif given.profile_id:
            partition = keys.profile_key(account, given.profile_id)
            yield self._index([partition], keys.MESSAGES_BY_PROFILE)

    def _to(self) -> Iterator[Walk]:
        """The walk of messages sent to a person, or received by a sender."""
        if to := self._filters.to:
            yield self._parties_in(to, sent=(Party.TO,), received=Party.GOT)

    def _from(self) -> Iterator[Walk]:
        """The walk of messages sent from a sender, or written by a person."""
        if source := self._filters.source:
            yield self._parties_in(source, sent=(Party.FROM, Party.TRIED), received=Party.WROTE)

    def _parties_in(self, address: str, *, sent: Sequence[Party], received: Party) -> Walk:
        if self._parties is None:
            raise ValueError("an address is found by the key of the stack's hashes")
        is_inbound = self._filters.status is Status.INBOUND
        kinds = [] if is_inbound else list(sent)
        if is_inbound or self._filters.status is None:
            kinds.append(received)
        found: list[Walk] = []
        for kind in kinds:
            partition = self._parties.partition(self._account, kind, address)
            walk = walks.of_postings if kind is Party.FROM else walks.of_partitions
            found.append(walk(self._reads, [partition], self._ids.low))
            if kind is Party.TO:
                planned = self._parties.recipient_key(self._account, address)
                found.append(self._index([planned], keys.MESSAGES_BY_RECIPIENT))
        return walks.in_any(found)

    def _status(self, status: Status, shards: range) -> Walk:
        found: list[Walk] = []
        if partitions := [key for shard in shards if (key := keys.status_key(self._account, status, shard))]:
            found.append(self._index(partitions, keys.MESSAGES_BY_STATUS))
        if is_counted(status):
            operation_id = self._filters.operation_id
            found.append(Counted(self._reads, self._account, self._ids, status, operation_id))
        return walks.in_any(found)

    def _channel(self, channel: SenderChannel, shards: range) -> Walk:
        planned = [keys.channel_postings(self._account, channel, shard) for shard in shards]
        others = [keys.channel_key(self._account, channel, shard) for shard in shards]
        return walks.in_any(
            [
                walks.of_postings(self._reads, planned, self._ids.low),
                self._index(others, keys.MESSAGES_BY_CHANNEL),
            ]
        )

    def _index(self, partitions: Sequence[str], index: keys.Index) -> Walk:
        return walks.of_partitions(self._reads, partitions, self._ids.low, index)


def _by_partition(account: str, ids: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Ids of one operation and partition together, in their order."""
    found: dict[tuple[str, str], list[str]] = {}
    for each in ids:
        partition = keys.message(account, each).pk
        found.setdefault((partition, operation_id_of(each)), []).append(each)
    return [(partition, some) for (partition, _), some in found.items()]


def _distance(ids: Sequence[str]) -> int:
    return index_of(ids[0]) - index_of(ids[-1])


def _above(identifier: str) -> str:
    """What a page begins after whose first candidate may be this id, or one below."""
    return f"{identifier}0"
