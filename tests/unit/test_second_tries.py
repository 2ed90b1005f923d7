"""When a message is sent once more: by another route after a failure, or as an account wants it."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from herald.carriers import Accepted, OutboundMessage, Outcome, Rejected, Stopped
from herald.model import problems
from herald.model.addresses import SenderChannel
from herald.model.message import Message
from herald.model.operation import OperationStatus
from herald.model.phase import Phase
from herald.model.pools import NewSenderPool
from herald.model.status import Status
from herald.operator import accounts
from herald.sending import pools
from herald.sending.control import cancel, pause, resume
from herald.store import receipts, senders
from herald.store.accounts import AfterUnknown
from tests.builders import add_sender
from tests.sim import Death, Faults, When
from tests.sim.requests import error
from tests.sim.steps import SimWorld
from tests.world import World

pytestmark = pytest.mark.simulated

SMS = {"from": {"address": "+15005550006", "channel": "SMS"}}
FIRST, SECOND = "+15005550140", "+12065550100"  # accepted and no receipt; delivered
WHENS: tuple[When, ...] = ("before", "after")


def only(sim: SimWorld) -> Message:
    [message] = sim.made()
    return message


def work_on(sim: SimWorld, queue: str) -> None:
    """Work on what is next on a queue, and on what comes before it."""
    while True:
        taken, body = sim.take()
        sim.work(taken, body)
        if taken == queue:
            return


def a_pool(sim: SimWorld, sender_ids: Sequence[str]) -> str:
    new = NewSenderPool.model_validate({"senders": [{"senderId": each} for each in sender_ids]})
    return pools.create(sim.app, sim.account, new).sender_pool_id


def errors(message: Message) -> Sequence[int | None]:
    return [attempt.error for attempt in message.attempts]


# ------------------------------------------------------------- after a failure receipt


def test_a_failure_receipt_leads_to_the_next_route(sim: SimWorld) -> None:
    operation = sim.accept([FIRST, SECOND], **SMS)
    sim.run()
    assert only(sim).status is Status.SENT

    sim.report(only(sim), Status.UNDELIVERED, error=30003)
    sim.run()

    message = only(sim)
    assert [attempt.to.address for attempt in message.attempts] == [FIRST, SECOND]
    assert (message.status, message.error, errors(message)) == (Status.DELIVERED, None, [30003, None])
    status, stats = sim.stats(operation)
    assert (status, stats.delivered, stats.attempts, stats.total) == (OperationStatus.COMPLETED, 1, 2, 1)


def test_each_failure_receipt_leads_to_one_more_route(sim: SimWorld) -> None:
    tried = [(FIRST, "PHONE"), (FIRST, "WHATSAPP"), (SECOND, "PHONE")]
    addresses = [{"address": address, "channel": channel} for address, channel in tried]
    operation = sim.accept({"addresses": addresses})
    for code in (30003, 30005):
        sim.run()
        sim.report(only(sim), Status.UNDELIVERED, error=code)
    sim.run()

    message = only(sim)
    assert [(attempt.to.address, attempt.to.channel) for attempt in message.attempts] == tried
    assert (message.status, message.error, errors(message)) == (Status.DELIVERED, None, [30003, 30005, None])
    assert sim.stats(operation)[1].attempts == 3


def test_the_last_route_s_failure_is_the_message_s(sim: SimWorld) -> None:
    operation = sim.accept([FIRST, "+15005550101"], **SMS)
    sim.run()
    sim.report(only(sim), Status.UNDELIVERED, error=30005)
    sim.run()

    message = only(sim)
    assert (message.status, message.error, errors(message)) == (Status.UNDELIVERED, 30003, [30005, None])
    assert sim.stats(operation)[1].undelivered == 1


def test_a_number_that_is_there_twice_is_not_tried_again(sim: SimWorld) -> None:
    operation = sim.accept([FIRST, FIRST], **SMS)
    sim.run()

    sim.report(only(sim), Status.UNDELIVERED, error=30003)
    work_on(sim, "receipts")

    message = only(sim)
    assert (message.status, message.error, len(message.attempts)) == (Status.UNDELIVERED, 30003, 1)
    assert sim.waiting() == [], "nothing is to be tried"
    sim.count()
    assert sim.stats(operation)[1].undelivered == 1


def test_a_failure_receipt_that_is_repeated_sends_once(sim: SimWorld) -> None:
    sim.accept([FIRST, FIRST.replace("5555", "5555"), SECOND], **SMS)
    sim.run()
    for _ in range(3):
        sim.report(only(sim), Status.UNDELIVERED, attempt=1)
    sim.run()
    sim.report(only(sim), Status.UNDELIVERED, attempt=1)
    sim.run()

    assert sim.tries() == {1: 1, 2: 1}


def test_that_it_was_sent_says_nothing_once_it_has_failed(sim: SimWorld) -> None:
    """The receipts of one try in the wrong order, while the next one waits."""
    sim.accept([FIRST, "+15005550120"], **SMS)
    sim.run()
    sim.report(only(sim), Status.UNDELIVERED)
    work_on(sim, "receipts")
    work_on(sim, "chunks")
    sim.report(only(sim), Status.SENT, attempt=1)
    work_on(sim, "receipts")
    assert only(sim).status is Status.QUEUED

    sim.run()

    assert sim.tries() == {1: 1, 2: 1}
    assert only(sim).status is Status.DELIVERED


def test_a_delivery_that_is_reported_before_the_next_try_prevents_it(sim: SimWorld) -> None:
    sim.accept([FIRST, SECOND], **SMS)
    sim.run()
    sim.report(only(sim), Status.UNDELIVERED)
    work_on(sim, "receipts")
    assert only(sim).status is Status.QUEUED
    sim.report(only(sim), Status.DELIVERED, attempt=1)
    queued = [each for each in sim.waiting() if each[1] == "chunks"]
    sim.clear_queues()
    sim.report(only(sim), Status.DELIVERED, attempt=1)
    work_on(sim, "receipts")
    for _, queue, body in queued:
        sim.enqueue(queue, body)
    sim.run()

    assert sim.tries() == {1: 1}
    assert only(sim).status is Status.DELIVERED


def test_a_delivery_that_is_reported_while_the_next_try_is_held_back_prevents_it(sim: SimWorld) -> None:
    """The carrier corrects itself after it has turned the next try away."""
    sim.accept([FIRST, "+15005550120"], **SMS)
    sim.run()
    sim.report(only(sim), Status.UNDELIVERED)
    work_on(sim, "receipts")
    work_on(sim, "chunks")
    assert only(sim).status is Status.QUEUED
    sim.report(only(sim), Status.DELIVERED, attempt=1)
    work_on(sim, "receipts")

    sim.run()

    assert sim.tries() == {1: 1}
    assert only(sim).status is Status.DELIVERED


def test_a_delivery_that_is_reported_between_two_groups_prevents_the_next_try(sim: SimWorld) -> None:
    sim.group_size = 1
    sim.accept(FIRST, [FIRST, SECOND], **SMS)
    sim.run()
    first, second = sim.made()
    sim.report(second, Status.UNDELIVERED)
    work_on(sim, "receipts")
    sim.report(first, Status.DELIVERED)
    # The chunk's task: nothing of the first waits, so the second is the first group.
    look_up = sim.app.table.get_many
    told: list[Message] = []

    def get_many(keys: Any) -> Any:
        if not told and any(key.sk == "OPERATION" for key in keys):
            told.append(second)
            sim.report(second, Status.DELIVERED, attempt=1)
            while sim.waiting() and sim.waiting()[0][1] == "receipts":
                sim.work(*sim.take())
        return look_up(keys)

    sim.app.table.get_many = get_many  # type: ignore[method-assign]
    sim.run()

    assert sim.tries() == {1: 2}
    assert [message.status for message in sim.made()] == [Status.DELIVERED] * 2


def test_a_failure_receipt_that_is_early_leads_to_the_next_route_too(sim: SimWorld) -> None:
    """The carrier reports before we have written that it took the message."""

    def report(message: OutboundMessage) -> None:
        if message.attempt == 1:
            early = only(sim).model_copy(update={"id": message.message_id})
            sim.report(early, Status.UNDELIVERED, attempt=1, error=30003)
            queue, body = next((q, b) for _, q, b in sim.waiting() if q == "receipts")
            sim.clear_queues()
            sim.work(queue, body)

    sim.carrier.while_sending = report
    sim.accept([FIRST, SECOND], **SMS)
    sim.run()

    assert sim.tries() == {1: 1, 2: 1}
    assert (only(sim).status, errors(only(sim))) == (Status.DELIVERED, [30003, None])


def test_what_was_sent_and_failed_is_not_canceled(sim: SimWorld) -> None:
    operation = sim.accept([FIRST, SECOND], FIRST, "+15005550120", **SMS)
    sim.work(*sim.take())
    first = sim.made()[0]
    sim.control(cancel, operation)
    sim.report(first, Status.UNDELIVERED, error=30003)
    sim.run()

    found = [(message.status, message.error) for message in sim.made()]
    assert found == [(Status.UNDELIVERED, 30003), (Status.SENT, None), (Status.CANCELED, None)]
    assert sim.stats(operation)[0] is OperationStatus.CANCELED


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize("which", ["receipts", "chunks"])
def test_whoever_sends_again_may_die_at_any_call(
    world: World, faults: Faults, when: When, which: str
) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        operation = sim.accept([FIRST, SECOND], **SMS)
        sim.run()
        sim.report(only(sim), Status.UNDELIVERED, error=30003)
        if which == "chunks":
            work_on(sim, "receipts")
        died = sim.work_and_die(Death(call, when))
        sim.run()

        assert max(sim.tries().values()) == 1
        message = only(sim)
        # SENT: the sandbox died before it had sent its receipts.
        assert message.status in (Status.DELIVERED, Status.SENT) or message.error == problems.UNCONFIRMED.code
        assert sim.stats(operation)[0] is OperationStatus.COMPLETED
        if not died:
            assert message.status is Status.DELIVERED
            break
    assert call >= 2


# --------------------------------------------------------- after an unknown outcome


@pytest.fixture
def repeating(sim: SimWorld) -> SimWorld:
    """A world whose account wants messages with an unknown outcome sent again."""
    assert accounts.set_after_unknown(sim.app.table, sim.account, AfterUnknown.SEND_AGAIN, sim.now)
    return sim


def test_an_unknown_outcome_is_sent_again_where_the_account_wants_it(repeating: SimWorld) -> None:
    sim = repeating
    operation = sim.accept("+15005550150", SECOND)
    sim.run(until=sim.now + timedelta(minutes=14))
    assert sim.tries() == {1: 2}

    sim.run()

    unknown, other = sim.made()
    assert errors(unknown) == [problems.UNCONFIRMED.code] * 3
    assert (unknown.status, unknown.error) == (Status.FAILED, problems.UNCONFIRMED.code)
    assert other.status is Status.DELIVERED
    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


def test_a_receipt_in_time_prevents_the_second_try(repeating: SimWorld) -> None:
    repeating.accept("+15005550151")
    repeating.run()

    assert repeating.tries() == {1: 1}
    assert only(repeating).status is Status.DELIVERED


def test_a_person_of_a_group_is_sent_to_once_more(repeating: SimWorld) -> None:
    people = [{"address": number, "channel": "PHONE"} for number in (SECOND, "+15005550150")]
    operation = repeating.accept({"group": {"addresses": people}})
    repeating.run()

    numbers = [message.to.address for message, _ in repeating.carrier.sent]
    assert sorted(numbers) == sorted([SECOND, "+15005550150", "+15005550150"])
    assert repeating.stats(operation)[0] is OperationStatus.COMPLETED


@pytest.mark.parametrize("when", WHENS)
def test_the_worker_that_reopens_a_message_may_die_at_any_call(
    world: World, faults: Faults, when: When
) -> None:
    for call in count():
        world.clear()
        sim = SimWorld(world, faults)
        accounts.set_after_unknown(sim.app.table, sim.account, AfterUnknown.SEND_AGAIN, sim.now)
        operation = sim.accept("+15005550150")
        sim.work(*sim.take())
        died = sim.work_and_die(Death(call, when))
        sim.run()

        assert errors(only(sim)) == [problems.UNCONFIRMED.code] * 3
        assert sim.tries() == {1: 1, 2: 1, 3: 1}
        assert sim.stats(operation)[0] is OperationStatus.COMPLETED
        if not died:
            break
    assert call >= 4


# ------------------------------------------------------------------ stopped senders


class Dead:
    """A carrier to which the senders of SMS are unknown, or one of them."""

    name = "sandbox"

    def __init__(self, sim: SimWorld, address: str | None = None) -> None:
        self._carrier, self._address = sim.carrier, address
        self.refused = 0
        # With which code it refuses the first recipient, before it says that it knows no such sender.
        self.refuses_first: int | None = None

    def send(self, message: OutboundMessage) -> Outcome:
        sender = message.sender
        if sender.channel is SenderChannel.SMS and self._address in (None, sender.address):
            self.refused += 1
            if self.refused == 1 and self.refuses_first:
                return Rejected(self.refuses_first)
            return Stopped(problems.INVALID_SENDER.code)
        return self._carrier.send(message)

    def flush(self) -> None:
        self._carrier.flush()


def test_a_sender_that_cannot_send_is_asked_no_more(sim: SimWorld) -> None:
    dead = Dead(sim)
    sim.app = replace(sim.app, carrier=dead)
    operation = sim.accept(*[SECOND] * 300, **SMS)
    sim.run()

    assert dead.refused <= 25  # one group: no more calls for the other 275
    assert {(each.status, each.error) for each in sim.made()} == {
        (Status.FAILED, problems.INVALID_SENDER.code)
    }
    status, stats = sim.stats(operation)
    assert (status, stats.failed) == (OperationStatus.COMPLETED, 300)


def test_another_channel_s_sender_takes_over_from_one_that_cannot_send(sim: SimWorld) -> None:
    sim.app = replace(sim.app, carrier=Dead(sim))
    people: list[dict[str, Any]] = [
        {"addresses": [{"address": SECOND, "channel": channel} for channel in ("PHONE", "WHATSAPP")]}
    ] * 3
    sim.accept(*people)
    sim.run()

    assert [message.status for message in sim.made()] == [Status.DELIVERED] * 3
    assert all(isinstance(outcome, Accepted) for _, outcome in sim.carrier.sent)


def test_another_sender_of_the_pool_takes_over_from_one_that_cannot_send(sim: SimWorld) -> None:
    dead = Dead(sim, "+12065550111")
    sim.app = replace(sim.app, carrier=dead)
    ids = [add_sender(sim, f"+120655501{number}") for number in (11, 12, 13)]
    pool = a_pool(sim, ids)
    people = [f"+1206555{number:04}" for number in range(100, 190)]
    operation = sim.accept(*people, **{"from": {"senderPoolId": pool}})
    sim.run()

    assert {message.status for message in sim.made()} == {Status.DELIVERED}
    assert 0 < dead.refused <= 25
    assert {message.sender.sender_id for message in sim.made()} == set(ids[1:])
    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


def test_a_later_worker_goes_on_from_the_sender_that_takes_over(sim: SimWorld) -> None:
    """It has the sender's failures from the table only."""
    sim.app = replace(sim.app, carrier=Dead(sim, "+12065550111"))
    dead, slow = add_sender(sim, "+12065550111"), add_sender(sim, "+12065550112", parts_per_second=1)
    # The pool divides them: all but surely one of so many has the dead sender first.
    people = [f"+1206555{number:04}" for number in range(100, 130)]
    sim.accept(*people, **{"from": {"senderPoolId": a_pool(sim, [dead, slow])}})
    sim.run()

    assert {message.status for message in sim.made()} == {Status.DELIVERED}
    tried = [[attempt.sender.sender_id for attempt in message.attempts] for message in sim.made()]
    assert [dead, slow] in tried


