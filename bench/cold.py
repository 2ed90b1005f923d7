"""What a function's first call costs: its import, making its clients, and memory.

Every sample is a process of its own that imports one function and handles the largest
event that it can get. Bytecode is compiled before, as in the layer (layers/herald/Makefile).
"""

import json
import os
import statistics
import subprocess
import sys
import tempfile
from typing import Any

from bench.edge import packed
from bench.invoke import ROOT
from bench.report import Goal, Section, Table, milliseconds, number
from bench.scenarios import Scenario

_SAMPLES = 10


def measure(scenarios: list[Scenario]) -> Section:
    """Start every function some times."""
    with tempfile.TemporaryDirectory() as bytecode:
        found = {scenario.function: _samples(scenario, bytecode) for scenario in scenarios}
    peaks = {function: max(each["megabytes"] for each in samples) for function, samples in found.items()}
    rows = [
        (
            scenario.function,
            *(
                milliseconds(statistics.median(each[part][kind] for each in found[scenario.function]))
                for part in ("import", "call")
                for kind in (0, 1)
            ),
            number(peaks[scenario.function]),
            scenario.name,
        )
        for scenario in scenarios
    ]
    header = ("function", "import ms", "its CPU", "first call ms", "its CPU", "peak MB", "largest event")
    return Section(
        "cold",
        [Goal(f"{function}: memory", 256, peak, "MB") for function, peak in peaks.items()],
        [Table("A function's first call", header, rows)],
        [f"Times are medians of {_SAMPLES} processes, memory is the most that any of them took."],
    )


def _samples(scenario: Scenario, bytecode: str) -> list[Any]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment["PYTHONPYCACHEPREFIX"] = bytecode
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        items = [*scenario.items.values()]
        file.write(packed({"event": scenario.event, "items": items}))
        file.flush()
        command = [sys.executable, "-m", "bench.child", scenario.function, file.name]
        _sample(command, environment)  # makes the bytecode
        return [_sample(command, environment) for _ in range(_SAMPLES)]


def _sample(command: list[str], environment: dict[str, str]) -> Any:
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)
