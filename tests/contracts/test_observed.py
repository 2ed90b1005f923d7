"""Metrics have one name in the code, the alarms, the dashboard and the runbook."""

import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from aws_lambda_powertools import Logger

from tests.contracts.documents import table
from tests.template import ROOT, resources, template

OURS = "${AWS::StackName}"
[DASHBOARD] = resources("AWS::CloudWatch::Dashboard").values()
BODY = json.loads(DASHBOARD["DashboardBody"]["Fn::Sub"])
# What AWS calls its own.
OF_AWS = {
    "AWS/SQS": {"ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"},
    "AWS/Lambda": {"Errors", "IteratorAge", "Throttles"},
    "AWS/DynamoDB": {"ReadThrottleEvents", "WriteThrottleEvents"},
    "AWS/ApiGateway": {"Count", "4XXError", "5XXError"},
    "AWS/Scheduler": {"InvocationsFailedToBeSentToDeadLetterCount"},
}


def emitted() -> set[str]:
    """The metrics that the code names: each is a text there, in full."""
    texts = [path.read_text() for path in (ROOT / "layers/herald/herald").rglob("*.py")]
    texts += [path.read_text() for path in (ROOT / "functions").glob("*.py")]
    rows = {row["Metric"] for row in table("docs/operations.md", "Metric", "Counts", "Look when")}
    names = {name.strip(" `") for row in rows for name in row.split(",")}
    return {name for name in names if any(f'"{name}"' in text for text in texts)}


def shown() -> Iterator[tuple[str, str, list[Any]]]:
    """Namespace, name and dimensions of each metric of the dashboard."""
    for widget in BODY["widgets"]:
        for namespace, *rest in widget["properties"]["metrics"]:
            if isinstance(namespace, str):
                name, *dimensions = [each for each in rest if isinstance(each, str)]
                yield namespace, name, dimensions
            else:
                [searched] = re.findall(r'MetricName="(\w+)"', namespace["expression"])
                yield OURS, searched, []


def test_the_runbook_lists_what_the_code_counts_and_no_more() -> None:
    rows = {row["Metric"] for row in table("docs/operations.md", "Metric", "Counts", "Look when")}
    listed = {name.strip(" `") for row in rows for name in row.split(",")}
    calls = re.compile(r'(?:count|count_by_code|measure)\(\s*"(\w+)"')
    sources = [*(ROOT / "layers/herald/herald").rglob("*.py"), *(ROOT / "functions").glob("*.py")]
    called = {name for path in sources for name in calls.findall(path.read_text())}

    assert called <= listed
    assert listed == emitted()


def test_the_dashboard_shows_what_there_is() -> None:
    known = {OURS: emitted(), **OF_AWS}

    assert [each for each in shown() if each[1] not in known[each[0]]] == []


def test_the_dashboard_shows_everything_that_an_operator_asks_for() -> None:
    names = {name for _, name, _ in shown()}

    assert names >= {
        "RecipientAccepted",
        "MessageSent",
        "MessageFailedByCode",
        "ResultDelay",
        "ApproximateAgeOfOldestMessage",
        "Throttles",
        "WriteThrottleEvents",
        "PriceReported",
    }


def test_own_metrics_have_the_dimension_that_the_code_gives_them() -> None:
    found = [each for each in shown() if each[0] == OURS and each[2]]

    assert {tuple(dimensions) for _, _, dimensions in found} == {("service", "herald")}


def test_a_search_quotes_the_name_of_the_stack() -> None:
    """CloudWatch asks for quotation marks where a name has a hyphen, as names of stacks may."""
    found = [re.findall(r"SEARCH\('\{(.*?)\} ", expression) for expression in _searches()]

    assert found == [['"herald-production",code,service']]


def _searches() -> Iterator[str]:
    for each in BODY["widgets"]:
        for [metric, *_] in each["properties"]["metrics"]:
            if isinstance(metric, dict):
                yield metric["expression"].replace(OURS, "herald-production")


def test_widgets_lie_beside_each_other() -> None:
    fields = [
        (x, y)
        for each in BODY["widgets"]
        for x in range(each["x"], each["x"] + each["width"])
        for y in range(each["y"], each["y"] + each["height"])
    ]

    assert len(fields) == len(set(fields))
    assert max(x for x, _ in fields) < 24


@pytest.mark.parametrize("name", resources("AWS::CloudWatch::Alarm"))
def test_an_alarm_is_on_a_metric_that_there_is(name: str) -> None:
    alarm = resources("AWS::CloudWatch::Alarm")[name]
    namespace = alarm["Namespace"]

    known = emitted() if namespace == {"Ref": "AWS::StackName"} else OF_AWS[namespace]
    assert alarm["MetricName"] in known


def test_lambda_s_log_level_does_not_override_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = template()["Globals"]["Function"]

    # With the format JSON, Lambda sets AWS_LAMBDA_LOG_LEVEL, which Powertools prefers to its own variable.
    assert settings["LoggingConfig"]["LogFormat"] == "Text"
    assert settings["Environment"]["Variables"]["POWERTOOLS_LOG_LEVEL"] == {"Ref": "LogLevel"}
    for level in template()["Parameters"]["LogLevel"]["AllowedValues"]:
        monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", level)
        assert logging.getLevelName(Logger(service=f"test {level}").log_level) == level


def test_the_access_log_has_nothing_personal() -> None:
    [api] = resources("AWS::Serverless::Api").values()
    condition, setting, otherwise = api["AccessLogSetting"]["Fn::If"]
    line = json.loads(setting["Format"])

    assert (condition, otherwise) == ("LogsAccess", {"Ref": "AWS::NoValue"})
    # By what a value is, so that nothing else comes in by another name.
    assert set(line.values()) == {
        "$context.requestId",
        "$context.requestTime",
        "$context.httpMethod",
        "$context.resourcePath",
        "$context.status",
        "$context.authorizer.account",
        "$context.authorizer.key",
        "$context.responseLatency",
        "$context.integration.requestId",
        "$context.integration.latency",
        "$context.error.responseType",
    }
    runbook = (ROOT / "docs/operations.md").read_text()
    assert [name for name in line if f"`{name}`" not in runbook] == []
