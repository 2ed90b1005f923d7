"""From a declaration to answers: routes, checks, and the one place where errors become answers."""

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from datetime import datetime
from functools import partial
from typing import Any, Final
from urllib.parse import quote, unquote

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response, content_types
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic.alias_generators import to_snake

from herald.api import identity, queries, requests
from herald.api.audited import audited
from herald.api.bodies import uncollected
from herald.api.endpoints import Caller, Endpoint, Redirect, Request
from herald.api.errors import ApiError, error, not_found, refused
from herald.api.pages import Page
from herald.api.shapes import Accepted
from herald.model import problems
from herald.model.limits import LimitReached, TooFast
from herald.model.problems import Refused
from herald.model.wire import Wire
from herald.runtime import app, settings
from herald.store import limits
from herald.store.accounts import Disabled
from herald.store.idempotency import KeyInUse, KeyReused
from herald.store.refusals import KeyTooLong, Unavailable, is_passing
from herald.tasks import NotEnqueued
from herald.telemetry import count, logger

# The answer is that of the first request with the same Idempotency-Key.
REPLAYED: Final = "Idempotency-Replayed"
_RETRY_AFTER: Final = "3"
# In the authorizer's context: the account's limit of requests a second, if it has one.
REQUESTS: Final = "requestsPerSecond"
# Headers of every answer, also of those of API Gateway itself (template.yaml).
SECURE: Final = {"Strict-Transport-Security": "max-age=31536000", "X-Content-Type-Options": "nosniff"}
# Headers of an answer without Cache-Control of its own: it holds data.
PRIVATE: Final = {"Cache-Control": "no-store"}
# In characters; smaller bodies give the garbage collector little to walk.
_LARGE_BODY: Final = 100_000
# The forms of a Host header that are trusted.
_HOST: Final = re.compile(r"[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?")

# The fields of a request in its log lines.
_LOGGED: Final = ("endpoint", "account", "key")

Answer = dict[str, Any]


