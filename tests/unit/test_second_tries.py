"""When a message is sent once more: by another route after a failure, or as an account wants it."""

import json
from collections.abc import Sequence
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
from tests.sim.steps import Timeline
from tests.world import World

pytestmark = pytest.mark.simulated

SMS = {"from": {"address": "+15005550006", "channel": "SMS"}}
FIRST, SECOND = "+15005550140", "+12065550100"  # accepted and no receipt; delivered
WHENS: tuple[When, ...] = ("before", "after")


def only(timeline: Timeline) -> Message:
    [message] = timeline.messages()
    return message


def work_on(timeline: Timeline, queue: str) -> None:
    """Work on what is next on a queue, and on what comes before it."""
    while True:
        taken, body = timeline.take()
        timeline.work(taken, body)
        if taken == queue:
            return


def a_pool(timeline: Timeline, sender_ids: Sequence[str]) -> str:
    new = NewSenderPool.model_validate({"senders": [{"senderId": each} for each in sender_ids]})
    return pools.create(timeline.app, timeline.account, new).sender_pool_id


def errors(message: Message) -> Sequence[int | None]:
    return [attempt.error for attempt in message.attempts]


# ------------------------------------------------------------- after a failure receipt


def test_a_failure_receipt_leads_to_the_next_route(timeline: Timeline) -> None:
    operation = timeline.accept([FIRST, SECOND], **SMS)
    timeline.run()
    assert only(timeline).status is Status.SENT

    timeline.report(only(timeline), Status.UNDELIVERED, error=30003)
    timeline.run()

    message = only(timeline)
    assert [attempt.to.address for attempt in message.attempts] == [FIRST, SECOND]
    assert (message.status, message.error, errors(message)) == (Status.DELIVERED, None, [30003, None])
    status, stats = timeline.stats(operation)
    assert (status, stats.delivered, stats.attempts, stats.total) == (OperationStatus.COMPLETED, 1, 2, 1)


def test_the_last_route_s_failure_is_the_message_s(timeline: Timeline) -> None:
    operation = timeline.accept([FIRST, "+15005550101"], **SMS)
    timeline.run()
    timeline.report(only(timeline), Status.UNDELIVERED, error=30005)
    timeline.run()

    message = only(timeline)
    assert (message.status, message.error, errors(message)) == (Status.UNDELIVERED, 30003, [30005, None])
    assert timeline.stats(operation)[1].undelivered == 1


def test_a_number_that_is_there_twice_is_not_tried_again(timeline: Timeline) -> None:
    operation = timeline.accept([FIRST, FIRST], **SMS)
    timeline.run()

    timeline.report(only(timeline), Status.UNDELIVERED, error=30003)
    work_on(timeline, "receipts")

    message = only(timeline)
    assert (message.status, message.error, len(message.attempts)) == (Status.UNDELIVERED, 30003, 1)
    assert timeline.waiting() == [], "nothing is to be tried"
    timeline.count()
    assert timeline.stats(operation)[1].undelivered == 1


def test_a_failure_receipt_that_is_repeated_sends_once(timeline: Timeline) -> None:
    timeline.accept([FIRST, FIRST.replace("5555", "5555"), SECOND], **SMS)
    timeline.run()
    for _ in range(3):
        timeline.report(only(timeline), Status.UNDELIVERED, attempt=1)
    timeline.run()
    timeline.report(only(timeline), Status.UNDELIVERED, attempt=1)
    timeline.run()

    assert timeline.tries() == {1: 1, 2: 1}


def test_that_it_was_sent_says_nothing_once_it_has_failed(timeline: Timeline) -> None:
    """The receipts of one try in the wrong order, while the next one waits."""
    timeline.accept([FIRST, "+15005550120"], **SMS)
    timeline.run()
    timeline.report(only(timeline), Status.UNDELIVERED)
    work_on(timeline, "receipts")
    work_on(timeline, "chunks")
    timeline.report(only(timeline), Status.SENT, attempt=1)
    work_on(timeline, "receipts")
    assert only(timeline).status is Status.QUEUED

    timeline.run()

    assert timeline.tries() == {1: 1, 2: 1}
    assert only(timeline).status is Status.DELIVERED


def test_a_delivery_that_is_reported_before_the_next_try_prevents_it(timeline: Timeline) -> None:
    timeline.accept([FIRST, SECOND], **SMS)
    timeline.run()
    timeline.report(only(timeline), Status.UNDELIVERED)
    work_on(timeline, "receipts")
    assert only(timeline).status is Status.QUEUED
    timeline.report(only(timeline), Status.DELIVERED, attempt=1)
    queued = [each for each in timeline.waiting() if each[1] == "chunks"]
    timeline.clear_queues()
    timeline.report(only(timeline), Status.DELIVERED, attempt=1)
    work_on(timeline, "receipts")
    for _, queue, body in queued:
        timeline.put(queue, body)
    timeline.run()

    assert timeline.tries() == {1: 1}
    assert only(timeline).status is Status.DELIVERED


