"""The local stack's DynamoDB does with Herald's calls what the simulated table does with them."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.store_rules import ONE, Backend, StoreRules
from tools.stack import LocalStack

# What MiniStack lets through, and DynamoDB does not.
LETS_THROUGH = frozenset(
    {
        "a clause twice",
        "a key of an index that is too long",
        "an operand compared with itself",
        "broken syntax",
        "two changes of one attribute",
    }
)


class TestMiniStack(StoreRules):
    @pytest.fixture
    def on(self, stack: LocalStack) -> Iterator[Backend]:
        client, name = stack.client("dynamodb"), stack.outputs["TableName"]
        yield Backend(client, name, LETS_THROUGH)
        _clear(client, name)


def _clear(client: Any, name: str) -> None:
    """Leave the table to the other tests as it was."""
    pages = client.get_paginator("query").paginate(
        TableName=name,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": ONE.pk}},
        ProjectionExpression="pk, sk",
    )
    for item in [item for page in pages for item in page["Items"]]:
        client.delete_item(TableName=name, Key=item)
