"""Journeys through what accounts may have: pools, quiet hours, answers by call, moves of senders, prices."""

from typing import Any, Final

from herald.model.status import Status
from tests.journeys.journeys import (
    LATE,
    SMS,
    Journey,
    control,
    group,
    insist,
    number,
    person,
    simple,
    write,
)
from tests.sim import carrier
from tests.sim.carrier import Fate
from tests.sim.recipients import TOKYO, Address
from tests.sim.service import (
    PACED,
    POOL_NUMBERS,
    POOLED,
    PRICE,
    SENDS_AGAIN,
    START_AGAIN,
    STOP,
    Service,
    after,
)
from tests.sim.weather import Weather

_HOUR: Final = 3_600.0
_OPENS, _CLOSES = 8, 21


def _kept_sender(service: Service) -> None:
    """People keep the sender of a pool from request to request, and get that which they write to."""
    account = service.accounts[POOLED]
    pool: dict[str, Any] = {"from": {"senderPoolId": service.pool}}
    to = [person(place) for place in range(6)]
    service.send(account, to, mark="first", **pool)
    service.sleep(60)
    for place, sender in enumerate(POOL_NUMBERS):
        write(service, account, place, f"to {sender}", to=sender)
    # What a person wrote before that to another sender comes later.
    service.sleep(2)
    write(service, account, 2, "earlier", late=40, to=POOL_NUMBERS[0])
    service.sleep(60)
    service.send(account, [*to, person(6)], mark="second", **pool)
    # Conversations are over after a day of silence: then whoever has none gets what chance says.
    service.sleep(25 * _HOUR)
    service.send(account, to, mark="third", **pool)


def _silence(service: Service) -> None:
    """A session is over after a day without a message, and another one begins."""
    account = service.accounts[0]
    write(service, account, 0, "first")
    service.sleep(20)
    service.send(account, [person(0), person(1)], mark="in-it", **SMS)
    service.sleep(23 * _HOUR)
    service.send(account, [person(0), person(1)], mark="still-in-it", **SMS)
    # By the clock of the carrier it is hours later.
    write(service, account, 2, "ahead", ahead=5 * _HOUR)
    service.sleep(25 * _HOUR)
    service.send(account, [person(0), person(1), person(2)], mark="after-it", **SMS)
    service.sleep(20)
    write(service, account, 0, "second")
    service.sleep(20)
    service.send(account, [person(0), person(1)], mark="in-another", **SMS)


def _called_back(service: Service) -> None:
    """The carrier brings by calls what people write, also that they want to be left alone."""
    account, sender = service.accounts[POOLED], POOL_NUMBERS[0]
    source: dict[str, Any] = {"from": {"address": sender, "channel": "SMS"}}
    write(service, account, 0, "stop", STOP, to=sender)
    write(service, account, 1, "hello", to=sender)
    service.sleep(90)
    service.send(account, [person(0), person(1)], mark="called", **source)


def _late_word(service: Service) -> None:
    """A START that was written before a STOP comes after it; an account has suppressed people itself.

    One of them had written STOP, and one who had is written to again because the account says so.
    """
    account = service.accounts[0]
    for place in (0, 3, 4):
        write(service, account, place, f"stop-{place}", STOP)
    service.sleep(5)
    if insist(service, "POST", "/Suppressions", account, {"suppressions": [person(1), person(3)]}) == 200:
        service.left_alone |= {Address.of(account, "PHONE", number(place)) for place in (1, 3)}
    _lift(service, account, 4)
    service.sleep(5)
    write(service, account, 0, "start", START_AGAIN, late=20)
    for place in (1, 3):
        write(service, account, place, f"start-{place}", START_AGAIN)
    write(service, account, 4, "stop-4", STOP)
    # By a clock that is wrong, and by the order in which the queue hands them over, the START comes last.
    write(service, account, 5, "start-5", START_AGAIN, ahead=7 * _HOUR, held=6)
    service.sleep(2)
    write(service, account, 5, "stop-5", STOP, ahead=7 * _HOUR)
    service.sleep(10)
    service.send(account, [person(place) for place in range(6)], mark="words", **SMS)


def _lift(service: Service, account: str, place: int) -> None:
    """Let an account write to a person again who had written STOP."""
    found = service.request("GET", "/Suppressions", account, query={"address": number(place)})
    for each in found.body["suppressions"] if found.status == 200 else ():
        insist(service, "DELETE", f"/Suppressions/{each['id']}", account)
        service.lifted[Address.of(account, "PHONE", number(place))] = service.kernel.now


