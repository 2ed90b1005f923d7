"""/Suppressions: whom an account may not write to. Herald's own."""

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from herald.api import queries, requests, routing
from herald.api.errors import not_found
from herald.api.pages import read_token, write_page
from herald.api.suppression_responses import AddedSuppressions, SuppressionOut, SuppressionsPage
from herald.model.suppressions import SuppressionSource
from herald.runtime import app
from herald.store import suppressions
from herald.telemetry import logger

reads = APIGatewayRouter()
changes = APIGatewayRouter()

# Logs have no ids of suppressions: who tries all numbers learns from one whose it is.


@changes.post("/Suppressions")
def create_suppressions() -> AddedSuppressions:
    event = changes.current_event
    account = routing.account_of(event)
    asked = requests.new_suppressions(event)
    source = SuppressionSource(asked.source)
    found = suppressions.add(app().table, account, asked.suppressions, source, app().clock())
    added = sum(each.is_new for each in found)
    logger.info("suppressions added", account=account, source=source, added=added, asked=len(found))
    return AddedSuppressions(
        suppressions=[SuppressionOut.of(each.suppression) for each in found],
        added=added,
        known=len(found) - added,
    )


@reads.get("/Suppressions")
def list_suppressions() -> SuppressionsPage:
    event = reads.current_event
    account = routing.account_of(event)
    query = queries.query(event, queries.ListSuppressions)
    filters = suppressions.Filters(query.channel, query.address, query.start_date, query.end_date)
    scope = f"{account} GET /Suppressions {filters}"
    after = read_token(app().keyring(), scope, query.page_token)
    page = suppressions.page(app().table, account, filters, size=query.page_size, after=after)
    return SuppressionsPage(
        suppressions=list(map(SuppressionOut.of, page.rows)),
        pagination=write_page(app().keyring(), scope, after, page.after),
    )


@reads.get("/Suppressions/<suppression_id>")
def fetch_suppression(suppression_id: str) -> SuppressionOut:
    account = routing.account_of(reads.current_event)
    suppression = suppressions.get(app().table, account, suppression_id)
    if suppression is None:
        raise not_found()
    return SuppressionOut.of(suppression)


@changes.delete("/Suppressions/<suppression_id>")
def delete_suppression(suppression_id: str) -> Response[str]:
    account = routing.account_of(changes.current_event)
    if not suppressions.remove(app().table, account, suppression_id, app().clock()):
        raise not_found()
    logger.info("suppression removed", account=account)
    return Response(204, content_types.APPLICATION_JSON, "")
