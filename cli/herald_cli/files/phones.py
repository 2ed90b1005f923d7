"""Reads a phone number as people and programs write it, in E.164 form, or says why it cannot be read.

Spreadsheets add guards (`'+1...`, `="+1..."`), address books add invisible marks and punctuation, and people
leave the country out. A number that is not in E.164 form is read by phonenumbers, Google's libphonenumber for
Python; whether a number is possible is Herald's own rule, so that the command refuses the numbers that the
API would refuse.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, ValidationResult

from herald.model import numbers

_E164: Final = re.compile(r"\+[1-9][0-9]{6,14}", re.ASCII)
# Some numbers, and words around them. A spreadsheet's cell may have 32,767 characters.
_LONGEST_CELL: Final = 500
_ROUNDED: Final = re.compile(r"[+-]?([0-9]+)(?:[.,]([0-9]+))?[eE]\+?([0-9]+)", re.ASCII)
_GUARDED: Final = re.compile(r'="?([^"]*)"?')
_SEVERAL: Final = re.compile(r"\s*(?::::|[;,|\n]|\bor\b|/)\s*")
_SCHEME: Final = re.compile(
    r"(?:(?:tel|sms|whatsapp)\s*:|(?:telephone|telefono|telefon|tel|phone|mobile|mobil|cell|handy)\b\s*[.:]*)\s*",
    re.IGNORECASE,
)
_DATE: Final = re.compile(
    r"(?:19|20)\d\d-[01]?\d-[0-3]?\d(?:[ T].*)?|[0-3]?\d([./])[0-3]?\d\1(?:19|20)\d\d(?: .*)?", re.ASCII
)
_NUMBER: Final = re.compile(r"\+?[0-9][0-9 ().\-]{5,}")
_FRACTION: Final = re.compile(r"([0-9]+)[.,]0+", re.ASCII)
_LENGTHS: Final = {
    ValidationResult.TOO_SHORT: "is too short",
    ValidationResult.TOO_LONG: "is too long",
    ValidationResult.INVALID_LENGTH: "has a length that no number of its country has",
    ValidationResult.INVALID_COUNTRY_CODE: "begins with a country code that no country has",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "is without its area code",
}

# The changes that were made to read a number, as a hint for the user.
INVISIBLE: Final = "invisible marks removed"
TRUNK_ZERO: Final = "zero after the country code removed"
COUNTRY_ADDED: Final = "country code added"
PLUS_ADDED: Final = "+ added"
MAYBE_OTHER: Final = "may begin with the code of another country; --plus reads it so"
REWRITTEN: Final = "rewritten as E.164"
# Punctuation that goes with digits of full width.
_WIDE: Final = {"＋": "+", "（": "(", "）": ")", "／": "/", "\N{MINUS SIGN}": "-"}
DIGITS: Final = "digits of another script written as 0 to 9"
# Fewer digits are part of a number: 0151/2345678 is one number.
_FEWEST_DIGITS: Final = 7
_MOST_DIGITS: Final = 15


class Unreadable(ValueError):
    """A cell that is not a number; the text names the cause and, if there is one, the cure."""


class NoCountry(Unreadable):
    """A cell that is a number of an unknown country, or none."""


@dataclass(frozen=True)
class Phone:
    """A number in E.164 form, and the changes that were made to read it."""

    e164: str
    changes: frozenset[str] = frozenset()


def read(cell: str, country: str | None = None, *, plus: bool = False) -> Phone:
    """The number in a cell.

    `country`: two letters, such as GB, for numbers that are written without a country code. `plus`: digits
    that do not begin with 0 begin with a country code.
    Raises Unreadable.
    """
    if _is_taken(cell):
        return Phone(cell)
    if len(cell) > _LONGEST_CELL:
        raise Unreadable(f"the cell has {len(cell):,} characters: it is no phone number")
    text, changes = _cleaned(cell)
    if not text:
        raise Unreadable("the cell is empty")
    if (plain := _with_plain_digits(text)) != text:
        text, changes = plain, changes | {DIGITS}
    if _DATE.fullmatch(text):
        raise Unreadable(f"{text!r} is a date, no phone number")
    text = _with_all_digits(text)
    if text.startswith("00"):
        text = "+" + text[2:]
    _refuse_several(text)
    if whole := _FRACTION.fullmatch(text):
        text = whole[1]
    # Brackets stand around an area code: what follows has no country code.
    if plus and text[0] in "123456789" and "(" not in text:
        text, changes = f"+{text}", changes | {PLUS_ADDED}
    if not text.startswith("+") and not country:
        raise NoCountry(_without_country(text))
    return _possible(text, cell, country, changes)


def marks(text: str) -> list[str]:
    """The invisible marks in a text, by code point: U+202A LEFT-TO-RIGHT EMBEDDING."""
    found = dict.fromkeys(letter for letter in text if _is_invisible(letter))
    return [f"U+{ord(letter):04X} {unicodedata.name(letter, 'without a name')}" for letter in found]


def _cleaned(cell: str) -> tuple[str, frozenset[str]]:
    """The cell without marks, guards and schemes, and the changes."""
    changes: set[str] = set()
    if any(map(_is_invisible, cell)):
        changes.add(INVISIBLE)
    text = "".join(letter for letter in cell if not _is_invisible(letter))
    text = "".join(" " if unicodedata.category(letter) == "Zs" else letter for letter in text)
    text = "".join("-" if unicodedata.category(letter) == "Pd" else letter for letter in text).strip()
    text = text.removeprefix("'").strip()
    if guarded := _GUARDED.fullmatch(text):
        text = guarded[1].strip()
    if scheme := _SCHEME.match(text):
        text = text[scheme.end() :]
    return text, frozenset(changes)


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) in {"Cf", "Cc"} and letter not in "\t\n\r"


def _is_taken(text: str) -> bool:
    """Whether the API takes a text as a number, as it stands."""
    if not _E164.fullmatch(text):
        return False
    known = numbers.read(text)
    return known.is_possible and known.plain is None


def _with_all_digits(text: str) -> str:
    """The text, or the digits of a number with an exponent. Raises Unreadable: some of them are lost."""
    found = _ROUNDED.fullmatch(text)
    if found is None:
        return text
    if len(found[2] or "") == int(found[3][:4]):
        return found[1] + (found[2] or "")
    raise Unreadable(
        f"{text}: the spreadsheet has rounded this number. Format the column as text, "
        "enter the numbers again, and save the file again"
    )


def _refuse_several(text: str) -> None:
    parts = [each for each in _SEVERAL.split(text) if _NUMBER.fullmatch(each)]
    # +49 (0)1711 is a code and an area: what follows is the rest of the number.
    several = [each for each in parts if sum(map(str.isdigit, each.replace("(0)", ""))) >= _FEWEST_DIGITS]
    if len(several) > 1:
        raise Unreadable(f"{len(several)} numbers in one cell ({', '.join(several)}): keep one of them")


def _with_plain_digits(text: str) -> str:
    """The text with digits of another script as 0 to 9, if all are of that script. Raises Unreadable.

    Digits of two scripts in one number are a mistake, or meant to deceive.
    """
    foreign = next((letter for letter in text if letter.isdigit() and not letter.isascii()), None)
    if foreign is None:
        return text
    zeros = {ord(each) - unicodedata.digit(each) for each in text if each.isdigit()}
    if len(zeros) > 1 or not foreign.isdecimal():
        raise Unreadable(
            f"{text!r} has the digit U+{ord(foreign):04X} {unicodedata.name(foreign, '')}: write 0 to 9"
        )
    return "".join(str(unicodedata.digit(each)) if each.isdigit() else _WIDE.get(each, each) for each in text)


def _without_country(text: str) -> str:
    digits = re.sub(r"[ ().\-/]", "", text)
    if not digits.isdigit() or not digits.isascii() or len(digits) < 4:
        return f"{text!r} is no phone number"
    # Brackets stand around an area code, so the number has no country code: (206) 555-0123 is not of Egypt.
    if not digits.startswith("0") and "(" not in text and _is_whole(f"+{digits}"):
        return (
            f"{text!r} is without +: write +{digits} (or give --plus) if it begins with a country code, "
            "else give --country"
        )
    return f"{text!r} is without a country code: give --country (GB, DE, JP ...), or write it with +"


def _is_whole(text: str) -> bool:
    try:
        return phonenumbers.is_possible_number(phonenumbers.parse(text, None))
    except NumberParseException:
        return False


def _possible(text: str, cell: str, country: str | None, changes: frozenset[str]) -> Phone:
    try:
        number = phonenumbers.parse(text, None if text.startswith("+") else country)
    except NumberParseException as error:
        raise Unreadable(_cause(error, text, country)) from None
    if number.extension:
        raise Unreadable(f"{text!r} has an extension: no message reaches one")
    if any(map(str.isalpha, text)):
        # phonenumbers reads digits after words as a number, and letters as digits: Room 2026.
        raise Unreadable(f"{text!r} has words beside a number, or is none: keep the number alone")
    if _is_taken(text):
        # Also a form that was in use until some years ago, and that Herald folds: +52 1.
        return Phone(text, changes or frozenset({REWRITTEN}))
    _refuse_ambiguous(text, number)
    reason = phonenumbers.is_possible_number_with_reason(number)
    if reason != ValidationResult.IS_POSSIBLE:
        raise Unreadable(f"{text!r} {_LENGTHS.get(reason, 'is no possible number')}")
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if not _is_taken(e164):
        raise Unreadable(_not_taken(text, e164))
    if e164 == cell:
        return Phone(e164)
    digits = re.sub(r"[^0-9]", "", text)
    changed = set(changes)
    if not text.startswith("+"):
        changed.add(COUNTRY_ADDED)
        if digits[0] != "0" and "(" not in text and _is_valid(f"+{digits}") and f"+{digits}" != e164:
            changed.add(MAYBE_OTHER)
    elif digits != e164[1:]:
        changed.add(TRUNK_ZERO)
    elif not changed:
        changed.add(REWRITTEN)
    return Phone(e164, frozenset(changed))


def _not_taken(text: str, e164: str) -> str:
    """Why the API does not take a number that phonenumbers takes for possible."""
    if (digits := len(e164) - 1) > _MOST_DIGITS:
        return f"{text!r} is too long: {e164} has {digits} digits, and none has more than {_MOST_DIGITS}"
    return f"{text!r} is no possible number: no number of its country is like {e164}"


def _refuse_ambiguous(text: str, number: phonenumbers.PhoneNumber) -> None:
    """Refuse digits that are a number of the country, and another with the country code that they begin with.

    A spreadsheet drops a +: 4915123456780 is a German mobile phone, and could be one in the town 0491.
    """
    digits = re.sub(r"[^0-9]", "", text)
    if text.startswith("+") or not digits.startswith(str(number.country_code)):
        return
    national = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    if f"+{digits}" != national and _is_valid(f"+{digits}") and phonenumbers.is_valid_number(number):
        raise Unreadable(f"{text!r} may be +{digits} or {national}: write it with +")


def _is_valid(text: str) -> bool:
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(text, None))
    except NumberParseException:
        return False


def _cause(error: NumberParseException, text: str, country: str | None) -> str:
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return f"{text!r} begins with a country code that no country has"
    if error.error_type in {NumberParseException.TOO_SHORT_AFTER_IDD, NumberParseException.TOO_SHORT_NSN}:
        return f"{text!r} is too short"
    if error.error_type == NumberParseException.TOO_LONG:
        return f"{text!r} is too long"
    return f"{text!r} is no phone number" + (f" of {country}" if country else "")
