"""The checks of what a stack is made of. They read, and change nothing."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from botocore.exceptions import ClientError

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

SIGNS_OF_A_HEALTHY_STACK: Final = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")
# The consumers, and the logical ids of what each reads; "" is the table's stream.
SOURCES: Final = {
    "FanOutFunction": ("ChunkQueue",),
    "ReceiveFunction": ("ReceiptQueue", "InboundQueue"),
    "DispatchFunction": ("",),
    "TallyFunction": ("",),
}
CONCURRENCY: Final = {"FanOutFunction": "FanOutConcurrency", "ReceiveFunction": "ReceiveConcurrency"}
DEAD_LETTERS: Final = {
    "ChunkDeadLetters": "chunks",
    "ReceiptDeadLetters": "receipts",
    "InboundDeadLetters": "inbound",
    "StreamDeadLetters": "stream",
}
QUEUES: Final = ("ChunkQueue", "ReceiptQueue", "InboundQueue")
# Seconds: what is put off waits 15 minutes at most, and the alarms of template.yaml sound at 50.
OLD_SECONDS: Final = 900
TOO_OLD_SECONDS: Final = 3000
BEHIND_SECONDS: Final = 60
FAR_BEHIND_SECONDS: Final = 300
# Executions at once that the API, dispatch and tally need beside the consumers.
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
            "Give --stack-name, AWS_PROFILE or AWS_REGION of the stack; or deploy it (README.md).",
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
    # Receipts, and as many of what people write.
    consumers = fan_out + 2 * receive
    told = f"{limit} executions at once, of which the consumers may take {consumers}"
    raise_it = "Raise Lambda's quota `Concurrent executions`"
    if consumers >= limit:
        yield failure(
            f"{told}: nothing is left for the API, which answers 503 while messages are sent",
            f"{raise_it} to {consumers + 100}, or lower FanOutConcurrency and ReceiveConcurrency.",
        )
    elif limit - consumers < BESIDE_CONSUMERS:
        yield warning(
            f"{told}: {limit - consumers} are left for the API, dispatch and tally",
            f"{raise_it} to {consumers + 100}; until then send few requests at once.",
        )
    else:
        yield ok(told)


def _mappings(stack: Deployed) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Each consumer, what it reads, and its mapping; an empty one where there is none."""
    lambda_ = stack.client("lambda")
    for consumer, sources in SOURCES.items():
        found = lambda_.list_event_source_mappings(FunctionName=stack.resource(consumer))[
            "EventSourceMappings"
        ]
        for source in sources:
            wanted = (
                stack.resource(source).rsplit("/", 1)[-1] if source else f"table/{stack.outputs['TableName']}"
            )
            fitting = [each for each in found if _reads(each.get("EventSourceArn", ""), wanted)]
            yield consumer, source or "the table's stream", fitting[0] if fitting else {}


def _reads(arn: str, wanted: str) -> bool:
    """Whether a mapping is of a queue of this name, or of a stream of this table."""
    return f"{wanted}/stream/" in arn if wanted.startswith("table/") else arn.rsplit(":", 1)[-1] == wanted


def event_sources(stack: Deployed) -> Iterator[Verdict]:
    wrong = 0
    for consumer, source, mapping in _mappings(stack):
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
            "Somebody changed the mapping by hand: deploy the stack again.",
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
    """How many messages wait on a queue or are worked on; those that were put off do not count."""
    names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
    url = stack.resource(queue)
    found = stack.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
    return sum(int(found.get(name, 0)) for name in names)


def ages(stack: Deployed) -> Iterator[Verdict]:
    for queue in QUEUES:
        yield _age_of_queue(stack, queue)
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
    """The highest figure of the last minutes; None where CloudWatch has none."""
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
        yield warning("nobody is told of alarms", "Deploy with AlarmEmail, or subscribe to the topic Alarms.")
    else:
        yield ok("alarms have a subscriber")


