"""Carriers' reports in the form of the queues: Herald's own, with the carrier's name.

{"carrier": "twilio", "receipts": [...]}      on the receipt queue: nothing personal
{"carrier": "twilio", "inbound": [...]}       on the inbound queue
"""

import json
from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any, Final

from pydantic import TypeAdapter

from herald.carriers.unreadable import Parts, read
from herald.model.addresses import SANDBOX
from herald.model.inbound import Inbound
from herald.model.message import Receipt

_RECEIPTS: Final = TypeAdapter(tuple[Receipt, ...])


def receipts(carrier: str, some: Iterable[Receipt]) -> str:
    return json.dumps({"carrier": carrier, "receipts": _RECEIPTS.dump_python(tuple(some))})


def inbound(carrier: str, some: Iterable[Inbound]) -> str:
    shown = [each.model_dump(mode="json", exclude={"carrier"}, exclude_none=True) for each in some]
    return json.dumps({"carrier": carrier, "inbound": shown})


def parse_receipts(message: dict[str, Any]) -> Parts[Receipt]:
    """The receipts in a queue message. Raises KeyError, TypeError: it is not a carrier's report."""
    if "inbound" in message:
        return Parts()

    def receipt(part: Mapping[str, Any]) -> Receipt:
        return Receipt.model_validate(part, strict=False)

    return Parts(
        read(each, receipt, partial(_alone, message, "receipts", each)) for each in message["receipts"]
    )


def parse_inbound(message: dict[str, Any]) -> Parts[Inbound]:
    """As parse_receipts."""
    if "receipts" in message:
        return Parts()

    carrier = message["carrier"]
    # Any other carrier has the account from nowhere: its senders have owners.
    known = {} if carrier == SANDBOX else {"account": None}

    def inbound(part: Mapping[str, Any]) -> Inbound:
        return Inbound.model_validate({**part, "carrier": carrier, **known}, strict=False)

    return Parts(
        read(each, inbound, partial(_alone, message, "inbound", each)) for each in message["inbound"]
    )


def _alone(message: dict[str, Any], name: str, part: object) -> dict[str, Any]:
    return {"carrier": message["carrier"], name: [part]}