def _quiet(service: Service) -> None:
    """Nothing goes out while it is night where a person is: not at first, not again, nor elsewhere."""
    account = service.accounts[0]
    hours = f"{_OPENS:02}:00-{_CLOSES}:00"
    if insist(service, "PUT", "/QuietHours", account, {"open": hours, "countries": {}}) == 200:
        service.hours[account] = _OPENS, _CLOSES
    # It is one o'clock in Seattle, and evening in Tokyo.
    tokyo = {"address": number(1, TOKYO), "channel": "PHONE"}
    to = [
        person(0),
        tokyo,
        {"addresses": [{**tokyo, "address": number(2, TOKYO)}, *[person(3)]]},
        group(4, 5),
    ]
    service.send(account, to, mark="early", **SMS)
    # Of an operation that is over a failure opens an address where it is night.
    to = [{"addresses": [{**tokyo, "address": number(7, TOKYO)}, *[person(8)]]}]
    service.send(account, to, mark="failed", **SMS)
    service.sleep(1_000)
    # Three minutes before nine in Tokyo.
    service.kernel.pause(2 * _HOUR + 57 * 60 - (service.kernel.now - service.began))
    service.send(account, [{**tokyo, "address": number(6, TOKYO)}], mark="late", **SMS)


def _moved(service: Service) -> None:
    """An operator gives a sender to another account while messages wait that were to come from it."""
    account, sender = service.accounts[POOLED], POOL_NUMBERS[1]
    source: dict[str, Any] = {"from": {"address": sender, "channel": "SMS"}}
    service.send(account, [person(0), person(1, 2)], mark="before", **source)
    due: dict[str, Any] = {"schedule": {"sendAt": [after(900)]}}
    service.send(account, [person(3), group(4, 5)], mark="moved", **source, **due)
    write(service, account, 6, "stop", STOP, to=sender)
    # So that it is heard before, also where a fault makes the queue bring it again.
    service.sleep(400)
    heir = service.accounts[1]
    service.move_sender(sender, account, heir)
    if not service.witness.is_suppressed(Address.of(heir, "PHONE", number(6))):
        service.complaints.append("the account that got a sender may write to who had written STOP to it")
    service.send(heir, [person(6), person(7)], mark="theirs", **source)


def _unknown_and_canceled(service: Service) -> None:
    """What would be sent again when no receipt comes is canceled before."""
    account = service.accounts[SENDS_AGAIN]
    operation = service.send(account, [person(0), group(1, 2), person(3)], mark="again", **SMS)
    service.sleep(300)
    control(service, account, operation, "Cancel")


def _never_known(service: Service) -> None:
    """No receipt ever tells what became of a message, to one person and to one of a group.

    Or one tells it after the message was sent again, and both tries have failed.
    """
    service.send(service.accounts[SENDS_AGAIN], [person(0), group(1, 2), person(3, 4)], mark="never", **SMS)


def _told_again(service: Service) -> None:
    """The carrier tells again of a failure whose next try it has taken, and never tells of that one.

    Or the next try waits, and the second time the carrier tells what the first try has cost.
    """
    to = [person(0, 1), person(2, 3, 4), person(5), person(9, 7)]
    service.send(service.accounts[0], to, mark="told", **SMS)


def _corrected_meanwhile(service: Service) -> None:
    """A failure is corrected while a worker waits for the others of its chunk, before the next try."""
    service.send(service.accounts[0], [person(0, 1), person(2, 3), person(4, 5)], mark="meanwhile", **SMS)


def _slow_group(service: Service) -> None:
    """A carrier that takes its time with each person of a group: more than a worker has for all."""
    service.send(service.accounts[0], [group(*range(5))], mark="slow", **SMS)


def _failed_again(service: Service) -> None:
    """The carrier reports a failure again, minutes after it has reported that the next try is sent."""
    service.send(service.accounts[0], [person(0, 1)], mark="again", **SMS)


def _paused_shortly(service: Service) -> None:
    """A client that got no answer has paused and resumed again when its first request takes effect."""
    account = service.accounts[0]
    due: dict[str, Any] = {"schedule": {"sendAt": [after(120)]}}
    operation = service.send(account, [person(0), person(1)], mark="shortly", **SMS, **due)
    control(service, account, operation, "Pause")
    service.sleep(1.5)
    control(service, account, operation, "Resume")


def _canceled_late(service: Service) -> None:
    """A client cancels what is all sent, and maybe not completed yet."""
    account = service.accounts[0]
    operation = service.send(account, [person(0), person(1)], mark="late", **SMS)
    # Changes are counted a second after they are made.
    service.sleep(1.5)
    control(service, account, operation, "Cancel")


