"""GET: messages, lists of them, and operations with their counts."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from herald.api import requests, responses, routing
from herald.api.errors import bad_request, not_found
from herald.model.ids import is_message_id, is_operation_id
from herald.runtime import app
from herald.store import lists, messages, operations, tokens
from herald.telemetry import observed

routes = routing.resolver()


@routes.get("/Messages")
def list_messages() -> dict[str, Any]:
    event = routes.current_event
    account, base = routing.account_of(event), routing.base_of(event)
    query = requests.list_messages(event)
    filters = lists.Filters(query.operation_id, query.status, query.start_date, query.end_date)
    key, scope = app().keyring().page_tokens, f"{account} GET /Messages {filters}"
    try:
        after = tokens.read(key, scope, query.page_token) if query.page_token else None
    except tokens.BadToken:
        raise bad_request("is not a token of a page of this list", "$.pageToken") from None
    page = lists.page(app().table, account, filters, size=query.page_size, after=after)
    return responses.page_out(
        "messages",
        [responses.message_out(message, base) for message in page.messages],
        tokens.issue(key, scope, after),
        tokens.issue(key, scope, page.after) if page.after else None,
    )


@routes.get("/Messages/<message_id>")
def fetch_message(message_id: str) -> dict[str, Any]:
    event = routes.current_event
    account = routing.account_of(event)
    message = messages.get(app().table, account, message_id) if is_message_id(message_id) else None
    operation = operations.get(app().table, message.operation_id) if message else None
    if message is None or operation is None:
        raise not_found()
    from herald.content import Personalizer  # 0.2 s of import that only this route needs

    rendered = Personalizer(operation.content, {}).render(message.variables)
    return responses.full_message_out(message, operation.content, rendered, routing.base_of(event))


@routes.get("/Messages/Operations/<operation_id>")
def fetch_operation(operation_id: str) -> dict[str, Any]:
    account = routing.account_of(routes.current_event)
    found = operations.get_with_tally(app().table, operation_id) if is_operation_id(operation_id) else None
    if found is None or found[0].account != account:
        raise not_found()
    return responses.operation_out(*found)


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return routes.resolve(event, context)
