"""When a request's messages are due: the `schedule` of the wire.

The first date-time of `sendAt` counts, as published; the others are ignored. One with a
zone is the same instant for all recipients, one without is the local time of each recipient.
"""

import re
from datetime import MAXYEAR, UTC, datetime, timedelta, timezone, tzinfo
from typing import Annotated, Final

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from herald.model.dates import LOCAL, ZONE
from herald.model.wire import Closed, Says

# How far ahead a message may be scheduled.
FARTHEST: Final = timedelta(days=30)
# A client whose clock is a little off, or whose request waited, means now.
FARTHEST_BACK: Final = timedelta(hours=24)
_LAST_ZONE: Final = timezone(timedelta(hours=-12))
_MOST: Final = 100
_FORM: Final = f"{LOCAL}{ZONE}?"
_DATE_TIME: Final = re.compile(_FORM)
# The JSON schema's name for a date-time within the limits (docs/api.md); it is held to all of them, and the
# code to the first.
SEND_AT: Final = {"format": "send-at", "pattern": f"^{_FORM}$", "examples": ["2026-12-01T09:00:00Z"]}


def _first_is_a_date_time(texts: tuple[str, ...]) -> tuple[str, ...]:
    _check(texts[0])
    return texts


def _check(text: str) -> None:
    try:
        # At the ends of the calendar there is no such instant in every zone.
        if _DATE_TIME.fullmatch(text) and 1 < datetime.fromisoformat(text.upper()).year < MAXYEAR:
            return
    except ValueError:
        pass
    raise PydanticCustomError(
        "date_time",
        "the first must be an RFC 3339 date-time such as 2026-12-01T09:00:00Z,"
        " or 2026-12-01T09:00:00 for each recipient's local time",
    )


class Schedule(Closed):
    send_at: Annotated[
        tuple[Annotated[str, Says(SEND_AT)], ...],
        Field(min_length=1, max_length=_MOST, strict=False),
        AfterValidator(_first_is_a_date_time),
    ]

    @property
    def is_local(self) -> bool:
        """Whether the instant depends on where a recipient is."""
        return self._time.tzinfo is None

    def due(self, zone: tzinfo) -> datetime:
        """The instant for a recipient in `zone`.

        A local time that a change of clocks skips or repeats is read as before the change.
        """
        at = self._time
        return (at if at.tzinfo else at.replace(tzinfo=zone)).astimezone(UTC).replace(microsecond=0)

    def refusal(self, at: datetime, now: datetime) -> str | None:
        """Why no message may be due at an instant, `at`, of this schedule; None: it may."""
        # A local time is only too late where it came last.
        if self.due(_LAST_ZONE if self.is_local else UTC) < now - FARTHEST_BACK:
            return f"must not be more than 24 hours in the past: {_shown(at)}"
        if at > now + FARTHEST:
            return f"must be at most {FARTHEST.days} days ahead: {_shown(at)}"
        return None

    @property
    def _time(self) -> datetime:
        return datetime.fromisoformat(self.send_at[0].upper())


def _shown(at: datetime) -> str:
    """An instant as it was understood."""
    return f"it is {at:%Y-%m-%dT%H:%M:%SZ}"
