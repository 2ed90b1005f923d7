"""Which recipients of a request are due when, and so which of them share a chunk."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import batched
from typing import NamedTuple

from herald.model.operation import CHUNK_SIZE, Due
from herald.model.problems import BAD_REQUEST, Refused
from herald.model.recipients import Recipient
from herald.model.schedule import FARTHEST, NoCommonInstant, Schedule
from herald.sending.zones import zone_finder
from herald.store.chunks import Placed

_PATH = "$.schedule.sendAt"


class Timetable(NamedTuple):
    """Chunks in the order of their numbers, and when they are due; no dues: all at once."""

    parts: list[Sequence[Placed]]
    dues: tuple[Due, ...] = ()


def timetable(people: Sequence[Recipient], schedule: Schedule | None, now: datetime) -> Timetable:
    """Divide the recipients of a request into chunks, each of them due at one instant.

    What is due in the past is due now. Raises Refused: too far ahead, or date-times that
    have no instant in common.
    """
    everybody = list(map(Placed, range(len(people)), people))
    if schedule is None:
        return Timetable(_parts(everybody))
    groups: defaultdict[datetime, list[Placed]] = defaultdict(list)
    try:
        if schedule.is_local:
            zone_of = zone_finder(now)
            for placed in everybody:
                groups[schedule.due(zone_of(_number(placed.recipient)))].append(placed)
        else:
            groups[schedule.due(UTC)] = everybody
    except NoCommonInstant:
        raise _refused("the date-times are different instants") from None
    if max(groups) > now + FARTHEST:
        raise _refused(f"must be at most {FARTHEST.days} days ahead")
    if max(groups) <= now:
        return Timetable(_parts(everybody))
    parts: list[Sequence[Placed]] = []
    dues = []
    for at in sorted(groups):
        some = _parts(groups[at])
        dues.append(Due(at=at, first=len(parts), chunks=len(some)))
        parts += some
    return Timetable(parts, tuple(dues))


def _parts(people: Sequence[Placed]) -> list[Sequence[Placed]]:
    return list(batched(people, CHUNK_SIZE, strict=False))


def _number(recipient: Recipient) -> str:
    """The number that tells where a recipient is; nothing for one that is known by a profile."""
    addresses = getattr(recipient, "addresses", ())
    return addresses[0].address if addresses else ""


def _refused(message: str) -> Refused:
    return Refused({_PATH: BAD_REQUEST._replace(message=message)})
