"""The units that AWS bills for a message, counted: `python -m bench units --json`.

The real functions work on the simulated AWS; every call to the table, the queues and the
scheduler is counted, and every write and read of the table in DynamoDB's units. Counts follow
from the code alone, so a contract test holds them. What a client's own request costs (accept),
and counting (tally), are figures of their own; Lambda's reads of the stream and the queues are free.
"""

import math
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from random import Random
from typing import Any, Final
from unittest import mock

from bench import units_aws
from bench.invoke import ROOT
from bench.scenarios import TEXT, recipients
from herald.model.status import Status
from herald.store.keys import MESSAGES_BY_RECIPIENT, MESSAGES_PREFIX
from tests import world as worlds
from tests.sim import indexes
from tests.sim.aws import SimulatedAws
from tests.sim.requests import ConditionalCheckFailed
from tests.sim.values import size_of
from tests.world import REGION, World, sqs_event

type Item = Mapping[str, Any]

WORKERS: Final = frozenset({"fan_out", "receive"})
REPORTED: Final = frozenset({Status.DELIVERED, Status.READ, Status.UNDELIVERED})
_BATCH: Final = 100
# Of what messages are found by their addresses with, which a stack may do without.
_PARTY: Final = "PARTY#"
_RECIPIENTS: Final = MESSAGES_BY_RECIPIENT
# What DynamoDB adds to each item and to each entry of an index, in bytes.
_OVERHEAD: Final = 100


class Meter:
    """Counts calls and units by the function that makes them."""

    def __init__(self, aws: SimulatedAws) -> None:
        self._indexes = indexes.of_template()
        self.calls: Counter[str] = Counter()
        self.writes: Counter[str] = Counter()
        self.carrier_ids: Counter[str] = Counter()
        # Units of the parameter AddressSearch: of search items, and of entries of the index by recipient.
        self.parties: Counter[str] = Counter()
        self.recipients: Counter[str] = Counter()
        # Of them, those of a shard of messages itself: one partition takes 1,000 a second.
        self.shards = 0
        self.reads: Counter[str] = Counter()
        self.read_bytes = 0
        self.function = "other"
        changed = aws.table.changed

        def noted(key: Any, old: Item | None, new: Item | None) -> None:
            self._write(key[0], old, new)
            changed(key, old, new)

        aws.table.changed = noted
        for (service, operation), handler in list(aws.handlers.items()):
            aws.handlers[service, operation] = self._counted(operation, handler)

    def _counted(self, operation: str, handler: Callable[..., Any]) -> Callable[[Mapping[str, Any]], Any]:
        def call(request: Mapping[str, Any]) -> Any:
            self.calls[self.function] += 1
            try:
                answer = handler(request)
            except ConditionalCheckFailed as failed:
                item: Any = failed.response.get("Item")
                self.writes[self.function] += _write_units(item)
                raise
            self._read(operation, request, answer)
            if operation == "BatchExecuteStatement":
                refused = [each["Error"] for each in answer["Responses"] if "Error" in each]
                self.writes[self.function] += sum(_write_units(each.get("Item")) for each in refused)
            return answer

        return call

    def _write(self, partition: str, old: Item | None, new: Item | None) -> None:
        units = max(_write_units(old), _write_units(new))
        if partition.startswith(_PARTY):
            self.parties[self.function] += units
            return
        self.shards += units if partition.startswith(MESSAGES_PREFIX) else 0
        for name, index in self._indexes.items():
            entries = _entries_written(index, old, new)
            units += 0 if name == _RECIPIENTS.name else entries
            if name == "messages_by_carrier_id":
                self.carrier_ids[self.function] += entries
            if name == _RECIPIENTS.name:
                self.recipients[self.function] += entries
        self.writes[self.function] += units

    def _read(self, operation: str, request: Mapping[str, Any], answer: Any) -> None:
        found: list[Item] = []
        if operation == "GetItem":
            found = [answer["Item"]] if "Item" in answer else []
            self.reads[self.function] += _read_units(answer.get("Item"))
        elif operation == "BatchGetItem":
            wanted = sum(len(each["Keys"]) for each in request["RequestItems"].values())
            found = [item for items in answer["Responses"].values() for item in items]
            self.reads[self.function] += sum(map(_read_units, found)) + wanted - len(found)
        elif operation == "Query":
            found = answer["Items"]
            self.reads[self.function] += max(math.ceil(sum(_size(item) for item in found) / 4_096), 1)
        self.read_bytes += sum(_size(item) for item in found)

    def of(self, counter: Counter[str], functions: frozenset[str]) -> int:
        return sum(counter[function] for function in functions)

    def of_search(self) -> int:
        return self.of(self.parties, WORKERS) + self.of(self.recipients, WORKERS)


