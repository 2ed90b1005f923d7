"""What a client may do to an operation that is under way: cancel, pause, resume. And what
becomes of the operations of an account that an operator disables.

Each is one conditional write; the table's stream carries it out (`dispatch`). A worker
reads the operation before each group, so what was announced by then may still be
sent: at most one group for each chunk that is worked on.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Final

from herald.model.operation import Operation, OperationStatus
from herald.sending.app import App
from herald.store import accounts, keys, operations
from herald.store.table import Item, Table

_SIDE_BY_SIDE: Final = 8


class IsOver(Exception):
    """The operation has come to an end that the request does not fit."""

    def __init__(self, status: OperationStatus) -> None:
        super().__init__(f"the operation is {status}")
        self.status = status


def cancel(app: App, operation: Operation) -> None:
    """Send nothing more of an operation; one that is canceled stays it. Raises IsOver."""
    after = operations.cancel(app.table, operation, app.clock())
    if after.status is not OperationStatus.CANCELED:
        raise IsOver(after.status)


def pause(app: App, operation: Operation) -> None:
    """Send nothing of an operation until it is resumed. Raises IsOver."""
    _pause(app, operation, True)


def resume(app: App, operation: Operation) -> None:
    """Go on with an operation; one that is not paused goes on anyway. Raises IsOver."""
    _pause(app, operation, False)


def _pause(app: App, operation: Operation, paused: bool) -> None:
    after = operations.pause(app.table, operation, paused, app.clock())
    if after.is_over:
        raise IsOver(after.status)


def as_allowed(app: App, operation: Operation, items: Iterable[Item]) -> Operation:
    """An operation as a worker is to treat it, which has read these items with it.

    Where the items say that the account is disabled, that is as canceled, and it is canceled. So
    nothing is sent that was accepted while `cancel_all` ran, nor what a failure receipt has
    reopened of a completed operation, which stays completed.
    """
    own = keys.account(operation.account)
    if not any(accounts.is_disabled(item) for item in items if (item[keys.PK], item[keys.SK]) == own):
        return operation
    operations.cancel(app.table, operation, app.clock())
    return operation.model_copy(update={"status": OperationStatus.CANCELED})


def cancel_all(table: Table, account: str, now: datetime) -> Iterator[int]:
    """Cancel what waits of a disabled account; yields how many operations were canceled, in parts.

    It may be repeated, and goes on where it broke off: it finds what is not over. Raises Unavailable.
    """

    def cancel_one(operation: Operation) -> bool:
        return operations.cancel(table, operation, now).status is OperationStatus.CANCELED

    with ThreadPoolExecutor(max_workers=_SIDE_BY_SIDE) as pool:
        for some in operations.unfinished(table, account):
            yield sum(pool.map(cancel_one, [operation for operation, _ in some]))
