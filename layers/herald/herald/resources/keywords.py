"""/Keywords: the keywords by which people opt out, opt in again and ask for help. Herald's own."""

from typing import Self

from herald.api.endpoints import Request, Resource
from herald.api.shapes import Instant
from herald.model.keywords import Keyword, Keywords, NewKeywords
from herald.model.suppressions import StopCovers
from herald.model.wire import Wire
from herald.model.zones import is_country
from herald.runtime import app
from herald.store import keywords
from herald.telemetry import logger

routes = Resource("Keywords")


class KeywordsOut(Wire):
    """The keywords in effect, by country, and what a STOP covers; `isDefault` if all are Herald's."""

    stop: dict[str, list[str]]
    start: dict[str, list[str]]
    help: dict[str, list[str]]
    stop_covers: StopCovers
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
            stop_covers=keywords.given.stop_covers,
            is_default=keywords.updated_at is None,
            updated_at=keywords.updated_at,
        )


@routes.get(
    "/Keywords",
    "FetchKeywords",
    "The keywords by which people opt out, opt in again and ask for help.",
    ours=True,
)
def fetch_keywords(request: Request) -> KeywordsOut:
    return KeywordsOut.of(keywords.get(app().table, request.account))


@routes.put(
    "/Keywords",
    "PutKeywords",
    "Sets the keywords by which people opt out, opt in again and ask for help.",
    ours=True,
    context=lambda: {"is_country": is_country},
)
def put_keywords(request: Request, body: NewKeywords) -> KeywordsOut:
    kept = keywords.put(app().table, request.account, body, app().clock())
    logger.info("keywords put", account=request.account)
    return KeywordsOut.of(kept)


@routes.delete("/Keywords", "DeleteKeywords", "Restores the default keywords.", ours=True)
def delete_keywords(request: Request) -> None:
    # Deleting keywords that do not exist is no error: the default keywords hold.
    keywords.delete(app().table, request.account)
    logger.info("keywords deleted", account=request.account)