def test_a_sender_whose_owner_cannot_be_read_takes_over_a_little_later(sim: SimWorld) -> None:
    dead = Dead(sim, "+12065550111")
    sim.app = replace(sim.app, carrier=dead)
    ids = [add_sender(sim, f"+120655501{number}") for number in (11, 12)]
    make, failures = sim.simulated.making, iter(("InternalServerError",))

    def making(operation: str, call: Callable[[], Any]) -> Any:
        if operation == "BatchGetItem" and dead.refused and (code := next(failures, None)):
            raise error(code, operation)
        return make(operation, call)

    sim.simulated.making = making
    pool = a_pool(sim, ids)
    # Until one has the sender that cannot send: alone, so that the worker has not read the next one yet.
    for number in range(100, 120):
        if not dead.refused:
            sim.accept(f"+1206555{number:04}", **{"from": {"senderPoolId": pool}})
            sim.run()

    assert next(failures, None) is None
    assert {message.status for message in sim.made()} == {Status.DELIVERED}
    assert {message.sender.sender_id for message in sim.made()} == {ids[1]}


def test_a_refused_recipient_is_not_tried_from_another_number_of_the_pool(sim: SimWorld) -> None:
    ids = [add_sender(sim, f"+120655501{number}") for number in (11, 12, 13)]
    pool = a_pool(sim, ids)
    sim.accept(*["+15005550110"] * 20, **{"from": {"senderPoolId": pool}})
    sim.run()

    assert {(each.status, each.error) for each in sim.made()} == {(Status.FAILED, 21610)}
    assert len(sim.carrier.sent) == 20


