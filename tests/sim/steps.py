"""A World on the simulated AWS that tests take task by task, in time that they make pass.

A message of a queue is worked on by the function behind it when it is due, whatever is due
first comes first, and the task of a worker that died comes again when its visibility timeout
has passed. Only what dispatches operations and what counts runs when a test says so.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from importlib import import_module
from typing import Any, Final
from unittest import mock

import herald.sending.fan_out as sending
from herald import runtime, timing
from herald.carriers import CARRIERS, Accepted, Unknown
from herald.model.message import Message, Receipt
from herald.model.operation import Operation, OperationStatus, Stats, stats_of
from herald.model.request import SendMessagesRequest
from herald.model.status import Status
from herald.sending.accept import accept
from herald.sending.app import App
from herald.store import keys, operations
from herald.store.rows import message_of
from herald.store.table import load
from tests.sim.aws import SimulatedAws
from tests.sim.deaths import Death, Faults, MortalCarrier
from tests.sim.queues import Message as Queued
from tests.template import event_sources, lets_through, resource_of, resources
from tests.world import World, invoke, sqs_event

REQUEUED_AFTER = timedelta(seconds=resources("AWS::SQS::Queue")["ChunkQueue"]["VisibilityTimeout"])
_QUEUES: Final = {"chunks": "ChunkQueue", "receipts": "ReceiptQueue", "inbound": "InboundQueue"}
_NAMES: Final = {queue: name for name, queue in _QUEUES.items()}
_FUNCTIONS: Final = {resource_of(each.properties["Queue"]): each.function for each in event_sources("SQS")}


class SimWorld(World):
    """What a `World` on the simulated AWS has, with a Herald account of its own and nothing on the queues."""

    def __init__(
        self,
        world: World,
        faults: Faults | None = None,
        *,
        group_size: int = timing.GROUP_SIZE,
        **settings: Any,
    ) -> None:
        assert isinstance(world.aws, SimulatedAws), "time passes on the simulated AWS only"
        super().__init__(world.aws, world.environment, world.queues)
        self.simulated = world.aws
        self.simulated.use(None)
        self.simulated.forget()
        self.faults = faults or self.simulated.faults
        self.group_size = group_size
        # What a worker has until its function's timeout.
        self.seconds = 60.0
        self.account, self.auth_token = self.new_account()
        self._undispatched: list[Any] = []
        self._uncounted: list[Any] = []
        surroundings = replace(runtime.surroundings(), sandbox_receipt_seconds=2)
        self.carrier = MortalCarrier(CARRIERS["sandbox"].build(surroundings), self.faults)
        self.app = replace(runtime.app(), carrier=self.carrier, **settings)

    @property
    def now(self) -> datetime:
        return self.simulated.now

    @now.setter
    def now(self, now: datetime) -> None:
        self.simulated.now = now

    @property
    def app(self) -> App:
        """What the functions work with."""
        return runtime.app()

    @app.setter
    def app(self, app: App) -> None:
        self.simulated.use(app)

    # ----------------------------------------------------------------------- queues

    @property
    def schedules(self) -> dict[str, datetime]:
        """When each schedule is due."""
        return self.simulated.schedules.waiting

    def enqueue(self, queue: str, body: str, *, delay: float = 0) -> None:
        self.simulated.queues[_QUEUES[queue]].put(body, delay)

    def waiting(self) -> list[tuple[float, str, str]]:
        """What is on the queues: seconds until it is due, queue and body; schedules among it."""
        now = self.simulated.kernel.now
        found = [
            (message.visible_at, place, name, message.body)
            for name, queue in _QUEUES.items()
            for place, message in enumerate(self.simulated.queues[queue].messages.values())
        ]
        found += [(at, 0, "chunks", body) for at, body in self.simulated.schedules.coming]
        return [(round(at - now, 3), name, body) for at, _, name, body in sorted(found)]

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def clear_queues(self) -> None:
        self.simulated.clear_queues()

    def take(self) -> tuple[str, str]:
        """The next message that is due; the clock moves on to then."""
        kernel = self.simulated.kernel
        while True:
            found = self._first()
            at = kernel.next_at
            if at is None or (found and found[1].visible_at < at):
                break
            # A schedule fires.
            kernel.run_until(at)
        assert found, "nothing is on the queues"
        queue, message = found
        kernel.now = max(kernel.now, message.visible_at)
        self.simulated.queues[queue].delete(message)
        return _NAMES[queue], message.body

    def _first(self) -> tuple[str, Queued] | None:
        waiting = [
            (queue, each)
            for queue in _QUEUES.values()
            for each in self.simulated.queues[queue].messages.values()
        ]
        return min(waiting, key=lambda found: found[1].visible_at, default=None)

    # ------------------------------------------------------------------------- work

    def accept(self, *recipients: str | Sequence[str] | dict[str, Any], **more: Any) -> Operation:
        """Accept a text and dispatch it: to phone numbers, or the numbers of one recipient, or as given."""
        to = [each if isinstance(each, dict) else recipient(each) for each in recipients]
        request = SendMessagesRequest.model_validate(
            {"to": to, "content": {"text": "Hello"}, **more}, strict=False
        )
        operation = accept(self.app, self.account, request)
        self.dispatch()
        return operation

    def control(self, act: Callable[[App, Operation], None], operation: Operation) -> None:
        """Cancel, pause or resume an operation, and dispatch what that asks for."""
        act(self.app, operation)
        self.dispatch()

    def dispatch(self) -> None:
        """Hand what has changed of operations to the function that dispatches."""
        self._read()
        records, self._undispatched = self._undispatched, []
        if records:
            invoke("dispatch", {"Records": records})

    def report(
        self,
        message: Message,
        status: Status,
        *,
        attempt: int | None = None,
        error: int | None = None,
        is_certain: bool = True,
    ) -> None:
        """Put a carrier's receipt of a message on the receipt queue."""
        receipt = Receipt(
            account=message.account,
            message_id=message.id,
            attempt=attempt or len(message.attempts),
            status=status,
            error=error,
            is_certain=is_certain,
        )
        self.enqueue(
            "receipts", json.dumps({"carrier": self.carrier.name, "receipts": [receipt.model_dump()]})
        )

    def work(self, queue: str, body: str) -> None:
        """Have the function behind a queue work on one message. Raises what it failed of."""
        function = _FUNCTIONS[_QUEUES[queue]]
        with _group_size(self.group_size):
            answer = invoke(function, sqs_event(body), seconds=self.seconds)
        if answer["batchItemFailures"]:
            raise import_module(function).processor.exceptions[0][1]

    def work_and_die(self, death: Death) -> bool:
        """Let the worker of the next message die; whether it got that far."""
        queue, body = self.take()
        with self.faults.until(death):
            self.work(queue, body)
        if self.faults.happened:
            self.enqueue(queue, body, delay=REQUEUED_AFTER.total_seconds())
        return self.faults.happened

    def run(self, until: datetime | None = None) -> None:
        """Work on everything that is due by `until`, in order of time, or on all; then count."""
        while (waiting := self.waiting()) and (
            until is None or self.now + timedelta(seconds=waiting[0][0]) <= until
        ):
            self.work(*self.take())
        self.now = until or self.now
        self.count()

    def count(self) -> None:
        """Hand what has changed in the rows to the tally."""
        records = self.records()
        if records:
            invoke("tally", {"Records": records})

    def records(self) -> list[Any]:
        """What has changed in the rows since the last time, as the table's stream has it."""
        self._read()
        records, self._uncounted = self._uncounted, []
        return records

    def _read(self) -> None:
        """Read the stream on."""
        for record in self.simulated.records():
            if lets_through(_DISPATCH, record):
                self._undispatched.append(record)
            if lets_through(_TALLY, record):
                self._uncounted.append(record)

    # ----------------------------------------------------------------- what is there

    def rows(self) -> list[Any]:
        """The rows of the account's recipients, as the database has them."""
        return [row for row in self._partitions() if not keys.is_receipt(row["sk"]["S"])]

    def _partitions(self) -> list[Any]:
        """All that lies in the partitions of the account's messages."""
        return [item for item in self.items() if item["pk"]["S"].startswith(f"MESSAGES#{self.account}#")]

    def made(self) -> list[Message]:
        """The account's messages, in the order of the requests."""
        made = [row for row in self.rows() if "status" in row]
        return sorted((message_of(load(row)) for row in made), key=lambda message: message.id)

    def stats(self, operation: Operation) -> tuple[OperationStatus, Stats]:
        found = operations.get_with_tally(self.app.table, operation.id)
        assert found
        return found[0].status, stats_of(*found)

    def handed_over(self) -> Counter[str]:
        """How often the carrier took, or may have taken, each message."""
        return Counter(
            message.message_id
            for message, outcome in self.carrier.sent
            if isinstance(outcome, Accepted | Unknown)
        )

    def tries(self) -> Counter[int]:
        """How many messages the carrier took, or may have taken, at their first try, second, and so on."""
        return Counter(
            message.attempt
            for message, outcome in self.carrier.sent
            if isinstance(outcome, Accepted | Unknown)
        )


_TALLY, _DISPATCH = (
    next(each for each in event_sources("DynamoDB") if each.function == function)
    for function in ("tally", "dispatch")
)


@contextmanager
def _group_size(size: int) -> Iterator[None]:
    """Have workers send groups of this size."""
    functions = [
        function
        for function in vars(sending).values()
        if "group_size" in (getattr(function, "__kwdefaults__", None) or {})
    ]
    with ExitStack() as stack:
        for function in functions:
            stack.enter_context(mock.patch.dict(function.__kwdefaults__, group_size=size))
        yield


def recipient(numbers: str | Sequence[str]) -> dict[str, Any]:
    """A recipient with one phone number, or several."""
    if isinstance(numbers, str):
        return {"address": numbers, "channel": "PHONE"}
    return {"addresses": [recipient(number) for number in numbers]}