def ttl(stack: Deployed) -> Iterator[Verdict]:
    table = stack.outputs["TableName"]
    found = stack.client("dynamodb").describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    if found.get("TimeToLiveStatus") == "ENABLED" and found.get("AttributeName") == "expiresAt":
        yield ok("the table deletes what has expired (expiresAt)")
    elif found.get("TimeToLiveStatus") == "ENABLING":
        yield warning("the deletion of what has expired is being enabled", "Run it again in an hour.")
    else:
        yield failure(
            "the table does not delete what has expired: numbers and texts are kept for ever",
            f"aws dynamodb update-time-to-live --table-name {table} "
            "--time-to-live-specification Enabled=true,AttributeName=expiresAt",
        )


def stream(stack: Deployed) -> Iterator[Verdict]:
    specified = stack.table.get("StreamSpecification", {})
    if not specified.get("StreamEnabled") or specified.get("StreamViewType") != "NEW_AND_OLD_IMAGES":
        yield failure(
            "the table has no stream of new and old images: no operation begins and nothing is counted",
            "Deploy the stack again; after a restore see docs/operations.md.",
        )
        return
    newest = stack.table.get("LatestStreamArn")
    read = {mapping.get("EventSourceArn") for _, source, mapping in _mappings(stack) if "stream" in source}
    if read == {newest}:
        yield ok("dispatch and tally read the table's newest stream")
    else:
        yield failure(
            "dispatch or tally reads a stream that is not the table's newest: operations do not begin",
            "Deploy the stack again; then herald repair --all",
        )


def pitr(stack: Deployed) -> Iterator[Verdict]:
    table = stack.outputs["TableName"]
    described = stack.client("dynamodb").describe_continuous_backups(TableName=table)
    found = described["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
    if found.get("PointInTimeRecoveryStatus") == "ENABLED":
        yield ok("the table can be restored to any second of the last days")
    else:
        yield failure(
            "the table cannot be restored: point-in-time recovery is off",
            f"aws dynamodb update-continuous-backups --table-name {table} "
            "--point-in-time-recovery-specification PointInTimeRecoveryEnabled=true",
        )


def encryption(stack: Deployed) -> Iterator[Verdict]:
    described = stack.table.get("SSEDescription")
    if described is None:
        yield unchecked("the table does not say which key encrypts it")
    elif described.get("Status") not in ("ENABLED", "UPDATING") or described.get(
        "InaccessibleEncryptionDateTime"
    ):
        yield failure(
            "the table's key cannot be used: every request ends with a 503", "Enable the key in AWS KMS."
        )
    elif arn := described.get("KMSMasterKeyArn"):
        yield _of_key(stack.client("kms").describe_key(KeyId=arn)["KeyMetadata"])
    else:
        yield ok("the table is encrypted with a key of AWS")
    for queue in (*QUEUES, *DEAD_LETTERS):
        attributes = stack.client("sqs").get_queue_attributes(
            QueueUrl=stack.resource(queue), AttributeNames=["SqsManagedSseEnabled", "KmsMasterKeyId"]
        )
        found = attributes.get("Attributes", {})
        if found.get("SqsManagedSseEnabled") == "false" and not found.get("KmsMasterKeyId"):
            yield failure(f"{queue} is not encrypted", "Deploy the stack again.")


def _of_key(key: Mapping[str, Any]) -> Verdict:
    if key["KeyState"] == "Enabled":
        return ok(f"the table is encrypted with a key of KMS ({key.get('KeyManager', 'AWS')})")
    return failure(
        f"the table's key is {key['KeyState']}: every request ends with a 503",
        "Enable the key, or cancel its deletion, in AWS KMS.",
    )


def authorizer(stack: Deployed) -> Iterator[Verdict]:
    """Of the API as it was deployed: the definition may be newer than the stage."""
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
            "the API that is deployed has no authorizer: it lets nobody in, or everybody",
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
    Check("alarm-email", "whether alarms reach somebody", alarm_email),
    Check("ttl", "whether the table deletes what has expired", ttl),
    Check("stream", "whether the table's newest stream is read", stream),
    Check("pitr", "whether the table can be restored", pitr),
    Check("encryption", "keys of the table and the queues", encryption),
    Check("authorizer", "how long a credential is believed, as deployed", authorizer),
)
