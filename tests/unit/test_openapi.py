"""The API's description: it is of all that there is, and of nothing else."""

import re
from importlib import import_module
from typing import Any

import pytest
from openapi_spec_validator import validate

from herald.api.endpoints import ENDPOINTS, PUBLIC
from tests.template import resources
from tests.world import World


@pytest.fixture(scope="module")
def document() -> Any:
    from herald.api.openapi import document

    return document("https://example.org/v1")


def test_the_description_is_valid_openapi(document: Any) -> None:
    validate(document)

    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "https://example.org/v1"}]


def test_every_route_of_the_template_is_described() -> None:
    events = [
        event["Properties"]
        for properties in resources("AWS::Serverless::Function").values()
        for event in properties.get("Events", {}).values()
        if event["Type"] == "Api"
    ]
    routes = {(event["Method"], event["Path"]) for event in events}

    assert routes == {(each.method, each.path) for each in ENDPOINTS} | set(PUBLIC)
    public = {(each["Method"], each["Path"]) for each in events if each.get("Auth") == {"Authorizer": "NONE"}}
    assert public == set(PUBLIC)


@pytest.mark.parametrize("endpoint", ENDPOINTS, ids=lambda each: each.name)
def test_an_endpoint_is_a_route_of_a_function(endpoint: Any) -> None:
    function = {"GET": "query"}.get(endpoint.method)
    names = [function] if function else ["accept", "configure", "query"]
    path = re.sub(r"{\w+}", "<x>", endpoint.path)

    routes = {
        (method, re.sub(r"<\w+>", "<x>", rule))
        for name in names
        for rule, method in _rules(import_module(name).routes)
    }

    assert (endpoint.method, path) in routes


def _rules(resolver: Any) -> list[tuple[str, str]]:
    return [(route.path, route.method) for route in [*resolver._static_routes, *resolver._dynamic_routes]]


def test_names_of_operations_are_unique() -> None:
    names = [endpoint.name for endpoint in ENDPOINTS]

    assert sorted(set(names)) == sorted(names)


def test_the_key_of_a_request_is_described(document: Any) -> None:
    keyed = {
        (method, path): operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if any(each["in"] == "header" for each in operation["parameters"])
    }

    [(route, operation)] = keyed.items()
    assert route == ("post", "/Messages")
    [header] = [each for each in operation["parameters"] if each["in"] == "header"]
    assert (header["name"], header["required"]) == ("Idempotency-Key", False)
    assert re.fullmatch(header["schema"]["pattern"], "order-1")
    assert not re.fullmatch(header["schema"]["pattern"], "two words")
    assert "Idempotency-Replayed" in operation["responses"]["202"]["headers"]
    assert "409" in operation["responses"]


@pytest.mark.parametrize(
    ("field", "schema"),
    [
        ("carrier", {"$ref": "#/components/schemas/CarrierName"}),
        (
            "carrierSenderId",
            {"type": "string", "minLength": 1, "maxLength": 256, "pattern": "^[A-Za-z0-9_:/+.-]+$"},
        ),
        ("partsPerSecond", {"type": "integer", "minimum": 1, "maximum": 10_000}),
    ],
)
def test_what_is_herald_s_own_of_a_sender_is_described(
    document: Any, field: str, schema: dict[str, Any]
) -> None:
    schemas = document["components"]["schemas"]

    for name in ("NewSender", "SenderChange"):
        assert schemas[name]["properties"][field]["anyOf"][0] == schema
        assert field not in schemas[name].get("required", [])
    assert field in schemas["SenderOut"]["properties"]
    assert schemas["CarrierName"]["enum"] == ["sandbox", "aws", "twilio", "http"]


def test_the_description_is_served_with_the_client_s_own_base(world: World) -> None:
    answer = world.get("/openapi.json")

    assert answer.status == 200
    assert answer.body["servers"] == [{"url": "https://abc123.execute-api.us-east-1.amazonaws.com/v1"}]


def test_the_page_tells_every_endpoint_and_fetches_nothing(document: Any) -> None:
    from herald.api.docs_page import page

    html = page(document)

    assert all(f"id={endpoint.name}" in html for endpoint in ENDPOINTS)
    assert not re.search(r"<script|<link|src=|@import|url\(", html)


def test_what_a_description_says_cannot_become_markup(document: Any) -> None:
    from herald.api.docs_page import page

    html = page({**document, "info": {**document["info"], "title": "<script>alert(1)</script>"}})

    assert "<script>" not in html
