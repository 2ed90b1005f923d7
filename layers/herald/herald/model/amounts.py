"""The use of an account's limits by messages: recipients, message parts and money.

A chunk keeps a charge for each of its places: the past use of the place's message, plus the
reservation for its next attempt. The account's use is the sum of all charges, so a charge
changes in the same write as the use.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_CEILING, Decimal, InvalidOperation
from typing import Final, NamedTuple

# A billionth of a US dollar: prices of a part have up to nine digits behind the point.
_NANOS: Final = 1_000_000_000
_DEAREST_DOLLARS: Final = 1_000_000


class Amount(NamedTuple):
    """A number of recipients, of message parts, and of billionths of a US dollar."""

    recipients: int = 0
    parts: int = 0
    nanos: int = 0

    def plus(self, other: "Amount") -> "Amount":
        return Amount(*(mine + its for mine, its in zip(self, other, strict=True)))

    def highest(self, other: "Amount") -> "Amount":
        """The higher of both in each respect."""
        return Amount(*map(max, self, other))

    def lowest(self, other: "Amount") -> "Amount":
        """The lower of both in each respect."""
        return Amount(*map(min, self, other))

    def beyond(self, other: "Amount") -> "Amount":
        """By how much this amount exceeds another, in each respect; never below 0."""
        return Amount(*(max(mine - its, 0) for mine, its in zip(self, other, strict=True)))


NOTHING: Final = Amount()

Charges = Mapping[int, Amount]
"""What the places of a chunk take, by place from 0; places that take nothing are left out."""


def total(amounts: Iterable[Amount]) -> Amount:
    """The sum of amounts."""
    found = list(amounts)
    return Amount(*map(sum, zip(*found, strict=True))) if found else NOTHING


def highest(amounts: Iterable[Amount]) -> Amount:
    """The highest of amounts in each respect."""
    return Amount(*map(max, zip(NOTHING, *amounts, strict=True)))


def packed(charges: Charges) -> dict[str, str]:
    """Charges in the form of an item: the places of equal charges as one number, a bit for each."""
    places: defaultdict[Amount, int] = defaultdict(int)
    for place, amount in charges.items():
        if any(amount):
            places[amount] |= 1 << place
    return {",".join(map(str, amount)): format(bits, "x") for amount, bits in sorted(places.items())}


def unpacked(kept: Mapping[str, str]) -> dict[int, Amount]:
    """The charges that an item keeps."""
    charges: dict[int, Amount] = {}
    for name, bits in kept.items():
        amount, number = Amount(*map(int, name.split(","))), int(bits, 16)
        charges |= {place: amount for place in range(number.bit_length()) if number >> place & 1}
    return charges


def nanos_of(dollars: str) -> int:
    """US dollars, written as a decimal number, in billionths, rounded up.

    Raises ValueError: it is not an amount of money, or more than a million dollars.
    """
    try:
        number = Decimal(dollars)
    except InvalidOperation:
        raise ValueError(f"{dollars!r} is not a number of US dollars") from None
    if not number.is_finite() or not 0 <= number <= _DEAREST_DOLLARS:
        raise ValueError(f"{dollars} is not between 0 and {_DEAREST_DOLLARS} US dollars")
    return int((number * _NANOS).to_integral_value(ROUND_CEILING))


def nanos_told(price: str) -> int | None:
    """A carrier's price in US dollars, in billionths; None if it is not a number.

    A price below zero is an amount that the carrier charges. More than a million dollars count
    as a million: no price of a carrier may crash the reckoning.
    """
    try:
        number = abs(Decimal(price))
    except InvalidOperation:
        return None
    return nanos_of(str(min(number, Decimal(_DEAREST_DOLLARS)))) if number.is_finite() else None


def dollars_of(nanos: int) -> str:
    """Billionths of a US dollar as a decimal number of dollars, with two digits at least."""
    whole, rest = divmod(abs(nanos), _NANOS)
    digits = f"{rest:09}".rstrip("0").ljust(2, "0")
    return f"{'-' if nanos < 0 else ''}{whole}.{digits}"
