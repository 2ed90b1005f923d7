"""`make wheel`: build the wheel, and try its command on Python 3.11 to 3.14; uv fetches what is missing.

Each Python gets a fresh environment with the wheel and its dependencies, outside of the clone. The command
has to show its version and its help, and to check the example file, and each module of the wheel has to be
importable. Exits with 1 if a Python fails.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tools.stack.commands import ROOT

UV: Final = ROOT / ".uv/bin/uv"
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
SECONDS_TO_FETCH: Final = 120.0
TRIED: Final = (
    ("--version",),
    ("--help",),
    ("account", "--help"),
    ("check", str(ROOT / "examples/recipients.csv"), "--text", "Hi {{ name | default: 'there' }}"),
)
# A command imports what it needs when it is called: one that is not tried may fail.
IMPORT_ALL: Final = """
import herald, herald_cli
from importlib import import_module
from pkgutil import walk_packages
for package in (herald, herald_cli):
    for module in walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            import_module(module.name)
"""


def main() -> int:
    """Build and try; return the exit code."""
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", folder], cwd=ROOT, check=True)
        [wheel] = Path(folder).glob("*.whl")
        for version in PYTHONS:
            interpreter = _found(version) or _fetched(version)
            if interpreter is None:
                print(f"{version}: not on this machine, and uv cannot fetch it")
                continue
            problem = _problem(Path(folder), wheel, version, interpreter)
            print(f"{version}: {problem or 'installed, and the command works'}", flush=True)
            failed += [version] if problem else []
    return 1 if failed else 0


def _found(version: str) -> str | None:
    """The path of a Python of this machine, or of uv."""
    find: list[str | Path] = [UV, "python", "find", "--no-project", "--no-python-downloads", version]
    done = subprocess.run(find, cwd="/", capture_output=True, text=True, check=False)
    return done.stdout.strip() if not done.returncode else None


def _fetched(version: str) -> str | None:
    """The path of a Python that uv fetches; None if it cannot, for example without a network."""
    install: list[str | Path] = [UV, "python", "install", "--quiet", version]
    try:
        done = subprocess.run(install, capture_output=True, timeout=SECONDS_TO_FETCH, check=False)
    except subprocess.TimeoutExpired:
        return None
    return None if done.returncode else _found(version)


def _problem(folder: Path, wheel: Path, version: str, interpreter: str) -> str | None:
    """The error of the wheel on one Python, if there is one."""
    environment = folder / version
    python = environment / "bin/python"
    for step in (
        [UV, "venv", "--quiet", "--no-project", "--python", interpreter, environment],
        [UV, "pip", "install", "--quiet", "--python", python, wheel],
        *([environment / "bin/herald", *words] for words in TRIED),
        [python, "-c", IMPORT_ALL],
    ):
        done = subprocess.run(step, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"{Path(step[0]).name} {step[1]}: {done.stderr.strip()[-500:]}"
    return None


if __name__ == "__main__":
    sys.exit(main())
