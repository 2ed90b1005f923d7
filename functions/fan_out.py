"""The chunk queue: send a chunk, wake chunks that are due or that wait, settle what was never confirmed,
reckon up what was sent.
"""

from typing import Any

from aws_lambda_powertools.utilities.batch import process_partial_response
from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from herald import tasks
from herald.runtime import app
from herald.sending.dispatch import go_on, wake
from herald.sending.fan_out import fan_out
from herald.sending.reckon import reckon
from herald.sending.settle import settle
from herald.telemetry import observed, sqs_processor

processor = sqs_processor()


def work(record: SQSRecord, lambda_context: LambdaContext) -> None:
    match tasks.parse(record.body):
        case tasks.FanOut() as task:
            seconds = lambda_context.get_remaining_time_in_millis() / 1000
            received = int(record.attributes.approximate_receive_count)
            fan_out(app(), task, remaining_seconds=seconds, received=received)
        case tasks.Wake() as task:
            wake(app(), task)
        case tasks.GoOn() as task:
            go_on(app(), task)
        case tasks.Settle() as task:
            settle(app(), task)
        case tasks.Reckon() as task:
            reckon(app(), task)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    return process_partial_response(event=event, record_handler=work, processor=processor, context=context)
