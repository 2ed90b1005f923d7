"""Errors on the wire (contract: one envelope, all problems in one answer).

{"errors": [{"code": 21614, "message": "...", "infoUrl": "...", "context": "$.to[0].address"}],
 "status": 400}
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final, get_args

from pydantic import ValidationError
from pydantic_core.core_schema import ErrorType

from herald.model import problems
from herald.model.problems import MOST_ERRORS, OWN_CODES, Problem, Refused, code_of, problem_of

# Characters of a name in a body that an answer repeats: the answer would be as large as the request.
MAX_SHOWN_NAME: Final = 100


class ApiError(Exception):
    """A request that is answered with an HTTP error.

    An answer lists at most MOST_ERRORS problems; `others` counts the rest.
    """

    def __init__(self, status: int, errors: Sequence[dict[str, Any]], *, others: int = 0) -> None:
        super().__init__(f"HTTP {status}")
        self.status = status
        self.errors = errors
        self.others = others

    def body(self, base: str) -> str:
        """The JSON of the answer of the API at this base URL."""
        others = max(len(self.errors) - MOST_ERRORS, 0) + self.others
        more = {"others": others} if others else {}
        shown = [
            {**each, "infoUrl": info_url_at(base, each["infoUrl"])} for each in self.errors[:MOST_ERRORS]
        ]
        return json.dumps({"errors": shown, "status": self.status, **more})


def info_url_at(base: str, url: str) -> str:
    """The page that explains a code: for our own codes, the page of the API itself."""
    return url.replace(OWN_CODES, f"{base}/docs#error-")


def entry(problem: Problem, *, message: str | None = None, context: str | None = None) -> dict[str, Any]:
    """One problem of a request; `context` is the JSON path of the field."""
    return {
        "code": problem.code,
        "message": message or problem.message,
        "infoUrl": problem.info_url,
        "context": context,
    }


def error(status: int, problem: Problem, *, message: str | None = None) -> ApiError:
    return ApiError(status, [entry(problem, message=message)])


def bad_request(message: str, context: str) -> ApiError:
    return ApiError(400, [entry(problems.BAD_REQUEST, message=message, context=context)])


def bad_query(found: Mapping[str, str]) -> ApiError:
    """The errors of parameters of a query string, by their names."""
    return ApiError(
        400,
        [
            entry(problems.BAD_REQUEST, message=message, context=f"$.{name}")
            for name, message in found.items()
        ],
    )


def not_found() -> ApiError:
    return error(404, problems.NOT_FOUND)


def refused(failure: Refused) -> ApiError:
    """The problems of a well-formed request."""
    told = [entry(problem, context=path) for path, problem in failure.problems.items()]
    return ApiError(400, told, others=failure.others)


def invalid(failure: ValidationError, within: tuple[int | str, ...] = ()) -> ApiError:
    """The problems that pydantic found in the value at `within`, with their JSON paths."""
    told = _told(failure.errors(include_url=False, include_input=False))
    return ApiError(
        400,
        [
            entry(
                problem_of(code_of(each["type"])),
                message=_message(each),
                context=_path((*within, *each["loc"])),
            )
            for each in told[: MOST_ERRORS + 1]
        ],
        others=max(len(told) - MOST_ERRORS - 1, 0),
    )


def count_of(failure: ValidationError) -> int:
    """How many problems pydantic found."""
    return len(_told(failure.errors(include_url=False, include_input=False, include_context=False)))


def _told(found: Sequence[Any]) -> list[Any]:
    """The problems without consequences of others: pydantic calls a list too short if its items are bad."""
    short = [each["loc"] for each in found if each["type"] == "too_short"]
    if not short:
        return list(found)
    lists = {
        each["loc"][:depth]
        for each in found
        for depth, part in enumerate(each["loc"])
        if isinstance(part, int)
    }
    return [each for each in found if not (each["type"] == "too_short" and each["loc"] in lists)]


def _path(location: tuple[int | str, ...]) -> str:
    """A JSON path; `<kind>` names the member of a union and is not in the request."""
    path = "$"
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        elif len(part) > MAX_SHOWN_NAME:
            break
        elif not (part.startswith("<") or part == "[key]"):
            path += f".{part}"
    return path


_MESSAGES: Final = {
    "missing": "is required",
    "extra_forbidden": "is not a field of this object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
    "dict_type": "must be an object",
    "mapping_type": "must be an object",
    "tuple_type": "must be an array",
    "list_type": "must be an array",
    "set_type": "must be an array",
    "frozen_set_type": "must be an array",
    "string_type": "must be a string",
    "string_sub_type": "must be a string",
    "string_unicode": "must be text in UTF-8",
    "string_too_short": "must not be empty",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match {pattern}",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "enum": "must be {expected}",
    "literal_error": "must be {expected}",
    "json_invalid": "the body is not valid JSON",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a number",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than": "must be less than {lt}",
    "less_than_equal": "must be at most {le}",
    "datetime_type": "must be an RFC 3339 date-time, such as 2026-01-02T03:04:05Z",
    "datetime_parsing": "must be an RFC 3339 date-time, such as 2026-01-02T03:04:05Z",
    "datetime_from_date_parsing": "must be an RFC 3339 date-time, such as 2026-01-02T03:04:05Z",
    "timezone_aware": "must have a time zone, as 2026-01-02T03:04:05Z has",
    "recursion_loop": "must not hold itself",
    "value_error": "{error}",
}


_OF_PYDANTIC: Final = frozenset(get_args(ErrorType))


def _message(each: Any) -> str:
    """The message of a problem, in the API's words if pydantic's are about Python."""
    if ours := _MESSAGES.get(each["type"]):
        return ours.format(**each.get("ctx", {})).replace("at least 1 entries", "at least 1 entry")
    return "is not valid" if each["type"] in _OF_PYDANTIC else str(each["msg"])
