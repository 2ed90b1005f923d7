"""Liquid's filter `date`: ISO 8601 in, a text out; no clock, no zone of the machine, no widths.

A date that can be read in two ways is refused rather than guessed: in one campaign, 01/12
would be January and 13/12 December. What a date-time says of its zone is kept as it is.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from liquid.undefined import is_undefined

_ISO: Final = re.compile(
    r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d(?::?\d\d)?)?)?", re.ASCII
)
_DIRECTIVE: Final = re.compile(r"%([-_0^#:]*)(.?)", re.DOTALL)
_WIDTH: Final = re.compile(r"[1-9]")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MOST_FORMAT: Final = 200
# What LiquidJS takes where a filter has no format.
_DEFAULT: Final = "%A, %B %-e, %Y at %-l:%M %P %z"
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)  # fmt: skip
_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


def date(value: Any, form: Any = _DEFAULT) -> Any:
    """A date or date-time of ISO 8601 by a format of strftime's directives.

    What is missing stays missing, for `default` to see. Raises ValueError.
    """
    if is_undefined(value) or value is None or value == "":
        return value
    at = parsed(value)
    form = _DEFAULT if is_undefined(form) or form is None else str(form)
    if len(form) > _MOST_FORMAT:
        raise ValueError(f"date: the format has more than {_MOST_FORMAT} characters")
    return formatted(at, form)


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
    """The text of an instant. Raises ValueError: a directive is unknown, or has a width."""

    def directive(found: re.Match[str]) -> str:
        flags, name = found.groups()
        if _WIDTH.match(name):
            raise ValueError("date: a directive has no width")
        if name not in _DIRECTIVES:
            raise ValueError(f"date: there is no directive %{name}")
        if name == "z":
            return _offset(at, ":" if ":" in flags else "")
        made = _DIRECTIVES[name](at)
        if isinstance(made, tuple):
            return _padded(*made, flags)
        return made.upper() if "^" in flags else made.swapcase() if "#" in flags else made

    return _DIRECTIVE.sub(directive, form)


def _padded(number: int, digits: int, fill: str, flags: str) -> str:
    if "-" in flags:
        return str(number)
    return str(number).rjust(digits, " " if "_" in flags else "0" if "0" in flags else fill)


def _offset(at: datetime, between: str) -> str:
    minutes = (at.utcoffset() or timedelta()) // timedelta(minutes=1)
    return f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02}{between}{abs(minutes) % 60:02}"


def _seconds(at: datetime) -> int:
    return ((at if at.tzinfo else at.replace(tzinfo=UTC)) - _EPOCH) // timedelta(seconds=1)


def _week(at: datetime, first: int) -> int:
    """The week of the year, where weeks begin with `first`: 0 is Monday, 6 is Sunday."""
    return (at.timetuple().tm_yday + 6 - (at.weekday() - first) % 7) // 7


_Made = str | tuple[int, int, str]
# A text; or a number, how many digits it has at least, and what fills them.
_DIRECTIVES: Final[dict[str, Callable[[datetime], _Made]]] = {
    "a": lambda at: _DAYS[at.weekday()][:3],
    "A": lambda at: _DAYS[at.weekday()],
    "b": lambda at: _MONTHS[at.month - 1][:3],
    "B": lambda at: _MONTHS[at.month - 1],
    "c": lambda at: formatted(at, "%x, %X"),
    "C": lambda at: (at.year // 100, 2, "0"),
    "d": lambda at: (at.day, 2, "0"),
    "D": lambda at: formatted(at, "%m/%d/%y"),
    "e": lambda at: (at.day, 2, " "),
    "F": lambda at: formatted(at, "%Y-%m-%d"),
    "h": lambda at: _MONTHS[at.month - 1][:3],
    "H": lambda at: (at.hour, 2, "0"),
    "I": lambda at: (at.hour % 12 or 12, 2, "0"),
    "j": lambda at: (at.timetuple().tm_yday, 3, "0"),
    "k": lambda at: (at.hour, 2, " "),
    "l": lambda at: (at.hour % 12 or 12, 2, " "),
    "L": lambda at: (at.microsecond // 1000, 3, "0"),
    "m": lambda at: (at.month, 2, "0"),
    "M": lambda at: (at.minute, 2, "0"),
    "n": lambda at: "\n",
    "N": lambda at: (at.microsecond * 1000, 9, "0"),
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "P": lambda at: "am" if at.hour < 12 else "pm",
    "q": lambda at: _ORDINALS.get(at.day, "th"),
    "r": lambda at: formatted(at, "%I:%M:%S %p"),
    "R": lambda at: formatted(at, "%H:%M"),
    "s": lambda at: str(_seconds(at)),
    "S": lambda at: (at.second, 2, "0"),
    "t": lambda at: "\t",
    "T": lambda at: formatted(at, "%H:%M:%S"),
    "u": lambda at: str(at.isoweekday()),
    "U": lambda at: (_week(at, 6), 2, "0"),
    "V": lambda at: (at.isocalendar().week, 2, "0"),
    "w": lambda at: str(at.isoweekday() % 7),
    "W": lambda at: (_week(at, 0), 2, "0"),
    # As people in the United States write them.
    "x": lambda at: formatted(at, "%-m/%-d/%Y"),
    "X": lambda at: formatted(at, "%-I:%M:%S %p"),
    "y": lambda at: (at.year % 100, 2, "0"),
    "Y": lambda at: (at.year, 4, "0"),
    "z": lambda at: _offset(at, ""),
    "Z": lambda at: at.tzname() or "",
    "%": lambda at: "%",
}
