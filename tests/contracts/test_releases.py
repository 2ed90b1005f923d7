"""What the last release has deployed can be updated: CloudFormation changes little of a table at once."""

import copy
import tomllib
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.template import ROOT, read, template

type Template = dict[str, Any]
# Their names in AWS come from their logical ids: another id is another, empty, resource.
KEPT = ("AWS::DynamoDB::Table", "AWS::SecretsManager::Secret", "AWS::SQS::Queue", "AWS::S3::Bucket")
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def last_release() -> Template:
    """The template of the newest release that is kept."""
    folders = [each for each in (ROOT / "releases").iterdir() if each.is_dir()]
    newest = max(folders, key=lambda each: [int(part) for part in each.name.split(".")])
    return read(newest / "template.yaml")


def hindrances(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    """Why a stack of one template cannot become one of another without loss, or not in one update."""
    found = [
        f"{name} of {each['Type']} is gone, and what is in it"
        for name, each in old["Resources"].items()
        if each["Type"] in KEPT and new["Resources"].get(name, {}).get("Type") != each["Type"]
    ]
    for name, each in old["Resources"].items():
        if name in new["Resources"] and each["Type"] == new["Resources"][name]["Type"]:
            before, after = each.get("Properties", {}), new["Resources"][name].get("Properties", {})
            found += _of_table(before, after) if each["Type"] == "AWS::DynamoDB::Table" else []
            if before.get("GenerateSecretString") != after.get("GenerateSecretString"):
                found.append(f"another generator makes a new secret of {name}")
            found += [
                f"{name} is replaced: its {field} has changed"
                for field in ("TableName", "QueueName", "BucketName", "Name", "FifoQueue", "StageName")
                if before.get(field) != after.get(field)
            ]
            if each.get("DeletionPolicy") != new["Resources"][name].get("DeletionPolicy"):
                found.append(f"{name} is kept otherwise when the stack is deleted")
    found += [
        f"the output {name} is gone" for name in old.get("Outputs", {}) if name not in new.get("Outputs", {})
    ]
    return found


def _of_table(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    found = []
    if before["KeySchema"] != after["KeySchema"]:
        found.append("another key makes a new table")
    if before["StreamSpecification"] != after["StreamSpecification"]:
        found.append("another stream forgets what the functions have not read")
    types = [
        {each["AttributeName"]: each["AttributeType"] for each in properties["AttributeDefinitions"]}
        for properties in (before, after)
    ]
    found += [
        f"the type of {name} has changed" for name in types[0] if types[1].get(name, "S") != types[0][name]
    ]
    indexes = [
        {
            each["IndexName"]: (each["KeySchema"], each["Projection"])
            for each in properties["GlobalSecondaryIndexes"]
        }
        for properties in (before, after)
    ]
    changed = indexes[0].keys() ^ indexes[1].keys()
    if len(changed) > 1:
        found.append(f"more than one index comes or goes: {sorted(changed)}")
    found += [
        f"{name} is another index under the same name"
        for name in indexes[0].keys() & indexes[1].keys()
        if indexes[0][name] != indexes[1][name]
    ]
    return found


def test_the_version_has_its_release() -> None:
    """Cut by `python -m tools.release`, so that the next versions are held against it."""
    assert (ROOT / "releases" / VERSION / "template.yaml").is_file()
    assert f"## [{VERSION}]" in (ROOT / "CHANGELOG.md").read_text()
    described = template()["Metadata"]["AWS::ServerlessRepo::Application"]
    assert described["SemanticVersion"] == VERSION


def test_the_application_repository_is_told_what_it_asks_for() -> None:
    described = template()["Metadata"]["AWS::ServerlessRepo::Application"]

    assert {"Name", "Description", "Author", "SpdxLicenseId", "LicenseUrl", "ReadmeUrl", "Labels"} <= set(
        described
    )
    assert [
        described[name] for name in ("LicenseUrl", "ReadmeUrl") if not (ROOT / described[name]).is_file()
    ] == []
    assert (
        described["SpdxLicenseId"]
        == tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["license"]
    )


def test_the_last_release_becomes_this_version() -> None:
    assert hindrances(last_release(), template()) == []


def _edit(change: Callable[[dict[str, Any]], Any]) -> Template:
    edited = copy.deepcopy(template())
    change(edited["Resources"])
    return edited


def _indexes(resources: dict[str, Any]) -> Any:
    return resources["Table"]["Properties"]["GlobalSecondaryIndexes"]


ALLOWED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "one index more": lambda of: _indexes(of).append({**_indexes(of)[0], "IndexName": "another"}),
    "one index less": lambda of: _indexes(of).pop(),
    "another timeout": lambda of: of["ChunkQueue"]["Properties"].update(VisibilityTimeout=400),
    "another queue": lambda of: of.update(Another={"Type": "AWS::SQS::Queue"}),
}
REFUSED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "two indexes less": lambda of: (_indexes(of).pop(), _indexes(of).pop()),
    "an index that is another": lambda of: _indexes(of)[0].update(KeySchema=[]),
    "another key of the table": lambda of: of["Table"]["Properties"]["KeySchema"].reverse(),
    "another generator": lambda of: of["KeySecret"]["Properties"]["GenerateSecretString"].update(
        PasswordLength=32
    ),
    "no generator": lambda of: of["KeySecret"]["Properties"].pop("GenerateSecretString"),
    "a name for the table": lambda of: of["Table"]["Properties"].update(TableName="herald"),
    "a name for a queue": lambda of: of["ChunkQueue"]["Properties"].update(QueueName="chunks"),
    "a table under another id": lambda of: of.update(Store=of.pop("Table")),
    "a queue less": lambda of: of.pop("InboundQueue"),
    "another stream": lambda of: of["Table"]["Properties"].update(
        StreamSpecification={"StreamViewType": "KEYS_ONLY"}
    ),
    "a table that goes with the stack": lambda of: of["Table"].pop("DeletionPolicy"),
    "another stage": lambda of: of["Api"]["Properties"].update(StageName="v2"),
}


@pytest.mark.parametrize("change", ALLOWED)
def test_what_one_update_can_do(change: str) -> None:
    assert hindrances(template(), _edit(ALLOWED[change])) == []


@pytest.mark.parametrize("change", REFUSED)
def test_what_no_update_may_do(change: str) -> None:
    assert len(hindrances(template(), _edit(REFUSED[change]))) >= 1
