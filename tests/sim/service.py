"""Herald in one process: the real functions on a simulated AWS edge, in virtual time."""

import json
import os
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Any, Final, Protocol, cast
from unittest import mock

from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider
from ulid import StrictMonotonicPolicy

from herald import carriers, runtime
from herald.model.inbound import Inbound
from herald.model.senders import NewSender
from herald.sending.repair import repair
from herald.store import Keyring, Table, accounts, keys, senders
from herald.telemetry import logger
from herald_cli.admin import SANDBOX_SENDERS
from tests.sim import calls, carrier, edge, queues, schedules
from tests.sim.carrier import SimulatedCarrier
from tests.sim.deaths import Died
from tests.sim.edge import Client, Edge, Mutation
from tests.sim.functions import FREE, TABLE, code_of, environment, function_of, number_of, timeout_of
from tests.sim.kernel import Kernel, Pool, Process
from tests.sim.plans import Calm
from tests.sim.queues import Queues, QueueSource
from tests.sim.requests import Key
from tests.sim.schedules import Schedules
from tests.sim.stream import Stream, StreamSource
from tests.sim.table import SimulatedTable
from tests.sim.values import Item
from tests.sim.witness import Witness
from tests.template import event_sources, resource_of
from tests.world import http_event

START: Final = datetime(2026, 3, 2, 9, 0, 0, 250_000, tzinfo=UTC).timestamp()
SECRET: Final = "a secret of the tests, as long as the real one: 64 characters...."
# Small, so that few recipients are many chunks and groups.
CHUNK_SIZE: Final = 4
GROUP_SIZE: Final = 2
_GATEWAY_SECONDS: Final = 29.0

# Two accounts want what is unknown to be sent again, and two have paced senders; one is both.
ACCOUNTS: Final = 5
SENDS_AGAIN: Final = 2
PACED: Final = 3
PACED_AND_SENDS_AGAIN: Final = 4
_PARTS_PER_SECOND: Final = 2
# What people write so that they are left alone, and so that they are not any more.
STOP: Final = "STOP"
START_AGAIN: Final = "START"


class Plan(edge.Plan, queues.Repeats, schedules.Timing, carrier.Habits, Protocol):
    """All that is left to chance, or to a fault, in a run."""

    def function_delay(self) -> float: ...
    def skew(self) -> float: ...
    def loses_response(self) -> bool: ...
    def calm(self) -> None: ...


@dataclass
class Response:
    """What a client gets. `is_lost`: it does not tell what has happened."""

    status: int
    body: Any
    headers: Mapping[str, str]
    is_lost: bool = False


@dataclass(frozen=True)
class Sent:
    """A request to send, and its answer: `mark` is in its text, and in no other's."""

    account: str
    mark: str
    to: list[Any]
    key: str | None
    response: Response


