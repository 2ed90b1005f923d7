"""A chunk is reckoned up while its worker is still at work."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pytest

from herald import runtime
from herald.sending.reckon import reckon
from herald.tasks import Reckon
from tests.journeys import invariants, metering
from tests.journeys.journeys import SMS, number, person
from tests.sim.carrier import Fate
from tests.sim.edge import Call, Edge, Handler, Strike
from tests.sim.plans import Calm
from tests.sim.recipients import operations_in
from tests.sim.service import Service, installed

_PEOPLE: Final = 6


@pytest.fixture(autouse=True)
def in_virtual_time() -> Iterator[None]:
    with installed(chunk_size=_PEOPLE, group_size=2):
        yield


class _Reckons:
    """Reckons a chunk up right before its worker announces the third group: only the first is over then."""

    def __init__(self) -> None:
        self.has_reckoned = False
        self._announcements = 0
        self._is_within = False

    def __call__(self, edge: Edge, operation: str, request: Mapping[str, Any], do: Handler) -> Any:
        if self._is_within:
            self.has_reckoned |= operation == "TransactWriteItems"
        elif operation == "UpdateItem" and "#intended" in str(request):
            self._announcements += 1
            if self._announcements == 3:
                self._reckon()
        return do(request)

    def _reckon(self) -> None:
        assert Service.current
        [operation_id] = operations_in(Service.current.table.items)
        self._is_within = True
        reckon(runtime.app(), Reckon(operation_id=operation_id, chunk=0))
        self._is_within = False


class _Dies(Calm):
    """The worker dies after a message of the third group, which no receipt ever reports."""

    def __init__(self, reckons: _Reckons, strike: Strike | None) -> None:
        super().__init__({number(place): Fate(reports=()) for place in range(_PEOPLE)})
        self._reckons = reckons
        self._strike = strike

    def strike(self, call: Call) -> Strike | None:
        if not self._reckons.has_reckoned or call.service != "carrier":
            return None
        strike, self._strike = self._strike, None
        return strike


@pytest.mark.parametrize("strike", [None, Strike.AFTER])
def test_a_worker_does_not_take_a_reckoning_for_its_own_progress(strike: Strike | None) -> None:
    reckons = _Reckons()
    service = Service(1, _Dies(reckons, strike), reckons)
    service.metered = metering.ENOUGH
    service.begin()
    # What each message may use at most is more than it uses, so there is something to reckon up.
    service.filters = " | upcase"

    def client() -> None:
        to = [person(place) for place in range(_PEOPLE)]
        assert service.send(service.accounts[0], to, mark="one", **SMS)

    service.act("client", client)
    service.run()

    assert reckons.has_reckoned
    assert invariants.check(service) + list(metering.check(service)) == []
