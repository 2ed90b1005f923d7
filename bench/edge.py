"""AWS, as far as a function can tell: answers where botocore would open a connection.

Everything above the socket is the real thing: the handlers, boto3, the serializing,
signing and parsing of every call. The edge is told the time that calls take, and how
much of it is its own, so that both can be taken off.

Its table believes everything: no condition fails, no write is lost.
"""

import io
import json
import re
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from threading import Lock
from typing import Any, Final, NamedTuple

import boto3
import botocore.session
from botocore.awsrequest import AWSRequest, AWSResponse, HeadersDict
from botocore.client import BaseClient

SECRET: Final = "a secret of the benchmarks, as long as the real: 64 characters.."  # noqa: S105
_CLAUSE: Final = re.compile(r"(SET|ADD|REMOVE) (.*?)(?= (?:SET|ADD|REMOVE) |$)")

Image = dict[str, Any]


class Key(NamedTuple):
    pk: str
    sk: str


class Edge:
    """A table, queues and a secret. `items` are JSON texts, as they travel."""

    def __init__(self, items: Mapping[Key, str] | None = None) -> None:
        self.items: dict[Key, str] = dict(items or {})
        # The texts put on each queue, by its URL.
        self.queues: defaultdict[str, list[str]] = defaultdict(list)
        # The changes of items, as the table's stream has them.
        self.changes: list[dict[str, Any]] = []
        self.calls: Counter[str] = Counter()
        self.client_seconds = 0.0
        self.own_seconds = 0.0
        self._partitions: dict[tuple[str, str], list[tuple[str, str]]] | None = None
        self._lock = Lock()
        self._answers: dict[str, Callable[[Any], Any]] = {
            "GetItem": self._get_item,
            "BatchGetItem": self._batch_get_item,
            "PutItem": self._put_item,
            "BatchWriteItem": self._batch_write_item,
            "UpdateItem": self._update_item,
            "Query": self._query,
            "BatchExecuteStatement": self._batch_execute_statement,
            "SendMessageBatch": self._send_message_batch,
            "GetSecretValue": lambda _: {"SecretString": SECRET},
        }

    def restore(self, items: Mapping[Key, str]) -> None:
        """Hold these items, and forget every call."""
        self.items = dict(items)
        self.queues.clear()
        self.changes.clear()
        self._partitions = None
        self.calls.clear()
        self.client_seconds = self.own_seconds = 0.0

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
            answer = self._answers[operation](json.loads(request.body))
            response = _response(request.url or "", answer)
            self.own_seconds += time.thread_time() - start
        return response

    # ------------------------------------------------------------------ the table

    def _get_item(self, request: Any) -> Any:
        found = self.items.get(_key(request["Key"]))
        return {"Item": json.loads(found)} if found else {}

    def _batch_get_item(self, request: Any) -> Any:
        [(name, wanted)] = request["RequestItems"].items()
        found = [self.items.get(_key(key)) for key in wanted["Keys"]]
        return {"Responses": {name: [json.loads(item) for item in found if item]}}

    def _put_item(self, request: Any) -> Any:
        self._put(request["Item"])
        return {}

    def _batch_write_item(self, request: Any) -> Any:
        [requests] = request["RequestItems"].values()
        for each in requests:
            self._put(each["PutRequest"]["Item"])
        return {}

    def _update_item(self, request: Any) -> Any:
        key = request["Key"]
        old = json.loads(self.items.get(_key(key), "{}"))
        new = updated(old or dict(key), request)
        self._put(new)
        wanted = {"ALL_OLD": old, "ALL_NEW": new}.get(request.get("ReturnValues", "NONE"))
        return {"Attributes": wanted} if wanted else {}

    def _batch_execute_statement(self, request: Any) -> Any:
        for each in request["Statements"]:
            text, values = each["Statement"], each["Parameters"]
            if text.startswith("INSERT"):
                self._put(dict(zip(re.findall(r"'(\w+)': \?", text), values, strict=True)))
                continue
            changes, _, _ = text.partition(" WHERE ")
            names = re.findall(r'SET "(\w+)"=\?', changes)
            pk, sk = values[len(names)], values[len(names) + 1]
            new = json.loads(self.items.get(Key(pk["S"], sk["S"]), "{}")) or {"pk": pk, "sk": sk}
            new.update(zip(names, values, strict=False))
            for removed in re.findall(r'REMOVE "(\w+)"', changes):
                new.pop(removed, None)
            self._put(new)
        return {"Responses": [{"TableName": "herald"} for _ in request["Statements"]]}

    def _query(self, request: Any) -> Any:
        name, _, partition, _, _, _, low, _, high = request["KeyConditionExpression"].split()
        values = request["ExpressionAttributeValues"]
        rows = self._sorted().get((name, values[partition]["S"]), [])
        reverse = not request.get("ScanIndexForward", True)
        start = request.get("ExclusiveStartKey", {}).get("sk", {}).get("S")
        found = [
            (sk, item)
            for sk, item in (reversed(rows) if reverse else rows)
            if values[low]["S"] <= sk <= values[high]["S"]
            and (start is None or (sk < start if reverse else sk > start))
        ]
        limit = request.get("Limit", len(found))
        items = [json.loads(item) for _, item in found[:limit]]
        if name != "pk":
            # The indexes hold keys only.
            items = [{each: item[each] for each in ("pk", "sk", name)} for item in items]
        answer: dict[str, Any] = {"Items": items, "Count": len(items), "ScannedCount": len(items)}
        if len(found) > limit:
            answer["LastEvaluatedKey"] = {each: items[-1][each] for each in {"pk", "sk", name}}
        return answer

    def _put(self, item: Image) -> None:
        key = _key(item)
        old = self.items.get(key)
        self.items[key] = json.dumps(item)
        self._partitions = None
        self.changes.append(_record(key, json.loads(old) if old else None, item, len(self.changes)))

    def _sorted(self) -> dict[tuple[str, str], list[tuple[str, str]]]:
        """Items by partition of the table and of its index, in the order of their sort keys."""
        if self._partitions is None:
            found = defaultdict(list)
            for key, text in sorted(self.items.items()):
                found["pk", key.pk].append((key.sk, text))
                if status := re.search(r'"statusKey": \{"S": "([^"]+)"', text):
                    found["statusKey", status[1]].append((key.sk, text))
            self._partitions = {name: sorted(rows) for name, rows in found.items()}
        return self._partitions

    # ----------------------------------------------------------------- the queues

    def _send_message_batch(self, request: Any) -> Any:
        entries = request["Entries"]
        self.queues[request["QueueUrl"]] += [entry["MessageBody"] for entry in entries]
        sent = [{"Id": entry["Id"], "MessageId": "0" * 36, "MD5OfMessageBody": "0" * 32} for entry in entries]
        return {"Successful": sent}


