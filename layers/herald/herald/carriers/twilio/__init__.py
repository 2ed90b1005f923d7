"""Twilio's Programmable Messaging: SMS, MMS, RCS and WhatsApp, a request for each message.

Creating a message at Twilio is not idempotent, so no request is repeated. Twilio sends receipts and
inbound messages to our callbacks, whose URL has the message's key and which Twilio signs.

The settings are the object `twilio` of the carriers' secret:

    {"accountSid": "AC…", "authToken": "…"}

and, to send with an API key, `apiKeySid` and `apiKeySecret`: the auth token then only
checks signatures.

sending     the carrier
settings    its settings, and the names that sending and callbacks share
callbacks   the requests of Twilio, and their signature
receipts    status callbacks
inbound     messages that people wrote
form  the parameters of a request of Twilio
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from herald.carriers.kind import Callback, Json, Kind
from herald.carriers.protocol import Carrier
from herald.carriers.surroundings import Surroundings

if TYPE_CHECKING:
    from herald.carriers.twilio.settings import TwilioSettings


def _build(surroundings: Surroundings) -> Carrier:
    from herald.carriers.twilio.sending import build

    return build(surroundings)


def _settings_of(secret: Json) -> "TwilioSettings":
    from herald.carriers.twilio.settings import settings_of

    return settings_of(secret)


def _callbacks() -> "Mapping[str, Callback[TwilioSettings]]":
    from herald.carriers.twilio.callbacks import CALLBACKS

    return CALLBACKS


CARRIER: Final = Kind["TwilioSettings"](build=_build, settings_of=_settings_of, callbacks=_callbacks)
