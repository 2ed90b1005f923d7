"""/openapi.json and /docs: what the API is, for programs and for people; without credentials."""

from typing import Any

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from herald.api import routing

reads = APIGatewayRouter()


@reads.get("/openapi.json")
def fetch_openapi() -> dict[str, Any]:
    from herald.api.openapi import document  # describes every model: only this route needs it

    return document(routing.base_of(reads.current_event))


@reads.get("/docs")
def fetch_docs() -> Response[str]:
    from herald.api.docs_page import page
    from herald.api.openapi import document

    return Response(200, content_types.TEXT_HTML, page(document(routing.base_of(reads.current_event))))
