"""Functions and services that are only what a test of the simulation makes of them."""

from collections.abc import Callable
from typing import Any

from tests.sim.edge import Call, Client, Edge, Strike
from tests.sim.kernel import Kernel, Process
from tests.sim.plans import Calm
from tests.sim.queues import Queues, QueueSource
from tests.template import event_sources, resource_of

Handler = Callable[[dict[str, Any]], Any]


class Lambda:
    """Functions that are only what a test makes of them."""

    def __init__(self, handler: Handler) -> None:
        self.kernel = Kernel(1, 0.0)
        self.events: list[tuple[float, dict[str, Any]]] = []
        self._handler = handler

    def invoke(self, function: str, event: dict[str, Any], ended: Callable[[Process], None]) -> Process:
        process = Process(self.kernel, function, ended)
        self.events.append((self.kernel.now, event))
        process.start(lambda: self._handler(event))
        return process


def chunk_queue(functions: Lambda) -> Queues:
    queues = Queues(functions.kernel)
    for source in event_sources("SQS"):
        queue = queues[resource_of(source.properties["Queue"])]
        QueueSource(functions.kernel, queue, source, 2, functions.invoke, Calm({}))
    return queues


def well(event: dict[str, Any]) -> Any:
    return {"batchItemFailures": []}


def badly(event: dict[str, Any]) -> Any:
    return {"batchItemFailures": [{"itemIdentifier": each["messageId"]} for each in event["Records"]]}


def sorts(event: dict[str, Any]) -> list[str]:
    return [record["dynamodb"]["Keys"]["sk"]["S"] for record in event["Records"]]


class Struck(Calm):
    def __init__(self, **strikes: Strike) -> None:
        super().__init__({})
        self._strikes = {int(name[1:]): strike for name, strike in strikes.items()}

    def strike(self, call: Call) -> Strike | None:
        return self._strikes.get(call.number)


class Outside:
    """A service that counts what is done."""

    def __init__(self, plan: Calm) -> None:
        self.kernel = Kernel(1, 0.0)
        self.edge = Edge(self.kernel, plan)
        self.done: list[Any] = []
        self.ended: list[Process] = []
        self.edge.serve("sqs", "SendMessage", self._do)
        self.client = Client(self.edge, "sqs")

    def _do(self, request: Any) -> Any:
        self.done.append(request["Body"])
        return len(self.done)

    def run(self, script: Callable[[], Any], seconds: float | None = None) -> Process:
        process = Process(self.kernel, "process", self.ended.append)
        process.start(script)
        if seconds is not None:
            self.kernel.after(seconds, process.kill)
        self.kernel.run()
        return process
