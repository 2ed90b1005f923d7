"""Herald with a mistake in it: proof that the harness can fail.

Each mutation changes what Herald asks of AWS, or what it gets for an answer, as if a
line of its code were missing. None of them knows more of Herald than its items have.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from tests.sim import expressions
from tests.sim.edge import Edge, Handler, Mutation
from tests.sim.service import Service
from tests.sim.values import Item

type Request = Mapping[str, Any]


class Mutant:
    """Counts how often it has changed something: one that never does proves nothing."""

    def __init__(self) -> None:
        self.fired = 0

    def __call__(self, edge: Edge, operation: str, request: Request, do: Handler) -> Any:
        raise NotImplementedError


def _sort_key(request: Request) -> str:
    key = request.get("Key") or request.get("Item") or {}
    return str(key.get("sk", {}).get("S", ""))


def _is_claim(operation: str, request: Request) -> bool:
    update = request.get("UpdateExpression", "")
    return operation == "UpdateItem" and _sort_key(request) == "PROGRESS" and "ADD #generation" in update


def _unconditional(request: Request) -> Request:
    """An update without its condition, and without the placeholders that only that used."""
    used = expressions.update(request["UpdateExpression"]).placeholders
    changed = {
        name: value
        for name, value in request.items()
        if name not in ("ConditionExpression", "ReturnValuesOnConditionCheckFailure")
    }
    for kind in ("ExpressionAttributeNames", "ExpressionAttributeValues"):
        left = {name: value for name, value in changed.pop(kind, {}).items() if name in used}
        if left:
            changed[kind] = left
    return changed


def _together(one: str, other: str) -> str:
    """Places of a chunk are a number, a bit for each."""
    return format(int(one, 16) | int(other, 16), "x")


class ClaimsWhatIsClaimed(Mutant):
    """A worker takes a chunk whether or not it is another's."""

    def __call__(self, edge: Edge, operation: str, request: Request, do: Handler) -> Any:
        if _is_claim(operation, request):
            self.fired += 1
            return do(_unconditional(request))
        return do(request)


class IsNotFenced(Mutant):
    """A lease that is too short, and a worker that continues when another has claimed the chunk."""

    def __call__(self, edge: Edge, operation: str, request: Request, do: Handler) -> Any:
        values = request.get("ExpressionAttributeValues", {})
        if _is_claim(operation, request):
            return do({**request, "ExpressionAttributeValues": {**values, ":s0": values[":c0"]}})
        if operation == "UpdateItem" and _sort_key(request) == "PROGRESS":
            self.fired += 1
            return do(_unconditional(request))
        return do(request)


class ResendsTheIntended(Mutant):
    """The worker that takes a chunk over sends what its former worker had announced."""

    def __call__(self, edge: Edge, operation: str, request: Request, do: Handler) -> Any:
        answer = do(request)
        if not _is_claim(operation, request):
            return answer
        found = answer["Attributes"]
        intended = found.get("intended", {"S": "0"})["S"]
        if intended == "0":
            return answer
        self.fired += 1
        pending = _together(found["pending"]["S"], intended)
        return {"Attributes": {**found, "pending": {"S": pending}, "intended": {"S": "0"}}}


