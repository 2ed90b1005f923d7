"""The outcomes of a group's hand-overs are recorded as they come, and each for itself."""

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event, Thread, current_thread, main_thread
from typing import Any

import pytest
from botocore.exceptions import ClientError

from herald.carriers import Accepted, OutboundMessage, Outcome, Rejected
from herald.model import problems
from herald.model.addresses import Sender, SenderChannel
from herald.model.message import Message
from herald.model.phase import Phase
from herald.model.status import Status
from herald.sending import record
from herald.sending.meter import Meter
from herald.sending.owned import Owned
from herald.sending.plans import Plan
from herald.sending.sessions import OpenSessions
from herald.store import chunks, receipts
from herald.store.chunks import Progress
from herald.store.table import Table, Unavailable
from herald.timing import GROUP_SIZE, OWNER_SECONDS
from tests.builders import group
from tests.sim.steps import SimWorld

pytestmark = pytest.mark.simulated

SILENT, SLOW, BROKEN = "+15005550140", "+15005550141", "+15005550142"
SECONDS = 10


class Scripted:
    """A carrier that does, for some numbers, what a test says."""

    def __init__(self, sim: SimWorld, **does: Callable[[], Outcome | None]) -> None:
        self.name = sim.carrier.name
        self._carrier = sim.carrier
        self._does = does

    def send(self, message: OutboundMessage) -> Outcome:
        does = self._does.get(f"n{message.to.address[-4:]}", lambda: None)
        return does() or self._carrier.send(message)

    def flush(self) -> None:
        self._carrier.flush()


def by_number(sim: SimWorld) -> dict[str, Message]:
    return {message.to.address: message for message in sim.made()}


def until(holds: Callable[[], bool]) -> bool:
    """Whether it holds within some seconds."""
    end = time.monotonic() + SECONDS
    while not (result := holds()) and time.monotonic() < end:
        Event().wait(0.002)
    return result


def test_a_slow_carrier_does_not_hold_up_the_outcomes_of_the_others(sim: SimWorld) -> None:
    known: list[bool] = []

    def answer_slowly() -> None:
        known.append(until(lambda: by_number(sim)[SILENT].status is Status.SENT))

    sim.app = replace(sim.app, carrier=Scripted(sim, n0141=answer_slowly))
    sim.accept(SLOW, SILENT)

    sim.work(*sim.take())

    assert known == [True]
    assert by_number(sim)[SLOW].status is Status.SENT


def test_a_slow_carrier_does_not_hold_up_the_other_people_of_a_group(sim: SimWorld) -> None:
    known: list[bool] = []

    def answer_slowly() -> None:
        known.append(until(lambda: [each.status for each in people(sim)] == [Status.SENT, Status.QUEUED]))

    sim.app = replace(sim.app, carrier=Scripted(sim, n0141=answer_slowly))
    sim.accept(group("0140", "0141"))

    sim.work(*sim.take())

    assert known == [True]
    assert [each.status for each in people(sim)] == [Status.SENT] * 2


def people(sim: SimWorld) -> list[Any]:
    return receipts.of(sim.app.table, sim.made())


def fail_in_threads(monkeypatch: pytest.MonkeyPatch, number: str) -> None:
    """Let the hand-over to a number meet an error in Herald."""
    open_routes = Plan.open_routes

    def fails(plan: Plan, *more: Any) -> Any:
        if plan.message and plan.message.to.address == number and current_thread() is not main_thread():
            raise TypeError("an error in Herald")
        return open_routes(plan, *more)

    monkeypatch.setattr(Plan, "open_routes", fails)


