"""Shards by account: the id of an operation tells in how many its messages lie, and lists read them all."""

from datetime import UTC, datetime, timedelta

import pytest

from herald.model.ids import new_operation_id, operation_id_of
from herald.model.message import Message
from herald.model.status import Status
from herald.operator import accounts, block_rows
from herald.store import keys, lists, operations, tallies
from herald.store.accounts import shards as shards_of_account
from herald.store.lists import Filters
from tests.sim.counted import CountedTable
from tests.unit.rows import a_message, count, put_operations, put_rows

ACCOUNT = "AC" + "1" * 32
NOON = datetime(2026, 1, 2, 12, tzinfo=UTC)


@pytest.fixture
def table() -> CountedTable:
    table = CountedTable()
    table.put_new(keys.account(ACCOUNT), {"name": "test"})
    return table


def send(table: CountedTable, seconds: int, shards: int, places: int = 600) -> list[Message]:
    """An operation whose messages lie in so many shards; every third is SENT."""
    operation = new_operation_id(NOON + timedelta(seconds=seconds), shards)
    statuses = (Status.DELIVERED, Status.SENT, Status.FAILED)
    rows = [a_message(operation, place, statuses[place % 3], account=ACCOUNT) for place in range(places)]
    put_rows(table, rows)
    put_operations(table, rows, total=places)
    count(table, rows)
    return rows


def listed(table: CountedTable, filters: Filters, after: str | None = None) -> list[str]:
    found: list[str] = []
    while True:
        page = lists.page(table, ACCOUNT, filters, size=190, after=after)
        found += [each.id for each in page.rows]
        if page.after is None:
            return found
        after = page.after


def newest_first(rows: list[Message]) -> list[str]:
    return sorted((row.id for row in rows), reverse=True)


def test_an_account_begins_with_one_shard_and_never_goes_back(table: CountedTable) -> None:
    assert shards_of_account(table, ACCOUNT) == 1
    assert [accounts.raise_shards(table, ACCOUNT, each, NOON) for each in (1, 8, 8, 4, 16)] == [
        False,
        True,
        False,
        False,
        True,
    ]
    assert shards_of_account(table, ACCOUNT) == 16
    assert not accounts.raise_shards(table, "AC" + "9" * 32, 8, NOON)
    assert table.get(keys.account("AC" + "9" * 32)) is None


def test_a_page_of_a_new_account_is_one_query(table: CountedTable) -> None:
    send(table, 0, 1)
    table.entries_read = table.rows_read = 0

    page = lists.page(table, ACCOUNT, Filters(), size=50)

    assert len(page.rows) == 50
    assert (table.entries_read, table.rows_read) == (58, 1)


@pytest.mark.parametrize("filters", [Filters(), Filters(status=Status.SENT), Filters(status=Status.FAILED)])
def test_lists_show_everything_once_whatever_the_number_was(table: CountedTable, filters: Filters) -> None:
    rows = send(table, 0, 1)
    for seconds, shards in ((1, 2), (2, 8), (3, 128)):
        accounts.raise_shards(table, ACCOUNT, shards, NOON)
        rows += send(table, seconds, shards)

    assert listed(table, filters) == newest_first([row for row in rows if filters.admit(row)])
    for row in (rows[0], rows[600], rows[-1]):
        one = filters._replace(operation_id=row.operation_id)
        wanted = [each for each in rows if each.operation_id == row.operation_id and filters.admit(each)]
        assert listed(table, one) == newest_first(wanted)


def test_messages_that_come_with_more_shards_while_a_page_is_read_are_all_on_it(
    table: CountedTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The number is read, then it is raised and used, then the rows are read."""
    old = send(table, 0, 1, places=20)
    new: list[Message] = []
    number = shards_of_account

    def read_and_raise(*given: object) -> int:
        found = number(table, ACCOUNT)
        if not new:
            accounts.raise_shards(table, ACCOUNT, 8, NOON)
            new.extend(send(table, 1, 8, places=2_100))
        return found

    monkeypatch.setattr("herald.store.accounts.shards", read_and_raise)

    assert listed(table, Filters()) == newest_first([*new, *old])


@pytest.mark.parametrize("shards", [1, 2, 128])
def test_the_rows_of_blocks_are_one_query_a_shard(table: CountedTable, shards: int) -> None:
    rows = send(table, 0, shards, places=1_000)
    send(table, 1, shards)
    operation = operations.get(table, operation_id_of(rows[0].id))
    assert operation
    table.queries = 0
    assert len(tallies.read(table, operation.id)) == 4
    assert table.queries == 1
    table.queries = 0

    found = block_rows.read(table, operation, range(4))

    assert [row.message_id for number in range(4) for row in found[number]] == [row.id for row in rows]
    assert {number: len(some) for number, some in found.items()} == {0: 256, 1: 256, 2: 256, 3: 232}
    assert table.queries == min(shards, 4)
    assert block_rows.read(table, operation, range(2, 3)) == {2: found[2]}
