"""Counts the changes of messages from the table's stream into their operation."""

from collections.abc import Iterable

from herald.model.change import Change
from herald.model.operation import Operation, Tally, counted, is_complete
from herald.sending.app import App
from herald.store import operations, tallies
from herald.telemetry import count, logger


def tally(app: App, changes: Iterable[Change]) -> None:
    """Count changes, and complete the operations that have nothing waiting.

    Only a change that ended the waiting of a message can complete an operation. Such a change
    checks also if it was counted before: the earlier invocation may have died before its check.
    """
    changes = list(changes)
    counts = tallies.take_in(app.table, changes)
    ended = {change.operation_id for change in changes if change.is_end}
    for operation in operations.get_many(app.table, sorted(ended)):
        complete(app, operation, counts[operation.id])
    logger.info("changes counted", changes=len(changes), operations=len(counts))


def complete(app: App, operation: Operation, counts: Tally) -> bool:
    """Complete an operation if nothing of it waits; return whether this call did."""
    if counted(counts) > operation.total:
        logger.error("more messages than recipients", operation_id=operation.id)
        count("TallyWrong")
    if (
        operation.is_over
        or not is_complete(operation, counts)
        or not operations.complete(app.table, operation.id, app.clock())
    ):
        return False
    logger.info("operation completed", operation_id=operation.id)
    count("OperationCompleted")
    return True
