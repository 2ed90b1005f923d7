"""POST: accepts requests to send, and to cancel, pause and resume operations; 202 once that is committed."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.api.endpoints import Function
from herald.resources import messages, operations, resolver
from herald.telemetry import observed

routes = resolver(Function.ACCEPT, messages.routes, operations.routes)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return routes.resolve(event, context)
