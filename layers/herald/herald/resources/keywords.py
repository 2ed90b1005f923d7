"""/Keywords: the words by which people opt out, opt in again and ask for help. Herald's own."""

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from herald.api import requests, routing
from herald.api.suppression_responses import KeywordsOut
from herald.runtime import app
from herald.sending.zones import is_country
from herald.store import keywords
from herald.telemetry import logger

reads = APIGatewayRouter()
changes = APIGatewayRouter()


@reads.get("/Keywords")
def fetch_keywords() -> KeywordsOut:
    return KeywordsOut.of(keywords.get(app().table, routing.account_of(reads.current_event)))


@changes.put("/Keywords")
def put_keywords() -> KeywordsOut:
    account = routing.account_of(changes.current_event)
    given = requests.keywords(changes.current_event, is_country)
    kept = keywords.put(app().table, account, given, app().clock())
    logger.info("keywords put", account=account)
    return KeywordsOut.of(kept)


@changes.delete("/Keywords")
def delete_keywords() -> Response[str]:
    account = routing.account_of(changes.current_event)
    # What is not there is as good as deleted: Herald's words hold.
    keywords.delete(app().table, account)
    logger.info("keywords deleted", account=account)
    return Response(204, content_types.APPLICATION_JSON, "")
