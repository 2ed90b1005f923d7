"""moto's AWS under a World: the table, the queues, the secrets and the bucket of template.yaml.

Herald's calls go through clients of boto3. What the harness itself does (resources, what a test finds
there) goes to moto's objects: a call of a client takes a millisecond, and a world would make forty.
"""

import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import boto3

from tests.template import buckets, holds, resources

REGION = "us-east-1"
TABLE = "herald"
BUCKET = "herald-media"


class MotoAws:
    """An account's services. Its time is the machine's."""

    name = "moto"

    def __init__(self) -> None:
        self.accounts = 0
        self._dynamodb = boto3.client("dynamodb", region_name=REGION)
        self._seen: dict[tuple[str, str], dict[str, Any]] = {}
        self._numbered = 0

    @property
    def now(self) -> datetime:
        return datetime.now(UTC)

    def tick(self) -> None:
        """Time passes by itself."""

    def wait(self, seconds: float) -> None:
        time.sleep(seconds)

    def made(self, parameters: Mapping[str, str], secret: str) -> dict[str, str]:
        """Make the template's resources; what a reference to each comes to."""
        return {
            **{
                name: self._table(properties)
                for name, properties in resources("AWS::DynamoDB::Table").items()
            },
            **{name: _queue(name, properties) for name, properties in resources("AWS::SQS::Queue").items()},
            **{name: _secret(name, secret) for name in resources("AWS::SecretsManager::Secret")},
            **{name: _schedule_group(name) for name in resources("AWS::Scheduler::ScheduleGroup")},
            **{name: _bucket() for name, each in buckets().items() if holds(each, parameters)},
        }

    def clear(self) -> None:
        """Empty the table; the stream does not say so."""
        self._dynamodb.delete_table(TableName=TABLE)
        [properties] = resources("AWS::DynamoDB::Table").values()
        self._table(properties)
        self._seen = {}

    def items(self) -> list[Any]:
        return [
            {name: attribute.to_regular_json() for name, attribute in item.attrs.items()}
            for item in _backend("dynamodb").tables[TABLE].all_items()
        ]

    def fill(self, items: list[Any]) -> None:
        """Put these items into the table."""
        for item in items:
            _backend("dynamodb").tables[TABLE].put_item(item)

    def records(self) -> list[Any]:
        """The table's changes since the last call, in the form of its stream, which moto has not."""
        return list(self._differences())

    def _differences(self) -> Iterator[dict[str, Any]]:
        now = {(item["pk"]["S"], item["sk"]["S"]): item for item in self.items()}
        before, self._seen = self._seen, now
        for key, item in now.items():
            old = before.get(key)
            if item == old:
                continue
            self._numbered += 1
            yield {
                "eventID": str(self._numbered),
                "eventName": "MODIFY" if old else "INSERT",
                "eventSource": "aws:dynamodb",
                "dynamodb": {
                    "Keys": {"pk": item["pk"], "sk": item["sk"]},
                    "NewImage": item,
                    **({"OldImage": old} if old else {}),
                    "SequenceNumber": f"{self._numbered:021}",
                },
            }

    def send(self, queue: str, body: str) -> None:
        _backend("sqs").send_message(queue, body)

    def visible(self, queue: str) -> list[tuple[Any, str]]:
        """Messages of a queue, each with a handle; they stay where they are."""
        if not _backend("sqs").get_queue(queue).messages:
            return []
        found = _backend("sqs").receive_message(queue, 10, 0, 0)
        return [(message.receipt_handle, message.body) for message in found]

    def delete(self, queue: str, handle: Any) -> None:
        _backend("sqs").delete_message(queue, handle)

    def _table(self, properties: Mapping[str, Any]) -> str:
        wanted = ("KeySchema", "AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes")
        self._dynamodb.create_table(TableName=TABLE, **{name: properties[name] for name in wanted})
        return TABLE


def _backend(service: Any) -> Any:
    """What moto has of a service in the account."""
    from moto.backends import get_backend
    from moto.core.models import DEFAULT_ACCOUNT_ID

    return get_backend(service)[DEFAULT_ACCOUNT_ID][REGION]


def _queue(name: str, properties: Mapping[str, Any]) -> str:
    seconds = str(properties.get("VisibilityTimeout", 30))
    made = _backend("sqs").create_queue(name, VisibilityTimeout=seconds)
    return str(made.url(urlsplit(f"https://sqs.{REGION}.amazonaws.com")))


def _schedule_group(name: str) -> str:
    boto3.client("scheduler", region_name=REGION).create_schedule_group(Name=name)
    return name


def _bucket() -> str:
    boto3.client("s3", region_name=REGION).create_bucket(Bucket=BUCKET)
    return BUCKET


def _secret(name: str, text: str) -> str:
    client = boto3.client("secretsmanager", region_name=REGION)
    return client.create_secret(Name=name, SecretString=text)["ARN"]
