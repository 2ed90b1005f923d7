"""The one place that reads the environment and makes AWS clients.

Nothing happens at import: `app()` makes everything when it is first called.
"""

import json
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

import boto3
import botocore
from botocore.config import Config
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_snake

from herald import carriers, timing
from herald.carriers import Surroundings, sandbox
from herald.carriers.transport import Transport
from herald.model.amounts import nanos_of
from herald.model.limits import LimitName, Limits
from herald.model.status import Status
from herald.sending import App
from herald.store import Keyring, Table
from herald.store.statements import send_plainly
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
    # The dead-letter queues.
    chunk_dead_letters_url: str
    receipt_dead_letters_url: str
    inbound_dead_letters_url: str
    # For EventBridge Scheduler, to put a task on the chunk queue.
    chunk_queue_arn: str
    chunk_dead_letters_arn: str
    schedule_group: str
    scheduler_role_arn: str
    # The secrets for checking credentials, and for signing page tokens.
    key_secret_arn: str
    token_secret_arn: str
    inbound_queue_url: str
    # A name in herald.carriers.CARRIERS.
    carrier: str
    # Further ones, that senders may name; with commas between.
    sender_carriers: str
    # `operator`: senders of real carriers that the API makes wait for an approval; `none`: they do not.
    sender_approval: str
    # The secrets of carriers, with commas between: a carrier's name, =, and an ARN or nothing.
    carrier_secrets: str
    # The roles of the functions that carriers call, with commas between: a carrier's name, =, the role's id.
    callback_roles: str
    # The base URL of the API, as carriers reach it for their callbacks; nothing: where they do.
    public_url: str
    # Whether AWS's event "successful" (a network accepted the message) counts as delivered.
    count_successful_as_delivered: bool
    # From the hand-over until the sandbox reports what became of a message.
    sandbox_receipt_seconds: int
    # The configuration set of AWS End User Messaging, or nothing.
    aws_configuration_set: str
    # The bucket for media that AWS reads from S3, or nothing.
    media_bucket: str
    # Whether conditional writes go to the table up to 25 a call.
    batch_writes: bool
    # Whether messages are found by their addresses.
    address_search: bool
    # How long to wait for a receipt of a hand-over that was not confirmed.
    unconfirmed_seconds: int
    # After which operations and messages expire.
    retention_days: int
    # After which events of the audit log expire.
    audit_days: int
    # The limits of accounts that have none of their own; 0, and no countries: no limit.
    account_requests_per_second: int
    account_recipients_per_day: int
    account_parts_per_day: int
    account_dollars_per_day: Decimal
    account_dollars_per_month: Decimal
    # ISO codes, with commas between.
    account_countries: str

    @property
    def carriers(self) -> frozenset[str]:
        """The carriers that senders may name. The sandbox sends nothing and needs nothing."""
        return frozenset({self.carrier, sandbox.NAME, *self.sender_carriers.split(",")} - {""})

    def carrier_of_role(self, sender_id: str) -> str | None:
        """The carrier whose callback function has sent a message of a queue, by SQS's id of its sender."""
        role = sender_id.partition(":")[0]
        for each in self.callback_roles.split(","):
            carrier, _, known = each.partition("=")
            if known == role and role:
                return carrier
        return None

    @property
    def limits(self) -> Limits:
        """The limits of accounts that have none of their own."""
        numbers = {
            LimitName.REQUESTS_PER_SECOND: self.account_requests_per_second,
            LimitName.RECIPIENTS_PER_DAY: self.account_recipients_per_day,
            LimitName.PARTS_PER_DAY: self.account_parts_per_day,
            LimitName.DOLLARS_PER_DAY: nanos_of(str(self.account_dollars_per_day)),
            LimitName.DOLLARS_PER_MONTH: nanos_of(str(self.account_dollars_per_month)),
        }
        countries = frozenset(self.account_countries.replace(",", " ").split())
        return Limits({name: number for name, number in numbers.items() if number}, countries or None)

    @property
    def asks_for_approval(self) -> bool:
        return self.sender_approval != "none"

    @property
    def successful(self) -> Status:
        """The status for AWS's event "successful"."""
        return Status.DELIVERED if self.count_successful_as_delivered else Status.SENT


# botocore puts this text together twice a call, at a fifth of the call's cost, unless it is given.
_USER_AGENT: Final = f"Boto3/{boto3.__version__} md/Botocore#{botocore.__version__} app/herald"


def _config(connect: float, read: float, tries: int) -> Config:
    """The configuration of a client with so many tries a call, `connect` and `read` in seconds."""
    return Config(
        max_pool_connections=timing.CONNECTIONS,
        connect_timeout=connect,
        read_timeout=read,
        retries={"mode": "standard", "total_max_attempts": tries},
        parameter_validation=False,
        user_agent=_USER_AGENT,
    )


_CLIENT_CONFIG: Final = _config(2, 10, 5)
_TABLE_CONFIG: Final = _config(timing.TABLE_CONNECT_SECONDS, timing.TABLE_READ_SECONDS, timing.TABLE_TRIES)
_WRITER_CONFIG: Final = _config(timing.WRITE_CONNECT_SECONDS, timing.WRITE_READ_SECONDS, 1)
# Nothing that sends can be repeated.
_SEND_ONCE: Final = Config(
    max_pool_connections=timing.CONNECTIONS,
    connect_timeout=timing.AWS_SEND_CONNECT_SECONDS,
    read_timeout=timing.AWS_SEND_READ_SECONDS,
    retries={"mode": "standard", "total_max_attempts": 1},
    user_agent=_USER_AGENT,
)
_MEDIA_CONFIG: Final = Config(
    max_pool_connections=timing.CONNECTIONS,
    connect_timeout=timing.MEDIA_CONNECT_SECONDS,
    read_timeout=timing.MEDIA_READ_SECONDS,
    retries={"mode": "standard", "total_max_attempts": 1},
    user_agent=_USER_AGENT,
)
_CARRIER_CONFIGS: Final = {
    "pinpoint-sms-voice-v2": _SEND_ONCE,
    "socialmessaging": _SEND_ONCE,
    "s3": _MEDIA_CONFIG,
}
_carrier_clients: Final[dict[str, Any]] = {}
# boto3 makes one client at a time.
_making: Final = Lock()


