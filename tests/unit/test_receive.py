"""Receipts move messages forward, whatever their order and number, and make nothing."""

from itertools import permutations

import pytest

from herald.model.message import Receipt
from herald.model.status import Status
from herald.sending.receive import receive
from tests.sim.steps import Timeline

NEVER_REPORTED = "+15005550140"


def sent(timeline: Timeline, *numbers: str) -> list[Receipt]:
    """Send to numbers of which no receipt comes by itself; a receipt DELIVERED for each message."""
    timeline.accept(*(numbers or (NEVER_REPORTED,)))
    timeline.run()
    return [
        Receipt(account=each.account, message_id=each.id, attempt=len(each.attempts), status=Status.DELIVERED)
        for each in timeline.messages()
    ]


def as_(receipt: Receipt, **changes: object) -> Receipt:
    return receipt.model_copy(update=changes)


def test_a_receipt_that_comes_twice_changes_a_message_once(timeline: Timeline) -> None:
    [receipt] = sent(timeline)
    receive(timeline.app, [receipt])
    once = timeline.rows()

    receive(timeline.app, [receipt])
    receive(timeline.app, [receipt, receipt])

    assert timeline.messages()[0].status is Status.DELIVERED
    assert timeline.rows() == once


@pytest.mark.parametrize("order", list(permutations((Status.UNDELIVERED, Status.DELIVERED, Status.READ))))
def test_receipts_in_any_order_end_alike(timeline: Timeline, order: tuple[Status, ...]) -> None:
    [receipt] = sent(timeline)

    for status in order:
        error = 30003 if status is Status.UNDELIVERED else None
        receive(timeline.app, [as_(receipt, status=status, error=error)])

    [message] = timeline.messages()
    assert (message.status, message.error) == (Status.READ, None)


def test_a_message_that_is_delivered_does_not_become_undelivered(timeline: Timeline) -> None:
    [receipt] = sent(timeline)
    receive(timeline.app, [receipt])

    receive(timeline.app, [as_(receipt, status=Status.UNDELIVERED, error=30003)])

    [message] = timeline.messages()
    assert (message.status, message.error) == (Status.DELIVERED, None)


@pytest.mark.parametrize("status", [Status.DELIVERED, Status.UNDELIVERED])
def test_a_receipt_may_come_before_we_wrote_that_we_sent(timeline: Timeline, status: Status) -> None:
    """The carrier reports while the worker still waits for the answer of its hand-over."""
    operation = timeline.accept(NEVER_REPORTED)
    error = 30003 if status is Status.UNDELIVERED else None
    timeline.carrier.while_sending = lambda message: receive(
        timeline.app,
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

    timeline.run()

    [message] = timeline.messages()
    assert (message.status, message.error) == (status, error)
    assert len(message.attempts) == 1
    assert message.attempts[0].carrier_id
    _, counts = timeline.stats(operation)
    assert (counts.attempts, counts.sent, counts.queued) == (1, 0, 0)


def test_a_receipt_of_an_earlier_attempt_says_nothing_of_the_message(timeline: Timeline) -> None:
    timeline.accept(("+15005550110", NEVER_REPORTED))
    timeline.run()
    [message] = timeline.messages()
    before = timeline.rows()

    timeline.report(message, Status.UNDELIVERED, attempt=1)
    timeline.run()

    assert timeline.rows() == before


@pytest.mark.parametrize("status", [Status.SENT, Status.QUEUED, Status.SCHEDULED])
def test_a_receipt_does_not_move_a_message_backwards(timeline: Timeline, status: Status) -> None:
    [receipt] = sent(timeline)
    before = timeline.rows()

    receive(timeline.app, [as_(receipt, status=status)])

    assert timeline.rows() == before


def test_a_receipt_of_no_message_of_its_account_changes_and_makes_nothing(timeline: Timeline) -> None:
    [receipt] = sent(timeline)
    unknown = receipt.message_id[:-3] + "zzz"
    before = timeline.world.items()

    receive(
        timeline.app,
        [
            as_(receipt, account=timeline.world.account),
            as_(receipt, account="AC" + "0" * 32),
            as_(receipt, message_id=unknown),
        ],
    )

    assert timeline.world.items() == before


def test_a_failure_before_the_hand_over_is_final(timeline: Timeline) -> None:
    timeline.accept("+15005550110")
    timeline.run()
    [message] = timeline.messages()

    timeline.report(message, Status.DELIVERED)
    timeline.run()

    assert timeline.messages() == [message]
