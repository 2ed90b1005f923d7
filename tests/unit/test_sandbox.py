"""Every number of the sandbox, from its acceptance to its end."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from herald.carriers import NotSent, OutboundMessage, Outcome
from herald.content import Personalizer
from herald.model.operation import OperationStatus
from herald.model.status import Status
from herald.resources.message_shapes import FullMessageOut
from tests.sim.steps import SimWorld
from tests.world import World

# The sandbox's receipts come this many seconds after the hand-over in a SimWorld.
RECEIPT = 2


class Try(NamedTuple):
    to: str
    status: str
    error: int | None = None


class Case(NamedTuple):
    """What becomes of a recipient with these numbers: its status, its tries, and when it was decided."""

    numbers: str | tuple[str, ...]
    status: str
    tries: list[Try]
    seconds: int


def number(last: str) -> str:
    return f"+1500555{last}"


CASES = [
    Case("0100", "DELIVERED", [Try("0100", "DELIVERED")], RECEIPT),
    Case("0199", "DELIVERED", [Try("0199", "DELIVERED")], RECEIPT),
    Case("0101", "UNDELIVERED", [Try("0101", "UNDELIVERED", 30003)], RECEIPT),
    Case("0102", "UNDELIVERED", [Try("0102", "UNDELIVERED", 30005)], RECEIPT),
    Case("0103", "UNDELIVERED", [Try("0103", "UNDELIVERED", 30007)], RECEIPT),
    Case("0110", "FAILED", [Try("0110", "FAILED", 21610)], 0),
    Case("0111", "FAILED", [Try("0111", "FAILED", 21408)], 0),
    # Turned away for two seconds, and then there is one try, not two.
    Case("0120", "DELIVERED", [Try("0120", "DELIVERED")], 2 + RECEIPT),
    Case("0130", "DELIVERED", [Try("0130", "DELIVERED")], RECEIPT + 30),
    Case("0140", "SENT", [Try("0140", "SENT")], 0),
    Case("0150", "FAILED", [Try("0150", "FAILED", 99001)], 900),
    Case("0151", "DELIVERED", [Try("0151", "DELIVERED")], RECEIPT),
    Case("0160", "READ", [Try("0160", "READ")], RECEIPT + 2),
    # The next address is tried when one is refused, and only then.
    Case(("0110", "0100"), "DELIVERED", [Try("0110", "FAILED", 21610), Try("0100", "DELIVERED")], RECEIPT),
    Case(("0110", "0111"), "FAILED", [Try("0110", "FAILED", 21610), Try("0111", "FAILED", 21408)], 0),
    Case(
        ("0101", "0100"), "DELIVERED", [Try("0101", "FAILED", 30003), Try("0100", "DELIVERED")], 2 * RECEIPT
    ),
    Case(("0150", "0100"), "FAILED", [Try("0150", "FAILED", 99001)], 900),
    Case(
        ("0110", "0120"), "DELIVERED", [Try("0110", "FAILED", 21610), Try("0120", "DELIVERED")], 2 + RECEIPT
    ),
    Case(("0111", "0150"), "FAILED", [Try("0111", "FAILED", 21408), Try("0150", "FAILED", 99001)], 900),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.numbers))
def test_a_number_fixes_what_happens(sim: SimWorld, case: Case) -> None:
    numbers = case.numbers if isinstance(case.numbers, str) else list(case.numbers)
    recipient = number(numbers) if isinstance(numbers, str) else [number(each) for each in numbers]
    began = sim.now

    operation = sim.accept(recipient)
    sim.run()

    [message] = sim.made()
    assert message.status == case.status
    assert message.updated_at - began == timedelta(seconds=case.seconds)
    rendered = Personalizer(operation.content, {}).render({})
    shown = FullMessageOut.of_full(message, operation.content, rendered, "https://base").model_dump()
    last = {"address": number(case.tries[-1].to), "channel": "PHONE"}
    assert shown["to"] == [last]
    assert shown["from"]["channel"] == "SMS"
    assert [
        Try(each["to"][0]["address"].removeprefix("+1500555"), each["status"], code_of(each["error"]))
        for each in shown["attempts"]
    ] == case.tries
    # As many calls of the carrier as tries, and one more where it turned the message away.
    assert len(sim.carrier.sent) == len(case.tries) + ("0120" in case.numbers)
    status, counts = sim.stats(operation)
    assert status is OperationStatus.COMPLETED
    assert getattr(counts, case.status.lower()) == 1
    assert counts.attempts == len(case.tries)


def code_of(error: Any) -> int | None:
    if error is None:
        return None
    assert error["infoUrl"].endswith(str(error["code"]))
    assert error["message"]
    return int(error["code"])


def test_an_unconfirmed_hand_over_waits_for_its_receipt_and_fails_at_last(sim: SimWorld) -> None:
    operation = sim.accept(number("0150"))
    sim.work(*sim.take())
    sim.count()
    [waiting] = sim.made()
    while_it_waits = sim.stats(operation)

    sim.run()

    assert waiting.status is Status.QUEUED
    assert [attempt.error for attempt in waiting.attempts] == [99001]
    assert (while_it_waits[0], while_it_waits[1].queued) == (OperationStatus.PROCESSING, 1)
    [message] = sim.made()
    assert (message.status, message.error) == (Status.FAILED, 99001)
    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


def test_a_receipt_that_comes_after_all_corrects_an_unconfirmed_message(sim: SimWorld) -> None:
    operation = sim.accept(number("0150"))
    sim.run()
    [message] = sim.made()

    sim.report(message, Status.DELIVERED)
    sim.run()

    [corrected] = sim.made()
    assert (corrected.status, corrected.error) == (Status.DELIVERED, None)
    _, counts = sim.stats(operation)
    assert (counts.delivered, counts.failed, counts.total) == (1, 0, 1)


class Busy:
    """A carrier that turns everything away."""

    name = "sandbox"

    def send(self, message: OutboundMessage) -> Outcome:
        return NotSent(2)

    def flush(self) -> None:
        pass


def test_what_waits_for_hours_before_its_first_try_does_not_fail(sim: SimWorld) -> None:
    sim.accept(number("0120"))
    sim.now += timedelta(hours=5)

    sim.run()

    assert [message.status for message in sim.made()] == [Status.DELIVERED]


def test_what_is_turned_away_for_hours_fails_as_expired(sim: SimWorld) -> None:
    sim.app = replace(sim.app, carrier=Busy())
    sim.accept(number("0100"))
    began = sim.now

    sim.run()

    assert timedelta(hours=4) < sim.now - began < timedelta(hours=4, minutes=16)

    [message] = sim.made()
    assert (message.status, message.error, message.attempts) == (Status.FAILED, 30036, ())
    assert sim.handed_over() == {}


@pytest.mark.simulated
def test_an_unconfirmed_message_is_settled_by_the_handlers_too(aws: pytest.MonkeyPatch) -> None:
    world = World.create(aws.setenv, UnconfirmedSeconds="1")
    operation_id = world.send(number("0150"), number("0151"), number("0120"))
    world.settle()
    before = world.operation(operation_id)["stats"]

    world.settle(wait=3.5)

    assert (before["queued"], before["delivered"], before["attempts"]) == (2, 1, 2)
    after = world.operation(operation_id)
    assert after["status"] == "COMPLETED"
    assert (after["stats"]["delivered"], after["stats"]["failed"], after["stats"]["attempts"]) == (2, 1, 3)


@pytest.mark.parametrize(
    ("content", "error"),
    [
        ({"text": "ш" * 670}, None),
        ({"text": "ш" * 671}, 63021),
        ({"text": "x" * 1_530}, None),
        ({"text": "x" * 1_531}, 63021),
        ({"text": "x" * 1_531, "media": [{"url": "https://example.org/a.jpg"}]}, None),
        ({"media": [{"url": "http://example.org/a.jpg"}]}, 21620),
        ({"media": [{"url": "https://10.0.0.1/a.jpg"}]}, 21620),
        ({"media": [{"url": "https://localhost/a.jpg"}]}, 21620),
        ({"media": [{"url": "https://example.org/page.html"}]}, 12300),
        ({"media": [{"url": "https://example.org/a.zip"}]}, 12300),
        ({"media": [{"url": "https://example.org/a"}]}, None),
        ({"media": [{"url": "https://example.org/a.pdf?x=1"}]}, None),
    ],
)
def test_what_carriers_refuse_the_sandbox_refuses(world: World, content: Any, error: int | None) -> None:
    sender = {"address": "+15005550006", "channel": "SMS"}
    to = [{"address": number("0100"), "channel": "PHONE"}]
    answer = world.post("/Messages", {"to": to, "content": content, "from": sender})
    world.settle()

    [message] = world.messages(operationId=answer.body["operationId"])

    found = world.get(f"/Messages/{message['id']}").body
    assert found["status"] == ("FAILED" if error else "DELIVERED")
    assert (found["error"] or {}).get("code") == error
