"""The table's stream, and the event source mappings that hand it to functions.

All changes of one partition key are in one shard, in their order, until its item collection
is split (`Stream.split`), as DynamoDB does with a large one. A mapping hands the records of
a shard over batch by batch; a batch that fails is cut in two and tried again, and a record
that goes on failing ends at the on-failure destination.
"""

import base64
import json
import zlib
from collections import defaultdict, deque
from collections.abc import Callable
from typing import Any, Final, NamedTuple

from tests.sim.kernel import Kernel, Process
from tests.sim.queues import Invoke, Queue, Repeats
from tests.sim.requests import Key
from tests.sim.values import Item
from tests.template import EventSource, filter_of

SHARDS: Final = 4
# The first numbers have a digit less than those that follow: they are numbers, not texts.
_FIRST_NUMBER: Final = 10**21 - 40
_LONGEST_PAUSE: Final = 60.0

Record = dict[str, Any]


def _by_partition(key: Key) -> int:
    return zlib.crc32(key[0].encode()) % SHARDS


class _Split(NamedTuple):
    """A shard that was closed because an item collection was divided: what goes on in which shard."""

    partition: str
    border: str
    below: int
    above: int

    def child_of(self, key: Key) -> int:
        if key[0] == self.partition:
            return self.below if key[1] < self.border else self.above
        return self.below if zlib.crc32(key[0].encode()) & 256 else self.above


class Stream:
    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        # In which shard the changes of an item are, from 0 to SHARDS - 1, as long as none is split.
        self.shard_of: Callable[[Key], int] = _by_partition
        # By how much the numbers of each shard are ahead of the others'.
        self.ahead = [0] * SHARDS
        self._splits: dict[int, _Split] = {}
        self._number = _FIRST_NUMBER
        self._sources: list[StreamSource] = []
        self.records: list[Record] = []

    def feed(self, source: "StreamSource") -> None:
        self._sources.append(source)

    def begin_anew(self) -> None:
        """Number the records from the start, as the new stream of a restored table does."""
        self._number = 0

    def restore(self) -> None:
        """Be the stream of a table that was restored: what was not read of the old one is lost."""
        self.begin_anew()
        for source in self._sources:
            source.forget()

    def split(self, partition: str, border: str) -> None:
        """Go on in two shards with a partition's sort keys below the border, and with the others.

        Each has numbers of its own, and is read once its parent is.
        """
        parent = self._shard((partition, border))
        below = len(self.ahead)
        self.ahead += [self.ahead[parent] + self._kernel.random.choice((0, 10**6)) for _ in range(2)]
        self._splits[parent] = _Split(partition, border, below, below + 1)
        for source in self._sources:
            source.split(parent, below, below + 1)

    def _shard(self, key: Key) -> int:
        shard = self.shard_of(key)
        while shard in self._splits:
            shard = self._splits[shard].child_of(key)
        return shard

    def write(self, key: Key, old: Item | None, new: Item | None) -> None:
        """A change of the table."""
        self._number += 1
        shard = self._shard(key)
        number = str(self._number + self.ahead[shard])
        change = {
            "Keys": {"pk": {"S": key[0]}, "sk": {"S": key[1]}},
            "SequenceNumber": number,
            **({} if old is None else {"OldImage": _image(old)}),
            **({} if new is None else {"NewImage": _image(new)}),
        }
        record: Record = {
            "eventID": number,
            "eventName": "REMOVE" if new is None else "INSERT" if old is None else "MODIFY",
            "eventSource": "aws:dynamodb",
            "dynamodb": change,
        }
        self.records.append(record)
        for source in self._sources:
            source.take(shard, record)


def _image(item: Item) -> Item:
    if not any("B" in value for value in item.values()):
        return item
    return {
        name: {"B": base64.b64encode(value["B"]).decode()} if "B" in value else value
        for name, value in item.items()
    }


class _Batch:
    def __init__(self, records: list[Record], era: int, tries: int = 0) -> None:
        self.records = records
        # Of which stream of the table it is.
        self.era = era
        self.tries = tries


