"""What Herald does not keep yet, in the open: each with its reason, and counted wherever it is met.

A run is a known failure only if all that is wrong with it is, and the fault was met that it
takes. Whoever mends one takes it from the list.
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


_COUNTS: Final = re.compile(
    r"counts \(shown, rows\)|is PROCESSING in the end|is SCHEDULED in the end|is shown with"
)

KNOWN: Final = (
    Known(
        "counts rest on the order of the stream within a partition key, and on its numbers",
        _COUNTS,
        frozenset({"item collection split", "restored table"}),
    ),
    Known(
        "rows are made on no condition: a batch that takes effect late puts a row back",
        re.compile(r"replaying has|has \d tries after|is (QUEUED|SCHEDULED|SENT)|are not as they should be"),
        frozenset({"late", "overtaken", "posthumous"}),
    ),
    Known(
        "a late first try takes the error from a row that has failed since (messages.send_again)",
        re.compile(r"is FAILED None after"),
        frozenset({"overtaken", "late"}),
    ),
    Known(
        "a chunk whose worker's clock is more than a minute behind the waker's is never woken again",
        re.compile(
            r"is SCHEDULED (None after|in the end)|is PROCESSING in the end|are not as they should be"
        ),
        frozenset({"clocks beyond the lease"}),
    ),
    Known(
        "a failure receipt gives way to a SENT of the same try beside it",
        re.compile(r"is SENT None after .*UNDELIVERED"),
        frozenset({"receipts together"}),
    ),
)


def reason_of(run: "Run") -> str:
    """Why a run fails, if all that is wrong with it is known; else nothing."""
    for known in KNOWN:
        if known.faults & set(run.faults) and all(known.wrong.search(wrong) for wrong in run.wrong):
            return known.reason
    return ""
