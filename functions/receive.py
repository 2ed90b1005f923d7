"""What carriers report moves messages forward; what they received becomes messages.

The two have a queue each, but a message of a queue says itself what is in it: WhatsApp's
may have both. The receipts of a whole batch are taken together.
"""

from typing import Any

from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.carriers import parse_inbound, parse_receipts
from herald.model.message import Receipt
from herald.runtime import app, settings
from herald.sending.inbound import take_in
from herald.sending.receive import receive_batch
from herald.telemetry import observed, sqs_processor

processor = sqs_processor()


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    reported: dict[str, list[Receipt]] = {}

    def take(record: SQSRecord) -> None:
        if written := parse_inbound(record.body):
            take_in(app(), written)
        if receipts := parse_receipts(record.body, successful=settings().successful):
            reported[record.message_id] = receipts

    answer = process_partial_response(event=event, record_handler=take, processor=processor, context=context)
    names = list(reported)
    failed = receive_batch(app(), list(reported.values()))
    answer["batchItemFailures"] += [{"itemIdentifier": names[place]} for place in sorted(failed)]
    return answer
