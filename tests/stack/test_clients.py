"""The generated Python client against the local stack."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import pytest
from herald_client import AuthenticatedClient
from herald_client.api.messages import fetch_message_operation, list_messages, send_messages
from herald_client.models import SendMessagesRequest

from herald_cli.client import Herald
from tools.stack import LocalStack


@pytest.fixture
def client(stack: LocalStack) -> Iterator[Any]:
    token = b64encode(f"{stack.account_sid}:{stack.auth_token}".encode()).decode()
    with AuthenticatedClient(base_url=stack.base_url, token=token, prefix="Basic") as client:
        yield client


def test_the_python_client_sends_and_reads(client: Any, herald: Herald) -> None:
    to = [{"address": "+15005550100", "channel": "PHONE"}]
    body = SendMessagesRequest.from_dict({"to": to, "content": {"text": "Hello"}})

    accepted = send_messages.sync(client=client, body=body)

    operation_id = accepted.operation_id
    assert fetch_message_operation.sync(client=client, operation_id=operation_id).id == operation_id
    assert herald.operation(operation_id)["stats"]["recipients"] == 1
    page = list_messages.sync(client=client, operation_id=operation_id)
    assert [message.to[0].address for message in page.messages] in ([], ["+15005550100"])
