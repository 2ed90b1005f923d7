"""The simulated queues, stream, schedules and processes do what those of AWS do."""

from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from tests.sim.deaths import Died
from tests.sim.edge import Strike
from tests.sim.kernel import Kernel, Pool
from tests.sim.plans import Calm
from tests.sim.queues import Queues
from tests.sim.schedules import EXCEPTIONS, Schedules
from tests.sim.stream import Stream, StreamSource
from tests.sim.stubs import Lambda, Outside, Struck, badly, chunk_queue, sorts, well
from tests.template import event_sources

# ----------------------------------------------------------------------------- queues


def test_a_message_is_handed_over_once_its_delay_is_over() -> None:
    functions = Lambda(well)
    queues = chunk_queue(functions)

    queues.send_message({"QueueUrl": "ChunkQueue", "MessageBody": "now"})
    queues.send_message({"QueueUrl": "ChunkQueue", "MessageBody": "later", "DelaySeconds": 900})
    functions.kernel.run()

    assert [(at, event["Records"][0]["body"]) for at, event in functions.events] == [
        (0, "now"),
        (900, "later"),
    ]
    assert queues["ChunkQueue"].messages == {}


def test_what_fails_as_often_as_a_queue_allows_is_a_dead_letter() -> None:
    functions = Lambda(badly)
    queues = chunk_queue(functions)

    queues.send_message({"QueueUrl": "ChunkQueue", "MessageBody": "poison"})
    functions.kernel.run()

    assert [at for at, _ in functions.events] == [*range(0, 1_000 * 360, 360)]
    assert [each.body for each in queues["ChunkDeadLetters"].messages.values()] == ["poison"]


def test_no_more_than_so_many_are_worked_on_at_once() -> None:
    def slowly(event: dict[str, Any]) -> Any:
        functions.kernel.pause(10)
        return well(event)

    functions = Lambda(slowly)
    queues = chunk_queue(functions)

    for number in range(4):
        queues.send_message({"QueueUrl": "ChunkQueue", "MessageBody": str(number)})
    functions.kernel.run()

    assert [at for at, _ in functions.events] == [0, 0, 10, 10]


@pytest.mark.parametrize(
    "entries",
    [
        [{"Id": str(number), "MessageBody": "x"} for number in range(11)],
        [{"Id": "1", "MessageBody": "x"}, {"Id": "1", "MessageBody": "y"}],
        [{"Id": "1", "MessageBody": ""}],
        [{"Id": "1", "MessageBody": "\0"}],
        [{"Id": "1", "MessageBody": "x", "DelaySeconds": 901}],
        [{"Id": "1", "MessageBody": "x", "DelaySeconds": 1.5}],
        [{"Id": "1", "MessageBody": "x", "MessageGroupId": "with space"}],
        [{"Id": str(number), "MessageBody": "x" * 200_000} for number in range(6)],
    ],
)
def test_what_sqs_refuses_is_refused(entries: list[dict[str, Any]]) -> None:
    queues = Queues(Kernel(1, 0.0))

    with pytest.raises(ClientError):
        queues.send_message_batch({"QueueUrl": "ChunkQueue", "Entries": entries})

    assert queues["ChunkQueue"].messages == {}


# ----------------------------------------------------------------------------- stream


def tally_stream(functions: Lambda) -> tuple[Stream, Queues, StreamSource]:
    stream, queues = Stream(functions.kernel), Queues(functions.kernel)
    [source] = [each for each in event_sources("DynamoDB") if each.function == "tally"]
    mapping = StreamSource(functions.kernel, source, queues["StreamDeadLetters"], functions.invoke, Calm({}))
    stream.feed(mapping)
    return stream, queues, mapping


def test_changes_of_a_partition_come_in_their_order_and_others_not_at_all() -> None:
    functions = Lambda(lambda event: None)
    stream, _, _ = tally_stream(functions)

    for number in range(30):
        row = {"n": {"N": str(number)}, "details": {"S": "{}"}}
        stream.write(("MESSAGES#AC#1", f"comms_message_{number:02}"), None, row)
        stream.write(("CHUNK#1", "PROGRESS"), None, {"n": {"N": "1"}})
    functions.kernel.run()

    assert [sort for _, event in functions.events for sort in sorts(event)] == [
        f"comms_message_{number:02}" for number in range(30)
    ]


