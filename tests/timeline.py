"""Herald's use cases in a time that tests make pass: no waiting, and workers that die.

The table is moto's. The queues and the clock are the timeline's own: a message of a
queue is worked on when it is due, whatever is due first comes first, and the task of
a worker that died comes again when its visibility timeout has passed.
"""

import heapq
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

from herald import runtime, tasks
from herald.carriers import (
    CARRIERS,
    Accepted,
    Unknown,
    parse_inbound,
    parse_receipts,
    sandbox,
)
from herald.model.inbound import Inbound
from herald.model.message import Message, Receipt
from herald.model.operation import Operation, OperationStatus, Stats, stats_of
from herald.model.request import SendMessagesRequest
from herald.model.status import Status
from herald.sending.accept import accept
from herald.sending.app import App
from herald.sending.dispatch import dispatch, wake
from herald.sending.fan_out import GROUP_SIZE, fan_out
from herald.sending.inbound import take_in
from herald.sending.receive import receive
from herald.sending.settle import settle
from herald.sending.tally import tally
from herald.store import keys, operations, stream
from herald.store.rows import message_of
from herald.store.table import load
from herald.tasks import Queue
from tests.sim import Death, Faults, MortalCarrier
from tests.template import resources
from tests.world import World

REQUEUED_AFTER = timedelta(seconds=resources("AWS::SQS::Queue")["ChunkQueue"]["VisibilityTimeout"])


