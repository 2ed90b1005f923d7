"""What is unkind for the whole of a run is as unkind as it says: the past, capacity, splits, throttles."""

from collections import Counter
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.sim.capacity import Capacity
from tests.sim.edge import Edge, Strike
from tests.sim.functions import TABLE
from tests.sim.kernel import Kernel, Process
from tests.sim.past import Past
from tests.sim.plans import Calm
from tests.sim.queues import Queues
from tests.sim.stream import Stream, StreamSource
from tests.sim.stubs import Lambda, Outside, Struck, chunk_queue, sorts, well
from tests.sim.table import SimulatedTable
from tests.sim.weather import GOOD, drawn
from tests.template import event_sources


def put(table: SimulatedTable, sort: str, value: str) -> None:
    item = {"pk": {"S": "p"}, "sk": {"S": sort}, "v": {"S": value}}
    table.put_item({"TableName": TABLE, "Item": item})


def test_a_read_that_does_not_ask_for_consistency_may_see_the_past_and_another_never_does() -> None:
    kernel = Kernel(1, 100.0)
    table = SimulatedTable(TABLE, now=lambda: kernel.now)
    past = Past(kernel, table, 10.0)
    table.changed = lambda key, old, new: past.changed(key, old)
    read = past.reading(table.get_item)
    put(table, "a", "old")
    kernel.now = 120.0
    put(table, "a", "new")
    put(table, "b", "only new")
    kernel.now = 121.0

    def seen(sort: str, **more: Any) -> set[str]:
        key = {"pk": {"S": "p"}, "sk": {"S": sort}}
        answers = [read({"TableName": TABLE, "Key": key, **more}) for _ in range(60)]
        return {answer.get("Item", {}).get("v", {}).get("S", "nothing") for answer in answers}

    assert seen("a", ConsistentRead=True) == {"new"}
    assert seen("b", ConsistentRead=True) == {"only new"}
    assert seen("a") == {"old", "new"}
    assert seen("b") == {"nothing", "only new"}
    # Afterwards everything is as it was.
    assert table.items["p", "a"]["v"] == {"S": "new"}
    assert table.sorted_of("p") == ["a", "b"]


def test_a_partition_takes_so_many_writes_and_more_once_time_has_passed() -> None:
    kernel = Kernel(1, 0.0)
    capacity = Capacity(kernel, 3)
    request = {"TableName": TABLE, "Item": {"pk": {"S": "p"}, "sk": {"S": "a"}}}
    done: list[Any] = []

    for _ in range(6):
        capacity.through("PutItem", request, done.append)
    with pytest.raises(ClientError):
        capacity.through("PutItem", request, done.append)
    kernel.now += 1
    capacity.through("PutItem", request, done.append)

    assert len(done) == 7


def test_a_batch_is_done_as_far_as_there_is_room() -> None:
    capacity = Capacity(Kernel(1, 0.0), 1)
    writes = [{"PutRequest": {"Item": {"pk": {"S": "p"}, "sk": {"S": str(number)}}}} for number in range(5)]
    seen: list[Any] = []

    def handler(request: Any) -> dict[str, Any]:
        seen.extend(request["RequestItems"][TABLE])
        return {"UnprocessedItems": {}}

    answer = capacity.through("BatchWriteItem", {"RequestItems": {TABLE: writes}}, handler)

    assert seen == writes[:2]
    assert answer["UnprocessedItems"] == {TABLE: writes[2:]}


def tally_stream(functions: Lambda) -> tuple[Stream, StreamSource]:
    return stream_of("tally", functions)


def stream_of(function: str, functions: Lambda) -> tuple[Stream, StreamSource]:
    stream, queues = Stream(functions.kernel), Queues(functions.kernel)
    [source] = [each for each in event_sources("DynamoDB") if each.function == function]
    mapping = StreamSource(functions.kernel, source, queues["StreamDeadLetters"], functions.invoke, Calm({}))
    stream.feed(mapping)
    return stream, mapping


def write(stream: Stream, number: int) -> None:
    row = {"n": {"N": str(number)}, "details": {"S": "{}"}}
    stream.write(("MESSAGES#AC#1", f"comms_message_{number:02}"), None, row)


def test_dispatch_works_on_several_operations_of_a_shard_at_once_and_on_the_changes_of_one_in_order() -> None:
    functions = Lambda(lambda event: functions.kernel.pause(5.0))
    stream, _ = stream_of("dispatch", functions)
    for revision in range(30):
        for number in range(4):
            image = {"revision": {"N": str(revision)}}
            stream.write((f"OPERATION#{number}", "OPERATION"), image if revision else None, image)

    functions.kernel.run()

    seen: dict[str, list[int]] = {}
    for _, event in functions.events:
        for record in event["Records"]:
            change = record["dynamodb"]
            partition = change["Keys"]["pk"]["S"]
            seen.setdefault(partition, []).append(int(change["NewImage"]["revision"]["N"]))
    assert list(seen.values()) == [list(range(30))] * 4
    # Two batches or more began before the first was over.
    assert functions.events[1][0] < functions.events[0][0] + 5.0


