"""What the pages, the locks and the scripts say of each other."""

import re
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from herald.carriers import sandbox
from herald.model import problems
from herald.model.problems import Problem
from herald.sending import accept
from tests.contracts.documents import table, tables
from tests.contracts.gateway import GATEWAY
from tests.template import ROOT, resources, template


def test_the_layer_holds_what_the_package_needs_at_the_locked_versions() -> None:
    lock: list[dict[str, Any]] = tomllib.loads((ROOT / "uv.lock").read_text())["package"]
    packages = {package["name"]: package for package in lock}
    [project] = [package for package in lock if package.get("source", {}).get("editable") == "."]
    closure: set[str] = set()
    waiting = [each["name"] for each in project["dev-dependencies"]["lambda"]]
    while waiting:
        name = waiting.pop()
        if name not in closure:
            closure.add(name)
            waiting += [each["name"] for each in packages[name].get("dependencies", [])]

    # A marker would follow a semicolon; the list keeps what has one, too.
    text = (ROOT / "layers/herald/requirements.txt").read_text().replace(" \\\n", "")
    listed = [line.split(" ") for line in text.splitlines()]
    assert [line[0] for line in listed] == [
        f"{name}=={packages[name]['version']}" for name in sorted(closure)
    ]
    # Nothing comes into the layer that is not byte for byte what was locked.
    locked = {name: _hashes(packages[name]) for name in closure}
    for name, *more in listed:
        found = {each.removeprefix("--hash=") for each in more if each}
        assert found == locked[name.split("==")[0]]
        assert found
    assert "--require-hashes" in (ROOT / "layers/herald/Makefile").read_text()


def _hashes(package: dict[str, Any]) -> set[str]:
    """The hashes of a locked package's files."""
    files = [*package.get("wheels", ()), *([package["sdist"]] if "sdist" in package else [])]
    return {each["hash"] for each in files}


def test_the_command_line_brings_what_the_package_needs() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())

    assert set(project["dependency-groups"]["lambda"]) <= set(project["project"]["dependencies"])


def test_ci_runs_what_developers_run() -> None:
    lines = (ROOT / ".ci/run").read_text().splitlines()

    assert [line for line in lines if not line.startswith("#")] == [
        "set -euo pipefail",
        'cd "$(dirname "$0")/.."',
        "exec make test",
    ]
    assert (ROOT / ".ci/run").stat().st_mode & 0o111


def test_the_commands_of_the_readme_are_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = set(re.findall(r"^ {4}make ([\w-]+)", (ROOT / "README.md").read_text(), re.MULTILINE))

    assert named >= {"run", "demo", "test", "check"}
    assert named - targets == set()


def test_every_error_code_is_explained() -> None:
    explained = {int(row["Code"]) for rows in tables("docs/errors.md") for row in rows if "Code" in row}
    known = {each.code for each in vars(problems).values() if isinstance(each, Problem)}

    assert explained == known | {problem.code for _, _, problem in GATEWAY.values()}


def test_the_runbook_says_how_long_things_are_kept() -> None:
    said = {row["What"]: row["How long"] for row in table("docs/operations.md", "What", "How long")}
    queues = resources("AWS::SQS::Queue")
    groups = resources("AWS::Logs::LogGroup")

    assert said["recipients' addresses in chunks"] == f"{accept._CHUNK_DAYS} days"
    assert {str(each["RetentionInDays"]) for each in groups.values()} == {"{'Ref': 'LogRetentionDays'}"}
    kept = template()["Parameters"]["LogRetentionDays"]["Default"]
    assert said["logs"] == f"LogRetentionDays`, {kept} days"
    assert {
        f"{queue['MessageRetentionPeriod'] // 86_400} days"
        for name, queue in queues.items()
        if name.endswith("DeadLetters")
    } == {said["dead letters"]}


def test_the_readme_lists_the_numbers_of_the_sandbox() -> None:
    numbers = [row["Number"] for row in table("README.md", "Number", "What happens")]

    assert numbers == [f"{sandbox._MAGIC_PREFIX}{last}" for last in sandbox._FATES]


def test_the_readme_lists_the_functions() -> None:
    [row] = [row for row in table("README.md", "Folder", "What is in it") if row["Folder"] == "functions/"]

    assert set(re.findall(r"`(\w+)`", row["What is in it"])) == {
        path.stem for path in (ROOT / "functions").glob("*.py")
    }


def test_the_folders_of_the_readme_are_there() -> None:
    folders = [row["Folder"] for row in table("README.md", "Folder", "What is in it")]

    assert [folder for folder in folders if not (ROOT / folder).is_dir()] == []


def test_every_decision_has_a_number_of_its_own_that_its_title_repeats() -> None:
    pages = sorted((ROOT / "docs/adr").glob("*.md"))
    titles = [page.read_text().split(". ", 1)[0] for page in pages]

    assert titles == [f"# {page.name[:4]}" for page in pages]
    assert Counter(titles) == dict.fromkeys(titles, 1)


def _anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    titles = re.findall(r"^#+ (.*)$", page.read_text(), re.MULTILINE)
    plain = [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", title).strip().lower() for title in titles]
    return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in plain}


def test_links_between_pages_lead_somewhere() -> None:
    pages = [*ROOT.glob("*.md"), *sorted((ROOT / "docs").rglob("*.md"))]
    broken = [
        f"{page.relative_to(ROOT)}: {target}#{anchor}"
        for page in pages
        for target, anchor in re.findall(r"\]\(([^)#:\s]*)(?:#([^)]*))?\)", page.read_text())
        if not (page.parent / target).exists()
        or (anchor and anchor not in _anchors(page.parent / target if target else page))
    ]

    assert broken == []
