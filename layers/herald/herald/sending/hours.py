"""Checks whether a recipient's hours are open, for a worker that is about to send."""

from collections.abc import Callable
from datetime import datetime, tzinfo

from herald.model.addresses import MessageAddress
from herald.model.quiet import QuietHours, Week
from herald.model.zones import country_of, zone_finder


class Hours:
    """The quiet hours of an operation; None: all hours are open."""

    def __init__(self, quiet: QuietHours | None, clock: Callable[[], datetime]) -> None:
        self._quiet = quiet
        self._clock = clock
        self._known: dict[str, tuple[Week, tzinfo]] = {}
        self._zone_of: Callable[[str], tzinfo] | None = zone_finder(clock()) if quiet else None

    def opens_at(self, to: MessageAddress) -> datetime | None:
        """When a recipient may be sent to, a whole minute; None: now."""
        if self._quiet is None or self._zone_of is None:
            return None
        if to.address not in self._known:
            self._known[to.address] = (self._quiet.week(country_of(to.address)), self._zone_of(to.address))
        week, zone = self._known[to.address]
        now = self._clock()
        opens = week.next_open(now, zone)
        return opens if opens > now else None
