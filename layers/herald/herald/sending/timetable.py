"""When each recipient of a request is due, and so which recipients share a chunk."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from typing import Final, NamedTuple

from herald.model.batches import batched
from herald.model.operation import CHUNK_SIZE, Due
from herald.model.problems import BAD_REQUEST, Refused
from herald.model.quiet import BY_DAY, QuietHours
from herald.model.recipients import Recipient
from herald.model.schedule import Schedule
from herald.model.zones import country_of, zone_finder
from herald.store.chunks import Placed

_PATH: Final = "$.schedule.sendAt"


class Timetable(NamedTuple):
    """Chunks in the order of their numbers, and when they are due; no dues: all at once."""

    parts: list[Sequence[Placed]]
    dues: tuple[Due, ...] = ()


def timetable(
    people: Sequence[Recipient], schedule: Schedule | None, now: datetime, quiet: QuietHours | None = None
) -> Timetable:
    """Divide the recipients of a request into chunks, each of them due at one instant.

    An instant in the past 24 hours is due now. A local time that has passed at a recipient's place is due
    there at the next minute that is not at night; and a message outside of quiet hours' open minutes is due
    at the next open minute. Raises Refused: too far ahead, or back.
    """
    # To the millisecond, as in the operation's id, which shows what is due at once.
    now = now.replace(microsecond=now.microsecond // 1000 * 1000)
    everybody = list(map(Placed, range(len(people)), people))
    if schedule is None and quiet is None:
        return Timetable(_parts(everybody))
    due_of = _Instants(schedule, now, quiet)
    groups: defaultdict[tuple[datetime, bool], list[Placed]] = defaultdict(list)
    for placed in everybody:
        groups[due_of(placed.recipient)].append(placed)
    if all(at <= now for at, _ in groups):
        return Timetable(_parts(everybody))
    parts: list[Sequence[Placed]] = []
    dues = []
    for at, is_quiet in sorted(groups):
        people_then = groups[at, is_quiet]
        some = _parts(people_then)
        quietly = len(people_then) if is_quiet else 0
        dues.append(Due(at=at, first=len(parts), chunks=len(some), quiet=quietly))
        parts += some
    return Timetable(parts, tuple(dues))


class _Instants:
    """When the message of a recipient is due, and whether quiet hours have delayed that."""

    def __init__(self, schedule: Schedule | None, now: datetime, quiet: QuietHours | None) -> None:
        self._schedule, self._now, self._quiet = schedule, now, quiet
        self._is_local = schedule is not None and schedule.is_local
        self._zone_of: Callable[[str], tzinfo] = zone_finder(now)
        # A request has few zones and countries, however many recipients.
        self._known: dict[tuple[tzinfo, str | None], tuple[datetime, bool]] = {}

    def __call__(self, recipient: Recipient) -> tuple[datetime, bool]:
        number = _number(recipient)
        zone = self._zone_of(number) if self._is_local or self._quiet else UTC
        country = country_of(number) if self._quiet else None
        if (zone, country) not in self._known:
            self._known[zone, country] = self._due(zone, country)
        return self._known[zone, country]

    def _due(self, zone: tzinfo, country: str | None) -> tuple[datetime, bool]:
        at = self._scheduled(zone)
        if self._quiet is None:
            return at, False
        opens = self._quiet.week(country).next_open(max(at, self._now), zone)
        return (opens, True) if opens > max(at, self._now) else (at, False)

    def _scheduled(self, zone: tzinfo) -> datetime:
        if self._schedule is None:
            return self._now
        at = self._schedule.due(zone)
        if refusal := self._schedule.refusal(at, self._now):
            raise Refused({_PATH: BAD_REQUEST._replace(message=refusal)})
        if self._is_local and at < self._now:
            return BY_DAY.next_open(self._now.replace(microsecond=0), zone)
        return at


def _parts(people: Sequence[Placed]) -> list[Sequence[Placed]]:
    return list(batched(people, CHUNK_SIZE))


def _number(recipient: Recipient) -> str:
    """The number that decides a recipient's time zone; none for a recipient by profile."""
    addresses = recipient.addresses
    return addresses[0].address if addresses else ""
