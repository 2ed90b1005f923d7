"""Parts of a report that cannot be worked on, put aside so that they hold up nothing else.

Each goes back to its queue alone, with the reason; alone it fails, and is a dead letter after five
tries. A worker that dies in between puts the same part aside again: that is two dead letters of one.
"""

import json
from collections.abc import Callable, Sequence

from herald.carriers.unreadable import REASON, PutAside, Unreadable
from herald.tasks import Queue
from herald.telemetry import count, logger


def put_aside(body: str, parts: int, queue: Callable[[], Queue], some: Sequence[Unreadable]) -> None:
    """Put parts of a queue message on the queue alone. Raises PutAside: the message has this part only."""
    if not some:
        return
    if parts == 1 or REASON in json.loads(body):
        raise PutAside(some[0].why)
    queue().send([each.alone for each in some])
    count("PartPutAside", len(some))
    logger.warning("parts put aside", reasons=sorted({each.why for each in some}), parts=len(some))
