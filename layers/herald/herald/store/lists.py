"""Pages of an account's messages, newest first.

There are several ways to the messages that filters let through (`_WAYS`): indexes,
postings of tags, and the rows themselves. A page takes the narrowest of those that
serve its filters. Whatever way it took, it checks every filter on the rows, which
are read as of now: an index lags a moment behind, and knows only one of the filters.

Operation, dates and the place where a page begins are a range of ids on every way.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from herald.model.addresses import SenderChannel
from herald.model.ids import message_id_bounds, time_bound
from herald.model.keywords import Keyword
from herald.model.message import Message
from herald.model.status import Status
from herald.store import keys, messages
from herald.store.pages import Budget, Candidate, Page, Range, begun, fill, ids_between, merged, share
from herald.store.rows import message_of
from herald.store.table import Item, Table
from herald.store.tags import Tag, messages_in

_ALL: Final = Range(keys.FIRST_MESSAGE, keys.LAST_MESSAGE)
# Of what goes well there is much more: of these, few have a message that is not wanted.
_MISHAPS: Final = frozenset({Status.FAILED, Status.UNDELIVERED, Status.CANCELED})


class Filters(NamedTuple):
    """Which messages: all of those that are given must hold."""

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

    def admit(self, message: Message) -> bool:
        """Whether a message has what can change, or what no range of ids tells."""
        return (
            not (self.operation_id and message.is_inbound)
            and self.status in (None, message.status)
            and self.channel in (None, message.sender.channel)
            and self.profile_id in (None, message.profile_id)
            and self.session_id in (None, message.session_id)
            and self.tags <= message.tags.items()
            and (self.looks_like is None or self.looks_like is _looks_like(message))
        )


def _looks_like(message: Message) -> Keyword | None:
    return message.received.looks_like if message.received else None


def page(
    table: Table, account: str, filters: Filters, *, size: int, after: str | None = None
) -> Page[Message]:
    """Up to `size` messages of the account that come after the message id `after`."""
    whole = Range(*message_id_bounds(filters.operation_id)) if filters.operation_id else _ALL
    ids = ids_between(whole, time_bound, start=filters.start, end=filters.end, after=after)
    if ids.low > ids.high:
        return Page([], None)
    way = next(way for way in _WAYS if way.partitions(account, filters))
    partitions = way.partitions(account, filters)
    budget = Budget(size, len(partitions))

    def items_of(partition: str) -> Iterator[Item]:
        items = table.query(
            partition,
            low=ids.low,
            high=ids.high,
            index=way.index,
            partition_name=way.partition_name,
            newest_first=True,
            limit=share(size, len(partitions)),
        )
        return budget.counted(items)

    def rows_of(candidates: Sequence[Candidate]) -> dict[str, Message]:
        if way.is_rows:
            found = {each.id: message_of(each.item) for each in candidates if each.item}
        else:
            found = messages.get_many(table, account, [each.id for each in candidates])
        return {each: message for each, message in found.items() if filters.admit(message)}

    candidates = way.combine(begun(map(items_of, partitions)), ids)
    return fill(candidates, rows_of, size=size, budget=budget)


# ------------------------------------------------------------------ candidates


def _in_any(partitions: Sequence[Iterator[Item]], ids: Range) -> Iterator[Candidate]:
    return merged(map(_candidates, partitions))


def _candidates(items: Iterator[Item]) -> Iterator[Candidate]:
    """What entries of an index, or rows, name: of recipients without a message, a place without a row."""
    for item in items:
        name = item[keys.SK]
        if not keys.is_receipt(name):
            yield Candidate(name, None if _is_unaddressable(item) else item)


def _is_unaddressable(item: Item) -> bool:
    # An entry of an index has keys only.
    return "details" in item and "status" not in item


def _in_all(partitions: Sequence[Iterator[Item]], ids: Range) -> Iterator[Candidate]:
    """What is in the postings of every tag: all of them are walked down together."""
    heads = [next(postings, None) for postings in partitions]
    while all(heads):
        firsts = [head[keys.SK] for head in heads if head]
        lowest = min(firsts)
        if ahead := [number for number, first in enumerate(firsts) if first > lowest]:
            # No chunk above the lowest is in all: the one with the lowest has none there.
            yield Candidate(min(firsts[number] for number in ahead), None)
        else:
            places = [head["places"] for head in heads if head]
            for identifier in messages_in(lowest, places):
                if ids.low <= identifier <= ids.high:
                    yield Candidate(identifier, {})
        for number in ahead or range(len(heads)):
            heads[number] = next(partitions[number], None)


# ------------------------------------------------------------------------ ways


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to messages: the partitions to read for some filters, none where it does not serve them."""

    partitions: Callable[[str, Filters], list[str]]
    index: str | None = None
    partition_name: str = keys.PK
    combine: Callable[[Sequence[Iterator[Item]], Range], Iterator[Candidate]] = _in_any
    is_rows: bool = False


def _session(account: str, filters: Filters) -> list[str]:
    return [keys.session_key(account, filters.session_id)] if filters.session_id else []


def _mark(account: str, filters: Filters) -> list[str]:
    return [keys.looks_like_key(account, filters.looks_like)] if filters.looks_like else []


def _profile(account: str, filters: Filters) -> list[str]:
    return [keys.profile_key(account, filters.profile_id)] if filters.profile_id else []


def _mishap(account: str, filters: Filters) -> list[str]:
    return _status(account, filters) if filters.status in _MISHAPS else []


def _status(account: str, filters: Filters) -> list[str]:
    if filters.status is None:
        return []
    found = [keys.status_key(account, filters.status, shard) for shard in range(keys.SHARDS)]
    return [key for key in found if key]


def _tags(account: str, filters: Filters) -> list[str]:
    return [keys.postings(account, name, value) for name, value in sorted(filters.tags)]


def _channel(account: str, filters: Filters) -> list[str]:
    if filters.channel is None:
        return []
    return [keys.channel_key(account, filters.channel, shard) for shard in range(keys.SHARDS)]


def _rows(account: str, filters: Filters) -> list[str]:
    return [keys.messages(account, shard) for shard in range(keys.SHARDS)]


# The narrowest first: by how many messages share a value, as a rule.
_WAYS: Final = (
    _Way(_session, keys.MESSAGES_BY_SESSION, keys.SESSION_KEY),
    _Way(_mark, keys.MESSAGES_BY_PROFILE, keys.PROFILE_KEY),
    _Way(_profile, keys.MESSAGES_BY_PROFILE, keys.PROFILE_KEY),
    _Way(_mishap, keys.MESSAGES_BY_STATUS, keys.STATUS_KEY),
    _Way(_tags, combine=_in_all),
    _Way(_status, keys.MESSAGES_BY_STATUS, keys.STATUS_KEY),
    _Way(_channel, keys.MESSAGES_BY_CHANNEL, keys.CHANNEL_KEY),
    _Way(_rows, is_rows=True),
)
