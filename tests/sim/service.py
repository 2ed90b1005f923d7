"""Herald in one process: the real functions on a simulated AWS edge, in virtual time."""

import gc
import json
import os
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from itertools import chain
from types import ModuleType, SimpleNamespace
from typing import Any, Final, NamedTuple, Protocol, cast
from unittest import mock

from aws_lambda_powertools.metrics.provider.cloudwatch_emf.cloudwatch import AmazonCloudWatchEMFProvider
from ulid import StrictMonotonicPolicy

from herald import carriers, runtime, telemetry
from herald.model.addresses import SenderChannel
from herald.model.ids import new_sender_pool_id
from herald.model.inbound import Inbound
from herald.model.pools import SenderPool
from herald.model.prices import Prices
from herald.model.senders import OperatorSender
from herald.operator import accounts, limits, proving
from herald.operator.repair import repair
from herald.sending import control
from herald.store import Keyring, Table, pools, senders
from herald.store.accounts import AfterUnknown
from herald.telemetry import count_by_code, logger
from herald.timing import SETTLE_SECONDS
from herald_cli.admin import SANDBOX_SENDERS
from tests.sim import calls, carrier, edge, events, queues, schedules
from tests.sim.capacity import Capacity
from tests.sim.carrier import SimulatedCarrier
from tests.sim.clients import CALLBACK_SECRET, Clients
from tests.sim.deaths import Died
from tests.sim.edge import SDK_TRIES, Client, Edge, Mutation
from tests.sim.functions import FREE, TABLE, code_of, environment, number_of, timeout_of
from tests.sim.kernel import Change, Kernel, Pool, Process
from tests.sim.past import Past
from tests.sim.plans import Calm
from tests.sim.queues import Queues, QueueSource
from tests.sim.recipients import Address, Book, operations_in
from tests.sim.replaced import Sized, Sizes, everywhere
from tests.sim.requests import Key
from tests.sim.schedules import Schedules
from tests.sim.stream import Stream, StreamSource
from tests.sim.table import SimulatedTable
from tests.sim.values import Item
from tests.sim.witness import Witness
from tests.template import event_sources, resource_of

START: Final = datetime(2026, 3, 2, 9, 0, 0, 250_000, tzinfo=UTC).timestamp()
SECRET: Final = "a secret of the tests, as long as the real one: 64 characters...."

# Two accounts want what is unknown to be sent again, and two have paced senders; one is both. One has
# several senders of a real carrier, in a pool; and the messages of one lie in two shards.
ACCOUNTS: Final = 6
SHARDED: Final = 1
SENDS_AGAIN: Final = 2
PACED: Final = 3
PACED_AND_SENDS_AGAIN: Final = 4
POOLED: Final = 5
POOL_NUMBERS: Final = ("+13125550101", "+13125550102", "+13125550103")
PARTS_PER_SECOND: Final = 2
# As the template has it by default.
RETENTION_DAYS: Final = int(environment()["RETENTION_DAYS"])
# Of senders in runs with limits; and what a message part costs then, in billionths of a dollar. The carrier
# tells others.
CARRIER: Final = "http"
PRICE: Final = 10_000_000
# How long an operator waits before a command that failed is given again.
_OPERATOR_SECONDS: Final = 90.0
# What people write so that they are left alone, and so that they are not any more.
STOP: Final = "STOP"
START_AGAIN: Final = "START"


class Plan(edge.Plan, queues.Repeats, schedules.Timing, carrier.Habits, Protocol):
    """All that is left to chance, or to a fault, in a run."""

    # What went wrong that no call tells of.
    met: Counter[str]

    @property
    def is_slow(self) -> bool: ...
    @property
    def keeps_times(self) -> bool: ...
    def index_lag(self) -> float: ...
    def function_delay(self) -> float: ...
    def skew(self) -> float: ...
    def loses_response(self) -> bool: ...
    def calm(self) -> None: ...


