"""Inbound messages to numbers, agents and WhatsApp senders of an AWS account.

SMS and RCS come in an envelope of AWS's own, WhatsApp in Meta's. The first has no time:
only SNS has it, so the topic's messages are kept in the envelope of SNS. If a field is
missing or of an unexpected type, the message is kept as far as it can be read.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from herald.carriers.aws import NAME
from herald.carriers.aws.receipts import Json, entries, published
from herald.carriers.unreadable import Parts, PutAside, Unreadable, read
from herald.model.addresses import SenderChannel
from herald.model.inbound import MAX_CARRIER_ID, Inbound, Location
from herald.model.keywords import Keyword, NewKeywords
from herald.model.numbers import LONGEST_SHORT_CODE

_NUMBER: Final = re.compile(r"\+?[0-9]+", re.ASCII)
# Kinds for which WhatsApp has an object with an id.
_MEDIA: Final = ("image", "video", "audio", "document", "sticker")
# Not written by a person: the person's number or identity has changed.
_NOT_WRITTEN: Final = ("system",)
# Taps in RCS, in AWS's envelopes.
_SUGGESTION: Final = "SUGGESTION"
# Events that a person is typing or has read a message.
_SILENT: Final = re.compile(r"TYPING|READ|DELIVERED|CONVERSATION|SUBSCRIBE", re.IGNORECASE)
_PREFERENCES: Final = "user_preferences"
# A row can hold no more.
_MOST_DETAILS: Final = 50_000


def parse_inbound(message: Json) -> Parts[Inbound]:
    """The inbound messages in an event. Raises ValueError, KeyError: it is not an event of AWS."""
    body, at = published(message)
    if "whatsAppWebhookEntry" in body:
        return Parts(_of_webhook(body, at))
    if "originationNumber" not in body:
        return Parts()
    found = read(body, lambda it: _of_phone(it, at), lambda: dict(message))
    return Parts([found] if found else [])


def _of_phone(body: Json, at: datetime | None) -> Inbound | None:
    """An SMS, or a message by RCS; None for an event that is not a message, such as typing."""
    to = str(body["destinationNumber"])
    is_rcs = _NUMBER.fullmatch(to) is None
    said = _rcs_said(body.get("messageBody")) if is_rcs else {"text": _text(body.get("messageBody"))}
    if said is None:
        return None
    return Inbound(
        carrier=NAME,
        id=_identifier(body.get("inboundMessageId"), body),
        source=_e164(str(body["originationNumber"])),
        to=to if is_rcs else _e164(to),
        channel=SenderChannel.RCS if is_rcs else SenderChannel.SMS,
        at=at or datetime.now(UTC),
        keyword=NewKeywords().verdict(body.get("messageKeyword")),
        **said,
    )


def _rcs_said(body: object) -> dict[str, Any] | None:
    """A text, or the JSON of an event."""
    try:
        event = json.loads(body) if isinstance(body, str) else body
    except ValueError:
        event = None
    if not isinstance(event, dict) or "type" not in event:
        return {"text": _text(body)}
    kind = str(event["type"])
    if kind == _SUGGESTION:
        return {"text": _text(event.get("text")), "postback_data": _text(event.get("postbackData"))}
    if location := _location(event):
        return {"location": location}
    return None if _SILENT.search(kind) else {"kind": kind, "details": _details(event)}


# ------------------------------------------------------------------------------ WhatsApp


def _of_webhook(body: Json, at: datetime | None) -> Iterator[Inbound | Unreadable]:
    for value in entries(body):
        for message in _list(value.get("messages")):
            if not (isinstance(message, Mapping) and message.get("type") in _NOT_WRITTEN):
                yield _read(value, "messages", message, at)
        for preference in _list(value.get(_PREFERENCES)):
            yield _read(value, _PREFERENCES, preference, at)


def _read(value: Json, name: str, part: object, at: datetime | None) -> Inbound | Unreadable:
    def body() -> dict[str, Any]:
        about = {key: value[key] for key in ("messaging_product", "metadata", "contacts") if key in value}
        entry = {"changes": [{"value": {**about, name: [part]}}]}
        return {"whatsAppWebhookEntry": json.dumps(entry)}

    reader = _preference if name == _PREFERENCES else _message
    return read(part, lambda each: reader(value, each, at), body)


def _message(value: Json, message: Json, at: datetime | None) -> Inbound:
    kind = str(message.get("type"))
    return Inbound(
        carrier=NAME,
        id=_identifier(message.get("id"), message),
        source=_writer(value, message.get("from")),
        to=_our_number(value),
        channel=SenderChannel.WHATSAPP,
        at=_time(message.get("timestamp"), at),
        **_said(kind, message),
    )


def _preference(value: Json, preference: Json, at: datetime | None) -> Inbound:
    """A person's choice in WhatsApp's own settings. Only an opt-out is acted upon: opting in takes START."""
    return Inbound(
        carrier=NAME,
        id=_identifier(None, preference),
        source=_writer(value, preference.get("wa_id")),
        to=_our_number(value),
        channel=SenderChannel.WHATSAPP,
        at=_time(preference.get("timestamp"), at),
        kind=_PREFERENCES,
        details=_details(preference),
        keyword=Keyword.STOP if str(preference.get("value")).lower() == "stop" else None,
    )


def _writer(value: Json, number: object) -> str:
    """The number of the person; a person with only a username may have none."""
    contacts = [each for each in _list(value.get("contacts")) if isinstance(each, Mapping)]
    found = number or (contacts[0].get("wa_id") if len(contacts) == 1 else None)
    if not found:
        raise PutAside("from: the writer has no number")
    return f"+{found}" if str(found).isdigit() else str(found)


def _our_number(value: Json) -> str:
    digits = re.sub(r"[^0-9]", "", str(value["metadata"]["display_phone_number"]))
    if not digits:
        raise PutAside("metadata.display_phone_number has no digits")
    return f"+{digits}"


def _said(kind: str, message: Json) -> dict[str, Any]:
    """The content as text or media, if it is that; else its kind, and the object that holds it."""
    said = message.get(kind)
    found = _plain(kind, said) if isinstance(said, Mapping) else {}
    if any(found.values()):
        return found
    inner = said if said is not None else message.get("errors")
    return {"kind": kind, "details": _details(inner)}


def _plain(kind: str, said: Json) -> dict[str, Any]:
    if kind == "text":
        return {"text": _text(said.get("body"))}
    if kind == "button":
        return {"text": _text(said.get("text")), "postback_data": _text(said.get("payload"))}
    if kind == "interactive":
        reply = said.get("button_reply") or said.get("list_reply")
        if not isinstance(reply, Mapping):
            return {}
        return {"text": _text(reply.get("title")), "postback_data": _text(reply.get("id"))}
    if kind == "location":
        return {"location": _location(said)}
    if kind in _MEDIA:
        return {"text": _text(said.get("caption")), "media_ids": (str(said["id"]),) if said.get("id") else ()}
    return {}


# -------------------------------------------------------------------------------- fields


def _identifier(given: object, part: Json) -> str:
    """The carrier's id; if there is none, a hash of the whole message, which is the same for a repeat."""
    text = _text(given)
    if text and len(text) <= MAX_CARRIER_ID:
        return text
    return f"herald-{hashlib.sha256(json.dumps(part, sort_keys=True).encode()).hexdigest()[:40]}"


