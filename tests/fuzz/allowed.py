"""Requests that openapi.json allows: none of them is refused for its shape.

Some rules no JSON schema can say. Those of single texts have a format of their own (FORMATS), which
generators have to know; those between fields are in BEYOND. Both are held small, and docs/api.md has them.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from herald.model import problems
from tests.fuzz.limits import enforce
from tests.world import World, http_event

_NUMBERS: Final = st.sampled_from(
    ["+12065550100", "+15005550100", "+447911123456", "+33612345678", "+5511987654321"]
)
_PLAIN: Final = st.text(
    st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs"), exclude_characters="{}()[]<>%*")
)
_LIQUID: Final = st.sampled_from(["Hi {{ name }}", "{% if a %}b{% endif %}", "{{ a | upcase }}!"])
_URLS: Final = st.sampled_from(
    ["https://example.com/a.png", "http://example.com?a=b#c", "https://example.com/{{ id }}"]
)
_INSTANTS: Final = st.sampled_from(["2026-12-01T09:00:00Z", "2026-12-02t09:00:00.123456789+05:30"])
_HOURS: Final = st.builds(
    lambda opens, closes: f"{opens:02}:00-{closes:02}:30", st.integers(0, 11), st.integers(11, 23)
)
_WORDS: Final = st.text(st.characters(categories=("Ll", "Nd"), codec="utf-8"), min_size=12, max_size=64)


def _soon(hours: int) -> str:
    return (datetime.now(UTC) + timedelta(hours=hours)).isoformat()


# Texts that a format names, which no pattern describes.
FORMATS: Final[Mapping[str, st.SearchStrategy[str]]] = {
    "country": st.sampled_from(["FR", "US", "JP", "*"]),
    "hours": _HOURS | st.just("closed"),
    "keyword": _WORDS,
    "liquid": _PLAIN | _LIQUID | _URLS | _INSTANTS | _NUMBERS | st.from_regex(r"\A[a-zA-Z0-9._~-]{1,256}\Z"),
    "page-token": st.just(""),
    "phone-number": _NUMBERS,
    "send-at": st.integers(-23, 29 * 24).map(_soon),
}
# Rules between the fields of a request, by what their errors say.
BEYOND: Final = (
    "endTime must be later than startTime",
    "must be later than startDate",
    "must have at most 3000 bytes in all",
    "must have at most 100000 bytes in all",
    "is a variable of no recipient",
    "must not have a word of",
    "must leave a minute of the week open for",
)
# What is right in shape and names something that is not there.
_NOT_OF_SHAPE: Final = frozenset(
    problem.code for problem in (problems.INVALID_SENDER, problems.INVALID_CONTENT_ID)
)


def operations(described: Mapping[str, Any]) -> list[Any]:
    """The operations of a description, as schemathesis has them."""
    for name, strategy in FORMATS.items():
        schemathesis.openapi.format(name, strategy)
    schema = schemathesis.openapi.from_dict(dict(described))
    return [operation.ok() for operation in schema.get_all_operations()]  # type: ignore[union-attr]


@contextmanager
def world_of(environment: pytest.MonkeyPatch) -> Iterator[World]:
    """A stack that has every carrier that openapi.json names, in the AWS that is installed."""
    with pytest.MonkeyPatch.context() as patch:
        enforce(patch)
        yield World.create(environment.setenv, AllowAws="true", AllowTwilio="true", AllowHttp="true")


def ask(world: World, operation: Any, examples: int, *, is_random: bool = False) -> Counter[int]:
    """Ask an operation so many requests that are allowed; the answers by status.

    Raises AssertionError at one that is refused for its shape.
    """
    statuses: Counter[int] = Counter()

    @given(case=operation.as_strategy())
    @settings(
        max_examples=examples,
        deadline=None,
        derandomize=not is_random,
        database=None,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    def run(case: Any) -> None:
        event = event_of(world, case)
        answer = world._call(event)
        statuses[answer.status] += 1
        assert answer.status < 500, (answer.status, event)
        if answer.status in (400, 413, 415):
            wrong = [each for each in answer.body["errors"] if not _is_beyond(each)]
            asked = (event["body"], event["multiValueQueryStringParameters"])
            assert not wrong, f"{operation.label} refuses what openapi.json allows: {wrong}, {asked}"

    run()
    return statuses


def _is_beyond(error: Mapping[str, Any]) -> bool:
    return error["code"] in _NOT_OF_SHAPE or any(each in error["message"] for each in BEYOND)


def event_of(world: World, case: Any) -> dict[str, Any]:
    """What API Gateway hands on of a request that schemathesis has made."""
    query = {name: str(value) for name, value in (case.query or {}).items()}
    has_body = isinstance(case.body, dict | list)
    return http_event(
        case.method.upper(),
        case.formatted_path,
        world.account,
        body=json.dumps(case.body) if has_body else None,
        query=query,
        headers={str(name): str(value) for name, value in (case.headers or {}).items()},
    )


def formats_in(value: Any) -> Iterator[str]:
    """The formats that a JSON schema names."""
    if isinstance(value, dict):
        if isinstance(value.get("format"), str):
            yield value["format"]
        for each in value.values():
            yield from formats_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from formats_in(each)
