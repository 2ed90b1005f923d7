"""Where a message stands in our own work on it: one value, which every decision is taken by.

    WAITING --> handed over --> HANDED_OVER --> (a receipt: it has failed) --> REOPENED --> ...
        \\--> UNKNOWN: the hand-over was never confirmed; a receipt, or `settle`, ends it
        \\--> ENDED: it will not be handed over

What the carrier reports of a message that it has is its status, not its phase.
"""

from enum import Enum, auto

from herald.model import problems
from herald.model.status import Status


class Phase(Enum):
    # To be handed over. Earlier attempts, if any, were refused by a carrier.
    WAITING = auto()
    # The last hand-over may or may not have reached the carrier.
    UNKNOWN = auto()
    # To be handed over again: the last attempt failed after the hand-over, or counts as failed.
    REOPENED = auto()
    # A carrier has it, or has reported its result. A group: all people have an outcome.
    HANDED_OVER = auto()
    # It was never handed over and will not be; or it was received.
    ENDED = auto()

    @property
    def is_over(self) -> bool:
        """Whether Herald's own work on the message is done, unless a receipt reopens it."""
        return self in (Phase.HANDED_OVER, Phase.ENDED)

    @property
    def is_to_be_sent(self) -> bool:
        """Whether the message was certainly not handed over, and is to be."""
        return self in (Phase.WAITING, Phase.REOPENED)


def phase_of(status: Status, error: int | None, *, last_try_failed: bool) -> Phase:
    """The phase of a message. `last_try_failed`: it was tried, and its last attempt has an error."""
    match status:
        case Status.SCHEDULED | Status.QUEUED:
            if error == problems.UNCONFIRMED.code:
                return Phase.UNKNOWN
            return Phase.REOPENED if last_try_failed and error is None else Phase.WAITING
        case Status.SENT | Status.DELIVERED | Status.READ | Status.UNDELIVERED | Status.GROUP:
            return Phase.HANDED_OVER
        case Status.FAILED | Status.CANCELED | Status.INBOUND:
            return Phase.ENDED
