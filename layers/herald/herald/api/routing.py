"""The resolver that functions put their routes on, and the one place where errors become answers."""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response, content_types
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from herald.api.errors import ApiError, error, not_found, refused
from herald.model import problems
from herald.model.problems import Refused
from herald.model.wire import Wire
from herald.runtime import settings
from herald.store.idempotency import KeyInUse, KeyReused
from herald.store.table import Unavailable
from herald.telemetry import logger

# The answer is that of the first request with the same Idempotency-Key.
REPLAYED: Final = "Idempotency-Replayed"
_RETRY_AFTER: Final = "3"
# Of every answer; also of those that API Gateway gives by itself (template.yaml).
SECURE: Final = {"Strict-Transport-Security": "max-age=31536000", "X-Content-Type-Options": "nosniff"}
# Of an answer that says for itself how long it may be kept, there are few: all others are data.
PRIVATE: Final = {"Cache-Control": "no-store"}
# What the Host header of a request may be to be believed.
_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")


class _Resolver(APIGatewayRestResolver):
    """Finds routes by the end of the path: a custom domain's mapping may stand before it."""

    def resolve(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        depth = event["resource"].strip("/").count("/") + 1
        route = event["path"].strip("/").split("/")[-depth:]
        answer: dict[str, Any] = super().resolve({**event, "path": "/" + "/".join(route)}, context)
        given = answer["multiValueHeaders"]
        secure = {name: [value] for name, value in {**PRIVATE, **SECURE}.items()}
        return {**answer, "multiValueHeaders": {**secure, **given}}


def resolver(*routers: APIGatewayRouter) -> APIGatewayRestResolver:
    """A resolver of these routes, whose errors all have the contract's envelope."""
    routes = _Resolver(serializer=_json)
    for router in routers:
        routes.include_router(router)

    @routes.not_found
    def not_there(_: Exception) -> Response[str]:
        return response(not_found())

    @routes.exception_handler(ApiError)
    def answer(failure: ApiError) -> Response[str]:
        return response(failure)

    @routes.exception_handler(Refused)
    def refuse(failure: Refused) -> Response[str]:
        return response(refused(failure.problems))

    @routes.exception_handler(KeyReused)
    def refuse_key(_: KeyReused) -> Response[str]:
        return response(error(409, problems.KEY_REUSED))

    @routes.exception_handler(KeyInUse)
    def ask_to_wait(_: KeyInUse) -> Response[str]:
        return response(error(409, problems.KEY_IN_USE), {"Retry-After": _RETRY_AFTER})

    @routes.exception_handler(Unavailable)
    def ask_to_retry(failure: Unavailable) -> Response[str]:
        logger.warning("table is busy", reason=str(failure))
        return response(error(503, problems.UNAVAILABLE), {"Retry-After": _RETRY_AFTER})

    @routes.exception_handler(Exception)
    def apologize(failure: Exception) -> Response[str]:
        logger.exception("unexpected error")
        return response(error(500, problems.SERVER_ERROR))

    return routes


def account_of(event: APIGatewayProxyEvent) -> str:
    """The account that the authorizer found for the request's credentials."""
    return str(event.request_context.authorizer["account"])


def base_of(event: APIGatewayProxyEvent) -> str:
    """The base URL of the API: the stack's PublicUrl, or else the one that the client used.

    That is its origin, and what stands before the route's path: the stage, or whatever a
    custom domain maps to the API. A host or protocol that a proxy forwards is believed only
    if it can be one.
    """
    if public := settings().public_url:
        return public
    headers = event.headers
    asked = headers.get("x-forwarded-proto") or "http"
    protocol = asked if asked in ("http", "https") else "https"
    host = headers.get("host") or ""
    if not _HOST.fullmatch(host):
        host = event.request_context.domain_name or "localhost"
    path = event.request_context.path.strip("/").split("/")
    depth = len(event.resource.strip("/").split("/"))
    return "/".join([f"{protocol}://{host}", *path[: len(path) - depth]])


def accepted(
    name: str, identifier: str, location: str, more: Mapping[str, str] | None = None
) -> Response[str]:
    """A 202 with the id and the location of what does the work, in the body and in headers.

    The published pages disagree on where clients find them: everywhere. `more` are more headers.
    """
    headers = {
        **(more or {}),
        "Location": location,
        f"{name}Id": identifier,
        f"{name.capitalize()}-Id": identifier,
        f"{name.capitalize()}-Location": location,
    }
    body = json.dumps({f"{name}Id": identifier, f"{name}Location": location})
    return Response(202, content_types.APPLICATION_JSON, body, headers=headers)


def response(failure: ApiError, headers: Mapping[str, str] | None = None) -> Response[str]:
    """The answer that an error is."""
    return Response(failure.status, content_types.APPLICATION_JSON, failure.body, headers=dict(headers or {}))


def _json(body: Any) -> str:
    return (
        body.model_dump_json()
        if isinstance(body, Wire)
        else json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    )
