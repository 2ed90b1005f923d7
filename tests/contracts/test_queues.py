"""A failed message is not lost: it is tried again, then becomes a dead letter, with an alarm."""

import pytest

from herald.sending import once
from herald.timing import FAN_OUT_SECONDS, LEASE_SECONDS
from tests.contracts.rights import listed, statements_of
from tests.template import event_sources, resource_of, resources, template

QUEUES = resources("AWS::SQS::Queue")
FROM_QUEUES = {resource_of(source.properties["Queue"]): source for source in event_sources("SQS")}
FROM_STREAM = {source.function: source for source in event_sources("DynamoDB")}
FOURTEEN_DAYS = 14 * 24 * 60 * 60


def _timeout(function: str) -> int:
    [found] = (
        each
        for each in resources("AWS::Serverless::Function").values()
        if each["Handler"] == f"{function}.handler"
    )
    return int(found.get("Timeout", template()["Globals"]["Function"]["Timeout"]))


def _dead_letters() -> set[str]:
    redriven = [
        queue["RedrivePolicy"]["deadLetterTargetArn"] for queue in QUEUES.values() if "RedrivePolicy" in queue
    ]
    given_up = [
        source.properties["DestinationConfig"]["OnFailure"]["Destination"] for source in FROM_STREAM.values()
    ]
    return {resource_of(each) for each in redriven + given_up}


def test_the_queues_are_those_that_functions_read_and_their_dead_letters() -> None:
    assert FROM_QUEUES.keys() == {"ChunkQueue", "InboundQueue", "ReceiptQueue"}
    assert _dead_letters() == {
        "ChunkDeadLetters",
        "InboundDeadLetters",
        "ReceiptDeadLetters",
        "StreamDeadLetters",
    }
    assert FROM_QUEUES.keys() | _dead_letters() == QUEUES.keys()


@pytest.mark.parametrize(
    ("queue", "dead_letters"),
    [
        ("ChunkQueue", "ChunkDeadLetters"),
        ("InboundQueue", "InboundDeadLetters"),
        ("ReceiptQueue", "ReceiptDeadLetters"),
    ],
)
def test_a_receive_is_no_try_and_sqs_gives_up_last(queue: str, dead_letters: str) -> None:
    assert QUEUES[queue]["RedrivePolicy"] == {
        "deadLetterTargetArn": {"Fn::GetAtt": f"{dead_letters}.Arn"},
        "maxReceiveCount": 1_000,
    }


@pytest.mark.parametrize("name", QUEUES)
def test_every_queue_keeps_what_it_has_for_fourteen_days_and_encrypted(name: str) -> None:
    assert QUEUES[name]["MessageRetentionPeriod"] == FOURTEEN_DAYS
    # By SQS's own key, or by the operator's.
    nothing, given = {"Ref": "AWS::NoValue"}, {"Ref": "KmsKeyArn"}
    assert QUEUES[name]["SqsManagedSseEnabled"] == {"Fn::If": ["HasKmsKey", nothing, True]}
    assert QUEUES[name]["KmsMasterKeyId"] == {"Fn::If": ["HasKmsKey", given, nothing]}


@pytest.mark.parametrize("name", sorted(_dead_letters()))
def test_somebody_is_told_of_dead_letters(name: str) -> None:
    [alarm] = [
        each
        for each in resources("AWS::CloudWatch::Alarm").values()
        if each["Dimensions"] == [{"Name": "QueueName", "Value": {"Fn::GetAtt": f"{name}.QueueName"}}]
    ]

    assert {key: value for key, value in alarm.items() if key not in ("AlarmDescription", "Dimensions")} == {
        "Namespace": "AWS/SQS",
        "MetricName": "ApproximateNumberOfMessagesVisible",
        "Statistic": "Maximum",
        "Period": 60,
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "ComparisonOperator": "GreaterThanOrEqualToThreshold",
        "TreatMissingData": "notBreaching",
        "AlarmActions": [{"Ref": "Alarms"}],
    }


@pytest.mark.parametrize("queue", FROM_QUEUES)
def test_a_message_stays_hidden_for_six_times_the_timeout_of_its_function(queue: str) -> None:
    assert QUEUES[queue]["VisibilityTimeout"] >= 6 * _timeout(FROM_QUEUES[queue].function)


def test_a_worker_is_dead_before_its_lease_ends() -> None:
    assert _timeout("fan_out") == FAN_OUT_SECONDS < LEASE_SECONDS


def test_a_request_is_dead_before_its_key_is_free_again() -> None:
    assert _timeout("accept") < once.LEASE_SECONDS


@pytest.mark.parametrize("queue", FROM_QUEUES)
def test_one_failed_message_does_not_repeat_the_others(queue: str) -> None:
    assert FROM_QUEUES[queue].properties["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("function", FROM_STREAM)
def test_a_record_that_always_fails_is_isolated_and_put_aside(function: str) -> None:
    properties = FROM_STREAM[function].properties

    assert {
        name: properties[name]
        for name in ("BisectBatchOnFunctionError", "MaximumRetryAttempts", "DestinationConfig")
    } == {
        "BisectBatchOnFunctionError": True,
        "MaximumRetryAttempts": 100,
        "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": "StreamDeadLetters.Arn"}}},
    }


@pytest.mark.parametrize("function", FROM_STREAM)
def test_no_change_is_missed_after_a_deployment(function: str) -> None:
    assert FROM_STREAM[function].properties["StartingPosition"] == "TRIM_HORIZON"


def test_a_function_that_may_set_itself_going_is_not_taken_for_a_loop() -> None:
    """Lambda ends what goes round by queues after sixteen rounds, unless it is allowed."""
    reads = {queue: source.function for queue, source in FROM_QUEUES.items()}
    sets_going = {
        function: {
            reads[queue]
            for statement in statements_of(function)
            if "sqs:SendMessage" in listed(statement["Action"])
            for queue in map(resource_of, listed(statement["Resource"]))
            if queue in reads
        }
        for function in set(reads.values())
    }
    in_a_circle = set()
    for function in sets_going:
        seen: set[str] = set()
        waiting = list(sets_going[function])
        while waiting:
            found = waiting.pop()
            if found not in seen:
                seen.add(found)
                waiting += sets_going[found]
        if function in seen:
            in_a_circle.add(function)

    allowed = {
        each["Handler"].removesuffix(".handler")
        for each in resources("AWS::Serverless::Function").values()
        if each.get("RecursiveLoop") == "Allow"
    }
    assert allowed == in_a_circle == {"fan_out", "receive"}
