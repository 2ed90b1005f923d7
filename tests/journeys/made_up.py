"""Random journeys of a seed: requests, and what clients do to them and when."""

from collections.abc import Callable
from random import Random
from typing import Any, Final

from herald.model.status import Status
from tests.journeys import watch
from tests.journeys.journeys import (
    SMS,
    Journey,
    control,
    forge,
    group,
    number,
    person,
    profile,
    put_profile,
    send_with_key,
    write,
)
from tests.sim import carrier
from tests.sim.carrier import Fate
from tests.sim.service import PACED, PACED_AND_SENDS_AGAIN, SENDS_AGAIN, START_AGAIN, STOP, Service, after

_ANSWERS: Final = (
    *((carrier.ACCEPT,),) * 8,
    (carrier.REJECT,),
    (carrier.TURN_AWAY, carrier.ACCEPT),
    (carrier.TURN_AWAY, carrier.TURN_AWAY, carrier.TURN_AWAY, carrier.ACCEPT),
    (carrier.RAISE_TAKEN, carrier.ACCEPT),
    (carrier.RAISE_UNTAKEN, carrier.ACCEPT),
    (carrier.HANG_TAKEN, carrier.ACCEPT),
    (carrier.HANG_UNTAKEN, carrier.ACCEPT),
    (carrier.RAISE_TAKEN, carrier.TURN_AWAY, carrier.ACCEPT),
)
_TURNED_AWAY: Final = (carrier.TURN_AWAY, carrier.TURN_AWAY, carrier.TURN_AWAY, carrier.ACCEPT)
_STOPPED: Final = (carrier.STOP_SENDER, carrier.ACCEPT)
_REPORTS: Final = (
    *((Status.DELIVERED,),) * 5,
    (),
    (Status.UNDELIVERED,),
    (Status.UNDELIVERED, Status.DELIVERED),
    (Status.SENT, Status.UNDELIVERED),
    (Status.SENT, Status.DELIVERED),
    (Status.DELIVERED, Status.READ),
)
_HOME: Final = "+1206555"
# How numbers begin that are in several time zones, and how many digits follow.
_WHERE: Final = {_HOME: 4, "+1212555": 4, "+442079460": 3, "+81901234": 4}
# Local times: on the day of the run, of which some are past somewhere, and beyond the change to
# daylight saving time in the United States.
_LOCAL: Final = ("2026-03-02T04:30:00", "2026-03-02T09:20:00", "2026-03-09T09:00:00")


