"""Template, functions and README name the same functions and the same routes; API Gateway's own
answers are the API's."""

import json
import re
from importlib import import_module
from typing import Any

import pytest

from herald.api import routing
from herald.api.endpoints import Caller, Endpoint
from herald.api.errors import entry
from herald.model import problems
from herald.model.problems import Problem
from tests.contracts.documents import table
from tests.contracts.gateway import GATEWAY
from tests.endpoints import ALL
from tests.template import ROOT, event_sources, gateway, resources, template
from tools.endpoints import readme_rows

FILES = {path.stem for path in (ROOT / "functions").glob("*.py")}


def test_every_function_has_its_file_and_every_file_its_function() -> None:
    handlers = [function["Handler"] for function in resources("AWS::Serverless::Function").values()]

    assert sorted(handlers) == sorted(f"{file}.handler" for file in FILES)
    assert all(callable(import_module(file).handler) for file in FILES)


def test_every_function_is_named_after_its_file() -> None:
    named = {name: each["Handler"] for name, each in resources("AWS::Serverless::Function").items()}

    assert named == {
        "".join(word.capitalize() for word in file.split("_")) + "Function": f"{file}.handler"
        for file in FILES
    }


@pytest.mark.parametrize("endpoint", ALL, ids=lambda each: each.name)
def test_api_gateway_leads_each_endpoint_to_its_function(endpoint: Endpoint) -> None:
    for method in endpoint.methods:
        led = gateway(method, example_of(endpoint))

        assert led is not None
        assert led.function == endpoint.function
        assert led.is_public == (endpoint.caller is not Caller.ACCOUNT)


@pytest.mark.parametrize("endpoint", ALL, ids=lambda each: each.name)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_no_method_of_a_known_path_is_left_to_api_gateway(endpoint: Endpoint, method: str) -> None:
    assert gateway(method, example_of(endpoint)) is not None


@pytest.mark.parametrize("path", ["/", "/x", "/x/y/z", "/Messages/x/y/z", "/Senders/x/y/z"])
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
def test_no_unknown_path_is_left_to_api_gateway(path: str, method: str) -> None:
    """It answers a request with credentials to a path of none by words about signatures of AWS."""
    led = gateway(method, path)

    assert led is not None
    assert not led.is_public


def test_a_function_has_a_route_for_each_endpoint_of_its_own() -> None:
    routes = {
        (file, each.method, each.path)
        for file in FILES
        if (resolver := getattr(import_module(file), "routes", None))
        for each in resolver.endpoints
    }

    assert routes == {(each.function, each.method, each.path) for each in ALL}


def test_what_can_be_throttled_apart_has_a_resource_of_its_own() -> None:
    paths = {(source.properties["Path"], source.properties["Method"]) for source in event_sources("Api")}

    assert LIMITED.items() <= paths


def test_the_readme_lists_the_endpoints() -> None:
    assert table("README.md", "Route", "What it does") == readme_rows()


def example_of(endpoint: Endpoint) -> str:
    return re.sub(r"{\w+\+?}", "x", endpoint.path)


def test_every_route_but_those_about_the_api_and_those_of_carriers_asks_the_authorizer() -> None:
    authorization = resources("AWS::Serverless::Api")["Api"]["Auth"]

    assert authorization["DefaultAuthorizer"] == "BasicAuth"
    assert authorization["Authorizers"]["BasicAuth"]["FunctionArn"] == {"Fn::GetAtt": "AuthorizeFunction.Arn"}
    paths = {source.properties["Path"] for source in event_sources("Api")}
    # What the API is, anybody may read. Carriers sign what they call.
    assert {
        source.properties["Path"]: source.properties["Auth"]
        for source in event_sources("Api")
        if "Auth" in source.properties
    } == {
        path: {"Authorizer": "NONE"}
        for path in paths
        if path == "/openapi.json" or path.startswith(("/docs", "/Callbacks/"))
    }


# -------------------------------------------------------- what API Gateway answers by itself


def _gateway_responses() -> dict[str, dict[str, Any]]:
    return dict(resources("AWS::Serverless::Api")["Api"]["GatewayResponses"])


def test_the_answers_of_the_gateway_are_all_known_here() -> None:
    assert _gateway_responses().keys() == GATEWAY.keys()


@pytest.mark.parametrize("name", GATEWAY)
def test_an_answer_of_the_gateway_is_one_of_the_api(name: str) -> None:
    status, headers, problem = GATEWAY[name]
    answer = _gateway_responses()[name]

    [(media_type, body)] = answer["ResponseTemplates"].items()
    assert media_type == "application/json"
    # No variable of API Gateway's: each would bring a text of AWS.
    assert json.loads(body) == {"errors": [entry(problem)], "status": status}
    assert answer["StatusCode"] == status
    secure = {name: f"'{value}'" for name, value in {**routing.SECURE, **routing.PRIVATE}.items()}
    assert answer["ResponseParameters"]["Headers"] == {**secure, **headers}


def test_an_answer_of_the_gateway_says_what_a_function_would_say() -> None:
    ours = {known.code: known for known in vars(problems).values() if isinstance(known, Problem)}

    assert not [
        name
        for name, (_, _, problem) in GATEWAY.items()
        if problem.code in ours and problem != ours[problem.code]
    ]


# ---------------------------------------------------------------------------- throttles

LIMITED = {"/Messages": "POST"} | {
    each.path: each.method for each in ALL if each.caller is not Caller.ACCOUNT
}


def test_what_is_dear_or_anonymous_is_throttled_by_itself() -> None:
    settings = resources("AWS::Serverless::Api")["Api"]["MethodSettings"]
    known = {each["ResourcePath"].removeprefix("/").replace("~1", "/"): each for each in settings}

    assert known.keys() == {"*", *LIMITED}
    for path, method in LIMITED.items():
        assert known[path]["HttpMethod"] == method
    for each in settings:
        for name in ("ThrottlingRateLimit", "ThrottlingBurstLimit"):
            limit = each[name]
            limit = template()["Parameters"][limit["Ref"]]["Default"] if isinstance(limit, dict) else limit
            assert 1 <= limit <= 500


def test_a_client_that_is_throttled_waits_as_long_for_both() -> None:
    assert GATEWAY["THROTTLED"][1] == {"Retry-After": f"'{routing._RETRY_AFTER}'"}


def test_the_readme_says_where_the_api_is() -> None:
    assert template()["Outputs"]["ApiUrl"]["Value"]["Fn::Sub"].endswith(
        f"/{resources('AWS::Serverless::Api')['Api']['StageName']}"
    )
