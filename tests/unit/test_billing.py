"""What an attempt has cost is kept, in whatever order receipts come."""

from itertools import permutations

import pytest

from herald.model.message import Billing, Receipt
from herald.model.status import Status
from herald.sending.receive import receive
from herald.store import receipts
from tests.builders import group
from tests.sim.steps import Timeline

NEVER_REPORTED = "+15005550140"
COST = Billing(network="Verizon", price="0.00581", currency="USD", parts=1)


def sent(timeline: Timeline) -> Receipt:
    """A message of which no receipt comes by itself; its receipt DELIVERED."""
    timeline.accept(NEVER_REPORTED)
    timeline.run()
    [message] = timeline.messages()
    return Receipt(account=message.account, message_id=message.id, attempt=1, status=Status.DELIVERED)


def billings(timeline: Timeline) -> list[Billing | None]:
    [message] = timeline.messages()
    return [attempt.billing for attempt in message.attempts]


def as_(receipt: Receipt, **changes: object) -> Receipt:
    return receipt.model_copy(update=changes)


@pytest.mark.parametrize("order", list(permutations((Status.SENT, Status.DELIVERED, Status.READ))))
@pytest.mark.parametrize("which", [Status.SENT, Status.DELIVERED, Status.READ])
def test_the_cost_is_kept_also_of_a_receipt_that_comes_late(
    timeline: Timeline, order: tuple[Status, ...], which: Status
) -> None:
    receipt = sent(timeline)

    for status in order:
        receive(timeline.app, [as_(receipt, status=status, billing=COST if status is which else None)])

    assert timeline.messages()[0].status is Status.READ
    assert billings(timeline) == [COST]


def test_the_cost_of_a_receipt_that_is_repeated_is_the_same(timeline: Timeline) -> None:
    receipt = as_(sent(timeline), billing=COST)
    receive(timeline.app, [receipt])
    once = timeline.rows()

    receive(timeline.app, [receipt, receipt])

    assert timeline.rows() == once


def test_a_later_price_replaces_the_one_before(timeline: Timeline) -> None:
    receipt = as_(sent(timeline), billing=COST)
    receive(timeline.app, [receipt])

    receive(timeline.app, [as_(receipt, billing=COST.model_copy(update={"price": "0.007"}))])

    assert billings(timeline) == [COST.model_copy(update={"price": "0.007"})]


FAILURE = Billing(carrier_code="UNREACHABLE", carrier_message="Handset is off")


@pytest.mark.parametrize("is_group", [False, True])
@pytest.mark.parametrize("order", [(FAILURE, COST), (COST, FAILURE), (FAILURE, COST, FAILURE, COST)])
def test_what_a_carrier_said_of_a_failure_and_of_the_cost_are_both_kept(
    timeline: Timeline, order: tuple[Billing, ...], is_group: bool
) -> None:
    timeline.accept(group(NEVER_REPORTED[-4:], "0141") if is_group else NEVER_REPORTED)
    timeline.run()
    [message] = timeline.messages()
    receipt = Receipt(
        account=message.account,
        message_id=message.id,
        attempt=1,
        status=Status.UNDELIVERED,
        error=30003,
        person=0 if is_group else None,
    )

    for billing in order:
        receive(timeline.app, [as_(receipt, billing=billing)])

    whole = COST.model_copy(update=FAILURE.model_dump(by_alias=False))
    if is_group:
        first, _ = receipts.of(timeline.app.table, [message])
        assert first.billing == whole
    else:
        assert billings(timeline) == [whole]


def test_nothing_is_made_of_the_cost_of_a_message_that_there_is_not(timeline: Timeline) -> None:
    receipt = as_(sent(timeline), billing=COST)
    before = timeline.rows()

    receive(timeline.app, [as_(receipt, account="AC" + "9" * 32)])

    assert timeline.rows() == before


def test_the_cost_is_of_the_attempt_that_it_names(timeline: Timeline) -> None:
    receipt = as_(sent(timeline), billing=COST)

    receive(timeline.app, [as_(receipt, attempt=2)])

    # The attempt that follows may not be recorded yet.
    assert billings(timeline) == [None]
    assert any("billing2" in row for row in timeline.rows())
