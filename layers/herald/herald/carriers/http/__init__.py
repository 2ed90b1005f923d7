"""An HTTP endpoint of the user's own: a gateway, or an adapter in front of another carrier.

Each message is a POST of JSON, which docs/carriers.md describes, with the header
Idempotency-Key. Receipts and inbound messages come to our callbacks, signed according to
the Standard Webhooks specification.

The settings are the object `http` of the carriers' secret:

    {
      "url": "https://gateway.example.com/messages",
      "auth": {"bearer": "…"},           or {"username": "…", "password": "…"}, or
                                         {"signingSecret": "whsec_…"}; without it: none
      "id": "message.id",                the path of the message's id in the answer ("id")
      "code": "error.code",              the path of an error's code ("code")
      "codes": {"NO_ROUTE": 21612},      maps its codes to ours; numbers may stay as they are
      "stops": ["BAD_SENDER"],           its codes about the sender: nothing more is sent from it
      "again": ["BUSY"],                 its codes that mean: not accepted, try again
      "callbackSecret": "whsec_…"        signs the callbacks
    }

sending     the carrier
settings    its settings
callbacks   the requests of the endpoint, and their signature (webhooks)
receipts    the body of a callback about a message
inbound     the body of a callback with an inbound message
tolerant  values as gateways write them: numbers as strings, strings as numbers, words in lower case
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from herald.carriers.kind import Callback, Json, Kind
from herald.carriers.protocol import Carrier
from herald.carriers.surroundings import Surroundings

if TYPE_CHECKING:
    from herald.carriers.http.settings import HttpSettings


def _build(surroundings: Surroundings) -> Carrier:
    from herald.carriers.http.sending import build

    return build(surroundings)


def _settings_of(secret: Json) -> "HttpSettings":
    from herald.carriers.http.settings import settings_of

    return settings_of(secret)


def _callbacks() -> "Mapping[str, Callback[HttpSettings]]":
    from herald.carriers.http.callbacks import CALLBACKS

    return CALLBACKS


CARRIER: Final = Kind["HttpSettings"](build=_build, settings_of=_settings_of, callbacks=_callbacks)
