"""Queue messages on which a function fails: which of them come again, and which become dead letters.

SQS counts receives, and a receive is not an attempt: Lambda also receives messages that it then has no
concurrency for. So `maxReceiveCount` is as high as SQS allows, and the functions give up by themselves: a
message that will never succeed goes to the dead letters of its queue. So does each unusable part of
a carrier's report, alone and with the reason, while the other parts are applied.

A worker that dies after it has written a dead letter writes it again when the message
comes again: then there are two dead letters of one message.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from botocore.exceptions import BotoCoreError, ClientError

from herald.carriers.unreadable import Unreadable
from herald.store.table import Unavailable
from herald.tasks import NotEnqueued, Queue
from herald.telemetry import count, logger

# What AWS raises when it is busy, throttles, does not answer, or lacks a right: a later try may succeed.
_PASSING: Final = (Unavailable, NotEnqueued, BotoCoreError, ClientError)
# Longer than a deployment takes: a worker of the next version may be able to read the message.
_YOUNG: Final = timedelta(minutes=15)


def or_give_up(
    work: Callable[[], None], record: SQSRecord, dead_letters: Callable[[], Queue], now: datetime
) -> None:
    """Process a queue message. Raises the failure if the message should come again."""
    try:
        work()
    except Exception as failure:
        if not is_hopeless(failure, record, now):
            raise
        logger.exception("message given up")
        give_up(record, dead_letters())


def is_hopeless(failure: Exception, record: SQSRecord, now: datetime) -> bool:
    """Whether a message on which a function has failed would always fail."""
    # From the first receive on: many messages are sent with a delay.
    first = _instant(record, "ApproximateFirstReceiveTimestamp") or sent_at(record)
    return not isinstance(failure, _PASSING) and first is not None and now - first > _YOUNG


def give_up(record: SQSRecord, dead_letters: Queue) -> None:
    """Put a message among the dead letters. Raises the queue's errors."""
    dead_letters.send([record.body], group=record.raw_event["attributes"].get("MessageGroupId"))
    count("TaskGivenUp")


def put_aside(some: Sequence[Unreadable], dead_letters: Callable[[], Queue]) -> None:
    """Put parts of a report among the dead letters, each alone. Raises the queue's errors."""
    if some:
        dead_letters().send([each.alone for each in some])
        count("PartPutAside", len(some))
        logger.warning("parts put aside", reasons=sorted({each.why for each in some}), parts=len(some))


def sent_at(record: SQSRecord) -> datetime | None:
    """When a message came to its queue; None if the event does not say."""
    return _instant(record, "SentTimestamp")


def _instant(record: SQSRecord, name: str) -> datetime | None:
    try:
        return datetime.fromtimestamp(int(record.raw_event["attributes"][name]) / 1000, UTC)
    except (KeyError, ValueError):
        return None
