"""Counts on the table: each change counts once, whichever worker writes, dies, writes late or comes again."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from herald.model.block import Block, State, state_of
from herald.model.change import Change
from herald.model.ids import BLOCK_SIZE
from herald.model.operation import ATTEMPTS, RECIPIENTS, Tally
from herald.store import Table, keys, tallies
from herald.store.table import ConditionFailed, Item, Result, Unavailable, Update
from herald.store.updates import Condition
from tests.sim.counted import CountedTable
from tests.world import World

EXPIRES = 2_000_000_000
NAMES = count()
QUEUED = state_of("QUEUED", 1)
SENT = state_of("SENT", 10, tries=1)
OPENED = state_of("QUEUED", 1, tries=1, failed_try=1)
AGAIN = state_of("SENT", 10, tries=2, failed_try=1)
DELIVERED = state_of("DELIVERED", 30, tries=2, failed_try=1)
JOURNEY = [QUEUED, SENT, OPENED, AGAIN, DELIVERED]


@pytest.fixture(scope="module")
def table(shared_world: World) -> Table:
    return shared_world.table


def new_operation() -> str:
    return f"comms_operation_{next(NAMES):026}"


@pytest.fixture
def operation() -> str:
    return new_operation()


def change(operation: str, place: int, new: State, old: State | None = None) -> Change:
    return Change(operation, place, old, new, EXPIRES)


def counts_of(states: Iterable[State]) -> Tally:
    counts: Tally = Counter()
    for state in states:
        counts.update({state.status: 1, ATTEMPTS: state.tries, RECIPIENTS: state.people})
    return +counts


def counted(table: Table, operation: str) -> Tally:
    return tallies.of(table, [operation])[operation]


def block_of(table: Table, operation: str, number: int) -> Block:
    return tallies.stored(table.get(keys.block(operation, number))).block


# ---------------------------------------------------------------------- one writer


def test_what_was_not_counted_is_nothing(table: Table, operation: str) -> None:
    assert counted(table, operation) == Counter()
    assert tallies.take_in(table, []) == {}


def test_blocks_of_an_operation_are_summed_in_its_head(table: Table, operation: str) -> None:
    places = [0, 255, 256, 511, 9_999]

    found = tallies.take_in(table, [change(operation, place, SENT) for place in places])

    assert found == {operation: Counter(SENT=5, ATTEMPTS=5, RECIPIENTS=5)}
    assert counted(table, operation) == found[operation]
    head = table.get(keys.head(operation))
    assert head
    assert head["expiresAt"] == EXPIRES
    assert {name for name in head if keys.block_in(name)} == {"b1", "b39"}


def test_operations_are_counted_apart(table: Table) -> None:
    first, second = new_operation(), new_operation()

    found = tallies.take_in(table, [change(first, 300, SENT), change(second, 0, QUEUED)])

    assert found == {first: counts_of([SENT]), second: counts_of([QUEUED])}
    assert tallies.of(table, [first, second]) == found


def test_what_comes_again_or_late_writes_nothing(table: Table, operation: str) -> None:
    changes = [change(operation, place, state) for place in (3, 300) for state in JOURNEY]
    tallies.take_in(table, changes)
    before = [table.get(keys.block(operation, number)) for number in (0, 1)]

    for some in (changes, changes[:3], changes[-1:]):
        assert tallies.take_in(table, some) == {operation: counts_of([DELIVERED] * 2)}

    assert [table.get(keys.block(operation, number)) for number in (0, 1)] == before


def test_tries_and_people_beyond_a_byte_are_counted_in_full(table: Table, operation: str) -> None:
    states = [state_of("SENT", 10, tries=tries, people=people) for tries, people in ((300, 1), (1, 700))]

    tallies.take_in(table, [change(operation, 256 + place, state) for place, state in enumerate(states)])

    assert counted(table, operation) == Counter(SENT=2, ATTEMPTS=301, RECIPIENTS=701)
    tallies.take_in(table, [change(operation, 256, state_of("SENT", 10, tries=301))])
    assert counted(table, operation)[ATTEMPTS] == 302
    assert block_of(table, operation, 1)[1] == states[1]


# --------------------------------------------------------------------- two writers


class Versions(Table):
    """A table of items with versions in memory: quick enough for thousands of random runs."""

    def __init__(self) -> None:
        self.items: dict[keys.Key, Item] = {}

    def get(self, key: keys.Key) -> Item | None:
        return self.items.get(key)

    def get_many(self, wanted: Sequence[keys.Key]) -> list[Item]:
        return [self.items[key] for key in wanted if key in self.items]

    def insert_many(self, items: Iterable[tuple[keys.Key, Item]]) -> dict[keys.Key, Item]:
        found = {}
        for key, item in items:
            if key in self.items:
                found[key] = self.items[key]
            else:
                self.items[key] = {keys.PK: key.pk, keys.SK: key.sk, **item}
        return found

    def update_many(self, changes: Sequence[Update], **more: Any) -> list[Result]:
        return [self._update(change) for change in changes]

    def _update(self, change: Update) -> Result:
        [condition] = change.conditions
        assert isinstance(condition, Condition)
        assert condition[:2] == ("version", "=")
        old = self.items.get(change.key)
        if not old or old["version"] != condition.value:
            return ConditionFailed(old)
        self.items[change.key] = {**old, **change.fields}
        return None


class Faulty(Versions):
    """Its writes may be lost, be done though they seem to fail, or be done much later."""

    def __init__(self, table: Versions, random: Random) -> None:
        self.items = table.items
        self._random = random
        self._late: list[Callable[[], object]] = []
        # What another writer does just before a write.
        self.before_a_write: Iterator[None] = iter(())

    def insert_many(self, items: Iterable[tuple[keys.Key, Item]]) -> dict[keys.Key, Item]:
        found: dict[keys.Key, Item] = {}
        for key, item in items:
            found |= self._by_fate(partial(super().insert_many, [(key, item)]))
        return found

    def _update(self, change: Update) -> Result:
        return self._by_fate(partial(super()._update, change))

    def _by_fate[Answer](self, write: Callable[[], Answer]) -> Answer:
        next(self.before_a_write, None)
        fate = self._random.choice(["done", "done", "lost", "unknown", "late", "repeated"])
        if fate in ("lost", "late"):
            if fate == "late":
                self._late.append(write)
            raise Unavailable(fate)
        answer = write()
        if fate == "unknown":
            raise Unavailable(fate)
        # An answer was lost, and the write tried again.
        return write() if fate == "repeated" else answer

    def catch_up(self) -> None:
        """Let writes that seemed lost be done after all."""
        late, self._late = self._late, []
        for write in late:
            write()


@settings(max_examples=300, deadline=None)
@given(
    lengths=st.dictionaries(
        st.sampled_from([0, 1, 255, 256, 257, 511, 512, 1_000]), st.integers(1, len(JOURNEY)), min_size=1
    ),
    seed=st.integers(0, 2**32),
    is_repaired=st.booleans(),
)
def test_two_writers_with_faults_end_in_the_counts_of_the_rows(
    lengths: Mapping[int, int], seed: int, is_repaired: bool
) -> None:
    """Two streams with halves of the records, in any order and batches, each batch until it is written."""
    table, operation, random = Versions(), new_operation(), Random(seed)
    rows = {place: JOURNEY[length - 1] for place, length in lengths.items()}
    records = [
        change(operation, place, JOURNEY[step], JOURNEY[step - 1] if step else None)
        for place, length in lengths.items()
        for step in range(length)
    ]
    random.shuffle(records)
    faulty = Faulty(table, random)
    streams = [records[::2], records[1::2] + records[:1]]
    batches = [
        some[start : start + size]
        for some in streams
        for size in [random.randint(1, 5)]
        for start in range(0, len(some), size)
    ]
    random.shuffle(batches)
    pending = list(batches)
    while pending:
        batch = pending.pop(random.randrange(len(pending)))
        faulty.before_a_write = other_writer(table, pending, random)
        try:
            tallies.take_in(faulty, batch)
        except Unavailable:
            pending.append(batch)
        if random.random() < 0.3:
            faulty.catch_up()
        if is_repaired and random.random() < 0.3:
            repaired(table, operation, rows)
    faulty.catch_up()

    # A write that took effect late, after all batches, is of a version that is gone.
    assert counted(table, operation) == counts_of(rows.values())
    assert sum((block_of(table, operation, n).counts for n in range(4)), Counter()) == counted(
        table, operation
    )


def other_writer(table: Table, pending: list[list[Change]], random: Random) -> Iterator[None]:
    """Another function that writes between this one's read and write, now and then."""
    for _ in range(2):
        if pending and random.random() < 0.3:
            tallies.take_in(table, pending.pop(random.randrange(len(pending))))
        yield


