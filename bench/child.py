"""One function's first call in a process of its own: `python -m bench.child <function> <file>`.

The file has the event and the table's items. Prints JSON: seconds and bytes.
"""

import json
import re
import resource
import sys
import time
from pathlib import Path
from typing import Any

from bench.invoke import invoke, load, silence


def main() -> None:
    function, file = sys.argv[1:]
    imported = _timed(lambda: load(function))
    # After that, for it imports boto3.
    from bench.edge import Edge, unpacked

    scenario = unpacked(Path(file).read_bytes())
    edge = Edge({(item["pk"]["S"], item["sk"]["S"]): item for item in scenario["items"]})
    with edge.installed(), silence():
        called = _timed(lambda: invoke(function, scenario["event"]))
    print(json.dumps({"import": imported, "call": called, "megabytes": _peak_megabytes()}))


def _peak_megabytes() -> float:
    """The most memory that this process ever had."""
    try:
        # Not getrusage, which on Linux begins with the parent's peak at the fork.
        found = re.search(r"^VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text(), re.MULTILINE)
    except OSError:
        found = None
    # Bytes, on macOS.
    return int(found[1]) / 1024 if found else resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2


def _timed(work: Any) -> tuple[float, float]:
    """The wall and processor seconds that a piece of work takes."""
    wall, processor = time.perf_counter(), time.process_time()
    work()
    return time.perf_counter() - wall, time.process_time() - processor


if __name__ == "__main__":
    main()
