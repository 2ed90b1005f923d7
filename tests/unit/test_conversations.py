"""Which sender a person wrote to last, kept in the item that says whether the person may be written to."""

from collections.abc import Callable
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from herald.model.addresses import AddressChannel, MessageAddress, Sender, SenderChannel
from herald.model.suppressions import SuppressionSource
from herald.store import conversations, suppressions
from herald.store.arrivals import Arrival
from herald.store.table import Table, Update, load
from tests.builders import suppressed
from tests.sim import Death, Faults, When
from tests.unit.inbound import ANA, NOON
from tests.world import World

PERSON = MessageAddress(address=ANA, channel=AddressChannel.PHONE)
WHENS: tuple[When, ...] = ("before", "after")
DAY = 86_400
NOON_SECONDS = int(NOON.timestamp())
# As in store.suppressions: what is left of a suppression that was lifted.
TRACE = 30 * DAY


def sender(number: int, channel: SenderChannel = SenderChannel.SMS) -> Sender:
    return Sender(sender_id=f"comms_sender_{number:026}", address=f"+1500555{number:04}", channel=channel)


def writes(world: World, seconds: int, to: Sender, *, kept_days: int = 400) -> None:
    """Ana writes so many seconds after noon; her message is kept for some days."""
    at = NOON + timedelta(seconds=seconds)
    kept_until = NOON_SECONDS + seconds + kept_days * DAY
    conversations.remember(world.table, world.account, to, PERSON, at, kept_until=kept_until)


def stop(world: World, seconds: int) -> None:
    at = NOON + timedelta(seconds=seconds)
    suppressions.stop(world.table, world.account, PERSON, SuppressionSource.STOP, Arrival(at, at))


def start(world: World, seconds: int) -> None:
    at = NOON + timedelta(seconds=seconds)
    suppressions.start(world.table, world.account, PERSON, Arrival(at, at))


def last(world: World, channel: SenderChannel = SenderChannel.SMS) -> Sender | None:
    found = conversations.last_written_to(world.table, world.account, [channel], [PERSON.key])
    return next(iter(found.values()), None)


def the_item(world: World) -> dict[str, Any]:
    [item] = [load(item) for item in world.items() if item["sk"]["S"] == "SUPPRESSION"]
    return item


def has_written(world: World) -> bool:
    """What a worker learns of her from the read that asks whether she is suppressed."""
    items = world.table.get_many(suppressions.keys_of(world.account, [PERSON]))
    return PERSON in conversations.writers(world.account, [PERSON], items)


def test_the_latest_message_counts_in_whatever_order_messages_come(world: World) -> None:
    for order in permutations([(1, sender(1)), (2, sender(2)), (3, sender(3))]):
        world.clear()
        for seconds, to in (*order, *order):
            writes(world, seconds, to)
        assert last(world) == sender(3)


def test_each_channel_has_its_own(world: World) -> None:
    writes(world, 2, sender(1))
    writes(world, 1, sender(2, SenderChannel.RCS))

    assert last(world) == sender(1)
    assert last(world, SenderChannel.RCS) == sender(2, SenderChannel.RCS)
    assert last(world, SenderChannel.WHATSAPP) is None


def test_a_worker_learns_by_one_read_who_has_written(world: World) -> None:
    assert not has_written(world)
    stop(world, 1)
    assert not has_written(world)
    writes(world, 2, sender(1))
    assert has_written(world)
    start(world, 3)
    assert has_written(world)


def test_what_was_written_is_no_suppression_and_lifts_none(world: World) -> None:
    writes(world, 1, sender(1))
    assert suppressed(world.table, world.account, [PERSON]) == set()
    assert world.get("/Suppressions").body["suppressions"] == []

    stop(world, 2)
    writes(world, 3, sender(1))
    assert suppressed(world.table, world.account, [PERSON]) == {PERSON}


def test_it_expires_with_the_message(world: World) -> None:
    writes(world, 1, sender(1))
    assert the_item(world)["expiresAt"] == NOON_SECONDS + 1 + 400 * DAY
    writes(world, 2, sender(2, SenderChannel.RCS))
    assert the_item(world)["expiresAt"] == NOON_SECONDS + 2 + 400 * DAY


ACTS: tuple[Callable[[World], None], ...] = (
    lambda world: writes(world, 5, sender(1)),
    lambda world: stop(world, 6),
)


@pytest.mark.parametrize("order", list(permutations(ACTS)))
def test_a_suppression_of_somebody_who_has_written_does_not_expire(
    world: World, order: tuple[Callable[[World], None], ...]
) -> None:
    for act in (*order, *order):
        act(world)

    assert "expiresAt" not in the_item(world)


@pytest.mark.parametrize("kept_days", [1, 400])
def test_what_is_left_of_both_is_kept_for_as_long_as_the_longer_needs(world: World, kept_days: int) -> None:
    stop(world, 1)
    writes(world, 2, sender(1), kept_days=kept_days)
    start(world, 3)
    lifted = max(NOON_SECONDS + 3 + TRACE, NOON_SECONDS + 2 + kept_days * DAY)
    assert the_item(world)["expiresAt"] == lifted

    writes(world, 4, sender(1), kept_days=kept_days)
    assert the_item(world)["expiresAt"] == max(lifted, NOON_SECONDS + 4 + kept_days * DAY)


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize("before", [[], [stop], [stop, start]])
def test_a_message_may_be_kept_again_after_a_death(
    world: World, faults: Faults, when: When, before: list[Callable[[World, int], None]]
) -> None:
    for call in range(4):
        world.clear()
        for seconds, act in enumerate(before):
            act(world, seconds)
        with faults.until(Death(call, when)):
            writes(world, 9, sender(1), kept_days=1)
        died = faults.happened
        writes(world, 9, sender(1), kept_days=1)
        assert last(world) == sender(1)
        assert ("expiresAt" in the_item(world)) == (before != [stop])
        if not died:
            break
    assert not died


def test_words_and_messages_that_meet_lose_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the write of each, the other writes."""
    others = [
        lambda: writes(world, 1, sender(1)),
        lambda: stop(world, 2),
        lambda: writes(world, 3, sender(3)),
        lambda: start(world, 4),
        lambda: stop(world, 5),
    ]

    write = Table.write

    def after_the_other(table: Table, change: Update, **more: Any) -> object:
        if others:
            others.pop(0)()
        return write(table, change, **more)

    monkeypatch.setattr(Table, "write", after_the_other)
    writes(world, 2, sender(2))
    stop(world, 1)

    assert last(world) == sender(3)
    assert suppressed(world.table, world.account, [PERSON]) == {PERSON}
    assert "expiresAt" not in the_item(world)
