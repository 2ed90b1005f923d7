"""Requests of the http endpoint: receipts and inbound messages, on their way to the queues."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.api.endpoints import Function
from herald.resources import callbacks, resolver
from herald.telemetry import observed

routes = resolver(Function.HTTP_CALLBACK, callbacks.routes)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return routes.resolve(event, context)
