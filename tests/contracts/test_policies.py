"""A linter reads the policies of the template, and finds what is wrong in one."""

import subprocess
from pathlib import Path

import pytest

from tests.template import ROOT

SAM_PYTHON = ROOT / "tools/sam/.venv/bin/python"


def lint(*template: Path) -> subprocess.CompletedProcess[str]:
    command: list[str | Path] = [SAM_PYTHON, "-m", "tests.policies", *template]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_the_policies_of_the_template_are_well_formed() -> None:
    found = lint()

    assert (found.returncode, found.stdout) == (0, ""), found.stderr


@pytest.mark.parametrize(
    ("right", "wrong", "issue"),
    [
        ("Action: dynamodb:GetItem\n", "Action: dynamodb:GetItems\n", "UNKNOWN_ACTION"),
        ("Action: sqs:SendMessage\n", "Action: sns:Publish\n", "RESOURCE_MISMATCH"),
        ('"dynamodb:LeadingKeys"', '"dynamodb:LeadingKey"', "UNKNOWN_CONDITION_FOR_ACTION"),
    ],
)
def test_a_mistake_in_a_policy_is_found(right: str, wrong: str, issue: str, tmp_path: Path) -> None:
    template = (ROOT / "template.yaml").read_text()
    assert right in template
    (tmp_path / "template.yaml").write_text(template.replace(right, wrong))

    found = lint(tmp_path / "template.yaml")

    assert found.returncode == 1
    assert issue in found.stdout
