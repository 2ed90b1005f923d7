"""A change of a message's row, as far as the counts of its operation are concerned."""

from typing import NamedTuple

from herald.model.block import State


class Change(NamedTuple):
    """A row was made (no `old`) or has changed. `place`: of its recipient in the operation, from 0."""

    operation_id: str
    place: int
    old: State | None
    new: State
    expires_at: int

    @property
    def is_end(self) -> bool:
        """Whether the message waited before and does not any more: the operation may be complete now."""
        return (self.old is None or self.old.is_waiting) and not self.new.is_waiting
