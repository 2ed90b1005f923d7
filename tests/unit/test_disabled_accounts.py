"""A disabled account sends nothing: not what it asks for, not what waits, not what is on a queue."""

from collections import Counter
from datetime import timedelta

import pytest

from herald.model.operation import OperationStatus
from herald.model.status import Status
from herald.operator import accounts
from herald.sending import control
from herald.store import keys, operations
from herald.store.accounts import Disabled
from tests.builders import at
from tests.sim import Death, Faults
from tests.sim.deaths import When
from tests.sim.steps import SimWorld
from tests.unit.inbound import an_inbound
from tests.world import World, acting

pytestmark = pytest.mark.simulated

SENT = "+15005550140"
PERSON = {"address": SENT, "channel": "PHONE"}


def disable(world: World, account: str) -> None:
    with acting("operator"):
        assert accounts.disable(world.table, account, world.aws.now, audit_days=1)


def counts(sim: SimWorld) -> Counter[Status]:
    return Counter(message.status for message in sim.made())


def test_a_request_within_the_authorizer_s_cache_is_refused(world: World) -> None:
    disable(world, world.account)

    answer = world.post("/Messages", {"to": [PERSON], "content": {"text": "Hi"}})

    assert (answer.status, answer.body["errors"][0]["code"]) == (403, 20005)
    assert world.get("/Messages/Operations").body["operations"] == []
    keyed = world.post(
        "/Messages", {"to": [PERSON], "content": {"text": "Hi"}}, headers={"Idempotency-Key": "1"}
    )
    assert keyed.status == 403
    accounts.enable(world.table, world.account, world.aws.now, audit_days=1)
    assert world.post("/Messages", {"to": [PERSON], "content": {"text": "Hi"}}).status == 202


def test_what_was_accepted_before_and_waits_on_the_queue_is_not_sent(world: World) -> None:
    sim = SimWorld(world)
    operation = sim.accept(*[SENT] * 3)

    disable(world, sim.account)
    sim.run()

    assert sim.carrier.sent == []
    assert counts(sim) == {Status.CANCELED: 3}
    status, stats = sim.stats(operation)
    assert (status, stats.canceled) == (OperationStatus.CANCELED, 3)


def test_a_worker_stops_within_a_group(world: World) -> None:
    sim = SimWorld(world, group_size=2)
    operation = sim.accept(*[SENT] * 9)
    sim.carrier.watch(lambda number: disable(world, sim.account) if number == 3 else None)

    sim.work(*sim.take())
    sim.run()

    assert counts(sim) == {Status.SENT: 4, Status.CANCELED: 5}
    status, stats = sim.stats(operation)
    assert (status, stats.sent, stats.canceled) == (OperationStatus.CANCELED, 4, 5)


def test_a_schedule_that_fires_after_that_sends_nothing(world: World) -> None:
    sim = SimWorld(world)
    due = (sim.now + timedelta(hours=2)).replace(microsecond=0)
    sim.accept(*[SENT] * 3, **at(due))
    sim.run(until=sim.now)

    disable(world, sim.account)
    sim.run()

    assert sim.carrier.sent == []
    assert counts(sim) == {Status.CANCELED: 3}


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_worker_that_dies_over_it_leaves_nothing_waiting(world: World, faults: Faults, when: When) -> None:
    for call in range(200):
        world.clear()
        sim = SimWorld(world, faults, group_size=2)
        operation = sim.accept(*[SENT] * 5)
        disable(world, sim.account)
        died = sim.work_and_die(Death(call, when))
        sim.run()
        assert sim.carrier.sent == []
        assert counts(sim) == {Status.CANCELED: 5}
        status, stats = sim.stats(operation)
        assert (status, stats.canceled) == (OperationStatus.CANCELED, 5)
        if not died:
            break
    assert call > 5


