"""A local stack for the tests of each worker: template.yaml, deployed, with IAM enforced."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

from herald_cli.client import Herald
from tests.unit.carriers.web_harnesses import HttpHarness, TwilioHarness, http, twilio
from tools.stack import LocalStack
from tools.stack.ministack import free_port
from tools.stack.package import Package

# What a test waits for takes seconds; a machine that is busy may take many times longer.
PATIENCE_SECONDS = 240
UNCONFIRMED_SECONDS = 3
# The files that take longest, which begin first, so that none of them is left for one worker at the end.
LONGEST = (
    "test_aws_carrier.py",
    "test_upkeep.py",
    "test_update.py",
    "test_recorded.py",
    "test_least_privilege.py",
    "test_ten_thousand.py",
    "test_build.py",
    "test_make_run.py",
    "test_contract.py",
    "test_gateway.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    assert all((here / name).exists() for name in LONGEST)
    place = {here / name: number for number, name in enumerate(LONGEST)}
    last = {path: len(LONGEST) for path in here.glob("test_*.py")}
    # Files of other folders are before all of these, as they are.
    places = last | place
    items.sort(key=lambda item: places.get(item.path, -1))


class FarEnds(NamedTuple):
    """The carriers of senders that name one."""

    twilio: TwilioHarness
    http: HttpHarness


class StackWithSecret(LocalStack):
    """Has the secrets of its carriers before it is deployed, as a user's does."""

    secrets: Mapping[str, str]

    def _deploy(self, package: Package) -> None:
        for name, secret in self.secrets.items():
            made = self.client("secretsmanager").create_secret(Name=f"carriers-{name}", SecretString=secret)
            self._parameters[f"{name.capitalize()}Secret"] = made["ARN"]
        super()._deploy(package)


@pytest.fixture(scope="session")
def far_ends() -> Iterator[FarEnds]:
    with twilio() as one, http() as other:
        yield FarEnds(one, other)


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest, far_ends: FarEnds) -> Iterator[LocalStack]:
    port = free_port()
    parameters = {
        "UnconfirmedSeconds": str(UNCONFIRMED_SECONDS),
        "SandboxReceiptSeconds": "0",
        "AllowTwilio": "true",
        "AllowHttp": "true",
        "PublicUrl": f"http://127.0.0.1:{port}/v1",
    }
    stack = StackWithSecret(port=port, parameters=parameters, auth=True)
    stack.secrets = {each.name: json.dumps({each.name: each.settings(each.far_end.url)}) for each in far_ends}
    with stack:
        yield stack
        if request.session.testsfailed:
            print(stack.function_log()[-50_000:])


@pytest.fixture
def herald(stack: LocalStack) -> Iterator[Herald]:
    """A client of the demo account."""
    with Herald(stack.base_url, stack.account_sid, stack.auth_token) as herald:
        yield herald
