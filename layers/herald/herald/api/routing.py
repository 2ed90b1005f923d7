"""The resolver that functions put their routes on, and the one place where errors become answers."""

import json
from collections.abc import Mapping
from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response, content_types
from aws_lambda_powertools.event_handler.router import APIGatewayRouter
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent

from herald.api.errors import ApiError, error, not_found, refused
from herald.model import problems
from herald.model.problems import Refused
from herald.model.wire import Wire
from herald.store.idempotency import KeyInUse, KeyReused
from herald.store.table import Unavailable
from herald.telemetry import logger

# The answer is that of the first request with the same Idempotency-Key.
REPLAYED: Final = "Idempotency-Replayed"
_RETRY_AFTER: Final = "3"


class _Resolver(APIGatewayRestResolver):
    """Finds routes by the end of the path: a custom domain's mapping may stand before it."""

    def resolve(self, event: Mapping[str, Any], context: Any) -> dict[str, Any]:
        depth = event["resource"].strip("/").count("/") + 1
        route = event["path"].strip("/").split("/")[-depth:]
        return super().resolve({**event, "path": "/" + "/".join(route)}, context)


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
    """The base URL that the client used: its origin, and what stands before the route's path.

    That is the stage, or whatever a custom domain maps to the API.
    """
    headers = event.headers
    origin = f"{headers.get('x-forwarded-proto') or 'http'}://{headers.get('host')}"
    path = event.request_context.path.strip("/").split("/")
    depth = len(event.resource.strip("/").split("/"))
    return "/".join([origin, *path[: len(path) - depth]])


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
