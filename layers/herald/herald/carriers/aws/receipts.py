"""Receipts of AWS End User Messaging for the messages that it accepted.

It publishes events to SNS topics of the stack, which forward them to the queues
(template.yaml). An event has the key that went out with the message, in `context` or, for
WhatsApp, in `biz_opaque_callback_data`. An event without such a key belongs to another
application of the AWS account, and is dropped.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any, Final, NamedTuple, TypeAlias

from herald.carriers.callback_keys import CONTEXT_KEY, unpack
from herald.carriers.unreadable import Parts, Unreadable, read
from herald.model import problems
from herald.model.message import Billing, Receipt
from herald.model.problems import Problem
from herald.model.status import Status
from herald.telemetry import count, logger

Json: TypeAlias = Mapping[str, Any]


class Meaning(NamedTuple):
    """The meaning of a kind of event for a message; `status` None: none."""

    status: Status | None
    problem: Problem | None = None


def _undelivered(problem: Problem) -> Meaning:
    return Meaning(Status.UNDELIVERED, problem)


_SENT: Final = Meaning(Status.SENT)
_DELIVERED: Final = Meaning(Status.DELIVERED)

# Of SMS and MMS, without TEXT_ and MEDIA_. What the service has accepted was handed over: none of
# its events can make that fail any more, so it is undelivered.
_OF_PHONES: Final[Mapping[str, Meaning]] = {
    # The stack's configuration set leaves these out; another one may have them.
    "SENT": _SENT,
    "PENDING": _SENT,
    "QUEUED": _SENT,
    # A network accepted it; some networks never report more.
    "SUCCESSFUL": _SENT,
    "DELIVERED": _DELIVERED,
    "INVALID": _undelivered(problems.UNKNOWN_HANDSET),
    "INVALID_MESSAGE": _undelivered(problems.INVALID_CONTENT),
    "UNREACHABLE": _undelivered(problems.UNREACHABLE),
    "CARRIER_UNREACHABLE": _undelivered(problems.UNREACHABLE),
    "BLOCKED": _undelivered(problems.BLOCKED),
    "CARRIER_BLOCKED": _undelivered(problems.FILTERED),
    "SPAM": _undelivered(problems.FILTERED),
    "UNKNOWN": _undelivered(problems.UNKNOWN_ERROR),
    "TTL_EXPIRED": _undelivered(problems.EXPIRED),
    "PROTECT_BLOCKED": _undelivered(problems.REGION_NOT_ENABLED),
    "FILE_INACCESSIBLE": _undelivered(problems.INVALID_MEDIA),
    "FILE_TYPE_UNSUPPORTED": _undelivered(problems.MEDIA_TYPE),
    "FILE_SIZE_EXCEEDED": _undelivered(problems.TOO_LARGE),
}
_OF_RCS: Final[Mapping[str, Meaning]] = {
    "QUEUED": _SENT,
    "SENT": _SENT,
    "DELIVERED": _DELIVERED,
    "READ": Meaning(Status.READ),
    "FAILED": _undelivered(problems.UNKNOWN_ERROR),
    "TTL_EXPIRED": _undelivered(problems.EXPIRED),
    "PROTECT_BLOCKED": _undelivered(problems.REGION_NOT_ENABLED),
    # The events of the SMS follow.
    "FALLEN_BACK_TO_SMS": Meaning(None),
}
MEANINGS: Final[Mapping[str, Meaning]] = {
    **{f"{kind}_{name}": each for kind in ("TEXT", "MEDIA") for name, each in _OF_PHONES.items()},
    **{f"RCS_{name}": each for name, each in _OF_RCS.items()},
}
_UNDER_WAY: Final = frozenset(
    kind for kind, each in MEANINGS.items() if each.status is Status.SENT and not kind.endswith("_SUCCESSFUL")
)
# AWS says so itself when no network has told anything for three days.
_UNCERTAIN: Final = ("TEXT_UNKNOWN", "MEDIA_UNKNOWN")
# RCS has no event for it.
_UNCERTAIN_STATUS: Final = "UNKNOWN"
_NOT_REVOKED: Final = "TTL_EXPIRATION_REVOKE_FAILED"
_SUCCESSFUL: Final = ("TEXT_SUCCESSFUL", "MEDIA_SUCCESSFUL")

WHATSAPP_STATUSES: Final[Mapping[str, Status | None]] = {
    "sent": Status.SENT,
    "delivered": Status.DELIVERED,
    "read": Status.READ,
    # A voice message was listened to.
    "played": Status.READ,
    "failed": Status.UNDELIVERED,
    # By the person, who had got it.
    "deleted": None,
    "warning": None,
}
# By Meta's codes.
WHATSAPP_PROBLEMS: Final[Mapping[int, Problem]] = {
    **dict.fromkeys((4, 80007, 130429, 131048, 131056), problems.WHATSAPP_RATE),
    **dict.fromkeys((368, 131031, 131042, 131045, 133010), problems.SUSPENDED),
    **dict.fromkeys((131008, 131009, 131051, 132018), problems.INVALID_CONTENT),
    **dict.fromkeys((131021, 131026, 131030), problems.NOT_ON_WHATSAPP),
    **dict.fromkeys((470, 131047), problems.WINDOW_CLOSED),
    **dict.fromkeys((131052, 131053), problems.INVALID_MEDIA),
    **dict.fromkeys((132000, 132012), problems.TEMPLATE_PARAMETERS),
    **dict.fromkeys((132005, 132007, 132015, 132016, 132068, 132069), problems.TEMPLATE_REFUSED),
    130472: problems.WHATSAPP_EXPERIMENT,
    131049: problems.WHATSAPP_LIMIT,
    131050: problems.OPTED_OUT,
    132001: problems.NO_SUCH_TEMPLATE,
}


class Published(NamedTuple):
    """An event of AWS without SNS's envelope; `at`: when it was published, which only the envelope says."""

    body: Json
    at: datetime | None = None


