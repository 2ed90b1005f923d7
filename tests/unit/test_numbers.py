"""One key for one person: every spelling of a number, in every country, held against libphonenumber."""

import subprocess
import sys
from collections.abc import Iterator
from functools import cache

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from herald.model.numbers import has_foreign_digits, key_of, read, spelled

_REGIONS = sorted(phonenumbers.SUPPORTED_REGIONS)
_CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)


def e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def examples() -> Iterator[str]:
    """A number of every kind that each country and each global service has, as E.164."""
    for region in _REGIONS:
        for kind in PhoneNumberType.values():
            if found := phonenumbers.example_number_for_type(region, kind):
                yield e164(found)
    for code in phonenumbers.COUNTRY_CODES_FOR_NON_GEO_REGIONS:
        if found := phonenumbers.example_number_for_non_geo_entity(code):
            yield e164(found)


@cache
def all_examples() -> list[str]:
    """Canada's 310-1234 is for calls inside of Canada, and is behind no calling code. Services of Iran with 4
    digits are shorter than the 7 that a number of E.164 has here.
    """
    return sorted(each for each in set(examples()) - {"+13101234"} if len(each) > 7)


def test_the_table_is_what_the_command_makes() -> None:
    done = subprocess.run([sys.executable, "-m", "tools.numbers", "--check"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr


def test_every_example_of_every_country_is_possible_and_keeps_its_own_form() -> None:
    assert len(all_examples()) > 1_000
    for number in all_examples():
        found = read(number)
        assert found.is_possible, number
        assert found.plain is None, number


def test_people_of_different_numbers_have_different_keys() -> None:
    """But where one person has both: the forms of Argentina, Brazil and Mexico."""
    others = [each for each in all_examples() if not each.startswith(("+54", "+55", "+52"))]

    assert len({key_of(each) for each in others}) == len(others)


_SPELLINGS = (
    lambda n: n,
    lambda n: n.removeprefix("+"),
    lambda n: f"00{n[1:]}",
    lambda n: f"011{n[1:]}",
    lambda n: f"tel:{n}",
    lambda n: f"TEL:{n};ext=",
    lambda n: f"whatsapp:{n}",
    lambda n: f"sms:{n}",
    lambda n: f"  {n}\n",
    lambda n: f"'{n}",
    lambda n: f"\u202a{n}\u202c",
    lambda n: f"\ufeff{n}",
    lambda n: f"{n[0]}\u200b{n[1:]}",
    lambda n: f"＋{n[1:]}",
    lambda n: "\u00a0".join(n),
    lambda n: f"{n[:4]}\u2013{n[4:]}",
    lambda n: f"{n[:4]}\u2011{n[4:6]}.{n[6:]}",
    lambda n: phonenumbers.format_number(phonenumbers.parse(n), PhoneNumberFormat.INTERNATIONAL),
    lambda n: phonenumbers.format_number(phonenumbers.parse(n), PhoneNumberFormat.RFC3966),
)


@pytest.mark.parametrize("number", _SPELLINGS, ids=range(len(_SPELLINGS)))
def test_every_spelling_has_one_key_in_every_country(number) -> None:  # type: ignore[no-untyped-def]
    spell = number
    for example in all_examples():
        spelling = spell(example)
        if spelling.isdigit() and len(spelling) <= 8:
            # Without its + it is what a short code is, but where there are none.
            assert spelled(spelling, is_international=True) == example
            continue
        assert key_of(spelling) == key_of(example), (spelling, example)


def test_a_trunk_prefix_is_told_in_every_country_that_has_one() -> None:
    tried = 0
    for region in _REGIONS:
        example = phonenumbers.example_number_for_type(region, PhoneNumberType.MOBILE)
        prefix = phonenumbers.ndd_prefix_for_region(region, True)
        if example is None or not prefix:
            continue
        number, code = e164(example), f"+{example.country_code}"
        written = f"{code}{prefix}{number.removeprefix(code)}"
        if e164(phonenumbers.parse(written)) != number:
            continue
        tried += 1
        found = read(written)
        assert found.is_possible, written
        assert found.key == key_of(number), written
        if len(written) <= 16:
            assert found.plain == number, written
    assert tried > 100


@settings(max_examples=2_000, deadline=None)
@given(st.sampled_from(_CODES), st.text("0123456789", min_size=4, max_size=14))
def test_what_the_library_takes_for_one_number_has_one_key(code: int, national: str) -> None:
    number = f"+{code}{national}"
    if len(number) > 16:
        return
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return
    if national.startswith("00"):
        # No person has such a number; the library takes one of the zeros away at each reading.
        return
    if phonenumbers.national_significant_number(parsed).startswith("0") and not read(number).is_possible:
        # Herald refuses it: no number of that country begins with 0. The library does not look at that.
        return
    its = e164(parsed)
    reason = phonenumbers.is_possible_number_with_reason(parsed)
    if reason == phonenumbers.ValidationResult.IS_POSSIBLE and "001" not in (
        phonenumbers.region_codes_for_country_code(code)
    ):
        assert key_of(number) == key_of(its)
    found = read(number)
    if found.is_possible and found.plain is None:
        regions = phonenumbers.region_codes_for_country_code(code)
        assert reason == phonenumbers.ValidationResult.IS_POSSIBLE or len(regions) > 1 or code in (52, 54)


@pytest.mark.parametrize(
    "forms",
    [
        # Mexico: WhatsApp's 521, and what was dialed before 2019.
        ("+525512345678", "+5215512345678", "5215512345678", "+52 1 55 1234 5678", "+52 044 55 1234 5678",
         "+52 045 55 1234 5678", "+52 01 55 1234 5678"),
        # Brazil: WhatsApp leaves the ninth digit out for most areas.
        ("+5531987654321", "+553187654321", "553187654321", "+55 (31) 98765-4321", "+55 31 8765-4321",
         "+55 031 98765-4321", "+55 (0)31 98765 4321", "+55 0 15 31 98765 4321"),
        ("+5511961234567", "+551161234567"),
        # Argentina: 9 before the area, 15 behind it, or neither.
        ("+5491123456789", "+541123456789", "+54 11 15 2345 6789", "+54 9 11 15 2345 6789",
         "+54 011 15 2345 6789", "541123456789", "5491123456789"),
        ("+5492954123456", "+542954123456", "+54 2954 15 123456", "+54 02954 15 123456"),
        ("+447911123456", "+44 (0)7911 123456", "+4407911123456", "0044 7911 123456", "011 44 7911 123456",
         "0011447911123456", "447911123456", "+44-7911-123-456", "+44/7911.123456", "[+44] 7911~123456",
         "tel:+44-7911-123456", "tel:7911123456;phone-context=+44", "whatsapp:+447911123456"),
        ("+12065550123", "+1 (206) 555-0123", "1 206 555 0123", "1-206-555-0123", "+1 1 206 555 0123",
         "12065550123", "\u202a+1\u00a0206\u2011555\u20110123\u202c", "“+1 206 555 0123”"),
        ("+18003569377", "+1 800 FLOWERS", "+1-800-356-9377"),
        ("+390612345678", "+39 06 1234 5678", "390612345678"),
        ("+393471234567", "+39 347 1234567"),
        ("+3780549886377", "+378 886377", "+378 0549 886377"),
        ("+79123456789", "+7 8 912 345-67-89", "79123456789"),
        ("+36301234567", "+36 06 30 123 4567", "+3606301234567"),
        ("+375291234567", "+375 80 29 123 45 67", "+375 8 029 1234567"[:19]),
        ("+37061234567", "+370 8 612 34567"),
        ("+2250123456789", "+225 01 23 45 67 89"),
        ("+4915123456789", "+49 (0)151 23456789", "+49 0151 23456789"),
        ("+15005550006", "1 500 555 0006"),
    ],
    ids=lambda forms: forms[0],
)  # fmt: skip
def test_what_people_and_carriers_write_is_one_key(forms: tuple[str, ...]) -> None:
    assert {form: key_of(form) for form in forms} == dict.fromkeys(forms, key_of(forms[0]))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        # A fixed line of Brazil is not a mobile with a digit less.
        ("+553132345678", "+5531932345678"),
        ("+390612345678", "+39612345678"),
        ("+447911123456", "+447911123457"),
        ("+525512345678", "+52551234567"),
        ("36111", "+36111"),
        ("ACME", "ACME1"),
    ],
)
def test_other_people_have_other_keys(one: str, other: str) -> None:
    assert key_of(one) != key_of(other)


