"""How much processor time the handlers take, apart from AWS.

The real handlers on the edge (edge.py): no network, no emulator, so figures depend on
the code and the machine only. Processor time is that of all threads of the process, which has one
processor: Lambda gives a function one for 1,769 MB, and no function of the template has more.
"""

import gc
import json
import os
import statistics
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from bench.edge import Edge
from bench.invoke import invoke, silence
from bench.report import Goal, Section, Table, milliseconds, number
from bench.scenarios import Scenario

_ACCEPT = "accept 10,000 recipients"
# Milliseconds that a page may take at most, with any filter.
_PAGES = {
    "query a page of 50": 15,
    "query a page of 50 by status": 15,
    "query a page of 1,000": 120,
    "query a page of 1,000 by status": 120,
}
# At least this many calls, and more of the short ones.
_CALLS = 9
_SECONDS = 2.0


class Figures(NamedTuple):
    """Medians of the processor seconds of a warm handler's calls."""

    # All time except the edge's own.
    whole: float
    # Without boto3's work for the calls to AWS.
    own: float
    wall: float
    calls: Counter[str]
    repeats: int


def measure(edge: Edge, scenarios: list[Scenario]) -> Section:
    """Call every scenario over and over."""
    found = {scenario.name: figures(edge, scenario) for scenario in scenarios}
    rows = [
        (
            name,
            milliseconds(figures.own),
            milliseconds(figures.whole),
            milliseconds(figures.wall),
            str(figures.calls.total()),
            ", ".join(f"{count} {operation}" for operation, count in figures.calls.items()),
        )
        for name, figures in found.items()
    ]
    header = ("one call of", "own CPU ms", "with boto3", "wall ms", "AWS calls", "which")
    accept = found[_ACCEPT]
    return Section(
        "handlers",
        [
            Goal(f"{_ACCEPT}: own CPU", 300, accept.own * 1000, "ms"),
            Goal(f"{_ACCEPT}: AWS calls", 9, accept.calls.total(), inclusive=True),
            *(Goal(f"{page}: own CPU", most, found[page].own * 1000, "ms") for page, most in _PAGES.items()),
        ],
        [Table("Warm handlers", header, rows)],
        [f"Medians of {min(each.repeats for each in found.values())} or more calls. {_per_message(found)}"],
    )


def figures(edge: Edge, scenario: Scenario) -> Figures:
    text = json.dumps(scenario.event)
    samples: list[tuple[float, float, float]] = []
    until = time.monotonic() + _SECONDS
    with silence(), _one_processor():
        _sample(edge, scenario, text)
        while len(samples) < _CALLS or time.monotonic() < until:
            samples.append(_sample(edge, scenario, text))
    whole, own, wall = map(statistics.median, zip(*samples, strict=True))
    return Figures(whole, own, wall, Counter(edge.calls), len(samples))


@contextmanager
def _one_processor() -> Iterator[None]:
    """Keep all threads of this process on one processor, where the system can do that (Linux)."""
    if not sys.platform.startswith("linux"):
        yield
        return
    before = os.sched_getaffinity(0)
    _keep_on({max(before)})
    try:
        yield
    finally:
        _keep_on(before)


def _keep_on(processors: set[int]) -> None:
    """Also the threads of pools that have been started; new threads follow the thread that starts them."""
    for thread in os.listdir("/proc/self/task"):
        os.sched_setaffinity(int(thread), processors)


def _sample(edge: Edge, scenario: Scenario, text: str) -> tuple[float, float, float]:
    """One call's processor seconds, those of them that are not boto3's, and its wall seconds."""
    edge.restore(scenario.items)
    event = json.loads(text)
    # So that no call pays for another's rubbish, or for the benchmark's.
    gc.collect()
    began, start = time.perf_counter(), time.process_time()
    invoke(scenario.function, event)
    spent, wall = time.process_time() - start, time.perf_counter() - began
    return spent - edge.own_seconds, spent - edge.client_seconds, wall - edge.own_seconds


def _per_message(found: dict[str, Figures]) -> str:
    fan_out = found["fan_out one chunk of 100"]
    calls, boto = fan_out.calls.total(), fan_out.whole - fan_out.own
    return (
        f"An AWS call of fan_out costs boto3 {number(boto / calls * 1000)} ms of processor time, "
        f"so {number(boto / fan_out.whole * 100)} % of its work is calling."
    )
