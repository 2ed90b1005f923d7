"""Runs: a journey, a plan of faults, and the findings."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any, Final, NamedTuple

from tests.journeys import expiry, invariants, metering
from tests.journeys.journeys import Journey
from tests.journeys.made_up import made_up
from tests.sim.edge import BATCHES, READS, UNSEEN, Call, Mutation, Strike
from tests.sim.kernel import Endless, Told
from tests.sim.plans import Calm, Chaos, Once
from tests.sim.replaced import Sizes
from tests.sim.service import Plan, Service

# Ten times as many as the longest of runs takes.
_MOST_EVENTS: Final = 30_000
# Little is left of a run that has let go of its parts.
_RUNS_A_COLLECTION: Final = 8
_RUNS: Final = count(1)


@dataclass
class Run:
    """The result of a run; `wrong` is empty if every promise was kept."""

    name: str
    wrong: list[str]
    calls: list[Call]
    # Those of the journey itself, and not of the checks that follow it.
    first: list[Call]
    struck: list[tuple[Call, Strike]]
    # How often each kind of fault was met.
    faults: Counter[str]
    trace: list[Told] = field(repr=False)

    def story(self) -> str:
        first = self.trace[0].at if self.trace else 0.0
        return "\n".join(f"{each.at - first:12.3f}  {each.who:14} {each.what}" for each in self.trace)


class Point(NamedTuple):
    """One way for one call of a journey to go wrong."""

    number: int
    strike: Strike


def calm(journey: Journey, mutation: Mutation | None = None, order: int = 1) -> Run:
    """A journey without faults; `order` decides what comes first of what happens at about the same time."""
    parts = (_first, invariants.check, expiry.check) if journey.weather.expires else _PARTS
    plan = Calm(journey.fates, journey.weather, order)
    return _run(journey.name, journey, order, plan, mutation, parts)


def once(journey: Journey, point: Point, mutation: Mutation | None = None) -> Run:
    name = f"{journey.name} {point.number} {point.strike.value}"
    # To deliver everything again doubles a run: where processes die, it is worth that.
    parts = _PARTS if point.strike in (Strike.BEFORE, Strike.AFTER) else _PARTS[:-1]
    run = _run(name, journey, 1, Once(journey.fates, *point, journey.weather), mutation, parts)
    if len(run.struck) != 1:
        run.wrong.append(f"the fault has struck {len(run.struck)} times")
    return run


def seeded(seed: int, mutation: Mutation | None = None) -> Run:
    journey = made_up(seed)
    if not seed % 3:
        journey = journey._replace(metered=metering.ENOUGH)
    plan = Chaos(journey.fates, seed)
    random = Random(f"sizes {seed}")
    sizes = Sizes(random.choice((2, 3, 4, 6, 9)), random.choice((1, 2, 2, 3)), random.choice((4, 8, 256)))
    # To deliver everything again doubles a run, and so does the end of all things.
    last = expiry.check if plan.weather.expires else invariants.replay if seed % 2 else None
    parts = (_first, invariants.check, *((last,) if last else ()))
    return _run(f"seed {seed}", journey, seed, plan, mutation, parts, sizes)


def points_in(calls: Iterable[Call]) -> Iterator[Point]:
    """Every way in which a call of a journey may go wrong; its calls are those of `calm`."""
    for call in calls:
        for strike in ways_of(call):
            yield Point(call.number, strike)


def ways_of(call: Call) -> list[Strike]:
    """In which ways a call may go wrong: late is only what writes, done in part only what is several.

    To die after a read is to die before it, and a read that is made twice is one that takes longer.
    """
    return [
        each
        for each in Strike
        if each.on(call.operation) is each
        and (each is not Strike.PARTLY or call.operation in BATCHES)
        and (each not in UNSEEN or call.operation not in READS)
    ]


type _Part = Callable[[Service], list[str]]


def _first(service: Service) -> list[str]:
    service.run()
    return []


def _counted(check: _Part) -> _Part:
    """A check, and that of what was used of limits."""
    return lambda service: check(service) or list(metering.check(service))


_PARTS: Final[tuple[_Part, ...]] = (_first, invariants.check, invariants.replay)


def _run(*of: Any, **more: Any) -> Run:
    """A run. What is garbage when it is over, and what of that has cycles, is collected after some runs."""
    collects = gc.isenabled()
    gc.disable()
    try:
        return _ran(*of, **more)
    finally:
        if next(_RUNS) % _RUNS_A_COLLECTION == 0:
            gc.collect()
            # What is left has been made for all runs: the next collection need not look through it.
            gc.freeze()
        if collects:
            gc.enable()


def _ran(
    name: str,
    journey: Journey,
    seed: int,
    plan: Plan,
    mutation: Mutation | None,
    parts: tuple[_Part, ...] = _PARTS,
    sizes: Sizes | None = None,
) -> Run:
    service = Service(seed, plan, mutation, sizes or journey.sizes)
    if most := journey.metered:
        service.metered = most
        metering.watch(service, most)
        service.filters = " | upcase" if most == metering.ENOUGH else ""
        parts = (parts[0], *(_counted(part) if part is invariants.check else part for part in parts[1:]))
    service.kernel.most_events = _MOST_EVENTS
    service.begin()
    journey.begin(service)
    wrong: list[str] = []
    first: list[Call] | None = None
    for part in parts:
        try:
            wrong += part(service)
            first = list(service.edge.calls) if first is None else first
        except Endless:
            wrong.append("it does not come to an end")
        except AssertionError as error:
            wrong.append(f"the simulation's own check failed: {error} {error.__cause__ or ''}")
        if wrong:
            break
    edge, faults = service.edge, service.faults
    run = Run(name, wrong, edge.calls, first or [], edge.struck, faults, service.kernel.trace)
    service.end()
    return run
