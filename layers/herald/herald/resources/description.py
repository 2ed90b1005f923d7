"""/openapi.json and /docs: the description of the API, for programs and for people; without credentials."""

from typing import Any

from aws_lambda_powertools.event_handler import Response, content_types

from herald.api.endpoints import Caller, Request, Resource

routes = Resource("Description")


@routes.get(
    "/openapi.json", "FetchOpenapi", "Describes the API in OpenAPI, to everybody.", caller=Caller.ANYBODY
)
def fetch_openapi(request: Request) -> Response[str]:
    import json

    return Response(200, content_types.APPLICATION_JSON, json.dumps(_document(request.base)))


@routes.get("/docs", "FetchDocs", "Shows that description as a page.", caller=Caller.ANYBODY)
def fetch_docs(request: Request) -> Response[str]:
    from herald.api.docs_page import page

    return Response(200, content_types.TEXT_HTML, page(_document(request.base)))


def _document(base: str) -> dict[str, Any]:
    # Describes every model: only these routes need it.
    from herald.api.openapi import document
    from herald.resources import everything

    return document(base, [endpoint for resource in everything() for endpoint in resource])
