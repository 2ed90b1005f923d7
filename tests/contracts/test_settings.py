"""Template, runtime and README name the same settings."""

from typing import Any

import pytest

from herald.carriers import CARRIERS
from herald.runtime import Settings
from herald.tasks import MAX_DELAY
from tests.contracts.documents import table
from tests.template import template

POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}


def _parameters() -> dict[str, dict[str, Any]]:
    return dict(template()["Parameters"])


def _variables() -> dict[str, Any]:
    return dict(template()["Globals"]["Function"]["Environment"]["Variables"])


def test_functions_are_given_the_settings_that_they_read() -> None:
    assert _variables().keys() == {name.upper() for name in Settings.model_fields} | POWERTOOLS


def test_every_function_has_the_environment_of_all() -> None:
    own = [
        name
        for name, resource in template()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function" and "Environment" in resource["Properties"]
    ]

    assert own == []


def test_every_parameter_is_used() -> None:
    text = str({name: part for name, part in template().items() if name != "Parameters"})

    assert [name for name in _parameters() if f"{{'Ref': '{name}'}}" not in text] == []


def test_the_readme_lists_the_parameters_with_their_defaults() -> None:
    rows = table("README.md", "Parameter", "Default", "What it is")

    assert [(row["Parameter"], row["Default"]) for row in rows] == [
        (name, str(parameter["Default"]) or "none") for name, parameter in _parameters().items()
    ]


def test_the_template_offers_the_carriers_that_there_are() -> None:
    assert _parameters()["Carrier"]["AllowedValues"] == list(CARRIERS)


@pytest.mark.parametrize("name", ["SandboxReceiptSeconds", "UnconfirmedSeconds"])
def test_a_delay_is_one_that_a_queue_can_keep(name: str) -> None:
    parameter = _parameters()[name]

    assert 0 <= parameter["MinValue"] <= parameter["Default"] <= parameter["MaxValue"] <= MAX_DELAY == 900


def test_every_default_is_a_value_that_the_parameter_allows() -> None:
    wrong = {
        name
        for name, each in _parameters().items()
        if ("AllowedValues" in each and each["Default"] not in each["AllowedValues"])
        or (each["Type"] == "Number" and not each["MinValue"] <= each["Default"] <= each["MaxValue"])
    }

    assert wrong == set()
