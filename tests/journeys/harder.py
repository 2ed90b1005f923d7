"""Journeys through rare cases: silence, several routes and zones, large items, bad conditions."""

from typing import Any, Final

from herald.model.status import Status
from tests.journeys import watch
from tests.journeys.journeys import (
    LATE,
    SMS,
    control,
    group,
    number,
    person,
    send_with_key,
    sent_again,
    simple,
    write,
)
from tests.sim import carrier
from tests.sim.carrier import Fate
from tests.sim.replaced import Sizes
from tests.sim.service import PACED, START_AGAIN, STOP, Service, after
from tests.sim.weather import Weather


def _silent(service: Service) -> None:
    """The carrier never reports: the last event of each operation is a refusal.

    A message is turned away for four hours, which begin again with a Resume. Another operation is over
    before it is due.
    """
    account = service.accounts[0]
    service.send(account, [person(0), person(1), person(2)], mark="refused", **SMS)
    operation = service.send(account, [person(3), group(5, 6)], mark="turned-away", **SMS)
    to = [{"address": number(4), "channel": "WHATSAPP"}]
    due: dict[str, Any] = {"schedule": {"sendAt": [after(300)]}}
    service.send(account, to, mark="unreachable", **SMS, **due)
    service.sleep(2 * 3_600.0)
    control(service, account, operation, "Pause")
    service.sleep(60)
    control(service, account, operation, "Resume")


def _three_routes(service: Service) -> None:
    to = [person(0, 1, 2), person(3, 4, 5), person(6, 7, 8)]
    service.send(service.accounts[0], to, mark="three", **SMS)


def _local_time(service: Service) -> None:
    """One local time that is several instants: on two days, beyond the change to daylight saving time."""
    account = service.accounts[0]
    for mark, at in (("today", "2026-03-02T10:30:00"), ("summer", "2026-03-09T05:00:00")):
        due: dict[str, Any] = {"schedule": {"sendAt": [at]}}
        to = [
            {"address": number(place, where), "channel": "PHONE"}
            for place, where in enumerate(("+1206555", "+1212555", "+442079460", "+81901234"), start=1)
        ]
        service.send(account, [*to, person(5)], mark=mark, **due, **SMS)


def _shared(service: Service) -> None:
    """Two accounts write to the same people; a STOP to one account does not affect the other."""
    ours, theirs = service.accounts[:2]
    write(service, ours, 0, "stop-0", STOP)
    service.sleep(5)
    for account in (ours, theirs):
        service.send(account, [person(0), person(1)], mark="shared", **SMS)


_OLD_SPELLING: Final = "+5215512345678"
_NEW_SPELLING: Final = "+525512345678"


def _words_of_one_person(service: Service) -> None:
    """Several words of one person in two spellings, to two accounts of one address; a clock is ahead."""
    ours, theirs = service.accounts[:2]

    def send(mark: str, spelling: str) -> None:
        service.sleep(5)
        for account in (ours, theirs):
            to = [{"address": spelling, "channel": "PHONE"}, person(1)]
            service.send(account, to, mark=mark, **SMS)

    write(service, ours, _OLD_SPELLING, "stop-1", STOP)
    write(service, ours, 1, "stop-ahead", STOP, ahead=7 * 3_600.0)
    send("stopped", _NEW_SPELLING)
    service.sleep(20)
    write(service, ours, _NEW_SPELLING, "start-1", START_AGAIN)
    write(service, ours, 1, "start-on-time", START_AGAIN)
    write(service, ours, _OLD_SPELLING, "stop-1", STOP)
    send("started", _OLD_SPELLING)
    service.sleep(20)
    write(service, ours, _NEW_SPELLING, "stop-2", STOP)
    write(service, ours, _NEW_SPELLING, "start-1", START_AGAIN)
    write(service, theirs, _OLD_SPELLING, "stop-3", STOP)
    send("stopped-again", _OLD_SPELLING)


def _one_number(service: Service) -> None:
    """A person's number is there twice, in the same spelling and in another one, before the next number."""
    spellings = [_OLD_SPELLING, _NEW_SPELLING, _OLD_SPELLING]
    addresses = [{"address": each, "channel": "PHONE"} for each in spellings]
    to = [{"addresses": [*addresses, person(1)]}, person(2, 2), person(3, 3, 4)]
    service.send(service.accounts[0], to, mark="spellings", **SMS)


