"""What `make run PERSIST=1` keeps over a restart."""

import stat
from pathlib import Path

import boto3

from tests.world import REGION, TABLE, World
from tools.stack import state


def test_a_restart_keeps_operations_messages_and_who_may_call(world: World, tmp_path: Path) -> None:
    operation_id = world.send("+15005550100", "+15005550101")
    world.settle()
    before = world.operation(operation_id), world.messages(operationId=operation_id)
    dynamodb = boto3.client("dynamodb", region_name=REGION)
    secrets = boto3.client("secretsmanager", region_name=REGION)
    [secret, *_] = secrets.list_secrets()["SecretList"]
    outputs = {"TableName": TABLE, "KeySecretArn": secret["ARN"], "ApiUrl": "x"}
    file = tmp_path / "state.json.gz"
    caller = {"accountSid": world.account, "authToken": world.auth_token}

    count = state.save(file, dynamodb, secrets, outputs, caller)
    world.clear()
    secrets.put_secret_value(SecretId=secret["ARN"], SecretString="another stack's")

    assert count > 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert state.load(file, dynamodb, secrets, outputs) == caller
    assert secrets.get_secret_value(SecretId=secret["ARN"])["SecretString"] != "another stack's"
    world.settle()
    assert (world.operation(operation_id), world.messages(operationId=operation_id)) == before


def test_a_first_run_has_nothing_to_bring_back(tmp_path: Path) -> None:
    assert state.load(tmp_path / "none.gz", None, None, {}) is None
