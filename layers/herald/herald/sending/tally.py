"""Changes of messages, as the table's stream has them, become counts of their operation."""

from collections import Counter, defaultdict
from collections.abc import Iterable

from herald.model.change import Change, Row
from herald.model.ids import operation_id_of
from herald.model.operation import (
    ATTEMPTS,
    RECIPIENTS,
    UNADDRESSABLE,
    Tally,
    counted,
    is_complete,
)
from herald.sending.app import App
from herald.store import operations
from herald.telemetry import count, logger


def tally(app: App, changes: Iterable[Change]) -> None:
    """Count changes, each exactly once, and complete the operations that have nothing waiting."""
    groups: defaultdict[tuple[str, int], list[Change]] = defaultdict(list)
    for change in changes:
        groups[operation_id_of(change.message_id), change.shard].append(change)
    for (operation_id, shard), group in groups.items():
        operations.add_to_tally(
            app.table,
            operation_id,
            shard,
            {change.sequence_number: _difference(change) for change in group},
            expires_at=group[-1].expires_at,
        )
    # Also where nothing was new: an earlier try may have died between count and completion.
    for operation_id in {operation_id for operation_id, _ in groups}:
        _complete(app, operation_id)
    logger.info("changes counted", changes=sum(map(len, groups.values())))


def _difference(change: Change) -> Tally:
    difference = _counts(change.new)
    if change.old:
        difference.subtract(_counts(change.old))
    return difference


def _counts(row: Row) -> Tally:
    return Counter({row.status or UNADDRESSABLE: 1, RECIPIENTS: row.people, ATTEMPTS: row.tries})


def _complete(app: App, operation_id: str) -> None:
    found = operations.get_with_tally(app.table, operation_id)
    if found is None:
        return
    operation, counts = found
    if counted(counts) > operation.total:
        logger.error("more messages than recipients", operation_id=operation_id)
        count("TallyWrong")
    if (
        not operation.is_over
        and is_complete(operation, counts)
        and operations.complete(app.table, operation_id, app.clock())
    ):
        logger.info("operation completed", operation_id=operation_id)
        count("OperationCompleted")
