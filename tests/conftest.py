"""One AWS in memory for each test that asks for a `world`; no network in any.

Herald and its simulation are imported by the first fixture that needs them: the process that only
hands the tests out to others needs neither.
"""

import gc
from collections import Counter
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, Final

import pytest

from tests.skips import NOT_QUICK, ON_MOTO, ON_SIM, QUICK_CASES

if TYPE_CHECKING:
    from tests.sim import Faults
    from tests.sim.steps import SimWorld
    from tests.world import World

MOTO: Final = "moto"
SIM: Final = "sim"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--aws",
        choices=["mixed", MOTO, SIM],
        default="mixed",
        help="what plays AWS where a test can have either; mixed: moto for some (tests/skips.py)",
    )
    parser.addoption(
        "--quick", action="store_true", help="on the simulated AWS, a few cases of what is not slow"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--quick"):
        config.option.aws = SIM


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without looking for garbage: what is imported and collected stays until the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--quick"):
        quick = list(_quick(items))
        left = set(quick)
        config.hook.pytest_deselected(items=[item for item in items if item not in left])
        items[:] = quick
    if config.getoption("--aws") == SIM:
        for item in items:
            for start, reason in ON_SIM.items():
                if item.nodeid.startswith(start):
                    item.add_marker(pytest.mark.skip(reason))


def _quick(items: list[pytest.Item]) -> Iterator[pytest.Item]:
    """Those that are not slow and run on the simulated AWS, and a few cases of each."""
    cases: Counter[str] = Counter()
    for item in items:
        name = item.nodeid.partition("[")[0]
        cases[name] += 1
        if cases[name] <= QUICK_CASES and not item.nodeid.startswith((*NOT_QUICK, *ON_SIM)):
            yield item


@contextmanager
def aws_of(kind: str) -> Iterator[pytest.MonkeyPatch]:
    """An AWS with nothing in it."""
    from tests.world import REGION

    made: AbstractContextManager[None]
    if kind == SIM:
        from tests.sim.aws import SimulatedAws

        made = SimulatedAws().installed()
    else:
        from tests.clients import moto_with_shared_clients

        made = moto_with_shared_clients()
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
        }.items():
            patch.setenv(name, value)
        with made:
            yield patch


def _kind(request: pytest.FixtureRequest) -> str:
    if request.node.get_closest_marker("simulated") or "sim" in request.fixturenames:
        return SIM
    chosen = str(request.config.getoption("--aws"))
    if chosen != "mixed":
        return chosen
    # A module's id has no colons.
    return MOTO if f"{request.node.nodeid}::".startswith((*ON_MOTO, *ON_SIM)) else SIM


@pytest.fixture
def aws(request: pytest.FixtureRequest) -> Iterator[pytest.MonkeyPatch]:
    with aws_of(_kind(request)) as patch:
        yield patch


@pytest.fixture
def faults(aws: pytest.MonkeyPatch) -> "Faults":
    """What lets the calls fail of the `world` that is made after it."""
    from tests.sim import Faults
    from tests.sim.aws import SimulatedAws

    if SimulatedAws.current:
        return SimulatedAws.current.faults
    faults = Faults()
    faults.attach()
    return faults


@pytest.fixture
def world(aws: pytest.MonkeyPatch, faults: "Faults") -> "World":
    from tests.world import World

    return World.create(aws.setenv)


@pytest.fixture(scope="module")
def shared_world(request: pytest.FixtureRequest) -> "Iterator[World]":
    """One world for all tests of a file, which must bear what the others leave in it."""
    from tests.world import World

    with aws_of(_kind(request)) as patch:
        yield World.create(patch.setenv)


@pytest.fixture
def sim(world: "World", faults: "Faults") -> "SimWorld":
    from tests.sim.steps import SimWorld

    return SimWorld(world, faults)
