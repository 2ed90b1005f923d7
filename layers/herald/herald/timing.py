"""Time limits, degrees of concurrency, and the relations between them.

All times are in seconds. The relations at the end are checked at import, so a change that
breaks one of them fails the first test, not production.
"""

from typing import Final

# ------------------------------------------------------------------------------- the worker

# The timeout of the function fan_out in template.yaml; a contract test compares the two.
FAN_OUT_SECONDS: Final = 60
# For how long a claim reserves a chunk for one worker.
LEASE_SECONDS: Final = 90
# How often a chunk is begun without progress before its task becomes a dead letter.
MOST_BEGINS: Final = 5
# How many recipients are sent to side by side, so that at most these are unknown after a crash.
GROUP_SIZE: Final = 25

# --------------------------------------------------------------------------- a carrier's call

# What a message may need before it is sent: media that are copied, a number that is looked up.
PREPARING_SECONDS: Final = 8.0
# An AWS service that sends. A send is never repeated blindly, so there is one try.
AWS_SEND_CONNECT_SECONDS: Final = 2.0
AWS_SEND_READ_SECONDS: Final = 8.0
# A carrier that is reached over HTTP.
HTTP_CONNECT_SECONDS: Final = 3.0
HTTP_READ_SECONDS: Final = 10.0
# Media that are copied to S3 for AWS.
MEDIA_CONNECT_SECONDS: Final = 2.0
MEDIA_READ_SECONDS: Final = 3.0
# From the beginning of one hand-over to its outcome.
LONGEST_SEND_SECONDS: Final = 18.0

# ----------------------------------------------------------------------------- the table's call

TABLE_CONNECT_SECONDS: Final = 1.0
TABLE_READ_SECONDS: Final = 5.0
TABLE_TRIES: Final = 5
# Batched conditional writes; `store.statements` repeats them, not the SDK.
WRITE_CONNECT_SECONDS: Final = 1.0
WRITE_READ_SECONDS: Final = 2.0
# How long an outcome waits for other outcomes, so that up to 25 are recorded in one call.
LINGER_SECONDS: Final = 0.02

# ------------------------------------------------------------------------- senders that move

# For how long a worker caches the owner of a sender's address.
OWNER_SECONDS: Final = 5.0
# From the moment that an address has a new owner until that owner sends: workers that know the old
# owner are done, and the index of suppressions has what was said to it.
SETTLE_SECONDS: Final = 60.0

# -------------------------------------------------------------------------- the end of a worker

# For recording the outcomes of a group after its last hand-over.
RECORD_SECONDS: Final = 6.0
# For the chunk's progress and the task for the rest, after the last outcome.
FINISH_SECONDS: Final = 7.0
# Nothing is handed over with less than this left, so that its outcome is recorded in time.
HAND_OVER_SECONDS: Final = LONGEST_SEND_SECONDS + RECORD_SECONDS + FINISH_SECONDS

# ------------------------------------------------------------------------------- side by side

# Connections of an AWS client: as many as threads use it.
CONNECTIONS: Final = 32
# Calls to the table that one piece of work makes side by side.
TABLE_CALLS: Final = 8


def _check() -> None:
    """Raise ValueError if a time does not fit into its limit."""
    relations = {
        "no worker sends from an address that another account got": (
            OWNER_SECONDS + LONGEST_SEND_SECONDS < SETTLE_SECONDS
        ),
        "a worker is dead before its lease ends": FAN_OUT_SECONDS < LEASE_SECONDS,
        "a hand-over by AWS ends in time": (
            PREPARING_SECONDS + AWS_SEND_CONNECT_SECONDS + AWS_SEND_READ_SECONDS <= LONGEST_SEND_SECONDS
        ),
        "a hand-over by HTTP ends in time": (
            HTTP_CONNECT_SECONDS + HTTP_READ_SECONDS <= LONGEST_SEND_SECONDS
        ),
        "one slow answer of the table loses no outcome": (
            LINGER_SECONDS + WRITE_CONNECT_SECONDS + 2 * WRITE_READ_SECONDS < RECORD_SECONDS
        ),
        "one slow answer of the table does not keep a worker from its end": (
            TABLE_CONNECT_SECONDS + TABLE_READ_SECONDS < FINISH_SECONDS
        ),
        "a worker has time for several groups": HAND_OVER_SECONDS + LONGEST_SEND_SECONDS < FAN_OUT_SECONDS,
        "every sender of a group has a connection": GROUP_SIZE + TABLE_CALLS - 1 <= CONNECTIONS,
    }
    if broken := [what for what, holds in relations.items() if not holds]:
        raise ValueError(f"these times do not fit together: {'; '.join(broken)}")


_check()
