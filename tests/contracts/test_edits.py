"""How many files take part when the API grows: counted in a copy of the tree, where it is done and works."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.template import ROOT

Edit = Callable[[Path], None]
PACKAGE = "layers/herald/herald"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("layers", "functions", "cli", "tools", "template.yaml", "README.md", "docs"):
        source = ROOT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", ".venv", "wheels")
            shutil.copytree(source, tmp_path / name, ignore=ignored)
        else:
            shutil.copy(source, tmp_path / name)
    return tmp_path


def replace(copy: Path, path: str, old: str, new: str) -> None:
    text = (copy / path).read_text()
    assert text.count(old) >= 1, f"{path} has no {old!r}"
    (copy / path).write_text(text.replace(old, new, 1))


def changed(copy: Path) -> set[str]:
    """The files of a copy that are not as in the tree; a new folder counts as one."""
    found = set()
    for path in copy.rglob("*"):
        relative = path.relative_to(copy)
        if path.is_dir() or "__pycache__" in path.parts:
            continue
        if not (ROOT / relative.parent).exists():
            found.add(str(relative.parent))
        elif not (ROOT / relative).exists() or path.read_bytes() != (ROOT / relative).read_bytes():
            found.add(str(relative))
    return found


def run(copy: Path, script: str) -> str:
    """What a script prints with the packages of a copy."""
    code = (
        f"import sys; sys.path[:0] = ['{copy}/{Path(PACKAGE).parent}', '{copy}/functions', '{copy}'];{script}"
    )
    return subprocess.run(
        [sys.executable, "-c", code], cwd=copy, capture_output=True, text=True, check=True
    ).stdout


def test_an_endpoint_takes_two(copy: Path) -> None:
    resource = copy / PACKAGE / "resources/keywords.py"
    resource.write_text(
        resource.read_text()
        + """

@routes.get("/Keywords/Default", "FetchDefaultKeywords", "The default keywords.", ours=True)
def fetch_default_keywords(request: Request) -> KeywordsOut:
    return fetch_keywords(request)
