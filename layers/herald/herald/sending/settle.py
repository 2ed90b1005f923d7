"""Messages whose hand-over was never confirmed, and that have no receipt.

It is unknown whether such a message was sent. A second send might text a person twice, so
the message ends as FAILED with a code of its own, unless the account has it sent again.
A late receipt still corrects the FAILED message, and prevents the second send.

To send a message again, the row is reopened first, and then a task is enqueued.
If the worker dies in between, its task comes again and finds the reopened row.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Final

from herald.model.ids import index_of
from herald.model.message import Message, PersonReceipt
from herald.model.operation import CHUNK_SIZE, Operation, OperationStatus
from herald.model.phase import Phase
from herald.sending.app import App
from herald.store import accounts, messages, operations, receipts
from herald.store.accounts import AfterUnknown
from herald.store.moves import make
from herald.tasks import FanOut, Settle, enqueue
from herald.telemetry import count

# The most attempts of a message with unknown outcomes: a further one would not help.
_MOST_UNKNOWN: Final = 3


def settle(app: App, task: Settle) -> None:
    """Decide about messages of a chunk that have waited long enough; come back for the others."""
    operation = operations.get(app.table, task.operation_id)
    if operation is None:
        return
    rows = messages.of_chunk(app.table, operation, task.chunk)
    everybody = receipts.of(app.table, rows.values())
    now = app.clock()
    unknown = [row for row in rows.values() if row.phase is Phase.UNKNOWN]
    people = [person for person in everybody if person.phase is Phase.UNKNOWN]
    since = [row.attempts[-1].at for row in unknown] + [person.updated_at for person in people]
    patience = timedelta(seconds=app.unconfirmed_seconds)
    waits = [at + patience - now for at in since if now - at < patience]
    again = {row.id for row in rows.values() if row.phase is Phase.REOPENED}
    # A member still waiting in a settled group was reopened by a settle run that then crashed.
    again |= {
        person.message_id
        for person in everybody
        if person.phase.is_to_be_sent and rows[person.message_id].phase.is_over
    }
    again |= _decide(
        app,
        operation,
        [row for row in unknown if now - row.attempts[-1].at >= patience],
        [person for person in people if now - person.updated_at >= patience],
    )
    if again:
        places = tuple(sorted(index_of(identifier) - task.chunk * CHUNK_SIZE for identifier in again))
        send = FanOut(operation_id=operation.id, chunk=task.chunk, again=places)
        enqueue(app.chunk_queue, [send], account=operation.account)
    if waits:
        delay = int(max(waits).total_seconds()) + 1
        enqueue(app.chunk_queue, [task], account=operation.account, delay=delay)


def _decide(
    app: App, operation: Operation, rows: Iterable[Message], people: Iterable[PersonReceipt]
) -> set[str]:
    """End messages with an unknown outcome; return the ids of those that are to be sent again instead."""
    rows, people = list(rows), list(people)
    if not rows and not people:
        return set()
    is_repeated = (
        operation.status is not OperationStatus.CANCELED
        and accounts.after_unknown(app.table, operation.account) is AfterUnknown.SEND_AGAIN
    )
    table, now = app.table, app.clock()
    tried_again = [row for row in rows if is_repeated and _unknown_tries(row) < _MOST_UNKNOWN]
    reopened = make(table, [messages.sent_again(row) for row in tried_again])
    opened = {row.id: waits for row, waits in zip(tried_again, reopened, strict=True)}
    ended = make(table, [messages.given_up(row, now=now) for row in rows if row.id not in opened])
    # Only once is a person's message sent again.
    asked = people if is_repeated else []
    waiting = make(table, [receipts.sent_again(person) for person in asked]) or [False] * len(people)
    known = list(zip(people, waiting, strict=True))
    failed = make(table, [receipts.given_up(person, now=now) for person, waits in known if not waits])
    count("MessageUnconfirmed", sum(ended))
    count("PersonUnconfirmed", sum(failed))
    return {identifier for identifier, waits in opened.items() if waits} | {
        person.message_id for person, waits in known if waits
    }


def _unknown_tries(row: Message) -> int:
    return sum(attempt.is_unknown for attempt in row.attempts)
