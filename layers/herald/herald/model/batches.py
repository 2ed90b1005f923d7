"""Work in parts: items in groups of a size, and the results of jobs of several threads."""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")


def batched(items: Iterable[Item], size: int) -> Iterator[tuple[Item, ...]]:
    """The items in tuples of `size` (at least 1), lazily; the last has the rest. As itertools.batched,
    which Python 3.11 does not have."""
    remaining = iter(items)
    while batch := tuple(islice(remaining, size)):
        yield batch


def results_of(jobs: Sequence[Future[Item]]) -> list[Item]:
    """The results of jobs, once all of them have ended. Raises the error of the first that has failed.

    The threads outlast an invocation. A job that was left alone would stop with it, and go on in a later
    one: a message would be handed over after its worker was taken for dead.
    """
    for job in jobs:
        job.exception()
    return [job.result() for job in jobs]
