"""Carriers hand messages on and report what became of them. One file each.

To add one: its file with `build` and `parse_receipts`, its row in CARRIERS, and
its name among the values of the template's parameter Carrier.
"""

import json
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from herald.carriers import sandbox
from herald.carriers.protocol import (
    Accepted,
    Carrier,
    NotSent,
    OutboundMessage,
    Outcome,
    Rejected,
    Surroundings,
    Unknown,
)
from herald.model.message import Receipt

__all__ = [
    "CARRIERS",
    "Accepted",
    "Carrier",
    "NotSent",
    "OutboundMessage",
    "Outcome",
    "Rejected",
    "Surroundings",
    "Unknown",
    "parse_receipts",
]


class CarrierKind(NamedTuple):
    build: Callable[[Surroundings], Carrier]
    # From the JSON object of a message on the receipt queue.
    parse_receipts: Callable[[dict[str, Any]], list[Receipt]]


CARRIERS: Final[dict[str, CarrierKind]] = {
    "sandbox": CarrierKind(sandbox.build, sandbox.parse_receipts),
}


def parse_receipts(body: str) -> list[Receipt]:
    """The receipts in a message of the receipt queue; `carrier` in it says whose they are.

    Raises ValueError or KeyError: not a message of a carrier that we know.
    """
    message = json.loads(body)
    return CARRIERS[message["carrier"]].parse_receipts(message)
