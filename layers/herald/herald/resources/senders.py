"""/Senders: what an account sends from. Making and changing them is Herald's own."""

from typing import Final

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from herald.api import queries, requests, routing
from herald.api.errors import error, not_found
from herald.api.pages import read_token, write_page
from herald.api.sender_responses import Resolved, ResolvedSenders, SenderOut, SendersPage
from herald.model import problems
from herald.model.addresses import SenderChannel
from herald.runtime import app, settings
from herald.sending import sources
from herald.store import senders
from herald.telemetry import logger

reads = APIGatewayRouter()
changes = APIGatewayRouter()

_MOST_RESULTS: Final = 10


@changes.post("/Senders")
def create_sender() -> Response[str]:
    event = changes.current_event
    account = routing.account_of(event)
    new = requests.new_sender(event, sorted(settings().carriers))
    try:
        sender = senders.add(app().table, account, new, app().clock())
    except senders.Exists as exists:
        raise error(409, problems.CONFLICT, message=f"{exists}.") from None
    logger.info("sender created", account=account, sender_id=sender.id)
    return routing.accepted("resource", sender.id, f"{routing.base_of(event)}/Senders/{sender.id}")


@changes.patch("/Senders/<sender_id>")
def update_sender(sender_id: str) -> Response[str]:
    event = changes.current_event
    account = routing.account_of(event)
    change = requests.sender_change(event, sorted(settings().carriers))
    if not senders.update(app().table, account, sender_id, change, app().clock()):
        raise not_found()
    logger.info("sender updated", account=account, sender_id=sender_id)
    return routing.accepted("resource", sender_id, f"{routing.base_of(event)}/Senders/{sender_id}")


@reads.get("/Senders")
def list_senders() -> SendersPage:
    event = reads.current_event
    account = routing.account_of(event)
    query = queries.query(event, queries.ListSenders)
    filters = senders.Filters(query.channel, query.status, query.start_date, query.end_date)
    scope = f"{account} GET /Senders {filters}"
    after = read_token(app().keyring(), scope, query.page_token)
    page = senders.page(app().table, account, filters, size=query.page_size, after=after)
    return SendersPage(
        senders=list(map(SenderOut.of, page.rows)),
        pagination=write_page(app().keyring(), scope, after, page.after),
    )


@reads.get("/Senders/<sender_id>")
def fetch_sender(sender_id: str) -> SenderOut:
    sender = senders.get(app().table, routing.account_of(reads.current_event), sender_id)
    if sender is None:
        raise not_found()
    return SenderOut.of(sender)


@reads.post("/Senders/Search")
def search_senders() -> SendersPage:
    event = reads.current_event
    account = routing.account_of(event)
    search = requests.sender_search(event)
    scope = f"{account} POST /Senders/Search {search.channel} {search.status} {search.address}"
    # An address is one sender's: there is only the first page.
    this = read_token(app().keyring(), scope, search.page_token)
    wanted = senders.Filters(search.channel, search.status)
    named = [(search.address, SenderChannel(search.channel))] if search.channel in SenderChannel else []
    found = filter(wanted.let_through, senders.at(app().table, account, named))
    return SendersPage(
        senders=list(map(SenderOut.of, found)), pagination=write_page(app().keyring(), scope, this, None)
    )


@reads.post("/Senders/Resolve")
def resolve_senders() -> ResolvedSenders:
    event = reads.current_event
    request = requests.resolve_senders(event)
    pairs = sources.resolve(app().table, routing.account_of(event), request, most=_MOST_RESULTS)
    return ResolvedSenders(
        results=[Resolved.of(sender, to, priority) for priority, (sender, to) in enumerate(pairs)]
    )
