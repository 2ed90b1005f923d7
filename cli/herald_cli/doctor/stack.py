"""The checks of a stack's resources. They read, and change nothing."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

from herald_cli.doctor import table
from herald_cli.doctor.deployed import Deployed
from herald_cli.doctor.findings import (
    CannotCheckError,
    Check,
    Verdict,
    failure,
    ok,
    unchecked,
    warning,
)
from herald_cli.doctor.sources import DEAD_LETTERS, QUEUES, mappings

SIGNS_OF_A_HEALTHY_STACK: Final = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
# Chunks that run at the same time for each poller that is kept ready; pollers replace FanOutConcurrency.
A_POLLER: Final = 10
CONCURRENCY: Final = {"FanOutFunction": "FanOutConcurrency", "ReceiveFunction": "ReceiveConcurrency"}
# Seconds: a delayed task waits 15 minutes at most, and the alarms of template.yaml sound at 50.
OLD_SECONDS: Final = 900
TOO_OLD_SECONDS: Final = 3000
BEHIND_SECONDS: Final = 60
FAR_BEHIND_SECONDS: Final = 300
# Concurrent executions that the API, dispatch and tally need beside the consumers.
BESIDE_CONSUMERS: Final = 4
_MINUTES_OF_METRICS: Final = 15


def status(stack: Deployed) -> Iterator[Verdict]:
    try:
        found = stack.description["StackStatus"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationError":
            raise
        yield failure(
            f"there is no stack {stack.name} in this AWS account and region",
            "Give --stack-name, AWS_PROFILE or AWS_DEFAULT_REGION of the stack; or deploy it (README.md).",
        )
        return
    if missing := [name for name in ("ApiUrl", "TableName", "KeySecretArn") if name not in stack.outputs]:
        yield failure(
            f"the stack {stack.name} has no output {', '.join(missing)}: it is not one of Herald's, or older",
            "Give the right --stack-name, or deploy this version.",
        )
    elif found in SIGNS_OF_A_HEALTHY_STACK:
        yield ok(f"{stack.name} is {found}")
    elif found == "UPDATE_ROLLBACK_COMPLETE":
        yield warning(
            f"the last update of {stack.name} failed, and the version before it runs",
            f"See why: aws cloudformation describe-stack-events --stack-name {stack.name}",
        )
    elif found.endswith("_IN_PROGRESS"):
        yield warning(
            f"{stack.name} is being changed ({found})", "Run it again when the deployment has ended."
        )
    else:
        yield failure(
            f"{stack.name} is {found}: it cannot be updated as it is",
            "docs/operations.md says what a failed deployment leaves.",
        )


def concurrency(stack: Deployed) -> Iterator[Verdict]:
    limit = int(
        stack.client("lambda").get_account_settings()["AccountLimit"]["UnreservedConcurrentExecutions"]
    )
    fan_out, receive = stack.number("FanOutConcurrency"), stack.number("ReceiveConcurrency")
    if fan_out is None or receive is None:
        raise CannotCheckError("the stack has no FanOutConcurrency or no ReceiveConcurrency")
    # Receipts, and as many for inbound messages.
    consumers = (A_POLLER * (stack.number("ProvisionedPollers") or 0) or fan_out) + 2 * receive
    told = f"{limit} executions at once; the consumers may take {consumers} of them"
    raise_it = "Raise Lambda's quota `Concurrent executions`"
    if consumers >= limit:
        yield failure(
            f"{told}: nothing is left for the API, which answers 503 while messages are sent",
            f"{raise_it} to {consumers + 100}, or lower FanOutConcurrency (or ProvisionedPollers) and "
            "ReceiveConcurrency.",
        )
    elif limit - consumers < BESIDE_CONSUMERS:
        yield warning(
            f"{told}: {limit - consumers} are left for the API, dispatch and tally",
            f"{raise_it} to {consumers + 100}; until then send few requests at once.",
        )
    else:
        yield ok(told)


def event_sources(stack: Deployed) -> Iterator[Verdict]:
    wrong = 0
    for consumer, source, mapping in mappings(stack):
        for verdict in _of_mapping(stack, consumer, source, mapping):
            wrong += 1
            yield verdict
    if not wrong:
        yield ok("every consumer is connected to what it reads, and enabled")


def _of_mapping(stack: Deployed, consumer: str, source: str, mapping: Mapping[str, Any]) -> Iterator[Verdict]:
    if not mapping:
        yield failure(
            f"{consumer} does not read {source}: nothing of it is worked on", "Deploy the stack again."
        )
        return
    if mapping["State"] != "Enabled":
        yield failure(
            f"{consumer} does not read {source}: its event source mapping is {mapping['State']}",
            f"aws lambda update-event-source-mapping --enabled --uuid {mapping['UUID']}",
        )
    result = str(mapping.get("LastProcessingResult", ""))
    if result.startswith("PROBLEM"):
        yield failure(
            f"{consumer} fails on {source} ({result})",
            "Find the exception in the log (docs/operations.md#logs).",
        )
    parameter = CONCURRENCY.get(consumer)
    deployed = mapping.get("ScalingConfig", {}).get("MaximumConcurrency")
    if parameter and deployed is not None and int(deployed) != stack.number(parameter):
        yield warning(
            f"{consumer} reads {source} {deployed} at a time, and {parameter} is {stack.number(parameter)}",
            "The mapping was changed by hand: deploy the stack again.",
        )


def dead_letters(stack: Deployed) -> Iterator[Verdict]:
    there = 0
    for name, word in DEAD_LETTERS.items():
        if depth := _depth(stack, name):
            there += 1
            yield failure(
                f"{name} has {depth:,} messages: they were given up",
                f"herald deadletters, end the reason, then herald redrive {word}",
            )
    if not there:
        yield ok("nothing was given up")


def _depth(stack: Deployed, queue: str) -> int:
    """How many messages of a queue wait or are being processed; delayed ones do not count."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = stack.resource(queue)
    found = stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found.get(name, 0)) for name in names)


