"""Walking a list page by page: random messages, against a plain filter over all of them.

The table is a small one in memory, which counts what is read of it.
"""

import random
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from herald.model.message import Message
from herald.model.status import RANK, Status
from herald.store import lists, walks
from herald.store.lists import Filters
from herald.store.pages import Page
from herald.store.rows import made
from tests.sim.counted import CountedTable
from tests.unit.rows import a_message, an_operation_id, count, put_operations, put_rows

ACCOUNT = "AC" + "1" * 32
START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


class World(NamedTuple):
    table: CountedTable
    messages: dict[str, Message]
    # What the stream has, and was not counted yet.
    uncounted: list[Message]

    def put(self, *made: Message) -> None:
        # Of one place, the last: a batch has each key once.
        by_id = {message.id: message for message in made}
        put_rows(self.table, by_id.values())
        put_operations(self.table, made)
        self.messages.update(by_id)
        self.uncounted.extend(by_id.values())

    def tally(self) -> None:
        count(self.table, self.uncounted)
        self.uncounted.clear()

    def move(self, message: Message) -> None:
        """Write a row that has changed."""
        self.table.put_many([made(message, alone=True)])
        self.messages[message.id] = message
        self.uncounted.append(message)

    def page(self, filters: Filters, size: int, after: str | None) -> Page[Message]:
        return lists.page(self.table, ACCOUNT, filters, size=size, after=after)

    def matching(self, filters: Filters) -> list[str]:
        """The ids that a list has to show, by looking at every message."""
        return sorted((each.id for each in self.messages.values() if holds(filters, each)), reverse=True)


def holds(filters: Filters, message: Message) -> bool:
    return (
        filters.operation_id in (None, message.operation_id)
        and filters.status in (None, message.status)
        and (filters.start is None or message.created_at > filters.start)
        and (filters.end is None or message.created_at < filters.end)
    )


def a_world(*made: Message, total: int = 2_000) -> World:
    world = World(CountedTable(lags=True), {}, [])
    put_operations(world.table, made, total=total)
    world.put(*made)
    world.tally()
    world.table.catch_up()
    return world


def walk(
    world: World, filters: Filters, sizes: Sequence[int], between: Callable[[], None] = lambda: None
) -> list[str]:
    """The ids on all pages; the sizes are asked for in turn."""
    seen: list[str] = []
    after, number = None, 0
    while True:
        size = sizes[number % len(sizes)]
        page = world.page(filters, size, after)
        assert len(page.rows) <= size
        assert all(holds(filters, message) for message in page.rows)
        seen += [message.id for message in page.rows]
        if page.after is None:
            return seen
        assert after is None or page.after < after
        after, number = page.after, number + 1
        between()


# Few instants, a millisecond and a day apart: many operations share one.
moments = st.sampled_from([0, 1, 2, 1000, 86_400_000]).map(lambda ms: START + timedelta(milliseconds=ms))
limits = st.builds(
    lambda at, micros: at + timedelta(microseconds=micros), moments, st.sampled_from([-1000, -1, 0, 1, 999])
)
operation_ids = st.builds(an_operation_id, moments, st.integers(0, 2**80 - 1))
statuses = st.lists(st.sampled_from(Status), min_size=1, max_size=40)
batches = st.lists(st.tuples(operation_ids, st.integers(0, 1_950), statuses), max_size=8)
# With none to spare, many pages are returned short.
budgets = st.sampled_from([0, 1, 3, 30])
# A walk of hundreds of pages that changes after each draws more than all other examples together.
MOST_CHANGES = 20
sizes = st.lists(st.integers(1, 12) | st.just(1000), min_size=1, max_size=3)


@st.composite
def written(draw: st.DrawFn) -> list[Message]:
    return [
        a_message(operation, first + place, status, account=ACCOUNT)
        for operation, first, each in draw(batches)
        for place, status in enumerate(each)
    ]


def filters_for(world: World) -> st.SearchStrategy[Filters]:
    known = sorted({message.operation_id for message in world.messages.values()})
    return st.builds(
        lambda *given: Filters(*given),
        st.none() | (st.sampled_from(known) | operation_ids if known else operation_ids),
        st.none() | st.sampled_from(Status),
        st.none() | limits,
        st.none() | limits,
    )


@settings(max_examples=60, deadline=None)
@given(written(), st.data())
def test_all_pages_together_are_what_the_filters_ask_for_newest_first(
    made: list[Message], data: st.DataObject
) -> None:
    world = a_world(*made)
    filters = data.draw(filters_for(world))

    with patch.object(walks, "MOST_CALLS", data.draw(budgets)):
        seen = walk(world, filters, data.draw(sizes))

    assert seen == world.matching(filters)


