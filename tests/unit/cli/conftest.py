import sys
from collections.abc import Iterator
from pathlib import Path

import boto3
import httpx
import pytest
from click.testing import CliRunner, Result
from mypy_boto3_dynamodb import DynamoDBClient

from herald_cli import admin
from herald_cli.main import cli
from herald_cli.outside import Outside
from tests.clients import moto_with_shared_clients
from tests.unit.cli.fake_api import FakeApi, FakeClock, Run
from tests.unit.cli.in_process import InProcess
from tests.unit.cli.names import SECRET
from tests.world import World


@pytest.fixture
def api() -> FakeApi:
    return FakeApi()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def run(api: FakeApi, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `herald ...` against the fake API, in an empty directory."""
    return _running(api.transport, clock, tmp_path, monkeypatch)


@pytest.fixture
def live(world: World, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `herald ...` against the real API, in an empty directory."""
    return _running(InProcess(world).transport, clock, tmp_path, monkeypatch)


def _running(
    transport: httpx.BaseTransport, clock: FakeClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Run:
    monkeypatch.chdir(tmp_path)
    folders = tmp_path.parent / f"{tmp_path.name}-herald"
    monkeypatch.setenv("HERALD_CONFIG_DIR", str(folders / "config"))
    monkeypatch.setenv("HERALD_STATE_DIR", str(folders / "state"))

    def run(*arguments: str, stdin: bytes | None = None, settings: bool = True) -> Result:
        environment = {
            "HERALD_BASE_URL": "https://api.test/v1" if settings else None,
            "HERALD_ACCOUNT_SID": "AC1" if settings else None,
            "HERALD_AUTH_TOKEN": "token" if settings else None,
        }
        world = Outside(transport=transport, clock=clock, now=lambda: 1.8e9 + clock.now, sleep=clock.sleep)
        result = CliRunner(env=environment).invoke(cli, arguments, obj=world, input=stdin)
        # What went wrong in the command, not in the assertion that follows.
        if result.exception and not isinstance(result.exception, SystemExit):
            sys.stderr.write(result.output)
            raise result.exception
        return result

    return run


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[DynamoDBClient]:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    with moto_with_shared_clients():
        yield boto3.client("dynamodb")


@pytest.fixture
def table_name(dynamodb: DynamoDBClient) -> str:
    dynamodb.create_table(
        TableName="table",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "S"},
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
    )
    return "table"


@pytest.fixture
def stack(table_name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stack named herald. moto's CloudFormation needs half of moto, so its answer is given here."""
    secret = boto3.client("secretsmanager").create_secret(Name="key", SecretString=SECRET)
    outputs = {"ApiUrl": "https://api.test/v1", "TableName": table_name, "KeySecretArn": secret["ARN"]}
    stacks = {"herald": outputs, "other": {}}
    parameters = {"Carrier": "sandbox", "AllowAws": "true", "AllowTwilio": "true"}
    monkeypatch.setattr(admin, "stack_outputs", stacks.__getitem__)
    monkeypatch.setattr(admin, "stack_parameters", {"herald": parameters}.__getitem__)
