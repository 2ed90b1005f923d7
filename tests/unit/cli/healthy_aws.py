"""What AWS answers of a stack in which nothing is wrong."""

import io
import json
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, Final

TABLE: Final = "herald-Table-1"
STREAM: Final = f"arn:aws:dynamodb:us-east-1:123456789012:table/{TABLE}/stream/2026-01-02T03:04:05.678"
TOPIC: Final = "arn:aws:sns:us-east-1:123456789012:herald-SmsEvents-1"
URL: Final = "https://a1b2.execute-api.us-east-1.amazonaws.com/v1"
_QUEUES: Final = (
    "ChunkQueue",
    "ReceiptQueue",
    "InboundQueue",
    "ChunkDeadLetters",
    "ReceiptDeadLetters",
    "InboundDeadLetters",
    "StreamDeadLetters",
)
_FUNCTIONS: Final = ("FanOutFunction", "ReceiveFunction", "DispatchFunction", "TallyFunction")
PARAMETERS: Final = {
    "Carrier": "aws",
    "FanOutConcurrency": "4",
    "ReceiveConcurrency": "2",
    "AuthorizerCacheSeconds": "60",
    "ConfigurationSet": "mine",
}
OUTPUTS: Final = {
    "ApiUrl": URL,
    "ApiId": "a1b2",
    "TableName": TABLE,
    "KeySecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:key",
    "SmsEventsTopicArn": TOPIC,
}


def queue_url(name: str) -> str:
    return f"https://sqs.us-east-1.amazonaws.com/123456789012/herald-{name}-1"


def stack(**changes: Any) -> dict[str, Any]:
    """The answer to DescribeStacks; `changes` replace PARAMETERS, OUTPUTS or the status."""
    outputs, parameters = changes.get("outputs", OUTPUTS), changes.get("parameters", PARAMETERS)
    found = {
        "StackName": "herald",
        "CreationTime": datetime(2026, 1, 2, tzinfo=UTC),
        "StackStatus": changes.get("status", "UPDATE_COMPLETE"),
        "Outputs": [{"OutputKey": name, "OutputValue": value} for name, value in outputs.items()],
        "Parameters": [{"ParameterKey": name, "ParameterValue": each} for name, each in parameters.items()],
    }
    return {"Stacks": [found]}


def _resources() -> dict[str, Any]:
    made = {
        **{name: ("AWS::SQS::Queue", queue_url(name)) for name in _QUEUES},
        **{name: ("AWS::Lambda::Function", f"herald-{name}-1") for name in _FUNCTIONS},
        "Alarms": ("AWS::SNS::Topic", "arn:aws:sns:us-east-1:123456789012:herald-Alarms-1"),
        "ChunkQueueAlarm": ("AWS::CloudWatch::Alarm", "herald-ChunkQueueAlarm-1"),
    }
    return {
        "StackResourceSummaries": [
            {
                "LogicalResourceId": name,
                "PhysicalResourceId": physical,
                "ResourceType": kind,
                "LastUpdatedTimestamp": datetime(2026, 1, 2, tzinfo=UTC),
                "ResourceStatus": "CREATE_COMPLETE",
            }
            for name, (kind, physical) in made.items()
        ]
    }


def mappings(**changes: Any) -> Any:
    """The answers to ListEventSourceMappings; `changes` are of every mapping."""
    of = {
        "FanOutFunction": ["ChunkQueue"],
        "ReceiveFunction": ["ReceiptQueue", "InboundQueue"],
        "DispatchFunction": [""],
        "TallyFunction": [""],
    }

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        name = request["FunctionName"].split("-")[1]
        limit = {"FanOutFunction": 4, "ReceiveFunction": 2}.get(name)
        return {
            "EventSourceMappings": [
                {
                    "UUID": "0" * 36,
                    "State": "Enabled",
                    "EventSourceArn": f"arn:aws:sqs:us-east-1:123456789012:herald-{source}-1"
                    if source
                    else STREAM,
                    **({"ScalingConfig": {"MaximumConcurrency": limit}} if limit else {}),
                    **changes,
                }
                for source in of[name]
            ]
        }

    return answer


def depths(**of: int) -> Any:
    """The answers to GetQueueAttributes; the queues named have so many messages."""

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        name = request["QueueUrl"].split("-")[-2]
        attributes = {
            "ApproximateNumberOfMessages": str(of.get(name, 0)),
            "ApproximateNumberOfMessagesNotVisible": "0",
            "SqsManagedSseEnabled": "true",
        }
        return {
            "Attributes": {key: attributes[key] for key in request["AttributeNames"] if key in attributes}
        }

    return answer


