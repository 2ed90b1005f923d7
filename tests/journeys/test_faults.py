"""No person is texted twice, and none is lost, whatever goes wrong: a sample of crash points, and seeds."""

import subprocess
import sys

from tests.template import ROOT

# `make faults FAULT_SEEDS=n` runs more, and every crash point.
SEEDS = 150
EVERY = 300


def test_every_promise_is_kept_at_crash_points_and_under_random_faults() -> None:
    # In processes of their own: with the order of sets fixed, and on all cores.
    command = [sys.executable, "-m", "tests.journeys", "--every", str(EVERY), "--seeds", str(SEEDS)]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert done.returncode == 0, f"{done.stdout[-5_000:]}\n{done.stderr[-5_000:]}"
    assert f"random runs, seeds 0 to {SEEDS - 1:,}: {SEEDS:,} runs" in done.stdout
