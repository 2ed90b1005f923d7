"""POST, PUT, PATCH, DELETE: changes what an account has set up, such as its senders."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.api import routing
from herald.resources import content, keywords, profiles, sender_pools, senders, suppressions
from herald.telemetry import observed

routes = routing.resolver(
    content.changes,
    profiles.changes,
    senders.changes,
    sender_pools.changes,
    suppressions.changes,
    keywords.changes,
)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return routes.resolve(event, context)