class Service(Clients):
    """One run."""

    current: "Service | None" = None
    # What the chunks of runs to come have, and how Herald is told.
    sizes: Sizes = Sizes()
    sized: Sized | None = None

    def __init__(
        self, seed: int, plan: Plan, mutation: Mutation | None = None, sizes: Sizes | None = None
    ) -> None:
        super().__init__()
        self.kernel = Kernel(seed, START)
        self.plan = plan
        self.weather = plan.weather
        self.sizes = sizes or Service.sizes
        self.edge = Edge(self.kernel, plan, mutation)
        if self.weather.writes_per_second:
            self.edge.capacity = Capacity(self.kernel, self.weather.writes_per_second)
        begins, ends = self.weather.outage
        self.edge.outage = (START + begins, START + ends)
        self.stream = Stream(self.kernel)
        self.queues = Queues(self.kernel)
        self.book = Book(self.sent, self.profiles)
        self.witness = Witness(self.kernel, self.book)
        self.witness.clocks = self.weather.clocks
        self.table = SimulatedTable(TABLE, now=lambda: self.kernel.now, lag=self._lag, changed=self._changed)
        # The longest that an index was behind.
        self.longest_lag = 0.0
        self.past = Past(self.kernel, self.table, self.weather.stale)
        self.schedules = Schedules(self.kernel, self.queues, "Schedules", plan)
        self.carrier = SimulatedCarrier(self.kernel, self.edge, self.queues["ReceiptQueue"], plan)
        self.carrier.objections = self.witness.objections
        self.metrics: Counter[str] = Counter()
        # How many receipts were forged.
        self.forged = 0
        # What people have written, by the carrier's id.
        self.written: dict[str, Inbound] = {}
        # When they wrote it, which the carrier's clock may not say.
        self.said: dict[str, float] = {}
        # Processes that were killed, or ran out of time.
        self.deaths = 0
        # Invocations that failed because AWS refused them something.
        self.struck_ends = 0
        # The workers of each chunk (operation and number) that came to a bad end.
        self.bad_ends: defaultdict[tuple[str, int], list[Process]] = defaultdict(list)
        # The running workers, and their chunks.
        self.running: dict[Process, set[tuple[str, int]]] = {}
        # What each process has cached, and keeps while it sleeps.
        self.kept: defaultdict[ModuleType | Process | None, dict[Any, Any]] = defaultdict(dict)
        self.stream_sources: list[StreamSource] = []
        self.queue_sources: list[QueueSource] = []
        # What clients have seen that was wrong at that moment.
        self.complaints: list[str] = []
        # How many parts a day every account may send, by senders of a real carrier; 0: no limit.
        self.metered = 0
        self.repairs = 0
        self.is_calm = False
        # How often a chunk had another worker before the one that was at it had ended.
        self.overlaps: Counter[tuple[str, int]] = Counter()
        self._numbered = 0
        self._serve()
        self._connect()

    def begin(self) -> None:
        """Make this the current run, with accounts in its table."""
        Service.current, Pool.kernel = self, self.kernel
        if Service.sized:
            Service.sized.resize(self.sizes)
        runtime.reset()
        random.seed(self.kernel.random.random())
        items, self.accounts, self.pool = _prepared(self.metered)
        self.table.fill(items)
        self.began = self.kernel.now
        # What was there before the run.
        self.given = {partition for partition, _ in items}
        again = {self.accounts[SENDS_AGAIN], self.accounts[PACED_AND_SENDS_AGAIN]}
        self.carrier.sends_again = again.__contains__
        if self.weather.calls_back:
            self.carrier.call_back = self._call_back
        events.begin(self)

    def end(self) -> None:
        """Let go of all parts of a run that is over: they hold each other, and the collector takes longer."""
        Service.current = Pool.kernel = None
        vars(self.kernel).clear()
        vars(self).clear()

    def _lag(self) -> float:
        seconds = self.plan.index_lag()
        self.longest_lag = max(self.longest_lag, seconds)
        return seconds

    def _changed(self, key: Key, old: Item | None, new: Item | None) -> None:
        self.past.changed(key, old)
        self.witness.changed(key, old, new)
        self.stream.write(key, old, new)

    def _serve(self) -> None:
        served = (
            calls.of_table(self.table) | calls.of_queues(self.queues) | calls.of_schedules(self.schedules)
        )
        for (service, operation), handler in served.items():
            if operation in ("GetItem", "BatchGetItem", "Query"):
                handler = self.past.reading(handler)
            is_look_up = operation in ("GetItem", "BatchGetItem")
            self.edge.serve(service, operation, self.witness.reading(handler) if is_look_up else handler)
        self.edge.serve("secretsmanager", "GetSecretValue", _secret)

    def _connect(self) -> None:
        for source in event_sources("SQS"):
            queue = self.queues[resource_of(source.properties["Queue"])]
            concurrency = _concurrency_of(source)
            self.queue_sources.append(
                QueueSource(self.kernel, queue, source, concurrency, self.invoke, self.plan)
            )
        for source in event_sources("DynamoDB"):
            target = source.properties["DestinationConfig"]["OnFailure"]["Destination"]
            dead_letters = self.queues[resource_of(target)]
            mapping = StreamSource(self.kernel, source, dead_letters, self.invoke, self.plan)
            self.stream.feed(mapping)
            self.stream_sources.append(mapping)

    def calm(self) -> None:
        """From here on nothing goes wrong."""
        self.plan.calm()
        self.edge.capacity = None
        self.edge.outage = (0.0, 0.0)
        self.is_calm = True

    @property
    def faults(self) -> Counter[str]:
        """How often each kind of fault was met."""
        found = self.edge.faults + self.plan.met
        found["read of the past"] += self.past.met
        found["process died"] += self.deaths
        found["repair"] += self.repairs
        found |= {name: 1 for name, is_so in self.weather.kinds().items() if is_so}
        return +found

    def client(self, service: str, config: Any = None) -> Client:
        """What boto3 makes; of its settings only the number of tries matters here."""
        tries = ((config and config.retries) or {}).get("total_max_attempts", SDK_TRIES)
        exceptions = schedules.EXCEPTIONS if service == "scheduler" else None
        return Client(self.edge, service, exceptions, tries)

    # ------------------------------------------------------------------ functions

    def invoke(self, function: str, event: dict[str, Any], ended: Callable[[Process], None]) -> Process:
        """Begin an invocation; it is killed when its function's time is up."""
        self._numbered += 1
        process = Process(self.kernel, f"{function} {self._numbered}", self._finished(ended))
        process.skew = self.plan.skew()
        if not self.is_calm:
            process.retry_quota = self.weather.retry_quota
            process.processor = self.weather.processor * (self.kernel.random.random() < 0.5)
        delay, timeout = self.plan.function_delay(), timeout_of(function)
        deadline = self.kernel.now + delay + timeout
        context = SimpleNamespace(
            function_name=function,
            memory_limit_in_mb=512,
            invoked_function_arn=f"arn:aws:lambda:us-east-1:123456789012:function:{function}",
            aws_request_id=process.name,
            get_remaining_time_in_millis=lambda: int((deadline - self.kernel.now) * 1000),
        )
        chunks = _chunks_in(event)
        if chunks:
            self.overlaps.update(chunks.intersection(chain.from_iterable(self.running.values())))
        self.running[process] = chunks
        code = process.code = code_of(function)
        self.kernel.note("begins", process.name)

        def run() -> Any:
            try:
                return code.handler(event, context)
            finally:
                FREE[function].append(code)

        process.start(run, delay)
        self.kernel.at(deadline, process.kill)
        return process

    def loses_response(self) -> bool:
        return self.plan.loses_response()

    def workers_of(self, operation_id: str) -> frozenset[str]:
        """The workers of an operation's chunks."""
        return frozenset(
            process.name
            for process, chunks in self.running.items()
            if any(operation == operation_id for operation, _ in chunks)
        )

    def _finished(self, ended: Callable[[Process], None]) -> Callable[[Process], None]:
        def end(process: Process) -> None:
            chunks = self.running.pop(process)
            function = process.name.split(" ")[0]
            failed = isinstance(process.result, dict) and process.result.get("batchItemFailures")
            how = "fails" if failed else "ends"
            if process.error:
                how = f"ends: {type(process.error).__name__} {process.error}"
            if process.is_killed:
                how = "is killed"
            if process.is_killed or isinstance(process.error, Died):
                self.kept.pop(process.code, None)
            self.kernel.note(how, process.name)
            if failed or process.error or process.is_killed:
                for chunk in chunks:
                    self.bad_ends[chunk].append(process)
            timed_out = self.kernel.now - process.started >= timeout_of(function)
            self.deaths += isinstance(process.error, Died) or process.is_killed
            self.struck_ends += (failed or process.error is not None) and process.was_struck
            if (failed or process.error) and not process.was_struck and not timed_out:
                self.failures.append(f"{process.name} failed, and nothing had gone wrong: {how}")
            if process.is_killed and not process.was_struck and self.plan.keeps_times:
                self.failures.append(f"{process.name} has used up its time, and nothing took too long")
            ended(process)

        return end

    # -------------------------------------------------------------------- operators

    def repair(self, *, until_done: bool = False, processor: float = 0.0) -> None:
        """Let an operator repair every operation, as `herald repair --all` does; it may die of it.

        `until_done`: the operator gives the command again then, as the guide to a restore has it.
        `processor`: its processor time between two calls, at most, in seconds.
        """

        def ended(process: Process) -> None:
            self._repaired(process)
            if until_done and (process.error or process.was_struck):
                self.kernel.after(_OPERATOR_SECONDS, partial(self.repair, until_done=True))

        self.repairs += 1
        self._numbered += 1
        process = Process(self.kernel, f"operator {self._numbered}", ended)
        process.processor = processor
        process.start(self._repair)

    def lose_tasks(self, seconds: float) -> None:
        """Lose all tasks and schedules that there are, and all tasks of the next seconds."""
        self.plan.met["tasks lost"] += 1
        self.schedules.waiting.clear()
        self.queues["ChunkQueue"].lose(self.kernel.now + seconds)

    def disable(self, account: str) -> None:
        """Let an operator disable an account, as `herald account disable` does, until the command is done."""

        def command() -> None:
            table, now = runtime.app().table, runtime.app().clock()
            accounts.disable(table, account, now, audit_days=1)
            for _ in control.cancel_all(table, account, now):
                pass

        self._command(command)

    def import_prices(self, nanos: int) -> None:
        """Let an operator import what an SMS to the United States costs, until the command is done."""
        self._command(lambda: limits.put_prices(runtime.app().table, _prices(nanos, runtime.app().clock())))

    def move_sender(self, address: str, account: str, heir: str) -> None:
        """Let an operator move a sender to another account, until the command is done."""
        own, settle = Address.of(account, "SMS", address), lambda: self.kernel.pause(SETTLE_SECONDS)

        def command() -> None:
            table, now = runtime.app().table, runtime.app().clock()
            for sender in senders.at(table, account, [(address, SenderChannel.SMS)]):
                proving.move(table, account, sender.id, heir, now, stack_carrier=CARRIER, settle=settle)
            self.witness.moved[own] = self.kernel.now

        self._command(command)

    def _command(self, command: Callable[[], object]) -> None:
        """For a client's script: let an operator give a command, each time that it dies again."""
        done: list[bool] = []

        def run() -> None:
            command()
            done.append(True)

        while not done:
            self._numbered += 1
            Process(self.kernel, f"operator {self._numbered}", self._repaired).start(run)
            self.sleep(_OPERATOR_SECONDS)

    def _repair(self) -> None:
        for identifier in operations_in(self.table.items):
            repair(runtime.app(), identifier)

    def _repaired(self, process: Process) -> None:
        self.kernel.note(f"ends: {process.error or ''}", process.name)
        if process.error and not process.was_struck:
            self.failures.append(f"{process.name} failed, and nothing had gone wrong: {process.error!r}")

    def run(self) -> None:
        self.kernel.run()


