"""One half of a pair: a local stack of a version, to which requests go when they are asked for.

It runs as a script, and imports the local stack and the client of whichever version is on the path: it may
use only what both have (`paired`). It prints one line of JSON, the seconds of the start; and then one for
each line of its input, which is a request: the seconds from the 202 until every receipt is in.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any, Final

_POLL_SECONDS: Final = 0.25
_PATIENCE_SECONDS: Final = 900


def main(state_dir: Path) -> None:
    from herald_cli.client import Herald
    from tools.stack import LocalStack

    began = time.monotonic()
    with LocalStack(state_dir=state_dir) as stack:
        if hasattr(stack, "warm"):
            # As `make run` does, where it does so.
            stack.warm()
        print(json.dumps(time.monotonic() - began), flush=True)
        with Herald(stack.base_url, stack.account_sid, stack.auth_token) as herald:
            for line in sys.stdin:
                print(json.dumps(_settled(herald, json.loads(line))), flush=True)


def _settled(herald: Any, request: Any) -> float:
    operation_id = herald.send(request)["operationId"]
    accepted = time.monotonic()
    while time.monotonic() < accepted + _PATIENCE_SECONDS:
        stats = herald.operation(operation_id)["stats"]
        if not (stats["queued"] or stats["scheduled"] or stats["sent"]):
            return time.monotonic() - accepted
        time.sleep(_POLL_SECONDS)
    raise TimeoutError(f"{operation_id}: {stats}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