def repaired(table: Table, operation: str, rows: Mapping[int, State]) -> None:
    """What `herald repair` does: the rows are ahead of what was counted of them."""
    for number in range(4):
        old = tallies.read(table, operation, number)
        some = [(place % BLOCK_SIZE, each) for place, each in rows.items() if place // BLOCK_SIZE == number]
        assert not tallies.replace(table, operation, old, {number: Block().merged(some)}, EXPIRES)


def test_writers_side_by_side_lose_nothing(operation: str) -> None:
    """Eight threads, which meet at the head and at each other's blocks.

    On the simulated table: between moto's look at a condition and its write, another thread writes.
    """
    table = CountedTable()
    changes = [change(operation, place, SENT) for place in range(0, 1_024, 8)]
    parts = [changes[start::8] for start in range(8)]
    failures: list[BaseException] = []

    def write(part: Sequence[Change]) -> None:
        try:
            for each in part:
                tallies.take_in(table, [each])
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=write, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failures == []
    assert counted(table, operation) == Counter(SENT=128, ATTEMPTS=128, RECIPIENTS=128)


# -------------------------------------------------------------------- recounted


@pytest.mark.parametrize("number", [0, 2])
def test_a_block_that_is_ahead_of_its_rows_is_set_back(table: Table, operation: str, number: int) -> None:
    start = number * BLOCK_SIZE
    tallies.take_in(table, [change(operation, start + place, DELIVERED) for place in range(5)])
    rows = Block().merged((place, SENT) for place in range(3))

    old = tallies.read(table, operation, number)
    assert not tallies.replace(table, operation, old, {number: rows}, EXPIRES)

    assert counted(table, operation) == counts_of([SENT] * 3)
    tallies.take_in(table, [change(operation, start, OPENED, SENT)])
    assert counted(table, operation) == counts_of([SENT, SENT, OPENED])


@pytest.mark.parametrize("number", [0, 2])
def test_a_block_that_was_counted_meanwhile_is_not_set(table: Table, operation: str, number: int) -> None:
    start = number * BLOCK_SIZE
    old = tallies.read(table, operation, number)
    tallies.take_in(table, [change(operation, start, SENT)])

    new = Block().merged([(0, QUEUED)])
    assert tallies.replace(table, operation, old, {number: new}, EXPIRES) == {number}

    assert counted(table, operation) == counts_of([SENT])


def test_only_blocks_without_concurrent_counts_are_set(table: Table, operation: str) -> None:
    """The head, too, is written between the reads and the writes: its own block is still the same."""
    tallies.take_in(table, [change(operation, place, DELIVERED) for place in (0, 256, 512, 768)])
    old = tallies.read(table, operation)
    tallies.take_in(table, [change(operation, 513, SENT)])

    new = {number: Block().merged([(0, SENT)]) for number in range(4)}
    assert tallies.replace(table, operation, old, new, EXPIRES) == {2}

    assert counted(table, operation) == counts_of([SENT, SENT, DELIVERED, SENT, SENT])
    assert [list(block_of(table, operation, number)) for number in range(4)] == [
        [SENT],
        [SENT],
        [DELIVERED, SENT],
        [SENT],
    ]


def test_a_head_that_is_ahead_of_its_block_follows_it_again(table: Table, operation: str) -> None:
    """A backup that mixes two moments: the head is of a later one, or of the same version with other sums."""
    rows = {256: SENT, 257: QUEUED}
    tallies.take_in(table, [change(operation, place, state) for place, state in rows.items()])
    for packed in (b"\0\0\0\x09\x11\x07", b"\0\0\0\x01\x11\x07"):
        assert table.update_fields(keys.head(operation), {"b1": packed})
        assert counted(table, operation) != counts_of(rows.values())

        repaired(table, operation, rows)
        assert counted(table, operation) == counts_of(rows.values())

    tallies.take_in(table, [change(operation, 257, SENT, QUEUED)])
    assert counted(table, operation) == counts_of([SENT, SENT])


def test_a_repair_that_died_before_the_head_is_finished_by_the_next(table: Table, operation: str) -> None:
    tallies.take_in(table, [change(operation, 256, SENT)])
    head = table.get(keys.head(operation))
    assert head
    repaired(table, operation, {256: OPENED})
    assert table.update_fields(keys.head(operation), {"b1": head["b1"], "version": head["version"]})

    repaired(table, operation, {256: OPENED})

    assert counted(table, operation) == counts_of([OPENED])


def test_setting_what_is_there_writes_nothing(table: Table, operation: str) -> None:
    tallies.take_in(table, [change(operation, place, SENT) for place in (0, 256)])
    before = [table.get(keys.block(operation, number)) for number in (0, 1)]

    repaired(table, operation, {0: SENT, 256: SENT})

    assert [table.get(keys.block(operation, number)) for number in range(3)] == [*before, None]
