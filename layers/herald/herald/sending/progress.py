"""Metrics of sent messages and their results, for the dashboard.

They are counted from the stream, so a batch that comes again is counted again: figures for
people, unlike the counts of an operation (`tally`), which are exact.
"""

from collections import Counter
from collections.abc import Iterable
from statistics import median
from typing import Final

from herald.model.status import Status
from herald.store.stream import Turn
from herald.telemetry import count, count_by_code, measure

_WAITS: Final = (Status.SCHEDULED, Status.QUEUED)
_HANDED_OVER: Final = (Status.SENT, Status.DELIVERED, Status.READ, Status.UNDELIVERED)
_FAILED: Final = (Status.FAILED, Status.UNDELIVERED)


def tell(turns: Iterable[Turn]) -> None:
    """Count the messages that were handed over, delivered, or failed, and measure how long results took.

    `ResultDelay`: seconds from SENT to the first result, the median of a batch.
    """
    turns = list(turns)
    sent = sum(each.old in _WAITS and each.new in _HANDED_OVER for each in turns)
    delivered = sum(each.new == Status.DELIVERED for each in turns)
    failed = Counter(each.code or "none" for each in turns if each.new in _FAILED)
    delays = [each.seconds for each in turns if each.old == Status.SENT]
    for name, number in (
        ("MessageSent", sent),
        ("MessageDelivered", delivered),
        ("MessageFailed", failed.total()),
    ):
        if number:
            count(name, number)
    for code, number in failed.items():
        count_by_code("MessageFailedByCode", code, number)
    if delays:
        measure("ResultDelay", max(median(delays), 0.0))
