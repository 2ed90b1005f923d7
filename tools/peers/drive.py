"""Sends requests to the peer, one for each line of the input; `bench/peers.py` runs it."""

import json
import sys
import time
from collections.abc import Iterator
from typing import Any

import tasks


def drive() -> Iterator[dict[str, Any]]:
    """One job for each line of the input, which is a request; print its time once all is delivered."""
    for body in sys.stdin:
        began, start = time.monotonic(), time.process_time()
        job = tasks.accept(body)
        spent = time.process_time() - start
        total = len(json.loads(body)["to"])
        while (found := tasks.counts(job)) != {"delivered": total}:
            if time.monotonic() - began > 300:
                raise TimeoutError(str(found))
            time.sleep(0.5)
        yield {"accept": spent, "wall": time.monotonic() - began, "counts": found}


if __name__ == "__main__":
    tasks.database().execute(tasks.TABLES)
    print("{}", flush=True)
    for result in drive():
        print(json.dumps(result), flush=True)
