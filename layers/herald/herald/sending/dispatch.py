"""Carries out the stream's changes of operations: puts chunks on the queue.

    made       every chunk, so that its rows are made and, if it is due, sent;
               and a wake-up for each later instant
    canceled   every chunk, so that its waiting messages are canceled; no wake-ups any more
    resumed    one task, which puts every chunk on the queue, so that sending continues
    over       if the account has limits: its use is reckoned up (sending.reckon)

A repeat is harmless: a task only names a chunk, and the claim on the chunk decides.
"""

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Final, TypeVar

from herald.model.batches import results_of
from herald.model.operation import Due, Operation, OperationStatus
from herald.sending.app import App
from herald.store import chunks, operations
from herald.tasks import MAX_DELAY, FanOut, GoOn, Reckon, Wake, enqueue, whole_seconds

Part = TypeVar("Part")

# EventBridge Scheduler fires within the minute: so it is asked for a minute early, and
# the queue's delay makes the second.
_EARLY: Final = timedelta(seconds=60)
# Most carriers have reported the price of a message by then.
_PRICES_COME_WITHIN: Final = timedelta(days=1)


def dispatch(app: App, old: Operation | None, new: Operation) -> None:
    """Carry out a change of an operation from `old` to `new`; most changes need no work."""
    if new.metered and new.is_over and not (old and old.is_over):
        reckon_later(app, new)
    if old is None:
        enqueue_chunks(app, new, range(new.chunks))
        _side_by_side(app, lambda number: wake_later(app, new, number), range(len(new.dues)))
    elif new.status is OperationStatus.CANCELED and old.status is not OperationStatus.CANCELED:
        _side_by_side(app, lambda due: app.scheduler.delete(_name(new, due)), new.dues)
        enqueue_chunks(app, new, range(new.chunks))
    elif _is_held(old) and not _is_held(new):
        # A client may resume without end. The queue is fair to the accounts, the stream is not.
        enqueue(app.chunk_queue, [GoOn(operation_id=new.id)], account=new.account)


def _side_by_side(app: App, do: Callable[[Part], None], parts: Iterable[Part]) -> None:
    """Local times of many countries are a due each: one after the other they may outlast the function."""
    results_of([app.threads.submit(do, part) for part in parts])


def _is_held(operation: Operation) -> bool:
    """Whether a pause keeps messages waiting. A completion ends that too: no resume can follow it,
    and a worker that saw the pause may just have left a reopened message waiting."""
    return operation.paused and not operation.is_over


def wake(app: App, task: Wake) -> None:
    """Start sending the chunks that are due. An early, late or repeated call is harmless."""
    operation = operations.get(app.table, task.operation_id)
    if operation is None or operation.is_over:
        return
    due = operation.dues[task.due]
    now = app.clock()
    if now < due.at:
        wake_later(app, operation, task.due)
        return
    operations.start(app.table, operation.id, now)
    enqueue_chunks(app, operation, range(due.first, due.first + due.chunks), woken=True)


def wake_later(app: App, operation: Operation, number: int) -> None:
    """Have the chunks of a due woken when it is time. A repeat changes nothing, or adds a harmless task."""
    due = operation.dues[number]
    task = Wake(operation_id=operation.id, due=number)
    wait = due.at - app.clock()
    if wait <= timedelta(seconds=MAX_DELAY):
        enqueue(app.chunk_queue, [task], account=operation.account, delay=whole_seconds(wait))
    else:
        app.scheduler.put(_name(operation, due), due.at - _EARLY, task.model_dump_json())


def reckon_later(app: App, operation: Operation) -> None:
    """Have an operation's use of limits reckoned up, and again once the carrier has reported prices."""
    task = Reckon(operation_id=operation.id, chunk=None if operation.chunks > 1 else 0)
    enqueue(app.chunk_queue, [task], account=operation.account, delay=MAX_DELAY)
    app.scheduler.put(f"{operation.id}-reckon", app.clock() + _PRICES_COME_WITHIN, task.model_dump_json())


def go_on_later(app: App, operation: Operation, chunk: FanOut, delay: int) -> None:
    """Have a chunk continued in `delay` seconds: by the queue, or by one schedule for all chunks of a minute.

    Its progress says when, to the minute if that is more than MAX_DELAY away.
    """
    if delay <= MAX_DELAY:
        enqueue(app.chunk_queue, [chunk], account=operation.account, delay=delay)
        return
    at = minute_in(app, delay)
    task = GoOn(operation_id=operation.id, at=int(at.timestamp()))
    app.scheduler.put(f"{operation.id}-on-{task.at}", at - _EARLY, task.model_dump_json())


def minute_in(app: App, delay: int) -> datetime:
    """The first whole minute that is not before `delay` seconds from now."""
    at = app.clock() + timedelta(seconds=delay)
    minute = at.replace(second=0, microsecond=0)
    return minute if minute == at else minute + timedelta(minutes=1)


def go_on(app: App, task: GoOn) -> None:
    """Continue all chunks of an operation, or those that wait for a minute. A repeat is harmless."""
    operation = operations.get(app.table, task.operation_id)
    if operation is None or operation.status is OperationStatus.CANCELED or _is_held(operation):
        # A Resume continues all chunks.
        return
    if task.at is None:
        # Also those that are done: a worker may be about to leave one with a message that was reopened.
        enqueue_chunks(app, operation, range(operation.chunks))
        return
    wait = task.at - app.seconds
    if wait > 0:
        enqueue(app.chunk_queue, [task], account=operation.account, delay=wait)
        return
    progress = chunks.of_operation(app.table, operation.id, range(operation.chunks))
    enqueue_chunks(
        app, operation, (each.chunk for each in progress if each.left and 0 < each.resumes_at <= task.at)
    )


def enqueue_chunks(app: App, operation: Operation, numbers: Iterable[int], *, woken: bool = False) -> None:
    """Put tasks for chunks on the queue. `woken`: they are due by our clock, and nothing else wakes them."""
    tasks = (FanOut(operation_id=operation.id, chunk=number, woken=woken) for number in numbers)
    enqueue(app.chunk_queue, tasks, account=operation.account)


def _name(operation: Operation, due: Due) -> str:
    """A schedule's name: the operation and the instant."""
    return f"{operation.id}-{int(due.at.timestamp())}"
