"""The maps of the project lead to what is there, and nothing grows past what a reader can take in."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, get_args

import pytest

import herald_cli.client as client
from herald.model.addresses import AddressChannel, MessageAddress, Sender, SenderChannel
from herald.model.inbound import Received
from herald.model.message import Attempt, Message
from herald.model.operation import OperationStatus
from herald.model.status import Status
from herald.model.suppressions import GivenSource
from herald.store import rows
from tests.contracts.documents import table
from tests.skips import NOT_QUICK, ON_MOTO, ON_SIM
from tests.template import ROOT

FOLDERS: Final = ("functions", "layers/herald/herald", "cli/herald_cli", "tools", "bench", "tests")
MOST_LINES_OF_A_FUNCTION: Final = 60
MOST_LINES_OF_A_FILE: Final = 400
# Files of the product that are longer, and why.
LONGER: Final = {
    "cli/herald_cli/client.py": "one class with a method for each request, which people read from top to end",
    "cli/herald_cli/show.py": "everything that the command shows is worded in one place",
    "cli/herald_cli/commands/sending.py": "the options of a message, declared one by one",
    "layers/herald/herald/model/calling_codes.py": "a table",
    "layers/herald/herald/store/keys.py": "every key of the table is built in one place, in a line or two",
}
# Functions that are longer.
LONGER_FUNCTIONS: Final = {
    "tests/journeys/made_up.py _request": "a draw for each field of a request",
}


def _sources(*folders: str) -> list[Path]:
    return sorted(
        path
        for folder in folders
        for path in (ROOT / folder).rglob("*.py")
        if not {".venv", "node_modules"} & {*path.parts}
    )


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT))


# ------------------------------------------------------------------------ indexes of packages


def _modules_of(package: Path) -> Iterator[str]:
    """The modules and packages in a package that a reader may look for."""
    for path in sorted(package.iterdir()):
        if (path / "__init__.py").exists():
            yield path.name
        elif path.suffix == ".py" and not path.stem.startswith(("__", "test_", "conftest")):
            yield path.stem


PACKAGES: Final = [
    path.parent
    for path in _sources("layers/herald/herald", "cli/herald_cli", "tools", "bench", "tests")
    if path.name == "__init__.py"
    # The drawing of the whole; folders of tests.
    and path.parent.name not in ("herald", "tests", "unit", "contracts", "stack", "cli")
    and (path.parent.name != "carriers" or "tests" not in path.parts)
]


@pytest.mark.parametrize("package", PACKAGES, ids=_name)
def test_the_index_of_a_package_names_every_module(package: Path) -> None:
    index = ast.get_docstring(ast.parse((package / "__init__.py").read_text())) or ""

    missing = [name for name in _modules_of(package) if not re.search(rf"\b{name}\b", index)]

    assert missing == [], f"add a line for each to the docstring of {_name(package)}/__init__.py"


# -------------------------------------------------------------------------------- README


def _placed(text: str) -> Iterator[str]:
    """The paths that a cell of README's table names."""
    for name in re.findall(r"`([\w./-]+)`", text):
        if "/" in name or name.endswith((".py", ".yaml", ".md")):
            yield name


def _found(name: str) -> Path | None:
    """A path from the root, or from the package, as README has it."""
    return next(
        (place / name for place in (ROOT, ROOT / "layers/herald/herald") if (place / name).exists()), None
    )


def test_what_the_readme_says_is_to_be_changed_is_there() -> None:
    found = table("README.md", "What", "Where (under `layers/herald/herald/` unless it says otherwise)")

    missing = [name for row in found for cell in row.values() for name in _placed(cell) if not _found(name)]

    assert missing == []


def test_the_names_that_the_readme_gives_are_in_their_files() -> None:
    text = (ROOT / "README.md").read_text()
    named = re.findall(r"((?:`\w+`(?:, | and )?)+) (?:in|of) `([\w./]+\.py)`", text)

    assert len(named) > 5
    missing = [
        (name, file)
        for names, file in named
        for name in re.findall(r"`(\w+)`", names)
        if name not in (_found(file) or Path("/dev/null")).read_text()
    ]
    assert missing == []


def test_every_field_of_a_message_is_kept_in_its_row() -> None:
    person = MessageAddress(address="+12065550100", channel=AddressChannel.PHONE)
    sender = Sender(sender_id="comms_sender_" + "0" * 26, address="+15005550006", channel=SenderChannel.SMS)
    now = datetime(2026, 1, 2, tzinfo=UTC)
    given: dict[str, Any] = {
        "id": "comms_message_01h9krwprkeee8fzqspvwy6nq8000",
        "account": "AC" + "1" * 32,
        "place": 7,
        "status": Status.FAILED,
        "to": person,
        "sender": sender,
        "session_id": "comms_session_01h9krwprkeee8fzqspvwy6nq8",
        "profile_id": "mem_profile_" + "0" * 26,
        "memory_store_id": "mem_store_" + "0" * 26,
        "addresses": (person,),
        "group": (person,),
        "received": Received(text="Hi"),
        "variables": {"name": "Ada"},
        "tags": {"a": "b"},
        "attempts": (Attempt(sender=sender, to=person, at=now),),
        "error": 30003,
        "reason": "why",
        "scheduled_for": now,
        "updated_at": now,
        "expires_at": 1,
    }
    message = Message(**given)

    key, item = rows.made(message)
    stored = {name: value for name, value in item.items() if value is not None}
    kept = rows.message_of({**stored, "pk": key.pk, "sk": key.sk})

    # A field that is added has to be given above. The tries are written by the moves of a row, and the one
    # that no worker has recorded is what a receipt wrote.
    assert given.keys() | {"unrecorded"} == Message.model_fields.keys()
    assert kept == message.model_copy(update={"attempts": ()})


