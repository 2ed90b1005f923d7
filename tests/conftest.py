"""One simulated AWS for each test that asks for a `world`; no network in any."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from moto import mock_aws

from tests.sim import Faults
from tests.timeline import Timeline
from tests.world import REGION, World


@contextmanager
def simulated_aws() -> Iterator[pytest.MonkeyPatch]:
    """An AWS with nothing in it."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        for name, value in {
            "AWS_DEFAULT_REGION": REGION,
            "AWS_ACCESS_KEY_ID": "testing",
            "AWS_SECRET_ACCESS_KEY": "testing",
        }.items():
            patch.setenv(name, value)
        yield patch


@pytest.fixture
def aws() -> Iterator[pytest.MonkeyPatch]:
    with simulated_aws() as patch:
        yield patch


@pytest.fixture
def faults(aws: pytest.MonkeyPatch) -> Faults:
    """What lets the calls fail of the `world` that is made after it."""
    faults = Faults()
    faults.attach()
    return faults


@pytest.fixture
def world(aws: pytest.MonkeyPatch, faults: Faults) -> World:
    return World.create(aws.setenv)


@pytest.fixture(scope="module")
def shared_world() -> Iterator[World]:
    """One world for all tests of a file, which must bear what the others leave in it."""
    with simulated_aws() as patch:
        yield World.create(patch.setenv)


@pytest.fixture
def timeline(world: World, faults: Faults) -> Timeline:
    return Timeline(world, faults)
