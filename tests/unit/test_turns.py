"""How the places of a chunk move, as a table; and that no sequence of turns loses one."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.model.operation import CHUNK_SIZE
from herald.sending import turns
from herald.sending.turns import Lost, Result
from herald.store.chunks import Progress


def progress(**places: Any) -> Progress:
    numbers: dict[str, Any] = {
        name: frozenset(value) if isinstance(value, set) else value for name, value in places.items()
    }
    return Progress(operation_id="comms_operation_1", chunk=0, generation=1, expanded=True, **numbers)


R = Result


@pytest.mark.parametrize(
    ("before", "results", "after", "following"),
    [
        ({"pending": {1, 2}}, {}, {"pending": {1, 2}}, (1, 2)),
        ({"pending": {2}, "intended": {0, 1}}, {0: R.RECORDED, 1: R.UNKNOWN}, {"pending": {2}}, (2,)),
        ({"intended": {0, 1}}, {0: R.REROUTED, 1: R.RECORDED}, {"pending": {0}}, (0,)),
        ({"intended": {0, 1}}, {0: R.DEFERRED, 1: R.REROUTED}, {"pending": {1}, "deferred": {0}}, (1,)),
        ({"deferred": {5}, "intended": {0}}, {0: R.DEFERRED}, {"deferred": {0, 5}}, ()),
        (
            {"pending": {3}, "intended": {0, 1}},
            {0: R.UNRECORDED, 1: R.RECORDED},
            {"pending": {3}, "intended": {0}},
            (),
        ),
    ],
)
def test_each_place_goes_where_its_result_says(
    before: Any, results: dict[int, Result], after: Any, following: tuple[int, ...]
) -> None:
    assert turns.turn(progress(**before), results) == (progress(**after), following)


def test_a_group_without_all_of_its_results_is_an_error() -> None:
    with pytest.raises(Lost):
        turns.turn(progress(intended={0, 1}), {0: R.RECORDED})


@pytest.mark.parametrize(
    ("before", "group", "over"),
    [({"pending": {0}, "intended": {1}}, {0}, set()), ({"pending": {0}}, {1}, set())],
)
def test_only_pending_places_are_announced_and_one_group_at_a_time(
    before: Any, group: set[int], over: set[int]
) -> None:
    with pytest.raises(Lost):
        turns.announced(progress(**before), group, over=over)


@pytest.mark.parametrize(
    ("before", "what", "after"),
    [
        # A worker died: the row of its group is marked, and a row that has moved waits no more.
        (
            {"pending": {2, 3}, "intended": {0, 1}},
            {"over": {0, 1, 3}, "opened": set()},
            {"pending": {2}},
        ),
        # A receipt has opened a place that was done, or the one that was intended.
        ({"pending": {2}}, {"over": set(), "opened": {7}}, {"pending": {2, 7}}),
        ({"intended": {0}}, {"over": {0}, "opened": {0}}, {"pending": {0}}),
        # What was turned away waits for its time, also where a task names it.
        (
            {"deferred": {4}, "retry_at": 60},
            {"over": set(), "opened": {4}},
            {"deferred": {4}, "retry_at": 60},
        ),
        (
            {"deferred": {4}, "retry_at": 50},
            {"over": set(), "opened": set()},
            {"pending": {4}, "retry_at": 50},
        ),
    ],
)
def test_a_claim_goes_on_where_the_last_one_ended(before: Any, what: Any, after: Any) -> None:
    assert turns.taken_over(progress(**before), **what, now=50) == progress(**after)


def test_a_plan_that_leaves_an_intended_place_out_is_an_error() -> None:
    with pytest.raises(Lost):
        turns.taken_over(progress(intended={0, 1}), over={0}, opened=set(), now=0)


def test_what_is_turned_away_waits_twice_as_long_each_time() -> None:
    held = progress(deferred={0})
    waits = []
    for _ in range(12):
        held = turns.held_back(held, 1_000, retry_after=2, answered=True)
        waits.append(held.retry_at - 1_000)

    assert waits == [2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900, 900]
    assert held.deferred_since == 1_000


def test_patience_begins_again_once_the_carrier_takes_all_that_it_is_given() -> None:
    before = progress(deferred=set(), deferrals=3, deferred_since=7)

    after = turns.held_back(before, 1_000, retry_after=None, answered=True)

    assert (after.deferrals, after.deferred_since) == (0, None)
    kept = progress(deferred={1}, deferrals=3, deferred_since=7)
    assert turns.held_back(kept, 1_000, retry_after=None, answered=True) == kept


def test_a_run_without_an_answer_leaves_patience_and_pauses_as_they_are() -> None:
    before = progress(pending={0}, deferrals=3, deferred_since=7, retry_at=20)

    assert turns.held_back(before, 1_000, retry_after=None, answered=False) == before


def test_only_the_carrier_s_pauses_are_waiting() -> None:
    """The place is tried again 500 seconds after it may be: by then its sender's rate allows it."""
    held = turns.held_back(progress(deferred={0}), 1_000, retry_after=100, answered=True)
    assert (turns.waited(held, 1_050), turns.waited(held, 1_100), turns.waited(held, 1_600)) == (50, 100, 100)

    held = turns.held_back(held, 1_600, retry_after=100, answered=True)

    assert (held.retry_at, turns.waited(held, 1_800)) == (1_800, 300)
    assert turns.waited(held, 1_800, resumed_at=1_700) == 100
    assert turns.waited(held, 9_000, resumed_at=9_000) == 0
    assert turns.waited(progress(), 9_000) == 0


@given(st.data())
def test_no_sequence_of_turns_loses_a_place(data: st.DataObject) -> None:
    everything = frozenset(range(data.draw(st.integers(0, CHUNK_SIZE))))
    state, over, results = progress(pending=set(everything)), frozenset[int](), dict[int, Result]()
    for _ in range(data.draw(st.integers(1, 8))):
        state, following = turns.turn(state, results)
        over |= {place for place, result in results.items() if result in (R.RECORDED, R.UNKNOWN)}
        assert state.left | state.intended | over == everything
        assert set(following) <= state.pending
        if not following:
            break
        chosen = data.draw(st.sets(st.sampled_from(following), max_size=25))
        gone = data.draw(st.sets(st.sampled_from(sorted(chosen)))) if chosen else set()
        state = turns.announced(state, chosen - gone, over=gone)
        over |= gone
        results = {place: data.draw(st.sampled_from(Result)) for place in sorted(state.intended)}
