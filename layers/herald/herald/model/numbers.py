"""Phone numbers: which a person can have, and one key for all the ways to write one.

The key of a number is for comparison only; what is sent and shown stays as it was given.
It is + and digits, with these differences folded away:

* what people and carriers put around and between the digits: spaces, invisible
  marks, dashes, brackets, `tel:`, `whatsapp:`, 00 or 011 in place of +, or no + at all;
* the trunk prefix of a country behind its calling code (+44 07911... is +447911...);
* +52 1 and +52 (Mexico); the ninth digit of mobiles (Brazil); 9 and 15 (Argentina).

The rules of each calling code are made from libphonenumber's metadata (calling_codes.py).
"""

import re
import unicodedata
from collections.abc import Callable
from functools import cache
from typing import Final, NamedTuple

from herald.model.calling_codes import CALLING_CODES, Row

E164: Final = r"\+[1-9][0-9]{6,14}"
_E164: Final = re.compile(E164)
_DIGITS: Final = re.compile(r"[0-9]+")
# Without a +, a number that is not longer is a short code.
LONGEST_SHORT_CODE: Final = 8
# Nothing that a person writes for one number is longer.
_LONGEST_SPELLING: Final = 64

_TOO_LONG: Final = range(16, 20)

_SCHEME: Final = re.compile(r"(?:tel|sms|smsto|mms|rcs|whatsapp|callto):(?://)?", re.IGNORECASE)
_CONTEXT: Final = re.compile(r"phone-context=(\+[0-9]+)", re.IGNORECASE)
# The trunk prefix as visiting cards have it: +44 (0)7911 123456.
_OPTIONAL_ZERO: Final = re.compile(r"(?<=[0-9])\(0\)")
# Between digits: what separates them, besides spaces and invisible marks.
_SEPARATORS: Final = frozenset("-.·•/\\()[]~,'\"`´‘’“”_‐‑‒–—―−﹣－ー／．（）［］")
_WITHOUT_SEPARATORS: Final = str.maketrans("", "", "".join(_SEPARATORS) + " ")
_PLAIN: Final = re.compile(r"\+?[0-9]+")
_PLUS: Final = "+＋﹢"
# What is dialed in place of + in most of the world, in North America, Australia, Japan.
_EXIT_CODES: Final = ("00", "011", "0011", "010")
_KEYS: Final = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "22233344455566677778889999")


class Reading(NamedTuple):
    """What a number in the form of E.164 says.

    key          the key of its person
    is_possible  whether the number can exist: a calling code that is in use, and as many digits
                 as the numbers behind it have
    plain        the number without its trunk prefix, where it was written with one
    """

    key: str
    is_possible: bool
    plain: str | None = None


def has_form_of_e164(text: str) -> bool:
    """Whether a text is + and 7 to 15 digits, the first of which is not 0."""
    return _E164.fullmatch(text) is not None


def is_plain(text: str) -> bool:
    """Whether a text is a number that can be assigned, written in the form of E.164 and without a
    trunk prefix. Nearly all texts are, so this is checked first.
    """
    rules = _BY_FIRST_DIGITS.get(text[1:4])
    return (
        rules is not None
        and len(text) - rules.start in rules.lengths
        and text[rules.start] not in rules.firsts
        and _E164.fullmatch(text) is not None
    )


def key_of(address: str) -> str:
    """The key of the person who has an address, however it is written.

    An address that is no number, such as a short code, a name or an agent's id, is its own key.
    """
    if _E164.fullmatch(address) is None:
        number = spelled(address)
        if number is None:
            return address
        address = number
    return read(address).key


def key_of_number(number: str) -> str:
    """The key of a number that has the form of E.164; `read` tells the same and more."""
    rules = _BY_FIRST_DIGITS.get(number[1:4])
    if rules is None or (
        rules.fold is None
        and len(number) - rules.start in rules.lengths
        and number[rules.start] not in rules.firsts
    ):
        return number
    return read(number).key


def read(number: str) -> Reading:
    """What a number says that has the form of E.164."""
    rules = _BY_FIRST_DIGITS.get(number[1:4])
    if rules is None:
        return Reading(number, False)
    start = rules.start
    if len(number) - start not in rules.lengths or number[start] in rules.firsts:
        return _read_slowly(number, rules)
    if rules.fold is None:
        return Reading(number, True)
    return Reading(number[:start] + rules.fold(number[start:]), True)


def spelled(text: str, *, is_international: bool = False, near: str = "") -> str | None:
    """The number in the form of E.164 that a text is a spelling of; None where it is of none.

    `is_international`: whether digits without a + can only be a whole number, as WhatsApp writes
    them; else up to 8 of them are a short code. `near`: a number in whose country the text is
    dialed, where it is of no other. A text with digits other than 0 to 9 is refused.
    """
    if len(text) > _LONGEST_SPELLING:
        return None
    text = text.strip().lstrip("\ufeff")
    if ":" in text:
        text = _SCHEME.sub("", text, count=1)
    if ";" in text:
        text, _, parameters = text.partition(";")
        if context := _CONTEXT.search(parameters):
            text = f"{context[1]}{text}"
    if "(0)" in text:
        text = _OPTIONAL_ZERO.sub("", text)
    digits = _digits_in(text)
    if digits is None:
        return None
    if digits.startswith("+"):
        digits = digits.removeprefix("+").removeprefix("00")
        return _e164(digits)
    for code in _EXIT_CODES:
        if (
            digits.startswith(code)
            and (found := _e164(digits.removeprefix(code)))
            and read(found).is_possible
        ):
            return found
    if len(digits) <= LONGEST_SHORT_CODE and not is_international:
        return None
    number = _e164(digits)
    if number and read(number).is_possible:
        return number
    return _near(digits, near) or number