class _Maker:
    """Makes up a journey of a seed."""

    def __init__(self, seed: int) -> None:
        self.random = Random(f"journey {seed}")
        self._certainty = Random(f"certainty {seed}")
        self.fates: dict[str, Fate] = {}
        self.scripts: list[tuple[float, Callable[[Service], None]]] = []
        self._places = 0
        self._requests = 0
        self._written = 0
        # How many places were given to earlier requests.
        self._before = 0
        self._ends_in_silence = False

    def make(self) -> None:
        for _ in range(self.random.choice((1, 1, 2, 3))):
            self._request()
        if self.random.random() < 0.15:
            for _ in range(self.random.randint(1, 2)):
                moment = self.random.choice((0.3, 1.0, 5.0, 60.0, 400.0, 1_000.0, 4_000.0))
                self.scripts.append((moment, lambda service: service.repair()))

    def _place(self) -> int:
        if self._before and self.random.random() < 0.12:
            # A person to whom another request of this run, maybe another account's, writes as well.
            return self.random.randint(1, self._before)
        self._places += 1
        reports = self.random.choice(_REPORTS)
        # One that stops the sender is enough for the whole of a request.
        answers = _STOPPED if self.random.random() < 0.02 else self.random.choice(_ANSWERS)
        if self._ends_in_silence:
            # No receipt follows: the last event of the operation is a refusal.
            answers = self.random.choice(((carrier.REJECT,), (carrier.TURN_AWAY,)))
        is_early = self.random.random() < 0.15
        fate = Fate(answers, reports, is_early, is_certain=self._certainty.random() > 0.06)
        if fate != Fate():
            self.fates[number(self._places)] = fate
        return self._places

    def _recipient(self) -> dict[str, Any]:
        if self.random.random() < 0.06:
            return self._told_late()
        kind = self.random.random()
        if kind < 0.6:
            return person(self._place())
        if kind < 0.85:
            return person(*(self._place() for _ in range(self.random.randint(2, 3))))
        return group(*(self._place() for _ in range(self.random.randint(2, 3))))

    def _told_late(self) -> dict[str, Any]:
        """A person whom the carrier reports as reached while the next attempt waits."""
        random, first, second = self.random, self._place(), self._place()
        if random.random() < 0.5:
            moment = random.uniform(900, 920)
            self.fates[number(first)] = Fate((carrier.RAISE_TAKEN, *_TURNED_AWAY), delays=(moment,))
            return person(first) if random.random() < 0.7 else group(first, second)
        reports = random.choice(((Status.UNDELIVERED, Status.DELIVERED), (Status.UNDELIVERED, Status.SENT)))
        delays = random.uniform(0.5, 2), random.uniform(2, 12)
        self.fates[number(first)] = Fate(reports=reports, delays=delays)
        self.fates[number(second)] = Fate(_TURNED_AWAY)
        return person(first, second)

    def _request(self) -> None:
        random = self.random
        self._requests += 1
        mark, account = (
            f"r{self._requests}",
            random.choice((0, 0, 1, SENDS_AGAIN, PACED, PACED_AND_SENDS_AGAIN)),
        )
        self._before, self._ends_in_silence = self._places, random.random() < 0.06
        to = [self._recipient() for _ in range(random.choice((1, 2, 3, 5, 6, 10, 16)))]
        profiles = (
            [] if random.random() < 0.85 else [(self._requests * 10 + n, self._place()) for n in range(2)]
        )
        to += [profile(place) for place, _ in profiles]
        more: dict[str, Any] = dict(SMS) if random.random() < 0.7 else {}
        if random.random() < 0.2:
            more["schedule"] = {"sendAt": [after(random.choice((20, 300, 1_000, 3_600)))]}
        elif random.random() < 0.1:
            more["schedule"] = {"sendAt": [random.choice(_LOCAL)]}
            to = [self._somewhere(each) for each in to]
        if random.random() < 0.3:
            more["tags"] = {"campaign": random.choice(("a", "b"))}
        key = f"key{self._requests}" if random.random() < 0.4 else None
        is_bad = random.random() < 0.05
        if is_bad:
            more["from"] = {"address": "+19995550123", "channel": "SMS"}
        actions = self._actions("schedule" in more)
        watches = random.choice(((), (), (), ("counts",), ("counts", "list"), ("list",)))
        repeats = random.choice((0.0, 0.05, 5.0)) if key and random.random() < 0.5 else None

        def script(service: Service) -> None:
            sid = service.accounts[account]
            for place, address in profiles:
                put_profile(service, sid, place, address)
            if key:
                operation = send_with_key(service, sid, to, mark=mark, key=key, **more)
            else:
                operation = service.send(sid, to, mark=mark, **more)
            if watches and operation:
                self._watch(service, sid, operation, watches)
            for pause, action in actions:
                service.sleep(pause)
                if action == "Forge":
                    forge(service, service.accounts[1 - min(account, 1)], operation)
                else:
                    control(service, sid, operation, action)

        began = random.uniform(0, 3)
        self.scripts.append((began, script))
        if random.random() < 0.3:
            self._words(account, began)
        if key is not None and random.random() < 0.25:
            # A key is an account's: the same one of another is another.
            other, same = random.choice([each for each in (0, 1, SENDS_AGAIN) if each != account]), key
            if not profiles:
                self.scripts.append(
                    (
                        began + random.choice((0.0, 0.3, 4.0)),
                        lambda service: _ignore(
                            send_with_key(service, service.accounts[other], to, mark=mark, key=same, **more)
                        ),
                    )
                )
        if key is not None and repeats is not None:
            repeated = key
            self.scripts.append(
                (
                    began + repeats,
                    lambda service: _ignore(
                        send_with_key(service, service.accounts[account], to, mark=mark, key=repeated, **more)
                    ),
                )
            )

    def _somewhere(self, recipient: dict[str, Any]) -> dict[str, Any]:
        """The recipient, in one of the time zones of a run, where a number tells it."""
        if "address" not in recipient:
            return recipient
        where = self.random.choice(tuple(_WHERE))
        digits = recipient["address"][-_WHERE[where] :]
        fate = self.fates.get(recipient["address"])
        if fate:
            self.fates[where + digits] = fate
        return {**recipient, "address": where + digits}

    def _watch(self, service: Service, account: str, operation: str, watches: tuple[str, ...]) -> None:
        """Look at an operation, and at the list of its messages, while it is carried out."""
        random = service.kernel.random
        pause = random.choice((0.05, 0.4, 5.0, 300.0))
        if "counts" in watches:
            service.act(
                "watch", lambda: watch.counts(service, account, operation, times=4, pause=pause), pause
            )
        if "list" in watches:
            filters = random.choice(
                (
                    {},
                    {"operationId": operation},
                    {"status": random.choice(("QUEUED", "SENT", "FAILED"))},
                    {"operationId": operation, "status": "DELIVERED"},
                )
            )
            stranger = service.accounts[1 if account == service.accounts[0] else 0]
            size = random.choice((1, 2, 5))
            service.act("list", lambda: watch.messages(service, account, stranger, filters, size), pause)

    def _words(self, account: int, began: float) -> None:
        """People of the requests so far ask not to be written to, or to be again."""
        random = self.random
        for _ in range(random.choice((1, 1, 2, 4))):
            place, text = random.randint(1, self._places), random.choice((STOP, STOP, START_AGAIN))
            moment = began + random.choice((-1.0, 0.1, 0.3, 1.0, 3.0, 30.0, 905.0)) * random.random()
            self._written += 1
            identifier = f"word {self._written}"

            def script(
                service: Service, place: int = place, text: str = text, identifier: str = identifier
            ) -> None:
                write(service, service.accounts[account], place, identifier, text)

            self.scripts.append((max(moment, 0.0), script))

    def _actions(self, is_scheduled: bool) -> list[tuple[float, str]]:
        random = self.random
        moments = (0.0, 0.05, 0.1, 0.2, 0.5, 2.0, 20.0, 400.0) + ((1_500.0, 3_600.0) if is_scheduled else ())
        chosen = random.choice(
            (
                (),
                (),
                (),
                ("Cancel",),
                ("Pause", "Resume"),
                ("Pause", "Cancel"),
                ("Pause", "Resume", "Cancel"),
                ("Forge",),
            )
        )
        return [(random.choice(moments), action) for action in chosen]


def _ignore(_: object) -> None:
    """What a script returns is nothing."""


def made_up(seed: int) -> Journey:
    maker = _Maker(seed)
    maker.make()

    def begin(service: Service) -> None:
        for at, script in maker.scripts:
            service.act(f"client at {at:.3f}", lambda script=script: script(service), at)  # type: ignore[misc]

    return Journey(f"seed {seed}", begin, maker.fates)
