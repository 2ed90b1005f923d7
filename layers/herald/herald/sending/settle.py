"""Messages whose hand-over was never confirmed, and of which no receipt has come.

Whether such a message was sent nobody knows. Sending it again might text somebody
twice, so it ends as FAILED with a code of its own, unless the account wants it sent
again. A receipt that comes after all still corrects the one, and prevents the other.

A message that is to be sent again has first its row opened and then a task enqueued.
Whoever dies in between finds the open row when the task of the settling comes again.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from herald.model import problems
from herald.model.ids import index_of, message_id
from herald.model.message import Message, PersonReceipt
from herald.model.operation import CHUNK_SIZE, Operation, OperationStatus
from herald.model.status import is_settled
from herald.sending.app import App
from herald.sending.groups import is_unconfirmed, is_unsent
from herald.store import accounts, messages, operations, receipts
from herald.store.accounts import AfterUnknown
from herald.tasks import FanOut, Settle, enqueue
from herald.telemetry import count

# Who was sent to so often without an answer will not be reached by once more.
_MOST_UNKNOWN: Final = 3


def settle(app: App, task: Settle) -> None:
    """Decide about what has waited long enough in a chunk; come back for what has not."""
    operation = operations.get(app.table, task.operation_id)
    if operation is None:
        return
    first = task.chunk * CHUNK_SIZE
    # Of a scheduled operation chunks may be short, so which of the ids exist is not known here.
    ids = [message_id(operation.id, index) for index in range(first, first + CHUNK_SIZE)]
    rows = messages.get_many(app.table, operation.account, ids)
    unknown = [row for row in rows.values() if row.is_unknown]
    everybody = receipts.of(app.table, rows.values())
    people = list(filter(is_unconfirmed, everybody))
    since = [row.attempts[-1].at for row in unknown] + [person.updated_at for person in people]
    patience = timedelta(seconds=app.unconfirmed_seconds)
    now = app.clock()
    waits = [at + patience - now for at in since if now - at < patience]
    again = {row.id for row in rows.values() if row.is_open_again}
    # Who waits of a group that is done was opened again by a settling that died then.
    again |= {
        person.message_id
        for person in everybody
        if is_unsent(person) and is_settled(rows[person.message_id].status)
    }
    again |= _decide(
        app,
        operation,
        [row for row in unknown if now - row.attempts[-1].at >= patience],
        [person for person in people if now - person.updated_at >= patience],
    )
    if again:
        places = tuple(sorted(index_of(identifier) - first for identifier in again))
        send = FanOut(operation_id=operation.id, chunk=task.chunk, again=places)
        enqueue(app.chunk_queue, [send], account=operation.account)
    if waits:
        delay = int(max(waits).total_seconds()) + 1
        enqueue(app.chunk_queue, [task], account=operation.account, delay=delay)


def _decide(
    app: App, operation: Operation, rows: Iterable[Message], people: Iterable[PersonReceipt]
) -> set[str]:
    """End what nobody knows the outcome of; the ids of what is to be sent again instead."""
    rows, people = list(rows), list(people)
    if not rows and not people:
        return set()
    is_repeated = (
        operation.status is not OperationStatus.CANCELED
        and accounts.after_unknown(app.table, operation.account) is AfterUnknown.SEND_AGAIN
    )
    again: set[str] = set()
    now = app.clock()
    for row in rows:
        if is_repeated and _unknown_tries(row) < _MOST_UNKNOWN:
            if messages.send_again(app.table, row):
                again.add(row.id)
        elif messages.fail(
            app.table, row.account, row.id, problems.UNCONFIRMED.code, now=now, unconfirmed=True
        ):
            count("MessageUnconfirmed")
    for person in people:
        if is_repeated and receipts.send_again(app.table, person):
            again.add(person.message_id)
        elif receipts.fail_unconfirmed(app.table, person, now=now):
            count("PersonUnconfirmed")
    return again


def _unknown_tries(row: Message) -> int:
    return sum(attempt.is_unknown for attempt in row.attempts)
