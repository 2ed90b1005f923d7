"""Further mistakes in single decisions of Herald, which were not found at first."""

from typing import Final

from tests.journeys.rewritten import Rewritten

_REPORTS: Final = "herald.store.reports"

_SENDING: Final = (
    Rewritten(
        "UsesUpItsTime",
        "a worker hands nothing over that it may have no time to record",
        "herald.sending.fan_out",
        "self._deadline = now + timedelta(seconds=seconds - HAND_OVER_SECONDS)",
        "self._deadline = now + timedelta(seconds=seconds)",
        ("slow-group",),
    ),
    Rewritten(
        "BeginsWithEachRepeat",
        "a task that another task has followed begins nothing when it comes again",
        "herald.store.chunks",
        "    if ticket:\n        values",
        "    if False and ticket:\n        values",
        ("throttled",),
    ),
    Rewritten(
        "BelievesWhatItReadFirst",
        "what a receipt has corrected meanwhile is not sent again",
        "herald.sending.fan_out",
        "if plan.message and plan.message.attempts}",
        "if plan.message and len(plan.message.attempts) > 1}",
        ("corrected-meanwhile",),
    ),
    Rewritten(
        "WaitsForTheLast",
        "a chunk goes on when the first of its messages may go out",
        "herald.sending.fan_out",
        "return max(min(waits, default=0), 0)",
        "return max(max(waits, default=0), 0)",
        ("quiet",),
    ),
)

_RECORDS: Final = (
    Rewritten(
        "CommitsWhatIsNotHeld",
        "a request is committed only while its key is held for it",
        "herald.store.idempotency",
        'done = Update(keyed.record, {"leaseUntil": None}, _held_for(operation.id))',
        'done = Update(keyed.record, {"leaseUntil": None}, _held_for(operation.id)[1:])',
        ("key",),
        "accept late",
    ),
    Rewritten(
        "LosesTheCostOfARepeat",
        "what a try has cost is kept, also while the next try waits",
        _REPORTS,
        "return _billed(item, receipt, Effect.OPENED)",
        "return Effect.OPENED",
        ("told-again",),
    ),
    Rewritten(
        "BelievesAFailureAgain",
        "a failure that is reported again says nothing of the next try",
        _REPORTS,
        'has_failed_before = item.get("failedTry", 0) >= receipt.attempt',
        "has_failed_before = False",
        ("failed-again",),
        "fan_out before",
    ),
)

FURTHER_MISTAKES: Final = (*_SENDING, *_RECORDS)
