"""The chunk queue: send a chunk, wake chunks that are due or that wait, settle unconfirmed messages,
reckon up the use of limits.
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


def work(task: tasks.Wake | tasks.GoOn | tasks.Settle | tasks.Reckon) -> None:
    match task:
        case tasks.Wake():
            wake(app(), task)
        case tasks.GoOn():
            go_on(app(), task)
        case tasks.Settle():
            settle(app(), task)
        case tasks.Reckon():
            reckon(app(), task)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> PartialItemFailureResponse:
    def take(record: SQSRecord) -> None:
        def attempt() -> None:
            task = tasks.parse(record.body)
            if isinstance(task, tasks.FanOut):
                # Outside: a chunk is given up by how often it was begun without progress.
                chunks.append(task)
            else:
                work(task)

        chunks: list[tasks.FanOut] = []
        or_give_up(attempt, record, lambda: app().chunk_dead_letters, app().clock())
        for task in chunks:
            fan_out(app(), task, remaining_seconds=context.get_remaining_time_in_millis() / 1000)

    return process_partial_response(event=event, record_handler=take, processor=processor, context=context)
