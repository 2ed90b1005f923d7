import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.model import ids
from herald.model.ids import BLOCK_SIZE
from herald.store import keys, writers
from herald.store.refusals import KeyTooLong

# As published; ours are closed at their end besides.
OPERATION = re.compile(r"^comms_operation_[0-7][a-hjkmnpqrstv-z0-9]{25,34}$")
MESSAGE = re.compile(r"^comms_message_[0-7][a-hjkmnpqrstv-z0-9]{25,34}$")
SENDER = re.compile(r"^comms_sender_[0-7][a-hjkmnpqrstv-z0-9]{25,34}$")

milliseconds = st.integers(min_value=0, max_value=250_000_000_000_000)
indexes = st.integers(min_value=0, max_value=ids.PLACES_PER_OPERATION - 1)


def at(milliseconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)


@given(milliseconds, indexes)
def test_ids_have_the_published_form_and_tell_what_they_name(made: int, index: int) -> None:
    operation = ids.new_operation_id(at(made))
    message = ids.message_id(operation, index)

    assert OPERATION.match(operation)
    assert MESSAGE.match(message)
    assert SENDER.match(ids.new_sender_id(at(made)))
    assert ids.is_operation_id(operation)
    assert ids.is_message_id(message)
    assert (ids.operation_id_of(message), ids.index_of(message)) == (operation, index)
    assert ids.created_at(operation) == ids.created_at(message) == at(made)


@given(milliseconds, milliseconds, indexes, indexes)
def test_message_ids_sort_by_time_and_then_by_place(one: int, other: int, first: int, second: int) -> None:
    operation = ids.new_operation_id(at(one))
    earlier, later = sorted((first, second))
    assert (ids.message_id(operation, earlier) < ids.message_id(operation, later)) == (first != second)
    if one != other:
        before, after = sorted((one, other))
        assert ids.message_id(ids.new_operation_id(at(before)), first) < ids.message_id(
            ids.new_operation_id(at(after)), second
        )


@given(milliseconds, milliseconds, indexes)
def test_bounds_hold_all_messages_of_an_operation_and_no_others(one: int, other: int, index: int) -> None:
    mine, theirs = ids.new_operation_id(at(one)), ids.new_operation_id(at(other))
    low, high = ids.message_id_bounds(mine)

    assert low <= ids.message_id(mine, index) <= high
    assert not low <= ids.message_id(theirs, index) <= high


@given(milliseconds, milliseconds, indexes)
def test_a_bound_of_time_parts_earlier_messages_from_later_ones(made: int, bound: int, index: int) -> None:
    message = ids.message_id(ids.new_operation_id(at(made)), index)

    assert (message >= ids.time_bound(at(bound))) == (made >= bound)


def test_two_operations_of_one_moment_are_two() -> None:
    now = at(1)

    assert len({ids.new_operation_id(now) for _ in range(1_000)}) == 1_000


@pytest.mark.parametrize("index", [-1, 32_768])
def test_an_operation_has_no_other_messages(index: int) -> None:
    with pytest.raises(ValueError, match="no message number"):
        ids.message_id(ids.new_operation_id(at(0)), index)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "comms_operation_",
        "comms_operation_01h9krwprkeee8fzqspvwy6nq",
        "comms_operation_01h9krwprkeee8fzqspvwy6nq80",
        "comms_operation_01H9KRWPRKEEE8FZQSPVWY6NQ8",
        "comms_operation_81h9krwprkeee8fzqspvwy6nq8",
        "comms_operation_01h9krwprkeee8fzqspvwy6nqi",
        "comms_operation_01h9krwprkeee8fzqspvwy6nql",
        "comms_operation_01h9krwprkeee8fzqspvwy6nqo",
        "comms_operation_01h9krwprkeee8fzqspvwy6nqu",
        "comms_operation_01h9krwprkeee8fzqspvwy6nq\n",
        "comms_operation_٠1h9krwprkeee8fzqspvwy6nq8",
        "comms_message_01h9krwprkeee8fzqspvwy6nq8",
        "01h9krwprkeee8fzqspvwy6nq8",
        "x" * 10_000,
    ],
)
def test_what_is_no_id_is_none(text: str) -> None:
    assert not ids.is_operation_id(text)
    assert not ids.is_message_id(text)


@pytest.mark.parametrize("character", ["x", "é", "鱼", "🐟"])
def test_keys_are_as_long_as_dynamodb_allows_and_no_longer(character: str) -> None:
    size = len(character.encode())

    writers.check_key(character * (2_048 // size), character * (1_024 // size))

    for longer in ((2_048 // size + 1, 1), (1, 1_024 // size + 1)):
        with pytest.raises(KeyTooLong):
            writers.check_key(*(character * number for number in longer))


@given(milliseconds, st.sampled_from(ids.SHARD_NUMBERS))
def test_an_operation_s_id_tells_for_ever_in_how_many_shards_its_messages_lie(made: int, shards: int) -> None:
    operation = ids.new_operation_id(at(made), shards)

    assert ids.is_operation_id(operation)
    assert ids.created_at(operation) == at(made)
    assert ids.shards_of(operation) == ids.shards_of(ids.message_id(operation, 9_999)) == shards


@given(milliseconds, st.text(max_size=5))
def test_a_received_message_lies_in_one_shard(made: int, carrier_id: str) -> None:
    message = ids.inbound_message_id(at(made), "AC" + "0" * 32, "twilio", carrier_id)

    assert ids.shards_of(message) == 1
    assert keys.shard_of(message) == 0


@given(milliseconds, indexes, st.sampled_from(ids.SHARD_NUMBERS))
def test_a_block_lies_in_one_shard_and_neighbouring_blocks_in_different_ones(
    made: int, index: int, number: int
) -> None:
    operation = ids.new_operation_id(at(made), number)
    first = index // BLOCK_SIZE
    blocks = range(first, min(first + number, ids.PLACES_PER_OPERATION // BLOCK_SIZE))
    shards = [
        {
            keys.shard_of(ids.message_id(operation, block * BLOCK_SIZE + place))
            for place in (0, index % BLOCK_SIZE, BLOCK_SIZE - 1)
        }
        for block in blocks
    ]

    assert {len(each) for each in shards} == {1}
    found = set().union(*shards)
    assert found <= set(range(number))
    assert len(found) == len(blocks)


def test_an_account_sid_has_the_form_that_clients_know() -> None:
    assert re.fullmatch(r"AC[0-9a-f]{32}", ids.new_account_sid())
