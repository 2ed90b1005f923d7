"""Liquid's filter `date`: ISO 8601 in, a text out; no clock, no zone of the machine.

A date that can be read in two ways is refused rather than guessed: in one campaign, 01/12
would be January and 13/12 December. What a date-time says of its zone is kept as it is.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any, Final, NoReturn
from zoneinfo import ZoneInfo

from liquid.undefined import is_undefined

from herald.content.values import is_number

_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII
)
_DIRECTIVE: Final = re.compile(r"%([-_0^#:]*)(\d*)[EO]?(.?)", re.ASCII | re.DOTALL)
_MOST_WIDTH: Final = 50
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_FORMAT: Final = 200
_ZONE: Final = re.compile(r"[A-Za-z][A-Za-z0-9_+/-]{0,60}", re.ASCII)
_LOWER: Final = re.compile("[a-z]")
# In minutes.
_DAY: Final = 24 * 60
# What LiquidJS takes where a filter has no format.
_DEFAULT: Final = "%A, %B %-e, %Y at %-l:%M %P %z"
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)  # fmt: skip
_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def date(value: Any, form: Any = _DEFAULT, zone: Any = None) -> Any:
    """A date or date-time of ISO 8601 by a format of strftime's directives, in a time zone if one is given:
    its name, or how many minutes it is behind UTC.

    What is missing stays missing, for `default` to see. Raises ValueError.
    """
    if is_undefined(value) or value is None or value == "":
        return value
    at = parsed(value)
    if len(form := str(form)) > _MOST_FORMAT:
        raise ValueError(f"date: the format has more than {_MOST_FORMAT} characters")
    return formatted(at if zone is None else _in_zone(at, zone), form)


def _in_zone(at: datetime, zone: Any) -> datetime:
    """A date-time without a zone is one of UTC."""
    try:
        if isinstance(zone, str):
            there: tzinfo = ZoneInfo(zone) if _ZONE.fullmatch(zone) else _no_zone(zone)
        elif is_number(zone) and abs(zone) < _DAY:
            there = timezone(-timedelta(minutes=int(zone)))
        else:
            there = _no_zone(zone)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(there)
    except (LookupError, OSError, OverflowError):
        _no_zone(zone)


def _no_zone(zone: object) -> NoReturn:
    raise ValueError(f"date: there is no time zone {zone!r}; write one as 'America/New_York'")


def parsed(value: object) -> datetime:
    """The instant that a text of ISO 8601 names, with its zone if it has one. Raises ValueError."""
    if value in ("now", "today"):
        raise ValueError("date: the time of rendering is not known; pass the date as a variable")
    if isinstance(value, str) and len(value) < 40 and _ISO.fullmatch(value):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("date: must be a date or date-time as 2026-12-31 or 2026-12-31T09:30:00Z")


def formatted(at: datetime, form: str) -> str:
    """The text of an instant. Raises ValueError: a directive is unknown, or too wide."""

    def directive(found: re.Match[str]) -> str:
        flags, width, name = found.groups()
        if name not in _DIRECTIVES:
            raise ValueError(f"date: there is no directive %{name}")
        if len(width) > 2 or int(width or 0) > _MOST_WIDTH:
            raise ValueError(f"date: a directive is at most {_MOST_WIDTH} characters wide")
        if name == "z":
            text = _offset(at, ":" if ":" in flags else "")
        elif name == "N":
            return f"{at.microsecond // 1000:03}".ljust(int(width or 0) or 9, "0")[: int(width or 0) or 9]
        else:
            text = str(_DIRECTIVES[name](at))
        return _padded(text, name, flags, int(width or 0))

    return _DIRECTIVE.sub(directive, form)


def _padded(text: str, name: str, flags: str, width: int) -> str:
    if "^" in flags:
        text = text.upper()
    elif "#" in flags:
        text = text.upper() if _LOWER.search(text) else text.lower()
    fill = " " if "_" in flags or ("0" not in flags and name in _WITH_SPACES) else "0"
    return text if "-" in flags else text.rjust(width or _WIDTHS.get(name, 0), fill)


def _offset(at: datetime, between: str) -> str:
    minutes = (at.utcoffset() or timedelta()) // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{between}{abs(minutes) % 60:02}"


def _zone_name(at: datetime) -> str:
    """What is written is in UTC unless it says otherwise."""
    if isinstance(at.tzinfo, ZoneInfo):
        return at.tzinfo.key
    return "UTC" if at.tzinfo in (None, UTC) else _offset(at, "")


def _seconds(at: datetime) -> int:
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) // timedelta(seconds=1)


def _week(at: datetime, first: int) -> int:
    """The week of the year, where weeks begin with `first`: 0 is Monday, 6 is Sunday."""
    return (at.timetuple().tm_yday + 6 - (at.weekday() - first) % 7) // 7


# How many characters a directive has at least, and those that are filled up with spaces and not with zeros.
_WIDTHS: Final = {**dict.fromkeys("CdeHIklmMSUVWy", 2), "j": 3, "L": 3, "Y": 4}
_WITH_SPACES: Final = frozenset("aAbBceklpP")
_DIRECTIVES: Final[dict[str, Callable[[datetime], str | int]]] = {
    "a": lambda at: _DAYS[at.weekday()][:3],
    "A": lambda at: _DAYS[at.weekday()],
    "b": lambda at: _MONTHS[at.month - 1][:3],
    "B": lambda at: _MONTHS[at.month - 1],
    "c": lambda at: formatted(at, "%x, %X"),
    "C": lambda at: at.year // 100,
    "d": lambda at: at.day,
    "D": lambda at: formatted(at, "%m/%d/%y"),
    "e": lambda at: at.day,
    "F": lambda at: formatted(at, "%Y-%m-%d"),
    "h": lambda at: _MONTHS[at.month - 1][:3],
    "H": lambda at: at.hour,
    "I": lambda at: at.hour % 12 or 12,
    "j": lambda at: at.timetuple().tm_yday,
    "k": lambda at: at.hour,
    "l": lambda at: at.hour % 12 or 12,
    "L": lambda at: at.microsecond // 1000,
    "m": lambda at: at.month,
    "M": lambda at: at.minute,
    "n": lambda at: "\n",
    # Both are made where their flags and widths are known.
    "N": lambda at: "",
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "P": lambda at: "am" if at.hour < 12 else "pm",
    "q": lambda at: _ORDINALS.get(at.day, "th"),
    "r": lambda at: formatted(at, "%I:%M:%S %p"),
    "R": lambda at: formatted(at, "%H:%M"),
    "s": lambda at: str(_seconds(at)),
    "S": lambda at: at.second,
    "t": lambda at: "\t",
    "T": lambda at: formatted(at, "%H:%M:%S"),
    "u": lambda at: str(at.isoweekday()),
    "U": lambda at: _week(at, 6),
    "V": lambda at: at.isocalendar().week,
    "w": lambda at: str(at.isoweekday() % 7),
    "W": lambda at: _week(at, 0),
    # As people in the United States write them.
    "x": lambda at: formatted(at, "%-m/%-d/%Y"),
    "X": lambda at: formatted(at, "%-I:%M:%S %p"),
    "y": lambda at: at.year % 100,
    "Y": lambda at: at.year,
    "z": lambda at: "",
    "Z": lambda at: _zone_name(at),
    "%": lambda at: "%",
}