def figure(value: float | None, *, failed: float | None = None) -> Any:
    """The answers to GetMetricStatistics: `failed` for the messages on which functions failed."""
    at = datetime(2026, 1, 2, tzinfo=UTC)

    def answer(request: dict[str, Any]) -> dict[str, Any]:
        found = failed if request["MetricName"] == "WorkFailed" else value
        return {"Datapoints": [] if found is None else [{"Timestamp": at, "Maximum": found}]}

    return answer


def table(**changes: Any) -> dict[str, Any]:
    found = {
        "TableName": TABLE,
        "StreamSpecification": {"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        "LatestStreamArn": STREAM,
        "SSEDescription": {
            "Status": "ENABLED",
            "SSEType": "KMS",
            "KMSMasterKeyArn": "arn:aws:kms:us-east-1:123456789012:key/1",
        },
    }
    return {"Table": {**found, **changes}}


def export(seconds: int | None = 60) -> Any:
    """The answers to GetExport; None: without an authorizer."""
    scheme: Any = {"type": "apiKey"}
    if seconds is not None:
        scheme["x-amazon-apigateway-authorizer"] = {"authorizerResultTtlInSeconds": seconds}
    document = {"openapi": "3.0.1", "components": {"securitySchemes": {"BasicAuth": scheme}}}
    return lambda _: {"body": io.BytesIO(json.dumps(document).encode()), "contentType": "application/json"}


def alarm(state: str) -> dict[str, Any]:
    found = {"AlarmName": "herald-ChunkQueueAlarm-1", "StateValue": state, "AlarmDescription": "Chunks wait."}
    return {"MetricAlarms": [found]}


def subscription(arn: str) -> dict[str, Any]:
    return {"Subscriptions": [{"SubscriptionArn": arn, "Protocol": "email", "Endpoint": "me@example.com"}]}


def event_destination(topic: str, *, enabled: bool = True) -> dict[str, Any]:
    destination = {
        "EventDestinationName": "herald",
        "Enabled": enabled,
        "MatchingEventTypes": ["TEXT_DELIVERED"],
        "SnsDestination": {"TopicArn": topic},
    }
    made = {
        "ConfigurationSetArn": "arn:aws:sms-voice:us-east-1:123456789012:configuration-set/mine",
        "ConfigurationSetName": "mine",
        "EventDestinations": [destination],
        "CreatedTimestamp": datetime(2026, 1, 2, tzinfo=UTC),
    }
    return {"ConfigurationSets": [made]}


def limits(*, used: int) -> dict[str, Any]:
    return {"AccountLimits": [{"Name": "PHONE_NUMBERS", "Used": used, "Max": 25}]}


def spend(*, enforced: int, most: int = 100) -> dict[str, Any]:
    name = "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT"
    return {"SpendLimits": [{"Name": name, "EnforcedLimit": enforced, "MaxLimit": most, "Overridden": True}]}


def key(state: str) -> dict[str, Any]:
    return {"KeyMetadata": {"KeyId": "1", "KeyState": state, "KeyManager": "CUSTOMER"}}


_HEALTHY: Final = {
    "DescribeStacks": stack(),
    "ListStackResources": _resources(),
    "GetAccountSettings": {"AccountLimit": {"UnreservedConcurrentExecutions": 1000}},
    "ListEventSourceMappings": mappings(),
    "GetQueueAttributes": depths(),
    "GetMetricStatistics": figure(3),
    "DescribeAlarms": alarm("OK"),
    "ListSubscriptionsByTopic": subscription("arn:aws:sns:us-east-1:123456789012:herald-Alarms-1:1"),
    "DescribeTimeToLive": {
        "TimeToLiveDescription": {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"}
    },
    "DescribeTable": table(),
    "DescribeContinuousBackups": {
        "ContinuousBackupsDescription": {
            "ContinuousBackupsStatus": "ENABLED",
            "PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"},
        }
    },
    "DescribeKey": key("Enabled"),
    "GetExport": export(),
    "DescribeAccountAttributes": {"AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": "PRODUCTION"}]},
    "DescribeAccountLimits": limits(used=1),
    "DescribeSpendLimits": spend(enforced=100),
    "DescribeConfigurationSets": event_destination(TOPIC),
}


def healthy(**changes: Any) -> dict[str, Any]:
    """The answers by operation; `changes` replace some."""
    return {
        **{name: each if callable(each) else deepcopy(each) for name, each in _HEALTHY.items()},
        **changes,
    }
