"""What a change in a partition of messages means for the counts of an operation."""

from collections import Counter
from typing import NamedTuple

from herald.model.operation import ATTEMPTS, RECIPIENTS, UNADDRESSABLE, Tally


class Row(NamedTuple):
    """What counts of a row. status None: a recipient that is unaddressable."""

    status: str | None
    tries: int
    # How many it is for: several in a group.
    people: int = 1

    @property
    def counts(self) -> Tally:
        return Counter({self.status or UNADDRESSABLE: 1, RECIPIENTS: self.people, ATTEMPTS: self.tries})


class Change(NamedTuple):
    """A row was made (no `old`) or has changed, in the order of sequence numbers of its shard."""

    operation_id: str
    shard: int
    sequence_number: str
    old: Row | None
    new: Row
    expires_at: int

    @property
    def step(self) -> Tally:
        """What the change adds to the counts."""
        difference = self.new.counts
        if self.old:
            difference.subtract(self.old.counts)
        return difference


class Opened(NamedTuple):
    """A recount number `generation` of one shard has begun: from here on its rows are read."""

    generation: int


class Closed(NamedTuple):
    """The rows were read and came to `counts`; None: what they come to is not to be believed."""

    generation: int
    counts: Tally | None


class Recount(NamedTuple):
    """A recount's beginning or end, among the changes of the rows that it counts."""

    operation_id: str
    shard: int
    sequence_number: str
    step: Opened | Closed
    expires_at: int


type Step = Tally | Opened | Closed
"""What a tally takes in, one after the other: a difference, or an end of a recount."""
