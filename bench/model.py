"""How fast a stack on AWS can send, and the price of a million messages. `python -m bench model` shows it.

A calculation, not a measurement. From measured figures (write and read units by
`bench.units`, processor time by `bench.handlers`), the template, and AWS's limits and
prices, it computes which limit is met first and which parameter moves it. The carrier's rate
is left out: it depends on the account's contract, and is usually the first limit of all.
"""

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from herald.model.ids import SHARD_NUMBERS
from herald.model.operation import CHUNK_SIZE
from herald.timing import GROUP_SIZE
from tests.template import ROOT, event_sources, resources, template

# Of `python -m bench units`, a message; a contract test compares them with what it finds.
UNITS: Final = {
    "writeUnits": 4.07,
    "writeUnitsWithoutCarrierIds": 3.07,
    "writeUnitsOfOne": 8.01,
    "writeUnitsOfAddressSearch": 1.01,
    "writeUnitsOfAddressSearchOfOne": 2.0,
    "indexWriteUnitsOfAddressSearch": 1.0,
    "readUnits": 1.1,
    "readUnitsOfOne": 5.0,
    "shardWriteUnits": 3.0,
    "acceptWriteUnits": 0.022,
    "acceptWriteUnitsOfOne": 5.0,
    "tallyWriteUnits": 0.026,
    "tallyWriteUnitsOfOne": 3.0,
    "storedBytes": 1_010,
    "storedBytesOfAddressSearch": 143,
}

# ------------------------------------------------------------------ what AWS allows and asks for

PARTITION_UNITS: Final = 1_000
# Writes of an operation's entry in the index of its account: when it is made, and completed.
INDEX_WRITES: Final = 2
# Changes of an operation that dispatch reads from the stream: made, and completed.
DISPATCHED: Final = 2
NEW_TABLE_UNITS: Final = 4_000
# Of a table on demand, and of each of its indexes for itself.
TABLE_UNITS: Final = 40_000
LAMBDA_CONCURRENCY: Final = 1_000
# The SQS event source begins with 5 invocations side by side, and adds 300 a minute.
FIRST_POLLERS: Final = 5
POLLERS_A_SECOND: Final = 5.0
# Megabytes of memory that come with one whole processor.
PROCESSOR_MB: Final = 1_769
# Changes of a message in the stream: made, sent, reported.
CHANGES: Final = 3

# Dollars, us-east-1, on demand, 2026.
_WRITE_UNIT: Final = 0.625e-6
_READ_UNIT: Final = 0.125e-6
_SQS_REQUEST: Final = 0.40e-6
_API_REQUEST: Final = 3.50e-6
_INVOCATION: Final = 0.20e-6
_GB_SECOND_ARM: Final = 13.3334e-6
_GB_MONTH: Final = 0.25
# An entry of a queue is sent, received and deleted; sending and deleting go ten to a request.
_REQUESTS_A_TASK: Final = 0.1 + 1 + 0.1

# --------------------------------------------------------------------------------- assumptions

# Seconds that calls take: to the table, a batch of them, and the carrier.
CALL: Final = 0.005
BATCH: Final = 0.010
CARRIER: Final = 0.050
# A call that creates a schedule.
SCHEDULE: Final = 0.050
# For how long a commit holds the item of its account's limits. Commits that meet are tried again, eight
# times; if the item is held for more than half of the time, too many requests end with a 503.
HELD: Final = 0.010
_HELD_AT_MOST: Final = 0.5
_TASKS_A_CALL: Final = 10
# Calls of a chunk that wait for each other before and after its groups, and within each.
_CALLS_A_CHUNK: Final = 6

_MILLION: Final = 1_000_000


class Load(NamedTuple):
    """The requests: by a number of accounts, with a number of recipients each."""

    accounts: int
    recipients: int
    # Whether messages are found by address: the parameter AddressSearch.
    address_search: bool = True

    @property
    def chunk(self) -> int:
        """The recipients of a chunk."""
        return min(self.recipients, CHUNK_SIZE)

    def __str__(self) -> str:
        accounts = "1 account" if self.accounts == 1 else f"{self.accounts:,} accounts"
        return f"{accounts}, {self.recipients:,} a request" + ("" if self.address_search else ", no search")


class Setup(NamedTuple):
    """A deployed stack, and the quotas that AWS has granted."""

    name: str
    shards: int
    fan_out: int
    receive: int
    send_requests: int
    table_units: int
    concurrency: int = LAMBDA_CONCURRENCY


class Limit(NamedTuple):
    """A limit in messages a second, and what moves it."""

    name: str
    rate: float
    moved_by: str


class Times(NamedTuple):
    """Processor milliseconds of a call of each function, with boto3's part."""

    accept: float
    accept_one: float
    dispatch: float
    chunk: float
    chunk_of_one: float
    receipts: float
    changes: float


