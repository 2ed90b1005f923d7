"""SQS, and the event source mappings that hand its messages to functions.

Queues are standard ones: they deliver at least once and in no order.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from botocore.exceptions import ClientError

from tests.sim.kernel import Kernel, Process
from tests.template import EventSource, resource_of, resources

_MOST_ENTRIES: Final = 10
_MOST_BYTES: Final = 2**20
_LONGEST_DELAY: Final = 900
_ENTRY: Final = frozenset({"Id", "MessageBody", "DelaySeconds", "MessageGroupId", "MessageAttributes"})
_ID: Final = re.compile(r"[\w-]{1,80}", re.ASCII)
_GROUP: Final = re.compile(r"[\w!\"#$%&'()*+,\-./:;<=>?@\[\\\]^`{|}~]{1,128}", re.ASCII)
# What XML has no place for, and so SQS refuses.
_ILLEGAL: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass
class Message:
    id: str
    body: str
    visible_at: float
    # When it came to the queue, by the queue's clock.
    sent_at: float
    group: str | None = None
    receives: int = 0
    is_gone: bool = False


class Repeats(Protocol):
    """How often queues and streams deliver again what was delivered, or find no free process."""

    def repeats(self) -> bool: ...
    def throttles(self) -> bool: ...


class Queue:
    def __init__(self, kernel: Kernel, name: str, properties: Mapping[str, Any]) -> None:
        self.name = name
        self._kernel = kernel
        self.visibility = float(properties.get("VisibilityTimeout", 30))
        redrive = properties.get("RedrivePolicy", {})
        self.most_receives = int(redrive.get("maxReceiveCount", 0))
        self.dead_letters_name = resource_of(redrive["deadLetterTargetArn"]) if redrive else None
        self.dead_letters: Queue | None = None
        self.messages: dict[str, Message] = {}
        # Everything that was ever put here, in its order.
        self.sent: list[str] = []
        self.source: QueueSource | None = None
        # What comes before is lost.
        self._lost_until = 0.0

    def lose(self, until: float) -> None:
        """Lose all messages, also those that are being worked on, and those that come until then."""
        self._lost_until = until
        for message in list(self.messages.values()):
            self.delete(message)

    def put(self, body: str, delay: float = 0.0, group: str | None = None) -> Message:
        self.sent.append(body)
        now = self._kernel.now
        message = Message(f"{self.name}-{len(self.sent)}", body, now + delay, now, group)
        if now < self._lost_until:
            message.is_gone = True
            return message
        self.messages[message.id] = message
        self.show_at(message.visible_at)
        return message

    def show_at(self, when: float) -> None:
        if self.source:
            self._kernel.at(when, self.source.look)

    def visible(self) -> list[Message]:
        return [each for each in self.messages.values() if each.visible_at <= self._kernel.now]

    def has_visible(self) -> bool:
        now = self._kernel.now
        return any(each.visible_at <= now for each in self.messages.values())

    def delete(self, message: Message) -> None:
        message.is_gone = True
        self.messages.pop(message.id, None)

    def receive(self, most: int) -> list[Message]:
        """Some of the visible messages; what was received too often goes elsewhere.

        They are in no order, but a queue is fair to groups: those of which least is being worked
        on come first.
        """
        found = self.visible()
        self._kernel.random.shuffle(found)
        if any(each.group for each in found):
            in_work = Counter(each.group for each in self.messages.values() if self._is_in_work(each))
            found.sort(key=lambda message: in_work[message.group])
        taken = []
        for message in found[:most]:
            message.receives += 1
            if self.dead_letters and message.receives > self.most_receives:
                self._kernel.note(f"{message.body} is dead", self.name)
                self.delete(message)
                self.dead_letters.put(message.body)
                continue
            message.visible_at = self._kernel.now + self.visibility
            taken.append(message)
        return taken

    def _is_in_work(self, message: Message) -> bool:
        return message.receives > 0 and message.visible_at > self._kernel.now


class Queues:
    """All queues of the template, by their URL, which is their logical id."""

    def __init__(self, kernel: Kernel) -> None:
        self._queues = {
            name: Queue(kernel, name, properties) for name, properties in resources("AWS::SQS::Queue").items()
        }
        for queue in self._queues.values():
            if queue.dead_letters_name:
                queue.dead_letters = self[queue.dead_letters_name]

    def __getitem__(self, name: str) -> Queue:
        return self._queues[name]

    def all(self) -> list[Queue]:
        return list(self._queues.values())

    def send_message(self, request: Mapping[str, Any]) -> Any:
        entry = {"Id": "0", **{name: value for name, value in request.items() if name != "QueueUrl"}}
        self.send_message_batch({"QueueUrl": request["QueueUrl"], "Entries": [entry]})
        return {"MessageId": "0"}

    def send_message_batch(self, request: Mapping[str, Any]) -> Any:
        assert set(request) == {"QueueUrl", "Entries"}, request
        entries = request["Entries"]
        if not 1 <= len(entries) <= _MOST_ENTRIES:
            raise _refused("AWS.SimpleQueueService.TooManyEntriesInBatchRequest")
        if len({each["Id"] for each in entries}) < len(entries):
            raise _refused("AWS.SimpleQueueService.BatchEntryIdsNotDistinct")
        if sum(len(each["MessageBody"].encode()) for each in entries) > _MOST_BYTES:
            raise _refused("AWS.SimpleQueueService.BatchRequestTooLong")
        for entry in entries:
            _check(entry)
        queue = self._queues[request["QueueUrl"]]
        for entry in entries:
            queue.put(entry["MessageBody"], entry.get("DelaySeconds", 0), entry.get("MessageGroupId"))
        return {"Successful": [{"Id": each["Id"], "MessageId": each["Id"]} for each in entries]}


def _check(entry: Mapping[str, Any]) -> None:
    assert set(entry) <= _ENTRY, entry
    delay, body = entry.get("DelaySeconds", 0), entry["MessageBody"]
    if not _ID.fullmatch(entry["Id"]):
        raise _refused("AWS.SimpleQueueService.InvalidBatchEntryId")
    if not isinstance(delay, int) or not 0 <= delay <= _LONGEST_DELAY:
        raise _refused(f"InvalidParameterValue: DelaySeconds {delay}")
    if not body or _ILLEGAL.search(body):
        raise _refused("InvalidMessageContents")
    if "MessageGroupId" in entry and not _GROUP.fullmatch(entry["MessageGroupId"]):
        raise _refused("InvalidParameterValue: MessageGroupId")


def _refused(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": code}}, "SendMessageBatch")


# Begins an invocation of a function with an event, and tells how it ended.
type Invoke = Callable[[str, dict[str, Any], Callable[[Process], None]], Process]


class QueueSource:
    """An event source mapping from a queue to a function."""

    def __init__(
        self,
        kernel: Kernel,
        queue: Queue,
        source: EventSource,
        concurrency: int,
        invoke: Invoke,
        plan: Repeats,
    ) -> None:
        self._kernel = kernel
        self._queue = queue
        self._source = source
        self._batch = int(source.properties["BatchSize"])
        self._window = float(source.properties.get("MaximumBatchingWindowInSeconds", 0))
        self._concurrency = concurrency
        self._invoke = invoke
        self._plan = plan
        self._running = 0
        self._gathers = False
        # How often there was no free process.
        self.throttled = 0
        assert source.properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
        queue.source = self

    def look(self) -> None:
        """See whether there is something to hand over."""
        if self._running >= self._concurrency or not self._queue.has_visible():
            return
        if self._window and not self._gathers:
            self._gathers = True
            self._kernel.after(self._window, self._hand_over)
        elif not self._window:
            self._hand_over()

    def _hand_over(self) -> None:
        self._gathers = False
        if self._running >= self._concurrency:
            return
        messages = self._queue.receive(self._batch)
        if messages and self._plan.throttles():
            # They were received all the same, and come again once they are visible.
            self.throttled += 1
            for message in messages:
                self._queue.show_at(message.visible_at)
        elif messages:
            self._running += 1
            self._start(messages, self._finished)
            # At least once is twice at times, and side by side.
            if self._plan.repeats():
                self._start(messages, lambda process, again: None)
        self.look()

    def _start(self, messages: list[Message], finished: Callable[[Process, list[Message]], None]) -> None:
        event = {"Records": [_record(message, self._queue.name) for message in messages]}
        self._invoke(self._source.function, event, lambda process: finished(process, messages))

    def _finished(self, process: Process, messages: list[Message]) -> None:
        self._running -= 1
        failed = {message.id for message in messages}
        if process.error is None and process.result is not None:
            failed = {each["itemIdentifier"] for each in process.result["batchItemFailures"]}
        for message in messages:
            if message.id not in failed and not self._plan.repeats():
                self._queue.delete(message)
            elif not message.is_gone:
                self._queue.show_at(message.visible_at)
        self._kernel.after(0.0, self.look)


def _record(message: Message, queue: str) -> dict[str, Any]:
    attributes = {
        "ApproximateReceiveCount": str(message.receives),
        "SentTimestamp": str(int(message.sent_at * 1_000)),
    }
    if message.group:
        attributes["MessageGroupId"] = message.group
    return {
        "messageId": message.id,
        "receiptHandle": message.id,
        "body": message.body,
        "attributes": attributes,
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:us-east-1:123456789012:{queue}",
        "awsRegion": "us-east-1",
    }
