"""Pages of lists: tokens in and out.

A token holds where its page begins and the filters of its list. So a token alone continues
the list, and a token beside other filters, or of another list, is an error.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from herald.api import tokens
from herald.api.errors import bad_request
from herald.api.shapes import Pagination


def _no_key() -> bytes:
    raise RuntimeError("only a list has pages")


@dataclass(frozen=True, slots=True)
class Page:
    """Where a page of a list begins (`after`; None: with the first item), and the scope of its tokens.

    `scope` is the account and the route, `filters` the query string without the page.
    """

    size: int = 0
    after: str | None = None
    scope: str = ""
    filters: Mapping[str, Any] | None = None
    key: Callable[[], bytes] = _no_key

    def tokens(self, after: str | None) -> Pagination:
        """The tokens of this page and of the next, which begins after `after` (None: this is the last)."""
        return Pagination(
            self_=self._token(self.after), next=self._token(after) if after is not None else None
        )

    def of(self, filters: Mapping[str, Any], token: str | None) -> "Page":
        """The page of a list whose filters are in a body. Raises ApiError 400."""
        after = None
        if token:
            after, kept = place_of(self.key(), self.scope, token)
            if kept != filters:
                raise not_of_this_list()
        return replace(self, after=after, filters=filters)

    def _token(self, after: str | None) -> str:
        return tokens.issue(self.key(), self.scope, after, self.filters or {})


class Place(NamedTuple):
    """The place that a token leads to."""

    after: str | None
    filters: Mapping[str, Any]


def place_of(key: bytes, scope: str, token: str) -> Place:
    """The place of a token. Raises ApiError 400."""
    try:
        return Place(*tokens.read(key, scope, token))
    except tokens.BadToken:
        raise not_of_this_list() from None


def not_of_this_list() -> Exception:
    return bad_request(
        "is not a token of a page of this list with these filters: take it from `pagination` of this"
        " list's answer, and leave the filters out or as they were",
        "$.pageToken",
    )