def _paced_and_paused(service: Service) -> None:
    """When messages go on that had their sender's time, that is over."""
    account = service.accounts[PACED]
    groups = [group(*range(first, first + 3)) for first in (20, 23, 26, 29)]
    to = [*groups, *(person(place) for place in range(12))]
    operation = service.send(account, to, mark="paced", **SMS)
    service.sleep(0.5)
    control(service, account, operation, "Pause")
    service.sleep(60)
    control(service, account, operation, "Resume")


def _named_twice(service: Service) -> None:
    """A person is in a request twice, and is to get one message."""
    to = [person(0), person(1), person(0), person(2, 0), person(1)]
    service.send(service.accounts[0], to, mark="twice", delivery={"unique": True}, **SMS)


def _dearer(service: Service) -> None:
    """Processes wake hours later, and messages cost more than they did when they fell asleep."""
    account = service.accounts[0]
    service.send(account, [person(0), person(2)], mark="cheap", **SMS)
    service.sleep(2 * _HOUR)
    service.import_prices(10 * PRICE)
    service.sleep(60)
    # Two of thirty are used, and these are fifty.
    if service.send(account, [person(place) for place in range(3, 8)], mark="dear", **SMS):
        service.complaints.append("a request was accepted at the price of hours ago")
    # What the carrier has not told the price of is reckoned up a day later.
    service.import_prices(PRICE)


_AWAY: Final = (carrier.TURN_AWAY,) * 8
RARER: Final[tuple[Journey, ...]] = (
    simple(_kept_sender, "kept-sender", {number(4): Fate((carrier.REJECT,))}),
    simple(_silence, "silence"),
    simple(_called_back, "called-back", weather=Weather(calls_back=True)),
    simple(
        _quiet,
        "quiet",
        {
            number(1, TOKYO): Fate((carrier.TURN_AWAY, carrier.ACCEPT)),
            number(2, TOKYO): Fate((carrier.REJECT,)),
            number(6, TOKYO): Fate((*_AWAY, carrier.ACCEPT)),
            number(7, TOKYO): Fate(reports=LATE, delays=(20.0,)),
        },
    ),
    simple(_late_word, "late-word"),
    simple(_moved, "moved", {number(1): Fate(reports=LATE)}),
    simple(
        _unknown_and_canceled,
        "unknown-canceled",
        {number(place): Fate((carrier.RAISE_UNTAKEN, carrier.ACCEPT), ()) for place in (0, 1, 3)},
    ),
    simple(
        _never_known,
        "never-known",
        {
            **{number(place): Fate((carrier.RAISE_UNTAKEN,), ()) for place in (0, 1)},
            number(3): Fate((carrier.RAISE_TAKEN, carrier.ACCEPT), LATE, delays=(1_000.0,)),
        },
    ),
    simple(
        _told_again,
        "told-again",
        {
            **{number(place): Fate(reports=(*LATE, *LATE), delays=(1.0, 60.0)) for place in (0, 2)},
            **{number(place): Fate(reports=()) for place in (1, 3)},
            number(5): Fate(reports=(Status.DELIVERED, Status.DELIVERED), delays=(1.0, 60.0)),
            number(9): Fate(reports=(*LATE, *LATE), delays=(1.0, 8.0)),
            number(7): Fate((*(carrier.TURN_AWAY,) * 4, carrier.ACCEPT)),
        },
    ),
    simple(
        _corrected_meanwhile,
        "corrected-meanwhile",
        {
            number(0): Fate(reports=LATE, delays=(1.0,)),
            number(1): Fate((carrier.HANG_UNTAKEN,)),
            number(2): Fate(reports=LATE, delays=(1.0,)),
            number(3): Fate((carrier.HANG_UNTAKEN,)),
            number(4): Fate(reports=(*LATE, Status.DELIVERED), delays=(1.0, 8.0)),
        },
        Weather(burst=2.0),
    ),
    simple(_slow_group, "slow-group", {number(place): Fate((carrier.HANG_TAKEN,)) for place in range(5)}),
    simple(
        _failed_again,
        "failed-again",
        {
            number(0): Fate(reports=(*LATE, *LATE), delays=(1.0, 300.0)),
            number(1): Fate(reports=(Status.SENT,)),
        },
    ),
    simple(_paused_shortly, "paused-shortly"),
    simple(_canceled_late, "canceled-late"),
    simple(_paced_and_paused, "paced-paused"),
    simple(_named_twice, "named-twice"),
    simple(_dearer, "dearer")._replace(metered=30),
)