class Resolver:
    """Answers the requests to some endpoints as one Lambda function.

    `everything` has the endpoints of all functions: the answer to a request for none of these
    endpoints depends on the endpoints at its path. `page_key` signs the tokens of pages.
    """

    def __init__(
        self,
        endpoints: Iterable[Endpoint],
        *,
        everything: Callable[[], Iterable[Endpoint]],
        page_key: Callable[[], bytes],
    ) -> None:
        # Literal parts come before parameters, as in API Gateway.
        self.endpoints: Final = sorted(endpoints, key=lambda each: _parts_of(each.rule))
        self._is_of_carriers = all(each.caller is Caller.CARRIER for each in self.endpoints)
        self._everything = everything
        self._page_key = page_key
        self._routes = APIGatewayRestResolver()
        for endpoint in self.endpoints:
            self._routes.route(_pattern(endpoint), method=list(endpoint.methods))(self._route(endpoint))
        self._catch()

    def resolve(self, event: Mapping[str, Any], context: Any) -> Answer:
        event = _in_unicode(event)
        path = "/" + "/".join(route_of(event))
        for endpoint in self.endpoints:
            prefix, is_greedy, _ = endpoint.path.partition("{" + endpoint.path.split("{")[-1])
            if is_greedy and endpoint.path.endswith("+}") and path.startswith(prefix):
                path = prefix + quote(path.removeprefix(prefix), safe="%")
        is_large = len(event.get("body") or "") > _LARGE_BODY
        try:
            with uncollected() if is_large else nullcontext():
                answer: Answer = self._routes.resolve({**event, "path": path}, context)
            logger.info("request answered", method=event["httpMethod"], status=answer["statusCode"])
            if answer["statusCode"] >= 500 and self._is_of_carriers:
                # An answered invocation is no error of Lambda's, and not every carrier calls again.
                count("CallbackFailed")
        finally:
            logger.remove_keys(_LOGGED)
        if event["httpMethod"] == "HEAD":
            answer["body"] = ""
        secure = {name: [value] for name, value in {**PRIVATE, **SECURE}.items()}
        return {**answer, "multiValueHeaders": {**secure, **answer["multiValueHeaders"]}}

    def _route(self, endpoint: Endpoint) -> Callable[..., Response[str]]:
        def run(**path: str) -> Response[str]:
            return self._run(endpoint, path)

        return run

    def _run(self, endpoint: Endpoint, path: Mapping[str, str]) -> Response[str]:
        event: APIGatewayProxyEvent = self._routes.current_event
        logger.append_keys(endpoint=endpoint.name)
        caller = None
        if endpoint.scope:
            caller = identity.of(event)
            logger.append_keys(account=caller.account, key=caller.credential)
            if endpoint.scope not in caller.scopes:
                count("ScopeRefused")
                raise identity.lacks(caller, endpoint.scope)
        arguments: dict[str, Any] | None = endpoint.arguments(
            {name: unquote(value) for name, value in path.items()}
        )
        if arguments is None:
            raise not_found()
        account = caller.account if caller else ""
        if limit := event.request_context.authorizer.get(REQUESTS) if caller else None:
            limits.take_request(app().table, account, int(limit), app().clock())
        scope = f"{account} {endpoint.method} {self._routes.current_event.path}"
        request = Request(event, account, base_of(event))
        # Carriers and browsers call by URLs of their own.
        if endpoint.caller is Caller.ACCOUNT:
            query, request.page = queries.read(
                event, endpoint.query or queries.NoQuery, Page(scope=scope, key=self._page_key)
            )
            if endpoint.query:
                arguments["query"] = query
        if endpoint.body:
            arguments["body"], request.key = requests.read(
                event, endpoint.body, endpoint.context(), keyed=endpoint.keyed, long=endpoint.long
            )
        work = partial(endpoint.answers, request=request, **arguments)
        found = audited(endpoint, caller, arguments, work) if caller and endpoint.is_change else work()
        return _answer(endpoint, request, found)

    def _catch(self) -> None:
        routes = self._routes

        @routes.not_found
        def not_there(_: Exception) -> Response[str]:
            return self._elsewhere(routes.current_event.path)

        @routes.exception_handler(ApiError)
        def answer(failure: ApiError) -> Response[str]:
            return self._failed(failure)

        @routes.exception_handler(Refused)
        def refuse(failure: Refused) -> Response[str]:
            return self._failed(refused(failure))

        @routes.exception_handler(Disabled)
        def refuse_account(_: Disabled) -> Response[str]:
            return self._failed(error(403, problems.ACCOUNT_NOT_ACTIVE))

        @routes.exception_handler(KeyReused)
        def refuse_key(_: KeyReused) -> Response[str]:
            return self._failed(error(409, problems.KEY_REUSED))

        @routes.exception_handler(KeyInUse)
        def ask_to_wait(_: KeyInUse) -> Response[str]:
            return self._failed(error(409, problems.KEY_IN_USE), {"Retry-After": _RETRY_AFTER})

        @routes.exception_handler(TooFast)
        def slow_down(failure: TooFast) -> Response[str]:
            return self._failed(error(429, failure.problem), {"Retry-After": "1"})

        @routes.exception_handler(LimitReached)
        def not_today(failure: LimitReached) -> Response[str]:
            return self._failed(error(429, failure.problem), _retry_after(failure.resets_at))

        @routes.exception_handler(KeyTooLong)
        def not_that_long(_: KeyTooLong) -> Response[str]:
            return self._failed(not_found())

        @routes.exception_handler(Exception)
        def apologize(failure: Exception) -> Response[str]:
            return self._unexpected(failure)

    def _unexpected(self, failure: Exception) -> Response[str]:
        """The answer where AWS was busy or did not answer (503), or Herald is wrong (500)."""
        if isinstance(failure, Unavailable | NotEnqueued) or is_passing(failure):
            logger.warning("AWS is busy", reason=str(failure))
            return self._failed(error(503, problems.UNAVAILABLE), {"Retry-After": _RETRY_AFTER})
        logger.exception("unexpected error")
        return self._failed(error(500, problems.SERVER_ERROR))

    def _failed(self, failure: ApiError, headers: Mapping[str, str] | None = None) -> Response[str]:
        """The answer for an error."""
        body = failure.body(base_of(self._routes.current_event))
        return Response(failure.status, content_types.APPLICATION_JSON, body, headers=dict(headers or {}))

    def _elsewhere(self, path: str) -> Response[str]:
        """The answer if no endpoint matches: 405 if the path is known, else 404.

        A path with this method has a part that no route accepts, such as an id with a # in it.
        """
        allowed = methods_at(path, self._everything())
        if not allowed or self._routes.current_event.http_method in allowed:
            return self._failed(not_found())
        return self._failed(error(405, problems.METHOD_NOT_ALLOWED), {"Allow": ", ".join(allowed)})


