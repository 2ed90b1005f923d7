"""Run Herald under faults: every crash point, then seeds on all cores, and show what fails.

python -m tests.journeys --seeds 2000              every crash point, then seeds 0 to 1999
python -m tests.journeys --some-points             as `make test` does: not every way for every call
python -m tests.journeys --seed 42                 one seed, with all that happened in it
python -m tests.journeys --journey plain 17 after  one crash point, with all that happened
"""

import argparse
import os
import sys
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from itertools import batched
from pathlib import Path
from typing import Final, NamedTuple

from tests.journeys import runs
from tests.journeys.journeys import BY_NAME, JOURNEYS
from tests.journeys.runs import Point, Run
from tests.sim.edge import Strike
from tests.sim.service import installed

_SEEDS_A_TASK: Final = 25
_BEGIN: Final = "<!-- faults: figures -->"
_END: Final = "<!-- faults: end of figures -->"


class Outcome(NamedTuple):
    """A run that failed, as it is reported: `command` repeats it."""

    name: str
    command: str
    wrong: list[str]


class _Task(NamedTuple):
    """A journey's crash points, or some seeds."""

    journey: str = ""
    some_points: bool = False
    seeds: tuple[int, ...] = ()


class Done(NamedTuple):
    runs: int
    calls: int
    faults: int
    failed: list[Outcome]

    def plus(self, other: "Done") -> "Done":
        return Done(
            self.runs + other.runs,
            self.calls + other.calls,
            self.faults + other.faults,
            self.failed + other.failed,
        )


_NOTHING: Final = Done(0, 0, 0, [])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.journeys", description=__doc__.split("\n")[0])
    parser.add_argument("--seeds", type=int, default=2_000, help="how many seeds to run")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes to run side by side")
    parser.add_argument(
        "--some-points", action="store_true", help="of most journeys, let each call go wrong in one way only"
    )
    parser.add_argument("--no-points", action="store_true", help="leave the crash points out")
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the figures into this page")
    parser.add_argument("--seed", type=int, help="one seed, and all that happens in it")
    parser.add_argument(
        "--journey", nargs="+", metavar="NAME CALL STRIKE", help="one crash point, as reported"
    )
    chosen = parser.parse_args()
    if chosen.seed is not None or chosen.journey:
        with installed():
            return _show(runs.seeded(chosen.seed) if chosen.seed is not None else _one(chosen.journey))
    began = time.monotonic()
    tasks: list[_Task] = []
    if not chosen.no_points:
        tasks += [_Task(journey.name, some_points=chosen.some_points) for journey in JOURNEYS]
    seeds = range(chosen.first, chosen.first + chosen.seeds)
    tasks += [_Task(seeds=some) for some in batched(seeds, _SEEDS_A_TASK, strict=False)]
    points = seeded = _NOTHING
    for task, done in zip(tasks, _side_by_side(tasks, chosen.jobs), strict=True):
        for outcome in done.failed:
            print(f"{outcome.name}: {outcome.wrong[0]}\n  {outcome.command}", flush=True)
        points, seeded = (points.plus(done), seeded) if task.journey else (points, seeded.plus(done))
    figures = [_figures("crash points", points), _figures("random runs", seeded)]
    print("\n".join(figures))
    print(f"{time.monotonic() - began:.0f} s on {chosen.jobs} cores")
    if chosen.write:
        _write(chosen.write, figures)
    return 1 if points.failed or seeded.failed else 0


def _figures(what: str, done: Done) -> str:
    failed = len(done.failed)
    return f"{what}: {done.runs:,} runs, {done.calls:,} calls, {done.faults:,} faults, {failed:,} failed"


def _write(page: Path, figures: list[str]) -> None:
    text = page.read_text()
    begin, end = text.index(_BEGIN) + len(_BEGIN), text.index(_END)
    page.write_text(f"{text[:begin]}\n\n" + "\n".join(f"* {each}" for each in figures) + f"\n\n{text[end:]}")


def _side_by_side(tasks: list[_Task], jobs: int) -> Iterator[Done]:
    if jobs == 1:
        yield from map(_work, tasks)
        return
    with ProcessPoolExecutor(jobs) as pool:
        yield from pool.map(_work, tasks)


def _work(task: _Task) -> Done:
    done = _NOTHING
    with installed():
        for run, command in _points(task.journey, task.some_points) if task.journey else _seeds(task.seeds):
            failed = (
                [Outcome(run.name, f"python -m tests.journeys {command}", run.wrong)] if run.wrong else []
            )
            done = done.plus(Done(1, len(run.calls), len(run.struck), failed))
    return done


def _points(name: str, some: bool) -> Iterator[tuple[Run, str]]:
    journey = BY_NAME[name]
    calm = runs.calm(journey)
    yield calm, f"--journey {name}"
    calls = calm.first
    for point in runs.points_of(journey, some=some):
        run = runs.once(journey, point)
        if [str(call) for call, _ in run.struck] != [str(calls[point.number])]:
            run.wrong.append(f"the fault did not strike {calls[point.number]}")
        yield run, f"--journey {name} {point.number} {point.strike.value}"


def _seeds(seeds: Iterable[int]) -> Iterator[tuple[Run, str]]:
    for seed in seeds:
        yield runs.seeded(seed), f"--seed {seed}"


def _one(words: list[str]) -> Run:
    journey = BY_NAME[words[0]]
    if len(words) == 1:
        return runs.calm(journey)
    return runs.once(journey, Point(int(words[1]), Strike(words[2])))


def _show(run: Run) -> int:
    print(run.story())
    print(f"{run.name}: {len(run.calls)} calls, {len(run.struck)} faults")
    for wrong in run.wrong:
        print(f"WRONG {wrong}")
    return 1 if run.wrong else 0


if __name__ == "__main__":
    if os.environ.get("PYTHONHASHSEED") != "0":
        # The order of sets of texts is a part of what a seed stands for.
        os.execve(
            sys.executable,
            [sys.executable, "-m", "tests.journeys", *sys.argv[1:]],
            {**os.environ, "PYTHONHASHSEED": "0"},
        )
    sys.path.insert(0, "functions")
    sys.exit(main())