def test_a_delivery_that_is_reported_while_the_next_try_is_held_back_prevents_it(timeline: Timeline) -> None:
    """The carrier corrects itself after it has turned the next try away."""
    timeline.accept([FIRST, "+15005550120"], **SMS)
    timeline.run()
    timeline.report(only(timeline), Status.UNDELIVERED)
    work_on(timeline, "receipts")
    work_on(timeline, "chunks")
    assert only(timeline).status is Status.QUEUED
    timeline.report(only(timeline), Status.DELIVERED, attempt=1)
    work_on(timeline, "receipts")

    timeline.run()

    assert timeline.tries() == {1: 1}
    assert only(timeline).status is Status.DELIVERED


def test_a_delivery_that_is_reported_between_two_groups_prevents_the_next_try(timeline: Timeline) -> None:
    timeline.group_size = 1
    timeline.accept(FIRST, [FIRST, SECOND], **SMS)
    timeline.run()
    first, second = timeline.messages()
    timeline.report(second, Status.UNDELIVERED)
    work_on(timeline, "receipts")
    timeline.report(first, Status.DELIVERED)
    # The chunk's task: nothing of the first waits, so the second is the first group.
    look_up = timeline.app.table.get_many
    told: list[Message] = []

    def get_many(keys: Any) -> Any:
        if not told and any(key.sk == "OPERATION" for key in keys):
            told.append(second)
            timeline.report(second, Status.DELIVERED, attempt=1)
            while timeline.waiting() and timeline.waiting()[0][1] == "receipts":
                timeline.work(*timeline.take())
        return look_up(keys)

    timeline.app.table.get_many = get_many  # type: ignore[method-assign]
    timeline.run()

    assert timeline.tries() == {1: 2}
    assert [message.status for message in timeline.messages()] == [Status.DELIVERED] * 2


def test_a_failure_receipt_that_is_early_leads_to_the_next_route_too(timeline: Timeline) -> None:
    """The carrier reports before we have written that it took the message."""

    def report(message: OutboundMessage) -> None:
        if message.attempt == 1:
            early = only(timeline).model_copy(update={"id": message.message_id})
            timeline.report(early, Status.UNDELIVERED, attempt=1, error=30003)
            queue, body = next((q, b) for _, q, b in timeline.waiting() if q == "receipts")
            timeline.clear_queues()
            timeline.work(queue, body)

    timeline.carrier.while_sending = report
    timeline.accept([FIRST, SECOND], **SMS)
    timeline.run()

    assert timeline.tries() == {1: 1, 2: 1}
    assert (only(timeline).status, errors(only(timeline))) == (Status.DELIVERED, [30003, None])


def test_what_was_sent_and_failed_is_not_canceled(timeline: Timeline) -> None:
    operation = timeline.accept([FIRST, SECOND], FIRST, "+15005550120", **SMS)
    timeline.work(*timeline.take())
    first = timeline.messages()[0]
    timeline.control(cancel, operation)
    timeline.report(first, Status.UNDELIVERED, error=30003)
    timeline.run()

    found = [(message.status, message.error) for message in timeline.messages()]
    assert found == [(Status.UNDELIVERED, 30003), (Status.SENT, None), (Status.CANCELED, None)]
    assert timeline.stats(operation)[0] is OperationStatus.CANCELED


@pytest.mark.parametrize("when", WHENS)
@pytest.mark.parametrize("which", ["receipts", "chunks"])
def test_whoever_sends_again_may_die_at_any_call(
    world: World, faults: Faults, when: When, which: str
) -> None:
    for call in count():
        world.clear()
        timeline = Timeline(world, faults)
        operation = timeline.accept([FIRST, SECOND], **SMS)
        timeline.run()
        timeline.report(only(timeline), Status.UNDELIVERED, error=30003)
        if which == "chunks":
            work_on(timeline, "receipts")
        died = timeline.work_and_die(Death(call, when))
        timeline.run()

        assert max(timeline.tries().values()) == 1
        message = only(timeline)
        # SENT: the sandbox died before it had sent its receipts.
        assert message.status in (Status.DELIVERED, Status.SENT) or message.error == problems.UNCONFIRMED.code
        assert timeline.stats(operation)[0] is OperationStatus.COMPLETED
        if not died:
            assert message.status is Status.DELIVERED
            break
    assert call >= 2


# --------------------------------------------------------- after an unknown outcome


