"""How much a page of a list reads as an account grows: calls and entries, counted on a lazy table.

    python -m bench growth

The real `store.lists` over a table whose items are computed when they are read, so that
10,000 and 1,000,000 messages take the same memory. Counts follow from the code alone;
tests/contracts/test_growth.py holds them.
"""

import bisect
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Final, NamedTuple

from herald.model.addresses import AddressChannel, MessageAddress, Sender, SenderChannel
from herald.model.block import Block, packed_sums, state_of
from herald.model.content import TextWithMedia
from herald.model.ids import BLOCK_SIZE, index_of, message_id, operation_id_of, operation_time_bound
from herald.model.message import Message
from herald.model.operation import CHUNK_SIZE, Operation, OperationStatus
from herald.model.status import RANK, Status
from herald.store import Table, keys, lists, operations
from herald.store.keys import Index, Key, Party
from herald.store.lists import Filters
from herald.store.parties import Parties
from herald.store.rows import made
from herald.store.table import Filtered, Item
from herald.store.writers import typed_item
from tests.sim import indexes
from tests.sim.values import size_of

ACCOUNT: Final = "AC" + "0" * 32
PARTIES: Final = Parties(b"bench")
START: Final = datetime(2026, 1, 1, tzinfo=UTC)
SIZES: Final = (10_000, 100_000, 1_000_000)
OURS, SELDOM = "+15005550006", "ACME"
PERSON: Final = "+12065550100"
_ITEMS_A_READ: Final = 100
_EXPIRES: Final = 2_000_000_000
_MEGABYTE: Final = 1_048_576
# Calls above which `main` shows a pair.
_MUCH: Final = 12


class Every(NamedTuple):
    """Numbers of messages: every `step`th, from `first` on."""

    step: int = 1
    first: int = 0

    def has(self, number: int) -> bool:
        return number % self.step == self.first

    def among(self, numbers: range, unit: int) -> Iterator[int]:
        """The numbers of `numbers` that begin a unit, such as an operation, whose place it has."""
        low, high = min(numbers, default=0) // unit, max(numbers, default=-1) // unit
        first = low + (self.first - low) % self.step
        return (place * unit for place in range(first, high + 1, self.step))


NONE: Final = Every(10**9, 1)


class Mix(NamedTuple):
    """What an account has sent: the status of most, of those that differ, and where things seldom are."""

    most: Status = Status.DELIVERED
    others: Mapping[Status, Every] = {Status.SENT: Every(10_000, 17), Status.UNDELIVERED: Every(1_000, 5)}
    per_operation: int = 10_000
    operations: OperationStatus = OperationStatus.PROCESSING
    other_operations: Mapping[OperationStatus, Every] = {}
    # Of whole chunks: a rare tag, a rare sender.
    seldom: Every = Every(100_000)
    # To one person, and by another channel than planned.
    person: Every = Every(50_000, 7)
    rerouted: Every = Every(100_000, 42)

    def status(self, number: int) -> Status:
        return next((each for each, every in self.others.items() if every.has(number)), self.most)

    def operation_status(self, number: int) -> OperationStatus:
        """The status of a message's operation."""
        place = number // self.per_operation
        differing = (each for each, every in self.other_operations.items() if every.has(place))
        return next(differing, self.operations)


