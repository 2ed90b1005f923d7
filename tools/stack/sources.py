"""Corrects how MiniStack looks at queues, streams and schedules, and gives functions what it finds there.

MiniStack's own Python runs this file, which imports nothing of ours. Each function fixes one fault, as
those of mends.py do.

    poll_streams_apart  one thread polls all queues and streams, and runs the functions of streams
    poll_more_often     a message with a delay waits up to a second more, others 50 ms, and a schedule 10 s
    gather_batches      MaximumBatchingWindowInSeconds is ignored: a function is called for every few records
"""

import threading
import time
from typing import Any

# Between two looks for messages whose delay is over.
_QUEUES_SECONDS = 0.2
# Between two looks for schedules that are due.
_SCHEDULES_SECONDS = 1
# Between two looks after one that found nothing: what writes to the table wakes the poller of the queues too.
_IDLE_SECONDS = 0.01
# What AWS waits for a batch to fill is a second in the template: here half, and only while much comes.
_GATHERING_SECONDS = 0.5
# Much: a batch of more than this part of the most that it may hold.
_MUCH = 1 / 20
# MiniStack takes no more messages of a queue at once.
_MESSAGES = 10


def mend() -> None:
    poll_streams_apart()
    poll_more_often()
    gather_batches()


def poll_streams_apart() -> None:
    from ministack.services import lambda_svc  # type: ignore[import-not-found, unused-ignore]

    poll, busy = lambda_svc._poll_dynamodb_streams, threading.Lock()

    def poll_until_idle() -> None:
        try:
            while poll():
                pass
        finally:
            busy.release()

    def poll_apart() -> bool:
        if busy.acquire(blocking=False):
            threading.Thread(target=poll_until_idle, daemon=True).start()
        # Whether there was something, the thread knows.
        return False

    lambda_svc._poll_dynamodb_streams = poll_apart


def poll_more_often() -> None:
    from ministack.services import lambda_svc, scheduler  # type: ignore[import-not-found, unused-ignore]

    # Set when a queue or a stream gets something, but not when a delay ends.
    wake = lambda_svc._esm_wake
    wait = wake.wait

    def wait_a_little(timeout: float) -> bool:
        woken: bool = wait(min(timeout, _QUEUES_SECONDS))
        return woken

    wake.wait = wait_a_little
    if lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS < _IDLE_SECONDS:
        raise RuntimeError("the queues of MiniStack are looked at more often than this would")
    lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS = _IDLE_SECONDS
    if scheduler._SCHEDULE_TICK_INTERVAL < _SCHEDULES_SECONDS:
        raise RuntimeError("the schedules of MiniStack are looked at more often than this would")
    scheduler._SCHEDULE_TICK_INTERVAL = _SCHEDULES_SECONDS


def gather_batches() -> None:
    """After a batch that is neither full nor small, the next one waits for more to come.

    A full one is followed at once, and so is a small one: a developer waits for the few messages of a try.
    """
    from ministack.services import lambda_svc  # type: ignore[import-not-found, unused-ignore]

    filtered, pauses = lambda_svc._apply_filter_criteria, lambda_svc._esm_backoff_until
    gathering: dict[str, float] = {}

    class Pauses:
        """Until when a mapping rests: after a failure, or to gather."""

        def get(self, mapping: str, default: float) -> float:
            rests: float = pauses.get(mapping, default)
            return max(rests, gathering.get(mapping, default))

        def __setitem__(self, mapping: str, until: float) -> None:
            pauses[mapping] = until

        def __getattr__(self, name: str) -> Any:
            return getattr(pauses, name)

    def filter_and_gather(records: Any, mapping: Any) -> Any:
        found = filtered(records, mapping)
        size = mapping.get("BatchSize") or 0
        most = min(size, _MESSAGES) if ":sqs:" in mapping.get("EventSourceArn", "") else size
        if mapping.get("MaximumBatchingWindowInSeconds") and size * _MUCH < len(found) < most:
            gathering[mapping["UUID"]] = time.time() + _GATHERING_SECONDS
        return found

    lambda_svc._apply_filter_criteria, lambda_svc._esm_backoff_until = filter_and_gather, Pauses()
