"""The template's table is the one that the store reads and writes."""

import base64
import time

from herald.store import keys
from tests.template import resources, template
from tests.world import World, invoke

[PROPERTIES] = resources("AWS::DynamoDB::Table").values()


INDEXES = [
    keys.MESSAGES_BY_STATUS,
    keys.MESSAGES_BY_CHANNEL,
    keys.MESSAGES_BY_PROFILE,
    keys.MESSAGES_BY_SESSION,
    keys.MESSAGES_BY_CARRIER_ID,
    keys.MESSAGES_BY_RECIPIENT,
    keys.OPERATIONS_BY_ACCOUNT,
]


def _key_schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": sort, "KeyType": "RANGE"},
    ]


def test_the_table_has_the_keys_that_the_store_builds() -> None:
    assert PROPERTIES["KeySchema"] == _key_schema("pk", "sk")
    assert (keys.PK, keys.SK) == ("pk", "sk")


def test_a_table_without_a_key_of_the_operator_s_costs_nothing_at_kms() -> None:
    """SSEEnabled without a key is the AWS managed key, whose use KMS bills; AWS's own is for nothing."""
    condition, given, otherwise = PROPERTIES["SSESpecification"]["Fn::If"]

    assert (condition, otherwise) == ("HasKmsKey", {"SSEEnabled": False})
    assert given == {"SSEEnabled": True, "SSEType": "KMS", "KMSMasterKeyId": {"Ref": "KmsKeyArn"}}


def test_the_table_has_the_indexes_that_the_store_reads() -> None:
    assert PROPERTIES["GlobalSecondaryIndexes"] == [
        {
            "IndexName": index.name,
            "KeySchema": _key_schema(index.partition, index.sort),
            "Projection": (
                {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["status"]}
                if index == keys.OPERATIONS_BY_ACCOUNT
                else {"ProjectionType": "KEYS_ONLY"}
            ),
        }
        for index in INDEXES
    ]


def test_the_attributes_of_keys_are_texts() -> None:
    names = {keys.PK, keys.SK, *(name for index in INDEXES for name in index[1:])}
    defined = {each["AttributeName"]: each["AttributeType"] for each in PROPERTIES["AttributeDefinitions"]}
    assert defined == dict.fromkeys(names, "S")


def test_the_stream_shows_items_before_and_after() -> None:
    assert PROPERTIES["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_what_expires_is_deleted_by_the_attribute_that_the_store_writes(world: World) -> None:
    world.send("+12065550100")
    suppressed = {"address": "+12065550101", "channel": "PHONE"}
    assert world.post("/Suppressions", {"suppressions": [suppressed]}).status == 200
    assert world.put("/Keywords", {}).status == 200
    credentials = base64.b64encode(f"{world.account}:{world.auth_token}".encode()).decode()
    arn = "arn:aws:execute-api:us-east-1:123456789012:abc123/v1/GET/Messages"
    invoke("authorize", {"methodArn": arn, "headers": {"Authorization": f"Basic {credentials}"}})
    world.settle()

    attribute = PROPERTIES["TimeToLiveSpecification"]["AttributeName"]
    lasting = {item["pk"]["S"].split("#")[0] for item in world.items() if attribute not in item}
    assert PROPERTIES["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert lasting == {"ACCOUNT", "ADDRESS", "CREDENTIAL", "SUPPRESSION", "USE"}


def test_recipients_outlast_the_tasks_that_send_them(world: World) -> None:
    """Also one that waits among the dead letters for as long as these are kept."""
    world.send("+12065550100")

    [chunk] = [item for item in world.items() if item["sk"]["S"] == "RECIPIENTS"]
    kept = resources("AWS::SQS::Queue")["ChunkDeadLetters"]["MessageRetentionPeriod"]
    assert int(chunk["expiresAt"]["N"]) > time.time() + kept


def test_the_table_and_the_secret_survive_the_stack() -> None:
    kept = {
        name: resource["UpdateReplacePolicy"]
        for name, resource in template()["Resources"].items()
        if resource.get("DeletionPolicy") == "RetainExceptOnCreate"
    }
    # A bucket cannot be deleted while something is in it.
    assert kept == {"Table": "Retain", "KeySecret": "Retain", "MediaBucket": "Retain"}
