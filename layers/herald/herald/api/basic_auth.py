"""HTTP Basic authentication (RFC 7617), read strictly."""

import base64
from typing import Final, NamedTuple

# Ours are 34 and 64 characters; anything much longer is not worth hashing.
_LONGEST: Final = 512


class Credentials(NamedTuple):
    username: str
    password: str


def credentials_of(authorization: str) -> Credentials | None:
    """The credentials in an Authorization header; None if it holds none."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic" or len(encoded) > _LONGEST:
        return None
    try:
        decoded = base64.b64decode(encoded.strip(), validate=True).decode()
    # Not base64, not UTF-8, or a header that is not ASCII, which is a plain ValueError.
    except ValueError:
        return None
    username, colon, password = decoded.partition(":")
    return Credentials(username, password) if colon and username and password else None
