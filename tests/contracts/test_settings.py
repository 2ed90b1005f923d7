"""Template, runtime and README name the same settings."""

from typing import Any

import pytest

from herald.carriers import CARRIERS
from herald.runtime import Settings
from herald.tasks import MAX_DELAY
from tests.contracts.documents import table
from tests.template import is_true, template

POWERTOOLS = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}


def _parameters() -> dict[str, dict[str, Any]]:
    return dict(template()["Parameters"])


def _variables() -> dict[str, Any]:
    return dict(template()["Globals"]["Function"]["Environment"]["Variables"])


def test_functions_are_given_the_settings_that_they_read() -> None:
    assert _variables().keys() == {name.upper() for name in Settings.model_fields} | POWERTOOLS


def test_a_stack_in_the_cloud_calls_aws_itself() -> None:
    assert [name for name in str(template()).split("'") if name.startswith("AWS_ENDPOINT_URL")] == []


def test_every_function_has_the_environment_of_all() -> None:
    own = {
        name: list(resource["Properties"]["Environment"]["Variables"])
        for name, resource in template()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function" and "Environment" in resource["Properties"]
    }

    # The API's own URL: it is made of the other functions, so they cannot have it.
    assert own == {"FanOutFunction": ["PUBLIC_URL"]}


def test_what_sends_knows_where_carriers_call() -> None:
    variables = template()["Resources"]["FanOutFunction"]["Properties"]["Environment"]["Variables"]

    given, own = variables["PUBLIC_URL"]["Fn::If"][1:]
    assert given == {"Ref": "PublicUrl"} == _variables()["PUBLIC_URL"]
    assert own == template()["Outputs"]["ApiUrl"]["Value"]


def test_every_carrier_but_the_sandbox_has_a_switch() -> None:
    switches = {name for name in _parameters() if name.startswith("Allow")}
    joined = _variables()["SENDER_CARRIERS"]["Fn::Join"][1]

    assert switches == {f"Allow{name.capitalize()}" for name in CARRIERS if name != "sandbox"}
    assert {each["Fn::If"][1]: each["Fn::If"][0] for each in joined} == {
        name: f"Allows{name.capitalize()}" for name in CARRIERS if name != "sandbox"
    }


@pytest.mark.parametrize("carrier", ["sandbox", "aws", "twilio", "http"])
@pytest.mark.parametrize("senders", ["", "aws", "twilio,http", "aws,twilio", "aws,http", "aws,twilio,http"])
def test_what_aws_needs_is_there_where_somebody_may_name_it(carrier: str, senders: str) -> None:
    chosen = {"Carrier": carrier} | {
        f"Allow{name.capitalize()}": str(name in senders.split(",")).lower() for name in CARRIERS
    }

    assert is_true({"Condition": "CarriesWithAws"}, chosen) == ("aws" in [carrier, *senders.split(",")])


def test_every_parameter_is_used() -> None:
    text = str({name: part for name, part in template().items() if name != "Parameters"})

    assert [name for name in _parameters() if f"{{'Ref': '{name}'}}" not in text] == []


def test_the_readme_lists_the_parameters_with_their_defaults() -> None:
    rows = table("README.md", "Parameter", "Default", "What it is")

    assert [(row["Parameter"], row["Default"]) for row in rows] == [
        (name, str(parameter["Default"]) or "none") for name, parameter in _parameters().items()
    ]


def test_the_template_offers_the_carriers_that_there_are() -> None:
    assert sorted(_parameters()["Carrier"]["AllowedValues"]) == sorted(CARRIERS)


@pytest.mark.parametrize("name", ["SandboxReceiptSeconds", "UnconfirmedSeconds"])
def test_a_delay_is_one_that_a_queue_can_keep(name: str) -> None:
    parameter = _parameters()[name]

    assert 0 <= parameter["MinValue"] <= parameter["Default"] <= parameter["MaxValue"] <= MAX_DELAY == 900


def test_every_default_is_a_value_that_the_parameter_allows() -> None:
    wrong = {
        name
        for name, each in _parameters().items()
        if ("AllowedValues" in each and each["Default"] not in each["AllowedValues"])
        or ("MinValue" in each and not each["MinValue"] <= each["Default"] <= each["MaxValue"])
    }

    assert wrong == set()
