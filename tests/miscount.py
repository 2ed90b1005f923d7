"""Wrong counts, for tests of what sets them right."""

from herald.model.block import Block, state_of
from herald.store import Table, tallies

EXPIRES = 2_000_000_000


def miscount(
    table: Table, operation_id: str, status: str | None = "FAILED", *, number: int = 0, places: int = 5
) -> None:
    """Have a block of an operation say that its first places are in a status, and the others in none."""
    rank = {"FAILED": 50, "READ": 40, "QUEUED": 1}[status] if status else 0
    wrong = Block().merged((place, state_of(status, rank, tries=1)) for place in range(places))
    old = tallies.read(table, operation_id, number)
    assert not tallies.replace(table, operation_id, old, {number: wrong}, EXPIRES)
