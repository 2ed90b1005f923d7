"""The table's stream: puts the tasks of new and changed operations on the chunk queue."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.runtime import app
from herald.sending.dispatch import dispatch
from herald.store import stream
from herald.telemetry import logger, observed


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    for old, new in stream.operations(event["Records"]):
        dispatch(app(), old, new)
        logger.info("operation dispatched", operation_id=new.id, status=new.status, chunks=new.chunks)