class StreamSource:
    """An event source mapping from the stream to a function: one batch of a lane of a shard at a time.

    With a ParallelizationFactor a shard has so many lanes, and all records of an item go by the same one.
    """

    def __init__(
        self, kernel: Kernel, source: EventSource, dead_letters: Queue, invoke: Invoke, plan: Repeats
    ) -> None:
        self._kernel = kernel
        self._source = source
        self._lets_through = filter_of(source)
        properties = source.properties
        self._most = int(properties["BatchSize"])
        self._window = float(properties.get("MaximumBatchingWindowInSeconds", 0))
        self._tries = int(properties["MaximumRetryAttempts"])
        self._lanes = int(properties.get("ParallelizationFactor", 1))
        assert properties["BisectBatchOnFunctionError"]
        self._dead_letters = dead_letters
        self._invoke = invoke
        self._plan = plan
        self._fresh: defaultdict[int, deque[Record]] = defaultdict(deque)
        # Batches of a shard that come before what is fresh.
        self._again: defaultdict[int, deque[_Batch]] = defaultdict(deque)
        self._busy: set[int] = set()
        # By lane, as all that follows: the lanes of the shard that was split.
        self._parents: dict[int, range] = {}
        self._era = 0
        # Every batch that was handed over and went well, for who wants to hand it over again.
        self.delivered: list[list[Record]] = []
        self._delivered_of: defaultdict[int, list[Record]] = defaultdict(list)

    def take(self, shard: int, record: Record) -> None:
        if self._lets_through(record):
            keys = record["dynamodb"]["Keys"]
            lane = zlib.crc32(f"{keys['pk']['S']} {keys['sk']['S']}".encode()) % self._lanes
            self._fresh[self._lanes_of(shard)[lane]].append(record)
            self._wake(self._lanes_of(shard)[lane], self._gathering)

    def _lanes_of(self, shard: int) -> range:
        return range(shard * self._lanes, (shard + 1) * self._lanes)

    def split(self, parent: int, *children: int) -> None:
        for child in children:
            for lane in self._lanes_of(child):
                self._parents[lane] = self._lanes_of(parent)

    def forget(self) -> None:
        """Lose what was not read."""
        self._era += 1
        for fresh in self._fresh.values():
            fresh.clear()
        for again in self._again.values():
            again.clear()

    def again(self, records: list[Record]) -> None:
        """Hand a batch over that was handed over before, after all the others."""
        self._repeat(0, records)

    def again_in_other_batches(self) -> bool:
        """Hand a part of a shard over again, in other batches; False if nothing was handed over so far."""
        random = self._kernel.random
        known = [shard for shard, records in self._delivered_of.items() if records]
        if not known:
            return False
        shard = random.choice(known)
        records = self._delivered_of[shard]
        some = records[random.randrange(len(records)) :]
        while some:
            size = random.randint(1, max(len(some), 1))
            self._repeat(shard, some[:size])
            some = some[size:]
        return True

    def _is_at_work(self, shard: int) -> bool:
        return shard in self._busy or bool(self._fresh[shard] or self._again[shard])

    def _wake(self, shard: int, delay: float) -> None:
        if shard not in self._busy and not any(map(self._is_at_work, self._parents.get(shard, ()))):
            self._busy.add(shard)
            self._kernel.after(delay, lambda: self._hand_over(shard))

    @property
    def _gathering(self) -> float:
        """How long the first of some records waits for others."""
        return self._window + self._kernel.random.uniform(0.0, 0.3)

    def _hand_over(self, shard: int) -> None:
        if self._again[shard]:
            batch = self._again[shard].popleft()
        elif fresh := self._fresh[shard]:
            batch = _Batch([fresh.popleft() for _ in range(min(len(fresh), self._most))], self._era)
        else:
            self._rest(shard)
            return
        event: dict[str, Any] = {"Records": list(batch.records)}
        self._invoke(self._source.function, event, lambda process: self._finished(shard, batch, process))

    def _rest(self, shard: int) -> None:
        """Nothing is left of a shard; if it was split, its children's turn has come."""
        self._busy.discard(shard)
        for child, parents in self._parents.items():
            if shard in parents and (self._fresh[child] or self._again[child]):
                self._wake(child, self._gathering)

    def _finished(self, shard: int, batch: _Batch, process: Process) -> None:
        delay = 0.0
        if process.error is None and not process.is_killed:
            self.delivered.append(batch.records)
            self._delivered_of[shard] += batch.records
            if self._plan.repeats():
                # And then in the wrong order: what is fresh may have been handed over before.
                old = self._kernel.random.choice(self.delivered)
                self._kernel.after(self._kernel.random.uniform(0, 5), lambda: self._repeat(shard, old))
        elif batch.era == self._era:
            delay = self._retry(shard, batch)
        if not delay and not self._again[shard] and len(self._fresh[shard]) < self._most:
            delay = self._gathering
        self._kernel.after(delay, lambda: self._hand_over(shard))

    def _repeat(self, shard: int, records: list[Record]) -> None:
        self._again[shard].append(_Batch(records, self._era))
        self._wake(shard, 0.0)

    def _retry(self, shard: int, batch: _Batch) -> float:
        """What is left of a batch comes again, first of all; in how many seconds."""
        batch.tries += 1
        waiting = self._again[shard]
        if batch.tries > self._tries:
            numbers = [record["dynamodb"]["SequenceNumber"] for record in batch.records]
            self._kernel.note(f"given up: {numbers}", self._source.function)
            self._dead_letters.put(json.dumps({"DDBStreamBatchInfo": {"startSequenceNumber": numbers[0]}}))
        elif len(batch.records) > 1:
            middle = len(batch.records) // 2
            waiting.appendleft(_Batch(batch.records[middle:], batch.era, batch.tries))
            waiting.appendleft(_Batch(batch.records[:middle], batch.era, batch.tries))
        else:
            waiting.appendleft(batch)
        return float(min(0.5 * 2 ** min(batch.tries, 10), _LONGEST_PAUSE))
