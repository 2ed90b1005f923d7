"""/Messages/Operations: what became of requests."""

from collections.abc import Callable

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayRouter

from herald.api import queries, responses, routing
from herald.api.errors import error, not_found
from herald.api.pages import read_token, write_page
from herald.api.responses import FailureOut, FailurePage, OperationOut, OperationPage
from herald.model import problems
from herald.model.ids import is_operation_id
from herald.model.operation import Operation
from herald.runtime import app
from herald.sending import App, control
from herald.store import failures, operations
from herald.telemetry import logger

reads = APIGatewayRouter()
sends = APIGatewayRouter()


@reads.get("/Messages/Operations")
def list_operations() -> OperationPage:
    account = routing.account_of(reads.current_event)
    query = queries.query(reads.current_event, queries.ListOperations)
    filters = operations.Filters(query.status, query.start_date, query.end_date)
    scope = f"{account} GET /Messages/Operations {filters}"
    after = read_token(app().keyring(), scope, query.page_token)
    page = operations.page(app().table, account, filters, size=query.page_size, after=after)
    return OperationPage(
        operations=[OperationOut.of(operation, tally) for operation, tally in page.rows],
        pagination=write_page(app().keyring(), scope, after, page.after),
    )


@reads.get("/Messages/Operations/<operation_id>")
def fetch_operation(operation_id: str) -> OperationOut:
    account = routing.account_of(reads.current_event)
    found = operations.get_with_tally(app().table, operation_id) if is_operation_id(operation_id) else None
    if found is None or found[0].account != account:
        raise not_found()
    return OperationOut.of(*found)


@reads.get("/Messages/Operations/<operation_id>/Errors")
def list_errors(operation_id: str) -> FailurePage:
    account = routing.account_of(reads.current_event)
    query = queries.query(reads.current_event, queries.Paged)
    operation = operations.get(app().table, operation_id) if is_operation_id(operation_id) else None
    if operation is None or operation.account != account:
        raise not_found()
    scope = f"{account} GET /Messages/Operations/{operation_id}/Errors"
    after = read_token(app().keyring(), scope, query.page_token)
    page = failures.page(app().table, account, operation_id, size=query.page_size, after=after)
    return FailurePage(
        errors=[FailureOut.of_failure(failure) for failure in page.rows],
        pagination=write_page(app().keyring(), scope, after, page.after),
    )


@sends.post("/Messages/Operations/<operation_id>/Cancel")
def cancel_operation(operation_id: str) -> Response[str]:
    return _control(operation_id, control.cancel)


@sends.post("/Messages/Operations/<operation_id>/Pause")
def pause_operation(operation_id: str) -> Response[str]:
    return _control(operation_id, control.pause)


@sends.post("/Messages/Operations/<operation_id>/Resume")
def resume_operation(operation_id: str) -> Response[str]:
    return _control(operation_id, control.resume)


def _control(operation_id: str, act: Callable[[App, Operation], None]) -> Response[str]:
    event = sends.current_event
    operation = operations.get(app().table, operation_id) if is_operation_id(operation_id) else None
    if operation is None or operation.account != routing.account_of(event):
        raise not_found()
    try:
        act(app(), operation)
    except control.IsOver as over:
        raise error(409, problems.IS_OVER, message=f"The operation is {over.status}.") from None
    logger.info("operation controlled", operation_id=operation_id, action=act.__name__)
    location = responses.operation_location(routing.base_of(event), operation_id)
    return routing.accepted("resource", operation_id, location)