def test_the_shards_of_a_split_are_read_once_their_parent_is_and_then_side_by_side() -> None:
    functions = Lambda(lambda event: functions.kernel.pause(2.0))
    stream, _ = tally_stream(functions)
    for number in range(0, 10, 2):
        write(stream, number)

    stream.split("MESSAGES#AC#1", "comms_message_05")
    for number in range(10):
        write(stream, number)
    functions.kernel.run()

    batches = [[sort[-2:] for sort in sorts(event)] for _, event in functions.events]
    assert batches[0] == ["00", "02", "04", "06", "08"]
    assert sorted(batches[1:]) == [["00", "01", "02", "03", "04"], ["05", "06", "07", "08", "09"]]
    times = [at for at, _ in functions.events]
    assert times[1] >= times[0] + 2.0
    assert abs(times[2] - times[1]) < 1.0


def test_a_restored_table_has_a_new_stream_and_what_was_not_read_is_lost() -> None:
    functions = Lambda(well)
    stream, _ = tally_stream(functions)
    write(stream, 1)

    stream.restore()
    write(stream, 2)
    functions.kernel.run()

    assert [sorts(event) for _, event in functions.events] == [["comms_message_02"]]
    assert stream.records[-1]["dynamodb"]["SequenceNumber"] == "1"


def test_what_was_read_comes_again_in_other_batches_and_in_its_order() -> None:
    functions = Lambda(well)
    stream, mapping = tally_stream(functions)
    for number in range(20):
        write(stream, number)
    functions.kernel.run()
    functions.events.clear()

    assert mapping.again_in_other_batches()
    functions.kernel.run()

    again = [sort for _, event in functions.events for sort in sorts(event)]
    assert again == [f"comms_message_{number:02}" for number in range(20 - len(again), 20)]


def test_a_delivery_that_finds_no_free_process_is_a_receive_all_the_same() -> None:
    class Throttled(Calm):
        def throttles(self) -> bool:
            return len(functions.events) == 0 and functions.kernel.now < 1_000

    functions = Lambda(well)
    queues = chunk_queue(functions)
    source = queues["ChunkQueue"].source
    assert source
    source._plan = Throttled({})

    queues.send_message({"QueueUrl": "ChunkQueue", "MessageBody": "task"})
    functions.kernel.run()

    assert [at for at, _ in functions.events] == [1_080]
    [record] = functions.events[0][1]["Records"]
    assert record["attributes"]["ApproximateReceiveCount"] == "4"


@pytest.mark.parametrize(
    ("strike", "done", "calls"),
    [(Strike.LATE, [1], 1), (Strike.OVERTAKEN, [1, 1], 2), (Strike.POSTHUMOUS, [1], 1)],
)
def test_a_late_call_takes_effect_after_its_process_has_gone_on(
    strike: Strike, done: list[int], calls: int
) -> None:

    outside = Outside(Struck(_0=strike))
    ends: list[tuple[float, int]] = []

    def script() -> None:
        try:
            outside.client.send_message(Body=1)
        finally:
            ends.append((outside.kernel.now, len(outside.done)))

    process: Process = outside.run(script)

    assert outside.done == done
    assert len(outside.edge.calls) == calls
    # When the process ends, the late one is still to come.
    assert ends[0][1] == len(done) - 1
    assert process.is_over


def test_the_weather_of_seeds_has_every_kind_and_seldom_several() -> None:
    kinds = Counter(name for seed in range(300) for name, is_so in drawn(seed).kinds().items() if is_so)

    assert set(kinds) == set(GOOD.kinds())
    assert all(number >= 5 for number in kinds.values()), kinds
    assert not any(GOOD.kinds().values())


def test_in_an_outage_the_table_refuses_every_call_and_other_services_do_not() -> None:
    kernel = Kernel(1, 100.0)
    edge = Edge(kernel, Calm({}))
    edge.outage = (100.0, 160.0)
    edge.serve("dynamodb", "PutItem", lambda request: "put")
    edge.serve("sqs", "SendMessage", lambda request: "sent")
    answers: list[Any] = []

    def work() -> None:
        answers.append(edge.made("sqs", "SendMessage", {}))
        with pytest.raises(ClientError):
            edge.made("dynamodb", "PutItem", {})
        kernel.pause(60.0)
        answers.append(edge.made("dynamodb", "PutItem", {}))

    Process(kernel, "worker 1", lambda process: None).start(work)
    kernel.run()
    assert answers == ["sent", "put"]
    assert edge.faults["call in an outage"] == 1
