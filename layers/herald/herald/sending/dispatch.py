"""A new operation in the table's stream: its chunks go on the queue.

Twice is harmless: a task only says where to look, and the claim on a chunk decides.
"""

from herald.model.operation import Operation
from herald.sending.app import App
from herald.tasks import FanOut, enqueue


def dispatch(app: App, operation: Operation) -> None:
    """Enqueue a task for every chunk of the operation."""
    enqueue(
        app.chunk_queue,
        (FanOut(operation_id=operation.id, chunk=number) for number in range(operation.chunks)),
    )
