"""An API that answers as told, a clock that moves only during sleeps, and prepared answers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
from click.testing import Result

from herald_cli.client import MessageOperation, OperationStatus, Stats
from tests import described

OPERATION_ID = "comms_operation_01h9krwprkeee8fzqspvwy6nq8"
MESSAGE_ID = "comms_message_01h9krwprkeee8fzqspvwy6nq8000"
SENDER_ID = "comms_sender_01h9krwprkeee8fzqspvwy6nq8"

Run = Callable[..., Result]
"""Runs `herald` with the given arguments."""

Answer = httpx.Response | Exception


@dataclass
class FakeApi:
    """Answers each request with the next of the answers that were queued for its path."""

    answers: dict[str, list[Answer | Callable[[httpx.Request], Answer]]] = field(default_factory=dict)
    requests: list[httpx.Request] = field(default_factory=list)

    def answer(self, route: str, *answers: Answer | Callable[[httpx.Request], Answer]) -> None:
        """Queue answers for a route such as `GET /v1/Messages`. The last one is given for ever."""
        self.answers.setdefault(route, []).extend(answers)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if request.url.path == "/v1/Prices" and "GET /v1/Prices" not in self.answers:
            # As a stack without a price table.
            return httpx.Response(200, json={"prices": [], "source": None, "importedAt": None})
        self.requests.append(request)
        queued = self.answers[f"{request.method} {request.url.path}"]
        answer = queued.pop(0) if len(queued) > 1 else queued[0]
        if not isinstance(answer, httpx.Response | Exception):
            answer = answer(request)
        if isinstance(answer, Exception):
            raise answer
        _check(request, answer)
        return answer

    @property
    def transport(self) -> httpx.MockTransport:
        return httpx.MockTransport(self)

    @property
    def bodies(self) -> list[Any]:
        """What was posted."""
        return [json.loads(request.content) for request in self.requests if request.method == "POST"]


@dataclass
class FakeClock:
    now: float = 100.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def _check(request: httpx.Request, answer: httpx.Response) -> None:
    """Fail if the API would not give such an answer."""
    is_page = "<html>" in answer.text  # of a server that is not the API
    if request.url.path.startswith("/v1/") and answer.is_success and not is_page:
        body = answer.json() if answer.content else None
        path = request.url.path.removeprefix("/v1")
        described.check(request.method, path, answer.status_code, {}, body)


def accepted(operation_id: str = OPERATION_ID) -> httpx.Response:
    location = f"https://api.test/v1/Messages/Operations/{operation_id}"
    return httpx.Response(202, json={"operationId": operation_id, "operationLocation": location})


def refused(*errors: tuple[int, str, str | None], status: int = 400) -> httpx.Response:
    body = [
        {
            "code": code,
            "message": message,
            "context": context,
            "infoUrl": f"https://www.twilio.com/docs/api/errors/{code}",
        }
        for code, message, context in errors
    ]
    return httpx.Response(status, json={"errors": body, "status": status})


def some_stats(**counts: int) -> Stats:
    stats: dict[str, int] = dict.fromkeys(Stats.__annotations__, 0)
    ending = ("unaddressable", "scheduled", "queued", "sent", "delivered", "read", "undelivered", "failed")
    total = sum(counts.get(name, 0) for name in (*ending, "canceled"))
    return Stats(**{**stats, "total": total, "recipients": total, **counts})  # type: ignore[typeddict-item]


def an_operation(
    status: OperationStatus = "PROCESSING", operation_id: str = OPERATION_ID, **counts: int
) -> MessageOperation:
    return {
        "id": operation_id,
        "status": status,
        "paused": False,
        "stats": some_stats(**counts),
        "createdAt": "2026-01-02T03:04:05Z",
        "updatedAt": "2026-01-02T03:04:06Z",
    }


def operation_answer(
    status: OperationStatus = "PROCESSING", operation_id: str = OPERATION_ID, **counts: int
) -> httpx.Response:
    return httpx.Response(200, json=an_operation(status, operation_id, **counts))


def an_error() -> dict[str, Any]:
    """One of the errors of an operation."""
    error = {"code": 30003, "message": "Unreachable.", "infoUrl": "https://x", "context": "$.to[0]"}
    return {**error, "index": 0, "address": "+12065550100", "channel": "PHONE", "messageId": None}


def no_errors() -> httpx.Response:
    return httpx.Response(200, json={"errors": [], "pagination": {"next": None, "self": "here"}})


def a_message(number: int = 0, **changes: Any) -> dict[str, Any]:
    return {
        "id": f"comms_message_01h9krwprkeee8fzqspvwy6nq8{number:03}",
        "from": {"address": "+15005550006", "channel": "SMS", "senderId": SENDER_ID},
        "to": [{"address": f"+1212555{number:04}", "channel": "PHONE"}],
        "status": "DELIVERED",
        "related": [
            {"name": "OPERATION", "id": OPERATION_ID, "uri": f"https://api.test/v1/{OPERATION_ID}"},
        ],
        "tags": {},
        "scheduledFor": None,
        "createdAt": "2026-01-02T03:04:05Z",
        "updatedAt": "2026-01-02T03:04:06Z",
        "deletedAt": None,
        **changes,
    }


def a_whole_message(number: int = 0, **changes: Any) -> dict[str, Any]:
    """A message as a fetch shows it."""
    return {**a_message(number), "content": {"text": "Hi"}, "attempts": [], "error": None, **changes}


def a_page(*numbers: int, next_token: str | None = None) -> httpx.Response:
    page = {
        "messages": [a_message(number) for number in numbers],
        "pagination": {"next": next_token, "self": "here"},
    }
    return httpx.Response(200, json=page)