def _in_unicode(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """The event, with a ? for each half of a surrogate pair in its headers, query and path.

    JSON may hold such halves, UTF-8 may not: hashes and keys of the table cannot be made from them.
    The body is checked where it is read.
    """
    others = json.dumps({**event, "body": None}, ensure_ascii=False)
    try:
        others.encode()
    except UnicodeEncodeError:
        return {**json.loads(others.encode(errors="replace")), "body": event["body"]}
    return event


def _retry_after(at: datetime | None) -> dict[str, str]:
    """The header that says how long to wait for an instant; none if waiting does not help."""
    if at is None:
        return {}
    return {"Retry-After": str(max(math.ceil((at - app().clock()).total_seconds()), 1))}


def methods_at(path: str, endpoints: Iterable[Endpoint]) -> list[str]:
    """The methods of all endpoints that match a path, in alphabetical order."""
    given = path.strip("/").split("/")
    return sorted({method for each in endpoints if _fits(each, given) for method in each.methods})


def _fits(endpoint: Endpoint, given: Sequence[str]) -> bool:
    parts = endpoint.path.strip("/").split("/")
    if parts[-1].endswith("+}"):
        given = [*given[: len(parts) - 1], "/".join(given[len(parts) - 1 :])]
    return len(parts) == len(given) and all(
        (part.startswith("{") and bool(value)) or part == value
        for part, value in zip(parts, given, strict=True)
    )


def base_of(event: APIGatewayProxyEvent) -> str:
    """The base URL of the API: the stack's PublicUrl, or else the URL that the client used."""
    return settings().public_url or called_base_of(event)


def called_base_of(event: APIGatewayProxyEvent) -> str:
    """The base URL that the client used.

    That is its origin, and the path before the route's: the stage, or the mapping of a
    custom domain. A host or protocol that a proxy forwards is trusted only if it is
    well-formed.
    """
    headers = event.headers
    asked = headers.get("x-forwarded-proto") or "http"
    protocol = asked if asked in ("http", "https") else "https"
    host = headers.get("host") or ""
    if not _HOST.fullmatch(host):
        host = event.request_context.domain_name or "localhost"
    path = event.request_context.path.strip("/").split("/")
    depth = len([part for part in event.path.split("/") if part])
    return "/".join([f"{protocol}://{host}", *path[: len(path) - depth]])


def _answer(endpoint: Endpoint, request: Request, found: Any) -> Response[str]:
    if isinstance(found, Response):
        return found
    headers = dict(request.headers)
    if isinstance(found, Accepted):
        headers |= found.headers
    if isinstance(found, Redirect):
        headers["Location"] = found.location
    body = "" if found is None else _json({} if isinstance(found, Redirect) else found, request.base)
    return Response(endpoint.status, content_types.APPLICATION_JSON, body, headers=headers)


def route_of(event: Mapping[str, Any]) -> list[str]:
    """The parts of a request's path, as the client has written them, from the API's base on.

    A custom domain's mapping may precede it. API Gateway's resource, with the parameters
    filled in, shows where the API's part begins.
    """
    route = event["resource"]
    for name, value in (event.get("pathParameters") or {}).items():
        route = route.replace(f"{{{name}+}}", value).replace(f"{{{name}}}", value)
    given = [part for part in event["path"].split("/") if part]
    whole, own = unquote("/".join(given)), unquote(route).strip("/")
    before = whole.removesuffix(own).strip("/") if own and whole.endswith(own) else ""
    return given[len(before.split("/")) if before else 0 :]


def _pattern(endpoint: Endpoint) -> str:
    """The path in Powertools' form: `/Messages/{messageId}` is `/Messages/<message_id>`."""
    parts = endpoint.rule.split("/")
    return "/".join(f"<{to_snake(part[1:-1])}>" if part.startswith("{") else part for part in parts)


def _parts_of(path: str) -> list[tuple[bool, str]]:
    return [(part.startswith("{"), part) for part in path.split("/")]


def _json(body: Any, base: str) -> str:
    if isinstance(body, Wire):
        return body.model_dump_json(context={"base": base})
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))
