"""What people write to numbers, agents and WhatsApp senders of an AWS account.

SMS and RCS come in one envelope of AWS's own, WhatsApp in Meta's. The first has no time:
that is SNS's, so the topic's messages are kept in the envelope of SNS.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from herald.carriers.aws.receipts import Json, entries, published
from herald.model.addresses import CarrierName, SenderChannel
from herald.model.inbound import Inbound, Location
from herald.model.keywords import NewKeywords

_NUMBER: Final = re.compile(r"\+?[0-9]+", re.ASCII)
# A short code is not longer; a number of E.164 with its country is.
_LONGEST_SHORT_CODE: Final = 8
# What WhatsApp has an object for with an id of it.
_MEDIA: Final = ("image", "video", "audio", "document", "sticker")
# Nobody wrote these.
_NOT_WRITTEN: Final = ("reaction", "system", "ephemeral", "unsupported")
# What a person taps in RCS, of AWS's envelopes; others are about typing and reading.
_SUGGESTION: Final = "SUGGESTION"


def parse_inbound(message: Json) -> list[Inbound]:
    """What people have written. Raises ValueError, KeyError: that is no message of AWS."""
    body, at = published(message)
    if "whatsAppWebhookEntry" in body:
        return [_of_whatsapp(value, each) for value, each in _written(body)]
    if "originationNumber" not in body:
        return []
    if at is None:
        raise ValueError("the time of a message is in the envelope of SNS")
    found = _of_phone(body, at)
    return [found] if found else []


def _of_phone(body: Json, at: datetime) -> Inbound | None:
    """An SMS, or what came by RCS; None for what is no message, such as that somebody types."""
    to = str(body["destinationNumber"])
    is_rcs = _NUMBER.fullmatch(to) is None
    said = _rcs_said(body.get("messageBody")) if is_rcs else {"text": body.get("messageBody")}
    if said is None:
        return None
    return Inbound(
        carrier=CarrierName.AWS,
        id=body["inboundMessageId"],
        source=_e164(str(body["originationNumber"])),
        to=to if is_rcs else _e164(to),
        channel=SenderChannel.RCS if is_rcs else SenderChannel.SMS,
        at=at,
        keyword=NewKeywords().verdict(body.get("messageKeyword")),
        **said,
    )


def _rcs_said(body: object) -> dict[str, Any] | None:
    """A text, or the JSON of an event."""
    try:
        event = json.loads(body) if isinstance(body, str) else None
    except ValueError:
        event = None
    if not isinstance(event, dict) or "type" not in event:
        return {"text": body}
    if event["type"] == _SUGGESTION:
        return {"text": event.get("text"), "postback_data": event.get("postbackData")}
    if "latitude" in event and "longitude" in event:
        return {"location": _location(event)}
    return None


def _written(body: Json) -> Iterator[tuple[Json, Json]]:
    """Each message in a webhook of WhatsApp, with the value that it is in."""
    for value in entries(body):
        for message in value.get("messages", []):
            if message.get("type") not in _NOT_WRITTEN:
                yield value, message


def _of_whatsapp(value: Json, message: Json) -> Inbound:
    kind = str(message.get("type"))
    said = message.get(kind)
    return Inbound(
        carrier=CarrierName.AWS,
        id=message["id"],
        source=_e164(str(message["from"])),
        to=_e164(re.sub(r"[^0-9]", "", str(value["metadata"]["display_phone_number"]))),
        channel=SenderChannel.WHATSAPP,
        at=datetime.fromtimestamp(int(message["timestamp"]), UTC),
        **(_whatsapp_said(kind, said) if isinstance(said, Mapping) else {}),
    )


def _whatsapp_said(kind: str, said: Json) -> dict[str, Any]:
    if kind == "text":
        return {"text": said.get("body")}
    if kind == "button":
        return {"text": said.get("text"), "postback_data": said.get("payload")}
    if kind == "interactive":
        reply = said.get("button_reply") or said.get("list_reply") or {}
        return {"text": reply.get("title"), "postback_data": reply.get("id")}
    if kind == "location":
        return {"location": _location(said)}
    if kind in _MEDIA:
        return {"text": said.get("caption"), "media_ids": (said["id"],) if said.get("id") else ()}
    return {}


def _location(said: Json) -> Location:
    return Location(
        latitude=float(said["latitude"]),
        longitude=float(said["longitude"]),
        label=said.get("name") or said.get("address") or said.get("label"),
    )


def _e164(number: str) -> str:
    """A number with its +, which AWS and Meta leave out at times; a short code has none."""
    is_short = len(number) <= _LONGEST_SHORT_CODE
    return number if number.startswith("+") or is_short or not number.isdigit() else f"+{number}"
