"""The wire's shapes of suppressions and keywords, which are Herald's own."""

from typing import Self

from herald.api.responses import Instant, Pagination
from herald.model.addresses import AddressChannel
from herald.model.keywords import Keyword, Keywords
from herald.model.suppressions import Suppression, SuppressionSource
from herald.model.wire import Wire


class SuppressionOut(Wire):
    id: str
    address: str
    channel: AddressChannel
    source: SuppressionSource
    created_at: Instant

    @classmethod
    def of(cls, suppression: Suppression) -> Self:
        return cls(
            id=suppression.id,
            address=suppression.to.address,
            channel=suppression.to.channel,
            source=suppression.source,
            created_at=suppression.created_at,
        )


class SuppressionsPage(Wire):
    suppressions: list[SuppressionOut]
    pagination: Pagination


class AddedSuppressions(Wire):
    """What was asked for, each address once; how many of them are new, and how many were there before."""

    suppressions: list[SuppressionOut]
    added: int
    known: int


class KeywordsOut(Wire):
    """The words that hold, by country; `isDefault` when all of them are Herald's."""

    stop: dict[str, list[str]]
    start: dict[str, list[str]]
    help: dict[str, list[str]]
    is_default: bool
    updated_at: Instant | None

    @classmethod
    def of(cls, keywords: Keywords) -> Self:
        words = {
            keyword: {country: list(some) for country, some in by_country.items()}
            for keyword, by_country in keywords.given.words.items()
        }
        return cls(
            stop=words[Keyword.STOP],
            start=words[Keyword.START],
            help=words[Keyword.HELP],
            is_default=keywords.updated_at is None,
            updated_at=keywords.updated_at,
        )
