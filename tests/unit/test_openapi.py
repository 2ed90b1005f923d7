"""The API's description: it is of all that there is, and of nothing else."""

import json
import re
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator

from tests import described
from tests.endpoints import ALL, DESCRIBED
from tests.world import World, http_event

# The operationIds of the published file of 2025-09-29.
TWILIO = {
    "POST /Messages": "SendMessages",
    "GET /Messages": "ListMessages",
    "GET /Messages/{messageId}": "FetchMessage",
    "GET /Messages/Seek/{identifier}": "SeekMessageByIdentifier",
    "GET /Messages/Operations": "ListMessageOperations",
    "GET /Messages/Operations/{operationId}": "FetchMessageOperation",
    "GET /SenderPools": "ListSenderPools",
    "POST /SenderPools": "CreateSenderPool",
    "GET /SenderPools/{senderPoolId}": "FetchSenderPool",
    "PATCH /SenderPools/{senderPoolId}": "UpdateSenderPool",
    "DELETE /SenderPools/{senderPoolId}": "DeleteSenderPool",
    "GET /SenderPools/{senderPoolId}/Senders": "ListSendersInSenderPool",
    "POST /SenderPools/{senderPoolId}/Senders": "AddSendersToSenderPool",
    "DELETE /SenderPools/{senderPoolId}/Senders/{senderId}": "RemoveSenderFromSenderPool",
    "GET /SenderPools/Operations": "ListSenderPoolOperations",
    "GET /SenderPools/Operations/{operationId}": "FetchSenderPoolOperation",
    "GET /SenderPools/{senderPoolId}/Senders/Operations/{operationId}": "FetchSenderPoolSendersOperation",
    "GET /Senders": "ListSenders",
    "GET /Senders/{senderId}": "FetchSender",
    "POST /Senders/Search": "SearchSenders",
    "POST /Senders/Resolve": "ResolveSenders",
}


@pytest.fixture(scope="module")
def document() -> Any:
    from herald.api.openapi import document

    return document("https://example.org/v1", ALL)


def test_the_description_is_valid_openapi(document: Any) -> None:
    # It takes longer to import than the other tests of this file take.
    from openapi_spec_validator import validate

    validate(document)

    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": "https://example.org/v1"}]


def test_names_of_operations_are_unique() -> None:
    names = [endpoint.name for endpoint in ALL]

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
        ("partsPerSecond", {"type": "integer", "minimum": 1, "maximum": 10_000}),
    ],
)
def test_what_is_herald_s_own_of_a_sender_is_described(
    document: Any, field: str, schema: dict[str, Any]
) -> None:
    schemas = document["components"]["schemas"]

    for name in ("NewSender", "SenderChange"):
        described = dict(schemas[name]["properties"][field])
        assert described.pop("description")
        assert described == schema
        assert field not in schemas[name].get("required", [])
    assert field in schemas["SenderOut"]["properties"]


@pytest.mark.parametrize("field", ["carrier", "carrierSenderId", "approval"])
def test_what_the_operator_says_of_a_sender_is_shown_and_asked_of_no_client(
    document: Any, field: str
) -> None:
    schemas = document["components"]["schemas"]

    assert field in schemas["SenderOut"]["properties"]
    assert field not in {**schemas["NewSender"]["properties"], **schemas["SenderChange"]["properties"]}


def test_a_request_has_neither_null_nor_defaults(document: Any) -> None:
    """Generators of clients take a field with a default for one that is always there."""
    schemas = document["components"]["schemas"]
    asked = {
        name
        for methods in document["paths"].values()
        for operation in methods.values()
        for name in _refs(operation.get("requestBody", {}))
    }
    while more := {inner for name in asked for inner in _refs(schemas[name])} - asked:
        asked |= more

    assert len(asked) > 40
    assert [name for name in sorted(asked) if '"null"' in json.dumps(schemas[name])] == []
    assert not [
        (name, field)
        for name, schema in schemas.items()
        for field, described in schema.get("properties", {}).items()
        if "default" in described
    ]
    assert "-Input" not in json.dumps(document)


def _refs(value: Any) -> set[str]:
    return {ref.rsplit("/", 1)[1] for ref in re.findall(r'"\$ref": "([^"]+)"', json.dumps(value))}