@pytest.fixture
def repeating(timeline: Timeline) -> Timeline:
    """A timeline whose account wants messages with an unknown outcome sent again."""
    assert accounts.set_after_unknown(
        timeline.app.table, timeline.account, AfterUnknown.SEND_AGAIN, timeline.now
    )
    return timeline


def test_an_unknown_outcome_is_sent_again_where_the_account_wants_it(repeating: Timeline) -> None:
    timeline = repeating
    operation = timeline.accept("+15005550150", SECOND)
    timeline.run(until=timeline.now + timedelta(minutes=14))
    assert timeline.tries() == {1: 2}

    timeline.run()

    unknown, other = timeline.messages()
    assert errors(unknown) == [problems.UNCONFIRMED.code] * 3
    assert (unknown.status, unknown.error) == (Status.FAILED, problems.UNCONFIRMED.code)
    assert other.status is Status.DELIVERED
    assert timeline.stats(operation)[0] is OperationStatus.COMPLETED


def test_a_receipt_in_time_prevents_the_second_try(repeating: Timeline) -> None:
    repeating.accept("+15005550151")
    repeating.run()

    assert repeating.tries() == {1: 1}
    assert only(repeating).status is Status.DELIVERED


def test_a_person_of_a_group_is_sent_to_once_more(repeating: Timeline) -> None:
    people = [{"address": number, "channel": "PHONE"} for number in (SECOND, "+15005550150")]
    operation = repeating.accept({"group": {"addresses": people}})
    repeating.run()

    numbers = [message.to.address for message, _ in repeating.carrier.sent]
    assert sorted(numbers) == sorted([SECOND, "+15005550150", "+15005550150"])
    assert repeating.stats(operation)[0] is OperationStatus.COMPLETED


@pytest.mark.parametrize("when", WHENS)
def test_whoever_decides_to_send_again_may_die_at_any_call(world: World, faults: Faults, when: When) -> None:
    for call in count():
        world.clear()
        timeline = Timeline(world, faults)
        accounts.set_after_unknown(
            timeline.app.table, timeline.account, AfterUnknown.SEND_AGAIN, timeline.now
        )
        operation = timeline.accept("+15005550150")
        timeline.work(*timeline.take())
        died = timeline.work_and_die(Death(call, when))
        timeline.run()

        assert errors(only(timeline)) == [problems.UNCONFIRMED.code] * 3
        assert timeline.tries() == {1: 1, 2: 1, 3: 1}
        assert timeline.stats(operation)[0] is OperationStatus.COMPLETED
        if not died:
            break
    assert call >= 4


# ------------------------------------------------------------------ stopped senders


class Dead:
    """A carrier to which the senders of SMS are unknown, or one of them."""

    name = "sandbox"

    def __init__(self, timeline: Timeline, address: str | None = None) -> None:
        self._carrier, self._address = timeline.carrier, address
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


def test_a_sender_that_cannot_send_is_asked_no_more(timeline: Timeline) -> None:
    dead = Dead(timeline)
    timeline.app = replace(timeline.app, carrier=dead)
    operation = timeline.accept(*[SECOND] * 300, **SMS)
    timeline.run()

    assert dead.refused <= 25  # one group: no more calls for the other 275
    assert {(each.status, each.error) for each in timeline.messages()} == {
        (Status.FAILED, problems.INVALID_SENDER.code)
    }
    status, stats = timeline.stats(operation)
    assert (status, stats.failed) == (OperationStatus.COMPLETED, 300)


def test_another_channel_s_sender_takes_over_from_one_that_cannot_send(timeline: Timeline) -> None:
    timeline.app = replace(timeline.app, carrier=Dead(timeline))
    people: list[dict[str, Any]] = [
        {"addresses": [{"address": SECOND, "channel": channel} for channel in ("PHONE", "WHATSAPP")]}
    ] * 3
    timeline.accept(*people)
    timeline.run()

    assert [message.status for message in timeline.messages()] == [Status.DELIVERED] * 3
    assert all(isinstance(outcome, Accepted) for _, outcome in timeline.carrier.sent)


def test_another_sender_of_the_pool_takes_over_from_one_that_cannot_send(timeline: Timeline) -> None:
    dead = Dead(timeline, "+12065550111")
    timeline.app = replace(timeline.app, carrier=dead)
    ids = [add_sender(timeline, f"+120655501{number}") for number in (11, 12, 13)]
    pool = a_pool(timeline, ids)
    people = [f"+1206555{number:04}" for number in range(100, 190)]
    operation = timeline.accept(*people, **{"from": {"senderPoolId": pool}})
    timeline.run()

    assert {message.status for message in timeline.messages()} == {Status.DELIVERED}
    assert 0 < dead.refused <= 25
    assert {message.sender.sender_id for message in timeline.messages()} == set(ids[1:])
    assert timeline.stats(operation)[0] is OperationStatus.COMPLETED