# ------------------------------------------------------------------------------- pages


def test_no_section_that_a_command_writes_is_empty() -> None:
    empty = {
        f"{_name(page)}: {name}"
        for page in sorted((ROOT / "docs").glob("*.md"))
        for name, text in re.findall(r"<!-- (\w+: \w+) -->(.*?)<!-- \w+: end of", page.read_text(), re.DOTALL)
        if not text.strip()
    }

    assert not empty


@pytest.mark.parametrize("page", sorted((ROOT / "docs/adr").glob("*.md")), ids=lambda page: page.stem)
def test_a_decision_has_a_date_and_a_status(page: Path) -> None:
    status = page.read_text().split("\n\n")[1]

    assert status.startswith("Status: ")
    assert re.search(r"\b\d{4}-\d\d-\d\d\b", status)
    assert "superseded" not in status.lower() or re.search(r"\]\(\d{4}-[\w-]+\.md\)", status)


def test_every_metric_is_in_the_runbook() -> None:
    runbook = (ROOT / "docs/operations.md").read_text()
    counted = {
        name
        for path in _sources("layers/herald/herald", "functions")
        for name in re.findall(r'\bcount\(\s*"(\w+)"', path.read_text())
    }

    assert len(counted) > 10
    assert sorted(name for name in counted if f"`{name}`" not in runbook) == []


def _limits() -> Iterator[tuple[str, int]]:
    """The numbers that bound what a client may send, by the name of their constant."""
    for path in _sources(*(f"layers/herald/herald/{part}" for part in ("api", "content", "model"))):
        for node in ast.parse(path.read_text()).body:
            if (
                isinstance(node, ast.AnnAssign)
                and isinstance(node.target, ast.Name)
                and re.match("MAX|MOST|LONGEST|LARGEST", node.target.id)
                and isinstance(node.value, ast.Constant)
                and isinstance(node.value.value, int)
            ):
                yield f"{path.stem}.{node.target.id}", node.value.value


def test_every_limit_is_in_the_documents() -> None:
    limits = dict(_limits())
    pages = " ".join(
        (ROOT / f"docs/{page}.md").read_text() for page in ("api", "carriers", "errors", "liquid")
    )
    numbers = {int(number.replace(",", "")) for number in re.findall(r"\d{1,3}(?:,\d{3})+|\d+", pages)}

    assert len(limits) > 25
    assert {name: limit for name, limit in limits.items() if limit not in numbers} == {}


# -------------------------------------------------------------------- the command's choices


@pytest.mark.parametrize(
    ("offered", "there_are"),
    [
        (client.RecipientChannel, AddressChannel),
        (client.SenderChannel, SenderChannel),
        (client.OperationStatus, OperationStatus),
        (client.MessageStatus, Status),
        (client.SuppressionSource, GivenSource),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_the_command_offers_what_the_model_has(offered: Any, there_are: Any) -> None:
    assert {*get_args(offered)} == {str(each) for each in there_are}


# ---------------------------------------------------------------------------- ceilings


def test_no_function_is_longer_than_a_screen() -> None:
    longer = {
        f"{_name(path)} {node.name}"
        for path in _sources(*FOLDERS)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MOST_LINES_OF_A_FUNCTION
    }

    assert longer == {*LONGER_FUNCTIONS}


def test_no_file_of_the_product_is_longer_than_one_can_read() -> None:
    longer = {
        _name(path)
        for path in _sources(*(folder for folder in FOLDERS if folder != "tests"))
        if len(path.read_text().splitlines()) > MOST_LINES_OF_A_FILE
    }

    assert longer <= {*LONGER}


# -------------------------------------------------------------------------------- tests


def test_no_test_imports_another_test() -> None:
    importing = [
        (_name(path), node.module)
        for path in _sources("tests", "bench", "tools")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and re.search(r"(^|\.)test_\w+$", node.module or "")
    ]

    assert importing == []


def test_what_is_left_out_somewhere_is_there_and_has_a_reason() -> None:
    for start in (*ON_MOTO, *ON_SIM, *NOT_QUICK):
        file, _, name = start.partition("::")
        assert (ROOT / file).is_file(), start
        assert f"def {name.split('[')[0]}" in (ROOT / file).read_text() or not name, start
    assert all(ON_SIM.values())


def test_no_test_leaves_itself_out() -> None:
    skipping = re.compile(r"pytest\.skip\(|mark\.skip\b|skipif|importorskip")
    found = {_name(path) for path in _sources("tests") if skipping.search(path.read_text())}

    # The lists of what a harness lacks; the patterns above.
    assert found == {"tests/conftest.py", "tests/second_opinion.py", "tests/contracts/test_tidy.py"}
