"""Whom an account may not write to: who says so, when, and in which order it is heard."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import permutations, product

import pytest

from herald.model.addresses import AddressChannel, MessageAddress
from herald.model.ids import is_suppression_id, suppression_id
from herald.model.suppressions import Suppression, SuppressionSource
from herald.store import keys, suppressions
from herald.store.arrivals import Arrival
from herald.store.table import Table, Update, load
from tests.builders import suppressed
from tests.sim import Death, Faults, When
from tests.unit.inbound import ANA, NOON
from tests.world import World

PHONE = MessageAddress(address=ANA, channel=AddressChannel.PHONE)
WHATSAPP = MessageAddress(address=ANA, channel=AddressChannel.WHATSAPP)
SOMEBODY = MessageAddress(address="+447700900123", channel=AddressChannel.PHONE)
WHENS: tuple[When, ...] = ("before", "after")


def at(seconds: int) -> datetime:
    return NOON + timedelta(seconds=seconds)


def stop(world: World, seconds: int, source: SuppressionSource = SuppressionSource.STOP) -> None:
    suppressions.stop(world.table, world.account, PHONE, source, Arrival(at(seconds), at(seconds)))


def start(world: World, seconds: int) -> None:
    suppressions.start(world.table, world.account, PHONE, Arrival(at(seconds), at(seconds)))


def add(
    world: World, seconds: int, source: SuppressionSource = SuppressionSource.API, *more: MessageAddress
) -> list[bool]:
    found = suppressions.add(world.table, world.account, [PHONE, *more], source, at(seconds))
    return [each.is_new for each in found]


def remove(world: World, seconds: int) -> bool:
    return suppressions.remove(world.table, world.account, the_id(world), at(seconds))


def the_id(world: World) -> str:
    return suppression_id(world.account, PHONE.channel, PHONE.address)


def found(world: World) -> Suppression | None:
    return suppressions.get(world.table, world.account, the_id(world))


def is_suppressed(world: World) -> bool:
    asked = suppressed(world.table, world.account, [PHONE])
    assert bool(asked) == (found(world) is not None)
    return bool(asked)


# ------------------------------------------------------------------------------ the last word


def test_stop_suppresses_a_person_and_start_lifts_it(world: World) -> None:
    assert not is_suppressed(world)

    stop(world, 1)
    assert is_suppressed(world)
    shown = found(world)
    assert shown
    assert (shown.to, shown.source, shown.created_at) == (PHONE, SuppressionSource.STOP, at(1))
    assert is_suppression_id(shown.id)
    assert ANA[1:] not in shown.id

    start(world, 2)
    assert not is_suppressed(world)


def test_it_is_of_one_account_and_one_channel_of_the_person(world: World) -> None:
    other, _ = world.new_account()
    stop(world, 1)

    everybody = [PHONE, WHATSAPP, SOMEBODY]
    assert suppressed(world.table, world.account, everybody) == {PHONE}
    assert suppressed(world.table, other, everybody) == set()
    assert suppressed(world.table, world.account, []) == set()


Word = Callable[[World], object]
WORDS: Sequence[Word] = (
    lambda world: stop(world, 1),
    lambda world: start(world, 2),
    lambda world: stop(world, 3),
    lambda world: start(world, 4),
)


@pytest.mark.parametrize("last", [1, 2, 3, 4])
def test_the_last_word_counts_in_whatever_order_and_however_often_words_come(world: World, last: int) -> None:
    expected = last % 2 == 1
    for order in permutations(WORDS[:last]):
        world.clear()
        for word in (*order, *order):
            word(world)
        assert is_suppressed(world) == expected


def test_of_two_words_of_one_instant_stop_counts(world: World) -> None:
    for words in product((stop, start), repeat=3):
        world.clear()
        for word in words:
            word(world, 1)
        assert is_suppressed(world) == (stop in words)


def test_a_repeated_stop_keeps_the_time_of_the_first(world: World) -> None:
    stop(world, 1)
    stop(world, 5)
    start(world, 3)  # came late

    shown = found(world)
    assert shown
    assert shown.created_at == at(1)


# ------------------------------------------------------------------------ people and accounts


@pytest.mark.parametrize("source", [SuppressionSource.IMPORT, SuppressionSource.CARRIER])
def test_a_start_lifts_suppressions_on_behalf_of_the_person(world: World, source: SuppressionSource) -> None:
    add(world, 1, source)
    assert is_suppressed(world)

    start(world, 2)

    assert not is_suppressed(world)


def test_only_the_account_lifts_its_own_suppressions(world: World) -> None:
    add(world, 1)
    start(world, 2)
    stop(world, 3)
    start(world, 4)
    shown = found(world)
    assert shown
    assert (shown.source, shown.created_at) == (SuppressionSource.API, at(1))

    assert remove(world, 5)
    assert not is_suppressed(world)
    assert not remove(world, 6)


def test_the_account_s_own_word_takes_the_place_of_another_s(world: World) -> None:
    stop(world, 1)
    assert add(world, 2, SuppressionSource.IMPORT) == [False]
    assert add(world, 2) == [False]
    start(world, 3)

    shown = found(world)
    assert shown
    assert (shown.source, shown.created_at) == (SuppressionSource.API, at(1))
    # And an import does not take it back.
    assert add(world, 4, SuppressionSource.IMPORT) == [False]
    assert found(world) == shown


def test_an_old_stop_that_comes_again_does_not_undo_a_removal(world: World) -> None:
    stop(world, 10)
    # Also where the person's clock is ahead of ours.
    assert remove(world, 5)

    stop(world, 10)
    assert not is_suppressed(world)
    stop(world, 11)
    assert is_suppressed(world)


def test_the_account_adds_whatever_was_said_before(world: World) -> None:
    start(world, 100)

    assert add(world, 1) == [True]

    assert is_suppressed(world)


def test_adding_twice_is_adding_once(world: World) -> None:
    assert add(world, 1, SuppressionSource.API, PHONE, WHATSAPP, SOMEBODY) == [True, True, True]
    before = world.items()

    assert add(world, 2, SuppressionSource.API, WHATSAPP, SOMEBODY, SOMEBODY) == [False, False, False]

    assert world.items() == before


def test_what_was_lifted_keeps_no_number_and_expires(world: World) -> None:
    stop(world, 1)
    start(world, 2)

    [item] = [load(item) for item in world.items() if item["sk"]["S"] == "SUPPRESSION"]
    assert ANA not in str(item)
    # Longer than a message may wait: 14 days, and again after it was put back.
    assert item["expiresAt"] == int(at(2).timestamp()) + 30 * 86_400
    stop(world, 3)
    [item] = [load(item) for item in world.items() if item["sk"]["S"] == "SUPPRESSION"]
    assert "expiresAt" not in item


def test_keys_hold_no_number(world: World) -> None:
    assert ANA[1:] not in str(suppressions.keys_of(world.account, [PHONE]))


def test_found_looks_only_at_suppressions(world: World) -> None:
    """So that sending can read them together with whatever else it needs."""
    operation_id = world.send("+12065550100")
    stop(world, 1)
    wanted = [keys.operation(operation_id), *suppressions.keys_of(world.account, [PHONE, PHONE, SOMEBODY])]

    items = world.table.get_many(wanted)

    assert len(wanted) == 3
    assert len(items) == 2
    assert [each in suppressions.found(items) for each in (PHONE, SOMEBODY)] == [True, False]


# ------------------------------------------------------------------------- lost, late, at once


@pytest.mark.parametrize("word", [stop, start, add, remove])
@pytest.mark.parametrize("before", [None, stop, start, add])
@pytest.mark.parametrize("when", WHENS)
def test_a_word_may_die_at_any_call_and_is_said_again(
    world: World,
    faults: Faults,
    when: When,
    before: Callable[..., object] | None,
    word: Callable[..., object],
) -> None:
    def state() -> tuple[bool, list[object]]:
        kept = [load(item) for item in world.items() if item["sk"]["S"] == "SUPPRESSION"]
        return is_suppressed(world), list(kept)

    def prepare() -> None:
        world.clear()
        if before:
            before(world, 1)

    prepare()
    word(world, 2)
    expected = state()
    for call in range(5):
        prepare()
        with faults.until(Death(call, when)):
            word(world, 2)
        died = faults.happened
        word(world, 2)
        assert state() == expected
        if not died:
            break
    assert not died


@pytest.mark.parametrize("lost", range(3))
def test_what_is_new_is_counted_as_new_though_an_answer_got_lost(
    world: World, faults: Faults, lost: int
) -> None:
    with faults.losing_answers(lost):
        assert add(world, 1) == [True]


def test_a_keyword_that_comes_meanwhile_is_applied(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the read and the write of one, another writes: the one looks again."""
    write = Table.write
    others = [lambda: start(world, 2), lambda: stop(world, 3), lambda: start(world, 4)]

    def late(self: Table, change: Update) -> None:
        if others:
            others.pop(0)()
        write(self, change)

    monkeypatch.setattr(Table, "write", late)
    stop(world, 1)

    assert not is_suppressed(world)


@pytest.mark.parametrize(
    ("said", "arrived", "is_suppressed"),
    [
        (1, 1, True),
        # Said before the START, and come after it: whatever a clock says, the START does not answer it.
        (-1, 1, True),
        (-1, 0, False),
        (1, -1, True),
    ],
)
def test_a_stop_that_is_handed_on_is_lifted_by_a_start_only_if_that_answers_it(
    world: World, said: int, arrived: int, *, is_suppressed: bool
) -> None:
    """`said` and `arrived`: minutes after the START that the other account heard."""
    table, heir, _ = world.table, *world.new_account()
    person = MessageAddress(address=ANA, channel=AddressChannel.PHONE)
    start = Arrival(NOON, NOON + timedelta(hours=1))
    stop = Arrival(start.at + timedelta(minutes=said), start.arrived + timedelta(minutes=arrived))
    suppressions.start(table, heir, person, start)
    suppressions.stop(table, world.account, person, SuppressionSource.STOP, stop)

    assert suppressions.hand_on(table, world.account, heir, AddressChannel.PHONE) == 1

    items = table.get_many(suppressions.keys_of(heir, [person]))
    assert (person in suppressions.found(items)) is is_suppressed
