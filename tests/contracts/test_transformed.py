"""template.yaml as CloudFormation sees it, after SAM: numbers are numbers, and every region can deploy it."""

import json
import subprocess
from typing import Any

import pytest

from tests.template import ROOT, is_true, template

PYTHON = ROOT / "tools/sam/.venv/bin/python"
SCRIPT = """
import json, sys
import yaml
from samtranslator.yaml_helper import yaml_parse
from samtranslator.translator.transform import transform
class Policies:
    def load(self): return {}
template = yaml_parse(open("template.yaml").read())
for each in template["Resources"].values():
    for name in ("CodeUri", "ContentUri"):
        if name in each.get("Properties", {}):
            each["Properties"][name] = "s3://bucket/key"
template["Globals"]["Function"]["CodeUri"] = "s3://bucket/key"
json.dump(transform(template, {}, Policies()), sys.stdout)
"""
REGIONS = """
import json, sys
from cfnlint.helpers import REGIONS
from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER as known
wanted = json.load(sys.stdin)
found = {region: set(known.get_resource_types(region=region)) for region in REGIONS}
json.dump({kind: [region for region in REGIONS if kind not in found[region]] for kind in wanted}, sys.stdout)
"""


def by_sam(script: str, given: object = None) -> Any:
    """What a script prints that runs beside the SAM CLI."""
    done = subprocess.run(
        [PYTHON, "-c", script],
        cwd=ROOT,
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=True,
        env={"AWS_DEFAULT_REGION": "us-east-1", "PATH": "/usr/bin:/bin"},
    )
    return json.loads(done.stdout)


@pytest.fixture(scope="module")
def transformed() -> dict[str, Any]:
    return dict(by_sam(SCRIPT))


def chosen(value: Any, parameters: dict[str, str]) -> Any:
    """What an Fn::If comes to."""
    while isinstance(value, dict) and "Fn::If" in value:
        condition, then, otherwise = value["Fn::If"]
        value = then if is_true({"Condition": condition}, parameters) else otherwise
    return value


def references_in(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["Ref"]} if set(value) == {"Ref"} else set()
        return own.union(*map(references_in, value.values()))
    return set().union(*map(references_in, value)) if isinstance(value, list) else set()


def test_the_authorizer_s_ttl_is_a_number(transformed: dict[str, Any]) -> None:
    [api] = [each for each in transformed["Resources"].values() if each["Type"] == "AWS::ApiGateway::RestApi"]
    body = api["Properties"]["Body"]
    [authorizer] = body["components"]["securitySchemes"].values()
    ttl = authorizer["x-amazon-apigateway-authorizer"]["authorizerResultTtlInSeconds"]
    allowed = template()["Parameters"]["AuthorizerCacheSeconds"]["AllowedValues"]

    found = [chosen(ttl, {"AuthorizerCacheSeconds": str(each)}) for each in allowed]
    assert found == allowed
    assert {type(each) for each in found} == {int}
    # A reference to a parameter comes into the document as a text.
    assert references_in(body) & set(template()["Parameters"]) == set()


def test_every_region_knows_the_resources_that_it_gets(transformed: dict[str, Any]) -> None:
    kinds = sorted({each["Type"] for each in transformed["Resources"].values()})
    defaults = {name: str(each["Default"]) for name, each in template()["Parameters"].items()}
    wanting = {
        (kind, region)
        for kind, regions in by_sam(REGIONS, kinds).items()
        for region in regions
        for each in transformed["Resources"].values()
        if each["Type"] == kind
        and (
            "Condition" not in each
            or is_true(
                {"Condition": each["Condition"]}, {**defaults, "Carrier": "aws", "AWS::Region": region}
            )
        )
    }

    assert wanting == set()


@pytest.mark.parametrize(("policy", "others"), [("UseKey", {"SchedulerRole"}), ("Trace", set())])
def test_a_right_that_a_parameter_brings_is_every_function_s(
    transformed: dict[str, Any], policy: str, others: set[str]
) -> None:
    functions = [
        each for each in transformed["Resources"].values() if each["Type"] == "AWS::Lambda::Function"
    ]
    roles = {each["Properties"]["Role"]["Fn::GetAtt"][0] for each in functions}
    given = {each["Ref"] for each in transformed["Resources"][policy]["Properties"]["Roles"]}
    # SAM gives those that it makes the right to trace.
    by_hand = {role for role in roles if role in template()["Resources"]}

    assert given == (roles if policy == "UseKey" else by_hand) | others
