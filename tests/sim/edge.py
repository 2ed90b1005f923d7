"""The edge between Herald's functions and the outside: every call goes through here.

A call takes virtual time on its way there and back, and `Strikes` decides what goes wrong
with it. What happens is what an AWS client of ours would see: the SDK's own tries are
made here too, so a lost answer means that the same call is made again.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cache
from types import SimpleNamespace
from typing import Any, Final, NamedTuple, Protocol

from botocore.exceptions import ClientError, ReadTimeoutError

from tests.sim.capacity import THROTTLED, Capacity
from tests.sim.kernel import Kernel, Process
from tests.sim.requests import TransactionCanceled, unprocessed
from tests.sim.rights import QUEUES, forbidden
from tests.sim.values import Invalid

SDK_TRIES: Final = 5
# Calls that may be done in part, or give way to others.
BATCHES: Final = frozenset(
    {
        *("BatchGetItem", "BatchWriteItem", "BatchExecuteStatement"),
        *("SendMessageBatch", "TransactWriteItems"),
    }
)
# Calls that may take effect when their caller has stopped waiting.
WRITES: Final = frozenset(
    {
        *("PutItem", "UpdateItem", "DeleteItem"),
        *("BatchWriteItem", "BatchExecuteStatement", "TransactWriteItems"),
        *("SendMessage", "SendMessageBatch", "CreateSchedule", "DeleteSchedule"),
    }
)
# Calls that change nothing.
READS: Final = frozenset({"GetItem", "BatchGetItem", "Query", "GetSecretValue"})


class Strike(Enum):
    """What may go wrong with a call."""

    # The process dies: before the call takes effect, or after that and before its answer.
    BEFORE = "before"
    AFTER = "after"
    # It takes effect, its answer is lost, and the SDK makes the same call again.
    LOST = "lost"
    # It takes effect, and all that the process ever sees is a time-out, or a load balancer's 502.
    VANISHED = "vanished"
    # It takes no effect: the service is too busy or down, for all of the SDK's tries.
    REFUSED = "refused"
    # A batch is done in part; a transaction gives way to another. Of other calls, as REFUSED.
    PARTLY = "partly"
    # As VANISHED and as LOST, but the call takes effect seconds later: when its process has given
    # up or, of OVERTAKEN, when the SDK's second try has gone through.
    LATE = "late"
    OVERTAKEN = "overtaken"
    # The process dies, and seconds later the call takes effect.
    POSTHUMOUS = "posthumous"

    def on(self, operation: str) -> "Strike":
        """What it is for a call: one that writes nothing is never late."""
        return self if operation in WRITES else _IN_TIME.get(self, self)


_IN_TIME: Final = {
    Strike.LATE: Strike.VANISHED,
    Strike.OVERTAKEN: Strike.LOST,
    Strike.POSTHUMOUS: Strike.BEFORE,
}
# Of calls that change nothing, these are no cases of their own.
UNSEEN: Final = frozenset({Strike.AFTER, Strike.LOST})
_LATE: Final = frozenset({Strike.LATE, Strike.OVERTAKEN})
_SILENT: Final = frozenset({Strike.VANISHED, Strike.LATE})
_REPEATED: Final = frozenset({Strike.LOST, Strike.OVERTAKEN})
# What a further try of the SDK takes from what it has left for that.
_COST_OF_A_TRY: Final = 5


class Call(NamedTuple):
    """One call of a process: `number` counts from 0 over the whole run."""

    number: int
    process: str
    service: str
    operation: str

    def __str__(self) -> str:
        return f"{self.process.split(' ')[0]} {self.service}.{self.operation}"


class Plan(Protocol):
    """What goes wrong in a run, and how long things take."""

    def strike(self, call: Call) -> Strike | None: ...
    def latency(self) -> float: ...
    def lateness(self) -> float: ...


type Handler = Callable[[Mapping[str, Any]], Any]
# Sees an operation, its request, and how to have it done: a way to change the product from outside.
type Mutation = Callable[["Edge", str, Mapping[str, Any], Handler], Any]


@dataclass
class Edge:
    kernel: Kernel
    plan: Plan
    mutation: Mutation | None = None
    # Where the table takes only so many writes a second.
    capacity: Capacity | None = None
    # Between which instants DynamoDB refuses every call.
    outage: tuple[float, float] = (0.0, 0.0)

    def __post_init__(self) -> None:
        self.calls: list[Call] = []
        self.struck: list[tuple[Call, Strike]] = []
        # How often each kind of fault was met.
        self.faults: Counter[str] = Counter()
        # What no request of Herald's may do, and one did.
        self.invalid: list[str] = []
        self._handlers: dict[tuple[str, str], Handler] = {}

    def serve(self, service: str, operation: str, handler: Handler) -> None:
        self._handlers[service, operation] = handler

    def call(self, service: str, operation: str, request: Mapping[str, Any], tries: int = SDK_TRIES) -> Any:
        """What an AWS client does with a request that it makes so many times at most."""
        running = self.kernel.process
        if running is None:
            # The simulation's own: of the one who looks at the table afterwards.
            return self._handlers[service, operation](request)
        process = running.name
        for refused in forbidden(process.split(" ")[0], service, operation, request, QUEUES):
            self.invalid.append(f"{process}: its role does not allow {refused}")
        if self.mutation:
            return self.mutation(
                self, operation, request, lambda changed: self.made(service, operation, changed, tries)
            )
        return self.made(service, operation, request, tries)

    def made(self, service: str, operation: str, request: Mapping[str, Any], tries: int = SDK_TRIES) -> Any:
        for number in range(tries):
            strike = self.begin(service, operation, request)
            if strike is Strike.REFUSED or self._is_out(service):
                raise _busy(service, operation, len(self.calls))
            if strike is Strike.POSTHUMOUS:
                self._later(service, operation, request)
                self._process.die()
            answer = None
            if strike in _LATE:
                self._later(service, operation, request)
            else:
                answer = self._done(service, operation, request, strike)
            self.finish(strike)
            if strike in _SILENT:
                break
            if strike in _REPEATED or self._tries_again(answer, number + 1 < tries, number):
                continue
            if isinstance(answer, ClientError):
                raise answer
            return answer
        if len(self.calls) % 3 == 0:
            raise _failed(502, "502", operation)
        raise ReadTimeoutError(endpoint_url=f"https://{service}")

    def _is_out(self, service: str) -> bool:
        """Whether DynamoDB is down at this instant, for all tries of the SDK."""
        begins, ends = self.outage
        if service != "dynamodb" or not begins <= self.kernel.now < ends:
            return False
        self._process.was_struck = True
        self.faults["call in an outage"] += 1
        return True

    def _tries_again(self, answer: Any, may: bool, number: int) -> bool:
        """Whether the SDK makes a call once more that was throttled: as often as its quota lasts."""
        if not isinstance(answer, ClientError) or answer.response["Error"]["Code"] != THROTTLED:
            return False
        process = self._process
        self.faults["throttled write"] += 1
        if not may or process.retry_quota < _COST_OF_A_TRY:
            process.was_struck = True
            self.faults["write given up"] += 1
            return False
        process.retry_quota -= _COST_OF_A_TRY
        self.kernel.pause(self.kernel.random.random() * 2**number)
        return True

    def _later(self, service: str, operation: str, request: Mapping[str, Any]) -> None:
        """Let a call take effect when its caller has stopped waiting for the answer."""
        handler, seconds = self._handlers[service, operation], self.plan.lateness()
        self.kernel.note(f"  takes effect in {seconds:.1f} s")

        def act() -> None:
            self.kernel.note(f"{operation} takes effect late {_subject(request)}", "aws")
            try:
                handler(request)
            except (ClientError, Invalid) as error:
                self.kernel.note(f"  {error}", "aws")

        self.kernel.after(seconds, act)

    def begin(self, service: str, operation: str, request: Mapping[str, Any] | None = None) -> Strike | None:
        """A call on its way: what is to go wrong with it. Raises Died."""
        process = self._process
        process.check()
        call = Call(len(self.calls), process.name, service, operation)
        self.calls.append(call)
        strike = self.plan.strike(call)
        strike = strike and strike.on(operation)
        if strike:
            process.was_struck = True
            process.was_misled |= strike not in (Strike.BEFORE, Strike.REFUSED, Strike.PARTLY)
            self.struck.append((call, strike))
            self.faults[strike.value] += 1
        self.kernel.pause(self.plan.latency() + process.processor * self.kernel.random.random())
        struck = f" *** {strike.value} ***" if strike else ""
        number = call.number
        self.kernel.note(lambda: f"{number} {service}.{operation}{struck} {_subject(request or {})}")
        if strike is Strike.BEFORE:
            process.die()
        return strike

    def finish(self, strike: Strike | None) -> None:
        """The answer on its way back. Raises Died."""
        if strike is Strike.AFTER:
            self._process.die()
        self.kernel.pause(self.plan.latency())

    @property
    def _process(self) -> Process:
        process = self.kernel.process
        assert process
        return process

    def _done(self, service: str, operation: str, request: Mapping[str, Any], strike: Strike | None) -> Any:
        """The call's effect, at one instant: its answer, or the error that is its answer."""
        handler = self._handlers[service, operation]
        try:
            if strike is Strike.PARTLY:
                return self._partly(service, operation, request, handler)
            if self.capacity and service == "dynamodb" and operation in WRITES:
                return self._as_far_as_it_goes(self.capacity, operation, request, handler)
            return handler(request)
        except Invalid as invalid:
            self.invalid.append(f"{self._process.name}: {operation}: {invalid}")
            self.kernel.note(f"INVALID {invalid}")
            return invalid
        except ClientError as error:
            self.kernel.note(f"  {error.response['Error']['Code']}")
            return error

    def _as_far_as_it_goes(
        self, capacity: Capacity, operation: str, request: Mapping[str, Any], handler: Handler
    ) -> Any:
        """A write, of which the table may take a part only; who asks too often gives up."""
        before = capacity.left_out
        try:
            return capacity.through(operation, request, handler)
        finally:
            if left_out := capacity.left_out - before:
                self._process.was_struck = True
                self.faults["throttled write"] += left_out

    def _partly(self, service: str, operation: str, request: Mapping[str, Any], handler: Handler) -> Any:
        if operation in ("BatchGetItem", "BatchWriteItem"):
            [(table, wanted)] = request["RequestItems"].items()
            parts = wanted["Keys"] if operation == "BatchGetItem" else wanted
            done, left = self._split(parts)
            answer: dict[str, Any] = {"Responses": {table: []}} if operation == "BatchGetItem" else {}
            if done:
                some = {**wanted, "Keys": done} if operation == "BatchGetItem" else done
                answer = handler({"RequestItems": {table: some}})
            return answer | unprocessed(table, operation, request, left)
        if operation == "BatchExecuteStatement":
            return self._executed_partly(request["Statements"], handler)
        if operation == "SendMessageBatch":
            done, left = self._split(request["Entries"])
            answer = handler({**request, "Entries": done}) if done else {"Successful": []}
            failed = [{"Id": each["Id"], "Code": "InternalError", "SenderFault": False} for each in left]
            return answer | {"Failed": failed}
        if operation == "TransactWriteItems":
            reasons = [{"Code": "None"} for _ in request["TransactItems"]]
            self.kernel.random.choice(reasons)["Code"] = "TransactionConflict"
            raise TransactionCanceled(reasons)
        raise _busy(service, operation, len(self.calls))

    def _executed_partly(self, statements: list[Any], handler: Handler) -> dict[str, Any]:
        """Some statements are throttled; others fail within AWS, having taken effect or not."""
        answers: list[dict[str, Any]] = []
        _, left = self._split(list(range(len(statements))))
        for number, statement in enumerate(statements):
            code = self.kernel.random.choice(("ThrottlingError", "InternalServerError"))
            answer = {"Error": {"Code": code, "Message": code}}
            if number not in left or (code == "InternalServerError" and self.kernel.random.random() < 0.5):
                [done] = handler({"Statements": [statement]})["Responses"]
                answer = answer if number in left else done
            answers.append(answer)
        return {"Responses": answers}

    def _split(self, parts: list[Any]) -> tuple[list[Any], list[Any]]:
        """Parts that are done, and at least one that is not."""
        left = set(self.kernel.random.sample(range(len(parts)), self.kernel.random.randint(1, len(parts))))
        return (
            [part for place, part in enumerate(parts) if place not in left],
            [part for place, part in enumerate(parts) if place in left],
        )


