"""The people that an account may not write to: one item for each person and channel.

An item has the time of the latest opt-out or opt-in of its person, by its source's clock, and of its arrival:
a late or repeated one changes nothing. So the item is kept after a suppression, while older ones may arrive.

It is found by the person's key, which is all that sending needs. An active one is also in an index by time.

The same item has the senders that the person last wrote to (`store.conversations`), in fields of its own.
So one read shows a worker whether a person is suppressed, and whether there may be a session.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from herald.model.addresses import AddressChannel, MessageAddress
from herald.model.batches import batched
from herald.model.ids import is_suppression_id, milliseconds, sorted_by_time, suppression_id
from herald.model.numbers import key_of
from herald.model.suppressions import People, Suppression, SuppressionSource
from herald.store import keys, pages
from herald.store.arrivals import Arrival
from herald.store.table import ConditionFailed, Item, Table
from herald.store.updates import Update, equals

# A message may wait for 14 days on a queue and among its dead letters, and be put back from there.
_REMEMBERED: Final = timedelta(days=30)
_SIDE_BY_SIDE: Final = 16
_READ_AT_ONCE: Final = 1_000
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)


class _State(NamedTuple):
    """The state of an address, in milliseconds since 1970.

    When the last word was said, and when it arrived; and since when it is suppressed, if it is.
    """

    at: int
    arrived: int
    since: int | None = None
    source: SuppressionSource | None = None


# What becomes of a state; the same state where nothing changes.
_Step = Callable[[_State | None], _State]


class _Seen(NamedTuple):
    """What was read of an item: its state, and until when (s since 1970) what the person wrote is kept."""

    state: _State | None = None
    kept_until: int | None = None


_NOTHING: Final = _Seen()


class Filters(NamedTuple):
    """Filters of suppressions: all that are given must match."""

    channel: AddressChannel | None = None
    address: str | None = None
    start: datetime | None = None
    end: datetime | None = None

    def let_through(self, suppression: Suppression) -> bool:
        return (
            self.channel in (None, suppression.to.channel)
            and (self.address is None or key_of(self.address) == suppression.to.key)
            and pages.is_between(suppression.created_at, self.start, self.end)
        )


class Added(NamedTuple):
    """A requested suppression; `is_new` unless the address was suppressed before."""

    suppression: Suppression
    is_new: bool


# ------------------------------------------------------------------------------- sending


def keys_of(account: str, addresses: Iterable[MessageAddress]) -> list[keys.Key]:
    """The keys of the suppressions of some addresses; each once."""
    return list(dict.fromkeys(_key(account, address) for address in addresses))


def found(items: Iterable[Item]) -> People:
    """The people who are suppressed, from items that were read; items of another kind are ignored."""
    return People(_address(item) for item in items if item[keys.SK] == keys.SUPPRESSION and _is_active(item))


# -------------------------------------------------------------------- what people have said


def stop(
    table: Table, account: str, address: MessageAddress, source: SuppressionSource, word: Arrival
) -> None:
    """Suppress an address after a STOP or a carrier's report.

    Not if a later opt-in that arrived no earlier has lifted it: then this is a repeat of an old STOP.
    """
    at, arrived = milliseconds(word.at), milliseconds(word.arrived)

    def step(old: _State | None) -> _State:
        if old is None:
            return _State(at, arrived, at, source)
        if old.since is not None:
            # An earlier suppression stays, with its source and time.
            return old._replace(at=max(old.at, at), arrived=max(old.arrived, arrived))
        if at < old.at and arrived <= old.arrived:
            return old
        return _State(at, max(old.arrived, arrived), at, source)

    _change(table, account, address, step)


def start(table: Table, account: str, address: MessageAddress, word: Arrival) -> None:
    """Lift the suppression of an address after a START.

    Not if the account itself has suppressed it, nor if a STOP was written at that time or later, or
    arrived later: whatever a clock says, a START cannot answer a STOP that arrived after it.
    """
    at, arrived = milliseconds(word.at), milliseconds(word.arrived)

    def step(old: _State | None) -> _State:
        if old is None:
            return _State(at, arrived)
        if old.source is SuppressionSource.API or old.at >= at or old.arrived > arrived:
            return old
        return _State(at, arrived)

    _change(table, account, address, step)


def number(table: Table, account: str, channel: AddressChannel) -> int:
    """How many people on a channel are suppressed; it reads all of them."""
    entries = _entries(table, account, "0", "~", size=_READ_AT_ONCE)
    return sum(item is not None and item["channel"] == channel for _, item in entries)


def hand_on(table: Table, account: str, heir: str, channel: AddressChannel) -> int:
    """Copy all suppressions of an account on a channel to another account, `heir`.

    Returns their number. Later changes of the other account stay; a repeat changes nothing.
    """

    def one(item: Item) -> None:
        theirs = _state(item)

        def step(old: _State | None) -> _State:
            if old is None:
                return theirs
            at, arrived = max(old.at, theirs.at), max(old.arrived, theirs.arrived)
            if old.since is not None:
                return old._replace(at=at, arrived=arrived)
            if theirs.at < old.at and theirs.arrived <= old.arrived:
                return old
            return theirs._replace(at=at, arrived=arrived)

        _change(table, heir, _address(item), step)

    entries = _entries(table, account, "0", "~", size=_READ_AT_ONCE)
    found = (item for _, item in entries if item and item["channel"] == channel)
    count = 0
    with ThreadPoolExecutor(max_workers=_SIDE_BY_SIDE) as pool:
        for some in batched(found, _READ_AT_ONCE):
            count += len(list(pool.map(one, some)))
    return count


# --------------------------------------------------------------------- what an account says


def add(
    table: Table,
    account: str,
    addresses: Iterable[MessageAddress],
    source: SuppressionSource,
    now: datetime,
) -> list[Added]:
    """Suppress people, each once, in their order; an existing suppression stays as it is.

    Only a suppression of the account itself replaces one from another source.
    """
    wanted: dict[keys.Key, MessageAddress] = {}
    for address in addresses:
        # The first of several spellings of a number.
        wanted.setdefault(_key(account, address), address)
    known = {item[keys.PK]: _seen(item) for item in table.get_many(list(wanted))}

    def step(old: _State | None) -> _State:
        if old is not None and old.since is not None:
            return old._replace(source=source) if source is SuppressionSource.API else old
        moment = max(milliseconds(now), old.at if old else 0)
        return _State(moment, max(moment, old.arrived if old else 0), moment, source)

    def one(address: MessageAddress) -> Added:
        before = known.get(_key(account, address).pk, _NOTHING)
        after, is_new = _change(table, account, address, step, before)
        return Added(_suppression(_identifier(account, address), address, after), is_new)

    with ThreadPoolExecutor(max_workers=min(len(wanted), _SIDE_BY_SIDE)) as pool:
        return list(pool.map(one, wanted.values()))


def remove(table: Table, account: str, identifier: str, now: datetime) -> bool:
    """Lift the suppression of an address; False if it is not suppressed."""
    item = table.get(keys.suppression(account, identifier)) if is_suppression_id(identifier) else None
    if item is None or not _is_active(item):
        return False

    def step(old: _State | None) -> _State:
        moment = milliseconds(now)
        if old is None:
            return _State(moment, moment)
        # After all that was said, also if that is later than our own clock.
        return old if old.since is None else _State(max(moment, old.at + 1), max(moment, old.arrived))

    _change(table, account, _address(item), step, _seen(item))
    return True


def get(table: Table, account: str, identifier: str) -> Suppression | None:
    item = table.get(keys.suppression(account, identifier)) if is_suppression_id(identifier) else None
    return _read(item) if item and _is_active(item) else None


def page(
    table: Table, account: str, filters: Filters, *, size: int, after: str | None = None
) -> pages.Page[Suppression]:
    """Up to `size` suppressions of the account that come after the place `after`, newest first."""
    if filters.address:
        places = _at(table, account, filters.address, filters.channel)
    else:
        places = _newest(table, account, filters, size, after)
    candidates = (
        (place, found if found and filters.let_through(found) else None)
        for place, found in places
        if after is None or place <= after
    )
    return pages.page(candidates, size=size, after=after)


def _at(
    table: Table, account: str, address: str, channel: AddressChannel | None
) -> Iterator[tuple[str, Suppression | None]]:
    """The suppressions of one address, and their places in the list."""
    channels = [channel] if channel else list(AddressChannel)
    wanted = [MessageAddress(address=address, channel=each) for each in channels]
    active = filter(_is_active, table.get_many(keys_of(account, wanted)))
    for item in sorted(active, key=lambda item: str(item[keys.OPERATION_ID]), reverse=True):
        yield item[keys.OPERATION_ID], _read(item)


def _newest(
    table: Table, account: str, filters: Filters, size: int, after: str | None
) -> Iterator[tuple[str, Suppression | None]]:
    """Suppressions, newest first, with their places in the list; None if one has left its place."""
    low = sorted_by_time(filters.start) if filters.start else "0"
    high = sorted_by_time(filters.end, "~") if filters.end else "~"
    high = min(high, after or high)
    if low <= high:
        for place, item in _entries(table, account, low, high, size=size):
            yield place, _read(item) if item else None


def _entries(
    table: Table, account: str, low: str, high: str, *, size: int
) -> Iterator[tuple[str, Item | None]]:
    """Active suppressions between two places, newest first; None for one that has left its place."""
    entries = table.query(
        keys.suppressions_of(account),
        low=low,
        high=high,
        index=keys.OPERATIONS_BY_ACCOUNT,
        newest_first=True,
        limit=pages.share(size),
    )
    for some in batched(entries, pages.share(size)):
        read = table.get_many([keys.Key(entry[keys.PK], entry[keys.SK]) for entry in some])
        by_place = {item[keys.OPERATION_ID]: item for item in read if _is_active(item)}
        for entry in some:
            yield entry[keys.OPERATION_ID], by_place.get(entry[keys.OPERATION_ID])


# ------------------------------------------------------------------------------- the item


def _change(
    table: Table, account: str, address: MessageAddress, step: _Step, seen: _Seen = _NOTHING
) -> tuple[_State, bool]:
    """Apply a step to the current state; return the new state, and whether it suppressed the address.

    `seen`: the probable current state. Each write is on the condition of the state that the step began with.
    """
    while True:
        old = seen.state
        new = step(old)
        if new == old:
            return new, False
        try:
            _write(table, account, address, seen, new)
        except ConditionFailed as failed:
            seen = _seen(failed.item)
            if seen.state == new:
                # Our own write: its answer was lost and the SDK tried again.
                return new, _is_suppressed_by(old, new)
        else:
            return new, _is_suppressed_by(old, new)


def _is_suppressed_by(old: _State | None, new: _State) -> bool:
    return new.since is not None and (old is None or old.since is None)


def _write(table: Table, account: str, address: MessageAddress, seen: _Seen, new: _State) -> None:
    """Replace the state that was read. Raises ConditionFailed."""
    identifier = _identifier(account, address)
    fields: Item = {
        "at": new.at,
        "arrived": new.arrived,
        "since": new.since,
        "source": new.source,
        "address": address.address if new.since is not None else None,
        "channel": address.channel if new.since is not None else None,
        keys.ACCOUNT_KEY: keys.suppressions_of(account) if new.since is not None else None,
        keys.OPERATION_ID: _place(new.since, identifier) if new.since is not None else None,
        "expiresAt": max(_expiry(new.at), seen.kept_until or 0) if new.since is None else None,
    }
    before: Item = (seen.state._asdict() if seen.state else {"at": None}) | {keys.KEPT_UNTIL: seen.kept_until}
    conditions = tuple(equals(name, value) for name, value in before.items())
    table.write(Update(keys.suppression(account, identifier), fields, conditions, creates=True))


def _key(account: str, address: MessageAddress) -> keys.Key:
    return keys.suppression(account, _identifier(account, address))


def _identifier(account: str, address: MessageAddress) -> str:
    return suppression_id(account, address.channel, address.key)


def _is_active(item: Item) -> bool:
    return "since" in item


def _seen(item: Item | None) -> _Seen:
    if item is None:
        return _NOTHING
    # Nothing was ever said of a person who has only written.
    return _Seen(_state(item) if "at" in item else None, item.get(keys.KEPT_UNTIL))


def _state(item: Item) -> _State:
    source = item.get("source")
    return _State(
        item["at"], item["arrived"], item.get("since"), SuppressionSource(source) if source else None
    )


def _address(item: Item) -> MessageAddress:
    return MessageAddress(address=item["address"], channel=AddressChannel(item["channel"]))


def _read(item: Item) -> Suppression:
    return _suppression(keys.suppression_in(item[keys.PK]), _address(item), _state(item))


def _suppression(identifier: str, address: MessageAddress, state: _State) -> Suppression:
    if state.since is None or state.source is None:
        raise ValueError("the address is not suppressed")
    return Suppression(
        id=identifier, to=address, source=state.source, created_at=_EPOCH + state.since * _MILLISECOND
    )


def _place(since: int, identifier: str) -> str:
    return sorted_by_time(_EPOCH + since * _MILLISECOND, identifier)


def _expiry(at: int) -> int:
    return at // 1000 + int(_REMEMBERED.total_seconds())