def measure(messages: int = 10_000) -> dict[str, float]:
    """The named figures, a message unless the name says otherwise."""
    functions = str(ROOT / "functions")
    if functions not in sys.path:
        sys.path.insert(0, functions)
    with _world() as (world, meter):
        operation_id = _send(world, recipients()[:messages])
        stored = _stored(world, of_search=False)
        stored_for_search = _stored(world, of_search=True)
        shown = _shown(world, meter, operation_id)
    with _world() as (world, meter_of_one):
        for person in recipients()[:_BATCH]:
            _send(world, [person])
    every = meter.of(meter.writes, WORKERS)
    return {
        "writeUnits": round(every / messages, 3),
        "writeUnitsWithoutCarrierIds": round((every - meter.of(meter.carrier_ids, WORKERS)) / messages, 3),
        "writeUnitsOfOne": round(meter_of_one.of(meter_of_one.writes, WORKERS) / _BATCH, 3),
        "writeUnitsOfAws": round(_of_aws(recipients()[:messages]), 3),
        "writeUnitsOfAddressSearch": round(meter.of_search() / messages, 3),
        "writeUnitsOfAddressSearchOfOne": round(meter_of_one.of_search() / _BATCH, 3),
        "indexWriteUnitsOfAddressSearch": round(meter.of(meter.recipients, WORKERS) / messages, 3),
        "readUnits": round(meter.of(meter.reads, WORKERS) / messages, 3),
        "awsCalls": round(meter.of(meter.calls, WORKERS) / messages, 3),
        "receiveCallsFor50": _receive_calls(50),
        "readUnitsOfOne": round(meter_of_one.of(meter_of_one.reads, WORKERS) / _BATCH, 3),
        "shardWriteUnits": round(meter.shards / messages, 3),
        "acceptWriteUnits": round(meter.writes["accept"] / messages, 3),
        "acceptWriteUnitsOfOne": round(meter_of_one.writes["accept"] / _BATCH, 3),
        "storedBytes": round(stored / messages),
        "storedBytesOfAddressSearch": round(stored_for_search / messages),
        "tallyWriteUnits": round(meter.writes["tally"] / messages, 3),
        "tallyWriteUnitsOfOne": round(meter_of_one.writes["tally"] / _BATCH, 3),
        "tallyWriteUnitsScattered": round(_scattered(messages), 3),
        "operationReadBytes": shown,
        "cancelWriteUnits": round(_canceled(messages), 3),
    }


@contextmanager
def _world(**parameters: str) -> Iterator[tuple[World, Meter]]:
    environment = {"AWS_DEFAULT_REGION": REGION, "AWS_ACCESS_KEY_ID": "x", "AWS_SECRET_ACCESS_KEY": "x"}
    with mock.patch.dict(os.environ, environment):
        aws = SimulatedAws()
        with aws.installed():
            world = World.create(os.environ.__setitem__, **parameters)
            world.settle()
            meter = Meter(aws)
            invoke = worlds.invoke

            def metered(function: str, event: Mapping[str, Any], **more: Any) -> Any:
                before, meter.function = meter.function, function
                try:
                    return invoke(function, event, **more)
                finally:
                    meter.function = before

            with mock.patch.object(worlds, "invoke", metered):
                yield world, meter


def _send(world: World, people: Sequence[Any]) -> str:
    """Send, and run until the last receipt is counted; return the operation's id."""
    answer = world.post("/Messages", {"to": people, "content": {"text": TEXT}})
    if answer.status != 202:
        raise RuntimeError(answer.body)
    world.settle(wait=1)
    return str(answer.body["operationId"])


def _of_aws(people: Sequence[Any]) -> float:
    """Write units of a message that AWS carries and reports on."""
    # A limit of the account that counts, and that this does not reach.
    with _world(Carrier="aws", AccountPartsPerDay="1000000") as (world, meter), units_aws.carried():
        _send(world, people)
        units_aws.tell(world)
        world.settle()
        return meter.of(meter.writes, WORKERS) / len(people)