class Timeline:
    def __init__(
        self, world: World, faults: Faults | None = None, *, group_size: int = GROUP_SIZE, **settings: Any
    ) -> None:
        self.world = world
        self.faults = faults or Faults()
        self.group_size = group_size
        # What a worker has until its function's timeout.
        self.seconds = 60.0
        self.account, _ = world.new_account()
        app = runtime.app()
        self.now = app.clock()
        # (when it is due, a number to tell messages apart, queue, body)
        self._due: list[tuple[datetime, int, str, str]] = []
        self._numbered = 0
        self._seen: dict[str, Any] = {}
        surroundings = replace(
            runtime.surroundings(), receipts=self._queue("receipts"), sandbox_receipt_seconds=2
        )
        self.carrier = MortalCarrier(CARRIERS["sandbox"].build(surroundings), self.faults)
        self.schedules: dict[str, datetime] = {}
        self.app = replace(
            app,
            chunk_queue=self._queue("chunks"),
            scheduler=cast(Any, SimpleNamespace(put=self.put_schedule, delete=self.delete_schedule)),
            carrier=self.carrier,
            clock=lambda: self.now,
            **settings,
        )

    # ----------------------------------------------------------------------- queues

    def _queue(self, name: str) -> Queue:
        return Queue(cast(Any, self), name)

    def send_message_batch(self, *, QueueUrl: str, Entries: Iterable[Mapping[str, Any]]) -> Any:  # noqa: N803
        """SQS's call, as far as herald.tasks makes it."""
        with self.faults.call():
            for entry in Entries:
                self.put(QueueUrl, entry["MessageBody"], delay=entry["DelaySeconds"])
        return {}

    def put(self, queue: str, body: str, *, delay: float = 0) -> None:
        self._numbered += 1
        due = self.now + timedelta(seconds=delay)
        heapq.heappush(self._due, (due, self._numbered, queue, body))

    def put_schedule(self, name: str, at: datetime, body: str) -> None:
        """EventBridge Scheduler's part: it fires somewhere in the minute, here at its end."""
        if name not in self.schedules:
            self.schedules[name] = at
            self.put("chunks", body, delay=(at - self.now).total_seconds() + 59)

    def delete_schedule(self, name: str) -> None:
        # A schedule that fires all the same is the worst that can happen, so it does.
        self.schedules.pop(name, None)

    def waiting(self) -> list[tuple[float, str, str]]:
        """What is on the queues: seconds until it is due, queue and body."""
        return [((due - self.now).total_seconds(), queue, body) for due, _, queue, body in sorted(self._due)]

    def pass_time(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)

    def clear_queues(self) -> None:
        self._due.clear()

    def take(self) -> tuple[str, str]:
        """The next message that is due; the clock moves on to then."""
        due, _, queue, body = heapq.heappop(self._due)
        self.now = max(self.now, due)
        return queue, body

    # ------------------------------------------------------------------------- work

    def accept(self, *recipients: str | Sequence[str] | dict[str, Any], **more: Any) -> Operation:
        """Accept a text and dispatch it: to phone numbers, or the numbers of one recipient, or as given."""
        to = [each if isinstance(each, dict) else recipient(each) for each in recipients]
        request = SendMessagesRequest.model_validate(
            {"to": to, "content": {"text": "Hello"}, **more}, strict=False
        )
        operation = accept(self.app, self.account, request)
        dispatch(self.app, None, operation)
        return operation

    def control(self, act: Callable[[App, Operation], None], operation: Operation) -> None:
        """Cancel, pause or resume an operation, and dispatch what that asks for."""
        old = operations.get(self.app.table, operation.id)
        act(self.app, operation)
        new = operations.get(self.app.table, operation.id)
        assert old
        assert new
        dispatch(self.app, old, new)

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
        self.put("receipts", json.dumps({"carrier": self.carrier.name, "receipts": [receipt.model_dump()]}))

    def inbound(self, *messages: Inbound) -> None:
        """Put what people have written on the inbound queue, in one message."""
        self.put("inbound", sandbox.inbound(*messages))

    def work(self, queue: str, body: str) -> None:
        """What the function behind a queue does with one message."""
        if queue == "inbound":
            take_in(self.app, parse_inbound(body))
            return
        if queue == "receipts":
            receive(self.app, parse_receipts(body))
            return
        match tasks.parse(body):
            case tasks.FanOut() as task:
                fan_out(self.app, task, remaining_seconds=self.seconds, group_size=self.group_size)
            case tasks.Wake() as task:
                wake(self.app, task)
            case tasks.Settle() as task:
                settle(self.app, task)

    def work_and_die(self, death: Death) -> bool:
        """Let the worker of the next message die; whether it got that far."""
        queue, body = self.take()
        with self.faults.until(death):
            self.work(queue, body)
        if self.faults.happened:
            self.put(queue, body, delay=REQUEUED_AFTER.total_seconds())
        return self.faults.happened

    def run(self, until: datetime | None = None) -> None:
        """Work on everything that is due by `until`, in order of time, or on all; then count."""
        while self._due and (until is None or self._due[0][0] <= until):
            self.work(*self.take())
        self.now = until or self.now
        self.count()

    def count(self) -> None:
        """Hand what has changed in the rows to the tally."""
        tally(self.app, stream.changes(self.records()))

    def records(self) -> list[Any]:
        """What has changed in the rows since the last time, as the table's stream has it."""
        found = []
        now = {f"{row['pk']['S']} {row['sk']['S']}": row for row in self._partitions()}
        for name, row in now.items():
            if (old := self._seen.get(name)) != row:
                self._numbered += 1
                images = {"NewImage": row} | ({"OldImage": old} if old else {})
                key = {"pk": row["pk"], "sk": row["sk"]}
                found.append({"dynamodb": {"Keys": key, "SequenceNumber": str(self._numbered), **images}})
        self._seen = now
        return found

    # ----------------------------------------------------------------- what is there

    def rows(self) -> list[Any]:
        """The rows of the account's recipients, as the database has them."""
        return [row for row in self._partitions() if not keys.is_receipt(row["sk"]["S"])]

    def _partitions(self) -> list[Any]:
        """All that lies in the partitions of the account's messages."""
        return [
            item for item in self.world.items() if item["pk"]["S"].startswith(f"MESSAGES#{self.account}#")
        ]

    def messages(self) -> list[Message]:
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


def recipient(numbers: str | Sequence[str]) -> dict[str, Any]:
    """A recipient with one phone number, or several."""
    if isinstance(numbers, str):
        return {"address": numbers, "channel": "PHONE"}
    return {"addresses": [recipient(number) for number in numbers]}
