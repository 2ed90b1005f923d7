"""/openapi.json and /docs: describe the API to programs and people; without credentials."""

import json
from functools import cache
from html import escape
from typing import Final

from aws_lambda_powertools.event_handler import Response, content_types

from herald.api.endpoints import Caller, Endpoint, Request, Resource
from herald.api.errors import not_found

routes = Resource("Description")

# Stands for the base URL in what is rendered once for all requests. No client can send it as a host.
_BASE: Final = "https://{base}.invalid"
_HEADERS: Final = {"Cache-Control": "public, max-age=300"}
# A page has what lies beside it and nothing else, asks this API alone, and is in no frame. Swagger-ui has
# styles and images in its code.
_PAGE_HEADERS: Final = {
    **_HEADERS,
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
}
# The files beside the page change only with a release.
_FILE_HEADERS: Final = {**_PAGE_HEADERS, "Cache-Control": "public, max-age=3600"}


@routes.get(
    "/openapi.json",
    "FetchOpenapi",
    "Describes the API in OpenAPI. Needs no credentials.",
    caller=Caller.ANYBODY,
)
def fetch_openapi(request: Request) -> Response[str]:
    text = _document().replace(_BASE, json.dumps(request.base)[1:-1])
    return Response(200, content_types.APPLICATION_JSON, text, headers=dict(_HEADERS))


@routes.get("/docs", "FetchDocs", "Shows that description as a page.", caller=Caller.ANYBODY)
def fetch_docs(request: Request) -> Response[str]:
    html = _page().replace(_BASE, escape(request.base))
    return Response(200, content_types.TEXT_HTML, html, headers=dict(_PAGE_HEADERS))


@routes.get(
    "/docs/{file}",
    "FetchDocsFile",
    "A file of that page; `try` is a page to try the API out.",
    caller=Caller.ANYBODY,
)
def fetch_docs_file(request: Request, file: str) -> Response[str]:
    from herald.api import docs_page

    found = docs_page.file(file)
    if found is None:
        raise not_found()
    return Response(200, *found, headers=dict(_FILE_HEADERS))


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
