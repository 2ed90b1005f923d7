"""`delivery` of a request: checked, kept with the operation, and handed to the carrier with each message."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from herald.carriers.sandbox import Sandbox
from herald.model.delivery import Delivery
from tests.world import World

PHONE = {"address": "+12065550100", "channel": "PHONE"}
REFUSED = {"address": "+15005550110", "channel": "PHONE"}
SMS_NUMBER = {"address": "+15005550006", "channel": "SMS"}


@pytest.fixture
def world(shared_world: World) -> World:
    return shared_world


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> list[Delivery | None]:
    """What the carrier was told about each message."""
    found: list[Delivery | None] = []
    send = Sandbox.send

    def note(sandbox: Sandbox, message: Any) -> Any:
        found.append(message.delivery)
        return send(sandbox, message)

    monkeypatch.setattr(Sandbox, "send", note)
    return found


def body(delivery: object, *to: object) -> dict[str, Any]:
    return {
        "to": list(to) or [PHONE],
        "from": SMS_NUMBER,
        "content": {"text": "Hello"},
        "delivery": delivery,
    }


@pytest.mark.parametrize(
    ("delivery", "path"),
    [
        (None, "$.delivery"),
        ("soon", "$.delivery"),
        ({"validityPeriod": 4}, "$.delivery.validityPeriod"),
        ({"validityPeriod": 259_201}, "$.delivery.validityPeriod"),
        ({"validityPeriod": "60"}, "$.delivery.validityPeriod"),
        ({"validityPeriod": 60.5}, "$.delivery.validityPeriod"),
        ({"validityPeriod": None}, "$.delivery.validityPeriod"),
        ({"maxPrice": 0.05}, "$.delivery.maxPrice"),
        ({"maxPrice": "5"}, "$.delivery.maxPrice"),
        ({"maxPrice": "100.0"}, "$.delivery.maxPrice"),
        ({"maxPrice": "0.123456"}, "$.delivery.maxPrice"),
        ({"maxPrice": "0.05\n"}, "$.delivery.maxPrice"),
        ({"maxPrice": "٠.٥"}, "$.delivery.maxPrice"),
        ({"dryRun": "true"}, "$.delivery.dryRun"),
        ({"dryRun": None}, "$.delivery.dryRun"),
        ({"sender": "x"}, "$.delivery.sender"),
    ],
)
def test_a_field_that_is_wrong_is_named_and_nothing_is_stored(world: World, delivery: Any, path: str) -> None:
    before = world.items()

    answer = world.post("/Messages", body(delivery))

    assert answer.status == 400
    assert [(error["code"], error["context"]) for error in answer.body["errors"]] == [(400, path)]
    assert world.items() == before


def test_all_problems_are_told_at_once(world: World) -> None:
    answer = world.post("/Messages", body({"validityPeriod": 0, "maxPrice": "x"}) | {"to": []})

    assert {error["context"] for error in answer.body["errors"]} == {
        "$.to",
        "$.delivery.validityPeriod",
        "$.delivery.maxPrice",
    }


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        ({}, Delivery()),
        ({"validityPeriod": 5}, Delivery(validity_period=5)),
        (
            {"validityPeriod": 259_200, "maxPrice": "99.99999", "dryRun": False},
            Delivery(validity_period=259_200, max_price="99.99999"),
        ),
        ({"maxPrice": "0.05"}, Delivery(max_price="0.05")),
    ],
)
def test_the_carrier_is_told(
    world: World, given: list[Delivery | None], delivery: Any, expected: Delivery
) -> None:
    people = {"group": {"addresses": [PHONE, {**PHONE, "address": "+12065550101"}]}}
    assert world.post("/Messages", body(delivery, PHONE, people)).status == 202
    world.settle()

    assert given == [expected] * 3


def test_without_it_the_carrier_is_told_nothing(world: World, given: list[Delivery | None]) -> None:
    world.send("+12065550100")
    world.settle()

    assert given == [None]


@pytest.mark.parametrize("days", [None, 3])
def test_a_dry_run_is_at_its_end_at_once(world: World, days: int | None) -> None:
    at = f"{datetime.now(UTC) + timedelta(days=days or 0):%Y-%m-%dT%H:%M:%S}"
    schedule = {"schedule": {"sendAt": [at]}} if days else {}
    answer = world.post("/Messages", {**body({"dryRun": True}, PHONE, REFUSED), **schedule})
    world.settle()

    operation = world.operation(answer.body["operationId"])
    assert operation["status"] == "COMPLETED"
    assert (operation["stats"]["delivered"], operation["stats"]["failed"]) == (1, 1)