def _secret(request: Mapping[str, Any]) -> Any:
    if not request["SecretId"].endswith(":carriers"):
        return {"SecretString": SECRET}
    settings = {"url": "https://carrier.example.com", "callbackSecret": CALLBACK_SECRET}
    return {"SecretString": json.dumps({"http": settings})}


def _chunks_in(event: Mapping[str, Any]) -> set[tuple[str, int]]:
    """The chunks that an invocation works on, if it has tasks."""
    records = [each for each in event.get("Records", ()) if each.get("eventSource") == "aws:sqs"]
    # Only such texts may be tasks: receipts are many.
    tasks = [json.loads(each["body"]) for each in records if '"fan_out"' in each["body"]]
    return {(task["operationId"], task["chunk"]) for task in tasks if task.get("task") == "fan_out"}


class _Made(NamedTuple):
    """What the table of a run begins with."""

    items: dict[Key, Item]
    accounts: list[str]
    # The sender pool of the account that has one.
    pool: str


@cache
def _prepared(metered: int) -> _Made:
    """A table with accounts and senders, the same in every run.

    `metered`: how many parts a day each account may send, and as much money as they cost; 0: no limit.
    """
    run = _running()
    service = Service.current = Service(0, Calm({}))
    made = Table(cast(Any, service.client("dynamodb")), TABLE)
    now = datetime.fromtimestamp(START, UTC)
    found = []
    for number in range(ACCOUNTS):
        account, _ = accounts.create(made, Keyring(SECRET).credentials, f"test {number}", now)
        found.append(account)
        is_paced = number in (PACED, PACED_AND_SENDS_AGAIN)
        more: dict[str, Any] = {"parts_per_second": PARTS_PER_SECOND} if is_paced else {}
        if metered:
            more["carrier"] = CARRIER
        for address, channel in SANDBOX_SENDERS if number != POOLED else ():
            new = {"address": address, "channel": channel, **more}
            senders.add(made, account, OperatorSender.model_validate(new), now)
    pool = SenderPool(id=new_sender_pool_id(now), name="pool", updated_at=now)
    pools.put(made, found[POOLED], pool)
    for address in POOL_NUMBERS:
        new = {"address": address, "channel": SenderChannel.SMS, "carrier": CARRIER}
        sender = senders.add(made, found[POOLED], OperatorSender.model_validate(new), now)
        pools.add_members(made, pool.id, [sender])
    accounts.raise_shards(made, found[SHARDED], 2, now)
    for number in (SENDS_AGAIN, PACED_AND_SENDS_AGAIN):
        accounts.set_after_unknown(made, found[number], AfterUnknown.SEND_AGAIN, now)
    if metered:
        limits.put_prices(made, _prices(PRICE, now))
        money = dict.fromkeys(("dollarsPerDay", "dollarsPerMonth"), PRICE * metered)
        for account in found:
            limits.change(made, account, {"partsPerDay": metered, **money}, now)
    Service.current = run
    return _Made(dict(service.table.items), found, pool.id)


