"""GET /Messages?to= and ?from=: which messages a person or a sender is found by."""

import itertools
import json
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from herald.model.addresses import AddressChannel, MessageAddress, Sender, SenderChannel
from herald.model.ids import inbound_message_id, index_of, message_id
from herald.model.inbound import Received
from herald.model.message import Attempt, Message
from herald.model.status import Status
from herald.store import lists, messages, senders, walks
from herald.store.lists import Filters
from herald.store.moves import make
from herald.store.parties import Parties
from tests.sim import Death, Faults, When
from tests.sim.counted import CountedTable
from tests.sim.steps import SimWorld
from tests.unit.inbound import ANA, NOON, OUR_NUMBER, an_inbound
from tests.unit.rows import an_operation_id, count, put_operations
from tests.world import World

pytestmark = pytest.mark.simulated

REFUSED = "+15005550111"
BEN, CARA = "+12065550100", "+12065550160"
SMS: dict[str, Any] = {"from": {"address": OUR_NUMBER, "channel": "SMS"}}
WHENS: tuple[When, ...] = ("before", "after")


def ids(found: Sequence[Any]) -> list[str]:
    return [each["id"] for each in found]


def listed(world: World, **query: str) -> list[str]:
    return ids(world.messages(**query))


def of(world: World, operation_id: str) -> list[str]:
    return listed(world, operationId=operation_id)


# ------------------------------------------------------------------------- the front door


@pytest.mark.parametrize(
    "spelling",
    [
        "+12065550100",
        # A + that is not escaped comes as a space.
        " 12065550100",
        "12065550100",
        "0012065550100",
        "+1 (206) 555-0100",
        "tel:+1-206-555-0100",
        "whatsapp:+12065550100",
        "\u202a+12065550100\u202c",
    ],
)
def test_every_spelling_of_a_number_finds_the_person(world: World, spelling: str) -> None:
    wanted = of(world, world.send(BEN))
    world.settle(wait=1)
    wanted = listed(world)
    world.send(CARA)
    world.settle(wait=1)

    assert listed(world, to=spelling) == wanted
    assert len(wanted) == 1


def test_a_number_that_was_written_in_another_way_is_found(world: World) -> None:
    operation = world.send("+5215512345678", "+447911123456", "+551187654321")
    world.settle(wait=1)

    assert len(of(world, operation)) == 3
    assert len(listed(world, to="+525512345678")) == 1
    assert len(listed(world, to="+4407911123456")) == 1
    assert len(listed(world, to="+44 (0)7911 123456")) == 1
    assert len(listed(world, to="+5511987654321")) == 1


@pytest.mark.parametrize("name", ["to", "from"])
@pytest.mark.parametrize("wrong", ["", " ", "+1", "+12065", "+1206555010x", "x" * 257])
def test_what_is_no_address_is_a_400_that_names_the_parameter(world: World, name: str, wrong: str) -> None:
    answer = world.get("/Messages", {name: wrong})

    assert answer.status == 400
    assert [each["context"] for each in answer.body["errors"]] == [f"$.{name}"]


def test_another_account_s_messages_are_not_found(world: World) -> None:
    other, _ = world.new_account()
    world.send(BEN, **SMS)
    world.settle(wait=1)

    assert world.get("/Messages", {"to": BEN}, account=other).body["messages"] == []
    assert world.get("/Messages", {"from": OUR_NUMBER}, account=other).body["messages"] == []


def test_messages_from_a_sender_and_with_other_filters(world: World) -> None:
    first = world.send(BEN, CARA, tags={"kind": "a"}, **SMS)
    second = world.send(BEN, tags={"kind": "b"}, **SMS)
    world.settle(wait=1)

    assert listed(world, **{"from": OUR_NUMBER}) == of(world, second) + of(world, first)
    assert listed(world, **{"from": OUR_NUMBER, "tags": "kind:b;"}) == of(world, second)
    assert listed(world, **{"from": OUR_NUMBER, "status": "DELIVERED"}) == of(world, second) + [
        each for each in of(world, first) if each in listed(world, status="DELIVERED")
    ]
    assert listed(world, to=BEN, tags="kind:a;") == [of(world, first)[1]]
    assert listed(world, to=BEN, status="FAILED") == []
    assert listed(world, to=BEN, channel="SMS", **{"from": OUR_NUMBER}) == [
        *of(world, second),
        of(world, first)[1],
    ]
    assert listed(world, to=BEN, operationId=first) == [of(world, first)[1]]
    assert listed(world, to=CARA, **{"from": BEN}) == []
    assert listed(world, **{"from": "ACME"}) == []


