"""What waits on the chunk queue. A task says where to look, never what is there:
the table has the truth, so a task may come late, twice or in any order."""

import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Annotated, Final, Literal

from pydantic import ConfigDict, Discriminator, TypeAdapter

from herald.model.wire import Wire

if TYPE_CHECKING:
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_scheduler.type_defs import TargetTypeDef
    from mypy_boto3_sqs import SQSClient

MAX_DELAY: Final = 900
_ENTRIES_A_CALL: Final = 10
_TRIES: Final = 5


class FanOut(Wire):
    """Send what is pending of a chunk."""

    task: Literal["fan_out"] = "fan_out"
    operation_id: str
    chunk: int


class Wake(Wire):
    """Chunks of a scheduled operation are due: number `due` of its dues."""

    task: Literal["wake"] = "wake"
    operation_id: str
    due: int


class Settle(Wire):
    """Decide about the messages of a chunk whose hand-over was never confirmed."""

    task: Literal["settle"] = "settle"
    operation_id: str
    chunk: int


Task = FanOut | Wake | Settle

_TASK: Final[TypeAdapter[Task]] = TypeAdapter(
    Annotated[Task, Discriminator("task")], config=ConfigDict(hide_input_in_errors=True)
)


class NotEnqueued(Exception):
    """The queue refused entries, however often it was asked."""


class Queue:
    """A queue that takes texts, ten a call, and tries again what it refused."""

    def __init__(self, client: "SQSClient", url: str) -> None:
        self._client = client
        self._url = url

    def send(self, bodies: Iterable[str], *, delay: int = 0) -> None:
        """Enqueue texts that become visible after `delay` seconds (at most 900).

        Raises NotEnqueued; some may be on the queue then, so readers must bear repeats.
        """
        for some in batched(bodies, _ENTRIES_A_CALL, strict=False):
            self._send(some, min(max(delay, 0), MAX_DELAY))

    def _send(self, bodies: Sequence[str], delay: int) -> None:
        waiting = dict(enumerate(bodies))
        for attempt in range(_TRIES):
            answer = self._client.send_message_batch(
                QueueUrl=self._url,
                Entries=[
                    {"Id": str(number), "MessageBody": body, "DelaySeconds": delay}
                    for number, body in waiting.items()
                ],
            )
            waiting = {int(failed["Id"]): waiting[int(failed["Id"])] for failed in answer.get("Failed", [])}
            if not waiting:
                return
            time.sleep(0.1 * 2**attempt)
        raise NotEnqueued(f"{len(waiting)} entries")


def enqueue(queue: Queue, tasks: Iterable[Task], *, delay: int = 0) -> None:
    queue.send((task.model_dump_json() for task in tasks), delay=delay)


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
        """Enqueue a text in the minute of `at`. Twice with one name is once."""
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
        """Take a schedule back; one that is not there is fine."""
        with suppress(self._client.exceptions.ResourceNotFoundException):
            self._client.delete_schedule(Name=name, GroupName=self._group)
