"""The results of the scale model, in tables: a section of docs/performance.md."""

from collections.abc import Sequence
from typing import Final

from bench import model
from bench.model import Load, Setup, Times
from bench.report import Goal, Section, Table, number
from herald.model.ids import SHARD_NUMBERS
from herald.timing import GROUP_SIZE
from tests.template import template

_SIZES: Final = tuple(10**power for power in range(4, 10))
_LOADS: Final = tuple(Load(accounts, recipients) for accounts in (1, 1_000) for recipients in (10_000, 1))
_WITHOUT_SEARCH: Final = (Load(1, 10_000, address_search=False), Load(1_000, 10_000, address_search=False))
# The goals of a stack, in messages a second.
_GOALS: Final = (
    (Load(1, 10_000), 10_000),
    (Load(1_000, 10_000), 15_000),
    (_WITHOUT_SEARCH[0], 10_000),
    (_WITHOUT_SEARCH[1], 15_000),
)


def section(times: Times) -> Section:
    """The model's results, as `make bench` writes them into docs/performance.md."""
    setups = [model.wanted(load, rate, times) for load, rate in _GOALS]
    return Section(
        "model",
        [
            Goal(
                f"{load}: {rate:,} messages, once it runs",
                1,
                _pace(load, setup, times, rate),
                "s",
                True,
            )
            for (load, rate), setup in zip(_GOALS, setups, strict=True)
        ],
        [
            _table_of_limits(times),
            _table_of_times(times),
            _table_of_setups([load for load, _ in _GOALS], setups, times),
            _table_of_bill(times),
        ],
        [
            f"Assumed: a call to the table takes {model.CALL * 1000:.0f} ms and a batch "
            f"{model.BATCH * 1000:.0f} ms, the carrier answers in {model.CARRIER * 1000:.0f} ms and reports "
            f"{GROUP_SIZE} receipts in a queue message. "
            f"A commit holds the item of its account's limits for {model.HELD * 1000:.0f} ms, "
            f"and a schedule is made in {model.SCHEDULE * 1000:.0f} ms. "
            "The accounts have limits, as `AccountPartsPerDay` gives one to each. "
            "Messages are found by address (`AddressSearch`); *no search* is the stack without. "
            "AWS's quota of write units is for the table, and for each index apart. "
            "Prices: us-east-1, on demand, arm64, 2026, without free tiers, logs and alarms."
        ],
    )


def _pace(load: Load, setup: Setup, times: Times, rate: float) -> float:
    return round(rate / model.limits(load, setup, times)[0].rate, 3)


def _raised() -> Setup:
    """Herald's own parameters as far as they go, and a table that is warm up to AWS's default quota."""
    fan_out, receive, requests = (template()["Parameters"][name]["MaxValue"] for name in model.PARAMETERS)
    return Setup("parameters raised", SHARD_NUMBERS[-1], fan_out, receive, requests, model.TABLE_UNITS)


def _table_of_limits(times: Times) -> Table:
    rows = []
    for load in _LOADS:
        for setup in (model.deployed(), _raised()):
            rows.append(_row_of_limits(load, setup, times))
    rows += [_row_of_limits(load, _raised(), times) for load in _WITHOUT_SEARCH]
    header = ("load", "stack", "messages a second", "bound by", "moved by", "the next limit")
    return Table("Which limit binds", header, rows)


def _row_of_limits(load: Load, setup: Setup, times: Times) -> tuple[str, ...]:
    first, second, *_ = model.limits(load, setup, times)
    after = f"{second.name}, {_rate(second.rate)}"
    return str(load), setup.name, _rate(first.rate), first.name, first.moved_by, after


def _table_of_times(times: Times) -> Table:
    rows = []
    for load in _LOADS:
        for setup in (model.deployed(), _raised()):
            rate = model.limits(load, setup, times)[0].rate
            durations = (model.seconds_for(size, rate, setup, load, times) for size in _SIZES)
            rows.append((str(load), setup.name, *map(_duration, durations)))
    return Table("Until the last is sent", ("load", "stack", *(f"{size:,}" for size in _SIZES)), rows)


def _table_of_setups(loads: Sequence[Load], setups: Sequence[Setup], times: Times) -> Table:
    rows = [
        (
            f"{load}, {setup.name}",
            str(setup.shards),
            str(setup.fan_out),
            str(setup.receive),
            f"{setup.table_units:,}",
            f"{setup.concurrency:,}",
            f"a case for the table's quota of {model.TABLE_UNITS:,}"
            if setup.table_units > model.TABLE_UNITS
            else "nothing",
        )
        for load, setup in zip(loads, setups, strict=True)
    ]
    header = (
        "load",
        "shards an account",
        "`FanOutConcurrency`",
        "`ReceiveConcurrency`",
        "write units a second",
        "Lambda side by side",
        "to ask AWS for",
    )
    return Table("The least that is needed", header, rows)


def _table_of_bill(times: Times) -> Table:
    bills = [model.bill(load, times) for load in _LOADS[:2]]
    rows = [
        (
            what,
            f"{_amount(amount)} {unit}",
            f"{dollars:.2f}",
            f"{_amount(other)} {unit}",
            f"{other_dollars:.2f}",
        )
        for (what, amount, unit, dollars), (_, other, _, other_dollars) in zip(*bills, strict=True)
    ]
    sums = [f"{sum(dollars for *_, dollars in each):.2f}" for each in bills]
    header = ("a million messages", "10,000 a request", "dollars", "1 a request", "dollars")
    return Table("The bill", header, [*rows, ("together", "", sums[0], "", sums[1])])


def _rate(rate: float) -> str:
    return f"{rate:,.0f}"


def _amount(amount: float) -> str:
    return number(amount) if amount < 1_000 else f"{amount:,.0f}"


def _duration(seconds: float) -> str:
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{number(seconds / size)} {unit}"
    return f"{number(seconds)} s"
