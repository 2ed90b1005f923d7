"""The one place that reads the environment and makes AWS clients.

Nothing happens at import: `app()` makes everything when it is first called.
"""

import os
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_snake

from herald.carriers import CARRIERS, Surroundings
from herald.sending import App
from herald.store import Keyring, Table
from herald.tasks import Queue, Scheduler

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_scheduler import EventBridgeSchedulerClient
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient


class Settings(BaseModel):
    """The functions' environment, as template.yaml's Globals set it."""

    model_config = ConfigDict(
        alias_generator=lambda name: to_snake(name).upper(), frozen=True, extra="ignore"
    )

    table_name: str
    chunk_queue_url: str
    receipt_queue_url: str
    # What EventBridge Scheduler needs to put a task on the chunk queue.
    chunk_queue_arn: str
    chunk_dead_letters_arn: str
    schedule_group: str
    scheduler_role_arn: str
    key_secret_arn: str
    # A name in herald.carriers.CARRIERS.
    carrier: str
    # From the hand-over until the sandbox reports what became of a message.
    sandbox_receipt_seconds: int
    # How long to wait for a receipt of a hand-over that was not confirmed.
    unconfirmed_seconds: int
    # After which operations and messages expire.
    retention_days: int


# As many connections as threads use side by side; calls to the table are short.
_CLIENT_CONFIG: Final = Config(
    max_pool_connections=32,
    connect_timeout=2,
    read_timeout=10,
    retries={"mode": "standard", "total_max_attempts": 5},
    parameter_validation=False,
)


@cache
def settings() -> Settings:
    return Settings.model_validate(dict(os.environ))


def _keyring(chosen: Settings) -> Keyring:
    """The stack's keys; fetched once in a function's life."""
    client: SecretsManagerClient = boto3.client("secretsmanager", config=_CLIENT_CONFIG)
    return Keyring(client.get_secret_value(SecretId=chosen.key_secret_arn)["SecretString"])


@cache
def app() -> App:
    """What the use cases work with."""
    return app_of(settings())


def app_of(chosen: Settings) -> App:
    """The same for other settings than the environment's: those of a stack that an operator looks after."""
    dynamodb: DynamoDBClient = boto3.client("dynamodb", config=_CLIENT_CONFIG)
    sqs: SQSClient = boto3.client("sqs", config=_CLIENT_CONFIG)
    scheduler: EventBridgeSchedulerClient = boto3.client("scheduler", config=_CLIENT_CONFIG)
    surroundings = Surroundings(
        receipts=Queue(sqs, chosen.receipt_queue_url),
        sandbox_receipt_seconds=chosen.sandbox_receipt_seconds,
    )
    return App(
        table=Table(dynamodb, chosen.table_name),
        chunk_queue=Queue(sqs, chosen.chunk_queue_url),
        scheduler=Scheduler(
            scheduler,
            group=chosen.schedule_group,
            role_arn=chosen.scheduler_role_arn,
            queue_arn=chosen.chunk_queue_arn,
            dead_letters_arn=chosen.chunk_dead_letters_arn,
        ),
        carrier=CARRIERS[chosen.carrier].build(surroundings),
        keyring=cache(lambda: _keyring(chosen)),
        clock=_now,
        retention_days=chosen.retention_days,
        unconfirmed_seconds=chosen.unconfirmed_seconds,
    )


def _now() -> datetime:
    """Now, to the millisecond: identifiers know no finer time."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def reset() -> None:
    """Forget everything that was made; for tests that change the environment."""
    for made in (settings, app):
        made.cache_clear()
