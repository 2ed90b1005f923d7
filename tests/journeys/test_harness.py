"""The harness itself: a seed is one run and no other, no point is left out, and mistakes are found."""

import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from importlib import import_module

import pytest

from tests.journeys import exam, runs
from tests.journeys.catalogue import BY_NAME, JOURNEYS
from tests.journeys.journeys import Journey
from tests.journeys.mistakes import MISTAKES
from tests.journeys.rewritten import Rewritten
from tests.sim.edge import BATCHES, READS, WRITES, Strike
from tests.sim.functions import code_of as code_of_function
from tests.sim.service import installed
from tests.template import ROOT, event_sources


@pytest.fixture(scope="module", autouse=True)
def in_virtual_time() -> Iterator[None]:
    with installed():
        yield


@cache
def calm(name: str) -> runs.Run:
    """A journey without faults, run once for all tests that look at it."""
    return runs.calm(BY_NAME[name])


@pytest.mark.parametrize("journey", JOURNEYS, ids=lambda journey: journey.name)
def test_without_faults_a_journey_keeps_every_promise(journey: Journey) -> None:
    run = calm(journey.name)

    assert run.wrong == []
    assert run.struck == []


def test_the_journeys_go_through_every_function_that_sends() -> None:
    called = {call.process.split(" ")[0] for journey in JOURNEYS for call in calm(journey.name).first}

    assert called >= {source.function for source in event_sources("SQS", "DynamoDB")} | {
        "accept",
        "configure",
    }


def test_every_call_is_a_point_that_may_go_wrong_in_every_way() -> None:
    late, unseen = {Strike.LATE, Strike.OVERTAKEN, Strike.POSTHUMOUS}, {Strike.AFTER, Strike.LOST}
    for journey in JOURNEYS:
        calls = calm(journey.name).first
        points = Counter(point.number for point in runs.points_in(calls))

        assert points == {
            call.number: len(Strike)
            - (call.operation not in BATCHES)
            - (len(late) if call.operation not in WRITES else 0)
            - (len(unseen) if call.operation in READS else 0)
            for call in calls
        }, journey.name
        assert [call.number for call in calls] == list(range(len(calls)))


def test_a_fault_strikes_the_call_that_it_is_meant_for() -> None:
    journey = JOURNEYS[0]
    calls = calm(journey.name).first

    for number in range(0, len(calls), 7):
        run = runs.once(journey, runs.Point(number, Strike.BEFORE))
        assert [(str(call), strike) for call, strike in run.struck] == [(str(calls[number]), Strike.BEFORE)]


@pytest.mark.parametrize("seed", [3, 7, 8])
def test_a_seed_is_the_same_run_every_time(seed: int) -> None:
    first, second = runs.seeded(seed).story(), runs.seeded(seed).story()

    assert first == second
    assert first.count("\n") > 15


def test_a_seed_is_the_same_run_in_another_process() -> None:
    # As a report says: what a process has done before does not matter.
    stories = []
    for _ in range(2):
        stories.append(shown_by("--seed", "11"))

    assert stories[0] == stories[1]
    assert "accept" in stories[0]


def test_seeds_are_different_runs() -> None:
    stories = {runs.seeded(seed).story() for seed in range(10)}

    assert len(stories) == 10


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_changes_what_is_there_and_leaves_it_as_it_was(mistake: Rewritten) -> None:
    """`AnchorGone` says that the piece of source is elsewhere now: the mistake has to follow it."""
    if mistake.module.startswith("functions."):
        with mistake.made():
            assert code_of_function(mistake.module.split(".")[1])
        return
    module = import_module(mistake.module)
    before = {name: code_of(value) for name, value in vars(module).items()}

    with mistake.made():
        pass

    assert {name: code_of(value) for name, value in vars(module).items()} == before


def code_of(value: object) -> object:
    return getattr(value, "__code__", None)


# `make faults` tries all of them.
@pytest.mark.parametrize("name", sorted(exam.ALL)[::9])
def test_a_mistake_in_the_product_is_found(name: str) -> None:
    assert exam.found_by(exam.ALL[name]), f"{name} is not found within {exam.SEEDS} seeds"


def test_what_fails_is_shown_with_the_command_that_repeats_it() -> None:
    shown = shown_by("--journey", "plain", "3", "after")

    assert "*** after ***" in shown
    assert "plain 3 after:" in shown


def shown_by(*words: str) -> str:
    """What the command shows. It begins again where the order of sets is not fixed, so it is."""
    env = {**os.environ, "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-m", "tests.journeys", *words]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=env).stdout
