"""The checks of the table, its stream and its keys. They read, and change nothing."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from herald_cli.doctor.deployed import Deployed
from herald_cli.doctor.findings import Check, Verdict, failure, ok, warning
from herald_cli.doctor.sources import DEAD_LETTERS, QUEUES, mappings


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
    read = {mapping.get("EventSourceArn") for _, source, mapping in mappings(stack) if "stream" in source}
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
    # A table is always encrypted: only the state of a KMS key can be wrong.
    if described is None or described.get("Status") in ("DISABLED", "DISABLING"):
        yield ok("the table is encrypted with a key that AWS owns")
    elif "InaccessibleEncryptionDateTime" in described:
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


CHECKS: Final[tuple[Check[Deployed], ...]] = (
    Check("ttl", "whether the table deletes what has expired", ttl),
    Check("stream", "whether the table's newest stream is read", stream),
    Check("pitr", "whether the table can be restored", pitr),
    Check("encryption", "keys of the table and the queues", encryption),
)
