"""The rules of the store on dynalite, which others wrote from DynamoDB's answers: `make second-opinion`.

Not a part of the gate: it needs npm. dynalite has no transactions, no PartiQL and no stream;
what it lacks, and what it sees otherwise than the other backends, is listed here.
"""

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from fnmatch import fnmatchcase
from typing import Any, Final

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError

from tests.store_rules import ONE, Backend, StoreRules
from tests.template import ROOT, resources

DYNALITE: Final = ROOT / "tools/dynalite/node_modules/.bin/dynalite"
# What dynalite lets through, and DynamoDB does not.
LETS_THROUGH: Final = frozenset({"a key of an index that is too long", "an empty key of an index"})
_TRANSACTIONS: Final = "dynalite has no transactions"
_ITEM: Final = "dynalite does not bring the item with a condition that failed"
# The tests that dynalite cannot be asked, by a pattern of their names.
LACKS: Final = {
    "test_a_transaction*": _TRANSACTIONS,
    "test_or_not_at_all*": _TRANSACTIONS,
    "test_a_canceled_transaction*": _TRANSACTIONS,
    "test_what_dynamodb_refuses_is_refused*in a transaction*": _TRANSACTIONS,
    "test_what_is_there_is_not_put_again": _ITEM,
    "test_many_are_updated_each_on_its_conditions": _ITEM,
    "test_a_condition_decides*-False?": _ITEM,
    "test_a_condition_of_an_update_decides*-False?": _ITEM,
}


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[Any]:
    """A client of a dynalite with the table of template.yaml."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    node = shutil.which("node")
    assert node, "node is not installed"
    server = subprocess.Popen([node, DYNALITE, "--port", str(port), "--createTableMs", "0"])
    client: Any = boto3.client(
        "dynamodb",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )
    try:
        _create(client)
        yield client
    finally:
        server.terminate()
        server.wait(timeout=30)


def _create(client: Any) -> None:
    [properties] = resources("AWS::DynamoDB::Table").values()
    wanted = ("KeySchema", "AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes")
    for _ in range(100):
        try:
            client.create_table(TableName="herald", **{name: properties[name] for name in wanted})
            break
        except (OSError, client.exceptions.ClientError, EndpointConnectionError):
            time.sleep(0.1)
    client.get_waiter("table_exists").wait(TableName="herald", WaiterConfig={"Delay": 1})


class TestDynalite(StoreRules):
    @pytest.fixture
    def on(self, request: pytest.FixtureRequest, dynamodb: Any) -> Iterator[Backend]:
        for pattern, reason in LACKS.items():
            if fnmatchcase(request.node.name, pattern):
                pytest.skip(reason)
        yield Backend(dynamodb, "herald", LETS_THROUGH, has_statements=False)
        pages = dynamodb.get_paginator("query").paginate(
            TableName="herald",
            KeyConditionExpression="pk = :pk",
            ExpressionAttributeValues={":pk": {"S": ONE.pk}},
            ProjectionExpression="pk, sk",
        )
        for item in [item for page in pages for item in page["Items"]]:
            dynamodb.delete_item(TableName="herald", Key=item)
