"""Values as LiquidJS has them: the strings, numbers, booleans, arrays and nil of JavaScript.

Liquid's variables are texts. A text that is a number counts as one where a filter or a
comparison asks for a number, as in JavaScript. Unlike there, arithmetic is decimal, so
that 0.1 and 0.2 are 0.3 (docs/liquid.md lists every difference).
"""

import math
import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Any, Final

from liquid import Undefined
from liquid.exceptions import UndefinedError

Number = int | float

_SAFE_INTEGER: Final = 2**53
# From here on JavaScript writes a number with an exponent.
_LONG_NUMBER: Final = 10**21
_TINY_NUMBER: Final = 1e-6
# What was matched is not tried in parts, which takes the square of the length.
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]++(?:\.[0-9]*+)?+|\.[0-9]++)(?:[eE][+-]?[0-9]++)?+", re.ASCII)
_OTHER_BASE: Final = re.compile(r"0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO][0-7]+", re.ASCII)
_PLACE: Final = re.compile(r"0|[1-9][0-9]{0,3}", re.ASCII)
NOT_FINITE: Final = "a number is too large to calculate with"
# A double has at most 17 significant digits.
_DECIMAL: Final = Context(prec=40)
_LONGEST_EXPONENT: Final = 400


class Missing(Undefined):
    """A variable that is not there: nil in tests, loops and filters, and an error where it is shown."""

    __slots__ = ()

    def __init__(self, name: str, *, token: Any = None, obj: object = None, hint: str | None = None) -> None:
        # Where the path goes on behind the variable, Liquid's own hint has all of it.
        path, known, _ = (hint or "").partition(" is undefined")
        super().__init__(path.strip("'") if known else name, token=token, obj=obj, hint=hint)

    def __bool__(self) -> bool:
        return False

    def __str__(self) -> str:
        raise UndefinedError(f"variable '{self.name}' is missing and has no default", token=self.token)


def is_nil(value: object) -> bool:
    return value is None or isinstance(value, Undefined)


def is_true(value: object) -> bool:
    """Whether a condition holds: for all but false and nil, so also for "", 0 and "false"."""
    return not (value is False or is_nil(value))


def is_filled(value: object) -> bool:
    """Whether JavaScript takes a value for true, as optional arguments of filters are: not "" and 0."""
    return is_list(value) or bool(value)


def is_list(value: object) -> bool:
    return isinstance(value, list | tuple | range)


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def text_of(value: object) -> str:
    """A value as it is shown. Raises UndefinedError for a variable that is missing."""
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return _text_of_number(value)
        case list() | tuple() | range():
            return "".join(map(text_of, value))
        case Undefined():
            return str(value)
        case Mapping():
            return "[object Object]"
    return str(value)


def plain_text(value: object) -> str:
    """A value as text, of which nil is none."""
    return "" if is_nil(value) else text_of(value)


def joined_text(value: object, between: str = ",") -> str:
    """A value as text as JavaScript converts it: the entries of a list, and of lists in it, with commas."""
    if not is_list(value):
        return plain_text(value)
    return between.join(joined_text(each) for each in value)  # type: ignore[attr-defined]


def _text_of_number(number: Number) -> str:
    if isinstance(number, int) and abs(number) <= _SAFE_INTEGER:
        return str(number)
    if isinstance(number, float) and not math.isfinite(number):
        raise ValueError(NOT_FINITE)
    exact = Decimal(repr(float(number))).normalize()
    sign, digits, _ = exact.as_tuple()
    shown = "".join(map(str, digits))
    # Where the decimal point stands, counted from the first digit.
    point = exact.adjusted() + 1
    if not exact:
        return "0"
    if len(shown) <= point <= 21:
        body = shown + "0" * (point - len(shown))
    elif 0 < point <= 21:
        body = f"{shown[:point]}.{shown[point:]}"
    elif -6 < point <= 0:
        body = f"0.{'0' * -point}{shown}"
    else:
        mantissa = shown[0] + (f".{shown[1:]}" if len(shown) > 1 else "")
        body = f"{mantissa}e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return f"-{body}" if sign else body


def number_of(value: object) -> Number:
    """A value as a number, as JavaScript's Number() reads it; NaN for what is none."""
    match value:
        case bool():
            return int(value)
        case int() | float():
            return value
        case str():
            return _number_of_text(value.strip())
        case None:
            return 0
        case list() | tuple() | range():
            return _number_of_text(joined_text(value).strip()) if len(value) < 2 else math.nan
    return math.nan


def _number_of_text(text: str) -> Number:
    if not text:
        return 0
    if _NUMBER.fullmatch(text):
        # An order number such as 1e9999 has an exponent that no Decimal takes.
        if not math.isfinite(nearest := float(text)):
            return nearest
        return _number(_DECIMAL.create_decimal(text)) if nearest else 0
    if _OTHER_BASE.fullmatch(text):
        return _number(Decimal(int(text, 0)))
    if text in ("Infinity", "+Infinity", "-Infinity"):
        return -math.inf if text[0] == "-" else math.inf
    return math.nan


def or_zero(value: object) -> Number:
    """A value as a number; 0 for what is none."""
    number = number_of(value)
    return 0 if isinstance(number, float) and math.isnan(number) else number


