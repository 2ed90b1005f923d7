"""The country and the time zone of a phone number.

The country comes first: a recipient gets the time of a zone of the number's country
and of no other. Among several zones of a country, the number's area decides
(libphonenumber's geographic data); where the area tells nothing, or spans several
zones, the zone of the country that most people live in does.

Only local times, quiet hours and STOP keywords need this, so only they load the data of the
phonenumbers and tzdata libraries (about 0.1 s).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from importlib.resources import files
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Countries on several clocks: one zone for each clock, the one of most people first.
# Clocks that are not named here come after, in the order of the tz database.
_MOST_PEOPLE: Final[Mapping[str, tuple[str, ...]]] = {
    "AU": ("Australia/Sydney", "Australia/Brisbane", "Australia/Perth", "Australia/Adelaide"),
    "BR": ("America/Sao_Paulo", "America/Manaus", "America/Rio_Branco", "America/Noronha"),
    "CA": ("America/Toronto", "America/Vancouver", "America/Edmonton", "America/Winnipeg", "America/Halifax"),
    "CD": ("Africa/Kinshasa", "Africa/Lubumbashi"),
    "CL": ("America/Santiago", "America/Punta_Arenas", "Pacific/Easter"),
    "CN": ("Asia/Shanghai", "Asia/Urumqi"),
    "EC": ("America/Guayaquil", "Pacific/Galapagos"),
    "ES": ("Europe/Madrid", "Atlantic/Canary"),
    "FM": ("Pacific/Chuuk", "Pacific/Pohnpei"),
    "GL": ("America/Nuuk", "America/Thule"),
    "ID": ("Asia/Jakarta", "Asia/Makassar", "Asia/Jayapura"),
    "KI": ("Pacific/Tarawa", "Pacific/Kiritimati", "Pacific/Kanton"),
    "MN": ("Asia/Ulaanbaatar", "Asia/Hovd"),
    "MX": ("America/Mexico_City", "America/Hermosillo", "America/Tijuana", "America/Cancun"),
    "NZ": ("Pacific/Auckland", "Pacific/Chatham"),
    "PF": ("Pacific/Tahiti", "Pacific/Marquesas", "Pacific/Gambier"),
    "PG": ("Pacific/Port_Moresby", "Pacific/Bougainville"),
    "PT": ("Europe/Lisbon", "Atlantic/Azores"),
    "RU": (
        "Europe/Moscow",
        "Asia/Yekaterinburg",
        "Asia/Novosibirsk",
        "Europe/Samara",
        "Asia/Irkutsk",
        "Asia/Vladivostok",
        "Asia/Omsk",
        "Asia/Yakutsk",
        "Europe/Kaliningrad",
    ),
    "UA": ("Europe/Kyiv", "Europe/Simferopol"),
    "US": (
        "America/New_York",
        "America/Chicago",
        "America/Los_Angeles",
        "America/Denver",
        "America/Phoenix",
        "Pacific/Honolulu",
        "America/Anchorage",
    ),
}
# Areas of which the geographic data names several zones, or one that is not theirs (any more): where most
# people of the area live. What the data says of a smaller area goes before.
_AREAS: Final = {
    "1208": "America/Boise",
    "1219": "America/Chicago",
    "1270": "America/Chicago",
    "1364": "America/Chicago",
    "1423": "America/New_York",
    "1448": "America/Chicago",
    "1689": "America/New_York",
    "1709": "America/St_Johns",
    "1850": "America/Chicago",
    "1879": "America/St_Johns",
    "1986": "America/Boise",
    "52614": "America/Chihuahua",
    "52867": "America/Matamoros",
    "52868": "America/Matamoros",
    "52878": "America/Matamoros",
    "52899": "America/Matamoros",
    "5591": "America/Belem",
    "5593": "America/Santarem",
    "5594": "America/Belem",
    "5596": "America/Belem",
    "5598": "America/Fortaleza",
    "5599": "America/Fortaleza",
    "56322100": "Pacific/Easter",
    "5661": "America/Punta_Arenas",
    "593525": "Pacific/Galapagos",
    "617": "Australia/Brisbane",
    "6188": "Australia/Adelaide",
    "61889": "Australia/Darwin",
    "7401": "Europe/Kaliningrad",
    "7845": "Europe/Saratov",
}
_LONGEST_AREA: Final = max(map(len, _AREAS))
# A zone of 3,000 people, which the data has for all of the nine million around Recife.
_NOT_AS_IN_DATA: Final = {"America/Noronha": "America/Recife"}

# Countries that have numbers of their own, and no line in the tz database.
_ELSEWHERE: Final = {"AC": "Atlantic/St_Helena", "TA": "Atlantic/St_Helena", "XK": "Europe/Belgrade"}

# In these shared calling codes the first three digits behind the code tell the country, whatever follows.
_BY_THREE_DIGITS: Final = ("1", "7")
_ANYTHING: Final = "2345678"
# The kinds of numbers that libphonenumber knows of a country.
_KINDS: Final = (
    *("premium_rate", "toll_free", "shared_cost", "voip", "personal_number"),
    *("pager", "uan", "voicemail", "fixed_line", "mobile"),
)

# What two zones have in common that show the same time all year: their offsets in January and in July.
_Clock = tuple[timedelta | None, timedelta | None]


def zone_finder(at: datetime) -> Callable[[str], tzinfo]:
    """A function from E.164 numbers to time zones, as clocks are in the year of `at`.

    UTC for numbers of no country, such as +800.
    """
    return _Zones.of(at.year).find


def country_of(number: str) -> str | None:
    """The country of an E.164 number, such as FR; None for numbers of no country.

    Of a number that no person can have, the country that its first digits belong to.
    """
    code, countries = _calling_codes().get(number[1:4]) or _calling_code(number.removeprefix("+"))
    if len(countries) < 2:
        return countries[0] if countries else None
    national = number[1 + len(code) :]
    if code in _BY_THREE_DIGITS:
        return _of_prefix(code, national[:3]) or countries[0]
    found = _national_numbers(code).match(national)
    return found.lastgroup if found else countries[0]


def is_country(code: str) -> bool:
    """Whether phone numbers exist that belong to a country, such as FR."""
    from phonenumbers import SUPPORTED_REGIONS

    return code in SUPPORTED_REGIONS


@cache
def _of_prefix(code: str, digits: str) -> str | None:
    found = _national_numbers(code).match(digits + _ANYTHING)
    return found.lastgroup if found else None


@cache
def _national_numbers(code: str) -> re.Pattern[str]:
    """What the numbers of the countries look like that share a calling code: a group for each country.

    One pattern, as libphonenumber would try them one by one: a request may have 100,000 numbers.
    """
    _, countries = _calling_codes()[code.ljust(3, "0")]
    return re.compile("|".join(f"(?P<{country}>{_numbers_of(country)})" for country in countries))


def _numbers_of(country: str) -> str:
    """A pattern of a country's national numbers: what they begin with, if that tells, or all of them."""
    from phonenumbers import PhoneMetadata

    metadata: Any = PhoneMetadata.metadata_for_region(country)
    if metadata.leading_digits is not None:
        return str(metadata.leading_digits)
    kinds = (getattr(metadata, kind) for kind in _KINDS)
    patterns = [kind.national_number_pattern for kind in kinds if kind and kind.national_number_pattern]
    return rf"(?=(?:{metadata.general_desc.national_number_pattern})\Z)(?:{'|'.join(patterns)})\Z"


