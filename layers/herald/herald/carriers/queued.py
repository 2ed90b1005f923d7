"""How the queues hold what carriers report: in words of Herald, with the carrier's name.

{"carrier": "twilio", "receipts": [...]}      on the receipt queue: nothing personal
{"carrier": "twilio", "inbound": [...]}       on the inbound queue
"""

import json
from collections.abc import Iterable
from typing import Any

from herald.model.inbound import Inbound
from herald.model.message import Receipt


def receipts(carrier: str, some: Iterable[Receipt]) -> str:
    return json.dumps({"carrier": carrier, "receipts": [each.model_dump() for each in some]})


def inbound(carrier: str, some: Iterable[Inbound]) -> str:
    shown = [each.model_dump(mode="json", exclude={"carrier"}, exclude_none=True) for each in some]
    return json.dumps({"carrier": carrier, "inbound": shown})


def parse_receipts(message: dict[str, Any]) -> list[Receipt]:
    """Raises KeyError, pydantic's ValidationError: that is nothing that a carrier reports."""
    if "inbound" in message:
        return []
    return [Receipt.model_validate(each, strict=False) for each in message["receipts"]]


def parse_inbound(message: dict[str, Any]) -> list[Inbound]:
    """As parse_receipts."""
    if "receipts" in message:
        return []
    return [
        Inbound.model_validate({**each, "carrier": message["carrier"]}, strict=False)
        for each in message["inbound"]
    ]
