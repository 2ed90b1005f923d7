"""EventBridge Scheduler: one-time schedules that put a text on a queue, to the minute."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any, Final, Protocol

from botocore.exceptions import ClientError

from tests.sim.kernel import Kernel
from tests.sim.queues import Queue, Queues

_NAME: Final = re.compile(r"[0-9a-zA-Z\-_.]{1,64}", re.ASCII)
_AT: Final = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)", re.ASCII)
_MOST_INPUT: Final = 256 * 1024
_REQUIRED: Final = frozenset(
    {
        *("Name", "GroupName", "ScheduleExpression", "ScheduleExpressionTimezone"),
        *("FlexibleTimeWindow", "ActionAfterCompletion", "Target"),
    }
)


class _Error(ClientError):
    def __init__(self, operation: str) -> None:
        code = type(self).__name__
        super().__init__({"Error": {"Code": code, "Message": code}}, operation)


class ConflictException(_Error): ...


class ResourceNotFoundException(_Error): ...


class ValidationException(_Error): ...


# As the attribute `exceptions` of a boto3 client.
EXCEPTIONS: Final = SimpleNamespace(
    ConflictException=ConflictException,
    ResourceNotFoundException=ResourceNotFoundException,
    ValidationException=ValidationException,
)


class Timing(Protocol):
    """When a schedule fires: in how many seconds after its time, once or more often."""

    def fires(self) -> list[float]: ...


class Schedules:
    def __init__(self, kernel: Kernel, queues: Queues, group: str, timing: Timing) -> None:
        self._kernel = kernel
        self._queues = queues
        self._group = group
        self._timing = timing
        self.waiting: dict[str, datetime] = {}
        self._fired: set[str] = set()
        # When what is to be put on a queue, also what was deleted since.
        self.coming: list[tuple[float, str]] = []
        # Whether a schedule that is deleted fires all the same, as it may if it is late.
        self.fires_deleted = False

    def create_schedule(self, request: Mapping[str, Any]) -> Any:
        assert set(request) <= _REQUIRED | {"ClientToken"}, request
        assert set(request) >= _REQUIRED, request
        name, target, found = request["Name"], request["Target"], _AT.fullmatch(request["ScheduleExpression"])
        if not _NAME.fullmatch(name) or not found or len(target["Input"]) > _MOST_INPUT:
            raise ValidationException("CreateSchedule")
        if request["GroupName"] != self._group:
            raise ResourceNotFoundException("CreateSchedule")
        assert request["ScheduleExpressionTimezone"] == "UTC"
        assert request["FlexibleTimeWindow"] == {"Mode": "OFF"}
        assert request["ActionAfterCompletion"] == "DELETE"
        at = datetime.fromisoformat(found[1]).replace(tzinfo=UTC)
        if at.timestamp() <= self._kernel.now:
            raise ValidationException("CreateSchedule")
        if name in self.waiting:
            raise ConflictException("CreateSchedule")
        self.waiting[name] = at
        queue = self._queues[target["Arn"].rsplit(":", 1)[1]]
        for late in self._timing.fires():
            self._let_fire(name, at, at.timestamp() + late, target["Input"], queue)
        return {"ScheduleArn": name}

    def _let_fire(self, name: str, at: datetime, when: float, body: str, queue: Queue) -> None:
        coming = when, body

        def fire() -> None:
            self.coming.remove(coming)
            self._fire(name, at, body, queue)

        self.coming.append(coming)
        self._kernel.at(when, fire)

    def _fire(self, name: str, at: datetime, body: str, queue: Queue) -> None:
        # One that fires twice is gone by the second time, and fires all the same.
        self._kernel.note(f"schedule {name} fires", "scheduler")
        if self.waiting.get(name) == at:
            del self.waiting[name]
        elif name not in self._fired and not self.fires_deleted:
            return
        self._fired.add(name)
        queue.put(body)

    def delete_schedule(self, request: Mapping[str, Any]) -> Any:
        assert set(request) <= {"Name", "GroupName", "ClientToken"}, request
        if request["GroupName"] != self._group or request["Name"] not in self.waiting:
            raise ResourceNotFoundException("DeleteSchedule")
        del self.waiting[request["Name"]]
        return {}
