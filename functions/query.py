"""GET: whatever the API shows."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.api import routing
from herald.resources import (
    content,
    description,
    keywords,
    messages,
    operations,
    profiles,
    sender_pools,
    senders,
    suppressions,
)
from herald.telemetry import observed

# Operations before messages: /Messages/Operations is not the message "Operations".
routes = routing.resolver(
    description.reads,
    operations.reads,
    messages.reads,
    content.reads,
    profiles.reads,
    senders.reads,
    sender_pools.reads,
    suppressions.reads,
    keywords.reads,
)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return routes.resolve(event, context)
