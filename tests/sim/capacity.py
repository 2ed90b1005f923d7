"""How much a partition of the table takes: writes beyond that are throttled, as DynamoDB does.

Each partition key has a bucket that fills with time. A batch is done as far as the buckets
reach, a transaction only as a whole.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from botocore.exceptions import ClientError

from tests.sim import partiql
from tests.sim.kernel import Kernel
from tests.sim.requests import Request, TransactionCanceled, unprocessed

_SECONDS_KEPT: Final = 2.0
THROTTLED: Final = "ProvisionedThroughputExceededException"


class Capacity:
    def __init__(self, kernel: Kernel, per_second: int) -> None:
        self._kernel = kernel
        self._rate = float(per_second)
        self._left: dict[str, tuple[float, float]] = {}
        # How many parts of batches were left out.
        self.left_out = 0

    def through(
        self, operation: str, request: Mapping[str, Any], handler: Callable[[Mapping[str, Any]], Any]
    ) -> Any:
        """Do a write, as far as there is room for it. Raises ClientError."""
        if operation == "BatchWriteItem":
            return self._batch(operation, request, handler)
        if operation == "BatchExecuteStatement":
            return self._statements(request, handler)
        partitions = partitions_of(operation, request)
        # Each of them is used up, also where another one is.
        taken = [self._take(each) for each in partitions]
        if all(taken):
            return handler(request)
        if operation == "TransactWriteItems":
            raise TransactionCanceled([{"Code": "ThrottlingError"} for _ in partitions])
        raise throttled(operation)

    def _batch(
        self, operation: str, request: Mapping[str, Any], handler: Callable[[Mapping[str, Any]], Any]
    ) -> Any:
        [(table, writes)] = request["RequestItems"].items()
        done, left = self._divided(writes, partitions_of(operation, request))
        self.left_out += len(left)
        if not done:
            raise throttled(operation)
        answer = handler({"RequestItems": {table: done}})
        return answer | unprocessed(table, operation, request, left) if left else answer

    def _statements(self, request: Mapping[str, Any], handler: Callable[[Mapping[str, Any]], Any]) -> Any:
        statements = request["Statements"]
        fits = [self._take(each) for each in partitions_of("BatchExecuteStatement", request)]
        done = [each for each, fit in zip(statements, fits, strict=True) if fit]
        answers = iter(handler({**request, "Statements": done})["Responses"] if done else ())
        self.left_out += fits.count(False)
        busy = {"Error": {"Code": "ThrottlingError", "Message": "Rate exceeded"}}
        return {"Responses": [next(answers) if fit else dict(busy) for fit in fits]}

    def _divided(self, parts: Iterable[Any], partitions: Iterable[str]) -> tuple[list[Any], list[Any]]:
        done: list[Any] = []
        left: list[Any] = []
        for part, partition in zip(parts, partitions, strict=True):
            (done if self._take(partition) else left).append(part)
        return done, left

    def _take(self, partition: str) -> bool:
        now = self._kernel.now
        most = self._rate * _SECONDS_KEPT
        left, since = self._left.get(partition, (most, now))
        left = min(left + (now - since) * self._rate, most)
        self._left[partition] = (left - 1 if left >= 1 else left), now
        return left >= 1


def throttled(operation: str) -> ClientError:
    return ClientError({"Error": {"Code": THROTTLED, "Message": "Rate exceeded"}}, operation)


def partitions_of(operation: str, request: Request) -> list[str]:
    """The partition key of each write of a request, in its order."""
    if operation == "BatchWriteItem":
        [writes] = request["RequestItems"].values()
        parts = [part for write in writes for part in write.values()]
    elif operation == "TransactWriteItems":
        parts = [part for write in request["TransactItems"] for part in write.values()]
    elif operation == "BatchExecuteStatement":
        parts = [partiql.request_of(each, "pk", "sk")[1] for each in request["Statements"]]
    else:
        parts = [request]
    return [(part.get("Item") or part["Key"])["pk"]["S"] for part in parts]