def ages(stack: Deployed) -> Iterator[Verdict]:
    for queue in QUEUES:
        yield _age_of_queue(stack, queue)
    if _latest(stack, stack.name, "WorkFailed", "service", "herald") is not None:
        yield warning(
            f"functions have failed on queue messages in the last {_MINUTES_OF_METRICS} minutes; "
            "the ages of the queues leave out a message that was received three times",
            "Find the exception in the log (docs/operations.md#logs).",
        )
    for consumer in ("DispatchFunction", "TallyFunction"):
        yield _age_of_stream(stack, consumer)


def _age_of_queue(stack: Deployed, queue: str) -> Verdict:
    depth = _depth(stack, queue)
    if not depth:
        return ok(f"nothing waits on {queue}")
    name = stack.resource(queue).rsplit("/", 1)[-1]
    age = _latest(stack, "AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", name)
    told = f"{depth:,} messages wait on {queue}"
    if age is None:
        return unchecked(
            f"{told}, and CloudWatch has no age of them from the last {_MINUTES_OF_METRICS} minutes"
        )
    told += f", the oldest for {age / 60:.0f} minutes"
    cure = "Raise FanOutConcurrency (ChunkQueue) or ReceiveConcurrency; look at the checks above."
    if age > TOO_OLD_SECONDS:
        return failure(f"{told}: the consumer does not keep up, or does not run", cure)
    return warning(told, cure) if age > OLD_SECONDS else ok(told)


def _age_of_stream(stack: Deployed, consumer: str) -> Verdict:
    milliseconds = _latest(stack, "AWS/Lambda", "IteratorAge", "FunctionName", stack.resource(consumer))
    if milliseconds is None:
        return unchecked(
            f"CloudWatch has no IteratorAge of {consumer} from the last {_MINUTES_OF_METRICS} minutes; "
            "it has none where nothing changed"
        )
    seconds = milliseconds / 1000
    told = f"{consumer} is {seconds:.0f} seconds behind the table's stream"
    cure = "End the reason within a day (docs/operations.md#alarms), then herald repair --all --since 24h"
    if seconds > FAR_BEHIND_SECONDS:
        return failure(told, cure)
    return warning(told, cure) if seconds > BEHIND_SECONDS else ok(told)


