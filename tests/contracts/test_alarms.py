"""Every failure has an alarm, and the runbook says what to do."""

import re
from typing import Any

import pytest

from herald.tasks import MAX_DELAY
from herald.timing import MOST_BEGINS
from tests.contracts.documents import table
from tests.template import ROOT, event_sources, resource_of, resources

ALARMS = resources("AWS::CloudWatch::Alarm")
QUEUES = resources("AWS::SQS::Queue")
WORK = {name: queue for name, queue in QUEUES.items() if "RedrivePolicy" in queue}
FUNCTIONS = resources("AWS::Serverless::Function")
FILES = {properties["Handler"].removesuffix(".handler"): name for name, properties in FUNCTIONS.items()}
OURS = {"Ref": "AWS::StackName"}


def alarms_on(namespace: object, metric: str, of: str | None = None) -> list[dict[str, Any]]:
    """The alarms on a metric of a resource of the template."""
    return [
        alarm
        for alarm in ALARMS.values()
        if (alarm["Namespace"], alarm["MetricName"]) == (namespace, metric)
        and (not of or (len(alarm["Dimensions"]) == 1 and resource_of(alarm["Dimensions"][0]["Value"]) == of))
    ]


@pytest.mark.parametrize("name", ALARMS)
def test_every_alarm_tells_somebody_and_nothing_is_no_alarm(name: str) -> None:
    alarm = ALARMS[name]

    assert alarm["AlarmActions"] == [{"Ref": "Alarms"}]
    assert alarm["TreatMissingData"] == "notBreaching"
    assert alarm["ComparisonOperator"] == "GreaterThanOrEqualToThreshold"
    assert alarm["Threshold"] > 0
    # What happened, what users notice, what to do.
    assert re.fullmatch(
        r"[A-Z0-9].+\. Users: .+\. Do: .+\. See docs/operations\.md\.", alarm["AlarmDescription"]
    )
    assert len(alarm["AlarmDescription"]) <= 1_024


def test_no_two_alarms_are_on_the_same() -> None:
    on = [(each["Namespace"], each["MetricName"], each["Dimensions"]) for each in ALARMS.values()]

    assert len(set(map(str, on))) == len(on)


@pytest.mark.parametrize("queue", WORK)
def test_what_waits_longer_than_anything_should_is_told_of(queue: str) -> None:
    [alarm] = alarms_on("AWS/SQS", "ApproximateAgeOfOldestMessage", queue)

    # Neither what is put off nor what is about to be given up.
    given_up_after = MOST_BEGINS * int(WORK[queue]["VisibilityTimeout"])
    assert MAX_DELAY + given_up_after < alarm["Threshold"] <= 3_600
    assert alarm["Statistic"] == "Maximum"


@pytest.mark.parametrize("queue", sorted(set(QUEUES) - set(WORK)))
def test_every_dead_letter_is_told_of(queue: str) -> None:
    [alarm] = alarms_on("AWS/SQS", "ApproximateNumberOfMessagesVisible", queue)

    assert (alarm["Threshold"], alarm["EvaluationPeriods"]) == (1, 1)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_that_crashes_is_told_of(function: str) -> None:
    [alarm] = alarms_on("AWS/Lambda", "Errors", function)

    assert alarm["Statistic"] == "Sum"


def test_a_function_that_is_throttled_is_told_of() -> None:
    [alarm] = alarms_on("AWS/Lambda", "Throttles")

    # Without a dimension it is of all functions of the account together.
    assert alarm["Dimensions"] == []


@pytest.mark.parametrize("source", list(event_sources("DynamoDB")), ids=lambda source: source.function)
def test_a_consumer_of_the_stream_that_is_behind_is_told_of(source: Any) -> None:
    [alarm] = alarms_on("AWS/Lambda", "IteratorAge", FILES[source.function])

    # Long before the stream forgets: it keeps records for a day.
    assert alarm["Threshold"] * 100 < 24 * 60 * 60 * 1000


def test_the_api_that_answers_5xx_is_told_of() -> None:
    [alarm] = alarms_on("AWS/ApiGateway", "5XXError")

    assert {each["Name"]: each["Value"] for each in alarm["Dimensions"]} == {"ApiName": OURS, "Stage": "v1"}
    # The average of a metric that is 0 or 1 for a request is the part of requests.
    assert (alarm["Statistic"], alarm["Threshold"]) == ("Average", 0.01)
    assert [name for name, each in resources("AWS::Serverless::Api").items() if "Name" in each] == []


@pytest.mark.parametrize(
    "metric",
    [
        "TallyWrong",
        "SenderStopped",
        "LooksLikeStop",
        "ChunkGone",
        "MessageDeferred",
        "CarrierUnknown",
        "OutcomeUnrecorded",
    ],
)
def test_what_herald_counts_of_trouble_is_told_of(metric: str) -> None:
    [alarm] = alarms_on(OURS, metric)

    assert alarm["Dimensions"] == [{"Name": "service", "Value": "herald"}]
    sources = (ROOT / "layers/herald/herald").rglob("*.py")
    assert any(f'"{metric}"' in path.read_text() for path in sources)


# SQS leaves a message out of the age of its queue once it was received three times, and an invocation that
# reports failed messages is no error of Lambda's.
@pytest.mark.parametrize("queue", WORK)
def test_work_that_fails_for_good_is_told_of_before_it_leaves_the_age_of_its_queue(queue: str) -> None:
    [alarm] = alarms_on(OURS, "WorkFailed")
    again = int(WORK[queue]["VisibilityTimeout"])

    assert alarm["Threshold"] == 1
    # A message that comes again every so often counts in that many periods of any that are looked at.
    assert again >= alarm["Period"]
    assert alarm["DatapointsToAlarm"] * again <= alarm["EvaluationPeriods"] * alarm["Period"]
    assert alarm["EvaluationPeriods"] * alarm["Period"] <= 3 * again


def test_callbacks_that_fail_are_told_of() -> None:
    [alarm] = alarms_on(OURS, "CallbackFailed")

    assert (alarm["Threshold"], alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == (1, 2, 3)


@pytest.mark.parametrize(
    "index", ["operations_by_account", "messages_by_carrier_id", "messages_by_recipient"]
)
def test_an_index_that_throttles_before_the_table_is_told_of(index: str) -> None:
    """The metrics of the table leave out its indexes."""
    [alarm] = [
        each
        for each in alarms_on("AWS/DynamoDB", "WriteThrottleEvents")
        if {"Name": "GlobalSecondaryIndexName", "Value": index} in each["Dimensions"]
    ]

    assert {"Name": "TableName", "Value": {"Ref": "Table"}} in alarm["Dimensions"]
    [table] = resources("AWS::DynamoDB::Table").values()
    assert index in {each["IndexName"] for each in table["GlobalSecondaryIndexes"]}


@pytest.mark.parametrize("metric", ["WriteThrottleEvents", "ReadThrottleEvents"])
def test_a_table_that_throttles_is_told_of(metric: str) -> None:
    [alarm] = alarms_on("AWS/DynamoDB", metric, "Table")

    assert alarm["Statistic"] == "Sum"


def test_the_runbook_says_of_every_alarm_what_to_do() -> None:
    rows = table("docs/operations.md", "Alarm", "What it means", "What to do", "Command")

    assert [re.sub("[`]", "", row["Alarm"]) for row in rows] == list(ALARMS)
    assert [row for row in rows if not row["What to do"].strip()] == []


def test_the_runbook_says_what_alarms_cost() -> None:
    text = (ROOT / "docs/operations.md").read_text()

    assert f"{len(ALARMS)} alarms" in text