def updated(item: Image, request: Any) -> Image:
    """What an UpdateItem makes of an item: SET to a value, ADD, REMOVE."""
    names = request.get("ExpressionAttributeNames", {})
    values = request["ExpressionAttributeValues"]
    new = dict(item)
    for verb, clause in _CLAUSE.findall(request["UpdateExpression"]):
        for part in clause.split(", "):
            name, _, value = part.replace(" = ", " ").partition(" ")
            name = names.get(name, name)
            if verb == "REMOVE":
                new.pop(name, None)
            elif verb == "SET":
                new[name] = values[value]
            else:
                new[name] = {"N": str(int(new.get(name, {"N": "0"})["N"]) + int(values[value]["N"]))}
    return new


def images(changes: Iterable[dict[str, Any]], event_name: str, partition: str) -> list[dict[str, Any]]:
    """The records of a stream about one kind of change in partitions that begin so."""
    return [
        change
        for change in changes
        if change["eventName"] == event_name and change["dynamodb"]["Keys"]["pk"]["S"].startswith(partition)
    ]


def _record(key: Key, old: Image | None, new: Image, number: int) -> dict[str, Any]:
    return {
        "eventID": f"{number:032x}",
        "eventName": "MODIFY" if old else "INSERT",
        "eventVersion": "1.1",
        "eventSource": "aws:dynamodb",
        "awsRegion": "us-east-1",
        "dynamodb": {
            "ApproximateCreationDateTime": 1_700_000_000,
            "Keys": {"pk": {"S": key.pk}, "sk": {"S": key.sk}},
            "NewImage": new,
            **({"OldImage": old} if old else {}),
            "SequenceNumber": f"{number:021}",
            "SizeBytes": 1_000,
            "StreamViewType": "NEW_AND_OLD_IMAGES",
        },
        "eventSourceARN": "arn:aws:dynamodb:us-east-1:123456789012:table/herald/stream/1",
    }


def _key(item: Image) -> Key:
    return Key(item["pk"]["S"], item["sk"]["S"])


class _Raw(io.BytesIO):
    """A body that botocore reads as from a connection."""

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.read()


def _response(url: str, answer: Any) -> AWSResponse:
    headers: Any = HeadersDict({"Content-Type": "application/x-amz-json-1.0"})
    return AWSResponse(url, 200, headers, _Raw(json.dumps(answer).encode()))
