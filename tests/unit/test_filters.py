"""Every combination of filters of GET /v1/Messages, against a plain filter over plain data."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from herald.model.addresses import AddressChannel, MessageAddress, Sender, SenderChannel
from herald.model.ids import (
    index_of,
    message_id,
    operation_id_of,
    operation_time_bound,
)
from herald.model.message import Message, Unaddressable
from herald.model.status import RANK, Status
from herald.store import lists, messages, walks
from herald.store.lists import Filters
from herald.store.rows import made
from tests.sim.counted import CountedTable
from tests.unit.rows import count, put_operations

OURS, THEIRS = "AC" + "0" * 32, "AC" + "1" * 32
START = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
INSTANTS = [START + timedelta(milliseconds=number) for number in range(4)]
PROFILES = [f"mem_profile_{digit * 26}" for digit in "01"]
SESSIONS = [f"comms_session_{digit * 26}" for digit in "01"]
TAGS = [("region", "north"), ("region", "south"), ("campaign", "spring"), ("campaign", "north")]
# Neighbours within a chunk, and on both sides of the border between two chunks.
INDEXES = [0, 1, 2, 31, 32, 98, 99, 100, 101, 205]


def an_operation_id(instant: datetime, digit: str) -> str:
    # The last character: its messages lie in one shard.
    return operation_time_bound(instant) + digit * 15 + "0"


def a_message(identifier: str, **more: Any) -> Message:
    channel = more.pop("channel", SenderChannel.SMS)
    return Message(
        **{
            "id": identifier,
            "account": OURS,
            "status": Status.DELIVERED,
            "to": MessageAddress(address="+12065550100", channel=AddressChannel.PHONE),
            "sender": Sender(sender_id="comms_sender_" + "0" * 26, address="sender", channel=channel),
            "updated_at": START,
            "expires_at": 0,
            **more,
        }
    )


def put(table: CountedTable, rows: list[Message]) -> None:
    """Make rows as fan_out does: a chunk at a time, recipients without a message among them."""

    def chunk(row: Message) -> tuple[str, str, int]:
        return row.account, operation_id_of(row.id), index_of(row.id) // 100

    for (account, operation_id, number), some in groupby(sorted(rows, key=chunk), key=chunk):
        first = message_id(operation_id, number * 100)
        by_id = {row.id: row for row in some}
        nobody = Unaddressable(id=first, account=account, addresses=(), expires_at=0)
        messages.put(table, [by_id.pop(first, nobody), *(by_id[each] for each in sorted(by_id))])
    put_operations(table, rows, total=301)
    count(table, rows)


def change(table: CountedTable, row: Message) -> None:
    """Write a row that has changed, as a move of it does: its postings stay as they are."""
    table.put_many([made(row, alone=True)])


# ------------------------------------------------------------------------ what may be drawn

optional_tags = st.lists(st.sampled_from(TAGS), max_size=3).map(dict)


@st.composite
def rows(draw: st.DrawFn, *, most: int = 25) -> list[Message]:
    places = st.tuples(
        st.sampled_from([OURS, OURS, OURS, THEIRS]),
        st.sampled_from(INSTANTS),
        st.sampled_from("0z"),
        st.sampled_from(INDEXES),
    )
    # An operation is one account's, whatever its id.
    drawn = draw(st.lists(places, unique_by=lambda place: place[1:], max_size=most))
    return [
        a_message(
            message_id(an_operation_id(instant, digit if account == OURS else "t"), index),
            account=account,
            status=draw(st.sampled_from(Status)),
            channel=draw(st.sampled_from(SenderChannel)),
            tags=draw(optional_tags),
            profile_id=draw(st.sampled_from([None, *PROFILES])),
            session_id=draw(st.sampled_from([None, *SESSIONS])),
        )
        for account, instant, digit, index in drawn
    ]


near = st.integers(-2_500, 5_500).map(lambda microseconds: START + timedelta(microseconds=microseconds))
filters = st.builds(
    Filters,
    operation_id=st.none() | st.builds(an_operation_id, st.sampled_from(INSTANTS), st.sampled_from("0z")),
    status=st.none() | st.sampled_from(Status),
    start=st.none() | near,
    end=st.none() | near,
    channel=st.none() | st.sampled_from(SenderChannel),
    profile_id=st.sampled_from([None, *PROFILES]),
    session_id=st.sampled_from([None, *SESSIONS]),
    tags=st.frozensets(st.sampled_from(TAGS), max_size=3),
    # Of addresses: test_parties.
    to=st.none(),
    source=st.none(),
)
sizes = st.sampled_from([1, 2, 3, 50])


def holds(wanted: Filters, message: Message) -> bool:
    """What the contract says of each filter."""
    return all(
        (
            message.account == OURS,
            wanted.operation_id in (None, message.operation_id),
            wanted.status in (None, message.status),
            wanted.start is None or message.created_at > wanted.start,
            wanted.end is None or message.created_at < wanted.end,
            wanted.channel in (None, message.sender.channel),
            wanted.profile_id in (None, message.profile_id),
            wanted.session_id in (None, message.session_id),
            # Only a received message can look like a keyword.
            wanted.looks_like in (None, message.received and message.received.looks_like),
            all(message.tags.get(key) == value for key, value in wanted.tags),
        )
    )


@dataclass
class Shown:
    page: int
    message: Message


def walk(
    table: CountedTable, wanted: Filters, size: int, between: Callable[[], None] = lambda: None
) -> Iterator[Shown]:
    """The messages of all pages, in the order of the list."""
    after: str | None = None
    for number in range(1_000):
        page = lists.page(table, OURS, wanted, size=size, after=after)
        assert len(page.rows) <= size
        yield from (Shown(number, message) for message in page.rows)
        if page.after is None:
            return
        after = page.after
        between()
    raise AssertionError("the list does not end")


# ------------------------------------------------------------------------------- properties


@settings(max_examples=400, deadline=None)
@given(data=rows(), wanted=filters, size=sizes)
def test_all_pages_together_are_what_the_filters_let_through(
    data: list[Message], wanted: Filters, size: int
) -> None:
    table = CountedTable()
    put(table, data)

    shown = [each.message for each in walk(table, wanted, size)]

    assert shown == sorted((row for row in data if holds(wanted, row)), key=lambda row: row.id, reverse=True)


@settings(max_examples=200, deadline=None)
@given(data=rows(), wanted=filters, size=sizes, calls=st.integers(0, 6))
def test_pages_that_end_their_budget_lose_nothing(
    data: list[Message], wanted: Filters, size: int, calls: int
) -> None:
    table = CountedTable()
    put(table, data)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walks, "MOST_CALLS", calls)
        shown = [each.message.id for each in walk(table, wanted, size)]

    assert shown == sorted((row.id for row in data if holds(wanted, row)), reverse=True)


@settings(max_examples=200, deadline=None)
@given(
    chunks=st.lists(st.sampled_from([{"a": "1"}, {"b": "1"}, {"a": "1", "b": "1"}]), max_size=30),
    size=st.sampled_from([1, 50]),
    calls=st.integers(0, 4),
)
def test_tags_that_seldom_meet_are_found_wherever_a_page_ends(
    chunks: list[dict[str, str]], size: int, calls: int
) -> None:
    table = CountedTable()
    stem = an_operation_id(START, "0")
    rows = [a_message(message_id(stem, number * 100 + 7), tags=tags) for number, tags in enumerate(chunks)]
    put(table, rows)
    both = Filters(tags=frozenset({("a", "1"), ("b", "1")}))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walks, "MOST_CALLS", calls)
        shown = [each.message.id for each in walk(table, both, size)]

    assert shown == sorted((row.id for row in rows if len(row.tags) == 2), reverse=True)


@settings(max_examples=300, deadline=None)
@given(data=st.data(), before=rows(), wanted=filters, size=sizes, lags=st.booleans())
def test_pages_are_stable_while_messages_change_and_arrive(
    data: st.DataObject, before: list[Message], wanted: Filters, size: int, lags: bool
) -> None:
    table = CountedTable(lags=lags)
    put(table, before)
    table.catch_up()
    now = {row.id: row for row in before}
    touched: set[str] = set()
    arrived: list[str] = []
    # What a page shows is what it was when the page was read.
    at_page: list[dict[str, Message]] = [dict(now)]

    def between() -> None:
        for row in data.draw(st.lists(st.sampled_from(before), max_size=4)) if before else []:
            sender = row.sender.model_copy(update={"channel": data.draw(st.sampled_from(SenderChannel))})
            # A message only moves on.
            status = now[row.id].status
            higher = [status, *(each for each in Status if RANK[each] > RANK[status])]
            now[row.id] = row.model_copy(
                update={"status": data.draw(st.sampled_from(higher)), "sender": sender}
            )
            touched.add(row.id)
            change(table, now[row.id])
        if data.draw(st.booleans()) and len(arrived) < 3:
            later = an_operation_id(INSTANTS[-1] + timedelta(milliseconds=len(arrived)), "zxy"[len(arrived)])
            newest = a_message(message_id(later, 300), tags=dict(TAGS[:1]), status=Status.FAILED)
            put(table, [newest])
            now[newest.id] = newest
            arrived.append(newest.id)
        if data.draw(st.booleans()):
            table.catch_up()
        if data.draw(st.booleans()):
            count(table, now.values())
        at_page.append(dict(now))

    shown = list(walk(table, wanted, size, between))

    ids = [each.message.id for each in shown]
    assert ids == sorted(set(ids), reverse=True)
    for each in shown:
        assert each.message == at_page[each.page][each.message.id]
        assert holds(wanted, each.message)
    steady = {row.id for row in before if holds(wanted, row)} - touched
    assert steady <= set(ids)


# --------------------------------------------------------------------------- what it costs

LONG_AGO = START - timedelta(days=7)


@pytest.fixture(scope="module")
def full() -> CountedTable:
    """20,000 messages of two operations, where each filter is on the bulk, on little, or on nothing."""
    table = CountedTable()
    for instant in (LONG_AGO, START):
        stem = an_operation_id(instant, "0")
        for chunk in range(100):
            bulk = {f"bulk{number}": "all" for number in range(10)}
            rows = [
                a_message(
                    message_id(stem, chunk * 100 + place),
                    status=list(Status)[place] if chunk == 0 and place < len(Status) else Status.READ,
                    tags={} if chunk < 2 else bulk if place else {"odd": str(chunk % 2), "last": "one"},
                    profile_id=PROFILES[0],
                    session_id=SESSIONS[0],
                )
                for place in range(100)
            ]
            messages.put(table, rows)
            put_operations(table, rows)
            count(table, rows)
    return table


SINGLE = {
    "none": Filters(),
    "operation": Filters(operation_id=an_operation_id(LONG_AGO, "0")),
    "start": Filters(start=LONG_AGO),
    "end": Filters(end=START),
    "channel": Filters(channel=SenderChannel.SMS),
    "profile": Filters(profile_id=PROFILES[0]),
    "session": Filters(session_id=SESSIONS[0]),
    "status of all": Filters(status=Status.READ),
    "a tag of all": Filters(tags=frozenset({("bulk1", "all")})),
    "ten tags of all": Filters(tags=frozenset((f"bulk{number}", "all") for number in range(10))),
    "a tag of one in a chunk": Filters(tags=frozenset({("last", "one")})),
}
FEW = {
    "channel": Filters(channel=SenderChannel.RCS),
    "profile": Filters(profile_id=PROFILES[1]),
    "session": Filters(session_id=SESSIONS[1]),
    "tags that never meet": Filters(tags=frozenset({("odd", "0"), ("odd", "1")})),
    **{f"status {status}": Filters(status=status) for status in Status if status is not Status.READ},
}
TWO = {
    "status and channel": Filters(status=Status.READ, channel=SenderChannel.RCS),
    "status and tag": Filters(status=Status.DELIVERED, tags=frozenset({("bulk1", "all")})),
    "profile and status": Filters(profile_id=PROFILES[0], status=Status.FAILED),
}
MIDDLE = message_id(an_operation_id(START, "0"), 5_678)


@pytest.mark.parametrize("after", [None, MIDDLE], ids=["first page", "middle page"])
@pytest.mark.parametrize("wanted", SINGLE.values(), ids=SINGLE)
def test_a_page_of_50_reads_a_bounded_number_of_entries_and_50_rows(
    full: CountedTable, wanted: Filters, after: str | None
) -> None:
    full.entries_read = full.rows_read = 0

    page = lists.page(full, OURS, wanted, size=50, after=after)

    assert len(page.rows) == 50
    assert page.after == page.rows[-1].id
    assert full.entries_read <= 8 * 50
    # The account, the rows of the page, and the next one.
    assert full.rows_read <= 1 + 50 + 1


@pytest.mark.parametrize("wanted", [*FEW.values(), *TWO.values()], ids=[*FEW, *TWO])
def test_a_page_of_what_is_rare_is_short_sooner_than_dear(full: CountedTable, wanted: Filters) -> None:
    full.entries_read = full.rows_read = 0

    page = lists.page(full, OURS, wanted, size=50)

    assert len(page.rows) < 50
    if wanted.profile_id == PROFILES[0]:
        # None of 20,000 messages matches: they are read one by one, as many as 30 calls return.
        assert full.rows_read <= 3_000
        return
    assert page.after is None
    assert full.entries_read <= 8 * 50
    assert full.rows_read <= 8 * 50


def test_rows_are_not_read_of_chunks_whose_tags_meet_on_no_message(full: CountedTable) -> None:
    full.rows_read = 0

    page = lists.page(full, OURS, Filters(tags=frozenset({("bulk1", "all"), ("last", "one")})), size=50)

    assert page.rows == []
    assert full.rows_read == 1, "the account's number of shards"


@pytest.mark.parametrize("wanted", FEW.values(), ids=FEW)
def test_what_is_rare_is_found_in_the_end(full: CountedTable, wanted: Filters) -> None:
    found = [each.message for each in walk(full, wanted, 50)]

    assert len(found) == (2 if wanted.status else 0)


@pytest.mark.parametrize("wanted", SINGLE.values(), ids=SINGLE)
def test_a_page_of_1000_reads_few_more_than_it_shows(full: CountedTable, wanted: Filters) -> None:
    full.entries_read = full.rows_read = 0

    page = lists.page(full, OURS, wanted, size=1_000)

    assert len(page.rows) == (196 if wanted.tags == {("last", "one")} else 1_000)
    assert full.entries_read <= 8 * 1_000
    assert full.rows_read <= 1_002
