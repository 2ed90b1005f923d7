"""The table's stream: a new operation's chunks go on the queue."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.runtime import app
from herald.sending.dispatch import dispatch
from herald.store import stream
from herald.telemetry import logger, observed


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    for operation in stream.operations(event["Records"]):
        dispatch(app(), operation)
        logger.info("operation dispatched", operation_id=operation.id, chunks=operation.chunks)
