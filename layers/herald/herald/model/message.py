"""A Message: what became of one recipient of an Operation."""

from datetime import datetime

from pydantic import Field

from herald.model.addresses import MessageAddress, Sender
from herald.model.ids import created_at, operation_id_of
from herald.model.recipients import Variables
from herald.model.status import Status
from herald.model.wire import Wire


class Attempt(Wire):
    """One try to hand a message to a carrier.

    `error` is the code of what went wrong in it. Of the last attempt the message
    itself holds the status and the error, which receipts go on changing.
    """

    sender: Sender
    to: MessageAddress
    at: datetime
    carrier_id: str | None = None
    error: int | None = None


class Message(Wire):
    """One row. Its content is not kept: it is the operation's, rendered with `variables`."""

    id: str
    account: str
    status: Status
    to: MessageAddress
    sender: Sender
    variables: Variables = Field(default_factory=dict)
    tags: dict[str, str] = Field(default_factory=dict)
    attempts: tuple[Attempt, ...] = ()
    error: int | None = None
    scheduled_for: datetime | None = None
    updated_at: datetime
    expires_at: int

    @property
    def created_at(self) -> datetime:
        return created_at(self.id)

    @property
    def operation_id(self) -> str:
        return operation_id_of(self.id)

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
    addresses: tuple[MessageAddress, ...]
    expires_at: int


class Receipt(Wire):
    """What a carrier reports of one attempt (from 1) to send one message."""

    account: str
    message_id: str
    attempt: int
    status: Status
    error: int | None = None
