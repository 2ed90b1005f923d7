"""Run Herald under faults: crash points, then seeds on all cores, and show what fails.

python -m tests.journeys --seeds 2000              every crash point, then seeds 0 to 1999
python -m tests.journeys --every 20                every twentieth crash point
python -m tests.journeys --seeds 20000 --slice 3/10  the third tenth of all that; ten of these are all of it
python -m tests.journeys --mistakes                what finds each mistake that Herald may have
python -m tests.journeys --mistakes LosesTags      what finds some of them
python -m tests.journeys --seed 42                 one seed, with all that happened in it
python -m tests.journeys --journey plain 17 after  one crash point, with all that happened
"""

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import batched
from pathlib import Path
from typing import Final, NamedTuple
from zlib import crc32

from tests.journeys import exam, runs
from tests.journeys.branches import Branch, Branches, shares
from tests.journeys.catalogue import BY_NAME, JOURNEYS
from tests.journeys.known import reason_of
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
    every: int = 1
    slice: tuple[int, int] = (0, 1)
    seeds: tuple[int, ...] = ()
    # Whether it reports the branches of Herald that are taken, for the page.
    looks: bool = False


@dataclass
class Done:
    runs: int = 0
    calls: int = 0
    seconds: float = 0.0
    failed: list[Outcome] = field(default_factory=list)
    # Known failures, by their reason.
    known: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    branches: set[Branch] = field(default_factory=set)

    def add(self, other: "Done") -> None:
        self.runs += other.runs
        self.calls += other.calls
        self.seconds += other.seconds
        self.failed += other.failed
        self.known += other.known
        self.faults += other.faults
        self.branches |= other.branches

    def figures(self, what: str) -> str:
        known, cost = self.known.total(), 1000 * self.seconds / max(self.runs, 1)
        return (
            f"{what}: {self.runs:,} runs, {self.calls:,} calls, {self.faults.total():,} faults, "
            f"{len(self.failed):,} failed, {known:,} known failures; {cost:.0f} ms of processor time a run"
        )


def main() -> int:
    chosen = _parser().parse_args()
    if chosen.seed is not None or chosen.journey:
        with installed():
            return _show(runs.seeded(chosen.seed) if chosen.seed is not None else _one(chosen.journey))
    began = time.monotonic()
    if chosen.mistakes is not None:
        return _examine(chosen.mistakes or list(exam.ALL), chosen.jobs)
    looks = bool(chosen.write)
    part, parts = chosen.slice
    tasks = [_Task(each.name, chosen.every, chosen.slice, looks=looks) for each in JOURNEYS if chosen.every]
    seeds = range(chosen.first + part, chosen.first + chosen.seeds, parts)
    tasks += [_Task(seeds=some, looks=looks) for some in batched(seeds, _SEEDS_A_TASK, strict=False)]
    points, seeded = Done(), Done()
    for task, done in zip(tasks, _side_by_side(tasks, chosen.jobs), strict=True):
        for outcome in done.failed:
            print(f"{outcome.name}: {outcome.wrong[0]}\n  {outcome.command}", flush=True)
        (points if task.journey else seeded).add(done)
    figures = _figures(points, seeded, seeds)
    print("\n".join(figures))
    print(f"{time.monotonic() - began:.0f} s on {chosen.jobs} cores")
    if chosen.write:
        _write(chosen.write, figures)
    return 1 if points.failed or seeded.failed else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m tests.journeys",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--seeds", type=int, default=2_000, help="how many seeds to run")
    parser.add_argument("--first", type=int, default=0, help="the first of them")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), help="processes to run side by side")
    parser.add_argument(
        "--every", type=int, default=1, metavar="N", help="every Nth crash point only; 0: none of them"
    )
    parser.add_argument(
        "--slice", type=_slice, default=(0, 1), metavar="N/M", help="the Nth of M parts of the runs"
    )
    parser.add_argument(
        "--mistakes", nargs="*", metavar="NAME", help="see that each mistake in Herald is found, or some"
    )
    parser.add_argument("--write", type=Path, metavar="FILE", help="put the figures into this page")
    parser.add_argument("--seed", type=int, help="one seed, and all that happens in it")
    parser.add_argument(
        "--journey", nargs="+", metavar="NAME CALL STRIKE", help="one crash point, as reported"
    )
    return parser


def _slice(text: str) -> tuple[int, int]:
    part, parts = map(int, text.split("/"))
    if not 1 <= part <= parts:
        raise ValueError(text)
    return part - 1, parts


def _figures(points: Done, seeded: Done, seeds: range) -> list[str]:
    shown = [points.figures("crash points")]
    if seeds:
        shown.append(seeded.figures(f"random runs, seeds {seeds[0]:,} to {seeds[-1]:,}"))
    faults = points.faults + seeded.faults
    shown.append(
        "faults by kind: " + ", ".join(f"{name} {number:,}" for name, number in faults.most_common())
    )
    if taken := points.branches | seeded.branches:
        visited = shares(taken)
        parts = ", ".join(
            f"{visited[part]:.0%} of {part}" for part in ("sending", "store", "all") if part in visited
        )
        shown.append(f"branches of the product that were taken: {parts}")
    known = points.known + seeded.known
    return shown + [
        f"known failure, met {number:,} times: {reason}" for reason, number in known.most_common()
    ]


def _examine(names: list[str], jobs: int) -> int:
    """Show what finds each mistake; 1 if one is not found."""
    missed = 0
    with ProcessPoolExecutor(jobs) as pool:
        for name, found in zip(names, pool.map(_found, names), strict=True):
            print(f"{name}: {found or 'NOT FOUND'}"[:200], flush=True)
            missed += found is None
    print(f"mistakes: {len(names)}, not found: {missed}")
    return 1 if missed else 0


def _found(name: str) -> str | None:
    with installed():
        return exam.found_by(exam.ALL[name])


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
    done, began = Done(), time.process_time()
    branches = Branches()
    with installed(), branches if task.looks else nullcontext():
        for run, command in _points(task) if task.journey else _seeds(task.seeds):
            done.runs += 1
            done.calls += len(run.calls)
            done.faults += run.faults
            if reason := reason_of(run) if run.wrong else "":
                done.known[reason] += 1
            elif run.wrong:
                done.failed.append(Outcome(run.name, f"python -m tests.journeys {command}", run.wrong))
    done.seconds = time.process_time() - began
    done.branches = branches.taken
    return done


def _points(task: _Task) -> Iterator[tuple[Run, str]]:
    name, (part, parts) = task.journey, task.slice
    journey = BY_NAME[name]
    calm = runs.calm(journey)
    calls = calm.first
    if not part:
        yield calm, f"--journey {name}"
    # Not the same ways of each journey.
    first = crc32(name.encode()) % task.every
    for point in list(runs.points_in(calls))[first :: task.every][part::parts]:
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
