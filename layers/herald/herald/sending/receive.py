"""What carriers report of the messages that they took.

A failure opens the row again where there is another route, and then puts a task for it
on the queue. Whoever dies in between finds the row open when the receipt comes again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from herald.model.ids import index_of, operation_id_of
from herald.model.message import Receipt
from herald.model.operation import CHUNK_SIZE
from herald.sending.app import App
from herald.store import messages
from herald.store.messages import Effect
from herald.tasks import FanOut, enqueue
from herald.telemetry import count, logger

_SIDE_BY_SIDE: Final = 16


def receive(app: App, receipts: Sequence[Receipt]) -> None:
    """Move messages forward as receipts say.

    A receipt that is repeated, out of order, or of no message of the account it
    names changes nothing and is counted.
    """
    now = app.clock()
    with ThreadPoolExecutor(max_workers=_SIDE_BY_SIDE) as pool:
        effects = list(pool.map(lambda receipt: messages.apply(app.table, receipt, now=now), receipts))
    _send_again(
        app, (each for each, effect in zip(receipts, effects, strict=True) if effect is Effect.OPENED)
    )
    ignored = effects.count(Effect.IGNORED)
    count("ReceiptApplied", len(receipts) - ignored)
    count("ReceiptIgnored", ignored)
    logger.info("receipts applied", applied=len(receipts) - ignored, ignored=ignored)


def _send_again(app: App, failed: Iterable[Receipt]) -> None:
    """Enqueue the chunks of messages whose rows wait for another route."""
    places: defaultdict[tuple[str, str, int], set[int]] = defaultdict(set)
    for receipt in failed:
        chunk, place = divmod(index_of(receipt.message_id), CHUNK_SIZE)
        places[receipt.account, operation_id_of(receipt.message_id), chunk].add(place)
    for (account, operation_id, chunk), some in places.items():
        task = FanOut(operation_id=operation_id, chunk=chunk, again=tuple(sorted(some)))
        enqueue(app.chunk_queue, [task], account=account)
        count("MessageRerouted", len(some))
