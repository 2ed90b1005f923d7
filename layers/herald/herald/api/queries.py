"""Query strings, checked: filters of lists and where a page begins."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Final, TypeVar

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    Field,
    ValidationError,
    ValidationInfo,
    WithJsonSchema,
    field_validator,
)
from pydantic_core import PydanticCustomError

from herald.api.errors import bad_query, invalid
from herald.api.pages import Page, not_of_this_list, place_of
from herald.model.access import OPERATOR
from herald.model.dates import RFC3339
from herald.model.ids import is_account_sid, is_key_sid, is_operation_id, is_profile_id, is_session_id
from herald.model.numbers import spelled
from herald.model.problems import NOT_A_PHONE_NUMBER, validation_error
from herald.model.wire import PageToken, Says, Wire

Shape = TypeVar("Shape", bound="BaseModel")

DEFAULT_PAGE_SIZE: Final = 50
# Parameters that select a page, not a list.
_OF_PAGES: Final = ("pageSize", "pageToken")

_RFC3339: Final = re.compile(RFC3339)


# The published pattern, with the limits that a tag has in a request.
_TAG: Final = r"[a-zA-Z0-9._~-]{1,128}:[a-zA-Z0-9._~-]{1,256};"
TAGS: Final = re.compile(f"(?:{_TAG}){{1,10}}")


def operation_id(value: str) -> str:
    if not is_operation_id(value):
        raise PydanticCustomError("operation_id", "is not the id of an operation")
    return value


def profile_id(value: str) -> str:
    if not is_profile_id(value):
        raise PydanticCustomError("profile_id", "is not the id of a profile")
    return value


def session_id(value: str) -> str:
    if not is_session_id(value):
        raise PydanticCustomError("session_id", "is not the id of a session")
    return value


def actor(value: str) -> str:
    if not (is_account_sid(value) or is_key_sid(value) or value == OPERATOR):
        raise PydanticCustomError("actor", f"is not the SID of an account or a key, nor {OPERATOR}")
    return value


def tags(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not TAGS.fullmatch(value):
        raise PydanticCustomError("tags", "must be 1 to 10 of key:value; each with its semicolon")
    key_values = (pair.split(":") for pair in value.removesuffix(";").split(";"))
    return frozenset((key, tag) for key, tag in key_values)


def _whole_number(value: object) -> object:
    if not isinstance(value, str):
        return value
    if not (value.isascii() and value.isdigit() and len(value) <= 9):
        raise PydanticCustomError("whole_number", "must be a whole number")
    return int(value)


def number(value: object) -> object:
    """A number in any spelling: in a URL, an unescaped + arrives as a space."""
    if not isinstance(value, str):
        return value
    found = spelled(value, is_international=True)
    if found is None:
        raise validation_error(NOT_A_PHONE_NUMBER)
    return found


def address(value: object) -> object:
    """The address of a person or a sender; a number in any spelling, as `number` reads it.

    A name, a short code or an agent's id is itself.
    """
    if not isinstance(value, str):
        return value
    text = f"+{value[1:]}" if value.startswith(" ") else value
    found = spelled(text)
    if found is None and text.strip().startswith(("+", "＋", "﹢")):
        raise validation_error(NOT_A_PHONE_NUMBER)
    return found or text.strip()


# The form in openapi.json: more spellings of numbers are accepted.
_ADDRESS: Final = "^(\\+[1-9][0-9]{6,14}|[0-9A-Za-z][0-9A-Za-z ._:@-]*)$"

Address = Annotated[
    str,
    Field(min_length=1, max_length=256),
    BeforeValidator(address),
    WithJsonSchema({"type": "string", "pattern": _ADDRESS, "maxLength": 256}),
]


def _rfc3339(value: object) -> object:
    if not isinstance(value, str) or _RFC3339.fullmatch(value):
        return value
    if _RFC3339.fullmatch(value.replace(" ", "+")):
        raise PydanticCustomError("rfc3339", "has a space where its + was: write + as %2B in a query string")
    raise PydanticCustomError("rfc3339", "must be an RFC 3339 date-time, such as 2026-01-02T03:04:05Z")


Instant = Annotated[
    AwareDatetime, Field(strict=False), BeforeValidator(_rfc3339), Says({"pattern": f"^{RFC3339}$"})
]


class Paged(Wire):
    """Which page of a list."""

    page_size: Annotated[int, Field(ge=1, le=1000), BeforeValidator(_whole_number)] = DEFAULT_PAGE_SIZE
    page_token: PageToken | None = None


class Dated(Paged):
    """A page of the items made after startDate and before endDate."""

    start_date: Instant | None = None
    end_date: Instant | None = None

    @field_validator("end_date")
    @classmethod
    def _is_later(cls, end: datetime, info: ValidationInfo) -> datetime:
        start = info.data.get("start_date")
        if start and end <= start:
            raise PydanticCustomError("range", "must be later than startDate")
        return end


class NoQuery(Wire):
    """An endpoint without parameters in its query string."""


def read(event: APIGatewayProxyEvent, shape: type[Shape], page: Page) -> tuple[Shape, Page]:
    """The query string as a shape, and the page that it selects. Raises ApiError 400.

    `page` has the scope and the key of the list. If the query string has no filters, those
    of the token apply.
    """
    given = _given(event, shape)
    query = _parsed(given, shape)
    if not isinstance(query, Paged):
        return query, page
    size = query.page_size
    filters = {name: value for name, value in given.items() if name not in _OF_PAGES}
    after = None
    # An empty token counts as none: clients have it before they have read a page.
    if query.page_token:
        after, kept = place_of(page.key(), page.scope, query.page_token)
        meant = _parsed({**kept, **{name: given[name] for name in _OF_PAGES if name in given}}, shape)
        if filters and query != meant:
            raise not_of_this_list()
        query, filters = meant, dict(kept)
    return query, Page(size, after, page.scope, filters, page.key)


def _given(event: APIGatewayProxyEvent, shape: type[BaseModel]) -> dict[str, str]:
    """The parameters by their published names; each may have the name of the API's preview, in snake case.

    Raises ApiError 400: some are unknown, or given twice.
    """
    names = {name: field.alias or name for name, field in shape.model_fields.items()}
    names |= {alias: alias for alias in names.values()}
    found: dict[str, str] = {}
    problems: dict[str, str] = {}
    for name, values in (event.multi_value_query_string_parameters or {}).items():
        known = names.get(name)
        if known is None:
            problems[name] = _unknown(shape)
        elif known in found or len(values) > 1:
            problems[known] = "is there more than once: give it once"
        else:
            found[known] = values[0]
    if problems:
        raise bad_query(problems)
    return found


def _unknown(shape: type[BaseModel]) -> str:
    known = ", ".join(field.alias or name for name, field in shape.model_fields.items())
    return f"is not a parameter here: take one of {known}" if known else "is not a parameter: none is, here"


def _parsed(given: Mapping[str, Any], shape: type[Shape]) -> Shape:
    try:
        return shape.model_validate(given, by_alias=True, by_name=False)
    except ValidationError as failure:
        raise invalid(failure) from None
