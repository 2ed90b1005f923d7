"""`python -m tests.fuzz`: requests for as long as it is told; ends at the first wrong answer.

Hostile ones, which may not end in a 5xx; and ones that openapi.json allows, which may not be refused for
their shape.
"""

import argparse
import sys
import time

from tests.template import ROOT

sys.path.insert(0, str(ROOT / "functions"))

from herald.api.openapi import document
from tests.conftest import aws_of
from tests.endpoints import ALL
from tests.fuzz import allowed
from tests.fuzz.runs import run, world_of

_ROUNDS = 20
_EXAMPLES = 20


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=time.time_ns() // 1_000_000_000)
    arguments = parser.parse_args()
    until, seed, asked = time.monotonic() + arguments.minutes * 60, arguments.seed, 0
    while time.monotonic() < until:
        with aws_of("sim") as patch, world_of(patch) as world:
            for found in run(world, seed, _ROUNDS):
                if found.wrong:
                    print(f"seed {seed}:\n" + "\n".join(found.wrong), file=sys.stderr)
                    return 1
                if time.monotonic() > until:
                    break
        asked += found.statuses.total()
        print(f"seed {seed}: {dict(sorted(found.statuses.items()))}, {asked:,} requests so far", flush=True)
        with aws_of("sim") as patch, allowed.world_of(patch) as world:
            for operation in allowed.operations(document("https://example.org/v1", ALL)):
                asked += allowed.ask(world, operation, _EXAMPLES, is_random=True).total()
        seed += 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