def _groups_canceled(service: Service) -> None:
    """A group is canceled while one person waits and another was refused; one has a person twice."""
    account = service.accounts[0]
    twice = [{"address": each, "channel": "PHONE"} for each in (_OLD_SPELLING, _NEW_SPELLING)]
    to = [group(0, 1, 2), {"group": {"addresses": twice}}]
    operation = service.send(account, to, mark="groups", **SMS)
    service.sleep(5)
    control(service, account, operation, "Cancel")


def _same_key(service: Service) -> None:
    """A key is an account's, of one body, for a day."""
    ours, theirs = service.accounts[:2]
    to = [person(0), person(1)]
    for account in (ours, theirs):
        send_with_key(service, account, to, mark="key", key="one", **SMS)
    send_with_key(service, ours, [person(2)], mark="other", key="one", **SMS)
    service.sleep(23 * 3_600.0)
    send_with_key(service, ours, to, mark="key", key="one", **SMS)
    service.sleep(2 * 3_600.0)
    if not send_with_key(service, ours, [person(3)], mark="next-day", key="one", **SMS):
        service.complaints.append("a key is not free after a day")


def _large(service: Service) -> None:
    """Texts and variables as long as they may be: items near the size that DynamoDB takes."""
    filler = "".join(chr(0x4E00 + (17 * place * place + place) % 5_000) for place in range(900))
    to = [{**person(place), "variables": {"more": filler}} for place in range(8)]
    tags = {f"{name:x<120}": f"{name:y<250}" for name in "abcdefghij"}
    service.send(service.accounts[0], [*to, group(*range(8, 18))], mark="large", tags=tags, **SMS)


def _watched(service: Service) -> None:
    """A client reads counts and lists all the time."""
    account, stranger = service.accounts[:2]
    write(service, account, 20, "first")
    operation = service.send(account, [person(place) for place in range(8)], mark="watched", tags={"a": "b"})
    if operation:
        service.act("counts", lambda: watch.counts(service, account, operation, times=12, pause=0.2))
        looks: tuple[tuple[int, dict[str, str]], ...] = (
            (2, {}),
            (1, {"operationId": operation}),
            (3, {"tags": "a:b;"}),
            (2, {"status": "QUEUED"}),
        )
        for size, filters in looks:
            service.act(
                "list",
                lambda size=size, filters=filters: watch.messages(service, account, stranger, filters, size),  # type: ignore[misc]
                0.6,
            )
        # They are counted about a second after each change.
        for moment, status in ((0.9, "SENT"), (3.7, "DELIVERED")):
            filters = {"operationId": operation, "status": status}
            service.act(
                "list",
                lambda filters=filters: watch.messages(service, account, stranger, filters, 20),  # type: ignore[misc]
                moment,
            )


def _unknown_later(service: Service) -> None:
    """Of a chunk one outcome is unknown at first, and others half a minute later."""
    service.send(service.accounts[0], [person(0), person(1), group(2, 3)], mark="unknown", **SMS)


def _early_failure(service: Service) -> None:
    service.send(service.accounts[0], [person(0, 1), person(2, 3)], mark="early", **SMS)


def _many(service: Service) -> None:
    """More than a sender may send in some seconds, by several workers."""
    service.send(service.accounts[PACED], [person(place) for place in range(24)], mark="many", **SMS)


def _turned_away_at_a_rate(service: Service) -> None:
    """A message that was turned away comes again when others use all of its sender's time, twice."""
    account = service.accounts[PACED]
    service.send(account, [person(0)], mark="turned-away", **SMS)
    service.sleep(0.5)
    for mark, places in (("others", range(1, 9)), ("more", range(9, 17))):
        # Two parts a second: four seconds, that stay taken after the cancel.
        operation = service.send(account, [person(place) for place in places], mark=mark, **SMS)
        service.sleep(0.5)
        control(service, account, operation, "Cancel")
        service.sleep(4)


def _turned_away_beside_others(service: Service) -> None:
    """A message is turned away, and its chunk goes on with others, at their sender's rate."""
    service.send(service.accounts[PACED], [person(place) for place in range(8)], mark="beside", **SMS)


