"""The rate of a sender over 10,000 messages, with every worker that the template allows."""

from collections.abc import Iterator

import pytest

from tests.journeys.journeys import SMS, person
from tests.sim.plans import Calm
from tests.sim.service import Service, installed

MESSAGES = 3_000


@pytest.fixture(autouse=True)
def in_virtual_time() -> Iterator[None]:
    with installed(chunk_size=100, group_size=25):
        yield


def set_rate(service: Service, account: str, parts_per_second: int) -> None:
    """Let the account's sender of SMS have a rate."""
    found = service.request("GET", "/Senders", account).body["senders"]
    [sender_id] = [sender["id"] for sender in found if sender["channel"] == "SMS"]
    answer = service.request("PATCH", f"/Senders/{sender_id}", account, {"partsPerSecond": parts_per_second})
    assert answer.status == 202


def send(service: Service, account: str, recipients: int, mark: str) -> None:
    to = [person(place) for place in range(recipients)]
    assert service.send(account, to, mark=mark, **SMS)


def times_of(service: Service, account: str) -> list[float]:
    """When the carrier was given each message of an account, in virtual seconds."""
    tries = [each for some in service.carrier.handed_over.values() for each in some]
    return sorted(each.began for each in tries if each.message.account == account)


def test_thousands_of_messages_go_out_at_their_sender_s_rate() -> None:
    service, rate = Service(1, Calm({})), 50
    service.begin()
    account = service.accounts[0]

    def client() -> None:
        set_rate(service, account, rate)
        send(service, account, MESSAGES, "paced")

    service.act("client", client)
    service.run()

    times = times_of(service, account)
    assert len(times) == MESSAGES
    assert (MESSAGES - rate) / (times[-1] - times[0]) == pytest.approx(rate, rel=0.02)
    # What is ahead of the rate is a second's messages at most, over any time.
    for some in (10, 100, 1_000):
        ahead = [count_in(times, at, some) - rate * some for at in times[:: rate * 5]]
        assert max(ahead) <= 2 * rate
    assert service.failures == []


def test_a_large_operation_does_not_hold_up_another_account_s() -> None:
    service = Service(1, Calm({}))
    service.begin()
    large, small = service.accounts[:2]

    def client() -> None:
        set_rate(service, large, 20)
        set_rate(service, small, 20)
        send(service, large, 2_000, "large")
        send(service, small, 400, "small")

    service.act("client", client)
    service.run()

    times = times_of(service, small)
    # A chunk waits for its next slot in whole seconds, also for the last one.
    assert times[-1] - times[0] == pytest.approx((400 - 20) / 20, abs=2)
    assert times[-1] - times_of(service, large)[0] < 400 / 20 + 5
    assert len(times_of(service, large)) == 2_000


def test_two_operations_of_one_sender_share_its_rate() -> None:
    service, rate = Service(1, Calm({})), 50
    service.begin()
    account = service.accounts[0]

    def client() -> None:
        set_rate(service, account, rate)
        send(service, account, 1_000, "first")
        send(service, account, 1_000, "second")

    service.act("client", client)
    service.run()

    times = times_of(service, account)
    assert (2_000 - rate) / (times[-1] - times[0]) == pytest.approx(rate, rel=0.04)


def count_in(times: list[float], start: float, seconds: float) -> int:
    """How many of the times lie in a stretch of time."""
    return sum(start <= each < start + seconds for each in times)