def _number(exact: Decimal) -> Number:
    """The number of JavaScript that is nearest, whole ones as int."""
    nearest = float(exact)
    if math.isfinite(nearest) and nearest.is_integer() and abs(nearest) <= _SAFE_INTEGER:
        return int(nearest)
    return nearest


def calculated(operation: str, left: Number, right: Number) -> Number:
    """Two numbers, added (+), subtracted (-), multiplied (*), divided (/) or the rest (%), in decimal.

    Raises ValueError: there is no such number.
    """
    if not (math.isfinite(left) and math.isfinite(right)):
        raise ValueError(NOT_FINITE)
    a, b = Decimal(repr(left)), Decimal(repr(right))
    try:
        match operation:
            case "+":
                return _number(_DECIMAL.add(a, b))
            case "-":
                return _number(_DECIMAL.subtract(a, b))
            case "*":
                return _number(_DECIMAL.multiply(a, b))
            case "/":
                return _number(_DECIMAL.divide(a, b))
        return _number(_DECIMAL.remainder(a, b))
    except ArithmeticError:
        raise ValueError(NOT_FINITE) from None


def rounded(number: Number, digits: Number = 0) -> Number:
    """A number with so many digits behind the point, a half away from 0: 2.5 is 3, and 1.005 is 1.01."""
    if not (math.isfinite(number) and math.isfinite(digits)):
        raise ValueError(NOT_FINITE)
    places = max(min(int(digits), _LONGEST_EXPONENT), -_LONGEST_EXPONENT)
    scaled = Decimal(repr(number)).scaleb(places, context=_DECIMAL)
    if abs(scaled) > _SAFE_INTEGER:
        return number
    return _number(scaled.to_integral_value(ROUND_HALF_UP).scaleb(-places, context=_DECIMAL))


def equals(left: object, right: object) -> bool:
    """Whether two values are the same: of a text and a number, never."""
    if is_nil(left) or is_nil(right):
        return is_nil(left) and is_nil(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return left is right
    if is_number(left) and is_number(right):
        return left == right
    if is_list(left) and is_list(right):
        ours, theirs = list(left), list(right)  # type: ignore[call-overload]
        return len(ours) == len(theirs) and all(map(equals, ours, theirs))
    return isinstance(left, str) and isinstance(right, str) and left == right


def compare(left: object, right: object) -> int | None:
    """-1, 0 or 1 as `left` is less than, equal to or more than `right`; None: neither.

    Two texts by their characters, all else as numbers.
    """
    if is_nil(left) or is_nil(right):
        return None
    # As in JavaScript, a list counts as its text.
    left, right = (joined_text(each) if is_list(each) else each for each in (left, right))
    if isinstance(left, str) and isinstance(right, str):
        a, b = left.encode("utf-16-be", "surrogatepass"), right.encode("utf-16-be", "surrogatepass")
        return (a > b) - (a < b)
    ours, theirs = number_of(left), number_of(right)
    if math.isnan(ours) or math.isnan(theirs):
        return None
    return (ours > theirs) - (ours < theirs)


def size_of(value: object) -> int:
    """How many characters (in units of UTF-16, as in JavaScript) or entries a value has."""
    if isinstance(value, str):
        return len(value.encode("utf-16-le", "surrogatepass")) // 2
    return len(value) if is_list(value) else 0  # type: ignore[arg-type]


def property_of(value: object, key: object) -> object:
    """What a value has under a name or a place, as `value[key]`. Raises KeyError."""
    if isinstance(value, str) or is_list(value):
        return _part_of(value, key)  # type: ignore[arg-type]
    if isinstance(value, Mapping) and isinstance(key, str):
        return len(value) if key == "size" and key not in value else value[key]
    raise KeyError(key)


def _part_of(value: Sequence[object], key: object) -> object:
    if key in ("size", "length"):
        return size_of(value)
    if is_list(value) and key in ("first", "last"):
        key = 0 if key == "first" else -1
    elif isinstance(key, str):
        # A variable is text, so "1" in one is the place 1; -1 in one is none, as in JavaScript.
        key = int(key) if _PLACE.fullmatch(key) else None
    elif isinstance(key, float) and key.is_integer():
        key = int(key)
    if not is_number(key) or not isinstance(key, int) or (key < 0 and not is_list(value)):
        raise KeyError(key)
    try:
        return value[key]
    except IndexError:
        raise KeyError(key) from None


def items_of(value: object) -> Sequence[object]:
    """A value as a list: nil has none, and what is no list is the only one."""
    if is_nil(value):
        return ()
    if is_list(value):
        return value  # type: ignore[return-value]
    return (value,)


def enumerable(value: object) -> Sequence[object]:
    """What a loop goes through: the entries of a list, a text that is not empty, and of all else nothing."""
    if isinstance(value, Mapping):
        return [[key, value[key]] for key in value]
    return items_of(value) if is_list(value) or (isinstance(value, str) and value) else ()


def whole(value: object, otherwise: int = 0) -> int:
    """A number of entries or times; `otherwise` where there is none."""
    number = otherwise if is_nil(value) else or_zero(value)
    return int(number) if math.isfinite(number) else otherwise
