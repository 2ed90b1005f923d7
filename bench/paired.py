"""Processor time compared with an earlier version, both measured in turns: `python -m bench paired`.

The same script measures both: `bench.half`, with the folders of one version or of the other on its
path. The versions take turns, so other load on the machine affects both.
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

from bench import half, half_stack
from bench.invoke import ROOT
from bench.report import Goal, Section, Table, number
from bench.scenarios import TEXT, recipients

# Before conditional writes were batched, and counts became a merge.
EARLIER: Final = "229afb6"
_ROUNDS: Final = 4
_CALLS: Final = 6
# Of the earlier version's time, at most.
_GOALS: Final = {half.CHUNK: 0.52, half.RECEIPTS: 0.16, half.PAGE: 0.5}
_FOLDERS: Final = (".", "layers/herald", "cli")
# What a local stack needs beside its sources; the lists of packages name the same MiniStack.
_PROGRAMS: Final = (".uv", "tools/ministack/.venv", "tools/sam/.venv")
# The first request meets a stack that has just begun, as `make demo` does.
_REQUESTS: Final = 3
_DEMO_GOAL: Final = 0.45
_STACK_GOAL: Final = 0.35

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
    command = [*_script(half), str(_CALLS)]
    done = subprocess.run(
        command,
        cwd=tree,
        env=_environment(tree),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: Figures = json.loads(done.stdout)
    return found


def _script(module: Any) -> list[str]:
    # -P: the folder of the script itself is not on the path, for it has a module of every name in `bench`.
    return [sys.executable, "-P", module.__file__]


def _environment(tree: Path) -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(str(tree / folder) for folder in _FOLDERS)}


# ----------------------------------------------------------------------------- the local stack


def measure_stacks(progress: Callable[[str], None]) -> Section:
    """A local stack of each version, to which requests go in turns."""
    with ExitStack() as stack:
        earlier = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="herald-earlier-")))
        if not _take_out(EARLIER, earlier):
            note = f"Commit {EARLIER} is not in this clone, so nothing was compared."
            return Section("paired-stack", [], [], [note])
        for program in _PROGRAMS:
            (earlier / program).symlink_to(ROOT / program)
        busy = os.getloadavg()[0]
        then, now = (stack.enter_context(_started(tree)) for tree in (earlier, ROOT))
        starts = [_answer(each) for each in (then, now)]
        progress(f"started in {starts[0]:.1f} s and {starts[1]:.1f} s")
        request = json.dumps({"to": recipients(), "content": {"text": TEXT}})
        times: list[list[float]] = []
        for turn in range(_REQUESTS):
            times.append([_asked(each, request) for each in (then, now)])
            progress(f"request {turn + 1} of {_REQUESTS}: {times[-1][0]:.1f} s and {times[-1][1]:.1f} s")
    return _section_of_stacks(times, busy)


def _section_of_stacks(times: list[list[float]], busy: float) -> Section:
    first, later = times[0], [statistics.median(each) for each in zip(*times[1:], strict=True)]
    named = {
        "first 10,000 settled, as `make demo`": first,
        "10,000 settled": later,
    }
    ratios = {name: now / then for name, (then, now) in named.items()}
    rows = [(name, number(then), number(now), number(ratios[name])) for name, (then, now) in named.items()]
    demo, settled = named
    return Section(
        "paired-stack",
        [
            Goal(f"{demo}: of {EARLIER}", _DEMO_GOAL, ratios[demo], inclusive=True),
            Goal(f"{settled}: of {EARLIER}", _STACK_GOAL, ratios[settled], inclusive=True),
        ],
        [Table("Seconds, paired", ("local stack", f"{EARLIER} s", "this version s", "ratio"), rows)],
        [
            f"From the 202 until every receipt is in; the median of {len(times) - 1} later requests. "
            f"The machine's load average was {number(busy)} before, and {number(os.getloadavg()[0])} after."
        ],
    )


@contextmanager
def _started(tree: Path) -> Iterator["subprocess.Popen[str]"]:
    """A process that starts a stack of a version, and sends what it is asked to."""
    process = subprocess.Popen(
        [*_script(half_stack), str(tree / ".herald/paired")],
        cwd=tree,
        env=_environment(tree),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        assert process.stdin
        process.stdin.close()
        process.wait(timeout=60)


def _asked(process: "subprocess.Popen[str]", request: str) -> float:
    assert process.stdin
    process.stdin.write(request + "\n")
    process.stdin.flush()
    return _answer(process)


def _answer(process: "subprocess.Popen[str]") -> float:
    assert process.stdout
    line = process.stdout.readline()
    if not line:
        raise RuntimeError("a local stack has ended: see what it has written above")
    return float(line)
