"""The key that goes out with a message and comes back with its receipts, so that no look-up is needed.

    AC0123….comms_message_01j….1        attempt 1 of a message
    AC0123….comms_message_01j….1.4      of person 4 (from 0) of its group

The key holds nothing personal, and needs no escaping anywhere. In the URL of a callback it
is signed, because any client can call that URL: `AC0123….comms_message_01j….1~<signature>`.
"""

import base64
import hashlib
import hmac
import re
from typing import Any, Final, NamedTuple

from herald.carriers.protocol import OutboundMessage
from herald.model.ids import is_message_id

# The name of it in what AWS sends back.
CONTEXT_KEY: Final = "herald"
_PACKED: Final = re.compile(r"(AC[0-9a-f]{32})\.(\w+)\.([1-9][0-9]{0,5})(?:\.([0-9]{1,5}))?", re.ASCII)
# 128 bits of the digest: short enough for a URL, too many to guess.
_SIGNATURE_BYTES: Final = 16


class ReceiptKey(NamedTuple):
    """The attempt that a receipt reports on; `person` (from 0) is the place in a group."""

    account: str
    message_id: str
    attempt: int
    person: int | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The key as the fields of a Receipt."""
        return self._asdict()


def pack(message: OutboundMessage) -> str:
    """The key of an attempt: at most 100 characters."""
    packed = f"{message.account}.{message.message_id}.{message.attempt}"
    return packed if message.person is None else f"{packed}.{message.person}"


def unpack(packed: object) -> ReceiptKey | None:
    """The attempt that a key names; None if it is not a key of ours."""
    found = _PACKED.fullmatch(packed) if isinstance(packed, str) else None
    if found is None or not is_message_id(found[2]):
        return None
    return ReceiptKey(found[1], found[2], int(found[3]), int(found[4]) if found[4] else None)


def sign(packed: str, secret: str) -> str:
    """A key for the URL of a callback."""
    return f"{packed}~{_signature(packed, secret)}"


def verify(signed: object, secret: str) -> ReceiptKey | None:
    """The attempt that a signed key names; None if it is not ours, or was changed."""
    if not isinstance(signed, str):
        return None
    packed, _, signature = signed.rpartition("~")
    if not hmac.compare_digest(signature.encode(), _signature(packed, secret).encode()):
        return None
    return unpack(packed)


def _signature(packed: str, secret: str) -> str:
    # A key of its own, so that it says nothing of what else the secret signs.
    key = hmac.digest(secret.encode(), b"callback keys", hashlib.sha256)
    digest = hmac.digest(key, packed.encode(), hashlib.sha256)[:_SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
