"""Journeys that an operator's repair brings to their end: tasks are lost, or the repair is slow."""

from typing import Any, Final

from herald.model.status import Status
from tests.journeys.journeys import LATE, SMS, control, group, number, person, simple
from tests.journeys.metering import ENOUGH
from tests.sim import carrier
from tests.sim.carrier import Fate
from tests.sim.functions import environment
from tests.sim.replaced import Sizes
from tests.sim.service import SENDS_AGAIN, Service, after

_HOUR: Final = 3_600.0
# When an unknown outcome is decided about, as the template has it by default.
_SETTLED: Final = float(environment()["UNCONFIRMED_SECONDS"])


def _lost(service: Service) -> None:
    """All tasks and schedules are lost, for a minute; a day later an operator repairs everything."""
    account = service.accounts[0]
    service.send(account, [person(0), person(1)], mark="lost", **SMS)
    service.send(account, [person(2, 3), person(8)], mark="completed", **SMS)
    due: dict[str, Any] = {"schedule": {"sendAt": [after(26 * _HOUR)]}}
    service.send(account, [person(4)], mark="later", **SMS, **due)
    operation = service.send(account, [person(5), person(6)], mark="canceled", **SMS)
    service.sleep(5)
    service.lose_tasks(60)
    control(service, account, operation, "Pause")
    control(service, account, operation, "Cancel")
    service.sleep(25 * _HOUR)
    # What is used by then is not less than what was sent.
    service.send(account, [person(7)], mark="used", **SMS)
    service.repair(until_done=True)


def _slowly(service: Service) -> None:
    """An operator's repair takes seconds for each call, while messages move."""
    service.send(service.accounts[0], [person(place) for place in range(6)], mark="slowly", **SMS)
    service.sleep(1.0)
    service.repair(until_done=True, processor=3.0)


def _lost_again(service: Service) -> None:
    """The task by which a person of a group is to be sent to again is lost; an operator repairs it."""
    service.send(service.accounts[SENDS_AGAIN], [group(0, 1)], mark="again", **SMS)
    service.sleep(_SETTLED - 1)
    for _ in range(2_000):
        if any("isSentAgain" in item for item in service.table.items.values()):
            break
        service.sleep(0.005)
    service.lose_tasks(60)
    service.sleep(_HOUR)
    service.repair(until_done=True)


REPAIRED: Final = (
    simple(_lost_again, "lost-again", {number(1): Fate((carrier.RAISE_UNTAKEN, carrier.ACCEPT))}),
    simple(
        _lost,
        "lost",
        {
            number(0): Fate((carrier.RAISE_TAKEN,), ()),
            number(1): Fate((*(carrier.TURN_AWAY,) * 3, carrier.ACCEPT), pause=30),
            number(2): Fate(reports=LATE, delays=(10.0,)),
            number(3): Fate(reports=()),
            number(5): Fate((carrier.TURN_AWAY,), pause=30),
        },
    )._replace(metered=ENOUGH),
    simple(
        _slowly,
        "slowly",
        {
            number(place): Fate(reports=(Status.DELIVERED, Status.READ), delays=(1.5 + place, 3.0 + place))
            for place in range(6)
        },
    )._replace(sizes=Sizes(chunk=2, group=2, block=1)),
)
