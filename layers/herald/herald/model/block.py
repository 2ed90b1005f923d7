"""Blocks: the last counted states of 256 neighbouring places of an operation, as a merge.

A row is counted by its `State`. Every write of a row that matters to the counts raises
the state, in the order of (attempts, whether the last was reported failed, status), so a
block keeps the highest state that it has seen of each place. Merging states is
commutative, associative and idempotent: changes may come twice, late, in any order and
from several streams, and the counts match the rows as soon as the last change has come.

A block is packed in three bytes a place: attempts, status, people. Nothing is cut off: a
place whose attempts or people exceed a byte is kept in `more`, in full.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from herald.model.operation import ATTEMPTS, COUNTS, RECIPIENTS, UNADDRESSABLE, Tally
from herald.model.status import RANK, UNCONFIRMED, Status

# The byte of a status in a block. It rises with the rank, for it orders the states of a
# row; statuses of one rank never follow each other. Blocks are stored: a code never gets
# another meaning. 0 is a place without a count.
_CODES: Final[Mapping[tuple[str, int], int]] = {
    (UNADDRESSABLE, 0): 1,
    (Status.SCHEDULED, RANK[Status.SCHEDULED]): 2,
    (Status.QUEUED, RANK[Status.QUEUED]): 3,
    (Status.FAILED, UNCONFIRMED): 8,
    (Status.SENT, RANK[Status.SENT]): 16,
    (Status.UNDELIVERED, RANK[Status.UNDELIVERED]): 24,
    (Status.DELIVERED, RANK[Status.DELIVERED]): 32,
    (Status.READ, RANK[Status.READ]): 40,
    (Status.FAILED, RANK[Status.FAILED]): 48,
    (Status.CANCELED, RANK[Status.CANCELED]): 49,
    (Status.GROUP, RANK[Status.GROUP]): 50,
}
_NAMES: Final = {code: name for (name, _), code in _CODES.items()}
_WAITING: Final = frozenset(_CODES[status, RANK[status]] for status in (Status.SCHEDULED, Status.QUEUED))
# Added to the code of a row whose last attempt a receipt has failed.
_FAILED_TRY: Final = 0x80
_CODE: Final = 0x7F
_BYTES_A_PLACE: Final = 3
_LARGEST_BYTE: Final = 0xFF


# Which states a row may have had before it came to a status: one that was counted in another
# will never be in that status, except that a message waits again, and then an index has it.
# Statuses that an index has are left out (store.keys).
_BEFORE: Final[Mapping[Status, frozenset[int]]] = {
    Status.SCHEDULED: frozenset({2}),
    Status.QUEUED: frozenset({2, 3}),
    Status.SENT: frozenset({2, 3, 8, 16, 24}),
    Status.DELIVERED: frozenset({2, 3, 8, 16, 24, 32}),
    # A message that was handed over ends as its attempt did.
    Status.CANCELED: frozenset({2, 3, 49}),
}
_NAMES_BEFORE: Final = {
    status: frozenset(_NAMES[code] for code in codes) for status, codes in _BEFORE.items()
}


def is_counted(status: Status) -> bool:
    """Whether messages of a status are found by the counts."""
    return status in _BEFORE


def may_have(status: Status, counts: Tally) -> bool:
    """Whether one of the rows with these counts may have a status by now, or reach it."""
    return any(counts[name] for name in _NAMES_BEFORE[status])


class State(NamedTuple):
    """The counted state of a row. Of two states of one row, the later is the greater."""

    tries: int
    # The code of its status and rank, and whether the last try was reported failed.
    code: int
    # How many recipients it is for: several in a group.
    people: int

    @property
    def status(self) -> str:
        """The status of the row, or UNADDRESSABLE."""
        return _NAMES[self.code & _CODE]

    @property
    def is_waiting(self) -> bool:
        """Whether nothing was counted, or the message is still to be sent."""
        return self.code & _CODE in _WAITING or not self.code

    def may_be(self, status: Status) -> bool:
        """Whether a row with this counted state may have a status by now, or reach it."""
        return self.code & _CODE in _BEFORE[status]


NOTHING: Final = State(0, 0, 0)


def state_of(
    status: str | None, rank: int = 0, *, tries: int = 0, failed_try: int = 0, people: int = 1
) -> State:
    """The state of a row by its attributes; status None: an unaddressable recipient."""
    code = _CODES[(UNADDRESSABLE, 0) if status is None else (status, rank)]
    is_failed = bool(tries) and failed_try == tries
    return State(tries, code | _FAILED_TRY if is_failed else code, people)


@dataclass(frozen=True, slots=True)
class Block:
    """The states of a block's places.

    `places` ends with the last place that has a state. `more` has [tries, people] of the
    places in which one of them does not fit into a byte.
    """

    places: bytes = b""
    more: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def __getitem__(self, place: int) -> State:
        return _state_at(self.places, self.more, place)

    def __iter__(self) -> Iterator[State]:
        return (self[place] for place in range(len(self.places) // _BYTES_A_PLACE))

    def merged(self, states: Iterable[tuple[int, State]]) -> "Block":
        """The block with the higher ones of states by place merged; the block itself if none is higher."""
        places, more = bytearray(self.places), dict(self.more)
        has_changed = False
        for place, state in states:
            if state <= _state_at(places, more, place):
                continue
            has_changed = True
            start = _BYTES_A_PLACE * place
            places.extend(bytes(max(start + _BYTES_A_PLACE - len(places), 0)))
            more.pop(place, None)
            if max(state.tries, state.people) > _LARGEST_BYTE:
                more[place] = state.tries, state.people
            places[start : start + _BYTES_A_PLACE] = (
                min(state.tries, _LARGEST_BYTE),
                state.code,
                min(state.people, _LARGEST_BYTE),
            )
        return Block(bytes(places), more) if has_changed else self

    @property
    def counts(self) -> Tally:
        """The counts of the states of all places."""
        counts: Tally = Counter()
        for code, number in Counter(self.places[1::_BYTES_A_PLACE]).items():
            if code:
                counts[_NAMES[code & _CODE]] += number
        tries = sum(self.places[0::_BYTES_A_PLACE])
        people = sum(self.places[2::_BYTES_A_PLACE])
        for place, (more_tries, more_people) in self.more.items():
            start = _BYTES_A_PLACE * place
            tries += more_tries - self.places[start]
            people += more_people - self.places[start + 2]
        counts[ATTEMPTS], counts[RECIPIENTS] = tries, people
        return +counts


def _state_at(places: bytes | bytearray, more: Mapping[int, tuple[int, int]], place: int) -> State:
    start = _BYTES_A_PLACE * place
    tries, code, people = places[start : start + _BYTES_A_PLACE] or NOTHING
    if place in more:
        tries, people = more[place]
    return State(tries, code, people)


def packed_sums(version: int, counts: Tally) -> bytes:
    """The counts of one version of a block in a few bytes. Those of a later version are greater.

    Four bytes are the version. Each count that is not zero follows, in the order of COUNTS: one
    byte with the number of its bytes (high half) and its place in COUNTS, and the count itself.
    """
    parts = [version.to_bytes(_VERSION_BYTES)]
    for number, name in enumerate(COUNTS):
        if count := counts[name]:
            size = -(-count.bit_length() // 8)
            parts.append(bytes([size << 4 | number]) + count.to_bytes(size))
    return b"".join(parts)


def sums_in(packed: bytes) -> tuple[int, Tally]:
    """The version and the counts in packed sums."""
    counts: Tally = Counter()
    at = _VERSION_BYTES
    while at < len(packed):
        size, number = packed[at] >> 4, packed[at] & 0xF
        counts[COUNTS[number]] = int.from_bytes(packed[at + 1 : at + 1 + size])
        at += 1 + size
    return int.from_bytes(packed[:_VERSION_BYTES]), counts


_VERSION_BYTES: Final = 4
NO_SUMS: Final = packed_sums(0, Counter())
