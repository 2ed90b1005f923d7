"""AWS as a function sees it: answers where botocore would open a connection.

Everything above the socket is real: the handlers, boto3, the serializing,
signing and parsing of every call. The edge records the time that calls take, and its
own part of it, so that both can be subtracted.

Its table is the one of the simulated AWS (tests/sim): as strict as DynamoDB is.
"""

import base64
import io
import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final

import boto3
import botocore.session
from botocore.awsrequest import AWSRequest, AWSResponse, HeadersDict
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from tests.sim import calls
from tests.sim.requests import Key
from tests.sim.table import SimulatedTable
from tests.sim.values import Item, with_bytes

SECRET: Final = "a secret of the benchmarks, as long as the real: 64 characters.."  # noqa: S105


class Edge:
    """A table, queues and a secret. `items` are a table's, as `Edge.items` gives them."""

    def __init__(self, items: Mapping[Key, Item] | None = None) -> None:
        # The texts put on each queue, by its URL.
        self.queues: defaultdict[str, list[str]] = defaultdict(list)
        # The changes of items, as the table's stream has them.
        self.changes: list[dict[str, Any]] = []
        self.calls: Counter[str] = Counter()
        self.client_seconds = 0.0
        self.own_seconds = 0.0
        self._lock = Lock()
        self.restore(items or {})

    def restore(self, items: Mapping[Key, Item]) -> None:
        """Put these items into the table, and delete the record of calls."""
        self.table = SimulatedTable(os.environ["TABLE_NAME"], changed=self._changed)
        self.table.fill(items)
        self._answers: dict[str, Callable[[Any], Any]] = {
            **{operation: handler for (_, operation), handler in calls.of_table(self.table).items()},
            "SendMessageBatch": self._send_message_batch,
            "GetSecretValue": lambda _: {"SecretString": SECRET},
        }
        self.queues.clear()
        self.changes.clear()
        self.calls.clear()
        self.client_seconds = self.own_seconds = 0.0

    @property
    def items(self) -> dict[Key, Item]:
        """The items of the table."""
        return dict(self.table.items)

    def _changed(self, key: Key, old: Item | None, new: Item | None) -> None:
        self.changes.append(_record(key, old, new, len(self.changes)))

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Answer every AWS client that is made from here on in this process."""
        session = botocore.session.Session()
        answer: Any = self._before_send
        session.register("before-send", answer)
        boto3.setup_default_session(botocore_session=session)
        make_call: Any = BaseClient._make_api_call  # type: ignore[attr-defined]

        def timed(client: BaseClient, operation: str, parameters: Any) -> Any:
            start = time.thread_time()
            try:
                return make_call(client, operation, parameters)
            finally:
                spent = time.thread_time() - start
                with self._lock:
                    self.client_seconds += spent

        BaseClient._make_api_call = timed  # type: ignore[attr-defined]
        try:
            yield
        finally:
            BaseClient._make_api_call = make_call  # type: ignore[attr-defined]
            boto3.DEFAULT_SESSION = None

    def _before_send(self, request: AWSRequest, event_name: str, **_: Any) -> Any:
        start = time.thread_time()
        operation = event_name.rsplit(".", 1)[1]
        with self._lock:
            self.calls[operation] += 1
            try:
                answer, status = self._answers[operation](unpacked(request.body)), 200
            except ClientError as refused:
                answer, status = _refusal(refused), 400
            response = _response(request.url or "", status, answer)
            self.own_seconds += time.thread_time() - start
        return response

    # ----------------------------------------------------------------- the queues

    def _send_message_batch(self, request: Any) -> Any:
        entries = request["Entries"]
        self.queues[request["QueueUrl"]] += [entry["MessageBody"] for entry in entries]
        sent = [{"Id": entry["Id"], "MessageId": "0" * 36, "MD5OfMessageBody": "0" * 32} for entry in entries]
        return {"Successful": sent}


def images(changes: Iterable[dict[str, Any]], event_name: str, partition: str) -> list[dict[str, Any]]:
    """The records of a stream about one kind of change in partitions that begin so."""
    return [
        change
        for change in changes
        if change["eventName"] == event_name and change["dynamodb"]["Keys"]["pk"]["S"].startswith(partition)
    ]


def _record(key: Key, old: Item | None, new: Item | None, number: int) -> dict[str, Any]:
    return {
        "eventID": f"{number:032x}",
        "eventName": "REMOVE" if new is None else "MODIFY" if old else "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_700_000_000,
            "Keys": {"pk": {"S": key[0]}, "sk": {"S": key[1]}},
            **({"NewImage": _as_text(new)} if new else {}),
            **({"OldImage": _as_text(old)} if old else {}),
            "SequenceNumber": f"{number:021}",
            "SizeBytes": 1_000,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/herald/stream/1",
    }


def _as_text(item: Item) -> Any:
    return json.loads(packed(item))


def packed(value: Any) -> str:
    """JSON as it travels, in which bytes are Base64."""
    return json.dumps(value, default=lambda content: base64.b64encode(content).decode())


def unpacked(text: str | bytes) -> Any:
    return json.loads(text, object_hook=with_bytes)


def _refusal(refused: ClientError) -> Any:
    """The body of an answer that refuses a request."""
    answer: Any = dict(refused.response)
    error = answer.pop("Error")
    return {
        "__type": f"com.amazonaws.dynamodb.v20120810#{error['Code']}",
        "message": error["Message"],
        **answer,
    }


class _Raw(io.BytesIO):
    """A body that botocore reads as from a connection."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def _response(url: str, status: int, answer: Any) -> AWSResponse:
    headers: Any = HeadersDict({"Content-Type": "application/x-amz-json-1.0"})
    return AWSResponse(url, status, headers, _Raw(packed(answer).encode()))
