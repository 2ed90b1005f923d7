"""Bodies and query strings, checked. Whatever is wrong is told at once, and nothing is changed."""

import re
from datetime import datetime
from typing import Annotated, Any, Final

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from herald.api.errors import error, invalid
from herald.model import problems
from herald.model.ids import is_operation_id
from herald.model.request import SendMessagesRequest
from herald.model.status import Status
from herald.model.wire import Wire

# Lambda takes 6 MB, and a body grows by its escaping inside of the event: about 1.2 times.
MAX_BODY_BYTES: Final = 5_000_000
DEFAULT_PAGE_SIZE: Final = 50

_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


def send_messages(event: APIGatewayProxyEvent) -> SendMessagesRequest:
    """The body of POST /Messages. Raises ApiError: 400, 413, 415."""
    from herald.content import problem_with

    return _body(event, SendMessagesRequest, {"liquid_problem": problem_with})


def _body[Shape: Wire](event: APIGatewayProxyEvent, shape: type[Shape], context: dict[str, Any]) -> Shape:
    media_type = (event.headers.get("content-type") or "application/json").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise error(415, problems.UNSUPPORTED_MEDIA_TYPE)
    body = event.decoded_body or ""
    if len(body) > MAX_BODY_BYTES or len(body.encode()) > MAX_BODY_BYTES:
        raise error(
            413, problems.BODY_TOO_LARGE, message=f"The request body is larger than {MAX_BODY_BYTES} bytes."
        )
    try:
        return shape.model_validate_json(body, context=context, by_alias=True, by_name=False)
    except ValidationError as failure:
        raise invalid(failure) from None


def _operation_id(value: str) -> str:
    if not is_operation_id(value):
        raise PydanticCustomError("operation_id", "is not the id of an operation")
    return value


def _whole_number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise PydanticCustomError("whole_number", "must be a whole number")
    return int(value)


def _rfc3339(value: str) -> str:
    if not _RFC3339.fullmatch(value):
        raise PydanticCustomError("rfc3339", "must be an RFC 3339 date-time, such as 2026-01-02T03:04:05Z")
    return value


Instant = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_rfc3339)]


def _not_yet(value: object) -> object:
    raise PydanticCustomError("not_yet", "is not supported yet")


_NotYet = Annotated[None, BeforeValidator(_not_yet)]


class ListMessagesQuery(Wire):
    """The query string of GET /Messages."""

    operation_id: Annotated[str, AfterValidator(_operation_id)] | None = None
    status: Annotated[Status, Field(strict=False)] | None = None
    start_date: Instant | None = None
    end_date: Instant | None = None
    page_size: Annotated[int, Field(ge=1, le=1000), BeforeValidator(_whole_number)] = DEFAULT_PAGE_SIZE
    page_token: str | None = None

    # Ignoring a filter would answer with messages that were not asked for.
    session_id: _NotYet = None
    profile: _NotYet = None
    channel: _NotYet = None
    tags: _NotYet = None

    @field_validator("end_date")
    @classmethod
    def _is_later(cls, end: datetime, info: ValidationInfo) -> datetime:
        start = info.data.get("start_date")
        if start and end <= start:
            raise PydanticCustomError("range", "must be later than startDate")
        return end


def list_messages(event: APIGatewayProxyEvent) -> ListMessagesQuery:
    """The query string of GET /Messages. Raises ApiError 400.

    The name that the preview of the API had for operationId is understood too.
    """
    given = dict(event.query_string_parameters or {})
    if "operation_id" in given:
        given.setdefault("operationId", given.pop("operation_id"))
    try:
        return ListMessagesQuery.model_validate(given, by_alias=True, by_name=False)
    except ValidationError as failure:
        raise invalid(failure) from None
