"""What every carrier keeps."""

import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from herald.carriers import CARRIERS, Accepted, NotSent, OutboundMessage, Rejected, Stopped, Unknown
from herald.carriers.callback_keys import ReceiptKey
from herald.model import problems
from herald.model.delivery import Delivery
from herald.model.problems import Problem
from herald.telemetry import logger
from tests.unit.carriers import web_harnesses
from tests.unit.carriers.harnesses import HARNESSES as NEAR_AND_AWS
from tests.unit.carriers.harnesses import Behaviour, Harness
from tests.unit.carriers.messages import PERSON, message

HARNESSES = NEAR_AND_AWS | {"twilio": web_harnesses.twilio, "http": web_harnesses.http}
EXPECTED = {
    Behaviour.ACCEPT: Accepted,
    Behaviour.REFUSE: Rejected,
    Behaviour.STOP: Stopped,
    Behaviour.THROTTLE: NotSent,
    Behaviour.HANG: Unknown,
    Behaviour.DROP: Unknown,
    Behaviour.FAIL: Unknown,
}
KNOWN = {each.code for each in vars(problems).values() if isinstance(each, Problem)}


@pytest.fixture(params=HARNESSES)
def harness(request: pytest.FixtureRequest) -> Iterator[Harness]:
    with HARNESSES[request.param]() as harness:
        yield harness


def to(harness: Harness, number: str = PERSON, **changes: object) -> OutboundMessage:
    return message(number, harness.sender, **changes)


def key(sent: OutboundMessage) -> ReceiptKey:
    return ReceiptKey(sent.account, sent.message_id, sent.attempt, sent.person)


def test_every_carrier_has_a_harness() -> None:
    assert {name.split("/")[0] for name in HARNESSES} == CARRIERS.keys()


def test_only_the_sandbox_has_no_far_end() -> None:
    able = {}
    for name, make in HARNESSES.items():
        with make() as harness:
            able[name] = frozenset(harness.behaviours) == frozenset(Behaviour)

    assert able == {name: name != "sandbox" for name in HARNESSES}


@pytest.mark.parametrize("behaviour", Behaviour)
def test_each_outcome_is_told_and_is_one_post(harness: Harness, behaviour: Behaviour) -> None:
    if behaviour not in harness.behaviours:
        return
    harness.behave(PERSON, behaviour)
    sent = to(harness)

    outcome = harness.carrier.send(sent)
    harness.carrier.flush()

    assert isinstance(outcome, EXPECTED[behaviour]), outcome
    assert harness.posts(PERSON) == [key(sent)]
    match outcome:
        case Rejected(code) | Stopped(code):
            assert code in KNOWN
        case NotSent(retry_after):
            assert retry_after >= 1
        case Accepted(carrier_id):
            assert carrier_id


def test_a_message_to_a_port_without_a_listener_was_not_sent(harness: Harness) -> None:
    if Behaviour.DROP not in harness.behaviours:
        return

    outcome = harness.unreachable().send(to(harness))

    assert isinstance(outcome, NotSent)
    assert outcome.retry_after >= 1
    assert harness.posts(PERSON) == []


def test_the_key_tells_the_attempt_and_the_person(harness: Harness) -> None:
    sent = [to(harness, attempt=3), to(harness, person=7), to(harness, attempt=2, person=0)]

    outcomes = [harness.carrier.send(each) for each in sent]

    assert harness.posts(PERSON) == [key(each) for each in sent]
    assert len({outcome.carrier_id for outcome in outcomes if isinstance(outcome, Accepted)}) == 3


def test_many_threads_send_each_message_once(harness: Harness) -> None:
    number = [f"+1206555{place:04}" for place in range(100)]
    sent = [to(harness, each) for each in number]

    with ThreadPoolExecutor(max_workers=25) as pool:
        outcomes = list(pool.map(harness.carrier.send, sent))
    harness.carrier.flush()

    assert len({outcome.carrier_id for outcome in outcomes if isinstance(outcome, Accepted)}) == 100
    assert [harness.posts(each) for each in number] == [[key(each)] for each in sent]


def test_a_dry_run_reaches_no_person(harness: Harness) -> None:
    outcome = harness.carrier.send(to(harness, delivery=Delivery(dry_run=True)))

    assert isinstance(outcome, Accepted) or outcome == Rejected(problems.NO_DRY_RUN.code)
    assert harness.reached(PERSON) == 0


@pytest.mark.parametrize("behaviour", Behaviour)
def test_nothing_personal_is_logged(
    harness: Harness,
    behaviour: Behaviour,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if behaviour not in harness.behaviours:
        return
    # The logger's handlers hold the stream of when they were made.
    stream = io.StringIO()
    for handler in logger.handlers:
        monkeypatch.setattr(handler, "stream", stream)
    harness.behave(PERSON, behaviour)

    harness.carrier.send(to(harness, text="a secret of theirs"))
    logger.info("the end")

    printed = capsys.readouterr()
    said = stream.getvalue() + printed.out + printed.err
    assert "the end" in said
    assert PERSON.removeprefix("+") not in said
    assert "a secret of theirs" not in said
