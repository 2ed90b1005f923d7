"""The dead letters of a stack: their kinds, and how they are sent back.

Each is received, sent to its source queue, then deleted.
A command that dies in between has sent one twice, which is harmless: a task, a receipt and a
received message may all come twice (docs/adr/0016 says why it is not SQS's own task).

A dead letter of the stream holds a range of the stream instead of a record. The records are
read from the stream, as long as it has them, and their operations repaired.
"""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import boto3
from botocore.exceptions import ClientError

from herald import tasks
from herald.carriers import parse_inbound, parse_receipts
from herald.model.ids import is_message_id, is_operation_id, operation_id_of
from herald.store import stream

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef, SendMessageBatchRequestEntryTypeDef

_A_CALL: Final = 10
# Seconds for which other readers do not see a letter that is read, moved, or repaired.
_LOOKING: Final = 20
_MOVING: Final = 60
_REPAIRING: Final = 300
# A queue that returns no message may still have some, on another of its servers.
_EMPTY_ANSWERS: Final = 3
_RECORDS_A_CALL: Final = 1_000
# The stream returns no record where it has nothing new, and sometimes before a record.
_EMPTY_PAGES: Final = 10


class Place(NamedTuple):
    """A queue of dead letters and its source, by their logical ids."""

    dead_letters: str
    source: str | None


PLACES: Final = {
    "chunks": Place("ChunkDeadLetters", "ChunkQueue"),
    "receipts": Place("ReceiptDeadLetters", "ReceiptQueue"),
    "inbound": Place("InboundDeadLetters", "InboundQueue"),
    "stream": Place("StreamDeadLetters", None),
}


class NotRedriven(Exception):
    """The queue refused some; they are still among the dead letters."""


class Letter(NamedTuple):
    """The facts of a dead letter that may be shown: no number, no text."""

    kind: str
    operation_ids: frozenset[str] = frozenset()


UNREADABLE: Final = Letter("unreadable")


@dataclass
class Pile:
    """The dead letters of one queue; `looked_at` of them were read."""

    name: str
    depth: int
    looked_at: int = 0
    oldest: datetime | None = None
    kinds: Counter[str] = field(default_factory=Counter)
    operation_ids: set[str] = field(default_factory=set)


class Range(NamedTuple):
    """Where in the stream the records are that a consumer gave up."""

    stream_arn: str
    shard_id: str
    first: str
    last: str
    since: str


class Gone(Exception):
    """The stream no longer has the records: it keeps them for a day."""


# ------------------------------------------------------------------------ looking


def look(resources: Mapping[str, str], name: str, *, at_most: int) -> Pile:
    """Count the dead letters of one queue, and read up to `at_most` of them; all stay."""
    sqs: SQSClient = boto3.client("sqs")
    url = resources[PLACES[name].dead_letters]
    pile = Pile(name, _depth(sqs, url))
    seen: dict[str, str] = {}
    for message in _received(sqs, url, seconds=_LOOKING, at_most=at_most):
        seen[message["MessageId"]] = message["ReceiptHandle"]
        letter = describe(name, message["Body"])
        pile.kinds[letter.kind] += 1
        pile.operation_ids |= letter.operation_ids
        sent = datetime.fromtimestamp(int(message["Attributes"]["SentTimestamp"]) / 1000, UTC)
        pile.oldest = min(sent, pile.oldest or sent)
    _show_again(sqs, url, list(seen.values()))
    pile.looked_at = len(seen)
    # The depth is an estimate of AWS.
    pile.depth = max(pile.depth, pile.looked_at)
    return pile


def depth(resources: Mapping[str, str], name: str) -> int:
    """About how many dead letters of one queue there are."""
    return _depth(boto3.client("sqs"), resources[PLACES[name].dead_letters])


def describe(name: str, body: str) -> Letter:
    """A dead letter in words, without personal data."""
    try:
        return _DESCRIBE[name](body)
    except (AttributeError, KeyError, TypeError, ValueError):
        return UNREADABLE


def _task(body: str) -> Letter:
    task = tasks.parse(_sent_body(body))
    return Letter(task.task, frozenset({task.operation_id} if is_operation_id(task.operation_id) else ()))


def _sent_body(body: str) -> str:
    """The body that was meant for a queue. EventBridge Scheduler wraps it in a description of its call."""
    try:
        call = json.loads(body)
    except ValueError:
        return body
    inner = call.get("MessageBody") if isinstance(call, dict) else None
    return inner if isinstance(inner, str) else body


def _receipts(body: str) -> Letter:
    found = parse_receipts(body)
    ids = frozenset(operation_id_of(each.message_id) for each in found if is_message_id(each.message_id))
    return Letter("receipts", ids)


def _inbound(body: str) -> Letter:
    parse_inbound(body)
    return Letter("received messages")


def _given_up(body: str) -> Letter:
    range_of(body)
    function = json.loads(body)["requestContext"]["functionArn"].split(":")[6]
    return Letter(f"records that {function} gave up")


_DESCRIBE: Final[Mapping[str, Callable[[str], Letter]]] = {
    "chunks": _task,
    "receipts": _receipts,
    "inbound": _inbound,
    "stream": _given_up,
}


def _depth(sqs: "SQSClient", url: str) -> int:
    names: Any = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(attributes[name]) for name in names)


