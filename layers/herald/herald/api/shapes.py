"""The shapes that several resources share: answers, errors, pages and instants."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Self

from pydantic import Field, PlainSerializer, SerializationInfo

from herald.api.errors import info_url_at
from herald.model.problems import Problem, problem_of
from herald.model.wire import Wire


def instant(at: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


Instant = Annotated[
    datetime,
    PlainSerializer(instant, return_type=str),
    Field(json_schema_extra={"format": "date-time", "examples": ["2026-01-02T03:04:05.678Z"]}),
]
# A field that is left out where it says nothing.
IfGiven = Field(exclude_if=lambda value: value is None)


class Accepted(Wire):
    """The answer of a 202: where the client finds the result of its request.

    The published pages disagree on where clients look: the headers say the same.
    """

    name: ClassVar[str]

    @property
    def headers(self) -> Mapping[str, str]:
        identifier, location = self.model_dump().values()
        return {
            "Location": location,
            f"{self.name}Id": identifier,
            f"{self.name.capitalize()}-Id": identifier,
            f"{self.name.capitalize()}-Location": location,
        }


class OperationAccepted(Accepted):
    """The operation that carries out a request."""

    name: ClassVar[str] = "operation"

    operation_id: str
    operation_location: str


class ResourceAccepted(Accepted):
    """The resource that a request changed."""

    name: ClassVar[str] = "resource"

    resource_id: str
    resource_location: str


class Pagination(Wire):
    """Tokens of the next page, null on the last one, and of this page."""

    next: str | None
    self_: Annotated[str, Field(alias="self")]


def _at_base(url: str, info: SerializationInfo) -> str:
    return info_url_at((info.context or {}).get("base", ""), url)


class ErrorOut(Wire):
    """One problem; `context` is the JSON path of the field in the request."""

    code: int
    message: str
    info_url: Annotated[str, PlainSerializer(_at_base, return_type=str)]
    context: str | None = None

    @classmethod
    def of(cls, code: int | None, reason: str | None = None) -> Self | None:
        if code is None:
            return None
        found = problem_of(code)
        return cls(code=found.code, message=told(found, reason), info_url=found.info_url)


def told(problem: Problem, reason: str | None) -> str:
    """A problem's message, and the reason if it is known."""
    return f"{problem.message.rstrip('.')}: {reason}" if reason else problem.message


class Errors(Wire):
    """The answer to a request that failed: its problems, at most 100 of them.

    Herald's own: `others` is the number of further problems, if there are any.
    """

    errors: list[ErrorOut]
    status: int
    others: Annotated[int | None, IfGiven] = None