def _subject(request: Mapping[str, Any]) -> str:
    """What a request is about, for the trace."""
    if "Statements" in request:
        return " | ".join(
            f"{' '.join(next(iter(value.values()))[:60] for value in each['Parameters'] if 'S' in value)} "
            f"{each['Statement'][:300]}"
            for each in request["Statements"]
        )
    key = request.get("Key") or request.get("Item")
    if key and "sk" in key:
        return f"{key['pk']['S']} {key['sk']['S']} {request.get('UpdateExpression', '')}"
    if "Entries" in request:
        return " ".join(
            f"{each['MessageBody']} in {each.get('DelaySeconds', 0)} s" for each in request["Entries"]
        )
    return ""


def _busy(service: str, operation: str, number: int) -> ClientError:
    """The answer of a service that is too busy or down; `number` decides which of the forms that AWS has."""
    throttled = "ProvisionedThroughputExceededException" if service == "dynamodb" else "ThrottlingException"
    forms = (
        (400, throttled),
        (503, "ServiceUnavailable"),
        # Not the service's own answer but its load balancer's, without JSON: botocore knows the status only.
        (503, "503"),
    )
    return _failed(*forms[number % len(forms)], operation)


def _failed(status: int, code: str, operation: str) -> ClientError:
    answer: Any = {
        "Error": {"Code": code, "Message": "Rate exceeded" if status < 500 else ""},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return ClientError(answer, operation)


@cache
def _operation_of(method: str) -> str:
    return "".join(word.capitalize() for word in method.split("_"))


def _ignored(*_: Any, **__: Any) -> None:
    """Takes a handler."""


# The `meta` of a client: handlers of the SDK's events are ignored, because nothing is serialized.
NO_EVENTS: Final = SimpleNamespace(events=SimpleNamespace(register=_ignored, register_first=_ignored))


class Client:
    """What boto3.client gives to a function of the simulation."""

    def __init__(self, edge: Edge, service: str, exceptions: Any = None, tries: int = SDK_TRIES) -> None:
        self._edge = edge
        self._service = service
        self._tries = tries
        self.exceptions = exceptions
        self.meta = NO_EVENTS

    def __getattr__(self, method: str) -> Callable[..., Any]:
        operation = _operation_of(method)
        if (self._service, operation) not in self._edge._handlers:
            raise NotImplementedError(f"{self._service}.{method} is not simulated (tests/sim/service.py)")

        def call(**request: Any) -> Any:
            return self._edge.call(self._service, operation, request, self._tries)

        return call
