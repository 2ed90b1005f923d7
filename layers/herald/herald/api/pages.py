"""Pages of lists: tokens in and out."""

from herald.api.errors import bad_request
from herald.api.responses import Pagination
from herald.store import Keyring, tokens


def read_token(keyring: Keyring, scope: str, token: str | None) -> str | None:
    """After what a page begins; None for the first page. Raises ApiError 400.

    `scope` is the account, the route and the filters: a token is good for no other.
    An empty token is none: clients have one before they have read a page.
    """
    if not token:
        return None
    try:
        return tokens.read(keyring.page_tokens, scope, token)
    except tokens.BadToken:
        raise bad_request("is not a token of a page of this list", "$.pageToken") from None


def write_page(keyring: Keyring, scope: str, this: str | None, after: str | None) -> Pagination:
    """The tokens of this page and, where there is one, of the next."""
    key = keyring.page_tokens
    return Pagination(
        self_=tokens.issue(key, scope, this), next=tokens.issue(key, scope, after) if after else None
    )
