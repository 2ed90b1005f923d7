"""The simulated AWS under a World: every call is done at once, and time passes when a test says so."""

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any, Final
from unittest import mock

import pytest

from herald import runtime
from herald.carriers import Surroundings
from herald.runtime import Settings
from herald.sending.app import App
from tests.sim import calls, schedules
from tests.sim.deaths import Faults
from tests.sim.edge import NO_EVENTS
from tests.sim.functions import TABLE
from tests.sim.kernel import Kernel
from tests.sim.parameters import check
from tests.sim.plans import Calm
from tests.sim.queues import Message, Queues
from tests.sim.rights import QUEUES, forbidden
from tests.sim.schedules import Schedules
from tests.sim.stream import Record, Stream
from tests.sim.table import SimulatedTable
from tests.sim.values import Item
from tests.template import buckets, holds, resources

# A schedule fires somewhere in its minute: here at its end.
_LATE: Final = 59.0


class NotSimulated(AssertionError):
    """A test asks for what this AWS has not; tests/skips.py lists such tests."""


class _Late(Calm):
    def fires(self) -> list[float]:
        return [_LATE]


class _Client:
    """What boto3.client gives."""

    def __init__(self, aws: "SimulatedAws", service: str) -> None:
        self._aws = aws
        self._service = service
        self.exceptions = schedules.EXCEPTIONS
        self.meta = NO_EVENTS

    def __getattr__(self, method: str) -> Callable[..., Any]:
        operation = "".join(word.capitalize() for word in method.split("_"))
        try:
            handler = self._aws.handlers[self._service, operation]
        except KeyError:
            raise NotSimulated(f"{self._service}.{method}") from None

        def do(**request: Any) -> Any:
            check(self._service, operation, request)
            for function in self._aws.running[-1:]:
                if refused := forbidden(function, self._service, operation, request, QUEUES):
                    # No exception that a function would catch.
                    pytest.fail(f"the role of {function} does not allow {refused}")
            return self._aws.done(operation, lambda: handler(request))

        return do


