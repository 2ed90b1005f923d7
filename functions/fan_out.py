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
from herald.sending.give_up import or_give_up
from herald.sending.reckon import reckon
from herald.sending.settle import settle
from herald.telemetry import observed, sqs_processor

processor = sqs_processor()


def work(body: str, context: LambdaContext) -> None:
    match tasks.parse(body):
        case tasks.FanOut() as task:
            fan_out(app(), task, remaining_seconds=context.get_remaining_time_in_millis() / 1000)
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
    def take(record: SQSRecord) -> None:
        or_give_up(
            lambda: work(record.body, context), record, lambda: app().chunk_dead_letters, app().clock()
        )

    return process_partial_response(event=event, record_handler=take, processor=processor, context=context)
