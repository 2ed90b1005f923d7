"""Carriers hand messages on and report what became of them: a folder for each.

To add a carrier: add its folder, whose `__init__.py` holds CARRIER (a `kind.Kind`), and
its switch in template.yaml.
"""

import json
from collections.abc import Collection
from functools import partial
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from herald.carriers import queued
from herald.carriers.kind import Kind
from herald.carriers.protocol import (
    Accepted,
    Carrier,
    NotSent,
    OutboundMessage,
    Outcome,
    Rejected,
    Stopped,
    Unknown,
)
from herald.carriers.surroundings import Surroundings
from herald.carriers.switch import Switch
from herald.carriers.unreadable import Parts, Unreadable
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
    "Unreadable",
    "build",
    "parse_inbound",
    "parse_receipts",
]

# By the name of its folder.
CARRIERS: Final[dict[str, Kind[Any]]] = {
    each.name: import_module(f"{__name__}.{each.name}").CARRIER
    for each in iter_modules(__path__)
    if each.ispkg
}


def build(name: str, enabled: Collection[str], surroundings: Surroundings) -> Switch:
    """The carrier of a stack: the one of this name, and for senders that name another, the enabled."""
    return Switch(
        name,
        {each: partial(kind.build, surroundings) for each, kind in CARRIERS.items() if each in enabled},
    )


def parse_inbound(body: str) -> Parts[Inbound]:
    """The inbound messages in a message of a queue; as parse_receipts."""
    message = json.loads(body)
    if "carrier" in message:
        return queued.parse_inbound(_known(message))
    return _together([each.inbound(message) for each in _readers()])


def parse_receipts(body: str, *, successful: Status = Status.SENT) -> Parts[Receipt]:
    """The receipts in a message of a queue, if there are any.

    A message without `carrier` is an event as the carrier made it; `successful` is what
    AWS's events of that name count as. Raises ValueError or KeyError: no carrier that
    Herald knows made the message.
    """
    message = json.loads(body)
    if "carrier" in message:
        return queued.parse_receipts(_known(message))
    return _together([each.receipts(message, successful) for each in _readers()])


def _together[Found](some: list[Parts[Found]]) -> Parts[Found]:
    found: list[Found | Unreadable] = []
    for parts in some:
        found += parts
        found += parts.unreadable
    return Parts(found)


def _known(message: dict[str, Any]) -> dict[str, Any]:
    """A message in Herald's words. Raises KeyError: its carrier is none of Herald's."""
    if message["carrier"] not in CARRIERS:
        raise KeyError(message["carrier"])
    return message


def _readers() -> list[Any]:
    return [kind.events for kind in CARRIERS.values() if kind.events]