def _received(
    sqs: "SQSClient", url: str, *, seconds: int, at_most: int | None = None
) -> "Iterator[MessageTypeDef]":
    """The visible messages of a queue, each once, and hidden from other readers for some seconds."""
    empty = 0
    seen: set[str] = set()
    while empty < _EMPTY_ANSWERS and (at_most is None or len(seen) < at_most):
        answer = sqs.receive_message(
            QueueUrl=url,
            MaxNumberOfMessages=min(_A_CALL, at_most - len(seen) if at_most else _A_CALL),
            VisibilityTimeout=seconds,
            WaitTimeSeconds=1 if empty else 0,
            MessageSystemAttributeNames=["SentTimestamp", "MessageGroupId"],
        )
        found = [each for each in answer.get("Messages", []) if each["MessageId"] not in seen]
        empty = 0 if found else empty + 1
        seen |= {each["MessageId"] for each in found}
        yield from found


def _show_again(sqs: "SQSClient", url: str, handles: Sequence[str]) -> None:
    for start in range(0, len(handles), _A_CALL):
        sqs.change_message_visibility_batch(
            QueueUrl=url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": 0}
                for number, handle in enumerate(handles[start : start + _A_CALL])
            ],
        )


# ----------------------------------------------------------------------- moving


def redrive(resources: Mapping[str, str], name: str) -> int:
    """Send all dead letters of a queue back to their source; return their number. Raises NotRedriven."""
    place = PLACES[name]
    assert place.source, f"{name} cannot be sent back"  # noqa: S101 (for the types)
    sqs: SQSClient = boto3.client("sqs")
    url, target = resources[place.dead_letters], resources[place.source]
    began, moved, refused = int(time.time() * 1000), 0, 0
    some: list[MessageTypeDef] = []
    for message in _received(sqs, url, seconds=_MOVING):
        if int(message["Attributes"]["SentTimestamp"]) > began:
            # This run has sent it back already, and it is a dead letter again.
            continue
        some.append(message)
        if len(some) == _A_CALL:
            done = _move(sqs, url, target, some)
            moved, refused, some = moved + done, refused + len(some) - done, []
    if some:
        done = _move(sqs, url, target, some)
        moved, refused = moved + done, refused + len(some) - done
    if refused:
        raise NotRedriven(f"{moved} were sent back, {refused} were refused and are still there")
    return moved


def _move(sqs: "SQSClient", url: str, target: str, some: "Sequence[MessageTypeDef]") -> int:
    """Send messages to the source queue and delete those that it accepted; return their number."""
    taken = {
        each["Id"]
        for each in sqs.send_message_batch(
            QueueUrl=target, Entries=[_entry(str(number), message) for number, message in enumerate(some)]
        ).get("Successful", [])
    }
    if taken:
        sqs.delete_message_batch(
            QueueUrl=url,
            Entries=[
                {"Id": str(number), "ReceiptHandle": message["ReceiptHandle"]}
                for number, message in enumerate(some)
                if str(number) in taken
            ],
        )
    return len(taken)


def _entry(number: str, message: "MessageTypeDef") -> "SendMessageBatchRequestEntryTypeDef":
    entry: SendMessageBatchRequestEntryTypeDef = {"Id": number, "MessageBody": _sent_body(message["Body"])}
    # The group of a fair queue.
    if group := message["Attributes"].get("MessageGroupId"):
        entry["MessageGroupId"] = group
    return entry


# ------------------------------------------------------------------------- stream


class GivenUp:
    """The stream's dead letters, one after the other."""

    def __init__(self, resources: Mapping[str, str]) -> None:
        self._sqs: SQSClient = boto3.client("sqs")
        self._url = resources[PLACES["stream"].dead_letters]

    def __iter__(self) -> "Iterator[MessageTypeDef]":
        # All of them first: a letter that is kept becomes visible again.
        return iter(list(_received(self._sqs, self._url, seconds=_REPAIRING)))

    def keep(self, message: "MessageTypeDef") -> None:
        """Make the letter visible to other readers again."""
        _show_again(self._sqs, self._url, [message["ReceiptHandle"]])

    def delete(self, message: "MessageTypeDef") -> None:
        self._sqs.delete_message(QueueUrl=self._url, ReceiptHandle=message["ReceiptHandle"])


def range_of(body: str) -> Range:
    """The range of the stream that a dead letter names. Raises ValueError, KeyError or TypeError."""
    batch = json.loads(body)["DDBStreamBatchInfo"]
    return Range(
        batch["streamArn"],
        batch["shardId"],
        batch["startSequenceNumber"],
        batch["endSequenceNumber"],
        batch["approximateArrivalOfFirstRecord"],
    )


def operations_in(wanted: Range) -> set[str]:
    """The operations of the records of a range. Raises Gone."""
    return set(stream.operation_ids(_records(wanted)))


def _records(wanted: Range) -> Iterator[Mapping[str, Any]]:
    client: Any = boto3.client("dynamodbstreams")
    try:
        iterator = client.get_shard_iterator(
            StreamArn=wanted.stream_arn,
            ShardId=wanted.shard_id,
            ShardIteratorType="AT_SEQUENCE_NUMBER",
            SequenceNumber=wanted.first,
        )["ShardIterator"]
        last, empty = int(wanted.last), 0
        while iterator and empty < _EMPTY_PAGES:
            page = client.get_records(ShardIterator=iterator, Limit=_RECORDS_A_CALL)
            empty = 0 if page["Records"] else empty + 1
            for record in page["Records"]:
                number = int(record["dynamodb"]["SequenceNumber"])
                if number <= last:
                    yield record
                if number >= last:
                    return
            iterator = page.get("NextShardIterator")
    except ClientError as error:
        if error.response["Error"]["Code"] in _GONE:
            raise Gone from None
        raise
    # The last record of the range is missing.
    raise Gone


_GONE: Final = frozenset(
    {"ExpiredIteratorException", "ResourceNotFoundException", "TrimmedDataAccessException"}
)
