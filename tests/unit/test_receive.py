"""Receipts move messages forward, whatever their order and number, and make nothing."""

from itertools import permutations

import pytest

from herald.model.message import Receipt
from herald.model.status import Status
from herald.sending.receive import receive
from tests.sim.steps import SimWorld

NEVER_REPORTED = "+15005550140"


def sent(sim: SimWorld, *numbers: str) -> list[Receipt]:
    """Send to numbers of which no receipt comes by itself; a receipt DELIVERED for each message."""
    sim.accept(*(numbers or (NEVER_REPORTED,)))
    sim.run()
    return [
        Receipt(account=each.account, message_id=each.id, attempt=len(each.attempts), status=Status.DELIVERED)
        for each in sim.made()
    ]


def as_(receipt: Receipt, **changes: object) -> Receipt:
    return receipt.model_copy(update=changes)


def test_a_receipt_that_comes_twice_changes_a_message_once(sim: SimWorld) -> None:
    [receipt] = sent(sim)
    receive(sim.app, [receipt])
    once = sim.rows()

    receive(sim.app, [receipt])
    receive(sim.app, [receipt, receipt])

    assert sim.made()[0].status is Status.DELIVERED
    assert sim.rows() == once


@pytest.mark.parametrize("order", list(permutations((Status.UNDELIVERED, Status.DELIVERED, Status.READ))))
def test_receipts_in_any_order_end_alike(sim: SimWorld, order: tuple[Status, ...]) -> None:
    [receipt] = sent(sim)

    for status in order:
        error = 30003 if status is Status.UNDELIVERED else None
        receive(sim.app, [as_(receipt, status=status, error=error)])

    [message] = sim.made()
    assert (message.status, message.error) == (Status.READ, None)


def test_a_message_that_is_delivered_does_not_become_undelivered(sim: SimWorld) -> None:
    [receipt] = sent(sim)
    receive(sim.app, [receipt])

    receive(sim.app, [as_(receipt, status=Status.UNDELIVERED, error=30003)])

    [message] = sim.made()
    assert (message.status, message.error) == (Status.DELIVERED, None)


@pytest.mark.parametrize("status", [Status.DELIVERED, Status.UNDELIVERED])
def test_a_receipt_may_come_before_we_wrote_that_we_sent(sim: SimWorld, status: Status) -> None:
    """The carrier reports while the worker still waits for the answer of its hand-over."""
    operation = sim.accept(NEVER_REPORTED)
    error = 30003 if status is Status.UNDELIVERED else None
    sim.carrier.while_sending = lambda message: receive(
        sim.app,
        [
            Receipt(
                account=message.account,
                message_id=message.message_id,
                attempt=message.attempt,
                status=status,
                error=error,
            )
        ],
    )

    sim.run()

    [message] = sim.made()
    assert (message.status, message.error) == (status, error)
    assert len(message.attempts) == 1
    assert message.attempts[0].carrier_id
    _, counts = sim.stats(operation)
    assert (counts.attempts, counts.sent, counts.queued) == (1, 0, 0)


def test_a_receipt_of_an_earlier_attempt_says_nothing_of_the_message(sim: SimWorld) -> None:
    sim.accept(("+15005550110", NEVER_REPORTED))
    sim.run()
    [message] = sim.made()
    before = sim.rows()

    sim.report(message, Status.UNDELIVERED, attempt=1)
    sim.run()

    assert sim.rows() == before


@pytest.mark.parametrize("status", [Status.SENT, Status.QUEUED, Status.SCHEDULED])
def test_a_receipt_does_not_move_a_message_backwards(sim: SimWorld, status: Status) -> None:
    [receipt] = sent(sim)
    before = sim.rows()

    receive(sim.app, [as_(receipt, status=status)])

    assert sim.rows() == before


def test_a_receipt_of_no_message_of_its_account_changes_and_makes_nothing(sim: SimWorld) -> None:
    [receipt] = sent(sim)
    unknown = receipt.message_id[:-3] + "zzz"
    other, _ = sim.new_account()
    before = sim.items()

    receive(
        sim.app,
        [
            as_(receipt, account=other),
            as_(receipt, account="AC" + "0" * 32),
            as_(receipt, message_id=unknown),
        ],
    )

    assert sim.items() == before


def test_a_failure_before_the_hand_over_is_final(sim: SimWorld) -> None:
    sim.accept("+15005550110")
    sim.run()
    [message] = sim.made()

    sim.report(message, Status.DELIVERED)
    sim.run()

    assert sim.made() == [message]
