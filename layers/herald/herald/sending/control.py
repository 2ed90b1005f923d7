"""What a client may do to an operation that is under way: cancel, pause, resume.

Each is one conditional write; the table's stream carries it out (`dispatch`). A worker
reads the operation before each group, so what was announced by then may still be
sent: at most one group for each chunk that is worked on.
"""

from collections.abc import Callable

from herald.model.operation import Operation, OperationStatus
from herald.sending.app import App
from herald.store import operations


class IsOver(Exception):
    """The operation has come to an end that the request does not fit."""

    def __init__(self, status: OperationStatus) -> None:
        super().__init__(f"the operation is {status}")
        self.status = status


def cancel(app: App, operation: Operation) -> None:
    """Send nothing more of an operation; one that is canceled stays it. Raises IsOver."""
    if not operations.cancel(app.table, operation.id, app.clock()):
        _unless(app, operation, lambda now: now.status is OperationStatus.CANCELED)


def pause(app: App, operation: Operation) -> None:
    """Send nothing of an operation until it is resumed. Raises IsOver."""
    if not operations.pause(app.table, operation.id, True, app.clock()):
        _unless(app, operation, lambda _: False)


def resume(app: App, operation: Operation) -> None:
    """Go on with an operation; one that is not paused goes on anyway. Raises IsOver."""
    if not operations.pause(app.table, operation.id, False, app.clock()):
        _unless(app, operation, lambda _: False)


def _unless(app: App, operation: Operation, is_fine: Callable[[Operation], bool]) -> None:
    now = operations.get(app.table, operation.id) or operation
    if not is_fine(now):
        raise IsOver(now.status)
