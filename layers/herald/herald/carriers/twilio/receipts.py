"""Receipts of Twilio for the messages that it accepted."""

from collections.abc import Mapping
from typing import Final

from herald.carriers.callback_keys import unpack
from herald.carriers.twilio.form import Form
from herald.model import problems
from herald.model.message import Billing, Receipt
from herald.model.status import Status

_STATUSES: Final[Mapping[str, Status | None]] = {
    "accepted": Status.SENT,
    "scheduled": Status.SENT,
    "queued": Status.SENT,
    "sending": Status.SENT,
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "partially_delivered": Status.DELIVERED,
    "read": Status.READ,
    "undelivered": Status.UNDELIVERED,
    # Twilio took it, and then could not hand it on.
    "failed": Status.UNDELIVERED,
    "canceled": Status.UNDELIVERED,
    # Of what people write.
    "receiving": None,
    "received": None,
}


def receipt_of(key: str | None, form: Form) -> Receipt | None:
    """The receipt in a status callback; None if it reports nothing, or is not for a message of ours."""
    of, status = unpack(key), _STATUSES.get(form.get("MessageStatus") or "")
    if of is None or status is None:
        return None
    error = form.number("ErrorCode") or problems.UNKNOWN_ERROR.code
    parts = form.number("NumSegments")
    return Receipt(
        **of.fields,
        status=status,
        error=error if status is Status.UNDELIVERED else None,
        billing=_billing(form, parts, is_failure=status is Status.UNDELIVERED),
    )


def _billing(form: Form, parts: int | None, *, is_failure: bool) -> Billing | None:
    billing = Billing(parts=parts or None)
    if is_failure:
        billing = billing.of_failure(form.get("ErrorCode"), form.get("ErrorMessage"))
    return billing.or_none()
