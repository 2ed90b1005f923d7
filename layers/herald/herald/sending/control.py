"""Cancel, pause and resume an operation that is under way; and cancel the operations of an
account that an operator disables.

Each is one conditional write; the table's stream carries it out (`dispatch`). A worker
reads the operation before each group, so a group that was announced by then may still be
sent: at most one group for each chunk in work.
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
    """The operation is over, so the request is refused."""

    def __init__(self, status: OperationStatus) -> None:
        super().__init__(f"the operation is {status}")
        self.status = status


def cancel(app: App, operation: Operation) -> None:
    """Send nothing more of an operation; a canceled one stays canceled. Raises IsOver."""
    after = operations.cancel(app.table, operation, app.clock())
    if after.status is not OperationStatus.CANCELED:
        raise IsOver(after.status)


def pause(app: App, operation: Operation) -> None:
    """Send nothing of an operation until it is resumed. Raises IsOver."""
    _pause(app, operation, True)


def resume(app: App, operation: Operation) -> None:
    """Continue an operation; for one that is not paused this changes nothing. Raises IsOver."""
    _pause(app, operation, False)


def _pause(app: App, operation: Operation, paused: bool) -> None:
    after = operations.pause(app.table, operation, paused, app.clock())
    if after.is_over:
        raise IsOver(after.status)


def as_allowed(app: App, operation: Operation, items: Iterable[Item]) -> Operation:
    """An operation as a worker must treat it; `items` were read together with it.

    If the items say that the account is disabled, the operation is canceled, and treated as canceled. So
    no message is sent that was accepted while `cancel_all` ran, nor one that a failure receipt has
    reopened in a completed operation, which stays completed.
    """
    own = keys.account(operation.account)
    if not any(accounts.is_disabled(item) for item in items if (item[keys.PK], item[keys.SK]) == own):
        return operation
    operations.cancel(app.table, operation, app.clock())
    return operation.model_copy(update={"status": OperationStatus.CANCELED})


def cancel_all(table: Table, account: str, now: datetime) -> Iterator[int]:
    """Cancel the waiting operations of a disabled account; yields how many were canceled, in parts.

    May be repeated, and then continues with the operations that are not over. Raises Unavailable.
    """

    def cancel_one(operation: Operation) -> bool:
        return operations.cancel(table, operation, now).status is OperationStatus.CANCELED

    with ThreadPoolExecutor(max_workers=_SIDE_BY_SIDE) as pool:
        for some in operations.unfinished(table, account):
            yield sum(pool.map(cancel_one, [operation for operation, _ in some]))