class SimulatedAws:
    """One account's services. `now` is theirs and Herald's."""

    name = "sim"
    # The one that a test has; None on moto.
    current: "SimulatedAws | None" = None

    def __init__(self) -> None:
        self.kernel = Kernel(1, datetime.now(UTC).timestamp())
        self.accounts = 0
        self.faults = Faults()
        # How the SDK makes a call of an operation; a test may have it fail.
        self.making: Callable[[str, Callable[[], Any]], Any] = self._make
        # What the functions work with, where a test has changed it.
        self.app: App | None = None
        # The functions that are being called, each by the one before it.
        self.running: list[str] = []
        self.secrets: dict[str, str] = {}
        self.queues = Queues(self.kernel)
        self.schedules = self._scheduler()
        self.stream = Stream(self.kernel)
        self.handlers: dict[tuple[str, str], calls.Handler] = {
            **calls.of_queues(self.queues),
            ("scheduler", "CreateSchedule"): lambda request: self.schedules.create_schedule(request),
            ("scheduler", "DeleteSchedule"): lambda request: self.schedules.delete_schedule(request),
            ("secretsmanager", "CreateSecret"): self._create_secret,
            ("secretsmanager", "GetSecretValue"): self._secret_value,
        }
        # Calls of several threads are done one after the other.
        self._lock = threading.RLock()
        self._seen = 0
        self.clear()

    @contextmanager
    def installed(self) -> Iterator[None]:
        """Have Herald use this AWS and its clock."""
        make = runtime._app

        def now() -> datetime:
            return self.now

        def app(chosen: Settings, around: Surroundings) -> App:
            return self.app or make(chosen, around)

        with (
            mock.patch("boto3.client", self.client),
            mock.patch("time.sleep", self.wait),
            mock.patch.object(runtime, "_now", now),
            mock.patch.object(runtime, "_app", app),
        ):
            SimulatedAws.current = self
            try:
                yield
            finally:
                SimulatedAws.current = None
                runtime.reset()

    def client(self, service: str, **_: Any) -> Any:
        if service not in {name for name, _ in self.handlers}:
            raise NotSimulated(service)
        return _Client(self, service)

    def done(self, operation: str, call: Callable[[], Any]) -> Any:
        def locked() -> Any:
            with self._lock:
                return call()

        return self.making(operation, locked)

    def _make(self, _: str, call: Callable[[], Any]) -> Any:
        return self.faults.made(call)

    def use(self, app: App | None) -> None:
        """Have the functions work with this from now on; None: with what their environment says."""
        self.app = app
        runtime.app.cache_clear()

    # ------------------------------------------------------------------------ time

    @property
    def now(self) -> datetime:
        # To the millisecond, as Herald's own clock.
        milliseconds = round(self.kernel.now * 1_000)
        return datetime.fromtimestamp(milliseconds // 1_000, UTC).replace(
            microsecond=milliseconds % 1_000 * 1_000
        )

    @now.setter
    def now(self, now: datetime) -> None:
        self.kernel.now = now.timestamp()

    def tick(self) -> None:
        """Let a moment pass: no two requests are of the same millisecond."""
        self.wait(0.002)

    def wait(self, seconds: float) -> None:
        self.kernel.run_until(self.kernel.now + seconds)

    # --------------------------------------------------------------------- services

    def made(self, parameters: Mapping[str, str], secret: str) -> dict[str, str]:
        """Make the template's resources; what a reference to each comes to."""
        self.secrets |= dict.fromkeys(resources("AWS::SecretsManager::Secret"), secret)
        kinds = ("AWS::SQS::Queue", "AWS::SecretsManager::Secret", "AWS::Scheduler::ScheduleGroup")
        named = {name: name for kind in kinds for name in resources(kind)}
        # Nothing is in a bucket, and nothing can be put there: clients of S3 are not simulated.
        named |= {name: name for name, each in buckets().items() if holds(each, parameters)}
        return dict.fromkeys(resources("AWS::DynamoDB::Table"), TABLE) | named

    def clear(self) -> None:
        """Empty the table; the stream does not say so."""
        self.table = SimulatedTable(TABLE, now=lambda: self.kernel.now, changed=self.stream.write)
        self.handlers |= calls.of_table(self.table)

    def fill(self, items: list[Item]) -> None:
        """Put these items into the table; the stream does not say so."""
        self.table.fill({(item["pk"]["S"], item["sk"]["S"]): item for item in items})

    def clear_queues(self) -> None:
        """Empty the queues, and let no schedule fire of those that there are."""
        for queue in self.queues.all():
            queue.messages.clear()
        self.kernel.forget()
        self.schedules.coming.clear()

    def forget(self) -> None:
        """Begin again, but keep the table: no message, no schedule, nothing on the stream."""
        self.clear_queues()
        self.schedules = self._scheduler()
        self._seen = len(self.stream.records)

    def items(self) -> list[Item]:
        return [dict(item) for item in self.table.items.values()]

    def records(self) -> list[Record]:
        """The stream's records since the last call."""
        found = self.stream.records[self._seen :]
        self._seen = len(self.stream.records)
        return found

    def send(self, queue: str, body: str) -> None:
        self.queues[queue].put(body)

    def visible(self, queue: str) -> list[tuple[Any, str]]:
        """Messages of a queue, each with a handle; they stay where they are."""
        self.wait(0)
        return [(message, message.body) for message in self.queues[queue].visible()[:10]]

    def delete(self, queue: str, handle: Message) -> None:
        self.queues[queue].delete(handle)

    def _scheduler(self) -> Schedules:
        [group] = resources("AWS::Scheduler::ScheduleGroup")
        made = Schedules(self.kernel, self.queues, group, _Late({}))
        made.fires_deleted = True
        return made

    def _create_secret(self, request: Any) -> Any:
        self.secrets[request["Name"]] = request["SecretString"]
        return {"ARN": request["Name"]}

    def _secret_value(self, request: Any) -> Any:
        return {"SecretString": self.secrets[request["SecretId"]]}
