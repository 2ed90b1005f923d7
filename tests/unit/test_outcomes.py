"""The outcomes of a group's hand-overs are recorded as they come, and each for itself."""

import time
from collections.abc import Callable
from dataclasses import replace
from threading import Event, current_thread, main_thread
from typing import Any

import pytest

from herald.carriers import Accepted, OutboundMessage, Outcome
from herald.model import problems
from herald.model.message import Message
from herald.model.phase import Phase
from herald.model.status import Status
from herald.sending import record
from herald.sending.plans import Plan
from herald.store import receipts
from tests.builders import group
from tests.sim.steps import SimWorld

pytestmark = pytest.mark.simulated

SILENT, SLOW, BROKEN = "+15005550140", "+15005550141", "+15005550142"
SECONDS = 10


class Scripted:
    """A carrier that does, for some numbers, what a test says."""

    def __init__(self, sim: SimWorld, **does: Callable[[], Outcome | None]) -> None:
        self.name = sim.carrier.name
        self._carrier = sim.carrier
        self._does = does

    def send(self, message: OutboundMessage) -> Outcome:
        does = self._does.get(f"n{message.to.address[-4:]}", lambda: None)
        return does() or self._carrier.send(message)

    def flush(self) -> None:
        self._carrier.flush()


def by_number(sim: SimWorld) -> dict[str, Message]:
    return {message.to.address: message for message in sim.made()}


def until(holds: Callable[[], bool]) -> bool:
    """Whether it holds within some seconds."""
    end = time.monotonic() + SECONDS
    while not (result := holds()) and time.monotonic() < end:
        Event().wait(0.002)
    return result


def test_a_slow_carrier_does_not_hold_up_the_outcomes_of_the_others(sim: SimWorld) -> None:
    known: list[bool] = []

    def answer_slowly() -> None:
        known.append(until(lambda: by_number(sim)[SILENT].status is Status.SENT))

    sim.app = replace(sim.app, carrier=Scripted(sim, n0141=answer_slowly))
    sim.accept(SLOW, SILENT)

    sim.work(*sim.take())

    assert known == [True]
    assert by_number(sim)[SLOW].status is Status.SENT


def test_a_slow_carrier_does_not_hold_up_the_other_people_of_a_group(sim: SimWorld) -> None:
    known: list[bool] = []

    def answer_slowly() -> None:
        known.append(until(lambda: [each.status for each in people(sim)] == [Status.SENT, Status.QUEUED]))

    sim.app = replace(sim.app, carrier=Scripted(sim, n0141=answer_slowly))
    sim.accept(group("0140", "0141"))

    sim.work(*sim.take())

    assert known == [True]
    assert [each.status for each in people(sim)] == [Status.SENT] * 2


def people(sim: SimWorld) -> list[Any]:
    return receipts.of(sim.app.table, sim.made())


def fail_in_threads(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    """Let the hand-over to a number meet an error in Herald."""
    open_routes = Plan.open_routes

    def fails(plan: Plan, *more: Any) -> Any:
        if plan.message and plan.message.to.address == number and current_thread() is not main_thread():
            raise TypeError("an error in Herald")
        return open_routes(plan, *more)

    monkeypatch.setattr(Plan, "open_routes", fails)


def test_an_error_of_one_hand_over_does_not_end_the_wait_for_the_others(
    sim: SimWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that is left alone stops with the invocation, and goes on in a later one."""
    counted: list[str] = []
    monkeypatch.setattr(record, "count", counted.append)

    def answer_slowly() -> None:
        Event().wait(0.2)

    sim.app = replace(sim.app, carrier=Scripted(sim, n0141=answer_slowly))
    sim.accept(BROKEN, SLOW)

    with monkeypatch.context() as patch:
        fail_in_threads(patch, BROKEN)
        sim.work(*sim.take())

    assert counted == ["OutcomeUnrecorded"]
    assert by_number(sim)[SLOW].status is Status.SENT
    assert by_number(sim)[BROKEN].phase is Phase.WAITING
    # The next worker cannot tell whether it was handed over.
    sim.work(*sim.take())
    assert by_number(sim)[BROKEN].phase is Phase.UNKNOWN
    assert [message.to.address for message, _ in sim.carrier.sent] == [SLOW]


def test_an_outcome_that_cannot_be_recorded_makes_no_other_unknown(sim: SimWorld) -> None:
    """DynamoDB takes no row whose key of an index is longer than 2,048 bytes."""
    sim.app = replace(sim.app, carrier=Scripted(sim, n0142=lambda: Accepted("x" * 2_048)))
    sim.accept(SILENT, BROKEN, SLOW)

    sim.work(*sim.take())

    assert by_number(sim)[BROKEN].phase is Phase.WAITING
    assert {by_number(sim)[number].status for number in (SILENT, SLOW)} == {Status.SENT}
    sim.run()
    assert (by_number(sim)[BROKEN].status, by_number(sim)[BROKEN].error) == (
        Status.FAILED,
        problems.UNCONFIRMED.code,
    )


def test_a_person_whose_outcome_cannot_be_recorded_makes_no_other_of_the_group_unknown(sim: SimWorld) -> None:
    sim.app = replace(sim.app, carrier=Scripted(sim, n0142=lambda: Accepted("x" * 2_048)))
    sim.accept(group("0140", "0142", "0141"))

    sim.work(*sim.take())
    assert [each.status for each in people(sim)] == [Status.SENT, Status.QUEUED, Status.SENT]
    sim.run()

    errors = [each.error for each in people(sim)]
    assert errors == [None, problems.UNCONFIRMED.code, None]
