"""Quiet hours: during which minutes of a recipient's day messages may arrive.

An account names the hours that are open, in the time of the recipient. Countries may
have stricter ones: a message may arrive while both the account's hours and those of the
number's country are open. A message that would arrive outside waits for the next open minute.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta, tzinfo
from functools import cached_property
from typing import Annotated, Any, Final, NamedTuple, Self

from pydantic import AfterValidator, Field, ValidationInfo, model_validator
from pydantic_core import PydanticCustomError

from herald.model.wire import Checked, Closed, NotNull, Says, Wire

CLOSED: Final = "closed"
_HOURS: Final = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-(?:([01][0-9]|2[0-3]):([0-5][0-9])|24:00)")
_SATURDAY: Final = 5
_SUNDAY: Final = 6
_A_DAY: Final = 24 * 60


class Window(NamedTuple):
    """Minutes since midnight: from `opens`, up to but excluding `closes`."""

    opens: int
    closes: int

    def within(self, other: "Window") -> "Window":
        return Window(max(self.opens, other.opens), min(self.closes, other.closes))


_NEVER: Final = Window(0, 0)
_ALWAYS: Final = Window(0, _A_DAY)


class Week(NamedTuple):
    """The windows of the seven days, Monday first."""

    days: tuple[Window, ...]

    def within(self, other: "Week") -> "Week":
        return Week(tuple(ours.within(theirs) for ours, theirs in zip(self.days, other.days, strict=True)))

    @property
    def is_ever_open(self) -> bool:
        return any(window.opens < window.closes for window in self.days)

    def next_open(self, at: datetime, zone: tzinfo) -> datetime:
        """The first open minute in `zone` that is not before `at`, an instant; `at` itself if it is open.

        An opening time that a change of clocks skips is read as before the change, so
        that day opens later by what is skipped.
        """
        local = at.astimezone(zone)
        if self._is_open(local):
            return at
        # Twice: all of a day's window may be skipped by a change of clocks.
        for days in range(2 * len(self.days) + 1):
            day = local.date() + timedelta(days=days)
            window = self.days[day.weekday()]
            if window.opens < window.closes:
                # Of an hour that comes twice, the later one where it is that already.
                opens = time(*divmod(window.opens, 60), fold=0 if days else local.fold)
                opening = datetime.combine(day, opens, zone).astimezone(UTC)
                if opening > at and self._is_open(opening.astimezone(zone)):
                    return opening
        return at

    def _is_open(self, local: datetime) -> bool:
        window = self.days[local.weekday()]
        return window.opens <= local.hour * 60 + local.minute < window.closes


def hours(text: str) -> Window:
    """The window that a text such as 08:00-21:00 names. Raises PydanticCustomError."""
    if text == CLOSED:
        return _NEVER
    if found := _HOURS.fullmatch(text):
        opens = int(found[1]) * 60 + int(found[2])
        closes = int(found[3]) * 60 + int(found[4]) if found[3] else _A_DAY
        if opens < closes:
            return Window(opens, closes)
    raise PydanticCustomError("hours", "must be hours of one day such as 08:00-21:00, the earlier first")


def _open(text: str) -> str:
    if text == CLOSED:
        raise PydanticCustomError("hours", "must be hours of one day such as 08:00-21:00; not closed")
    hours(text)
    return text


def _open_or_closed(text: str) -> str:
    hours(text)
    return text


# A pattern cannot check that the earlier time comes first.
_FORM: Final = {"format": "hours", "pattern": f"^{_HOURS.pattern}$"}
Open = Annotated[str, Checked(_open, _FORM)]
_IfGiven: Final = Field(exclude_if=lambda value: value is None)
_OpenOrClosed = Annotated[
    str, Checked(_open_or_closed, {**_FORM, "pattern": f"^({_HOURS.pattern}|{CLOSED})$"})
]


class CountryHours(Closed):
    """The hours of a country; where a day is left out, `open` holds."""

    open: _OpenOrClosed
    saturday: Annotated[_OpenOrClosed | None, NotNull, _IfGiven] = None
    sunday: Annotated[_OpenOrClosed | None, NotNull, _IfGiven] = None

    @model_validator(mode="before")
    @classmethod
    def _spelled_out(cls, value: Any) -> Any:
        return {"open": value} if isinstance(value, str) else value

    @property
    def week(self) -> Week:
        weekday = hours(self.open)
        days = [weekday] * 7
        if self.saturday is not None:
            days[_SATURDAY] = hours(self.saturday)
        if self.sunday is not None:
            days[_SUNDAY] = hours(self.sunday)
        return Week(tuple(days))


# docs/api.md has these as a table, with where they come from. An account that names
# countries replaces all of it.
DEFAULT_COUNTRIES: Final[Mapping[str, CountryHours]] = {
    "FR": CountryHours(open="08:00-22:00", sunday=CLOSED),
    "IN": CountryHours(open="10:00-21:00"),
    "KR": CountryHours(open="08:00-21:00"),
    "US": CountryHours(open="08:00-21:00"),
}


def _countries(value: dict[str, CountryHours], info: ValidationInfo) -> dict[str, CountryHours]:
    is_country = (info.context or {}).get("is_country", lambda _: True)
    if wrong := sorted(each for each in value if not is_country(each)):
        message = "must have codes of countries, such as FR, as its names; not {names}"
        raise PydanticCustomError("countries", message, {"names": ", ".join(wrong)})
    return value


_Country = Annotated[str, Says({"format": "country", "pattern": "^[A-Z]{2}$"})]


class QuietHours(Closed):
    """The body of PUT /QuietHours: when messages may arrive.

    Where `countries` is left out, DEFAULT_COUNTRIES holds.
    """

    open: Open
    countries: Annotated[
        Annotated[dict[_Country, CountryHours], AfterValidator(_countries)] | None, NotNull
    ] = None

    @model_validator(mode="after")
    def _leave_an_open_minute(self) -> Self:
        for country in self.by_country:
            if not self.week(country).is_ever_open:
                message = "must leave a minute of the week open for {country}"
                raise PydanticCustomError("hours", message, {"country": country})
        return self

    @property
    def by_country(self) -> Mapping[str, CountryHours]:
        return DEFAULT_COUNTRIES if self.countries is None else self.countries

    @cached_property
    def _weeks(self) -> dict[str | None, Week]:
        return {}

    def week(self, country: str | None) -> Week:
        """The hours in which messages may arrive at numbers of a country."""
        if country not in self._weeks:
            week = Week((hours(self.open),) * 7)
            stricter = self.by_country.get(country or "")
            self._weeks[country] = week.within(stricter.week) if stricter else week
        return self._weeks[country]


# What holds for a local time that is past where a recipient is, with or without quiet hours:
# the message goes out at once, but not at night.
BY_DAY: Final = Week((Window(8 * 60, 21 * 60),) * 7)


class KeptQuietHours(Wire):
    """The quiet hours of an account, as it set them; None: messages may arrive at any time."""

    given: QuietHours | None = None
    updated_at: datetime | None = None