def test_who_was_refused_is_not_tried_from_another_number_of_the_pool(timeline: Timeline) -> None:
    ids = [add_sender(timeline, f"+120655501{number}") for number in (11, 12, 13)]
    pool = a_pool(timeline, ids)
    timeline.accept(*["+15005550110"] * 20, **{"from": {"senderPoolId": pool}})
    timeline.run()

    assert {(each.status, each.error) for each in timeline.messages()} == {(Status.FAILED, 21610)}
    assert len(timeline.carrier.sent) == 20


def test_who_was_refused_before_the_sender_was_stopped_is_not_tried_from_another(timeline: Timeline) -> None:
    timeline.group_size = 1
    refusing = Dead(timeline, "+12065550111")
    timeline.app = replace(timeline.app, carrier=refusing)
    ids = [add_sender(timeline, f"+120655501{number}") for number in (11, 12)]
    pool = a_pool(timeline, ids)
    refusing.refuses_first = 21610
    people = [f"+1206555{number:04}" for number in range(100, 130)]
    timeline.accept(*people, **{"from": {"senderPoolId": pool}})
    timeline.run()

    failed = [message for message in timeline.messages() if message.status is Status.FAILED]
    assert [errors(message) for message in failed] == [[21610]]
    assert refusing.refused == 2


def test_an_unknown_try_from_a_sender_in_another_s_place_has_still_a_route(timeline: Timeline) -> None:
    dead = Dead(timeline, "+12065550111")
    timeline.app = replace(timeline.app, carrier=dead)
    sms = [add_sender(timeline, f"+120655501{number}") for number in (11, 12)]
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
        for sender in senders.of_account(timeline.app.table, timeline.account)
        if sender.channel is SenderChannel.WHATSAPP
    )
    timeline.accept(*people, **{"from": {"senderPoolId": a_pool(timeline, [*sms, whatsapp])}})
    timeline.work(*timeline.take())
    unknown = [message for message in timeline.messages() if message.phase is Phase.UNKNOWN]
    for message in unknown:
        timeline.report(message, Status.UNDELIVERED, error=30003)
    timeline.run()

    assert len(unknown) == 4
    assert {message.status for message in timeline.messages()} == {Status.DELIVERED}


def test_a_group_is_not_handed_to_a_sender_that_cannot_send(timeline: Timeline) -> None:
    dead = Dead(timeline)
    timeline.app = replace(timeline.app, carrier=dead)
    people = [{"address": SECOND, "channel": "PHONE"}] * 8
    timeline.accept({"group": {"addresses": people}}, **SMS)
    timeline.run()

    assert dead.refused == 1
    assert {person.error for person in receipts.of(timeline.app.table, timeline.messages())} == {
        problems.INVALID_SENDER.code
    }


def test_that_nobody_knows_is_no_failure(timeline: Timeline) -> None:
    """The carrier gave up waiting for an answer: who may have got it is not sent to again."""
    timeline.accept([FIRST, SECOND], **SMS)
    timeline.run()
    timeline.report(only(timeline), Status.UNDELIVERED, error=30008, is_certain=False)
    timeline.run()

    assert timeline.tries() == {1: 1}
    assert (only(timeline).status, only(timeline).error) == (Status.UNDELIVERED, 30008)


def test_routes_that_take_long_are_left_to_the_next_worker(timeline: Timeline) -> None:
    """A worker whose time runs out between two routes has recorded what refused."""
    timeline.carrier.while_sending = lambda message: timeline.pass_time(30)
    operation = timeline.accept(["+15005550110", "+15005550111", SECOND], **SMS)
    timeline.work(*timeline.take())
    tried = timeline.messages()[0].attempts

    timeline.run()

    assert 0 < len(tried) < 3
    assert [attempt.error for attempt in only(timeline).attempts] == [21610, 21408, None]
    assert timeline.stats(operation)[0] is OperationStatus.COMPLETED


def test_a_paused_operation_sends_nothing_again(timeline: Timeline) -> None:
    operation = timeline.accept([FIRST, SECOND], *["+15005550120"] * 2, **SMS)
    timeline.work(*timeline.take())
    timeline.control(pause, operation)
    timeline.report(timeline.messages()[0], Status.UNDELIVERED)
    timeline.run()
    assert timeline.tries() == {1: 1}

    timeline.control(resume, operation)
    timeline.run()
    assert [message.status for message in timeline.messages()] == [Status.DELIVERED] * 3
    assert json.loads(json.dumps(timeline.tries())) == {"1": 3, "2": 1}
