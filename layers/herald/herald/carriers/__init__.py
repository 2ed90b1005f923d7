"""Carriers hand messages on and report what became of them. One file each.

To add one: its file with `build`, `parse_receipts` and `parse_inbound`, its row in
CARRIERS, and its name among the values of the template's parameter Carrier.
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
    Stopped,
    Surroundings,
    Unknown,
)
from herald.model.inbound import Inbound
from herald.model.message import Receipt

__all__ = [
    "CARRIERS",
    "Accepted",
    "Carrier",
    "NotSent",
    "OutboundMessage",
    "Outcome",
    "Rejected",
    "Stopped",
    "Surroundings",
    "Unknown",
    "is_inbound",
    "parse_inbound",
    "parse_receipts",
]


class CarrierKind(NamedTuple):
    build: Callable[[Surroundings], Carrier]
    # From the JSON object of a message on the receipt queue.
    parse_receipts: Callable[[dict[str, Any]], list[Receipt]]
    # And from one on the inbound queue.
    parse_inbound: Callable[[dict[str, Any]], list[Inbound]]


CARRIERS: Final[dict[str, CarrierKind]] = {
    "sandbox": CarrierKind(sandbox.build, sandbox.parse_receipts, sandbox.parse_inbound),
}


def is_inbound(body: str) -> bool:
    """Whether a message of a queue holds what people have written, and not receipts. Raises ValueError."""
    return "inbound" in json.loads(body)


def parse_inbound(body: str) -> list[Inbound]:
    """What people have written, in a message of the inbound queue; as parse_receipts."""
    message = json.loads(body)
    return CARRIERS[message["carrier"]].parse_inbound(message)


def parse_receipts(body: str) -> list[Receipt]:
    """The receipts in a message of the receipt queue; `carrier` in it says whose they are.

    Raises ValueError or KeyError: not a message of a carrier that we know.
    """
    message = json.loads(body)
    return CARRIERS[message["carrier"]].parse_receipts(message)
