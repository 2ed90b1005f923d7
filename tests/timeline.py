"""The name that a World in steps had; see tests/sim/steps.py."""

from tests.sim.steps import REQUEUED_AFTER, Timeline, recipient

__all__ = ["REQUEUED_AFTER", "Timeline", "recipient"]
