"""The template's table is the one that the store reads and writes."""

import time

from herald.store import keys
from tests.template import resources, template
from tests.world import World

[PROPERTIES] = resources("AWS::DynamoDB::Table").values()


def _key_schema(partition: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": partition, "KeyType": "HASH"},
        {"AttributeName": keys.SK, "KeyType": "RANGE"},
    ]


def test_the_table_has_the_keys_that_the_store_builds() -> None:
    assert PROPERTIES["KeySchema"] == _key_schema("pk")
    assert (keys.PK, keys.SK) == ("pk", "sk")


def test_the_table_has_the_index_that_the_store_reads() -> None:
    assert PROPERTIES["GlobalSecondaryIndexes"] == [
        {
            "IndexName": keys.MESSAGES_BY_STATUS,
            "KeySchema": _key_schema(keys.STATUS_KEY),
            "Projection": {"ProjectionType": "KEYS_ONLY"},
        }
    ]


def test_the_attributes_of_keys_are_texts() -> None:
    assert PROPERTIES["AttributeDefinitions"] == [
        {"AttributeName": name, "AttributeType": "S"} for name in (keys.PK, keys.SK, keys.STATUS_KEY)
    ]


def test_the_stream_shows_items_before_and_after() -> None:
    assert PROPERTIES["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}


def test_what_expires_is_deleted_by_the_attribute_that_the_store_writes(world: World) -> None:
    world.send("+12065550100")
    world.settle()

    attribute = PROPERTIES["TimeToLiveSpecification"]["AttributeName"]
    lasting = {item["pk"]["S"].split("#")[0] for item in world.items() if attribute not in item}
    assert PROPERTIES["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert lasting == {"ACCOUNT", "CREDENTIAL"}


def test_recipients_outlast_the_tasks_that_send_them(world: World) -> None:
    """Also one that waits among the dead letters for as long as these are kept."""
    world.send("+12065550100")

    [chunk] = [item for item in world.items() if item["sk"]["S"] == "RECIPIENTS"]
    kept = resources("AWS::SQS::Queue")["ChunkDeadLetters"]["MessageRetentionPeriod"]
    assert int(chunk["expiresAt"]["N"]) > time.time() + kept


def test_the_table_and_the_secret_survive_the_stack() -> None:
    kept = {
        resource["Type"]: resource["UpdateReplacePolicy"]
        for resource in template()["Resources"].values()
        if resource.get("DeletionPolicy") == "RetainExceptOnCreate"
    }
    assert kept == {"AWS::DynamoDB::Table": "Retain", "AWS::SecretsManager::Secret": "Retain"}
