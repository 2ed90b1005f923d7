"""Reckons a chunk up: sets its use of the account's limits by its rows.

A worker sets the use as far as it knows it; the worker may die, and real prices come later. So every
chunk of an operation that is over is reckoned up after a quarter of an hour, and again a day later for the
prices that receipts have reported since. The result is set, not added, so a repeat changes nothing.
"""

from typing import Final

from herald.model.amounts import Charges, total
from herald.model.ids import index_of
from herald.model.operation import CHUNK_SIZE, Operation
from herald.sending.app import App
from herald.sending.meter import Taken
from herald.sending.plans import personalizer_of
from herald.store import chunks, limits, messages, operations, receipts
from herald.store.chunks import Progress
from herald.store.table import Unmet
from herald.tasks import Reckon, enqueue

# Seconds until a chunk is tried again that its worker has changed meanwhile.
_PAUSE: Final = 60


def reckon(app: App, task: Reckon) -> None:
    """Set the use of a chunk; for a task without a chunk, have each chunk reckoned up."""
    operation = operations.get(app.table, task.operation_id)
    if operation is None or operation.has_expired(app.clock()):
        return
    if task.chunk is None:
        each = (task.model_copy(update={"chunk": number}) for number in range(operation.chunks))
        enqueue(app.chunk_queue, each, account=operation.account)
        return
    seen = next(iter(chunks.of_operation(app.table, operation.id, [task.chunk])), None)
    if seen is None or not seen.expanded:
        # The task that begins the chunk is still to come, and sets its use.
        return
    try:
        _set(app, operation, seen)
    except (chunks.Fenced, Unmet):
        enqueue(app.chunk_queue, [task], account=operation.account, delay=_PAUSE)
    except chunks.Gone:
        # So is everything else of the operation soon.
        return


def _set(app: App, operation: Operation, progress: Progress) -> None:
    before = progress.charges
    if before is None:
        before = chunks.content(app.table, operation.id, progress.chunk).reserved
    after = _taken(app, operation, progress, before)
    if after == before:
        return
    day = operation.day_of(progress.chunk)
    had, has = total(before.values()), total(after.values())
    also = limits.release(operation.account, operation.id, progress.chunk, day, had.beyond(has))
    # A price that was higher than the table's has been paid already.
    also += limits.exceed(operation.account, day, has.beyond(had))
    chunks.charge(app.table, progress, after, also)


def _taken(app: App, operation: Operation, progress: Progress, before: Charges) -> Charges:
    """The use of each place: by its row if it does not wait; else as before."""
    first = progress.chunk * CHUNK_SIZE
    rows = messages.of_chunk(app.table, operation, progress.chunk)
    groups = receipts.by_message(app.table, rows.values())
    taken, personalizer = Taken(app, operation), personalizer_of(operation, careful=False)
    waiting = progress.left | progress.intended
    after = {place: amount for place, amount in before.items() if place in waiting}
    for row in rows.values():
        place = index_of(row.id) - first
        if place not in waiting:
            rendered = personalizer.render(row.variables)
            if rendered.problem and row.attempts and place in before:
                # It rendered when it was sent.
                after[place] = before[place]
                continue
            amount = (
                taken.by_group(rendered, row, groups[row.id])
                if row.group
                else taken.by(rendered, row, row.attempts)
            )
            if any(amount):
                after[place] = amount
    return after
