"""Keys for different purposes, derived from a secret of the stack.

One key for each purpose (HMAC-SHA256 of the purpose's name), so that knowing one key
reveals nothing about another. Credentials have a secret of their own, which only the authorizer
reads; changing it makes every credential invalid. Changing the other secret makes page tokens
invalid, makes repeated requests with an Idempotency-Key look different, and hides earlier messages
from lists by `to` and `from`.
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

    @property
    def parties(self) -> bytes:
        """Keys the hashes of the addresses that messages are found by."""
        return self._derive("parties")

    def _derive(self, purpose: str) -> bytes:
        return hmac.digest(self._secret, purpose.encode(), hashlib.sha256)
