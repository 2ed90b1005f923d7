"""/Suppressions: the addresses that an account may not write to. Herald's own."""

from typing import Annotated, Self

from pydantic import BeforeValidator, Field

from herald.api import queries
from herald.api.endpoints import Request, Resource
from herald.api.errors import not_found
from herald.api.ids import SuppressionId
from herald.api.shapes import Instant, Pagination
from herald.model.addresses import PHONE_NUMBER, AddressChannel
from herald.model.suppressions import NewSuppressions, Suppression, SuppressionSource
from herald.model.wire import Says, Wire
from herald.runtime import app
from herald.store import suppressions
from herald.telemetry import logger

routes = Resource("Suppressions")

# Logs have no ids of suppressions: a reader could find the number of an id by trying all numbers.


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
    """The requested suppressions, each address once; how many are new, and how many existed before."""

    suppressions: list[SuppressionOut]
    added: int
    known: int


@routes.post("/Suppressions", "CreateSuppressions", "Suppresses 1 to 1,000 addresses.", ours=True)
def create_suppressions(request: Request, body: NewSuppressions) -> AddedSuppressions:
    account = request.account
    source = SuppressionSource(body.source)
    found = suppressions.add(app().table, account, body.suppressions, source, app().clock())
    added = sum(each.is_new for each in found)
    logger.info("suppressions added", account=account, source=source, added=added, asked=len(found))
    return AddedSuppressions(
        suppressions=[SuppressionOut.of(each.suppression) for each in found],
        added=added,
        known=len(found) - added,
    )


class ListSuppressions(queries.Dated):
    channel: Annotated[AddressChannel, Field(strict=False)] | None = None
    address: Annotated[str, BeforeValidator(queries.number), Says(PHONE_NUMBER)] | None = None


@routes.get(
    "/Suppressions",
    "ListSuppressions",
    "Lists suppressed addresses, newest first, by channel, address and date.",
    ours=True,
)
def list_suppressions(request: Request, query: ListSuppressions) -> SuppressionsPage:
    filters = suppressions.Filters(query.channel, query.address, query.start_date, query.end_date)
    page = suppressions.page(
        app().table, request.account, filters, size=query.page_size, after=request.page.after
    )
    return SuppressionsPage(
        suppressions=list(map(SuppressionOut.of, page.rows)), pagination=request.page.tokens(page.after)
    )


@routes.get("/Suppressions/{suppressionId}", "FetchSuppression", "One suppressed address.", ours=True)
def fetch_suppression(request: Request, suppression_id: SuppressionId) -> SuppressionOut:
    suppression = suppressions.get(app().table, request.account, suppression_id)
    if suppression is None:
        raise not_found()
    return SuppressionOut.of(suppression)


@routes.delete(
    "/Suppressions/{suppressionId}",
    "DeleteSuppression",
    "Lets the account write to an address again.",
    ours=True,
)
def delete_suppression(request: Request, suppression_id: SuppressionId) -> None:
    if not suppressions.remove(app().table, request.account, suppression_id, app().clock()):
        raise not_found()
    logger.info("suppression removed", account=request.account)
