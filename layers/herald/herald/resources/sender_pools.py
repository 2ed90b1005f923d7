"""/SenderPools: senders under one name, for requests to send from."""

from http import HTTPStatus
from typing import Annotated, Self

from pydantic import AfterValidator, Field

from herald.api import queries
from herald.api.endpoints import Request, Resource
from herald.api.errors import bad_request, not_found
from herald.api.ids import OperationId, SenderId, SenderPoolId
from herald.api.shapes import Instant, OperationAccepted, Pagination, ResourceAccepted
from herald.model.pools import (
    MAX_MEMBERS,
    NewMembers,
    NewSenderPool,
    PoolOperation,
    PoolOperationStatus,
    PoolStats,
    SenderPool,
    SenderPoolChange,
    ids_of,
)
from herald.model.wire import Wire
from herald.resources.senders import ListSenders, SenderOut, SendersPage
from herald.runtime import app
from herald.sending import pools as pooling
from herald.store import pools, senders
from herald.telemetry import logger

routes = Resource("SenderPools")


class SenderPoolOut(Wire):
    id: str
    name: str
    tags: dict[str, str]
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, pool: SenderPool) -> Self:
        return cls(
            id=pool.id,
            name=pool.name,
            tags=pool.tags,
            created_at=pool.created_at,
            updated_at=pool.updated_at,
        )


class SenderPoolsPage(Wire):
    sender_pools: list[SenderPoolOut]
    pagination: Pagination


class SenderPoolOperationOut(Wire):
    id: str
    status: PoolOperationStatus
    stats: PoolStats
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, operation: PoolOperation) -> Self:
        return cls(
            id=operation.id,
            status=operation.status,
            stats=operation.stats,
            created_at=operation.created_at,
            updated_at=operation.updated_at,
        )


class SenderPoolOperationsPage(Wire):
    operations: list[SenderPoolOperationOut]
    pagination: Pagination


class ListSenderPools(queries.Dated):
    operation_id: Annotated[str, AfterValidator(queries.operation_id)] | None = None


@routes.get("/SenderPools", "ListSenderPools", "Lists sender pools, newest first, by operation and date.")
def list_sender_pools(request: Request, query: ListSenderPools) -> SenderPoolsPage:
    filters = pools.Filters(query.operation_id, start=query.start_date, end=query.end_date)
    page = pools.page(app().table, request.account, filters, size=query.page_size, after=request.page.after)
    return SenderPoolsPage(
        sender_pools=list(map(SenderPoolOut.of, page.rows)), pagination=request.page.tokens(page.after)
    )


@routes.post(
    "/SenderPools",
    "CreateSenderPool",
    "Creates a sender pool. 202 with the id of an operation.",
    statuses=(HTTPStatus.CONFLICT,),
)
def create_sender_pool(request: Request, body: NewSenderPool) -> OperationAccepted:
    operation = pooling.create(app(), request.account, body)
    logger.info("sender pool created", account=request.account, sender_pool_id=operation.sender_pool_id)
    location = f"{request.base}/SenderPools/Operations/{operation.id}"
    return OperationAccepted(operation_id=operation.id, operation_location=location)


@routes.get("/SenderPools/{senderPoolId}", "FetchSenderPool", "One sender pool.")
def fetch_sender_pool(request: Request, sender_pool_id: SenderPoolId) -> SenderPoolOut:
    pool = pools.get(app().table, request.account, sender_pool_id)
    if pool is None:
        raise not_found()
    return SenderPoolOut.of(pool)


@routes.patch("/SenderPools/{senderPoolId}", "UpdateSenderPool", "Changes a sender pool's name or tags.")
def update_sender_pool(
    request: Request, sender_pool_id: SenderPoolId, body: SenderPoolChange
) -> ResourceAccepted:
    if not pools.update(app().table, request.account, sender_pool_id, body, app().clock()):
        raise not_found()
    logger.info("sender pool updated", account=request.account, sender_pool_id=sender_pool_id)
    return _changed(request, sender_pool_id)


@routes.delete("/SenderPools/{senderPoolId}", "DeleteSenderPool", "Deletes a sender pool. Its senders stay.")
def delete_sender_pool(request: Request, sender_pool_id: SenderPoolId) -> ResourceAccepted:
    if not pools.delete(app().table, request.account, sender_pool_id):
        raise not_found()
    logger.info("sender pool deleted", account=request.account, sender_pool_id=sender_pool_id)
    return _changed(request, sender_pool_id)