"""
    )

    run(copy, "from tools import endpoints; sys.argv = ['x', '--write']; endpoints.main()")

    described = run(
        copy,
        "from herald.resources import everything; from herald.api.openapi import document;"
        "print('/Keywords/Default' in document('', [e for r in everything() for e in r])['paths']);"
        "import query; print(sum(e.path == '/Keywords/Default' for e in query.routes.endpoints))",
    )
    assert described.split() == ["True", "1"]
    assert changed(copy) == {f"{PACKAGE}/resources/keywords.py", "README.md"}


def test_a_carrier_takes_two(copy: Path) -> None:
    folder = copy / PACKAGE / "carriers/pigeon"
    folder.mkdir()
    (folder / "__init__.py").write_text(
        '''"""Pigeons."""

from herald.carriers.kind import Kind
from herald.carriers.protocol import Accepted


class Pigeon:
    name = "pigeon"

    def send(self, message): return Accepted("1")

    def flush(self): ...


CARRIER = Kind(build=lambda surroundings: Pigeon())
'''
    )
    replace(copy, "template.yaml", "AllowedValues: [sandbox, aws,", "AllowedValues: [sandbox, pigeon, aws,")
    replace(
        copy,
        "template.yaml",
        "  AllowHttp:\n",
        "  AllowPigeon: { Type: String, Default: 'false' }\n  AllowHttp:\n",
    )
    replace(
        copy,
        "template.yaml",
        "  AllowsHttp:",
        '  AllowsPigeon: !Equals [!Ref AllowPigeon, "true"]\n  AllowsHttp:',
    )
    replace(
        copy,
        "template.yaml",
        '!If [AllowsAws, aws, ""]',
        '!If [AllowsPigeon, pigeon, ""], !If [AllowsAws, aws, ""]',
    )

    found = run(copy, "from herald.carriers import CARRIERS; print('pigeon' in CARRIERS)")
    assert found == "True\n"
    assert changed(copy) == {f"{PACKAGE}/carriers/pigeon", "template.yaml"}


def test_a_channel_takes_three(copy: Path) -> None:
    addresses = f"{PACKAGE}/model/addresses.py"
    replace(copy, addresses, '    RCS = "RCS"\n', '    RCS = "RCS"\n    VIBER = "VIBER"\n')
    replace(
        copy,
        addresses,
        "CHANNELS: Final[Mapping[SenderChannel, Channel]] = {\n",
        "CHANNELS: Final[Mapping[SenderChannel, Channel]] = {\n    SenderChannel.VIBER: Channel(\n"
        "        AddressChannel.PHONE, order=3, unasked=3, sender_address=numbers.E164\n    ),\n",
    )
    replace(copy, "cli/herald_cli/client.py", '"RCS", "WHATSAPP"]', '"RCS", "VIBER", "WHATSAPP"]')
    replace(copy, "docs/api.md", "`SMS`, `RCS` or `WHATSAPP`", "`SMS`, `RCS`, `VIBER` or `WHATSAPP`")

    found = run(
        copy,
        "from herald.model.senders import NewSender; from herald.model.sources import DEFAULT_ORDER;"
        "from herald.model.parts import parts_of; from herald.model.content import CONTENT;"
        'sender = NewSender.model_validate_json(\'{"channel": "VIBER", "address": "+12065550100"}\');'
        "parts = parts_of(CONTENT.validate_python({'text': 'Hi'}), None);"
        "print(sender.channel, DEFAULT_ORDER[-1], sender.channel in parts.channels)",
    )
    assert found == "VIBER VIBER True\n"
    assert len(changed(copy)) == 3


def test_a_field_of_a_recipient_takes_three(copy: Path) -> None:
    replace(
        copy,
        f"{PACKAGE}/model/recipients.py",
        "class AddressRecipient(Closed):\n",
        'class AddressRecipient(Closed):\n    nickname: str | None = None\n    """A name."""\n',
    )
    replace(
        copy,
        "docs/api.md",
        "| `variables` | object |",
        "| `nickname` | string |\n| `variables` | object |",
    )

    found = run(
        copy,
        "from herald.resources import everything; from herald.api.openapi import document;"
        "schemas = document('', [e for r in everything() for e in r])['components']['schemas'];"
        "print(schemas['AddressRecipient']['properties']['nickname'])",
    )
    assert found == "{'description': 'A name.', 'type': 'string'}\n"
    assert len(changed(copy)) <= 3


def test_a_status_takes_three(copy: Path) -> None:
    status = f"{PACKAGE}/model/status.py"
    replace(copy, status, '    READ = "READ"\n', '    READ = "READ"\n    CLICKED = "CLICKED"\n')
    replace(copy, status, "    Status.READ: 40,\n", "    Status.READ: 40,\n    Status.CLICKED: 45,\n")
    operation = f"{PACKAGE}/model/operation.py"
    replace(copy, operation, "    Status.READ,\n", "    Status.READ,\n    Status.CLICKED,\n")
    replace(
        copy,
        operation,
        "    read: int\n",
        '    read: int\n    clicked: int\n    """How many are CLICKED."""\n',
    )
    replace(
        copy,
        operation,
        "        read=tally[Status.READ],\n",
        "        read=tally[Status.READ],\n        clicked=tally[Status.CLICKED],\n",
    )
    replace(copy, "docs/api.md", "`DELIVERED`, `READ`,", "`DELIVERED`, `READ`, `CLICKED`,")

    found = run(
        copy,
        "from collections import Counter; from herald.model.operation import COUNTS, Stats;"
        "from herald.model.status import RANK, Status;"
        "print(set(RANK) == set(Status), Status.CLICKED in COUNTS, 'clicked' in Stats.model_fields)",
    )
    assert found == "True True True\n"
    assert len(changed(copy)) == 3
