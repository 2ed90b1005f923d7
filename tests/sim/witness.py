"""Who could have known what: since when the table says no to a hand-over, and what a worker read when.

Right before each group a worker looks up whether it may still be sent. What the table
says by then counts, whoever wrote it; what it says afterwards comes too late for that group.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from herald.carriers import OutboundMessage
from herald.model.addresses import MessageAddress
from herald.model.status import Status
from herald.store import keys, suppressions
from tests.sim.kernel import Kernel, Process
from tests.sim.requests import Key
from tests.sim.values import Item

type Read = Callable[[Mapping[str, Any]], Any]

SUCCESSES: Final = frozenset({Status.DELIVERED, Status.READ})
_WORKER: Final = "fan_out"


class Witness:
    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        # Since when a person has got a message, may not be written to, or a sender is stopped.
        self._reached: dict[Key, float] = {}
        self._suppressed: dict[Key, float] = {}
        self._stopped: dict[tuple[Key, str], float] = {}
        self._read: defaultdict[str, dict[Key, float]] = defaultdict(dict)
        # Where anybody was ever suppressed.
        self.ever_suppressed: set[Key] = set()

    def changed(self, key: Key, old: Item | None, new: Item | None) -> None:
        """An item of the table has changed."""
        item, now = new or {}, self._kernel.now
        if key[1] == keys.SUPPRESSION:
            if "since" in item:
                self._suppressed.setdefault(key, now)
                self.ever_suppressed.add(key)
            else:
                self._suppressed.pop(key, None)
        elif key[1] == keys.OPERATION:
            for sender in item.get("stopped", {}).get("M", ()):
                self._stopped.setdefault((key, sender), now)
        elif item.get("status", {}).get("S") in SUCCESSES:
            self._reached.setdefault(key, now)

    def reading(self, read: Read) -> Read:
        """A read of the table, of which it is remembered who made it, and when."""

        def remembered(request: Mapping[str, Any]) -> Any:
            process = self._kernel.process
            if process and process.name.startswith(_WORKER):
                batches = request.get("RequestItems", {}).values()
                wanted = (
                    [request["Key"]] if "Key" in request else [each for b in batches for each in b["Keys"]]
                )
                when = self._read[process.name]
                when.update(((each["pk"]["S"], each["sk"]["S"]), self._kernel.now) for each in wanted)
            return read(request)

        return remembered

    def objections(self, message: OutboundMessage, process: Process) -> Iterator[str]:
        """Why a message must not be handed over now, as far as its worker has to know."""
        operation = operation_of(message.message_id)
        row = row_of(message.account, message.message_id, message.person)
        person = suppression_of(message.account, message.to)
        if self._is_known(self._reached.get(row), process, operation, row):
            yield "was handed over although the row says that it has arrived"
        if self._is_known(self._suppressed.get(person), process, operation, person):
            yield "was handed over to somebody who had written STOP"
        if self._is_known(self._stopped.get((operation, message.sender.sender_id)), process, operation):
            yield "was handed over to a sender that was stopped"

    def _is_known(self, since: float | None, process: Process, *looked_up: Key) -> bool:
        """Whether something was so when a worker looked up the operation and, in the same read, a key.

        Faults may make several reads of the one; then the first of them counts.
        """
        if since is None:
            return False
        read = self._read[process.name]
        times = [read.get(key, process.started) for key in looked_up]
        return since < (min(times) if process.was_struck else times[0])


def operation_of(message_id: str) -> Key:
    start = len("comms_message_")
    return _plain(keys.operation(f"comms_operation_{message_id[start : start + 26]}"))


def row_of(account: str, message_id: str, person: int | None) -> Key:
    if person is None:
        return _plain(keys.message(account, message_id))
    return _plain(keys.receipt(account, message_id, person))


def suppression_of(account: str, address: MessageAddress) -> Key:
    [key] = suppressions.keys_of(account, [address])
    return _plain(key)


def _plain(key: keys.Key) -> Key:
    return key.pk, key.sk
