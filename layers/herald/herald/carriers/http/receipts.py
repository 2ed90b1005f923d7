"""What the endpoint reports of the messages that it took."""

from typing import Annotated, Final

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from herald.carriers.callback_keys import ReceiptKey
from herald.carriers.http.settings import HttpSettings
from herald.model.message import Billing, Receipt
from herald.model.status import Status
from herald.model.wire import Closed

_REPORTED: Final = (Status.SENT, Status.DELIVERED, Status.READ, Status.UNDELIVERED)


class ReportedReceipt(Closed):
    """The body of a callback that tells what became of a message."""

    status: Status
    code: str | int | None = None
    network: Annotated[str, Field(max_length=100)] | None = None
    price: Annotated[str, Field(pattern=r"^[0-9]{1,9}(\.[0-9]{1,9})?$")] | None = None
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")] | None = None
    parts: Annotated[int, Field(ge=1, le=100)] | None = None

    @field_validator("status")
    @classmethod
    def _is_of_a_carrier(cls, status: Status) -> Status:
        if status not in _REPORTED:
            raise PydanticCustomError("reported", "must be one of {known}", {"known": ", ".join(_REPORTED)})
        return status

    def receipt(self, key: ReceiptKey, settings: HttpSettings) -> Receipt:
        billing = Billing(network=self.network, price=self.price, currency=self.currency, parts=self.parts)
        code = None if self.code is None else str(self.code)
        return Receipt(
            **key.fields,
            status=self.status,
            error=settings.code_of(code) if self.status is Status.UNDELIVERED else None,
            billing=billing.or_none(),
        )
