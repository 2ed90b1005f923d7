"""A Message: the message to one recipient of an Operation."""

from datetime import datetime
from typing import Annotated, Final, Self

from pydantic import Field

from herald.model.addresses import MessageAddress, Sender
from herald.model.ids import created_at, index_of, operation_id_of
from herald.model.inbound import Received
from herald.model.phase import Phase, phase_of
from herald.model.problems import UNADDRESSABLE, UNCONFIRMED
from herald.model.recipients import Variables
from herald.model.status import Status
from herald.model.wire import Wire

_IfKnown: Final = Field(exclude_if=lambda value: value is None)


_MOST_SAID: Final = 500


class Billing(Wire):
    """A carrier's own report on an attempt: its cost, and why it failed, as far as the carrier says so.

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
        """This report with the carrier's code and text of a failure; a text is cut at 500 characters."""
        known = [None if each in (None, "") else str(each)[:_MOST_SAID] for each in (code, message)]
        return self.model_copy(update={"carrier_code": known[0], "carrier_message": known[1]})

    def cost(self) -> Self | None:
        """Only the cost."""
        return self.model_copy(update={"carrier_code": None, "carrier_message": None}).or_none()

    def failure(self) -> Self | None:
        """Only the failure."""
        cost = {"network": None, "price": None, "currency": None, "parts": None}
        return self.model_copy(update=cost).or_none()

    def or_none(self) -> Self | None:
        """The report, unless it is empty."""
        return self if self.model_dump() else None


class Attempt(Wire):
    """One try to hand a message to a carrier.

    `error` is the code of its failure, `is_reported` whether a receipt has reported
    it. For the last attempt the message itself holds the status and the error,
    which receipts still change.
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
        """Whether it is unknown if the message was handed over."""
        return self.error == UNCONFIRMED.code


class Message(Wire):
    """One row. Its content is not kept: it is the operation's, rendered with `variables`.

    A received message (INBOUND) belongs to no operation, so its content is kept. `to` is the
    person here too, and `sender` the account's sender: the person wrote, and the sender
    received.
    """

    id: str
    account: str
    # The recipient's place in the request, from 0, if the id does not hold it.
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
    # All people of a group. The result for each is a PersonReceipt.
    group: tuple[MessageAddress, ...] | None = None
    # The content of a received message; None for a message that we send.
    received: Received | None = None
    variables: Variables = Field(default_factory=dict)
    tags: dict[str, str] = Field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()
    # The attempt after these, if a receipt has reported it and no worker has recorded it. Its sender and
    # address are not known: they are those of the last recorded attempt.
    unrecorded: Attempt | None = None
    error: int | None = None
    # The error of this recipient's content, in words; it may quote the variables.
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
    def index(self) -> int:
        """The recipient's place in the request, from 0. A message that was received has none."""
        return index_of(self.id) if self.place is None else self.place

    @property
    def is_inbound(self) -> bool:
        """Whether it was received, and so belongs to no operation."""
        return self.received is not None

    @property
    def phase(self) -> Phase:
        """Its state in Herald's own work."""
        failed = bool(self.attempts) and self.attempts[-1].error is not None
        return phase_of(self.status, self.error, last_try_failed=failed)

    def status_of(self, attempt: int) -> Status:
        """The status of attempt number `attempt` (from 0): one that was followed by another has failed."""
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

    @property
    def index(self) -> int:
        """The recipient's place in the request, from 0."""
        return index_of(self.id) if self.place is None else self.place


class Receipt(Wire):
    """A carrier's report on one attempt (from 1) to send one message.

    For a group's message, on one `person` (from 0) of the group. `is_certain` unless the
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
    """The result of a group's message for one person."""

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
        """The person's state in Herald's own work on the message."""
        return phase_of(self.status, self.error, last_try_failed=self.is_sent_again)