@cache
def _calling_codes() -> dict[str, tuple[str, tuple[str, ...]]]:
    """The calling code that three digits begin with, and its countries, the main one first."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

    found = {}
    for number, countries in COUNTRY_CODE_TO_REGION_CODE.items():
        code = str(number)
        for rest in range(10 ** (3 - len(code))):
            digits = f"{rest:0{3 - len(code)}}" if len(code) < 3 else ""
            found[code + digits] = code, tuple(filter(is_country, countries))
    return found


def _calling_code(digits: str) -> tuple[str, tuple[str, ...]]:
    """The calling code that a number begins with, which may have fewer than three digits."""
    return _calling_codes().get(digits[:3].ljust(3, "0"), ("", ()))


class _Zones:
    """The zones of all countries in one year, found by number."""

    def __init__(self, year: int) -> None:
        from phonenumbers.tzdata import TIMEZONE_DATA, TIMEZONE_LONGEST_PREFIX

        self._days = (datetime(year, 1, 15, tzinfo=UTC), datetime(year, 7, 15, tzinfo=UTC))
        self._areas: Mapping[str, Sequence[str]] = TIMEZONE_DATA
        self._longest = max(TIMEZONE_LONGEST_PREFIX, _LONGEST_AREA)
        self._of_code: dict[str, tzinfo | None] = {}
        self._of_country: dict[str, dict[_Clock, ZoneInfo]] = {}
        self._of_area: dict[tuple[str, str], tzinfo] = {}

    @staticmethod
    @cache
    def of(year: int) -> "_Zones":
        return _Zones(year)

    def find(self, number: str) -> tzinfo:
        digits = number.removeprefix("+")
        code, countries = _calling_code(digits)
        if code not in self._of_code:
            self._of_code[code] = self._only_zone(countries)
        if zone := self._of_code[code]:
            return zone
        country = country_of(number) or countries[0]
        area = self._area(digits)
        if (country, area) not in self._of_area:
            self._of_area[country, area] = self._in_area(country, area)
        return self._of_area[country, area]

    def _only_zone(self, countries: Sequence[str]) -> tzinfo | None:
        """The zone of all numbers with a calling code; None if the countries have several zones."""
        clocks: dict[_Clock, ZoneInfo] = {}
        for country in countries:
            for clock, zone in self._clocks_of(country).items():
                clocks.setdefault(clock, zone)
        if not clocks:
            return UTC
        return next(iter(clocks.values())) if len(clocks) == 1 else None

    def _area(self, digits: str) -> str:
        """The longest beginning of a number that the geographic data has."""
        for length in range(self._longest, 0, -1):
            if digits[:length] in self._areas or digits[:length] in _AREAS:
                return digits[:length]
        return ""

    def _in_area(self, country: str, area: str) -> tzinfo:
        clocks = self._clocks_of(country)
        # The data also names zones of the neighbours of an area, and old names of zones.
        names = (_NOT_AS_IN_DATA.get(name, name) for name in self._areas.get(area, ()))
        there = {self._clock(zone) for zone in filter(None, map(_zone, names))} & clocks.keys()
        known = next((_AREAS[area[:n]] for n in range(len(area), 0, -1) if area[:n] in _AREAS), None)
        zone = _zone(known) if known else None
        if zone and (area in _AREAS or (len(there) != 1 and self._clock(zone) in (there or clocks))):
            return zone
        return next((zone for clock, zone in clocks.items() if clock in there), next(iter(clocks.values())))

    def _clocks_of(self, country: str) -> dict[_Clock, ZoneInfo]:
        """A zone for each time of a country, the one of most people first."""
        if country not in self._of_country:
            names = (*_MOST_PEOPLE.get(country, ()), *_names_of_zones().get(country, ()))
            clocks: dict[_Clock, ZoneInfo] = {}
            for zone in filter(None, map(_zone, names)):
                clocks.setdefault(self._clock(zone), zone)
            self._of_country[country] = clocks
        return self._of_country[country]

    def _clock(self, zone: ZoneInfo) -> _Clock:
        january, july = self._days
        return zone.utcoffset(january), zone.utcoffset(july)


@cache
def _names_of_zones() -> dict[str, tuple[str, ...]]:
    """The zones of each country, as the tz database lists them."""
    found: dict[str, tuple[str, ...]] = {country: (name,) for country, name in _ELSEWHERE.items()}
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, name, *_ = line.split("\t")
            found[country] = (*found.get(country, ()), name)
    return found


@cache
def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return None
