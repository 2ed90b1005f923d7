"""/SenderPools: senders under one name, for requests to send from."""

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from herald.api import queries, requests, routing
from herald.api.errors import bad_request, not_found
from herald.api.pages import read_token, write_page
from herald.api.sender_responses import (
    SenderOut,
    SenderPoolOperationOut,
    SenderPoolOperationsPage,
    SenderPoolOut,
    SenderPoolsPage,
    SendersPage,
)
from herald.model.pools import MAX_MEMBERS, ids_of
from herald.runtime import app
from herald.sending import pools as pooling
from herald.store import pools, senders
from herald.telemetry import logger

reads = APIGatewayRouter()
changes = APIGatewayRouter()


@changes.post("/SenderPools")
def create_sender_pool() -> Response[str]:
    event = changes.current_event
    account = routing.account_of(event)
    operation = pooling.create(app(), account, requests.new_sender_pool(event))
    logger.info("sender pool created", account=account, sender_pool_id=operation.sender_pool_id)
    location = f"{routing.base_of(event)}/SenderPools/Operations/{operation.id}"
    return routing.accepted("operation", operation.id, location)


@changes.patch("/SenderPools/<sender_pool_id>")
def update_sender_pool(sender_pool_id: str) -> Response[str]:
    event = changes.current_event
    account = routing.account_of(event)
    change = requests.sender_pool_change(event)
    if not pools.update(app().table, account, sender_pool_id, change, app().clock()):
        raise not_found()
    logger.info("sender pool updated", account=account, sender_pool_id=sender_pool_id)
    return routing.accepted(
        "resource", sender_pool_id, f"{routing.base_of(event)}/SenderPools/{sender_pool_id}"
    )


@changes.delete("/SenderPools/<sender_pool_id>")
def delete_sender_pool(sender_pool_id: str) -> Response[str]:
    event = changes.current_event
    account = routing.account_of(event)
    if not pools.delete(app().table, account, sender_pool_id):
        raise not_found()
    logger.info("sender pool deleted", account=account, sender_pool_id=sender_pool_id)
    return routing.accepted(
        "resource", sender_pool_id, f"{routing.base_of(event)}/SenderPools/{sender_pool_id}"
    )


@changes.post("/SenderPools/<sender_pool_id>/Senders")
def add_senders(sender_pool_id: str) -> Response[str]:
    event = changes.current_event
    account = routing.account_of(event)
    sender_ids = ids_of(requests.new_members(event))
    try:
        operation = pooling.add(app(), account, sender_pool_id, sender_ids)
    except pooling.TooMany:
        raise bad_request(f"a pool has at most {MAX_MEMBERS} senders", "$") from None
    if operation is None:
        raise not_found()
    logger.info(
        "senders added", account=account, sender_pool_id=sender_pool_id, senders=operation.stats.created
    )
    location = f"{routing.base_of(event)}/SenderPools/{sender_pool_id}/Senders/Operations/{operation.id}"
    return routing.accepted("operation", operation.id, location)


@changes.delete("/SenderPools/<sender_pool_id>/Senders/<sender_id>")
def remove_sender(sender_pool_id: str, sender_id: str) -> Response[str]:
    event = changes.current_event
    account = routing.account_of(event)
    pool = pools.get(app().table, account, sender_pool_id)
    if pool is None or not pools.remove_member(app().table, sender_pool_id, sender_id):
        raise not_found()
    logger.info("sender removed", account=account, sender_pool_id=sender_pool_id, sender_id=sender_id)
    location = f"{routing.base_of(event)}/SenderPools/{sender_pool_id}/Senders/{sender_id}"
    return routing.accepted("resource", sender_id, location)


# Before the pools: /SenderPools/Operations is not the pool "Operations".
@reads.get("/SenderPools/Operations")
def list_operations() -> SenderPoolOperationsPage:
    event = reads.current_event
    account = routing.account_of(event)
    query = queries.query(event, queries.ListSenderPoolOperations)
    filters = pools.Filters(status=query.status, start=query.start_date, end=query.end_date)
    scope = f"{account} GET /SenderPools/Operations {filters}"
    after = read_token(app().keyring(), scope, query.page_token)
    page = pools.operations_page(app().table, account, filters, size=query.page_size, after=after)
    return SenderPoolOperationsPage(
        operations=list(map(SenderPoolOperationOut.of, page.rows)),
        pagination=write_page(app().keyring(), scope, after, page.after),
    )


@reads.get("/SenderPools/Operations/<operation_id>")
def fetch_operation(operation_id: str) -> SenderPoolOperationOut:
    operation = pools.get_operation(app().table, routing.account_of(reads.current_event), operation_id)
    if operation is None:
        raise not_found()
    return SenderPoolOperationOut.of(operation)


@reads.get("/SenderPools/<sender_pool_id>/Senders/Operations/<operation_id>")
def fetch_operation_of_pool(sender_pool_id: str, operation_id: str) -> SenderPoolOperationOut:
    operation = pools.get_operation(app().table, routing.account_of(reads.current_event), operation_id)
    if operation is None or operation.sender_pool_id != sender_pool_id:
        raise not_found()
    return SenderPoolOperationOut.of(operation)


@reads.get("/SenderPools")
def list_sender_pools() -> SenderPoolsPage:
    event = reads.current_event
    account = routing.account_of(event)
    query = queries.query(event, queries.ListSenderPools)
    filters = pools.Filters(query.operation_id, start=query.start_date, end=query.end_date)
    scope = f"{account} GET /SenderPools {filters}"
    after = read_token(app().keyring(), scope, query.page_token)
    page = pools.page(app().table, account, filters, size=query.page_size, after=after)
    return SenderPoolsPage(
        sender_pools=list(map(SenderPoolOut.of, page.rows)),
        pagination=write_page(app().keyring(), scope, after, page.after),
    )


@reads.get("/SenderPools/<sender_pool_id>")
def fetch_sender_pool(sender_pool_id: str) -> SenderPoolOut:
    pool = pools.get(app().table, routing.account_of(reads.current_event), sender_pool_id)
    if pool is None:
        raise not_found()
    return SenderPoolOut.of(pool)


@reads.get("/SenderPools/<sender_pool_id>/Senders")
def list_senders_of_pool(sender_pool_id: str) -> SendersPage:
    event = reads.current_event
    account = routing.account_of(event)
    query = queries.query(event, queries.ListSenders)
    if pools.get(app().table, account, sender_pool_id) is None:
        raise not_found()
    filters = senders.Filters(query.channel, query.status, query.start_date, query.end_date)
    scope = f"{account} GET /SenderPools/{sender_pool_id}/Senders {filters}"
    after = read_token(app().keyring(), scope, query.page_token)
    page = senders.members_page(
        app().table, account, sender_pool_id, filters, size=query.page_size, after=after
    )
    return SendersPage(
        senders=list(map(SenderOut.of, page.rows)),
        pagination=write_page(app().keyring(), scope, after, page.after),
    )