@settings(max_examples=50, deadline=None)
@given(written(), st.data())
def test_what_matches_throughout_is_seen_exactly_once_while_the_rest_changes(
    made: list[Message], data: st.DataObject
) -> None:
    """Messages arrive and change their status between pages, and the index may be behind."""
    world = a_world(*made)
    filters = data.draw(filters_for(world))
    throughout = set(world.matching(filters))
    changes = iter(range(MOST_CHANGES))

    def change() -> None:
        if next(changes, None) is None:
            return
        some = st.lists(st.sampled_from(sorted(world.messages)), max_size=5, unique=True)
        for identifier in data.draw(some):
            message = world.messages[identifier]
            # A message only moves on.
            higher = [each for each in Status if RANK[each] > RANK[message.status]]
            status = data.draw(st.sampled_from([message.status, *higher]))
            world.move(message.model_copy(update={"status": status}))
        for operation, index in data.draw(
            st.lists(st.tuples(operation_ids, st.integers(0, 1_999)), max_size=3)
        ):
            world.put(a_message(operation, index, data.draw(st.sampled_from(Status)), account=ACCOUNT))
        if data.draw(st.booleans()):
            world.table.catch_up()
        if data.draw(st.booleans()):
            world.tally()
        throughout.intersection_update(world.matching(filters))

    with patch.object(walks, "MOST_CALLS", data.draw(budgets)):
        seen = walk(world, filters, data.draw(sizes), change)

    assert len(seen) == len(set(seen))
    assert seen == sorted(seen, reverse=True)
    assert throughout <= set(seen)


def many(*statuses: Status) -> World:
    """Two thousand messages of four operations, their statuses in turn."""
    operations = [an_operation_id(START + timedelta(seconds=number), number) for number in range(4)]
    return a_world(
        *(
            a_message(operation, place, statuses[place % len(statuses)], account=ACCOUNT)
            for operation in operations
            for place in range(500)
        ),
        total=500,
    )


def reads_of(world: World, filters: Filters, size: int, pages: int) -> list[tuple[int, int, int]]:
    """Of each page: entries read of the partitions or the index, rows looked up, messages on it."""
    found, after = [], None
    for _ in range(pages):
        world.table.entries_read = world.table.rows_read = 0
        page = world.page(filters, size, after)
        after = page.after
        found.append((world.table.entries_read, world.table.rows_read, len(page.rows)))
    return found


@pytest.mark.parametrize(
    ("filters", "rows"),
    [
        (Filters(), 0),
        (Filters(operation_id=an_operation_id(START, 0)), 0),
        (Filters(start=START, end=START + timedelta(seconds=3)), 0),
        (Filters(status=Status.DELIVERED), 0),
        # One more than the page: it tells that there is a next one.
        (Filters(status=Status.FAILED), 51),
    ],
    ids=str,
)
def test_a_page_reads_about_what_it_shows(filters: Filters, rows: int) -> None:
    world = many(filters.status or Status.SENT)

    for entries, looked_up, shown in reads_of(world, filters, 50, 3):
        assert entries <= 8 * 50
        # The account, an operation, its head and blocks.
        assert looked_up <= rows + 20
        assert shown == 50


def test_what_may_have_changed_since_it_was_counted_is_looked_at() -> None:
    """One in 500 was delivered, and any of the others may be by now: no index, and no count, tells."""
    world = many(*[Status.SENT] * 499, Status.DELIVERED)
    filters = Filters(status=Status.DELIVERED)
    moved = sorted(world.messages)[::100]
    for each in moved:
        world.move(world.messages[each].model_copy(update={"status": Status.DELIVERED}))

    assert walk(world, filters, [50]) == world.matching(filters)
    assert len(world.matching(filters)) == 4 + len(moved)


def test_what_was_counted_in_another_status_for_good_is_not_looked_at() -> None:
    world = many(Status.DELIVERED)
    world.table.entries_read = world.table.rows_read = 0

    page = world.page(Filters(status=Status.SENT), 50, None)

    assert page == Page([], None)
    # The account, four operations and their heads.
    assert (world.table.entries_read, world.table.rows_read) == (4, 9)


def test_an_index_that_is_behind_shows_nothing_that_has_moved_on() -> None:
    world = many(Status.QUEUED)
    moved = random.Random(1).sample(sorted(world.messages), 900)
    for each in moved:
        world.move(world.messages[each].model_copy(update={"status": Status.SENT}))

    seen = walk(world, Filters(status=Status.QUEUED), [50])

    assert seen == world.matching(Filters(status=Status.QUEUED))
    assert len(seen) == 1_100