def test_a_bad_record_is_found_by_halves_and_given_up_in_the_end() -> None:
    def handler(event: dict[str, Any]) -> None:
        if "comms_message_5" in sorts(event):
            raise ValueError("poison")

    functions = Lambda(handler)
    stream, queues, mapping = tally_stream(functions)

    for number in range(8):
        stream.write(("MESSAGES#AC#1", f"comms_message_{number}"), None, {"details": {"S": "{}"}})
    functions.kernel.run()

    handed_over = [record["dynamodb"]["Keys"]["sk"]["S"] for some in mapping.delivered for record in some]
    assert handed_over == [f"comms_message_{number}" for number in (0, 1, 2, 3, 4, 6, 7)]
    assert len(queues["StreamDeadLetters"].messages) == 1
    assert sum("comms_message_5" in sorts(event) for _, event in functions.events) == 101


# -------------------------------------------------------------------------- schedules


def scheduled(name: str, at: str) -> dict[str, Any]:
    return {
        "Name": name,
        "GroupName": "group",
        "ScheduleExpression": f"at({at})",
        "ScheduleExpressionTimezone": "UTC",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {"Arn": "arn:aws:sqs:r:1:ChunkQueue", "RoleArn": "role", "Input": name},
    }


def test_a_schedule_fires_in_its_minute_unless_it_was_deleted() -> None:
    kernel = Kernel(1, 0.0)
    queues = Queues(kernel)
    schedules = Schedules(kernel, queues, "group", Calm({}))

    schedules.create_schedule(scheduled("one", "1970-01-01T01:00:00"))
    schedules.create_schedule(scheduled("two", "1970-01-01T01:00:00"))
    schedules.delete_schedule({"Name": "two", "GroupName": "group"})
    kernel.run()

    assert queues["ChunkQueue"].sent == ["one"]
    assert 3_600 <= kernel.now < 3_660


def test_schedules_refuse_what_scheduler_refuses() -> None:
    kernel = Kernel(1, 7_200.0)
    schedules = Schedules(kernel, Queues(kernel), "group", Calm({}))
    schedules.create_schedule(scheduled("one", "1970-01-02T01:00:00"))

    with pytest.raises(EXCEPTIONS.ConflictException):
        schedules.create_schedule(scheduled("one", "1970-01-02T01:00:00"))
    with pytest.raises(EXCEPTIONS.ResourceNotFoundException):
        schedules.delete_schedule({"Name": "two", "GroupName": "group"})
    with pytest.raises(EXCEPTIONS.ValidationException):
        schedules.create_schedule(scheduled("past", "1970-01-01T01:00:00"))
    with pytest.raises(EXCEPTIONS.ValidationException):
        schedules.create_schedule(scheduled("a name with spaces", "1970-01-02T01:00:00"))


# ------------------------------------------------------------------ processes and calls


@pytest.mark.parametrize(
    ("strike", "done", "error"),
    [
        (Strike.BEFORE, [], Died),
        (Strike.AFTER, [1], Died),
        (Strike.LOST, [1, 1], None),
        (Strike.VANISHED, [1], ReadTimeoutError),
        (Strike.REFUSED, [], ClientError),
    ],
)
def test_a_strike_is_what_it_says(strike: Strike, done: list[int], error: type[BaseException] | None) -> None:
    outside = Outside(Struck(_0=strike))

    process = outside.run(lambda: outside.client.send_message(Body=1))

    assert outside.done == done
    assert isinstance(process.error, error) if error else process.result == 2
    assert outside.ended == [process]


def test_a_process_that_dies_dies_in_all_of_its_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = Outside(Struck(_2=Strike.BEFORE))
    monkeypatch.setattr(Pool, "kernel", outside.kernel)
    swallowed: list[Exception] = []

    def call(number: int) -> None:
        for step in range(10):
            try:
                outside.client.send_message(Body=(number, step))
            except Exception as error:
                swallowed.append(error)

    def script() -> None:
        with Pool(max_workers=3) as pool:
            list(pool.map(call, range(3)))

    process = outside.run(script)

    assert isinstance(process.error, Died)
    assert len(outside.done) <= 2
    assert swallowed == []


def test_a_process_is_killed_in_the_middle_of_a_call(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = Outside(Calm({}))

    process = outside.run(lambda: [outside.client.send_message(Body=number) for number in range(1_000)], 0.1)

    assert isinstance(process.error, Died)
    assert 3 <= len(outside.done) <= 100
    assert outside.kernel.now < 0.2


def test_threads_of_a_pool_take_turns_and_answer_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = Outside(Calm({}))
    monkeypatch.setattr(Pool, "kernel", outside.kernel)

    def call(number: int) -> int:
        outside.client.send_message(Body=number)
        outside.client.send_message(Body=number)
        return number

    def script() -> list[int]:
        with Pool(max_workers=3) as pool:
            return list(pool.map(call, range(9)))

    process = outside.run(script)

    assert process.result == list(range(9))
    assert sorted(outside.done) == sorted([*range(9), *range(9)])
    assert outside.done != sorted(outside.done)
