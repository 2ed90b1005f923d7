"""What a change of one message's row means for the counts of its operation."""

from typing import NamedTuple


class Row(NamedTuple):
    """What counts of a row. status None: a recipient that is unaddressable."""

    status: str | None
    tries: int
    # How many it is for: several in a group.
    people: int = 1


class Change(NamedTuple):
    """A row was made (no `old`) or has changed, in the order of sequence numbers of its shard."""

    message_id: str
    shard: int
    sequence_number: str
    old: Row | None
    new: Row
    expires_at: int
