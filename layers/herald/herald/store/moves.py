"""Conditional moves of rows: a first write for the usual case, then compare and set.

The first write of a `Move` is made without reading the row, on a condition. If the condition does
not hold, the existing row decides the next step (`otherwise`): nothing, or a move on the condition
that the row is still the same. So no concurrent write is overlooked or lost.
Each refusal is another writer's progress, and rows only move forward, so this ends.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Generic, NamedTuple, Protocol, TypeVar

from botocore.exceptions import ClientError

from herald.model.status import UNCONFIRMED
from herald.store.keys import Key
from herald.store.table import ConditionFailed, Item, Table, Unavailable
from herald.store.updates import Update, compared

# That a row waits. One that is taken for failed is below SENT too, and does not wait.
WAITS: Final = compared("rank", "<", UNCONFIRMED)

Effect = TypeVar("Effect")


class Writer(Protocol):
    """Makes each write alone (`Table`), or batched with others (`Company`)."""

    def insert_missing(self, items: Iterable[tuple[Key, Item]]) -> None:
        """Write items, each where there is none of its key. Raises Unavailable."""

    def write(self, change: Update) -> None:
        """Make a change. Raises ConditionFailed and Unavailable."""


class Move(NamedTuple, Generic[Effect]):
    update: Update
    # The result when the update is done.
    effect: Effect
    # What to do about the item that was there instead, if any. The update may have been done
    # by an earlier try whose answer was lost, so the item may show that.
    otherwise: Callable[[Item | None], "Move[Effect] | Effect"]


def make(writer: Writer, move: Move[Effect]) -> Effect:
    """Make one move. Raises Unavailable."""
    step: Move[Effect] | Effect = move
    while isinstance(step, Move):
        try:
            writer.write(step.update)
        except ConditionFailed as failed:
            step = step.otherwise(failed.item)
        else:
            return step.effect
    return step


def make_many(table: Table, moves: Sequence[Move[Effect]]) -> list[Effect | Unavailable]:
    """Make moves together; return the result of each, in their order, or that the table was too busy."""
    found: dict[int, Effect | Unavailable] = {}
    left = dict(enumerate(moves))
    while left:
        results = table.update_many([move.update for move in left.values()])
        following: dict[int, Move[Effect]] = {}
        for (number, move), result in zip(left.items(), results, strict=True):
            match result:
                case None:
                    found[number] = move.effect
                case Unavailable():
                    found[number] = result
                case ClientError():
                    raise result
                case ConditionFailed():
                    step = move.otherwise(result.item)
                    if isinstance(step, Move):
                        following[number] = step
                    else:
                        found[number] = step
        left = following
    return [found[number] for number in range(len(moves))]