def test_every_person_of_a_group_is_found(world: World) -> None:
    people = [{"address": each, "channel": "PHONE"} for each in (BEN, CARA)]
    answer = world.post(
        "/Messages", {"to": [{"group": {"addresses": people}}], "content": {"text": "Hi"}, **SMS}
    )
    world.settle(wait=1)
    [message] = of(world, answer.body["operationId"])

    assert listed(world, to=BEN) == listed(world, to=CARA) == [message]


def test_a_recipient_by_profile_is_found_by_the_address_that_was_used(world: World) -> None:
    store, person = "mem_store_" + "0" * 26, "mem_profile_01h9krwprkeee8fzqspvwy6nq8"
    world.put(
        f"/MemoryStores/{store}/Profiles/{person}", {"addresses": [{"address": BEN, "channel": "PHONE"}]}
    )
    body = {"to": [{"profileId": person, "memoryStoreId": store}], "content": {"text": "Hi"}, **SMS}
    operation = world.post("/Messages", body).body["operationId"]
    world.settle(wait=1)

    assert listed(world, to=BEN) == listed(world, to=BEN, profile=person) == of(world, operation)
    assert listed(world, to=CARA, profile=person) == []


def test_a_whatsapp_number_and_an_rcs_number_are_the_person_s(world: World) -> None:
    def send(channel: str, sender: str) -> str:
        body = {
            "to": [{"address": BEN, "channel": channel}],
            "content": {"text": "Hi"},
            "from": {"address": sender, "channel": "WHATSAPP" if channel == "WHATSAPP" else "RCS"},
        }
        answer = world.post("/Messages", body)
        assert answer.status == 202, answer.body
        return str(answer.body["operationId"])

    agent = next(each.address for each in world.senders() if each.channel == "RCS")
    operations = [send("WHATSAPP", OUR_NUMBER), send("PHONE", agent)]
    world.settle(wait=1)

    assert sorted(listed(world, to=BEN)) == sorted(each for one in operations for each in of(world, one))
    assert listed(world, **{"from": agent}) == of(world, operations[1])


def test_what_a_person_wrote_is_from_the_person_and_to_the_sender(world: World) -> None:
    world.inbound(an_inbound(None))
    world.send(ANA, **SMS)
    world.settle(wait=1)
    [written] = listed(world, status="INBOUND")
    [sent] = (each for each in listed(world) if each != written)

    assert listed(world, **{"from": ANA}) == [written]
    assert listed(world, **{"from": ANA, "status": "INBOUND"}) == [written]
    assert listed(world, **{"from": ANA, "status": "SENT"}) == []
    assert listed(world, to=OUR_NUMBER) == [written]
    assert listed(world, to=ANA) == [sent]
    assert listed(world, **{"from": OUR_NUMBER}) == [sent]
    assert listed(world, to=OUR_NUMBER, **{"from": ANA}) == [written]


def test_pages_go_on_with_their_address(world: World) -> None:
    for _ in range(3):
        world.send(BEN)
        world.settle(wait=1)
    everything = listed(world, to=BEN)

    first = world.get("/Messages", {"to": "12065550100", "pageSize": "2"}).body
    rest = world.get("/Messages", {"pageToken": first["pagination"]["next"]}).body
    other = world.get("/Messages", {"to": CARA, "pageToken": first["pagination"]["next"]})

    assert ids(first["messages"]) + ids(rest["messages"]) == everything
    assert len(everything) == 3
    assert other.status == 400


def test_no_key_of_the_table_tells_an_address(world: World) -> None:
    world.inbound(an_inbound(None))
    world.send(BEN, CARA, **SMS)
    world.settle(wait=1)
    found = [item for item in world.items() if item["pk"]["S"].startswith("PARTY#")]

    assert len(found) == 3
    assert all(item.keys() <= {"pk", "sk", "expiresAt", "places"} for item in found)
    planned_to = [item["toKey"]["S"] for item in world.items() if "toKey" in item]
    assert len(set(planned_to)) == 2
    for text in (*map(json.dumps, found), *planned_to):
        for number in (ANA, BEN, CARA, OUR_NUMBER):
            assert number[1:] not in text


