"""What a message costs in DynamoDB's units and AWS's calls: a change that makes it dearer says so here."""

from typing import Final

import pytest

from bench import units

# A message of 1,000 in one request, by the sandbox; `units` says what each figure counts.
MOST: Final = {
    "writeUnits": 7.1,
    "writeUnitsWithoutCarrierIds": 6.1,
    "writeUnitsOfOne": 10.1,
    "writeUnitsOfAws": 8.1,
    "readUnits": 2.1,
    "awsCalls": 0.35,
    "receiveCallsFor50": 3,
    "tallyWriteUnits": 0.2,
    "tallyWriteUnitsScattered": 0.4,
    "operationReadBytes": 8_192,
}


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    return units.measure(1_000)


@pytest.mark.parametrize("figure", MOST)
def test_a_message_costs_no_more(measured: dict[str, float], figure: str) -> None:
    assert 0 < measured[figure] <= MOST[figure]


def test_a_message_of_aws_costs_one_unit_more_at_most(measured: dict[str, float]) -> None:
    assert measured["writeUnitsOfAws"] <= measured["writeUnits"] + 1


def test_every_figure_is_held(measured: dict[str, float]) -> None:
    assert measured.keys() == MOST.keys()
