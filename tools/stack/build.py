"""`sam build`, once for all stacks of this checkout."""

import fcntl
import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tools.stack.commands import HERALD_DIR, IGNORE_SAMCONFIG, ROOT, SAM, run, sam_environment

BUILD_DIR: Final = ROOT / ".aws-sam/build"
LAYER: Final = ROOT / "layers/herald"


def build() -> None:
    """Build the functions and the layer.

    SAM compares hashes of the sources, so a layer that did not change is not made again.
    """
    _build("--cached", "--template", ROOT / "template.yaml")


def build_into(folder: Path, template: Path) -> None:
    """Build the functions and the layer of this checkout with a template, which may be an older one."""
    _build("--cached", "--template", template, "--base-dir", ROOT, "--build-dir", folder)


def build_again(folder: Path) -> None:
    """Build everything into a folder, without using earlier builds."""
    _build("--build-dir", folder, "--template", ROOT / "template.yaml")


def _build(*how: str | Path) -> None:
    with _lock(fcntl.LOCK_EX):
        run(
            [SAM, "build", *how, *IGNORE_SAMCONFIG],
            # Wheels of this machine too, where it is not a Linux one (layers/herald/Makefile).
            sam_environment() | {"HERALD_LOCAL": "1", "HERALD_WHEELS": str(_wheels())},
            HERALD_DIR / "sam-build.log",
        )


@contextmanager
def built_template() -> Iterator[Path]:
    """The template of the last build; no build changes it or the code it names meanwhile."""
    with _lock(fcntl.LOCK_SH):
        yield BUILD_DIR / "template.yaml"


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
