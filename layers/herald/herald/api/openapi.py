"""The API described in OpenAPI 3.1, made from the models that also validate requests."""

from collections.abc import Iterable, Iterator
from functools import cache
from http import HTTPStatus
from typing import Any, Final, cast

from pydantic import BaseModel
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from herald.api import examples
from herald.api.bodies import MAX_NAMES, MAX_VALUES, MAX_VALUES_BESIDE, MAX_VALUES_OF_ENTRY
from herald.api.endpoints import Caller, Endpoint
from herald.api.glossary import FORMS, PARAMETERS
from herald.api.json_schema import Schemas
from herald.api.requests import IDEMPOTENCY_KEY, KEY_PATTERN, MAX_BODY_BYTES
from herald.api.routing import REPLAYED
from herald.api.shapes import Errors

_TITLE: Final = "Herald"
_ABOUT: Final = (
    "Bulk messaging: one request, up to 10,000 recipients, a message for each. "
    "Speaks the contract of Twilio's Bulk Messaging API. "
    "Operations marked with x-herald are extensions of Herald's own."
)
_CREDENTIALS: Final = (
    "The account SID and its auth token, or the SID of an API key (SK...) and its secret. "
    "A key needs the scope that an operation names in x-herald-scope; the auth token has all scopes."
)
# Answers that ask a client to retry, and say when.
_LATER: Final = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
_RETRY_AFTER: Final = {
    "description": "Seconds to wait before the next try.",
    "schema": {"type": "string", "pattern": "^[0-9]+$", "examples": ["3"]},
}
_LIMITS: Final = (
    f"JSON in UTF-8: at most {MAX_BODY_BYTES:,} bytes, and of values {MAX_VALUES:,} in a long list,"
    f" {MAX_VALUES_OF_ENTRY:,} in one of its entries and {MAX_VALUES_BESIDE:,} in all else;"
    f" at most {MAX_NAMES:,} names in one object."
)
_REF: Final = "#/components/schemas/{model}"

JsonObject = dict[str, Any]


def document(base: str, endpoints: Iterable[Endpoint]) -> JsonObject:
    """The description of the API at this base URL, with the endpoints that take credentials."""
    described = tuple(each for each in endpoints if each.caller is Caller.ACCOUNT)
    return {**_without_server(described), "servers": [{"url": base}]}


@cache
def _without_server(endpoints: tuple[Endpoint, ...]) -> JsonObject:
    schemas, definitions = _schemas(endpoints)
    paths: dict[str, JsonObject] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.rule, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    for content in _answers_in(paths):
        content["example"] = examples.answer(content["schema"], definitions)
    return {
        "openapi": "3.1.0",
        "info": {"title": _TITLE, "version": "1", "description": _ABOUT},
        "security": [{"basic": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"basic": {"type": "http", "scheme": "basic", "description": _CREDENTIALS}},
            "schemas": definitions,
        },
    }


def _answers_in(paths: dict[str, JsonObject]) -> Iterator[JsonObject]:
    """The media types of all successful answers that have one."""
    for methods in paths.values():
        for operation in methods.values():
            for status, each in operation["responses"].items():
                if status < "300" and "content" in each:
                    yield each["content"]["application/json"]


_Key = tuple[type[BaseModel], JsonSchemaMode]


def _schemas(endpoints: Iterable[Endpoint]) -> tuple[dict[_Key, JsonObject], JsonObject]:
    """A schema of each model, by model and use, and the definitions that they refer to."""
    wanted: list[_Key] = [(Errors, "serialization")]
    for endpoint in endpoints:
        wanted += [(endpoint.body, "validation")] if endpoint.body else []
        wanted += [(endpoint.answer, "serialization")] if endpoint.answer else []
    schemas, definitions = models_json_schema(
        list(dict.fromkeys(wanted)), by_alias=True, ref_template=_REF, schema_generator=Schemas
    )
    known: JsonObject = definitions["$defs"]
    for name, schema in known.items():
        # Generators of clients name a type by its title, and a model that is read and written has two.
        schema["title"] = name.replace("-", "")
    return cast(dict[_Key, JsonObject], schemas), known


def _operation(endpoint: Endpoint, schemas: dict[_Key, JsonObject]) -> JsonObject:
    operation: JsonObject = {
        "operationId": endpoint.name,
        "summary": endpoint.about,
        "description": endpoint.about,
        "tags": [endpoint.tag],
        "parameters": [
            *_path_parameters(endpoint),
            *_query_parameters(endpoint),
            *_header_parameters(endpoint),
        ],
        "responses": dict(_answers(endpoint, schemas)),
    }
    if endpoint.body:
        schema = schemas[endpoint.body, "validation"]
        content = {"application/json": {"schema": schema, "example": examples.REQUESTS[endpoint.name]}}
        operation["requestBody"] = {"required": True, "content": content, "description": _LIMITS}
    if endpoint.ours:
        operation["x-herald"] = True
    if endpoint.scope:
        operation["x-herald-scope"] = endpoint.scope
    return operation


def _path_parameters(endpoint: Endpoint) -> Iterator[JsonObject]:
    for name, part in endpoint.parts.items():
        schema: JsonObject = {"type": "string"}
        about = PARAMETERS.get(to_camel(name), "")
        if part:
            schema |= {"pattern": part.pattern, "examples": [part.example]}
            about = part.about
        yield {
            "name": to_camel(name),
            "in": "path",
            "required": True,
            "description": about,
            "schema": schema,
        }


def _query_parameters(endpoint: Endpoint) -> Iterator[JsonObject]:
    if endpoint.query is None:
        return
    schema = endpoint.query.model_json_schema(by_alias=True, ref_template=_REF, schema_generator=Schemas)
    for name, described in schema["properties"].items():
        kept = {key: described[key] for key in described if key not in ("title", "description")}
        if name in FORMS:
            kept["pattern"] = FORMS[name][0]
        about = PARAMETERS.get(name, "")
        yield {"name": name, "in": "query", "required": False, "description": about, "schema": kept}


def _header_parameters(endpoint: Endpoint) -> Iterator[JsonObject]:
    if endpoint.keyed:
        about = "Herald's own: requests with the same key and body within 24 hours are one operation."
        schema = {"type": "string", "pattern": f"^{KEY_PATTERN}$", "examples": ["order-1"]}
        yield {
            "name": IDEMPOTENCY_KEY,
            "in": "header",
            "required": False,
            "description": about,
            "schema": schema,
        }


def _answers(endpoint: Endpoint, schemas: dict[_Key, JsonObject]) -> Iterator[tuple[str, JsonObject]]:
    answer: JsonObject = {"description": endpoint.status.phrase}
    if endpoint.answer:
        answer["content"] = {"application/json": {"schema": schemas[endpoint.answer, "serialization"]}}
    if endpoint.status in (HTTPStatus.ACCEPTED, HTTPStatus.MOVED_PERMANENTLY):
        answer["headers"] = {"Location": {"schema": {"type": "string", "format": "uri"}}}
    if endpoint.keyed:
        answer["headers"][REPLAYED] = {"schema": {"const": "true"}}
    yield str(endpoint.status.value), answer
    refused = {"application/json": {"schema": schemas[Errors, "serialization"]}}
    statuses = [HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND]
    statuses += endpoint.statuses
    if endpoint.body:
        statuses += [HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE]
    statuses += [
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.SERVICE_UNAVAILABLE,
    ]
    for status in statuses:
        refusal: JsonObject = {"description": status.phrase, "content": refused}
        if status in _LATER:
            refusal["headers"] = {"Retry-After": _RETRY_AFTER}
        yield str(status.value), refusal