@pytest.mark.parametrize(
    "address",
    ["36111", "AC 500", "acme_212_sender", "ACME-1", "", "+", "12", "+1 206 555 0123 ext 5", "0800",
     "a" * 500, "+４４7911123456", "+٤٤٧٩١١١٢٣٤٥٦", "４４７９１１１２３４５６", "+1+206 555 0123"],
)  # fmt: skip
def test_what_is_no_number_is_its_own_key(address: str) -> None:
    assert key_of(address) == address
    assert spelled(address) is None


def test_digits_of_other_scripts_are_told() -> None:
    assert has_foreign_digits("+４４7911123456")
    assert has_foreign_digits("+٤٤٧٩١١١٢٣٤٥٦")
    assert not has_foreign_digits("+44 7911\u00a0123456")


@pytest.mark.parametrize(
    ("number", "plain"),
    [
        ("+4407911123456", "+447911123456"),
        ("+490151234567", "+49151234567"),
        ("+3606301234567", "+36301234567"),
        ("+78912345678", None),
        ("+789123456789", "+79123456789"),
        ("+112065550123", "+12065550123"),
        ("+340612345678", "+34612345678"),
        ("+550319876543210"[:15], "+5531987654321"),
        ("+390612345678", None),
        ("+5215512345678", None),
        ("+541123456789", None),
        ("+2250123456789", None),
        ("+15005550100", None),
    ],
)
def test_the_number_without_its_trunk_prefix_is_shown(number: str, plain: str | None) -> None:
    assert read(number).plain == plain


@pytest.mark.parametrize(
    "number",
    ["+1206555012", "+10000000000", "+12065550", "+120655501234", "+9991234567", "+2101234567", "+44791112",
     "+4479111234567", "+330000000000", "+8001234567", "+525512345", "+5511", "+0044791112345", "+799"],
)  # fmt: skip
def test_numbers_that_nobody_can_have_are_impossible(number: str) -> None:
    assert not read(number).is_possible


@pytest.mark.parametrize("last", range(0, 10_000, 7))
def test_the_sandbox_s_numbers_are_possible(last: int) -> None:
    number = f"+1500555{last:04}"

    assert read(number) == (number, True, None)