class EnqueuesBeforeItCommits(Mutant):
    """The request's own function puts the chunks on the queue, before there is an operation."""

    def __call__(self, edge: Edge, operation: str, request: Request, do: Handler) -> Any:
        process = edge.kernel.process
        assert process
        function = process.name.split(" ")[0]
        if function == "dispatch" and operation == "SendMessageBatch":
            return {"Successful": []}
        items = [request] if operation == "PutItem" else []
        items += [part["Put"] for part in request.get("TransactItems", ()) if "Put" in part]
        for item in (each["Item"] for each in items):
            if item["sk"]["S"] == "OPERATION" and "schedule" not in item:
                self.fired += 1
                assert Service.current
                chunks = -(-int(item["total"]["N"]) // Service.current.sizes.chunk)
                bodies = [
                    {"task": "fan_out", "operationId": item["id"]["S"], "chunk": chunk}
                    for chunk in range(chunks)
                ]
                entries = [{"Id": str(n), "MessageBody": json.dumps(body)} for n, body in enumerate(bodies)]
                edge.made("sqs", "SendMessageBatch", {"QueueUrl": "ChunkQueue", "Entries": entries})
        return do(request)


class CommitsBeforeItIsThere(Mutant):
    """The operation is written before its chunks are."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[Request] = []

    def __call__(self, edge: Edge, operation: str, request: Request, do: Handler) -> Any:
        if operation == "BatchWriteItem":
            [writes] = request["RequestItems"].values()
            if "RECIPIENTS" in {
                each.get("PutRequest", {}).get("Item", {}).get("sk", {}).get("S") for each in writes
            }:
                self._held.append(request)
                return {"UnprocessedItems": {}}
        answer = do(request)
        if operation in ("PutItem", "TransactWriteItems") and self._held:
            self.fired += 1
            held, self._held = self._held, []
            for each in held:
                edge.made("dynamodb", "BatchWriteItem", each)
        return answer


class BelievesEveryReceipt(Mutant):
    """A receipt moves a message wherever it says, forwards or not, there or not."""

    def __call__(self, edge: Edge, operation: str, request: Request, do: Handler) -> Any:
        process = edge.kernel.process
        if process and process.name.startswith("receive") and operation == "UpdateItem":
            self.fired += 1
            return do(_unconditional(request))
        return do(request)


class ForgetsWhatWasLeft(Mutant):
    """What a batch has not done counts as done: messages of a queue, and items of the table."""

    def __call__(self, edge: Edge, operation: str, request: Request, do: Handler) -> Any:
        answer = do(request)
        if operation in ("SendMessageBatch", "BatchWriteItem"):
            self.fired += bool(answer.get("Failed") or answer.get("UnprocessedItems"))
            return {**answer, "Failed": [], "UnprocessedItems": {}}
        return answer


class HoldsNoKey(Mutant):
    """Requests with a key do not ask whether the key is held."""

    def __call__(self, edge: Edge, operation: str, request: Request, do: Handler) -> Any:
        if operation == "UpdateItem" and _sort_key(request) == "IDEMPOTENCY":
            self.fired += 1
            return do(_unconditional(request))
        if operation == "TransactWriteItems":
            parts = [
                {"Update": _unconditional(part["Update"])} if "Update" in part else part
                for part in request["TransactItems"]
            ]
            return do({**request, "TransactItems": parts})
        return do(request)


class _Forgetful(Mutant):
    """A worker knows of some items what they were when it first read them."""

    def __init__(self) -> None:
        super().__init__()
        self._read: dict[tuple[str, str, str], Item] = {}

    def __call__(self, edge: Edge, operation: str, request: Request, do: Handler) -> Any:
        answer = do(request)
        if operation == "GetItem" and "Item" in answer:
            return {**answer, "Item": self._first_read(edge, answer["Item"])}
        if operation == "BatchGetItem":
            found = {
                table: [self._first_read(edge, item) for item in items]
                for table, items in answer["Responses"].items()
            }
            return {**answer, "Responses": found}
        return answer

    def _is_meant(self, item: Item) -> bool:
        raise NotImplementedError

    def _first_read(self, edge: Edge, item: Item) -> Item:
        process = edge.kernel.process
        assert process
        if not process.name.startswith("fan_out") or not self._is_meant(item):
            return item
        first = self._read.setdefault((process.name, item["pk"]["S"], item["sk"]["S"]), item)
        self.fired += first != item
        return first


class IsDeafToCancel(_Forgetful):
    """A worker reads the operation once, and never again."""

    def _is_meant(self, item: Item) -> bool:
        return bool(item["sk"]["S"] == "OPERATION")


class IsDeafToReceipts(Mutant):
    """A worker assumes that a recipient who was tried, and waits for another attempt, still waits."""

    def __call__(self, edge: Edge, operation: str, request: Request, do: Handler) -> Any:
        answer = do(request)
        process = edge.kernel.process
        if operation != "BatchGetItem" or not process or not process.name.startswith("fan_out"):
            return answer
        return {
            **answer,
            "Responses": {table: [*map(self._waiting, some)] for table, some in answer["Responses"].items()},
        }

    def _waiting(self, item: Item) -> Item:
        has_arrived = item.get("status", {}).get("S") in ("DELIVERED", "READ")
        if not has_arrived or not item["sk"]["S"].startswith("comms_message_"):
            return item
        self.fired += 1
        return {**item, "status": {"S": "QUEUED"}}


class WritesToWhoSaidStop(Mutant):
    """A worker does not learn of suppressions."""

    def __call__(self, edge: Edge, operation: str, request: Request, do: Handler) -> Any:
        answer = do(request)
        process = edge.kernel.process
        if operation != "BatchGetItem" or not process or not process.name.startswith("fan_out"):
            return answer
        found = {}
        for table, items in answer["Responses"].items():
            found[table] = [item for item in items if item["sk"]["S"] != "SUPPRESSION"]
            self.fired += len(items) - len(found[table])
        return {**answer, "Responses": found}


class GoesOnWithTheStopped(Mutant):
    """A sender's stop is not stored."""

    def __call__(self, edge: Edge, operation: str, request: Request, do: Handler) -> Any:
        if operation == "UpdateItem" and request["UpdateExpression"].startswith("SET #stopped."):
            self.fired += 1
            return {}
        return do(request)


MUTATIONS: Final[tuple[type[Mutant], ...]] = (
    ClaimsWhatIsClaimed,
    IsNotFenced,
    ResendsTheIntended,
    EnqueuesBeforeItCommits,
    CommitsBeforeItIsThere,
    BelievesEveryReceipt,
    ForgetsWhatWasLeft,
    HoldsNoKey,
    IsDeafToCancel,
    IsDeafToReceipts,
    WritesToWhoSaidStop,
    GoesOnWithTheStopped,
)
_: Mutation = ClaimsWhatIsClaimed()
