"""Changes of messages, as the table's stream has them, become counts of their operation."""

from collections import defaultdict
from collections.abc import Iterable

from herald.model.change import Change, Recount
from herald.model.operation import counted, is_complete
from herald.sending.app import App
from herald.store import operations, tallies
from herald.telemetry import count, logger


def tally(app: App, changes: Iterable[Change | Recount]) -> None:
    """Count changes, each exactly once, and complete the operations that have nothing waiting."""
    groups: defaultdict[tuple[str, int], list[Change | Recount]] = defaultdict(list)
    for change in changes:
        groups[change.operation_id, change.shard].append(change)
    for (operation_id, shard), group in groups.items():
        tallies.take_in(
            app.table,
            operation_id,
            shard,
            {change.sequence_number: change.step for change in group},
            expires_at=group[-1].expires_at,
        )
    # Also where nothing was new: an earlier try may have died between count and completion.
    for operation_id in {operation_id for operation_id, _ in groups}:
        _complete(app, operation_id)
    logger.info("changes counted", changes=sum(map(len, groups.values())))


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