_ROWS: Final = Times._fields
_NAMES: Final = dict(
    zip(
        _ROWS,
        (
            "accept 10,000 recipients",
            "accept 1 recipient",
            "dispatch 10,000 recipients",
            "fan_out one chunk of 100",
            "fan_out a chunk of 1",
            "receive 50 receipts",
            "tally 1,000 changes",
        ),
        strict=True,
    )
)
_RECEIPTS: Final = 50
_CHANGES: Final = 1_000


def measured(page: Path = ROOT / "docs/performance.md") -> Times:
    """The processor times that the last `make bench` has written into a page. Raises ValueError."""
    text = page.read_text()
    found = {}
    for field, name in _NAMES.items():
        row = re.search(rf"^\| {re.escape(name)} +\| +[\d.,]+ \| +([\d.,]+) \|", text, re.MULTILINE)
        if row is None:
            raise ValueError(f"{page} has no time of {name!r}: run `python -m bench handlers` with --write")
        found[field] = float(row[1].replace(",", ""))
    return Times(**found)


# ------------------------------------------------------------------------------ how fast it is


def deployed() -> Setup:
    """A stack with the template's own parameters, a new table, and a new account."""
    return Setup(
        "as deployed",
        shards=1,
        fan_out=_parameter("FanOutConcurrency"),
        receive=_parameter("ReceiveConcurrency"),
        send_requests=_parameter("SendRequestsPerSecond"),
        table_units=NEW_TABLE_UNITS,
    )


def limits(load: Load, setup: Setup, times: Times) -> list[Limit]:
    """All limits, the lowest first."""
    seconds = _seconds(load, times)
    total = sum(seconds.values())
    found = [
        Limit("requests to send", setup.send_requests * load.recipients, "`SendRequestsPerSecond`"),
        Limit(
            "operations of an account (index)",
            PARTITION_UNITS * load.accounts * load.recipients / INDEX_WRITES,
            "more recipients a request",
        ),
        Limit(
            "limits of an account (item)",
            _HELD_AT_MOST / HELD * load.accounts * load.recipients,
            "more recipients a request",
        ),
        Limit(
            "dispatch",
            # A shard of the stream for each partition of the table.
            setup.table_units / PARTITION_UNITS * _lanes() / seconds["dispatch"],
            "warm throughput, then the quota",
        ),
        Limit(
            "shards of messages",
            PARTITION_UNITS * setup.shards * load.accounts / UNITS["shardWriteUnits"],
            "`herald account shards`",
        ),
        Limit(
            "write units of the table",
            setup.table_units / table_write_units(load),
            "warm throughput, then the quota",
        ),
        Limit("fan_out", setup.fan_out / seconds["fan_out"], "`FanOutConcurrency`"),
        Limit("receive", setup.receive / seconds["receive"], "`ReceiveConcurrency`"),
        Limit("tally", setup.shards * load.accounts / seconds["tally"], "`herald account shards`"),
        Limit("Lambda's concurrency", setup.concurrency / total, "the quota of Lambda"),
    ]
    return sorted(found, key=lambda limit: limit.rate)


_WRITES: Final = ("acceptWriteUnits", "writeUnits", "tallyWriteUnits")


def write_units(load: Load) -> float:
    """The write units of a message, from its request to its last receipt."""
    of_one = "OfOne" if load.chunk == 1 else ""
    names = (*_WRITES, "writeUnitsOfAddressSearch") if load.address_search else _WRITES
    return sum(UNITS[f"{name}{of_one}"] for name in names)


def table_write_units(load: Load) -> float:
    """Those of the table itself: each index has the quota of a table for its own entries."""
    of_search = UNITS["indexWriteUnitsOfAddressSearch"] if load.address_search else 0
    return write_units(load) - (UNITS["writeUnits"] - UNITS["writeUnitsWithoutCarrierIds"]) - of_search


def read_units(load: Load) -> float:
    return UNITS["readUnitsOfOne" if load.chunk == 1 else "readUnits"]


def seconds_for(messages: int, rate: float, setup: Setup, load: Load, times: Times) -> float:
    """Until the last of so many messages is sent, if all are asked for at once; the queue's pollers begin
    few. `rate` is that of the lowest limit."""
    one = _seconds(load, times)["fan_out"]
    first, growth = FIRST_POLLERS / one, POLLERS_A_SECOND / one
    if first >= rate:
        return messages / rate
    ramp = (rate - first) / growth
    during = (first + rate) / 2 * ramp
    if messages <= during:
        return (math.sqrt(first**2 + 2 * growth * messages) - first) / growth
    return ramp + (messages - during) / rate


