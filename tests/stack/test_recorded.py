"""`herald doctor` finds the local stack as it should be, and what other stacks answered is answered here."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from herald_cli.doctor import canary
from herald_cli.doctor.exchange import Asker
from herald_cli.doctor.transcript import load
from herald_cli.main import cli
from tests.recorded.replay import differences_of_requests, differences_of_runs
from tests.template import ROOT
from tools.stack import LocalStack

RECORDED = sorted((ROOT / "tests/recorded").glob("*.jsonl"))


@pytest.fixture(scope="module")
def before(stack: LocalStack) -> set[str]:
    return _keys(stack)


@pytest.fixture(scope="module")
def examined(
    stack: LocalStack, before: set[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[list[Any], list[Any]]]:
    """The findings of `herald doctor --canary` on this stack, and its transcript."""
    folder = tmp_path_factory.mktemp("clone")
    (folder / ".herald").mkdir()
    local = {"baseUrl": stack.base_url, "accountSid": stack.account_sid, "authToken": stack.auth_token}
    (folder / ".herald/local.json").write_text(json.dumps(local))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        # How late a schedule may be is AWS's to say; the local AWS is late by a second.
        patch.setattr(canary, "_DUE_SECONDS", 8)
        patch.setattr(canary, "_AFTER_DUE_SECONDS", 3)
        result = CliRunner().invoke(
            cli, ["doctor", "--canary", "--json", "--record", "seen.jsonl"], catch_exceptions=False
        )
        yield [json.loads(line) for line in result.stdout.splitlines()], load(Path("seen.jsonl"))


def test_the_local_stack_is_as_it_should_be(examined: tuple[list[Any], list[Any]]) -> None:
    findings, _ = examined

    # Other tests leave dead letters and busy queues in the stack that they share.
    wrong = [each for each in findings if each["state"] in ("warning", "failure")]
    assert [each for each in wrong if each["check"] not in ("dead-letters", "ages")] == []
    assert {each["check"] for each in findings if each["state"] == "ok"} >= {
        "event-sources",
        "authorizer",
        "api-body-7mb",
        "table-stream",
        "canary-send",
        "canary-schedule",
        "canary-cancel",
        "canary-cleanup",
    }


def _keys(stack: LocalStack) -> set[str]:
    """The keys of all items but those of the demo account, which other tests send as."""
    scan = stack.client("dynamodb").get_paginator("scan")
    items = [item for page in scan.paginate(TableName=stack.outputs["TableName"]) for item in page["Items"]]
    return {f"{item['pk']['S']} {item['sk']['S']}" for item in items if stack.account_sid not in str(item)}


def test_the_canary_leaves_nothing_in_the_table(
    stack: LocalStack, before: set[str], examined: tuple[list[Any], list[Any]]
) -> None:
    left = _keys(stack) - before

    # The operations of other tests go on, under ids that do not name their account.
    assert [key for key in left if key.startswith(("ACCOUNT", "DOCTOR", "MESSAGES", "PARTY", "AUDIT"))] == []


@pytest.mark.parametrize("path", RECORDED, ids=lambda path: path.stem)
def test_what_another_stack_answered_is_answered_here(
    stack: LocalStack, examined: tuple[list[Any], list[Any]], path: Path
) -> None:
    asker = Asker(stack.base_url, (stack.account_sid, stack.auth_token))
    transcript = load(path)
    try:
        found = [
            *differences_of_requests(transcript, asker.ask),
            *differences_of_runs(transcript, examined[1]),
        ]
    finally:
        asker.close()

    assert found == []


def test_there_is_a_transcript() -> None:
    assert RECORDED
