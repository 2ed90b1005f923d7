"""`sam build`, once for all stacks of this checkout, and again when its sources have changed."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tools.stack.commands import HERALD_DIR, IGNORE_SAMCONFIG, ROOT, SAM, run, sam_environment
from tools.stack.package import Package, pack, unpacked

BUILD_DIR: Final = ROOT / ".aws-sam/build"
TEMPLATE: Final = ROOT / "template.yaml"
LAYER: Final = ROOT / "layers/herald"
# What a build is made of, beside the template and the programs of tools/sam.
SOURCES: Final = (ROOT / "functions", LAYER)
_PACKAGE: Final = BUILD_DIR.parent / "package"
_BUILT_OF: Final = BUILD_DIR.parent / "built-of"


def build() -> None:
    """Build the functions and the layer, and pack them, unless that was done of these very sources.

    SAM compares hashes of the sources, so a layer that did not change is not made again.
    """
    with _lock(fcntl.LOCK_EX):
        if _PACKAGE.exists() and _BUILT_OF.exists() and _BUILT_OF.read_text() == _state():
            return
        _BUILT_OF.unlink(missing_ok=True)
        _build("--cached", "--template", TEMPLATE)
        shutil.rmtree(_PACKAGE, ignore_errors=True)
        pack(BUILD_DIR / "template.yaml", _PACKAGE)
        _BUILT_OF.write_text(_state())


def build_again(folder: Path) -> None:
    """Build everything into a folder, without using earlier builds."""
    with _lock(fcntl.LOCK_EX):
        _build("--build-dir", folder, "--template", TEMPLATE)


def _build(*how: str | Path) -> None:
    run(
        [SAM, "build", *how, *IGNORE_SAMCONFIG],
        # Wheels of this machine too, where it is not a Linux one (layers/herald/Makefile).
        sam_environment() | {"HERALD_LOCAL": "1", "HERALD_WHEELS": str(_wheels())},
        HERALD_DIR / "sam-build.log",
    )


def _state() -> str:
    """What the sources are, and which build there is: a person may have called `sam build` meanwhile."""
    sources = hashlib.sha256()
    for path in (TEMPLATE, ROOT / "tools/sam/uv.lock", *(path for each in SOURCES for path in _files(each))):
        content = path.read_bytes()
        sources.update(f"{path.relative_to(ROOT)} {len(content)}\n".encode() + content)
    built = BUILD_DIR / "template.yaml"
    return f"{sources.hexdigest()} {built.stat().st_mtime_ns if built.exists() else 'nothing'}"


def _files(folder: Path) -> Iterator[Path]:
    """The files that a build takes: no bytecode, which Python writes beside its sources."""
    for where, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in ("__pycache__", "wheels"))
        yield from (Path(where, name) for name in sorted(names))


@contextmanager
def built_package() -> Iterator[Package]:
    """The last build, packed; no build changes it meanwhile."""
    with _lock(fcntl.LOCK_SH):
        yield unpacked(_PACKAGE)


def _wheels() -> Path:
    """The folder of the layer's unpacked wheels, which take most of a build and rarely change."""
    sources = (LAYER / "requirements.txt").read_bytes() + (LAYER / "Makefile").read_bytes()
    current = HERALD_DIR / "wheels" / hashlib.sha256(sources).hexdigest()[:16]
    for other in current.parent.glob("*"):
        if other != current:
            shutil.rmtree(other)
    return current


@contextmanager
def _lock(kind: int) -> Iterator[None]:
    """Two stacks may start at once: builds wait for all else, deployments for builds only.

    The lock lies beside the build, which stacks share that keep their state in other folders.
    """
    BUILD_DIR.parent.mkdir(exist_ok=True)
    with (BUILD_DIR.parent / "build.lock").open("w") as lock:
        fcntl.flock(lock, kind)
        yield
