"""From a pool, a recipient keeps the sender; an open conversation keeps it too."""

from datetime import timedelta
from typing import Any

from herald.carriers import sandbox
from herald.model.addresses import SenderChannel
from herald.model.ids import new_sender_pool_id
from herald.model.pools import SenderPool
from herald.model.senders import NewSender
from herald.store import pools, senders
from tests.sim.steps import Timeline
from tests.unit.inbound import an_inbound

NUMBERS = [f"+1500555{number:04}" for number in range(7001, 7006)]
PEOPLE = [f"+1206555{number:04}" for number in range(100, 140)]


def pool_of(timeline: Timeline, *numbers: str) -> str:
    """A pool of new senders with these numbers."""
    table, account, now = timeline.app.table, timeline.account, timeline.now
    pool = SenderPool(id=new_sender_pool_id(now), name="all", updated_at=now)
    pools.put(table, account, pool)
    for number in numbers:
        senders.add(table, account, NewSender(address=number, channel=SenderChannel.SMS), now)
    ours = [each for each in senders.of_account(table, account) if each.address in numbers]
    pools.add_members(table, pool.id, ours)
    return pool.id


def writers(timeline: Timeline, pool_id: str, *people: str) -> dict[str, str]:
    """Which number writes to whom in a new request from a pool."""
    operation = timeline.accept(*people, **{"from": {"senderPoolId": pool_id}})
    timeline.run()
    return {
        message.to.address: message.sender.address
        for message in timeline.messages()
        if message.operation_id == operation.id
    }


def writes_to(timeline: Timeline, person: str, number: str) -> None:
    inbound: Any = an_inbound(
        timeline.account, id=f"{person} {timeline.now}", source=person, to=number, at=timeline.now
    )
    timeline.work("inbound", sandbox.inbound(inbound))


def test_a_recipient_keeps_the_sender_from_request_to_request(timeline: Timeline) -> None:
    pool_id = pool_of(timeline, *NUMBERS)

    first = writers(timeline, pool_id, *PEOPLE)
    timeline.pass_time(3 * 86_400)

    assert writers(timeline, pool_id, *reversed(PEOPLE)) == first
    assert len(set(first.values())) == len(NUMBERS)


def test_a_conversation_keeps_its_sender_as_long_as_it_is_open(timeline: Timeline) -> None:
    pool_id = pool_of(timeline, *NUMBERS)
    person, other = PEOPLE[:2]
    usual = writers(timeline, pool_id, person, other)
    number = next(each for each in NUMBERS if each != usual[person])

    writes_to(timeline, person, number)
    timeline.pass_time(3_600)

    assert writers(timeline, pool_id, person, other) == {**usual, person: number}
    # What is sent prolongs the conversation; a day of silence ends it.
    timeline.pass_time(timedelta(hours=23).total_seconds())
    assert writers(timeline, pool_id, person)[person] == number
    timeline.pass_time(timedelta(hours=25).total_seconds())
    assert writers(timeline, pool_id, person)[person] == usual[person]


def test_who_wrote_to_two_senders_goes_on_with_the_last_one(timeline: Timeline) -> None:
    pool_id = pool_of(timeline, *NUMBERS)
    person = PEOPLE[0]

    for number in (NUMBERS[1], NUMBERS[3]):
        writes_to(timeline, person, number)
        timeline.pass_time(60)

    assert writers(timeline, pool_id, person) == {person: NUMBERS[3]}