def test_a_recipient_refused_before_the_sender_was_stopped_is_not_tried_from_another(sim: SimWorld) -> None:
    sim.group_size = 1
    refusing = Dead(sim, "+12065550111")
    sim.app = replace(sim.app, carrier=refusing)
    ids = [add_sender(sim, f"+120655501{number}") for number in (11, 12)]
    pool = a_pool(sim, ids)
    refusing.refuses_first = 21610
    people = [f"+1206555{number:04}" for number in range(100, 130)]
    sim.accept(*people, **{"from": {"senderPoolId": pool}})
    sim.run()

    failed = [message for message in sim.made() if message.status is Status.FAILED]
    assert [errors(message) for message in failed] == [[21610]]
    assert refusing.refused == 2


def test_an_unknown_try_from_a_sender_in_another_s_place_has_still_a_route(sim: SimWorld) -> None:
    dead = Dead(sim, "+12065550111")
    sim.app = replace(sim.app, carrier=dead)
    sms = [add_sender(sim, f"+120655501{number}") for number in (11, 12)]
    people = [
        {
            "addresses": [
                {"address": "+15005550150", "channel": "PHONE"},
                {"address": SECOND, "channel": "WHATSAPP"},
            ]
        }
    ] * 4
    whatsapp = next(
        sender.id
        for sender in senders.of_account(sim.app.table, sim.account)
        if sender.channel is SenderChannel.WHATSAPP
    )
    sim.accept(*people, **{"from": {"senderPoolId": a_pool(sim, [*sms, whatsapp])}})
    sim.work(*sim.take())
    unknown = [message for message in sim.made() if message.phase is Phase.UNKNOWN]
    for message in unknown:
        sim.report(message, Status.UNDELIVERED, error=30003)
    sim.run()

    assert len(unknown) == 4
    assert {message.status for message in sim.made()} == {Status.DELIVERED}


