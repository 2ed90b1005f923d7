"""The scale model goes by the template and by what is measured, and the page shows what it says."""

from typing import Final

import pytest

from bench import model, scaling
from bench.model import Load, Setup
from herald.model.ids import SHARD_NUMBERS
from tests.template import ROOT, template

PAGE: Final = ROOT / "docs/performance.md"
TIMES: Final = model.measured(PAGE)
LOADS: Final = [Load(accounts, recipients) for accounts in (1, 1_000) for recipients in (1, 100, 10_000)]
# A limit that nothing but another way of sending moves.
FIXED: Final = "more recipients a request"
MORE: Final = {
    "`SendRequestsPerSecond`": "send_requests",
    "`herald account shards`": "shards",
    "warm throughput, then the quota": "table_units",
    "`FanOutConcurrency`": "fan_out",
    "`ReceiveConcurrency`": "receive",
    "the quota of Lambda": "concurrency",
}


def test_the_page_shows_what_the_model_says() -> None:
    assert (
        f"<!-- bench: model -->\n\n{scaling.section(TIMES)}\n\n<!-- bench: end of model -->"
        in PAGE.read_text()
    )


def test_every_goal_is_met() -> None:
    assert scaling.section(TIMES).missed == []


@pytest.mark.parametrize("load", LOADS, ids=str)
def test_what_is_said_to_move_the_lowest_limit_moves_it(load: Load) -> None:
    """One after the other, until only the way of sending is left, or what AWS allows."""
    setup = model.deployed()
    for _ in range(40):
        first, *_ = model.limits(load, setup, TIMES)
        if first.moved_by == FIXED or setup.shards == SHARD_NUMBERS[-1]:
            break
        name = MORE[first.moved_by]
        setup = setup._replace(**{name: 2 * getattr(setup, name)})
        after = {limit.name: limit.rate for limit in model.limits(load, setup, TIMES)}
        assert after[first.name] == pytest.approx(2 * first.rate)
        assert min(after.values()) >= first.rate


@pytest.mark.parametrize("rate", [10, 1_000, 10_000])
@pytest.mark.parametrize("accounts", [1, 1_000])
def test_the_least_that_is_needed_is_enough_and_no_more(accounts: int, rate: int) -> None:
    load = Load(accounts, 10_000)
    setup = model.wanted(load, rate, TIMES)

    assert model.limits(load, setup, TIMES)[0].rate == pytest.approx(rate, rel=0.001) or (
        model.limits(load, setup, TIMES)[0].rate > rate
    )
    for name in ("fan_out", "receive"):
        if (value := getattr(setup, name)) > 2:
            less: Setup = setup._replace(**{name: value - 1})
            assert model.limits(load, less, TIMES)[0].rate < rate


def test_what_no_stack_comes_to_is_said() -> None:
    with pytest.raises(ValueError, match="limits of an account"):
        model.wanted(Load(1, 1), 2_000, TIMES)


@pytest.mark.parametrize("load", LOADS, ids=str)
def test_more_messages_take_longer_and_no_faster_than_the_limit(load: Load) -> None:
    setup = model.deployed()
    rate = model.limits(load, setup, TIMES)[0].rate
    seconds = [model.seconds_for(10**power, rate, setup, load, TIMES) for power in range(4, 10)]

    assert seconds == sorted(seconds)
    assert all(10**power / rate <= each for power, each in zip(range(4, 10), seconds, strict=True))


def test_the_bill_of_a_million_is_that_of_its_units() -> None:
    for load in (Load(1, 10_000), Load(1, 1)):
        lines = {what: (amount, dollars) for what, amount, _, dollars in model.bill(load, TIMES)}
        writes, cost = lines["DynamoDB: writes"]
        assert writes == pytest.approx(1e6 * model.write_units(load))
        # us-east-1, on demand: $0.625 a million.
        assert cost == pytest.approx(writes * 0.625 / 1e6)


def test_a_message_costs_what_it_costs_as_the_template_deploys_it() -> None:
    """AddressSearch is on unless an operator turns it off, and its items are units and bytes like others."""
    of_search = {name for name in model.UNITS if "AddressSearch" in name}

    assert template()["Parameters"]["AddressSearch"]["Default"] == "true"
    assert of_search == {
        "writeUnitsOfAddressSearch",
        "writeUnitsOfAddressSearchOfOne",
        "indexWriteUnitsOfAddressSearch",
        "storedBytesOfAddressSearch",
    }
    counted = ["acceptWriteUnits", "writeUnits", "tallyWriteUnits"]
    without = sum(model.UNITS[name] for name in counted)
    assert model.write_units(Load(1, 10_000, address_search=False)) == pytest.approx(without)
    counted.append("writeUnitsOfAddressSearch")
    assert model.write_units(Load(1, 10_000)) == pytest.approx(sum(model.UNITS[name] for name in counted))
    kept = {what: amount for what, amount, _, _ in model.bill(Load(1, 10_000), TIMES)}
    stored = model.UNITS["storedBytes"] + model.UNITS["storedBytesOfAddressSearch"]
    assert kept["DynamoDB: a month of keeping them"] == pytest.approx(stored * 1e6 / 2**30)


def test_the_quota_of_the_table_is_not_spent_by_an_index() -> None:
    """On demand, an index has the quota of a table for itself (AWS: Quotas in Amazon DynamoDB)."""
    load = Load(1, 10_000)
    raised = model.deployed()._replace(table_units=model.TABLE_UNITS, shards=SHARD_NUMBERS[-1], fan_out=1_000)

    # The index of carrier ids, and that of recipients.
    assert model.write_units(load) - model.table_write_units(load) == pytest.approx(2, abs=0.01)
    rates = {limit.name: limit.rate for limit in model.limits(load, raised, TIMES)}
    assert rates["write units of the table"] >= 10_000
    assert f"one account sends {rates['write units of the table']:,.0f} messages a second" in PAGE.read_text()


def test_a_page_without_the_times_says_what_to_run() -> None:
    with pytest.raises(ValueError, match="bench handlers"):
        model.measured(ROOT / "README.md")
