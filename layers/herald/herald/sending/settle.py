"""Messages whose hand-over was never confirmed, and of which no receipt has come.

Whether such a message was sent nobody knows. Sending it again might text somebody
twice, so it ends as FAILED with a code of its own; a receipt that comes after all
still corrects it.
"""

from datetime import datetime, timedelta

from herald.model import problems
from herald.model.ids import message_id
from herald.model.message import Message
from herald.model.operation import CHUNK_SIZE
from herald.model.status import is_settled
from herald.sending.app import App
from herald.sending.groups import is_unconfirmed
from herald.store import messages, operations, receipts
from herald.tasks import Settle, enqueue
from herald.telemetry import count


def settle(app: App, task: Settle) -> None:
    """Fail what has waited long enough in a chunk; come back for what has not."""
    operation = operations.get(app.table, task.operation_id)
    if operation is None:
        return
    first = task.chunk * CHUNK_SIZE
    # Of a scheduled operation chunks may be short, so which of the ids exist is not known here.
    ids = [message_id(operation.id, index) for index in range(first, first + CHUNK_SIZE)]
    rows = messages.get_many(app.table, operation.account, ids)
    unconfirmed = {row.id: at for row in rows.values() if (at := _unconfirmed_since(row))}
    people = list(filter(is_unconfirmed, receipts.of(app.table, rows.values())))
    now = app.clock()
    patience = timedelta(seconds=app.unconfirmed_seconds)
    for person in people:
        if now - person.updated_at >= patience and receipts.fail_unconfirmed(app.table, person, now=now):
            count("PersonUnconfirmed")
    for identifier, since in unconfirmed.items():
        if now - since >= patience and messages.fail(
            app.table, operation.account, identifier, problems.UNCONFIRMED.code, now=now, unconfirmed=True
        ):
            count("MessageUnconfirmed")
    marked = [*unconfirmed.values(), *(person.updated_at for person in people)]
    waits = [since + patience - now for since in marked if now - since < patience]
    if waits:
        enqueue(app.chunk_queue, [task], delay=int(max(waits).total_seconds()) + 1)


def _unconfirmed_since(row: Message) -> datetime | None:
    waits = not is_settled(row.status) and row.attempts and row.error == problems.UNCONFIRMED.code
    return row.attempts[-1].at if waits else None
