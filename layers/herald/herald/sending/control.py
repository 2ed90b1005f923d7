"""What a client may do to an operation that is under way: cancel, pause, resume.

Each is one conditional write; the table's stream carries it out (`dispatch`). A worker
reads the operation before each group, so what was announced by then may still be
sent: at most one group for each chunk that is worked on.
"""

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