def test_an_error_of_one_hand_over_does_not_end_the_wait_for_the_others(
    sim: SimWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that is left alone stops with the invocation, and goes on in a later one."""
    counted: list[str] = []
    monkeypatch.setattr(record, "count", counted.append)

    def answer_slowly() -> None:
        Event().wait(0.2)

    sim.app = replace(sim.app, carrier=Scripted(sim, n0141=answer_slowly))
    sim.accept(BROKEN, SLOW)

    with monkeypatch.context() as patch:
        fail_in_threads(patch, BROKEN)
        sim.work(*sim.take())

    assert counted == ["OutcomeUnrecorded"]
    assert by_number(sim)[SLOW].status is Status.SENT
    assert by_number(sim)[BROKEN].phase is Phase.WAITING
    # The next worker cannot tell whether it was handed over.
    sim.work(*sim.take())
    assert by_number(sim)[BROKEN].phase is Phase.UNKNOWN
    assert [message.to.address for message, _ in sim.carrier.sent] == [SLOW]


def test_an_outcome_that_cannot_be_recorded_makes_no_other_unknown(sim: SimWorld) -> None:
    """DynamoDB takes no row whose key of an index is longer than 2,048 bytes."""
    sim.app = replace(sim.app, carrier=Scripted(sim, n0142=lambda: Accepted("x" * 2_048)))
    sim.accept(SILENT, BROKEN, SLOW)

    sim.work(*sim.take())

    assert by_number(sim)[BROKEN].phase is Phase.WAITING
    assert {by_number(sim)[number].status for number in (SILENT, SLOW)} == {Status.SENT}
    sim.run()
    assert (by_number(sim)[BROKEN].status, by_number(sim)[BROKEN].error) == (
        Status.FAILED,
        problems.UNCONFIRMED.code,
    )


def test_a_person_whose_outcome_cannot_be_recorded_makes_no_other_of_the_group_unknown(sim: SimWorld) -> None:
    sim.app = replace(sim.app, carrier=Scripted(sim, n0142=lambda: Accepted("x" * 2_048)))
    sim.accept(group("0140", "0142", "0141"))

    sim.work(*sim.take())
    assert [each.status for each in people(sim)] == [Status.SENT, Status.QUEUED, Status.SENT]
    sim.run()

    errors = [each.error for each in people(sim)]
    assert errors == [None, problems.UNCONFIRMED.code, None]


@pytest.mark.parametrize("threads", [0, 1, 2])
def test_without_a_further_thread_all_is_handed_over_and_nothing_left_behind(
    sim: SimWorld, monkeypatch: pytest.MonkeyPatch, threads: int
) -> None:
    """A pool puts work into its queue before it starts a thread: a later invocation would find it."""
    pool = ThreadPoolExecutor(max_workers=GROUP_SIZE, thread_name_prefix="few")
    numbers = [f"+150055501{number}" for number in range(40, 46)]
    sim.app = replace(sim.app, threads=pool)
    sim.accept(*numbers)
    start = Thread.start
    started: list[Thread] = []

    def start_some(thread: Thread) -> None:
        if thread.name.startswith("few"):
            if len(started) == threads:
                raise RuntimeError("can't start new thread")
            started.append(thread)
        start(thread)

    with monkeypatch.context() as patch:
        patch.setattr(Thread, "start", start_some)
        sim.work(*sim.take())

    assert {message.status for message in sim.made()} == {Status.SENT}
    pool.shutdown()
    assert sorted(message.to.address for message, _ in sim.carrier.sent) == numbers


def test_nothing_is_handed_over_when_what_came_before_took_too_long(
    sim: SimWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    sim.accept(SILENT)
    advance = chunks.advance

    def slowly(*given: Any, **more: Any) -> Any:
        sim.pass_time(45)
        return advance(*given, **more)

    with monkeypatch.context() as patch:
        patch.setattr(chunks, "advance", slowly)
        sim.work(*sim.take())

    assert sim.carrier.sent == []
    sim.run()
    assert [message.to.address for message, _ in sim.carrier.sent] == [SILENT]
    assert by_number(sim)[SILENT].status is Status.SENT


def test_a_search_item_that_cannot_be_written_makes_no_other_outcome_unknown(
    sim: SimWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The items of all second tries by one sender lie in one partition."""
    refused = Scripted(sim, n0142=lambda: Rejected(30003))
    sim.app = replace(sim.app, address_search=True, carrier=refused)
    sim.accept(SLOW, SILENT, [BROKEN, "+15005550143"])
    insert, made = Table.insert_missing, []

    def busy(table: Table, items: Iterable[Any], **more: Any) -> None:
        made.append(list(items))
        # The first are those of the rows.
        if len(made) > 1 and made[-1]:
            raise Unavailable("a hot partition")
        insert(table, made[-1], **more)

    with monkeypatch.context() as patch:
        patch.setattr(Table, "insert_missing", busy)
        sim.work(*sim.take())

    assert [len(items) for items in made[1:]] == [1]
    rows = by_number(sim)
    assert {rows[number].status for number in (SLOW, SILENT)} == {Status.SENT}
    assert {row.phase for row in rows.values()} == {Phase.HANDED_OVER, Phase.WAITING}


def test_groups_that_cannot_be_read_are_not_read_one_after_the_other(
    sim: SimWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each read of a busy table takes 7 s, and a function has 60."""
    sim.accept(*[group(f"01{number}", f"01{number + 30}") for number in range(60, 68)])
    read, reads = receipts.by_message, []

    def busy(table: Table, rows: Any) -> Any:
        reads.append(rows)
        if len(reads) > 1:
            raise Unavailable("busy")
        return read(table, rows)

    with monkeypatch.context() as patch:
        patch.setattr(receipts, "by_message", busy)
        sim.work(*sim.take())

    assert len(reads) < 5
    sim.run()
    assert {message.status for message in sim.made()} == {Status.GROUP}


def test_a_session_is_extended_once_at_most_and_holds_up_no_outcome(
    sim: SimWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[bool] = []

    def busy(table: Table, changes: Sequence[Any], *, goes_on: Callable[[], bool]) -> list[Any]:
        tried.append(goes_on())
        raise ClientError({"Error": {"Code": "ValidationException"}}, "BatchExecuteStatement")

    sessions = OpenSessions(sim.app.table, sim.account)
    monkeypatch.setattr(Table, "update_many", busy)

    sessions.extend([])

    assert tried == [False]


def test_a_person_of_a_group_that_is_left_is_settled_if_the_outcome_is_unknown(
    sim: SimWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One person was handed over, the carrier turned the other away, and then the limit has no room."""
    sim.accept(group("0150", "0120"))
    sim.work(*sim.take())
    assert [person.phase for person in people(sim)] == [Phase.UNKNOWN, Phase.WAITING]

    def refuse(meter: Meter, progress: Progress, places: frozenset[int], leave: Callable[..., None]) -> Any:
        for place in places:
            leave(meter._plans[place], problems.DAILY_LIMIT.code)
        return progress, frozenset()

    with monkeypatch.context() as patch:
        patch.setattr(Meter, "secure", refuse)
        sim.work(*sim.take())
        sim.run()

    assert [person.status for person in people(sim)] == [Status.FAILED] * 2
    assert [person.error for person in people(sim)] == [
        problems.UNCONFIRMED.code,
        problems.DAILY_LIMIT.code,
    ]


def test_the_owner_of_a_sender_is_read_again_after_some_seconds_and_not_before(sim: SimWorld) -> None:
    """A sender may be moved to another account while a worker sends from it."""
    sender = Sender(sender_id="comms_sender_1", address="+12065550199", channel=SenderChannel.SMS)
    owned = Owned(sim.app, sim.accept(SILENT))
    [key] = wanted = owned.to_look_up([sender])
    owned.learn(wanted, [])

    assert owned.to_look_up([sender]) == set()
    sim.pass_time(OWNER_SECONDS + 1)
    assert owned.to_look_up([sender]) == {key}