def _latest(stack: Deployed, namespace: str, metric: str, dimension: str, value: str) -> float | None:
    """The highest figure of the last minutes; None if CloudWatch has none."""
    now = datetime.now(UTC)
    points = stack.client("cloudwatch").get_metric_statistics(
        Namespace=namespace,
        MetricName=metric,
        Dimensions=[{"Name": dimension, "Value": value}],
        StartTime=now - timedelta(minutes=_MINUTES_OF_METRICS),
        EndTime=now,
        Period=60,
        Statistics=["Maximum"],
    )["Datapoints"]
    if not points:
        return None
    return float(max(points, key=lambda point: point["Timestamp"])["Maximum"])


def alarms(stack: Deployed) -> Iterator[Verdict]:
    names = stack.of_type("AWS::CloudWatch::Alarm")
    if not names:
        raise CannotCheckError("the stack has no alarms")
    found: dict[str, Mapping[str, Any]] = {}
    for page in (
        stack.client("cloudwatch").get_paginator("describe_alarms").paginate(AlarmNames=list(names.values()))
    ):
        found |= {each["AlarmName"]: each for each in page["MetricAlarms"]}
    if gone := sorted(name for name, physical in names.items() if physical not in found):
        yield failure(f"{', '.join(gone)} was deleted: it tells of nothing", "Deploy the stack again.")
    sounding = [
        name for name, physical in names.items() if found.get(physical, {}).get("StateValue") == "ALARM"
    ]
    for name in sounding:
        yield failure(
            f"{name}: {found[names[name]].get('AlarmDescription', 'it sounds')}",
            "docs/operations.md#alarms says what to do.",
        )
    if not gone and not sounding:
        yield ok(f"none of {len(names)} alarms sounds")


def alarm_email(stack: Deployed) -> Iterator[Verdict]:
    topic = stack.resource("Alarms")
    subscribed = stack.client("sns").list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    waiting = [each for each in subscribed if each["SubscriptionArn"] == "PendingConfirmation"]
    if waiting:
        yield warning(
            "the address of AlarmEmail was never confirmed, so no alarm reaches it",
            "Open the mail of AWS Notifications and confirm; or deploy with another AlarmEmail.",
        )
    elif not subscribed:
        yield warning("alarms reach no address", "Deploy with AlarmEmail, or subscribe to the topic Alarms.")
    else:
        yield ok("alarms have a subscriber")


def authorizer(stack: Deployed) -> Iterator[Verdict]:
    """Checks the deployed stage of the API: the definition may be newer."""
    exported = stack.client("apigateway").get_export(
        restApiId=stack.outputs["ApiId"],
        stageName="v1",
        exportType="oas30",
        parameters={"extensions": "authorizers"},
        accepts="application/json",
    )["body"]
    document = json.loads(exported.read() if hasattr(exported, "read") else exported)
    schemes = document.get("components", {}).get("securitySchemes", {})
    found = [each["x-amazon-apigateway-authorizer"] for each in schemes.values() if _is_authorizer(each)]
    if not found:
        yield failure(
            "the API that is deployed has no authorizer: it refuses every client, or none",
            "Deploy the stack again, and look at `api-no-credentials`.",
        )
        return
    told = found[0].get("authorizerResultTtlInSeconds")
    wanted = stack.number("AuthorizerCacheSeconds")
    if told is None:
        yield unchecked("the API does not say how long a credential is believed")
    elif int(told) != wanted:
        yield warning(
            f"a credential is believed for {told} seconds, and AuthorizerCacheSeconds is {wanted}: "
            "a revoked one works for that long",
            "Deploy the stack again; the stage of API Gateway has an older definition.",
        )
    else:
        yield ok(f"a credential is believed for {told} seconds")


def _is_authorizer(scheme: Mapping[str, Any]) -> bool:
    return "x-amazon-apigateway-authorizer" in scheme


CHECKS: Final[tuple[Check[Deployed], ...]] = (
    Check("stack", "whether CloudFormation has the stack whole", status),
    Check("concurrency", "Lambda's concurrency against the stack's parameters", concurrency),
    Check("event-sources", "whether every consumer reads its queue or stream", event_sources),
    Check("dead-letters", "what was given up", dead_letters),
    Check("ages", "how long tasks, receipts and changes wait", ages),
    Check("alarms", "which alarms sound, or are gone", alarms),
    Check("alarm-email", "whether alarms reach an address", alarm_email),
    *table.CHECKS,
    Check("authorizer", "how long a credential is believed, as deployed", authorizer),
)
