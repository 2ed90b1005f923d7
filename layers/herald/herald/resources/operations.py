"""/Messages/Operations: the operations of requests to send."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Self

from pydantic import Field

from herald.api import queries
from herald.api.endpoints import Function, Request, Resource
from herald.api.errors import error, not_found
from herald.api.ids import OperationId
from herald.api.shapes import ErrorOut, Instant, Pagination, ResourceAccepted, told
from herald.model import problems
from herald.model.message import Message, Unaddressable
from herald.model.operation import Operation, OperationStatus, Stats, Tally, stats_of
from herald.model.problems import UNKNOWN_ERROR, problem_of
from herald.model.status import Status
from herald.model.wire import Wire
from herald.resources.message_shapes import operation_location
from herald.runtime import app
from herald.sending import App, control
from herald.store import chunks, failures, operations
from herald.telemetry import logger

routes = Resource("Messages")


class OperationOut(Wire):
    id: str
    status: OperationStatus
    # Ours: whether the operation waits for a Resume.
    paused: bool
    # Ours: whether the carrier only checks the messages. Left out if it sends them.
    dry_run: Annotated[bool, Field(exclude_if=lambda value: not value)] = False
    stats: Stats
    # Ours: how many messages are GROUP, which the contract's stats do not count. Left out if there are none,
    # as `duplicates` and `quiet` are.
    groups: Annotated[int, Field(exclude_if=lambda value: value == 0)] = 0
    # Ours: how many people the request names again.
    duplicates: Annotated[int, Field(exclude_if=lambda value: value == 0)] = 0
    # Ours: how many messages wait for the end of quiet hours.
    quiet: Annotated[int, Field(exclude_if=lambda value: value == 0)] = 0
    created_at: Instant
    updated_at: Instant

    @classmethod
    def of(cls, operation: Operation, tally: Tally, *, put_off: int = 0) -> Self:
        return cls(
            id=operation.id,
            status=operation.status,
            paused=operation.paused,
            dry_run=operation.is_dry_run,
            stats=stats_of(operation, tally),
            groups=tally[Status.GROUP],
            duplicates=operation.duplicates,
            quiet=operation.waiting_quietly(app().clock()) + put_off,
            created_at=operation.created_at,
            updated_at=operation.updated_at,
        )


class OperationPage(Wire):
    operations: list[OperationOut]
    pagination: Pagination


class ListOperations(queries.Dated):
    status: Annotated[OperationStatus, Field(strict=False)] | None = None


@routes.get(
    "/Messages/Operations", "ListMessageOperations", "Lists operations, newest first, by status and date."
)
def list_operations(request: Request, query: ListOperations) -> OperationPage:
    filters = operations.Filters(query.status, query.start_date, query.end_date)
    page = operations.page(
        app().table, request.account, filters, size=request.page.size, after=request.page.after
    )
    return OperationPage(
        operations=[OperationOut.of(operation, tally) for operation, tally in page.rows],
        pagination=request.page.tokens(page.after),
    )


@routes.get(
    "/Messages/Operations/{operationId}",
    "FetchMessageOperation",
    "One operation with the counts of its messages.",
)
def fetch_operation(request: Request, operation_id: OperationId) -> OperationOut:
    found = operations.get_with_tally(app().table, operation_id)
    if found is None or found[0].account != request.account:
        raise not_found()
    operation, tally = found
    return OperationOut.of(operation, tally, put_off=_put_off(operation))


def _put_off(operation: Operation) -> int:
    """How many messages quiet hours have delayed after they were due."""
    if operation.quiet is None or operation.status is OperationStatus.CANCELED:
        return 0
    progress = chunks.of_operation(app().table, operation.id, range(operation.chunks))
    return sum(each.quiet for each in progress if each.left)


class FailureOut(ErrorOut):
    """What went wrong with one recipient; `context` and `index` are its place in the request.

    `address` and `channel` are those of the last attempt, or the recipient's first if no sender reaches it.
    """

    index: int
    address: str | None
    channel: str | None
    message_id: str | None

    @classmethod
    def of_failure(cls, failure: Message | Unaddressable) -> Self:
        place = failure.index
        found = problem_of(failure.error or UNKNOWN_ERROR.code)
        known = [failure.to] if isinstance(failure, Message) else failure.addresses
        return cls(
            code=found.code,
            message=told(found, failure.reason if isinstance(failure, Message) else None),
            info_url=found.info_url,
            context=f"$.to[{place}]",
            index=place,
            address=known[0].address if known else None,
            channel=known[0].channel if known else None,
            message_id=failure.id if isinstance(failure, Message) else None,
        )


class FailurePage(Wire):
    errors: list[FailureOut]
    pagination: Pagination


@routes.get(
    "/Messages/Operations/{operationId}/Errors",
    "ListMessageOperationErrors",
    "The recipients that an operation did not reach, and why.",
    ours=True,
)
def list_errors(request: Request, operation_id: OperationId, query: queries.Paged) -> FailurePage:
    _own(request, operation_id)
    page = failures.page(
        app().table, request.account, operation_id, size=query.page_size, after=request.page.after
    )
    return FailurePage(
        errors=[FailureOut.of_failure(failure) for failure in page.rows],
        pagination=request.page.tokens(page.after),
    )


@routes.post(
    "/Messages/Operations/{operationId}/Cancel",
    "CancelMessageOperation",
    "Cancels the messages of an operation that still wait.",
    function=Function.ACCEPT,
    ours=True,
    statuses=(HTTPStatus.CONFLICT,),
)
def cancel_operation(request: Request, operation_id: OperationId) -> ResourceAccepted:
    return _control(request, operation_id, control.cancel)


@routes.post(
    "/Messages/Operations/{operationId}/Pause",
    "PauseMessageOperation",
    "Sends nothing more of an operation until it is resumed.",
    function=Function.ACCEPT,
    ours=True,
    statuses=(HTTPStatus.CONFLICT,),
)
def pause_operation(request: Request, operation_id: OperationId) -> ResourceAccepted:
    return _control(request, operation_id, control.pause)


@routes.post(
    "/Messages/Operations/{operationId}/Resume",
    "ResumeMessageOperation",
    "Resumes a paused operation.",
    function=Function.ACCEPT,
    ours=True,
    statuses=(HTTPStatus.CONFLICT,),
)
def resume_operation(request: Request, operation_id: OperationId) -> ResourceAccepted:
    return _control(request, operation_id, control.resume)


def _control(request: Request, operation_id: str, act: Callable[[App, Operation], None]) -> ResourceAccepted:
    operation = _own(request, operation_id)
    try:
        act(app(), operation)
    except control.IsOver as over:
        raise error(409, problems.IS_OVER, message=f"The operation is {over.status}.") from None
    logger.info("operation controlled", operation_id=operation_id, action=act.__name__)
    location = operation_location(request.base, operation_id)
    return ResourceAccepted(resource_id=operation_id, resource_location=location)


def _own(request: Request, operation_id: str) -> Operation:
    """An operation of the account. Raises ApiError: 404."""
    operation = operations.get(app().table, operation_id)
    if operation is None or operation.account != request.account:
        raise not_found()
    return operation
