"""`make wheel`: build the wheel, and try its command on every Python that this machine has.

Each Python gets a fresh environment with the wheel and its dependencies, outside of the clone. The command
has to show its version and its help, and to check the example file. Exits with 1 where a Python fails.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from tools.stack.commands import ROOT

UV: Final = ROOT / ".uv/bin/uv"
PYTHONS: Final = ("3.11", "3.12", "3.13", "3.14")
TRIED: Final = (
    ("--version",),
    ("--help",),
    ("account", "--help"),
    ("check", str(ROOT / "examples/recipients.csv"), "--text", "Hi {{ name | default: 'there' }}"),
)


def main() -> int:
    """Build and try; the exit code."""
    failed = []
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([UV, "build", "--quiet", "--wheel", "--out-dir", folder], cwd=ROOT, check=True)
        [wheel] = Path(folder).glob("*.whl")
        for version in PYTHONS:
            find: list[str | Path] = [
                UV,
                "python",
                "find",
                "--no-project",
                "--no-python-downloads",
                "--system",
                version,
            ]
            found = subprocess.run(find, cwd=folder, capture_output=True, text=True, check=False)
            if found.returncode:
                print(f"{version}: not on this machine")
                continue
            problem = _problem(Path(folder), wheel, version, found.stdout.strip())
            print(f"{version}: {problem or 'installed, and the command works'}", flush=True)
            failed += [version] if problem else []
    return 1 if failed else 0


def _problem(folder: Path, wheel: Path, version: str, interpreter: str) -> str | None:
    """What goes wrong with the wheel on one Python."""
    environment = folder / version
    python = environment / "bin/python"
    for step in (
        [UV, "venv", "--quiet", "--no-project", "--python", interpreter, environment],
        [UV, "pip", "install", "--quiet", "--python", python, wheel],
        *([environment / "bin/herald", *words] for words in TRIED),
    ):
        done = subprocess.run(step, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode:
            return f"{' '.join(map(str, step[1:3]))}: {done.stderr.strip()[-500:]}"
    return None


if __name__ == "__main__":
    sys.exit(main())
