"""The tasks on the chunk queue. A task names a chunk or an operation and holds none of its data:
the table decides, so a task may come late, twice or in any order."""

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

from pydantic import ConfigDict, Discriminator, Field, TypeAdapter

from herald.model.batches import batched
from herald.model.wire import Wire

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_scheduler.type_defs import TargetTypeDef
    from mypy_boto3_sqs import SQSClient

MAX_DELAY: Final = 900
_ENTRIES_A_CALL: Final = 10
_TRIES: Final = 5


_IfAny: Final = Field(exclude_if=lambda value: not value)


class FanOut(Wire):
    """Send the pending messages of a chunk.

    `ticket` is 0, or the claim on the chunk that put this task back on the queue: then it is
    dropped if a later claim has put one back too. `again` are places in the chunk whose
    last attempt has failed after the hand-over. `woken`: the chunk is due by the clock of the
    worker that put this task on the queue, and nothing else wakes it.
    """

    task: Literal["fan_out"] = "fan_out"
    operation_id: str
    chunk: int
    ticket: Annotated[int, _IfAny] = 0
    again: Annotated[tuple[int, ...], Field(strict=False), _IfAny] = ()
    woken: Annotated[bool, _IfAny] = False


class Wake(Wire):
    """Chunks of a scheduled operation are due: number `due` of its dues."""

    task: Literal["wake"] = "wake"
    operation_id: str
    due: int


class GoOn(Wire):
    """Chunks of an operation wait until `at`, in seconds since 1970, to be continued; None: all, at once."""

    task: Literal["go_on"] = "go_on"
    operation_id: str
    at: int | None = None


class Settle(Wire):
    """Decide about the messages of a chunk whose hand-over was never confirmed."""

    task: Literal["settle"] = "settle"
    operation_id: str
    chunk: int


class Reckon(Wire):
    """Set a chunk's use of its account's limits; without a chunk: all chunks of an operation."""

    task: Literal["reckon"] = "reckon"
    operation_id: str
    chunk: Annotated[int | None, Field(exclude_if=lambda value: value is None)] = None


Task = FanOut | Wake | GoOn | Settle | Reckon

_TASK: Final[TypeAdapter[Task]] = TypeAdapter(
    Annotated[Task, Discriminator("task")], config=ConfigDict(hide_input_in_errors=True)
)


class NotEnqueued(Exception):
    """The queue refused entries, after all retries."""


class Queue:
    """A queue for texts, ten a call, which retries refused ones."""

    def __init__(self, client: "SQSClient", url: str, trace: Callable[[], str] = str) -> None:
        """`trace`: X-Ray's header of the invocation, or nothing; the queue's reader continues the trace."""
        self._client = client
        self._url = url
        self._trace = trace

    def send(self, bodies: Iterable[str], *, delay: int = 0, group: str | None = None) -> None:
        """Enqueue texts that become visible after `delay` seconds (at most 900).

        SQS delivers the texts of small groups before those of large groups (a fair queue).
        Raises NotEnqueued; some may be on the queue then, so readers must tolerate repeats.
        """
        common: dict[str, Any] = {"DelaySeconds": min(max(delay, 0), MAX_DELAY)}
        if group:
            common["MessageGroupId"] = group
        if trace := self._trace():
            header = {"DataType": "String", "StringValue": trace}
            common["MessageSystemAttributes"] = {"AWSTraceHeader": header}
        for some in batched(bodies, _ENTRIES_A_CALL):
            self._send(some, common)

    def _send(self, bodies: Sequence[str], common: dict[str, Any]) -> None:
        waiting = dict(enumerate(bodies))
        for attempt in range(_TRIES):
            entries: Any = [
                {"Id": str(number), "MessageBody": body, **common} for number, body in waiting.items()
            ]
            answer = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            waiting = {int(failed["Id"]): waiting[int(failed["Id"])] for failed in answer.get("Failed", [])}
            if not waiting:
                return
            time.sleep(0.1 * 2**attempt)
        raise NotEnqueued(f"{len(waiting)} entries")


def enqueue(queue: Queue, tasks: Iterable[Task], *, account: str, delay: int = 0) -> None:
    """Put an account's tasks on the queue: many tasks of one account do not hold up the few of another."""
    queue.send((task.model_dump_json() for task in tasks), delay=delay, group=account)


def whole_seconds(wait: timedelta) -> int:
    """A delay that is not less than `wait`: a task that comes early would only be put back."""
    return -int(-wait.total_seconds() // 1)


def parse(body: str) -> Task:
    """The task in a queue message. Raises pydantic's ValidationError."""
    return _TASK.validate_json(body)


class Scheduler:
    """One-time schedules that put a text on a queue."""

    def __init__(
        self,
        client: "EventBridgeSchedulerClient",
        *,
        group: str,
        role_arn: str,
        queue_arn: str,
        dead_letters_arn: str,
    ) -> None:
        self._client = client
        self._group = group
        self._target: TargetTypeDef = {
            "Arn": queue_arn,
            "RoleArn": role_arn,
            "DeadLetterConfig": {"Arn": dead_letters_arn},
        }

    def put(self, name: str, at: datetime, body: str) -> None:
        """Enqueue a text in the minute of `at`. A second call with the same name changes nothing."""
        with suppress(self._client.exceptions.ConflictException):
            self._client.create_schedule(
                Name=name,
                GroupName=self._group,
                ScheduleExpression=f"at({at.astimezone(UTC):%Y-%m-%dT%H:%M:%S})",
                ScheduleExpressionTimezone="UTC",
                FlexibleTimeWindow={"Mode": "OFF"},
                ActionAfterCompletion="DELETE",
                Target={**self._target, "Input": body},
            )

    def delete(self, name: str) -> None:
        """Delete a schedule; that it does not exist is no error."""
        with suppress(self._client.exceptions.ResourceNotFoundException):
            self._client.delete_schedule(Name=name, GroupName=self._group)
