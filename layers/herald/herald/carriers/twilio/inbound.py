"""Inbound messages to senders of a Twilio account."""

import re
from datetime import datetime
from math import isfinite
from typing import Final

from herald.carriers.twilio.form import Form
from herald.carriers.twilio.settings import NAME, PREFIXES
from herald.model.addresses import SenderChannel
from herald.model.inbound import MAX_CARRIER_ID, Inbound, Location
from herald.model.keywords import Keyword

_MEDIA_URL: Final = re.compile(r"MediaUrl[0-9]{1,3}", re.ASCII)


def inbound_of(form: Form, at: datetime) -> Inbound | None:
    """An inbound message that arrived `at`: Twilio does not say when it was written. None: not a message."""
    identifier = form.get("MessageSid") or form.get("SmsSid")
    source, to = form.get("From"), form.get("To")
    if not (identifier and source and to) or max(map(len, (identifier, source, to))) > MAX_CARRIER_ID:
        return None
    channel, address = _channel_and_address(to)
    # The media that are present, whatever NumMedia says.
    media = (url for name, url in form.fields if _MEDIA_URL.fullmatch(name))
    keyword = (form.get("OptOutType") or "").strip().upper()
    return Inbound(
        carrier=NAME,
        id=identifier,
        source=_channel_and_address(source)[1],
        to=address,
        channel=channel,
        text=form.get("Body") or form.get("ButtonText"),
        media=tuple(filter(None, media)),
        postback_data=form.get("ButtonPayload"),
        location=_location(form),
        keyword=Keyword(keyword) if keyword in Keyword else None,
        at=at,
    )


def _channel_and_address(text: str) -> tuple[SenderChannel, str]:
    for channel, prefix in PREFIXES.items():
        if prefix and text.startswith(prefix):
            return channel, text.removeprefix(prefix)
    return SenderChannel.SMS, text


def _location(form: Form) -> Location | None:
    latitude, longitude = form.get("Latitude"), form.get("Longitude")
    if latitude is None or longitude is None:
        return None
    try:
        # Neither nan nor 1e999 is a place, and JSON cannot express them.
        if not (isfinite(float(latitude)) and isfinite(float(longitude))):
            return None
        return Location(
            latitude=float(latitude),
            longitude=float(longitude),
            label=form.get("Label") or form.get("Address"),
        )
    except ValueError:
        return None
