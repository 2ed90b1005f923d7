"""Signed HTTP requests, according to the Standard Webhooks specification (standardwebhooks.com).

webhook-id: the same for every repeat
webhook-timestamp: seconds since 1970
webhook-signature: v1,<base64 of HMAC-SHA256 of "id.timestamp.body">, several with spaces between
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping
from typing import Final

_PREFIX: Final = "whsec_"
_TOLERANCE_SECONDS: Final = 300
_LEAST_BYTES: Final = 16


def key_of(secret: str) -> bytes:
    """The key in a secret: base64 after `whsec_`, else the text itself."""
    if not secret.startswith(_PREFIX):
        return secret.encode()
    try:
        return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except binascii.Error:
        raise ValueError("a secret that begins with whsec_ must be base64") from None


def check_secret(secret: str) -> str:
    """The secret, if it is valid. Raises ValueError: its key is unreadable, or could be guessed."""
    if len(key_of(secret)) < _LEAST_BYTES:
        raise ValueError(f"a secret must have a key of {_LEAST_BYTES} bytes or more")
    return secret


def signed(identifier: str, body: bytes, secret: str, now: float) -> dict[str, str]:
    """The headers that sign a request."""
    timestamp = str(int(now))
    return {
        "webhook-id": identifier,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{_signature(identifier, timestamp, body, secret)}",
    }


def is_signed(headers: Mapping[str, str], body: bytes, secret: str, now: float) -> bool:
    """Whether a request was signed with the secret within the last, or next, five minutes.

    The names of `headers` are in lower case.
    """
    identifier, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not (identifier and timestamp.isascii() and timestamp.isdigit() and len(timestamp) < 12):
        return False
    if abs(int(timestamp) - now) > _TOLERANCE_SECONDS:
        return False
    expected = f"v1,{_signature(identifier, timestamp, body, secret)}".encode()
    given = headers.get("webhook-signature", "").split(" ")
    return any(hmac.compare_digest(each.encode(), expected) for each in given)


def _signature(identifier: str, timestamp: str, body: bytes, secret: str) -> str:
    text = f"{identifier}.{timestamp}.".encode() + body
    return base64.b64encode(hmac.digest(key_of(secret), text, hashlib.sha256)).decode()
