"""A stack of the last release is updated to this version while it sends: nothing is lost or sent twice."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from herald_cli.client import Herald, Recipient
from tests.stack.waiting import wait_for
from tests.template import load, template
from tools.stack import LocalStack
from tools.stack.build import BUILD_DIR
from tools.stack.commands import IGNORE_SAMCONFIG, REGION, ROOT, SAM, run, sam_environment
from tools.stack.local import STACK_NAME
from tools.stack.package import ARTIFACTS_BUCKET, Package

PEOPLE = 250


def last_release() -> Path:
    folders = [each for each in (ROOT / "releases").iterdir() if each.is_dir()]
    return max(folders, key=lambda each: [int(part) for part in each.name.split(".")]) / "template.yaml"


def _with_settings(released: str) -> str:
    """A template whose functions have the settings that this version's code reads, as they are by default."""
    had, has = (
        each["Globals"]["Function"]["Environment"]["Variables"] for each in (load(released), template())
    )
    defaults = {name: str(each["Default"]) for name, each in template()["Parameters"].items()}
    missing = {name: defaults.get(str(has[name].get("Ref")), "") for name in has.keys() - had.keys()}
    lines = "".join(f'        {name}: "{value}"\n' for name, value in sorted(missing.items()))
    return released.replace("      Variables:\n", f"      Variables:\n{lines}", 1)


def _released() -> Any:
    """The template of the last release as data, with this version's code as it was built."""
    found = load(_with_settings(last_release().read_text()))
    # What it names for a publication lies elsewhere, and nothing is published here.
    del found["Metadata"]["AWS::ServerlessRepo::Application"]
    for name, resource in found["Resources"].items():
        code = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
        if resource["Type"] in code:
            resource["Properties"][code[resource["Type"]]] = str(BUILD_DIR / name)
    return found


class Released(LocalStack):
    """Deployed from the template of the last release, with the code of this version; by `sam deploy`."""

    template: Path

    def _deploy(self, package: Package) -> None:
        self.template = self._state_dir / "released.json"
        released = _released()
        self.template.write_text(json.dumps(released))
        super()._deploy(Package(released, []))
        self.template = BUILD_DIR / "template.yaml"

    def _change(self, package: Package, action: str) -> None:
        run(
            [
                *(SAM, "deploy", "--template-file", self.template, *IGNORE_SAMCONFIG),
                *("--stack-name", STACK_NAME, "--region", REGION, "--no-confirm-changeset"),
                *("--s3-bucket", ARTIFACTS_BUCKET, "--capabilities", "CAPABILITY_IAM", "--no-progressbar"),
                *("--parameter-overrides", *(f"{name}={value}" for name, value in self._parameters.items())),
            ],
            sam_environment(self.endpoint_url),
            self._state_dir / f"sam-deploy-{action}.log",
        )


@pytest.fixture(scope="module")
def released() -> Iterator[LocalStack]:
    with Released(parameters={"SandboxReceiptSeconds": "1"}) as stack:
        yield stack


def enable(stack: LocalStack, is_enabled: bool) -> None:
    """Let tasks be worked on, or wait."""
    lambda_ = stack.client("lambda")
    for each in lambda_.list_event_source_mappings()["EventSourceMappings"]:
        if "FanOut" in each["FunctionArn"]:
            lambda_.update_event_source_mapping(UUID=each["UUID"], Enabled=is_enabled)


def send(herald: Herald, people: int, **more: Any) -> str:
    to: list[Recipient] = [{"address": f"+1206556{place:04}", "channel": "PHONE"} for place in range(people)]
    request: Any = {"to": to, "content": {"text": "Hello"}, **more}
    return herald.send(request)["operationId"]


def test_an_update_loses_nothing_that_is_under_way(released: LocalStack) -> None:
    with Herald(released.base_url, released.account_sid, released.auth_token) as herald:
        before = send(herald, 20)
        wait_for(herald, before, Counter(delivered=20))
        enable(released, False)
        on_the_queue = send(herald, PEOPLE)
        paused = send(herald, 30)
        herald.act(paused, "Pause")
        soon = (datetime.now(UTC) + timedelta(seconds=15)).isoformat()
        scheduled = send(herald, 30, schedule={"sendAt": [soon]})
        kept = {name: released.outputs[name] for name in ("TableName", "KeySecretArn", "ChunkQueueUrl")}

        # Every function is another one afterwards, as with new code.
        released.update({"LogLevel": "DEBUG"})
        enable(released, True)

        # The same table, secret and queue, and so the same credentials and tasks.
        assert {name: released.outputs[name] for name in kept} == kept
        operation = wait_for(herald, on_the_queue, Counter(delivered=PEOPLE))
        assert operation["stats"]["attempts"] == PEOPLE
        herald.act(paused, "Resume")
        for operation_id in (paused, scheduled):
            assert wait_for(herald, operation_id, Counter(delivered=30))["stats"]["attempts"] == 30
        wait_for(herald, before, Counter(delivered=20))
