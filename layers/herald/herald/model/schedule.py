"""When a request's messages are due: the `schedule` of the wire.

`sendAt` is a list of date-times that all have to hold: one with a zone is the same
instant for everybody, one without is the local time of each recipient. For each
recipient they must come to one instant.
"""

import re
from datetime import MAXYEAR, UTC, datetime, timedelta, tzinfo
from typing import Annotated, Final

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from herald.model.wire import Closed

# How far ahead a message may be scheduled.
FARTHEST: Final = timedelta(days=30)
_MOST: Final = 10
_DATE_TIME: Final = re.compile(
    r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)?", re.ASCII
)


class NoCommonInstant(Exception):
    """The date-times of a schedule are different instants for a recipient."""


def _date_time(text: str) -> str:
    try:
        # At the ends of the calendar there is no such instant in every zone.
        if _DATE_TIME.fullmatch(text) and 1 < datetime.fromisoformat(text.upper()).year < MAXYEAR:
            return text
    except ValueError:
        pass
    raise PydanticCustomError(
        "date_time",
        "must be a date-time such as 2026-12-01T09:00:00Z, or 2026-12-01T09:00:00 for local time",
    )


class Schedule(Closed):
    send_at: Annotated[
        tuple[Annotated[str, AfterValidator(_date_time)], ...],
        Field(min_length=1, max_length=_MOST, strict=False),
    ]

    @property
    def is_local(self) -> bool:
        """Whether the instant depends on where a recipient is."""
        return any(at.tzinfo is None for at in self._times)

    def due(self, zone: tzinfo) -> datetime:
        """The instant for a recipient in `zone`. Raises NoCommonInstant.

        A local time that a change of clocks skips or repeats is read as before the change.
        """
        instants = {
            (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC).replace(microsecond=0)
            for at in self._times
        }
        if len(instants) > 1:
            raise NoCommonInstant
        return instants.pop()

    @property
    def _times(self) -> list[datetime]:
        return [datetime.fromisoformat(text.upper()) for text in self.send_at]