def test_a_stack_without_the_search_says_so_and_keeps_nothing(
    aws: pytest.MonkeyPatch, faults: Faults
) -> None:
    world = World.create(aws.setenv, AddressSearch="false")
    world.send(BEN, **SMS)
    world.inbound(an_inbound(None))
    world.settle(wait=1)

    answer = world.get("/Messages", {"to": BEN, "from": OUR_NUMBER})

    assert len(world.messages()) == 2
    assert not [item for item in world.items() if item["pk"]["S"].startswith("PARTY#") or "toKey" in item]
    assert answer.status == 400
    assert [each["context"] for each in answer.body["errors"]] == ["$.from", "$.to"]
    assert all("AddressSearch" in each["message"] for each in answer.body["errors"])


# ------------------------------------------------------------------------------ later tries


def test_an_address_that_was_tried_later_finds_the_message_and_so_does_the_first(sim: SimWorld) -> None:
    sim.accept([REFUSED, "+15005550101", CARA], **SMS)
    sim.run()
    [message] = sim.made()
    tried = [REFUSED, "+15005550101", CARA]
    assert [attempt.to.address for attempt in message.attempts] == tried

    assert [found(sim, to=address) for address in tried] == [[message.id]] * 3
    assert found(sim, to=BEN) == []


def test_a_message_is_found_by_every_sender_that_it_was_tried_from(sim: SimWorld) -> None:
    ours = {each.channel: each for each in senders.of_account(sim.app.table, sim.account)}
    sim.accept({"addresses": [{"address": REFUSED, "channel": channel} for channel in ("PHONE", "WHATSAPP")]})
    sim.run()
    [message] = sim.made()

    tried = [attempt.sender.channel for attempt in message.attempts]
    assert tried == [SenderChannel.SMS, SenderChannel.WHATSAPP]
    assert ours[SenderChannel.RCS].address not in {attempt.sender.address for attempt in message.attempts}
    for channel in tried:
        assert found(sim, source=ours[channel].address) == [message.id]
    assert found(sim, source=ours[SenderChannel.RCS].address) == []


@pytest.mark.parametrize("when", WHENS)
def test_a_worker_that_dies_leaves_no_try_that_is_not_found(world: World, faults: Faults, when: When) -> None:
    for call in itertools.count():
        world.clear()
        sim = SimWorld(world, faults)
        sim.accept([REFUSED, CARA], **SMS)
        died = sim.work_and_die(Death(call, when))
        sim.run()

        [message] = sim.made()
        for address in {message.to.address, *(attempt.to.address for attempt in message.attempts)}:
            assert found(sim, to=address) == [message.id]
        if not died:
            assert [attempt.to.address for attempt in message.attempts] == [REFUSED, CARA]
            break
    assert call >= 6


@pytest.mark.parametrize("when", WHENS)
def test_a_received_message_is_found_wherever_its_worker_dies(
    world: World, faults: Faults, when: When
) -> None:
    for call in itertools.count():
        world.clear()
        sim = SimWorld(world, faults)
        [ours] = (each for each in senders.of_account(sim.app.table, sim.account) if is_sms(each))
        sim.inbound(an_inbound(sim.account, to=ours.address))
        died = sim.work_and_die(Death(call, when))
        sim.run()

        [message] = sim.made()
        assert found(sim, source=ANA) == found(sim, to=ours.address) == [message.id]
        if not died:
            break
    assert call >= 5


def found(sim: SimWorld, **given: Any) -> list[str]:
    page = lists.page(sim.app.table, sim.account, Filters(**given), size=50, parties=sim.app.parties)
    return [row.id for row in page.rows]


def is_sms(sender: Any) -> bool:
    return bool(sender.channel is SenderChannel.SMS)


# ------------------------------------------------------------------ against a plain filter

OURS, THEIRS = "AC" + "0" * 32, "AC" + "1" * 32
PARTIES: Final = Parties(b"a key")
PEOPLE = ("+12065550100", "+12065550101", "+12065550102")
SENDERS = ("+15005550006", "ACME")


def a_sender(address: str) -> Sender:
    return Sender(sender_id="comms_sender_" + "0" * 26, address=address, channel=SenderChannel.SMS)


def a_person(address: str) -> MessageAddress:
    return MessageAddress(address=address, channel=AddressChannel.PHONE)


people, from_senders = st.sampled_from(PEOPLE).map(a_person), st.sampled_from(SENDERS).map(a_sender)
attempts = st.builds(Attempt, sender=from_senders, to=people, at=st.just(NOON))


