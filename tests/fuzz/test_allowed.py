"""openapi.json allows nothing that is refused for its shape."""

from typing import Any

import pytest

from herald.api.openapi import document
from tests.endpoints import ALL
from tests.fuzz.allowed import BEYOND, FORMATS, ask, formats_in, operations, world_of
from tests.template import ROOT

EXAMPLES = 12
pytestmark = pytest.mark.simulated
_OF_JSON_SCHEMA = {"date-time", "uri"}


@pytest.mark.parametrize(
    "operation", operations(document("https://example.org/v1", ALL)), ids=lambda operation: operation.label
)
def test_what_the_description_allows_is_not_refused_for_its_shape(
    operation: Any, aws: pytest.MonkeyPatch
) -> None:
    with world_of(aws) as world:
        statuses = ask(world, operation, EXAMPLES)

    # What needs nothing that is there before is carried out at least once.
    if "{" not in operation.path:
        assert min(statuses) < 300


def test_a_schema_that_allows_too_much_is_found_out(aws: pytest.MonkeyPatch) -> None:
    described = document("https://example.org/v1", ALL)
    del described["components"]["schemas"]["SenderChange"]["properties"]["tags"]["propertyNames"]
    [operation] = [each for each in operations(described) if each.label == "PATCH /Senders/{senderId}"]

    with world_of(aws) as world, pytest.raises(AssertionError, match="a tag's key must be"):
        ask(world, operation, EXAMPLES)


def test_what_no_schema_says_is_little_and_documented() -> None:
    formats = set(formats_in(document("https://example.org/v1", ALL)))
    told = (ROOT / "docs/api.md").read_text()

    assert formats - _OF_JSON_SCHEMA == set(FORMATS)
    assert len(FORMATS) <= 7
    assert len(BEYOND) <= 7
    assert [name for name in FORMATS if f"| `{name}` |" not in told] == []
