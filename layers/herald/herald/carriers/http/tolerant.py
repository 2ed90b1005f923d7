"""Values as gateways write them: numbers as strings, strings as numbers, words in lower case."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BeforeValidator, Field

# Above any present time in seconds, and below any in milliseconds.
_MILLISECONDS: Final = 100_000_000_000


def _text(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    return f"{Decimal(str(value)):f}".removesuffix(".0")


def _upper(value: Any) -> Any:
    return value.strip().upper() if isinstance(value, str) else value


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit() and len(value) < 10:
        return int(value)
    return value


def _number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return float(value)
    except ValueError:
        return value


def _instant(value: Any) -> Any:
    """RFC 3339, or seconds or milliseconds since 1970."""
    number = _number(value)
    if isinstance(number, bool) or not isinstance(number, int | float):
        return value
    try:
        return datetime.fromtimestamp(number / 1000 if number > _MILLISECONDS else number, UTC)
    except (ValueError, OverflowError, OSError):
        return value


Text = BeforeValidator(_text)
Word = BeforeValidator(_upper)
Whole = BeforeValidator(_whole)
Number = BeforeValidator(_number)
Instant = Annotated[AwareDatetime, Field(strict=False), BeforeValidator(_instant)]
