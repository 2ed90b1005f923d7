"""A block is a merge: whatever order, repetition or batching, it ends in the highest state of each place."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.model.block import NOTHING, Block, State, packed_sums, state_of, sums_in
from herald.model.change import Change
from herald.model.ids import BLOCK_SIZE
from herald.model.operation import ATTEMPTS, COUNTS, RECIPIENTS, UNADDRESSABLE, Tally
from herald.model.status import RANK, UNCONFIRMED, Status

RANKED = [(status, rank) for status, rank in RANK.items() if status is not Status.INBOUND]
MARKS = [(None, 0), *RANKED, (Status.FAILED, UNCONFIRMED)]


@st.composite
def states(draw: st.DrawFn) -> State:
    status, rank = draw(st.sampled_from(MARKS))
    tries = draw(st.integers(0, 3) | st.sampled_from([254, 255, 256, 300, 70_000]))
    people = draw(st.integers(1, 10) | st.sampled_from([255, 256, 4_000]))
    return state_of(status, rank, tries=tries, failed_try=draw(st.integers(0, tries)), people=people)


PLACED = st.tuples(st.integers(0, 7) | st.sampled_from([200, BLOCK_SIZE - 1]), states())


def counts_of(rows: dict[int, State]) -> Tally:
    """What some states come to, one by one."""
    counts: Tally = Counter()
    for state in rows.values():
        counts.update({state.status: 1, ATTEMPTS: state.tries, RECIPIENTS: state.people})
    return +counts


@given(st.lists(PLACED), st.lists(st.integers(1, 5)), st.randoms())
def test_any_order_repetition_and_batching_ends_in_the_highest_states(
    told: list[tuple[int, State]], sizes: list[int], random: object
) -> None:
    highest: dict[int, State] = {}
    for place, state in told:
        highest[place] = max(state, highest.get(place, NOTHING))
    again = [*told, *told[::2]]
    random.shuffle(again)  # type: ignore[attr-defined]
    block = Block()
    while again:
        size = sizes.pop() if sizes else 3
        some, again = again[:size], again[size:]
        block = block.merged(some)

    assert {place: state for place, state in enumerate(block) if state != NOTHING} == highest
    assert block.counts == counts_of(highest)
    assert len(block.places) == 3 * (max(highest, default=-1) + 1)
    assert block == Block().merged(highest.items())


@given(st.lists(PLACED), st.lists(PLACED))
def test_a_merge_with_nothing_above_is_the_block_itself(
    told: list[tuple[int, State]], more: list[tuple[int, State]]
) -> None:
    block = Block().merged(told)
    both = block.merged(more)

    assert block.merged(told) is block
    assert both.merged(told) is both
    assert Block().merged(more).merged(told) == both


# ------------------------------------------------------------------------ states


# How a row may move, write by write: each is above the one before.
JOURNEYS = {
    "sent and delivered": [
        state_of("SCHEDULED", 0),
        state_of("SENT", 10, tries=1),
        state_of("UNDELIVERED", 20, tries=1),
        state_of("DELIVERED", 30, tries=1),
        state_of("READ", 40, tries=1),
    ],
    "an early receipt": [
        state_of("QUEUED", 1),
        state_of("DELIVERED", 30),
        state_of("DELIVERED", 30, tries=1),
    ],
    "opened again by a receipt, and tried once more": [
        state_of("QUEUED", 1),
        state_of("SENT", 10, tries=1),
        state_of("QUEUED", 1, tries=1, failed_try=1),
        state_of("SENT", 10, tries=2, failed_try=1),
        state_of("QUEUED", 1, tries=2, failed_try=2),
        state_of("UNDELIVERED", 20, tries=2, failed_try=2),
    ],
    "an early failure, opened again, and the receipt of the next try before its record": [
        state_of("UNDELIVERED", 20),
        state_of("UNDELIVERED", 20, tries=1),
        state_of("QUEUED", 1, tries=1, failed_try=1),
        state_of("DELIVERED", 30, tries=1, failed_try=1),
        state_of("DELIVERED", 30, tries=2, failed_try=1),
    ],
    "an unknown outcome": [
        state_of("QUEUED", 1),
        state_of("QUEUED", 1, tries=1),
        state_of("FAILED", UNCONFIRMED, tries=1),
        state_of("DELIVERED", 30, tries=1),
    ],
    "canceled before it was tried again": [
        state_of("QUEUED", 1, tries=1, failed_try=1),
        state_of("CANCELED", 50, tries=1, failed_try=1),
    ],
    "more tries than a byte holds": [
        state_of("QUEUED", 1, tries=255, failed_try=255),
        state_of("SENT", 10, tries=256),
        state_of("QUEUED", 1, tries=256, failed_try=256),
        state_of("SENT", 10, tries=257),
    ],
}


@pytest.mark.parametrize("journey", JOURNEYS.values(), ids=JOURNEYS)
def test_every_write_of_a_row_raises_its_state(journey: list[State]) -> None:
    assert all(lower < higher for lower, higher in pairwise([NOTHING, *journey]))
    block = Block()
    for state in reversed(journey):
        block = block.merged([(5, state)])
    assert block[5] == journey[-1]


def test_every_status_has_a_state_and_they_are_ordered_by_rank() -> None:
    ordered = sorted(MARKS[1:], key=lambda mark: mark[1])
    for (low, low_rank), (high, high_rank) in pairwise(ordered):
        if low_rank < high_rank:
            assert state_of(low, low_rank) < state_of(high, high_rank)
    assert {state_of(status, rank).status for status, rank in MARKS} == {*COUNTS} - {ATTEMPTS, RECIPIENTS}
    assert len({state_of(status, rank) for status, rank in MARKS}) == len(MARKS)
    assert state_of(None).status == UNADDRESSABLE


def test_what_waits_is_scheduled_queued_or_not_counted() -> None:
    waiting = {status for status, rank in MARKS if state_of(status, rank).is_waiting}
    assert waiting == {Status.SCHEDULED, Status.QUEUED}
    assert state_of("QUEUED", 1, tries=1, failed_try=1).is_waiting
    assert NOTHING.is_waiting


@pytest.mark.parametrize(
    ("old", "new", "is_end"),
    [
        (None, state_of("QUEUED", 1), False),
        (None, state_of("FAILED", 50), True),
        (None, state_of(None), True),
        (state_of("QUEUED", 1), state_of("QUEUED", 1, tries=1), False),
        (state_of("QUEUED", 1), state_of("SENT", 10, tries=1), True),
        (state_of("SCHEDULED", 0), state_of("CANCELED", 50), True),
        (state_of("SENT", 10, tries=1), state_of("DELIVERED", 30, tries=1), False),
        (state_of("SENT", 10, tries=1), state_of("QUEUED", 1, tries=1, failed_try=1), False),
    ],
)
def test_a_change_is_an_end_where_the_message_waited_and_does_not_any_more(
    old: State | None, new: State, is_end: bool
) -> None:
    assert Change("comms_operation_" + "0" * 26, 0, old, new, 2_000_000_000).is_end is is_end


# -------------------------------------------------------------------------- sums


COUNTED = st.dictionaries(st.sampled_from(COUNTS), st.integers(1, 256) | st.integers(1, 2**40))


@given(st.integers(0, 2**32 - 1), COUNTED)
def test_packed_sums_say_what_was_packed(version: int, counts: dict[str, int]) -> None:
    assert sums_in(packed_sums(version, Counter(counts))) == (version, Counter(counts))


@given(st.integers(0, 2**32 - 2), COUNTED, COUNTED)
def test_the_sums_of_a_later_version_are_greater(
    version: int, old: dict[str, int], new: dict[str, int]
) -> None:
    assert packed_sums(version, Counter(old)) < packed_sums(version + 1, Counter(new))


def test_a_block_is_one_write_unit_and_sums_are_a_few_bytes() -> None:
    full = Block().merged((place, state_of("DELIVERED", 30, tries=1)) for place in range(BLOCK_SIZE))

    assert len(full.places) == 768
    assert full.counts == Counter(DELIVERED=256, ATTEMPTS=256, RECIPIENTS=256)
    assert len(packed_sums(1_000, full.counts)) <= 16
