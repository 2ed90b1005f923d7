"""Liquid's filters of numbers as LiquidJS has them, but that they calculate in decimal."""

import math
from collections.abc import Callable
from typing import Any, Final

from herald.content.values import (
    NOT_FINITE,
    Number,
    calculated,
    number_of,
    or_zero,
    rounded,
)

Filter = Callable[..., Any]


def _calculation(sign: str) -> Filter:
    return lambda value, other: calculated(sign, or_zero(value), or_zero(other))


def _divided_by(value: Any, divisor: Any, whole: Any = False) -> Number:
    by = or_zero(divisor)
    if by == 0:
        raise ValueError("divided_by: a number cannot be divided by 0")
    result = calculated("/", or_zero(value), by)
    return math.floor(result) if or_zero(whole) else result


def _modulo(value: Any, divisor: Any) -> Number:
    by = or_zero(divisor)
    if by == 0:
        raise ValueError("modulo: a number cannot be divided by 0")
    rest = calculated("%", or_zero(value), by)
    # With the sign of the divisor.
    return calculated("+", rest, by) if rest and (rest < 0) != (by < 0) else rest


def _finite(value: Any) -> Number:
    number = or_zero(value)
    if not math.isfinite(number):
        raise ValueError(NOT_FINITE)
    return number


def _round(value: Any, digits: Any = 0) -> Number:
    places = or_zero(digits)
    # To a part of a digit nothing is rounded.
    return rounded(_finite(value), places) if places == math.floor(places) else _finite(value)


def _to_integer(value: Any) -> Number:
    number = math.nan if value is None else number_of(value)
    if not math.isfinite(number):
        raise ValueError("to_integer: the value is no number")
    return number


NUMBERS: Final[dict[str, Filter]] = {
    "abs": lambda value: abs(or_zero(value)),
    "at_least": lambda value, least: max(or_zero(value), or_zero(least)),
    "at_most": lambda value, most: min(or_zero(value), or_zero(most)),
    "ceil": lambda value: math.ceil(_finite(value)),
    "divided_by": _divided_by,
    "floor": lambda value: math.floor(_finite(value)),
    "minus": _calculation("-"),
    "modulo": _modulo,
    "plus": _calculation("+"),
    "round": _round,
    "times": _calculation("*"),
    "to_integer": _to_integer,
}
