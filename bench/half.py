"""One half of a pair: the processor milliseconds of some calls of a version's functions, as JSON.

It runs as a script, and imports `bench` of the version that is on the path: it may use only
names that both versions have (`paired`).
"""

import json
import sys
import time
from typing import Final

CHUNK: Final = "fan_out one chunk of 100"
RECEIPTS: Final = "receive 50 receipts"
PAGE: Final = "query a page of 50"


def main(calls: int) -> None:
    from bench.edge import Edge
    from bench.invoke import invoke, silence
    from bench.scenarios import prepare, set_environment

    set_environment()
    edge = Edge()
    found: dict[str, list[float]] = {CHUNK: [], RECEIPTS: [], PAGE: []}
    with edge.installed(), silence():
        for scenario in prepare(edge).timed:
            # Where the name is not measured, nothing is kept; the first call makes the clients.
            for _ in range(calls + 1 if scenario.name in found else 0):
                edge.restore(scenario.items)
                before = time.process_time()
                invoke(scenario.function, scenario.event)
                spent = time.process_time() - before - edge.own_seconds
                found[scenario.name].append(spent * 1_000)
    print(json.dumps(found))


if __name__ == "__main__":
    main(int(sys.argv[1]))
