"""Conditional moves of rows: a first write for the usual case, then compare and set.

The first write of a `Move` is made without reading the row, on a condition. If the condition does
not hold, the existing row decides the next step (`otherwise`): nothing, or a move on the condition
that the row is still the same. So no concurrent write is overlooked or lost.
Each refusal is another writer's progress, and rows only move forward, so this ends.

A move is a value: `messages`, `receipts` and `reports` say how a row moves, and their callers make the
moves of several rows together.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from botocore.exceptions import ClientError

from herald.model.status import UNCONFIRMED
from herald.store.table import ConditionFailed, Item, Table, Unavailable
from herald.store.updates import Update, compared
from herald.store.writers import GoesOn

# That a row waits. One that is taken for failed is below SENT too, and does not wait.
WAITS: Final = compared("rank", "<", UNCONFIRMED)

Effect = TypeVar("Effect")


class Move(NamedTuple, Generic[Effect]):
    update: Update
    # The result when the update is done.
    effect: Effect
    # What to do about the item that was there instead, if any. The update may have been done
    # by an earlier try whose answer was lost, so the item may show that.
    otherwise: Callable[[Item | None], "Move[Effect] | Effect"]


def make(table: Table, moves: Iterable[Move[Effect] | None], *, goes_on: GoesOn = None) -> list[Effect]:
    """Make moves together; return their effects, in their order, of None nothing.

    Raises Unavailable: some may be made then.
    """
    effects = []
    for effect in make_many(table, [move for move in moves if move], goes_on=goes_on):
        if isinstance(effect, Unavailable):
            raise effect
        effects.append(effect)
    return effects


def make_many(
    table: Table, moves: Sequence[Move[Effect]], *, goes_on: GoesOn = None
) -> list[Effect | Unavailable]:
    """Make moves together; return the effect of each, in their order, or that the table was too busy.

    A write that AWS has not decided is retried while `goes_on` says so, or a few times.
    """
    found: dict[int, Effect | Unavailable] = {}
    left = dict(enumerate(moves))
    while left:
        results = table.update_many([move.update for move in left.values()], goes_on=goes_on)
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
