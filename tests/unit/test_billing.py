"""What an attempt has cost is kept, in whatever order receipts come."""

from dataclasses import replace
from itertools import permutations

import pytest

from herald.carriers import OutboundMessage, Outcome, Rejected, Stopped
from herald.model.message import Billing, Receipt
from herald.model.status import Status
from herald.sending.receive import receive
from herald.store import receipts
from tests.builders import group, pool_of
from tests.sim.steps import SimWorld
from tests.world import World

NEVER_REPORTED = "+15005550140"
COST = Billing(network="Verizon", price="0.00581", currency="USD", parts=1)


def sent(sim: SimWorld) -> Receipt:
    """A message of which no receipt comes by itself; its receipt DELIVERED."""
    sim.accept(NEVER_REPORTED)
    sim.run()
    [message] = sim.made()
    return Receipt(account=message.account, message_id=message.id, attempt=1, status=Status.DELIVERED)


def billings(sim: SimWorld) -> list[Billing | None]:
    [message] = sim.made()
    return [attempt.billing for attempt in message.attempts]


def as_(receipt: Receipt, **changes: object) -> Receipt:
    return receipt.model_copy(update=changes)


@pytest.mark.parametrize("order", list(permutations((Status.SENT, Status.DELIVERED, Status.READ))))
@pytest.mark.parametrize("which", [Status.SENT, Status.DELIVERED, Status.READ])
def test_the_cost_is_kept_also_of_a_receipt_that_comes_late(
    sim: SimWorld, order: tuple[Status, ...], which: Status
) -> None:
    receipt = sent(sim)

    for status in order:
        receive(sim.app, [as_(receipt, status=status, billing=COST if status is which else None)])

    assert sim.made()[0].status is Status.READ
    assert billings(sim) == [COST]


def test_the_cost_of_a_receipt_that_is_repeated_is_the_same(sim: SimWorld) -> None:
    receipt = as_(sent(sim), billing=COST)
    receive(sim.app, [receipt])
    once = sim.rows()

    receive(sim.app, [receipt, receipt])

    assert sim.rows() == once


def test_a_later_price_replaces_the_one_before(sim: SimWorld) -> None:
    receipt = as_(sent(sim), billing=COST)
    receive(sim.app, [receipt])

    receive(sim.app, [as_(receipt, billing=COST.model_copy(update={"price": "0.007"}))])

    assert billings(sim) == [COST.model_copy(update={"price": "0.007"})]


FAILURE = Billing(carrier_code="UNREACHABLE", carrier_message="Handset is off")


@pytest.mark.parametrize("is_group", [False, True])
@pytest.mark.parametrize("order", [(FAILURE, COST), (COST, FAILURE), (FAILURE, COST, FAILURE, COST)])
def test_what_a_carrier_said_of_a_failure_and_of_the_cost_are_both_kept(
    sim: SimWorld, order: tuple[Billing, ...], is_group: bool
) -> None:
    sim.accept(group(NEVER_REPORTED[-4:], "0141") if is_group else NEVER_REPORTED)
    sim.run()
    [message] = sim.made()
    receipt = Receipt(
        account=message.account,
        message_id=message.id,
        attempt=1,
        status=Status.UNDELIVERED,
        error=30003,
        person=0 if is_group else None,
    )

    for billing in order:
        receive(sim.app, [as_(receipt, billing=billing)])

    whole = COST.model_copy(update=FAILURE.model_dump(by_alias=False))
    if is_group:
        first, _ = receipts.of(sim.app.table, [message])
        assert first.billing == whole
    else:
        assert billings(sim) == [whole]


def test_nothing_is_made_of_the_cost_of_a_message_that_there_is_not(sim: SimWorld) -> None:
    receipt = as_(sent(sim), billing=COST)
    before = sim.rows()

    receive(sim.app, [as_(receipt, account="AC" + "9" * 32)])

    assert sim.rows() == before


def test_the_cost_is_of_the_attempt_that_it_names(sim: SimWorld) -> None:
    receipt = as_(sent(sim), billing=COST)

    receive(sim.app, [as_(receipt, attempt=2)])

    # The attempt that follows may not be recorded yet.
    assert billings(sim) == [None]
    assert any("billing2" in row for row in sim.rows())


# ------------------------------------------------------------------ why a hand-over was refused


class Refuses:
    """A carrier that refuses everything, and says why in its own words."""

    name = "sandbox"

    def __init__(self, outcome: Outcome) -> None:
        self._outcome = outcome

    def send(self, message: OutboundMessage) -> Outcome:
        return self._outcome

    def flush(self) -> None:
        pass


@pytest.mark.parametrize("kind", [Rejected, Stopped])
def test_what_a_carrier_says_when_it_refuses_is_kept(sim: SimWorld, kind: type[Rejected]) -> None:
    sim.app = replace(sim.app, carrier=Refuses(kind(21610, FAILURE)))
    operation = sim.accept("+12065550100")

    sim.run()

    [message] = sim.made()
    assert (message.status, message.error) == (Status.FAILED, 21610)
    assert billings(sim) == [FAILURE]
    assert sim.stats(operation)[1].failed == 1


def test_what_a_carrier_says_of_a_person_of_a_group_is_kept(sim: SimWorld) -> None:
    sim.app = replace(sim.app, carrier=Refuses(Rejected(21610, FAILURE)))
    sim.accept(group("0100", "0101"))

    sim.run()

    [message] = sim.made()
    assert [each.billing for each in receipts.of(sim.app.table, [message])] == [FAILURE, FAILURE]


def test_each_try_keeps_what_its_own_carrier_said(world: World) -> None:
    """The sandbox refuses by RCS and by SMS: both attempts say so to the client."""
    to = {"addresses": [{"address": "+15005550110", "channel": "PHONE"}]}
    ids = [each.sender_id for each in world.senders() if each.channel != "WHATSAPP"]
    answer = world.post(
        "/Messages",
        {"from": {"senderPoolId": pool_of(world, *ids)}, "to": [to], "content": {"text": "Hi"}},
    )
    world.settle()

    [message] = world.messages(operationId=answer.body["operationId"])
    shown = world.get(f"/Messages/{message['id']}").body["attempts"]
    said = ("21610", "The recipient has opted out of messages from this sender.")
    assert [(each["carrierCode"], each["carrierMessage"]) for each in shown] == [said, said]
