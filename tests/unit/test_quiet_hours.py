"""Quiet hours: what would arrive at night waits for the morning, whatever made it wait."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from herald.model.operation import Operation
from herald.model.quiet import QuietHours
from herald.model.status import Status
from herald.sending import control
from herald.store import chunks, operations, quiet
from tests.sim.steps import SimWorld
from tests.world import World

SEATTLE, NEW_YORK, LONDON, PARIS = "+12065550100", "+12125550100", "+447700900123", "+33612345678"
HOURS = {"open": "08:00-21:00", "countries": {}}


@pytest.mark.parametrize(
    ("body", "context"),
    [
        ({}, "$.open"),
        ({"open": "8-21"}, "$.open"),
        ({"open": "21:00-08:00"}, "$.open"),
        ({"open": "08:00-24:01"}, "$.open"),
        ({"open": "closed"}, "$.open"),
        ({"open": None}, "$.open"),
        ({"open": "08:00-21:00", "closed": "x"}, "$.closed"),
        ({"open": "08:00-21:00", "countries": {"XX": "08:00-20:00"}}, "$.countries"),
        ({"open": "08:00-21:00", "countries": {"FR": "8"}}, "$.countries.FR.open"),
        (
            {"open": "08:00-21:00", "countries": {"FR": {"open": "09:00-20:00", "monday": "x"}}},
            "$.countries.FR.monday",
        ),
        ({"open": "08:00-21:00", "countries": {"FR": "closed"}}, "$"),
        ({"open": "08:00-10:00", "countries": {"FR": "10:00-20:00"}}, "$"),
    ],
)
def test_bad_hours_are_refused(world: World, body: Any, context: str) -> None:
    before = world.items()

    answer = world.put("/QuietHours", body)

    assert answer.status == 400
    assert [error["context"] for error in answer.body["errors"]] == [context]
    assert world.items() == before


def test_hours_are_set_shown_and_taken_back(world: World) -> None:
    nothing = world.get("/QuietHours").body
    assert (nothing["open"], nothing["updatedAt"]) == (None, None)

    kept = world.put("/QuietHours", {"open": "08:00-21:00"})

    assert kept.status == 200
    assert kept.body["countries"]["IN"] == {"open": "10:00-21:00"}
    assert kept.body["isDefault"] is True
    assert world.get("/QuietHours").body == kept.body
    own = {"FR": {"open": "09:00-20:00", "sunday": "closed"}, "GB": "09:00-24:00"}
    changed = world.put("/QuietHours", {"open": "07:00-22:00", "countries": own}).body
    assert changed["countries"] == {
        "FR": {"open": "09:00-20:00", "sunday": "closed"},
        "GB": {"open": "09:00-24:00"},
    }
    other, _ = world.new_account()
    assert world.get("/QuietHours", account=other).body["open"] is None
    assert world.delete("/QuietHours").status == 204
    assert world.get("/QuietHours").body == nothing


def current(sim: SimWorld, operation: Operation) -> Operation:
    found = operations.get(sim.app.table, operation.id)
    assert found
    return found


def night(sim: SimWorld, hour: int, minute: int = 0) -> datetime:
    """Let it be an hour of a Tuesday, in UTC."""
    at = sim.now + timedelta(days=1)
    while at.weekday() != 1:
        at += timedelta(days=1)
    at = at.replace(hour=hour, minute=minute, second=0, microsecond=0)
    sim.run(until=at)
    return at


def open_hours(sim: SimWorld) -> None:
    quiet.put(sim.app.table, sim.account, QuietHours.model_validate(HOURS), sim.now)


def put_off(sim: SimWorld, operation: Operation) -> int:
    found = chunks.of_operation(sim.app.table, operation.id, range(operation.chunks))
    return sum(each.quiet for each in found)


def sent_at(sim: SimWorld) -> dict[str, datetime]:
    """When each number was handed over."""
    return {message.to.address: message.attempts[-1].at for message in sim.made() if message.attempts}


def test_first_tries_wait_for_the_morning_of_each_recipient(sim: SimWorld) -> None:
    at = night(sim, 3)
    open_hours(sim)

    operation = sim.accept(SEATTLE, LONDON, PARIS)
    sim.run(until=at + timedelta(minutes=5))

    assert Counter(message.status for message in sim.made())[Status.SCHEDULED] == 2
    assert set(sent_at(sim)) == {SEATTLE}
    sim.run(until=at + timedelta(hours=12))
    assert {number: moment.hour for number, moment in sent_at(sim).items()} == {
        SEATTLE: 3,
        PARIS: 8 - _ahead("Europe/Paris", at),
        LONDON: 8 - _ahead("Europe/London", at),
    }
    assert [due.quiet for due in operation.dues] == [0, 1, 1]


def _ahead(zone: str, at: datetime) -> int:
    from zoneinfo import ZoneInfo

    offset = at.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    return int(offset.total_seconds() // 3600)


def test_what_a_pause_has_put_off_waits_too_and_is_counted(sim: SimWorld) -> None:
    day = night(sim, 12)
    open_hours(sim)
    operation = sim.accept(LONDON, SEATTLE, schedule={"sendAt": [(day + timedelta(hours=5)).isoformat()]})
    sim.control(control.pause, current(sim, operation))
    sim.run(until=day + timedelta(hours=10))
    assert sent_at(sim) == {}

    sim.control(control.resume, current(sim, operation))
    sim.run(until=day + timedelta(hours=10, minutes=30))

    assert set(sent_at(sim)) == {SEATTLE}
    assert put_off(sim, operation) == 1
    sim.run(until=day + timedelta(hours=21))
    assert set(sent_at(sim)) == {SEATTLE, LONDON}
    assert sent_at(sim)[LONDON].astimezone(UTC).hour == 8 - _ahead("Europe/London", day)
    assert put_off(sim, operation) == 0
    assert max(sim.handed_over().values()) == 1


def test_a_dry_run_does_not_wait(sim: SimWorld) -> None:
    at = night(sim, 3)
    open_hours(sim)

    sim.accept(LONDON, delivery={"dryRun": True})
    sim.run(until=at + timedelta(minutes=1))

    assert [message.status for message in sim.made()] == [Status.DELIVERED]
