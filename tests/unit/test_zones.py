"""Where a number is: a zone of its country, and of no other."""

from datetime import UTC, datetime, timedelta
from importlib.resources import files
from random import Random
from zoneinfo import ZoneInfo

import phonenumbers
import pytest
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, SUPPORTED_REGIONS, PhoneNumberType

from herald.model.zones import country_of, zone_finder

WINTER = datetime(2026, 1, 20, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 20, 12, tzinfo=UTC)
# Countries that the tz database does not list, and whose clock theirs is.
ELSEWHERE = {"AC": "SH", "TA": "SH", "XK": "RS"}
KINDS = (
    PhoneNumberType.FIXED_LINE,
    PhoneNumberType.MOBILE,
    PhoneNumberType.TOLL_FREE,
    PhoneNumberType.PREMIUM_RATE,
    PhoneNumberType.SHARED_COST,
    PhoneNumberType.VOIP,
    PhoneNumberType.PERSONAL_NUMBER,
    PhoneNumberType.UAN,
)


def hours_of_countries(at: datetime) -> dict[str, set[timedelta | None]]:
    """The offsets that the tz database has for each country at an instant."""
    found: dict[str, set[timedelta | None]] = {}
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text()
    for line in table.splitlines():
        if not line.startswith("#"):
            country, _, name, *_ = line.split("\t")
            found.setdefault(country, set()).add(at.astimezone(ZoneInfo(name)).utcoffset())
    return found


def numbers_of(country: str) -> set[str]:
    """Examples of the kinds of numbers that are of a country, and of no other with its calling code."""
    examples = [phonenumbers.example_number_for_type(country, kind) for kind in KINDS]
    return {
        phonenumbers.format_number(each, phonenumbers.PhoneNumberFormat.E164)
        for each in examples
        if each and phonenumbers.region_code_for_number(each) == country
    }


@pytest.mark.parametrize("at", [WINTER, SUMMER], ids=["winter", "summer"])
def test_no_number_gets_an_hour_that_its_country_never_has(at: datetime) -> None:
    zone_of = zone_finder(at)
    hours = hours_of_countries(at)

    wrong = {
        (country, number): str(zone_of(number))
        for country in SUPPORTED_REGIONS
        for number in numbers_of(country)
        if at.astimezone(zone_of(number)).utcoffset() not in hours[ELSEWHERE.get(country, country)]
    }

    assert wrong == {}
    # All numbers of Saint Martin and of the Western Sahara may be of another country too.
    assert {country for country in SUPPORTED_REGIONS if not numbers_of(country)} <= {"MF", "EH"}


AREAS = {
    # Areas that the geographic data of libphonenumber has several zones for, or another than they have today.
    "+12085550100": "America/Boise",
    "+17095550100": "America/St_Johns",
    "+16895550100": "America/New_York",
    "+526141234567": "America/Chihuahua",
    "+528681234567": "America/Matamoros",
    "+5581991234567": "America/Recife",
    "+5593991234567": "America/Santarem",
    "+56322100123": "Pacific/Easter",
    "+5661221234": "America/Punta_Arenas",
    "+59352520123": "Pacific/Galapagos",
    "+61730121234": "Australia/Brisbane",
    "+61882123456": "Australia/Adelaide",
    "+61889812345": "Australia/Darwin",
    "+74012531234": "Europe/Kaliningrad",
    "+78452123456": "Europe/Saratov",
    # Of a part of such an area the data says more.
    "+12082151234": "America/Los_Angeles",
    # Areas that it has a zone for.
    "+13065550100": "America/Regina",
    "+16025550100": "America/Phoenix",
    "+556832123456": "America/Rio_Branco",
    "+62967123456": "Asia/Jayapura",
    "+6433051234": "Pacific/Chatham",
    "+74152123456": "Asia/Kamchatka",
}


@pytest.mark.parametrize("at", [WINTER, SUMMER], ids=["winter", "summer"])
def test_an_area_has_the_hour_that_most_of_its_people_have(at: datetime) -> None:
    zone_of = zone_finder(at)

    assert {
        number: str(zone_of(number))
        for number, name in AREAS.items()
        if at.astimezone(zone_of(number)).utcoffset() != at.astimezone(ZoneInfo(name)).utcoffset()
    } == {}


def test_the_country_is_that_of_the_metadata() -> None:
    # A Canadian service of 7 digits begins as numbers of California do.
    assert {
        number: country_of(number)
        for country in SUPPORTED_REGIONS
        for number in numbers_of(country)
        if country_of(number) != country
    } == {"+13101234": "US"}


