"""A chunk that is not sent: its recipients are not there any more, or its workers come no further."""

from herald.model import problems
from herald.model.ids import index_of
from herald.model.operation import CHUNK_SIZE, Operation
from herald.sending import turns
from herald.sending.app import App
from herald.store import chunks, messages
from herald.store.chunks import Progress
from herald.store.moves import make
from herald.tasks import FanOut, enqueue
from herald.telemetry import count, logger


def abandon(app: App, operation: Operation, progress: Progress, task: FanOut) -> None:
    """End a chunk whose recipients are gone from the table: they cannot be recovered.

    Its rows fail. Trying again would not bring the recipients back.
    """
    count("ChunkGone")
    logger.error("recipients are gone", operation_id=operation.id, chunk=progress.chunk)
    first = progress.chunk * CHUNK_SIZE
    rows = messages.of_chunk(app.table, operation, progress.chunk).values()
    announced = [row for row in rows if index_of(row.id) - first in progress.intended]
    now = app.clock()
    # An announced recipient may have received it; a late receipt can still say so.
    make(app.table, [messages.given_up(row, now=now) for row in announced if row.phase.is_to_be_sent])
    others = [row for row in rows if row not in announced]
    make(app.table, [messages.closed(row, problems.EXPIRED.code, now=now) for row in others])
    chunks.advance(app.table, turns.ended(progress), released_by=task.ticket)


def give_up(app: App, operation: Operation, progress: Progress, task: FanOut) -> None:
    """Make a chunk's task a dead letter; after a redrive, the chunk is begun as if for the first time.

    A worker that dies between the two writes makes two dead letters, which the claim makes harmless.
    """
    enqueue(app.chunk_dead_letters, [task], account=operation.account)
    chunks.release(app.table, progress)
    count("TaskGivenUp")
    logger.error("chunk given up", operation_id=operation.id, chunk=progress.chunk)
