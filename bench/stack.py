"""The whole way on the local stack: from the POST to the last receipt.

A stack of its own is started for it. The stack, its functions and this client share the
machine, so the figures show only that Herald is not the bottleneck; they are not those of AWS.
"""

import os
import re
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from bench.report import Goal, Section, Table, number
from bench.scenarios import TEXT, recipients
from bench.soak.killer import functions_in
from herald_cli.client import Herald, SendMessagesRequest, Stats
from tools.stack import LocalStack
from tools.stack.commands import HERALD_DIR

_REQUESTS = 3
_POLL_SECONDS = 0.5
_PATIENCE_SECONDS = 300


class Times(NamedTuple):
    """Seconds of one request: to its answer and, from there on, until all was sent, and reported."""

    accepted: float
    sent: float
    settled: float


class Impatient(Exception):
    """The stack does not finish its operation."""


def measure(progress: Callable[[str], None]) -> Section:
    """Send to 10,000 recipients, several times."""
    people, busy = recipients(), os.getloadavg()[0]
    request: SendMessagesRequest = {"to": people, "content": {"text": TEXT}}  # type: ignore[typeddict-item]
    with (
        LocalStack(state_dir=HERALD_DIR / "bench", progress=progress) as stack,
        Herald(stack.base_url, stack.account_sid, stack.auth_token) as herald,
    ):
        times = []
        for _ in range(_REQUESTS):
            times.append(_send(herald, request))
            progress(f"{len(people):,} recipients: {', '.join(f'{seconds:.1f} s' for seconds in times[-1])}")
        memory = _memory(stack.pid)
    median = Times(*map(statistics.median, zip(*times, strict=True)))
    slowest = Times(*map(max, zip(*times, strict=True)))
    rows = [
        *((f"request {place}", *map(number, each)) for place, each in enumerate(times, start=1)),
        ("median", *map(number, median)),
    ]
    header = (f"{len(people):,} recipients", "POST answered s", "all sent s", "all reported s")
    tables = [Table("On the local stack", header, rows)]
    if memory:
        tables.append(
            Table(
                "Its functions' processes, afterwards",
                ("function", "processes", "peak MB"),
                [(name, str(len(peaks)), number(max(peaks))) for name, peaks in sorted(memory.items())],
            )
        )
    return Section(
        "stack",
        [
            Goal("POST of 10,000 recipients answered, at the slowest", 1.5, slowest.accepted, "s"),
            Goal("10,000 messages sent after the 202, at the slowest", 60, slowest.sent, "s"),
            *(Goal(f"{name} on the stack: memory", 256, max(memory[name]), "MB") for name in sorted(memory)),
        ],
        tables,
        [
            f"Sent: nothing queued any more; reported: every receipt is in. Both from the 202 on, as "
            f"the operation's counts tell, asked for every {_POLL_SECONDS} s. The machine's load average was "
            f"{number(busy)} before, and {number(os.getloadavg()[0])} afterwards."
        ],
    )


def _send(herald: Herald, request: SendMessagesRequest) -> Times:
    start = time.perf_counter()
    operation_id = herald.send(request)["operationId"]
    accepted = time.perf_counter()
    sent = settled = None
    for stats in _watch(herald, operation_id):
        now = time.perf_counter() - accepted
        if sent is None and not stats["queued"] and not stats["scheduled"]:
            sent = now
        if sent is not None and not stats["sent"]:
            settled = now
            return Times(accepted - start, sent, settled)
    raise Impatient(f"{operation_id} has not settled in {_PATIENCE_SECONDS} s")


def _watch(herald: Herald, operation_id: str) -> Iterator[Stats]:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        yield herald.operation(operation_id)["stats"]
        time.sleep(_POLL_SECONDS)


def _memory(group: int) -> dict[str, list[float]]:
    """The peak megabytes of the processes in a process group that are functions, by function."""
    found: dict[str, list[float]] = {}
    for pid, function in functions_in(group):
        with suppress(OSError):
            status = Path(f"/proc/{pid}/status").read_text()
            if peak := re.search(r"^VmHWM:\s*(\d+) kB", status, re.MULTILINE):
                found.setdefault(function, []).append(int(peak[1]) / 1024)
    return found
