"""What happens to a table as a whole in the middle of a run, as its weather has it."""

from collections import Counter
from typing import TYPE_CHECKING, Final

# Of what DynamoDB divides here, and until when there may be something.
_SMALLEST: Final = 2
_LATEST: Final = 1_000.0

if TYPE_CHECKING:
    from tests.sim.service import Service


def begin(service: "Service") -> None:
    """Let everything come that the run's weather holds."""
    weather = service.weather
    for at, event in (
        (weather.split_at, _split),
        (weather.restore_at, _restore),
        (weather.redelivered_at, _redeliver),
    ):
        if at:
            service.kernel.after(at, lambda event=event: event(service))  # type: ignore[misc]


def _split(service: "Service") -> None:
    """DynamoDB divides the largest item collection by sort key."""
    grown = Counter(partition for partition, _ in service.table.items if partition not in service.given)
    partition, size = grown.most_common(1)[0] if grown else ("", 0)
    if size < _SMALLEST:
        if service.kernel.now < service.began + _LATEST:
            service.kernel.after(0.3, lambda: _split(service))
        return
    sorts = service.table.sorted_of(partition)
    border = sorts[service.kernel.random.randrange(len(sorts))]
    service.kernel.note(f"{partition} is split at {border}", "aws")
    service.edge.faults["item collection split"] += 1
    service.stream.split(partition, border)


def _restore(service: "Service") -> None:
    """The table is restored from a backup; unread records of the stream are lost.

    No function was at work. As the operator's guide has it, everything is repaired then.
    """
    for process in list(service.running):
        process.was_struck = True
        process.kill()
    service.kernel.note("the table is restored", "operator")
    service.edge.faults["restored table"] += 1
    service.stream.restore()
    service.repair(until_done=True)


def _redeliver(service: "Service") -> None:
    """What was read of the stream is read again, from some place on and in other batches."""
    again = [source.again_in_other_batches() for source in service.stream_sources]
    if any(again):
        service.edge.faults["stream read again"] += 1
