"""One local stack for all of these tests: template.yaml, deployed, with IAM enforced."""

from collections.abc import Iterator

import pytest

from herald_cli.client import Herald
from tools.stack import LocalStack

# What a test waits for takes seconds; a machine that is busy may take many times longer.
PATIENCE_SECONDS = 240
UNCONFIRMED_SECONDS = 3


@pytest.fixture(scope="session")
def stack(request: pytest.FixtureRequest) -> Iterator[LocalStack]:
    parameters = {"UnconfirmedSeconds": str(UNCONFIRMED_SECONDS), "SandboxReceiptSeconds": "1"}
    with LocalStack(parameters=parameters, auth=True) as stack:
        yield stack
        if request.session.testsfailed:
            print(stack.function_log()[-50_000:])


@pytest.fixture
def herald(stack: LocalStack) -> Iterator[Herald]:
    """A client of the demo account."""
    with Herald(stack.base_url, stack.account_sid, stack.auth_token) as herald:
        yield herald
