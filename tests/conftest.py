"""One simulated AWS for each test that asks for a `world`; no network in any."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from tests.world import REGION, World


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name, value in {
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
    }.items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        yield World.create(monkeypatch.setenv)
