"""What the table's stream says of an operation, carried out: its chunks go on the queue.

    made       every chunk, for its rows to be made and, where it is due, sent;
               and a wake-up for each later instant
    canceled   every chunk, for what waits in it to be canceled; no wake-up any more
    resumed    every chunk, for the sending to go on

Twice is harmless: a task only says where to look, and the claim on a chunk decides.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from herald.model.operation import Due, Operation, OperationStatus
from herald.sending.app import App
from herald.store import operations
from herald.tasks import MAX_DELAY, FanOut, Wake, enqueue, whole_seconds

# EventBridge Scheduler fires within the minute: so it is asked for a minute early, and
# the queue's delay makes the second.
_EARLY: Final = timedelta(seconds=60)


def dispatch(app: App, old: Operation | None, new: Operation) -> None:
    """Carry out what a change from `old` to `new` asks for; most changes ask for nothing."""
    if old is None:
        enqueue_chunks(app, new, range(new.chunks))
        for number in range(len(new.dues)):
            wake_later(app, new, number)
    elif new.status is OperationStatus.CANCELED and old.status is not OperationStatus.CANCELED:
        for due in new.dues:
            app.scheduler.delete(_name(new, due))
        enqueue_chunks(app, new, range(new.chunks))
    elif old.paused and not new.paused:
        enqueue_chunks(app, new, range(new.chunks))


def wake(app: App, task: Wake) -> None:
    """Start the sending of chunks that are due. Early, twice or late makes no difference."""
    operation = operations.get(app.table, task.operation_id)
    if operation is None or operation.is_over:
        return
    due = operation.dues[task.due]
    now = app.clock()
    if now < due.at:
        wake_later(app, operation, task.due)
        return
    operations.start(app.table, operation.id, now)
    enqueue_chunks(app, operation, range(due.first, due.first + due.chunks))


def wake_later(app: App, operation: Operation, number: int) -> None:
    """Have the chunks of a due woken when it is time. Twice is once, or a task too many."""
    due = operation.dues[number]
    task = Wake(operation_id=operation.id, due=number)
    wait = due.at - app.clock()
    if wait <= timedelta(seconds=MAX_DELAY):
        enqueue(app.chunk_queue, [task], account=operation.account, delay=whole_seconds(wait))
    else:
        app.scheduler.put(_name(operation, due), due.at - _EARLY, task.model_dump_json())


def enqueue_chunks(app: App, operation: Operation, chunks: Iterable[int]) -> None:
    tasks = (FanOut(operation_id=operation.id, chunk=number) for number in chunks)
    enqueue(app.chunk_queue, tasks, account=operation.account)


def _name(operation: Operation, due: Due) -> str:
    """A schedule's name: the operation and the instant."""
    return f"{operation.id}-{int(due.at.timestamp())}"
