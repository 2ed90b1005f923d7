"""Carriers deliver messages and report on them: a folder for each.

To add a carrier: add its folder, whose `__init__.py` holds CARRIER (a `kind.Kind`), and
its switch in template.yaml.

aws            AWS End User Messaging: SMS, MMS and RCS by one service, WhatsApp by another
callback_keys  the key that goes out with a message and comes back with its receipts, without a look-up
fetch          fetches a client's URL, without becoming a way into our own network
http           an HTTP endpoint of the user's own: a gateway, or an adapter in front of another carrier
kind           the declaration of a carrier: how it is built, and how its reports are read
protocol       the interface of a carrier: it gets a message, and returns one of five outcomes
queued         carriers' reports in the form of the queues: Herald's own, with the carrier's name
sandbox        the carrier that sends nothing: a new stack's default, and every test's
surroundings   the parts of a stack from which a carrier is built
switch         the carriers of a stack: a message goes to the carrier that its sender names, else the stack's
transport      POST requests to carriers: one try each, and the outcome when there is no answer
twilio         Twilio's Programmable Messaging: SMS, MMS, RCS and WhatsApp, a request for each message
far_end  the URL of a carrier: by https, because requests are personal and carry credentials
unreadable  the parts of a carrier's report that cannot be read
"""

import json
from collections.abc import Collection
from functools import partial
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final, TypeVar

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

Found = TypeVar("Found")

__all__ = [
    "CARRIERS",
    "Accepted",
    "Carrier",
    "Forged",
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
    """The carriers of a stack: the one of this name, and the enabled ones for senders that name another."""
    return Switch(
        name,
        {each: partial(kind.build, surroundings) for each, kind in CARRIERS.items() if each in enabled},
    )


class Forged(Exception):
    """The callback function of one carrier has queued a report of another carrier."""


def parse_inbound(body: str, *, only: str | None = None) -> Parts[Inbound]:
    """The inbound messages in a queue message; as parse_receipts."""
    message = json.loads(body)
    _check_origin(message, only)
    if "carrier" in message:
        return queued.parse_inbound(_known(message))
    return _together([each.inbound(message) for each in _readers()])


def parse_receipts(body: str, *, successful: Status = Status.SENT, only: str | None = None) -> Parts[Receipt]:
    """The receipts in a queue message, if there are any.

    A message without `carrier` is an event of the carrier itself; `successful` is the status for
    AWS's events of that name. `only` is the carrier whose callback function has sent the
    message, if one has. Raises Forged; and ValueError or KeyError: no known carrier made the
    message.
    """
    message = json.loads(body)
    _check_origin(message, only)
    if "carrier" in message:
        return queued.parse_receipts(_known(message))
    return _together([each.receipts(message, successful) for each in _readers()])


def _together(some: list[Parts[Found]]) -> Parts[Found]:
    found: list[Found | Unreadable] = []
    for parts in some:
        found += parts
        found += parts.unreadable
    return Parts(found)


def _check_origin(message: Any, only: str | None) -> None:
    if only is not None and (not isinstance(message, dict) or message.get("carrier") != only):
        raise Forged


def _known(message: dict[str, Any]) -> dict[str, Any]:
    """A report in Herald's own form. Raises KeyError: its carrier is unknown."""
    if message["carrier"] not in CARRIERS:
        raise KeyError(message["carrier"])
    return message


def _readers() -> list[Any]:
    return [kind.events for kind in CARRIERS.values() if kind.events]
