"""What a message costs in DynamoDB's units and AWS's calls: a change that makes it dearer says so here."""

from typing import Final

import pytest

from bench import model, units
from tests.contracts.documents import table

# A message of 1,100 in one request, by the sandbox; `units` says what each figure counts.
MOST: Final = {
    "writeUnits": 4.1,
    "writeUnitsWithoutCarrierIds": 3.1,
    "writeUnitsOfOne": 8.1,
    "writeUnitsOfAws": 5.1,
    "writeUnitsOfAddressSearch": 1.02,
    "writeUnitsOfAddressSearchOfOne": 2,
    "indexWriteUnitsOfAddressSearch": 1,
    "readUnits": 1.1,
    "readUnitsOfOne": 5.1,
    "shardWriteUnits": 3.05,
    "acceptWriteUnits": 0.1,
    "acceptWriteUnitsOfOne": 5.1,
    "storedBytes": 1_100,
    "storedBytesOfAddressSearch": 300,
    "awsCalls": 0.35,
    "receiveCallsFor50": 3,
    "tallyWriteUnits": 0.2,
    "tallyWriteUnitsOfOne": 3.1,
    "tallyWriteUnitsScattered": 0.4,
    "operationReadBytes": 8_192,
    "cancelWriteUnits": 1.1,
}


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    # More than an account of a real carrier may send a day unless its operator says so.
    return units.measure(1_100)


@pytest.mark.parametrize("figure", MOST)
def test_a_message_costs_no_more(measured: dict[str, float], figure: str) -> None:
    assert 0 < measured[figure] <= MOST[figure]


def test_a_message_of_aws_costs_one_unit_more_at_most(measured: dict[str, float]) -> None:
    assert measured["writeUnitsOfAws"] <= measured["writeUnits"] + 1


def test_the_bill_of_a_million_has_the_units_that_are_counted(measured: dict[str, float]) -> None:
    rows = {row["What"]: row for row in table("docs/deploy.md", "What", "For a message", "For a million")}
    for kind, dollars in (("write", 0.625), ("read", 0.125)):
        [row] = [row for what, row in rows.items() if what.startswith(f"{kind} units")]
        said = float(row["For a message"])
        counted = (
            max(measured["writeUnits"], measured["writeUnitsOfAws"]) + measured["writeUnitsOfAddressSearch"]
            if kind == "write"
            else measured["readUnits"]
        )
        assert said == pytest.approx(counted, abs=0.05)
        assert row["For a million"] == f"${said * dollars:.2f}"


def test_every_figure_is_held(measured: dict[str, float]) -> None:
    assert measured.keys() == MOST.keys()


@pytest.mark.parametrize("figure", model.UNITS)
def test_the_scale_model_goes_by_what_is_measured(measured: dict[str, float], figure: str) -> None:
    assert model.UNITS[figure] == pytest.approx(measured[figure], rel=0.02, abs=0.02)
