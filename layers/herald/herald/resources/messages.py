"""/Messages: sending, listing, fetching, and finding them by another name."""

from http import HTTPStatus
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BeforeValidator, Field, TypeAdapter, WithJsonSchema

from herald.api import queries, routing
from herald.api.bodies import LongList
from herald.api.endpoints import Function, Redirect, Request, Resource
from herald.api.errors import bad_query, not_found
from herald.api.ids import CarrierId, MessageId
from herald.api.shapes import OperationAccepted
from herald.model.addresses import SenderChannel
from herald.model.keywords import Keyword
from herald.model.recipients import Recipient
from herald.model.request import SendMessagesRequest
from herald.model.status import Status
from herald.resources.message_shapes import (
    FullMessageOut,
    MessageOut,
    MessagePage,
    ReceiptOut,
    ReceiptPage,
    message_location,
    operation_location,
)
from herald.runtime import app
from herald.sending.accept import accept
from herald.sending.once import Became, accept_once
from herald.store import lists, messages, operations, receipts
from herald.store.parties import Parties
from herald.telemetry import count, logger

routes = Resource("Messages")

_NO_SEARCH: Final = (
    "finds nothing in this stack: its operator turns the search on by the parameter AddressSearch"
)


def _sending() -> dict[str, object]:
    from herald.content import Checker  # 0.2 s of import that only this route needs

    return {"liquid_problem": Checker().problem_with}


@routes.post(
    "/Messages",
    "SendMessages",
    "Accepts a message to 1 to 10,000 recipients. 202 with the id of an operation.",
    function=Function.ACCEPT,
    statuses=(HTTPStatus.CONFLICT,),
    keyed=True,
    context=_sending,
    long=LongList("to", TypeAdapter(Recipient)),
)
def send_messages(request: Request, body: SendMessagesRequest) -> OperationAccepted:
    account = request.account
    if request.key is None:
        became = Became(accept(app(), account, body).id, before=False)
    else:
        became = accept_once(app(), account, body, request.key)
    if became.before:
        logger.info("operation accepted before", operation_id=became.operation_id)
        request.headers[routing.REPLAYED] = "true"
    else:
        recipients = len(body.to)
        count("RecipientAccepted", recipients)
        logger.info("operation accepted", operation_id=became.operation_id, recipients=recipients)
    location = operation_location(request.base, became.operation_id)
    return OperationAccepted(operation_id=became.operation_id, operation_location=location)


class ListMessages(queries.Dated):
    operation_id: Annotated[str, AfterValidator(queries.operation_id)] | None = None
    session_id: Annotated[str, AfterValidator(queries.session_id)] | None = None
    profile: Annotated[str, AfterValidator(queries.profile_id)] | None = None
    channel: Annotated[SenderChannel, Field(strict=False)] | None = None
    status: Annotated[Status, Field(strict=False)] | None = None
    to: queries.Address | None = None
    from_: Annotated[queries.Address | None, Field(alias="from")] = None
    looks_like: Literal["STOP"] | None = None
    tags: Annotated[
        frozenset[tuple[str, str]],
        BeforeValidator(queries.tags),
        WithJsonSchema({"type": "string", "pattern": f"^{queries.TAGS.pattern}$"}),
    ] = frozenset()


@routes.get(
    "/Messages",
    "ListMessages",
    "Lists messages, newest first, by operation, session, profile, address, channel, status, tags and date.",
)
def list_messages(request: Request, query: ListMessages) -> MessagePage:
    filters = lists.Filters(
        operation_id=query.operation_id,
        status=query.status,
        start=query.start_date,
        end=query.end_date,
        channel=query.channel,
        profile_id=query.profile,
        session_id=query.session_id,
        tags=query.tags,
        looks_like=Keyword(query.looks_like) if query.looks_like else None,
        to=query.to,
        source=query.from_,
    )
    page = lists.page(
        app().table,
        request.account,
        filters,
        size=request.page.size,
        after=request.page.after,
        parties=_parties(query),
    )
    return MessagePage(
        messages=[MessageOut.of(message, request.base) for message in page.rows],
        pagination=request.page.tokens(page.after),
    )


def _parties(query: ListMessages) -> Parties | None:
    """The keyring of the search by addresses. Raises ApiError: 400 if the stack has it turned off."""
    given = {name for name, value in (("to", query.to), ("from", query.from_)) if value is not None}
    if not given:
        return None
    found = app().parties
    if found is None:
        raise bad_query(dict.fromkeys(sorted(given), _NO_SEARCH))
    return found


@routes.get(
    "/Messages/{messageId}", "FetchMessage", "One message with its content and every attempt to send it."
)
def fetch_message(request: Request, message_id: MessageId) -> FullMessageOut:
    message = messages.get(app().table, request.account, message_id)
    if message and message.received:
        return FullMessageOut.of_inbound(message, message.received, request.base)
    operation = operations.get(app().table, message.operation_id) if message else None
    if message is None or operation is None:
        raise not_found()
    from herald.content import Personalizer  # 0.2 s of import that only this route needs

    personalizer = Personalizer(operation.content, {}, operation.template, by_number=operation.by_number)
    rendered = personalizer.render(message.variables)
    return FullMessageOut.of_full(message, operation.content, rendered, request.base)


@routes.get(
    "/Messages/Seek/{identifier+}",
    "SeekMessageByIdentifier",
    "Redirects to the message with this identifier of a carrier.",
)
def seek_message(request: Request, identifier: CarrierId) -> Redirect:
    found = messages.find(app().table, request.account, identifier)
    if found is None:
        raise not_found()
    return Redirect(message_location(request.base, found))


@routes.get(
    "/Messages/{messageId}/Receipts",
    "ListMessageReceipts",
    "The result of a message for each person that it went to.",
    ours=True,
)
def list_receipts(request: Request, message_id: MessageId, query: queries.Paged) -> ReceiptPage:
    message = messages.get(app().table, request.account, message_id)
    if message is None:
        raise not_found()
    people = receipts.of(app().table, [message])
    found = [ReceiptOut.of_person(person) for person in people]
    if not found and not message.is_inbound:
        found = [ReceiptOut.of(message)]
    first = int(request.page.after or 0)
    last = first + query.page_size
    return ReceiptPage(
        receipts=found[first:last], pagination=request.page.tokens(str(last) if last < len(found) else None)
    )
