"""/Messages: sending, listing, fetching, and finding them by another name."""

from aws_lambda_powertools.event_handler import Response, content_types
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from herald.api import queries, requests, responses, routing
from herald.api.errors import not_found
from herald.api.pages import read_token, write_page
from herald.api.responses import FullMessageOut, MessageOut, MessagePage, ReceiptOut, ReceiptPage
from herald.model.ids import is_message_id
from herald.runtime import app
from herald.sending.accept import accept
from herald.sending.once import Became, accept_once
from herald.store import lists, messages, operations, receipts
from herald.telemetry import count, logger

sends = APIGatewayRouter()
reads = APIGatewayRouter()


@sends.post("/Messages")
def send_messages() -> Response[str]:
    event = sends.current_event
    account, (request, key) = routing.account_of(event), requests.send_messages(event)
    if key is None:
        became = Became(accept(app(), account, request).id, before=False)
    else:
        became = accept_once(app(), account, request, key)
    if became.before:
        logger.info("operation accepted before", operation_id=became.operation_id)
    else:
        recipients = len(request.to)
        count("RecipientAccepted", recipients)
        logger.info("operation accepted", operation_id=became.operation_id, recipients=recipients)
    location = responses.operation_location(routing.base_of(event), became.operation_id)
    replayed = {routing.REPLAYED: "true"} if became.before else {}
    return routing.accepted("operation", became.operation_id, location, replayed)


@reads.get("/Messages")
def list_messages() -> MessagePage:
    event = reads.current_event
    account, base = routing.account_of(event), routing.base_of(event)
    query = queries.list_messages(event)
    filters = lists.Filters(
        operation_id=query.operation_id,
        status=query.status,
        start=query.start_date,
        end=query.end_date,
        channel=query.channel,
        profile_id=query.profile,
        session_id=query.session_id,
        tags=query.tags,
        looks_like=query.looks_like,
    )
    scope = f"{account} GET /Messages {filters}"
    after = read_token(app().keyring(), scope, query.page_token)
    page = lists.page(app().table, account, filters, size=query.page_size, after=after)
    return MessagePage(
        messages=[MessageOut.of(message, base) for message in page.rows],
        pagination=write_page(app().keyring(), scope, after, page.after),
    )


@reads.get("/Messages/<message_id>")
def fetch_message(message_id: str) -> FullMessageOut:
    event = reads.current_event
    account = routing.account_of(event)
    message = messages.get(app().table, account, message_id) if is_message_id(message_id) else None
    if message and message.received:
        return FullMessageOut.of_inbound(message, message.received, routing.base_of(event))
    operation = operations.get(app().table, message.operation_id) if message else None
    if message is None or operation is None:
        raise not_found()
    from herald.content import Personalizer  # 0.2 s of import that only this route needs

    personalizer = Personalizer(operation.content, {}, operation.template)
    rendered = personalizer.render(message.variables)
    return FullMessageOut.of_full(message, operation.content, rendered, routing.base_of(event))


@reads.get("/Messages/Seek/<identifier>")
def seek_message(identifier: str) -> Response[str]:
    event = reads.current_event
    found = messages.find(app().table, routing.account_of(event), identifier)
    if found is None:
        raise not_found()
    location = responses.message_location(routing.base_of(event), found)
    return Response(301, content_types.APPLICATION_JSON, "{}", headers={"Location": location})


@reads.get("/Messages/<message_id>/Receipts")
def list_receipts(message_id: str) -> ReceiptPage:
    event = reads.current_event
    account = routing.account_of(event)
    query = queries.query(event, queries.Paged)
    message = messages.get(app().table, account, message_id) if is_message_id(message_id) else None
    if message is None:
        raise not_found()
    scope = f"{account} GET /Messages/{message_id}/Receipts"
    after = read_token(app().keyring(), scope, query.page_token)
    people = receipts.of(app().table, [message])
    found = [ReceiptOut.of_person(person) for person in people]
    if not found and not message.is_inbound:
        found = [ReceiptOut.of(message)]
    first = int(after or 0)
    last = first + query.page_size
    return ReceiptPage(
        receipts=found[first:last],
        pagination=write_page(app().keyring(), scope, after, str(last) if last < len(found) else None),
    )
