"""The running API does what its own description says, also when it is asked strange things."""

import base64
import re
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from herald.api.openapi import document
from herald_cli import admin
from tests.endpoints import ALL
from tools.stack import LocalStack

EXAMPLES = 12
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SCHEMA = schemathesis.openapi.from_dict(document("https://example.org/v1", ALL))
OPERATIONS: list[Any] = [operation.ok() for operation in SCHEMA.get_all_operations()]  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def token(stack: LocalStack) -> str:
    """Of an account of its own: what is asked here suppresses people, and changes what words mean."""
    secret = stack.client("secretsmanager").get_secret_value(SecretId=stack.outputs["KeySecretArn"])
    table, dynamodb = stack.outputs["TableName"], stack.client("dynamodb")
    made = admin.create_account(dynamodb, table, secret["SecretString"], name="schemathesis")
    admin.add_sandbox_senders(dynamodb, table, made.account_sid)
    return base64.b64encode(f"{made.account_sid}:{made.auth_token}".encode()).decode()


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.label)
def test_the_api_does_what_it_says(operation: Any, stack: LocalStack, token: str) -> None:
    headers = {"Authorization": f"Basic {token}"}

    @given(case=operation.as_strategy())
    @settings(max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    def ask(case: Any) -> None:
        case.call_and_validate(base_url=stack.base_url, headers=headers, checks=CHECKS, allow_redirects=False)

    ask()


def test_the_running_api_describes_itself_to_anybody(stack: LocalStack) -> None:
    answer = httpx.get(f"{stack.base_url}/openapi.json")

    assert answer.status_code == 200
    assert answer.json() == document(stack.base_url, ALL)


def test_the_page_for_people_is_public(stack: LocalStack) -> None:
    answer = httpx.get(f"{stack.base_url}/docs")

    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("text/html")
    assert re.search(r"<title>Herald</title>", answer.text)