def _held(service: Service) -> None:
    """Groups are under way in several chunks when it is paused, and again when it is canceled."""
    account = service.accounts[0]
    operation = service.send(account, [person(place) for place in range(30)], mark="held", **SMS)
    service.sleep(0.12)
    control(service, account, operation, "Pause")
    service.sleep(30)
    control(service, account, operation, "Resume")
    service.sleep(0.06)
    control(service, account, operation, "Cancel")


def _to_many(service: Service) -> None:
    service.send(service.accounts[0], [person(place) for place in range(12)], mark="first", **SMS)
    service.send(service.accounts[0], [person(place, place + 1) for place in range(12)], mark="next", **SMS)


HARDER: Final = (
    simple(
        _silent,
        "silent",
        {
            **{number(place): Fate((carrier.REJECT,)) for place in range(3)},
            **{number(place): Fate((carrier.TURN_AWAY,), pause=900) for place in (3, 5)},
            number(6): Fate((carrier.REJECT,)),
        },
    ),
    simple(
        _three_routes,
        "three-routes",
        {
            number(0): Fate(reports=LATE),
            number(1): Fate((carrier.REJECT,)),
            number(3): Fate((carrier.REJECT,)),
            number(4): Fate((carrier.REJECT,)),
            number(6): Fate(reports=LATE),
            number(7): Fate(reports=LATE),
        },
    ),
    simple(_local_time, "local-time"),
    simple(_shared, "shared"),
    simple(_words_of_one_person, "words"),
    simple(
        _one_number,
        "one-number",
        {
            **{each: Fate(reports=LATE) for each in (_OLD_SPELLING, _NEW_SPELLING, number(2))},
            number(3): Fate((carrier.REJECT,)),
        },
    ),
    simple(
        _groups_canceled,
        "groups-canceled",
        {
            number(0): Fate((carrier.REJECT,)),
            number(1): Fate((carrier.TURN_AWAY,), pause=30),
            number(2): Fate((carrier.TURN_AWAY,)),
        },
    ),
    simple(_same_key, "same-key"),
    simple(_large, "large"),
    simple(_watched, "watched", {number(place): Fate(delays=(2.0,)) for place in range(8)}),
    simple(_many, "many"),
    simple(
        _turned_away_at_a_rate,
        "turned-away-at-a-rate",
        {number(0): Fate((*(carrier.TURN_AWAY,) * 4, carrier.ACCEPT))},
    ),
    simple(
        _turned_away_beside_others,
        "turned-away-beside-others",
        {number(0): Fate((*(carrier.TURN_AWAY,) * 3, carrier.ACCEPT))},
    )._replace(sizes=Sizes(chunk=8)),
    simple(
        _unknown_later,
        "unknown-later",
        {
            number(0): Fate((carrier.RAISE_TAKEN,), ()),
            **{number(place): Fate((*(carrier.TURN_AWAY,) * 4, carrier.RAISE_TAKEN), ()) for place in (1, 2)},
        },
    ),
    simple(
        _early_failure,
        "early-failure",
        {
            number(0): Fate(reports=LATE, is_early=True),
            number(2): Fate(reports=LATE, is_early=True, is_certain=False),
        },
    ),
    simple(_held, "held"),
    simple(
        _to_many,
        "together",
        {
            **{number(place): Fate(reports=(Status.SENT, Status.DELIVERED)) for place in range(8)},
            number(9): Fate(reports=(Status.DELIVERED, Status.READ)),
        },
        Weather(together=True, burst=2.0),
    ),
    simple(_to_many, "calls-back", {number(2): Fate(reports=LATE)}, Weather(calls_back=True)),
    simple(_to_many, "split", weather=Weather(split_at=0.4)),
    simple(_to_many, "restored", weather=Weather(restore_at=1.0)),
    simple(_to_many, "restored-early", weather=Weather(restore_at=0.1)),
    simple(_to_many, "read-again", weather=Weather(redelivered_at=3.0)),
    simple(_to_many, "behind", weather=Weather(stale=2.0, index_lag=120.0)),
    simple(_to_many, "limited", weather=Weather(writes_per_second=2, retry_quota=0)),
    simple(_to_many, "outage", weather=Weather(outage=(0.4, 60.0))),
    simple(_to_many, "outage-of-receipts", weather=Weather(outage=(1.5, 60.0), burst=2.0)),
    simple(sent_again, "expired", weather=Weather(expires=True)),
)