class Service:
    """One run."""

    current: "Service | None" = None

    def __init__(self, seed: int, plan: Plan, mutation: Mutation | None = None) -> None:
        self.kernel = Kernel(seed, START)
        self.plan = plan
        self.edge = Edge(self.kernel, plan, mutation)
        self.stream = Stream(self.kernel)
        self.queues = Queues(self.kernel)
        self.witness = Witness(self.kernel)
        self.table = SimulatedTable(
            TABLE, now=lambda: self.kernel.now, lag=plan.receipt_delay, changed=self._changed
        )
        self.schedules = Schedules(self.kernel, self.queues, "Schedules", plan)
        self.carrier = SimulatedCarrier(self.kernel, self.edge, self.queues["ReceiptQueue"], plan)
        self.carrier.objections = self.witness.objections
        self.metrics: Counter[str] = Counter()
        self.sent: list[Sent] = []
        self.failures: list[str] = []
        # How many receipts were forged.
        self.forged = 0
        # What people have written, by the carrier's id.
        self.written: dict[str, Inbound] = {}
        # The addresses of profiles, by account and id.
        self.profiles: dict[tuple[str, str], list[Any]] = {}
        # Of each operation that was canceled: when the client was told, and by how many it was worked on.
        self.cancels: dict[str, tuple[float, int]] = {}
        # Processes that were killed, or ran out of time.
        self.deaths = 0
        # The chunks of workers with which something went wrong: operation and number.
        self.harmed: set[tuple[str, int]] = set()
        self.running: defaultdict[str, int] = defaultdict(int)
        self.stream_sources: list[StreamSource] = []
        self._numbered = 0
        self._serve()
        self._connect()

    def begin(self) -> None:
        """Make this the run that goes on, with accounts in its table."""
        Service.current, Pool.kernel = self, self.kernel
        runtime.reset()
        random.seed(self.kernel.random.random())
        items, self.accounts = _prepared()
        self.table.fill(items)
        again = {self.accounts[SENDS_AGAIN], self.accounts[PACED_AND_SENDS_AGAIN]}
        self.carrier.sends_again = again.__contains__

    def _changed(self, key: Key, old: Item | None, new: Item | None) -> None:
        self.witness.changed(key, old, new)
        self.stream.write(key, old, new)

    def _serve(self) -> None:
        served = (
            calls.of_table(self.table) | calls.of_queues(self.queues) | calls.of_schedules(self.schedules)
        )
        for (service, operation), handler in served.items():
            is_read = operation in ("GetItem", "BatchGetItem")
            self.edge.serve(service, operation, self.witness.reading(handler) if is_read else handler)
        self.edge.serve("secretsmanager", "GetSecretValue", lambda request: {"SecretString": SECRET})

    def _connect(self) -> None:
        for source in event_sources("SQS"):
            queue = self.queues[resource_of(source.properties["Queue"])]
            concurrency = number_of(source.properties["ScalingConfig"]["MaximumConcurrency"])
            QueueSource(self.kernel, queue, source, concurrency, self.invoke, self.plan)
        for source in event_sources("DynamoDB"):
            target = source.properties["DestinationConfig"]["OnFailure"]["Destination"]
            dead_letters = self.queues[resource_of(target)]
            mapping = StreamSource(self.kernel, source, dead_letters, self.invoke, self.plan)
            self.stream.feed(mapping)
            self.stream_sources.append(mapping)

    def client(self, service: str) -> Client:
        return Client(self.edge, service, schedules.EXCEPTIONS if service == "scheduler" else None)

    # ------------------------------------------------------------------ functions

    def invoke(self, function: str, event: dict[str, Any], ended: Callable[[Process], None]) -> Process:
        """Begin an invocation; it is killed when its function's time is up."""
        self._numbered += 1
        process = Process(
            self.kernel, f"{function} {self._numbered}", self._finished(ended, _chunks_in(event))
        )
        process.skew = self.plan.skew()
        delay, timeout = self.plan.function_delay(), timeout_of(function)
        deadline = self.kernel.now + delay + timeout
        context = SimpleNamespace(
            function_name=function,
            memory_limit_in_mb=512,
            invoked_function_arn=f"arn:aws:lambda:us-east-1:123456789012:function:{function}",
            aws_request_id=process.name,
            get_remaining_time_in_millis=lambda: int((deadline - self.kernel.now) * 1000),
        )
        self.running[function] += 1
        code = code_of(function)
        self.kernel.note("begins", process.name)

        def run() -> Any:
            try:
                return code.handler(event, context)
            finally:
                FREE[function].append(code)

        process.start(run, delay)
        self.kernel.at(deadline, process.kill)
        return process

    def _finished(
        self, ended: Callable[[Process], None], chunks: set[tuple[str, int]]
    ) -> Callable[[Process], None]:
        def end(process: Process) -> None:
            function = process.name.split(" ")[0]
            self.running[function] -= 1
            failed = isinstance(process.result, dict) and process.result.get("batchItemFailures")
            how = "fails" if failed else "ends"
            if process.error:
                how = f"ends: {type(process.error).__name__} {process.error}"
            self.kernel.note(how, process.name)
            if failed or process.error or process.was_struck:
                self.harmed |= chunks
            timed_out = self.kernel.now - process.started >= timeout_of(function)
            self.deaths += isinstance(process.error, Died)
            if (failed or process.error) and not process.was_struck and not timed_out:
                self.failures.append(f"{process.name} failed, and nothing had gone wrong: {how}")
            ended(process)

        return end

    # ------------------------------------------------------------------- requests

    def act(self, name: str, script: Callable[[], None], delay: float = 0.0) -> None:
        """Let a client do something, in its own time."""
        process = Process(self.kernel, name, self._acted)
        process.start(script, delay)

    def _acted(self, process: Process) -> None:
        if process.error:
            raise AssertionError(f"{process.name} failed") from process.error

    def repair(self) -> None:
        """Let an operator repair every operation, as `herald repair --all` does; it may die of it."""
        self._numbered += 1
        process = Process(self.kernel, f"operator {self._numbered}", self._repaired)
        process.start(self._repair)

    def _repair(self) -> None:
        for partition, sort in list(self.table.items):
            if sort == keys.OPERATION:
                repair(runtime.app(), keys.operation_in(partition))

    def _repaired(self, process: Process) -> None:
        self.kernel.note(f"ends: {process.error or ''}", process.name)
        if process.error and not process.was_struck:
            self.failures.append(f"{process.name} failed, and nothing had gone wrong: {process.error!r}")

    def sleep(self, seconds: float) -> None:
        self.kernel.pause(seconds)

    def request(
        self,
        method: str,
        path: str,
        account: str,
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """What a client gets for a request. It waits no longer than API Gateway does."""
        text = None if body is None else json.dumps(body)
        event = http_event(method, path, account, body=text, headers=headers)
        task = self.kernel.current
        assert task, "clients make requests"
        ended: list[Process] = []

        def end(process: Process) -> None:
            ended.append(process)
            self.kernel.after(0.0, task.go_on)

        process = self.invoke(function_of(method, event["resource"]), event, end)
        self.kernel.wait()
        self.kernel.note(f"{method} {path}: {_shown(process)}")
        if process.error or process.result is None:
            return Response(502, None, {}, is_lost=True)
        if self.plan.loses_response():
            return Response(0, None, {}, is_lost=True)
        answer = process.result
        return Response(
            answer["statusCode"],
            json.loads(answer["body"] or "null"),
            {name: ",".join(values) for name, values in answer["multiValueHeaders"].items()},
            is_lost=answer["statusCode"] >= 500 and process.was_misled,
        )

    def send(
        self,
        account: str,
        to: list[Any],
        *,
        mark: str,
        key: str | None = None,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> str | None:
        """Post a request to send; the operation's id, or None where the answer does not tell it."""
        headers = {**(headers or {}), **({"Idempotency-Key": key} if key else {})}
        body = {"to": to, "content": {"text": f"Hello {mark}."}, **more}
        response = self.request("POST", "/Messages", account, body, headers)
        self.sent.append(Sent(account, mark, to, key, response))
        return str(response.body["operationId"]) if response.status == 202 else None

    def canceled(self, operation_id: str) -> None:
        """A client was told that an operation is canceled."""
        self.cancels.setdefault(operation_id, (self.kernel.now, self.running["fan_out"]))

    def run(self) -> None:
        self.kernel.run()


def _chunks_in(event: Mapping[str, Any]) -> set[tuple[str, int]]:
    """The chunks that an invocation works on, if it has tasks."""
    records = [each for each in event.get("Records", ()) if each.get("eventSource") == "aws:sqs"]
    tasks = [json.loads(each["body"]) for each in records]
    return {(task["operationId"], task["chunk"]) for task in tasks if "chunk" in task}


def _shown(process: Process) -> str:
    return f"{type(process.error).__name__}" if process.error else str(process.result["statusCode"])


@cache
def _prepared() -> tuple[dict[Key, Item], list[str]]:
    """A table with accounts and senders, the same in every run; and the accounts."""
    run = _running()
    service = Service.current = Service(0, Calm({}))
    made = Table(cast(Any, service.client("dynamodb")), TABLE)
    now = datetime.fromtimestamp(START, UTC)
    found = []
    for number in range(ACCOUNTS):
        account, _ = accounts.create(made, Keyring(SECRET).credentials, f"test {number}", now)
        found.append(account)
        is_paced = number in (PACED, PACED_AND_SENDS_AGAIN)
        more = {"parts_per_second": _PARTS_PER_SECOND} if is_paced else {}
        for address, channel in SANDBOX_SENDERS:
            senders.add(
                made, account, NewSender.model_validate({"address": address, "channel": channel, **more}), now
            )
    for number in (SENDS_AGAIN, PACED_AND_SENDS_AGAIN):
        accounts.set_after_unknown(made, found[number], accounts.AfterUnknown.SEND_AGAIN)
    Service.current = run
    return dict(service.table.items), found


# ---------------------------------------------------------------------- what is replaced


def _running() -> Service:
    assert Service.current
    return Service.current


def _now() -> datetime:
    service = _running()
    process = service.kernel.process
    now = datetime.fromtimestamp(service.kernel.now + (process.skew if process else 0.0), UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def _sleep(seconds: float) -> None:
    kernel = _running().kernel
    if kernel.current:
        kernel.pause(seconds)
    else:
        kernel.now += seconds


def _count(provider: Any, name: str, unit: Any, value: float, **_: Any) -> None:
    _running().metrics[name] += int(value)


@contextmanager
def installed(*, chunk_size: int = CHUNK_SIZE, group_size: int = GROUP_SIZE) -> Iterator[None]:
    """Herald in a world where AWS, the time and chance are simulated."""
    for function in {source.function for source in event_sources()}:
        FREE[function].append(code_of(function))
    kinds = {
        name: replace(kind, build=lambda _: _running().carrier) for name, kind in carriers.CARRIERS.items()
    }
    with mock.patch.dict(carriers.CARRIERS, kinds), mock.patch.dict(os.environ, environment()):
        patches = [
            mock.patch("concurrent.futures.ThreadPoolExecutor", Pool),
            mock.patch("boto3.client", lambda service, **_: _running().client(service)),
            mock.patch("time.sleep", _sleep),
            mock.patch("os.urandom", lambda size: _running().kernel.random.randbytes(size)),
            mock.patch("random._urandom", lambda size: _running().kernel.random.randbytes(size)),
            # What a process of Lambda made last is not known to the others.
            mock.patch.object(StrictMonotonicPolicy, "resolve_randomness", lambda _, at, source: source(at)),
            mock.patch.object(runtime, "_now", _now),
            mock.patch.object(AmazonCloudWatchEMFProvider, "add_metric", _count),
            *_everywhere("ThreadPoolExecutor", Pool),
            *_everywhere("CHUNK_SIZE", chunk_size),
            *_everywhere("GROUP_SIZE", group_size),
            *_defaults("group_size", group_size),
        ]
        level = cast(Any, logger).level
        logger.setLevel("CRITICAL")
        for patch in patches:
            patch.start()
        try:
            yield
        finally:
            for patch in reversed(patches):
                patch.stop()
            logger.setLevel(level)
            Service.current = Pool.kernel = None
            runtime.reset()


def _modules() -> list[ModuleType]:
    return [
        module for name, module in list(sys.modules.items()) if name == "herald" or name.startswith("herald.")
    ]


def _everywhere(name: str, value: object) -> list[Any]:
    """Replace what modules of Herald know under a name, wherever they have it from."""
    return [mock.patch.object(module, name, value) for module in _modules() if hasattr(module, name)]


def _defaults(parameter: str, value: object) -> list[Any]:
    """Replace the default of a parameter, whichever function of Herald has it."""
    return [
        mock.patch.dict(function.__kwdefaults__, {parameter: value})
        for module in _modules()
        for function in vars(module).values()
        if parameter in (getattr(function, "__kwdefaults__", None) or {})
    ]


def after(seconds: float) -> str:
    """A time of the run, as `sendAt` has it."""
    return (datetime.fromtimestamp(START, UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
