"""Carriers hand messages on and report what became of them. One file each.

To add one: its file with `build`, its row in CARRIERS, its name in CarrierName, and among
the values of the template's parameters Carrier and SenderCarriers.
"""

import json
from collections.abc import Callable, Collection
from functools import partial
from typing import Any, Final, NamedTuple

from herald.carriers import aws_events, aws_inbound, http, queued, sandbox, twilio
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
from herald.carriers.switch import Switch
from herald.model.inbound import Inbound
from herald.model.message import Receipt
from herald.model.status import Status

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
    "build",
    "parse_inbound",
    "parse_receipts",
]


class CarrierKind(NamedTuple):
    build: Callable[[Surroundings], Carrier]


def _build_aws(surroundings: Surroundings) -> Carrier:
    # Only what sends has to load it.
    from herald.carriers import aws

    return aws.build(surroundings)


CARRIERS: Final[dict[str, CarrierKind]] = {
    sandbox.NAME: CarrierKind(sandbox.build),
    "aws": CarrierKind(_build_aws),
    twilio.NAME: CarrierKind(twilio.build),
    http.NAME: CarrierKind(http.build),
}


def build(name: str, enabled: Collection[str], surroundings: Surroundings) -> Switch:
    """The carrier of a stack: the one of this name, and for senders that name another, the enabled."""
    return Switch(
        name,
        {each: partial(kind.build, surroundings) for each, kind in CARRIERS.items() if each in enabled},
    )


def parse_inbound(body: str) -> list[Inbound]:
    """What people have written, in a message of a queue; as parse_receipts."""
    message = json.loads(body)
    if _is_ours(message):
        return queued.parse_inbound(message)
    return aws_inbound.parse_inbound(message)


def parse_receipts(body: str, *, successful: Status = Status.SENT) -> list[Receipt]:
    """The receipts in a message of a queue, if there are any.

    What has no `carrier` in it is from AWS; `successful` is what its events of that name
    count as. Raises ValueError or KeyError: it is from no carrier that we know.
    """
    message = json.loads(body)
    if _is_ours(message):
        return queued.parse_receipts(message)
    return aws_events.parse_receipts(message, successful=successful)


def _is_ours(message: dict[str, Any]) -> bool:
    """Whether a message is in Herald's words. Raises KeyError: of a carrier that there is not."""
    return "carrier" in message and bool(CARRIERS[message["carrier"]])
