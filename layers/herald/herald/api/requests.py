"""Bodies, checked. Whatever is wrong is told at once, and nothing is changed."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import BaseModel, ValidationError

from herald.api.errors import ApiError, entry, error, invalid
from herald.model import problems

# Lambda takes 6 MB, and a body grows by its escaping inside of the event: about 1.2 times.
MAX_BODY_BYTES: Final = 5_000_000
IDEMPOTENCY_KEY: Final = "Idempotency-Key"
# Visible ASCII.
KEY_PATTERN: Final = "[!-~]{1,255}"


def read[Shape: BaseModel](
    event: APIGatewayProxyEvent, shape: type[Shape], context: Mapping[str, Any], *, keyed: bool
) -> tuple[Shape, str | None]:
    """The body as a shape, and the Idempotency-Key where the endpoint takes one.

    Raises ApiError: 400, 413, 415.
    """
    key, problems_of_key = _idempotency_key(event) if keyed else (None, [])
    return _body(event, shape, dict(context), problems_of_key), key


def _idempotency_key(event: APIGatewayProxyEvent) -> tuple[str | None, list[dict[str, Any]]]:
    """The header, or what is wrong with it."""
    given = event.multi_value_headers.get(IDEMPOTENCY_KEY, [])
    if not given:
        return None, []
    if len(given) == 1 and re.fullmatch(KEY_PATTERN, given[0]):
        return given[0], []
    message = f"the header {IDEMPOTENCY_KEY} must be given once, with 1 to 255 visible ASCII characters"
    return None, [entry(problems.BAD_REQUEST, message=message, context=f"$.{IDEMPOTENCY_KEY}")]


def body[Shape: BaseModel](event: APIGatewayProxyEvent, shape: type[Shape]) -> Shape:
    """The body of a request as a shape. Raises ApiError: 400, 413, 415."""
    return _body(event, shape, {})


def _body[Shape: BaseModel](
    event: APIGatewayProxyEvent,
    shape: type[Shape],
    context: dict[str, Any],
    others: Sequence[dict[str, Any]] = (),
) -> Shape:
    """The body as a shape. `others` are problems of the request that the same answer tells."""
    media_type = (event.headers.get("content-type") or "application/json").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise error(415, problems.UNSUPPORTED_MEDIA_TYPE)
    text = event.decoded_body or ""
    if len(text) > MAX_BODY_BYTES or len(text.encode()) > MAX_BODY_BYTES:
        raise error(
            413, problems.BODY_TOO_LARGE, message=f"The request body is larger than {MAX_BODY_BYTES} bytes."
        )
    try:
        found = shape.model_validate_json(text, context=context, by_alias=True, by_name=False)
    except ValidationError as failure:
        raise ApiError(400, [*others, *invalid(failure).errors]) from None
    if others:
        raise ApiError(400, others)
    return found
