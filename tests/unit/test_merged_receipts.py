"""Receipts of a batch are merged before they are applied: one write for each try of a message."""

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from herald.model.message import Billing, Receipt
from herald.model.status import RANK, Status
from herald.sending.receive import merged

REPORTED = (Status.SENT, Status.UNDELIVERED, Status.DELIVERED, Status.READ)


def receipt(status: Status, *, message: int = 1, attempt: int = 1, **more: object) -> Receipt:
    return Receipt(
        account="AC1", message_id=f"comms_message_{message}", attempt=attempt, status=status
    ).model_copy(update=more)


@pytest.mark.parametrize("order", list(permutations(REPORTED[:3])))
def test_the_farthest_of_a_try_counts_in_whatever_order_they_come(order: tuple[Status, ...]) -> None:
    [group] = merged([receipt(status) for status in order])

    assert group == {receipt(Status.DELIVERED): [0, 1, 2]}


@pytest.mark.parametrize("is_first", [True, False])
def test_of_two_failures_the_uncertain_one_counts(is_first: bool) -> None:
    both = [
        receipt(Status.UNDELIVERED, error=30003, is_certain=certain) for certain in (is_first, not is_first)
    ]

    [group] = merged(both)

    assert [each.is_certain for each in group] == [False]


def test_what_a_try_has_cost_is_kept_from_every_receipt() -> None:
    [group] = merged(
        [
            receipt(Status.DELIVERED, billing=Billing(price="0.01", currency="USD")),
            receipt(Status.SENT, billing=Billing(network="N")),
        ]
    )

    [one] = group
    assert one.status is Status.DELIVERED
    assert one.billing == Billing(network="N", price="0.01", currency="USD")


def test_tries_of_one_message_follow_each_other() -> None:
    groups = merged(
        [
            receipt(Status.SENT, attempt=2),
            receipt(Status.UNDELIVERED, attempt=1),
            receipt(Status.SENT, message=2),
        ]
    )

    assert [sorted((each.message_id, each.attempt) for each in group) for group in groups] == [
        [("comms_message_1", 1), ("comms_message_2", 1)],
        [("comms_message_1", 2)],
    ]


@given(
    st.lists(
        st.builds(
            lambda status, message, attempt, person: receipt(
                status, message=message, attempt=attempt, person=person
            ),
            st.sampled_from(REPORTED),
            st.integers(1, 3),
            st.integers(1, 3),
            st.none() | st.integers(0, 1),
        )
    )
)
def test_no_receipt_is_lost_and_no_call_has_a_message_twice(some: list[Receipt]) -> None:
    groups = merged(some)

    places = sorted(place for group in groups for places in group.values() for place in places)
    assert places == list(range(len(some)))
    for group in groups:
        subjects = [(each.message_id, each.person) for each in group]
        assert len(set(subjects)) == len(subjects)
        for each, stands_for in group.items():
            assert RANK[each.status] == max(RANK[some[place].status] for place in stands_for)