class LazyTable(Table):
    """`count` messages of an account, as `Mix` says; it counts what is read."""

    def __init__(self, count: int, mix: Mix) -> None:
        self.mix = mix
        self._count = count
        self._row = cache(self._template)
        self._heads = cache(self._counted)
        self.calls = self.entries = 0
        operation_id = self.operation_of(0)
        item = typed_item(keys.operation(operation_id), self._operation(operation_id))
        entry = indexes.of_template()[keys.OPERATIONS_BY_ACCOUNT.name].entry_of(item)
        self._entry_bytes = size_of(entry or {})

    # ------------------------------------------------------------------------------- reads

    def get(self, key: Key) -> Item | None:
        self.calls += 1
        return {keys.PK: key.pk, keys.SK: key.sk, "name": "bench"}

    def get_many(self, wanted: Sequence[Key]) -> list[Item]:
        self.calls += -(-len(wanted) // _ITEMS_A_READ)
        self.entries += len(wanted)
        return [item for key in wanted if (item := self._item(key))]

    def query(
        self,
        partition: str,
        *,
        low: str,
        high: str,
        index: Index | None = None,
        newest_first: bool = False,
        limit: int | None = None,
        keys_only: bool = False,
    ) -> Iterator[Item]:
        every, name_of, item_of = self._partition(partition)
        found = self._between(every, name_of, low, high)
        self.calls += 1
        for number in reversed(found) if newest_first else found:
            self.entries += 1
            yield item_of(number)

    def query_filtered(
        self,
        partition: str,
        low: str,
        high: str,
        index: Index,
        *,
        limit: int,
        field: str,
        among: Sequence[str],
    ) -> Filtered:
        """As `query`, of the operations; it ends where it has read 1 MB, as AWS does."""
        every, name_of, _ = self._partition(partition)
        found = self._between(every, name_of, low, high)
        passed = found[-min(limit, _MEGABYTE // self._entry_bytes) :][::-1]
        self.calls += 1
        self.entries += len(passed)
        mix = self.mix
        others = [every for status, every in mix.other_operations.items() if status in among]
        differing = (number for every in others for number in every.among(passed, mix.per_operation))
        wanted = passed if mix.operations in among else sorted(differing, reverse=True)
        items = [{index.sort: name_of(number)} for number in wanted if mix.operation_status(number) in among]
        return Filtered(items, None if len(passed) == len(found) else name_of(passed[-1]))

    def _between(self, every: Every, name_of: Callable[[int], str], low: str, high: str) -> range:
        """The messages between two sort keys, both included."""
        numbers = range(every.first, self._count, every.step)
        begin = bisect.bisect_left(numbers, low, key=name_of)
        return numbers[begin : bisect.bisect_right(numbers, high, key=name_of)]

    def _partition(self, name: str) -> tuple[Every, Callable[[int], str], Callable[[int], Item]]:
        """The messages in a partition, the sort key of each, and its item."""

        def entry(number: int) -> Item:
            return {keys.SK: self.id_of(number)}

        def posting(number: int) -> Item:
            return {keys.SK: self.id_of(number), "places": "f" * min(CHUNK_SIZE // 4, self.mix.per_operation)}

        def operation(number: int) -> Item:
            return {keys.OPERATION_ID: self.operation_of(number)}

        mix, by_id = self.mix, self.id_of
        chunks = Every(min(CHUNK_SIZE, mix.per_operation))
        named: dict[str, tuple[Every, Callable[[int], str], Callable[[int], Item]]] = {
            keys.messages(ACCOUNT, 0): (Every(), by_id, lambda number: self.row(number)),
            keys.operations_of(ACCOUNT): (Every(mix.per_operation), self.operation_of, operation),
            keys.postings(ACCOUNT, "all", "x"): (chunks, by_id, posting),
            keys.postings(ACCOUNT, "seldom", "y"): (mix.seldom, by_id, posting),
            keys.channel_postings(ACCOUNT, SenderChannel.SMS, 0): (chunks, by_id, posting),
            keys.channel_key(ACCOUNT, SenderChannel.RCS, 0): (mix.rerouted, by_id, entry),
            keys.profile_key(ACCOUNT, "mem_profile"): (mix.person, by_id, entry),
            PARTIES.recipient_key(ACCOUNT, PERSON): (mix.person, by_id, entry),
            PARTIES.partition(ACCOUNT, Party.FROM, OURS): (chunks, by_id, posting),
            PARTIES.partition(ACCOUNT, Party.FROM, SELDOM): (mix.seldom, by_id, posting),
        }
        for status, every in mix.others.items():
            if name_of := keys.status_key(ACCOUNT, status, 0):
                named[name_of] = every, by_id, entry
        return named.get(name, (NONE, by_id, entry))

    # ------------------------------------------------------------------------------- items

    def operation_of(self, number: int) -> str:
        every = timedelta(seconds=1) if self.mix.per_operation == 1 else timedelta(hours=1)
        made_at = START + every * (number // self.mix.per_operation)
        return operation_time_bound(made_at) + "0" * 16

    def id_of(self, number: int) -> str:
        return message_id(self.operation_of(number), number % self.mix.per_operation)

    def number_of(self, identifier: str) -> int:
        operation_id = operation_id_of(identifier)
        heads = range(0, self._count, self.mix.per_operation)
        return heads[bisect.bisect_left(heads, operation_id, key=self.operation_of)] + index_of(identifier)

    def row(self, number: int) -> Item:
        mix = self.mix
        template = self._row(
            mix.status(number), mix.rerouted.has(number), mix.person.has(number), self._is_seldom(number)
        )
        return {**template, keys.SK: self.id_of(number)}

    def _is_seldom(self, number: int) -> bool:
        return self.mix.seldom.has(number // CHUNK_SIZE * CHUNK_SIZE)

    def _template(self, status: Status, is_rerouted: bool, is_person: bool, is_seldom: bool) -> Item:
        message = Message(
            id=self.id_of(0),
            account=ACCOUNT,
            status=status,
            to=MessageAddress(address=PERSON if is_person else "+12065550199", channel=AddressChannel.PHONE),
            sender=Sender(
                sender_id="comms_sender_" + "0" * 26,
                address=SELDOM if is_seldom else OURS,
                channel=SenderChannel.RCS if is_rerouted else SenderChannel.SMS,
            ),
            profile_id="mem_profile" if is_person else None,
            tags={"all": "x", **({"seldom": "y"} if is_seldom else {})},
            updated_at=START,
            expires_at=_EXPIRES,
        )
        key, item = made(message)
        return {**{name: value for name, value in item.items() if value is not None}, keys.PK: key.pk}

    def _item(self, key: Key) -> Item | None:
        if key.pk.startswith(keys.MESSAGES_PREFIX):
            return self.row(self.number_of(key.sk))
        operation_id = keys.operation_in(key.pk)
        if key.sk == keys.OPERATION:
            return {**self._operation(operation_id), keys.PK: key.pk, keys.SK: key.sk}
        head, blocks = self._heads(self._phase(operation_id))
        item = head if key.sk == keys.HEAD else blocks[int(key.sk.removeprefix(keys.FIRST_BLOCK))]
        return {**item, keys.PK: key.pk, keys.SK: key.sk}

    def _phase(self, operation_id: str) -> int:
        """The first number of an operation that is like this one: what differs repeats."""
        period = 10_000
        return self.number_of(message_id(operation_id, 0)) % period

    def _operation(self, operation_id: str) -> Item:
        number = self.number_of(message_id(operation_id, 0))
        _, item = operations.new(
            Operation(
                id=operation_id,
                account=ACCOUNT,
                status=self.mix.operation_status(number),
                total=self.mix.per_operation,
                content=TextWithMedia(text="Hello"),
                senders=(),
                updated_at=START,
                expires_at=_EXPIRES,
            )
        )
        return item

    def _counted(self, first: int) -> tuple[Item, list[Item]]:
        """The head of an operation, and its blocks, as tally has counted them."""
        blocks = []
        for begin in range(0, self.mix.per_operation, BLOCK_SIZE):
            places = range(begin, min(begin + BLOCK_SIZE, self.mix.per_operation))
            statuses = [self.mix.status(first + place) for place in places]
            blocks.append(
                Block().merged(
                    (place, state_of(status, RANK[status], tries=1)) for place, status in enumerate(statuses)
                )
            )
        items: list[Item] = [{"places": each.places, "blockVersion": 1, "version": 1} for each in blocks]
        sums = {
            keys.block_name(number): packed_sums(1, each.counts)
            for number, each in enumerate(blocks)
            if number
        }
        return {**items[0], **sums}, items


# ----------------------------------------------------------------------------- what is measured


class Cost(NamedTuple):
    """Of a list until its first rows, or its end: requests, calls to the table, entries read, rows."""

    requests: int
    calls: int
    entries: int
    rows: int


_MIDDLE: Final = START + timedelta(hours=50)
FILTERS: Final[dict[str, Filters]] = {
    "none": Filters(),
    **{f"status={status}": Filters(status=status) for status in Status},
    "channel=SMS": Filters(channel=SenderChannel.SMS),
    "channel=RCS, seldom": Filters(channel=SenderChannel.RCS),
    "channel=WHATSAPP, none": Filters(channel=SenderChannel.WHATSAPP),
    "profile": Filters(profile_id="mem_profile"),
    "profile of nobody": Filters(profile_id="mem_other"),
    "to": Filters(to=PERSON),
    "to nobody": Filters(to="+12065550111"),
    "from": Filters(source=OURS),
    "from, seldom": Filters(source=SELDOM),
    "from nobody": Filters(source="+12065550111"),
    "tag of all": Filters(tags=frozenset({("all", "x")})),
    "tag, seldom": Filters(tags=frozenset({("seldom", "y")})),
    "tag of none": Filters(tags=frozenset({("none", "z")})),
    "dates": Filters(start=_MIDDLE - timedelta(seconds=1), end=_MIDDLE + timedelta(hours=1)),
}
"""Every filter, on much, on little, and on nothing."""


def joined(one: Filters, other: Filters) -> Filters | None:
    """Two filters as one; None if both filter by the same field."""
    found = one
    for name, value in other._asdict().items():
        if value != Filters._field_defaults[name]:
            if name == "tags":
                found = found._replace(tags=found.tags | value)
            elif getattr(one, name) != Filters._field_defaults[name]:
                return None
            else:
                found = found._replace(**{name: value})
    return found


def pairs() -> dict[str, Filters]:
    """Every two filters that may be given together."""
    names = list(FILTERS)[1:]
    return {
        f"{one} + {other}": both
        for number, one in enumerate(names)
        for other in names[number + 1 :]
        if (both := joined(FILTERS[one], FILTERS[other]))
    }


def cost(count: int, mix: Mix, filters: Filters, *, most: int = 50) -> Cost:
    """The cost until a list shows its first rows, or ends, but at most so many requests."""
    table = LazyTable(count, mix)
    after: str | None = None
    for requests in range(1, most + 1):
        page = lists.page(table, ACCOUNT, filters, size=50, after=after, parties=PARTIES)
        after = page.after
        if page.rows or after is None:
            return Cost(requests, table.calls, table.entries, len(page.rows))
    return Cost(most, table.calls, table.entries, 0)


def cost_of_operations(count: int, mix: Mix, filters: operations.Filters, *, most: int = 50) -> Cost:
    """As `cost`, of a list of operations."""
    table = LazyTable(count, mix)
    after: str | None = None
    for requests in range(1, most + 1):
        page = operations.page(table, ACCOUNT, filters, size=50, after=after)
        after = page.after
        if page.rows or after is None:
            return Cost(requests, table.calls, table.entries, len(page.rows))
    return Cost(most, table.calls, table.entries, 0)


def passed(count: int, mix: Mix, filters: Filters) -> int:
    """How many messages a request skips that finds none."""
    table = LazyTable(count, mix)
    page = lists.page(table, ACCOUNT, filters, size=50, parties=PARTIES)
    if page.rows or page.after is None:
        raise ValueError("it has found some, or the end")
    return count - bisect.bisect_right(range(count), page.after, key=table.id_of)


def shown(found: Mapping[str, Sequence[Cost]]) -> Iterator[str]:
    yield f"{'filter':40} " + " ".join(f"{size:>24,}" for size in SIZES)
    for name, costs in found.items():
        yield f"{name:40} " + " ".join(
            f"{each.requests:>3} req {each.calls:>4} calls {each.entries:>6}" for each in costs
        )


def main() -> None:
    """Print what every filter reads, and every pair that reads much."""
    awkward = {name: each for name, each in pairs().items() if cost(SIZES[-1], Mix(), each).calls > _MUCH}
    wanted = FILTERS | awkward
    for line in shown({name: [cost(size, Mix(), each) for size in SIZES] for name, each in wanted.items()}):
        print(line)
