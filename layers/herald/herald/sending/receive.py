"""What carriers report of the messages that they took."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from herald.model.message import Receipt
from herald.sending.app import App
from herald.store import messages
from herald.telemetry import count, logger

_SIDE_BY_SIDE: Final = 16


def receive(app: App, receipts: Sequence[Receipt]) -> None:
    """Move messages forward as receipts say.

    A receipt that is repeated, out of order, or of no message of the account it
    names changes nothing and is counted.
    """
    now = app.clock()
    with ThreadPoolExecutor(max_workers=_SIDE_BY_SIDE) as pool:
        applied = sum(pool.map(lambda receipt: messages.apply(app.table, receipt, now=now), receipts))
    count("ReceiptApplied", applied)
    count("ReceiptIgnored", len(receipts) - applied)
    logger.info("receipts applied", applied=applied, ignored=len(receipts) - applied)
