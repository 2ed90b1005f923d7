"""Where in the world a phone number is, as far as its digits tell.

Only a schedule with local times and what people write ask, so only they load the library's data.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_UNKNOWN: Final = "Etc/Unknown"


def zone_finder(at: datetime) -> Callable[[str], tzinfo]:
    """A function from E.164 numbers to time zones; UTC for numbers that tell none.

    Of a number that may be in several zones, as a toll-free one, it is the middle one by
    the time of day at `at`: so the guess is wrong by as little as it can be.
    """
    from phonenumbers import NumberParseException
    from phonenumbers import parse as parse_number
    from phonenumbers.timezone import time_zones_for_number

    @lru_cache(maxsize=1_000)
    def middle(names: Sequence[str]) -> tzinfo:
        zones = sorted(filter(None, map(_zone, names)), key=lambda zone: zone.utcoffset(at) or timedelta())
        return zones[len(zones) // 2] if zones else UTC

    def find(number: str) -> tzinfo:
        try:
            names = time_zones_for_number(parse_number(number))
        except NumberParseException:
            return UTC
        return middle(tuple(names))

    return find


def country_of(number: str) -> str | None:
    """The country of an E.164 number, such as FR; None for numbers that tell none."""
    from phonenumbers import NumberParseException, region_code_for_country_code, region_code_for_number
    from phonenumbers import parse as parse_number

    try:
        parsed = parse_number(number)
    except NumberParseException:
        return None
    # Of a number that nobody can have, the country that its first digits are of.
    found = region_code_for_number(parsed) or region_code_for_country_code(parsed.country_code or 0)
    return found if is_country(found) else None


def is_country(code: str) -> bool:
    """Whether numbers may be of a country."""
    from phonenumbers import SUPPORTED_REGIONS

    return code in SUPPORTED_REGIONS


@lru_cache(maxsize=1_000)
def _zone(name: str) -> tzinfo | None:
    try:
        return None if name == _UNKNOWN else ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return None
