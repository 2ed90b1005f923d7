"""From a pool, a recipient keeps the sender; an open conversation keeps it too."""

from datetime import timedelta
from typing import Any

from herald.carriers import sandbox
from herald.model.addresses import SenderChannel
from herald.model.ids import new_sender_pool_id
from herald.model.pools import SenderPool
from herald.model.senders import NewSender
from herald.store import pools, senders
from tests.sim.steps import SimWorld
from tests.unit.inbound import an_inbound

NUMBERS = [f"+1500555{number:04}" for number in range(7001, 7006)]
PEOPLE = [f"+1206555{number:04}" for number in range(100, 140)]


def pool_of(sim: SimWorld, *numbers: str) -> str:
    """A pool of new senders with these numbers."""
    table, account, now = sim.app.table, sim.account, sim.now
    pool = SenderPool(id=new_sender_pool_id(now), name="all", updated_at=now)
    pools.put(table, account, pool)
    for number in numbers:
        senders.add(table, account, NewSender(address=number, channel=SenderChannel.SMS), now)
    ours = [each for each in senders.of_account(table, account) if each.address in numbers]
    pools.add_members(table, pool.id, ours)
    return pool.id


def writers(sim: SimWorld, pool_id: str, *people: str) -> dict[str, str]:
    """Which number writes to whom in a new request from a pool."""
    operation = sim.accept(*people, **{"from": {"senderPoolId": pool_id}})
    sim.run()
    return {
        message.to.address: message.sender.address
        for message in sim.made()
        if message.operation_id == operation.id
    }


def writes_to(sim: SimWorld, person: str, number: str) -> None:
    inbound: Any = an_inbound(sim.account, id=f"{person} {sim.now}", source=person, to=number, at=sim.now)
    sim.work("inbound", sandbox.inbound(inbound))


def test_a_recipient_keeps_the_sender_from_request_to_request(sim: SimWorld) -> None:
    pool_id = pool_of(sim, *NUMBERS)

    first = writers(sim, pool_id, *PEOPLE)
    sim.pass_time(3 * 86_400)

    assert writers(sim, pool_id, *reversed(PEOPLE)) == first
    assert len(set(first.values())) == len(NUMBERS)


def test_a_conversation_keeps_its_sender_as_long_as_it_is_open(sim: SimWorld) -> None:
    pool_id = pool_of(sim, *NUMBERS)
    person, other = PEOPLE[:2]
    usual = writers(sim, pool_id, person, other)
    number = next(each for each in NUMBERS if each != usual[person])

    writes_to(sim, person, number)
    sim.pass_time(3_600)

    assert writers(sim, pool_id, person, other) == {**usual, person: number}
    # What is sent prolongs the conversation; a day of silence ends it.
    sim.pass_time(timedelta(hours=23).total_seconds())
    assert writers(sim, pool_id, person)[person] == number
    sim.pass_time(timedelta(hours=25).total_seconds())
    assert writers(sim, pool_id, person)[person] == usual[person]


def test_who_wrote_to_two_senders_goes_on_with_the_last_one(sim: SimWorld) -> None:
    pool_id = pool_of(sim, *NUMBERS)
    person = PEOPLE[0]

    for number in (NUMBERS[1], NUMBERS[3]):
        writes_to(sim, person, number)
        sim.pass_time(60)

    assert writers(sim, pool_id, person) == {person: NUMBERS[3]}
