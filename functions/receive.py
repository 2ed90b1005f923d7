"""Applies receipts to messages, and makes messages from inbound messages.

Receipts and inbound messages have a queue each, but a queue message says itself what it holds: WhatsApp's
may hold both. The receipts of a whole batch are applied together.

A queue message names its carrier. AWS and the operator may name any carrier; the callback function of
a carrier only its own: SQS says which role sent the message.
"""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from herald import runtime
from herald.carriers import Forged, parse_inbound, parse_receipts
from herald.model.message import Receipt
from herald.runtime import app, settings
from herald.sending.give_up import give_up, is_hopeless, or_give_up, put_aside, sent_at
from herald.sending.inbound import take_in, tell
from herald.sending.receive import receive_batch
from herald.tasks import Queue
from herald.telemetry import count, logger, observed, sqs_processor, work_failed

processor = sqs_processor()

_MOST_ON_A_QUEUE: Final = timedelta(days=14)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    reported: dict[str, tuple[SQSRecord, list[Receipt]]] = {}
    received: Counter[str] = Counter()

    def work(record: SQSRecord) -> None:
        only = settings().carrier_of_role(record.raw_event["attributes"].get("SenderId", ""))
        try:
            written = parse_inbound(record.body, only=only)
            receipts = parse_receipts(record.body, successful=settings().successful, only=only)
        except Forged:
            # Not a dead letter: if the operator redrove it, it would be accepted.
            count("ReportForged")
            logger.error("report is of another carrier than its sender", carrier=only)
            return
        dropped = take_in(app(), written, _arrived(record), received) if written else []
        put_aside([*written.unreadable, *dropped], runtime.inbound_dead_letters)
        put_aside(receipts.unreadable, runtime.receipt_dead_letters)
        if receipts:
            reported[record.message_id] = record, receipts

    def take(record: SQSRecord) -> None:
        or_give_up(lambda: work(record), record, lambda: _dead_letters(record), app().clock())

    answer = process_partial_response(event=event, record_handler=take, processor=processor, context=context)
    tell(received)
    records = [record for record, _ in reported.values()]
    failed = receive_batch(app(), [receipts for _, receipts in reported.values()])
    for place, failure in sorted(failed.items()):
        record = records[place]
        if failure and is_hopeless(failure, record, app().clock()):
            give_up(record, _dead_letters(record))
        else:
            work_failed()
            answer["batchItemFailures"].append({"itemIdentifier": record.message_id})
    return answer


def _dead_letters(record: SQSRecord) -> Queue:
    """The dead letters of the queue that a message comes from."""
    name = record.event_source_arn.rsplit(":", 1)[-1]
    is_receipt = settings().receipt_queue_url.rsplit("/", 1)[-1] == name
    return runtime.receipt_dead_letters() if is_receipt else runtime.inbound_dead_letters()


def _arrived(record: SQSRecord) -> datetime | None:
    """When a message came to the queue, which keeps messages for two weeks at most."""
    sent = sent_at(record)
    return sent if sent and app().clock() - sent < _MOST_ON_A_QUEUE else None
