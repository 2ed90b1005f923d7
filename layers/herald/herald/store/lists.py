"""Pages of an account's messages, newest first.

The messages of an account lie in SHARDS partitions, each sorted by message id.
A page merges them, so the id of its last message is all there is to know of
where the next page begins: pages do not shift while messages arrive or change.

The plan is the narrowest way in. A status that is indexed is found in the index
and its rows are read and checked again, because an index lags a moment behind;
everything else reads the rows themselves. Operation and dates are a range of
ids in both. A page that has read its budget is returned short, with a next.
"""

import heapq
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import batched, chain
from typing import Final, NamedTuple

from herald.model.ids import ID_ALPHABET, message_id_bounds, time_bound
from herald.model.message import Message
from herald.model.status import Status
from herald.store import keys, messages
from herald.store.table import Item, Table

# How many rows a page reads at most before it is returned short: this many for
# each that was asked for, and never fewer than the second number.
_READS_A_ROW: Final = 8
_LEAST_READS: Final = 400
_LOWEST: Final = "comms_message_"
_HIGHEST: Final = "comms_message_" + ID_ALPHABET[-1] * 29
# Between these every instant has an id, also a millisecond earlier or later.
_EARLIEST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST: Final = datetime(9999, 1, 1, tzinfo=UTC)


class Filters(NamedTuple):
    """Which messages: all of those that are given must hold."""

    operation_id: str | None = None
    status: Status | None = None
    start: datetime | None = None
    end: datetime | None = None

    def __str__(self) -> str:
        """The same text for the same filters, for a page token to be bound to."""
        return "&".join(f"{name}={value}" for name, value in self._asdict().items() if value is not None)


class Page(NamedTuple):
    """Messages, and the id after which the next page begins; None on the last page."""

    messages: list[Message]
    after: str | None


def page(table: Table, account: str, filters: Filters, *, size: int, after: str | None = None) -> Page:
    """Up to `size` messages of the account that come after the message id `after`."""
    low, high = _bounds(filters, after)
    if low > high:
        return Page([], None)
    if filters.status and keys.status_key(account, filters.status, 0):
        candidates = _by_status(table, account, filters.status, low, high, size)
    else:
        candidates = _by_id(table, account, low, high, size)
    budget = max(size * _READS_A_ROW, _LEAST_READS)
    found: list[Message] = []
    last = None
    for read, (message_id, message) in enumerate(candidates):
        if len(found) == size or read > budget:
            return Page(found, last)
        last = message_id
        if message and filters.status in (None, message.status):
            found.append(message)
    return Page(found, None)


def _bounds(filters: Filters, after: str | None) -> tuple[str, str]:
    """The ids between which the messages lie. startDate and endDate are exclusive."""
    lows, highs = [_LOWEST], [_HIGHEST]
    if filters.operation_id:
        low, high = message_id_bounds(filters.operation_id)
        lows.append(low)
        highs.append(high)
    if filters.start:
        lows.append(time_bound(_milliseconds(filters.start) + timedelta(milliseconds=1)))
    if filters.end:
        highs.append(time_bound(_milliseconds(filters.end, up=True)))
    if after:
        highs.append(_just_below(after))
    return max(lows), min(highs)


def _just_below(message_id: str) -> str:
    """A bound that every lower id keeps and this one does not: ids are of one length."""
    return message_id[:-1] + chr(ord(message_id[-1]) - 1)


def _milliseconds(instant: datetime, *, up: bool = False) -> datetime:
    """The whole millisecond at or before an instant, or at or after it: ids know no finer time."""
    instant = min(max(instant, _EARLIEST), _LATEST).astimezone(UTC)
    spare = instant.microsecond % 1000
    whole = instant - timedelta(microseconds=spare)
    return whole + timedelta(milliseconds=1) if up and spare else whole


def _by_id(
    table: Table, account: str, low: str, high: str, size: int
) -> Iterator[tuple[str, Message | None]]:
    shards = (
        table.query(keys.messages(account, shard), low=low, high=high, newest_first=True, limit=_share(size))
        for shard in range(keys.SHARDS)
    )
    for item in _merged(shards):
        yield item[keys.SK], messages.message_of(item)


def _by_status(
    table: Table, account: str, status: Status, low: str, high: str, size: int
) -> Iterator[tuple[str, Message | None]]:
    shards = (
        table.query(
            keys.status_key(account, status, shard) or "",
            low=low,
            high=high,
            index=keys.MESSAGES_BY_STATUS,
            partition_name=keys.STATUS_KEY,
            newest_first=True,
            limit=_share(size),
        )
        for shard in range(keys.SHARDS)
    )
    ids = (item[keys.SK] for item in _merged(shards))
    for some in batched(ids, size + 1, strict=False):
        rows = messages.get_many(table, account, some)
        for message_id in some:
            yield message_id, rows.get(message_id)


def _share(size: int) -> int:
    """What one shard is asked for at a time: its part of a page and some more, for chance."""
    return size // keys.SHARDS + 8


def _merged(shards: Iterable[Iterator[Item]]) -> Iterator[Item]:
    """The items of all shards by descending id; the first reads go side by side."""
    with ThreadPoolExecutor(max_workers=keys.SHARDS) as pool:
        begun = list(pool.map(_begin, shards))
    return heapq.merge(*begun, key=lambda item: str(item[keys.SK]), reverse=True)


def _begin(items: Iterator[Item]) -> Iterator[Item]:
    first = next(items, None)
    return items if first is None else chain([first], items)
