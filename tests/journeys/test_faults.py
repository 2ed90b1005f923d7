"""No person is texted twice, and none is lost, under faults: a sample of crash points, and seeds."""

import os
import subprocess
import sys

from tests.template import ROOT

# `make faults FAULT_SEEDS=n` runs more, and every crash point.
SEEDS = 150
EVERY = 300


def test_every_promise_is_kept_at_crash_points_and_under_random_faults() -> None:
    # In processes of their own, on all cores. With the order of sets fixed, the command need not begin again.
    command = [sys.executable, "-m", "tests.journeys", "--every", str(EVERY), "--seeds", str(SEEDS)]

    env = {**os.environ, "PYTHONHASHSEED": "0"}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, env=env)

    assert done.returncode == 0, f"{done.stdout[-5_000:]}\n{done.stderr[-5_000:]}"
    assert f"random runs, seeds 0 to {SEEDS - 1:,}: {SEEDS:,} runs" in done.stdout