def test_the_country_of_any_number_is_the_one_that_libphonenumber_tells() -> None:
    random = Random(7)
    # The calling codes that countries share, but +1 and +7, where three digits tell.
    shared = [
        code
        for code, countries in COUNTRY_CODE_TO_REGION_CODE.items()
        if len(set(countries) & SUPPORTED_REGIONS) > 1 and code not in (1, 7)
    ]
    wrong = {}
    for code in shared:
        for _ in range(150):
            national = str(random.randrange(1, 10 ** random.choice((6, 7, 8, 9, 10))))
            number = phonenumbers.PhoneNumber(country_code=code, national_number=int(national))
            told = phonenumbers.region_code_for_number(number) or COUNTRY_CODE_TO_REGION_CODE[code][0]
            if country_of(f"+{code}{national}") != told:
                wrong[f"+{code}{national}"] = told

    assert len(shared) == 10
    assert wrong == {}


def test_every_area_of_the_geographic_data_has_a_zone_of_its_country() -> None:
    from phonenumbers.tzdata import TIMEZONE_DATA

    zone_of = zone_finder(SUMMER)
    hours = hours_of_countries(SUMMER)

    wrong = {
        number: str(zone_of(number))
        for area in TIMEZONE_DATA
        for number in ("+" + area.ljust(11, "2"),)
        if (country := country_of(number))
        and SUMMER.astimezone(zone_of(number)).utcoffset() not in hours[ELSEWHERE.get(country, country)]
    }

    assert wrong == {}


@pytest.mark.parametrize(
    ("number", "country", "zone"),
    [
        ("+77011234567", "KZ", "Asia/Almaty"),
        ("+77172123456", "KZ", "Asia/Almaty"),
        ("+79161234567", "RU", "Europe/Moscow"),
        ("+79991234567", "RU", "Europe/Moscow"),
        ("+73832123456", "RU", "Asia/Novosibirsk"),
        ("+74232123456", "RU", "Asia/Vladivostok"),
        ("+12642351234", "AI", "America/Anguilla"),
        ("+18762351234", "JM", "America/Jamaica"),
        ("+18092351234", "DO", "America/Santo_Domingo"),
        ("+16712351234", "GU", "Pacific/Guam"),
        ("+12065550100", "US", "America/Los_Angeles"),
        ("+12125550100", "US", "America/New_York"),
        ("+18082351234", "US", "Pacific/Honolulu"),
        ("+18002351234", "US", "America/New_York"),
        ("+15005550100", "US", "America/New_York"),
        ("+14162351234", "CA", "America/Toronto"),
        ("+16042351234", "CA", "America/Vancouver"),
        ("+525512345678", "MX", "America/Mexico_City"),
        ("+526641234567", "MX", "America/Tijuana"),
        ("+5511961234567", "BR", "America/Sao_Paulo"),
        ("+5592961234567", "BR", "America/Manaus"),
        ("+61412345678", "AU", "Australia/Sydney"),
        ("+61891234567", "AU", "Australia/Perth"),
        ("+61891621234", "CC", "Indian/Cocos"),
        ("+262639012345", "YT", "Indian/Mayotte"),
        ("+262692123456", "RE", "Indian/Reunion"),
        ("+628123456789", "ID", "Asia/Jakarta"),
        ("+243812345678", "CD", "Africa/Kinshasa"),
        ("+97688123456", "MN", "Asia/Ulaanbaatar"),
        ("+34612345678", "ES", "Europe/Madrid"),
        ("+34922123456", "ES", "Atlantic/Canary"),
        ("+351912345678", "PT", "Europe/Lisbon"),
        ("+33612345678", "FR", "Europe/Paris"),
        ("+447700900123", "GB", "Europe/London"),
        ("+38349123456", "XK", "Europe/Belgrade"),
        ("+80012345678", None, "UTC"),
        ("", None, "UTC"),
    ],
)
def test_the_country_and_the_zone_of_a_number(number: str, country: str | None, zone: str) -> None:
    found = zone_finder(WINTER)(number)

    assert country_of(number) == country
    assert [WINTER.astimezone(found).utcoffset(), SUMMER.astimezone(found).utcoffset()] == [
        WINTER.astimezone(ZoneInfo(zone)).utcoffset(),
        SUMMER.astimezone(ZoneInfo(zone)).utcoffset(),
    ]


def test_an_ill_formed_number_does_not_decide_for_others() -> None:
    country_of("+168")
    country_of("+16849")

    assert country_of("+16842581234") == "AS"
