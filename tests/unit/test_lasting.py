"""What time does to an operation: pauses, expiry, clocks that differ."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from herald.content import Template, Unrenderable
from herald.model import problems
from herald.model.operation import OperationStatus
from herald.model.status import Status
from herald.sending import control
from herald.store import keys
from herald.tasks import FanOut
from tests.builders import at
from tests.sim.steps import SimWorld
from tests.world import World

pytestmark = pytest.mark.simulated

SENT = "+15005550140"
SMS: dict[str, Any] = {"from": {"address": "+15005550006", "channel": "SMS"}}


def statuses(sim: SimWorld) -> Counter[Status]:
    return Counter(message.status for message in sim.made())


def test_an_operation_that_has_expired_is_never_sent_again(world: World) -> None:
    sim = SimWorld(world)
    operation = sim.accept(SENT)
    task = sim.waiting()[0][2]
    sim.run()
    sim.now += timedelta(days=sim.app.retention_days, hours=1)

    sim.enqueue("chunks", task)
    sim.run()

    assert sim.handed_over().total() == 1
    assert operation.has_expired(sim.now)


def test_a_chunk_s_progress_outlives_its_operation_and_its_recipients(world: World) -> None:
    sim = SimWorld(world, retention_days=1)
    operation = sim.accept(SENT)
    sim.run()

    expiries = {
        item[keys.SK]["S"]: int(item["expiresAt"]["N"])
        for item in world.items()
        if item[keys.PK]["S"].startswith("CHUNK#")
    }
    weeks = timedelta(days=14).total_seconds()
    assert expiries["PROGRESS"] - operation.expires_at > weeks
    assert expiries["PROGRESS"] - expiries["RECIPIENTS"] > weeks


def test_a_pause_of_weeks_loses_nobody(world: World) -> None:
    sim = SimWorld(world)
    operation = sim.accept(SENT, "+15005550120")
    sim.control(control.pause, operation)
    sim.run(until=sim.now + timedelta(days=20))

    sim.control(control.resume, operation)
    sim.run()

    assert statuses(sim) == {Status.SENT: 1, Status.DELIVERED: 1}
    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


def test_a_chunk_s_recipients_are_kept_as_long_as_its_operation(world: World) -> None:
    sim = SimWorld(world)
    operation = sim.accept(SENT)

    [chunk] = [item for item in world.items() if item[keys.SK]["S"] == "RECIPIENTS"]

    assert int(chunk["expiresAt"]["N"]) >= operation.expires_at


def test_a_scheduled_operation_that_can_send_nothing_is_complete(world: World) -> None:
    sim = SimWorld(world)
    due = sim.now + timedelta(hours=3)

    operation = sim.accept(
        {"address": SENT, "channel": "WHATSAPP"}, **SMS, content={"text": "Hi {{ name }}"}, **at(due)
    )
    sim.run(until=sim.now)

    status, stats = sim.stats(operation)
    assert (status, stats.unaddressable, stats.scheduled) == (OperationStatus.COMPLETED, 1, 0)


def test_a_wake_up_by_a_clock_that_is_ahead_is_not_lost(world: World) -> None:
    sim = SimWorld(world)
    due = (sim.now + timedelta(minutes=2)).replace(microsecond=0)
    operation = sim.accept(SENT, **at(due))
    sim.run(until=due - timedelta(seconds=30))
    # What a waker whose clock is ahead does: its tasks come to workers who are not there yet.
    sim.clear_queues()
    sim.enqueue("chunks", FanOut(operation_id=operation.id, chunk=0, woken=True).model_dump_json())

    sim.run()

    assert statuses(sim) == {Status.SENT: 1}
    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


def test_a_canceled_group_with_an_unknown_person_is_settled(world: World) -> None:
    sim = SimWorld(world)
    people = ("+15005550150", "+15005550120")
    group = {"group": {"addresses": [{"address": each, "channel": "PHONE"} for each in people]}}
    operation = sim.accept(group, **SMS)
    sim.work(*sim.take())

    sim.control(control.cancel, operation)
    sim.run()

    [message] = sim.made()
    receipts = world.get(f"/Messages/{message.id}/Receipts", account=sim.account).body["receipts"]
    assert sorted(receipt["status"] for receipt in receipts) == ["CANCELED", "FAILED"]
    [failed] = [receipt for receipt in receipts if receipt["status"] == "FAILED"]
    assert failed["error"]["code"] == problems.UNCONFIRMED.code


@pytest.mark.parametrize("work", ["times: a", "plus: a | times: a", "times: 99999999999999999999"])
def test_numbers_cannot_grow_without_bound(work: str) -> None:
    source = "{% assign a = 99999999 %}{% for i in (1..900) %}{% assign a = a | " + work + " %}{% endfor %}x"

    with pytest.raises(Unrenderable, match="too large to calculate with"):
        Template(source).render({})