def _prices(nanos: int, now: datetime) -> Prices:
    return Prices({"SMS": {"US": nanos}}, "tests", now)


# ---------------------------------------------------------------------- what is replaced


def _concurrency_of(source: Any) -> int:
    scaling = source.properties["ScalingConfig"]
    if "Fn::If" in scaling:
        # Without provisioned pollers.
        scaling = scaling["Fn::If"][2]
    return number_of(scaling["MaximumConcurrency"])


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


def _seconds() -> float:
    return _now().timestamp()


class Kept:
    """In the place of a cache of Herald's: each process has one of its own, and keeps it while it sleeps."""

    def __init__(self, cached: Any) -> None:
        self._make: Callable[..., Any] = cached.__wrapped__

    def __call__(self, *given: Any) -> Any:
        service = _running()
        process = service.kernel.process
        # An operator's process is over when its command is.
        kept = service.kept[process and (process.code or process)]
        key = (self, *given)
        if key not in kept:
            kept[key] = self._make(*given)
        return kept[key]

    def cache_clear(self) -> None:
        """Each run begins with none."""


# Of `runtime`, whose caches hold what may change while a process sleeps; but its environment does not.
KEPT: Final = {
    name: Kept(made)
    for name, made in vars(runtime).items()
    if hasattr(made, "cache_clear") and name != "settings"
}


