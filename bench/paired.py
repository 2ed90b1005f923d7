"""Processor time compared with an earlier version, both measured in turns: `python -m bench paired`.

The same script measures both: `bench.half`, with the folders of one version or of the other on its
path. The versions take turns, so other load on the machine affects both.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from bench import half
from bench.invoke import ROOT
from bench.report import Goal, Section, Table, number

# Before conditional writes were batched, and counts became a merge.
EARLIER: Final = "229afb6"
_ROUNDS: Final = 4
_CALLS: Final = 6
# Of the earlier version's time, at most.
_GOALS: Final = {half.CHUNK: 0.52, half.RECEIPTS: 0.16, half.PAGE: 0.5}
_FOLDERS: Final = (".", "layers/herald", "cli")

Figures = dict[str, list[float]]


def measure(progress: Callable[[str], None]) -> Section:
    """Both versions, each in several processes."""
    with tempfile.TemporaryDirectory(prefix="herald-earlier-") as folder:
        earlier = Path(folder)
        if not _take_out(EARLIER, earlier):
            return Section(
                "paired", [], [], [f"Commit {EARLIER} is not in this clone, so nothing was compared."]
            )
        busy = os.getloadavg()[0]
        then: Figures = {}
        now: Figures = {}
        for turn in range(_ROUNDS):
            for tree, figures in ((earlier, then), (ROOT, now)):
                for name, times in _half(tree).items():
                    figures.setdefault(name, []).extend(times)
            progress(f"paired with {EARLIER}: round {turn + 1} of {_ROUNDS}")
    return _section(then, now, busy)


def _section(then: Mapping[str, list[float]], now: Mapping[str, list[float]], busy: float) -> Section:
    ratios = {name: min(now[name]) / min(then[name]) for name in _GOALS}
    rows = [(name, number(min(then[name])), number(min(now[name])), number(ratios[name])) for name in _GOALS]
    header = ("one call, with boto3", f"{EARLIER} ms", "this version ms", "ratio")
    return Section(
        "paired",
        [Goal(f"{name}: of {EARLIER}", most, ratios[name], inclusive=True) for name, most in _GOALS.items()],
        [Table("Processor time, paired", header, rows)],
        [
            f"The least of {len(now[half.CHUNK])} calls of each version, in {_ROUNDS} processes each. "
            f"The machine's load average was {number(busy)} before, and "
            f"{number(os.getloadavg()[0])} afterwards."
        ],
    )


def _take_out(commit: str, folder: Path) -> bool:
    """Put the files of a commit into a folder; False if the repository does not have the commit."""
    git = ["git", "-C", str(ROOT)]
    known = subprocess.run([*git, "cat-file", "-e", f"{commit}^{{commit}}"], capture_output=True, check=False)
    if known.returncode:
        return False
    files = subprocess.run([*git, "archive", commit], capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=files, check=True)
    return True


def _half(tree: Path) -> Figures:
    """The milliseconds of calls of a version's functions, in a process of its own."""
    path = os.pathsep.join(str(tree / folder) for folder in _FOLDERS)
    # -P: the folder of the script itself is not on the path, for it has a module of every name in `bench`.
    command = [sys.executable, "-P", half.__file__, str(_CALLS)]
    done = subprocess.run(
        command,
        cwd=tree,
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: Figures = json.loads(done.stdout)
    return found
