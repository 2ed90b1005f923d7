"""The API's own rules for a request to send, so that a file is refused before the first request is made."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from herald.api.errors import invalid
from herald.model.addresses import IS_REQUEST
from herald.model.recipients import AddressRecipient


def problem_with_recipient(recipient: Mapping[str, Any]) -> str | None:
    """Why the API would refuse a recipient; None: it would not."""
    try:
        AddressRecipient.model_validate_json(json.dumps(recipient), context={IS_REQUEST: True})
    except ValidationError as failure:
        [first, *_] = invalid(failure).errors
        return f"{first['context'].removeprefix('$.')} {first['message']}"
    return None
