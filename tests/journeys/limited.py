"""Journeys of accounts with limits: some of the others once more, and what is only there with limits."""

from functools import partial
from typing import Final

from tests.journeys.harder import HARDER
from tests.journeys.journeys import EASIER, LATE, SMS, group, number, person, simple
from tests.journeys.metering import ENOUGH
from tests.sim import carrier
from tests.sim.carrier import Fate
from tests.sim.replaced import Sizes
from tests.sim.service import SENDS_AGAIN, SHARDED, Service

_AGAIN: Final = (
    "plain",
    "canceled",
    "canceled-schedule",
    "throttled",
    "unknown",
    "sent-again",
    "fallback",
    "group",
    "profile",
    "key",
    "group-sent-again",
    "stopped",
    "opted-out",
    "local-time",
)
_CLIENTS: Final = 8
_ROOM: Final = 12


def _crowd(service: Service) -> None:
    """Eight clients at once ask for 24 parts where 12 are left."""
    told: list[int] = []

    def ask(client: int) -> None:
        to = [person(3 * client + place) for place in range(3)]
        told.append(service.send(service.accounts[0], to, mark=f"crowd-{client}", **SMS) is not None)
        accepted = 3 * sum(told)
        is_calm = not service.edge.struck and len(told) == _CLIENTS
        if accepted > _ROOM or (is_calm and accepted < _ROOM):
            service.complaints.append(f"{accepted} parts were accepted where {_ROOM} are left")

    for client in range(_CLIENTS):
        service.act(f"client {client}", partial(ask, client))


def _to_the_last(service: Service) -> None:
    """One request after the other, until nothing is left of a limit, and another."""
    account, room = service.accounts[0], 6
    for mark, places in (("some", (0, 1, 2)), ("rest", (3, 4, 5)), ("more", (6,))):
        service.send(account, [person(place) for place in places], mark=mark, **SMS)
        # A request whose answer was lost may have taken its part.
        is_known = not any(each.response.is_lost for each in service.sent)
        status, room = service.sent[-1].response.status, room - len(places)
        if status not in (202, 429):
            return
        if is_known and (status == 202) != (room >= 0):
            service.complaints.append(f"a request is answered {status}, and it leaves {room} parts")


def _sharded(service: Service) -> None:
    """What was reserved for messages in several chunks and shards, and not used, can be used again."""
    account = service.accounts[SHARDED]
    service.send(account, [person(place) for place in range(3)], mark="refused", **SMS)
    service.sleep(30)
    is_accepted = service.send(account, [person(3), person(4)], mark="rest", **SMS)
    if not is_accepted and not service.edge.struck:
        service.complaints.append("what the carrier has refused is not free again")


def _no_room(service: Service) -> None:
    """Second routes, and what is to be sent again, where the limit covers only some of them."""
    to = [person(0, 1), person(2, 3), person(4, 5), group(6, 7)]
    service.send(service.accounts[SENDS_AGAIN], to, mark="beyond", **SMS)


def _one_room(service: Service) -> None:
    """Workers ask at once for room for second routes, where there is room for one, which then waits.

    The carrier does not say yet what the first tries to odd numbers have cost.
    """
    account = service.accounts[0]
    service.send(account, [person(1, 0), person(3, 2)], mark="one-room", **SMS)
    service.sleep(1_000)
    if service.send(account, [person(4)], mark="beyond", **SMS) and not service.edge.struck:
        service.complaints.append("a request was accepted for room that a message holds while it waits")


_BY_NAME: Final = {journey.name: journey for journey in (*EASIER, *HARDER)}
LIMITED: Final = (
    *(_BY_NAME[name]._replace(name=f"{name}-limited", metered=ENOUGH) for name in _AGAIN),
    simple(_crowd, "crowd")._replace(metered=_ROOM),
    simple(_to_the_last, "to-the-last")._replace(metered=6),
    simple(_sharded, "sharded", {number(place): Fate((carrier.REJECT,)) for place in (1, 2)})._replace(
        metered=3, sizes=Sizes(chunk=2, group=2, block=2)
    ),
    simple(
        _one_room,
        "one-second-route",
        {
            **{number(place): Fate(reports=LATE, delays=(2.0,)) for place in (1, 3)},
            number(2): Fate((*(carrier.TURN_AWAY,) * 2, carrier.ACCEPT), pause=600),
        },
    )._replace(metered=3, sizes=Sizes(chunk=1, group=1)),
    simple(
        _no_room,
        "no-room",
        {
            number(0): Fate(reports=LATE),
            number(2): Fate((carrier.RAISE_TAKEN, carrier.ACCEPT)),
            number(4): Fate((carrier.REJECT,)),
            number(7): Fate((carrier.RAISE_UNTAKEN, carrier.ACCEPT)),
        },
    )._replace(metered=6),
)
