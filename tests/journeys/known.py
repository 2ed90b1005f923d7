"""Known failures of Herald: each with its reason, and counted wherever it occurs.

A run is a known failure only if all of its errors are known, and the fault that causes them has
occurred. The commit that fixes one removes it from the list.
"""

import re
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from tests.journeys.runs import Run


class Known(NamedTuple):
    """`wrong`: what such a run shows; `faults`: one of these has to have been met."""

    reason: str
    wrong: re.Pattern[str]
    faults: frozenset[str]


KNOWN: Final[tuple[Known, ...]] = ()


def reason_of(run: "Run") -> str:
    """Why a run fails, if all that is wrong with it is known; else nothing."""
    for known in KNOWN:
        if known.faults & set(run.faults) and all(known.wrong.search(wrong) for wrong in run.wrong):
            return known.reason
    return ""
