"""Keys for different purposes, derived from the stack's one secret.

One key a purpose (HMAC-SHA256 of the purpose's name), so that what is known of
one use tells nothing of another. Changing the secret makes every credential and
page token invalid: credentials must then be made again.
"""

import hashlib
import hmac


class Keyring:
    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    @property
    def credentials(self) -> bytes:
        """Keys the hashes of auth tokens."""
        return self._derive("credentials")

    @property
    def page_tokens(self) -> bytes:
        """Signs page tokens."""
        return self._derive("page tokens")

    @property
    def idempotency(self) -> bytes:
        """Keys the hashes of requests."""
        return self._derive("idempotency")

    def _derive(self, purpose: str) -> bytes:
        return hmac.digest(self._secret, purpose.encode(), hashlib.sha256)
