"""A Message: what became of one recipient of an Operation."""

from datetime import datetime
from typing import Annotated, Final, Self

from pydantic import Field

from herald.model.addresses import MessageAddress, Sender
from herald.model.ids import created_at, operation_id_of
from herald.model.inbound import Received
from herald.model.phase import Phase, phase_of
from herald.model.problems import UNADDRESSABLE, UNCONFIRMED
from herald.model.recipients import Variables
from herald.model.status import Status
from herald.model.wire import Wire

_IfKnown: Final = Field(exclude_if=lambda value: value is None)


_MOST_SAID: Final = 500


class Billing(Wire):
    """What a carrier itself says of an attempt: its cost, and why it failed; as far as it says anything.

    `network` is the name of the recipient's mobile network, `price` a decimal number in
    `currency` (ISO 4217), `parts` how many messages the carrier charges for. `carrier_code`
    and `carrier_message` are the carrier's own code and text of a failure.
    """

    network: Annotated[str | None, _IfKnown] = None
    price: Annotated[str | None, _IfKnown] = None
    currency: Annotated[str | None, _IfKnown] = None
    parts: Annotated[int | None, _IfKnown] = None
    carrier_code: Annotated[str | None, _IfKnown] = None
    carrier_message: Annotated[str | None, _IfKnown] = None

    def of_failure(self, code: object, message: object) -> Self:
        """It, with what the carrier says of a failure; a text is cut at 500 characters."""
        known = [None if each in (None, "") else str(each)[:_MOST_SAID] for each in (code, message)]
        return self.model_copy(update={"carrier_code": known[0], "carrier_message": known[1]})

    def cost(self) -> Self | None:
        """What it says of the cost alone."""
        return self.model_copy(update={"carrier_code": None, "carrier_message": None}).or_none()

    def failure(self) -> Self | None:
        """What it says of a failure alone."""
        cost = {"network": None, "price": None, "currency": None, "parts": None}
        return self.model_copy(update=cost).or_none()

    def or_none(self) -> Self | None:
        """It, if it says anything."""
        return self if self.model_dump() else None


class Attempt(Wire):
    """One try to hand a message to a carrier.

    `error` is the code of what went wrong in it, `is_reported` whether that is what a
    receipt said. Of the last attempt the message itself holds the status and the error,
    which receipts go on changing.
    """

    sender: Sender
    to: MessageAddress
    at: datetime
    carrier_id: str | None = None
    error: int | None = None
    is_reported: Annotated[bool, Field(exclude_if=lambda value: not value)] = False
    billing: Billing | None = None

    @property
    def is_unknown(self) -> bool:
        """Whether it is unknown that it handed the message over."""
        return self.error == UNCONFIRMED.code


class Message(Wire):
    """One row. Its content is not kept: it is the operation's, rendered with `variables`.

    One that was received (INBOUND) is of no operation, so its content is kept. `to` is the
    person all the same, and `sender` the sender of ours: here, the one who wrote and the
    one who was written to.
    """

    id: str
    account: str
    # The recipient's place in the request, from 0, where the id does not tell it.
    place: int | None = None
    status: Status
    to: MessageAddress
    sender: Sender
    # What it belongs to besides its operation.
    session_id: str | None = None
    # Of a recipient by profile: whose, and the addresses that it had when the row was made.
    profile_id: str | None = None
    memory_store_id: str | None = None
    addresses: tuple[MessageAddress, ...] | None = None
    # Of a group: everybody. What became of each is a PersonReceipt.
    group: tuple[MessageAddress, ...] | None = None
    # What was received; of what we send, nothing.
    received: Received | None = None
    variables: Variables = Field(default_factory=dict)
    tags: dict[str, str] = Field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()
    error: int | None = None
    # What is wrong with this recipient's content, in words; it may quote the variables.
    reason: str | None = None
    scheduled_for: datetime | None = None
    updated_at: datetime
    expires_at: int

    @property
    def created_at(self) -> datetime:
        return created_at(self.id)

    @property
    def operation_id(self) -> str:
        """The operation that made it; of a message that was received, one that there is not."""
        return operation_id_of(self.id)

    @property
    def is_inbound(self) -> bool:
        """Whether it was received, and so is of no operation."""
        return self.received is not None

    @property
    def phase(self) -> Phase:
        """Where it stands in our own work on it."""
        failed = bool(self.attempts) and self.attempts[-1].error is not None
        return phase_of(self.status, self.error, last_try_failed=failed)

    def status_of(self, attempt: int) -> Status:
        """The status of attempt number `attempt` (from 0): a try that was followed by another failed."""
        return self.status if attempt == len(self.attempts) - 1 else Status.FAILED

    def error_of(self, attempt: int) -> int | None:
        last = attempt == len(self.attempts) - 1
        return self.error if last else self.attempts[attempt].error


class Unaddressable(Wire):
    """A recipient that no sender of the request can reach; counted, never a Message."""

    id: str
    account: str
    place: int | None = None
    addresses: tuple[MessageAddress, ...]
    # Why.
    error: int = UNADDRESSABLE.code
    profile_id: str | None = None
    memory_store_id: str | None = None
    is_group: bool = False
    expires_at: int


class Receipt(Wire):
    """What a carrier reports of one attempt (from 1) to send one message.

    Of a group's message, to one `person` (from 0) of the group. `is_certain` unless the
    carrier gave up waiting for an answer: then no message is sent again.
    """

    account: str
    message_id: str
    attempt: int
    person: int | None = None
    status: Status
    is_certain: Annotated[bool, Field(exclude_if=lambda value: value)] = True
    error: int | None = None
    billing: Annotated[Billing | None, _IfKnown] = None


class PersonReceipt(Wire):
    """What became of a group's message at one person."""

    account: str
    message_id: str
    person: int
    to: MessageAddress
    status: Status
    error: int | None = None
    carrier_id: str | None = None
    billing: Billing | None = None
    # Whether it was handed over before, with an unknown outcome.
    is_sent_again: bool = False
    updated_at: datetime

    @property
    def phase(self) -> Phase:
        """Where the person stands in our own work on the message."""
        return phase_of(self.status, self.error, last_try_failed=self.is_sent_again)