def published(message: Json) -> Published:
    """The event in a queue message. Raises ValueError: it is not from AWS."""
    if message.get("Type") == "Notification" and "Message" in message:
        body = json.loads(message["Message"])
        if not isinstance(body, Mapping):
            raise ValueError("not an event of AWS End User Messaging")
        return Published(body, _instant(message.get("Timestamp")))
    return Published(message)


def _instant(given: object) -> datetime | None:
    """When SNS published; None if the envelope does not say."""
    try:
        found = datetime.fromisoformat(str(given))
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def parse_receipts(message: Json, *, successful: Status = Status.SENT) -> Parts[Receipt]:
    """The receipts in an event. Raises ValueError: it is not from AWS.

    `successful` is the status for TEXT_SUCCESSFUL and MEDIA_SUCCESSFUL.
    """
    body = published(message).body
    found: list[Receipt | Unreadable | None]
    if "whatsAppWebhookEntry" in body:
        found = [read(status, _of_whatsapp, partial(_alone, status)) for status in _statuses(body)]
    elif "eventType" in body:
        found = [read(body, lambda event: _of_event(event, successful), lambda: dict(message))]
    elif "originationNumber" in body:
        found = []
    else:
        raise ValueError("not an event of AWS End User Messaging")
    told = [each for each in found if each]
    if dropped := len(found) - len(told):
        count("ReceiptOfNobody", dropped)
    return Parts(told)


def _of_event(event: Json, successful: Status) -> Receipt | None:
    context = event.get("context")
    key = unpack(context.get(CONTEXT_KEY) if isinstance(context, Mapping) else None)
    kind = str(event["eventType"])
    meaning = MEANINGS.get(kind)
    if key is None:
        # Another application of the AWS account sent it: such events may be many.
        return None
    if meaning is None:
        logger.warning("unknown event", kind=kind)
        return None
    status = successful if kind in _SUCCESSFUL else meaning.status
    # A message that could not be revoked may still arrive, so it has not failed.
    if status is None or event.get("messageStatus") == _NOT_REVOKED:
        return None
    return Receipt(
        **key.fields,
        status=status,
        is_certain=kind not in _UNCERTAIN and event.get("messageStatus") != _UNCERTAIN_STATUS,
        error=meaning.problem.code if meaning.problem else None,
        # The price comes with each event: that of the last one is written, with what it says.
        billing=None if kind in _UNDER_WAY else _billing(event, is_failure=meaning.problem is not None),
    )


def _billing(event: Json, *, is_failure: bool) -> Billing | None:
    """The sum of AWS's price and the networks' fee, in US dollars; for a failure, also AWS's code."""
    prices = [_decimal(event.get(name)) for name in ("totalMessagePrice", "totalCarrierFee")]
    known = [price for price in prices if price is not None]
    network, parts = event.get("carrierName"), event.get("totalMessageParts")
    billing = Billing(
        network=network if isinstance(network, str) and network else None,
        price=f"{sum(known):f}" if known else None,
        currency="USD" if known else None,
        parts=parts if isinstance(parts, int) and parts > 0 else None,
    )
    if is_failure:
        billing = billing.of_failure(event.get("messageStatus"), event.get("messageStatusDescription"))
    return billing.or_none()


def _decimal(value: object) -> Decimal | None:
    try:
        found = Decimal(str(value))
    except InvalidOperation:
        return None
    return found if found.is_finite() else None


def entries(body: Json) -> Iterator[Json]:
    """The `value` of each change in a webhook of WhatsApp. Raises ValueError."""
    entry = json.loads(body["whatsAppWebhookEntry"])
    if not isinstance(entry, Mapping):
        raise ValueError("the entry of a webhook is no object")
    for change in entry.get("changes") or []:
        value = change.get("value") if isinstance(change, Mapping) else None
        if isinstance(value, Mapping):
            yield value


def _statuses(body: Json) -> Iterator[Json]:
    for value in entries(body):
        statuses = value.get("statuses")
        yield from statuses if isinstance(statuses, list) else []


def _of_whatsapp(status: Json) -> Receipt | None:
    key = unpack(status.get("biz_opaque_callback_data"))
    kind = str(status.get("status"))
    if key is None:
        return None
    if kind not in WHATSAPP_STATUSES:
        logger.warning("unknown event", kind=kind)
        return None
    reached = WHATSAPP_STATUSES[kind]
    if reached is None:
        return None
    errors = status.get("errors")
    told = [each for each in errors if isinstance(each, Mapping)] if isinstance(errors, list) else []
    found = (WHATSAPP_PROBLEMS.get(_whole(each.get("code"))) for each in told)
    problem = next(filter(None, found), problems.UNKNOWN_ERROR)
    is_failure = reached is Status.UNDELIVERED
    said = told[0] if told and is_failure else {}
    return Receipt(
        **key.fields,
        status=reached,
        error=problem.code if is_failure else None,
        billing=Billing().of_failure(said.get("code"), said.get("message") or said.get("title")).or_none(),
    )


def _alone(status: object) -> dict[str, Any]:
    return {"whatsAppWebhookEntry": json.dumps({"changes": [{"value": {"statuses": [status]}}]})}


def _whole(code: object) -> int:
    """A code, which may be written as a text."""
    return int(str(code)) if str(code).isascii() and str(code).isdigit() else 0
