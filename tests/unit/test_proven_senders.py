"""An address of a sender belongs to one account, and the operator says to which."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from herald import runtime
from herald.carriers import queued
from herald.model import problems
from herald.model.addresses import AddressChannel, MessageAddress, SenderChannel
from herald.model.senders import Approval, NewSender, OperatorSender
from herald.model.status import Status
from herald.model.suppressions import SuppressionSource
from herald.operator import proving
from herald.store import owners, senders, suppressions
from herald.store.arrivals import Arrival
from herald.timing import OWNER_SECONDS
from tests.builders import SMS, created, listed, pool_of, problems_of, suppressed
from tests.sim import Death, Faults, When
from tests.sim.steps import SimWorld
from tests.unit.inbound import an_inbound
from tests.world import Response, World, acting, invoke, sqs_event

pytestmark = pytest.mark.simulated

WHENS: tuple[When, ...] = ("before", "after")
NUMBER = SMS["address"]
TO = [{"address": "+12065550100", "channel": "PHONE"}]
ANA = MessageAddress(address="+12065550177", channel=AddressChannel.PHONE)


@pytest.fixture
def real(aws: pytest.MonkeyPatch, faults: Faults) -> World:
    """A stack that sends by a real carrier."""
    return World.create(aws.setenv, Carrier="http")


def add(world: World, account: str, address: str = NUMBER, **fields: Any) -> str:
    """A sender that the operator makes."""
    new = OperatorSender(address=address, channel=SenderChannel.SMS, **fields)
    return senders.add(world.table, account, new, runtime.app().clock()).id


def approve(world: World, sender_id: str, account: str = "") -> None:
    proving.approve(world.table, account or world.account, sender_id, runtime.app().clock())


def move(world: World, sender_id: str, heir: str, account: str = "", **more: Any) -> proving.Moved:
    given: dict[str, Any] = {"stack_carrier": runtime.app().carrier.name, "settle": lambda: None, **more}
    return proving.move(
        world.table, account or world.account, sender_id, heir, runtime.app().clock(), **given
    )


def by_http(**fields: Any) -> None:
    """What a person writes to NUMBER, brought by a carrier that names no account."""
    body = queued.inbound("http", [an_inbound(None, to=NUMBER, **fields)])
    assert invoke("receive", sqs_event(body))["batchItemFailures"] == []


def items(world: World) -> list[Any]:
    """What is in the table, without the record of who asked what."""
    return [each for each in world.items() if not each["pk"]["S"].startswith("AUDIT#")]


def messages_of(answer: Response) -> list[str]:
    return [each["message"] for each in answer.body["errors"]]


# ------------------------------------------------------------------------------ approval


def test_a_sender_of_a_real_carrier_waits_for_the_operator(real: World) -> None:
    sender_id = created(real)

    found = real.get(f"/Senders/{sender_id}").body

    assert (found["status"], found["approval"]) == ("DEACTIVATED", "PENDING")
    assert listed(real, status="DEACTIVATED") == [sender_id]
    assert sender_id not in listed(real, status="ACTIVATED")
    by_search = real.post("/Senders/Search", {**SMS, "status": "ACTIVATED"})
    assert by_search.body["senders"] == []


def test_it_is_active_once_it_is_approved(real: World) -> None:
    sender_id = created(real)

    approve(real, sender_id)

    found = real.get(f"/Senders/{sender_id}").body
    assert (found["status"], found["approval"]) == ("ACTIVATED", "APPROVED")
    assert owners.pending(real.table) == []


@pytest.mark.parametrize("source", ["address", "senderId", "senderPoolId"])
def test_nothing_can_be_sent_from_it_before(real: World, source: str) -> None:
    sender_id = created(real)
    named: dict[str, Any] = {
        "address": SMS,
        "senderId": {"senderId": sender_id},
        "senderPoolId": {"senderPoolId": pool_of(real, sender_id)},
    }

    answer = real.post("/Messages", {"from": named[source], "to": TO, "content": {"text": "Hi"}})

    if source == "senderPoolId":
        # A pool in which no sender is active reaches no person.
        real.settle()
        stats = real.get(f"/Messages/Operations/{answer.body['operationId']}").body["stats"]
        assert (stats["recipients"], stats["unaddressable"]) == (1, 1)
    else:
        assert answer.status == 400
        assert answer.body["errors"][0]["code"] == problems.INVALID_SENDER.code


def test_an_account_cannot_activate_it(real: World) -> None:
    sender_id = created(real)
    before = items(real)

    answer = real.patch(f"/Senders/{sender_id}", {"status": "ACTIVATED"})

    assert (answer.status, items(real)) == (409, before)
    assert "herald sender approve" in messages_of(answer)[0]
    assert real.patch(f"/Senders/{sender_id}", {"displayName": "Sales"}).status == 202


def test_what_an_account_deactivates_stays_so_when_it_is_approved(real: World) -> None:
    sender_id = created(real)
    real.patch(f"/Senders/{sender_id}", {"status": "DEACTIVATED"})

    approve(real, sender_id)

    found = real.get(f"/Senders/{sender_id}").body
    assert (found["status"], found["approval"]) == ("DEACTIVATED", "APPROVED")


def test_a_sender_of_the_sandbox_waits_for_nobody(world: World) -> None:
    found = world.get(f"/Senders/{created(world)}").body

    assert found["status"] == "ACTIVATED"
    assert "approval" not in found


def test_a_stack_that_asks_for_no_approval(aws: pytest.MonkeyPatch) -> None:
    world = World.create(aws.setenv, Carrier="http", SenderApproval="none")

    found = world.get(f"/Senders/{created(world)}").body

    assert (found["status"], found["approval"]) == ("ACTIVATED", "APPROVED")
    other, _ = world.new_account()
    assert world.post("/Senders", SMS, account=other).status == 409


def test_what_was_made_for_the_sandbox_waits_once_a_real_carrier_sends(
    world: World, aws: pytest.MonkeyPatch
) -> None:
    sender_id = created(world)

    aws.setenv("CARRIER", "http")
    runtime.reset()

    found = world.get(f"/Senders/{sender_id}").body
    assert (found["status"], found["approval"]) == ("DEACTIVATED", "PENDING")


# ------------------------------------------------------------------------------ one account


SPELLINGS = [
    ("+5215512345678", "+525512345678", "SMS"),
    ("+551181234567", "+5511981234567", "WHATSAPP"),
    ("+5493435551212", "+543435551212", "SMS"),
    ("ACME", "Acme", "SMS"),
    ("ACME", " acme ", "SMS"),
    ("My Bank", "My  bank", "SMS"),
    ("rbm_agent", "RBM_Agent", "RCS"),
]


@pytest.mark.parametrize("carrier", ["sandbox", "http"])
@pytest.mark.parametrize(("first", "second", "channel"), [(NUMBER, NUMBER, "SMS"), *SPELLINGS])
def test_an_address_that_another_account_has_is_a_conflict_that_changes_nothing(
    aws: pytest.MonkeyPatch, carrier: str, first: str, second: str, channel: str
) -> None:
    world = World.create(aws.setenv, Carrier=carrier)
    created(world, address=first, channel=channel)
    other, _ = world.new_account()
    before = items(world)

    answer = world.post("/Senders", {"address": second, "channel": channel}, account=other)

    assert (answer.status, items(world)) == (409, before)
    assert "belongs to one account" in messages_of(answer)[0]
    # Whose it is, no account learns of another.
    assert world.account not in str(answer.body)


@pytest.mark.parametrize(("first", "second", "channel"), SPELLINGS)
def test_both_spellings_in_one_request_find_the_sender_once(
    world: World, first: str, second: str, channel: str
) -> None:
    sender_id = created(world, address=first, channel=channel)
    to = {"address": "+12065550100", "channel": "WHATSAPP" if channel == "WHATSAPP" else "PHONE"}
    named = [{"address": each, "channel": channel} for each in (first, second, first)]

    answer = world.post("/Senders/Resolve", {"recipientAddresses": [to], "senderAddresses": named})

    assert answer.status == 200
    assert [each["from"]["senderId"] for each in answer.body["results"]] == [sender_id]


@pytest.mark.parametrize("address", ["x" * 256, "\U0001f600" * 256, " ", "\0"])
@pytest.mark.parametrize("channel", SenderChannel)
def test_what_no_sender_can_have_finds_none(world: World, address: str, channel: SenderChannel) -> None:
    named = {"address": address, "channel": channel}

    found = world.post("/Senders/Search", named)
    sent = world.post("/Messages", {"to": TO, "content": {"text": "Hi"}, "from": named})

    assert (found.status, found.body["senders"]) == (200, [])
    assert (sent.status, sent.body["errors"][0]["code"]) == (400, 21606)


def test_the_agent_of_the_sandbox_is_free_in_any_spelling(world: World) -> None:
    other, _ = world.new_account()
    named = {"address": "Herald_Sandbox_Agent", "channel": "RCS"}

    assert "has this address" in messages_of(world.post("/Senders", named, account=other))[0]


@pytest.mark.parametrize(("first", "second", "channel"), SPELLINGS)
def test_two_spellings_are_one_sender_of_an_account(
    world: World, first: str, second: str, channel: str
) -> None:
    sender_id = created(world, address=first, channel=channel)

    answer = world.post("/Senders", {"address": second, "channel": channel})

    assert answer.status == 409
    assert sender_id in messages_of(answer)[0]
    found = world.post("/Senders/Search", {"address": second, "channel": channel}).body["senders"]
    assert [each["id"] for each in found] == [sender_id]


def test_numbers_of_the_sandbox_are_free_to_all_accounts(world: World) -> None:
    other, _ = world.new_account()
    free = {"address": "+15005550199", "channel": "SMS"}

    answers = [world.post("/Senders", free, account=each) for each in (world.account, other)]

    assert [each.status for each in answers] == [202, 202]


def test_claims_that_meet_leave_one_owner(world: World, faults: Faults) -> None:
    """Each account's claim dies at every call, and the other account's comes then."""
    other, _ = world.new_account()
    new = NewSender(channel=SenderChannel.SMS, address=NUMBER)
    for number, (call, when) in enumerate((call, when) for call in range(6) for when in WHENS):
        address = f"+1206555{number:04}"
        new = NewSender(channel=SenderChannel.SMS, address=address)
        now = runtime.app().clock()
        with faults.until(Death(call, when)):
            senders.add(world.table, world.account, new, now, is_approved=False)
        results = []
        for account in (other, world.account, other):
            try:
                senders.add(world.table, account, new, now, is_approved=False)
                results.append(account)
            except owners.Taken as taken:
                results.append(f"not {taken.account}")
            except senders.Exists:
                results.append(account)
        claimed = owners.of(world.table, SenderChannel.SMS, address)
        assert claimed
        loser = world.account if claimed.account == other else other
        assert results.count(claimed.account) >= 1, results
        assert loser not in results
        [found] = senders.at(world.table, claimed.account, [(address, SenderChannel.SMS)])
        assert found.id == claimed.sender_id
        assert senders.at(world.table, loser, [(address, SenderChannel.SMS)]) == []


# ----------------------------------------------------------------------------- hand-over


def by_a_real_carrier(sim: SimWorld) -> None:
    sim.carrier.name = "http"


def accepted_from(sim: SimWorld, sender_id: str, *people: str) -> Any:
    return sim.accept(*people, **{"from": {"senderId": sender_id}})


def codes(sim: SimWorld) -> list[tuple[Status, int | None]]:
    return [(each.status, each.error) for each in sim.made()]


def test_nothing_goes_out_from_an_address_that_another_account_got_meanwhile(sim: SimWorld) -> None:
    other, _ = sim.new_account()
    sender_id = add(sim, sim.account)
    operation = accepted_from(sim, sender_id, "+12065550100")

    move(sim, sender_id, other, sim.account)
    sim.run()

    assert sim.carrier.sent == []
    assert codes(sim) == [(Status.FAILED, problems.SENDER_NOT_OWNED.code)]
    assert sim.stats(operation)[1].failed == 1


def test_nothing_goes_out_from_an_address_that_was_removed(sim: SimWorld) -> None:
    sender_id = add(sim, sim.account)
    accepted_from(sim, sender_id, "+12065550100")

    proving.remove(sim.table, sim.account, sender_id)
    sim.run()

    assert sim.carrier.sent == []
    assert codes(sim) == [(Status.FAILED, problems.SENDER_NOT_OWNED.code)]


def test_a_claim_that_nobody_has_approved_sends_by_the_sandbox_and_by_no_real_carrier(
    sim: SimWorld,
) -> None:
    new = NewSender(address=NUMBER, channel=SenderChannel.SMS)
    sender_id = senders.add(sim.table, sim.account, new, sim.now, is_approved=False).id
    accepted_from(sim, sender_id, "+12065550100")
    sim.run()
    accepted_from(sim, sender_id, "+12065550101")
    by_a_real_carrier(sim)
    sim.run()

    assert sorted(codes(sim)) == [
        (Status.DELIVERED, None),
        (Status.FAILED, problems.SENDER_NOT_OWNED.code),
    ]


def test_a_worker_that_goes_on_for_long_learns_of_a_move(sim: SimWorld) -> None:
    """A paced chunk: the address goes to another account while the worker waits between two groups."""
    other, _ = sim.new_account()
    sender_id = add(sim, sim.account, parts_per_second=1)
    people = [f"+120655502{number:02}" for number in range(20)]
    accepted_from(sim, sender_id, *people)
    sim.run(sim.now + timedelta(seconds=5))
    sent = len(sim.carrier.sent)

    move(sim, sender_id, other, sim.account)
    sim.pass_time(OWNER_SECONDS + 1)
    sim.run()

    assert 0 < sent < len(people)
    assert len(sim.carrier.sent) == sent
    assert {each.error for each in sim.made() if each.status is Status.FAILED} == {
        problems.SENDER_NOT_OWNED.code
    }


# ------------------------------------------------------------------------------- hearing


def test_an_account_hears_nothing_of_a_number_that_nobody_has_approved(real: World) -> None:
    created(real)

    by_http(text="My PIN is 9876")

    assert real.messages() == []
    assert len(real.bodies("InboundDeadLetters")) == 1


def test_what_is_written_after_the_approval_is_heard(real: World) -> None:
    approve(real, created(real))

    by_http(text="Hello")

    assert len(real.messages()) == 1


# -------------------------------------------------------------------------------- moving


def stop(world: World, account: str, person: MessageAddress = ANA, minutes: int = 0) -> None:
    at = runtime.app().clock() + timedelta(minutes=minutes)
    suppressions.stop(world.table, account, person, SuppressionSource.STOP, Arrival(at, at))


def test_the_stops_go_along_with_a_sender(world: World) -> None:
    other, _ = world.new_account()
    sender_id = add(world, world.account, parts_per_second=7, display_name="Shop")
    by_whatsapp = MessageAddress(address="+12065550178", channel=AddressChannel.WHATSAPP)
    people = [ANA, MessageAddress(address="+5215512345678", channel=AddressChannel.PHONE)]
    for person in (*people, by_whatsapp):
        stop(world, world.account, person)

    moved = move(world, sender_id, other)

    assert moved.stops == 2
    assert suppressed(world.table, other, [*people, by_whatsapp]) == set(people)
    found = world.get(f"/Senders/{moved.sender_id}", account=other).body
    assert (found["address"], found["displayName"], found["partsPerSecond"], found["status"]) == (
        NUMBER, "Shop", 7, "ACTIVATED",
    )  # fmt: skip
    assert world.get(f"/Senders/{sender_id}").status == 404
    # What the account itself was told, it keeps.
    assert suppressed(world.table, world.account, people) == set(people)


def test_a_later_start_of_the_new_account_stays(world: World) -> None:
    other, _ = world.new_account()
    sender_id = add(world, world.account)
    stop(world, world.account)
    later = runtime.app().clock() + timedelta(minutes=5)
    suppressions.start(world.table, other, ANA, Arrival(later, later))

    move(world, sender_id, other)

    assert suppressed(world.table, other, [ANA]) == set()


def test_a_move_that_died_is_not_finished_for_a_third_account(world: World, faults: Faults) -> None:
    for call in count():
        account, other, third = (world.new_account()[0] for _ in range(3))
        address = f"+1206554{call:04}"
        sender_id = add(world, account, address)
        with faults.until(Death(call, "after")):
            move(world, sender_id, other, account)
        if not faults.happened:
            break

        try:
            move(world, sender_id, third, account)
            heir = third
        except owners.Taken as taken:
            heir = taken.account
        except proving.NoSuchSender:
            heir = other

        claimed = owners.of(world.table, SenderChannel.SMS, address)
        assert claimed
        assert (claimed.account, heir) in ((other, other), (third, third))
        active = [
            each
            for each in (account, other, third)
            for sender in senders.at(world.table, each, [(address, SenderChannel.SMS)])
            if sender.approval is Approval.APPROVED
        ]
        assert active in ([], [heir]), call


@pytest.mark.parametrize("when", WHENS)
def test_a_move_that_dies_at_any_call_is_finished_by_the_next(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        account, _ = world.new_account()
        other, _ = world.new_account()
        address = f"+1206555{call:04}"
        sender_id = add(world, account, address)
        person = MessageAddress(address=f"+1206556{call:04}", channel=AddressChannel.PHONE)
        stop(world, account, person)
        with faults.until(Death(call, when)):
            move(world, sender_id, other, account)
        died = faults.happened
        claimed = owners.of(world.table, SenderChannel.SMS, address)
        assert claimed
        if claimed.account == other and not claimed.moved_from:
            # No account sends from it before the STOPs are there.
            assert suppressed(world.table, other, [person]) == {person}
        if senders.get(world.table, account, sender_id):
            move(world, sender_id, other, account)

        [found] = senders.at(world.table, other, [(address, SenderChannel.SMS)])
        assert found.approval is Approval.APPROVED
        assert owners.of(world.table, SenderChannel.SMS, address) == owners.Claimed(other, found.id, True)
        assert suppressed(world.table, other, [person]) == {person}
        assert senders.at(world.table, account, [(address, SenderChannel.SMS)]) == []
        assert senders.get(world.table, account, sender_id) is None
        if not died:
            break
    assert call > 12


@pytest.mark.parametrize("when", WHENS)
def test_a_removal_that_dies_at_any_call_is_finished_by_the_next(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        address = f"+1206555{call:04}"
        sender_id = add(world, world.account, address)
        with faults.until(Death(call, when)):
            proving.remove(world.table, world.account, sender_id)
        died = faults.happened
        if senders.get(world.table, world.account, sender_id):
            proving.remove(world.table, world.account, sender_id)

        assert owners.of(world.table, SenderChannel.SMS, address) is None
        other, _ = world.new_account()
        assert world.post("/Senders", {"address": address, "channel": "SMS"}, account=other).status == 202
        assert world.get(f"/Senders/{sender_id}").status == 404
        if not died:
            break
    assert call > 3


@pytest.mark.parametrize("when", WHENS)
def test_an_approval_that_dies_at_any_call_is_finished_by_the_next(
    real: World, faults: Faults, when: When
) -> None:
    for call in count():
        sender_id = created(real, address=f"+1206555{call:04}")
        with faults.until(Death(call, when)):
            approve(real, sender_id)
        died = faults.happened
        approve(real, sender_id)

        assert real.get(f"/Senders/{sender_id}").body["status"] == "ACTIVATED"
        if not died:
            break
    assert call > 2


def test_a_word_that_was_heard_while_its_sender_moved_reaches_the_new_account(
    world: World, faults: Faults
) -> None:
    """A worker has read the owner, and writes the STOP for it after the STOPs were copied."""
    other, _ = world.new_account()
    sender_id = add(world, world.account)
    stop = suppressions.stop
    moved: list[proving.Moved] = []

    def late(*given: Any) -> None:
        if not moved:
            with acting("operator"):
                moved.append(move(world, sender_id, other))
        stop(*given)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(suppressions, "stop", late)
        by_http(source=ANA.address, text="STOP")

    assert moved
    assert suppressed(world.table, other, [ANA]) == {ANA}


def test_while_it_moves_the_new_account_hears_and_neither_sends(world: World) -> None:
    other, _ = world.new_account()
    sender_id = add(world, world.account)
    seen = []

    def settle() -> None:
        claimed = owners.of(world.table, SenderChannel.SMS, NUMBER)
        assert claimed
        [sender] = [each.sends() for each in senders.at(world.table, other, [(NUMBER, SenderChannel.SMS)])]
        item = world.table.get(owners.key_of(sender))
        seen.append([owners.may_send(item, each, sender, "http") for each in (world.account, other)])
        by_http(source=ANA.address, text="STOP")
        assert suppressed(world.table, other, [ANA]) == {ANA}
        with pytest.raises(owners.Moving):
            proving.approve(world.table, other, sender.sender_id, runtime.app().clock())
        with pytest.raises(owners.Moving):
            proving.remove(world.table, other, sender.sender_id)

    move(world, sender_id, other, settle=settle)

    assert seen == [[False, False]]


def test_a_squatter_s_claim_is_moved_without_what_the_squatter_says_of_people(real: World) -> None:
    """Else a claim without an approval could fill the true owner's list of suppressions."""
    squatter, _ = real.new_account()
    answer = real.post("/Senders", SMS, account=squatter)
    people = {"suppressions": [{"address": ANA.address, "channel": "PHONE"}]}
    real.post("/Suppressions", people, account=squatter)

    moved = move(real, answer.body["resourceId"], real.account, squatter)

    assert moved.stops == 0
    assert suppressed(real.table, real.account, [ANA]) == set()
    assert real.get(f"/Senders/{moved.sender_id}").body["status"] == "ACTIVATED"


def test_numbers_of_the_sandbox_are_not_moved(world: World) -> None:
    other, _ = world.new_account()
    [sender_id] = [each.sender_id for each in world.senders() if each.channel == "SMS"]

    with pytest.raises(proving.IsFree):
        move(world, sender_id, other)


def test_a_sender_that_is_somebody_else_s_is_not_moved_nor_approved(world: World) -> None:
    other, _ = world.new_account()
    third, _ = world.new_account()
    sender_id = add(world, world.account)

    for act in (
        lambda: proving.approve(world.table, other, sender_id, runtime.app().clock()),
        lambda: proving.remove(world.table, other, sender_id),
        lambda: move(world, sender_id, third, other),
    ):
        with pytest.raises(proving.NoSuchSender):
            act()


def test_what_a_body_names_that_is_for_the_operator_changes_nothing(real: World) -> None:
    sender_id = created(real)
    before = items(real)

    for fields in ({"carrier": "sandbox"}, {"carrierSenderId": "pool-1"}, {"approval": "APPROVED"}):
        assert problems_of(real.post("/Senders", {**SMS, "address": "+12065550124", **fields}))
        assert problems_of(real.patch(f"/Senders/{sender_id}", fields))

    assert items(real) == before
