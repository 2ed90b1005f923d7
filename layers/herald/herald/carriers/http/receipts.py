"""Receipts of the endpoint for the messages that it accepted."""

from typing import Annotated, Final

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from herald.carriers.callback_keys import ReceiptKey
from herald.carriers.http.settings import HttpSettings
from herald.carriers.http.tolerant import Text, Whole, Word
from herald.model.message import Billing, Receipt
from herald.model.status import Status
from herald.model.wire import Wire

_REPORTED: Final = (Status.SENT, Status.DELIVERED, Status.READ, Status.UNDELIVERED)


class ReportedReceipt(Wire):
    """The body of a callback with a receipt. Unknown fields are ignored."""

    status: Annotated[Status, Field(strict=False), Word]
    code: Annotated[str | None, Text] = None
    message: Annotated[str | None, Text] = None
    network: Annotated[Annotated[str, Field(max_length=100)] | None, Text] = None
    price: Annotated[Annotated[str, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9})?$")] | None, Text] = None
    currency: Annotated[Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None, Word] = None
    parts: Annotated[Annotated[int, Field(ge=1, le=100)] | None, Whole] = None

    @field_validator("status")
    @classmethod
    def _is_of_a_carrier(cls, status: Status) -> Status:
        if status not in _REPORTED:
            raise PydanticCustomError("reported", "must be one of {known}", {"known": ", ".join(_REPORTED)})
        return status

    def receipt(self, key: ReceiptKey, settings: HttpSettings) -> Receipt:
        billing = Billing(network=self.network, price=self.price, currency=self.currency, parts=self.parts)
        is_failure = self.status is Status.UNDELIVERED
        if is_failure:
            billing = billing.of_failure(self.code, self.message)
        return Receipt(
            **key.fields,
            status=self.status,
            error=settings.code_of(self.code) if is_failure else None,
            billing=billing.or_none(),
        )