def wanted(load: Load, rate: float, times: Times) -> Setup:
    """The smallest setup that sends so many messages a second. Raises ValueError if none does."""
    seconds = _seconds(load, times)
    share = rate / load.accounts
    needed = math.ceil(share * max(UNITS["shardWriteUnits"] / PARTITION_UNITS, seconds["tally"]))
    shards = next((each for each in SHARD_NUMBERS if each >= needed), None)
    setup = Setup(
        f"{rate:,.0f} a second",
        shards=shards or SHARD_NUMBERS[-1],
        fan_out=max(math.ceil(rate * seconds["fan_out"]), 2),
        receive=max(math.ceil(rate * seconds["receive"]), 2),
        send_requests=max(math.ceil(rate / load.recipients), 1),
        table_units=math.ceil(rate * table_write_units(load)),
        concurrency=math.ceil(rate * sum(seconds.values())),
    )
    lowest = limits(load, setup, times)[0]
    most = {name: template()["Parameters"][name]["MaxValue"] for name in PARAMETERS}
    given = (setup.fan_out, setup.receive, setup.send_requests)
    if lowest.rate < rate * 0.999 or any(map(int.__gt__, given, most.values())):
        raise ValueError(f"{load} does not come to {rate:,.0f} a second: {lowest}")
    return setup


PARAMETERS: Final = ("FanOutConcurrency", "ReceiveConcurrency", "SendRequestsPerSecond")


def _seconds(load: Load, times: Times) -> dict[str, float]:
    """The seconds that an instance of each function is busy for a message."""
    memory = _memory()

    def on(function: str, milliseconds: float) -> float:
        return milliseconds / 1000 * max(PROCESSOR_MB / memory[function], 1)

    groups = math.ceil(load.chunk / GROUP_SIZE)
    waits = _CALLS_A_CHUNK * CALL + groups * (BATCH + CALL + CARRIER + BATCH)
    chunk = times.chunk_of_one if load.chunk == 1 else times.chunk
    accept = times.accept_one if load.recipients == 1 else times.accept * load.recipients / 10_000
    # Ten chunks a call; at the end, a task and a schedule that reckon the use of limits up.
    calls = math.ceil(load.recipients / CHUNK_SIZE / _TASKS_A_CALL)
    dispatch = on("dispatch", times.dispatch * calls / 10) + calls * BATCH + BATCH + SCHEDULE
    return {
        "accept": (on("accept", accept) + 3 * CALL) / load.recipients,
        "dispatch": dispatch / load.recipients,
        "fan_out": (on("fan_out", chunk) + waits) / load.chunk,
        "receive": (on("receive", times.receipts) + 2 * BATCH) / _RECEIPTS,
        "tally": (on("tally", times.changes) + 4 * CALL) / _CHANGES * CHANGES,
    }


# ------------------------------------------------------------------------------ what it costs


def bill(load: Load, times: Times) -> list[tuple[str, float, str, float]]:
    """The bill of a million messages: each line's name, number, unit and dollars."""
    memory, seconds = _memory(), _seconds(load, times)
    writes, reads = write_units(load), read_units(load)
    invocations = {
        "accept": 1 / load.recipients,
        "dispatch": DISPATCHED / load.recipients,
        "fan_out": 1 / load.chunk,
        "receive": 1 / _RECEIPTS,
        "tally": CHANGES / _CHANGES,
    }
    gb_seconds = sum(seconds[each] * memory[each] / 1_024 for each in seconds)
    queued = 1 / load.chunk + 1 / GROUP_SIZE
    calls = sum(invocations.values())
    requests = queued * _REQUESTS_A_TASK
    of_search = UNITS["storedBytesOfAddressSearch"] if load.address_search else 0
    gigabytes = (UNITS["storedBytes"] + of_search) * _MILLION / 2**30
    return [
        ("DynamoDB: writes", writes * _MILLION, "units", writes * _MILLION * _WRITE_UNIT),
        ("DynamoDB: reads", reads * _MILLION, "units", reads * _MILLION * _READ_UNIT),
        ("DynamoDB: a month of keeping them", gigabytes, "GB", gigabytes * _GB_MONTH),
        ("Lambda: time", gb_seconds * _MILLION, "GB-s", gb_seconds * _MILLION * _GB_SECOND_ARM),
        ("Lambda: invocations", calls * _MILLION, "calls", calls * _MILLION * _INVOCATION),
        ("SQS", requests * _MILLION, "requests", requests * _MILLION * _SQS_REQUEST),
        (
            "API Gateway",
            _MILLION / load.recipients,
            "requests",
            _MILLION / load.recipients * _API_REQUEST,
        ),
    ]


def _parameter(name: str) -> int:
    return int(template()["Parameters"][name]["Default"])


def _lanes() -> int:
    """The batches of a shard of the stream on which dispatch works at the same time."""
    [source] = [each for each in event_sources("DynamoDB") if each.function == "dispatch"]
    return int(source.properties["ParallelizationFactor"])


def _memory() -> dict[str, int]:
    """The megabytes of each function, by the name of its file."""
    usual = template()["Globals"]["Function"]["MemorySize"]
    functions: Mapping[str, Mapping[str, Any]] = resources("AWS::Serverless::Function")
    return {each["Handler"].split(".")[0]: each.get("MemorySize", usual) for each in functions.values()}