def _changed(request: Request, sender_pool_id: str) -> ResourceAccepted:
    location = f"{request.base}/SenderPools/{sender_pool_id}"
    return ResourceAccepted(resource_id=sender_pool_id, resource_location=location)


@routes.get("/SenderPools/{senderPoolId}/Senders", "ListSendersInSenderPool", "Lists the senders of a pool.")
def list_senders_of_pool(request: Request, sender_pool_id: SenderPoolId, query: ListSenders) -> SendersPage:
    account, page = request.account, request.page
    if pools.get(app().table, account, sender_pool_id) is None:
        raise not_found()
    found = senders.members_page(
        app().table, account, sender_pool_id, query.filters, size=page.size, after=page.after
    )
    return SendersPage(senders=list(map(SenderOut.of, found.rows)), pagination=page.tokens(found.after))


@routes.post(
    "/SenderPools/{senderPoolId}/Senders",
    "AddSendersToSenderPool",
    "Adds senders to a pool. 202 with the id of an operation.",
)
def add_senders(request: Request, sender_pool_id: SenderPoolId, body: NewMembers) -> OperationAccepted:
    try:
        operation = pooling.add(app(), request.account, sender_pool_id, ids_of(body.root))
    except pooling.TooMany:
        raise bad_request(f"a pool has at most {MAX_MEMBERS} senders", "$") from None
    if operation is None:
        raise not_found()
    logger.info(
        "senders added",
        account=request.account,
        sender_pool_id=sender_pool_id,
        senders=operation.stats.created,
    )
    location = f"{request.base}/SenderPools/{sender_pool_id}/Senders/Operations/{operation.id}"
    return OperationAccepted(operation_id=operation.id, operation_location=location)


@routes.delete(
    "/SenderPools/{senderPoolId}/Senders/{senderId}",
    "RemoveSenderFromSenderPool",
    "Removes a sender from a pool.",
)
def remove_sender(request: Request, sender_pool_id: SenderPoolId, sender_id: SenderId) -> ResourceAccepted:
    pool = pools.get(app().table, request.account, sender_pool_id)
    if pool is None or not pools.remove_member(app().table, sender_pool_id, sender_id):
        raise not_found()
    logger.info("sender removed", account=request.account, sender_pool_id=sender_pool_id, sender_id=sender_id)
    location = f"{request.base}/SenderPools/{sender_pool_id}/Senders/{sender_id}"
    return ResourceAccepted(resource_id=sender_id, resource_location=location)


class ListSenderPoolOperations(queries.Dated):
    status: Annotated[PoolOperationStatus, Field(strict=False)] | None = None


@routes.get(
    "/SenderPools/Operations", "ListSenderPoolOperations", "Lists operations on sender pools, newest first."
)
def list_operations(request: Request, query: ListSenderPoolOperations) -> SenderPoolOperationsPage:
    filters = pools.Filters(status=query.status, start=query.start_date, end=query.end_date)
    page = pools.operations_page(
        app().table, request.account, filters, size=query.page_size, after=request.page.after
    )
    return SenderPoolOperationsPage(
        operations=list(map(SenderPoolOperationOut.of, page.rows)),
        pagination=request.page.tokens(page.after),
    )


@routes.get(
    "/SenderPools/Operations/{operationId}",
    "FetchSenderPoolOperation",
    "One operation on a sender pool: how many senders it added.",
)
def fetch_operation(request: Request, operation_id: OperationId) -> SenderPoolOperationOut:
    operation = pools.get_operation(app().table, request.account, operation_id)
    if operation is None:
        raise not_found()
    return SenderPoolOperationOut.of(operation)


@routes.get(
    "/SenderPools/{senderPoolId}/Senders/Operations/{operationId}",
    "FetchSenderPoolSendersOperation",
    "The same operation, at the URL in the answer to an addition of senders.",
)
def fetch_operation_of_pool(
    request: Request, sender_pool_id: SenderPoolId, operation_id: OperationId
) -> SenderPoolOperationOut:
    operation = pools.get_operation(app().table, request.account, operation_id)
    if operation is None or operation.sender_pool_id != sender_pool_id:
        raise not_found()
    return SenderPoolOperationOut.of(operation)