def test_everything_is_described(document: Any) -> None:
    missing = [
        (name, field)
        for name, schema in document["components"]["schemas"].items()
        for field, described in schema.get("properties", {}).items()
        if not described.get("description")
    ]
    operations = [each for methods in document["paths"].values() for each in methods.values()]

    assert missing == []
    assert all(each["description"] for each in operations)
    assert all(parameter["description"] for each in operations for parameter in each["parameters"])


def test_every_request_and_answer_has_an_example_that_its_schema_allows(document: Any) -> None:
    operations = [each for methods in document["paths"].values() for each in methods.values()]
    contents = [
        content
        for each in operations
        for part in (
            each.get("requestBody", {}),
            *(each["responses"][status] for status in each["responses"]),
        )
        for content in part.get("content", {}).values()
        if content["schema"] != {"$ref": "#/components/schemas/Errors"}
    ]

    assert len(contents) > 40
    for content in contents:
        schema = {**content["schema"], "components": document["components"]}
        Draft202012Validator(schema, validate_formats=True).validate(content["example"])


def test_the_example_of_a_request_is_accepted(world: World, document: Any) -> None:
    known = {
        "{senderId}": world.senders()[0].sender_id,
        "{senderPoolId}": _pool(world),
        "{memoryStoreId}": "mem_store_00000000000000000000000000",
        "{profileId}": "mem_profile_01h9krwprkeee8fzqspvwy6nq8",
    }
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            if "requestBody" in operation:
                body = json.dumps(operation["requestBody"]["content"]["application/json"]["example"])
                # The id of a sender of this account in place of the example's.
                body = re.sub(r"comms_sender_\w+", known["{senderId}"], body)
                asked = re.sub(r"{\w+}", lambda found: known[found[0]], path)
                answer = world._call(http_event(method.upper(), asked, world.account, body=body))
                assert answer.status < 300, (operation["operationId"], answer.body)


def _pool(world: World) -> str:
    made = world.post("/SenderPools", {"name": "some"}).body
    [pool] = world.get("/SenderPools", {"operationId": made["operationId"]}).body["senderPools"]
    return str(pool["id"])


def test_operations_that_twilio_publishes_have_its_names(document: Any) -> None:
    named = {
        f"{method.upper()} {path}": operation["operationId"]
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if not operation.get("x-herald")
    }

    assert named == TWILIO


@pytest.mark.parametrize(
    ("status", "body", "message"),
    [
        (200, {"messages": [{}], "pagination": {"next": None, "self": "x"}}, '"id" is a required property'),
        (200, {"messages": [], "pagination": {"next": 1, "self": "x"}}, "1 is not valid"),
        (201, {}, "answers 201, which is not described"),
    ],
)
def test_an_answer_against_the_description_fails_whatever_test_asked(
    status: int, body: Any, message: str
) -> None:
    with pytest.raises(AssertionError, match=message):
        described.check("GET", "/Messages", status, {}, body)


def test_an_answer_that_asks_to_wait_says_for_how_long(document: Any) -> None:
    for methods in document["paths"].values():
        for operation in methods.values():
            for status in ("429", "503"):
                assert "Retry-After" in operation["responses"][status]["headers"]


def test_the_description_is_served_with_the_client_s_own_base(world: World) -> None:
    answer = world.get("/openapi.json")

    assert answer.status == 200
    assert answer.body["servers"] == [{"url": "https://abc123.execute-api.us-east-1.amazonaws.com/v1"}]


def test_the_page_tells_every_endpoint_and_fetches_nothing(document: Any) -> None:
    from herald.api.docs_page import page

    html = page(document)

    assert all(f"id={endpoint.name}" in html for endpoint in DESCRIBED)
    assert re.findall(r"(?:src|href)=([^#\"> ]+)", html) == ["openapi.json", "docs/try", "docs/search.js"]
    assert not re.search(r"@import|url\(", html)
    # A link opens the row that it leads into, not one that it leads to.
    assert not re.search(r"<details id=", html)


def test_what_a_description_says_cannot_become_markup(document: Any) -> None:
    from herald.api.docs_page import page

    html = page({**document, "info": {**document["info"], "title": "<script>alert(1)</script>"}})

    assert "<script>" not in html
