"""How hand-overs ended, on the way from the threads that call carriers to the worker, which records it.

The worker takes them in batches: 25, or those of 20 ms (`timing.LINGER_SECONDS`), or all that were still to
come. So one slow carrier holds up no outcome of the others, and the worker wakes twice a batch, not for
each outcome.
"""

from collections.abc import Iterator, Sequence
from threading import Condition
from typing import NamedTuple, TypeAlias

from herald.carriers import Accepted, NotSent, Rejected, Stopped, Unknown
from herald.model.message import Attempt, PersonReceipt
from herald.store.statements import STATEMENTS_A_CALL
from herald.timing import LINGER_SECONDS


class Left(NamedTuple):
    """It was not handed over, or was refused by every route, for the reason `code`."""

    code: int


class Rerouted(NamedTuple):
    """Another route is to be tried, in its sender's own slot."""


class AllTried(NamedTuple):
    """Every person of a group was tried, or needs no try."""


# An Exception: an error in Herald. It may have been handed over.
How: TypeAlias = Accepted | Rejected | Stopped | NotSent | Unknown | Left | Rerouted | AllTried | Exception


class Ended(NamedTuple):
    """How the hand-over of a recipient ended, or the one to a person of a group.

    `tries` are a recipient's attempts by this worker. `more`: there is another route, should a receipt report
    that the last of them has failed. A group has one for each person that was tried, and then one
    of its own: NotSent if a person waits, or AllTried.
    """

    place: int
    how: How
    tries: Sequence[Attempt] = ()
    more: bool = False
    person: PersonReceipt | None = None


class Outcomes:
    """What some threads put in, until each has put in how the hand-over of its recipient ended."""

    def __init__(self, threads: int) -> None:
        self._changed = Condition()
        self._running = threads
        self._waiting: list[Ended] = []

    def put(self, ended: Ended) -> None:
        """From any thread. One that is of no person is the last of its thread."""
        with self._changed:
            self._waiting.append(ended)
            self._running -= ended.person is None
            if len(self._waiting) == 1 or self._is_batch():
                self._changed.notify()

    def batches(self) -> Iterator[Sequence[Ended]]:
        """All that is put in, in its order, up to 25 at a time; it ends when all threads have ended."""
        while self._running or self._waiting:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting)
                self._changed.wait_for(self._is_batch, LINGER_SECONDS)
                batch = self._waiting[:STATEMENTS_A_CALL]
                del self._waiting[:STATEMENTS_A_CALL]
            yield batch

    def _is_batch(self) -> bool:
        return not self._running or len(self._waiting) >= STATEMENTS_A_CALL
