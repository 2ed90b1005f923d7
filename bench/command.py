"""How long `herald` takes without the answers of AWS and of the API: its start, its imports, its clients.

A command of an operator asks an address at which nothing listens, once, and so ends where AWS's own time
would begin. `herald repair` loads the most. Each sample is a process of its own.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Final

from bench.report import Goal, Section, Table, number

_SAMPLES: Final = 7
# Seconds; the second without AWS's own time.
HELP_SECONDS: Final = 0.4
OPERATOR_SECONDS: Final = 1.5
COMMANDS: Final = {
    "herald --help": (("--help",), HELP_SECONDS),
    "herald account list": (("account", "list"), OPERATOR_SECONDS),
    "herald deadletters": (("deadletters",), OPERATOR_SECONDS),
    "herald repair": (("repair", "comms_operation_01h9krwprkeee8fzqspvwy6nq8"), OPERATOR_SECONDS),
    "herald doctor": (("doctor", "--stack-name", "herald"), OPERATOR_SECONDS),
    "herald send --help": (("send", "--help"), OPERATOR_SECONDS),
}
# The modules that `herald repair` loads after its first answer of AWS.
_LOADED_LATER: Final = "import herald_cli.admin, herald.runtime, herald.operator.repair"


def measure() -> Section:
    """Run every command some times."""
    with tempfile.TemporaryDirectory() as folder:
        found = {name: _samples(_command(words), Path(folder)) for name, (words, _) in COMMANDS.items()}
        found["what repair loads"] = _samples([sys.executable, "-c", _LOADED_LATER], Path(folder))
    rows = [(name, number(wall), number(cpu)) for name, (wall, cpu) in found.items()]
    goals = [Goal(name, limit, found[name][0], "s") for name, (_, limit) in COMMANDS.items()]
    return Section(
        "command",
        goals,
        [Table("A command beside AWS's own time", ("command", "seconds", "its CPU"), rows)],
        [f"Medians of {_SAMPLES} processes."],
    )


def _command(words: tuple[str, ...]) -> list[str]:
    return [str(Path(sys.executable).with_name("herald")), *words]


def _samples(command: list[str], folder: Path) -> tuple[float, float]:
    """The medians of wall time and of processor time."""
    environment = {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(folder),
        "HERALD_CONFIG_DIR": str(folder),
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "bench",
        "AWS_SECRET_ACCESS_KEY": "bench",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
        "AWS_MAX_ATTEMPTS": "1",
    }
    _sample(command, environment, folder)  # makes the bytecode
    samples = [_sample(command, environment, folder) for _ in range(_SAMPLES)]
    return statistics.median(wall for wall, _ in samples), statistics.median(cpu for _, cpu in samples)


def _sample(command: list[str], environment: dict[str, str], folder: Path) -> tuple[float, float]:
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(
        command,
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
