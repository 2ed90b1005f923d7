"""Bodies, checked. Whatever is wrong is told at once, and nothing is changed."""

import re
from collections.abc import Callable, Sequence
from typing import Any, Final

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEvent
from pydantic import BaseModel, TypeAdapter, ValidationError

from herald.api.bodies import LongList, measure, problems_with
from herald.api.errors import ApiError, bad_request, entry, error
from herald.carriers.http import ReportedMessage, ReportedReceipt
from herald.model import problems
from herald.model.addresses import IS_REQUEST
from herald.model.keywords import NewKeywords
from herald.model.pools import NewMember, NewMembers, NewSenderPool, SenderPoolChange
from herald.model.profiles import ProfileContents
from herald.model.recipients import Recipient
from herald.model.request import SendMessagesRequest
from herald.model.senders import NewSender, ResolveSenders, SenderChange, SenderSearch
from herald.model.suppressions import NewSuppressions
from herald.model.templates import TemplateContents, by_position

# Lambda takes 6 MB, and a body grows by its escaping inside of the event: about 1.2 times.
MAX_BODY_BYTES: Final = 5_000_000
IDEMPOTENCY_KEY: Final = "Idempotency-Key"
_RECIPIENTS: Final = LongList("to", TypeAdapter(Recipient))
# Visible ASCII.
KEY_PATTERN: Final = "[!-~]{1,255}"


def send_messages(event: APIGatewayProxyEvent) -> tuple[SendMessagesRequest, str | None]:
    """The body of POST /Messages, and its Idempotency-Key. Raises ApiError: 400, 413, 415."""
    from herald.content import Checker

    key, problems_of_key = _idempotency_key(event)
    context = {"liquid_problem": Checker().problem_with}
    return _body(event, SendMessagesRequest, context, problems_of_key, long=_RECIPIENTS), key


def _idempotency_key(event: APIGatewayProxyEvent) -> tuple[str | None, list[dict[str, Any]]]:
    """The header, or what is wrong with it."""
    given = event.multi_value_headers.get(IDEMPOTENCY_KEY, [])
    if not given:
        return None, []
    if len(given) == 1 and re.fullmatch(KEY_PATTERN, given[0]):
        return given[0], []
    message = f"the header {IDEMPOTENCY_KEY} must be given once, with 1 to 255 visible ASCII characters"
    return None, [entry(problems.BAD_REQUEST, message=message, context=f"$.{IDEMPOTENCY_KEY}")]


def profile(event: APIGatewayProxyEvent) -> ProfileContents:
    """The body of PUT /MemoryStores/{memoryStoreId}/Profiles/{profileId}. Raises ApiError: 400, 413, 415."""
    return _body(event, ProfileContents, {})


def template(event: APIGatewayProxyEvent) -> TemplateContents:
    """The body of POST /Content. Raises ApiError: 400, 413, 415."""
    from herald.content import Checker

    return _body(event, TemplateContents, {"liquid_problem": Checker(by_position).problem_with})


def new_sender(event: APIGatewayProxyEvent, carriers: Sequence[str]) -> NewSender:
    """The body of POST /Senders; `carriers` may be named. Raises ApiError: 400, 413, 415."""
    return _body(event, NewSender, {"carriers": carriers})


def sender_change(event: APIGatewayProxyEvent, carriers: Sequence[str]) -> SenderChange:
    """The body of PATCH /Senders/{senderId}; as new_sender."""
    return _body(event, SenderChange, {"carriers": carriers})


def sender_search(event: APIGatewayProxyEvent) -> SenderSearch:
    """The body of POST /Senders/Search. Raises ApiError: 400, 413, 415."""
    return _body(event, SenderSearch, {})


def resolve_senders(event: APIGatewayProxyEvent) -> ResolveSenders:
    """The body of POST /Senders/Resolve. Raises ApiError: 400, 413, 415."""
    return _body(event, ResolveSenders, {})


def new_sender_pool(event: APIGatewayProxyEvent) -> NewSenderPool:
    """The body of POST /SenderPools. Raises ApiError: 400, 413, 415."""
    return _body(event, NewSenderPool, {})


def sender_pool_change(event: APIGatewayProxyEvent) -> SenderPoolChange:
    """The body of PATCH /SenderPools/{senderPoolId}. Raises ApiError: 400, 413, 415."""
    return _body(event, SenderPoolChange, {})


def new_members(event: APIGatewayProxyEvent) -> tuple[NewMember, ...]:
    """The body of POST /SenderPools/{senderPoolId}/Senders. Raises ApiError: 400, 413, 415."""
    return _body(event, NewMembers, {}).root


def new_suppressions(event: APIGatewayProxyEvent) -> NewSuppressions:
    """The body of POST /Suppressions. Raises ApiError: 400, 413, 415."""
    return _body(event, NewSuppressions, {})


def keywords(event: APIGatewayProxyEvent, is_country: Callable[[str], bool]) -> NewKeywords:
    """The body of PUT /Keywords. Raises ApiError: 400, 413, 415."""
    return _body(event, NewKeywords, {"is_country": is_country})


def reported_receipt(event: APIGatewayProxyEvent) -> ReportedReceipt:
    """The body of POST /Callbacks/http/Receipts. Raises ApiError: 400, 413, 415."""
    return _body(event, ReportedReceipt, {})


def reported_message(event: APIGatewayProxyEvent) -> ReportedMessage:
    """The body of POST /Callbacks/http/Messages. Raises ApiError: 400, 413, 415."""
    return _body(event, ReportedMessage, {})


def _body[Shape: BaseModel](
    event: APIGatewayProxyEvent,
    shape: type[Shape],
    context: dict[str, Any],
    others: Sequence[dict[str, Any]] = (),
    *,
    long: LongList | None = None,
) -> Shape:
    """The body as a shape. `others` are problems of the request that the same answer tells;
    `long` is the list of the shape that stops at its first bad entry.
    """
    media_type = (event.headers.get("content-type") or "application/json").split(";")[0].strip().lower()
    if media_type != "application/json":
        raise error(415, problems.UNSUPPORTED_MEDIA_TYPE)
    body = _text(event)
    measure(body, long)
    try:
        found = shape.model_validate_json(
            body, context={**context, IS_REQUEST: True}, by_alias=True, by_name=False
        )
    except ValidationError as failure:
        found_wrong = problems_with(body, long, failure, context)
        raise ApiError(400, [*others, *found_wrong.errors], others=found_wrong.others) from None
    if others:
        raise ApiError(400, others)
    return found


def _text(event: APIGatewayProxyEvent) -> str:
    """The body as text. Raises ApiError: 400, 413."""
    try:
        body = event.decoded_body or ""
        size = len(body) if len(body) > MAX_BODY_BYTES else len(body.encode())
    # No UTF-8, no base64, or half of a surrogate pair.
    except ValueError:
        raise bad_request("the body is not UTF-8", "$") from None
    if size > MAX_BODY_BYTES:
        raise error(
            413, problems.BODY_TOO_LARGE, message=f"The request body is larger than {MAX_BODY_BYTES} bytes."
        )
    return body
