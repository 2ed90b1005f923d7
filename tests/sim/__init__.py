"""A simulated AWS in one process and in virtual time, on which Herald's real functions run.

Nothing here knows what Herald promises: tests/journeys does (docs/reliability.md).
`deaths` alone works on moto's AWS: it lets a process die at a call.
"""

from tests.sim.deaths import Death, Died, Faults, MortalCarrier, When

__all__ = ["Death", "Died", "Faults", "MortalCarrier", "When"]
