"""A fixed number of hostile requests to every endpoint, by a fixed seed."""

from random import Random

import pytest

from tests.fuzz.runs import at_the_ends, run, world_of
from tests.fuzz.values import hostile

ROUNDS = 20
# Requests of one endpoint whose fields are at their ends.
MOST = 600
pytestmark = pytest.mark.simulated


@pytest.mark.parametrize("seed", [1])
def test_no_request_is_answered_with_an_error_of_ours(aws: pytest.MonkeyPatch, seed: int) -> None:
    with world_of(aws) as world:
        *_, found = run(world, seed, ROUNDS)
        body = {
            "from": {"address": "+12065550177", "channel": "SMS"},
            "to": [{"address": "+12065550100", "channel": "PHONE"}],
            "content": {"text": "Hi"},
        }
        metered = world.post("/Messages", body)
        limits = {each["name"]: each["used"] for each in world.get("/Limits").body["limits"]}

    assert found.wrong == []
    # Not everything is refused at the door.
    assert found.statuses[200] > 20
    assert found.statuses[202] > 2
    assert found.statuses[400] > 100
    # The account still has its limits, and they count.
    assert metered.status == 202
    assert int(limits["recipientsPerDay"]) > 0


def test_no_field_at_the_end_of_its_kind_is_answered_with_an_error_of_ours(aws: pytest.MonkeyPatch) -> None:
    with world_of(aws) as world:
        found = at_the_ends(world, 1, MOST)

    assert found.wrong == []
    assert found.statuses[202] > 50
    assert found.statuses[400] > 1_000


def test_the_limits_of_aws_are_those_of_the_fuzz(aws: pytest.MonkeyPatch) -> None:
    with world_of(aws) as world, pytest.raises(Exception, match="pk has"):
        world.table._client.get_item(
            TableName=world.table.name, Key={"pk": {"S": "x" * 2_049}, "sk": {"S": "x"}}, ConsistentRead=True
        )


def test_the_same_seed_makes_the_same_values() -> None:
    assert [hostile(Random(7)) for _ in range(3)] == [hostile(Random(7)) for _ in range(3)]
