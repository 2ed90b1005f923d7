"""POST: takes requests to send, and answers 202 once they are committed."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.api import requests, responses, routing
from herald.api.errors import refused
from herald.runtime import app
from herald.sending.accept import Refused, accept
from herald.telemetry import count, logger, observed

routes = routing.resolver()


@routes.post("/Messages")
def send_messages() -> Response[str]:
    event = routes.current_event
    operation = accept(app(), routing.account_of(event), requests.send_messages(event))
    count("RecipientAccepted", operation.total)
    logger.info("operation accepted", operation_id=operation.id, recipients=operation.total)
    location = responses.operation_location(routing.base_of(event), operation.id)
    return routing.accepted("operation", operation.id, location)


@routes.exception_handler(Refused)
def answer(failure: Refused) -> Response[str]:
    return routing.response(refused(failure.problems))


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return routes.resolve(event, context)
