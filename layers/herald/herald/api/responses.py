"""The wire's shapes of what Herald knows: camel case, instants in UTC with Z."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from herald.model.addresses import Sender
from herald.model.content import Content
from herald.model.message import Message
from herald.model.operation import Operation, Tally, stats_of
from herald.model.problems import problem_of

if TYPE_CHECKING:
    # At run time this would load Liquid, which most answers have no need of.
    from herald.content import Rendered


def operation_out(operation: Operation, tally: Tally) -> dict[str, Any]:
    return {
        "id": operation.id,
        "status": operation.status,
        "stats": stats_of(operation, tally).model_dump(),
        "createdAt": instant(operation.created_at),
        "updatedAt": instant(operation.updated_at),
    }


def message_out(message: Message, base: str) -> dict[str, Any]:
    """What a list shows of a message."""
    return {
        "id": message.id,
        "from": _sender(message.sender),
        "to": [message.to.model_dump()],
        "status": message.status,
        "related": [
            {
                "name": "OPERATION",
                "id": message.operation_id,
                "uri": operation_location(base, message.operation_id),
            }
        ],
        "tags": message.tags,
        "scheduledFor": instant(message.scheduled_for),
        "createdAt": instant(message.created_at),
        "updatedAt": instant(message.updated_at),
        "deletedAt": None,
    }


def full_message_out(message: Message, content: Content, rendered: "Rendered", base: str) -> dict[str, Any]:
    """What a fetch shows of a message: also its content and every try to send it.

    `error` is ours: a message can fail without any try, and then nothing else tells why.
    """
    return {
        **message_out(message, base),
        "content": _content(content, rendered),
        "attempts": [_attempt(message, number, base) for number in range(len(message.attempts))],
        "error": _error(message.error),
    }


def page_out(name: str, items: Sequence[dict[str, Any]], this: str, next_: str | None) -> dict[str, Any]:
    return {name: list(items), "pagination": {"next": next_, "self": this}}


def operation_location(base: str, operation_id: str) -> str:
    return f"{base}/Messages/Operations/{operation_id}"


def instant(at: datetime | None) -> str | None:
    """RFC 3339 in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def _attempt(message: Message, number: int, base: str) -> dict[str, Any]:
    attempt = message.attempts[number]
    return {
        "from": _sender(attempt.sender),
        "to": [attempt.to.model_dump()],
        "status": message.status_of(number),
        "attemptedAt": instant(attempt.at),
        "infoUrl": f"{base}/Messages/{message.id}",
        "error": _error(message.error_of(number)),
    }


def _content(content: Content, rendered: "Rendered") -> dict[str, Any]:
    """The content as it was sent, or as it was asked for where it could not be rendered."""
    text, media = rendered.text, rendered.media
    if rendered.problem:
        text, media = content.text, tuple(each.url for each in content.media)
    resolved: dict[str, Any] = {}
    if text is not None:
        resolved["text"] = text
    if media or text is None:
        resolved["media"] = [{"url": url} for url in media]
    return resolved


def _error(code: int | None) -> dict[str, Any] | None:
    if code is None:
        return None
    found = problem_of(code)
    return {"code": found.code, "message": found.message, "infoUrl": found.info_url, "context": None}


def _sender(sender: Sender) -> dict[str, Any]:
    return sender.model_dump()
