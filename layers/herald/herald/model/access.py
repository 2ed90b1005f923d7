"""Credentials as a client uses them: their scopes, and the identity of a request.

A request names a credential by its SID: the account's own SID with the auth token, or the SID
of an API key (`SK...`) with its secret. A key has scopes; the auth token has all of them.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final, NamedTuple


class Scope(StrEnum):
    """What an endpoint needs of a credential. Each endpoint needs one (herald.api.endpoints)."""

    # Send, and cancel, pause and resume operations.
    SEND = "send"
    # Fetch, list and search.
    READ = "read"
    # Change the account's configuration.
    CONFIGURE = "configure"


ALL: Final = "all"
"""A key with this has every scope, also those that a later version of Herald adds."""

GRANTS: Final = (*(str(scope) for scope in Scope), ALL)
"""What a key can be granted."""


OPERATOR: Final = "operator"
"""The actor of a command that runs with AWS credentials, in place of a credential's SID."""


def scopes_of(granted: Iterable[str]) -> frozenset[Scope]:
    """The scopes of grants. Grants that this version does not know give none."""
    given = set(granted)
    return frozenset(scope for scope in Scope if scope in given or ALL in given)


class Identity(NamedTuple):
    """The account that a request acts for, the SID of its credential, and its scopes."""

    account: str
    credential: str
    scopes: frozenset[Scope]
