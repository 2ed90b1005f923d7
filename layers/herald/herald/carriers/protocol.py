"""What a carrier is: it takes a message, and says which of five things happened."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from herald.model.addresses import CarrierName, MessageAddress, Sender
from herald.tasks import Queue


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """One attempt to send one message. `attempt` counts from 1.

    account, message_id, attempt and person come back with the carrier's receipts.
    `person` is the place (from 0) in a group, whose people are handed over one by one.
    `deferrals` tells how often the message was turned away before. `carrier` is the
    sender's own, None: the stack's. `parts` is how many the carrier counts it as.
    """

    account: str
    message_id: str
    attempt: int
    person: int | None = None
    sender: Sender
    to: MessageAddress
    text: str | None
    media: tuple[str, ...]
    # In place of text and media, for RCS: the contract's shape of an `rcs` module.
    rcs: Mapping[str, Any] | None = None
    deferrals: int
    carrier: CarrierName | None = None
    parts: int = 1


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier has it, under its own id."""

    carrier_id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The carrier will not take it: another route may be tried."""

    code: int


@dataclass(frozen=True, slots=True)
class NotSent:
    """It surely was not sent, and may be tried again after some seconds."""

    retry_after: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nobody can tell whether it was sent: it must not be sent again blindly."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """It was not sent, and nothing of this sender will be: such a sender is not there, or may not send."""

    code: int


Outcome = Accepted | Rejected | NotSent | Unknown | Stopped


class Carrier(Protocol):
    name: str

    def send(self, message: OutboundMessage) -> Outcome:
        """Hand one message on; called from several threads. An exception means Unknown."""

    def flush(self) -> None:
        """Called after each group of sends; for what a carrier sends on in groups."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a carrier may be built from."""

    receipts: Queue
    sandbox_receipt_seconds: int
