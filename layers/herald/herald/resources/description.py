"""/openapi.json and /docs: what the API is, for programs and for people; without credentials."""

import json
from functools import cache
from html import escape
from typing import Final

from aws_lambda_powertools.event_handler import Response, content_types

from herald.api.endpoints import Caller, Endpoint, Request, Resource

routes = Resource("Description")

# Stands for the base URL in what is rendered once for all requests. No client can send it as a host.
_BASE: Final = "https://{base}.invalid"
_HEADERS: Final = {"Cache-Control": "public, max-age=300"}
# The page has a style of its own and nothing else; no site may put it into a frame.
_PAGE_HEADERS: Final = {
    **_HEADERS,
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none';"
    " form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}


@routes.get(
    "/openapi.json", "FetchOpenapi", "Describes the API in OpenAPI, to everybody.", caller=Caller.ANYBODY
)
def fetch_openapi(request: Request) -> Response[str]:
    text = _document().replace(_BASE, json.dumps(request.base)[1:-1])
    return Response(200, content_types.APPLICATION_JSON, text, headers=dict(_HEADERS))


@routes.get("/docs", "FetchDocs", "Shows that description as a page.", caller=Caller.ANYBODY)
def fetch_docs(request: Request) -> Response[str]:
    html = _page().replace(_BASE, escape(request.base))
    return Response(200, content_types.TEXT_HTML, html, headers=dict(_PAGE_HEADERS))


@cache
def _document() -> str:
    from herald.api.openapi import document  # describes every model: only this route needs it

    return json.dumps(document(_BASE, _everything()), ensure_ascii=False, separators=(",", ":"))


@cache
def _page() -> str:
    from herald.api.docs_page import page
    from herald.api.openapi import document

    return page(document(_BASE, _everything()))


def _everything() -> list[Endpoint]:
    from herald.resources import everything

    return [endpoint for resource in everything() for endpoint in resource]
