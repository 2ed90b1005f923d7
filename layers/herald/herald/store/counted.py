"""A walk down the messages that may have a status, by the counts of their operations.

Most messages are SENT or DELIVERED, and in no index. But every operation has a head
with the sums of its blocks, and every block the states of its places (store.tallies). A row's state
only rises, so a place that was counted in a state from which the wanted status cannot be reached is
skipped, however old the count is. Blocks are skipped by their sums, without being read. A place that
was not counted yet may have any status, so it is a candidate.
"""

from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple

from herald.model.block import NO_SUMS, NOTHING, Block, State, may_have, sums_in
from herald.model.ids import BLOCK_SIZE, message_id, message_id_bounds, operation_bound
from herald.model.operation import CHUNK_SIZE, OperationStatus, Tally, counted
from herald.model.status import Status
from herald.store import keys, tallies
from herald.store.pages import Range, just_below
from herald.store.table import Item
from herald.store.walks import Place, Reads

# How many operations, and blocks, are read at first and at most at a time.
_OPERATIONS: Final = (25, 400)
_BLOCKS: Final = (2, 400)


class _Ref(NamedTuple):
    """A block that may have a candidate. `states` are there if it is an operation's first."""

    operation_id: str
    number: int
    # The number of its places; uncounted ones may exist.
    places: int
    is_all_counted: bool
    states: Block | None

    @property
    def low(self) -> str:
        return message_id(self.operation_id, self.number * BLOCK_SIZE)


class Counted:
    """The messages of an account, or of one operation, that may have a status."""

    def __init__(
        self, reads: Reads, account: str, ids: Range, wanted: Status, operation_id: str | None = None
    ) -> None:
        self._reads = reads
        self._account = account
        self._ids = ids
        self._wanted = wanted
        self._operation_id = operation_id
        self._refs = self._possible()
        # Candidates of blocks that were read, the highest of each at the end.
        self._ready: deque[list[str]] = deque()
        self._at_once = _BLOCKS[0]
        self._has_read = False
        # Whether more operations were not read, because the calls of the page are spent.
        self._is_cut = False
        # Nothing is above it.
        self._passed = ids.high

    def seek(self, high: str) -> Place | None:
        while True:
            while self._ready:
                ids = self._ready[0]
                while ids and ids[-1] > high:
                    ids.pop()
                if ids:
                    return Place(ids[-1])
                self._ready.popleft()
            if self._reads.are_spent and self._has_read:
                return Place(min(high, self._passed), is_there=False)
            some = list(islice((ref for ref in self._refs if ref.low <= high), self._at_once))
            if some:
                self._read(some)
            elif self._is_cut:
                return Place(min(high, self._passed), is_there=False)
            else:
                return None

    def _read(self, refs: list[_Ref]) -> None:
        wanted = {keys.block(ref.operation_id, ref.number): ref for ref in refs if ref.states is None}
        items = {
            keys.Key(item[keys.PK], item[keys.SK]): tallies.stored(item).block
            for item in self._reads.get_many(list(wanted))
        }
        for ref in refs:
            block = ref.states or items.get(keys.block(ref.operation_id, ref.number), Block())
            first = ref.number * BLOCK_SIZE
            self._ready.append(
                [
                    message_id(ref.operation_id, first + place)
                    for place in range(ref.places)
                    if self._is_candidate(block[place], ref)
                ]
            )
        self._has_read = True
        self._passed = just_below(refs[-1].low)
        self._at_once = min(self._at_once * 4, _BLOCKS[1])

    def _is_candidate(self, state: State, ref: _Ref) -> bool:
        return not ref.is_all_counted if state == NOTHING else state.may_be(self._wanted)

    # ------------------------------------------------------------------------- operations

    def _possible(self) -> Iterator[_Ref]:
        """The blocks that may have a candidate, the last first."""
        most = _OPERATIONS[0]
        ids = self._operation_ids()
        while some := list(islice(ids, most)):
            if self._reads.are_spent and self._passed < self._ids.high:
                self._is_cut = True
                return
            items = self._read_operations(some)
            for operation_id in some:
                operation = items.get(keys.operation(operation_id))
                if operation and operation["account"] == self._account and self._may_have_come_to(operation):
                    yield from self._blocks(operation_id, operation, items.get(keys.head(operation_id)))
                self._passed = just_below(message_id_bounds(operation_id)[0])
            most = min(most * 4, _OPERATIONS[1])

    def _may_have_come_to(self, operation: Item) -> bool:
        """Whether rows of an operation may have the status, by how far the operation has come.

        It is started before the first of its messages is handed over, and canceled before a message is.
        """
        match self._wanted:
            case Status.SENT | Status.DELIVERED:
                return bool(operation["status"] != OperationStatus.SCHEDULED)
            case Status.CANCELED:
                return operation["status"] not in (OperationStatus.SCHEDULED, OperationStatus.PROCESSING)
        return True

    def _operation_ids(self) -> Iterator[str]:
        if self._operation_id:
            return iter([self._operation_id])
        ids = Range(operation_bound(self._ids.low), operation_bound(self._ids.high) + keys.BEHIND)
        entries = self._reads.entries(
            keys.operations_of(self._account),
            ids,
            index=keys.OPERATIONS_BY_ACCOUNT,
        )
        return (item[keys.OPERATION_ID] for item in entries)

    def _read_operations(self, operation_ids: list[str]) -> dict[keys.Key, Item]:
        wanted = [key for each in operation_ids for key in (keys.operation(each), keys.head(each))]
        return {keys.Key(item[keys.PK], item[keys.SK]): item for item in self._reads.get_many(wanted)}

    def _blocks(self, operation_id: str, operation: Item, head: Item | None) -> Iterator[_Ref]:
        dues = operation.get("dues") or ()
        places = sum(due["chunks"] for due in dues) * CHUNK_SIZE or operation["total"]
        is_counted = counted(tallies.counts_in(head)) >= operation["total"]
        for number in reversed(range(-(-places // BLOCK_SIZE))):
            here = min(places - number * BLOCK_SIZE, BLOCK_SIZE)
            first = tallies.stored(head).block if number == 0 else None
            counts: Tally = (
                first.counts if first else sums_in((head or {}).get(keys.block_name(number), NO_SUMS))[1]
            )
            is_all_counted = is_counted or counted(counts) >= here
            if may_have(self._wanted, counts) or not is_all_counted:
                yield _Ref(operation_id, number, here, is_all_counted, first)