def _stored(world: World, *, of_search: bool) -> int:
    """The bytes that an account's table stores, and DynamoDB's own of each item and entry: of the address
    search, or of all else."""
    is_search, all_indexes = _RECIPIENTS.partition, indexes.of_template()
    size = items = entries = 0
    for item in world.items():
        is_party = item["pk"]["S"].startswith(_PARTY)
        size += _size(
            {name: value for name, value in item.items() if (is_party or name == is_search) == of_search}
        )
        items += is_party == of_search
        for name, index in all_indexes.items():
            entries += index.entry_of(item) is not None and (name == _RECIPIENTS.name) == of_search
    return size + _OVERHEAD * (items + entries)


def _shown(world: World, meter: Meter, operation_id: str) -> int:
    """The bytes of the table that GET of an operation reads."""
    before = meter.read_bytes
    world.operation(operation_id)
    return meter.read_bytes - before


def _receive_calls(receipts: int) -> int:
    """The AWS calls for one event of so many receipts."""
    with _world(SandboxReceiptSeconds="1") as (world, meter):
        world.post("/Messages", {"to": recipients()[:receipts], "content": {"text": TEXT}})
        world.settle()
        bodies = [body for _, body in _waiting(world)]
        records = [
            {**record, "messageId": str(number)}
            for number, body in enumerate(bodies)
            for record in sqs_event(body)["Records"]
        ]
        worlds.invoke("receive", {"Records": records})
        return meter.calls["receive"]


def _waiting(world: World) -> list[tuple[str, str]]:
    """The messages that the receipt queue gets within a minute."""
    aws: Any = world.aws
    aws.wait(60)
    return list(aws.visible("ReceiptQueue"))


def _scattered(messages: int) -> float:
    """Units of counting a message whose receipt comes in a batch of 100 from all over the operation."""
    with _world() as (world, meter):
        recorded: list[Any] = []
        stream = world.stream_records

        def kept() -> list[Any]:
            records = list(stream())
            recorded.extend(filter(_is_receipt, records))
            return [each for each in records if not _is_receipt(each)]

        with mock.patch.object(world, "stream_records", kept):
            _send(world, recipients()[:messages])
        Random(1).shuffle(recorded)  # noqa: S311 (not for secrets)
        for start in range(0, len(recorded), _BATCH):
            worlds.invoke("tally", {"Records": recorded[start : start + _BATCH]})
        return meter.writes["tally"] / messages


def _canceled(messages: int) -> float:
    """Units a message that the cancellation of a scheduled operation writes, its counting included."""
    with _world() as (world, meter):
        at = (world.aws.now + timedelta(hours=1)).isoformat()
        body = {"to": recipients()[:messages], "content": {"text": TEXT}, "schedule": {"sendAt": [at]}}
        operation_id = str(world.post("/Messages", body).body["operationId"])
        world.settle()
        before = meter.writes.total()
        world.post(f"/Messages/Operations/{operation_id}/Cancel", "")
        world.settle()
        stats = world.operation(operation_id)["stats"]
        if stats["canceled"] != messages:
            raise RuntimeError(f"of {messages} messages {stats['canceled']} are canceled")
        return (meter.writes.total() - before) / messages


def _is_receipt(record: Mapping[str, Any]) -> bool:
    """Whether a record of the stream is of a row that a receipt has changed."""
    image = record["dynamodb"].get("NewImage", {})
    return record["eventName"] == "MODIFY" and image.get("status", {}).get("S") in REPORTED


def _size(item: Item) -> int:
    return size_of(dict(item))


def _write_units(item: Item | None) -> int:
    return max(math.ceil(_size(item) / 1_024), 1) if item else 1


def _read_units(item: Item | None) -> int:
    return max(math.ceil(_size(item) / 4_096), 1) if item else 1


def _entries_written(index: indexes.Index, old: Item | None, new: Item | None) -> int:
    """How many entries AWS writes or deletes: two where an item moves to another place of the index."""
    entries = [index.entry_of(item) for item in (old, new)]
    if entries[0] == entries[1]:
        return 0
    return len({(entry[index.partition]["S"], entry[index.sort]["S"]) for entry in entries if entry})
