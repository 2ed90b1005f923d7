"""What carriers report moves messages forward; what they received becomes messages.

The two have a queue each, but a message of a queue says itself what is in it: WhatsApp's
may have both. The receipts of a whole batch are taken together.
"""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from herald import runtime
from herald.carriers import parse_inbound, parse_receipts
from herald.model.message import Receipt
from herald.runtime import app, settings
from herald.sending.inbound import take_in
from herald.sending.put_aside import put_aside
from herald.sending.receive import receive_batch
from herald.telemetry import observed, sqs_processor

processor = sqs_processor()

_MOST_ON_A_QUEUE: Final = timedelta(days=14)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    reported: dict[str, list[Receipt]] = {}

    def take(record: SQSRecord) -> None:
        written = parse_inbound(record.body)
        receipts = parse_receipts(record.body, successful=settings().successful)
        parts = len(written) + len(written.unreadable) + len(receipts) + len(receipts.unreadable)
        dropped = take_in(app(), written, _arrived(record)) if written else []
        put_aside(record.body, parts, runtime.inbound_queue, [*written.unreadable, *dropped])
        put_aside(record.body, parts, runtime.receipt_queue, receipts.unreadable)
        if receipts:
            reported[record.message_id] = receipts

    answer = process_partial_response(event=event, record_handler=take, processor=processor, context=context)
    names = list(reported)
    failed = receive_batch(app(), list(reported.values()))
    answer["batchItemFailures"] += [{"itemIdentifier": names[place]} for place in sorted(failed)]
    return answer


def _arrived(record: SQSRecord) -> datetime | None:
    """When a message came to the queue, which keeps none for longer than two weeks."""
    try:
        sent = datetime.fromtimestamp(int(record.raw_event["attributes"]["SentTimestamp"]) / 1000, UTC)
    except (KeyError, ValueError):
        return None
    return sent if app().clock() - sent < _MOST_ON_A_QUEUE else None