@cache
def settings() -> Settings:
    return Settings.model_validate(dict(os.environ))


def _keyring(secret_arn: str) -> Keyring:
    """The keys of one of the stack's secrets; fetched once in a function's life."""
    client: SecretsManagerClient = boto3.client("secretsmanager", config=_CLIENT_CONFIG)
    return Keyring(client.get_secret_value(SecretId=secret_arn)["SecretString"])


def carrier_client(service: str) -> Any:
    """A client of a service that carriers call; from several threads."""
    make: Any = boto3.client
    with _making:
        if service not in _carrier_clients:
            _carrier_clients[service] = make(service, config=_CARRIER_CONFIGS[service])
        return _carrier_clients[service]


@cache
def queues() -> "SQSClient":
    client: SQSClient = boto3.client("sqs", config=_CLIENT_CONFIG)
    return client


def _queue(url: str) -> Queue:
    return Queue(queues(), url, trace)


def trace() -> str:
    """X-Ray's header of the invocation, if it is traced; else nothing."""
    header = os.environ.get("_X_AMZN_TRACE_ID", "")
    return header if "Sampled=1" in header else ""


@cache
def carrier_secret(carrier: str) -> Mapping[str, Any]:
    """A carrier's credentials and settings, under its name; fetched once in a function's life."""
    arns = dict(each.partition("=")[::2] for each in settings().carrier_secrets.split(","))
    arn = arns.get(carrier)
    if not arn:
        return {}
    client: SecretsManagerClient = boto3.client("secretsmanager", config=_CLIENT_CONFIG)
    secret: Mapping[str, Any] = json.loads(client.get_secret_value(SecretId=arn)["SecretString"])
    return secret


@cache
def receipt_queue() -> Queue:
    return _queue(settings().receipt_queue_url)


@cache
def inbound_queue() -> Queue:
    return _queue(settings().inbound_queue_url)


@cache
def receipt_dead_letters() -> Queue:
    return _queue(settings().receipt_dead_letters_url)


@cache
def inbound_dead_letters() -> Queue:
    return _queue(settings().inbound_dead_letters_url)


@cache
def surroundings() -> Surroundings:
    """The parts that carriers are built from."""
    return _surroundings(settings())


def _surroundings(chosen: Settings) -> Surroundings:
    return Surroundings(
        receipts=_queue(chosen.receipt_queue_url),
        sandbox_receipt_seconds=chosen.sandbox_receipt_seconds,
        client=carrier_client,
        aws_configuration_set=chosen.aws_configuration_set,
        media_bucket=chosen.media_bucket,
        carrier_secret=carrier_secret,
        transport=Transport(),
        public_url=chosen.public_url,
    )


@cache
def app() -> App:
    """The App of the use cases."""
    return _app(settings(), surroundings())


def app_of(chosen: Settings) -> App:
    """The same for settings other than the environment's: those of a stack that an operator maintains."""
    return _app(chosen, _surroundings(chosen))


def _app(chosen: Settings, around: Surroundings) -> App:
    dynamodb: DynamoDBClient = boto3.client("dynamodb", config=_TABLE_CONFIG)
    writer: DynamoDBClient = boto3.client("dynamodb", config=_WRITER_CONFIG)
    send_plainly(writer)
    scheduler: EventBridgeSchedulerClient = boto3.client("scheduler", config=_CLIENT_CONFIG)
    return App(
        table=Table(dynamodb, chosen.table_name, writer=writer, batch_writes=chosen.batch_writes),
        chunk_queue=_queue(chosen.chunk_queue_url),
        chunk_dead_letters=_queue(chosen.chunk_dead_letters_url),
        scheduler=Scheduler(
            scheduler,
            group=chosen.schedule_group,
            role_arn=chosen.scheduler_role_arn,
            queue_arn=chosen.chunk_queue_arn,
            dead_letters_arn=chosen.chunk_dead_letters_arn,
        ),
        carrier=carriers.build(chosen.carrier, chosen.carriers, around),
        carriers=chosen.carriers,
        threads=ThreadPoolExecutor(max_workers=timing.GROUP_SIZE),
        keyring=cache(lambda: _keyring(chosen.key_secret_arn)),
        token_keyring=cache(lambda: _keyring(chosen.token_secret_arn)),
        clock=_now,
        carrier_name=chosen.carrier,
        limits=chosen.limits,
        retention_days=chosen.retention_days,
        unconfirmed_seconds=chosen.unconfirmed_seconds,
        address_search=chosen.address_search,
    )


def _now() -> datetime:
    """Now, to the millisecond: identifiers have no finer time."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def reset() -> None:
    """Drop everything that was made; for tests that change the environment."""
    for made in (
        settings,
        queues,
        carrier_secret,
        receipt_queue,
        inbound_queue,
        receipt_dead_letters,
        inbound_dead_letters,
        surroundings,
        app,
    ):
        made.cache_clear()
    _carrier_clients.clear()