def _count(provider: Any, name: str, unit: Any, value: float, **_: Any) -> None:
    _running().metrics[name] += int(value)


def _count_by_code(event: str, code: str, number: int) -> None:
    _running().metrics[event] += number


@contextmanager
def installed(*, chunk_size: int = Sizes().chunk, group_size: int = Sizes().group) -> Iterator[None]:
    """Herald in a world where AWS, the time and chance are simulated."""
    kinds = {
        name: replace(kind, build=lambda _: _running().carrier) for name, kind in carriers.CARRIERS.items()
    }
    with (
        mock.patch.dict(carriers.CARRIERS, kinds),
        mock.patch.dict(
            os.environ,
            {
                **environment(),
                "CARRIER_SECRETS": "http=arn:aws:secretsmanager:us-east-1:1:carriers",
                "SENDER_CARRIERS": "http",
            },
        ),
    ):
        patches = [
            mock.patch("concurrent.futures.ThreadPoolExecutor", Pool),
            mock.patch("boto3.client", lambda service, config=None, **_: _running().client(service, config)),
            mock.patch("time.sleep", _sleep),
            mock.patch("os.urandom", lambda size: _running().kernel.random.randbytes(size)),
            # The pauses between attempts: nothing else in a process may change them.
            mock.patch("random.uniform", lambda a, b: _running().kernel.random.uniform(a, b)),
            mock.patch("random._urandom", lambda size: _running().kernel.random.randbytes(size)),
            # What a process of Lambda made last is not known to the others.
            mock.patch.object(StrictMonotonicPolicy, "resolve_randomness", lambda _, at, source: source(at)),
            mock.patch.object(runtime, "_now", _now),
            mock.patch.object(AmazonCloudWatchEMFProvider, "add_metric", _count),
            # Nothing is logged, and metrics are counted above.
            mock.patch.object(telemetry, "observed", lambda handler: handler),
            *everywhere("count_by_code", _count_by_code, count_by_code),
            *(
                patch
                for name, kept in KEPT.items()
                for patch in everywhere(name, kept, getattr(runtime, name))
            ),
            *everywhere("ThreadPoolExecutor", Pool),
            *everywhere("Condition", Change, threading.Condition),
            *everywhere("time", SimpleNamespace(sleep=_sleep, time=_seconds, monotonic=_seconds), time),
        ]
        level = cast(Any, logger).level
        logger.setLevel("CRITICAL")
        # What there is before the runs is not looked through at each collection of their garbage.
        gc.freeze()
        for patch in patches:
            patch.start()
        for function in {source.function for source in event_sources()}:
            FREE[function].append(code_of(function))
        Service.sized, Service.sizes = Sized(), Sizes(chunk_size, group_size, Sizes().block)
        try:
            with Service.sized.restored():
                yield
        finally:
            for patch in reversed(patches):
                patch.stop()
            logger.setLevel(level)
            Service.current = Service.sized = Pool.kernel = None
            runtime.reset()
            gc.unfreeze()


def after(seconds: float) -> str:
    """A time of the run, as `sendAt` has it."""
    return (datetime.fromtimestamp(START, UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")
