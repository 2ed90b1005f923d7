"""The API's own rules for a request to send, so that a file is refused before the first request is made."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from pydantic import ValidationError

from herald.api.errors import invalid
from herald.content import Checker
from herald.model.addresses import IS_REQUEST
from herald.model.recipients import AddressRecipient
from herald.model.request import SendMessagesRequest

# In place of the file's: those are checked one by one.
_RECIPIENT: Final = {"address": "+12065550100", "channel": "PHONE"}


def problem_with_recipient(recipient: Mapping[str, Any]) -> str | None:
    """Why the API would refuse a recipient; None: it would not."""
    try:
        AddressRecipient.model_validate_json(json.dumps(recipient), context={IS_REQUEST: True})
    except ValidationError as failure:
        [first, *_] = invalid(failure).errors
        return f"{first['context'].removeprefix('$.')} {first['message']}"
    return None


def request_of(
    message: Mapping[str, Any], now: datetime
) -> tuple[SendMessagesRequest | None, dict[str, str]]:
    """A message as the API reads it, and why the API would refuse it, by JSON path; none if it is malformed.

    What only the stack knows, such as its senders, is not checked.
    """
    body = json.dumps({**message, "to": [_RECIPIENT]})
    context = {IS_REQUEST: True, "liquid_problem": Checker().problem_with}
    try:
        request = SendMessagesRequest.model_validate_json(body, context=context)
    except ValidationError as failure:
        return None, {each["context"]: each["message"] for each in invalid(failure).errors}
    if request.schedule and (refusal := request.schedule.refusal(request.schedule.due(UTC), now)):
        return request, {"$.schedule.sendAt": refusal}
    return request, {}
