"""Corrects MiniStack's API Gateway where AWS's differs (REST APIs, Lambda proxy), by AWS's documentation.

MiniStack has routes, authorizers with their cache and policies, gateway responses and token buckets. Its own
Python runs this file, which imports nothing of ours. Each function fixes one fault, as those of mends.py do.

    hand_on_raw_paths    a path comes decoded: %2F parts it, and a parameter is not what the client wrote
    know_method_limits   the throttles of a method are ignored: CloudFormation writes its path with ~1
    refuse_large_bodies  a body of any size is accepted: API Gateway accepts 10 MB, Lambda 6 MB of an event
    give_up_in_time      a function may take as long as it likes: API Gateway waits as its integration says
    hide_crashes         the error of a crashed function, or of an answer beyond 6 MB, reaches the client
    ask_for_signatures   credentials do not change the answer of an unknown path: AWS reads them as its own
"""

import asyncio
import json
from contextvars import ContextVar
from typing import Any

MAX_BODY = 10 * 1024 * 1024
MAX_EVENT = 6 * 1024 * 1024
# Where an integration says nothing else; a call of an authorizer has no integration.
SECONDS: ContextVar[float] = ContextVar("SECONDS", default=29.0)
# The words of AWS, which no gateway response replaces; the header's value follows there, hashed.
UNSIGNED = " ".join(
    [
        *(
            f"Authorization header requires '{part}' parameter."
            for part in ("Credential", "Signature", "SignedHeaders")
        ),
        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.",
    ]
)


class _Refused(Exception):
    """A gateway response takes the place of the function's answer."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def mend() -> None:
    hand_on_raw_paths()
    know_method_limits()
    refuse_large_bodies()
    give_up_in_time()
    hide_crashes()
    ask_for_signatures()


def hand_on_raw_paths() -> None:
    from ministack import app  # type: ignore[import-not-found, unused-ignore]

    handle = app._handle_execute_api_request

    async def handle_raw(host: str, path: str, *more: Any, raw_path: str | None = None, **others: Any) -> Any:
        return await handle(host, raw_path or path, *more, raw_path=raw_path, **others)

    app._handle_execute_api_request = handle_raw


def know_method_limits() -> None:
    from ministack.services import apigateway_v1 as gateway  # type: ignore[import-not-found, unused-ignore]

    limits_of = gateway._method_throttle_settings

    def limits(stage: Any, resource_path: str, http_method: str) -> Any:
        settings = {
            key.replace("/~1", "/").replace("~1", "/"): value
            for key, value in (stage.get("methodSettings") or {}).items()
        }
        return limits_of({**stage, "methodSettings": settings}, resource_path, http_method)

    gateway._method_throttle_settings = limits


def refuse_large_bodies() -> None:
    from ministack.services import apigateway_v1 as gateway  # type: ignore[import-not-found, unused-ignore]

    execute, call = gateway._execute_in_scope, gateway._call_lambda_raw

    async def execute_some(request: Any, api: str, stage: str, method: str, path: str, *more: Any) -> Any:
        _, body, *_ = more
        if len(body or b"") > MAX_BODY:
            # Its deployment has the gateway responses.
            request["stage"] = gateway._stages_v1.get(api, {}).get(stage) or {}
            return gateway._gw_error("REQUEST_TOO_LARGE", "Request Entity Too Large")
        return await execute(request, api, stage, method, path, *more)

    async def call_some(function: str, event: Any, **more: Any) -> Any:
        if len(json.dumps(event, ensure_ascii=False).encode(errors="replace")) > MAX_EVENT:
            raise _Refused("REQUEST_TOO_LARGE", "Request Too Long")
        return await call(function, event, **more)

    gateway._execute_in_scope, gateway._call_lambda_raw = execute_some, call_some


def give_up_in_time() -> None:
    from ministack.services import apigateway_v1 as gateway  # type: ignore[import-not-found, unused-ignore]

    call, invoke = gateway._call_lambda_raw, gateway._invoke_lambda_proxy_v1

    running: set[Any] = set()

    async def call_for_a_while(function: str, event: Any, **more: Any) -> Any:
        # As on AWS, the function goes on when its answer is not waited for any more.
        call_of_function = asyncio.ensure_future(call(function, event, **more))
        running.add(call_of_function)
        call_of_function.add_done_callback(running.discard)
        done, _ = await asyncio.wait({call_of_function}, timeout=SECONDS.get())
        if not done:
            raise _Refused("INTEGRATION_TIMEOUT", "Endpoint request timed out")
        return call_of_function.result()

    async def invoke_for_a_while(integration: Any, *arguments: Any, **more: Any) -> Any:
        token = SECONDS.set(float(integration.get("timeoutInMillis") or 29_000) / 1_000)
        try:
            return await invoke(integration, *arguments, **more)
        finally:
            SECONDS.reset(token)

    gateway._call_lambda_raw, gateway._invoke_lambda_proxy_v1 = call_for_a_while, invoke_for_a_while


def hide_crashes() -> None:
    from ministack.services import apigateway_v1 as gateway  # type: ignore[import-not-found, unused-ignore]

    invoke, read = gateway._invoke_lambda_proxy_v1, gateway._lambda_proxy_response

    def read_answer(result: Any) -> Any:
        answer, problem = read(result)
        if problem or len(str((answer or {}).get("body") or "").encode(errors="replace")) > MAX_EVENT:
            raise _Refused("DEFAULT_5XX", "Internal server error")
        return answer, None

    async def invoke_or_refuse(*arguments: Any, **more: Any) -> Any:
        try:
            return await invoke(*arguments, **more)
        except _Refused as refused:
            return gateway._gw_error(refused.kind, str(refused))

    gateway._lambda_proxy_response, gateway._invoke_lambda_proxy_v1 = read_answer, invoke_or_refuse


def ask_for_signatures() -> None:
    from ministack.services import apigateway_v1 as gateway  # type: ignore[import-not-found, unused-ignore]

    answer = gateway._gateway_error_response

    def answer_or_ask(error: Any, request: Any) -> Any:
        given = gateway._header_ci(request["headers"], "authorization")
        if error.response_type == "MISSING_AUTHENTICATION_TOKEN" and given:
            headers = {"Content-Type": "application/json", "x-amzn-ErrorType": "IncompleteSignatureException"}
            return 403, headers, json.dumps({"message": UNSIGNED}).encode()
        return answer(error, request)

    gateway._gateway_error_response = answer_or_ask