@st.composite
def sent(draw: st.DrawFn) -> list[Message]:
    places = st.tuples(st.integers(0, 3), st.sampled_from([0, 1, 99, 100, 101, 205]))
    return [
        Message(
            id=message_id(an_operation_id(NOON + timedelta(milliseconds=number), number), index),
            account=OURS if number else THEIRS,
            status=draw(st.sampled_from([Status.QUEUED, Status.SENT, Status.FAILED])),
            to=draw(people),
            sender=draw(from_senders),
            group=tuple(draw(st.lists(people, min_size=1, max_size=3))) if draw(st.booleans()) else None,
            updated_at=NOON,
            expires_at=0,
        )
        for number, index in draw(st.lists(places, unique=True, max_size=8))
    ]


@st.composite
def received(draw: st.DrawFn) -> list[Message]:
    return [
        Message(
            id=inbound_message_id(NOON + timedelta(milliseconds=number), OURS, "sandbox", str(number)),
            account=OURS,
            status=Status.INBOUND,
            to=draw(people),
            sender=draw(from_senders),
            received=Received(text="Hi"),
            updated_at=NOON,
            expires_at=0,
        )
        for number in draw(st.lists(st.integers(0, 3), unique=True))
    ]


def put(table: CountedTable, rows: Sequence[Message]) -> None:
    """Make rows a chunk at a time, as fan_out does."""

    def chunk(row: Message) -> tuple[str, int]:
        return row.operation_id, index_of(row.id) // 100

    for _, some in itertools.groupby(sorted(rows, key=lambda row: row.id), key=chunk):
        messages.put(table, some, PARTIES)
    put_operations(table, rows, total=301)
    count(table, rows)


filters = st.builds(
    lambda **given: Filters(**given),
    status=st.none() | st.sampled_from([Status.QUEUED, Status.SENT, Status.FAILED, Status.INBOUND]),
    channel=st.none() | st.just(SenderChannel.SMS),
    to=st.none() | st.sampled_from((*PEOPLE, *SENDERS)),
    source=st.none() | st.sampled_from((*PEOPLE, *SENDERS)),
)


def is_wanted(wanted: Filters, row: Message) -> bool:
    """What the documentation says of each filter."""
    addressees = {to.address for to in (row.to, *(row.group or ()), *(each.to for each in row.attempts))}
    origins = {each.address for each in (row.sender, *(each.sender for each in row.attempts))}
    if row.is_inbound:
        addressees, origins = origins, addressees
    return (
        row.account == OURS
        and wanted.status in (None, row.status)
        and (wanted.to is None or wanted.to in addressees)
        and (wanted.source is None or wanted.source in origins)
    )


@settings(max_examples=80, deadline=None)
@given(st.data(), sent(), received(), filters, st.sampled_from([1, 2, 50]), st.integers(0, 6))
def test_all_pages_together_have_what_the_filters_let_through_while_rows_are_tried(
    data: st.DataObject,
    made: list[Message],
    written: list[Message],
    wanted: Filters,
    size: int,
    calls: int,
) -> None:
    table = CountedTable(lags=data.draw(st.booleans()))
    put(table, made)
    for row in written:
        messages.add(table, row, carrier_id=row.id, parties=PARTIES)
    table.catch_up()
    now = {row.id: row for row in (*made, *written)}
    throughout = {row.id for row in now.values() if is_wanted(wanted, row)}
    seen: list[str] = []
    after: str | None = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walks, "MOST_CALLS", calls)
        while True:
            page = lists.page(table, OURS, wanted, size=size, after=after, parties=PARTIES)
            assert all(is_wanted(wanted, row) for row in page.rows)
            seen += [row.id for row in page.rows]
            if page.after is None:
                break
            after = page.after
            waiting = [row for row in now.values() if row.status is Status.QUEUED and not row.group]
            if waiting:
                row, tried = data.draw(st.sampled_from(waiting)), data.draw(attempts)
                table.insert_missing(PARTIES.tried(row, [tried]))
                [refused] = make(table, [messages.refused(row, [tried])])
                now[row.id] = refused.model_copy(update={"to": tried.to, "sender": tried.sender})
                # What was planned and not tried is no address of the message any more.
                throughout &= {row.id for row in now.values() if is_wanted(wanted, row)}

    assert seen == sorted(set(seen), reverse=True)
    assert throughout <= set(seen)
