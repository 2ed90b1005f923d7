"""The arrows between the parts of the code, as `herald/__init__.py` draws them."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import herald
from tests.template import ROOT

PACKAGE = ROOT / "layers/herald/herald"
FUNCTIONS = sorted((ROOT / "functions").glob("*.py"))


def _sources(*folders: str) -> list[Path]:
    return sorted(
        path for folder in folders for path in (ROOT / folder).rglob("*.py") if ".venv" not in path.parts
    )


def _part(path: Path) -> str:
    """The part of the drawing that a file belongs to."""
    if path in FUNCTIONS:
        return "functions"
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def _imports(path: Path) -> Iterator[str]:
    """The full names of what a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path} has a relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _drawn() -> set[tuple[str, str]]:
    """The arrows of the drawing, and those that follow from them."""
    lines = re.findall(r"^ +([\w, ]+) -> ([\w, ]+)$", herald.__doc__ or "", re.MULTILINE)
    arrows = {
        (above, below)
        for left, right in lines
        for above in left.split(", ")
        for below in right.split(", ")
        if above != "everything"
    }
    while more := {(a, d) for a, b in arrows for c, d in arrows if b == c} - arrows:
        arrows |= more
    parts = {part for arrow in arrows for part in arrow}
    return arrows | {(part, below) for left, below in lines if left == "everything" for part in parts}


def _real() -> set[tuple[str, str]]:
    files = [path for path in _sources("layers/herald/herald") if path != PACKAGE / "__init__.py"]
    arrows = {
        (_part(path), name.split(".")[1])
        for path in [*FUNCTIONS, *files]
        for name in _imports(path)
        if name.startswith("herald.")
    }
    return {(above, below) for above, below in arrows if above != below}


def test_the_drawing_has_every_part_and_no_circle() -> None:
    drawn = _drawn()
    parts = {_part(path) for path in _sources("layers/herald/herald")} - {"__init__"}

    assert {part for arrow in drawn for part in arrow} == parts | {"functions"}
    assert {(a, b) for a, b in drawn if (b, a) in drawn} == set()


def test_no_import_goes_against_the_drawing() -> None:
    assert _real() - _drawn() == set()


def test_every_import_is_drawn_and_every_arrow_is_an_import() -> None:
    lines = re.findall(r"^ +([\w, ]+) -> ([\w, ]+)$", herald.__doc__ or "", re.MULTILINE)
    everywhere = {below for left, right in lines if left == "everything" for below in right.split(", ")}
    drawn = {
        (above, below)
        for left, right in lines
        if left != "everything"
        for above in left.split(", ")
        for below in right.split(", ")
    }

    assert drawn == {(above, below) for above, below in _real() if below not in everywhere}
    assert everywhere <= {below for _, below in _real()}
    assert "A route calls the store itself where" in (herald.__doc__ or "")


def test_the_model_and_the_content_know_neither_aws_nor_http() -> None:
    allowed = {
        "model": {"phonenumbers", "pydantic", "pydantic_core", "ulid"},
        "content": {"liquid"},
    }
    outside = {
        part: {
            name.split(".")[0]
            for path in _sources(f"layers/herald/herald/{part}")
            for name in _imports(path)
            if name.split(".")[0] not in {*sys.stdlib_module_names, "herald"}
        }
        for part in allowed
    }

    assert outside == allowed


def test_nothing_imports_a_function() -> None:
    names = {path.stem for path in FUNCTIONS}
    importers = {
        str(path.relative_to(ROOT))
        for path in _sources("layers", "functions", "cli", "tools")
        if names & {name.split(".")[0] for name in _imports(path)}
    }

    assert importers == set()


def test_only_the_runtime_reads_the_environment_and_makes_clients() -> None:
    wanted = re.compile(r"os\.(environ|getenv)|boto3\.(client|resource|session|Session)")
    found = {
        (str(path.relative_to(ROOT)), match.group())
        for path in _sources("layers", "functions")
        for name in [*_imports(path), *_dotted(path)]
        if (match := wanted.match(name))
    }

    runtime = "layers/herald/herald/runtime.py"
    assert found == {(runtime, "os.environ"), (runtime, "boto3.client")}


def _dotted(path: Path) -> Iterator[str]:
    """Every `name.attribute` in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"


def test_only_what_sends_loads_liquid_when_it_starts() -> None:
    """0.2 s of a cold start."""
    functions = [path.stem for path in FUNCTIONS if path.stem != "fan_out"]
    script = f"import sys, {', '.join(functions)}; print('liquid' in sys.modules)"
    found = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT / "functions", capture_output=True, text=True, check=True
    )

    assert found.stdout == "False\n"
