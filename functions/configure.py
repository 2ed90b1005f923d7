"""POST, PUT, PATCH, DELETE: changes an account's configuration, such as its senders."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.api.endpoints import Function
from herald.resources import everything, resolver
from herald.telemetry import observed

routes = resolver(Function.CONFIGURE, *everything())


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return routes.resolve(event, context)
