"""The carrier of a stack: the right one for each message, made when it is needed."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from herald.carriers import Accepted, Carrier, NotSent, OutboundMessage, Outcome, Stopped, build
from herald.carriers.switch import Switch
from tests.unit.carriers.harnesses import surroundings
from tests.unit.carriers.messages import message


class Noted:
    def __init__(self, name: str) -> None:
        self.name = name
        self.flushed = 0

    def send(self, message: OutboundMessage) -> Outcome:
        return Accepted(self.name)

    def flush(self) -> None:
        self.flushed += 1


class Makers:
    def __init__(self, *names: str) -> None:
        self.made: list[Noted] = []
        self.fails: set[str] = set()
        self.asked = 0
        self.all: dict[str, Callable[[], Carrier]] = {name: self._maker(name) for name in names}

    def _maker(self, name: str) -> Callable[[], Carrier]:
        def make() -> Carrier:
            self.asked += 1
            if name in self.fails:
                raise KeyError(name)
            self.made.append(Noted(name))
            return self.made[-1]

        return make


@pytest.fixture
def makers() -> Makers:
    return Makers("sandbox", "aws", "twilio")


def test_a_message_goes_by_its_senders_carrier_else_by_the_stacks(makers: Makers) -> None:
    carrier = Switch("aws", makers.all)

    named = carrier.send(message(carrier="twilio"))

    assert named == Accepted("twilio")
    assert [each.name for each in makers.made] == ["twilio"]
    assert carrier.send(message()) == Accepted("aws")
    assert carrier.send(message(carrier="aws")) == Accepted("aws")
    assert [each.name for each in makers.made] == ["twilio", "aws"]


def test_all_that_were_made_are_flushed(makers: Makers) -> None:
    carrier = Switch("aws", makers.all)
    carrier.flush()
    carrier.send(message())
    carrier.send(message(carrier="twilio"))

    carrier.flush()

    assert [each.flushed for each in makers.made] == [1, 1]


def test_threads_make_a_carrier_once(makers: Makers) -> None:
    carrier = Switch("aws", makers.all)

    with ThreadPoolExecutor(max_workers=25) as pool:
        outcomes = list(pool.map(carrier.send, [message() for _ in range(100)]))

    assert outcomes == [Accepted("aws")] * 100
    assert makers.asked == 1


def test_what_is_not_enabled_stops_its_sender(makers: Makers) -> None:
    assert Switch("aws", makers.all).send(message(carrier="http")) == Stopped(99007)
    assert makers.asked == 0


def test_a_carrier_that_cannot_be_made_sends_nothing_and_is_tried_again(
    makers: Makers, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000.0]
    monkeypatch.setattr("herald.carriers.switch.time.time", lambda: now[0])
    makers.fails = {"aws"}
    carrier = Switch("aws", makers.all)

    assert [carrier.send(message()) for _ in range(3)] == [NotSent(30)] * 3
    # Nor is it tried for each message.
    assert makers.asked == 1
    now[0] += 31
    makers.fails = set()
    assert carrier.send(message()) == Accepted("aws")


def test_a_stack_has_what_it_names_and_no_more() -> None:
    carrier = build("sandbox", {"sandbox", "http"}, surroundings(carrier_secret=lambda _: {}))

    assert carrier.send(message(carrier="twilio")) == Stopped(99007)
    # Enabled, but not set up.
    assert carrier.send(message(carrier="http")) == NotSent(30)
