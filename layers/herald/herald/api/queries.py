"""Query strings, checked: filters of lists and where a page begins.

Parameters that a list does not know are ignored, as the contract has it.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Final, Literal

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from herald.api.errors import invalid
from herald.model.addresses import AddressChannel, SenderChannel
from herald.model.ids import is_operation_id, is_profile_id, is_session_id
from herald.model.keywords import Keyword
from herald.model.numbers import spelled
from herald.model.operation import OperationStatus
from herald.model.pools import PoolOperationStatus
from herald.model.problems import NOT_A_PHONE_NUMBER, validation_error
from herald.model.senders import AnyChannel, SenderStatus
from herald.model.status import Status
from herald.model.wire import Wire

DEFAULT_PAGE_SIZE: Final = 50

_RFC3339: Final = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)
# The published pattern, with the limits that a tag has in a request.
_TAG: Final = r"[a-zA-Z0-9._~-]{1,128}:[a-zA-Z0-9._~-]{1,256};"
_TAGS: Final = re.compile(f"(?:{_TAG}){{1,10}}")


def _operation_id(value: str) -> str:
    if not is_operation_id(value):
        raise PydanticCustomError("operation_id", "is not the id of an operation")
    return value


def _profile_id(value: str) -> str:
    if not is_profile_id(value):
        raise PydanticCustomError("profile_id", "is not the id of a profile")
    return value


def _session_id(value: str) -> str:
    if not is_session_id(value):
        raise PydanticCustomError("session_id", "is not the id of a session")
    return value


def _whole_number(value: str) -> int:
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise PydanticCustomError("whole_number", "must be a whole number")
    return int(value)


def _number(value: str) -> str:
    """A number however it is written: in a URL, a + that is not escaped comes as a space."""
    number = spelled(value, is_international=True)
    if number is None:
        raise validation_error(NOT_A_PHONE_NUMBER)
    return number


def _rfc3339(value: str) -> str:
    if not _RFC3339.fullmatch(value):
        raise PydanticCustomError("rfc3339", "must be an RFC 3339 date-time, such as 2026-01-02T03:04:05Z")
    return value


def _tags(value: str) -> frozenset[tuple[str, str]]:
    if not _TAGS.fullmatch(value):
        raise PydanticCustomError("tags", "must be 1 to 10 of key:value; each with its semicolon")
    key_values = (pair.split(":") for pair in value.removesuffix(";").split(";"))
    return frozenset((key, tag) for key, tag in key_values)


Instant = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_rfc3339)]


class Paged(Wire):
    """Which page of a list."""

    page_size: Annotated[int, Field(ge=1, le=1000), BeforeValidator(_whole_number)] = DEFAULT_PAGE_SIZE
    page_token: str | None = None


class Dated(Paged):
    """A page of what was made after startDate and before endDate."""

    start_date: Instant | None = None
    end_date: Instant | None = None

    @field_validator("end_date")
    @classmethod
    def _is_later(cls, end: datetime, info: ValidationInfo) -> datetime:
        start = info.data.get("start_date")
        if start and end <= start:
            raise PydanticCustomError("range", "must be later than startDate")
        return end


class ListMessages(Dated):
    """The query string of GET /Messages."""

    operation_id: Annotated[str, AfterValidator(_operation_id)] | None = None
    session_id: Annotated[str, AfterValidator(_session_id)] | None = None
    profile: Annotated[str, AfterValidator(_profile_id)] | None = None
    channel: Annotated[SenderChannel, Field(strict=False)] | None = None
    status: Annotated[Status, Field(strict=False)] | None = None
    looks_like: Annotated[Literal[Keyword.STOP], Field(strict=False)] | None = None
    tags: Annotated[
        frozenset[tuple[str, str]],
        BeforeValidator(_tags),
        WithJsonSchema({"type": "string", "pattern": f"^{_TAGS.pattern}$"}),
    ] = frozenset()


class ListSenders(Dated):
    """The query string of GET /Senders and GET /SenderPools/{senderPoolId}/Senders."""

    channel: Annotated[AnyChannel, Field(strict=False)] | None = None
    status: Annotated[SenderStatus, Field(strict=False)] | None = None


class ListSuppressions(Dated):
    """The query string of GET /Suppressions."""

    channel: Annotated[AddressChannel, Field(strict=False)] | None = None
    address: Annotated[str, AfterValidator(_number)] | None = None


class ListSenderPools(Dated):
    """The query string of GET /SenderPools."""

    operation_id: Annotated[str, AfterValidator(_operation_id)] | None = None


class ListSenderPoolOperations(Dated):
    """The query string of GET /SenderPools/Operations."""

    status: Annotated[PoolOperationStatus, Field(strict=False)] | None = None


class ListOperations(Dated):
    """The query string of GET /Messages/Operations."""

    status: Annotated[OperationStatus, Field(strict=False)] | None = None


def query[Shape: Wire](event: APIGatewayProxyEvent, shape: type[Shape]) -> Shape:
    """The query string of a request. Raises ApiError 400 with all that is wrong."""
    return _parsed(event.query_string_parameters or {}, shape)


def list_messages(event: APIGatewayProxyEvent) -> ListMessages:
    """The query string of GET /Messages. Raises ApiError 400.

    The name that the preview of the API had for operationId is understood too.
    """
    given = dict(event.query_string_parameters or {})
    if "operation_id" in given:
        given.setdefault("operationId", given.pop("operation_id"))
    return _parsed(given, ListMessages)


def _parsed[Shape: Wire](given: Mapping[str, str], shape: type[Shape]) -> Shape:
    try:
        return shape.model_validate(given, by_alias=True, by_name=False)
    except ValidationError as failure:
        raise invalid(failure) from None