def _time(given: object, otherwise: datetime | None) -> datetime:
    """The time in seconds since 1970; else when it was published."""
    try:
        return datetime.fromtimestamp(int(str(given)), UTC)
    except (ValueError, OverflowError, OSError):
        return otherwise or datetime.now(UTC)


def _text(given: object) -> str | None:
    if given is None or isinstance(given, str):
        return given
    return json.dumps(given, ensure_ascii=False)


def _location(said: Json) -> Location | None:
    try:
        latitude, longitude = float(said["latitude"]), float(said["longitude"])
    except (KeyError, TypeError, ValueError):
        return None
    label = said.get("name") or said.get("address") or said.get("label")
    if not (abs(latitude) <= 90 and abs(longitude) <= 360):
        return None
    return Location(latitude=latitude, longitude=longitude, label=_text(label))


def _details(said: object) -> dict[str, Any] | list[Any] | None:
    if not isinstance(said, dict | list) or len(json.dumps(said)) > _MOST_DETAILS:
        return None
    return said


def _list(given: object) -> list[Any]:
    return given if isinstance(given, list) else []


def _e164(number: str) -> str:
    """A number with its +, which AWS leaves out at times; a short code has none."""
    is_short = len(number) <= LONGEST_SHORT_CODE
    return number if number.startswith("+") or is_short or not number.isdigit() else f"+{number}"
