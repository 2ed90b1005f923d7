"""Herald under faults.

`deaths` lets a process that works on moto's AWS die at a call. The other modules are
a whole simulated AWS edge, on which the real functions run in one process and in
virtual time (docs/reliability.md): `python -m tests.faults` drives it.
"""

from tests.faults.deaths import Death, Died, Faults, MortalCarrier, When

__all__ = ["Death", "Died", "Faults", "MortalCarrier", "When"]
