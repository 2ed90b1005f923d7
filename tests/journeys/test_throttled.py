"""Invocations that find no concurrency: the queues count receives, and nothing becomes a dead letter."""

from collections.abc import Iterator

import pytest

from tests.journeys import invariants
from tests.journeys.journeys import SMS, person
from tests.sim.plans import Calm
from tests.sim.service import Service, installed
from tests.sim.weather import GOOD
from tests.template import resources

# More than five times as many as a queue once allowed.
THROTTLED = 30


class Throttling(Calm):
    """Every queue's deliveries find no free process, for as many receives of each message as are left."""

    def __init__(self, deliveries: int) -> None:
        super().__init__({}, GOOD)
        self.left = deliveries

    def throttles(self) -> bool:
        self.left -= 1
        if self.left >= 0:
            self.met["throttled invocation"] += 1
        return self.left >= 0


@pytest.fixture(autouse=True)
def in_virtual_time() -> Iterator[None]:
    with installed(chunk_size=100, group_size=25):
        yield


def test_a_task_that_never_ran_is_no_dead_letter() -> None:
    plan = Throttling(THROTTLED)
    service = Service(1, plan)
    service.begin()

    def client() -> None:
        service.send(service.accounts[0], [person(0)], mark="x", **SMS)

    service.act("client", client)
    service.run()

    assert plan.left < 0
    assert [queue.name for queue in service.queues.all() if queue.messages] == []
    assert invariants.check(service) == []
    # The one task was received again and again, and sent once.
    assert sum(map(len, service.carrier.handed_over.values())) == 1


@pytest.mark.parametrize("queue", ["ChunkQueue", "ReceiptQueue", "InboundQueue"])
def test_throttling_for_four_days_is_borne(queue: str) -> None:
    properties = resources("AWS::SQS::Queue")[queue]

    receives = properties["RedrivePolicy"]["maxReceiveCount"]
    assert receives * properties["VisibilityTimeout"] >= 4 * 86_400
