"""The exam of the harness: Herald with one mistake at a time, each of which has to be found.

A mistake is found by a run that fails with it, and does not fail without it.
"""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from tests.journeys import runs
from tests.journeys.catalogue import BY_NAME
from tests.journeys.mistakes import MISTAKES
from tests.journeys.mutations import MUTATIONS, Mutant
from tests.journeys.rewritten import Rewritten
from tests.journeys.runs import Point, Run
from tests.sim.edge import Mutation

# Within so many seeds a mistake has to be found, if no journey finds it.
SEEDS: Final = 120

type Mistake = Rewritten | type[Mutant]

ALL: Final[dict[str, Mistake]] = {
    **{mutation.__name__: mutation for mutation in MUTATIONS},
    **{mistake.name: mistake for mistake in MISTAKES},
}


def found_by(mistake: Mistake, seeds: int = SEEDS) -> str | None:
    """The run that finds a mistake, as a command knows it; None if none does."""
    for name, run, control in _tries(mistake, seeds):
        if isinstance(mistake, Rewritten):
            with mistake.made():
                failed = run(mistake).wrong
        else:
            mutant = mistake()
            failed = run(mutant).wrong
            if not mutant.fired:
                continue
        if failed and not control():
            return f"{name}: {failed[0]}"
    return None


def _tries(
    mistake: Mistake, seeds: int
) -> Iterator[tuple[str, Callable[[Mutation | None], Run], Callable[[], list[str]]]]:
    """The runs in which a mistake may show, and what is wrong with each without it."""
    for name in getattr(mistake, "journeys", ()):
        journey = BY_NAME[name]
        for order in range(1, 1 + getattr(mistake, "orders", 1)):
            yield (
                f"--journey {name}, order {order}",
                lambda mutation, journey=journey, order=order: runs.calm(journey, mutation, order),  # type: ignore[misc]
                lambda name=name, order=order: _calm(name, order),  # type: ignore[misc]
            )
        for point in _points(name, getattr(mistake, "struck", "")):
            yield (
                f"--journey {name} {point.number} {point.strike.value}",
                lambda mutation, journey=journey, point=point: runs.once(journey, point, mutation),  # type: ignore[misc]
                lambda journey=journey, point=point: runs.once(journey, point).wrong,  # type: ignore[misc]
            )
    for seed in range(seeds):
        yield (
            f"--seed {seed}",
            lambda mutation, seed=seed: runs.seeded(seed, mutation),  # type: ignore[misc]
            lambda seed=seed: _seeded(seed),  # type: ignore[misc]
        )


def _points(name: str, struck: str) -> list[Point]:
    """The points of a journey at which calls of a function go wrong in a way: both in `struck`."""
    if not struck:
        return []
    function, way = struck.split(" ")
    calls = runs.calm(BY_NAME[name]).first
    return [
        point
        for point in runs.points_in(calls)
        if point.strike.value == way and calls[point.number].process.startswith(f"{function} ")
    ]


@cache
def _calm(name: str, order: int) -> list[str]:
    return runs.calm(BY_NAME[name], order=order).wrong


@cache
def _seeded(seed: int) -> list[str]:
    return runs.seeded(seed).wrong