def test_a_completed_operation_s_failed_message_takes_no_other_route(world: World) -> None:
    sim = SimWorld(world)
    operation = sim.accept([SENT, "+15005550100"], **{"from": {"address": "+15005550006", "channel": "SMS"}})
    sim.run()
    disable(world, sim.account)
    [message] = sim.made()
    sim.report(message, Status.UNDELIVERED, error=30003)

    sim.run()

    [message] = sim.made()
    assert (message.status, message.error, len(message.attempts)) == (Status.UNDELIVERED, 30003, 1)
    status, stats = sim.stats(operation)
    assert (status, stats.undelivered, stats.total) == (OperationStatus.COMPLETED, 1, 1)


# ---------------------------------------------------------------------------- canceled


def test_everything_that_waits_is_canceled_and_nothing_else(world: World) -> None:
    other, _ = world.new_account()
    done = world.send("+15005550100")
    world.settle()
    paused, waiting = world.send(SENT), world.send(SENT)
    world.post(f"/Messages/Operations/{paused}/Pause", "")
    later = {"sendAt": [(world.aws.now + timedelta(hours=2)).isoformat()]}
    scheduled = world.send(SENT, schedule=later)
    theirs = world.post("/Messages", {"to": [PERSON], "content": {"text": "Hi"}}, account=other).body
    disable(world, world.account)

    canceled = sum(control.cancel_all(world.table, world.account, world.aws.now))
    again = sum(control.cancel_all(world.table, world.account, world.aws.now))
    world.settle()

    assert (canceled, again) == (3, 0)
    statuses = {each: world.operation(each)["status"] for each in (done, paused, waiting, scheduled)}
    assert statuses == {done: "COMPLETED", paused: "CANCELED", waiting: "CANCELED", scheduled: "CANCELED"}
    found = world.get(f"/Messages/Operations/{theirs['operationId']}", account=other).body
    assert found["stats"]["sent"] == 1


def test_a_command_that_dies_while_it_cancels_goes_on_when_it_is_given_again(world: World) -> None:
    made = [world.send(SENT) for _ in range(5)]
    disable(world, world.account)
    [first, *_] = operations.get_many(world.table, made[:1])
    operations.cancel(world.table, first, world.aws.now)

    assert sum(control.cancel_all(world.table, world.account, world.aws.now)) == 4
    assert {each.status for each in operations.get_many(world.table, made)} == {OperationStatus.CANCELED}


def test_an_account_of_before_there_was_a_list_is_listed_once_it_is_enabled(world: World) -> None:
    old = "AC" + "8" * 32
    world.table.put_new(keys.account(old), {"name": "old", "createdAt": "2026-01-01T00:00:00+00:00"})
    before = {each.sid for each in accounts.everyone(world.table)}

    assert not accounts.enable(world.table, old, world.aws.now, audit_days=1)
    assert not accounts.enable(world.table, "AC" + "9" * 32, world.aws.now, audit_days=1)

    assert {each.sid for each in accounts.everyone(world.table)} == before | {old}


def test_a_switch_twice_is_a_switch_once(world: World) -> None:
    disable(world, world.account)

    assert not accounts.disable(world.table, world.account, world.aws.now, audit_days=1)
    assert accounts.enable(world.table, world.account, world.aws.now, audit_days=1)
    assert not accounts.enable(world.table, world.account, world.aws.now, audit_days=1)
    assert not accounts.disable(world.table, "AC" + "9" * 32, world.aws.now, audit_days=1)
    assert accounts.get(world.table, "AC" + "9" * 32) is None


# -------------------------------------------------------------------------------- kept


def test_what_people_write_to_it_is_kept_and_so_is_their_stop(world: World) -> None:
    disable(world, world.account)

    world.inbound(an_inbound(world.account), an_inbound(world.account, id="carrier-2", text="STOP"))
    world.settle()

    assert len(world.messages(status="INBOUND")) == 2
    [suppression] = world.get("/Suppressions").body["suppressions"]
    assert (suppression["address"], suppression["source"]) == ("+12065550123", "STOP")


def test_use_cases_say_that_an_account_is_disabled(world: World) -> None:
    sim = SimWorld(world)
    disable(world, sim.account)

    with pytest.raises(Disabled):
        sim.accept(SENT)
