"""What carriers call: receipts of what they took, and what people write, on their way to the queues."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.api import routing
from herald.resources import callbacks
from herald.telemetry import observed

routes = routing.resolver(callbacks.receives)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return routes.resolve(event, context)
