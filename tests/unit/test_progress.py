"""What the dashboard shows of what was sent: counted from the table's stream."""

import json
from typing import Any

import pytest

from herald import runtime
from herald.model.message import Billing, Receipt
from herald.model.status import Status
from herald.sending.receive import receive
from tests.world import World

pytestmark = pytest.mark.simulated


def told(captured: str) -> dict[str, list[Any]]:
    """The values of each metric that was published; one by a code, after its name and code."""
    found: dict[str, list[Any]] = {}
    for line in captured.splitlines():
        if not line.startswith('{"_aws"'):
            continue
        body = json.loads(line)
        assert body["service"] == "herald"
        for each in body["_aws"]["CloudWatchMetrics"][0]["Metrics"]:
            name = f"{each['Name']} {body['code']}" if "code" in body else each["Name"]
            value = body[each["Name"]]
            found.setdefault(name, []).extend(value if isinstance(value, list) else [value])
    return found


def test_what_was_handed_over_and_how_it_ended_is_counted(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    # Delivered twice, undelivered, refused at the hand-over, and no receipt ever.
    world.send("+15005550100", "+12065550100", "+15005550101", "+15005550110", "+15005550140")
    world.settle()

    counted = told(capsys.readouterr().out)
    totals = {name: sum(values) for name, values in counted.items()}
    assert totals["RecipientAccepted"] == 5
    assert totals["MessageSent"] == 4
    assert totals["MessageDelivered"] == 2
    assert totals["MessageFailed"] == 2
    assert totals["MessageFailedByCode 30003"] == totals["MessageFailedByCode 21610"] == 1
    assert counted["ResultDelay"]
    assert min(counted["ResultDelay"]) >= 0


def test_a_price_is_counted_once(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.send("+15005550140")
    world.settle()
    [message] = world.messages()
    billing = Billing(price="0.00883", currency="USD")
    receipt = Receipt(
        account=world.account,
        message_id=message["id"],
        attempt=1,
        status=Status.DELIVERED,
        billing=billing,
    )
    prices: list[Any] = []

    for _ in range(2):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                "herald.sending.receive.measure", lambda name, value, unit: prices.append((name, value))
            )
            receive(runtime.app(), [receipt])

    assert prices == [("PriceReported", 0.00883)]
