"""POST: takes requests to send, and what is to become of them; 202 once that is committed."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.api import routing
from herald.resources import messages, operations
from herald.telemetry import observed

routes = routing.resolver(messages.sends, operations.sends)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return routes.resolve(event, context)
