"""The oracle of the journeys asks none of Herald's functions where anything is, or what it means."""

import ast
from pathlib import Path

import pytest

from tests.template import ROOT

# What a run does, and how it is run; everything else in the folder judges.
NO_JUDGES = {
    *(
        "__init__",
        "__main__",
        "branches",
        "catalogue",
        "exam",
        "mistakes",
        "mistakes_more",
        "mutations",
        "rewritten",
    ),
    *("harder", "journeys", "limited", "made_up", "rarer"),
}
JUDGES = sorted(
    path
    for path in (
        *(ROOT / "tests/journeys").glob("*.py"),
        *(
            ROOT / "tests/sim" / f"{name}.py"
            for name in ("asked", "carrier", "clients", "recipients", "witness")
        ),
    )
    if path.stem not in NO_JUDGES and not path.stem.startswith("test_")
)
# Published names and numbers, and what a carrier is given and answers.
GIVEN = {
    "herald.carriers": {
        *("Accepted", "NotSent", "OutboundMessage", "Outcome", "Rejected", "Stopped", "Unknown"),
        # A carrier that calls signs its calls.
        "callback_keys",
    },
    "herald.carriers.http": {"webhooks"},
    "herald.model": {"problems"},
    "herald.model.inbound": {"Inbound"},
    "herald.model.message": {"Billing", "Receipt"},
    "herald.model.status": {"Status"},
}


@pytest.mark.parametrize("path", JUDGES, ids=lambda path: path.stem)
def test_the_oracle_uses_no_function_of_the_product(path: Path) -> None:
    taken = [
        (node.module, alias.name)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "herald"
        for alias in node.names
    ]
    modules = [
        alias.name
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Import)
        for alias in node.names
    ]

    assert [each for each in taken if each[1] not in GIVEN.get(each[0], ())] == []
    assert [each for each in modules if each.split(".")[0] == "herald"] == []


def test_every_judge_is_looked_at() -> None:
    assert {path.stem for path in JUDGES} >= {
        "ends",
        "expiry",
        "invariants",
        "metering",
        "rows",
        "sending",
        "shown",
        "watch",
    }