def has_foreign_digits(text: str) -> bool:
    """Whether a text has digits other than 0 to 9, such as full-width or Arabic ones."""
    return not text.isascii() and any(each.isdigit() and not each.isascii() for each in text)


# ----------------------------------------------------------------------------- reading


class _Rules(NamedTuple):
    """A calling code's row, with the place where national numbers begin behind the +."""

    start: int
    lengths: frozenset[int]
    firsts: frozenset[str]
    row: Row
    fold: Callable[[str], str] | None


def _read_slowly(number: str, rules: _Rules) -> Reading:
    """Of a number that has a prefix that does not belong there, or a length that none has."""
    code, given = number[: rules.start], number[rules.start :]
    national = _without_prefix(given, rules.row)
    if national.startswith("0") and not rules.row.has_zeros:
        national = national[1:]
    has_prefix = national != given and given.endswith(national)
    plain = code + national if has_prefix else None
    if old_form := _OLD_FORMS.get(code):
        national = old_form(national)
    if len(national) not in rules.lengths or (national[0] == "0" and not rules.row.has_zeros):
        return Reading(number, False)
    return Reading(code + (rules.fold(national) if rules.fold else national), True, plain)


def _without_prefix(national: str, row: Row) -> str:
    """A national number without what is only dialed inside of the country, as libphonenumber strips it."""
    if not row.prefix:
        return national
    prefix, numbers = _compiled(row.prefix), _compiled(row.numbers)
    found = prefix.match(national)
    if found is None or not found.end():
        return national
    if row.transform and found.groups()[-1] is not None:
        stripped = prefix.sub(row.transform, national, count=1)
    else:
        stripped = national[found.end() :]
    if numbers.fullmatch(national) and not numbers.fullmatch(stripped):
        return national
    return stripped


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _of_brazil(national: str) -> str:
    """With the ninth digit, which mobiles got by 2016; fixed lines begin with 2 to 5 and have none."""
    return f"{national[:2]}9{national[2:]}" if len(national) == 10 and national[2] in "6789" else national


def _of_argentina(national: str) -> str:
    """Without the 9 that stands before the area of a mobile when it is called from abroad."""
    return national[1:] if len(national) == 11 and national[0] == "9" else national


def _of_mexico(national: str) -> str:
    """Without the 1 that preceded mobiles until 2019, and that WhatsApp still writes."""
    return national[1:] if len(national) == 11 and national[0] == "1" else national


def _of_argentina_with_both(national: str) -> str:
    """A number that has both the 9 and the 15, which mean the same."""
    if len(national) != 13 or national[0] != "9":
        return national
    return _without_prefix(national[1:], CALLING_CODES["54"])


_FOLDS: Final[dict[str, Callable[[str], str]]] = {"54": _of_argentina, "55": _of_brazil}
# By + and the calling code: forms that are longer than any number is today.
_OLD_FORMS: Final[dict[str, Callable[[str], str]]] = {"+52": _of_mexico, "+54": _of_argentina_with_both}


def _by_first_digits() -> dict[str, _Rules]:
    """The rules of a number by the first three of its digits, which begin with one calling code."""
    found = {}
    for code, row in CALLING_CODES.items():
        firsts = frozenset(row.firsts if row.has_zeros else f"0{row.firsts}")
        rules = _Rules(1 + len(code), frozenset(row.lengths), firsts, row, _FOLDS.get(code))
        width = 3 - len(code)
        for number in range(10**width):
            found[f"{code}{number:0{width}}" if width else code] = rules
    return found


_BY_FIRST_DIGITS: Final = _by_first_digits()


# ---------------------------------------------------------------------------- spelling


def _digits_in(text: str) -> str | None:
    """The digits of a text, with a + where it begins with one; None where it has more than a number has."""
    # Most spellings have no more than a + and separators.
    plain = text.translate(_WITHOUT_SEPARATORS)
    if _PLAIN.fullmatch(plain):
        return plain
    digits, has_plus = [], False
    for each in text:
        if "0" <= each <= "9":
            digits.append(each)
        elif each in _PLUS:
            if digits or has_plus:
                return None
            has_plus = True
        elif has_plus and "A" <= each <= "Z":
            # A number that spells a word: +1 800 FLOWERS.
            digits.append(each.translate(_KEYS))
        elif not (each in _SEPARATORS or each.isspace() or unicodedata.category(each) in ("Cf", "Zs", "Mn")):
            return None
    return ("+" if has_plus else "") + "".join(digits) if digits else None


def _near(digits: str, number: str) -> str | None:
    """A national number after the calling code of another number, if it is possible."""
    rules = _BY_FIRST_DIGITS.get(number[1:4]) if _E164.fullmatch(number) else None
    near = _e164(number[1 : rules.start] + digits) if rules else None
    if near is None:
        return None
    found = read(near)
    return (found.plain or near) if found.is_possible else None


def _e164(digits: str) -> str | None:
    number = f"+{digits}"
    if _E164.fullmatch(number):
        return number
    # One that is too long may have a prefix too many, such as Brazil's with a carrier's code.
    is_long = len(digits) in _TOO_LONG and digits[0] != "0"
    return read(number).plain if is_long else None
