"""Page tokens: where a page begins, signed, and bound to its list.

A token is base64url of a signature and a small JSON array. It holds the id of the last
item, which the client has seen, the filters of the list, which the client has sent, and a
fingerprint of account and route, so that it is of no use anywhere else. It holds nothing of the
table's keys.
"""

import base64
import binascii
import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any, Final

_VERSION: Final = 2
_SIGNATURE_BYTES: Final = 16


class BadToken(Exception):
    """Not a token of ours, or one of another account, route or set of filters."""


def issue(key: bytes, scope: str, after: str | None, filters: Mapping[str, Any]) -> str:
    """A token for the page that begins after `after`; None is the first page."""
    parts = [_VERSION, _fingerprint(scope), after, dict(filters)]
    body = json.dumps(parts, separators=(",", ":")).encode()
    return _encode(_signature(key, body) + body)


def read(key: bytes, scope: str, token: str) -> tuple[str | None, Mapping[str, Any]]:
    """The `after` and the `filters` that `issue` was given. Raises BadToken."""
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise BadToken from None
    if _encode(raw) != token:
        raise BadToken  # another spelling of the same bytes
    signature, body = raw[:_SIGNATURE_BYTES], raw[_SIGNATURE_BYTES:]
    if not hmac.compare_digest(signature, _signature(key, body)):
        raise BadToken
    version, fingerprint, *place = json.loads(body)
    if version != _VERSION or fingerprint != _fingerprint(scope):
        raise BadToken
    after, filters = place
    return after, filters


def _encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _fingerprint(scope: str) -> str:
    return hashlib.sha256(scope.encode()).hexdigest()[:16]


def _signature(key: bytes, body: bytes) -> bytes:
    return hmac.digest(key, body, hashlib.sha256)[:_SIGNATURE_BYTES]
