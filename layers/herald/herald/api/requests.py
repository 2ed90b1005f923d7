"""Bodies, checked. One answer lists all problems, and nothing is changed."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, TypeVar

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import BaseModel, ValidationError

from herald.api.bodies import LongList, measure, problems_with
from herald.api.errors import ApiError, bad_request, entry, error
from herald.api.names import problems_with_names
from herald.model import problems
from herald.model.addresses import IS_REQUEST

Shape = TypeVar("Shape", bound="BaseModel")

# Lambda accepts 6 MB, and a body grows by escaping inside the event, to about 1.2 times.
MAX_BODY_BYTES: Final = 5_000_000
IDEMPOTENCY_KEY: Final = "Idempotency-Key"
# API Gateway replaces bytes that are not UTF-8 by this. A text with it would be sent like that.
_REPLACED: Final = "\ufffd"
# Visible ASCII.
KEY_PATTERN: Final = "[!-~]{1,255}"


def read(
    event: APIGatewayProxyEvent,
    shape: type[Shape],
    context: Mapping[str, Any],
    *,
    keyed: bool,
    long: LongList | None,
) -> tuple[Shape, str | None]:
    """The body as a shape, and the Idempotency-Key if the endpoint takes one.

    `long` is the list of the shape that stops at its first bad entry. Raises ApiError: 400, 413, 415.
    """
    if _REPLACED in (event.body or ""):
        raise bad_request(
            "the body is not UTF-8: it holds U+FFFD, which stands for bytes that are none;"
            " to send that character write it as \\ufffd",
            "$",
        )
    key, problems_of_key = _idempotency_key(event) if keyed else (None, [])
    return _body(event, shape, dict(context), problems_of_key, long=long), key


def _idempotency_key(event: APIGatewayProxyEvent) -> tuple[str | None, list[dict[str, Any]]]:
    """The header, or its error."""
    given = event.multi_value_headers.get(IDEMPOTENCY_KEY, [])
    if not given:
        return None, []
    if len(given) == 1 and re.fullmatch(KEY_PATTERN, given[0]):
        return given[0], []
    message = f"the header {IDEMPOTENCY_KEY} must be given once, with 1 to 255 visible ASCII characters"
    return None, [entry(problems.BAD_REQUEST, message=message, context=f"$.{IDEMPOTENCY_KEY}")]


def body(event: APIGatewayProxyEvent, shape: type[Shape]) -> Shape:
    """The body of a request as a shape. Raises ApiError: 400, 413, 415."""
    return _body(event, shape, {})


def _body(
    event: APIGatewayProxyEvent,
    shape: type[Shape],
    context: dict[str, Any],
    others: Sequence[dict[str, Any]] = (),
    *,
    long: LongList | None = None,
) -> Shape:
    """The body as a shape. `others` are problems of the request for the same answer;
    `long` is the list of the shape that stops at its first bad entry.
    """
    media_type = (event.headers.get("content-type") or "application/json").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise error(415, problems.UNSUPPORTED_MEDIA_TYPE)
    body = text(event)
    names = problems_with_names(measure(body, long), shape)
    context = {**context, IS_REQUEST: True}
    try:
        found = shape.model_validate_json(body, context=context, by_alias=True, by_name=False)
    except ValidationError as failure:
        wrong = problems_with(body, long, failure, context)
        unknown = [each for each in wrong.errors if each["context"] not in names]
        raise ApiError(400, [*others, *_misnamed(names), *unknown], others=wrong.others) from None
    if others or names:
        raise ApiError(400, [*others, *_misnamed(names)])
    return found


def _misnamed(names: Mapping[str, str]) -> list[dict[str, Any]]:
    return [entry(problems.BAD_REQUEST, message=message, context=path) for path, message in names.items()]


def text(event: APIGatewayProxyEvent) -> str:
    """The body as text. Raises ApiError: 400, 413."""
    try:
        # Windows's editors begin a file by a mark of its encoding.
        body = (event.decoded_body or "").removeprefix("\ufeff")
        size = len(body) if len(body) > MAX_BODY_BYTES else len(body.encode())
    # Not UTF-8, not base64, or half of a surrogate pair.
    except ValueError:
        raise bad_request("the body is not UTF-8", "$") from None
    if size > MAX_BODY_BYTES:
        raise error(
            413, problems.BODY_TOO_LARGE, message=f"The request body is larger than {MAX_BODY_BYTES} bytes."
        )
    return body
