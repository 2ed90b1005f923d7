"""One account holds at most half of the workers while another one's chunks wait.

SQS sees to it, for every task on the chunk queue is of its account's message group: a queue is
fair to groups, and hands out first those of which least is being worked on. Both halves are
shown here: what the queue does with groups, and that no task is put there without its own.
"""

import json
from collections import Counter
from types import SimpleNamespace
from typing import Any

import pytest

from herald.tasks import MAX_DELAY
from tests.sim.aws import SimulatedAws
from tests.sim.kernel import Kernel
from tests.sim.queues import Queue, Queues, QueueSource
from tests.template import event_sources, resource_of
from tests.world import World

WORKERS = 8
# A chunk's time.
SECONDS = 10.0
NEVER: Any = SimpleNamespace(repeats=lambda: False, throttles=lambda *_: False)


class Workers:
    """Functions on the chunk queue that take a while; what each moment saw."""

    def __init__(self) -> None:
        self.kernel = Kernel(1, 0.0)
        self.queue = Queues(self.kernel)["ChunkQueue"]
        self.running: Counter[str] = Counter()
        self.began: list[tuple[float, str, Counter[str]]] = []
        [source] = (
            each for each in event_sources("SQS") if resource_of(each.properties["Queue"]) == "ChunkQueue"
        )
        QueueSource(self.kernel, self.queue, source, WORKERS, self._invoke, NEVER)

    def _invoke(self, function: str, event: dict[str, Any], finished: Any) -> Any:
        [record] = event["Records"]
        account = record["attributes"]["MessageGroupId"]
        self.running[account] += 1
        self.began.append((self.kernel.now, account, Counter(self.running)))

        def end() -> None:
            self.running[account] -= 1
            finished(SimpleNamespace(error=None, result={"batchItemFailures": []}))

        self.kernel.after(SECONDS, end)
        return SimpleNamespace()

    def send(self, account: str, chunks: int, at: float) -> None:
        def put() -> None:
            self.queue.put("{}", group=account)

        for _ in range(chunks):
            self.kernel.at(at, put)


def test_a_quiet_account_waits_for_one_chunk_at_most() -> None:
    workers = Workers()
    workers.send("noisy", 400, at=0)
    workers.send("quiet", 1, at=33)

    workers.kernel.run()

    [began] = [at for at, account, _ in workers.began if account == "quiet"]
    assert began - 33 <= SECONDS


def test_two_accounts_that_both_wait_have_half_of_the_workers_each() -> None:
    workers = Workers()
    workers.send("first", 400, at=0)
    workers.send("second", 60, at=33)

    workers.kernel.run()

    last = max(at for at, account, _ in workers.began if account == "second")
    # What was running when the second account came ends by itself.
    both = [running for at, _, running in workers.began if 33 + SECONDS <= at <= last]
    assert both
    assert max(running["first"] for running in both) <= WORKERS / 2
    # Alone, an account has all of them.
    assert max(running["first"] for at, _, running in workers.began if at < 33) == WORKERS


@pytest.mark.simulated
def test_every_task_is_of_the_group_of_its_account(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert SimulatedAws.current
    groups: list[tuple[str, str | None]] = []
    put = Queue.put

    def recorded(queue: Queue, body: str, delay: float = 0.0, group: str | None = None) -> Any:
        if queue.name == "ChunkQueue":
            groups.append((json.loads(body)["task"], group))
        return put(queue, body, delay, group)

    monkeypatch.setattr(Queue, "put", recorded)
    # Taken, turned away for now, never confirmed; and a failure receipt with another address.
    for last in ("0100", "0150", "0130", "0140"):
        world.send(f"+1500555{last}")
    world.settle(wait=2 * MAX_DELAY)

    kinds = {kind for kind, _ in groups}
    assert {"fan_out", "settle"} <= kinds
    assert {group for _, group in groups} == {world.account}
