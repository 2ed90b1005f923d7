"""/Content: templates that the `contentId` of a request names. Herald's own."""

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from herald.api import queries, requests, routing
from herald.api.errors import not_found
from herald.api.pages import read_token, write_page
from herald.api.responses import ContentOut, ContentPage
from herald.model.ids import is_content_id, new_content_id
from herald.model.templates import ContentTemplate
from herald.runtime import app
from herald.store import templates
from herald.telemetry import logger

reads = APIGatewayRouter()
changes = APIGatewayRouter()


@changes.post("/Content")
def create_content() -> Response[str]:
    event = changes.current_event
    account = routing.account_of(event)
    asked = requests.template(event)
    now = app().clock()
    given = {name: getattr(asked, name) for name in asked.model_fields_set}
    template = ContentTemplate(**given, id=new_content_id(now), created_at=now)
    templates.put(app().table, account, template)
    logger.info("content template created", account=account, content_id=template.id)
    location = f"{routing.base_of(event)}/Content/{template.id}"
    body = ContentOut.of(template).model_dump_json()
    return Response(201, content_types.APPLICATION_JSON, body, headers={"Location": location})


@reads.get("/Content")
def list_content() -> ContentPage:
    event = reads.current_event
    account = routing.account_of(event)
    query = queries.query(event, queries.Paged)
    scope = f"{account} GET /Content"
    after = read_token(app().keyring(), scope, query.page_token)
    page = templates.page(app().table, account, size=query.page_size, after=after)
    return ContentPage(
        contents=[ContentOut.of(template) for template in page.rows],
        pagination=write_page(app().keyring(), scope, after, page.after),
    )


@reads.get("/Content/<content_id>")
def fetch_content(content_id: str) -> ContentOut:
    account = routing.account_of(reads.current_event)
    template = templates.get(app().table, account, content_id) if is_content_id(content_id) else None
    if template is None:
        raise not_found()
    return ContentOut.of(template)


@changes.delete("/Content/<content_id>")
def delete_content(content_id: str) -> Response[str]:
    account = routing.account_of(changes.current_event)
    if not (is_content_id(content_id) and templates.delete(app().table, account, content_id)):
        raise not_found()
    logger.info("content template deleted", account=account, content_id=content_id)
    return Response(204, content_types.APPLICATION_JSON, "")
