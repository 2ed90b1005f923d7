"""A tally takes in changes and recounts exactly once, however the stream brings them."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from herald.model.change import Change, Closed, Opened, Row, Step
from herald.model.operation import Tally
from herald.store import Table, tallies
from tests.world import World

SHARD = 3
EXPIRES = 2_000_000_000
NAMES = count()

QUEUED, SENT, FAILED = (Counter({status: 1, "RECIPIENTS": 1}) for status in ("QUEUED", "SENT", "FAILED"))


@pytest.fixture(scope="module")
def table(shared_world: World) -> Table:
    return shared_world.table


def take(table: Table, operation: str, *batches: Mapping[str, Step]) -> tallies.State:
    for batch in batches:
        tallies.take_in(table, operation, SHARD, batch, expires_at=EXPIRES)
    return tallies.of(table, operation)[SHARD]


def counts(state: tallies.State) -> Tally:
    return +state.counts


@pytest.fixture
def operation() -> str:
    return f"comms_operation_{next(NAMES):026}"


def test_a_recount_replaces_what_was_counted(table: Table, operation: str) -> None:
    state = take(table, operation, {"1": QUEUED}, {"2": Opened(1), "3": Closed(1, Counter(SENT=2))})

    assert (counts(state), state.recounted) == (Counter(SENT=2), 1)


@pytest.mark.parametrize("batches", [(4,), (1, 3), (2, 2), (3, 1), (1, 1, 1, 1)])
def test_a_change_between_its_ends_makes_a_recount_void(
    table: Table, operation: str, batches: Sequence[int]
) -> None:
    steps: list[Step] = [QUEUED, Opened(1), FAILED, Closed(1, Counter(SENT=9))]

    state = take(table, operation, *parts(steps, batches))

    assert counts(state) == QUEUED + FAILED
    assert (state.closed, state.recounted) == (1, 0)


@pytest.mark.parametrize("batches", [(4,), (1, 3), (2, 2), (3, 1), (1, 1, 1, 1)])
def test_changes_after_its_end_are_added(table: Table, operation: str, batches: Sequence[int]) -> None:
    steps: list[Step] = [QUEUED, Opened(1), Closed(1, Counter(SENT=2)), FAILED]

    state = take(table, operation, *parts(steps, batches))

    assert counts(state) == Counter(SENT=2) + FAILED


def test_a_recount_that_was_left_open_is_void_when_the_next_one_opens(table: Table, operation: str) -> None:
    state = take(
        table,
        operation,
        {"1": QUEUED, "2": Opened(1)},
        {"3": Opened(2)},
        {"4": Closed(1, Counter(SENT=9))},
        {"5": Closed(2, Counter(FAILED=1))},
    )

    assert (counts(state), state.closed, state.recounted) == (Counter(FAILED=1), 2, 2)


def test_an_end_without_a_beginning_is_seen_and_not_believed(table: Table, operation: str) -> None:
    state = take(table, operation, {"1": Closed(7, Counter(SENT=9)), "2": QUEUED})

    assert (counts(state), state.closed, state.recounted) == (QUEUED, 7, 0)


def test_two_ends_that_nobody_began_do_not_hide_each_other(table: Table, operation: str) -> None:
    steps: dict[str, Step] = {"2": Closed(1, Counter(SENT=9)), "3": Closed(2, Counter(READ=1))}

    state = take(table, operation, {"1": Opened(2)}, steps)

    assert (counts(state), state.recounted) == (Counter(READ=1), 2)


def test_a_count_that_a_recount_does_not_find_is_none(table: Table, operation: str) -> None:
    take(table, operation, {"1": QUEUED, "2": Opened(1)}, {"3": Closed(1, Counter())})

    assert counts(tallies.of(table, operation)[SHARD]) == Counter()


# -------------------------------------------------------------------- every order


def parts(steps: Sequence[Step], sizes: Sequence[int]) -> Iterator[dict[str, Step]]:
    """Steps in batches, with sequence numbers of different lengths."""
    numbered = iter([(str(9 + place), step) for place, step in enumerate(steps)])
    for size in sizes:
        yield dict(next(numbered) for _ in range(size))


class Partition:
    """Rows that are written and read in an order, and the stream of that order."""

    def __init__(self) -> None:
        self.rows: dict[int, Row] = {}
        self.stream: list[Step] = []
        # Where the stream lost a change: counts are wrong from there on.
        self.lost = 0
        # What the rows come to at each position of the stream.
        self.truth: list[Tally] = []
        self.generation = 0
        self.read: dict[int, tuple[int, Tally | None]] = {}
        self.is_open = False

    def put(self, step: Step) -> None:
        self.stream.append(step)
        self.truth.append(self.total())

    def total(self) -> Tally:
        total: Tally = Counter()
        for row in self.rows.values():
            total.update(row.counts)
        return total

    def write(self, row: int, status: str, tries: int, *, lose: bool) -> None:
        old, new = self.rows.get(row), Row(status, tries)
        self.rows[row] = new
        if not lose:
            self.put(Change("", SHARD, "", old, new, EXPIRES).step)

    def begin(self, repair: int) -> None:
        self.generation += 1
        self.is_open = True
        self.read[repair] = (self.generation, None)
        self.put(Opened(self.generation))

    def look(self, repair: int) -> None:
        if repair in self.read:
            self.read[repair] = (self.read[repair][0], self.total())

    def end(self, repair: int) -> None:
        generation, counts = self.read.pop(repair, (0, None))
        if counts is not None and self.is_open and generation == self.generation:
            self.is_open = False
            self.put(Closed(generation, counts))


WRITE = st.tuples(
    st.just("write"), st.integers(0, 3), st.sampled_from(["QUEUED", "SENT", "READ"]), st.booleans()
)
REPAIR = st.tuples(st.sampled_from(["begin", "look", "end"]), st.integers(0, 1))


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(
    acts=st.lists(st.one_of(WRITE, REPAIR), max_size=25),
    batches=st.lists(st.tuples(st.integers(0, 6), st.integers(0, 4)), max_size=30),
)
def test_in_every_order_the_counts_are_those_of_the_rows(
    table: Table,
    acts: list[tuple[str, int, str, bool] | tuple[str, int]],
    batches: list[tuple[int, int]],
) -> None:
    """Also where batches come twice, in halves, and overlap; and after a recount where changes were lost."""
    partition = Partition()
    losses: list[int] = []
    for number, act in enumerate(acts):
        match act:
            case ("write", row, status, lose):
                if lose:
                    losses.append(len(partition.stream))
                partition.write(row, str(status), number, lose=bool(lose))
            case ("begin", repair):
                partition.begin(repair)
            case ("look", repair):
                partition.look(repair)
            case ("end", repair):
                partition.end(repair)
    operation = f"comms_operation_{next(NAMES):026}"
    numbered = {str(7 + place): step for place, step in enumerate(partition.stream)}

    # A worker that goes back (to what was not said to be done) and forth, and then to the end.
    done = 0
    for size, back in batches:
        numbers = list(numbered)[max(done - back, 0) : done + size]
        if numbers:
            take(table, operation, {each: numbered[each] for each in numbers})
            done = max(done, min(done + size, len(numbered)))
    state = take(table, operation, {each: numbered[each] for each in list(numbered)[done:]})

    recounted = [
        place
        for place, step in enumerate(partition.stream)
        if isinstance(step, Closed) and step.generation == state.recounted
    ]
    if not any(place >= (recounted[0] if recounted else 0) for place in losses):
        assert counts(state) == +partition.total()
    if recounted and not losses:
        [step] = (partition.stream[place] for place in recounted)
        assert isinstance(step, Closed)
        assert step.counts == partition.truth[recounted[0]]


def test_a_recount_that_nothing_disturbs_is_believed_wherever_batches_end(table: Table) -> None:
    steps: list[Step] = [QUEUED, Opened(1), Closed(1, Counter(SENT=5)), QUEUED]
    for first in range(5):
        for second in range(first, 5):
            operation = f"comms_operation_{next(NAMES):026}"
            numbered = {str(8 + place): step for place, step in enumerate(steps)}
            items = list(numbered.items())
            # All up to `second`, of which the first part comes twice.
            state = take(table, operation, *(dict(part) for part in (items[:first], items[:second], items)))
            assert counts(state) == Counter(SENT=5) + QUEUED
            assert state.recounted == 1