def test_a_group_is_not_handed_to_a_sender_that_cannot_send(sim: SimWorld) -> None:
    dead = Dead(sim)
    sim.app = replace(sim.app, carrier=dead)
    people = [{"address": f"+1206555{place:04}", "channel": "PHONE"} for place in range(8)]
    sim.accept({"group": {"addresses": people}}, **SMS)
    sim.run()

    assert dead.refused == 1
    assert {person.error for person in receipts.of(sim.app.table, sim.made())} == {
        problems.INVALID_SENDER.code
    }


def test_an_unknown_outcome_is_no_failure(sim: SimWorld) -> None:
    """The carrier gave up waiting for an answer: who may have got it is not sent to again."""
    sim.accept([FIRST, SECOND], **SMS)
    sim.run()
    sim.report(only(sim), Status.UNDELIVERED, error=30008, is_certain=False)
    sim.run()

    assert sim.tries() == {1: 1}
    assert (only(sim).status, only(sim).error) == (Status.UNDELIVERED, 30008)


def test_routes_that_take_long_are_left_to_the_next_worker(sim: SimWorld) -> None:
    """A worker whose time runs out between two routes has recorded what refused."""
    sim.carrier.while_sending = lambda message: sim.pass_time(30)
    operation = sim.accept(["+15005550110", "+15005550111", SECOND], **SMS)
    sim.work(*sim.take())
    tried = sim.made()[0].attempts

    sim.run()

    assert 0 < len(tried) < 3
    assert [attempt.error for attempt in only(sim).attempts] == [21610, 21408, None]
    assert sim.stats(operation)[0] is OperationStatus.COMPLETED


def test_a_paused_operation_sends_nothing_again(sim: SimWorld) -> None:
    operation = sim.accept([FIRST, SECOND], *["+15005550120"] * 2, **SMS)
    sim.work(*sim.take())
    sim.control(pause, operation)
    sim.report(sim.made()[0], Status.UNDELIVERED)
    sim.run()
    assert sim.tries() == {1: 1}

    sim.control(resume, operation)
    sim.run()
    assert [message.status for message in sim.made()] == [Status.DELIVERED] * 3
    assert json.loads(json.dumps(sim.tries())) == {"1": 3, "2": 1}
