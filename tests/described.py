"""Every answer of a test's API, held against openapi.json: nothing is given that it does not allow."""

from functools import cache
from typing import Any

from jsonschema_rs import Draft202012Validator

from herald.api.endpoints import Caller, Endpoint
from herald.api.openapi import document
from herald.api.routing import methods_at
from tests.endpoints import ALL, DESCRIBED


def check(method: str, path: str, status: int, headers: dict[str, str], body: Any) -> None:
    """Fail if an answer to a request is not one that the description allows."""
    endpoint = _endpoint_at(method, path)
    if endpoint is None:
        assert status in (404, 405), f"{method} {path} is not described, and answers {status}"
        return
    if endpoint.caller is not Caller.ACCOUNT:
        return
    answers = _document()["paths"][endpoint.rule][endpoint.method.lower()]["responses"]
    assert str(status) in answers, f"{endpoint.name} answers {status}, which is not described"
    for name, described in answers[str(status)].get("headers", {}).items():
        if described.get("required"):
            assert name in headers, f"{endpoint.name} answers {status} without {name}"
    if method == "HEAD" or "content" not in answers[str(status)]:
        assert not body, f"{endpoint.name} answers {status} with a body that is not described"
        return
    problems = [
        f"{'.'.join(map(str, ['$', *each.instance_path]))}: {each.message[:200]}"
        for each in _validator(endpoint, str(status)).iter_errors(body)
    ]
    assert not problems, f"{endpoint.name} answers {status} against its description: {problems}"


def _endpoint_at(method: str, path: str) -> Endpoint | None:
    """The endpoint of a path; a literal part comes before a parameter."""
    wanted = "GET" if method == "HEAD" else method
    fitting = [each for each in ALL if each.method == wanted and methods_at(path, [each])]
    return min(
        fitting, key=lambda each: [part.startswith("{") for part in each.path.split("/")], default=None
    )


@cache
def _document() -> Any:
    return document("https://example.org/v1", DESCRIBED)


@cache
def _validator(endpoint: Endpoint, status: str) -> Draft202012Validator:
    answer = _document()["paths"][endpoint.rule][endpoint.method.lower()]["responses"][status]
    schema = {**answer["content"]["application/json"]["schema"], "components": _document()["components"]}
    return Draft202012Validator(schema, validate_formats=True)
