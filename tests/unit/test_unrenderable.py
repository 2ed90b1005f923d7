"""A recipient whose content does not render fails alone, with a code and without a try."""

from typing import Any

import pytest

from tests.unit.names import stats
from tests.world import World


@pytest.mark.parametrize(
    ("text", "tag", "variables", "code"),
    [
        ("Hi {{ name }}", "none", {}, 99002),
        ("{{ name | round }}", "none", {"name": "1e999"}, 99002),
        ("{{ name }}", "none", {"name": "x" * 1601}, 21617),
        ("Hi", "{{ name }}", {"name": "not a tag"}, 99002),
    ],
)
def test_it_fails_alone(world: World, text: str, tag: str, variables: dict[str, str], code: int) -> None:
    to: list[dict[str, Any]] = [
        {"address": "+12065550100", "channel": "PHONE", "variables": variables},
        {"address": "+12065550101", "channel": "PHONE", "variables": {"name": "1"}},
    ]
    body = {"to": to, "content": {"text": text}, "tags": {"t": tag}}

    operation_id = world.post("/Messages", body).body["operationId"]
    world.settle()

    found = world.operation(operation_id)
    assert found["status"] == "COMPLETED"
    assert found["stats"] == stats(total=2, recipients=2, attempts=1, failed=1, delivered=1)
    [failed] = world.messages(operationId=operation_id, status="FAILED")
    message = world.get(f"/Messages/{failed['id']}").body
    assert message["to"] == [{"address": "+12065550100", "channel": "PHONE"}]
    assert message["attempts"] == []
    assert message["error"]["code"] == code
