"""The interface of a carrier: it gets a message, and returns one of five outcomes."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final, Protocol

from herald.model.addresses import CarrierName, MessageAddress, Sender, SenderChannel
from herald.model.delivery import Delivery
from herald.model.message import Billing

# How long RCS has where another channel waits for its turn, unless the request says. When the
# time is up it is taken back, and only then the other one goes.
FALLBACK_SECONDS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboundMessage:
    """One attempt to send one message. `attempt` counts from 1.

    account, message_id, attempt and person come back with the carrier's receipts.
    `person` is the place (from 0) in a group, whose people are handed over one by one.
    `deferrals` is how often the message was turned away before. `carrier` is the
    sender's own, None: the stack's. `carrier_sender_id` is the carrier's id of the
    sender, None: its address. `parts` is the number of message parts.
    """

    account: str
    message_id: str
    attempt: int
    person: int | None = None
    sender: Sender
    to: MessageAddress
    text: str | None
    media: tuple[str, ...]
    # Instead of text and media, for RCS: the contract's shape of an `rcs` module.
    rcs: Mapping[str, Any] | None = None
    # Of WhatsApp, for who can show it: a message as Meta's Cloud API has it, {"type": "template" or
    # "interactive", ...}. Others send text and media; of a template alone there are none.
    whatsapp: Mapping[str, Any] | None = None
    delivery: Delivery | None = None
    deferrals: int
    carrier: CarrierName | None = None
    carrier_sender_id: str | None = None
    parts: int = 1
    # Whether another route is tried if this one fails.
    has_fallback: bool = False

    @property
    def validity_period(self) -> int | None:
        """Seconds for which the carrier may try; None: for as long as it likes."""
        if self.delivery is not None and self.delivery.validity_period is not None:
            return self.delivery.validity_period
        return FALLBACK_SECONDS if self.has_fallback and self.sender.channel is SenderChannel.RCS else None

    @property
    def is_dry_run(self) -> bool:
        """Whether the message must not reach any person."""
        return self.delivery is not None and self.delivery.dry_run


@dataclass(frozen=True, slots=True)
class Accepted:
    """The carrier has the message, under its own id."""

    carrier_id: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """The carrier refuses it: another route may be tried. `said`: the carrier's own code and text."""

    code: int
    said: Billing | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class NotSent:
    """It was certainly not sent, and may be tried again after some seconds."""

    retry_after: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """It is unknown whether it was sent: it must not be sent again blindly."""


@dataclass(frozen=True, slots=True)
class Stopped:
    """It was not sent, and the carrier will send nothing from this sender, which is unknown or may not send.

    `said`: the carrier's own code and text.
    """

    code: int
    said: Billing | None = field(default=None, compare=False)


Outcome = Accepted | Rejected | NotSent | Unknown | Stopped


def as_said(outcome: Outcome, code: object, text: object) -> Outcome:
    """An outcome with the carrier's own code and text, if it is a failure that is stored."""
    if isinstance(outcome, Rejected | Stopped):
        return replace(outcome, said=Billing().of_failure(code, text).or_none())
    return outcome


class Carrier(Protocol):
    name: str

    def send(self, message: OutboundMessage) -> Outcome:
        """Send one message; called from several threads. An exception means Unknown."""

    def flush(self) -> None:
        """Called after each group of sends; for carriers that send in groups."""
