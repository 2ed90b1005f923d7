"""A table that was restored beside the live one: what is missing comes back, and nothing is sent by it."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import boto3
import pytest

from herald_cli import admin, restore
from tests.template import ROOT, resources
from tests.unit.cli.fake_api import Run
from tests.world import REGION, World

BESIDE = "herald-restored"
NUMBERS = [f"+1206555{number:04}" for number in range(6)]


@pytest.fixture
def dynamodb(world: World) -> Any:
    return boto3.client("dynamodb", region_name=REGION)


@pytest.fixture
def stack(world: World, dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> World:
    """A stack named herald."""
    monkeypatch.setattr(admin, "stack_environment", {"herald": world.environment}.__getitem__)
    monkeypatch.setattr(admin, "stack_resources", {"herald": world.queues}.__getitem__)
    return world


def back_up(world: World, dynamodb: Any) -> None:
    """Restore the table, as it is now, beside itself."""
    [properties] = resources("AWS::DynamoDB::Table").values()
    wanted = ("KeySchema", "AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes")
    dynamodb.create_table(TableName=BESIDE, **{name: properties[name] for name in wanted})
    for item in world.items():
        dynamodb.put_item(TableName=BESIDE, Item=item)


def lose(world: World, dynamodb: Any, is_lost: Callable[[Any], bool]) -> int:
    """Delete items by mistake; how many."""
    lost = [item for item in world.items() if is_lost(item)]
    for item in lost:
        dynamodb.delete_item(TableName=world.table.name, Key={"pk": item["pk"], "sk": item["sk"]})
    # A new stream tells nothing of what happened before.
    list(world.stream_records())
    return len(lost)


def kind_of(item: Any) -> str:
    return str(item["pk"]["S"].split("#")[0])


def printed(output: str) -> list[str]:
    # The functions, which run in this process, print their metrics.
    return [line for line in output.splitlines() if not line.startswith("{")]


def test_what_was_lost_comes_back_and_what_is_there_stays(run: Run, stack: World, dynamodb: Any) -> None:
    done = stack.send(*NUMBERS)
    stack.settle()
    back_up(stack, dynamodb)
    later = stack.send(NUMBERS[0])
    stack.settle()
    before = {(item["pk"]["S"], item["sk"]["S"]): item for item in stack.items()}
    lost = lose(
        stack, dynamodb, lambda item: kind_of(item) in ("MESSAGES", "OPERATION") and done[16:30] in str(item)
    )
    assert lost >= len(NUMBERS)

    compared = printed(run("restore", BESIDE, "--dry-run").stdout)
    assert sum(int(line.split()[1]) for line in compared) == lost
    assert stack.get(f"/Messages/Operations/{done}").status == 404

    result = run("restore", BESIDE)

    assert result.exit_code == 0, result.output
    assert f"{lost:,} items were brought back." in printed(result.stdout)
    assert not [line for line in printed(result.stdout) if line.startswith("paused")]
    after = {(item["pk"]["S"], item["sk"]["S"]): item for item in stack.items()}
    assert after == before
    assert run("repair", done, later).exit_code == 0
    assert stack.operation(done)["stats"]["delivered"] == len(NUMBERS)
    assert run("restore", BESIDE).stdout.strip().endswith("Nothing is missing.")


def test_a_table_that_is_not_there_or_is_the_live_one_is_said(run: Run, stack: World) -> None:
    missing = run("restore", "herald-restored", "--dry-run")
    live = run("restore", stack.table.name, "--dry-run")

    assert (missing.exit_code, live.exit_code) == (1, 1)
    assert missing.stderr.startswith("Error: there is no table herald-restored: `aws dynamodb list-tables`")
    assert live.stderr.startswith(f"Error: {stack.table.name} is the live table")


def test_an_operation_that_waited_comes_back_paused_and_its_operator_decides(
    run: Run, stack: World, dynamodb: Any
) -> None:
    operation = stack.send(*NUMBERS)
    back_up(stack, dynamodb)
    # It is sent after the backup, and all of it is lost then.
    stack.settle()
    lose(stack, dynamodb, lambda item: operation[16:30] in str(item))

    result = run("restore", BESIDE)
    assert run("repair", "--yes", "--all").exit_code == 0
    stack.settle()

    assert f"paused: {operation}" in printed(result.stdout)
    shown = stack.operation(operation)
    assert (shown["status"], shown["stats"]["attempts"]) == ("PROCESSING", 0)
    assert stack.post(f"/Messages/Operations/{operation}/Cancel", "").status == 202
    stack.settle()
    assert stack.operation(operation)["stats"]["attempts"] == 0


def test_a_live_operation_whose_recipients_come_back_is_paused_and_goes_on(
    run: Run, stack: World, dynamodb: Any
) -> None:
    operation = stack.send(*NUMBERS)
    back_up(stack, dynamodb)
    lose(stack, dynamodb, lambda item: kind_of(item) == "CHUNK")

    result = run("restore", BESIDE)
    assert run("repair", "--yes", "--all").exit_code == 0
    stack.settle()

    assert f"paused: {operation}" in printed(result.stdout)
    assert stack.operation(operation)["stats"]["attempts"] == 0
    assert stack.post(f"/Messages/Operations/{operation}/Resume", "").status == 202
    stack.settle()
    assert stack.operation(operation)["stats"]["delivered"] == len(NUMBERS)


def test_what_users_have_deleted_stays_deleted(run: Run, stack: World, dynamodb: Any) -> None:
    path = (
        "/MemoryStores/mem_store_00000000000000000000000000/Profiles/mem_profile_01h9krwprkeee8fzqspvwy6nq8"
    )
    assert stack.put(path, {"addresses": [{"address": NUMBERS[0], "channel": "PHONE"}]}).status == 200
    back_up(stack, dynamodb)
    assert stack.delete(path).status == 204

    assert "Nothing is missing." in run("restore", BESIDE).stdout
    assert stack.get(path).status == 404
    assert "brought back" in run("restore", BESIDE, "--also", "profiles").stdout
    assert stack.get(path).status == 200


def test_every_kind_of_item_is_in_one_of_the_lists() -> None:
    kinds = {*restore.ALWAYS, *(kind for some in restore.ALSO.values() for kind in some)}
    named = {
        pattern.rstrip("*").rstrip("#")
        for line in (ROOT / "template.yaml").read_text().splitlines()
        if "dynamodb:LeadingKeys" in line and "[" in line
        for pattern in line.split("[")[1].replace('"', "").replace("] }", "").replace("]", "").split(", ")
    }

    # They live for a day or two, and nothing reads them later.
    assert named - kinds == {"IDEMPOTENCY", "ARRIVAL", "RATE"}


def test_the_script_restores_beside_and_lets_no_task_run_meanwhile(tmp_path: Path) -> None:
    log = tmp_path / "calls"
    for name in ("aws", "herald"):
        program = tmp_path / name
        program.write_text(
            "#!/bin/bash\n"
            f'echo "{name} $*" >> {log}\n'
            'case "$*" in\n'
            "  *describe-stacks*) echo table;;\n"
            "  *list-event-source-mappings*) echo uuid;;\n"
            "  *describe-stack-resource*) echo worker;;\n"
            f"  *describe-table*query*) [ -e {tmp_path}/made ] && echo ACTIVE;;\n"
            f"  *describe-table*) [ -e {tmp_path}/made ];;\n"
            f"  *restore-table*) touch {tmp_path}/made;;\n"
            "esac\n"
        )
        program.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{tmp_path}:{os.environ['PATH']}",
        "HERALD": str(tmp_path / "herald"),
        "PAUSE": "0",
    }

    command = [str(ROOT / "tools/restore"), "stack", "2026-11-28T05:00:00Z", "--also", "profiles"]
    subprocess.run(command, env=environment, check=True, capture_output=True)

    words = [" ".join(line.split()[:3]) for line in log.read_text().splitlines()]
    assert [each for each in words if "describe" not in each and "list" not in each] == [
        "aws dynamodb restore-table-to-point-in-time",
        "aws lambda update-event-source-mapping",
        "herald restore table-restored-20261128050000",
        "herald repair --all",
        "aws lambda update-event-source-mapping",
    ]
    switched = [line.split()[-1] for line in log.read_text().splitlines() if "update-event" in line]
    assert switched == ["--no-enabled", "--enabled"]
